//! From a symbol path to the function that it means, in the running target.
//!
//! The module is imported only if it is not loaded; then each attribute is looked up as Python
//! would, but without binding it: descriptors are followed by `behind`.

use pyo3::exceptions::PyModuleNotFoundError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyModule, PyType};

use super::behind::{behind, is_property};
use super::{Form, Function, Gil, Kind, SymbolPath, loaded_modules, sentence, unexpected};
use crate::error::{Error, Result, did_you_mean, nearest};

/// What a symbol path means.
pub struct Resolved {
    /// Where the function is defined: its own path, not that of an heir.
    pub path: SymbolPath,
    /// How it is bound and what it gives.
    pub kind: Kind,
    /// The function.
    pub function: Function,
    /// What the user must know about the way to it.
    pub notes: Vec<String>,
}

/// The accessors of a property that have a name of their own, and the attributes that hold them.
pub(super) const ACCESSORS: [(&str, &str); 2] = [("setter", "fset"), ("deleter", "fdel")];

/// Finds the function that `path` means.
///
/// # Errors
/// If the module cannot be imported, an attribute is missing, or what is found has no bytecode.
pub fn resolve(gil: Gil<'_>, path: &SymbolPath) -> Result<Resolved> {
    let module = find_module(gil, path)?;
    Walk {
        gil,
        path,
        notes: Vec::new(),
        owner: None,
    }
    .follow(module.into_any())
}

fn find_module<'py>(gil: Gil<'py>, path: &SymbolPath) -> Result<Bound<'py, PyModule>> {
    let loaded = gil
        .import(intern!(gil, "sys"))
        .and_then(|sys| sys.getattr(intern!(gil, "modules")))
        .and_then(|modules| {
            modules
                .cast_into::<PyDict>()
                .map_err(PyErr::from)?
                .get_item(path.module())
        })
        .map_err(|error| unexpected(gil, "cannot read `sys.modules`", &error))?;
    if let Some(module) = loaded.and_then(|module| module.cast_into::<PyModule>().ok()) {
        return Ok(module);
    }
    gil.import(path.module())
        .map_err(|error| not_imported(gil, path, &error))
}

/// The error for a module that does not import: because it does not exist, or by its own fault.
fn not_imported(gil: Gil<'_>, path: &SymbolPath, error: &PyErr) -> Error {
    let missing = error
        .is_instance_of::<PyModuleNotFoundError>(gil)
        .then(|| error.value(gil).getattr("name"));
    let missing = missing
        .and_then(PyResult::ok)
        .and_then(|name| name.extract::<String>().ok());
    let error = match missing {
        Some(missing) if path.module().starts_with(&missing) => {
            Error::new(format!("there is no module `{missing}`"))
        }
        _ => Error::new(format!(
            "module `{}` does not import: {}",
            path.module(),
            sentence(gil, error)
        )),
    };
    let modules = loaded_modules(gil).unwrap_or_default();
    let hint = did_you_mean(path.module(), modules.iter().map(super::Module::name));
    error.hint(hint.unwrap_or_else(|| "`ls` shows the callables that are loaded".into()))
}

/// A walk along the attributes of a path.
struct Walk<'a, 'py> {
    gil: Gil<'py>,
    path: &'a SymbolPath,
    notes: Vec<String>,
    /// The class whose namespace holds the last attribute, and its name there.
    owner: Option<(Bound<'py, PyType>, String)>,
}

impl<'py> Walk<'_, 'py> {
    fn follow(mut self, module: Bound<'py, PyAny>) -> Result<Resolved> {
        let mut object = module;
        let mut walked = format!("{}:", self.path.module());
        for name in self.path.attributes() {
            let next = self
                .step(&object, name)
                .map_err(|error| unexpected(self.gil, "cannot follow the path", &error))?;
            object = next
                .ok_or_else(|| self.missing(&object, walked.trim_end_matches([':', '.']), name))?;
            walked.push_str(name);
            walked.push('.');
        }
        self.function(&object)
    }

    /// The attribute `name` of `object`, unbound.
    fn step(
        &mut self,
        object: &Bound<'py, PyAny>,
        name: &str,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        if let Ok(class) = object.cast::<PyType>() {
            return self.look_up(class, name);
        }
        if let Some((_, attribute)) = ACCESSORS.iter().find(|(accessor, _)| *accessor == name)
            && let Some(function) = accessor(object, attribute)?
        {
            return Ok(Some(function));
        }
        self.owner = None;
        object.getattr_opt(name)
    }

    /// The attribute of a class as it stands in the namespace of the class or of one of its bases.
    fn look_up(
        &mut self,
        class: &Bound<'py, PyType>,
        name: &str,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        for base in class.mro() {
            let base = base.cast_into::<PyType>()?;
            let namespace = base.getattr(intern!(self.gil, "__dict__"))?;
            for name in [name.to_owned(), mangled(&base, name)?] {
                if !namespace.contains(&name)? {
                    continue;
                }
                if !base.is(class) {
                    self.notes.push(inherited(class, &base, &name)?);
                }
                let attribute = namespace.get_item(&name)?;
                self.owner = Some((base, name));
                return Ok(Some(attribute));
            }
        }
        Ok(None)
    }

    fn missing(&self, object: &Bound<'py, PyAny>, walked: &str, name: &str) -> Error {
        let names: Vec<String> = object
            .dir()
            .and_then(|names| names.extract())
            .unwrap_or_default();
        let what = if object.is_instance_of::<PyModule>() {
            "module"
        } else {
            "class"
        };
        let separator = if object.is_instance_of::<PyModule>() {
            ':'
        } else {
            '.'
        };
        let near = nearest(name, names.iter().map(String::as_str));
        Error::new(format!("{what} `{walked}` has no attribute `{name}`")).hint(near.map_or_else(
            || format!("`ls {}` shows its callables", self.path.module()),
            |near| format!("did you mean `{walked}{separator}{near}`?"),
        ))
    }

    fn function(mut self, object: &Bound<'py, PyAny>) -> Result<Resolved> {
        let trouble = |error: PyErr| unexpected(self.gil, "cannot look at the callable", &error);
        let behind = behind(object).map_err(trouble)?.map_err(|refusal| {
            Error::new(format!("`{}` {}", self.path, refusal.reason))
                .hint(refusal.instead.replace("{}", self.path.as_str()))
        })?;
        let form = if self.owner.is_some() {
            Form::Method
        } else {
            Form::Function
        };
        let kind = Kind {
            form: behind.form.unwrap_or(form),
            flavour: behind.function.flavour(self.gil).map_err(trouble)?,
        };
        self.notes.extend(behind.notes);
        let path = self
            .defined_at()
            .map_err(trouble)?
            .unwrap_or_else(|| self.path.clone());
        Ok(Resolved {
            path,
            kind,
            function: behind.function,
            notes: self.notes,
        })
    }

    /// The path by the class that holds the attribute, where that is not the one asked for.
    fn defined_at(&self) -> PyResult<Option<SymbolPath>> {
        let Some((owner, name)) = &self.owner else {
            return Ok(None);
        };
        let qualname = format!("{}.{name}", owner.qualname()?);
        let asked = self.path.attributes().last();
        // The accessor of a property stands behind the property's own name.
        if asked.is_some_and(|asked| ACCESSORS.iter().any(|(accessor, _)| *accessor == asked)) {
            return Ok(None);
        }
        Ok(Some(SymbolPath::new(
            &owner.module()?.to_string_lossy(),
            &qualname,
        )))
    }
}

/// The setter or deleter of `object`, if it is a property that has one.
pub(super) fn accessor<'py>(
    object: &Bound<'py, PyAny>,
    attribute: &str,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    if !is_property(object)? {
        return Ok(None);
    }
    Ok(object
        .getattr_opt(attribute)?
        .filter(|function| !function.is_none()))
}

/// `__name` as the compiler writes it inside of `class`.
fn mangled(class: &Bound<'_, PyType>, name: &str) -> PyResult<String> {
    if !name.starts_with("__") || name.ends_with("__") {
        return Ok(name.to_owned());
    }
    let class_name = class.name()?;
    Ok(format!(
        "_{}{name}",
        class_name.to_string_lossy().trim_start_matches('_')
    ))
}

/// `Child.run is Base.run, also used by Other`
fn inherited(class: &Bound<'_, PyType>, base: &Bound<'_, PyType>, name: &str) -> PyResult<String> {
    let mut heirs = Vec::new();
    collect_heirs(base, name, class, &mut heirs)?;
    let also = if heirs.is_empty() {
        String::new()
    } else {
        format!(", also used by `{}`", heirs.join("`, `"))
    };
    Ok(format!(
        "`{}.{name}` is `{}.{name}`{also}",
        class.qualname()?,
        base.qualname()?
    ))
}

/// The classes below `base` that take `name` from it, without `asked` itself.
fn collect_heirs(
    base: &Bound<'_, PyType>,
    name: &str,
    asked: &Bound<'_, PyType>,
    heirs: &mut Vec<String>,
) -> PyResult<()> {
    let subclasses = base
        .py()
        .get_type::<PyType>()
        .call_method1(intern!(base.py(), "__subclasses__"), (base,))?;
    for heir in subclasses.try_iter()? {
        let heir = heir?.cast_into::<PyType>()?;
        if heir
            .getattr(intern!(base.py(), "__dict__"))?
            .contains(name)?
        {
            continue;
        }
        let qualname = heir.qualname()?.to_string_lossy().into_owned();
        if !heir.is(asked) && !heirs.contains(&qualname) {
            heirs.push(qualname);
        }
        collect_heirs(&heir, name, asked, heirs)?;
    }
    Ok(())
}
