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
mod host;
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

use std::process::ExitStatus;
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, unbounded};

pub use options::Options;
pub use start::run;

use crate::commands::{self, Aliases, Command, Context, Host, Key, Settings, Shortening};
use crate::error::{Error, Result};
use crate::program::{Process, Program, Session};
use crate::view::{Asked, Form, Output};
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
    /// The form of notices.
    form: Form,
    notices: Option<Notices>,
    /// Keys that arrive as signals, where no keyboard is read.
    interrupts: (Sender<Key>, Receiver<Key>),
    screen: Screen,
    life: Life,
    choices: Choices,
    flow: Flow,
    /// The `|` of each running command, the innermost last.
    pipes: Vec<Pipe>,
    /// Shows long answers to a person, if there is a pager.
    pager: Option<Pager>,
}

/// What a person sits at; nothing of it without a prompt.
#[derive(Default)]
struct Screen {
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
}

/// The program, and the life of it that runs now.
struct Life {
    program: Program,
    surroundings: Option<Surroundings>,
    process: Option<Arc<Process>>,
    current: Option<Current>,
    hearing: Hearing,
    /// Carries the program's output above the prompt.
    echo: Option<Echo>,
    /// Announces the end of the program there, until it is dropped.
    announcer: Option<Sender<()>>,
    /// Whether a signal that ended a script reached the program as well.
    is_interrupted: bool,
    /// The end that the shell is to end with.
    follows: Option<ExitStatus>,
}

/// What a person has chosen and typed.
struct Choices {
    files: Files,
    history: Vec<String>,
    settings: Settings,
    aliases: Aliases,
    recording: Option<Recording>,
}

/// How commands follow each other.
struct Flow {
    shortening: Shortening,
    keep_going: bool,
    /// The last command, if a recording keeps it.
    acted: Option<&'static Command>,
    /// How many files run each other.
    depth: usize,
    /// The exit status of the first failure of a script.
    status: u8,
    leaving: Option<u8>,
}

impl Shell {
    fn new(output: Output, settings: Settings, keep_going: bool, program: Program) -> Self {
        Self {
            output,
            form: Form::Text,
            notices: None,
            interrupts: unbounded(),
            screen: Screen::default(),
            life: Life {
                program,
                surroundings: None,
                process: None,
                current: None,
                hearing: Hearing::default(),
                echo: None,
                announcer: None,
                is_interrupted: false,
                follows: None,
            },
            choices: Choices {
                files: Files::new(),
                history: Vec::new(),
                settings,
                aliases: Aliases::default(),
                recording: None,
            },
            flow: Flow {
                shortening: Shortening::Refused,
                keep_going,
                acted: None,
                depth: 0,
                status: 0,
                leaving: None,
            },
            pipes: Vec::new(),
            pager: Pager::of(Variables::of_shell()),
        }
    }

    /// The session with the program that runs now.
    ///
    /// # Panics
    /// Before the program was started.
    fn session(&self) -> Session {
        let current = self.life.current.as_ref();
        current
            .expect("the program is started before anything is asked")
            .session()
    }

    /// Whether no further command may run.
    fn is_leaving(&self) -> bool {
        self.flow.leaving.is_some()
    }

    /// What can be typed; none before the program was started.
    fn known(&self) -> Option<Known> {
        let current = self.life.current.as_ref()?;
        Some(Known::new(
            current,
            &self.choices.files,
            &self.choices.aliases,
        ))
    }

    /// Runs one command and shows its answer.
    fn execute(&mut self, words: &[String]) -> Result<()> {
        let session = &self.session();
        let shortening = self.flow.shortening;
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
                if !self.flow.keep_going || error.is_final() || self.has_lost_program() {
                    return Err(error);
                }
                self.fail(&error);
            }
        }
        Ok(())
    }

    /// The same for a file, in which commands may not be shortened.
    fn run_written(&mut self, script: Script) -> Result<()> {
        let shortening = std::mem::replace(&mut self.flow.shortening, Shortening::Refused);
        let outcome = self.run_script(script);
        self.flow.shortening = shortening;
        outcome
    }

    /// Whether a script has lost its program, without which it does not go on.
    fn has_lost_program(&self) -> bool {
        self.screen.above.is_none() && self.loss().is_some()
    }

    /// Reports an error; the first one determines the exit status.
    fn fail(&mut self, error: &Error) {
        if self.flow.status == 0 {
            self.flow.status = error.exit_status();
        }
        self.say(error);
    }

    fn say(&mut self, error: &Error) {
        if !error.is_silent() {
            let _held = self.screen.above.as_ref().map(OutputPane::hold);
            // If even errors cannot be written, the exit status still reports it.
            let _ = self.output.error(error);
        }
    }
}
