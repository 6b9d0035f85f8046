//! `instrsh`: a shell that counts and times the calls of a running Python program. The same binary is the shell, and
//! the program's process that it starts.
//!
//! There is no runtime of Rust's before `main`: it would ignore SIGPIPE, take SIGSEGV and SIGBUS, and open closed
//! streams, all of which a program would notice.

#![no_main]
#![expect(unsafe_code, reason = "the entry point of C is given raw arguments")]

use std::ffi::{c_char, c_int};

use clap::Parser;
use instrsh::shell::{self, Options};
use instrsh::{BUILT_FOR, embedding, program, system};

/// # Safety
/// Called by the C library, with the arguments of the process.
#[unsafe(no_mangle)]
unsafe extern "C" fn main(count: c_int, arguments: *mut *mut c_char) -> c_int {
    if let Some(socket) = embedding::socket_to_shell() {
        // SAFETY: these are the arguments, and there is one thread.
        return unsafe { embedding::live(socket, count, arguments) };
    }
    if system::begin().is_err() {
        // There is nothing to report it on.
        return 1;
    }
    program::set_built_for(BUILT_FOR);
    shell::run(&Options::parse()).into()
}
