//! What one hit costs here: the same empty function timed with and without the hook.

use std::time::{Duration, Instant};

use pyo3::exceptions::PyNameError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{Counter, Function, Gil, Hook, SymbolPath, unexpected};
use crate::bytecode::{Version, inject_entry_hook};
use crate::error::{Error, Result};

/// How often a round calls each function: a round stays well inside of a slice.
const CALLS: u32 = 1000;

/// Two equal functions, one of them patched.
pub struct Calibration {
    plain: Subject,
    patched: Subject,
}

/// A function and a loop that calls it: a loop of its own, since CPython specialises the call in it
/// for the function that it sees there.
struct Subject {
    empty: Function,
    call_often: Function,
}

/// The cheapest that each function was seen to be, for 1,000 calls.
#[derive(Clone, Copy)]
pub struct Round {
    plain: Duration,
    patched: Duration,
}

impl Calibration {
    /// Compiles the functions, in namespaces of their own that no module sees.
    ///
    /// # Errors
    /// If Python or the codec refuses.
    pub fn new(gil: Gil<'_>, version: Version) -> Result<Self> {
        let subject = || {
            Subject::compile(gil)
                .map_err(|error| unexpected(gil, "cannot measure the hook", &error))
        };
        let (plain, patched) = (subject()?, subject()?);
        let code = patched.empty.code(gil)?;
        let injected = inject_entry_hook(version, &code.parts(gil)?, code.constant_count(gil)?)
            .map_err(|error| Error::new(format!("cannot measure the hook: {error}")))?;
        let hook = Hook::new(
            gil,
            &SymbolPath::new("instrsh", "calibration"),
            Counter::new()?,
        )?;
        patched
            .empty
            .set_code(gil, &code.with_hook(gil, &injected.parts, &hook)?)?;
        Ok(Self { plain, patched })
    }

    /// Where the search for the cheapest round starts.
    #[must_use]
    pub fn no_round(&self) -> Round {
        Round {
            plain: Duration::MAX,
            patched: Duration::MAX,
        }
    }

    /// Times 1,000 calls of each function.
    ///
    /// # Errors
    /// If Python refuses.
    pub fn round(&self, gil: Gil<'_>) -> Result<Round> {
        let trouble = |error: PyErr| unexpected(gil, "cannot measure the hook", &error);
        // The first loop after the interpreter changed hands runs on cold caches: not counted.
        self.plain.time(gil).map_err(trouble)?;
        Ok(Round {
            plain: self.plain.time(gil).map_err(trouble)?,
            patched: self.patched.time(gil).map_err(trouble)?,
        })
    }
}

impl Subject {
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

    fn time(&self, gil: Gil<'_>) -> PyResult<Duration> {
        let start = Instant::now();
        self.call_often
            .as_object(gil)
            .call1((self.empty.as_object(gil), CALLS))?;
        Ok(start.elapsed())
    }
}

impl Round {
    /// The cheaper of both, for each function.
    #[must_use]
    pub fn cheaper(self, other: Self) -> Self {
        Self {
            plain: self.plain.min(other.plain),
            patched: self.patched.min(other.patched),
        }
    }

    /// Nanoseconds that the hook adds to a call.
    #[must_use]
    pub fn cost_per_hit(&self) -> f64 {
        let added = self.patched.saturating_sub(self.plain);
        added.as_secs_f64() * 1e9 / f64::from(CALLS)
    }
}
