//! What a command answers, as data.

use std::collections::VecDeque;
use std::time::Duration;

use super::Painter;
use super::fit::fit;
use crate::session::{
    Budget, Disassembly, History, PatchStatistics, PendingPattern, Processes, Report, Reset, Row,
    Share, Statistics, Verifications,
};

/// An answer of a command.
pub enum Answer {
    /// Nothing was asked, or all is said already.
    Nothing,
    /// It is done; there is nothing to say.
    Done,
    /// One sentence beside the answer.
    Sentence(String),
    /// `ls`
    Listing(Listing),
    /// `ls --by process`
    Shares(SharesListing),
    /// `watch`, once
    Watch(WatchFrame),
    /// `patch`
    Report(Report),
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
    /// `wait`: the target has ended as it should.
    Ended,
    /// `expect`
    Expectation(Expectation),
    /// `source`, of the file that was run
    Sourced(String),
    /// `restart`
    Restarted(Restarted),
    /// `fg`
    TerminalBack {
        /// Whether the target has ended; else it runs on.
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
    /// Those that are shown.
    pub rows: Vec<Row>,
    /// How many there are.
    pub total: usize,
    /// What waits for imports.
    pub pending: Vec<PendingPattern>,
    /// How it is written.
    pub layout: Layout,
}

/// The hits of callables, split over processes.
pub struct SharesListing {
    /// Those that are shown.
    pub shares: Vec<Share>,
    /// How many there are.
    pub total: usize,
    /// The processes of that moment.
    pub processes: Processes,
    /// How it is written.
    pub layout: Layout,
}

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// In columns, with a summary below.
    Table,
    /// As comma-separated values, nothing but the rows.
    Csv,
}

/// Callables with their counts and rates at one moment.
pub struct WatchFrame {
    /// Since the watch began.
    pub elapsed: Duration,
    /// Those that are shown.
    pub rows: Vec<(Row, Rates)>,
    /// How many there are.
    pub total: usize,
    /// The hits of all of them.
    pub hits: u64,
    /// What one hit costs, in nanoseconds.
    pub hook_cost: f64,
    /// What all hits took of a core in the last interval; 1 is a whole one.
    pub core_share: f64,
}

/// How fast a callable is called.
#[derive(Debug, Clone, Default)]
pub struct Rates {
    /// Calls per second in the last interval, where the target counts calls.
    pub calls: Option<f64>,
    /// Hits per second in the last interval.
    pub hits: f64,
    /// What those take of a core; 1 is a whole one.
    pub core_share: f64,
    /// Rates of the last intervals, the oldest first.
    pub trend: VecDeque<f64>,
}

/// The bytecode of callables.
pub struct DisassemblyReport {
    /// Each of them.
    pub disassemblies: Vec<Disassembly>,
    /// Whether what the patch adds is to be seen, and not the code itself.
    pub is_diff: bool,
}

impl Rates {
    /// Those of a row at the last moment of a history.
    #[must_use]
    pub fn of(history: &History, row: usize) -> Self {
        Self {
            calls: history.calls_per_second(row),
            hits: history.hits_per_second(row),
            core_share: history.core_share(row),
            trend: history.trend(row).collect(),
        }
    }
}

/// Two looks at the numbers of a session, which give its rates.
pub struct StatisticsReport {
    /// The first look.
    pub before: Statistics,
    /// The second.
    pub statistics: Statistics,
    /// The time between them.
    pub sample: Duration,
    /// The patches that are shown, with what each takes of a core now; 1 is a whole one.
    pub patches: Vec<(PatchStatistics, f64)>,
    /// How many there are.
    pub total_patches: usize,
}

/// What the patches may cost, and what they do.
pub struct BudgetReport {
    /// What they may, if there is a ceiling.
    pub budget: Option<Budget>,
    /// What one hit costs, in nanoseconds.
    pub hook_cost: f64,
    /// What all hits take of a core now; 1 is a whole one.
    pub core_share: f64,
}

/// A relation of two quantities, and what was found of them.
pub struct Expectation {
    /// As it was typed.
    pub left: String,
    /// Its value.
    pub left_value: Found,
    /// Its sign: `==` or another.
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
    /// A state of the target.
    Word(&'static str),
}

/// Whether and where the session is written down.
pub enum Recording {
    /// It is not.
    Nothing,
    /// From now on, into this file.
    Begun(String),
    /// Still.
    GoesOn {
        /// Where.
        file: String,
        /// How many commands so far.
        commands: usize,
    },
    /// No longer.
    Ended {
        /// Where it was.
        file: String,
        /// How many commands.
        commands: usize,
    },
}

/// A setting and its value.
pub struct SettingRow {
    /// What is typed.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// The value it has if nobody sets it.
    pub default: String,
    /// What it does.
    pub meaning: &'static str,
}

/// A short name for a command.
pub struct AliasRow {
    /// What is typed.
    pub name: String,
    /// The command line that it stands for.
    pub command: String,
}

/// A program that was started anew, and what became of its patches.
pub struct Restarted {
    /// Its name.
    pub program: String,
    /// Whether it waits for `run`.
    pub is_held: bool,
    /// Patches that are back.
    pub back: usize,
    /// Patches that wait for their callables.
    pub waiting: usize,
    /// Patterns that wait for imports.
    pub pending: usize,
}

/// A term and what it means.
pub struct HelpEntry {
    /// What is typed.
    pub term: String,
    /// What it does.
    pub meaning: String,
}

/// Entries that belong together.
pub struct HelpSection {
    /// What they are about.
    pub title: String,
    /// In the order in which they are shown.
    pub entries: Vec<HelpEntry>,
}

/// All that can be typed, at a glance.
pub struct HelpOverview {
    /// The commands with what they do.
    pub groups: Vec<HelpSection>,
    /// What is explained beside them.
    pub topics: Vec<HelpEntry>,
}

/// The help of one command or topic.
pub struct HelpPage {
    /// The command with all that may stand behind it, or the topic.
    pub title: String,
    /// What it does, or is about.
    pub summary: String,
    /// Another word for it.
    pub alias: Option<String>,
    /// Options, examples, and what else there is to know; empty ones are not shown.
    pub sections: Vec<HelpSection>,
}

impl Answer {
    /// The answer as lines of text that the terminal can show; empty if there is nothing to say.
    #[must_use]
    pub fn paint(&self, painter: &Painter) -> String {
        fit(self.text(painter), painter).into_owned()
    }

    fn text(&self, painter: &Painter) -> String {
        match self {
            // What is as it was asked for needs no words.
            Self::Nothing
            | Self::Done
            | Self::Slept(_)
            | Self::Expectation(_)
            | Self::Sourced(_)
            // The prompt tells of each end.
            | Self::TerminalBack { has_ended: true }
            | Self::Leaving { .. } => String::new(),
            Self::Sentence(text) => format!("{text}\n"),
            Self::Ended => "the program has ended with status 0\n".into(),
            Self::TerminalBack { has_ended: false } => {
                "the program runs on; `fg` gives it the terminal again\n".into()
            }
            Self::Restarted(restarted) => restarted.paint(),
            Self::Recording(recording) => recording.paint(),
            Self::Listing(listing) => listing.paint(painter),
            Self::Shares(listing) => listing.paint(painter),
            Self::Watch(frame) => frame.paint(painter),
            Self::Report(report) | Self::Unpatched(report) => super::outcomes::paint(report, painter),
            Self::Verifications(verifications) => {
                super::verification::paint(verifications, painter)
            }
            Self::Disassemblies(report) => report.paint(painter),
            Self::Statistics(report) => report.paint(painter),
            Self::Reset(reset) => reset.paint(),
            Self::Budget(report) => report.paint(painter),
            Self::Settings(rows) => super::settings::paint(rows, painter),
            Self::Aliases(rows) => super::settings::paint_aliases(rows),
            Self::History(lines) => super::help::paint_history(lines),
            Self::Commands(overview) => overview.paint(painter),
            Self::Help(page) => page.paint(painter),
        }
    }
}
