//! Floor 5, talks to a person or a script: starts everything, runs commands one by one, and leaves
//! the process as it was.

mod colouring;
mod completion;
mod conversation;
mod echo;
mod files;
mod foreground;
mod generate;
mod handover;
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
mod prompt;
mod recording;
mod restarting;
mod script;
mod start;
mod supervision;
mod target_text;
mod typed_ahead;
mod variables;
mod version;
mod wakeup;
mod words;

use std::fs::File;
use std::path::Path;

use crossbeam_channel::{Receiver, never};

pub use options::Options;
pub use start::run;

use crate::commands::{
    self, Aliases, Command, Context, Host, Key, Returned, Setting, Settings, Shortening, Watch,
    Watched,
};
use crate::error::{Error, Result};
use crate::program::{History, Session};
use crate::protocol::Remembered;
use crate::target::{self, LastWords, Origin, Program, ShStarter, Target};
use crate::view::{Answer, Asked, Form, Output};
use files::Files;
use foreground::Stops;
use handover::Handover;
use keyboard::{Keyboard, QuietTerminal};
use known::Known;
use live::LiveView;
use notices::Notices;
use output_pane::OutputPane;
use pager::Pager;
use pipe::Pipe;
use recording::Recording;
use script::Script;
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
    signals: Receiver<Key>,
    keyboard: Option<Keyboard>,
    /// What was typed before the keyboard was given away during a command.
    typed_before: String,
    /// The terminal, while there is a prompt.
    quiet: Option<QuietTerminal>,
    /// Notifies when the program returns the terminal.
    stops: Option<Stops>,
    /// Whether the keyboard was taken only for a live view.
    keyboard_is_for_view: bool,
    /// The live view that occupies the screen.
    live: Option<LiveView>,
    /// The area above the prompt, for the program's output.
    above: Option<OutputPane>,
    /// The notices of the session.
    notices: Option<Notices>,
    /// Starts the commands after `|`.
    sh_starter: ShStarter,
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
    /// How the process was started, which a restart repeats.
    origin: Origin,
    program: Program,
    /// The message to the next image, once a restart was requested.
    successor: Option<Handover>,
    /// The shell's end of the program's terminal, which the supervisor knows.
    pseudo_terminal: Option<File>,
    /// Shared with the supervisor.
    last_words: LastWords,
    /// The program, once it is there.
    target: Option<Target>,
    /// Whether a signal that ended a script reached the program as well.
    target_is_interrupted: bool,
}

impl Shell {
    fn new(
        output: Output,
        settings: Settings,
        keep_going: bool,
        (last_words, sh_starter): (LastWords, ShStarter),
        origin: Origin,
        program: Program,
    ) -> Self {
        Self {
            output,
            files: Files::new(),
            shortening: Shortening::Refused,
            keep_going,
            signals: never(),
            keyboard: None,
            typed_before: String::new(),
            quiet: None,
            stops: None,
            keyboard_is_for_view: false,
            live: None,
            above: None,
            notices: None,
            sh_starter,
            pipes: Vec::new(),
            pager: Pager::of(Variables(origin.environment())),
            history: Vec::new(),
            settings,
            aliases: Aliases::default(),
            recording: None,
            acted: None,
            depth: 0,
            status: 0,
            leaving: None,
            origin,
            program,
            successor: None,
            pseudo_terminal: None,
            last_words,
            target: None,
            target_is_interrupted: false,
        }
    }

    /// What can be typed in a session.
    fn known(&self, session: &Session) -> Known {
        Known::new(session, &self.files, &self.aliases)
    }

    /// Runs one command and shows its answer.
    fn execute(&mut self, session: &Session, words: &[String]) -> Result<()> {
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
    fn run_script(&mut self, session: &Session, mut script: Script) -> Result<()> {
        while !self.is_leaving() {
            if script.prompts_now() {
                self.output
                    .prompt(prompt::PROMPT)
                    .map_err(|error| Error::unwritable(&error))?;
            }
            let Some(command) = script.next_command(self.keys())? else {
                break;
            };
            let outcome = self.run_command(session, &command);
            if let Err(error) = outcome.map_err(|error| error.at(&command.place)) {
                if !self.keep_going || error.is_final() {
                    return Err(error);
                }
                self.fail(&error);
            }
        }
        self.leave_rest(script)
    }

    /// The same for a file, in which commands may not be shortened.
    fn run_written(&mut self, session: &Session, script: Script) -> Result<()> {
        let shortening = std::mem::replace(&mut self.shortening, Shortening::Refused);
        let outcome = self.run_script(session, script);
        self.shortening = shortening;
        outcome
    }

    /// Leaves the process at once, without anything that a program that has not ended could
    /// disturb.
    fn abandon_target(&mut self, status: u8) -> ! {
        let status = match self.start_anew() {
            Ok(()) => status,
            Err(error) => {
                self.fail(&error);
                self.status
            }
        };
        self.last_words.leave();
        target::exit_now(status)
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
        keys.unwrap_or_else(|| self.signals.clone())
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

    fn give_terminal(&mut self, session: &Session) -> Result<Returned> {
        self.leave_view();
        self.put_in_foreground(session)
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

    fn source(&mut self, session: &Session, file: &Path) -> Result<bool> {
        if self.depth == DEEPEST_SOURCE {
            return Err(
                Error::new(format!("`{}` is nested too deeply", file.display()))
                    .hint("check whether a file sources itself"),
            );
        }
        let script = Script::from_file_named(&self.files.find(file), file)?;
        self.depth += 1;
        let outcome = self.run_written(session, script);
        self.depth -= 1;
        outcome.map(|()| !self.is_leaving())
    }

    fn restart(&mut self, patches: Remembered, hold: bool) -> Result<()> {
        self.begin_restart(patches, hold)
    }

    fn leave(&mut self, status: Option<u8>) -> u8 {
        *self.leaving.insert(status.unwrap_or(self.status))
    }
}
