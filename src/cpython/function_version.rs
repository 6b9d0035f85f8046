//! The version of a function, by which CPython specialises calls of it.
//!
//! `_PyFunction_SetVersion` gives a function the version of its code object when it is created. It
//! also keeps CPython's table of functions by version, which the JIT reads.
//!
//! The symbol and the places of both versions are private to CPython. So the symbol is looked up by
//! name, and [`Versions::find`] tries everything on functions made for this purpose: they must have
//! the versions of their code objects, lose them with these, and get them back. Nothing is written
//! to any other function before all of that has held.

#![expect(unsafe_code, reason = "the version of a function is seen in C only")]

use std::ffi::c_void;
use std::mem::offset_of;

use pyo3::ffi;
use pyo3::prelude::*;

use super::{Gil, private_symbol};

/// The type of `_PyFunction_SetVersion`.
pub(super) type SetVersion = unsafe extern "C" fn(*mut ffi::PyObject, u32);

/// The version of a function that was never given one.
const UNSET: u32 = 0;
/// Where this CPython is expected to keep the version of a function, in bytes from its beginning.
pub(super) const PLACE: usize = offset_of!(ffi::PyFunctionObject, func_version);

/// How to set the version of a function.
#[derive(Debug)]
pub(super) struct Versions {
    set: SetVersion,
    /// Where a function keeps its version, in bytes from its beginning.
    in_function: usize,
    /// Where a code object does.
    in_code: usize,
    /// The version of a function whose code object was replaced. All valid ones are greater.
    cleared: u32,
}

/// `_PyFunction_SetVersion`, where it exists.
pub(super) fn set_version() -> Option<SetVersion> {
    let symbol = private_symbol(c"_PyFunction_SetVersion")?;
    // SAFETY: it has had this signature in every version that exports it.
    Some(unsafe { std::mem::transmute::<*mut c_void, SetVersion>(symbol) })
}

impl Versions {
    /// Tries it on functions made for this purpose; `in_function` is where one should keep its version.
    /// If something is not as expected, says what.
    ///
    /// # Errors
    /// If Python has no memory for it.
    pub(super) fn find(
        gil: Gil<'_>,
        set: Option<SetVersion>,
        in_function: usize,
    ) -> PyResult<Result<Self, &'static str>> {
        let Some(set) = set else {
            return Ok(Err("this CPython does not export `_PyFunction_SetVersion`"));
        };
        let mut functions = Vec::new();
        for _ in 0..3 {
            let function = gil.eval(c"lambda: None", None, None)?;
            let code = function.getattr(intern!(gil, "__code__"))?;
            functions.push((function, code));
        }
        let numbers = functions.iter().map(|(function, code)| {
            let number = number_at(function, in_function)?;
            Some((code, number))
        });
        let numbers: Option<Vec<_>> = numbers.collect();
        let Some(in_code) = numbers.and_then(|numbers| place_of(&numbers)) else {
            return Ok(Err(
                "this CPython keeps the version of a function in an unknown place",
            ));
        };
        let ((function, before), (_, after)) = (&functions[0], &functions[1]);
        function.setattr(intern!(gil, "__code__"), after)?;
        let mut versions = Self {
            set,
            in_function,
            in_code,
            cleared: 0,
        };
        versions.cleared = versions.of_function(function);
        if versions.cleared >= versions.of_code(before) {
            return Ok(Err(
                "this CPython does not clear the version of a function as expected",
            ));
        }
        versions.restore(function, after);
        if versions.of_function(function) != versions.of_code(after) {
            return Ok(Err(
                "this CPython does not set the version of a function as expected",
            ));
        }
        Ok(Ok(versions))
    }

    /// Whether a function has a version.
    pub(super) fn has(&self, function: &Bound<'_, PyAny>) -> bool {
        self.of_function(function) > self.cleared
    }

    fn of_function(&self, function: &Bound<'_, PyAny>) -> u32 {
        number_at(function, self.in_function).unwrap_or(UNSET)
    }

    fn of_code(&self, code: &Bound<'_, PyAny>) -> u32 {
        number_at(code, self.in_code).unwrap_or(UNSET)
    }

    /// Gives a function whose code object was replaced the version of the new one.
    pub(super) fn restore(&self, function: &Bound<'_, PyAny>, code: &Bound<'_, PyAny>) {
        let version = self.of_code(code);
        // When the numbers run out, code objects have none.
        if version <= self.cleared {
            return;
        }
        let place = function.as_ptr().map_addr(|it| it + self.in_function);
        // SAFETY: the place is inside the function, and holds its version: new functions had that of
        // their code object there, and it was cleared with a new code object. `code` is the code object
        // of `function`; functions of one code object, as closures, share its version. The GIL is held.
        // A debug build insists that a function has no version yet.
        unsafe {
            place.cast::<u32>().write(UNSET);
            (self.set)(function.as_ptr(), version);
        }
    }
}

/// The one place at which each object holds the number beside it, if the numbers differ.
fn place_of(numbers: &[(&Bound<'_, PyAny>, u32)]) -> Option<usize> {
    let differ = numbers.is_sorted_by(|(_, one), (_, next)| one < next);
    let (first, _) = numbers.first().filter(|_| differ)?;
    let places = (0..basic_size(first)).step_by(size_of::<u32>());
    let mut places = places.filter(|place| {
        let mut numbers = numbers.iter();
        numbers.all(|(object, number)| number_at(object, *place) == Some(*number))
    });
    places.next().filter(|_| places.next().is_none())
}

/// The number at a place of an object, in bytes from its beginning, if that is inside.
fn number_at(object: &Bound<'_, PyAny>, place: usize) -> Option<u32> {
    let is_inside = place + size_of::<u32>() <= basic_size(object);
    let number = object.as_ptr().map_addr(|it| it + place).cast::<u32>();
    let is_inside = is_inside && number.is_aligned();
    // SAFETY: the place is inside the object, which is alive and changes only with the GIL held.
    is_inside.then(|| unsafe { number.read() })
}

/// The size of an object without its items, in bytes.
fn basic_size(object: &Bound<'_, PyAny>) -> usize {
    // SAFETY: a type is alive as long as its instances, and its size never changes.
    let size = unsafe { (*ffi::Py_TYPE(object.as_ptr())).tp_basicsize };
    usize::try_from(size).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytecode::Version;
    use crate::cpython::running_version;

    unsafe extern "C" fn set_nothing(_: *mut ffi::PyObject, _: u32) {}

    /// Why the versions of functions are left alone, if one were kept at `place`.
    fn why_not(set: Option<SetVersion>, place: usize) -> Option<&'static str> {
        Python::initialize();
        Python::attach(|gil| Versions::find(gil, set, place).expect("memory").err())
    }

    #[test]
    fn what_is_not_as_expected_is_told() {
        let renews = running_version().is_ok_and(Version::renews_function_versions);
        let missing = "this CPython does not export `_PyFunction_SetVersion`";
        assert_eq!(why_not(None, PLACE), Some(missing));
        if renews {
            return;
        }
        assert_eq!(why_not(set_version(), PLACE), None);
        let unknown = "this CPython keeps the version of a function in an unknown place";
        let size = size_of::<ffi::PyFunctionObject>();
        for place in (0..2 * size).filter(|place| *place != PLACE) {
            assert_eq!(why_not(set_version(), place), Some(unknown), "at {place}");
        }
        let unset = "this CPython does not set the version of a function as expected";
        assert_eq!(why_not(Some(set_nothing), PLACE), Some(unset));
    }
}
