//! What hooks cost, in words.

use crate::measures::{Costs, Recorded};

/// What calls cost that are not only counted, as far as there are any: `, 41.2 ns a timed call`.
pub(super) fn beyond_hits(costs: Costs, recorded: &Recorded) -> String {
    let (timed, ended) = recorded.times.as_ref().map_or((0, 0), |times| {
        (times.timed, times.calls.saturating_sub(times.timed))
    });
    let timed = timed + recorded.skipped;
    let kinds = [
        (timed, costs.timed, "a timed call"),
        (ended, costs.ended, "a call watched for errors"),
    ];
    let kinds = kinds.iter().filter(|(calls, ..)| *calls > 0);
    kinds
        .map(|(_, cost, what)| format!(", {cost:.1} ns {what}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::counts::Times;

    #[test]
    fn only_what_is_recorded_has_a_cost() {
        let costs = Costs {
            hit: 3.0,
            ended: 12.0,
            timed: 41.23,
        };
        let of = |calls, timed| {
            let times = Times {
                calls,
                timed,
                ..Times::default()
            };
            let recorded = Recorded {
                times: Some(Arc::new(times)),
                ..Recorded::default()
            };
            beyond_hits(costs, &recorded)
        };
        assert_eq!(beyond_hits(costs, &Recorded::default()), "");
        assert_eq!(of(0, 0), "");
        assert_eq!(of(2, 2), ", 41.2 ns a timed call");
        assert_eq!(of(2, 0), ", 12.0 ns a call watched for errors");
        let both = ", 41.2 ns a timed call, 12.0 ns a call watched for errors";
        assert_eq!(of(3, 1), both);
        let skipped = Recorded {
            skipped: 1,
            ..Recorded::default()
        };
        assert_eq!(beyond_hits(costs, &skipped), ", 41.2 ns a timed call");
    }
}
