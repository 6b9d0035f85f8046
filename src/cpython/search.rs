//! Finds the callables in loaded modules entry by entry, so that the search can stop anywhere and
//! continue in a later slice.
//!
//! A search leaves no trace and runs no code of the program: it reads namespaces, imports nothing,
//! and skips objects that it cannot read.

use std::rc::Rc;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyInt, PyType, PyTypeMethods};

use super::behind::{ACCESSORS, accessor, behind, may_hold_function};
use super::call_counts::counts_in;
use super::comparison::Fingerprint;
use super::entries::{Entries, Read};
use super::loaded::loaded_module;
use super::look::{attribute_name, module_of, namespace_of};
use super::modules::{Module, Modules};
use super::{Function, Gil};
use crate::error::Result;
use crate::protocol::{Form, Kind, SymbolPath};

/// A function or method that a module holds.
pub struct Callable {
    /// Where it was found.
    pub path: SymbolPath,
    /// How it is bound, and what it returns.
    pub kind: Kind,
    /// The function.
    pub function: Function,
    /// The program's own count of its calls, if the module keeps one in `__call_counts__`.
    pub calls: Option<u64>,
    /// Whether its code object holds a hook.
    pub holds_hook: bool,
}

/// An iteration over the namespaces of the wanted modules.
pub struct Search<W> {
    modules: Modules,
    is_wanted: W,
    /// The current module.
    module: String,
    call_counts: Option<Py<PyDict>>,
    /// What was read of it.
    fingerprint: Fingerprint,
    /// Its unfinished namespaces.
    waiting: Vec<Namespace>,
    /// What the last step has seen without listing a callable for it.
    unlisted: Option<String>,
    /// Whether the last step has queued a class that inherits nothing.
    is_listed: bool,
}

/// Whether a loaded module has something under `name` that a search reads.
#[must_use]
pub fn holds_callables(gil: Gil<'_>, module: &str, name: &str) -> bool {
    let look = || -> PyResult<bool> {
        let module = loaded_module(gil, module)?;
        let object = module.and_then(|module| module.dict().get_item(name).transpose());
        let object = object.transpose()?;
        object.map_or(Ok(false), |object| {
            Ok(object.is_instance_of::<PyType>() || may_hold_function(&object)?)
        })
    };
    look().unwrap_or_default()
}

/// The namespace of a module or a class.
struct Namespace {
    entries: Entries,
    /// None for a module.
    class: Option<Rc<ClassName>>,
    /// The address of the class, 0 for a module.
    address: usize,
}

/// The two names of a class.
struct ClassName {
    /// Where it was found: `Outer.Inner`.
    path: String,
    /// Its `__qualname__`.
    qualname: String,
}

impl<W: Fn(Gil<'_>, &Module) -> bool> Search<W> {
    /// A search in those of `modules` for which `is_wanted` returns true.
    pub fn new(modules: Modules, is_wanted: W) -> Self {
        Self {
            modules,
            is_wanted,
            module: String::new(),
            call_counts: None,
            fingerprint: Fingerprint::default(),
            waiting: Vec::new(),
            unlisted: None,
            is_listed: false,
        }
    }

    /// The current module.
    pub fn module(&self) -> &str {
        &self.module
    }

    /// What was read of the module so far.
    pub fn take_fingerprint(&mut self) -> Fingerprint {
        std::mem::take(&mut self.fingerprint)
    }

    /// Whether the module counts its own calls, so that what was read of them does not stay true.
    pub fn counts_calls(&self) -> bool {
        self.call_counts.is_some()
    }

    /// A name in that module that the last step has seen without listing a callable: data,
    /// something imported from elsewhere, or a class that inherits more than is listed.
    pub fn take_unlisted(&mut self) -> Option<String> {
        self.unlisted.take()
    }

    /// Reads one more entry and returns its callables, often none, in no particular order. Returns
    /// none at the end.
    ///
    /// # Errors
    /// If `sys.modules` cannot be read.
    pub fn step(&mut self, gil: Gil<'_>) -> Result<Option<Vec<Callable>>> {
        let Some(namespace) = self.waiting.last_mut() else {
            let Some(module) = self.modules.next(gil)? else {
                return Ok(None);
            };
            // A module without a namespace holds nothing.
            let _ = self.enter(gil, &module);
            return Ok(Some(Vec::new()));
        };
        let class = namespace.class.clone();
        Ok(Some(match namespace.entries.read(gil) {
            Read::Entry(name, object) => {
                let (of_name, of_object) = (name.as_ptr().addr(), object.as_ptr().addr());
                self.fingerprint.add(namespace.address, of_name, of_object);
                let (class, Ok(mut name)) = (class.as_deref(), name.to_str()) else {
                    return Ok(Some(Vec::new()));
                };
                if class.is_some() {
                    let namespace = namespace.entries.namespace(gil);
                    name = attribute_name(namespace, name).unwrap_or(name);
                }
                let found = self.look_at(class, name, &object).unwrap_or_default();
                let is_listed = std::mem::take(&mut self.is_listed) || !found.is_empty();
                self.unlisted = (!is_listed).then(|| path_in(class, name));
                found
            }
            Read::NotYet => Vec::new(),
            Read::End => {
                self.waiting.pop();
                Vec::new()
            }
        }))
    }

    fn enter(&mut self, gil: Gil<'_>, module: &Module) -> PyResult<()> {
        if !(self.is_wanted)(gil, module) {
            return Ok(());
        }
        self.call_counts = counts_in(&module.namespace(gil))?.map(Bound::unbind);
        module.name().clone_into(&mut self.module);
        self.fingerprint = Fingerprint::default();
        self.waiting.push(Namespace {
            entries: module.entries(gil)?,
            class: None,
            address: 0,
        });
        Ok(())
    }

    /// The callables of one entry of a class or the module.
    fn look_at(
        &mut self,
        class: Option<&ClassName>,
        name: &str,
        object: &Bound<'_, PyAny>,
    ) -> PyResult<Vec<Callable>> {
        if let Ok(inner) = object.cast::<PyType>() {
            self.add_class(class, name, inner)?;
            return Ok(Vec::new());
        }
        if !may_hold_function(object)? {
            return Ok(Vec::new());
        }
        let Some(class) = class else {
            let found = self.callable(name, object, Form::Function)?;
            let gil = object.py();
            // What it imports is listed where it is defined.
            let is_at_home = |found: &Callable| found.function.is_of_module(gil, &self.module);
            return Ok(found.into_iter().filter(is_at_home).collect());
        };
        let path = path_in(Some(class), name);
        let mut found = Vec::from_iter(self.callable(&path, object, Form::Method)?);
        for (word, attribute) in ACCESSORS {
            if let Some(function) = accessor(object, attribute)? {
                found.extend(self.callable(
                    &format!("{path}.{word}"),
                    &function,
                    Form::Property,
                )?);
            }
        }
        // What a class takes from elsewhere, as enumerations do, is listed there; what was created
        // for it elsewhere, as for a named tuple, has its name.
        let gil = object.py();
        found.retain(|callable| {
            callable.function.is_of_module(gil, &self.module)
                || callable.function.is_in_class(gil, &class.qualname)
        });
        Ok(found)
    }

    /// Queues a class that belongs to the module and to `outer`.
    fn add_class(
        &mut self,
        outer: Option<&ClassName>,
        name: &str,
        class: &Bound<'_, PyType>,
    ) -> PyResult<()> {
        if module_of(class)?.as_ref() != Some(&self.module) {
            return Ok(());
        }
        let qualname = class.qualname()?.to_string_lossy().into_owned();
        let path = match outer {
            // An attribute that refers to a class which is listed under its own name.
            Some(outer) if qualname != format!("{}.{name}", outer.qualname) => return Ok(()),
            _ => path_in(outer, name),
        };
        let address = class.as_ptr().addr();
        if self.fingerprint.classes.insert(address) {
            self.is_listed = class.mro().len() <= 2;
            self.waiting.push(Namespace {
                entries: Entries::of(namespace_of(class)?)?,
                class: Some(Rc::new(ClassName { path, qualname })),
                address,
            });
        }
        Ok(())
    }

    fn callable(
        &self,
        qualname: &str,
        object: &Bound<'_, PyAny>,
        form: Form,
    ) -> PyResult<Option<Callable>> {
        let Ok(behind) = behind(object)? else {
            return Ok(None);
        };
        let gil = object.py();
        let path = SymbolPath::new(&self.module, qualname);
        let kind = Kind {
            form: behind.form.unwrap_or(form),
            flavour: behind.function.flavour(gil)?,
        };
        let calls = match &self.call_counts {
            Some(counts) => counts.bind(gil).get_item(path.as_str())?,
            None => None,
        };
        Ok(Some(Callable {
            path,
            kind,
            holds_hook: behind.function.code(gil).hook(gil).is_some(),
            function: behind.function,
            calls: calls.and_then(|calls| calls.cast::<PyInt>().ok()?.extract().ok()),
        }))
    }
}

/// `Outer.Inner.name`
fn path_in(class: Option<&ClassName>, name: &str) -> String {
    match class {
        Some(class) => format!("{}.{name}", class.path),
        None => name.to_owned(),
    }
}
