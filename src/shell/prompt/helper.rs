//! The editor's callbacks while a line is typed: completion, hints and colours.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustyline::completion::{Completer, Pair};
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hinter, HistoryHinter};
use rustyline::{CompletionType, Context, Helper, Validator};

use crate::protocol::Reason;
use crate::shell::colouring::coloured;
use crate::shell::completion::complete;
use crate::shell::known::Known;
use crate::shell::output_pane::OutputPane;
use crate::view::Painter;

/// Longer lines, in bytes, are redrawn only when a row is full or the line is entered: a paste
/// without brackets arrives as single keys.
const LONGEST_REDRAWN: usize = 512;

/// Answers the editor.
#[derive(Helper, Validator)]
pub(super) struct PromptHelper {
    /// What can be completed and coloured, once there is a session.
    pub(super) known: Option<Known>,
    /// The area above the prompt.
    pub(super) above: Option<OutputPane>,
    /// The earlier lines of the same entry, with their ends.
    pub(super) begun: RefCell<String>,
    /// The line being edited, before and after the cursor.
    pub(super) line: RefCell<(String, String)>,
    /// Whether the line being edited is not empty.
    pub(super) has_text: Arc<AtomicBool>,
    /// Whether Ctrl-C ended the line, although the editor treats it as entered.
    pub(super) is_abandoned: Arc<AtomicBool>,
    /// Whether a menu is shown, possibly in pages.
    pub(super) is_in_menu: Arc<AtomicBool>,
    hinter: HistoryHinter,
    pub(super) painter: Painter,
}

impl PromptHelper {
    pub(super) fn new(painter: Painter, is_abandoned: Arc<AtomicBool>) -> Self {
        Self {
            known: None,
            above: None,
            begun: RefCell::default(),
            line: RefCell::default(),
            has_text: Arc::default(),
            is_abandoned,
            is_in_menu: Arc::default(),
            hinter: HistoryHinter::new(),
            painter,
        }
    }

    /// The line has changed: requests a collection of the names that it may contain.
    fn notice(&self, line: &str) {
        self.is_abandoned.store(false, Ordering::Relaxed);
        let had_text = self.has_text.swap(!line.is_empty(), Ordering::Relaxed);
        if let Some(known) = self.known.as_ref().filter(|_| !line.is_empty()) {
            known.refresh(if had_text {
                Reason::Key
            } else {
                Reason::NewLine
            });
        }
    }
}

impl Completer for PromptHelper {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let Some(known) = &self.known else {
            return Ok((position, Vec::new()));
        };
        let begun = self.begun.borrow();
        let (start, pairs) = complete(known, &format!("{begun}{}", &line[..position]));
        Ok(match start.checked_sub(begun.len()) {
            Some(start) => (start, pairs),
            // A word that starts in an earlier line cannot be replaced.
            None => (position, Vec::new()),
        })
    }
}

impl Hinter for PromptHelper {
    type Hint = String;

    fn hint(&self, line: &str, position: usize, context: &Context<'_>) -> Option<String> {
        self.notice(line);
        let (before, behind) = line.split_at(position);
        *self.line.borrow_mut() = (before.to_owned(), behind.to_owned());
        // Without colours, a hint would look like typed text.
        let is_first = self.begun.borrow().is_empty();
        let has_length = (1..=LONGEST_REDRAWN).contains(&line.len());
        let has_hint = is_first && has_length && self.painter.has_colour();
        let hint = || self.hinter.hint(line, position, context);
        has_hint.then(hint).flatten()
    }
}

/// Whether a terminal would obey a character, which a line of the history may contain.
fn is_obeyed(one: char) -> bool {
    one.is_control() && !matches!(one, '\n' | '\t')
}

fn without_obeyed(line: &str) -> Cow<'_, str> {
    if line.contains(is_obeyed) {
        Cow::Owned(line.replace(is_obeyed, ""))
    } else {
        Cow::Borrowed(line)
    }
}

impl Highlighter for PromptHelper {
    fn highlight<'l>(&self, line: &'l str, position: usize) -> Cow<'l, str> {
        match &self.known {
            // The colours would be those of another text.
            _ if line.contains(is_obeyed) => without_obeyed(line),
            Some(known) if self.painter.has_colour() => {
                let begun = self.begun.borrow();
                Cow::Owned(coloured(known, &self.painter, &begun, line, position))
            }
            _ => Cow::Borrowed(line),
        }
    }

    /// Called whenever the line is drawn, at its beginning.
    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        self.is_in_menu.store(false, Ordering::Relaxed);
        match &self.above {
            Some(above) => Cow::Owned(above.take() + prompt),
            None => Cow::Borrowed(prompt),
        }
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(self.painter.faint(&without_obeyed(hint)))
    }

    /// Called for each entry of a menu; after the last one the line is drawn again.
    fn highlight_candidate<'c>(&self, entry: &'c str, _: CompletionType) -> Cow<'c, str> {
        self.is_in_menu.store(true, Ordering::Relaxed);
        Cow::Borrowed(entry)
    }

    /// A key can change the colour of the whole line, and so can leaving a word.
    fn highlight_char(&self, line: &str, _: usize, kind: CmdKind) -> bool {
        let is_redrawn = kind != CmdKind::Other || line.len() <= LONGEST_REDRAWN;
        is_redrawn && self.painter.has_colour()
    }
}
