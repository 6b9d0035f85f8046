//! The callables in loaded modules, found entry by entry, so that the search can stop anywhere and
//! go on in a later slice.
//!
//! Looking must leave no trace and run no code of the target: namespaces are read, nothing is
//! imported, and an object that cannot be looked at is passed by.

use std::rc::Rc;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyInt, PyType, PyTypeMethods};

use super::behind::{ACCESSORS, accessor, behind, may_hold_function};
use super::call_counts::counts_in;
use super::comparison::Fingerprint;
use super::entries::{Entries, Read};
use super::loaded::loaded_module;
use super::look::{module_of, namespace_of};
use super::modules::{Module, Modules};
use super::{Form, Function, Gil, Kind, SymbolPath};
use crate::error::Result;

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
    /// Whether its code object holds a hook.
    pub holds_hook: bool,
}

/// A walk through the namespaces of those modules that are wanted.
pub struct Search<W> {
    modules: Modules,
    is_wanted: W,
    /// The module that is walked through now.
    module: String,
    call_counts: Option<Py<PyDict>>,
    /// What was read of it.
    fingerprint: Fingerprint,
    /// Its namespaces that are not walked through to their ends.
    waiting: Vec<Namespace>,
    /// What the last step has seen and gives no callable for.
    unlisted: Option<String>,
    /// Whether the last step has put a class on the list that inherits nothing.
    is_listed: bool,
}

/// Whether a loaded module holds under `name` what a search looks into.
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

/// What a module or a class holds.
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
    /// A search in those of `modules` that `is_wanted` wants.
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

    /// The module that is walked through now.
    pub fn module(&self) -> &str {
        &self.module
    }

    /// What was read of the module so far; none if it counts its own calls, which change.
    pub fn take_fingerprint(&mut self) -> Option<Fingerprint> {
        let fingerprint = std::mem::take(&mut self.fingerprint);
        self.call_counts.is_none().then_some(fingerprint)
    }

    /// Where in that module the last step has seen what can be named although it gives no callable:
    /// data, what was imported from elsewhere, or a class that inherits more than is listed.
    pub fn take_unlisted(&mut self) -> Option<String> {
        self.unlisted.take()
    }

    /// Looks at one more entry and gives its callables, in no order, often none of them. Gives
    /// nothing when all is searched.
    ///
    /// # Errors
    /// If `sys.modules` cannot be read.
    pub fn step(&mut self, gil: Gil<'_>) -> Result<Option<Vec<Callable>>> {
        let Some(namespace) = self.waiting.last_mut() else {
            let Some(module) = self.modules.next(gil)? else {
                return Ok(None);
            };
            // Without a namespace of its own a module holds nothing.
            let _ = self.enter(gil, &module);
            return Ok(Some(Vec::new()));
        };
        let class = namespace.class.clone();
        Ok(Some(match namespace.entries.read(gil) {
            Read::Entry(name, object) => {
                let (of_name, of_object) = (name.as_ptr().addr(), object.as_ptr().addr());
                self.fingerprint.add(namespace.address, of_name, of_object);
                let (class, Ok(name)) = (class.as_deref(), name.to_str()) else {
                    return Ok(Some(Vec::new()));
                };
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

    /// The callables of one entry of a class or of the module.
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
            // What it imports from elsewhere is listed there.
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
        // What a class takes over from elsewhere, as enumerations do, is listed there; what was made
        // for it elsewhere, as for a named tuple, carries its name.
        let gil = object.py();
        found.retain(|callable| {
            callable.function.is_of_module(gil, &self.module)
                || callable.function.is_in_class(gil, &class.qualname)
        });
        Ok(found)
    }

    /// Puts a class that belongs to the module and to `outer` on the list of what is waiting.
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
            // An attribute that only refers to a class, which is listed under its own name.
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
