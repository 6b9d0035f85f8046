//! Why an attribute does not lead to a function, and what can be patched instead.

use std::borrow::Cow;

use pyo3::prelude::*;
use pyo3::types::{PyType, PyTypeMethods};

use super::behind::python_call;
use super::look::{is_static, module_of, object_at};
use super::wrapped::{is_proxy, wrapped};

/// What can be patched where a call leads to code in C.
pub(super) const INSTEAD_OF_C: &str = "patch a Python function that calls it";

/// Why an attribute does not lead to a function.
pub(super) struct Refusal {
    /// Continues a sentence that starts with the symbol path: ``is a class``.
    pub(super) reason: String,
    /// What could be patched instead; `{}` stands for the symbol path.
    pub(super) instead: Cow<'static, str>,
}

impl Refusal {
    pub(super) fn new(reason: impl Into<String>, instead: impl Into<Cow<'static, str>>) -> Self {
        Self {
            reason: reason.into(),
            instead: instead.into(),
        }
    }

    /// The reason for an object that wraps no function.
    pub(super) fn of(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyType>() {
            return Ok(Self::new("is a class", "patch its methods: `{}.*`"));
        }
        if is_proxy(object)? {
            return Self::of_proxy(object);
        }
        let type_name = object.get_type().name()?;
        Ok(if !object.is_callable() {
            Self::new(
                format!("is data (`{type_name}`), not a function"),
                "patch a function or a method",
            )
        } else if is_static(&object.get_type()) && object.get_type().module()? == "builtins" {
            Self::new(
                format!("is a C function (`{type_name}`), which has no bytecode"),
                INSTEAD_OF_C,
            )
        } else {
            Self::new(
                format!(
                    "is an object (`{type_name}`), and the Python function that it calls is unknown"
                ),
                INSTEAD_OF_C,
            )
        })
    }

    fn of_proxy(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        const BY_ITS_NAME: &str = "patch the function by its own name";
        if let Some(inner) = wrapped(object)?
            && !is_proxy(&inner)?
        {
            let reason = format!("stands for what {}", Self::of(&inner)?.reason);
            return Ok(Self::new(reason, BY_ITS_NAME));
        }
        let reason = format!(
            "is a proxy (`{}`), and finding its function would run code of the program",
            object.get_type().name()?
        );
        let call = match python_call(object)? {
            Some((owner, _)) => path_of(&owner)?,
            None => None,
        };
        Ok(match call {
            Some(class) => Self::new(
                reason,
                format!("`patch {class}.__call__` counts the calls of all such objects"),
            ),
            None => Self::new(reason, BY_ITS_NAME),
        })
    }
}

/// `module:Class`, if that leads to the class.
fn path_of(class: &Bound<'_, PyType>) -> PyResult<Option<String>> {
    let Some(module) = module_of(class)? else {
        return Ok(None);
    };
    for name in [class.qualname()?, class.name()?] {
        let name = name.to_string_lossy();
        let found = object_at(class.py(), &module, &name)?;
        if found.is_some_and(|found| found.is(class)) {
            return Ok(Some(format!("{module}:{name}")));
        }
    }
    Ok(None)
}
