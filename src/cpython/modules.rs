//! The loaded modules: the entries of `sys.modules`, and which of them are the program's own.

use std::collections::HashSet;
use std::path::Path;

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyModule};

use super::entries::{Entries, Read};
use super::import::is_being_imported;
use super::loaded::{loaded_module, sys_attribute, sys_modules};
use super::{Gil, unexpected};
use crate::error::{Error, Result};
use crate::protocol::SCRIPT;

/// An iteration over the loaded modules.
pub struct Modules(Reading);

/// What is still to be read.
enum Reading {
    /// The entries of `sys.modules`; none if the reading has not begun.
    Entries(Option<Entries>),
    /// This module.
    One(Option<Module>),
}

impl Default for Modules {
    fn default() -> Self {
        Self(Reading::Entries(None))
    }
}

/// A loaded module: an entry of `sys.modules`.
pub struct Module {
    name: String,
    object: Py<PyModule>,
    /// The only name in it that is read; none for all names.
    only: Option<String>,
}

impl Modules {
    /// Only the module of this name, if it is loaded.
    ///
    /// # Errors
    /// If `sys.modules` cannot be read.
    pub fn one(gil: Gil<'_>, name: &str) -> Result<Self> {
        Self::one_looked_at(gil, name, None)
    }

    /// Only what a module has under the name `only`.
    ///
    /// # Errors
    /// As above.
    pub fn part(gil: Gil<'_>, name: &str, only: &str) -> Result<Self> {
        Self::one_looked_at(gil, name, Some(only.to_owned()))
    }

    fn one_looked_at(gil: Gil<'_>, name: &str, only: Option<String>) -> Result<Self> {
        let module = loaded_module(gil, name).map_err(|error| unreadable(gil, &error))?;
        let module = module.map(|object| Module {
            name: name.to_owned(),
            object: object.unbind(),
            only,
        });
        Ok(Self(Reading::One(module)))
    }

    /// Only this module.
    #[must_use]
    pub fn just(module: Module) -> Self {
        Self(Reading::One(Some(module)))
    }

    /// The next module; none at the end.
    ///
    /// # Errors
    /// If `sys.modules` cannot be read.
    pub fn next(&mut self, gil: Gil<'_>) -> Result<Option<Module>> {
        let begin = || {
            let entries = sys_modules(gil).and_then(|modules| Entries::of(modules.into_any()));
            entries.map_err(|error| unreadable(gil, &error))
        };
        let entries = match &mut self.0 {
            Reading::One(module) => return Ok(module.take()),
            Reading::Entries(Some(entries)) => entries,
            Reading::Entries(unread) => unread.insert(begin()?),
        };
        loop {
            match entries.read(gil) {
                Read::Entry(name, object) => {
                    if let (Ok(name), Ok(object)) = (name.extract(), object.cast_into::<PyModule>())
                    {
                        let (object, only) = (object.unbind(), None);
                        return Ok(Some(Module { name, object, only }));
                    }
                }
                Read::NotYet => {}
                Read::End => return Ok(None),
            }
        }
    }
}

impl Module {
    /// `package.module`
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a thread is in the middle of importing it, according to a spec of the usual kind:
    /// reading any other object could run code of the program.
    #[must_use]
    pub fn is_being_imported(&self, gil: Gil<'_>) -> bool {
        let module = self.object.bind(gil);
        let spec = module.dict().get_item(intern!(gil, "__spec__"));
        let usual = sys_attribute(gil, c"__spec__");
        let is_usual = spec.ok().flatten().zip(usual);
        is_usual.is_some_and(|(spec, usual)| spec.get_type().is(usual.get_type()))
            && is_being_imported(module)
    }

    /// Whether it is the program's own: neither in the standard library nor in site-packages.
    #[must_use]
    pub fn is_own(&self, gil: Gil<'_>) -> bool {
        let top_level = self.name.split('.').next().unwrap_or_default();
        if self.name != SCRIPT && standard_names(gil).contains(top_level) {
            return false;
        }
        let file = self.namespace(gil).get_item(intern!(gil, "__file__"));
        let file: Option<String> = file.ok().flatten().and_then(|file| file.extract().ok());
        !file.is_some_and(|file| {
            Path::new(&file).components().any(|part| {
                let part = part.as_os_str();
                part == "site-packages" || part == "dist-packages"
            })
        })
    }

    /// The entries of it that are read.
    pub(super) fn entries(&self, gil: Gil<'_>) -> PyResult<Entries> {
        let namespace = self.namespace(gil).into_any();
        match &self.only {
            Some(name) => Entries::one(namespace, name),
            None => Entries::of(namespace),
        }
    }

    pub(super) fn namespace<'py>(&self, gil: Gil<'py>) -> Bound<'py, PyDict> {
        self.object.bind(gil).dict()
    }
}

fn unreadable(gil: Gil<'_>, error: &PyErr) -> Error {
    unexpected(gil, "cannot read `sys.modules`", error)
}

/// `sys.stdlib_module_names`
pub(super) fn standard_names(gil: Gil<'_>) -> &HashSet<String> {
    static NAMES: PyOnceLock<HashSet<String>> = PyOnceLock::new();
    NAMES.get_or_init(gil, || {
        let names = sys_attribute(gil, c"stdlib_module_names");
        names
            .and_then(|names| names.extract().ok())
            .unwrap_or_default()
    })
}
