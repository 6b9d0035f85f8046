//! From options to an exit status: starts the target and the session, runs what is to be run, and
//! takes everything down again.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;
use std::time::Duration;

use super::echo::Echo;
use super::keyboard::Keyboard;
use super::prompt::Prompt;
use super::script::Script;
use super::supervision::{self, Supervised};
use super::{Options, Shell, keyboard};
use crate::commands::Shortening;
use crate::error::{Error, Result};
use crate::session::{Change, Session};
use crate::target::{self, Entry, OutputTo, Program, PseudoTerminal, Target};
use crate::view::{Answer, Output, Painter};

/// How long undoing the patches may take.
const CLOSE_PATIENCE: Duration = Duration::from_secs(1);

/// How commands come in.
enum Source {
    /// Lines of a person at a terminal with an editor.
    Prompt,
    /// Commands that were written down.
    Script(Script),
}

/// Runs the shell; the answer is the exit status of the process. The calling thread must be the
/// process's first, and the only one.
#[must_use]
pub fn run(options: Options) -> u8 {
    match Output::standard(options.color) {
        Ok(output) => supervision::supervise(output, has_editor(), |output, supervised| {
            live(options, output, supervised)
        }),
        // Without stdout or stderr there is no way to say it.
        Err(_) => 1,
    }
}

/// Runs the shell beside its target.
fn live(options: Options, output: Output, supervised: Supervised) -> u8 {
    let shell = move || {
        let mut shell = Shell::new(output, options.keep_going, supervised.last_words);
        let outcome = shell.live(&options, supervised.terminal);
        let status = outcome.unwrap_or_else(|error| {
            shell.say(&error);
            error.exit_status()
        });
        supervised.last_words.leave();
        status
    };
    target::run_beside(shell).unwrap_or(1)
}

impl Shell {
    /// Everything between the first and the last line.
    fn live(&mut self, options: &Options, terminal: Option<PseudoTerminal>) -> Result<u8> {
        let program = checked(options.program())?;
        let source = Source::new(options)?;
        if options.interactive
            && !has_editor()
            && !matches!(source, Source::Script(ref script) if script.has_prompt())
        {
            return Err(Error::usage("`-i` needs a terminal")
                .hint("leave it out: the shell ends with the commands"));
        }
        let has_prompt = options.interactive || matches!(source, Source::Prompt);
        let output = match (&options.target_output, terminal) {
            (Some(path), _) => OutputTo::File(path.clone()),
            (None, Some(terminal)) if has_prompt => OutputTo::Shell(terminal),
            _ => OutputTo::Stderr,
        };
        let stdin_is_empty = has_prompt || source.is_stdin();
        let painter = self.output.painter();
        let prompt = has_prompt
            .then(|| Prompt::new(self.files.history.clone(), painter))
            .transpose()?;
        let target_output =
            target::redirect(stdin_is_empty, output, options.target_stderr.as_deref())?;
        let target = Target::start(program, true)?;
        if prompt.is_none() {
            self.signals = keyboard::interrupts()
                .map_err(|error| Error::new(format!("cannot listen to signals: {error}")))?;
        }
        // Not before: what the program makes of SIGINT must not be overwritten.
        if !options.hold {
            target.release();
        }
        let session = Session::start(target.hook_cost())?;
        if let Source::Script(script) = source {
            self.run_unattended(&session, &target, script, prompt.is_some());
        }
        let mut echo = None;
        if let Some(prompt) = prompt
            && self.leaving.is_none()
        {
            self.status = 0;
            let outcome = self.run_prompt(&session, &target, prompt, target_output, &mut echo);
            outcome.unwrap_or_else(|error| self.fail(&error));
        }
        Ok(self.take_down(session, target, echo))
    }

    /// Runs the script that the shell was started with.
    fn run_unattended(
        &mut self,
        session: &Session,
        target: &Target,
        script: Script,
        then_prompt: bool,
    ) {
        if then_prompt {
            // A person waits for the prompt: Ctrl-C is for the script, and never for the target.
            self.keyboard = Keyboard::take().ok();
        }
        if script.has_prompt() {
            (self.shortening, self.keep_going) = (Shortening::Allowed, true);
        }
        if let Err(error) = self.run_script(session, target, script) {
            self.target_is_interrupted = error.is_interruption() && !then_prompt;
            self.fail(&error);
        }
        self.keyboard = None;
    }

    /// Undoes every patch, ends the program, and shows its last words; gives the exit status.
    fn take_down(&mut self, session: Session, target: Target, echo: Option<Echo>) -> u8 {
        let status = self.leaving.unwrap_or(self.status);
        let closing = session.close();
        if !closing.is_done_within(CLOSE_PATIENCE) {
            // What holds the interpreter may let go of it when it is interrupted.
            target.interrupt();
            if !closing.is_done_within(CLOSE_PATIENCE) {
                self.say(&Error::new("the patches could not be undone: the target does not let go of the interpreter"));
                let _ = target.has_ended_within(CLOSE_PATIENCE);
                self.abandon_target(status.max(1));
            }
            self.target_is_interrupted = true;
        }
        match closing.outcome() {
            Ok(mut report) => {
                // What went as it should needs no word.
                report.lazy.clear();
                let outcomes = &mut report.outcomes;
                outcomes.retain(|outcome| {
                    !matches!(outcome.change, Change::Unpatched(_) | Change::Gone)
                });
                if !outcomes.is_empty() {
                    let text = Answer::Report(report).paint(&Painter::plain());
                    let _ = self.output.notice(text.trim_end());
                }
            }
            Err(error) => self.say(&error),
        }
        let stopped = target.stop(self.target_is_interrupted);
        if let Some(echo) = echo {
            target::close_pseudo_terminal(self.output.notices());
            echo.finish();
        }
        if let Err(error) = stopped {
            self.say(&error);
            self.abandon_target(status);
        }
        status
    }
}

impl Source {
    fn new(options: &Options) -> Result<Self> {
        let stdin = || {
            let copy = io::stdin().as_fd().try_clone_to_owned().map(File::from);
            copy.map_err(|error| Error::new(format!("there is no standard input: {error}")))
        };
        let script = match (&options.command, &options.file) {
            (Some(text), _) => Script::from_text(text.clone()),
            (None, Some(path)) if path.as_os_str() == "-" => Script::from_pipe(stdin()?)?,
            (None, Some(path)) => Script::from_file(path).map_err(Error::into_usage)?,
            (None, None) if has_editor() => return Ok(Self::Prompt),
            (None, None) if io::stdin().is_terminal() => Script::from_terminal(stdin()?)?,
            (None, None) => Script::from_pipe(stdin()?)?,
        };
        Ok(Self::Script(script))
    }

    /// Whether commands come from standard input, which the target then must not read.
    fn is_stdin(&self) -> bool {
        matches!(self, Self::Script(script) if script.is_stdin())
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
