//! The subclasses that share a method by inheritance: a patch affects them all.

use std::collections::HashSet;

use pyo3::prelude::*;
use pyo3::types::{PyList, PyString, PyType};

use super::look::own_attribute;

/// The number of subclasses that are named; the rest are only counted.
const NAMED: usize = 5;

/// `Child.run` is `Base.run`, also used by `Other`
pub(super) fn inherited(
    class: &Bound<'_, PyType>,
    base: &Bound<'_, PyType>,
    name: &str,
) -> PyResult<String> {
    let others = subclasses(base, name)?
        .into_iter()
        .filter(|subclass| !subclass.is(class));
    let others: Vec<_> = others.collect();
    let mut note = format!(
        "`{}.{name}` is `{}.{name}`",
        class.qualname()?,
        base.qualname()?
    );
    for (number, subclass) in others.iter().take(NAMED).enumerate() {
        note += if number == 0 { ", also used by " } else { ", " };
        note += &format!("`{}`", subclass.qualname()?);
    }
    if others.len() > NAMED {
        note += &format!(" and {} more", others.len() - NAMED);
    }
    Ok(note)
}

/// The subclasses of `base` that inherit `name` from it, each once.
fn subclasses<'py>(base: &Bound<'py, PyType>, name: &str) -> PyResult<Vec<Bound<'py, PyType>>> {
    let gil = base.py();
    let name = PyString::new(gil, name);
    let subclasses = gil
        .get_type::<PyType>()
        .getattr(intern!(gil, "__subclasses__"))?;
    let (mut seen, mut inheriting) = (HashSet::new(), Vec::new());
    let mut waiting = vec![base.clone()];
    while let Some(class) = waiting.pop() {
        for subclass in subclasses.call1((class,))?.cast_into::<PyList>()? {
            let subclass = subclass.cast_into::<PyType>()?;
            if seen.insert(subclass.as_ptr()) && own_attribute(&subclass, &name)?.is_none() {
                inheriting.push(subclass.clone());
                waiting.push(subclass);
            }
        }
    }
    Ok(inheriting)
}
