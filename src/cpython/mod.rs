//! Floor 1, the interpreter: finds functions, reads and replaces their code objects, counts hits.
//!
//! It uses attributes and `code.replace`, which exist in every supported version; the version is
//! known at run time only. The rooms above hold the types of this room and never see pyo3: a
//! [`Gil`] proves that the GIL is held, and for how long.

/// A `str` that is created once per process. Unlike pyo3's macro, this does not release the GIL
/// meanwhile, which in a slice would count as holding it.
macro_rules! intern {
    ($gil:expr, $text:expr) => {{
        static INTERNED: std::sync::OnceLock<pyo3::Py<pyo3::types::PyString>> =
            std::sync::OnceLock::new();
        INTERNED
            .get_or_init(|| pyo3::types::PyString::intern($gil, $text).unbind())
            .bind($gil)
    }};
}

mod at_exit;
mod audit;
mod behind;
mod calibration;
mod call_counts;
mod code_cache;
mod code_object;
mod comparison;
mod compiled_init;
mod entries;
mod frames;
mod function;
mod function_version;
mod gil;
mod held;
mod hook;
mod import;
mod import_watch;
mod loaded;
mod local_events;
mod look;
mod lookup;
mod main_frame;
mod memory_reserve;
mod modules;
mod native_type;
mod nudge;
mod private_symbol;
mod refusal;
mod resolve;
mod running_call;
mod script_watch;
mod search;
mod signal_check;
mod signalled_thread;
mod snapshot;
mod source;
mod specialisation;
mod subclasses;
mod unraisable;
mod watcher;
mod wrapped;

use pyo3::prelude::*;
use pyo3::types::PyModule;

use crate::bytecode::Version;
use crate::error::{Error, Result};

pub use at_exit::run_last;
pub use audit::{Audience, Run, listen};
pub use calibration::measure_costs;
pub use call_counts::CallCounts;
pub use code_object::{CodeId, CodeObject, CodeText};
pub use comparison::{Comparison, Fingerprint};
pub use frames::running_frames;
pub use function::{Function, FunctionId, WeakFunction};
pub use gil::{Gil, beside_forks, with_gil, with_gil_uncollected, without_gil};
pub use hook::{Hook, Recorder};
pub use import::is_imported;
pub use import_watch::{ImportWatch, Watchable};
pub use loaded::{loaded_module, script_name, set_script_file};
pub use local_events::{LocalEvents, Tools};
pub use lookup::{Found, Lookup, lookup};
pub use main_frame::meet_main;
pub use memory_reserve::{ROOM, ensure_memory};
pub use modules::{Module, Modules};
pub use nudge::nudge;
pub use private_symbol::private_symbol;
pub use resolve::{Resolved, resolve};
pub use script_watch::{SCRIPT_WATCH, ScriptWatch, Stage};
pub use search::{Callable, Search, holds_callables};
pub use signal_check::{await_check, has_checked, raise_exit};
pub use signalled_thread::{SignalledThread, action_of, interrupt_action};
pub use snapshot::{Snapshot, difference_of_place};
pub use source::Sources;
pub use specialisation::slower_calls;
pub use unraisable::leave_out_interrupts;
pub use watcher::Told;

/// Fills the process-wide caches that lookups need, before the program runs and could replace what
/// they look up.
///
/// # Errors
/// If Python has no memory for it.
pub fn get_ready(gil: Gil<'_>) -> Result<()> {
    modules::standard_names(gil);
    local_events::get_ready(gil);
    frames::keep_current_frames(gil);
    hook::get_ready(gil);
    running_call::learn_frames(gil)
        .map_err(|error| unexpected(gil, "cannot look at a frame", &error))?;
    specialisation::learn_versions(gil)
        .map_err(|error| unexpected(gil, "cannot look at a function", &error))?;
    compiled_init::learn_jit(gil)
        .map_err(|error| unexpected(gil, "cannot look at the JIT", &error))?;
    look::namespace_of(&gil.get_type::<PyModule>())
        .map(drop)
        .map_err(|error| unexpected(gil, "cannot read a class", &error))
}

/// The version of the interpreter in this process; does not need the GIL.
///
/// # Errors
/// If there is no opcode table for it.
pub fn running_version() -> Result<Version> {
    let version = Python::version_str();
    let mut numbers = version.split('.').map_while(|number| number.parse().ok());
    let known = numbers
        .next()
        .zip(numbers.next())
        .and_then(|(major, minor)| Version::from_major_minor(major, minor));
    known.ok_or_else(|| {
        Error::new(format!("CPython {version} is not supported"))
            .hint(format!("use {}", Version::supported()))
    })
}

/// A Python exception as a sentence: `TypeError: message`.
fn sentence(gil: Gil<'_>, exception: &PyErr) -> String {
    let name = exception
        .get_type(gil)
        .name()
        .map_or_else(|_| "exception".to_owned(), |name| name.to_string());
    match exception.value(gil).str() {
        Ok(text) if !text.to_string_lossy().is_empty() => {
            format!("{name}: {}", text.to_string_lossy())
        }
        _ => name,
    }
}

/// The hint of errors that the engine did not expect.
pub const VERIFY: &str = "`verify` shows whether anything has changed";

/// An unexpected exception as an error: what was attempted, and what Python raised.
fn unexpected(gil: Gil<'_>, doing: &str, exception: &PyErr) -> Error {
    Error::new(format!("{doing}: {}", sentence(gil, exception))).hint(VERIFY)
}
