//! From options to an exit status: starts the program and the session, runs the commands, and ends
//! everything again.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::Arc;

use rustix::termios::tcgetattr;

use super::prompt::Prompt;
use super::script::Script;
use super::surroundings::Surroundings;
use super::{Options, Shell, version};
use crate::commands::{Settings, Shortening};
use crate::error::{Error, Result};
use crate::program::{Entry, Program};
use crate::system::{self, Input, PseudoTerminal};
use crate::view::Output;

/// Where commands come from.
enum Source {
    /// A person at a terminal with an editor.
    Prompt,
    /// A script.
    Script(Script),
}

/// Runs the shell; returns the exit status of the process.
#[must_use]
pub fn run(options: &Options) -> u8 {
    let Ok(mut output) = Output::standard(options.color, options.form()) else {
        // Without stdout or stderr this cannot be reported.
        return 1;
    };
    if let Some(what) = options.generate {
        return what.write(&mut output);
    }
    if options.version {
        return version::write_version(options, &mut output);
    }
    let settings = Settings::new(options.color);
    let mut shell = Shell::new(output, settings, options.keep_going, options.program());
    let outcome = shell.live(options);
    let status = outcome.unwrap_or_else(|error| {
        shell.say(&error);
        error.exit_status()
    });
    let follows = shell.life.follows;
    drop(shell);
    // Not 0: the shell did not finish its work.
    follows.map_or(status, |end| system::follow(end).max(1))
}

impl Shell {
    /// Everything between the first and the last line.
    fn live(&mut self, options: &Options) -> Result<u8> {
        check(&self.life.program)?;
        let source = Source::new(options)?;
        if options.interactive && !has_editor() && !source.has_prompt() {
            return Err(Error::usage("`-i` needs a terminal")
                .hint("leave it out to end after the commands"));
        }
        let has_prompt = options.interactive || matches!(source, Source::Prompt);
        let input = if source.is_stdin() {
            Input::Empty
        } else {
            Input::Inherited
        };
        let terminal = has_prompt.then(open_terminal).transpose()?;
        let prompt = has_prompt
            .then(|| Prompt::new(self.choices.files.history.clone(), self.output.painter()));
        let prompt = prompt.transpose()?;
        self.form = options.form();
        self.life.surroundings = Some(Surroundings::new(options, input, terminal));
        self.open_notices()?;
        self.hear_signals()?;
        self.start_program(true)?;
        if !options.hold {
            let released = self.session().release().wait();
            // A program may end as soon as it starts.
            if self.loss().is_none() {
                released?;
            }
        }
        if let Source::Script(script) = source {
            self.run_unattended(script, has_prompt);
        }
        if let Some(prompt) = prompt
            && !self.is_leaving()
        {
            self.flow.status = 0;
            let outcome = self.run_prompt(prompt);
            outcome.unwrap_or_else(|error| self.fail(&error));
        }
        Ok(self.take_down())
    }

    /// Runs the initial script.
    fn run_unattended(&mut self, script: Script, then_prompt: bool) {
        if then_prompt {
            // A person waits for the prompt: Ctrl-C is for the script, and never for the program.
            self.take_keyboard();
        }
        let is_typed = script.has_prompt();
        if is_typed {
            (self.flow.shortening, self.flow.keep_going) = (Shortening::Allowed, true);
        }
        let outcome = if is_typed {
            self.run_script(script)
        } else {
            self.run_written(script)
        };
        if let Err(error) = outcome {
            self.life.is_interrupted = error.is_interruption() && !then_prompt;
            // That the program is gone is told at the end.
            if then_prompt || self.loss().is_none() {
                self.fail(&error);
            }
        }
        self.screen.keyboard = None;
    }
}

/// A terminal for the program, like that of the shell.
fn open_terminal() -> Result<Arc<PseudoTerminal>> {
    let open = || PseudoTerminal::open(tcgetattr(io::stdin())?);
    let terminal = open().map_err(|error| Error::system("there is no terminal", &error))?;
    Ok(Arc::new(terminal))
}

impl Source {
    fn new(options: &Options) -> Result<Self> {
        let stdin = || {
            let copy = io::stdin().as_fd().try_clone_to_owned().map(File::from);
            copy.map_err(|error| Error::system("there is no standard input", &error))
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

    /// Whether commands come from standard input, which the program then must not read.
    fn is_stdin(&self) -> bool {
        matches!(self, Self::Script(script) if script.is_stdin())
    }

    /// Whether a person expects a prompt, possibly without an editor.
    fn has_prompt(&self) -> bool {
        match self {
            Self::Prompt => true,
            Self::Script(script) => script.has_prompt(),
        }
    }
}

/// Whether lines can be edited: by a person at the process's own terminal, which can move its
/// cursor.
fn has_editor() -> bool {
    let is_dumb = std::env::var_os("TERM").is_none_or(|terminal| terminal == "dumb");
    let is_own = File::open("/dev/tty").is_ok();
    io::stdin().is_terminal() && io::stdout().is_terminal() && !is_dumb && is_own
}

/// Checks that the program's script can be read, before anything is started.
///
/// # Errors
/// If it cannot.
pub(super) fn check(program: &Program) -> Result<()> {
    if let Entry::Script(script) = &program.entry
        && let Err(error) = File::open(Path::new(script))
    {
        return Err(Error::usage(format!(
            "cannot open the program `{}`: {error}",
            script.to_string_lossy()
        ))
        .hint("`instrsh SCRIPT.py ARG...` runs a script, `instrsh -m MODULE ARG...` a module"));
    }
    Ok(())
}
