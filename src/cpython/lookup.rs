//! What a symbol path leads to now, found by reading only: nothing is imported, and no code of the
//! program runs.

use pyo3::prelude::*;
use pyo3::types::{PyModule, PyType};

use super::behind::{ACCESSORS, accessor, behind, is_property};
use super::loaded::loaded_object;
use super::look::class_attribute;
use super::wrapped::is_proxy;
use super::{Function, Gil};
use crate::protocol::{Form, Kind, SymbolPath};

/// The object at a symbol path.
pub enum Lookup {
    /// A function, possibly inside wrappers.
    Function(Found),
    /// Something without a function.
    Other,
    /// Nothing; or the module is not loaded.
    Nothing,
    /// Only the program's own code knows: a module's `__getattr__`, a proxy, or another object of
    /// its own kind.
    Unknown,
}

/// A function found at a symbol path.
pub struct Found {
    /// The function.
    pub function: Function,
    /// How it is bound, and what it returns.
    pub kind: Kind,
}

/// The object at `path`.
#[must_use]
pub fn lookup(gil: Gil<'_>, path: &SymbolPath) -> Lookup {
    // What Python cannot read is unknown.
    follow(gil, path).unwrap_or(Lookup::Unknown)
}

fn follow(gil: Gil<'_>, path: &SymbolPath) -> PyResult<Lookup> {
    let Some(mut object) = loaded_object(gil, path.module())? else {
        return Ok(Lookup::Nothing);
    };
    let mut form = Form::Function;
    for name in path.attributes() {
        let next = if let Ok(class) = object.cast::<PyType>() {
            form = Form::Method;
            class_attribute(class, name)?.map(|found| found.object)
        } else if let Ok(module) = object.cast::<PyModule>() {
            let found = module.dict().get_item(name)?;
            if found.is_none() && may_make_attributes(module)? {
                return Ok(Lookup::Unknown);
            }
            found
        } else if let Some((_, attribute)) = ACCESSORS.iter().find(|(word, _)| *word == name)
            && is_property(&object)?
        {
            accessor(&object, attribute)?
        } else {
            return Ok(Lookup::Unknown);
        };
        match next {
            Some(next) => object = next,
            None => return Ok(Lookup::Nothing),
        }
    }
    Ok(match behind(&object)? {
        Ok(behind) => Lookup::Function(Found {
            kind: Kind {
                form: behind.form.unwrap_or(form),
                flavour: behind.function.flavour(gil)?,
            },
            function: behind.function,
        }),
        Err(_) if is_proxy(&object)? => Lookup::Unknown,
        Err(_) => Lookup::Other,
    })
}

/// Whether a module may have attributes outside its namespace.
fn may_make_attributes(module: &Bound<'_, PyModule>) -> PyResult<bool> {
    Ok(!module.is_exact_instance_of::<PyModule>() || module.dict().contains("__getattr__")?)
}
