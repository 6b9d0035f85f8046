//! Measures the cost of a hit on this machine, by timing an empty function with and without the
//! hook.
//!
//! The memory addresses of two equal functions make one of them some percent slower, which is a
//! good part of the hook's cost. So several pairs are timed, and the median of their differences is
//! used: in eighty starts on two cores with eight busy threads, 86 % are within 10 % of their
//! median, against 64 % with a single pair.

use std::time::{Duration, Instant};

use pyo3::exceptions::PyNameError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{Function, Gil, Hook, SymbolPath, VERIFY, running_version, unexpected};
use crate::bytecode::{Probe, inject};
use crate::counts::Counter;
use crate::error::{Error, Result};

/// Functions of each kind. With an even number, the lower of the two middle values is the median.
const PAIRS: usize = 8;
/// The fastest round counts, since disturbances only make rounds slower.
const ROUNDS: usize = 8;
/// Calls of each function per round.
const CALLS: u32 = 125;
/// In nanoseconds. A hit is three bytecode instructions, one of them with an atomic addition; no
/// machine is faster, so a smaller result was disturbed.
const LEAST: f64 = 0.5;
/// The message if it fails.
const CANNOT: &str = "cannot measure the cost of the hook";

/// Two functions that differ only in the hook, and the shortest times of their calls.
struct Pair {
    plain: Subject,
    patched: Subject,
    cheapest_plain: Duration,
    cheapest_patched: Duration,
}

/// An empty function, and a loop that calls it; each has its own loop, since CPython specialises
/// the call in it.
struct Subject {
    empty: Function,
    call_often: Function,
}

/// The time that the hook adds to a call, in nanoseconds. Takes about a millisecond; meant to run
/// before the program starts, which then sees nothing of it.
///
/// # Errors
/// If Python or the codec fails.
pub fn hook_cost(gil: Gil<'_>) -> Result<f64> {
    let mut pairs = Vec::new();
    for _ in 0..PAIRS {
        pairs.push(Pair::compile(gil)?);
    }
    for _ in 0..ROUNDS {
        for pair in &mut pairs {
            pair.time(gil)
                .map_err(|error| unexpected(gil, CANNOT, &error))?;
        }
    }
    let mut added: Vec<f64> = pairs.iter().map(Pair::added).collect();
    added.sort_by(f64::total_cmp);
    Ok(added[(PAIRS - 1) / 2].max(LEAST))
}

impl Pair {
    fn compile(gil: Gil<'_>) -> Result<Self> {
        let compile = || Subject::compile(gil).map_err(|error| unexpected(gil, CANNOT, &error));
        let pair = Self {
            plain: compile()?,
            patched: compile()?,
            cheapest_plain: Duration::MAX,
            cheapest_patched: Duration::MAX,
        };
        pair.patched.patch(gil)?;
        Ok(pair)
    }

    fn time(&mut self, gil: Gil<'_>) -> PyResult<()> {
        self.cheapest_plain = self.cheapest_plain.min(self.plain.time(gil)?);
        self.cheapest_patched = self.cheapest_patched.min(self.patched.time(gil)?);
        Ok(())
    }

    /// The nanoseconds that the hook added to a call, if nothing disturbed the rounds.
    fn added(&self) -> f64 {
        let (plain, patched) = (self.cheapest_plain, self.cheapest_patched);
        (patched.as_secs_f64() - plain.as_secs_f64()) * 1e9 / f64::from(CALLS)
    }
}

impl Subject {
    /// Compiles both in a private namespace.
    fn compile(gil: Gil<'_>) -> PyResult<Self> {
        let namespace = PyDict::new(gil);
        let source = c"def empty(): pass\ndef call_often(function, times):\n    for _ in range(times): function()\n";
        gil.run(source, Some(&namespace), None)?;
        let function = |name: &str| -> PyResult<Function> {
            let object = namespace.get_item(name)?;
            let function = object.and_then(|object| Function::from_object(&object));
            function.ok_or_else(|| PyNameError::new_err(name.to_owned()))
        };
        Ok(Self {
            empty: function("empty")?,
            call_often: function("call_often")?,
        })
    }

    fn patch(&self, gil: Gil<'_>) -> Result<()> {
        let code = self.empty.code(gil);
        let injected = inject(
            running_version()?,
            &code.parts(gil)?,
            Probe::Count,
            code.constant_count(gil)?,
        )
        .map_err(|error| Error::new(format!("{CANNOT}: {error}")).hint(VERIFY))?;
        let hook = Hook::new(
            gil,
            &SymbolPath::new("instrsh", "calibration"),
            Counter::new()?,
            None,
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
