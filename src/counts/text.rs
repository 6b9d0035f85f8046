//! A short text of fixed size, for shared memory.

use std::fmt;

/// At most `SIZE` bytes of UTF-8; longer texts are cut off. Any bytes are a text.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub(super) struct Text<const SIZE: usize> {
    length: u8,
    bytes: [u8; SIZE],
}

impl<const SIZE: usize> Text<SIZE> {
    /// Makes it another text.
    pub(super) fn set(&mut self, text: &str) {
        let kept = Self::kept_of(text).as_bytes();
        self.bytes[..kept.len()].copy_from_slice(kept);
        self.length = u8::try_from(kept.len()).unwrap_or(u8::MAX);
    }

    /// The part of a text that is not cut off.
    pub(super) fn kept_of(text: &str) -> &str {
        let most = SIZE.min(u8::MAX.into());
        &text[..text.floor_char_boundary(most)]
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..SIZE.min(self.length.into())]
    }
}

impl<const SIZE: usize> fmt::Display for Text<SIZE> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text<const SIZE: usize>(text: &str) -> Text<SIZE> {
        let (length, bytes) = (0, [0; SIZE]);
        let mut new = Text { length, bytes };
        new.set(text);
        new
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(text::<8>("short").to_string(), "short");
        assert_eq!(text::<8>("Zürich, long").to_string(), "Zürich,");
        assert_eq!(text::<3>("äöü").to_string(), "ä");
        assert_eq!(Text::<3>::kept_of("äöü"), "ä");
        let mut before = text::<8>("before");
        before.set("now");
        assert_eq!(before.to_string(), "now");
    }
}
