//! What a person sees: the screen as a terminal draws it, and its changes.

use std::io::Read;
use std::num::NonZeroU16;
use std::sync::{Condvar, Mutex, PoisonError};

use vt100::Color;

pub(crate) const PROMPT: &str = "instrsh>";
/// The number of lines above the screen that are kept.
const SCROLLBACK: usize = 100_000;
/// The terminal shows everything between these two at once.
const BEGIN_UPDATE: &[u8] = b"\x1b[?2026h";
const END_UPDATE: &[u8] = b"\x1b[?2026l";

/// What is visible, and a bell that rings at each change.
pub(crate) struct Eyes {
    pub(crate) seen: Mutex<Seen>,
    pub(crate) changed: Condvar,
}

/// What is visible at one moment.
pub(crate) struct Seen {
    parser: vt100::Parser,
    /// Everything that was written to the terminal.
    pub(crate) written: Vec<u8>,
    /// The exit status of the process, when it has ended.
    pub(crate) status: Option<u32>,
}

impl Eyes {
    pub(crate) fn new((columns, lines): (u16, u16)) -> Self {
        Self {
            seen: Mutex::new(Seen {
                parser: vt100::Parser::new(cells(lines), cells(columns), SCROLLBACK),
                written: Vec::new(),
                status: None,
            }),
            changed: Condvar::new(),
        }
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut Seen)) {
        // A test that failed while it held the lock does not stop its screen.
        change(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
    }

    /// Gives the screen another size.
    pub(crate) fn resize(&self, (columns, lines): (u16, u16)) {
        self.change(|seen| seen.parser.set_size(cells(lines), cells(columns)));
    }

    /// Follows what is written to the terminal until it is gone.
    pub(crate) fn read(&self, mut screen: impl Read) {
        let mut buffer = [0; 4096];
        let mut unseen = Vec::new();
        while let Ok(length @ 1..) = screen.read(&mut buffer) {
            unseen.extend_from_slice(&buffer[..length]);
            if !is_in_update(&unseen) {
                self.change(|seen| {
                    seen.parser.process(&unseen);
                    seen.written.extend_from_slice(&unseen);
                });
                unseen.clear();
            }
        }
    }
}

impl Seen {
    /// The terminal, with the attributes of each cell.
    pub(crate) fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    /// The rows of the screen, without blanks at their ends.
    pub(crate) fn rows(&self) -> Vec<String> {
        let columns = self.screen().size().1.get();
        let rows = self.screen().rows(0, columns);
        rows.map(|row| row.trim_end().to_owned()).collect()
    }

    /// The rows of the screen and those that were scrolled off it, without empty ones.
    pub(crate) fn everything(&mut self) -> Vec<String> {
        let screen = self.parser.screen_mut();
        let columns = screen.size().1.get();
        let mut rows = Vec::new();
        for above in (1..=screen.scrollback_len()).rev() {
            screen.set_scrollback(above);
            rows.extend(screen.rows(0, columns).next());
        }
        screen.set_scrollback(0);
        rows.extend(self.rows());
        rows.retain(|row| !row.trim().is_empty());
        rows
    }

    /// The row that the cursor is in.
    pub(crate) fn line(&self) -> String {
        let (row, _) = self.screen().cursor_position();
        self.rows().swap_remove(row.into())
    }

    /// The colour of `text` after the prompt, if it is there in one colour.
    pub(crate) fn colour(&self, text: &str) -> Option<Color> {
        let (row, _) = self.screen().cursor_position();
        let line = self.line();
        let start = PROMPT.len() + line.strip_prefix(PROMPT)?.find(text)?;
        let cells = (start..start + text.len()).map(|column| {
            let column = u16::try_from(column).expect("a row is short");
            self.screen().cell(row, column).expect("a cell").fgcolor()
        });
        let colours: Vec<_> = cells.collect();
        let first = *colours.first()?;
        colours.iter().all(|it| *it == first).then_some(first)
    }

    /// Whether one row contains `text`.
    pub(crate) fn shows(&self, text: &str) -> bool {
        self.rows().iter().any(|row| row.contains(text))
    }

    /// Whether the cursor is after an empty prompt.
    pub(crate) fn has_prompt(&self) -> bool {
        let (_, column) = self.screen().cursor_position();
        self.line() == PROMPT && usize::from(column) == PROMPT.len() + 1
    }

    /// The first row.
    pub(crate) fn head(&self) -> String {
        self.rows().swap_remove(0)
    }

    /// The last row.
    pub(crate) fn bottom(&self) -> String {
        self.rows().pop().expect("a screen has rows")
    }

    /// Whether the table of `watch` is shown in place.
    pub(crate) fn has_table(&self) -> bool {
        self.screen().alternate_screen() && self.head().contains(" watched")
    }

    pub(crate) fn picture(&self) -> String {
        let rows = self
            .rows()
            .iter()
            .map(|row| format!("  | {row}\n"))
            .collect::<String>();
        format!(
            "{rows}cursor (row, column): {:?}, alternate screen: {}, exit status: {:?}",
            self.screen().cursor_position(),
            self.screen().alternate_screen(),
            self.status,
        )
    }
}

/// Whether an update has begun, or may have, that has not ended.
fn is_in_update(bytes: &[u8]) -> bool {
    let last = |word: &[u8]| bytes.windows(word.len()).rposition(|part| part == word);
    let may_begin = |length| bytes.ends_with(&BEGIN_UPDATE[..length]);
    last(BEGIN_UPDATE) > last(END_UPDATE) || (1..BEGIN_UPDATE.len()).any(may_begin)
}

fn cells(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).expect("a terminal has a size")
}
