//! From options to an exit status: starts the program and the session, runs the commands, and ends
//! everything again.

use std::fs::File;
use std::io::{self, IsTerminal};
use std::os::fd::AsFd;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::echo::Echo;
use super::handover::{Conversation, Handover};
use super::keyboard::Keyboard;
use super::notices::Notices;
use super::prompt::Prompt;
use super::restarting::Left;
use super::script::Script;
use super::supervision::{self, Supervised};
use super::{Options, Shell, keyboard, version};
use crate::commands::{self, Settings, Shortening};
use crate::cpython::INPUT_WATCH;
use crate::error::{Error, Result};
use crate::program::{News, Session};
use crate::protocol::{Change, Remembered};
use crate::target::{self, Entry, Origin, OutputTo, Program, PseudoTerminal, Target};
use crate::view::{Answer, Asked, Form, Output, Painter, notice_line};

/// How long undoing the patches may take.
const CLOSE_PATIENCE: Duration = Duration::from_secs(1);

/// Where commands come from.
enum Source {
    /// A person at a terminal with an editor, with what is left from before a restart.
    Prompt(Option<Left>),
    /// Scripts: one, or the rest of several that run each other, the innermost first.
    Scripts(Vec<Script>),
}

/// Runs the shell; returns the exit status of the process. The calling thread must be the process's
/// first and only one.
#[must_use]
pub fn run(options: Options) -> u8 {
    let Ok((origin, message)) = Origin::record() else {
        // Without stdout or stderr this cannot be reported.
        return 1;
    };
    let Ok(mut output) = Output::standard(options.color, options.form()) else {
        return 1;
    };
    if let Some(what) = options.generate {
        return what.write(&mut output);
    }
    if options.version {
        return version::write_version(&options, &mut output);
    }
    let handover = message.and_then(|message| Handover::read(&message));
    match handover.as_ref().and_then(Handover::supervised) {
        Some(supervised) => live(options, origin, handover, output, supervised),
        None => supervision::supervise(output, has_editor(), |output, supervised| {
            live(options, origin, None, output, supervised)
        }),
    }
}

/// Runs the shell with its program.
fn live(
    options: Options,
    origin: Origin,
    handover: Option<Handover>,
    output: Output,
    supervised: Supervised,
) -> u8 {
    let words = supervised.last_words;
    let shell = move || {
        let (keep_going, program) = (options.keep_going, options.program());
        let settings = Settings::new(options.color);
        let shared = (words, supervised.sh_starter);
        let mut shell = Shell::new(output, settings, keep_going, shared, origin, program);
        let outcome = shell.live(&options, supervised.terminal, handover);
        let status = outcome.unwrap_or_else(|error| {
            shell.say(&error);
            error.exit_status()
        });
        words.leave();
        status
    };
    target::run_beside(shell).unwrap_or(1)
}

/// Where the program's output goes: with a prompt, it shares the terminal.
fn output_to(options: &Options, terminal: Option<PseudoTerminal>) -> OutputTo {
    match (&options.program_output, terminal) {
        (Some(path), _) => OutputTo::File(path.clone()),
        (None, Some(terminal)) => OutputTo::Shell(terminal),
        (None, None) => OutputTo::Stderr,
    }
}

/// Said once when the program asks for input at the prompt.
const WANTS_INPUT: &str = "the program asks for input, but its stdin is empty here: it wants the terminal, type `fg` \
     (`restart --hold; fg` if it has ended)";

impl Shell {
    /// Everything between the first and the last line.
    fn live(
        &mut self,
        options: &Options,
        terminal: Option<PseudoTerminal>,
        handover: Option<Handover>,
    ) -> Result<u8> {
        check(&self.program, Path::new(""))?;
        let hold = handover.as_ref().map_or(options.hold, |it| it.hold);
        let form = handover.as_ref().map_or(options.form(), |it| it.form);
        let (source, patches) = match handover {
            Some(handover) => self.resume(handover)?,
            None => (Source::new(options)?, None),
        };
        if options.interactive && !has_editor() && !source.has_prompt() {
            return Err(Error::usage("`-i` needs a terminal")
                .hint("leave it out to end after the commands"));
        }
        let has_prompt = options.interactive || matches!(source, Source::Prompt(_));
        self.pseudo_terminal = terminal.as_ref().and_then(PseudoTerminal::shell_end);
        let output = output_to(options, terminal.filter(|_| has_prompt));
        let stdin_is_empty = has_prompt || source.is_stdin();
        let prompt = has_prompt.then(|| self.prompt(&source)).transpose()?;
        let (stderr, is_anew) = (options.program_stderr.as_deref(), patches.is_some());
        let program_output = target::redirect(stdin_is_empty, output, stderr, is_anew)?;
        self.open_news()?;
        if has_prompt {
            self.watch_input(options.form())?;
        }
        let target = Target::start(self.program.clone())?;
        if prompt.is_none() {
            self.signals = keyboard::interrupts()
                .map_err(|error| Error::system("cannot receive signals", &error))?;
        }
        // Before the program runs, which may limit memory.
        let session = target.open_session()?;
        self.target = Some(target);
        // Not earlier: the program's handling of SIGINT must not be overwritten.
        if !hold && !is_anew {
            session.release().wait()?;
        }
        self.await_news(&session, options.form());
        let put_back = patches.map_or(Ok(()), |patches| {
            self.keyboard = has_prompt.then(Keyboard::take).and_then(io::Result::ok);
            let command = commands::RESTART;
            let outcome = self.answering(Asked { command, form }, |shell| {
                shell.put_back(&session, patches, hold)
            });
            self.typed_before = self.give_keyboard_back();
            outcome
        });
        let left = match source {
            Source::Prompt(conversation) => conversation.map(|it| (put_back, it)),
            Source::Scripts(scripts) => {
                self.run_unattended(&session, put_back, scripts, has_prompt);
                None
            }
        };
        let mut echo = None;
        if let Some(prompt) = prompt
            && !self.is_leaving()
        {
            self.status = 0;
            let outcome = self.run_prompt(&session, prompt, program_output, &mut echo, left);
            outcome.unwrap_or_else(|error| self.fail(&error));
        }
        Ok(self.take_down(session, echo))
    }

    /// Continues where the shell was before a `restart`.
    fn resume(&mut self, mut handover: Handover) -> Result<(Source, Option<Remembered>)> {
        self.status = handover.status;
        self.choose(std::mem::take(&mut handover.choices));
        Source::resume(handover).map(|(source, patches)| (source, Some(patches)))
    }

    /// Creates the handle for notices. Must be called before the program starts: a child that it
    /// forks closes what was open before.
    fn open_news(&mut self) -> Result<()> {
        let stderr = self.output.notices().try_clone();
        let stderr = stderr.map_err(|error| Error::system("cannot copy stderr", &error))?;
        self.notices = Some(Notices::new(stderr));
        Ok(())
    }

    /// From now on what happens in the session gives notice, in a `form`.
    fn await_news(&self, session: &Session, form: Form) {
        if let Some(news) = self.notices.clone() {
            session.listen(move |event| match event {
                News::Overspent(overspending) => news.tell(overspending.line(form)),
                News::NamesChanged => news.redraw_line(),
            });
        }
    }

    /// Gives a notice when the program asks for input, which is empty at the prompt. Must be called
    /// before the program starts.
    fn watch_input(&self, form: Form) -> Result<()> {
        let Some(notices) = self.notices.clone() else {
            return Ok(());
        };
        let asked = INPUT_WATCH.install();
        let told = move || {
            for () in asked {
                notices.tell(notice_line(WANTS_INPUT, form));
            }
        };
        let thread = thread::Builder::new().name("instrsh-input".into());
        let started = thread.spawn(told);
        started
            .map(drop)
            .map_err(|error| Error::system("cannot start a thread", &error))
    }

    /// Must be called before the program starts.
    fn prompt(&self, source: &Source) -> Result<Prompt> {
        let mut prompt = Prompt::new(self.files.history.clone(), self.output.painter())?;
        if let Source::Prompt(Some(left)) = source {
            prompt.go_on(&left.history);
        }
        Ok(prompt)
    }

    /// Runs the initial script, or the rest of it.
    fn run_unattended(
        &mut self,
        session: &Session,
        before: Result<()>,
        scripts: Vec<Script>,
        then_prompt: bool,
    ) {
        if then_prompt {
            // A person waits for the prompt: Ctrl-C is for the script, and never for the program.
            self.keyboard = Keyboard::take().ok();
        }
        if scripts.iter().any(Script::has_prompt) {
            (self.shortening, self.keep_going) = (Shortening::Allowed, true);
        }
        if let Err(error) = self.run_each(session, before, scripts) {
            self.target_is_interrupted = error.is_interruption() && !then_prompt;
            self.fail(&error);
        }
        self.keyboard = None;
    }

    /// Undoes every patch, ends the program, and shows its last output; returns the exit status.
    fn take_down(&mut self, session: Session, echo: Option<Echo>) -> u8 {
        let status = self.leaving.unwrap_or(self.status);
        let Some(target) = self.target.take() else {
            return status;
        };
        let name = session.name().to_owned();
        let closing = session.close();
        if !closing.is_done_within(CLOSE_PATIENCE) {
            // Code that holds the GIL may release it when it is interrupted.
            target.interrupt();
            if !closing.is_done_within(CLOSE_PATIENCE) {
                let _ = target.has_ended_within(CLOSE_PATIENCE);
                self.say(&target.forced_end(
                    "is holding the GIL, so the patches could not be undone; it was killed",
                ));
                self.abandon_target(status.max(1));
            }
            self.target_is_interrupted = true;
        }
        match closing.outcome() {
            Ok(mut report) => {
                // What succeeded needs no message.
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
        let left = target.leave(self.target_is_interrupted, || {
            if echo.is_some() {
                // A person waits; if it cannot be written, nothing is lost.
                let text = format!("`{name}` is still finalising; Ctrl-C kills it");
                let _ = self.output.notice(&text);
            }
        });
        if let Some(echo) = echo {
            target::close_pseudo_terminal(self.output.notices());
            echo.finish();
        }
        let status = match &left.forced {
            Some(forced) => {
                self.say(forced);
                status.max(1)
            }
            None => status,
        };
        if !left.is_finalised {
            self.abandon_target(status);
        }
        if let Err(error) = self.start_anew() {
            self.fail(&error);
            return self.status;
        }
        status
    }
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
            (None, None) if has_editor() => return Ok(Self::Prompt(None)),
            (None, None) if io::stdin().is_terminal() => Script::from_terminal(stdin()?)?,
            (None, None) => Script::from_pipe(stdin()?)?,
        };
        Ok(Self::Scripts(vec![script]))
    }

    /// The rest of the previous image's source, and the patches that were in place.
    fn resume(handover: Handover) -> Result<(Self, Remembered)> {
        let scripts = handover.scripts.into_iter().map(Script::resume);
        let scripts = scripts.collect::<Result<_>>()?;
        let source = match handover.conversation {
            Some(Conversation { ahead, history }) => Self::Prompt(Some(Left {
                scripts,
                ahead,
                history,
            })),
            None => Self::Scripts(scripts),
        };
        Ok((source, handover.patches))
    }

    /// Whether commands come from standard input, which the program then must not read.
    fn is_stdin(&self) -> bool {
        matches!(self, Self::Scripts(scripts) if scripts.iter().any(Script::is_stdin))
    }

    /// Whether a person expects a prompt, possibly without an editor.
    fn has_prompt(&self) -> bool {
        match self {
            Self::Prompt(_) => true,
            Self::Scripts(scripts) => scripts.iter().any(Script::has_prompt),
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

/// Checks that the program's script can be read from a folder, before anything is started.
///
/// # Errors
/// If it cannot.
pub(super) fn check(program: &Program, folder: &Path) -> Result<()> {
    if let Entry::Script(script) = &program.entry
        && let Err(error) = File::open(folder.join(script))
    {
        return Err(Error::usage(format!(
            "cannot open the program `{}`: {error}",
            script.to_string_lossy()
        ))
        .hint("`instrsh SCRIPT.py ARG...` runs a script, `instrsh -m MODULE ARG...` a module"));
    }
    Ok(())
}
