//! `restart`: the process starts anew, and the shell goes on where it was.
//!
//! The command only tells that it shall be so. The scripts that run end as at `exit`, but each leaves
//! its rest; the program is ended and the terminal given back as at `exit`; then the process executes
//! itself. In the new image the rests are run, the innermost first.

use std::os::fd::AsRawFd;

use super::handover::{Choices, Conversation, Handover, Supervision};
use super::script::Script;
use super::{Shell, start};
use crate::commands::{self, Completion, Context, Host, Key};
use crate::error::{Error, Result};
use crate::session::{Remembered, Session};
use crate::target::Target;
use crate::view::{Answer, Form, Restarted};

/// What is left at the prompt by the image before.
pub(super) struct Left {
    /// What is left of a line that was typed, behind what that runs.
    pub(super) scripts: Vec<Script>,
    /// Keys that were pressed ahead.
    pub(super) ahead: String,
    /// The lines typed so far, if no file keeps them.
    pub(super) history: Vec<String>,
}

impl Shell {
    /// Lets the process start anew as soon as nothing runs any more.
    ///
    /// # Errors
    /// If the program could not be started again.
    pub(super) fn begin_restart(&mut self, patches: Remembered, hold: bool) -> Result<()> {
        let folder = self.origin.folder();
        if !folder.is_dir() {
            return Err(Error::new(format!(
                "the program was started in `{}`, which is gone",
                folder.display()
            ))
            .hint("nothing was ended; put it back, then `restart`"));
        }
        start::check(&self.program, folder).map_err(|error| {
            Error::new(error.to_string()).hint("nothing was ended; put it back, then `restart`")
        })?;
        self.successor = Some(Handover::new(patches, hold, self.output.asked().form));
        Ok(())
    }

    /// Whether no further command is to be run.
    pub(super) fn is_leaving(&self) -> bool {
        self.leaving.is_some() || self.successor.is_some()
    }

    /// Leaves the rest of a script to the new image, if there is to be one.
    ///
    /// # Errors
    /// If the script cannot be read.
    pub(super) fn leave_rest(&mut self, script: Script) -> Result<()> {
        if let Some(successor) = &mut self.successor {
            let form = self.output.asked().form;
            successor.scripts.push(script.rest(form)?);
        }
        Ok(())
    }

    /// Starts the process anew, if that was asked for. The program must have ended or been given up,
    /// and the terminal must be as it was. Comes back only if it does not work.
    pub(super) fn start_anew(&mut self) -> Result<()> {
        let Some(mut successor) = self.successor.take() else {
            return Ok(());
        };
        if self.signals.try_iter().any(|key| key == Key::Interrupt) {
            return Err(Error::interrupted());
        }
        successor.status = self.status;
        successor.choices = self.choices();
        successor.supervision = Some(Supervision {
            terminal: self.pseudo_terminal.as_ref().map(AsRawFd::as_raw_fd),
            last_words: self.last_words.descriptor(),
            sh_starter: self.sh_starter.descriptor(),
        });
        let trouble = |error: &dyn std::fmt::Display| {
            Error::new(format!("cannot restart the program: {error}"))
        };
        let message = serde_json::to_vec(&successor).map_err(|error| trouble(&error))?;
        match self.origin.start_anew(&message, &successor.descriptors()) {
            Err(error) => Err(trouble(&error)),
        }
    }

    /// What the new image is to know of the user's choices.
    fn choices(&mut self) -> Choices {
        Choices {
            settings: std::mem::take(&mut self.settings),
            aliases: std::mem::take(&mut self.aliases),
            recording: self.recording.take(),
        }
    }

    /// Goes on with what was chosen in the image before.
    pub(super) fn choose(&mut self, choices: Choices) {
        self.output.set_colour(choices.settings.colour());
        self.settings = choices.settings;
        self.aliases = choices.aliases;
        self.recording = choices.recording;
    }

    /// Puts the patches of the image before on again, and starts the program unless it is held.
    ///
    /// # Errors
    /// If not all of them are back or will come back.
    pub(super) fn put_back(
        &mut self,
        session: &Session,
        target: &Target,
        patches: Remembered,
        hold: bool,
    ) -> Result<()> {
        let pending = session.put_back(patches);
        let mut context = Context {
            session,
            target,
            host: self,
        };
        let outcome = context.wait_for_part(pending);
        if !hold {
            target.release();
        }
        let (put_back, completion) = outcome?;
        let restarted = Restarted {
            program: target.name().to_owned(),
            is_held: target.is_held(),
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

    /// Runs one script, or what is left of several, up to the end or the first failure. Each was run
    /// by a command of the next; what came of the command `before` goes on as if it were of the first.
    pub(super) fn run_each(
        &mut self,
        session: &Session,
        target: &Target,
        before: Result<()>,
        scripts: Vec<Script>,
    ) -> Result<()> {
        let place = scripts.first().map(Script::place).unwrap_or_default();
        let mut outcome = before.map_err(|error| error.at(&place));
        let mut scripts = scripts.into_iter();
        while let Some(script) = scripts.next() {
            if let Err(error) = outcome {
                if script.is_typed() && !error.is_interruption() {
                    self.say(&error);
                } else if self.keep_going && !error.is_final() {
                    self.fail(&error);
                } else {
                    outcome = Err(error);
                    continue;
                }
            }
            self.depth = scripts.len();
            outcome = self.run_one(session, target, script, scripts.len() > 0);
            if self.successor.is_some() {
                return scripts.try_for_each(|script| self.leave_rest(script));
            }
        }
        outcome
    }

    /// Runs one of them; one that was run by a command of the next is an answer of that.
    fn run_one(
        &mut self,
        session: &Session,
        target: &Target,
        script: Script,
        is_sourced: bool,
    ) -> Result<()> {
        let mut asked = self.output.asked();
        if script.form() == Form::Json {
            asked.form = Form::Json;
        }
        let file = script.name().to_owned();
        self.answering(asked, |shell| {
            if script.is_typed() {
                shell.run_entry(session, target, script)?;
            } else if script.has_prompt() {
                shell.run_script(session, target, script)?;
            } else {
                shell.run_written(session, target, script)?;
            }
            if !is_sourced || shell.is_leaving() {
                return Ok(());
            }
            shell.begin(commands::SOURCE, false);
            shell.show(&Answer::Sourced(file))
        })
    }

    /// Leaves what was typed ahead to the new image, if there is to be one.
    pub(super) fn leave_conversation(&mut self, ahead: String, history: Vec<String>) {
        if let Some(successor) = &mut self.successor {
            successor.conversation = Some(Conversation { ahead, history });
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
