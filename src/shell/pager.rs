//! The pager: shows an answer that is longer than the screen.

use std::ffi::OsStr;
use std::io;

use super::Shell;
use super::variables::Variables;
use crate::commands::Shortening;
use crate::error::{Error, Result};
use crate::view::Answer;

/// The options of `less`, unless `LESS` is set: it exits if everything fits on the screen, shows
/// colours, and leaves its text on the screen.
const OPTIONS: &str = "LESS=${LESS-FRX}; export LESS";
/// The default of `PAGER`.
const FOUND: &str = "command -v less >/dev/null && exec less; command -v more >/dev/null && exec more; \
     exec cat";
/// The exit statuses of `sh` if it cannot run a program.
const NOT_RUN: std::ops::RangeInclusive<i32> = 126..=127;

/// A command line for `sh` that shows a text page by page.
pub(super) struct Pager(String);

impl Pager {
    /// The command of `PAGER`; none if it is empty or `cat`.
    pub(super) fn of(variables: Variables<'_>) -> Option<Self> {
        let program = match variables.get("PAGER").map(OsStr::to_str) {
            Some(program) => program?.trim(),
            None => FOUND,
        };
        (!matches!(program, "" | "cat")).then(|| Self(format!("{OPTIONS}; {program}")))
    }
}

impl Shell {
    /// Shows an answer in the pager, if it is longer than the screen and a person has asked for it;
    /// false otherwise.
    ///
    /// # Errors
    /// If the pager cannot be started.
    pub(super) fn page(&mut self, answer: &Answer) -> Result<bool> {
        let is_typed = self.screen.above.is_some() && self.flow.shortening == Shortening::Allowed;
        let Some(Pager(command)) = self
            .pager
            .as_ref()
            .filter(|_| is_typed && self.pipes.is_empty())
        else {
            return Ok(false);
        };
        let Some(text) = self.output.longer_than_screen(answer) else {
            return Ok(false);
        };
        let command = command.clone();
        let running = self.start_sh(&command)?;
        let written = running.write(text.as_bytes());
        let status = self.finish_sh(running)?;
        if status.code().is_some_and(|code| NOT_RUN.contains(&code)) {
            self.pager = None;
            self.say(
                &Error::new("cannot run the pager; long answers are printed as they are").hint(
                    "before starting `instrsh`, type `export PAGER=less`, or `PAGER=` for none",
                ),
            );
            return Ok(false);
        }
        match written {
            // The user has seen enough.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Error::unwritable(&error))
            }
            _ => Ok(true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pager(program: &str) -> Option<String> {
        let environment = [("PAGER".into(), program.into())];
        Pager::of(Variables(&environment)).map(|pager| pager.0)
    }

    #[test]
    fn an_empty_one_and_cat_are_none() {
        assert_eq!(pager(""), None);
        assert_eq!(pager(" cat "), None);
        assert!(pager("more -d").is_some_and(|pager| pager.ends_with("; more -d")));
        assert!(Pager::of(Variables(&[])).is_some_and(|pager| pager.0.contains("less")));
    }
}
