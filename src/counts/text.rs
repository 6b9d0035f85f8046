//! A short text of fixed size, for shared memory.

use std::fmt;

/// At most `SIZE` bytes of UTF-8; longer texts are cut off. Any bytes are a text.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct Text<const SIZE: usize> {
    length: u8,
    bytes: [u8; SIZE],
}

impl<const SIZE: usize> Text<SIZE> {
    /// The text, or its beginning.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let most = SIZE.min(u8::MAX.into());
        let kept = &text.as_bytes()[..text.floor_char_boundary(most)];
        let mut bytes = [0; SIZE];
        bytes[..kept.len()].copy_from_slice(kept);
        let length = u8::try_from(kept.len()).unwrap_or(u8::MAX);
        Self { length, bytes }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..SIZE.min(self.length.into())]
    }
}

/// Appends; fails if not all of it has room.
impl<const SIZE: usize> fmt::Write for Text<SIZE> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let (length, most) = (usize::from(self.length), SIZE.min(u8::MAX.into()));
        let room = most.saturating_sub(length);
        let kept = &text.as_bytes()[..text.floor_char_boundary(room)];
        self.bytes[length..length + kept.len()].copy_from_slice(kept);
        self.length = u8::try_from(length + kept.len()).unwrap_or(u8::MAX);
        if kept.len() < text.len() {
            return Err(fmt::Error);
        }
        Ok(())
    }
}

impl<const SIZE: usize> fmt::Display for Text<SIZE> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What another process was writing may be no text.
        for chunk in self.as_bytes().utf8_chunks() {
            f.write_str(chunk.valid())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(Text::<8>::new("short").to_string(), "short");
        assert_eq!(Text::<8>::new("Zürich, long").to_string(), "Zürich,");
        assert_eq!(Text::<3>::new("äöü").to_string(), "ä");
    }

    #[test]
    fn what_is_written_follows_as_long_as_there_is_room() {
        let mut text = Text::<8>::new("one");
        assert!(write!(text, ", {}", 2).is_ok());
        assert!(write!(text, " and more").is_err());
        assert_eq!(text.to_string(), "one, 2 a");
    }
}
