//! The calls that are running now: the frames on the stacks of all threads.
//!
//! Frames of suspended generators are on no stack and are not seen.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;

use super::loaded::{loaded_module, sys_attribute};
use super::{CodeId, Gil, unexpected};
use crate::error::Result;
use crate::protocol::Frame;

/// Deeper frames are not read: a stack of this depth already takes long while the GIL is held.
const DEEPEST: usize = 10_000;

/// The calls that run one of the wanted code objects.
///
/// # Errors
/// If Python cannot read the stacks.
pub fn running_frames(
    gil: Gil<'_>,
    is_wanted: impl Fn(CodeId) -> bool,
) -> Result<Vec<(CodeId, Frame)>> {
    walk(gil, is_wanted)
        .map_err(|error| unexpected(gil, "cannot read the stacks of running threads", &error))
}

/// `sys._current_frames` as of the first call of this function: the program can replace it.
pub(super) fn keep_current_frames(gil: Gil<'_>) -> Option<&Bound<'_, PyAny>> {
    static KEPT: PyOnceLock<Option<Py<PyAny>>> = PyOnceLock::new();
    let look_up = || sys_attribute(gil, c"_current_frames").map(Bound::unbind);
    let kept = KEPT.get_or_init(gil, look_up).as_ref();
    kept.map(|kept| kept.bind(gil))
}

fn walk(gil: Gil<'_>, is_wanted: impl Fn(CodeId) -> bool) -> PyResult<Vec<(CodeId, Frame)>> {
    let mut found = Vec::new();
    let Some(current_frames) = keep_current_frames(gil) else {
        return Ok(found);
    };
    for (thread, frame) in current_frames.call0()?.cast_into::<PyDict>()? {
        let mut next = Some(frame);
        for _ in 0..DEEPEST {
            let Some(frame) = next.take().filter(|frame| !frame.is_none()) else {
                break;
            };
            let code = CodeId::of(&frame.getattr(intern!(gil, "f_code"))?);
            if is_wanted(code) {
                let line = frame.getattr(intern!(gil, "f_lineno"))?.extract()?;
                let thread = thread_name(&thread)
                    .ok()
                    .flatten()
                    .unwrap_or_else(|| format!("thread {thread}"));
                found.push((code, Frame { thread, line }));
            }
            next = Some(frame.getattr(intern!(gil, "f_back"))?);
        }
    }
    Ok(found)
}

/// The name of a thread according to `threading`, unless the program has replaced its table.
fn thread_name(thread: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    let gil = thread.py();
    let Some(threading) = loaded_module(gil, "threading")? else {
        return Ok(None);
    };
    let active = threading.getattr(intern!(gil, "_active"))?;
    let known = active.cast_into::<PyDict>()?.get_item(thread)?;
    known
        .map(|known| known.getattr(intern!(gil, "_name"))?.extract())
        .transpose()
}
