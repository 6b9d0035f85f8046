//! The answers of commands, as data.

use std::time::Duration;

use super::Painter;
use super::fit::fit;
use super::statistics::paint_reset;
use crate::counts::Processes;
use crate::error::Error;
use crate::measures::{Costs, Counts, Interval, Measured, Recorded};
use crate::protocol::{
    Budget, CallReport, Disassembly, PatchStatistics, PendingPattern, Report, Reset, Row, Share,
    Statistics, Verifications,
};

/// An answer of a command.
pub enum Answer {
    /// Nothing to print, or everything was printed already.
    Nothing,
    /// Done; there is nothing to say.
    Done,
    /// A sentence besides an answer.
    Sentence(String),
    /// `ls`
    Listing(Listing),
    /// `ls --by process`
    Shares(SharesListing),
    /// `watch`, once
    Watch(WatchFrame),
    /// `patch`
    Report(Report),
    /// `time`, `errors`
    Calls(CallListing),
    /// `unpatch`
    Unpatched(Report),
    /// `verify`
    Verifications(Verifications),
    /// `dis`
    Disassemblies(DisassemblyReport),
    /// `stats`
    Statistics(Box<StatisticsReport>),
    /// `stats --reset`
    Reset(Reset),
    /// `budget`
    Budget(BudgetReport),
    /// `sleep`
    Slept(Duration),
    /// `wait`: the program has ended normally.
    Ended,
    /// `expect`
    Expectation(Expectation),
    /// `source`, of the file that was run
    Sourced(String),
    /// `restart`
    Restarted(Restarted),
    /// `fg`
    TerminalBack {
        /// Whether the program has ended; otherwise it runs on.
        has_ended: bool,
    },
    /// `exit`
    Leaving {
        /// The exit status of the shell.
        status: u8,
    },
    /// `set`
    Settings(Vec<SettingRow>),
    /// `alias`
    Aliases(Vec<AliasRow>),
    /// `record`
    Recording(Recording),
    /// `history`
    History(Vec<String>),
    /// `help`
    Commands(HelpOverview),
    /// `help COMMAND`, `help TOPIC`
    Help(HelpPage),
}

/// Callables with their counts.
pub struct Listing {
    /// The rows shown.
    pub rows: Vec<Row>,
    /// The total number of rows.
    pub total: usize,
    /// Pending patterns.
    pub pending: Vec<PendingPattern>,
    /// The layout.
    pub layout: Layout,
}

/// What was recorded of the calls of callables.
pub struct CallListing {
    /// The callables shown.
    pub callables: Vec<CallReport>,
    /// What is shown of them.
    pub subject: Subject,
    /// The number of callables of which it is recorded.
    pub total: usize,
    /// The number of those of which there is something to show.
    pub called: usize,
    /// What all of them add up to.
    pub all: Counts,
    /// How long it was recorded; none if it goes on.
    pub length: Option<Duration>,
    /// The number of those that stay patched.
    pub kept: usize,
    /// The number of callables that could not be patched, and why the first could not.
    pub refused: Option<(usize, Error)>,
    /// The share of a core that the hooks took; 1 is a whole core.
    pub core_share: Option<f64>,
    /// Whether distributions are drawn.
    pub is_drawn: bool,
}

/// What is shown of calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// How long they take.
    Times,
    /// The exceptions that end them.
    Errors,
}

/// The hits of callables, split by process.
pub struct SharesListing {
    /// The rows shown.
    pub shares: Vec<Share>,
    /// The total number of rows.
    pub total: usize,
    /// The processes at that moment.
    pub processes: Processes,
    /// The layout.
    pub layout: Layout,
}

/// The layout of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// In columns, with a summary below.
    Table,
    /// As comma-separated values, without a summary.
    Csv,
}

/// Callables with their counts and rates at one moment.
pub struct WatchFrame {
    /// The time since the watch began.
    pub elapsed: Duration,
    /// The rows shown, each with its rates in the last intervals, the oldest first.
    pub rows: Vec<(Row, Vec<f64>)>,
    /// The total number of rows.
    pub total: usize,
    /// What all callables add up to.
    pub measured: Measured,
    /// What events cost.
    pub costs: Costs,
}

/// The bytecode of callables.
pub struct DisassemblyReport {
    /// Each of them.
    pub disassemblies: Vec<Disassembly>,
    /// Whether to show what the patch adds, instead of the code itself.
    pub is_diff: bool,
}

/// The statistics of a session, with its rates.
pub struct StatisticsReport {
    /// The statistics at the end of a short interval.
    pub statistics: Statistics,
    /// What all callables add up to, also in this interval.
    pub measured: Measured,
    /// The patches shown, each with what it recorded.
    pub patches: Vec<(PatchStatistics, Measured)>,
}

/// The limit for the cost of all patches, and their current cost.
pub struct BudgetReport {
    /// The limit, if there is one.
    pub budget: Option<Budget>,
    /// What the patches have recorded so far.
    pub recorded: Recorded,
    /// What they record now, and what that costs.
    pub interval: Interval,
}

/// A relation of two quantities, and their values.
pub struct Expectation {
    /// As it was typed.
    pub left: String,
    /// Its value.
    pub left_value: Found,
    /// Its operator, such as `==`.
    pub relation: String,
    /// As it was typed.
    pub right: String,
    /// Its value.
    pub right_value: Found,
    /// Whether it holds.
    pub holds: bool,
}

/// The value of a quantity.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub enum Found {
    /// A count, or a rate per second.
    Number(f64),
    /// A time.
    Time(Duration),
    /// A share; 1 is all.
    Share(f64),
    /// A state of the program.
    Word(&'static str),
}

/// Whether a recording is running, and its file.
pub enum Recording {
    /// There is none.
    Nothing,
    /// It starts now, with this file.
    Begun(String),
    /// It is running.
    GoesOn {
        /// Its file.
        file: String,
        /// The number of commands so far.
        commands: usize,
    },
    /// It has ended.
    Ended {
        /// Its file.
        file: String,
        /// The number of commands.
        commands: usize,
    },
}

/// A setting and its value.
pub struct SettingRow {
    /// The name to type.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// Its default value.
    pub default: String,
    /// What it does.
    pub meaning: &'static str,
}

/// An alias.
pub struct AliasRow {
    /// The name to type.
    pub name: String,
    /// The command line that it stands for.
    pub command: String,
}

/// A program that was started again, and what happened to its patches.
pub struct Restarted {
    /// Its name.
    pub program: String,
    /// Whether it waits for `run`.
    pub is_held: bool,
    /// The number of restored patches.
    pub back: usize,
    /// The number of patches that wait for their callables.
    pub waiting: usize,
    /// The number of pending patterns.
    pub pending: usize,
}

/// A term and its meaning.
pub struct HelpEntry {
    /// What to type.
    pub term: String,
    /// What it does.
    pub meaning: String,
}

/// A section of help.
pub struct HelpSection {
    /// The heading.
    pub title: String,
    /// In the order of display.
    pub entries: Vec<HelpEntry>,
}

/// The list of all commands.
pub struct HelpOverview {
    /// The commands, with their summaries.
    pub groups: Vec<HelpSection>,
    /// The topics.
    pub topics: Vec<HelpEntry>,
}

/// The help of one command or topic.
pub struct HelpPage {
    /// The usage of the command, or the name of the topic.
    pub title: String,
    /// What it does, or is about.
    pub summary: String,
    /// Another name for it.
    pub alias: Option<String>,
    /// Options, examples and so on; empty sections are not shown.
    pub sections: Vec<HelpSection>,
}

impl Answer {
    /// The answer as lines for the terminal; empty if there is nothing to say.
    #[must_use]
    pub fn paint(&self, painter: &Painter) -> String {
        fit(self.text(painter), painter).into_owned()
    }

    fn text(&self, painter: &Painter) -> String {
        match self {
            // What was done as asked needs no answer.
            Self::Nothing
            | Self::Done
            | Self::Slept(_)
            | Self::Expectation(_)
            | Self::Sourced(_)
            // The prompt reports the end.
            | Self::TerminalBack { has_ended: true }
            | Self::Leaving { .. } => String::new(),
            Self::Sentence(text) => format!("{text}\n"),
            Self::Ended => "the program has ended with status 0\n".into(),
            Self::TerminalBack { has_ended: false } => {
                "the program is still running; `fg` gives it the terminal again\n".into()
            }
            Self::Restarted(restarted) => restarted.paint(),
            Self::Recording(recording) => recording.paint(),
            Self::Listing(listing) => listing.paint(painter),
            Self::Shares(listing) => listing.paint(painter),
            Self::Watch(frame) => frame.paint(painter),
            Self::Calls(listing) => listing.paint(painter),
            Self::Report(report) | Self::Unpatched(report) => super::outcomes::paint(report, painter),
            Self::Verifications(verifications) => {
                super::verification::paint(verifications, painter)
            }
            Self::Disassemblies(report) => report.paint(painter),
            Self::Statistics(report) => report.paint(painter),
            Self::Reset(reset) => paint_reset(*reset),
            Self::Budget(report) => report.paint(painter),
            Self::Settings(rows) => super::settings::paint(rows, painter),
            Self::Aliases(rows) => super::settings::paint_aliases(rows),
            Self::History(lines) => super::help::paint_history(lines),
            Self::Commands(overview) => overview.paint(painter),
            Self::Help(page) => page.paint(painter),
        }
    }
}
