//! The open calls of each thread, innermost first: who calls whom among timed callables.
//!
//! A call's caller is the nearest open call below it that runs on the same interpreter stack. That need not
//! be the innermost one of the thread: greenlets have interpreter stacks of their own, which they exchange in
//! the thread state. A stack consists of chunks, so the chunk that a call was made on, and those before it,
//! tell stacks apart. CPython does not show it: [`learn_stacks`] finds the word in the thread state once, and
//! if it does not, calls of one thread are taken to be on one stack.
//!
//! Calls are linked both ways, since one can end, or be suspended, while it is not the innermost. Memory of
//! tokens is used again but never freed, so a link always leads to a token; a generation tells whether it is
//! still the same call. A tool that asks the garbage collector for a token can drop it on another thread,
//! which does not know that it was the innermost call of its own.

use std::cell::Cell;
use std::ptr::null_mut;
use std::sync::OnceLock;

use pyo3::ffi;

use super::super::Gil;
use super::token::Token;

thread_local! {
    /// The innermost open call, if it still has this generation.
    static INNERMOST: Cell<(*mut Token, u64)> = const { Cell::new((null_mut(), 0)) };
}

/// The word of the thread state that points to the newest chunk of the stack.
static CHUNK: OnceLock<Option<usize>> = OnceLock::new();

/// How many calls are asked whether they are on the same stack, and how many chunks are looked at.
const MOST: usize = 64;
/// What stands for the chunks of stacks that cannot be told apart.
const ANY: *const Chunk = std::ptr::without_provenance(1);

/// The place of an open call among the others.
pub(super) struct Links {
    /// The open call below it on the same stack, if that still has this generation.
    pub(super) caller: *mut Token,
    pub(super) caller_generation: u64,
    /// The neighbours on the thread.
    below: *mut Token,
    above: *mut Token,
    /// The chunk of the stack it was made on.
    chunk: *const Chunk,
}

/// The head of a chunk of the interpreter's stack.
#[repr(C)]
struct Chunk {
    previous: *const Chunk,
    /// In bytes.
    size: usize,
}

impl Links {
    /// Of a call that is not open.
    pub(super) const NONE: Self = Self {
        caller: null_mut(),
        caller_generation: 0,
        below: null_mut(),
        above: null_mut(),
        chunk: std::ptr::null(),
    };
}

/// Makes a call the innermost one of this thread.
///
/// # Safety
/// The token is not among the open calls, and the GIL is held.
#[inline]
pub(super) unsafe fn push(token: *mut Token) {
    // SAFETY: the token is valid; so are all open calls, whose memory is never freed.
    unsafe {
        let (innermost, generation) = INNERMOST.replace((token, (*token).generation));
        let is_open = !innermost.is_null()
            && innermost != token
            && (*innermost).generation == generation
            && (*innermost).is_running();
        let below = if is_open { innermost } else { null_mut() };
        let chunk = newest_chunk();
        let mut caller = below;
        if !below.is_null() {
            (*below).links.above = token;
            if chunk.is_null() || (*below).links.chunk != chunk {
                caller = nearest_on_stack(below, chunk);
            }
        }
        (*token).links = Links {
            caller,
            caller_generation: if caller.is_null() {
                0
            } else {
                (*caller).generation
            },
            below,
            above: null_mut(),
            chunk,
        };
    }
}

/// Takes a call out of the open ones.
///
/// # Safety
/// The token is among the open calls, and the GIL is held.
#[inline]
pub(super) unsafe fn remove(token: *mut Token) {
    // SAFETY: as in `push`.
    unsafe {
        let Links { below, above, .. } = (*token).links;
        if !above.is_null() {
            (*above).links.below = below;
        } else if INNERMOST.get().0 == token {
            let generation = if below.is_null() {
                0
            } else {
                (*below).generation
            };
            INNERMOST.set((below, generation));
        }
        if !below.is_null() {
            (*below).links.above = above;
        }
    }
}

/// The caller of a call, if it is still open.
///
/// # Safety
/// The token is valid, and the GIL is held.
#[inline]
pub(super) unsafe fn caller_of(token: *const Token) -> Option<*mut Token> {
    // SAFETY: the memory of a caller is never freed.
    unsafe {
        let Links {
            caller,
            caller_generation,
            ..
        } = (*token).links;
        let is_same = !caller.is_null() && (*caller).generation == caller_generation;
        is_same.then_some(caller)
    }
}

/// The nearest call from `below` on whose chunk belongs to the stack with this newest chunk.
#[cold]
unsafe fn nearest_on_stack(below: *mut Token, newest: *const Chunk) -> *mut Token {
    let follow = |chunk: &*const Chunk| {
        // SAFETY: the chunks of the running stack are alive.
        let previous = unsafe { (**chunk).previous };
        (!previous.is_null()).then_some(previous)
    };
    let first = (!newest.is_null()).then_some(newest);
    let chunks = || std::iter::successors(first, follow).take(MOST);
    let mut call = below;
    for _ in 0..MOST {
        if call.is_null() {
            break;
        }
        // SAFETY: memory of tokens is never freed.
        let links = unsafe { &(*call).links };
        if chunks().any(|chunk| chunk == links.chunk) {
            return call;
        }
        call = links.below;
    }
    null_mut()
}

/// The newest chunk of the running stack; null if it has none yet.
#[inline]
unsafe fn newest_chunk() -> *const Chunk {
    match CHUNK.get() {
        // SAFETY: the GIL is held, so there is a thread state, and the word was found in it.
        Some(Some(word)) => unsafe { *ffi::PyThreadState_Get().cast::<*const Chunk>().add(*word) },
        _ => ANY,
    }
}

/// Finds the word of the thread state that points to the newest chunk: two more words follow it, the top of
/// the stack and its limit, both within that chunk. Some Python must have run on this thread before.
pub(in super::super) fn learn_stacks(_: Gil<'_>) {
    /// CPython 3.11 has it the furthest behind, at word 37; what lies behind it is not read.
    const WORDS: usize = 40;
    /// The size of the first chunk of a stack, in bytes; others are multiples.
    const UNIT: usize = 16 << 10;
    CHUNK.get_or_init(|| {
        // SAFETY: the GIL is held, so there is a thread state.
        let state = unsafe { ffi::PyThreadState_Get() }.cast::<usize>();
        let is_chunk = |place: &usize| {
            // SAFETY: the words up to the one that is looked for are within the thread state.
            let [chunk, top, limit] = [0, 1, 2].map(|next| unsafe { *state.add(place + next) });
            let size = limit.wrapping_sub(chunk);
            let looks_so = chunk != 0
                && size != 0
                && size % UNIT == 0
                && size <= UNIT << 10
                && chunk % align_of::<Chunk>() == 0
                && chunk < top
                && top <= limit;
            // SAFETY: three pointers of a thread state into one piece of memory of this size: only its
            // stack has them, and a chunk begins with its head.
            looks_so && unsafe { (*std::ptr::with_exposed_provenance::<Chunk>(chunk)).size } == size
        };
        (0..WORDS).find(is_chunk)
    });
}

#[cfg(test)]
mod tests {
    use pyo3::prelude::*;

    use super::*;

    #[test]
    fn each_supported_interpreter_shows_its_stack() {
        Python::initialize();
        Python::attach(|gil| {
            gil.run(c"(lambda: None)()", None, None).expect("it runs");
            learn_stacks(gil);
        });
        assert!(matches!(CHUNK.get(), Some(Some(_))));
    }
}
