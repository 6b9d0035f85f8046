//! Resolves a symbol path to a function in the running program.
//!
//! The module is imported only if it is not loaded. Then each attribute is looked up as in Python,
//! but without binding it: `behind` follows descriptors.

use pyo3::prelude::*;
use pyo3::types::{PyModule, PyType};

use super::behind::{ACCESSORS, accessor, behind, is_property};
use super::held::find_held;
use super::import::{find_module, is_being_imported};
use super::loaded::script_name;
use super::look::{class_attribute, module_of, names_of};
use super::subclasses::inherited;
use super::{Function, Gil, Lookup, SCRIPT_WATCH, lookup, unexpected};
use crate::error::{Error, Result, nearest};
use crate::protocol::{Form, Kind, SCRIPT, SymbolPath};

/// The note for a function whose decorator keeps the code object itself.
const KEPT: &str = "its decorator keeps the original code object: a profiler or tracer that looks for \
     it in frames misses calls while the function is patched";

/// The result of resolving a symbol path.
pub struct Resolved {
    /// Where the function is defined: its own path, not that of a subclass.
    pub path: SymbolPath,
    /// How it is bound, and what it returns.
    pub kind: Kind,
    /// The function.
    pub function: Function,
    /// Remarks on how the function was found.
    pub notes: Vec<String>,
}

/// Finds the function that `path` names.
///
/// # Errors
/// If the module cannot be imported, an attribute is missing, or what is found has no bytecode.
pub fn resolve(gil: Gil<'_>, path: &SymbolPath) -> Result<Resolved> {
    let in_script = path.in_script(script_name(gil).as_deref());
    let note = |_: &SymbolPath| {
        let name = path.module();
        format!("`{name}` is the script, loaded as `{SCRIPT}`")
    };
    let notes = in_script.iter().map(note).collect();
    let path = in_script.as_ref().unwrap_or(path);
    let module = find_module(gil, path)?;
    let walk = Walk {
        gil,
        path,
        notes,
        owner: None,
    };
    walk.follow(module)
}

/// A walk along the attributes of a path.
struct Walk<'a, 'py> {
    gil: Gil<'py>,
    path: &'a SymbolPath,
    notes: Vec<String>,
    /// The class that defines the last attribute, and its name there.
    owner: Option<(Bound<'py, PyType>, String)>,
}

impl<'py> Walk<'_, 'py> {
    fn follow(mut self, module: Bound<'py, PyAny>) -> Result<Resolved> {
        let mut object = module;
        let mut walked = format!("{}:", self.path.module());
        for (place, name) in self.path.attributes().enumerate() {
            let next = self
                .step(&object, name)
                .map_err(|error| unexpected(self.gil, "cannot follow the path", &error))?;
            object = next.ok_or_else(|| self.missing(&object, &walked, place))?;
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
        let named = |(accessor, _): &&(&str, &str)| *accessor == name;
        if let Some((_, attribute)) = ACCESSORS.iter().find(named)
            && is_property(object)?
        {
            return accessor(object, attribute);
        }
        self.owner = None;
        object.getattr_opt(name)
    }

    /// The attribute of a class, from the namespace of the class or of one of its bases.
    fn look_up(
        &mut self,
        class: &Bound<'py, PyType>,
        name: &str,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(found) = class_attribute(class, name)? else {
            return Ok(None);
        };
        if !found.owner.is(class) {
            self.notes
                .push(inherited(class, &found.owner, &found.name)?);
        }
        self.owner = Some((found.owner, found.name));
        Ok(Some(found.object))
    }

    /// The error for a missing attribute of `object`; `walked` is the path up to its `place`.
    fn missing(&self, object: &Bound<'py, PyAny>, walked: &str, place: usize) -> Error {
        let mut attributes = self.path.attributes().skip(place);
        let name = attributes.next().unwrap_or_default();
        let rest: String = attributes.map(|name| format!(".{name}")).collect();
        let path = walked;
        let walked = walked.trim_end_matches([':', '.']);
        if is_property(object).unwrap_or_default() {
            return Error::new(format!("property `{walked}` has no {name}"))
                .hint(format!("`patch {walked}` means its getter"));
        }
        let what = match object.cast::<PyModule>() {
            Ok(module) if is_being_imported(module) => {
                return Error::new(format!("module `{walked}` is still being imported"))
                    .hint("try again in a moment");
            }
            Ok(_) => "module",
            Err(_) => "class",
        };
        let names = names_of(object).unwrap_or_default();
        let nothing_near = || match self.path.module() {
            SCRIPT => SCRIPT_WATCH.stage().hint().to_owned(),
            module => format!("`ls {module}` lists its callables"),
        };
        // A base may have this very name, and the class not inherit it.
        let others = names.iter().filter(|other| *other != name);
        let near = nearest(name, others.map(String::as_str));
        Error::new(format!("{what} `{walked}` has no attribute `{name}`")).hint(
            near.map_or_else(nothing_near, |near| {
                format!("did you mean `{path}{near}{rest}`?")
            }),
        )
    }

    fn function(mut self, object: &Bound<'py, PyAny>) -> Result<Resolved> {
        let trouble = |error: PyErr| unexpected(self.gil, "cannot read the callable", &error);
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
        let code = behind.function.code(self.gil);
        let is_code = |held: &Bound<'_, PyAny>| Ok(held.is(code.as_object(self.gil)));
        if find_held(object, is_code).map_err(trouble)?.is_some() {
            self.notes.push(KEPT.to_owned());
        }
        let leads_here = |path: &SymbolPath| match lookup(self.gil, path) {
            Lookup::Function(found) => found.function.id() == behind.function.id(),
            _ => false,
        };
        // A class may have a name that leads nowhere: it was created in a function, or renamed.
        let path = self.defined_at().map_err(trouble)?.filter(leads_here);
        let path = path.unwrap_or_else(|| self.path.clone());
        Ok(Resolved {
            path,
            kind,
            function: behind.function,
            notes: self.notes,
        })
    }

    /// The path through the class that defines the attribute, if it is not the one that was named.
    fn defined_at(&self) -> PyResult<Option<SymbolPath>> {
        let Some((owner, name)) = &self.owner else {
            return Ok(None);
        };
        let qualname = format!("{}.{name}", owner.qualname()?);
        let asked = self.path.attributes().last();
        // The accessor of a property comes after the property's own name.
        if asked.is_some_and(|asked| ACCESSORS.iter().any(|(accessor, _)| *accessor == asked)) {
            return Ok(None);
        }
        Ok(module_of(owner)?.map(|module| SymbolPath::new(&module, &qualname)))
    }
}
