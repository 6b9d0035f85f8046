//! Measures what hooks cost on this machine, by timing an empty function without a hook and with one of
//! each kind.
//!
//! The memory addresses of two equal functions make one of them some percent slower, which is a
//! good part of a hit's cost. So several groups are timed, and the median of their differences is
//! used: in eighty starts on two cores with eight busy threads, 86 % are within 10 % of their
//! median, against 64 % with a single pair. What a timed call costs is much more than that, so that fewer
//! groups need to have one.

use std::sync::Arc;
use std::time::{Duration, Instant};

use pyo3::exceptions::PyNameError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{Function, Gil, Hook, Recorder, VERIFY, running_version, unexpected};
use crate::bytecode::{Probe, inject};
use crate::counts::{Costs, Counter, Recording};
use crate::error::{Error, Result};
use crate::protocol::SymbolPath;

/// Groups with a function that is counted. With an even number, the lower of the two middle values is the
/// median.
const GROUPS: usize = 8;
/// The first so many of them have also one of which ends are recorded, and one that is timed.
const TIMED_GROUPS: usize = 3;
/// The fastest round counts, since disturbances only make rounds slower.
const ROUNDS: usize = 8;
/// Calls of each function per round.
const CALLS: u32 = 125;
/// In nanoseconds. A hit is three bytecode instructions, one of them with an atomic addition; no
/// machine is faster, so a smaller result was disturbed.
const LEAST: f64 = 0.5;
/// The message if it fails.
const CANNOT: &str = "cannot measure the cost of the hook";

/// Functions that differ only in the hook.
struct Group {
    plain: Subject,
    /// One that is counted; perhaps one of which the end is recorded, and one that is timed.
    hooked: Vec<Subject>,
}

/// An empty function, and a loop that calls it; each has its own loop, since CPython specialises
/// the call in it.
struct Subject {
    empty: Function,
    call_often: Function,
    /// The shortest time of the calls in a round.
    shortest: Duration,
}

/// What hooks add to a call. Takes about two milliseconds; meant to run before the program starts, which
/// then sees nothing of it.
///
/// # Errors
/// If Python or the codec fails, or the system has no memory.
pub fn measure_costs(gil: Gil<'_>) -> Result<Costs> {
    let (counter, recording) = (Counter::new()?, Arc::new(Recording::new()?));
    let compile = |number| {
        let recording = (number < TIMED_GROUPS).then_some(&recording);
        Group::compile(gil, counter, recording)
    };
    let mut groups = (0..GROUPS).map(compile).collect::<Result<Vec<_>>>()?;
    for _ in 0..ROUNDS {
        for subject in groups.iter_mut().flat_map(Group::subjects) {
            subject
                .time(gil)
                .map_err(|error| unexpected(gil, CANNOT, &error))?;
        }
    }
    let added = |kind: usize| {
        let each = groups.iter().filter_map(|group| group.added(kind));
        median(each.collect())
    };
    // More is done for each than for the one before.
    let hit = added(0).max(LEAST);
    let ended = added(1).max(hit);
    let timed = added(2).max(ended);
    Ok(Costs { hit, ended, timed })
}

/// The lower of the two in the middle, if there are two.
fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len().saturating_sub(1) / 2;
    numbers.get(middle).copied().unwrap_or(LEAST)
}

impl Group {
    /// With hooks that record how calls end if there is something to record into.
    fn compile(gil: Gil<'_>, counter: Counter, recording: Option<&Arc<Recording>>) -> Result<Self> {
        let recorder = |reads_clock: bool| {
            let recording = Arc::clone(recording?);
            let least = Duration::ZERO;
            Some(Recorder {
                recording,
                reads_clock,
                least,
            })
        };
        let recorders = [false, true].into_iter().filter_map(recorder).map(Some);
        let hooked = std::iter::once(None).chain(recorders);
        let hooked = hooked.map(|recorder| Subject::patched(gil, counter, recorder));
        Ok(Self {
            plain: Subject::compile(gil)?,
            hooked: hooked.collect::<Result<_>>()?,
        })
    }

    fn subjects(&mut self) -> impl Iterator<Item = &mut Subject> {
        std::iter::once(&mut self.plain).chain(&mut self.hooked)
    }

    /// The nanoseconds that a kind of hook added to a call, if nothing disturbed the rounds.
    fn added(&self, kind: usize) -> Option<f64> {
        let hooked = self.hooked.get(kind)?.shortest.as_secs_f64();
        let added = hooked - self.plain.shortest.as_secs_f64();
        Some(added * 1e9 / f64::from(CALLS))
    }
}

impl Subject {
    /// Compiles both in a private namespace.
    fn compile(gil: Gil<'_>) -> Result<Self> {
        let namespace = PyDict::new(gil);
        let source = c"def empty(): pass\ndef call_often(function, times):\n    for _ in range(times): function()\n";
        let function = |name: &str| -> PyResult<Function> {
            let object = namespace.get_item(name)?;
            let function = object.and_then(|object| Function::from_object(&object));
            function.ok_or_else(|| PyNameError::new_err(name.to_owned()))
        };
        let compile = || -> PyResult<Self> {
            gil.run(source, Some(&namespace), None)?;
            Ok(Self {
                empty: function("empty")?,
                call_often: function("call_often")?,
                shortest: Duration::MAX,
            })
        };
        compile().map_err(|error| unexpected(gil, CANNOT, &error))
    }

    /// With a hook that counts, and has a recorder or not.
    fn patched(gil: Gil<'_>, counter: Counter, recorder: Option<Recorder>) -> Result<Self> {
        let subject = Self::compile(gil)?;
        let code = subject.empty.code(gil);
        let probe = if recorder.is_some() {
            Probe::Time
        } else {
            Probe::Count
        };
        let injected = inject(
            running_version()?,
            &code.parts(gil)?,
            probe,
            code.constant_count(gil)?,
        )
        .map_err(|error| Error::new(format!("{CANNOT}: {error}")).hint(VERIFY))?;
        let path = SymbolPath::new("instrsh", "calibration");
        let hook = Hook::new(gil, &path, counter, recorder)?;
        let patched = code.with_hook(gil, &injected.parts, &hook)?;
        subject.empty.set_code(gil, &patched)?;
        Ok(subject)
    }

    fn time(&mut self, gil: Gil<'_>) -> PyResult<()> {
        let start = Instant::now();
        self.call_often
            .as_object(gil)
            .call1((self.empty.as_object(gil), CALLS))?;
        self.shortest = self.shortest.min(start.elapsed());
        Ok(())
    }
}
