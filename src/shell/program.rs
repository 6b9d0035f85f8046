//! The program's lives: starts it, hears of it, and ends it again; `restart` does so once more.

use std::env;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::Signal;

use super::current::Current;
use super::echo::{self, Describe};
use super::notices::Notices;
use super::{Shell, start};
use crate::commands::{Completion, Context, ENDED, Host, Key};
use crate::error::{Error, Result};
use crate::program::{News, OWN_BINARY, Process, Session, leave};
use crate::protocol::{Change, Ending, Gone, Remembered};
use crate::system::{self, Arrived, begin_stopping_with};
use crate::view::{Answer, Painter, Restarted, notice_line, overspending_line};

/// Said once when the program asks for input at the prompt.
const WANTS_INPUT: &str = "the program asks for input, but its stdin is empty here: it wants the terminal, type `fg` \
     (`restart --hold; fg` if it has ended)";

impl Shell {
    /// Starts the program, which is held.
    ///
    /// # Errors
    /// If it cannot be started.
    pub(super) fn start_program(&mut self, is_first: bool) -> Result<()> {
        let Some(surroundings) = &self.life.surroundings else {
            return Ok(());
        };
        if let Some(terminal) = &surroundings.terminal {
            let begun = terminal.begin();
            begun.map_err(|error| Error::system("cannot prepare the terminal", &error))?;
        }
        let streams = surroundings.streams(is_first, self.output.notices())?;
        let has_terminal = surroundings.terminal.is_some();
        let binary = Path::new(OWN_BINARY);
        let (process, session) = Process::start(binary, &self.life.program, streams, has_terminal)?;
        begin_stopping_with(has_terminal.then(|| process.id()));
        let process = Arc::new(process);
        self.life.hearing.set_program(Some(Arc::clone(&process)));
        self.listen(&session);
        if process.started.shares_descriptors {
            self.notice("the agent shares the program's descriptors: a program that closes them ends the session");
        }
        match &self.life.current {
            Some(current) => current.replace(session),
            None => self.life.current = Some(Current::new(session)),
        }
        self.life.process = Some(process);
        self.announce_end()
    }

    /// Announces the end of the program above the prompt, if there is one.
    pub(super) fn announce_end(&mut self) -> Result<()> {
        self.life.announcer = None;
        if let Some(above) = self.screen.above.clone() {
            let ended = self.session().ended().clone();
            let end = self.life.echo.as_ref().map(echo::Echo::end);
            let announcer = echo::announce_end(ended, end, above, self.describe_end());
            let trouble = |error| Error::system("cannot show the program's output", &error);
            self.life.announcer = Some(announcer.map_err(trouble)?);
        }
        Ok(())
    }

    /// Says how the program has ended that runs now.
    pub(super) fn describe_end(&self) -> Describe {
        let current = self.life.current.clone();
        Arc::new(
            move || match current.as_ref().and_then(|it| it.session().ending()) {
                Some(Ending::Gone(gone)) => format!("{}; `restart` starts it again", gone.sentence),
                _ => ENDED.to_owned(),
            },
        )
    }

    /// Creates the handle for notices.
    pub(super) fn open_notices(&mut self) -> Result<()> {
        let stderr = self.output.notices().try_clone();
        let stderr = stderr.map_err(|error| Error::system("cannot copy stderr", &error))?;
        self.notices = Some(Notices::new(stderr));
        Ok(())
    }

    /// From now on what happens in the session gives notice.
    fn listen(&self, session: &Session) {
        let Some(notices) = self.notices.clone() else {
            return;
        };
        let (form, interrupts) = (self.form, self.interrupts.0.clone());
        session.listen(move |event| match event {
            News::Overspent(overspending) => notices.tell(overspending_line(&overspending, form)),
            News::NamesChanged => notices.redraw_line(),
            News::WantsInput => notices.tell(notice_line(WANTS_INPUT, form)),
            News::Gone(_) => {
                // A script does not go on without its program.
                let _ = interrupts.send(Key::Interrupt);
            }
        });
    }

    /// Passes on to the program what is meant for it, and hears Ctrl-C where no keyboard is read.
    pub(super) fn hear_signals(&mut self) -> Result<()> {
        let (hearing, interrupts) = (self.life.hearing.clone(), self.interrupts.0.clone());
        let terminal = self
            .life
            .surroundings
            .as_ref()
            .and_then(|it| it.terminal.clone());
        let hear = move |arrived| match arrived {
            Arrived::Resized => {
                if let Some(terminal) = &terminal {
                    terminal.take_size();
                }
            }
            Arrived::Interrupt(sender) => {
                if hearing.is_of_program(sender) {
                    return;
                }
                if let Some(sender) = sender {
                    hearing.pass_on(Signal::INT, sender);
                }
                // There is a receiver as long as the shell lives.
                let _ = interrupts.send(Key::Interrupt);
            }
            Arrived::HangUp => hearing.hang_up(),
            Arrived::Sent(signal, sender) => {
                if let Some(signal) = Signal::from_named_raw(signal) {
                    hearing.pass_on(signal, sender);
                }
            }
        };
        system::listen(hear).map_err(|error| Error::system("cannot receive signals", &error))
    }

    /// How the program's process was lost, if it was, and not because the shell has ended it.
    pub(super) fn loss(&self) -> Option<Gone> {
        self.life.process.as_ref()?;
        match self.life.current.as_ref()?.session().ending()? {
            Ending::Gone(gone) => Some(gone),
            Ending::Status(_) | Ending::Raised { .. } => None,
        }
    }

    /// Undoes every patch, ends the program, and shows its last output; returns the exit status.
    pub(super) fn take_down(&mut self) -> u8 {
        let status = self.flow.leaving.unwrap_or(self.flow.status);
        let loss = self.loss().filter(|_| self.screen.above.is_none());
        let is_forced = self.end_program();
        self.life
            .echo
            .take()
            .into_iter()
            .for_each(echo::Echo::finish);
        if let Some(gone) = loss {
            self.say(&Error::new(gone.sentence).hint(gone.hint));
            return status.max(1);
        }
        if is_forced { status.max(1) } else { status }
    }

    /// Ends the program; whether that took force, which is told.
    fn end_program(&mut self) -> bool {
        self.life.announcer = None;
        let is_lost = self.has_lost_program();
        let Some(process) = self.life.process.take() else {
            return false;
        };
        let session = self.session();
        let is_interrupted = std::mem::take(&mut self.life.is_interrupted);
        let (name, interrupts) = (session.name().to_owned(), self.interrupts.1.clone());
        let left = leave(&process, &session, is_interrupted, |process| {
            if self.screen.above.is_some() {
                // A person waits.
                self.notice(&format!("`{name}` is still finalising; Ctrl-C kills it"));
            }
            self.screen.keyboard = None;
            interrupts.try_iter().for_each(drop);
            crossbeam_channel::select! {
                recv(process.end().come()) -> _ => {}
                recv(interrupts) -> _ => {}
            }
        });
        self.show_last_output();
        self.life.hearing.set_program(None);
        begin_stopping_with(None);
        if is_lost {
            self.life.follows = process.end().within(Duration::ZERO);
        }
        match left.undone {
            Some(Ok(mut report)) => {
                // What succeeded needs no message.
                report.lazy.clear();
                let outcomes = &mut report.outcomes;
                outcomes.retain(|outcome| {
                    !matches!(outcome.change, Change::Unpatched(_) | Change::Gone)
                });
                if !outcomes.is_empty() {
                    let text = Answer::Report(report).paint(&Painter::plain());
                    self.notice(text.trim_end());
                }
            }
            // Of a program that is gone nothing can be undone.
            Some(Err(error)) if !matches!(session.ending(), Some(Ending::Gone(_))) => {
                self.say(&error);
            }
            Some(Err(_)) | None => {}
        }
        if let Some(forced) = &left.forced {
            self.say(forced);
        }
        left.forced.is_some()
    }

    /// Shows above the prompt what the program has written before its end; a child of it may write on.
    fn show_last_output(&self) {
        let shown = self.life.surroundings.as_ref().and_then(|it| it.shown());
        let output = shown.and_then(|terminal| terminal.shell_end().ok());
        if let (Some(above), Some(output)) = (&self.screen.above, output) {
            above.drain(&output);
        }
    }

    /// Ends the program, and starts it again with its patches.
    ///
    /// # Errors
    /// If it could not be started again, or one of the patches is not restored.
    pub(super) fn start_again(&mut self, hold: bool) -> Result<()> {
        let put_back = "nothing was ended; put it back, then `restart`";
        if env::current_dir().is_err() {
            return Err(
                Error::new("the folder in which the program was started is gone").hint(put_back),
            );
        }
        start::check(&self.life.program)
            .map_err(|error| Error::new(error.to_string()).hint(put_back))?;
        let remembered = self.session().remembered();
        let keys = self.keys();
        self.end_program();
        if keys.try_iter().any(|key| key == Key::Interrupt) {
            return Err(Error::interrupted());
        }
        self.start_program(false)?;
        self.put_back(remembered, hold)
    }

    /// Restores patches, and starts the program unless it is held.
    fn put_back(&mut self, patches: Remembered, hold: bool) -> Result<()> {
        let session = self.session();
        let pending = session.put_back(patches);
        let mut context = Context {
            session: &session,
            host: self,
        };
        let outcome = context.wait_for_part(pending);
        if !hold {
            session.release().wait()?;
        }
        let (put_back, completion) = outcome?;
        let restarted = Restarted {
            program: session.name().to_owned(),
            is_held: session.is_held(),
            back: put_back.back,
            waiting: put_back.waiting,
            pending: put_back.pending,
        };
        context.host.show(&Answer::Restarted(restarted))?;
        match (put_back.lost.split_first(), completion) {
            (_, Completion::Interrupted) => Err(Error::interrupted()),
            (None, Completion::Whole) => Ok(()),
            (Some((first, others)), Completion::Whole) => Err(not_back(first, others.len())),
        }
    }
}

fn not_back(first: &Error, others: usize) -> Error {
    let error = match others {
        0 => Error::new(format!("1 patch could not be restored: {first}")),
        _ => Error::new(format!(
            "{} patches could not be restored; the first: {first}",
            others + 1
        )),
    };
    error.hint_of(first)
}
