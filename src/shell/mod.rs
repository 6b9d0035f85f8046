//! Floor 5, talks to a person or a script: starts everything, runs commands one by one, and leaves
//! the process as it was.

mod colouring;
mod completion;
mod conversation;
mod current;
mod echo;
mod files;
mod foreground;
mod generate;
mod hearing;
mod keyboard;
mod keys;
mod known;
mod line;
mod line_reader;
mod live;
mod notices;
mod options;
mod output_pane;
mod pager;
mod pipe;
mod program;
mod prompt;
mod recording;
mod script;
mod start;
mod surroundings;
mod target_text;
mod typed_ahead;
mod variables;
mod version;
mod wakeup;
mod words;

use std::path::Path;
use std::process::ExitStatus;
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, unbounded};

pub use options::Options;
pub use start::run;

use crate::commands::{
    self, Aliases, Command, Context, Host, Key, Returned, Setting, Settings, Shortening, Watch,
    Watched,
};
use crate::error::{Error, Result};
use crate::program::{History, Process, Program, Session};
use crate::view::{Answer, Asked, Form, Output};
use current::Current;
use echo::Echo;
use files::Files;
use hearing::Hearing;
use keyboard::{Keyboard, QuietTerminal};
use known::Known;
use live::LiveView;
use notices::Notices;
use output_pane::OutputPane;
use pager::Pager;
use pipe::Pipe;
use recording::Recording;
use script::Script;
use surroundings::Surroundings;
use variables::Variables;

/// The maximum depth of files that run each other.
const DEEPEST_SOURCE: usize = 16;

/// Runs commands for a person or a script, and is the host of commands.
pub(crate) struct Shell {
    output: Output,
    files: Files,
    shortening: Shortening,
    keep_going: bool,
    /// Keys that arrive as signals, where no keyboard is read.
    interrupts: (Sender<Key>, Receiver<Key>),
    keyboard: Option<Keyboard>,
    /// What was typed before the keyboard was given away during a command.
    typed_before: String,
    /// The terminal, while there is a prompt.
    quiet: Option<QuietTerminal>,
    /// Whether the keyboard was taken only for a live view.
    keyboard_is_for_view: bool,
    /// The live view that occupies the screen.
    live: Option<LiveView>,
    /// The area above the prompt, for the program's output.
    above: Option<OutputPane>,
    /// The notices of the session.
    notices: Option<Notices>,
    /// The `|` of each running command, the innermost last.
    pipes: Vec<Pipe>,
    /// Shows long answers to a person, if there is a pager.
    pager: Option<Pager>,
    history: Vec<String>,
    settings: Settings,
    aliases: Aliases,
    recording: Option<Recording>,
    /// The last command, if a recording keeps it.
    acted: Option<&'static Command>,
    depth: usize,
    /// The exit status of the first failure of a script.
    status: u8,
    leaving: Option<u8>,
    program: Program,
    surroundings: Option<Surroundings>,
    /// The form of notices.
    form: Form,
    /// The process of the program that runs now, and the session with it.
    process: Option<Arc<Process>>,
    current: Option<Current>,
    hearing: Hearing,
    /// Carries the program's output above the prompt.
    echo: Option<Echo>,
    /// Announces the end of the program there, until it is dropped.
    announcer: Option<Sender<()>>,
    /// Whether a signal that ended a script reached the program as well.
    program_is_interrupted: bool,
    /// The end that the shell is to end with.
    follows: Option<ExitStatus>,
}

impl Shell {
    fn new(output: Output, settings: Settings, keep_going: bool, program: Program) -> Self {
        Self {
            output,
            files: Files::new(),
            shortening: Shortening::Refused,
            keep_going,
            interrupts: unbounded(),
            keyboard: None,
            typed_before: String::new(),
            quiet: None,
            keyboard_is_for_view: false,
            live: None,
            above: None,
            notices: None,
            pipes: Vec::new(),
            pager: Pager::of(Variables::of_shell()),
            history: Vec::new(),
            settings,
            aliases: Aliases::default(),
            recording: None,
            acted: None,
            depth: 0,
            status: 0,
            leaving: None,
            program,
            surroundings: None,
            form: Form::Text,
            process: None,
            current: None,
            hearing: Hearing::default(),
            echo: None,
            announcer: None,
            program_is_interrupted: false,
            follows: None,
        }
    }

    /// The session with the program that runs now.
    ///
    /// # Panics
    /// Before the program was started.
    fn session(&self) -> Session {
        let current = self.current.as_ref();
        current
            .expect("the program is started before anything is asked")
            .session()
    }

    /// Whether no further command may run.
    fn is_leaving(&self) -> bool {
        self.leaving.is_some()
    }

    /// What can be typed; none before the program was started.
    fn known(&self) -> Option<Known> {
        let current = self.current.as_ref()?;
        Some(Known::new(current, &self.files, &self.aliases))
    }

    /// Runs one command and shows its answer.
    fn execute(&mut self, words: &[String]) -> Result<()> {
        let session = &self.session();
        let shortening = self.shortening;
        self.answering(self.output.asked(), |host| {
            let mut context = Context { session, host };
            let answer = commands::run(&mut context, words, shortening)?;
            host.show(&answer)
        })
    }

    /// Runs `work`, whose answers are in the form that was asked for.
    fn answering(
        &mut self,
        asked: Asked,
        work: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        let before = self.output.ask(asked);
        let outcome = work(self);
        match self.output.ask(before).form {
            Form::Text => outcome,
            Form::Json => outcome.map_err(Error::for_json),
        }
    }

    /// Runs a script to its end, or to its first failure.
    fn run_script(&mut self, mut script: Script) -> Result<()> {
        while !self.is_leaving() {
            if script.prompts_now() {
                self.output
                    .prompt(prompt::PROMPT)
                    .map_err(|error| Error::unwritable(&error))?;
            }
            let Some(command) = script.next_command(self.keys())? else {
                break;
            };
            let outcome = self.run_command(&command);
            if let Err(error) = outcome.map_err(|error| error.at(&command.place)) {
                if !self.keep_going || error.is_final() || self.has_lost_program() {
                    return Err(error);
                }
                self.fail(&error);
            }
        }
        Ok(())
    }

    /// The same for a file, in which commands may not be shortened.
    fn run_written(&mut self, script: Script) -> Result<()> {
        let shortening = std::mem::replace(&mut self.shortening, Shortening::Refused);
        let outcome = self.run_script(script);
        self.shortening = shortening;
        outcome
    }

    /// Whether a script has lost its program, without which it does not go on.
    fn has_lost_program(&self) -> bool {
        self.above.is_none() && self.loss().is_some()
    }

    /// Reports an error; the first one determines the exit status.
    fn fail(&mut self, error: &Error) {
        if self.status == 0 {
            self.status = error.exit_status();
        }
        self.say(error);
    }

    fn say(&mut self, error: &Error) {
        if !error.is_silent() {
            let _held = self.above.as_ref().map(OutputPane::hold);
            // If even errors cannot be written, the exit status still reports it.
            let _ = self.output.error(error);
        }
    }
}

impl Host for Shell {
    fn begin(&mut self, command: &'static str, is_for_json: bool) {
        let form = if is_for_json {
            Form::Json
        } else {
            self.output.asked().form
        };
        self.output.ask(Asked { command, form });
    }

    fn answers_in_json(&self) -> bool {
        self.output.asked().form == Form::Json
    }

    fn remark(&mut self, text: &str) {
        self.notice(text);
    }

    fn show(&mut self, answer: &Answer) -> Result<()> {
        self.begin_pipes()?;
        if self.page(answer)? {
            return Ok(());
        }
        // A reader of a pipe may take its time.
        let above = self.above.as_ref().filter(|_| self.pipes.is_empty());
        let _held = above.map(OutputPane::hold);
        self.output
            .answer(answer)
            .map_err(|error| Error::unwritable(&error))
    }

    fn show_progress(&mut self, done: usize, total: usize) {
        if self.pipes.is_empty() {
            let _held = self.above.as_ref().map(OutputPane::hold);
            self.output.progress(done, total);
        }
        self.refresh_view_meanwhile((total > 0).then_some((done, total)));
    }

    fn keys(&self) -> Receiver<Key> {
        let keys = self.keyboard.as_ref().map(Keyboard::keys);
        let keys = keys.or_else(|| self.keys_of_pipe());
        keys.unwrap_or_else(|| self.interrupts.1.clone())
    }

    fn idle(&mut self) {
        self.refresh_view_meanwhile(None);
    }

    fn begin_live_view(&mut self) -> Result<bool> {
        self.begin_view()
    }

    fn watch_live(
        &mut self,
        session: &Session,
        watch: &Watch,
        history: History,
    ) -> Result<Watched> {
        self.run_view(session, watch, history)
    }

    fn give_terminal(&mut self) -> Result<Returned> {
        self.leave_view();
        self.put_in_foreground()
    }

    fn clear_screen(&mut self) -> Result<()> {
        if !self.pipes.is_empty() {
            return Ok(());
        }
        let _held = self.above.as_ref().map(OutputPane::hold);
        self.output
            .clear()
            .map_err(|error| Error::unwritable(&error))
    }

    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn set(&mut self, setting: &Setting, value: Option<&str>) {
        self.settings.set(setting, value);
        self.output.set_colour(self.settings.colour());
    }

    fn aliases(&mut self) -> &mut Aliases {
        &mut self.aliases
    }

    fn record(&mut self, file: &Path, lines: &[String], overwrite: bool) -> Result<()> {
        self.begin_recording(file, lines, overwrite)
    }

    fn recording(&self) -> Option<(String, usize)> {
        self.recording.as_ref().map(Recording::told)
    }

    fn stop_recording(&mut self) -> Option<(String, usize)> {
        self.recording.take().as_ref().map(Recording::told)
    }

    fn done(&mut self, command: Option<&'static Command>) {
        self.acted = command;
    }

    fn history(&self) -> Vec<String> {
        self.history.clone()
    }

    fn source(&mut self, file: &Path) -> Result<bool> {
        if self.depth == DEEPEST_SOURCE {
            return Err(
                Error::new(format!("`{}` is nested too deeply", file.display()))
                    .hint("check whether a file sources itself"),
            );
        }
        let script = Script::from_file_named(&self.files.find(file), file)?;
        self.depth += 1;
        let outcome = self.run_written(script);
        self.depth -= 1;
        outcome.map(|()| !self.is_leaving())
    }

    fn restart(&mut self, hold: bool) -> Result<()> {
        self.leave_view();
        self.start_again(hold)
    }

    fn leave(&mut self, status: Option<u8>) -> u8 {
        *self.leaving.insert(status.unwrap_or(self.status))
    }
}
