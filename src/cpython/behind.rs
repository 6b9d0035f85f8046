//! The function behind an attribute: through descriptors, caches and wrappers to the code that runs.
//!
//! Nothing here runs code of the target: types are compared by inheritance, never by `__class__`,
//! and attributes are read of plain functions, and of wrappers as their built-in types keep them.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyString, PyType, PyTypeMethods};

use super::loaded::loaded_type;
use super::look::{attribute_of, own_attribute};
use super::{Form, Function, Gil};

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

    /// The wrapper that `object` is an instance of, by inheritance.
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

    /// The type; none while its module is not loaded, and nothing can be an instance of it.
    fn wrapper_type<'py>(&self, gil: Gil<'py>) -> PyResult<Option<&Bound<'py, PyType>>> {
        if self.found.get(gil).is_none()
            && let Some(found) = loaded_type(gil, self.module, self.name)?
        {
            // Nobody else can have set it to another one meanwhile.
            let _ = self.found.set(gil, found.unbind());
        }
        Ok(self.found.get(gil).map(|found| found.bind(gil)))
    }

    /// What the attribute `name` of `object` holds, as the wrapper type itself keeps it.
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

/// The accessors of a property that have a name of their own, and the attributes that hold them.
pub(super) const ACCESSORS: [(&str, &str); 2] = [("setter", "fset"), ("deleter", "fdel")];

/// Whether `object` is a property, of which the setter and the deleter have names of their own.
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

/// Whether an attribute of a class or module is a function, or one of the built-in wrappers of one.
pub(super) fn may_hold_function(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(Function::is(object) || Wrapper::of(object)?.is_some())
}

/// Follows `object` to the function whose code runs when it is called.
pub(super) fn behind(object: &Bound<'_, PyAny>) -> PyResult<Result<Behind, Refusal>> {
    /// Longer chains of `__wrapped__` are circles.
    const LONGEST_CHAIN: usize = 100;
    let mut object = object.clone();
    let (mut form, mut notes) = (None, Vec::new());
    for _ in 0..LONGEST_CHAIN {
        if let Some(function) = Function::from_object(&object) {
            match function.wrapped(object.py())? {
                Some(inner) if may_hold_function(&inner)? => {
                    notes.push(format!("through the wrapper `{}`", code_name(&object)?));
                    object = inner;
                    continue;
                }
                _ => {
                    // Equal wrappers one around the other say the same.
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
    if object.is_instance_of::<PyType>() {
        return Ok(Err(Refusal {
            reason: "is a class".into(),
            instead: "patch its methods: `{}.*`",
        }));
    }
    let type_name = object.get_type().name()?;
    if let Some(wrapper) = Wrapper::of(object)? {
        return Ok(match wrapper.attribute(object, wrapper.inside)? {
            Some(inner) if !inner.is_none() => Ok((inner, Some(wrapper))),
            Some(_) => Err(Refusal {
                reason: "is a property without a getter".into(),
                instead: "patch `{}.setter` or `{}.deleter`",
            }),
            None => Err(Refusal {
                reason: format!("is a `{type_name}` that hides its `{}`", wrapper.inside),
                instead: "patch a Python function that calls it",
            }),
        });
    }
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
        let class = class.cast_into::<PyType>()?;
        if let Some(call) = own_attribute(&class, intern!(object.py(), "__call__"))? {
            return Ok(Function::is(&call).then_some(call));
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
