//! Reads the entries of a namespace piece by piece, in as many slices as that takes.
//!
//! First the names are collected, then the value of each is looked up in turn, so that removed
//! names are skipped. Copying 60,000 names at once takes 0.5 to 0.9 ms (measured with cold caches),
//! longer than a slice.

use std::collections::VecDeque;

use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyList, PyString};

use super::Gil;

/// Names per step: about 15 µs.
const PIECE: usize = 1000;

/// The state of the reading.
pub(super) struct Entries {
    namespace: Py<PyAny>,
    /// The iterator over the names; none when all are collected.
    rest: Option<Py<PyIterator>>,
    names: VecDeque<Py<PyAny>>,
}

/// The result of one step.
pub(super) enum Read<'py> {
    /// A name and its current value.
    Entry(Bound<'py, PyString>, Bound<'py, PyAny>),
    /// No entry in this step.
    NotYet,
    /// Everything was read.
    End,
}

impl Entries {
    /// All entries of a dictionary or a read-only view of one.
    pub(super) fn of(namespace: Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self {
            rest: Some(namespace.try_iter()?.unbind()),
            names: VecDeque::with_capacity(namespace.len()?),
            namespace: namespace.unbind(),
        })
    }

    /// Only this entry, if it exists.
    pub(super) fn one(namespace: Bound<'_, PyAny>, name: &str) -> PyResult<Self> {
        let name = name.into_pyobject(namespace.py())?;
        Ok(Self {
            rest: None,
            names: [name.into_any().unbind()].into(),
            namespace: namespace.unbind(),
        })
    }

    /// The namespace.
    pub(super) fn namespace<'py>(&self, gil: Gil<'py>) -> &Bound<'py, PyAny> {
        self.namespace.bind(gil)
    }

    /// Continues.
    pub(super) fn read<'py>(&mut self, gil: Gil<'py>) -> Read<'py> {
        if let Some(rest) = self.rest.take() {
            self.gather(rest.bind(gil));
            return Read::NotYet;
        }
        let Some(name) = self.names.pop_front() else {
            return Read::End;
        };
        let Ok(name) = name.into_bound(gil).cast_into::<PyString>() else {
            return Read::NotYet;
        };
        match self.namespace.bind(gil).get_item(&name) {
            Ok(object) => Read::Entry(name, object),
            Err(_) => Read::NotYet,
        }
    }

    /// Collects some more names. If the namespace has changed since the last step, which ends the
    /// iteration with an error, collects all at once.
    fn gather(&mut self, rest: &Bound<'_, PyIterator>) {
        let piece: PyResult<Vec<_>> = rest.clone().take(PIECE).collect();
        if let Ok(piece) = piece {
            self.rest = (piece.len() == PIECE).then(|| rest.clone().unbind());
            self.names.extend(piece.into_iter().map(Bound::unbind));
        } else {
            let all = rest.py().get_type::<PyList>().call1((&self.namespace,));
            let all = all.and_then(|all| Ok(all.cast_into::<PyList>()?));
            let all = all.into_iter().flatten();
            self.names = all.map(Bound::unbind).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pyo3::types::PyDict;

    #[test]
    fn a_namespace_that_changes_meanwhile_is_read_whole() {
        Python::initialize();
        Python::attach(|gil| {
            let namespace = PyDict::new(gil);
            for number in 0..3 * PIECE {
                namespace
                    .set_item(format!("name_{number}"), number)
                    .expect("an entry");
            }
            let mut entries = Entries::of(namespace.clone().into_any()).expect("entries");
            assert!(matches!(entries.read(gil), Read::NotYet));
            namespace.del_item("name_0").expect("an entry");
            namespace.set_item(1, "no name").expect("an entry");
            namespace.set_item("new", 0).expect("an entry");
            let mut names = Vec::new();
            loop {
                match entries.read(gil) {
                    Read::Entry(name, _) => names.push(name.to_string()),
                    Read::NotYet => {}
                    Read::End => break,
                }
            }
            assert_eq!(names.len(), 3 * PIECE);
            assert_eq!(names.first().map(String::as_str), Some("name_1"));
            assert_eq!(names.last().map(String::as_str), Some("new"));
        });
    }
}
