//! The alternate screen, on which a live view is drawn without leaving a trace.
//!
//! Each frame is a synchronised update (mode 2026), so that no partial frame is visible.

use std::fs::File;
use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

/// Pasted text is bracketed there, so that it is not taken for keys.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[2J\x1b[?25l\x1b[?2004h";
const LEAVE: &[u8] = b"\x1b[?2004l\x1b[?25h\x1b[?1049l";

/// Resets a terminal: no synchronised update, no alternate screen, a cursor, no bracketed paste, no
/// colour. Leaving the alternate screen restores the cursor position of entering it, however long
/// ago; so it is entered first, which has no effect if it is already shown.
const RESET: &[u8] = b"\x1b[?2026l\x1b[?1049h\x1b[?1049l\x1b[?25h\x1b[?2004l\x1b[0m";

/// Proof that the alternate screen is shown.
pub struct Screen {
    /// The output of the last frame.
    drawn: String,
}

impl Screen {
    /// Shows the alternate screen without a cursor.
    ///
    /// # Errors
    /// If the terminal cannot be written to.
    pub fn enter(terminal: &mut File) -> io::Result<Self> {
        terminal.write_all(ENTER)?;
        Ok(Self {
            drawn: String::new(),
        })
    }

    /// Draws lines from the top, each of which clears the rest of its row, and puts the cursor at a
    /// line and column, or hides it. Unchanged frames are not drawn again.
    ///
    /// # Errors
    /// If the terminal cannot be written to.
    pub(super) fn draw(
        &mut self,
        terminal: &mut File,
        lines: &[String],
        cursor: Option<(usize, usize)>,
    ) -> io::Result<()> {
        let mut text = String::from("\x1b[?2026h\x1b[?25l");
        for (number, line) in lines.iter().enumerate() {
            text += &format!("\x1b[{};1H{line}", number + 1);
        }
        if let Some((line, column)) = cursor {
            text += &format!("\x1b[{};{}H\x1b[?25h", line + 1, column + 1);
        }
        text += "\x1b[?2026l";
        if text != self.drawn {
            terminal.write_all(text.as_bytes())?;
            self.drawn = text;
        }
        Ok(())
    }

    /// Redraws everything next time: the screen or its size may have changed.
    pub(super) fn forget(&mut self) {
        self.drawn.clear();
    }

    /// Shows the ordinary screen while something is done.
    ///
    /// # Errors
    /// If the terminal cannot be written to.
    pub(super) fn aside(&mut self, terminal: &mut File, work: impl FnOnce()) -> io::Result<()> {
        terminal.write_all(LEAVE)?;
        work();
        self.forget();
        terminal.write_all(ENTER)
    }

    /// The number of rows that a text takes at this width.
    pub(super) fn rows(text: &str, width: usize) -> usize {
        text.lines()
            .map(|line| cells(line).div_ceil(width).max(1))
            .sum()
    }

    /// Moves the cursor to the beginning of an empty row: blanks fill the cursor's row, and wrap if
    /// it is not empty.
    pub(super) fn begin_row(terminal: &mut File, width: usize) -> io::Result<()> {
        terminal.write_all(format!("{}\r\x1b[K", " ".repeat(width)).as_bytes())
    }

    /// Resets a terminal that was left in some state.
    pub(super) fn reset(terminal: &mut File) {
        // As below.
        let _ = terminal.write_all(RESET);
    }

    /// Shows the ordinary screen again.
    pub fn leave(self, terminal: &mut File) {
        // A terminal that is gone needs no cleaning up.
        let _ = terminal.write_all(LEAVE);
    }
}

/// The number of cells that a painted line takes.
fn cells(line: &str) -> usize {
    let mut pieces = line.split('\x1b');
    let text = pieces.next().unwrap_or_default().width();
    // Each escape is followed by a colour, which ends with an `m`.
    let coloured = pieces.map(|piece| piece.split_once('m').map_or(0, |(_, text)| text.width()));
    text + coloured.sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_without_colours() {
        assert_eq!(Screen::rows("", 10), 0);
        assert_eq!(Screen::rows("a\n\nb\n", 10), 3);
        let painted = format!("\x1b[1;32m{}\x1b[0m\n", "a".repeat(10));
        assert_eq!(Screen::rows(&painted, 10), 1);
        assert_eq!(Screen::rows(&painted, 9), 2);
        assert_eq!(Screen::rows("漢漢漢", 4), 2);
    }
}
