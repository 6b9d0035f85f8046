//! Types whose slots are raw C functions, created through the stable ABI.

#![expect(unsafe_code, reason = "a type is made from a C specification")]

use std::ffi::{CStr, c_int, c_uint, c_void};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyType;

use super::Gil;

/// Creates a type that Python code cannot instantiate, with instances of the size of `Layout`. It
/// inherits from `base`, or else from `object`. `name` is `module.name`.
///
/// # Errors
/// If Python has no memory for it.
///
/// # Safety
/// `Layout` begins with an instance of the base. Each slot is a number and a function with the
/// signature that the number requires.
pub(super) unsafe fn make_type<Layout>(
    gil: Gil<'_>,
    name: &'static CStr,
    base: Option<&Bound<'_, PyType>>,
    slots: &[(c_int, *mut c_void)],
) -> PyResult<Py<PyType>> {
    let end = (0, std::ptr::null_mut());
    let mut slots: Vec<_> = slots
        .iter()
        .chain([&end])
        .map(|&(slot, pfunc)| ffi::PyType_Slot { slot, pfunc })
        .collect();
    let mut specification = ffi::PyType_Spec {
        name: name.as_ptr(),
        basicsize: c_int::try_from(size_of::<Layout>())?,
        itemsize: 0,
        flags: c_uint::try_from(ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_DISALLOW_INSTANTIATION)?,
        slots: slots.as_mut_ptr(),
    };
    let base = base.map_or(std::ptr::null_mut(), Bound::as_ptr);
    // SAFETY: the specification and its slots are complete and live through the call; the name is
    // static; the slots are what the caller promises. Without bases, `object` is the base.
    let made = unsafe {
        let made = ffi::PyType_FromSpecWithBases(&raw mut specification, base);
        Bound::from_owned_ptr_or_err(gil, made)?
    };
    let made = made.cast_into::<PyType>()?;
    let module = name.to_str().unwrap_or_default().split('.').next();
    made.setattr(intern!(gil, "__module__"), module)?;
    Ok(made.unbind())
}
