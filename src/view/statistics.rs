//! `stats`: the session in numbers.

use super::numbers::{grouped, rate, time};
use super::table::{lay_out, number, text};
use super::{Painter, StatisticsReport};

impl StatisticsReport {
    pub(super) fn calls_per_second(&self) -> f64 {
        self.per_second(self.before.calls, self.statistics.calls)
    }

    pub(super) fn hits_per_second(&self) -> f64 {
        self.per_second(self.before.hits, self.statistics.hits)
    }

    /// What the hits take of a core at this rate; 1 is a whole one.
    pub(super) fn core_share(&self) -> f64 {
        self.hits_per_second() * self.statistics.hook_cost / 1e9
    }

    pub(super) fn paint(&self, painter: &Painter) -> String {
        let now = &self.statistics;
        let share = self.core_share() * 100.0;
        let lines = [
            ("run time", time(now.run_time)),
            (
                "callables",
                format!(
                    "{}, {} patched",
                    grouped(now.callables as u64),
                    grouped(now.patched as u64)
                ),
            ),
            (
                "calls",
                format!(
                    "{}, {} a second",
                    grouped(now.calls),
                    rate(self.calls_per_second())
                ),
            ),
            (
                "hits",
                format!(
                    "{}, {} a second",
                    grouped(now.hits),
                    rate(self.hits_per_second())
                ),
            ),
            (
                "cost of a hit",
                format!("{:.1} ns, {share:.4} % of a core now", now.hook_cost),
            ),
            (
                "longest hold",
                format!("{} of the interpreter in one piece", time(now.longest_hold)),
            ),
        ];
        let summary = lines
            .iter()
            .map(|(what, value)| format!("{}{value}\n", painter.heading(&format!("{what:<15}"))));
        summary.collect::<String>() + &self.paint_patches(painter)
    }

    fn paint_patches(&self, painter: &Painter) -> String {
        let patches = &self.statistics.patches;
        if patches.is_empty() {
            return String::new();
        }
        let columns = vec![
            text(
                "Patch",
                9,
                patches.iter().map(|patch| patch.path.to_string()),
            ),
            number("Hits", 5, patches.iter().map(|patch| grouped(patch.hits))),
            number(
                "Instructions",
                1,
                patches
                    .iter()
                    .map(|patch| format!("+{}", patch.instructions_added)),
            ),
            number(
                "Rewritten in",
                2,
                patches.iter().map(|patch| time(patch.rewrite_time)),
            ),
        ];
        let mut lines = lay_out(columns, painter).into_iter();
        let heading = lines
            .next()
            .map_or_else(String::new, |line| painter.heading(&line));
        let rest = (patches.len() < self.patches).then(|| {
            let (shown, all) = (patches.len() as u64, self.patches as u64);
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

    #[expect(
        clippy::cast_precision_loss,
        reason = "a rate is read by people: 53 bits are plenty"
    )]
    fn per_second(&self, before: u64, now: u64) -> f64 {
        now.saturating_sub(before) as f64 / self.sample.as_secs_f64().max(f64::EPSILON)
    }
}
