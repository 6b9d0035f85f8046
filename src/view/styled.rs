//! Lines of the screen that contain styles.

use unicode_width::UnicodeWidthChar;

const ESCAPE: char = '\x1b';
/// Ends every style.
const PLAIN: &str = "\x1b[0m";
/// Clears the rest of the line.
const CLEAR: &str = "\x1b[K";

/// As much of a line as fits into `width` cells, and a sequence that clears the rest of the row.
pub(super) fn screen_line(line: &str, width: usize) -> String {
    let mut shown = String::with_capacity(line.len() + CLEAR.len());
    let mut used = 0;
    let mut is_styled = false;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == ESCAPE {
            let sequence = sequence(&mut characters);
            is_styled = sequence != PLAIN;
            shown += &sequence;
            continue;
        }
        let cells = character.width().unwrap_or(0);
        if used + cells > width {
            if is_styled {
                shown += PLAIN;
            }
            break;
        }
        shown.push(character);
        used += cells;
    }
    // After its last cell, the sequence would clear that cell.
    if used < width {
        shown += CLEAR;
    }
    shown
}

/// Reads an escape sequence to its end.
fn sequence(characters: &mut std::str::Chars<'_>) -> String {
    let mut sequence = String::from(ESCAPE);
    for part in characters.by_ref() {
        sequence.push(part);
        if part.is_ascii_alphabetic() {
            break;
        }
    }
    sequence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_take_no_room() {
        assert_eq!(screen_line("\x1b[1mab\x1b[0m", 3), "\x1b[1mab\x1b[0m\x1b[K");
        assert_eq!(screen_line("\x1b[1mabc\x1b[0m", 3), "\x1b[1mabc\x1b[0m");
        assert_eq!(screen_line("\x1b[1mabcd\x1b[0m", 3), "\x1b[1mabc\x1b[0m");
        assert_eq!(screen_line("", 3), "\x1b[K");
    }

    #[test]
    fn a_wide_character_is_not_halved() {
        assert_eq!(screen_line("a\u{6c49}b", 2), "a\x1b[K");
        assert_eq!(screen_line("a\u{6c49}b", 3), "a\u{6c49}");
    }
}
