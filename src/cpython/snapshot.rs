//! The parts of a function, for comparison with a later state.
//!
//! Parts are remembered by identity, so that nothing is kept alive for the comparison: neither what
//! a closure holds nor the function. Only the code object is kept, which matters most.

use std::collections::BTreeMap;

use pyo3::prelude::*;

use super::{CodeObject, Function, Gil, Lookup, lookup, unexpected};
use crate::error::Result;
use crate::protocol::{Difference, SymbolPath};

/// The parts of a function at one moment.
pub struct Snapshot {
    code: CodeObject,
    parts: [Identity; 3],
    /// `__dict__`
    attributes: Box<[(String, Identity)]>,
}

/// `id(object)`
type Identity = usize;

/// Another function, or another object, is in the place of the function.
///
/// # Errors
/// If Python cannot read it.
pub fn difference_of_place(gil: Gil<'_>, path: &SymbolPath) -> Result<Difference> {
    let now = match lookup(gil, path) {
        Lookup::Function(found) => {
            let code = code_place(found.function.as_object(gil));
            let code = code.map_err(|error| unexpected(gil, "cannot read `__code__`", &error))?;
            format!("another function, {code}")
        }
        _ => "not a Python function".to_owned(),
    };
    Ok(Difference {
        part: path.to_string(),
        now,
    })
}

impl Snapshot {
    /// The current parts of `function`.
    ///
    /// # Errors
    /// If Python cannot read it.
    pub fn of(gil: Gil<'_>, function: &Function) -> Result<Self> {
        let attributes = attributes(gil, function)
            .map_err(|error| unexpected(gil, "cannot read the function", &error))?;
        Ok(Self {
            code: function.code(gil),
            parts: function.parts(gil).map(|(_, object)| identity(&object)),
            attributes: attributes.into_iter().collect(),
        })
    }

    /// The parts of `function` that are not the same objects any more.
    ///
    /// # Errors
    /// If Python cannot read it.
    pub fn differences(&self, gil: Gil<'_>, function: &Function) -> Result<Vec<Difference>> {
        let is_same_code = function.code(gil).is(&self.code);
        self.compare(gil, is_same_code, function)
            .map_err(|error| unexpected(gil, "cannot compare the function", &error))
    }

    fn compare(
        &self,
        gil: Gil<'_>,
        is_same_code: bool,
        function: &Function,
    ) -> PyResult<Vec<Difference>> {
        let object = function.as_object(gil);
        let mut differences = Vec::new();
        let mut differs = |part: &str, now: String| {
            differences.push(Difference {
                part: part.to_owned(),
                now,
            });
        };
        if !is_same_code {
            differs("__code__", code_place(object)?);
        }
        for ((part, now), then) in function.parts(gil).into_iter().zip(&self.parts) {
            if identity(&now) != *then {
                differs(part, format!("another `{}`", now.get_type().name()?));
            }
        }
        let now = attributes(gil, function)?;
        let then: BTreeMap<String, Identity> = self.attributes.iter().cloned().collect();
        let names = then
            .keys()
            .chain(now.keys().filter(|name| !then.contains_key(*name)));
        for name in names {
            if now.get(name) != then.get(name) {
                let change = if now.contains_key(name) {
                    "set"
                } else {
                    "deleted"
                };
                differs(&format!("__dict__[{name:?}]"), change.to_owned());
            }
        }
        Ok(differences)
    }
}

/// `code of FILE:LINE`
fn code_place(function: &Bound<'_, PyAny>) -> PyResult<String> {
    let code = function.getattr("__code__")?;
    Ok(format!(
        "code of {}:{}",
        code.getattr("co_filename")?,
        code.getattr("co_firstlineno")?
    ))
}

fn identity(object: &Bound<'_, PyAny>) -> Identity {
    object.as_ptr().addr()
}

fn attributes(gil: Gil<'_>, function: &Function) -> PyResult<BTreeMap<String, Identity>> {
    let Some(attributes) = function.attributes(gil)? else {
        return Ok(BTreeMap::new());
    };
    let named = attributes.iter();
    named
        .map(|(name, value)| Ok((name.str()?.to_string_lossy().into_owned(), identity(&value))))
        .collect()
}
