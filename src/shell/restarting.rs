//! `restart`: starts the process again, and continues where the shell was.
//!
//! The command itself only requests this. As at `exit`, the running scripts end, but each saves its
//! remaining commands; then the program is ended and the terminal restored. Finally the process
//! executes itself, and the new image runs the remaining commands, the innermost script's first.

use std::os::fd::AsRawFd;

use super::handover::{Choices, Conversation, Handover, Supervision};
use super::script::Script;
use super::{Shell, start};
use crate::commands::{self, Completion, Context, Host, Key};
use crate::error::{Error, Result};
use crate::program::Session;
use crate::protocol::Remembered;
use crate::view::{Answer, Form, Restarted};

/// What the previous image has left for the prompt.
pub(super) struct Left {
    /// The rest of a typed line, after the scripts that it runs.
    pub(super) scripts: Vec<Script>,
    /// Keys that were typed ahead.
    pub(super) ahead: String,
    /// The lines typed so far, if no file keeps them.
    pub(super) history: Vec<String>,
}

impl Shell {
    /// Requests that the process restart as soon as nothing runs any more.
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

    /// Whether no further command may run.
    pub(super) fn is_leaving(&self) -> bool {
        self.leaving.is_some() || self.successor.is_some()
    }

    /// Saves the rest of a script for the next image, if there will be one.
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

    /// Restarts the process, if that was requested. The program must have ended or been abandoned, and
    /// the terminal restored. Returns only if no restart was requested, or if it fails.
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

    /// The user's choices, for the next image.
    fn choices(&mut self) -> Choices {
        Choices {
            settings: std::mem::take(&mut self.settings),
            aliases: std::mem::take(&mut self.aliases),
            recording: self.recording.take(),
        }
    }

    /// Adopts the choices made in the previous image.
    pub(super) fn choose(&mut self, choices: Choices) {
        self.output.set_colour(choices.settings.colour());
        self.settings = choices.settings;
        self.aliases = choices.aliases;
        self.recording = choices.recording;
    }

    /// Restores the patches of the previous image, and starts the program unless it is held.
    ///
    /// # Errors
    /// If one of them is not restored and will not be.
    pub(super) fn put_back(
        &mut self,
        session: &Session,
        patches: Remembered,
        hold: bool,
    ) -> Result<()> {
        let pending = session.put_back(patches);
        let mut context = Context {
            session,
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

    /// Runs one script, or the rest of several, to the end or the first failure. Each was run by a
    /// command of the next one. `before` is the outcome of the previous command of the first script.
    pub(super) fn run_each(
        &mut self,
        session: &Session,
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
            outcome = self.run_one(session, script, scripts.len() > 0);
            if self.successor.is_some() {
                return scripts.try_for_each(|script| self.leave_rest(script));
            }
        }
        outcome
    }

    /// Runs one of them. If a command of the next one has run it (`is_sourced`), answers that command.
    fn run_one(&mut self, session: &Session, script: Script, is_sourced: bool) -> Result<()> {
        let mut asked = self.output.asked();
        if script.form() == Form::Json {
            asked.form = Form::Json;
        }
        let file = script.name().to_owned();
        self.answering(asked, |shell| {
            if script.is_typed() {
                shell.run_entry(session, script)?;
            } else if script.has_prompt() {
                shell.run_script(session, script)?;
            } else {
                shell.run_written(session, script)?;
            }
            if !is_sourced || shell.is_leaving() {
                return Ok(());
            }
            shell.begin(commands::SOURCE, false);
            shell.show(&Answer::Sourced(file))
        })
    }

    /// Saves what was typed ahead for the next image, if there will be one.
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
