//! Leaving ends the program: in order if it cooperates, otherwise by force, which is reported.

use std::time::Duration;

use crossbeam_channel::RecvTimeoutError;

use super::children::{self, Status};
use super::{Target, run, signals};
use crate::error::Error;
use crate::protocol::Interruption;

/// How long the program may take to end when it is interrupted: a server may finish its requests.
const GRACE: Duration = Duration::from_millis(1500);
/// How long each further step of ending it may take.
const PATIENCE: Duration = Duration::from_millis(700);
/// How long the interpreter may take to finalise before that is reported, or it is killed: a
/// `__del__` may loop for ever.
const FINALISE_PATIENCE: Duration = Duration::from_secs(2);
/// What ends a program in order that only needs more time.
const IN_TIME: &str = "`interrupt; wait 30` before `exit` gives it more time";
/// The same for a program that SIGINT does not end.
const BY_ITSELF: &str = "`wait 30` before `exit` gives it time to end by itself";
/// The number of children that are named.
const MOST_CHILDREN: usize = 20;

/// How leaving has ended the program.
pub struct Left {
    /// The error for a program that was ended by force.
    pub forced: Option<Error>,
    /// Whether the interpreter is finalised. If not, the process must be left with
    /// [`exit_now`](super::exit_now).
    pub is_finalised: bool,
}

/// How a program was asked to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// It receives the request: by SIGINT, or because it never starts.
    Yes,
    /// It chose to ignore SIGINT.
    Ignores,
    /// SIGINT cannot reach it: it was ignored from the start, or would end the whole process.
    No,
}

impl Target {
    /// Ends the program and the interpreter: SIGINT first, unless the program ignores it, a second
    /// time if necessary, then `SystemExit`, so that `finally` blocks and exit handlers run. A
    /// program that was already interrupted is not interrupted at once, which would hit its exit
    /// handlers.
    ///
    /// A program that has ended by itself may take any time to finalise; `waits` is called if that
    /// takes long. Any other must finish within about five seconds.
    #[must_use]
    pub fn leave(&self, is_interrupted: bool, waits: impl FnOnce()) -> Left {
        let has_ended = self.has_ended_within(Duration::ZERO);
        let is_by_itself = has_ended && !self.is_quitting();
        self.quit();
        let told = if has_ended || is_interrupted {
            Told::Yes
        } else {
            self.tell_to_end()
        };
        // An exit handler may block, which `SystemExit` does not wake.
        if told == Told::Yes && !self.has_ended_within(GRACE) {
            self.interrupt();
        }
        // Without a request it has no reason to end by itself.
        let patience = if told == Told::Yes {
            PATIENCE
        } else {
            Duration::ZERO
        };
        let is_in_order = self.has_ended_within(patience);
        if !is_in_order {
            run::raise_system_exit(PATIENCE);
        }
        let why = match told {
            Told::Ignores => "ignores SIGINT",
            Told::Yes | Told::No => "did not end when it was interrupted",
        };
        if !self.has_ended_within(PATIENCE) {
            return self.forced(&format!("{why}; it was killed"), told, false);
        }
        signals::stop_timers();
        // The thread waits only for this message; if it is gone, so is the interpreter.
        let _ = self.finalise.send(());
        let mut is_finalised = self.is_finalised_within(FINALISE_PATIENCE);
        if is_by_itself && !is_finalised {
            waits();
            is_finalised = self.finalised.recv().is_err();
        }
        if !is_finalised {
            return self.forced(
                "did not finalise after it was interrupted; it was killed",
                told,
                false,
            );
        }
        if is_in_order || told == Told::No {
            return Left {
                forced: None,
                is_finalised: true,
            };
        }
        self.forced(&format!("{why}; it was ended by `SystemExit`"), told, true)
    }

    /// The error for a program that is ended by force, with its remaining children.
    #[must_use]
    pub fn forced_end(&self, how: &str) -> Error {
        self.forced_end_of(how, Told::Yes)
    }

    fn forced_end_of(&self, how: &str, told: Told) -> Error {
        let sentence = format!("`{}` {how}", self.name);
        let in_time = match told {
            Told::Ignores => BY_ITSELF,
            Told::Yes | Told::No => IN_TIME,
        };
        let children = children::running();
        if children.is_empty() {
            return Error::new(sentence).hint(in_time);
        }
        let first = children.iter().take(MOST_CHILDREN);
        let names: Vec<_> = first
            .clone()
            .map(|child| format!("`{}` ({})", self.name_of(child), child.id))
            .collect();
        let ids: Vec<_> = first.map(|child| child.id.to_string()).collect();
        let more = match children.len() - names.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let noun = if children.len() == 1 {
            "child"
        } else {
            "children"
        };
        Error::new(format!(
            "{sentence}, and leaves {} {noun} behind: {}{more}",
            children.len(),
            names.join(", ")
        ))
        .hint(format!("`kill {}` ends them; {in_time}", ids.join(" ")))
    }

    /// The program that a child runs: the program itself, if it was forked.
    fn name_of<'a>(&'a self, child: &'a Status) -> &'a str {
        let own = Status::of(std::process::id());
        if own.is_some_and(|own| own.name == child.name) {
            &self.name
        } else {
            &child.name
        }
    }

    fn forced(&self, how: &str, told: Told, is_finalised: bool) -> Left {
        Left {
            forced: Some(self.forced_end_of(how, told)),
            is_finalised,
        }
    }

    /// Asks a running program to end.
    fn tell_to_end(&self) -> Told {
        if self.is_held() {
            return match self.release.send(false) {
                Ok(()) => Told::Yes,
                Err(_) => Told::No,
            };
        }
        match self.thread.interrupt() {
            Interruption::Sent => Told::Yes,
            Interruption::Ignored if !self.ignores_from_start => Told::Ignores,
            Interruption::Ignored | Interruption::Deadly => Told::No,
        }
    }

    fn is_finalised_within(&self, patience: Duration) -> bool {
        self.finalised.recv_timeout(patience) == Err(RecvTimeoutError::Disconnected)
    }
}
