//! A cursor over the bytes of one table, which knows its position for errors.

use super::error::{Error, Part};

pub(super) struct Reader<'a> {
    part: Part,
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(part: Part, bytes: &'a [u8]) -> Self {
        Self {
            part,
            bytes,
            offset: 0,
        }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.offset >= self.bytes.len()
    }

    /// The next byte.
    ///
    /// # Errors
    ///
    /// At the end of the bytes.
    #[inline]
    pub(super) fn byte(&mut self) -> Result<u8, Error> {
        let byte = self
            .bytes
            .get(self.offset)
            .copied()
            .ok_or_else(|| self.error("entry is cut short"))?;
        self.offset += 1;
        Ok(byte)
    }

    /// An error at the next byte.
    pub(super) fn error(&self, sentence: impl Into<String>) -> Error {
        Error::at(self.part, self.offset, sentence)
    }
}
