//! Keeps calls of a function fast after its code object was exchanged, where CPython would not.
//!
//! CPython specialises a call for the version of the function that it sees. A new function has the
//! version of its code object, and loses it when that is replaced. Up to 3.12 the next call gives it
//! a new one. Since 3.13 nothing does, and each call stays about 5 ns slower, even after the original
//! code object is back. There the function is given the version of its new code object, as
//! [`super::function_version`] explains. If that is impossible, calls are slower and nothing else
//! changes, and the statistics say why.

use std::sync::OnceLock;

use pyo3::prelude::*;

use super::function_version::{PLACE, Versions, set_version};
use super::{Gil, running_version};
use crate::bytecode::Version;

/// How a function gets a version again after its code object was replaced.
enum Renewal {
    /// CPython gives it a new one.
    ByCPython,
    /// [`restore`] gives it that of its new code object.
    ByUs(Versions),
    /// It gets none, for this reason.
    Unavailable(&'static str),
}

static RENEWAL: OnceLock<Renewal> = OnceLock::new();

/// Finds out how this interpreter keeps the versions of functions. Runs a little Python code, so it
/// should happen before the program starts.
///
/// # Errors
/// If Python has no memory for it.
pub(super) fn learn_versions(gil: Gil<'_>) -> PyResult<()> {
    if RENEWAL.get().is_none() {
        let is_by_cpython = running_version().is_ok_and(Version::renews_function_versions);
        let renewal = if is_by_cpython {
            Renewal::ByCPython
        } else {
            let found = Versions::find(gil, set_version(), PLACE)?;
            found.map_or_else(Renewal::Unavailable, Renewal::ByUs)
        };
        // If another thread was first, it has found the same.
        let _ = RENEWAL.set(renewal);
    }
    Ok(())
}

/// Why calls of a function are slower while it is patched and afterwards, if they are.
#[must_use]
pub fn slower_calls() -> Option<&'static str> {
    match RENEWAL.get() {
        Some(Renewal::Unavailable(why)) => Some(why),
        _ => None,
    }
}

fn versions() -> Option<&'static Versions> {
    match RENEWAL.get() {
        Some(Renewal::ByUs(versions)) => Some(versions),
        _ => None,
    }
}

/// Whether calls of `function` can be specialised now, and [`restore`] is needed to keep that when its
/// code object is replaced.
pub(super) fn is_specialisable(function: &Bound<'_, PyAny>) -> bool {
    versions().is_some_and(|versions| versions.has(function))
}

/// Sets the version of a function to that of its code object. It must have been specialisable
/// before its code object was replaced: a function with changed defaults, for example, is not.
pub(super) fn restore(function: &Bound<'_, PyAny>, code: &Bound<'_, PyAny>) {
    if let Some(versions) = versions() {
        versions.restore(function, code);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_stay_as_fast_in_this_interpreter() {
        Python::initialize();
        Python::attach(|gil| learn_versions(gil).expect("memory"));
        assert_eq!(slower_calls(), None);
    }

    #[test]
    fn a_function_that_could_not_be_specialised_stays_so() {
        Python::initialize();
        Python::attach(|gil| {
            learn_versions(gil).expect("memory");
            if versions().is_none() {
                return; // CPython renews it.
            }
            let function = |source| gil.eval(source, None, None).expect("a function");
            let (fresh, of_defaults) = (function(c"lambda: None"), function(c"lambda x=1: x"));
            assert!(is_specialisable(&fresh) && is_specialisable(&of_defaults));
            of_defaults.setattr("__defaults__", (2,)).expect("defaults");
            assert!(!is_specialisable(&of_defaults));
            let copied = function(c"type(lambda: None)((lambda: None).__code__, {})");
            assert!(!is_specialisable(&copied));
            let code = of_defaults.getattr("__code__").expect("its code");
            fresh.setattr("__code__", &code).expect("code");
            assert!(!is_specialisable(&fresh));
            restore(&fresh, &code);
            assert!(is_specialisable(&fresh));
        });
    }
}
