//! What the shell keeps across a restart of the process: everything that a person or a script would
//! otherwise miss.

use std::os::fd::RawFd;

use serde::{Deserialize, Serialize};

use super::recording::Recording;
use super::supervision::Supervised;
use crate::commands::{Aliases, Settings};
use crate::protocol::Remembered;
use crate::target::{self, LastWords, PseudoTerminal, ShStarter};
use crate::view::Form;

/// The message to the next image. It contains descriptors by their numbers; they stay open.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Handover {
    pub(super) patches: Remembered,
    /// Whether the program is held until a command starts it.
    pub(super) hold: bool,
    /// The form that `restart` was asked for: it is answered when the program has started.
    pub(super) form: Form,
    /// The rests of the running scripts, the innermost first.
    pub(super) scripts: Vec<Rest>,
    /// The state of the prompt, if there was one.
    pub(super) conversation: Option<Conversation>,
    /// The exit status so far.
    pub(super) status: u8,
    pub(super) choices: Choices,
    /// What is shared with the supervisor.
    pub(super) supervision: Option<Supervision>,
}

/// The user's choices.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Choices {
    pub(super) settings: Settings,
    pub(super) aliases: Aliases,
    pub(super) recording: Option<Recording>,
}

/// The rest of a script.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Rest {
    pub(super) name: String,
    /// The number of the last line that was read.
    pub(super) number: usize,
    /// The commands of that line that have not run yet.
    pub(super) begun: Vec<String>,
    /// What was read after that line.
    pub(super) text: Vec<u8>,
    /// The pipe that may provide more.
    pub(super) pipe: Option<RawFd>,
    pub(super) has_prompt: bool,
    /// The form that the command which runs it asked for.
    pub(super) form: Form,
}

/// The state of the prompt.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Conversation {
    /// Keys that were typed ahead.
    pub(super) ahead: String,
    /// The lines typed so far, if no file keeps them.
    pub(super) history: Vec<String>,
}

/// What this process shares with the supervisor.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Supervision {
    /// The shell's end of the pseudo-terminal.
    pub(super) terminal: Option<RawFd>,
    pub(super) last_words: RawFd,
    /// Where to request a `sh`.
    pub(super) sh_starter: RawFd,
}

impl Handover {
    /// The message of the previous image; none if it cannot be parsed.
    pub(super) fn read(message: &[u8]) -> Option<Self> {
        serde_json::from_slice(message).ok()
    }

    pub(super) fn new(patches: Remembered, hold: bool, form: Form) -> Self {
        Self {
            patches,
            hold,
            form,
            scripts: Vec::new(),
            conversation: None,
            status: 0,
            choices: Choices::default(),
            supervision: None,
        }
    }

    /// What is shared with the supervisor; none if it is gone.
    pub(super) fn supervised(&self) -> Option<Supervised> {
        let Supervision {
            terminal,
            last_words,
            sh_starter,
        } = self.supervision?;
        Some(Supervised {
            terminal: match terminal {
                Some(terminal) => Some(target::adopt(terminal).and_then(PseudoTerminal::of).ok()?),
                None => None,
            },
            last_words: target::adopt(last_words).and_then(LastWords::of).ok()?,
            sh_starter: target::adopt(sh_starter).map(ShStarter::of).ok()?,
        })
    }

    /// The descriptors that it contains.
    pub(super) fn descriptors(&self) -> Vec<RawFd> {
        let pipes = self.scripts.iter().filter_map(|rest| rest.pipe);
        let shared = self.supervision.iter();
        let shared = shared.flat_map(|it| {
            it.terminal
                .into_iter()
                .chain([it.last_words, it.sh_starter])
        });
        pipes.chain(shared).collect()
    }
}
