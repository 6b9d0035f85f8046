//! Beside the floors: turns answers into text. The only room that prints, and the only one that
//! knows tables and colours.
//!
//! Commands return data ([`Answer`]); each kind of answer is painted in its own file, with the
//! semantic styles of a [`Painter`].

mod answer;
mod asked;
mod budget;
mod calls;
mod costs;
mod csv;
mod disassembly;
mod fit;
mod help;
mod json;
mod listing;
mod live;
mod live_table;
mod manual;
mod numbers;
mod outcomes;
mod output;
mod painter;
mod recording;
mod restarted;
mod screen;
mod settings;
mod shares;
mod side_by_side;
mod statistics;
mod styled;
mod table;
mod verification;

pub use answer::{
    AliasRow, Answer, BudgetReport, CallListing, DisassemblyReport, Expectation, Found, HelpEntry,
    HelpOverview, HelpPage, HelpSection, Layout, Listing, Recording, Restarted, SettingRow,
    SharesListing, StatisticsReport, Subject, WatchFrame,
};
pub use asked::{Asked, Form};
pub use budget::overspending_line;
pub use json::{Keys, SchemaKey, keys};
pub use live::{
    LiveBody, LiveFrame, LiveLine, LiveRow, broken_lines, in_columns, paint_keys, rows_that_fit,
    text_lines_that_fit,
};
pub use manual::manual;
pub use output::{Output, notice_line};
pub use painter::{Colour, Painter};
pub use screen::Screen;
pub use statistics::slower_calls;
pub use table::is_unseen;
