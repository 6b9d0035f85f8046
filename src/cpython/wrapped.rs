//! Objects that stand between a name and its function: wrappers like those of wrapt, proxies like those
//! of celery and werkzeug, and other objects that keep the function they were made from.
//!
//! What they wrap is read only if they keep it as data: in their `__dict__`, a slot, or a field in C.
//! No property, `__getattr__` or factory is run to find it.

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyType;

use super::Function;
use super::behind::{LONGEST_CHAIN, is_function_or_built_in};
use super::held::find_held;
use super::look::{attribute_of, class_attribute, is_plain, object_at};

/// What an object passes calls on to, and what the user must know about it.
pub(super) struct Wrapped<'py> {
    pub(super) object: Bound<'py, PyAny>,
    pub(super) notes: Vec<String>,
}

impl<'py> Wrapped<'py> {
    /// What `object` passes calls on to, if it may be a function, and is none of the built-in wrappers.
    pub(super) fn by(object: &Bound<'py, PyAny>) -> PyResult<Option<Self>> {
        if is_plain(object) {
            return Ok(None);
        }
        if let Some(found) = Self::through_wrappers(object)? {
            return Ok(Some(found));
        }
        let type_name = object.get_type().name()?;
        let found = find_held(object, |held| is_made_of(object, held))?;
        Ok(found.map(|found| Self {
            object: found,
            notes: vec![format!(
                "held by an object of type `{type_name}`: only calls that reach the function are counted"
            )],
        }))
    }

    /// The function or built-in wrapper at the end of a chain of `__wrapped__`.
    fn through_wrappers(object: &Bound<'py, PyAny>) -> PyResult<Option<Self>> {
        let (mut object, mut notes) = (object.clone(), Vec::new());
        for _ in 0..LONGEST_CHAIN {
            if is_function_or_built_in(&object)? {
                return Ok(Some(Self { object, notes }));
            }
            match wrapped(&object)? {
                Some(inner) if !is_plain(&object) => {
                    notes.push(format!(
                        "behind a wrapper of type `{}`: only calls that it passes on are counted",
                        object.get_type().name()?
                    ));
                    object = inner;
                }
                _ => break,
            }
        }
        Ok(None)
    }
}

/// The `__wrapped__` of an object, if it is kept as data.
pub(super) fn wrapped<'py>(object: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let (class, name) = (object.get_type(), intern!(object.py(), "__wrapped__"));
    let Some(found) = class_attribute(&class, "__wrapped__")? else {
        return attribute_of(object, &class, name);
    };
    let is_of = |descriptor| std::ptr::eq(found.object.get_type_ptr(), descriptor);
    if is_of(&raw mut ffi::PyMemberDescr_Type)
        || is_of(&raw mut ffi::PyGetSetDescr_Type) && is_kept_by_wrapt(object, &found.owner)?
    {
        return Ok(attribute_of(object, &found.owner, name).unwrap_or_default());
    }
    if is_of(&raw mut ffi::PyStaticMethod_Type) {
        return found.object.getattr_opt(intern!(object.py(), "__func__"));
    }
    Ok(Function::is(&found.object).then_some(found.object))
}

/// Whether `owner` is the proxy class of wrapt, or of a copy of wrapt, and its getter returns what it
/// keeps. Other getters in C may create the object first, as wrapt's proxies with a factory do.
fn is_kept_by_wrapt(object: &Bound<'_, PyAny>, owner: &Bound<'_, PyType>) -> PyResult<bool> {
    let (class, name) = (
        object.get_type(),
        intern!(object.py(), "__wrapped_factory__"),
    );
    let is_of_wrapt = owner.name()? == "ObjectProxy";
    Ok(is_of_wrapt
        && class_attribute(&class, "__wrapped_factory__")?.is_none()
        && attribute_of(object, &class, name)?.is_none())
}

/// Whether an object claims the class of the object that it stands for as its own.
pub(super) fn is_proxy(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    let found = class_attribute(&object.get_type(), "__class__")?;
    Ok(found.is_some_and(|found| !found.owner.is(object.py().get_type::<PyAny>())))
}

/// Whether `held` is or wraps a function whose name now leads to `object`, as after a decorator that
/// has turned the function into an object.
fn is_made_of<'py>(object: &Bound<'py, PyAny>, held: &Bound<'py, PyAny>) -> PyResult<bool> {
    let function = match Function::from_object(held) {
        None if is_plain(held) => None,
        None => wrapped(held)?.as_ref().and_then(Function::from_object),
        function => function,
    };
    function.map_or(Ok(false), |function| stands_at_home(object, &function))
}

/// Whether the name that `function` was defined by leads to `object`.
fn stands_at_home(object: &Bound<'_, PyAny>, function: &Function) -> PyResult<bool> {
    let gil = object.py();
    let Some((module, qualname)) = function.home(gil) else {
        return Ok(false);
    };
    let place = object_at(gil, &module, &qualname)?;
    Ok(place.is_some_and(|place| place.is(object)))
}
