//! The counts that modules of the target keep of their own calls, read again and again.
//!
//! To look up each name costs a string and its hash, for 100,000 names more than a hundredth of a
//! second. So a dictionary is walked through instead: whoever reads it again remembers what stood
//! where, and finds it there unless the dictionary has changed.

#![expect(unsafe_code, reason = "a walk that a later slice goes on with is C")]

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyInt, PyString};

use super::Gil;
use super::loaded::loaded_module;

/// How many entries are read at once: some 10 µs.
const PIECE: usize = 100;

/// A `__call_counts__`, on the way through it.
pub struct CallCounts {
    counts: Py<PyDict>,
    /// Where the walk stands.
    position: ffi::Py_ssize_t,
}

impl CallCounts {
    /// That of a loaded module, if it keeps one.
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

    /// Shows some more entries to `look`, each with the name of a callable and how often it was
    /// called; false when there are no more. What is added or removed between two pieces may be
    /// missed.
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
        // SAFETY: the GIL is held and the dictionary alive; a position that lies behind its end, since
        // it has shrunk, ends the walk. What is given is borrowed from the dictionary, and owned from
        // here.
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

/// The counts that a module with this namespace keeps.
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
