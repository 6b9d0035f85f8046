//! From an attribute to the function whose code runs: through descriptors, caches and wrappers.
//!
//! Nothing here runs code of the program. Types are compared by inheritance, never by `__class__`;
//! attributes are read only of plain functions, and of wrappers as their built-in types store them.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyString, PyType, PyTypeMethods};

use super::loaded::{loaded_type, method_type};
use super::look::{attribute_of, class_attribute};
use super::refusal::{INSTEAD_OF_C, Refusal};
use super::wrapped::{Wrapped, is_proxy};
use super::{Function, Gil};
use crate::protocol::Form;

/// A function, how it is bound, and remarks on how it was found.
pub(super) struct Behind {
    pub(super) function: Function,
    pub(super) form: Option<Form>,
    pub(super) notes: Vec<String>,
}

/// A built-in type that wraps a function.
struct Wrapper {
    module: &'static str,
    name: &'static str,
    /// The attribute that holds the function.
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

    /// The built-in wrapper type of `object`, by inheritance.
    fn of(object: &Bound<'_, PyAny>) -> PyResult<Option<&'static Self>> {
        if Function::is(object) {
            return Ok(None);
        }
        for class in object.get_type().mro() {
            for wrapper in &WRAPPERS {
                let wrapper_type = wrapper.wrapper_type(object.py())?;
                if wrapper_type.is_some_and(|wrapper_type| class.is(wrapper_type)) {
                    return Ok(Some(wrapper));
                }
            }
        }
        Ok(None)
    }

    /// The type; none while its module is not loaded, since nothing can be an instance of it.
    fn wrapper_type<'py>(&self, gil: Gil<'py>) -> PyResult<Option<&Bound<'py, PyType>>> {
        let find = || match self.name {
            METHOD => Ok(Some(method_type(gil))),
            name => loaded_type(gil, self.module, name),
        };
        if self.found.get(gil).is_none()
            && let Some(found) = find()?
        {
            // Another thread can only have set it to the same type.
            let _ = self.found.set(gil, found.unbind());
        }
        Ok(self.found.get(gil).map(|found| found.bind(gil)))
    }

    /// The attribute `name` of `object`, as the wrapper type itself stores it.
    fn attribute<'py>(
        &self,
        object: &Bound<'py, PyAny>,
        name: &str,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let gil = object.py();
        match self.wrapper_type(gil)? {
            Some(wrapper_type) => attribute_of(object, wrapper_type, &PyString::intern(gil, name)),
            None => Ok(None),
        }
    }
}

/// The name of the type of bound methods.
const METHOD: &str = "MethodType";

/// The index of `property` in [`WRAPPERS`].
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
        .note("the default of a `singledispatchmethod`: calls of its other implementations are not counted"),
    // The module need not be loaded for there to be bound methods.
    wrapper("types", METHOD, "__func__").note("the function of a bound method"),
];

/// The note for a wrapper of `functools.singledispatch`.
const SINGLEDISPATCH: &str =
    "the default of a `singledispatch`: calls of its other implementations are not counted";

/// Longer chains of `__wrapped__` are circular.
pub(super) const LONGEST_CHAIN: usize = 100;

/// The accessors of a property that can be named, and the attributes that hold them.
pub(super) const ACCESSORS: [(&str, &str); 2] = [("setter", "fset"), ("deleter", "fdel")];

/// Whether `object` is a property, whose setter and deleter can be named separately.
pub(super) fn is_property(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    let wrapper = Wrapper::of(object)?;
    Ok(wrapper.is_some_and(|wrapper| std::ptr::eq(wrapper, &raw const WRAPPERS[PROPERTY])))
}

/// The setter or deleter of `object`, if it is a property that has one.
pub(super) fn accessor<'py>(
    object: &Bound<'py, PyAny>,
    attribute: &str,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    if !is_property(object)? {
        return Ok(None);
    }
    let function = WRAPPERS[PROPERTY].attribute(object, attribute)?;
    Ok(function.filter(|function| !function.is_none()))
}

/// Whether an attribute of a class or module is a function, or wraps one.
pub(super) fn may_hold_function(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(is_function_or_built_in(object)? || Wrapped::by(object)?.is_some())
}

/// Whether an object is a function or a built-in wrapper of one.
pub(super) fn is_function_or_built_in(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(Function::is(object) || Wrapper::of(object)?.is_some())
}

/// Follows `object` to the function whose code runs when it is called.
pub(super) fn behind(object: &Bound<'_, PyAny>) -> PyResult<Result<Behind, Refusal>> {
    let mut object = object.clone();
    let (mut form, mut notes) = (None, Vec::new());
    for _ in 0..LONGEST_CHAIN {
        if let Some(function) = Function::from_object(&object) {
            match function.wrapped(object.py())? {
                Some(inner) if may_hold_function(&inner)? => {
                    notes.push(match code_name(&object)?.as_str() {
                        "singledispatch.<locals>.wrapper" => SINGLEDISPATCH.to_owned(),
                        name => format!("through the wrapper `{name}`"),
                    });
                    object = inner;
                    continue;
                }
                _ => {
                    // Nested wrappers of the same kind produce the same note.
                    notes.dedup();
                    return Ok(Ok(Behind {
                        function,
                        form,
                        notes,
                    }));
                }
            }
        }
        match inside(&object)? {
            Ok(inside) => {
                form = form.or(inside.form);
                notes.extend(inside.notes);
                object = inside.object;
            }
            Err(refusal) => return Ok(Err(refusal)),
        }
    }
    Ok(Err(Refusal::new(
        "has a circular chain of `__wrapped__`",
        INSTEAD_OF_C,
    )))
}

/// One step towards the function.
struct Inside<'py> {
    object: Bound<'py, PyAny>,
    form: Option<Form>,
    notes: Vec<String>,
}

fn inside<'py>(object: &Bound<'py, PyAny>) -> PyResult<Result<Inside<'py>, Refusal>> {
    if let Some(wrapper) = Wrapper::of(object)? {
        let inner = wrapper.attribute(object, wrapper.inside)?;
        return Ok(match inner.filter(|inner| !inner.is_none()) {
            Some(object) => Ok(Inside {
                object,
                form: wrapper.form,
                notes: wrapper.note.map(str::to_owned).into_iter().collect(),
            }),
            None if std::ptr::eq(wrapper, &raw const WRAPPERS[PROPERTY]) => Err(Refusal::new(
                "is a property without a getter",
                "patch `{}.setter` or `{}.deleter`",
            )),
            None => Err(Refusal::new(
                format!(
                    "is a `{}` that hides its `{}`",
                    object.get_type().name()?,
                    wrapper.inside
                ),
                INSTEAD_OF_C,
            )),
        });
    }
    if let Some(Wrapped { object, notes }) = Wrapped::by(object)? {
        return Ok(Ok(Inside {
            object,
            form: None,
            notes,
        }));
    }
    Ok(match python_call(object)? {
        Some((_, call)) if !is_proxy(object)? => Ok(Inside {
            object: call,
            form: None,
            notes: vec!["the `__call__` of its class".to_owned()],
        }),
        _ => Err(Refusal::of(object)?),
    })
}

/// The `__call__` of the object's class, if it may be a Python function, and the class that defines
/// it.
pub(super) fn python_call<'py>(
    object: &Bound<'py, PyAny>,
) -> PyResult<Option<(Bound<'py, PyType>, Bound<'py, PyAny>)>> {
    let found = class_attribute(&object.get_type(), "__call__")?;
    Ok(match found {
        Some(found) if may_hold_function(&found.object)? => Some((found.owner, found.object)),
        _ => None,
    })
}

/// `co_qualname`, which `functools.wraps` does not change.
fn code_name(function: &Bound<'_, PyAny>) -> PyResult<String> {
    function
        .getattr(intern!(function.py(), "__code__"))?
        .getattr(intern!(function.py(), "co_qualname"))?
        .extract()
}
