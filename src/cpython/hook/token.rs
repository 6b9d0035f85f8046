//! The native object at the bottom of the value stack of a timed call: what is done with it says what
//! happens to the call.
//!
//! | the patched code | here | happens |
//! |---|---|---|
//! | `~hook` | [`Token::open`] | the call begins |
//! | `-hook` | [`Token::idle`] | a generator expression of 3.15 is created; `~token` begins it |
//! | `-token` | [`suspend`] | before a `yield` |
//! | `~token` | [`resume`] | behind it, and in handlers that a `throw` may enter: it may be running |
//! | dropped | [`deallocate`] | the call ends: it returns, or in any other way |
//!
//! The slots are raw C functions that hold nothing with a destructor, because a daemon thread may be unwound
//! inside them when the interpreter ends. They run no Python, raise nothing, and take no lock.
//!
//! A token owns a reference to its hook, and with it to all that is recorded. The memory of tokens is used
//! again, but never freed: see [`super::open_calls`].

use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};

use pyo3::exceptions::PyMemoryError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

use super::super::native_type::make_type;
use super::open_calls::{self, Links};
use super::raised::Raised;
use super::timed::Timed;
use crate::counts::{CallTime, End, EndedCall, generation, ticks};

/// The instance layout.
#[repr(C)]
pub(super) struct Token {
    object: ffi::PyObject,
    /// An owned reference; null when the token is not in use.
    hook: *mut Timed,
    state: State,
    /// Whether it is not within a call of the same callable.
    is_outermost: bool,
    /// Of the process that the call began in.
    process: u32,
    /// How many calls this memory has stood for.
    pub(super) generation: u64,
    /// When the call began.
    began: u64,
    /// When it began to run, or to wait, the last time.
    since: u64,
    /// The ticks that it has waited.
    waiting: u64,
    /// The ticks that timed callees ran.
    callees: u64,
    resumes: u64,
    pub(super) links: Links,
}

/// How many callers are asked whether they are calls of the same callable.
const DEEPEST: usize = 10_000;

/// What a call does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// It has not begun.
    Idle,
    /// It runs, and is among the open calls.
    Running,
    Waiting,
    /// It has ended, or is of no interest.
    Ended,
}

/// Tokens that are not in use, linked by [`Links::caller`].
static FREE: AtomicPtr<Token> = AtomicPtr::new(null_mut());
/// What calls get that are not to be recorded. It is never freed.
static INERT: AtomicPtr<Token> = AtomicPtr::new(null_mut());
static TOKEN_TYPE: PyOnceLock<Py<PyType>> = PyOnceLock::new();

impl Token {
    /// Makes the type; needed before anything is timed.
    ///
    /// # Errors
    /// If Python has no memory for it.
    pub(super) fn get_ready(gil: Python<'_>) -> PyResult<()> {
        let slots: [(_, *mut c_void); 3] = [
            (ffi::Py_nb_invert, resume as *mut _),
            (ffi::Py_nb_negative, suspend as *mut _),
            (ffi::Py_tp_dealloc, deallocate as *mut _),
        ];
        // SAFETY: each slot has the signature that its number asks for, and works on a `Token`.
        let make = || unsafe { make_type::<Self>(gil, c"instrsh.call", None, &slots) };
        let token_type = TOKEN_TYPE.get_or_try_init(gil, make)?;
        if INERT.load(Ordering::Relaxed).is_null() {
            let inert = Self::allocate(token_type.bind(gil).as_type_ptr());
            if inert.is_null() {
                return Err(PyMemoryError::new_err(()));
            }
            INERT.store(inert, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Whether it is among the open calls.
    pub(super) fn is_running(&self) -> bool {
        self.state == State::Running
    }

    /// A token that is not in use, in memory that lives for ever; null if the system has none. It comes
    /// from C: Rust would end the process instead.
    fn allocate(token_type: *mut ffi::PyTypeObject) -> *mut Self {
        // SAFETY: as much memory as a token takes, aligned as every C allocation.
        let token = unsafe { ffi::PyMem_RawMalloc(size_of::<Self>()) }.cast::<Self>();
        if token.is_null() {
            return token;
        }
        let unused = Self {
            // SAFETY: an object of which nothing is set yet.
            object: unsafe { std::mem::zeroed() },
            hook: null_mut(),
            state: State::Ended,
            is_outermost: true,
            process: 0,
            generation: 0,
            began: 0,
            since: 0,
            waiting: 0,
            callees: 0,
            resumes: 0,
            links: Links::NONE,
        };
        // SAFETY: the memory is that of a token; it has the size that the type asks for, and begins with an
        // object.
        unsafe {
            token.write(unused);
            ffi::PyObject_Init(token.cast(), token_type);
        }
        token
    }

    /// A new reference to a token for a call of the hook's callable, which has not begun; null if there is
    /// no memory.
    unsafe fn take(hook: *mut Timed) -> *mut Self {
        let free = FREE.load(Ordering::Relaxed);
        // SAFETY: the GIL is held; a free token is linked to the next one, and only its count of
        // references, the low half of the first word in every version, is zero.
        let token = unsafe {
            if free.is_null() {
                let inert = INERT.load(Ordering::Relaxed);
                Self::allocate((*inert).object.ob_type)
            } else {
                FREE.store((*free).links.caller, Ordering::Relaxed);
                free.cast::<u32>().write(1);
                free
            }
        };
        if token.is_null() {
            return token;
        }
        // SAFETY: as above; the hook is alive.
        unsafe {
            ffi::Py_INCREF(hook.cast());
            (*token).hook = hook;
            (*token).state = State::Idle;
            (*token).waiting = 0;
            (*token).callees = 0;
            (*token).resumes = 0;
        }
        token
    }

    /// `~hook`: a new reference to the token of a call that begins.
    ///
    /// # Safety
    /// The hook is alive, and the GIL is held.
    #[inline]
    pub(super) unsafe fn open(hook: *mut Timed) -> *mut ffi::PyObject {
        // SAFETY: the caller promises it.
        unsafe {
            let token = Self::take(hook);
            if token.is_null() {
                (*hook).count();
                return Self::inert();
            }
            Self::begin(token);
            token.cast()
        }
    }

    /// `-hook`: a new reference to the token of a call that begins later.
    ///
    /// # Safety
    /// As above.
    pub(super) unsafe fn idle(hook: *mut Timed) -> *mut ffi::PyObject {
        // SAFETY: the caller promises it.
        unsafe {
            let token = Self::take(hook);
            if token.is_null() {
                return Self::inert();
            }
            token.cast()
        }
    }

    /// A new reference to the token of calls that are not recorded.
    ///
    /// # Safety
    /// The GIL is held, and there is a timed hook.
    pub(super) unsafe fn inert() -> *mut ffi::PyObject {
        // SAFETY: it was made before the first timed hook.
        unsafe { ffi::Py_NewRef(INERT.load(Ordering::Relaxed).cast()) }
    }

    unsafe fn begin(token: *mut Self) {
        // SAFETY: the token is in use, so its hook is alive, and the GIL is held.
        unsafe {
            let hook = &*(*token).hook;
            hook.count();
            (*token).state = State::Running;
            (*token).process = generation();
            if hook.reads_clock() {
                open_calls::push(token);
                (*token).is_outermost = hook.open_one_more() == 0 || !is_nested(token);
                (*token).began = ticks();
                (*token).since = (*token).began;
            }
        }
    }

    /// Takes a running call out of the open ones; its caller did not run meanwhile.
    unsafe fn stop_running(token: *mut Self, now: u64) {
        // SAFETY: as in `begin`.
        unsafe {
            open_calls::remove(token);
            if let Some(caller) = open_calls::caller_of(token) {
                (*caller).callees += now.saturating_sub((*token).since);
            }
        }
    }

    unsafe fn end(token: *mut Self, end: End, raised: Option<&Raised>) {
        // SAFETY: as in `begin`.
        unsafe {
            let hook = &*(*token).hook;
            let was = std::mem::replace(&mut (*token).state, State::Ended);
            let time = hook.reads_clock().then(|| {
                let now = ticks();
                if was == State::Running {
                    Self::stop_running(token, now);
                } else {
                    (*token).waiting += now.saturating_sub((*token).since);
                }
                hook.open_one_less();
                (*token).generation += 1;
                let waiting = (*token).waiting;
                let active = now.saturating_sub((*token).began + waiting);
                CallTime {
                    duration: now.wrapping_sub((*token).began).cast_signed(),
                    waiting,
                    own: active.saturating_sub((*token).callees),
                    is_outermost: (*token).is_outermost,
                }
            });
            let call = EndedCall {
                time,
                resumes: (*token).resumes,
                end,
            };
            // A call that began before a fork is that of the parent.
            if (*token).process == generation() {
                hook.record(&call, raised);
            }
        }
    }
}

/// Whether a call is within another one of the same callable.
#[cold]
unsafe fn is_nested(token: *const Token) -> bool {
    // SAFETY: callers are valid tokens.
    let caller_of = |call: &*mut Token| unsafe { open_calls::caller_of(*call) };
    let first = caller_of(&token.cast_mut());
    let mut callers = std::iter::successors(first, caller_of).take(DEEPEST);
    // SAFETY: as above, and the hooks of open calls are alive.
    callers.any(|caller| unsafe { (*(*caller).hook).is_of_same((*token).hook) })
}

/// `-token`: the call waits from now on. Returns `None`.
unsafe extern "C" fn suspend(token: *mut ffi::PyObject) -> *mut ffi::PyObject {
    let token = token.cast::<Token>();
    // SAFETY: CPython calls the slot of our type with an instance of it, with the GIL held. A token whose
    // call runs is in use.
    unsafe {
        if (*token).state == State::Running {
            (*token).state = State::Waiting;
            if (*(*token).hook).reads_clock() {
                let now = ticks();
                Token::stop_running(token, now);
                (*token).since = now;
            }
        }
        ffi::Py_NewRef(ffi::Py_None())
    }
}

/// `~token`: the call runs from now on, if it does not yet. Returns `None`.
unsafe extern "C" fn resume(token: *mut ffi::PyObject) -> *mut ffi::PyObject {
    let token = token.cast::<Token>();
    // SAFETY: as in `suspend`.
    unsafe {
        match (*token).state {
            State::Idle => Token::begin(token),
            State::Waiting => {
                (*token).state = State::Running;
                (*token).resumes += 1;
                if (*(*token).hook).reads_clock() {
                    open_calls::push(token);
                    let now = ticks();
                    (*token).waiting += now.saturating_sub((*token).since);
                    (*token).since = now;
                }
            }
            State::Running | State::Ended => {}
        }
        ffi::Py_NewRef(ffi::Py_None())
    }
}

/// Called when the frame drops the token: the call ends now if it has not yet.
unsafe extern "C" fn deallocate(token: *mut ffi::PyObject) {
    let token = token.cast::<Token>();
    // SAFETY: as in `suspend`. The memory stays; the next token that is taken is this one.
    unsafe {
        match (*token).state {
            // A call that runs without an exception returns; other calls never end so.
            State::Running if ffi::PyErr_Occurred().is_null() => {
                Token::end(token, End::Returned, None);
            }
            State::Running | State::Waiting => abandon(token),
            State::Idle | State::Ended => {}
        }
        let hook = std::mem::replace(&mut (*token).hook, null_mut());
        (*token).state = State::Ended;
        (*token).links.caller = FREE.swap(token, Ordering::Relaxed);
        ffi::Py_XDECREF(hook.cast());
    }
}

/// The call ends by an exception, or is closed: a call that waits is not running when it ends.
#[cold]
unsafe fn abandon(token: *mut Token) {
    // SAFETY: the token is in use, and the GIL is held; recording leaves the exception set.
    unsafe {
        let raised = Raised::leaving(Python::assume_attached(), (*token).hook.cast());
        let end = if raised.is_some() {
            End::Raised
        } else {
            End::Closed
        };
        Token::end(token, end, raised.as_ref());
    }
}
