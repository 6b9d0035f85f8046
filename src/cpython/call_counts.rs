//! Reads the counts that modules of the program keep of their own calls, again and again.
//!
//! Looking up each name costs a string and its hash: for 100,000 names more than a hundredth of a
//! second. So a dictionary is iterated instead. A caller that reads it again remembers the
//! positions of the entries, which stay the same unless the dictionary changes.

#![expect(unsafe_code, reason = "a walk that a later slice goes on with is C")]

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyInt, PyString};

use super::Gil;
use super::loaded::loaded_module;

/// Entries per step: about 10 µs.
const PIECE: usize = 100;

/// An iteration over a `__call_counts__`.
pub struct CallCounts {
    counts: Py<PyDict>,
    /// The position of the iteration.
    position: ffi::Py_ssize_t,
}

impl CallCounts {
    /// The counts of a loaded module, if it keeps any.
    #[must_use]
    pub fn of(gil: Gil<'_>, module: &str) -> Option<Self> {
        let namespace = loaded_module(gil, module).ok()??.dict();
        let counts = counts_in(&namespace).ok()??;
        Some(Self {
            counts: counts.unbind(),
            position: 0,
        })
    }

    /// Its identity: modules may share one.
    #[must_use]
    pub fn id(&self) -> usize {
        self.counts.as_ptr().addr()
    }

    /// Passes some more entries to `look`, each with the name of a callable and its number of
    /// calls; false at the end. Entries that are added or removed between two steps may be missed.
    pub fn read(&mut self, gil: Gil<'_>, mut look: impl FnMut(&str, u64)) -> bool {
        for _ in 0..PIECE {
            let Some((name, calls)) = self.next(gil) else {
                return false;
            };
            let calls: Option<u64> = calls.cast::<PyInt>().ok().and_then(|it| it.extract().ok());
            if let (Ok(name), Some(calls)) = (name.cast::<PyString>(), calls)
                && let Ok(name) = name.to_str()
            {
                look(name, calls);
            }
        }
        true
    }

    fn next<'py>(&mut self, gil: Gil<'py>) -> Option<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let mut key = std::ptr::null_mut();
        let mut value = std::ptr::null_mut();
        // SAFETY: the GIL is held and the dictionary alive; if it has shrunk and the position is past
        // its end, the walk ends. Key and value are borrowed from the dictionary, and owned from here.
        unsafe {
            let is_there = ffi::PyDict_Next(
                self.counts.as_ptr(),
                &raw mut self.position,
                &raw mut key,
                &raw mut value,
            );
            (is_there != 0).then(|| {
                (
                    Bound::from_borrowed_ptr(gil, key),
                    Bound::from_borrowed_ptr(gil, value),
                )
            })
        }
    }
}

/// The counts kept in a module's namespace.
pub(super) fn counts_in<'py>(
    namespace: &Bound<'py, PyDict>,
) -> PyResult<Option<Bound<'py, PyDict>>> {
    let counts = namespace.get_item(intern!(namespace.py(), "__call_counts__"))?;
    Ok(counts.and_then(|counts| counts.cast_into().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_survives_a_dictionary_that_shrinks() {
        Python::initialize();
        Python::attach(|gil| {
            let counts = PyDict::new(gil);
            for number in 0..3 * PIECE {
                counts
                    .set_item(format!("m:f_{number}"), number)
                    .expect("an entry");
            }
            counts.set_item("m:no_number", "many").expect("an entry");
            let mut walk = CallCounts {
                counts: counts.clone().unbind(),
                position: 0,
            };
            let mut read = Vec::new();
            assert!(walk.read(gil, |name, calls| read.push((name.to_owned(), calls))));
            assert_eq!(read.len(), PIECE);
            assert_eq!(
                read[PIECE - 1],
                (format!("m:f_{}", PIECE - 1), PIECE as u64 - 1)
            );
            counts.clear();
            assert!(!walk.read(gil, |_, _| panic!("nothing is left")));
        });
    }
}
