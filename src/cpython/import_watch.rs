//! Watches imports from inside the import machinery: some of its functions pass what they have
//! loaded to a native object before they return. So no frame of ours is on any stack, and the program
//! sees no finder, loader or audit hook.
//!
//! | function | passes | returns when |
//! |---|---|---|
//! | `_frozen_importlib:_load_unlocked` | the module's spec | any module was imported for the first time |
//! | `_frozen_importlib_external:_LoaderBasics.exec_module` | the module | Python code was run for one, by an import, a reload or by hand |
//! | `_frozen_importlib:_ModuleLockManager.__exit__` | the manager | any import or reload ends: also one that was under way when the watch was installed, whose calls of the other two run their old code |
//! | `_frozen_importlib:_HierarchicalLockManager.__exit__` | the manager | the same, since 3.15: an import of a submodule ends |

use pyo3::prelude::*;

use super::watcher::{Told, new_watcher};
use super::{CodeObject, Function, FunctionId, Gil, LocalEvents, Tools, resolve, unexpected};
use crate::bytecode::{Version, inject_exit_notice};
use crate::error::{Error, Result};
use crate::protocol::SymbolPath;

/// The watched functions, and the parameter that each passes on.
const WATCHED: [(&str, &str, &str); 3] = [
    ("_frozen_importlib", "_load_unlocked", "spec"),
    (
        "_frozen_importlib_external",
        "_LoaderBasics.exec_module",
        "module",
    ),
    (LOCKS, "_ModuleLockManager.__exit__", "self"),
];
const LOCKS: &str = "_frozen_importlib";
/// A class that only newer versions have, and its watched function.
const SUBMODULE_LOCKS: &str = "_HierarchicalLockManager";
const OF_SUBMODULES: (&str, &str, &str) = (LOCKS, "_HierarchicalLockManager.__exit__", "self");

/// An installed watch.
pub struct ImportWatch(Vec<Watched>);

/// A function of the import machinery that a watch modifies.
pub struct Watchable {
    pub path: SymbolPath,
    pub function: Function,
    parameter: &'static str,
}

/// A function of the import machinery and its two code objects.
struct Watched {
    function: Function,
    original_code: CodeObject,
    watching_code: CodeObject,
    /// The local events that the watching code was given.
    local_events: LocalEvents,
}

impl ImportWatch {
    /// The functions that a watch modifies.
    ///
    /// # Errors
    /// If the import machinery is not that of CPython.
    pub fn functions(gil: Gil<'_>) -> Result<Vec<Watchable>> {
        let function = |(module, qualname, parameter)| {
            let path = SymbolPath::new(module, qualname);
            let function = resolve(gil, &path)?.function;
            Ok(Watchable {
                path,
                function,
                parameter,
            })
        };
        let has_more = gil
            .import(LOCKS)
            .and_then(|locks| locks.hasattr(SUBMODULE_LOCKS))
            .map_err(|error| unexpected(gil, "cannot look at the import machinery", &error))?;
        let more = has_more.then_some(OF_SUBMODULES);
        WATCHED.into_iter().chain(more).map(function).collect()
    }

    /// Makes the import machinery call `imported`.
    ///
    /// # Errors
    /// If the import machinery is not that of CPython; then nothing is changed.
    pub fn install(gil: Gil<'_>, version: Version, imported: Told) -> Result<Self> {
        let watcher = new_watcher(gil, imported)
            .map_err(|error| unexpected(gil, "cannot create an import watcher", &error))?;
        let tools = Tools::in_use(gil)?;
        let functions = Self::functions(gil)?
            .into_iter()
            .map(|watchable| {
                let Watchable {
                    path,
                    function,
                    parameter,
                } = watchable;
                let original_code = function.code(gil);
                let watching_code =
                    watching_code(gil, version, &original_code, parameter, &watcher).map_err(
                        |error| {
                            let what = format!("cannot watch imports in `{path}`: {error}");
                            Error::new(what)
                                .hint("leave out `--lazy`: `patch` imports modules itself")
                        },
                    )?;
                let local_events =
                    LocalEvents::default().carry(gil, tools, &original_code, &watching_code)?;
                Ok(Watched {
                    function,
                    original_code,
                    watching_code,
                    local_events,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        let watch = Self(functions);
        for watched in &watch.0 {
            if let Err(error) = watched.function.set_code(gil, &watched.watching_code) {
                watch.remove(gil)?;
                return Err(error);
            }
        }
        Ok(watch)
    }

    /// Whether the watch is installed in this function.
    #[must_use]
    pub fn is_in(&self, function: FunctionId) -> bool {
        self.0
            .iter()
            .any(|watched| watched.function.id() == function)
    }

    /// Restores the identical original code objects, unless other code has replaced ours.
    ///
    /// # Errors
    /// If Python refuses.
    pub fn remove(&self, gil: Gil<'_>) -> Result<()> {
        let tools = Tools::in_use(gil)?;
        for watched in &self.0 {
            if watched.function.code(gil).is(&watched.watching_code) {
                let (from, to) = (&watched.watching_code, &watched.original_code);
                watched.local_events.carry(gil, tools, from, to)?;
                watched.function.set_code(gil, to)?;
            }
        }
        Ok(())
    }
}

/// A copy of `code` that passes its `parameter` to `watcher` before it returns.
fn watching_code(
    gil: Gil<'_>,
    version: Version,
    code: &CodeObject,
    parameter: &str,
    watcher: &Bound<'_, PyAny>,
) -> Result<CodeObject> {
    let parameters = code.parameters(gil)?;
    let index = parameters.iter().position(|name| name == parameter);
    let index = index
        .and_then(|index| u32::try_from(index).ok())
        .ok_or_else(|| Error::new(format!("it has no parameter `{parameter}`")))?;
    let parts = inject_exit_notice(version, &code.parts(gil)?, code.constant_count(gil)?, index)
        .map_err(|error| Error::new(error.to_string()))?;
    code.with_constant(gil, &parts, watcher)
}
