//! What the worker answers: plain data, each kind with its own name.

use serde::{Deserialize, Serialize};

use super::{
    CallReport, Disassembly, IntervalReport, PutBack, Report, Reset, Rows, Sample, Share,
    Statistics, Summary, Verifications,
};
use crate::counts::Processes;
use crate::error::Error;

/// Declares each kind of reply, and how its content is taken out.
macro_rules! replies {
    ($($(#[$documentation:meta])* $kind:ident($content:ty),)+) => {
        /// The answer to a [`Request`](super::Request) that worked.
        #[derive(Debug, Serialize, Deserialize)]
        pub enum Reply {
            $($(#[$documentation])* $kind($content),)+
        }

        $(impl TryFrom<Reply> for $content {
            type Error = Error;

            fn try_from(reply: Reply) -> Result<Self, Error> {
                match reply {
                    Reply::$kind(content) => Ok(content),
                    _ => Err(Error::new("the worker gave the answer to another request")),
                }
            }
        })+
    };
}

replies! {
    /// It is done.
    Done(()),
    /// Whether it is so.
    Is(bool),
    /// How many there are.
    Number(usize),
    /// What to type instead, if there is something.
    Suggestion(Option<String>),
    /// Callables with their counts.
    Rows(Rows),
    /// What they add up to.
    Summaries(Vec<Summary>),
    /// Callables for repeated counting, and their counts.
    Sample(Sample),
    /// What was patched or unpatched.
    Report(Report),
    /// What was patched again.
    PutBack(PutBack),
    /// What was compared.
    Verifications(Verifications),
    /// Bytecode.
    Disassemblies(Vec<Disassembly>),
    /// What was recorded of callables.
    CallReports(Vec<CallReport>),
    /// What was recorded by process.
    Shares((Processes, Vec<Share>)),
    /// What was recorded in an interval.
    Interval(IntervalReport),
    /// The session in numbers.
    Statistics(Statistics),
    /// What was set to zero.
    Reset(Reset),
    /// The effect of a SIGINT; none if the program has ended.
    Interruption(Option<Interruption>),
}

/// The effect of a SIGINT for the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Interruption {
    /// It was sent.
    Sent,
    /// The program ignores it.
    Ignored,
    /// It was not sent: without a handler it would end the whole process.
    Deadly,
}
