//! The function behind an attribute: through descriptors, caches and wrappers to the code that runs.
//!
//! Nothing here runs code of the target: types are compared by inheritance, never by `__class__`,
//! and only attributes of built-in wrapper types and of plain functions are read.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyType, PyTypeMethods};

use super::{Form, Function};

/// A function, how it is bound, and what the user must know about the way to it.
pub(super) struct Behind {
    pub(super) function: Function,
    pub(super) form: Option<Form>,
    pub(super) notes: Vec<String>,
}

/// Why there is no function behind an attribute.
pub(super) struct Refusal {
    /// Continues a sentence that starts with the symbol path: ``is a class``.
    pub(super) reason: String,
    /// What could be patched instead; `{}` stands for the symbol path.
    pub(super) instead: &'static str,
}

/// A built-in type that holds a function.
struct Wrapper {
    module: &'static str,
    name: &'static str,
    /// The attribute that leads inside.
    inside: &'static str,
    form: Option<Form>,
    note: Option<&'static str>,
    found: PyOnceLock<Py<PyType>>,
}

const fn wrapper(module: &'static str, name: &'static str, inside: &'static str) -> Wrapper {
    Wrapper {
        module,
        name,
        inside,
        form: None,
        note: None,
        found: PyOnceLock::new(),
    }
}

impl Wrapper {
    const fn form(mut self, form: Form) -> Self {
        self.form = Some(form);
        self
    }

    const fn note(mut self, note: &'static str) -> Self {
        self.note = Some(note);
        self
    }

    fn holds(&self, object: &Bound<'_, PyAny>) -> PyResult<bool> {
        let wrapper_type = self.found.import(object.py(), self.module, self.name)?;
        object.get_type().is_subclass_of_type(wrapper_type)
    }
}

/// The place of `property` in [`WRAPPERS`].
const PROPERTY: usize = 0;

static WRAPPERS: [Wrapper; 9] = [
    wrapper("builtins", "property", "fget")
        .form(Form::Property)
        .note("the getter of a property"),
    wrapper("builtins", "staticmethod", "__func__").form(Form::StaticMethod),
    wrapper("builtins", "classmethod", "__func__").form(Form::ClassMethod),
    wrapper("functools", "cached_property", "func")
        .form(Form::Property)
        .note("the getter of a cached property: only misses reach it"),
    wrapper("functools", "_lru_cache_wrapper", "__wrapped__")
        .note("behind a cache: only misses reach it"),
    wrapper("functools", "partial", "func").note("the function behind a `partial`"),
    wrapper("functools", "partialmethod", "func").note("the function behind a `partialmethod`"),
    wrapper("functools", "singledispatchmethod", "func")
        .note("the default of a `singledispatchmethod`"),
    wrapper("types", "MethodType", "__func__").note("the function of a bound method"),
];

trait Inherits {
    fn is_subclass_of_type(&self, base: &Bound<'_, PyType>) -> PyResult<bool>;
}

impl Inherits for Bound<'_, PyType> {
    /// Whether `base` is in the method resolution order, which no class can dress up.
    fn is_subclass_of_type(&self, base: &Bound<'_, PyType>) -> PyResult<bool> {
        Ok(self.is(base) || self.mro().iter().any(|ancestor| ancestor.is(base)))
    }
}

/// Whether `object` is a property, of which the setter and the deleter have names of their own.
pub(super) fn is_property(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    WRAPPERS[PROPERTY].holds(object)
}

/// Whether an attribute of a class or module is a function, or one of the built-in wrappers of one.
pub(super) fn may_hold_function(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    if Function::from_object(object)?.is_some() {
        return Ok(true);
    }
    for wrapper in &WRAPPERS {
        if wrapper.holds(object)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Follows `object` to the function whose code runs when it is called.
pub(super) fn behind(object: &Bound<'_, PyAny>) -> PyResult<Result<Behind, Refusal>> {
    /// Longer chains of `__wrapped__` are circles.
    const LONGEST_CHAIN: usize = 100;
    let mut object = object.clone();
    let (mut form, mut notes) = (None, Vec::new());
    for _ in 0..LONGEST_CHAIN {
        if let Some(function) = Function::from_object(&object)? {
            match object.getattr_opt(intern!(object.py(), "__wrapped__"))? {
                Some(inner) if may_hold_function(&inner)? => {
                    notes.push(format!("through the wrapper `{}`", code_name(&object)?));
                    object = inner;
                    continue;
                }
                _ => {
                    return Ok(Ok(Behind {
                        function,
                        form,
                        notes,
                    }));
                }
            }
        }
        match inside(&object)? {
            Ok((inner, wrapper)) => {
                form = form.or(wrapper.and_then(|wrapper| wrapper.form));
                notes.extend(
                    wrapper
                        .map_or(Some("the `__call__` of its class"), |wrapper| wrapper.note)
                        .map(str::to_owned),
                );
                object = inner;
            }
            Err(refusal) => return Ok(Err(refusal)),
        }
    }
    Ok(Err(Refusal {
        reason: "is wrapped in a circle".into(),
        instead: "",
    }))
}

/// One step inwards: what `object` wraps, and by which wrapper; none if by its own `__call__`.
type Inside<'py> = Result<(Bound<'py, PyAny>, Option<&'static Wrapper>), Refusal>;

fn inside<'py>(object: &Bound<'py, PyAny>) -> PyResult<Inside<'py>> {
    for wrapper in &WRAPPERS {
        if wrapper.holds(object)? {
            let inner = object.getattr(wrapper.inside)?;
            return Ok(if inner.is_none() {
                Err(Refusal {
                    reason: "is a property without a getter".into(),
                    instead: "patch `{}.setter` or `{}.deleter`",
                })
            } else {
                Ok((inner, Some(wrapper)))
            });
        }
    }
    if object.is_instance_of::<PyType>() {
        return Ok(Err(Refusal {
            reason: "is a class".into(),
            instead: "patch its methods: `{}.*`",
        }));
    }
    let type_name = object.get_type().name()?;
    Ok(match python_call(object)? {
        Some(call) => Ok((call, None)),
        None if object.is_callable() => Err(Refusal {
            reason: format!("is a C function (`{type_name}`), which has no bytecode"),
            instead: "patch a Python function that calls it",
        }),
        None => Err(Refusal {
            reason: format!("is data (`{type_name}`), not a function"),
            instead: "patch a function or a method",
        }),
    })
}

/// The `__call__` of the object's class, if it is a Python function.
fn python_call<'py>(object: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    for class in object.get_type().mro() {
        let namespace = class.getattr(intern!(object.py(), "__dict__"))?;
        if namespace.contains(intern!(object.py(), "__call__"))? {
            let call = namespace.get_item(intern!(object.py(), "__call__"))?;
            return Ok(Function::from_object(&call)?.map(|_| call));
        }
    }
    Ok(None)
}

/// `co_qualname`, which a `functools.wraps` does not change.
fn code_name(function: &Bound<'_, PyAny>) -> PyResult<String> {
    function
        .getattr(intern!(function.py(), "__code__"))?
        .getattr(intern!(function.py(), "co_qualname"))?
        .extract()
}
