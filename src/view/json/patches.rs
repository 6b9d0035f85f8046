//! The keys of `patch`, `unpatch`, `verify`, `stats` and `budget`.

use super::listings::{CORE_SHARE, ENDED_COST, HOOK_COST, TIMED_COST, state};
use super::shape::{Shape, flag, measures, number, objects, or_null, text, texts, whole};
use super::value::Json;
use crate::measures::{Measure, Measured, Source};
use crate::protocol::{
    Change, CodeCopy, Difference, Frame, Outcome, Overspending, PatchStatistics, Pendency, Place,
    Report, Reset, SymbolPath, Verification, Verifications,
};
use crate::view::budget::overspending_sentence;
use crate::view::{BudgetReport, StatisticsReport};

const PATH: &str = "symbol path";
const KIND: &str = "`function`, `method`, ...";
const NOTES: &str = "remarks on how the name was resolved";
const IN_FLIGHT: &str = "running calls that finish with the earlier code";
const CALLABLES: &str = "each callable, and what was done";
const LAZY: &str = "patterns for later imports and definitions";
const UNTOUCHED: &str = "callables left unchanged because of an interruption";
const CHILDREN: &str = "processes forked earlier, which the change does not reach";

pub(super) static PATCHED: Shape<Report> = Shape {
    keys: &[
        objects("callables", CALLABLES, &PATCHED_ONE, |it| {
            PATCHED_ONE.list(&it.outcomes)
        }),
        objects("lazy", LAZY, &PENDENCY, |it| PENDENCY.list(&it.lazy)),
        whole("untouched", UNTOUCHED, |it| it.untouched.into()),
        whole("children", CHILDREN, |it| it.children.into()),
    ],
};

static PATCHED_ONE: Shape<Outcome> = Shape {
    keys: &[
        text("path", PATH, |it| it.path.as_str().into()),
        text("kind", KIND, |it| it.kind.to_string().into()),
        text(
            "change",
            "`patched`, `would_patch` or `already_patched`",
            |it| change(&it.change),
        ),
        or_null(whole(
            "instructions_added",
            "by the patch; null if nothing was patched",
            |it| match it.change {
                Change::Patched {
                    instructions_added, ..
                } => instructions_added.into(),
                _ => Json::Null,
            },
        )),
        or_null(number(
            "time_s",
            "time to read, rewrite and install it",
            |it| match it.change {
                Change::Patched { time, .. } => time.into(),
                _ => Json::Null,
            },
        )),
        texts("notes", NOTES, |it| it.notes.as_slice().into()),
        objects("in_flight", IN_FLIGHT, &FRAME, |it| {
            FRAME.list(&it.in_flight)
        }),
    ],
};

pub(super) static UNPATCHED: Shape<Report> = Shape {
    keys: &[
        objects("callables", CALLABLES, &UNPATCHED_ONE, |it| {
            UNPATCHED_ONE.list(&it.outcomes)
        }),
        objects("lazy", LAZY, &PENDENCY, |it| PENDENCY.list(&it.lazy)),
        whole("untouched", UNTOUCHED, |it| it.untouched.into()),
        whole("children", CHILDREN, |it| it.children.into()),
    ],
};

static UNPATCHED_ONE: Shape<Outcome> = Shape {
    keys: &[
        text("path", PATH, |it| it.path.as_str().into()),
        text("kind", KIND, |it| it.kind.to_string().into()),
        text(
            "change",
            "`unpatched`, `not_patched`, `left_alone` (replaced by other code), `copy_left_alone` (replaced by a copy of the patched code) or `gone`",
            |it| change(&it.change),
        ),
        or_null(text(
            "path_leads_to",
            "what the path means now: `itself`, `another` function, or `nothing`",
            |it| match it.change {
                Change::Unpatched(Place::Itself) => "itself".into(),
                Change::Unpatched(Place::Another) => "another".into(),
                Change::Unpatched(Place::Nothing) => "nothing".into(),
                _ => Json::Null,
            },
        )),
        objects("in_flight", IN_FLIGHT, &FRAME, |it| {
            FRAME.list(&it.in_flight)
        }),
    ],
};

static FRAME: Shape<Frame> = Shape {
    keys: &[
        text("thread", "its name or number", |it| {
            it.thread.as_str().into()
        }),
        or_null(whole("line", "the line that is running", |it| {
            it.line.into()
        })),
    ],
};

static PENDENCY: Shape<(String, Pendency)> = Shape {
    keys: &[
        text("pattern", "as it was typed", |(pattern, _)| {
            pattern.as_str().into()
        }),
        text(
            "state",
            "`pending`, `would_be_pending`, `not_pending` or `too_late`",
            |(_, pendency)| {
                match pendency {
                    Pendency::Pending => "pending",
                    Pendency::WouldBePending => "would_be_pending",
                    Pendency::NotPending => "not_pending",
                    Pendency::TooLate => "too_late",
                }
                .into()
            },
        ),
    ],
};

fn change(change: &Change) -> Json<'static> {
    match change {
        Change::Patched { .. } => "patched",
        Change::WouldPatch => "would_patch",
        Change::AlreadyPatched(_) => "already_patched",
        Change::Unpatched(_) => "unpatched",
        Change::NotPatched => "not_patched",
        Change::Replaced => "left_alone",
        Change::Copied => "copy_left_alone",
        Change::Gone => "gone",
        // Reported as an error.
        Change::Refused(_) => "refused",
    }
    .into()
}

pub(super) static VERIFICATIONS: Shape<Verifications> = Shape {
    keys: &[
        objects(
            "callables",
            "everything that was ever patched",
            &VERIFICATION,
            |it| VERIFICATION.list(&it.callables),
        ),
        objects("copies", "copies of patched code in use", &COPY, |it| {
            COPY.list(&it.copies)
        }),
    ],
};

static COPY: Shape<CodeCopy> = Shape {
    keys: &[
        text("of", "what was patched", |it| it.of.as_str().into()),
        or_null(text("in", "the callable that runs it, if known", |it| {
            it.runs_in.as_ref().map(SymbolPath::as_str).into()
        })),
        or_null(whole(
            "calls",
            "since `unpatch`, if it is not known which callable runs it",
            |it| it.calls.into(),
        )),
    ],
};

static VERIFICATION: Shape<Verification> = Shape {
    keys: &[
        text("path", "symbol path", |it| it.path.as_str().into()),
        text("state", "as in `ls`", |it| state(it.state)),
        flag("as_before", "nothing but the patch has changed", |it| {
            it.is_as_before().into()
        }),
        flag("gone", "the function no longer exists", |it| {
            it.differences.is_none().into()
        }),
        objects(
            "differences",
            "what has changed since the first patch, apart from the patch itself",
            &DIFFERENCE,
            |it| DIFFERENCE.list(it.differences.iter().flatten()),
        ),
    ],
};

static DIFFERENCE: Shape<Difference> = Shape {
    keys: &[
        text("part", "the attribute", |it| it.part.as_str().into()),
        text("now", "its current value", |it| it.now.as_str().into()),
    ],
};

pub(super) static STATISTICS: Shape<StatisticsReport> = Shape {
    keys: &[
        number("run_time_s", "since the session started", |it| {
            it.statistics.run_time.into()
        }),
        whole("callables", "the number of callables", |it| {
            it.statistics.callables.into()
        }),
        whole("patched", "the number that are patched", |it| {
            it.statistics.patched.into()
        }),
        measures(|it| it.source == Source::Program, |it| &it.measured),
        measures(
            |it| it.source != Source::Program && !it.is_share(),
            |it| &it.measured,
        ),
        number("hook_cost_ns", HOOK_COST, |it| {
            it.statistics.costs.hit.into()
        }),
        number("timed_cost_ns", TIMED_COST, |it| {
            it.statistics.costs.timed.into()
        }),
        number("ended_cost_ns", ENDED_COST, |it| {
            it.statistics.costs.ended.into()
        }),
        text("clock", "what times calls: `counter` or `system`", |it| {
            it.statistics.clock.as_ref().into()
        }),
        measures(Measure::is_share, |it| &it.measured),
        or_null(number(
            "longest_hold_s",
            "the longest time the GIL was held; null after a crash",
            |it| it.statistics.holds.map(|it| it.longest).into(),
        )),
        or_null(number("median_hold_s", "the median of these times", |it| {
            it.statistics.holds.map(|it| it.median).into()
        })),
        or_null(number("p99_hold_s", "their 99th percentile", |it| {
            it.statistics.holds.map(|it| it.most).into()
        })),
        or_null(text(
            "slower_calls",
            "why CPython does not specialise calls of patched functions; null if it does",
            |it| it.statistics.slower_calls.as_deref().into(),
        )),
        objects("patches", "the patches in place", &PATCH, |it| {
            PATCH.list(&it.patches)
        }),
        whole("total_patches", "the number without `--limit`", |it| {
            it.statistics.total_patches.into()
        }),
    ],
};

static PATCH: Shape<(PatchStatistics, Measured)> = Shape {
    keys: &[
        text("path", PATH, |(it, _)| it.path.as_str().into()),
        measures(Measure::is_by_patch, |(_, measured)| measured),
        whole("instructions_added", "by the patch", |(it, _)| {
            it.installed.instructions_added.into()
        }),
        number(
            "rewrite_time_s",
            "time to read, rewrite and install it",
            |(it, _)| it.installed.rewrite_time.into(),
        ),
    ],
};

pub(super) static RESET: Shape<Reset> = Shape {
    keys: &[
        whole("callables", "callables whose hits were reset", |it| {
            it.callables.into()
        }),
        whole("hits", "the sum of their hits before", |it| it.hits.into()),
    ],
};

const ALLOWED: &str = "the share of a core that all hits may take";

pub(super) static BUDGET: Shape<BudgetReport> = Shape {
    keys: &[
        or_null(number("budget_percent", ALLOWED, |it| {
            it.budget.map(|budget| budget.percent).into()
        })),
        number("core_share", CORE_SHARE, |it| {
            it.interval.core_share().into()
        }),
        number("hook_cost_ns", HOOK_COST, |it| it.interval.costs.hit.into()),
        number("timed_cost_ns", TIMED_COST, |it| {
            it.interval.costs.timed.into()
        }),
        number("ended_cost_ns", ENDED_COST, |it| {
            it.interval.costs.ended.into()
        }),
        whole("looks", "the number of checks", |it| {
            it.budget.map_or(0, |budget| budget.looks).into()
        }),
        whole(
            "unpatched",
            "callables unpatched to stay within the budget",
            |it| it.budget.map_or(0, |budget| budget.unpatched).into(),
        ),
    ],
};

pub(super) static OVERSPENDING: Shape<Overspending> = Shape {
    keys: &[
        text("notice", "what was done", |it| {
            overspending_sentence(it).into()
        }),
        number("budget_percent", ALLOWED, |it| it.percent.into()),
        number(
            "core_share",
            "the share of a core that all hits took",
            |it| it.core_share.into(),
        ),
        objects("unpatched", "the most expensive first", &SPENDER, |it| {
            SPENDER.list(&it.unpatched)
        }),
        texts(
            "replaced",
            "left alone, because other code has replaced it",
            |it| {
                let replaced = it.replaced.iter();
                Json::List(replaced.map(|path| path.as_str().into()).collect())
            },
        ),
        whole("children", CHILDREN, |it| it.children.into()),
    ],
};

static SPENDER: Shape<(SymbolPath, f64)> = Shape {
    keys: &[
        text("path", PATH, |(path, _)| path.as_str().into()),
        number(
            "core_share",
            "the share of a core that its hits took",
            |(_, share)| (*share).into(),
        ),
    ],
};
