//! The session in numbers.

use std::borrow::Cow;
use std::collections::HashMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Installed, SymbolPath};
use crate::counts::CounterId;
use crate::measures::{Between, Costs, Counts, Measured, Recorded};

/// The statistics of a session at one moment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Statistics {
    /// Time since the session started.
    pub run_time: Duration,
    /// The number of callables in the scope.
    pub callables: usize,
    /// The number of them that are patched.
    pub patched: usize,
    /// The counts of all of them.
    pub counts: Counts,
    /// How long the GIL was held at a time since the session started; none after the program is gone.
    pub holds: Option<HoldTimes>,
    /// What events cost.
    pub costs: Costs,
    /// The clock of timed calls, as the variable `INSTRSH_CLOCK` names it.
    pub clock: Cow<'static, str>,
    /// Why CPython does not specialise calls of patched functions, if it does not.
    pub slower_calls: Option<Cow<'static, str>>,
    /// Installed patches, the first ones by path.
    pub patches: Vec<PatchStatistics>,
    /// How many are installed.
    pub total_patches: usize,
}

/// What was set to zero.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Reset {
    /// How many callables, each of which is or was patched.
    pub callables: usize,
    /// How many hits they had together.
    pub hits: u64,
}

/// The statistics of one patch.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PatchStatistics {
    /// The name of the callable.
    pub path: SymbolPath,
    /// The identity of its counter: another patch can have had the same name.
    pub counter: CounterId,
    /// What it has recorded.
    pub recorded: Recorded,
    /// What is installed.
    pub installed: Installed,
}

impl Statistics {
    /// What the patches of the second of two samples have recorded, also in the interval between
    /// them.
    #[must_use]
    pub fn measured_patches(between: &Between<'_, Self>) -> Vec<Measured> {
        let before = between.before.patches.iter();
        let before: HashMap<_, _> = before.map(|it| (it.counter, &it.recorded)).collect();
        let measured = |patch: &PatchStatistics| {
            let now = Counts::from(patch.recorded.clone());
            let before = before.get(&patch.counter).copied();
            let before = before.unwrap_or(&patch.recorded).clone();
            Measured {
                interval: Some(between.counted(&before.into(), &now)),
                counts: now,
            }
        };
        between.now.patches.iter().map(measured).collect()
    }
}

/// Statistics of how long the GIL was held at a time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldTimes {
    /// The median.
    pub median: Duration,
    /// The 99th percentile.
    pub most: Duration,
    /// The maximum.
    pub longest: Duration,
}
