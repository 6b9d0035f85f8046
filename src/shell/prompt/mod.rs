//! The prompt: line editing, history, completion, colours.

mod helper;
mod history;
mod keys;
mod not_text;

use std::fs::File;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustyline::error::ReadlineError;
use rustyline::history::MemHistory;
use rustyline::{
    Behavior, ColorMode, CompletionType, Config, Editor, EventHandler, ExternalPrinter, KeyEvent,
};

use super::known::Known;
use super::output_pane::OutputPane;
use crate::commands::Aliases;
use crate::error::{Error, Result};
use crate::protocol::Reason;
use crate::view::Painter;
use helper::PromptHelper;
use history::Kept;
use keys::{Abandon, Suspend};

pub(super) const PROMPT: &str = "instrsh> ";
/// The prompt of a line that continues the one before.
const CONTINUATION: &str = "    ...> ";
const HISTORY_LENGTH: usize = 10_000;

/// The result of reading a line.
pub(super) enum Typed {
    /// A line.
    Line(String),
    /// Ctrl-C cleared a line.
    Cleared,
    /// Ctrl-C on an empty line.
    Interrupted,
    /// Ctrl-D.
    End,
    /// Input that is not UTF-8; with the text that was on the line, before and after the cursor.
    NotText(String, String),
}

impl Typed {
    /// A line as it looks on the terminal, after the earlier lines of the same entry; for text that
    /// was typed before the prompt was shown.
    pub(super) fn behind_prompt(&self, begun: &str) -> String {
        let prompt = prompt(begun);
        match self {
            Self::Line(line) => format!("{prompt}{line}"),
            Self::Cleared | Self::Interrupted | Self::End | Self::NotText(..) => prompt.to_owned(),
        }
    }
}

/// The prompt of a line, after the earlier lines of the same entry.
fn prompt(begun: &str) -> &'static str {
    if begun.is_empty() {
        PROMPT
    } else {
        CONTINUATION
    }
}

/// An editor for one line at a time.
pub(super) struct Prompt {
    editor: Editor<PromptHelper, MemHistory>,
    kept: Option<Kept>,
    /// Whether Ctrl-C ended the line, although the editor treats it as entered.
    is_abandoned: Arc<AtomicBool>,
}

impl Prompt {
    /// An editor on the terminal, with the history of earlier sessions.
    ///
    /// # Errors
    /// If the terminal cannot be used.
    pub(super) fn new(history_file: Option<PathBuf>, painter: Painter) -> Result<Self> {
        let trouble =
            |error: ReadlineError| Error::new(format!("cannot use the terminal: {error}"));
        let config = Config::builder()
            .behavior(Behavior::PreferTerm)
            .completion_type(CompletionType::List)
            .completion_show_all_if_ambiguous(true)
            .history_ignore_dups(true)
            .and_then(|config| config.max_history_size(HISTORY_LENGTH))
            .map_err(trouble)?
            .history_ignore_space(true)
            .bracketed_paste(true)
            // The helper provides all colours, or none.
            .color_mode(ColorMode::Forced)
            .build();
        let history = MemHistory::with_config(&config);
        let history_file = history_file.filter(|file| history::is_wanted(file));
        let (kept, lines) = history_file.map(|file| Kept::load(file, &config)).unzip();
        let mut editor = Editor::with_history(config, history).map_err(trouble)?;
        let terminal = File::options().write(true).open("/dev/tty");
        let terminal = terminal.map_err(|error| trouble(error.into()))?;
        editor.bind_sequence(
            KeyEvent::ctrl('Z'),
            EventHandler::Conditional(Box::new(Suspend { terminal })),
        );
        let is_abandoned = Arc::new(AtomicBool::new(false));
        let helper = PromptHelper::new(painter, Arc::clone(&is_abandoned));
        let abandon = Abandon {
            is_abandoned: Arc::clone(&is_abandoned),
            is_in_menu: Arc::clone(&helper.is_in_menu),
        };
        editor.bind_sequence(
            KeyEvent::ctrl('C'),
            EventHandler::Conditional(Box::new(abandon)),
        );
        editor.set_helper(Some(helper));
        for line in lines.unwrap_or_default() {
            history::add(editor.history_mut(), &line);
        }
        Ok(Self {
            editor,
            kept,
            is_abandoned,
        })
    }

    /// Connects completion and colours to `known`, and shows what arrives in `above` above the line
    /// being typed.
    pub(super) fn begin(&mut self, known: Known, above: OutputPane) {
        let Some(helper) = self.editor.helper_mut() else {
            return;
        };
        known.refresh(Reason::NewLine);
        helper.known = Some(known);
        helper.above = Some(above);
    }

    /// Whether the line that is being typed has text, at any time.
    pub(super) fn has_text(&self) -> Arc<AtomicBool> {
        let helper = self.editor.helper();
        helper.map_or_else(Arc::default, |helper| Arc::clone(&helper.has_text))
    }

    /// Uses the current settings and aliases for the next line.
    pub(super) fn follow(&mut self, painter: Painter, aliases: &Aliases) {
        if let Some(helper) = self.editor.helper_mut() {
            helper.painter = painter;
            helper
                .known
                .iter_mut()
                .for_each(|known| known.follow(aliases));
        }
    }

    /// A printer that writes above the line being typed; used to make the editor draw the line.
    ///
    /// # Errors
    /// If the terminal cannot do that.
    pub(super) fn printer(&mut self) -> Result<impl ExternalPrinter + Send + use<>> {
        self.editor
            .create_external_printer()
            .map_err(|error| Error::new(format!("cannot write above the prompt: {error}")))
    }

    /// Reads a line that starts with `initial` (before and after the cursor), after the earlier
    /// lines of the same entry.
    ///
    /// # Errors
    /// If the terminal is gone.
    pub(super) fn read(&mut self, begun: &str, initial: (&str, &str)) -> Result<Typed> {
        if let Some(helper) = self.editor.helper() {
            helper.has_text.store(false, Ordering::Relaxed);
            begun.clone_into(&mut helper.begun.borrow_mut());
        }
        let above = self.editor.helper().and_then(|helper| helper.above.clone());
        above.iter().for_each(OutputPane::begin_editing);
        let prompt = prompt(begun);
        let outcome = self.editor.readline_with_initial(prompt, initial);
        above.iter().for_each(OutputPane::end_editing);
        match outcome {
            Ok(_) if self.is_abandoned.swap(false, Ordering::Relaxed) => Ok(Typed::Cleared),
            Ok(line) => Ok(Typed::Line(line)),
            Err(ReadlineError::Eof) => Ok(Typed::End),
            Err(ReadlineError::Interrupted) => {
                let helper = self.editor.helper();
                let had_text = helper.is_some_and(|helper| helper.has_text.load(Ordering::Relaxed));
                Ok(if had_text || !begun.is_empty() {
                    Typed::Cleared
                } else {
                    Typed::Interrupted
                })
            }
            Err(ReadlineError::Io(error)) if error.kind() == ErrorKind::InvalidData => {
                not_text::drop_rest();
                let helper = self.editor.helper();
                let (before, behind) = helper.map(|helper| helper.line.take()).unwrap_or_default();
                Ok(Typed::NotText(before, behind))
            }
            Err(error) => Err(Error::new(format!(
                "cannot read from the terminal: {error}"
            ))),
        }
    }

    /// The lines typed so far, the oldest first.
    pub(super) fn history(&self) -> Vec<String> {
        self.editor.history().into_iter().cloned().collect()
    }

    /// Adds a line to the history, and saves it for later sessions at once.
    ///
    /// # Errors
    /// If the history file cannot be written: reported once, and not tried again.
    pub(super) fn remember(&mut self, line: &str) -> Result<()> {
        let line = line.trim_end();
        if history::add(self.editor.history_mut(), line)
            && let Some(kept) = &mut self.kept
        {
            let outcome = kept.add(line);
            if outcome.is_err() {
                self.kept = None;
            }
            return outcome;
        }
        Ok(())
    }
}
