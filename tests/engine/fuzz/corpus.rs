//! The inputs that are kept, in `tests/corpus`.
//!
//! ```text
//! 3.11/ 3.12/ …       what these compilers make of `seeds.py`, written by `dump.py`
//! found/              inputs that failed once, named after their seeds
//! ```
//!
//! A file holds one code object. Numbers are little-endian:
//!
//! ```text
//! minor version       1 byte
//! co_firstlineno      4 bytes, signed
//! co_stacksize        4 bytes
//! co_code             4 bytes of length, then that many bytes
//! co_linetable        the same
//! co_exceptiontable   the same
//! ```

use std::fs;
use std::path::{Path, PathBuf};

use instrsh::bytecode::{CodeParts, Version};

const ENDING: &str = "code";
const FOUND: &str = "found";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Input {
    pub(crate) version: Version,
    pub(crate) parts: CodeParts,
}

/// A file of the corpus.
pub(crate) struct Kept {
    pub(crate) path: PathBuf,
    pub(crate) input: Input,
    /// Whether a compiler wrote it.
    pub(crate) is_compiled: bool,
}

impl Input {
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let parts = &self.parts;
        let minor = (0..=u8::MAX)
            .find(|minor| Version::from_major_minor(3, *minor) == Some(self.version))
            .expect("the version has a number");
        let mut bytes = vec![minor];
        bytes.extend(parts.first_line.to_le_bytes());
        bytes.extend(parts.stack_size.to_le_bytes());
        for part in [&parts.code, &parts.line_table, &parts.exception_table] {
            let length = u32::try_from(part.len()).expect("the part is short");
            bytes.extend(length.to_le_bytes());
            bytes.extend(part);
        }
        bytes
    }

    /// None unless the bytes are exactly one input.
    pub(crate) fn from_bytes(mut bytes: &[u8]) -> Option<Self> {
        let [minor] = take(&mut bytes)?;
        let input = Self {
            version: Version::from_major_minor(3, minor)?,
            parts: CodeParts {
                first_line: i32::from_le_bytes(take(&mut bytes)?),
                stack_size: u32::from_le_bytes(take(&mut bytes)?),
                code: take_part(&mut bytes)?,
                line_table: take_part(&mut bytes)?,
                exception_table: take_part(&mut bytes)?,
            },
        };
        bytes.is_empty().then_some(input)
    }
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*taken)
}

fn take_part(bytes: &mut &[u8]) -> Option<Vec<u8>> {
    let length = u32::from_le_bytes(take(bytes)?);
    let (part, rest) = bytes.split_at_checked(length.try_into().ok()?)?;
    *bytes = rest;
    Some(part.to_vec())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

/// All files, always in the same order.
pub(crate) fn kept() -> Vec<Kept> {
    let versions = Version::ALL.map(|version| version.to_string());
    let mut kept = Vec::new();
    for name in versions.iter().map(String::as_str).chain([FOUND]) {
        let entries = fs::read_dir(folder().join(name)).into_iter().flatten();
        let mut paths: Vec<_> = entries
            .map(|entry| entry.expect("the corpus can be read").path())
            .filter(|path| path.extension().is_some_and(|it| it == ENDING))
            .collect();
        paths.sort();
        kept.extend(paths.into_iter().map(|path| {
            let bytes = fs::read(&path).expect("the corpus can be read");
            let input = Input::from_bytes(&bytes);
            Kept {
                input: input.unwrap_or_else(|| panic!("{} is no code object", path.display())),
                is_compiled: name != FOUND,
                path,
            }
        }));
    }
    kept
}

/// Adds the file at `from` to the corpus, under the name of its seed.
pub(crate) fn keep(from: &Path, seed: u64) -> PathBuf {
    let folder = folder().join(FOUND);
    let path = folder.join(format!("{seed:016x}")).with_extension(ENDING);
    let copied = fs::create_dir_all(folder).and_then(|()| fs::copy(from, &path));
    copied.expect("the corpus can be written");
    path
}
