//! The alternate screen: a live view is drawn there and leaves nothing behind.
//!
//! Each frame is a synchronised update (mode 2026), so that no half of it is ever seen.

use std::fs::File;
use std::io::{self, Write};

const ENTER: &[u8] = b"\x1b[?1049h\x1b[?25l";
const LEAVE: &[u8] = b"\x1b[?25h\x1b[?1049l";

/// What makes a terminal whole again, whatever was going on: no synchronised update, no alternate
/// screen, a cursor, no bracketed paste, no colour. To leave the alternate screen puts the cursor where
/// it was on entering, also if that was long ago: so it is entered first, which does nothing if it is
/// shown already.
const RESET: &[u8] = b"\x1b[?2026l\x1b[?1049h\x1b[?1049l\x1b[?25h\x1b[?2004l\x1b[0m";

/// Proof that the alternate screen is shown.
pub struct Screen(());

impl Screen {
    /// Shows the alternate screen without a cursor.
    ///
    /// # Errors
    /// If the terminal cannot be written to.
    pub fn enter(terminal: &mut File) -> io::Result<Self> {
        terminal.write_all(ENTER)?;
        Ok(Self(()))
    }

    /// Draws a frame over the one before.
    ///
    /// # Errors
    /// If the terminal cannot be written to.
    pub fn frame(&self, terminal: &mut File, text: &str) -> io::Result<()> {
        let lines: String = text
            .lines()
            .map(|line| format!("{line}\x1b[K\r\n"))
            .collect();
        terminal.write_all(format!("\x1b[?2026h\x1b[H{lines}\x1b[J\x1b[?2026l").as_bytes())
    }

    /// Makes a terminal whole again that somebody has left as it was.
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
