//! Leaving ends the program: in order if it cooperates, otherwise by force, which is reported.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::process::ended;
use super::{Process, Session};
use crate::error::{Error, Result};
use crate::protocol::{Ending, Interruption, Report};
use crate::system::{Status, children_of};

/// How long undoing the patches may take without any progress.
const CLOSE_PATIENCE: Duration = Duration::from_secs(1);
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

/// How a program was ended.
pub struct Left {
    /// What was unpatched; none if that was not possible.
    pub undone: Option<Result<Report>>,
    /// The error for a program that was ended by force.
    pub forced: Option<Error>,
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

/// A program that is being left.
struct Leaving<'a> {
    process: &'a Process,
    session: &'a Session,
}

/// Undoes every patch, ends the program and the interpreter: SIGINT first, unless the program ignores it, a second
/// time if necessary, then `SystemExit`, so that `finally` blocks and exit handlers run. A
/// program that was already interrupted is not interrupted at once, which would hit its exit
/// handlers.
///
/// A program that has ended by itself may take any time to finalise: `waits` is called if that takes long, and ends
/// the wait by returning. Any other must finish within about five seconds.
#[must_use]
pub fn leave(
    process: &Process,
    session: &Session,
    is_interrupted: bool,
    waits: impl FnOnce(&Process),
) -> Left {
    session.stop_listening();
    let leaving = Leaving { process, session };
    if matches!(session.ending(), Some(Ending::Gone(_))) {
        return leaving.end_what_is_left();
    }
    leaving.leave(is_interrupted, waits)
}

impl Leaving<'_> {
    fn leave(&self, is_interrupted: bool, waits: impl FnOnce(&Process)) -> Left {
        let is_by_itself = self.has_ended_within(Duration::ZERO);
        let undoing = self.session.unpatch_all();
        let (mut undone, mut is_interrupted) =
            (undoing.while_it_moves(CLOSE_PATIENCE), is_interrupted);
        // From here on, an interrupt of the program is none that it need report.
        let quitting = self.session.quit();
        if undone.is_none() {
            // Code that holds the GIL may release it when it is interrupted.
            self.interrupt();
            undone = undoing.while_it_moves(CLOSE_PATIENCE);
            is_interrupted = true;
        }
        let Some(undone) = undone else {
            let how = "is holding the GIL, so the patches could not be undone; it was killed";
            return Left {
                undone: None,
                forced: Some(self.kill(how, Told::Yes)),
            };
        };
        let _ = quitting.wait_until(Instant::now() + PATIENCE);
        let forced = self.end(is_by_itself, is_interrupted, waits);
        Left {
            undone: Some(undone),
            forced,
        }
    }

    /// Ends the program; the error if that takes force.
    fn end(
        &self,
        is_by_itself: bool,
        is_interrupted: bool,
        waits: impl FnOnce(&Process),
    ) -> Option<Error> {
        let told = if is_by_itself || is_interrupted {
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
            self.session.raise_exit();
        }
        let why = match told {
            Told::Ignores => "ignores SIGINT",
            Told::Yes | Told::No => "did not end when it was interrupted",
        };
        if !self.has_ended_within(PATIENCE) {
            return Some(self.kill(&format!("{why}; it was killed"), told));
        }
        let is_forced = !is_in_order && told != Told::No;
        let children = is_forced.then(|| self.children());
        self.session.let_go();
        if !self.process.has_ended_within(FINALISE_PATIENCE) {
            if !is_by_itself {
                let how = "did not finalise after it was interrupted; it was killed";
                return Some(self.kill(how, told));
            }
            waits(self.process);
            return self.end_finalising();
        }
        let how = format!("{why}; it was ended by `SystemExit`");
        children.map(|children| self.forced(&how, told, &children))
    }

    /// Ends a program that finalises for too long, as Ctrl-C does under `python`; the error if that was necessary.
    fn end_finalising(&self) -> Option<Error> {
        if self.process.has_ended_within(Duration::ZERO) {
            return None;
        }
        self.process.send(Signal::INT);
        if !self.process.has_ended_within(PATIENCE) {
            self.process.send(Signal::KILL);
        }
        self.process.wait();
        let gone = ended(self.process.end().within(Duration::ZERO)?);
        Some(Error::new(gone.sentence).hint(IN_TIME))
    }

    /// Ends a process that has no agent any more, if it has not ended.
    fn end_what_is_left(&self) -> Left {
        let mut forced = None;
        if !self.process.has_ended_within(Duration::ZERO) {
            self.process.send(Signal::INT);
            if !self.process.has_ended_within(GRACE) {
                let how = "did not end when it was interrupted; it was killed";
                forced = Some(self.kill(how, Told::Yes));
            }
        }
        Left {
            undone: None,
            forced,
        }
    }

    /// Waits for the end of the program, or of its process.
    fn has_ended_within(&self, patience: Duration) -> bool {
        let ended = self.session.ended().recv_timeout(patience);
        ended == Err(crossbeam_channel::RecvTimeoutError::Disconnected)
    }

    /// Asks a running program to end.
    fn tell_to_end(&self) -> Told {
        if self.session.is_held() {
            self.session.let_go();
            return Told::Yes;
        }
        match self.interrupt() {
            // That the process is gone is seen soon.
            None | Some(Interruption::Sent) => Told::Yes,
            Some(Interruption::Ignored) if !self.process.started.ignores_interrupts => {
                Told::Ignores
            }
            Some(Interruption::Ignored | Interruption::Deadly) => Told::No,
        }
    }

    fn interrupt(&self) -> Option<Interruption> {
        let interruption = self.session.interrupt().wait_until(Instant::now() + GRACE);
        interruption.and_then(Result::ok).flatten()
    }

    /// Kills the process; the error for it, with its remaining children.
    fn kill(&self, how: &str, told: Told) -> Error {
        let children = self.children();
        self.process.send(Signal::KILL);
        self.process.wait();
        self.forced(how, told, &children)
    }

    /// The program's children: their names and numbers.
    fn children(&self) -> Vec<(String, u32)> {
        let own = self.process.number();
        let name = Status::of(own).map(|own| own.name);
        let name_of = |child: &Status| {
            // A forked child is the program itself.
            if name.as_ref() == Some(&child.name) {
                self.session.name().to_owned()
            } else {
                child.name.clone()
            }
        };
        let children = children_of(own);
        let children = children.iter().map(|child| (name_of(child), child.id));
        children.collect()
    }

    fn forced(&self, how: &str, told: Told, children: &[(String, u32)]) -> Error {
        let sentence = format!("`{}` {how}", self.session.name());
        let in_time = match told {
            Told::Ignores => BY_ITSELF,
            Told::Yes | Told::No => IN_TIME,
        };
        if children.is_empty() {
            return Error::new(sentence).hint(in_time);
        }
        let first = children.iter().take(MOST_CHILDREN);
        let names = first.clone().map(|(name, id)| format!("`{name}` ({id})"));
        let names: Vec<_> = names.collect();
        let ids: Vec<_> = first.map(|(_, id)| id.to_string()).collect();
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
}
