//! Functions that CPython exports, but that not every version has or that are private to it.

#![expect(unsafe_code, reason = "a library is searched in C")]

use std::ffi::{CStr, c_void};

/// The address of a function of CPython, if this one has it.
#[must_use]
pub fn private_symbol(name: &CStr) -> Option<*mut c_void> {
    // SAFETY: looks a name up among the libraries that are loaded.
    let symbol = unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
    (!symbol.is_null()).then_some(symbol)
}
