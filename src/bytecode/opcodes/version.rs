//! The supported CPython versions, named here and nowhere else: the build script includes this file, and
//! `.ci/run` reads it.

use std::fmt;

/// A supported CPython version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    V3_11,
    V3_12,
    V3_13,
    V3_14,
    V3_15,
}

impl Version {
    /// All versions, the oldest first; none between them is missing.
    pub const ALL: [Self; 5] = [
        Self::V3_11,
        Self::V3_12,
        Self::V3_13,
        Self::V3_14,
        Self::V3_15,
    ];

    /// The version called `major.minor`, if it is supported.
    #[must_use]
    pub fn from_major_minor(major: u8, minor: u8) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|version| major == 3 && version.minor() == minor)
    }

    /// All versions in words: `CPython 3.11 to 3.15`.
    #[must_use]
    pub fn supported() -> String {
        let [oldest, .., newest] = Self::ALL;
        format!("CPython {oldest} to {newest}")
    }

    fn minor(self) -> u8 {
        11 + self as u8
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "3.{}", self.minor())
    }
}
