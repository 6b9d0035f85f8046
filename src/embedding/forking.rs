//! Lets the program fork as if the agent's threads were not there. Its children count separately.
//!
//! From 3.12 on `os.fork` warns if the process has several threads. The agent's threads do not matter:
//! they hold no lock of the program's. A filter would be visible in `warnings.filters`, and lost
//! whenever the program sets filters of its own.
//!
//! CPython reads the number of threads from the 20th word of `/proc/self/stat`. If that is not
//! positive, it asks `threading`, which knows only the program's own threads. The 2nd word is the name
//! of the process, and each space in it moves an earlier number to the 20th place. So while the program
//! forks, the process has a name with as many spaces as needed. If CPython ever counts differently, it
//! will warn again.

#![expect(unsafe_code, reason = "CPython is asked in C to do something later")]

use std::ffi::{c_int, c_void};
use std::fs;
use std::sync::{Mutex, PoisonError};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict};

use crate::counts::count_apart;

const STATUS: &str = "/proc/self/stat";
const NAME: &str = "/proc/self/comm";

/// The index of the word that CPython reads, counted from 1.
const THREADS: usize = 20;
/// A name has at most 15 bytes.
const MOST_SPACES: usize = 7;

/// The name of the process, while it has another one.
static OWN_NAME: Mutex<Option<String>> = Mutex::new(None);

/// Registers the fork handlers before any others, so that they run closest to the fork.
pub(super) fn prepare(py: Python<'_>) -> PyResult<()> {
    let hide = PyCFunction::new_closure(py, None, None, |_, _| hide_from_count())?;
    let begin_child = PyCFunction::new_closure(py, None, None, |_, _| {
        count_apart();
        restore_name();
    })?;
    let restore_later = PyCFunction::new_closure(py, None, None, |_, _| restore_name_later())?;
    let hooks = PyDict::new(py);
    hooks.set_item("before", hide)?;
    hooks.set_item("after_in_child", begin_child)?;
    hooks.set_item("after_in_parent", restore_later)?;
    py.import("os")?
        .call_method("register_at_fork", (), Some(&hooks))
        .map(drop)
}

/// Gives the process a name that makes CPython read another number. Without `/proc`, CPython does
/// not count in this way.
fn hide_from_count() {
    let mut own_name = OWN_NAME.lock().unwrap_or_else(PoisonError::into_inner);
    if let (Ok(status), Ok(name)) = (fs::read_to_string(STATUS), fs::read_to_string(NAME))
        && let Some(spaces) = spaces_needed(&status)
        && fs::write(NAME, vec!["."; spaces + 1].join(" ")).is_ok()
    {
        // The name from the previous fork may still be there.
        own_name.get_or_insert_with(|| name.trim_end_matches('\n').to_owned());
    }
}

fn restore_name() {
    let own_name = OWN_NAME
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    if let Some(name) = own_name {
        // It was accepted once.
        let _ = fs::write(NAME, name);
    }
}

/// Restores it after the forking call: 3.13 counts after the fork handlers.
fn restore_name_later() {
    extern "C" fn restore(_: *mut c_void) -> c_int {
        restore_name();
        0
    }
    // SAFETY: may be called at any time; the function needs nothing of Python. If the queue is full,
    // the name is restored after the next fork.
    unsafe { ffi::Py_AddPendingCall(Some(restore), std::ptr::null_mut()) };
}

/// The number of spaces needed to move a number that is not positive to the 20th place.
fn spaces_needed(status: &str) -> Option<usize> {
    let (_, behind_name) = status.rsplit_once(") ")?;
    let numbers: Vec<&str> = behind_name.split(' ').collect();
    // The number and the name of the process come before them.
    let word = |place: usize| numbers.get(place - 3)?.parse::<i64>().ok();
    (1..=MOST_SPACES).find(|spaces| word(THREADS - spaces).is_some_and(|number| number <= 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_not_positive_is_looked_for() {
        let status = |nice: i32, children: u32| {
            format!("7 (a ) b) S 1 7 7 0 -1 4194304 9 8 7 {children} 5 4 3 2 20 {nice} 3 0 99")
        };
        assert_eq!(spaces_needed(&status(0, 6)), Some(1));
        assert_eq!(spaces_needed(&status(10, 0)), Some(7));
        assert_eq!(spaces_needed(&status(10, 6)), None);
        assert_eq!(spaces_needed(""), None);
    }
}
