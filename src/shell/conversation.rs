//! With a person: greets, reads lines, runs them, until the person leaves.

use std::fs::File;

use super::echo::{self, Echo};
use super::keyboard::{Keyboard, QuietTerminal};
use super::prompt::{Prompt, Typed};
use super::script::{Line, Script};
use super::typed_ahead::TypedAhead;
use super::{Shell, files};
use crate::commands::Shortening;
use crate::error::{Error, Result, count};
use crate::session::{Scope, Session};
use crate::target::{Target, python_version};

impl Shell {
    /// Runs the prompt; `echo` carries what the target writes above it.
    pub(super) fn run_prompt(
        &mut self,
        session: &Session,
        target: &Target,
        target_output: Option<File>,
        echo: &mut Option<Echo>,
    ) -> Result<()> {
        self.shortening = Shortening::Allowed;
        let mut prompt = Prompt::new(session, files::history(), self.output.painter())?;
        // Between two prompts a Ctrl-C must not become a signal for the target.
        let _quiet = QuietTerminal::new();
        let trouble = |error| Error::new(format!("cannot show the target's output: {error}"));
        if let Some(output) = target_output {
            let carrier = Echo::start(output, prompt.printer()?).map_err(trouble)?;
            self.gate = Some(carrier.gate());
            *echo = Some(carrier);
        }
        self.greet(session, target);
        let _announcer =
            echo::announce_end(target.ended().clone(), prompt.printer()?).map_err(trouble)?;
        if let Some(init) = files::init().filter(|init| init.exists()) {
            self.shortening = Shortening::Refused;
            let outcome = Script::from_file(&init)
                .and_then(|script| self.run_script(session, target, script));
            outcome.unwrap_or_else(|error| self.say(&error));
            self.shortening = Shortening::Allowed;
        }
        self.converse(session, target, &mut prompt)
    }

    fn greet(&mut self, session: &Session, target: &Target) {
        let callables = session
            .rows_if_any(Scope::Own)
            .wait()
            .map_or(0, |rows| rows.len());
        let greeting = format!(
            "instrsh {}, CPython {}, target: {} ({}). Type `help`.",
            env!("CARGO_PKG_VERSION"),
            python_version(),
            target.name(),
            count(callables, "callable")
        );
        self.notice(&greeting);
    }

    /// Reads lines and runs them until the person leaves.
    fn converse(
        &mut self,
        session: &Session,
        target: &Target,
        prompt: &mut Prompt<'_>,
    ) -> Result<()> {
        let mut ahead = TypedAhead::default();
        let mut interrupted_before = false;
        while self.leaving.is_none() {
            let typed = match ahead.next() {
                Some(typed) => {
                    self.notice(&typed.behind_prompt());
                    typed
                }
                None => prompt.read(&ahead.take_begun())?,
            };
            let interrupted_again = interrupted_before && matches!(typed, Typed::Interrupted);
            interrupted_before = matches!(typed, Typed::Interrupted);
            match typed {
                Typed::End => break,
                Typed::Interrupted if interrupted_again => break,
                Typed::Interrupted => self.notice("press Ctrl-C again, or Ctrl-D, to leave"),
                Typed::Cleared => {}
                Typed::Line(text) => {
                    prompt
                        .remember(&text)
                        .unwrap_or_else(|error| self.say(&error));
                    self.history = prompt.history();
                    ahead.add(&self.run_typed(session, target, &text));
                }
            }
        }
        Ok(())
    }

    /// Runs what was typed or pasted, line by line; gives what was typed meanwhile.
    fn run_typed(&mut self, session: &Session, target: &Target, text: &str) -> String {
        self.keyboard = Keyboard::take().ok();
        let lines: Vec<Line> = text.lines().map(Line::typed).collect();
        for words in lines.iter().flat_map(Line::commands) {
            let outcome = words.and_then(|words| self.execute(session, target, &words));
            if let Err(error) = outcome {
                if error.is_interruption() {
                    break;
                }
                self.say(&error);
            }
            if self.leaving.is_some() {
                break;
            }
        }
        self.keyboard
            .take()
            .map_or_else(String::new, Keyboard::give_back)
    }

    fn notice(&mut self, text: &str) {
        // A terminal that is gone shows in the next line that is read.
        let _ = self.output.notice(text);
    }
}
