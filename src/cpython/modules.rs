//! What is loaded: the modules of the target and the callables in them.
//!
//! Looking must leave no trace and run no code of the target: namespaces are copied and read,
//! nothing is imported, no attribute protocol is used on objects of the target.

use std::collections::HashSet;
use std::path::Path;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyModule, PyString, PyType};

use super::behind::{behind, may_hold_function};
use super::{Form, Function, Gil, Kind, SymbolPath, unexpected};
use crate::error::Result;

/// A loaded module: an entry of `sys.modules`.
pub struct Module {
    name: String,
    object: Py<PyModule>,
}

/// A function or method that a module holds.
pub struct Callable {
    /// Where it was found.
    pub path: SymbolPath,
    /// How it is bound and what it gives.
    pub kind: Kind,
    /// The function behind it.
    pub function: Function,
    /// The target's own count of its calls, if the module keeps one in `__call_counts__`.
    pub calls: Option<u64>,
}

/// All loaded modules, sorted by name.
///
/// # Errors
/// If `sys.modules` cannot be read.
pub fn loaded_modules(gil: Gil<'_>) -> Result<Vec<Module>> {
    let mut modules =
        read_modules(gil).map_err(|error| unexpected(gil, "cannot read `sys.modules`", &error))?;
    modules.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(modules)
}

fn read_modules(gil: Gil<'_>) -> PyResult<Vec<Module>> {
    let modules = gil
        .import(intern!(gil, "sys"))?
        .getattr(intern!(gil, "modules"))?
        .cast_into::<PyDict>()?
        .copy()?;
    Ok(modules
        .iter()
        .filter_map(|(name, object)| {
            let name = name.cast::<PyString>().ok()?.to_string_lossy().into_owned();
            Some(Module {
                name,
                object: object.cast_into::<PyModule>().ok()?.unbind(),
            })
        })
        .collect())
}

impl Module {
    /// `package.module`
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is the target's own: neither of the standard library nor installed.
    #[must_use]
    pub fn is_own(&self, gil: Gil<'_>) -> bool {
        self.is_foreign(gil).is_ok_and(|is_foreign| !is_foreign)
    }

    fn is_foreign(&self, gil: Gil<'_>) -> PyResult<bool> {
        let top_level = self.name.split('.').next().unwrap_or_default();
        let standard = gil
            .import(intern!(gil, "sys"))?
            .getattr(intern!(gil, "stdlib_module_names"))?;
        if self.name != "__main__" && standard.contains(top_level)? {
            return Ok(true);
        }
        let file = self
            .object
            .bind(gil)
            .dict()
            .get_item(intern!(gil, "__file__"))?;
        let file: Option<String> = file.and_then(|file| file.extract().ok());
        Ok(file.is_some_and(|file| {
            Path::new(&file).components().any(|part| {
                let part = part.as_os_str();
                part == "site-packages" || part == "dist-packages"
            })
        }))
    }

    /// The functions and methods that this module defines, sorted by path. What it imports from
    /// elsewhere is listed there.
    ///
    /// # Errors
    /// If its namespace cannot be read.
    pub fn callables(&self, gil: Gil<'_>) -> Result<Vec<Callable>> {
        let mut search = Search {
            gil,
            module: &self.name,
            call_counts: None,
            classes: HashSet::new(),
            found: Vec::new(),
        };
        search.module(self.object.bind(gil)).map_err(|error| {
            unexpected(
                gil,
                &format!("cannot look into module `{}`", self.name),
                &error,
            )
        })?;
        search.found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(search.found)
    }
}

/// A walk through the namespaces of one module.
struct Search<'a, 'py> {
    gil: Gil<'py>,
    module: &'a str,
    call_counts: Option<Bound<'py, PyDict>>,
    /// The classes seen already, by identity.
    classes: HashSet<usize>,
    found: Vec<Callable>,
}

impl<'py> Search<'_, 'py> {
    fn module(&mut self, module: &Bound<'py, PyModule>) -> PyResult<()> {
        let namespace = module.dict().copy()?;
        let call_counts = namespace.get_item(intern!(self.gil, "__call_counts__"))?;
        self.call_counts = call_counts.and_then(|counts| counts.cast_into().ok());
        for (name, object) in namespace {
            let Ok(name) = name.extract::<String>() else {
                continue;
            };
            if !self.belongs_here(&object)? {
                continue;
            }
            if let Ok(class) = object.cast::<PyType>() {
                self.class(&name, class)?;
            } else {
                self.attribute(&name, &object, Form::Function)?;
            }
        }
        Ok(())
    }

    /// Whether a value of the module's namespace was defined in it.
    fn belongs_here(&self, object: &Bound<'py, PyAny>) -> PyResult<bool> {
        if !object.is_instance_of::<PyType>() && !may_hold_function(object)? {
            return Ok(false);
        }
        let home = object.getattr_opt(intern!(self.gil, "__module__"))?;
        Ok(home.is_some_and(|home| home.extract::<&str>().is_ok_and(|home| home == self.module)))
    }

    fn class(&mut self, qualname: &str, class: &Bound<'py, PyType>) -> PyResult<()> {
        if !self.classes.insert(class.as_ptr().addr()) {
            return Ok(());
        }
        let namespace = class
            .getattr(intern!(self.gil, "__dict__"))?
            .call_method0(intern!(self.gil, "copy"))?;
        for (name, object) in namespace.cast_into::<PyDict>()? {
            let Ok(name) = name.extract::<String>() else {
                continue;
            };
            let path = format!("{qualname}.{name}");
            if let Ok(inner) = object.cast::<PyType>() {
                if self.belongs_here(&object)? {
                    self.class(&path, inner)?;
                }
            } else if may_hold_function(&object)? {
                self.attribute(&path, &object, Form::Method)?;
                self.accessors(&path, &object)?;
            }
        }
        Ok(())
    }

    /// The setter and the deleter of a property, as callables of their own.
    fn accessors(&mut self, path: &str, object: &Bound<'py, PyAny>) -> PyResult<()> {
        for (accessor, attribute) in super::resolve::ACCESSORS {
            if let Some(function) = super::resolve::accessor(object, attribute)? {
                self.attribute(&format!("{path}.{accessor}"), &function, Form::Property)?;
            }
        }
        Ok(())
    }

    fn attribute(
        &mut self,
        qualname: &str,
        object: &Bound<'py, PyAny>,
        form: Form,
    ) -> PyResult<()> {
        let Ok(behind) = behind(object)? else {
            return Ok(());
        };
        let path = SymbolPath::new(self.module, qualname);
        let kind = Kind {
            form: behind.form.unwrap_or(form),
            flavour: behind.function.flavour(self.gil)?,
        };
        let calls = match &self.call_counts {
            Some(counts) => counts
                .get_item(path.as_str())?
                .and_then(|count| count.extract().ok()),
            None => None,
        };
        self.found.push(Callable {
            path,
            kind,
            function: behind.function,
            calls,
        });
        Ok(())
    }
}
