//! Watches what the script defines, at the moment when its top level binds the name.
//!
//! Before the script begins, its code object is replaced by one that reports each name it binds,
//! like the import machinery reports modules. That happens only if a pattern waits for the script
//! at that time: running code is not replaced, and scripts that no pattern waits for stay as they are.
//!
//! ```text
//! prepared: Ahead --- released ---> Watched, if a pattern waits for it --- its end ---> Ended
//!                         \-------> Unwatched, if none does -----------------/
//! ```

use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;

use super::watcher::{Told, new_watcher};
use super::{CodeObject, Gil, unexpected};
use crate::bytecode::{Version, inject_store_notices};
use crate::error::{Error, Result};

/// The watch over the one script of this process.
pub static SCRIPT_WATCH: ScriptWatch = ScriptWatch(Mutex::new(State {
    stage: Stage::Unwatched,
    watcher: None,
}));

/// The progress of the script, the callback for its definitions, and whether it is wanted.
pub struct ScriptWatch(Mutex<State>);

struct State {
    stage: Stage,
    watcher: Option<Watcher>,
}

struct Watcher {
    version: Version,
    is_wanted: IsWanted,
    object: Py<PyAny>,
}

/// Whether a pattern waits for what the script defines; does not need the GIL.
type IsWanted = Box<dyn Fn() -> bool + Send + Sync>;

/// The progress of the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It has not begun.
    Ahead,
    /// Its top level reports what it defines.
    Watched,
    /// Its top level runs unchanged.
    Unwatched,
    /// Its top level has ended.
    Ended,
}

impl Stage {
    /// Whether later definitions of the script can be noticed.
    #[must_use]
    pub fn can_tell(self) -> bool {
        matches!(self, Self::Ahead | Self::Watched)
    }

    /// The hint for a name that the script does not have.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::Ahead => "the program has not started: `run` it first, or use `patch --lazy`",
            Self::Watched => "the program may not have defined it yet: use `patch --lazy`",
            Self::Unwatched => {
                "the program may not have defined it yet: `sleep 1` first, or start it with `--hold` \
                 and `patch --lazy` before `run`"
            }
            Self::Ended => "`ls __main__` shows its callables",
        }
    }
}

impl ScriptWatch {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The progress of the script.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.state().stage
    }

    /// The script is known, and has not begun.
    pub fn prepared(&self) {
        self.state().stage = Stage::Ahead;
    }

    /// The script may begin; patterns that start waiting now are late.
    pub fn released(&self) {
        let mut state = self.state();
        let is_wanted = |watcher: &Watcher| (watcher.is_wanted)();
        state.stage = if state.watcher.as_ref().is_some_and(is_wanted) {
            Stage::Watched
        } else {
            Stage::Unwatched
        };
    }

    /// The script's top level has ended.
    pub fn ended(&self) {
        self.state().stage = Stage::Ended;
    }

    /// Calls `defined` with each name that the script binds, in its thread, if `is_wanted` returns
    /// true when the script is released.
    ///
    /// # Errors
    /// If Python has no memory for it.
    pub fn install(
        &self,
        gil: Gil<'_>,
        version: Version,
        is_wanted: IsWanted,
        defined: Told,
    ) -> Result<()> {
        let object = new_watcher(gil, defined)
            .map_err(|error| unexpected(gil, "cannot create a watcher", &error))?;
        let watcher = Watcher {
            version,
            is_wanted,
            object: object.unbind(),
        };
        let former = self.state().watcher.replace(watcher);
        drop(former);
        Ok(())
    }

    /// Removes the watch over a script that has not begun. A running one continues to report.
    pub fn remove(&self, _: Gil<'_>) {
        let watcher = self.state().watcher.take();
        drop(watcher);
    }

    /// The code object that the script is to run in the place of its own, if it is watched.
    pub(super) fn noticing<'py>(&self, code: &Bound<'py, PyAny>) -> Option<Bound<'py, PyAny>> {
        if self.stage() != Stage::Watched {
            return None;
        }
        let gil = code.py();
        let watcher = self.state().watcher.as_ref().map(|watcher| {
            let object = watcher.object.clone_ref(gil);
            (watcher.version, object.into_bound(gil))
        });
        let noticing = watcher.and_then(|(version, watcher)| {
            noticing_code(version, &CodeObject::new(code.clone()), &watcher).ok()
        });
        if let Some(noticing) = noticing {
            return Some(noticing.as_object(gil).clone());
        }
        // In doubt it stays unchanged; or the watch has just been removed.
        self.state().stage = Stage::Unwatched;
        None
    }
}

/// A copy of `code` that reports each name that it binds to `watcher`.
fn noticing_code(
    version: Version,
    code: &CodeObject,
    watcher: &Bound<'_, PyAny>,
) -> Result<CodeObject> {
    let gil = watcher.py();
    let parts = inject_store_notices(version, &code.parts(gil)?, code.constant_count(gil)?)
        .map_err(|error| Error::new(error.to_string()))?;
    code.with_constant(gil, &parts, watcher)
}
