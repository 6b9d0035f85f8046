//! `stats`: the statistics of the session.

use super::listing::CORE;
use super::numbers::{grouped, rate, share, time};
use super::table::{lay_out, number, text};
use super::{Painter, StatisticsReport};
use crate::error::count;
use crate::session::{Reset, core_share, per_second};

/// The sentence that calls of patched functions are slower, and why.
#[must_use]
pub fn slower_calls(why: &str) -> String {
    format!("calls of patched functions are not specialised, also after `unpatch`: {why}")
}

impl Reset {
    pub(super) fn paint(self) -> String {
        match self.callables {
            0 => "no hits: none of these was ever patched\n".to_owned(),
            callables => format!(
                "set {} of {} to zero\n",
                count(usize::try_from(self.hits).unwrap_or(usize::MAX), "hit"),
                count(callables, "callable")
            ),
        }
    }
}

impl StatisticsReport {
    pub(super) fn calls_per_second(&self) -> Option<f64> {
        let calls = self.before.calls.zip(self.statistics.calls);
        calls.map(|(before, now)| per_second(before, now, self.sample))
    }

    pub(super) fn hits_per_second(&self) -> f64 {
        per_second(self.before.hits, self.statistics.hits, self.sample)
    }

    /// The share of a core that the hits take at this rate; 1 is a whole core.
    pub(super) fn core_share(&self) -> f64 {
        core_share(self.hits_per_second(), self.statistics.hook_cost)
    }

    pub(super) fn paint(&self, painter: &Painter) -> String {
        let now = &self.statistics;
        let counted =
            |number, per_second| format!("{}, {} a second", grouped(number), rate(per_second));
        let mut lines = vec![
            ("run time", time(now.run_time)),
            (
                "callables",
                format!(
                    "{}, {} patched",
                    grouped(now.callables as u64),
                    grouped(now.patched as u64)
                ),
            ),
        ];
        if let Some((calls, rate)) = now.calls.zip(self.calls_per_second()) {
            lines.push(("calls", counted(calls, rate)));
        }
        lines.extend([
            ("hits", counted(now.hits, self.hits_per_second())),
            (
                "cost of a hit",
                format!(
                    "{:.1} ns, {} of a core now",
                    now.hook_cost,
                    share(self.core_share())
                ),
            ),
            (
                "longest hold",
                format!(
                    "{} of the GIL; median {}, p99 {}",
                    time(now.holds.longest),
                    time(now.holds.median),
                    time(now.holds.most)
                ),
            ),
        ]);
        lines.extend(
            now.slower_calls
                .map(|why| ("slower calls", slower_calls(why))),
        );
        let summary = lines
            .iter()
            .map(|(what, value)| format!("{}{value}\n", painter.heading(&format!("{what:<15}"))));
        summary.collect::<String>() + &self.paint_patches(painter)
    }

    fn paint_patches(&self, painter: &Painter) -> String {
        let patches = &self.patches;
        if patches.is_empty() {
            return String::new();
        }
        let columns = vec![
            text(
                "Patch",
                9,
                patches.iter().map(|(patch, _)| patch.path.to_string()),
            ),
            number(
                "Hits",
                5,
                patches.iter().map(|(patch, _)| grouped(patch.hits)),
            ),
            number(CORE, 4, patches.iter().map(|(_, part)| share(*part))),
            number(
                "Instructions",
                1,
                patches
                    .iter()
                    .map(|(patch, _)| format!("+{}", patch.instructions_added)),
            ),
            number(
                "Rewritten in",
                2,
                patches.iter().map(|(patch, _)| time(patch.rewrite_time)),
            ),
        ];
        let mut lines = lay_out(columns, painter).into_iter();
        let heading = lines
            .next()
            .map_or_else(String::new, |line| painter.heading(&line));
        let rest = (patches.len() < self.total_patches).then(|| {
            let (shown, all) = (patches.len() as u64, self.total_patches as u64);
            painter.faint(&format!(
                "{} shown of {} patches",
                grouped(shown),
                grouped(all)
            ))
        });
        std::iter::once(heading)
            .chain(lines)
            .chain(rest)
            .map(|line| line + "\n")
            .collect()
    }
}
