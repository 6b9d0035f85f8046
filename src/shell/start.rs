//! From options to an exit status: starts the target and the session, runs what is to be run, and
//! takes everything down again.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;
use std::time::Duration;

use super::echo::Echo;
use super::keyboard::Keyboard;
use super::script::Script;
use super::{Options, Shell, keyboard};
use crate::commands::Shortening;
use crate::error::{Error, Result};
use crate::session::Session;
use crate::target::{self, Entry, OutputTo, Program, Target};
use crate::view::Output;

/// How long undoing the patches may take.
const CLOSE_PATIENCE: Duration = Duration::from_secs(2);

/// How commands come in.
enum Source {
    /// Lines of a person at a terminal with an editor.
    Prompt,
    /// Commands that were written down, and then perhaps a prompt.
    Script { script: Script, then_prompt: bool },
}

/// Runs the shell; the answer is the exit status of the process.
#[must_use]
pub fn run(options: &Options) -> u8 {
    target::leave_to_target();
    match Output::standard(options.color) {
        Ok(output) => {
            let mut shell = Shell::new(output, options.keep_going);
            shell.live(options).unwrap_or_else(|error| {
                shell.say(&error);
                error.exit_status()
            })
        }
        // Without stdout or stderr there is no way to say it.
        Err(_) => 1,
    }
}

impl Shell {
    /// Everything between the first and the last line.
    fn live(&mut self, options: &Options) -> Result<u8> {
        let program = checked(options.program())?;
        let source = Source::new(options)?;
        let has_prompt = !matches!(
            source,
            Source::Script {
                then_prompt: false,
                ..
            }
        );
        let output = match &options.target_output {
            Some(path) => OutputTo::File(path.clone()),
            None if has_prompt => OutputTo::Shell,
            None => OutputTo::Stderr,
        };
        let stdin_is_empty = has_prompt || source.is_stdin();
        let target_output = target::redirect(stdin_is_empty, &output)?;
        let target = Target::start(program)?;
        let session = Session::start()?;
        let echo = self.run_source(&session, &target, source, target_output);
        let outcome = self.take_down(session, target, echo);
        let status = self.leaving.unwrap_or(self.status);
        if let Err(error) = outcome {
            self.say(&error);
            target::exit_now(status);
        }
        Ok(status)
    }

    /// Runs the script, the prompt, or both. The answer carries the target's output, if anything does.
    fn run_source(
        &mut self,
        session: &Session,
        target: &Target,
        source: Source,
        target_output: Option<File>,
    ) -> Option<Echo> {
        let then_prompt = match source {
            Source::Prompt => true,
            Source::Script {
                script,
                then_prompt,
            } => {
                let outcome = self.run_unattended(session, target, script, then_prompt);
                if let Err(error) = outcome {
                    self.target_is_interrupted = error.is_interruption() && !then_prompt;
                    self.fail(&error);
                }
                then_prompt
            }
        };
        if !then_prompt || self.leaving.is_some() {
            return None;
        }
        self.status = 0;
        let mut echo = None;
        if let Err(error) = self.run_prompt(session, target, target_output, &mut echo) {
            self.fail(&error);
        }
        echo
    }

    /// Runs the script that the shell was started with.
    fn run_unattended(
        &mut self,
        session: &Session,
        target: &Target,
        script: Script,
        then_prompt: bool,
    ) -> Result<()> {
        if then_prompt {
            // A person waits for the prompt: Ctrl-C is for the script, and never for the target.
            self.keyboard = Keyboard::take().ok();
        } else {
            self.signals = keyboard::interrupts()
                .map_err(|error| Error::new(format!("cannot listen to signals: {error}")))?;
        }
        if script.has_prompt() {
            (self.shortening, self.keep_going) = (Shortening::Allowed, true);
        }
        let outcome = self.run_script(session, target, script);
        self.keyboard = None;
        outcome
    }

    /// Undoes every patch, ends the program, and shows its last words.
    fn take_down(&mut self, session: Session, target: Target, echo: Option<Echo>) -> Result<()> {
        session.close(CLOSE_PATIENCE)?;
        target.stop(self.target_is_interrupted)?;
        if let Some(echo) = echo {
            target::close_pseudo_terminal(self.output.notices());
            echo.finish();
        }
        Ok(())
    }
}

impl Source {
    fn new(options: &Options) -> Result<Self> {
        let stdin = || io::stdin().as_fd().try_clone_to_owned().map(File::from);
        let stdin =
            || stdin().map_err(|error| Error::new(format!("there is no standard input: {error}")));
        let then_prompt = options.interactive;
        let script = match (&options.command, &options.file) {
            (Some(text), _) => Script::from_text(text.clone()),
            (None, Some(path)) if path.as_os_str() == "-" => Script::from_pipe(stdin()?),
            (None, Some(path)) => Script::from_file(path)?,
            (None, None) if has_editor() => return Ok(Self::Prompt),
            (None, None) if io::stdin().is_terminal() => Script::from_terminal(stdin()?),
            (None, None) => Script::from_pipe(stdin()?),
        };
        Ok(Self::Script {
            script,
            then_prompt,
        })
    }

    /// Whether commands come from standard input, which the target then must not read.
    fn is_stdin(&self) -> bool {
        matches!(self, Self::Script { script, .. } if script.is_stdin())
    }
}

/// Whether lines can be edited: by a person at a terminal that knows how to move its cursor.
fn has_editor() -> bool {
    let is_dumb = std::env::var_os("TERM").is_none_or(|terminal| terminal == "dumb");
    io::stdin().is_terminal() && io::stdout().is_terminal() && !is_dumb
}

/// The program, if its script can be read: said before anything is started.
fn checked(program: Program) -> Result<Program> {
    if let Entry::Script(script) = &program.entry
        && let Err(error) = File::open(script)
    {
        return Err(Error::usage(format!(
            "cannot open the program `{}`: {error}",
            script.to_string_lossy()
        ))
        .hint("`instrsh SCRIPT.py ARG...` runs a script, `instrsh -m MODULE ARG...` a module"));
    }
    Ok(program)
}
