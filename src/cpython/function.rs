//! A Python function of the program, whose `__code__` is replaced.

#![expect(
    unsafe_code,
    reason = "the fields of a function are read in C: as attributes they cost ten times as much"
)]

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyNone, PyString, PyTuple, PyWeakrefMethods, PyWeakrefReference};

use super::{CodeObject, Gil, compiled_init, specialisation, unexpected};
use crate::error::Result;
use crate::protocol::Flavour;

/// An owned reference to an object of exactly `types.FunctionType`.
pub struct Function(Py<PyAny>);

/// A reference to a function that does not keep it alive.
pub struct WeakFunction(Py<PyWeakrefReference>);

/// The identity of a function, as returned by `id(function)`: unique while the function lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionId(usize);

impl FunctionId {
    /// Whether it is the identity of the object at an address.
    pub(super) fn is_at(self, object: *mut ffi::PyObject) -> bool {
        self.0 == object.addr()
    }
}

impl Function {
    /// The object as a function, if it is one.
    pub(super) fn from_object(object: &Bound<'_, PyAny>) -> Option<Self> {
        Self::is(object).then(|| Self(object.clone().unbind()))
    }

    /// Whether an object is a function; no class can inherit from the function type.
    pub(super) fn is(object: &Bound<'_, PyAny>) -> bool {
        // SAFETY: the object is alive and the GIL is held.
        unsafe { ffi::PyFunction_Check(object.as_ptr()) != 0 }
    }

    /// Its fields in CPython.
    fn fields<'py>(&'py self, _: Gil<'py>) -> &'py ffi::PyFunctionObject {
        // SAFETY: this is a function, as was checked when it was made from an object; it is alive, and
        // its fields change only with the GIL held.
        unsafe { &*self.0.as_ptr().cast() }
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
            .map_err(|error| {
                unexpected(
                    gil,
                    "cannot create a weak reference to the function",
                    &error,
                )
            })
    }

    /// Its identity.
    #[must_use]
    pub fn id(&self) -> FunctionId {
        FunctionId(self.0.as_ptr().addr())
    }

    /// Whether `name` is its `__module__`.
    pub(super) fn is_of_module(&self, gil: Gil<'_>, name: &str) -> bool {
        // SAFETY: the field is null or an object, which is owned from here.
        let module = unsafe { Bound::from_borrowed_ptr_or_opt(gil, self.fields(gil).func_module) };
        module.is_some_and(|module| text_of(&module) == Some(name))
    }

    /// Whether its `__qualname__` is inside a class of this name.
    pub(super) fn is_in_class(&self, gil: Gil<'_>, class: &str) -> bool {
        // SAFETY: as above; this field is never null.
        let qualname = unsafe { Bound::from_borrowed_ptr(gil, self.fields(gil).func_qualname) };
        let rest = text_of(&qualname).and_then(|qualname| qualname.strip_prefix(class));
        rest.is_some_and(|rest| rest.starts_with('.'))
    }

    /// Where it was defined, according to its `__module__` and `__qualname__`, if both are strings.
    pub(super) fn home(&self, gil: Gil<'_>) -> Option<(String, String)> {
        let fields = self.fields(gil);
        let text = |field| {
            // SAFETY: the field is null or an object, which is owned from here.
            let object = unsafe { Bound::from_borrowed_ptr_or_opt(gil, field) };
            object.and_then(|object| text_of(&object).map(str::to_owned))
        };
        Some((text(fields.func_module)?, text(fields.func_qualname)?))
    }

    /// The cells of its closure.
    pub(super) fn closure<'py>(&self, gil: Gil<'py>) -> Vec<Bound<'py, PyAny>> {
        // SAFETY: the field is null or a tuple, which is owned from here.
        let closure =
            unsafe { Bound::from_borrowed_ptr_or_opt(gil, self.fields(gil).func_closure) };
        let cells = closure.and_then(|closure| closure.cast_into::<PyTuple>().ok());
        cells.map_or_else(Vec::new, |cells| cells.iter().collect())
    }

    /// Its parts besides the code object that Python code can replace, by attribute.
    pub(super) fn parts<'py>(&self, gil: Gil<'py>) -> [(&'static str, Bound<'py, PyAny>); 3] {
        let fields = self.fields(gil);
        let object = |field| {
            // SAFETY: the field is null, which stands for `None`, or an object, which is owned from here.
            let object = unsafe { Bound::from_borrowed_ptr_or_opt(gil, field) };
            object.unwrap_or_else(|| PyNone::get(gil).to_owned().into_any())
        };
        [
            ("__defaults__", object(fields.func_defaults)),
            ("__kwdefaults__", object(fields.func_kwdefaults)),
            ("__closure__", object(fields.func_closure)),
        ]
    }

    /// Its `__dict__`, if it has one already: reading the attribute would create it.
    pub(super) fn attributes<'py>(&self, gil: Gil<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        // SAFETY: as above.
        let attributes =
            unsafe { Bound::from_borrowed_ptr_or_opt(gil, self.fields(gil).func_dict) };
        Ok(attributes.map(Bound::cast_into).transpose()?)
    }

    /// Its `__wrapped__`, which `functools.wraps` sets.
    pub(super) fn wrapped<'py>(&self, gil: Gil<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        match self.attributes(gil)? {
            Some(attributes) => attributes.get_item(intern!(gil, "__wrapped__")),
            None => Ok(None),
        }
    }

    /// The code object that its next call runs. Read in C, so that no audit hook of the program
    /// sees it.
    #[must_use]
    pub fn code(&self, gil: Gil<'_>) -> CodeObject {
        // SAFETY: as above; this field is never null.
        CodeObject::new(unsafe { Bound::from_borrowed_ptr(gil, self.fields(gil).func_code) })
    }

    /// Makes its next call run `code`, as fast as before. Running calls finish with their own code
    /// object.
    ///
    /// # Errors
    /// If Python refuses, for example because the numbers of free variables differ.
    pub fn set_code(&self, gil: Gil<'_>, code: &CodeObject) -> Result<()> {
        let function = self.as_object(gil);
        let is_specialisable = specialisation::is_specialisable(function);
        let set = || {
            let constructed = compiled_init::constructed_by(function)?;
            function.setattr(intern!(gil, "__code__"), code.as_object(gil))?;
            compiled_init::mark_as_modified(&constructed);
            Ok(())
        };
        set().map_err(|error| unexpected(gil, "cannot set `__code__`", &error))?;
        if is_specialisable {
            specialisation::restore(function, code.as_object(gil));
        }
        Ok(())
    }

    pub(super) fn flavour(&self, gil: Gil<'_>) -> PyResult<Flavour> {
        self.code(gil).flavour(gil)
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

fn text_of<'a>(object: &'a Bound<'_, PyAny>) -> Option<&'a str> {
    object.cast::<PyString>().ok()?.to_str().ok()
}
