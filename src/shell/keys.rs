//! Parses the bytes of a terminal into keys.
//!
//! A special key is a sequence that starts like the Escape key and may arrive in pieces; pasted
//! text is enclosed by two such sequences.

/// A key, or a combination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Press {
    Character(char),
    /// Ctrl with a letter.
    Control(char),
    Alt(char),
    Enter,
    Tab,
    Escape,
    Backspace,
    Delete,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    /// Pasted text.
    Paste(String),
    /// A key without a meaning here.
    Other,
}

const ESCAPE: u8 = 27;
const PASTE_BEGINS: &[u8] = b"200";
const PASTE_ENDS: &[u8] = b"\x1b[201~";

/// Bytes that do not form a whole key yet.
#[derive(Default)]
pub(super) struct Decoder {
    bytes: Vec<u8>,
    is_in_paste: bool,
    /// The number of bytes that are known to be pasted text.
    pasted: usize,
}

/// The result of parsing the first bytes.
enum Found {
    /// A key, of this many bytes.
    Key(usize, Press),
    /// The beginning of pasted text, of this many bytes.
    Paste(usize),
    /// More bytes are needed.
    TooLittle,
}

impl Decoder {
    /// The keys that are complete with these bytes.
    pub(super) fn add(&mut self, bytes: &[u8]) -> Vec<Press> {
        self.bytes.extend_from_slice(bytes);
        let mut presses = Vec::new();
        loop {
            if self.is_in_paste {
                let Some(length) = find(&self.bytes[self.pasted..], PASTE_ENDS) else {
                    // The end sequence may have begun.
                    self.pasted = (self.bytes.len() + 1).saturating_sub(PASTE_ENDS.len());
                    return presses;
                };
                let length = std::mem::take(&mut self.pasted) + length;
                let text = String::from_utf8_lossy(&self.bytes[..length]).into_owned();
                presses.push(Press::Paste(text));
                self.bytes.drain(..length + PASTE_ENDS.len());
                self.is_in_paste = false;
            }
            match first(&self.bytes) {
                Found::Key(length, press) => {
                    self.bytes.drain(..length);
                    presses.push(press);
                }
                Found::Paste(length) => {
                    self.bytes.drain(..length);
                    self.is_in_paste = true;
                }
                Found::TooLittle => return presses,
            }
        }
    }

    /// Whether more bytes may follow that belong to those received.
    pub(super) fn is_waiting(&self) -> bool {
        !self.bytes.is_empty() && !self.is_in_paste
    }

    /// The key that was received, if no more bytes follow.
    pub(super) fn give_up(&mut self) -> Option<Press> {
        match std::mem::take(&mut self.bytes).as_slice() {
            [] => None,
            [ESCAPE] => Some(Press::Escape),
            _ => Some(Press::Other),
        }
    }
}

impl Press {
    /// The bytes that have the same effect at a prompt, where they matter.
    pub(super) fn typed(self) -> String {
        match self {
            Self::Character(character) => character.into(),
            Self::Enter => "\r".to_owned(),
            Self::Backspace => "\x7f".to_owned(),
            Self::Control('d') => "\x04".to_owned(),
            Self::Paste(text) => text,
            _ => String::new(),
        }
    }
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|part| part == word)
}

fn first(bytes: &[u8]) -> Found {
    let Some(byte) = bytes.first() else {
        return Found::TooLittle;
    };
    match byte {
        &ESCAPE => escaped(bytes),
        b'\r' | b'\n' => Found::Key(1, Press::Enter),
        b'\t' => Found::Key(1, Press::Tab),
        0x7f | 0x08 => Found::Key(1, Press::Backspace),
        0..0x20 => Found::Key(1, Press::Control(char::from(byte | 0x60))),
        _ => character(bytes),
    }
}

fn character(bytes: &[u8]) -> Found {
    let longest = &bytes[..bytes.len().min(4)];
    let (valid, error) = match std::str::from_utf8(longest) {
        Ok(text) => (text, None),
        Err(error) => {
            let valid = std::str::from_utf8(&longest[..error.valid_up_to()]);
            (valid.unwrap_or_default(), Some(error))
        }
    };
    match (valid.chars().next(), error.and_then(|it| it.error_len())) {
        (Some(character), _) => Found::Key(character.len_utf8(), Press::Character(character)),
        (None, Some(length)) => Found::Key(length, Press::Other),
        (None, None) => Found::TooLittle,
    }
}

/// Parses bytes that start with Escape: a sequence, or a key with Alt.
fn escaped(bytes: &[u8]) -> Found {
    match bytes[1..] {
        [] | [b'O'] => Found::TooLittle,
        [b'[', ..] => sequence(bytes),
        [b'O', last, ..] => Found::Key(3, named(last, b"")),
        [ESCAPE, ..] => Found::Key(1, Press::Escape),
        [..] => match first(&bytes[1..]) {
            Found::Key(length, Press::Character(character)) => {
                Found::Key(1 + length, Press::Alt(character))
            }
            Found::Key(length, _) => Found::Key(1 + length, Press::Other),
            Found::Paste(_) | Found::TooLittle => Found::TooLittle,
        },
    }
}

/// `ESC [ parameters letter`; the function keys of the Linux console have an additional bracket.
fn sequence(bytes: &[u8]) -> Found {
    let body = &bytes[2..];
    if body.first() == Some(&b'[') {
        return match body.len() {
            1 => Found::TooLittle,
            _ => Found::Key(4, Press::Other),
        };
    }
    let Some(length) = body.iter().position(|byte| (0x40..=0x7e).contains(byte)) else {
        return Found::TooLittle;
    };
    let (parameters, last) = (&body[..length], body[length]);
    let length = 2 + length + 1;
    if last == b'~' && parameters == PASTE_BEGINS {
        Found::Paste(length)
    } else {
        Found::Key(length, named(last, parameters))
    }
}

/// The key of a sequence; modifiers, which follow a `;`, are ignored.
fn named(last: u8, parameters: &[u8]) -> Press {
    let number = parameters.split(|byte| *byte == b';').next();
    match (last, number.unwrap_or_default()) {
        (b'A', _) => Press::Up,
        (b'B', _) => Press::Down,
        (b'C', _) => Press::Right,
        (b'D', _) => Press::Left,
        (b'H', _) | (b'~', b"1" | b"7") => Press::Home,
        (b'F', _) | (b'~', b"4" | b"8") => Press::End,
        (b'~', b"3") => Press::Delete,
        (b'~', b"5") => Press::PageUp,
        (b'~', b"6") => Press::PageDown,
        // Enter on the keypad.
        (b'M', _) => Press::Enter,
        _ => Press::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(pieces: &[&str]) -> Vec<Press> {
        let mut decoder = Decoder::default();
        let mut presses: Vec<_> = pieces
            .iter()
            .flat_map(|piece| decoder.add(piece.as_bytes()))
            .collect();
        presses.extend(decoder.give_up());
        presses
    }

    #[test]
    fn keys_are_told_apart() {
        assert_eq!(
            pressed(&["a\u{e4}\u{1f40d}\r\t\x7f\x03\x04 "]),
            [
                Press::Character('a'),
                Press::Character('\u{e4}'),
                Press::Character('\u{1f40d}'),
                Press::Enter,
                Press::Tab,
                Press::Backspace,
                Press::Control('c'),
                Press::Control('d'),
                Press::Character(' '),
            ]
        );
        assert_eq!(
            pressed(&["\x1b[A\x1bOB\x1b[5~\x1b[6;5~\x1b[1;5C\x1b[H\x1bOF\x1b[3~"]),
            [
                Press::Up,
                Press::Down,
                Press::PageUp,
                Press::PageDown,
                Press::Right,
                Press::Home,
                Press::End,
                Press::Delete,
            ]
        );
    }

    #[test]
    fn a_key_may_come_in_pieces() {
        assert_eq!(pressed(&["\x1b", "[", "A"]), [Press::Up]);
        assert_eq!(
            pressed(&["\x1b[", "5", "~q"]),
            [Press::PageUp, Press::Character('q')]
        );
        let mut decoder = Decoder::default();
        let bytes = "\u{1f40d}".as_bytes();
        assert_eq!(decoder.add(&bytes[..2]), []);
        assert!(decoder.is_waiting());
        assert_eq!(decoder.add(&bytes[2..]), [Press::Character('\u{1f40d}')]);
        assert!(!decoder.is_waiting());
    }

    #[test]
    fn escape_alone_is_a_key_if_nothing_follows() {
        assert_eq!(pressed(&["\x1b"]), [Press::Escape]);
        assert_eq!(pressed(&["\x1b", "\x1b[A"]), [Press::Escape, Press::Up]);
        assert_eq!(pressed(&["\x1bb"]), [Press::Alt('b')]);
        assert_eq!(pressed(&["\x1b["]), [Press::Other]);
    }

    #[test]
    fn what_is_unknown_is_passed_by() {
        assert_eq!(
            pressed(&["\x1b[[A\x1b[99zq"]),
            [Press::Other, Press::Other, Press::Character('q')]
        );
        let mut decoder = Decoder::default();
        assert_eq!(decoder.add(b"\xffq"), [Press::Other, Press::Character('q')]);
    }

    #[test]
    fn pasted_text_is_no_keys() {
        assert_eq!(
            pressed(&["\x1b[200~q\r", "\x1b[A", "\x1b[201", "~q"]),
            [Press::Paste("q\r\x1b[A".into()), Press::Character('q')]
        );
        let text = "a long one\r".repeat(100);
        let bytes = format!("\x1b[200~{text}\x1b[201~q");
        for length in 1..10 {
            let mut decoder = Decoder::default();
            let pieces = bytes.as_bytes().chunks(length);
            let presses: Vec<_> = pieces.flat_map(|piece| decoder.add(piece)).collect();
            assert_eq!(presses, [Press::Paste(text.clone()), Press::Character('q')]);
        }
    }
}
