//! Reads code objects without leaving caches in them.
//!
//! CPython caches the bytes of `co_code` in the code object, and since 3.12 also what
//! `code.replace` reads: a few hundred bytes of each function, for its lifetime. What was not
//! cached before is dropped again.
//!
//! ```text
//! 3.11        field ──▶ co_code
//! since 3.12  field ──▶ [co_code, co_varnames, co_cellvars, co_freevars]
//! ```
//!
//! The field is private to CPython and at a different offset in each version. So it is found once,
//! by what reading `co_code` changes in a fresh code object; if it is not found, nothing is
//! dropped.
//!
//! Source: `_PyCode_GetCode` and `code_dealloc` in CPython's `Objects/codeobject.c`.

#![expect(unsafe_code, reason = "what a code object caches is seen in C only")]

use std::cell::Cell;
use std::ptr::null_mut;
use std::slice;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use super::Gil;

/// The number of members, where there are several.
const MEMBERS: usize = 4;

/// A cache entry: null, or an object.
type Member = Cell<*mut ffi::PyObject>;

/// The cache of a code object.
#[derive(Clone, Copy)]
struct Cache {
    /// The offset of the field in the code object, in words.
    place: usize,
    /// Whether the field points to a record of all members.
    is_record: bool,
}

/// Runs `read`, which may read any attribute of `code`, and drops what that cached.
pub(super) fn without_caching<T>(code: &Bound<'_, PyAny>, read: impl FnOnce() -> T) -> T {
    let Some(cache) = Cache::get(code.py()) else {
        return read();
    };
    let kept = cache.kept(code);
    let result = read();
    cache.drop_but(kept, code);
    result
}

impl Cache {
    fn get(gil: Gil<'_>) -> Option<Self> {
        static CACHE: PyOnceLock<Option<Cache>> = PyOnceLock::new();
        *CACHE.get_or_init(gil, || Self::find(gil))
    }

    fn find(gil: Gil<'_>) -> Option<Self> {
        let fresh = gil.eval(c"lambda: None", None, None).ok()?;
        let code = fresh.getattr(intern!(gil, "__code__")).ok()?;
        let before = words(&code)?;
        let bytes = code.getattr(intern!(gil, "co_code")).ok()?;
        let after = words(&code)?;
        let changes = before.iter().zip(&after).enumerate();
        let mut changes = changes.filter(|(_, (before, after))| before != after);
        let (Some((place, (0, now))), None) = (changes.next(), changes.next()) else {
            return None;
        };
        let is_record = *now != bytes.as_ptr().addr();
        let cache = Self { place, is_record };
        let mut expected = [null_mut(); MEMBERS];
        expected[0] = bytes.as_ptr();
        // SAFETY: the field was null before the bytes were read; if it does not hold them, it points to
        // a record.
        let members = unsafe { cache.members(&code) }?;
        let is_found = members
            .iter()
            .map(Cell::get)
            .eq(expected.into_iter().take(members.len()));
        is_found.then_some(cache)
    }

    /// # Safety
    /// `code` is a code object, and the place is that of a pointer.
    unsafe fn field<'a>(self, code: &'a Bound<'_, PyAny>) -> &'a Member {
        // SAFETY: the place is one of the words of a code object, which change only with the GIL held.
        unsafe { &*code.as_ptr().cast::<Member>().add(self.place) }
    }

    /// The cache entries, null where empty; none if there is no record.
    ///
    /// # Safety
    /// `code` is a code object, and the place is that of the field.
    unsafe fn members<'a>(self, code: &'a Bound<'_, PyAny>) -> Option<&'a [Member]> {
        // SAFETY: the caller guarantees it.
        let field = unsafe { self.field(code) };
        if !self.is_record {
            return Some(slice::from_ref(field));
        }
        let record = field.get().cast::<Member>();
        // SAFETY: a record has this many members, and lives as long as it is in the code object.
        (!record.is_null()).then(|| unsafe { slice::from_raw_parts(record, MEMBERS) })
    }

    /// Which entries are filled; none if there is no record.
    fn kept(self, code: &Bound<'_, PyAny>) -> Option<[bool; MEMBERS]> {
        let mut kept = [false; MEMBERS];
        // SAFETY: the place was found; all callers have a code object.
        let members = unsafe { self.members(code) }?;
        for (kept, member) in kept.iter_mut().zip(members) {
            *kept = !member.get().is_null();
        }
        Some(kept)
    }

    /// Drops entries that were not filled before.
    fn drop_but(self, kept: Option<[bool; MEMBERS]>, code: &Bound<'_, PyAny>) {
        // SAFETY: as above.
        let Some(members) = (unsafe { self.members(code) }) else {
            return;
        };
        let was_kept = kept.unwrap_or_default().into_iter().zip(members);
        let new = was_kept.filter(|(was_kept, _)| !was_kept);
        let dropped: Vec<_> = new.map(|(_, member)| member.replace(null_mut())).collect();
        if kept.is_none() {
            // SAFETY: reading created the record, by `PyMem_New`, and all its members were taken out.
            unsafe { ffi::PyMem_Free(self.field(code).replace(null_mut()).cast()) };
        }
        for object in dropped {
            // SAFETY: null, or an object whose reference the code object had.
            unsafe { ffi::Py_XDECREF(object) };
        }
    }
}

/// The words that every code object has before its instructions.
fn words(code: &Bound<'_, PyAny>) -> Option<Vec<usize>> {
    let size = code.get_type().getattr(intern!(code.py(), "__basicsize__"));
    let words = size.ok()?.extract::<usize>().ok()? / size_of::<usize>();
    // SAFETY: the object is as large as its type says, and aligned as a pointer is.
    Some(unsafe { slice::from_raw_parts(code.as_ptr().cast::<usize>(), words) }.to_vec())
}

#[cfg(test)]
mod tests {
    use pyo3::types::PyBytes;

    use super::*;

    fn with_code(look: impl FnOnce(Gil<'_>, &Bound<'_, PyAny>)) {
        Python::initialize();
        Python::attach(|gil| {
            let function = gil.eval(c"lambda one, two: (one, two)", None, None);
            let code = function.and_then(|it| it.getattr("__code__"));
            look(gil, &code.expect("a code object"));
        });
    }

    /// The words of a code object except its reference count.
    fn fields(code: &Bound<'_, PyAny>) -> Vec<usize> {
        words(code).expect("a size")[1..].to_vec()
    }

    fn read(code: &Bound<'_, PyAny>) -> Vec<u8> {
        without_caching(code, || {
            let copy = code.call_method0("replace").expect("a copy");
            let bytes = code.getattr("co_code").expect("its bytes");
            assert!(copy.eq(code).expect("a comparison"));
            bytes.cast::<PyBytes>().expect("bytes").as_bytes().to_vec()
        })
    }

    #[test]
    fn what_is_read_is_not_kept() {
        with_code(|gil, code| {
            assert!(Cache::get(gil).is_some(), "the field is found");
            let before = fields(code);
            let bytes = read(code);
            assert_eq!(fields(code), before);
            assert_eq!(read(code), bytes);
        });
    }

    #[test]
    fn what_was_kept_before_stays() {
        with_code(|_, code| {
            let names = code.getattr("co_varnames").expect("names");
            let before = fields(code);
            read(code);
            assert_eq!(fields(code), before);
            let bytes = code.getattr("co_code").expect("bytes");
            let before = fields(code);
            read(code);
            assert_eq!(fields(code), before);
            assert!(code.getattr("co_code").expect("bytes").is(&bytes));
            assert!(
                code.getattr("co_varnames")
                    .expect("names")
                    .eq(names)
                    .expect("equal")
            );
        });
    }
}
