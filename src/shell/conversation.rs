//! The interactive shell: greets, reads lines and runs them until the user leaves.

use std::time::{Duration, Instant};

use super::Shell;
use super::echo::{self, Echo};
use super::keyboard::{Keyboard, QuietTerminal};
use super::line;
use super::output_pane::OutputPane;
use super::prompt::{Prompt, Typed};
use super::script::Script;
use super::typed_ahead::TypedAhead;
use crate::commands::{Host, Shortening};
use crate::error::{Error, Result, count};
use crate::program::built_for;
use crate::system::PseudoTerminal;

/// How long the greeting waits for the number of callables.
const GREETING_PATIENCE: Duration = Duration::from_secs(1);

impl Shell {
    /// Runs the prompt.
    pub(super) fn run_prompt(&mut self, mut prompt: Prompt) -> Result<()> {
        self.flow.shortening = Shortening::Allowed;
        // Between two prompts, Ctrl-C must not become a signal for the program.
        let quiet = QuietTerminal::new().ok();
        if let Some(give_back) = quiet.as_ref().and_then(QuietTerminal::give_back) {
            self.life.hearing.set_give_back(give_back);
        }
        self.screen.quiet = quiet;
        let trouble = |error| Error::system("cannot show the program's output", &error);
        let terminal = self.output.terminal().map_err(trouble)?;
        let bell = echo::bell(prompt.printer()?).map_err(trouble)?;
        let above = OutputPane::new(terminal, bell);
        self.screen.above = Some(above.clone());
        if let Some(news) = &self.notices {
            news.tell_above(above.clone(), prompt.has_text());
        }
        if let Some(known) = self.known() {
            prompt.begin(known, above.clone());
        }
        let shown = self.life.surroundings.as_ref().and_then(|it| it.shown());
        if let Some(output) = shown
            .map(PseudoTerminal::shell_end)
            .transpose()
            .map_err(trouble)?
        {
            let echo = Echo::start(output, above, self.describe_end());
            self.life.echo = Some(echo.map_err(trouble)?);
        }
        self.take_keyboard();
        let mut ahead = TypedAhead::default();
        self.greet();
        self.run_init_file();
        ahead.add(&self.give_keyboard_back());
        self.announce_end()?;
        let outcome = self.converse(&mut prompt, ahead);
        self.screen.quiet = None;
        outcome
    }

    fn greet(&mut self) {
        let session = self.session();
        // If the program holds the GIL, the greeting has no number.
        let deadline = Instant::now() + GREETING_PATIENCE;
        let (number, importing) = (session.count_own(), session.is_importing());
        let (number, importing) = (number.wait_until(deadline), importing.wait_until(deadline));
        let progress = match importing {
            Some(Ok(true)) => ", still importing",
            _ => "",
        };
        let callables = number
            .and_then(Result::ok)
            .map(|number| format!(" ({}{progress})", count(number, "callable")));
        self.notice(&format!(
            "instrsh {}, CPython {}, program: {}{}. Type `help`.",
            env!("CARGO_PKG_VERSION"),
            self.life
                .process
                .as_ref()
                .map_or(built_for().version, |it| &it.started.python),
            session.name(),
            callables.unwrap_or_default()
        ));
    }

    fn run_init_file(&mut self) {
        let Some(init) = self.choices.files.init.clone().filter(|init| init.exists()) else {
            return;
        };
        // Failures in it are reported, but do not fail the session.
        let keep_going = std::mem::replace(&mut self.flow.keep_going, true);
        let status = self.flow.status;
        let outcome = Script::from_file(&init).and_then(|script| self.run_written(script));
        outcome.unwrap_or_else(|error| self.say(&error));
        (self.flow.keep_going, self.flow.status) = (keep_going, status);
    }

    /// Reports an error, except an interruption, which the user caused.
    pub(super) fn tell(&mut self, outcome: Result<()>) {
        if let Err(error) = outcome
            && !error.is_interruption()
        {
            self.say(&error);
        }
    }

    /// Reads lines and runs them until the user leaves.
    fn converse(&mut self, prompt: &mut Prompt, mut ahead: TypedAhead) -> Result<()> {
        let mut interrupted_before = false;
        // The lines of an unfinished entry.
        let mut begun = String::new();
        // The text that is already on the line, before and after the cursor.
        let mut initial = (String::new(), String::new());
        while !self.is_leaving() {
            let typed = if let Some(typed) = ahead.next() {
                self.echo(&typed.behind_prompt(&begun));
                typed
            } else {
                prompt.follow(self.output.painter(), &self.choices.aliases);
                let (mut before, behind) = std::mem::take(&mut initial);
                before += &ahead.take_begun();
                prompt.read(&begun, (&before, &behind))?
            };
            let interrupted_again = interrupted_before && matches!(typed, Typed::Interrupted);
            interrupted_before = matches!(typed, Typed::Interrupted);
            match typed {
                Typed::Line(line) if line::is_open(&format!("{begun}{line}")) => {
                    begun += &line;
                    begun.push('\n');
                }
                // Nothing follows: the entry ends here.
                Typed::End if !begun.is_empty() => {
                    let text = std::mem::take(&mut begun);
                    ahead.add(&self.run_typed(text.trim_end_matches('\n')));
                }
                Typed::End => break,
                Typed::Interrupted if interrupted_again => break,
                Typed::Interrupted => self.notice("press Ctrl-C again, or Ctrl-D, to leave"),
                Typed::Cleared => begun.clear(),
                Typed::NotText(before, behind) => {
                    initial = (before, behind);
                    self.say(&not_text());
                }
                Typed::Line(line) => {
                    let text = std::mem::take(&mut begun) + &line;
                    prompt
                        .remember(&text)
                        .unwrap_or_else(|error| self.say(&error));
                    self.choices.history = prompt.history();
                    ahead.add(&self.run_typed(&text));
                }
            }
        }
        Ok(())
    }

    /// Runs what was typed or pasted, line by line; returns what was typed meanwhile.
    fn run_typed(&mut self, text: &str) -> String {
        self.take_keyboard();
        let outcome = self.run_entry(Script::typed(text));
        self.tell(outcome);
        self.give_keyboard_back()
    }

    /// Runs an entry despite failures, up to a Ctrl-C.
    ///
    /// # Errors
    /// The interruption.
    pub(super) fn run_entry(&mut self, mut entry: Script) -> Result<()> {
        while !self.is_leaving() {
            let Some(command) = entry.next_command(self.keys())? else {
                break;
            };
            let outcome = self.run_command(&command);
            if let Err(error) = outcome {
                if error.is_interruption() {
                    return Err(error);
                }
                self.say(&error);
            }
        }
        Ok(())
    }

    /// Takes the keyboard, if the process has one.
    pub(super) fn take_keyboard(&mut self) {
        self.screen.keyboard = Keyboard::take().ok();
    }

    pub(super) fn give_keyboard_back(&mut self) -> String {
        let keyboard = self.screen.keyboard.take();
        std::mem::take(&mut self.screen.typed_before)
            + &keyboard.map_or_else(String::new, Keyboard::give_back)
    }

    /// Writes a line as if it had been typed at the prompt.
    pub(super) fn echo(&mut self, line: &str) {
        let _held = self.screen.above.as_ref().map(OutputPane::hold);
        // If the terminal is gone, reading the next line fails.
        let _ = self.output.prompt(&format!("{line}\n"));
    }

    pub(super) fn notice(&mut self, text: &str) {
        let _held = self.screen.above.as_ref().map(OutputPane::hold);
        // If the terminal is gone, reading the next line fails.
        let _ = self.output.notice(text);
    }
}

fn not_text() -> Error {
    Error::new("ignored input that is not UTF-8")
        .hint("convert a Latin-1 file with `iconv -f latin1 -t utf-8`")
}
