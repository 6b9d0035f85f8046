//! The engine without a shell: the codec against the interpreter, the standard library and
//! malformed inputs, functions with tokens, and the machine code of a hit.

use std::sync::{Mutex, MutexGuard, PoisonError};

mod fuzz;
mod hook;
mod opcodes;
mod roundtrip;
mod timed;
mod tokens;

/// Held by tests that need all of Python: the garbage collector does nothing while it runs elsewhere.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}
