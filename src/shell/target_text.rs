//! Makes the program's output fit to be shown above a prompt: keeps colours, removes cursor movements,
//! and keeps the last version of a line that was overwritten.

use unicode_width::UnicodeWidthChar;

const NO_COLOUR: &str = "\x1b[0m";

/// A whole line, without its end.
pub(super) fn line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(last_version(bytes));
    if !text.contains(is_unfit) {
        return text.into_owned();
    }
    let (mut fit, mut has_colour) = (String::new(), false);
    for piece in Pieces(&text) {
        match piece {
            Piece::Text(text) => fit.extend(text.chars().filter(|it| !is_unfit(*it))),
            Piece::Colour(sequence) => {
                fit += sequence;
                has_colour = true;
            }
        }
    }
    if has_colour {
        fit += NO_COLOUR;
    }
    fit
}

/// An unfinished line in one row of `columns` cells; its end if it is longer.
pub(super) fn unfinished(bytes: &[u8], columns: usize) -> String {
    let text = String::from_utf8_lossy(last_version(bytes));
    let plain: String = Pieces(&text)
        .filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.replace('\t', " ").replace(is_unfit, "")),
            Piece::Colour(_) => None,
        })
        .collect();
    let mut free = columns.saturating_sub(1);
    let start = plain.char_indices().rev().take_while(|(_, character)| {
        let rest = free.checked_sub(character.width().unwrap_or(0));
        free = rest.unwrap_or(0);
        rest.is_some()
    });
    let start = start.last().map_or(plain.len(), |(start, _)| start);
    plain[start..].to_owned()
}

/// What is in a row after its carriage returns.
pub(super) fn last_version(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| *byte != b'\r');
    let bytes = &bytes[..end.map_or(0, |end| end + 1)];
    let start = bytes.iter().rposition(|byte| *byte == b'\r');
    &bytes[start.map_or(0, |start| start + 1)..]
}

fn is_unfit(character: char) -> bool {
    character.is_control() && !matches!(character, '\t' | '\x07')
}

enum Piece<'a> {
    Text(&'a str),
    /// `ESC [ ... m`
    Colour(&'a str),
}

/// Text and colours; other escape sequences are skipped.
struct Pieces<'a>(&'a str);

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if self.0.is_empty() {
            return None;
        }
        let (text, rest) = self.0.split_at(self.0.find('\x1b').unwrap_or(self.0.len()));
        if !text.is_empty() {
            self.0 = rest;
            return Some(Piece::Text(text));
        }
        let (sequence, rest) = rest.split_at(length_of_sequence(rest));
        self.0 = rest;
        Some(if is_colour(sequence) {
            Piece::Colour(sequence)
        } else {
            Piece::Text("")
        })
    }
}

/// Whether a sequence only changes the appearance of what follows: not `ESC [ > 4 m`, which changes
/// what keys send.
fn is_colour(sequence: &str) -> bool {
    let parameters = sequence
        .strip_prefix("\x1b[")
        .and_then(|rest| rest.strip_suffix('m'));
    parameters.is_some_and(|it| {
        it.bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b';' | b':'))
    })
}

/// The length of the escape sequence at the start of a text. A character that cannot occur in the
/// sequence ends it, as on a terminal.
fn length_of_sequence(text: &str) -> usize {
    let behind = |start: usize, is_end: fn(char) -> bool| {
        let rest = &text[start..];
        let end = rest
            .char_indices()
            .find(|(_, character)| is_end(*character));
        end.map_or(text.len(), |(at, character)| {
            start + at + character.len_utf8()
        })
    };
    match text[1..].chars().next() {
        Some('[') => {
            let body = &text[2..];
            let last = body.find(|it| !(' '..='?').contains(&it));
            let last = last.unwrap_or(body.len());
            2 + last + usize::from(body[last..].starts_with(|it| ('@'..='~').contains(&it)))
        }
        // Strings, such as a window title: up to BEL or ESC \.
        Some(']' | 'P' | '_' | '^' | 'X') => {
            let end = behind(2, |it| matches!(it, '\x07' | '\x1b'));
            match text[..end].strip_suffix('\x1b') {
                Some(_) if text[end..].starts_with('\\') => end + 1,
                Some(string) => string.len(),
                None => end,
            }
        }
        Some('\x1b') | None => 1,
        Some(' '..='/') => behind(1, |it| ('0'..='~').contains(&it)),
        Some(other) => 1 + other.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_stay_and_end_with_the_line() {
        assert_eq!(line(b"plain\tline"), "plain\tline");
        assert_eq!(line(b"\x1b[31mred"), "\x1b[31mred\x1b[0m");
    }

    #[test]
    fn what_moves_the_cursor_goes() {
        assert_eq!(line(b"a\x1b[2Jb\x1b[10;3Hc\x08\x0b"), "abc");
        assert_eq!(line(b"\x1b]0;title\x07x\x1b]0;t\x1b\\y\x1bMz\x1b(B"), "xyz");
        assert_eq!(line(b"cut \x1b["), "cut ");
        assert_eq!(line(b"cut \x1b"), "cut ");
        assert_eq!(line(b"cut \x1b[3"), "cut ");
        assert_eq!(line(b"x\x1b\x1b[2Jy\x1b]0;t\x1b[2Jz"), "xyz");
    }

    #[test]
    fn only_colours_pass_that_are_nothing_else() {
        let colours = "\x1b[m\x1b[1;38:2::1:2:3mx\x1b[0m";
        assert_eq!(line(colours.as_bytes()), format!("{colours}{NO_COLOUR}"));
        assert_eq!(line(b"a\x1b[>4;2mb\x1b[?4mc\x1b[1 md"), "abcd");
        assert_eq!(line(b"a\x1b[3\x081mb"), "a1mb");
        assert_eq!(line(b"a\x1b[31\x1b[2Jb"), "ab");
        assert_eq!(line("a\u{9b}2Jb\x1b[\u{e9}".as_bytes()), "a2Jb\u{e9}");
    }

    #[test]
    fn the_last_version_of_a_line_stays() {
        assert_eq!(line(b"10%\r20%\r\r"), "20%");
        assert_eq!(line(b"\r"), "");
    }

    #[test]
    fn an_unfinished_line_fits_a_row() {
        assert_eq!(unfinished(b"10%\r\x1b[1m20%\t\xe6\xbc\xa2", 80), "20% 漢");
        assert_eq!(unfinished("abc漢".as_bytes(), 5), "bc漢");
        assert_eq!(unfinished("漢漢".as_bytes(), 4), "漢");
        assert_eq!(unfinished(b"", 80), "");
    }
}
