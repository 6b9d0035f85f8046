//! Reads objects of the program as their built-in types store them, past every `__getattribute__`,
//! property and metaclass of the program, so that reading runs none of its code.

#![expect(
    unsafe_code,
    reason = "the generic attribute access has no safe name in pyo3"
)]

use pyo3::exceptions::PyAttributeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyModule, PyString, PyType};

use super::Gil;
use super::loaded::loaded_object;

/// The namespace of a class, read-only: the `__dict__` that `type` itself returns.
pub(super) fn namespace_of<'py>(class: &Bound<'py, PyType>) -> PyResult<Bound<'py, PyAny>> {
    static DESCRIPTOR: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let gil = class.py();
    let descriptor = DESCRIPTOR.get_or_try_init(gil, || {
        let name = intern!(gil, "__dict__");
        let of_type = gil.get_type::<PyType>().getattr(name)?;
        of_type.get_item(name).map(Bound::unbind)
    })?;
    descriptor
        .bind(gil)
        .call_method1(intern!(gil, "__get__"), (class,))
}

/// What the class itself, not one of its bases, has under `name`.
pub(super) fn own_attribute<'py>(
    class: &Bound<'py, PyType>,
    name: &Bound<'py, PyString>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let namespace = namespace_of(class)?;
    if namespace.contains(name)? {
        namespace.get_item(name).map(Some)
    } else {
        Ok(None)
    }
}

/// The function that creates the annotations of a class, since 3.14, and its name in the namespace.
const ANNOTATE: &str = "__annotate__";
const ANNOTATE_IN_NAMESPACE: &str = "__annotate_func__";

/// Whether classes have such functions; if not, both names are like any other.
fn classes_have_annotate(gil: Gil<'_>) -> PyResult<bool> {
    let found = own_attribute(&gil.get_type::<PyType>(), intern!(gil, ANNOTATE))?;
    Ok(found.is_some())
}

/// The name by which Python code reaches what the namespace of a class has under `name`.
pub(super) fn attribute_name<'a>(namespace: &Bound<'_, PyAny>, name: &'a str) -> PyResult<&'a str> {
    let is_renamed = name == ANNOTATE_IN_NAMESPACE
        && !namespace.contains(ANNOTATE)?
        && classes_have_annotate(namespace.py())?;
    Ok(if is_renamed { ANNOTATE } else { name })
}

/// The names under which a class may have the attribute `name` in its namespace, the first that is
/// there counts.
fn names_in(class: &Bound<'_, PyType>, name: &str) -> PyResult<[String; 2]> {
    let other = if name == ANNOTATE && classes_have_annotate(class.py())? {
        ANNOTATE_IN_NAMESPACE.to_owned()
    } else {
        mangled(class, name)?
    };
    Ok([name.to_owned(), other])
}

/// An attribute of a class, unbound: its value, the class that defines it, and its name there.
pub(super) struct ClassAttribute<'py> {
    pub(super) owner: Bound<'py, PyType>,
    pub(super) name: String,
    pub(super) object: Bound<'py, PyAny>,
}

/// The value of `name` in the namespace of the class or the first of its bases that has it; also
/// finds `__name`.
pub(super) fn class_attribute<'py>(
    class: &Bound<'py, PyType>,
    name: &str,
) -> PyResult<Option<ClassAttribute<'py>>> {
    for owner in class.mro() {
        let owner = owner.cast_into::<PyType>()?;
        for name in names_in(&owner, name)? {
            if let Some(object) = own_attribute(&owner, &PyString::new(class.py(), &name))? {
                let name = attribute_name(&namespace_of(&owner)?, &name)?.to_owned();
                return Ok(Some(ClassAttribute {
                    owner,
                    name,
                    object,
                }));
            }
        }
        // Of annotations, a class inherits nothing.
        if name == ANNOTATE && classes_have_annotate(class.py())? {
            break;
        }
    }
    Ok(None)
}

/// `__name` as the compiler mangles it inside `class`.
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

/// The object at `qualname` in a loaded module, read from the namespaces of the module and its
/// classes.
pub(super) fn object_at<'py>(
    gil: Gil<'py>,
    module: &str,
    qualname: &str,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let mut object = loaded_object(gil, module)?;
    for name in qualname.split('.') {
        object = match &object {
            Some(object) => match (object.cast::<PyModule>(), object.cast::<PyType>()) {
                (Ok(module), _) => module.dict().get_item(name)?,
                (_, Ok(class)) => own_attribute(class, &PyString::new(gil, name))?,
                _ => None,
            },
            None => None,
        };
    }
    Ok(object)
}

/// The names in a module, or in a class and its bases.
pub(super) fn names_of(object: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let mut namespaces = Vec::new();
    if let Ok(module) = object.cast::<PyModule>() {
        namespaces.push(module.dict().into_any());
    } else if let Ok(class) = object.cast::<PyType>() {
        for base in class.mro() {
            namespaces.push(namespace_of(base.cast()?)?);
        }
    }
    let names = namespaces.iter().map(PyAnyMethods::try_iter);
    let names = names.collect::<PyResult<Vec<_>>>()?.into_iter().flatten();
    Ok(names.filter_map(|name| name.ok()?.extract().ok()).collect())
}

/// Whether an object cannot lead to a function, unless it is one or a built-in wrapper: it can be
/// neither called nor bound as an attribute, is a class, or is an object of a type made in C without
/// attributes of its own.
pub(super) fn is_plain(object: &Bound<'_, PyAny>) -> bool {
    // SAFETY: the object is alive and the GIL is held; only its class is read.
    let class = unsafe { &*ffi::Py_TYPE(object.as_ptr()) };
    let is_made_in_c = is_static(&object.get_type()) && class.tp_dictoffset == 0;
    let is_used = class.tp_call.is_some() || class.tp_descr_get.is_some();
    is_made_in_c || !is_used || object.is_instance_of::<PyType>()
}

/// Whether a class was made in C and cannot be changed: reading its name and module runs no code of
/// the program.
pub(super) fn is_static(class: &Bound<'_, PyType>) -> bool {
    // SAFETY: the class is alive and the GIL is held.
    unsafe { ffi::PyType_HasFeature(class.as_type_ptr(), ffi::Py_TPFLAGS_HEAPTYPE) == 0 }
}

/// The module in which the class was created, if it is stored as a string.
pub(super) fn module_of(class: &Bound<'_, PyType>) -> PyResult<Option<String>> {
    let module = own_attribute(class, intern!(class.py(), "__module__"))?;
    Ok(module.and_then(|module| module.extract().ok()))
}

/// The attribute that `base` keeps of its instance `object`. None if there is none, or if another
/// class of the object takes the name for itself.
pub(super) fn attribute_of<'py>(
    object: &Bound<'py, PyAny>,
    base: &Bound<'py, PyType>,
    name: &Bound<'py, PyString>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    for class in object.get_type().mro() {
        let class = class.cast_into::<PyType>()?;
        if !class.is(base) && own_attribute(&class, name)?.is_some() {
            return Ok(None);
        }
    }
    let gil = object.py();
    // SAFETY: both are live objects and the GIL is held; the result is owned, or an error is set.
    let attribute = unsafe {
        let attribute = ffi::PyObject_GenericGetAttr(object.as_ptr(), name.as_ptr());
        Bound::from_owned_ptr_or_err(gil, attribute)
    };
    match attribute {
        Ok(attribute) => Ok(Some(attribute)),
        Err(error) if error.is_instance_of::<PyAttributeError>(gil) => Ok(None),
        Err(error) => Err(error),
    }
}
