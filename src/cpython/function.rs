//! A Python function of the target, the thing whose `__code__` is exchanged.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyType, PyWeakrefMethods, PyWeakrefReference};

use super::loaded::loaded_type;
use super::{CodeObject, Flavour, Gil, specialisation, unexpected};
use crate::error::Result;

/// An owned reference to an object of exactly `types.FunctionType`.
pub struct Function(Py<PyAny>);

/// A reference to a function that does not keep it alive.
pub struct WeakFunction(Py<PyWeakrefReference>);

/// The identity of a function, as `id(function)` gives it: unique while the function lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionId(usize);

impl Function {
    /// The object as a function, if it is one.
    pub(super) fn from_object(object: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        static TYPE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        let gil = object.py();
        let find = || -> PyResult<Py<PyType>> {
            let found = match loaded_type(gil, "types", "FunctionType")? {
                Some(found) => found,
                None => gil.import("types")?.getattr("FunctionType")?.cast_into()?,
            };
            Ok(found.unbind())
        };
        let function_type = TYPE.get_or_try_init(gil, find)?;
        Ok(object
            .is_exact_instance(function_type.bind(gil))
            .then(|| Self(object.clone().unbind())))
    }

    pub(super) fn as_object<'py>(&self, gil: Gil<'py>) -> &Bound<'py, PyAny> {
        self.0.bind(gil)
    }

    /// A reference that does not keep it alive.
    ///
    /// # Errors
    /// If Python has no memory for it.
    pub fn downgrade(&self, gil: Gil<'_>) -> Result<WeakFunction> {
        PyWeakrefReference::new(self.as_object(gil))
            .map(|reference| WeakFunction(reference.unbind()))
            .map_err(|error| unexpected(gil, "cannot refer to the function", &error))
    }

    /// Its identity.
    #[must_use]
    pub fn id(&self) -> FunctionId {
        FunctionId(self.0.as_ptr().addr())
    }

    /// Its `__module__`; empty if that is no string.
    pub(super) fn module(&self, gil: Gil<'_>) -> String {
        let module = self.as_object(gil).getattr(intern!(gil, "__module__"));
        module
            .and_then(|module| module.extract())
            .unwrap_or_default()
    }

    /// Its `__qualname__`; empty if that is no string.
    pub(super) fn qualname(&self, gil: Gil<'_>) -> String {
        let qualname = self.as_object(gil).getattr(intern!(gil, "__qualname__"));
        qualname
            .and_then(|qualname| qualname.extract())
            .unwrap_or_default()
    }

    /// The code object that its next call runs.
    ///
    /// # Errors
    /// If Python refuses to give it.
    pub fn code(&self, gil: Gil<'_>) -> Result<CodeObject> {
        self.read_code(gil)
            .map_err(|error| unexpected(gil, "cannot read `__code__`", &error))
    }

    fn read_code(&self, gil: Gil<'_>) -> PyResult<CodeObject> {
        self.as_object(gil)
            .getattr(intern!(gil, "__code__"))
            .map(CodeObject::new)
    }

    /// Makes its next call run `code`, as fast as before. Calls that run now finish on their own
    /// code object.
    ///
    /// # Errors
    /// If Python refuses, for instance because the numbers of free variables differ.
    pub fn set_code(&self, gil: Gil<'_>, code: &CodeObject) -> Result<()> {
        let function = self.as_object(gil);
        let is_specialisable = specialisation::is_specialisable(function);
        function
            .setattr(intern!(gil, "__code__"), code.as_object(gil))
            .map_err(|error| unexpected(gil, "cannot set `__code__`", &error))?;
        if is_specialisable {
            specialisation::restore(function, code.as_object(gil));
        }
        Ok(())
    }

    pub(super) fn flavour(&self, gil: Gil<'_>) -> PyResult<Flavour> {
        self.read_code(gil)?.flavour(gil)
    }
}

impl WeakFunction {
    /// The function, if it is still alive.
    #[must_use]
    pub fn upgrade(&self, gil: Gil<'_>) -> Option<Function> {
        self.0
            .bind(gil)
            .upgrade()
            .map(|function| Function(function.unbind()))
    }
}
