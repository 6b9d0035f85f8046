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
    pub(super) fn new(text: &str) -> Self {
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

impl<const SIZE: usize> fmt::Display for Text<SIZE> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(Text::<8>::new("short").to_string(), "short");
        assert_eq!(Text::<8>::new("Zürich, long").to_string(), "Zürich,");
        assert_eq!(Text::<3>::new("äöü").to_string(), "ä");
    }
}
