//! The innermost Python call: the function, and its code object, that a native slot was called from.
//!
//! CPython shows the code object of a frame, but not its function. The interpreter's own frame has
//! both among its first words. [`Places::find`] locates them once, in a call of a known function; if
//! it does not find them, the innermost call is unknown.

#![expect(
    unsafe_code,
    reason = "the function of a frame stands in a private structure"
)]

use std::sync::OnceLock;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::Gil;
use super::native_type::make_type;

/// The first words of the interpreter's frame, which is longer in every version.
pub(super) type FrameWords = [*mut ffi::PyObject; 8];
/// The word of a frame object that points to it: after the head (two words) and `f_back`.
const INNER_FRAME: usize = 3;
/// The low bits of a word that may be a tag, since 3.14.
const TAG: usize = 7;

/// The innermost call of a thread: the addresses of its function and of the code object that it runs.
/// Both are alive as long as the call runs.
pub(super) struct RunningCall {
    pub(super) function: *mut ffi::PyObject,
    pub(super) code: *mut ffi::PyObject,
}

/// Which words of the interpreter's frame hold the function, the code object and the globals.
#[derive(Clone, Copy)]
struct Places {
    function: usize,
    code: usize,
    globals: usize,
}

static PLACES: OnceLock<Option<Places>> = OnceLock::new();

/// The innermost call of this thread; none if it is unknown.
pub(super) fn running_call(gil: Gil<'_>) -> Option<RunningCall> {
    let places = PLACES.get().copied().flatten()?;
    let words = innermost_frame(gil)?;
    Some(RunningCall {
        function: untagged(words[places.function]),
        code: untagged(words[places.code]),
    })
}

/// The code object and the globals of a frame that has not begun; none if it is unknown where they are.
///
/// # Safety
/// The frame must live.
pub(super) unsafe fn frame_words(
    gil: Gil<'_>,
    frame: *const FrameWords,
) -> Option<(Bound<'_, PyAny>, Bound<'_, PyDict>)> {
    let places = PLACES.get().copied().flatten()?;
    // SAFETY: the caller vouches for the frame, which is longer, and holds references to both as long as it
    // lives.
    unsafe {
        let words = *frame;
        let owned = |place| Bound::from_borrowed_ptr_or_opt(gil, untagged(words[place]));
        let (code, globals) = (owned(places.code)?, owned(places.globals)?);
        Some((code, globals.cast_into().ok()?))
    }
}

/// Finds out how the interpreter lays out its frames. This calls a Python function, so it should
/// happen before the program starts.
///
/// # Errors
/// If Python has no memory for it.
pub(super) fn learn_frames(gil: Gil<'_>) -> PyResult<()> {
    if PLACES.get().is_none() {
        let places = Places::find(gil)?;
        // If another thread was first, it has found the same places.
        let _ = PLACES.set(places);
    }
    Ok(())
}

/// The first words of the innermost frame.
fn innermost_frame(_: Gil<'_>) -> Option<FrameWords> {
    // SAFETY: the GIL is held. The frame object is borrowed from the thread, and points to the
    // interpreter's frame as long as that runs; both are larger than what is read of them.
    unsafe {
        let frame = ffi::PyEval_GetFrame().cast::<*const FrameWords>();
        let inner = (!frame.is_null()).then(|| *frame.add(INNER_FRAME))?;
        (!inner.is_null()).then(|| *inner)
    }
}

fn untagged(word: *mut ffi::PyObject) -> *mut ffi::PyObject {
    word.map_addr(|address| address & !TAG)
}

impl Places {
    /// Calls a function, made for this purpose, that inverts an object which reads the frame.
    fn find(gil: Gil<'_>) -> PyResult<Option<Self>> {
        let slots = [(ffi::Py_nb_invert, read_frame as *mut _)];
        // SAFETY: the slot has the signature of `nb_invert`, and works on a `Reader`.
        let reader_type =
            unsafe { make_type::<Reader>(gil, c"instrsh.frame_reader", None, &slots)? };
        // SAFETY: the type has the size of `Reader`, whose words are zeroed by the allocation.
        let reader = unsafe {
            let reader = ffi::PyType_GenericAlloc(reader_type.bind(gil).as_type_ptr(), 0);
            Bound::from_owned_ptr_or_err(gil, reader)?
        };
        let globals = PyDict::new(gil);
        let invert = gil.eval(c"lambda reader: ~reader", Some(&globals), None)?;
        invert.call1((&reader,))?;
        let code = invert.getattr(intern!(gil, "__code__"))?;
        // SAFETY: this is an instance of the type, and nothing else uses it.
        let words = unsafe { (*reader.as_ptr().cast::<Reader>()).words };
        let place_of = |object: &Bound<'_, PyAny>| {
            let is_it = |word: &*mut ffi::PyObject| untagged(*word) == object.as_ptr();
            let place = words.iter().position(is_it)?;
            (!words[place + 1..].iter().any(is_it)).then_some(place)
        };
        let places = place_of(&invert).zip(place_of(&code));
        Ok(places
            .zip(place_of(&globals))
            .map(|((function, code), globals)| Self {
                function,
                code,
                globals,
            }))
    }
}

/// An object that reads the frame in which it is inverted.
#[repr(C)]
struct Reader {
    object: ffi::PyObject,
    words: FrameWords,
}

/// `~reader`
unsafe extern "C" fn read_frame(reader: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: CPython calls the slot of our type with an instance of it, with the GIL held.
    unsafe {
        if let Some(words) = innermost_frame(Python::assume_attached()) {
            (*reader.cast::<Reader>()).words = words;
        }
        ffi::Py_NewRef(ffi::Py_None())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interpreter_keeps_function_and_code_in_each_frame() {
        Python::initialize();
        Python::attach(|gil| assert!(Places::find(gil).expect("memory").is_some()));
    }
}
