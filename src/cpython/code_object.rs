//! A code object of the program: its bytes for the codec, and a copy with a hook.
//!
//! `co_code` returns clean bytes in every supported version, without specialised or instrumented
//! opcodes. `code.replace` is as fast as the C constructor (both measured).

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyInt, PyString, PyTuple};

use super::code_cache::without_caching;
use super::{FunctionId, Gil, Hook, unexpected};
use crate::bytecode::CodeParts;
use crate::error::Result;
use crate::protocol::Flavour;

/// An owned reference to a code object.
pub struct CodeObject(Py<PyAny>);

/// The identity of a code object, as returned by `id(code)`: unique while the code object lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CodeId(usize);

impl CodeId {
    pub(super) fn of(code: &Bound<'_, PyAny>) -> Self {
        Self(code.as_ptr().addr())
    }
}

/// Texts for the arguments of instructions in a disassembly.
pub struct CodeText {
    /// `co_filename`
    pub filename: String,
    /// `repr` of each of `co_consts`
    pub constants: Vec<String>,
    /// `co_names`
    pub names: Vec<String>,
    /// `co_varnames`, then the cell variables that are not arguments, then `co_freevars`: the
    /// numbering of fast locals since 3.11
    pub fast_locals: Vec<String>,
}

impl CodeObject {
    pub(super) fn new(code: Bound<'_, PyAny>) -> Self {
        Self(code.unbind())
    }

    pub(super) fn as_object<'py>(&self, gil: Gil<'py>) -> &Bound<'py, PyAny> {
        self.0.bind(gil)
    }

    /// Another reference to the same code object.
    #[must_use]
    pub fn clone_ref(&self, gil: Gil<'_>) -> Self {
        Self(self.0.clone_ref(gil))
    }

    /// Whether nothing else uses it: no function, and no frame, which owns the code that it runs.
    #[must_use]
    pub fn is_last_reference(&self, gil: Gil<'_>) -> bool {
        reference_count(self.as_object(gil)) == 1
    }

    /// Whether its hook may also be held by code that other code has derived from it.
    #[must_use]
    pub fn shares_hook(&self, gil: Gil<'_>) -> bool {
        let Ok(constants) = self.constants(gil) else {
            return false;
        };
        let is_shared = |it: Bound<'_, PyAny>| Hook::is(&it) && reference_count(&it) > 2;
        // One reference is that of the code object, another is ours.
        reference_count(&constants) > 2 || constants.iter().any(is_shared)
    }

    /// Whether there are weak references to it: programs that use code objects as keys without keeping
    /// them alive have some.
    #[must_use]
    #[expect(unsafe_code, reason = "CPython tells of weak references by calls only")]
    pub fn has_weak_references(&self, gil: Gil<'_>) -> bool {
        let code = self.as_object(gil).as_ptr();
        // SAFETY: the object is alive and the GIL is held; its class, `types.CodeType`, has the offset
        // of its pointer to the first weak reference.
        unsafe {
            let offset = (*ffi::Py_TYPE(code)).tp_weaklistoffset;
            let first = code.byte_offset(offset).cast::<*mut ffi::PyObject>();
            offset > 0 && !(*first).is_null()
        }
    }

    /// Its identity.
    #[must_use]
    pub fn id(&self) -> CodeId {
        CodeId(self.0.as_ptr().addr())
    }

    /// Whether both are the same object (`is`, not `==`).
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.0.is(&other.0)
    }

    /// The parts that the codec reads and writes.
    ///
    /// # Errors
    /// If an attribute is not as CPython documents it.
    pub fn parts(&self, gil: Gil<'_>) -> Result<CodeParts> {
        without_caching(self.as_object(gil), || self.read_parts(gil))
            .map_err(|error| unexpected(gil, "cannot read the code object", &error))
    }

    fn read_parts(&self, gil: Gil<'_>) -> PyResult<CodeParts> {
        let code = self.as_object(gil);
        let bytes = |name: &Bound<'_, PyString>| -> PyResult<Vec<u8>> {
            Ok(code.getattr(name)?.cast::<PyBytes>()?.as_bytes().to_vec())
        };
        Ok(CodeParts {
            code: bytes(intern!(gil, "co_code"))?,
            line_table: bytes(intern!(gil, "co_linetable"))?,
            exception_table: bytes(intern!(gil, "co_exceptiontable"))?,
            first_line: code.getattr(intern!(gil, "co_firstlineno"))?.extract()?,
            stack_size: code.getattr(intern!(gil, "co_stacksize"))?.extract()?,
        })
    }

    /// The length of `co_consts`: the index of an added constant.
    ///
    /// # Errors
    /// If `co_consts` is not a tuple.
    pub fn constant_count(&self, gil: Gil<'_>) -> Result<u32> {
        self.constants(gil)
            .and_then(|constants| Ok(u32::try_from(constants.len())?))
            .map_err(|error| unexpected(gil, "cannot read the constants", &error))
    }

    fn constants<'py>(&self, gil: Gil<'py>) -> PyResult<Bound<'py, PyTuple>> {
        Ok(self
            .as_object(gil)
            .getattr(intern!(gil, "co_consts"))?
            .cast_into::<PyTuple>()?)
    }

    /// The hook that it holds. A copy of patched code that other code has made holds the hook of the
    /// patch.
    #[must_use]
    pub fn hook(&self, gil: Gil<'_>) -> Option<Hook> {
        let constants = self.constants(gil).ok()?;
        constants.iter().find_map(|it| Hook::from_object(&it))
    }

    /// A copy with these parts and `hook` as one more constant; the rest stays as it is. If the code is
    /// a copy of patched code and holds another hook, that becomes the number 0, which the bytecode
    /// inverts as well, so that a call is counted once.
    ///
    /// # Errors
    /// If CPython refuses the parts.
    pub fn with_hook(&self, gil: Gil<'_>, parts: &CodeParts, hook: &Hook) -> Result<Self> {
        self.replaced(gil, parts, hook.as_object(gil), unhooked)
    }

    /// Called when its patch is undone: from now on its hook counts only calls of `function` that have
    /// already begun.
    pub fn retire_hook(&self, gil: Gil<'_>, function: FunctionId) {
        if let Some(hook) = self.hook(gil) {
            hook.retire(gil, function, self);
        }
    }

    /// A copy with these parts and any native object as one more constant.
    pub(super) fn with_constant(
        &self,
        gil: Gil<'_>,
        parts: &CodeParts,
        constant: &Bound<'_, PyAny>,
    ) -> Result<Self> {
        self.replaced(gil, parts, constant, |it| it)
    }

    /// A copy with other parts, what `kept` makes of each constant, and one more constant.
    fn replaced<'py>(
        &self,
        gil: Gil<'py>,
        parts: &CodeParts,
        constant: &Bound<'py, PyAny>,
        kept: impl Fn(Bound<'py, PyAny>) -> Bound<'py, PyAny>,
    ) -> Result<Self> {
        let replace = || {
            let constants = self.constants(gil)?;
            let constants = constants.iter().map(kept).chain([constant.clone()]);
            self.replace(gil, parts, constants.collect())
        };
        without_caching(self.as_object(gil), replace)
            .map_err(|error| unexpected(gil, "CPython refuses the code object", &error))
    }

    fn replace(
        &self,
        gil: Gil<'_>,
        parts: &CodeParts,
        constants: Vec<Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let constants = PyTuple::new(gil, constants)?;
        // Unlike `PyBytes::new`, this returns an error if there is no memory.
        let bytes = |bytes: &[u8]| {
            PyBytes::new_with(gil, bytes.len(), |new| {
                new.copy_from_slice(bytes);
                Ok(())
            })
        };
        let changes = PyDict::new(gil);
        changes.set_item(intern!(gil, "co_code"), bytes(&parts.code)?)?;
        changes.set_item(intern!(gil, "co_consts"), constants)?;
        changes.set_item(intern!(gil, "co_linetable"), bytes(&parts.line_table)?)?;
        changes.set_item(
            intern!(gil, "co_exceptiontable"),
            bytes(&parts.exception_table)?,
        )?;
        changes.set_item(intern!(gil, "co_stacksize"), parts.stack_size)?;
        self.as_object(gil)
            .call_method(intern!(gil, "replace"), (), Some(&changes))
            .map(Self::new)
    }

    /// The names of its positional parameters, by the index of their fast locals.
    ///
    /// # Errors
    /// If an attribute is not as CPython documents it.
    pub(super) fn parameters(&self, gil: Gil<'_>) -> Result<Vec<String>> {
        let code = self.as_object(gil);
        let read = || -> PyResult<Vec<String>> {
            let mut names: Vec<String> = code.getattr(intern!(gil, "co_varnames"))?.extract()?;
            names.truncate(code.getattr(intern!(gil, "co_argcount"))?.extract()?);
            Ok(names)
        };
        read().map_err(|error| unexpected(gil, "cannot read the parameters", &error))
    }

    /// What a call of a function with this code returns, according to `co_flags`.
    ///
    /// # Errors
    /// If `co_flags` cannot be read.
    pub(super) fn flavour(&self, gil: Gil<'_>) -> PyResult<Flavour> {
        const GENERATOR: u32 = 0x20;
        const COROUTINE: u32 = 0x80;
        const ASYNC_GENERATOR: u32 = 0x200;
        let flags: u32 = self
            .as_object(gil)
            .getattr(intern!(gil, "co_flags"))?
            .extract()?;
        Ok(match flags {
            _ if flags & ASYNC_GENERATOR != 0 => Flavour::AsyncGenerator,
            _ if flags & COROUTINE != 0 => Flavour::Coroutine,
            _ if flags & GENERATOR != 0 => Flavour::Generator,
            _ => Flavour::Plain,
        })
    }

    /// The texts for a disassembly. If the `repr` of a constant raises, its text says so.
    ///
    /// # Errors
    /// If an attribute is not as CPython documents it.
    pub fn text(&self, gil: Gil<'_>) -> Result<CodeText> {
        without_caching(self.as_object(gil), || self.read_text(gil))
            .map_err(|error| unexpected(gil, "cannot read the code object", &error))
    }

    fn read_text(&self, gil: Gil<'_>) -> PyResult<CodeText> {
        let names = |attribute: &str| -> PyResult<Vec<String>> {
            self.as_object(gil).getattr(attribute)?.extract()
        };
        let mut fast_locals = names("co_varnames")?;
        let cells = names("co_cellvars")?;
        let own_cells: Vec<String> = cells
            .into_iter()
            .filter(|cell| !fast_locals.contains(cell))
            .collect();
        fast_locals.extend(own_cells);
        fast_locals.extend(names("co_freevars")?);
        let represent = |constant: Bound<'_, PyAny>| match constant.repr() {
            Ok(text) => text.to_string_lossy().into_owned(),
            Err(error) => format!("<{}>", super::sentence(gil, &error)),
        };
        Ok(CodeText {
            filename: self.as_object(gil).getattr("co_filename")?.extract()?,
            constants: self.constants(gil)?.iter().map(represent).collect(),
            names: names("co_names")?,
            fast_locals,
        })
    }
}

/// A constant, or 0 for a hook.
fn unhooked(constant: Bound<'_, PyAny>) -> Bound<'_, PyAny> {
    if Hook::is(&constant) {
        PyInt::new(constant.py(), 0).into_any()
    } else {
        constant
    }
}

#[expect(unsafe_code, reason = "pyo3 has no safe name for a reference count")]
fn reference_count(object: &Bound<'_, PyAny>) -> ffi::Py_ssize_t {
    // SAFETY: the object is alive and the GIL is held.
    unsafe { ffi::Py_REFCNT(object.as_ptr()) }
}
