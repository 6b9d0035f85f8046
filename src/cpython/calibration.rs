//! What one hit costs here: the same empty function timed with and without the hook.

use std::time::{Duration, Instant};

use pyo3::exceptions::PyNameError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{Counter, Function, Gil, Hook, SymbolPath, VERIFY, running_version, unexpected};
use crate::bytecode::inject_entry_hook;
use crate::error::{Error, Result};

/// How often a round calls a function.
const CALLS: u32 = 1000;
/// The cheapest of these counts, since whatever disturbs a round makes it dearer.
const ROUNDS: usize = 10;

/// An empty function and a loop that calls it: a loop of its own, since CPython specialises the
/// call in it for the function that it sees there.
struct Subject {
    empty: Function,
    call_often: Function,
}

/// What the hook adds to a call, in nanoseconds. Takes about a millisecond; meant for the time
/// before the program starts, so that nothing of it is seen there.
///
/// # Errors
/// If Python or the codec refuses.
pub fn hook_cost(gil: Gil<'_>) -> Result<f64> {
    let trouble = |error: PyErr| unexpected(gil, "cannot measure the hook", &error);
    let plain = Subject::compile(gil).map_err(trouble)?;
    let patched = Subject::compile(gil).map_err(trouble)?;
    patched.patch(gil)?;
    let (mut cheapest_plain, mut cheapest_patched) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        cheapest_plain = cheapest_plain.min(plain.time(gil).map_err(trouble)?);
        cheapest_patched = cheapest_patched.min(patched.time(gil).map_err(trouble)?);
    }
    let added = cheapest_patched.saturating_sub(cheapest_plain);
    Ok(added.as_secs_f64() * 1e9 / f64::from(CALLS))
}

impl Subject {
    /// Compiles both in a namespace of their own that no module sees.
    fn compile(gil: Gil<'_>) -> PyResult<Self> {
        let namespace = PyDict::new(gil);
        let source = c"def empty(): pass\ndef call_often(function, times):\n    for _ in range(times): function()\n";
        gil.run(source, Some(&namespace), None)?;
        let function = |name: &str| -> PyResult<Function> {
            let object = namespace.get_item(name)?;
            let function = object
                .map(|object| Function::from_object(&object))
                .transpose()?
                .flatten();
            function.ok_or_else(|| PyNameError::new_err(name.to_owned()))
        };
        Ok(Self {
            empty: function("empty")?,
            call_often: function("call_often")?,
        })
    }

    fn patch(&self, gil: Gil<'_>) -> Result<()> {
        let code = self.empty.code(gil)?;
        let injected = inject_entry_hook(
            running_version()?,
            &code.parts(gil)?,
            code.constant_count(gil)?,
        )
        .map_err(|error| Error::new(format!("cannot measure the hook: {error}")).hint(VERIFY))?;
        let hook = Hook::new(
            gil,
            &SymbolPath::new("instrsh", "calibration"),
            Counter::new()?,
        )?;
        self.empty
            .set_code(gil, &code.with_hook(gil, &injected.parts, &hook)?)
    }

    fn time(&self, gil: Gil<'_>) -> PyResult<Duration> {
        let start = Instant::now();
        self.call_often
            .as_object(gil)
            .call1((self.empty.as_object(gil), CALLS))?;
        Ok(start.elapsed())
    }
}
