//! Checks whether a module still holds what it held when it was searched.
//!
//! A search takes a microsecond per object. This reads only the addresses of names and objects in
//! the namespaces: some ten nanoseconds each. It detects what was added, removed or replaced, but
//! not a change inside an object, or an address that was reused.

#![expect(unsafe_code, reason = "a walk that a later slice goes on with is C")]

use std::collections::{BTreeSet, VecDeque};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyType};

use super::{Gil, Module};

/// Entries per step: a few microseconds.
const PIECE: usize = 100;

/// What a module held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fingerprint {
    /// All entries of its namespace and of those of its classes, independent of their order.
    sum: u64,
    /// The addresses of the classes.
    pub(super) classes: BTreeSet<usize>,
}

/// An iteration over what a module holds now.
pub struct Comparison {
    sum_before: u64,
    sum: u64,
    /// Earlier classes that were not seen yet.
    unseen: BTreeSet<usize>,
    /// Unfinished namespaces, each with the address of its class.
    waiting: VecDeque<(usize, Py<PyDict>, ffi::Py_ssize_t)>,
}

impl Fingerprint {
    /// Adds an entry of the namespace of a class, or of the module (address 0).
    pub(super) fn add(&mut self, class: usize, name: usize, object: usize) {
        self.sum = self.sum.wrapping_add(mixed([class, name, object]));
    }
}

impl Comparison {
    /// Starts to compare a module with what it held.
    #[must_use]
    pub fn new(gil: Gil<'_>, module: &Module, before: &Fingerprint) -> Self {
        Self {
            sum_before: before.sum,
            sum: 0,
            unseen: before.classes.clone(),
            waiting: [(0, module.namespace(gil).unbind(), 0)].into(),
        }
    }

    /// Continues; at the end returns whether the module is unchanged.
    pub fn step(&mut self, gil: Gil<'_>) -> Option<bool> {
        let Some((class, namespace, mut position)) = self.waiting.pop_front() else {
            return Some(self.sum == self.sum_before);
        };
        for _ in 0..PIECE {
            let mut name = std::ptr::null_mut();
            let mut object = std::ptr::null_mut();
            // SAFETY: the GIL is held and the dictionary alive; if it has shrunk and the position is
            // past its end, the walk ends.
            let is_there = unsafe {
                ffi::PyDict_Next(
                    namespace.as_ptr(),
                    &raw mut position,
                    &raw mut name,
                    &raw mut object,
                )
            };
            if is_there == 0 {
                return None;
            }
            self.sum = self
                .sum
                .wrapping_add(mixed([class, name.addr(), object.addr()]));
            if self.unseen.remove(&object.addr()) {
                // SAFETY: the dictionary has just given it, and holds it.
                let inner = unsafe { Bound::from_borrowed_ptr(gil, object) };
                if let Some(namespace) = namespace_of(&inner) {
                    self.waiting.push_back((object.addr(), namespace, 0));
                }
            }
        }
        self.waiting.push_front((class, namespace, position));
        None
    }
}

/// The namespace of a class. None for other objects, and for built-in classes that keep it
/// elsewhere.
fn namespace_of(object: &Bound<'_, PyAny>) -> Option<Py<PyDict>> {
    let class = object.cast::<PyType>().ok()?;
    // SAFETY: the class is alive; the field is null or an object, which is owned from here.
    let namespace =
        unsafe { Bound::from_borrowed_ptr_or_opt(class.py(), (*class.as_type_ptr()).tp_dict) };
    Some(namespace?.cast_into().ok()?.unbind())
}

/// Mixes three addresses into one number that depends on each of their bits.
fn mixed(addresses: [usize; 3]) -> u64 {
    addresses.into_iter().fold(0, |mixed: u64, address| {
        // The golden ratio, as in Fibonacci hashing.
        let product = (mixed ^ address as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        product ^ product >> 32
    })
}

#[cfg(test)]
mod tests {
    use std::ffi::CString;

    use super::*;
    use crate::cpython::{Modules, Search};

    const SOURCE: &str = "
import sys, types
compared = sys.modules['compared'] = types.ModuleType('compared')
exec('''
def f(): pass
def g(): pass
class Outer:
    def method(self): pass
    class Inner:
        def method(self): pass
other = Outer
''', vars(compared))
vars(compared).update((f'constant_{number}', number) for number in range(1000))
";

    /// Searches the module, and returns its fingerprint.
    fn search(gil: Gil<'_>) -> Fingerprint {
        let modules = Modules::one(gil, "compared").expect("the modules");
        let mut search = Search::new(modules, |_, _| true);
        while search.step(gil).expect("a step").is_some() {}
        search.take_fingerprint()
    }

    fn is_same(gil: Gil<'_>, before: &Fingerprint) -> bool {
        let mut modules = Modules::one(gil, "compared").expect("the modules");
        let module = modules.next(gil).expect("the modules");
        let mut comparison = Comparison::new(gil, &module.expect("a module"), before);
        loop {
            if let Some(is_same) = comparison.step(gil) {
                return is_same;
            }
        }
    }

    #[test]
    fn each_change_of_a_module_or_of_a_class_in_it_is_seen() {
        Python::initialize();
        Python::attach(|gil| {
            let run = |source: &str| {
                let source = CString::new(source).expect("no zero");
                gil.run(&source, None, None).expect("it runs");
            };
            run(SOURCE);
            let mut before = search(gil);
            assert_eq!(before.classes.len(), 2);
            assert!(is_same(gil, &before));
            for change in [
                "compared.h = compared.f",
                "del compared.h",
                "compared.f = lambda: None",
                "compared.f, compared.g = compared.g, compared.f",
                "compared.Outer.method = compared.f",
                "del compared.Outer.Inner.method",
                "compared.Outer.Inner.added = compared.f",
                "del compared.other",
            ] {
                run(change);
                assert!(!is_same(gil, &before), "{change}");
                before = search(gil);
                assert!(is_same(gil, &before), "{change}");
            }
        });
    }
}
