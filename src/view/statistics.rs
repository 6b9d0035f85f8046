//! `stats`: the statistics of the session.

use super::costs::beyond_hits;
use super::listing::{has_value, measure_columns, paint_measure};
use super::numbers::{grouped, time, value};
use super::table::{lay_out, number, text};
use super::{Painter, StatisticsReport};
use crate::error::count;
use crate::measures::{CORE, MEASURES, Measure, Source};
use crate::protocol::Reset;

/// The sentence that calls of patched functions are slower, and why.
#[must_use]
pub fn slower_calls(why: &str) -> String {
    format!("calls of patched functions are not specialised, also after `unpatch`: {why}")
}

/// What was set to zero, as a sentence.
pub(super) fn paint_reset(reset: Reset) -> String {
    match reset.callables {
        0 => "no hits: none of these was ever patched\n".to_owned(),
        callables => format!(
            "set {} of {} to zero\n",
            count(usize::try_from(reset.hits).unwrap_or(usize::MAX), "hit"),
            count(callables, "callable")
        ),
    }
}

impl StatisticsReport {
    pub(super) fn paint(&self, painter: &Painter) -> String {
        let now = &self.statistics;
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
        lines.extend(self.totals());
        lines.push((
            "cost of a hit",
            format!(
                "{:.1} ns{}, {} of a core now",
                now.costs.hit,
                beyond_hits(now.costs, &now.counts.recorded),
                paint_measure(&CORE, &self.measured)
            ),
        ));
        let holds = now.holds.map(|holds| {
            let [longest, median, most] = [holds.longest, holds.median, holds.most].map(time);
            format!("{longest} of the GIL; median {median}, p99 {most}")
        });
        lines.extend(holds.map(|holds| ("longest hold", holds)));
        let is_timed = Source::Times.covers(&now.counts);
        lines.extend(is_timed.then(|| ("clock", now.clock.to_string())));
        lines.extend(
            now.slower_calls
                .as_deref()
                .map(|why| ("slower calls", slower_calls(why))),
        );
        let summary = lines
            .iter()
            .map(|(what, value)| format!("{}{value}\n", painter.heading(&format!("{what:<15}"))));
        summary.collect::<String>() + &self.paint_patches(painter)
    }

    /// The measures of all callables together, each with its rate.
    fn totals(&self) -> impl Iterator<Item = (&'static str, String)> {
        let measures = MEASURES.iter().filter(|measure| measure.is_total());
        measures.filter_map(|measure| {
            let total = value(measure.of(&self.measured)?);
            let rate = Measure::named(&format!("{}/s", measure.name));
            let rate = rate.and_then(|rate| rate.of(&self.measured)).map(value);
            let rate = rate.map_or_else(String::new, |rate| format!(", {rate} a second"));
            Some((measure.name, total + &rate))
        })
    }

    fn paint_patches(&self, painter: &Painter) -> String {
        let (now, patches) = (&self.statistics, &self.patches);
        if patches.is_empty() {
            return String::new();
        }
        let measured = patches.iter().map(|(_, measured)| measured);
        let has_column =
            |measure: &Measure| measure.is_by_patch() && has_value(measure, measured.clone());
        let mut columns = vec![text(
            "Patch",
            9,
            patches.iter().map(|(patch, _)| patch.path.to_string()),
        )];
        columns.extend(measure_columns(measured.clone(), 0, has_column));
        columns.extend([
            number(
                "Instructions",
                1,
                patches
                    .iter()
                    .map(|(patch, _)| format!("+{}", patch.installed.instructions_added)),
            ),
            number(
                "Rewritten in",
                2,
                patches
                    .iter()
                    .map(|(patch, _)| time(patch.installed.rewrite_time)),
            ),
        ]);
        let mut lines = lay_out(columns, painter).into_iter();
        let heading = lines
            .next()
            .map_or_else(String::new, |line| painter.heading(&line));
        let rest = (patches.len() < now.total_patches).then(|| {
            let (shown, all) = (patches.len() as u64, now.total_patches as u64);
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
