//! The module of a symbol path: as it is loaded, or else imported as the program would import it.

#![expect(unsafe_code, reason = "signal masks are set in C")]

use std::mem::MaybeUninit;

use pyo3::exceptions::PyModuleNotFoundError;
use pyo3::prelude::*;
use pyo3::types::PyModule;

use super::loaded::loaded_object;
use super::modules::standard_names;
use super::{Gil, Module, Modules, sentence, unexpected};
use crate::error::{Error, Result, nearest};
use crate::protocol::SymbolPath;

/// The module of a path, or what it has replaced itself with; imported only if it is not loaded.
pub(super) fn find_module<'py>(gil: Gil<'py>, path: &SymbolPath) -> Result<Bound<'py, PyAny>> {
    let name = path.module();
    let loaded = loaded_object(gil, name)
        .map_err(|error| unexpected(gil, "cannot read `sys.modules`", &error))?;
    if let Some(module) = loaded {
        return Ok(module);
    }
    let _unblocked = AllSignals::unblock();
    gil.import(name)
        .map(Bound::into_any)
        .map_err(|error| not_imported(gil, path, &error))
}

/// The error for a module that cannot be imported, because it does not exist or because it fails.
fn not_imported(gil: Gil<'_>, path: &SymbolPath, error: &PyErr) -> Error {
    let name = path.module();
    let missing = error
        .is_instance_of::<PyModuleNotFoundError>(gil)
        .then(|| error.value(gil).getattr("name"));
    let missing = missing
        .and_then(PyResult::ok)
        .and_then(|name| name.extract::<String>().ok());
    let error = match missing {
        Some(missing) if name.starts_with(&missing) => {
            Error::new(format!("there is no module `{missing}`"))
        }
        _ => Error::new(format!("cannot import `{name}`: {}", sentence(gil, error))),
    };
    let mut modules = Modules::default();
    let loaded = std::iter::from_fn(|| modules.next(gil).ok().flatten());
    let loaded: Vec<_> = loaded.collect();
    error.hint(near(gil, path, &loaded).map_or_else(
        || "`ls` shows the callables that are loaded".into(),
        |meant| format!("did you mean `{meant}`?"),
    ))
}

/// The most similar loaded module, or else one of the standard library; followed by the rest of the
/// path unless it does not exist there.
fn near(gil: Gil<'_>, path: &SymbolPath, loaded: &[Module]) -> Option<String> {
    let first = path.attributes().next().unwrap_or_default();
    let lacks = |name: &str| {
        let module = loaded.iter().find(|module| module.name() == name)?;
        let holds = module.namespace(gil).contains(first);
        (!holds.unwrap_or_default()).then(|| name.to_owned())
    };
    let standard = standard_names(gil).iter().map(String::as_str);
    let name = nearest(path.module(), loaded.iter().map(Module::name))
        .or_else(|| nearest(path.module(), standard))?;
    lacks(name).or_else(|| Some(format!("{name}:{}", path.qualname())))
}

/// Whether the module `name` is loaded and no thread is still importing it.
#[must_use]
pub fn is_imported(gil: Gil<'_>, name: &str) -> bool {
    let loaded = loaded_object(gil, name).ok().flatten();
    let is_unfinished = |object: &Bound<'_, PyAny>| object.cast().is_ok_and(is_being_imported);
    loaded.is_some_and(|object| !is_unfinished(&object))
}

/// Whether a thread of the program is still importing the module.
pub(super) fn is_being_imported(module: &Bound<'_, PyModule>) -> bool {
    let gil = module.py();
    let ask = || -> PyResult<bool> {
        match module.dict().get_item(intern!(gil, "__spec__"))? {
            Some(spec) => spec.getattr(intern!(gil, "_initializing"))?.is_truthy(),
            None => Ok(false),
        }
    };
    ask().unwrap_or_default()
}

/// While it lives, this thread accepts all signals. Child processes and threads that an import
/// starts inherit the signal mask, and must not inherit the one of the shell's threads.
struct AllSignals {
    before: libc::sigset_t,
}

impl AllSignals {
    fn unblock() -> Self {
        let (mut all, mut before) = (MaybeUninit::uninit(), MaybeUninit::uninit());
        // SAFETY: the empty set is filled before it is read; the call with valid arguments cannot
        // fail, and has then written the mask of before.
        unsafe {
            libc::sigemptyset(all.as_mut_ptr());
            libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr());
            Self {
                before: before.assume_init(),
            }
        }
    }
}

impl Drop for AllSignals {
    fn drop(&mut self) {
        // SAFETY: the mask was read by `pthread_sigmask` itself.
        unsafe {
            libc::pthread_sigmask(
                libc::SIG_SETMASK,
                &raw const self.before,
                std::ptr::null_mut(),
            );
        }
    }
}
