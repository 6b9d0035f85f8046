//! The keys of `ls` and `watch`.

use super::shape::{Shape, measures, number, objects, or_null, text, whole};
use super::value::Json;
use crate::error::Error;
use crate::measures::{CORE, Measure};
use crate::protocol::{Counted, PendingPattern, Row, Share, State};
use crate::view::{Listing, SharesListing, WatchFrame};

const PATH: &str = "symbol path";
const KIND: &str = "`function`, `method`, `property`, ..., and what it returns";
pub(super) const HOOK_COST: &str = "the cost of one hit on this machine";
pub(super) const TIMED_COST: &str = "the same of a call that is timed";
pub(super) const ENDED_COST: &str = "the same of a call watched for errors alone";
pub(super) const CORE_SHARE: &str = CORE.summary;
const STATE: &str = "`original`, `patched`, `replaced`, `copied` or `removed`";

pub(super) static LISTING: Shape<Listing> = Shape {
    keys: &[
        objects("rows", "the callables", &ROW, |it| ROW.list(&it.rows)),
        whole("total", "the number without `--limit`", |it| {
            it.total.into()
        }),
        objects(
            "pending",
            "patterns that wait for imports",
            &PENDING,
            |it| PENDING.list(&it.pending),
        ),
    ],
};

pub(in crate::view) static ROW: Shape<Row> = Shape {
    keys: &[
        text("path", PATH, |row| row.path.as_str().into()),
        text("kind", KIND, |row| row.kind.to_string().into()),
        measures(Measure::is_total, |row| &row.measured),
        text("state", STATE, |row| state(row.state)),
    ],
};

static PENDING: Shape<PendingPattern> = Shape {
    keys: &[
        text("pattern", "as it was typed", |it| {
            it.pattern.as_str().into()
        }),
        whole("patched", "callables patched so far", |it| {
            it.patched.into()
        }),
        or_null(text("trouble", "why the last match was left alone", |it| {
            it.trouble.as_ref().map(Error::message).into()
        })),
    ],
};

pub(super) static SHARES: Shape<SharesListing> = Shape {
    keys: &[
        objects("rows", "hits of a callable in a process", &SHARE, |it| {
            SHARE.list(&it.shares)
        }),
        whole("total", "the number without `--limit`", |it| {
            it.total.into()
        }),
        whole("processes", "running processes", |it| {
            it.processes.living.len().into()
        }),
        whole("ended_processes", "forked children that have ended", |it| {
            it.processes.ended.into()
        }),
    ],
};

pub(in crate::view) static SHARE: Shape<Share> = Shape {
    keys: &[
        text("path", PATH, |share| share.path.as_str().into()),
        or_null(text(
            "process",
            "`main`, `child`, `ended`; null without hits",
            |share| match share.counted {
                Counted::In(process) if process.parent.is_none() => "main".into(),
                Counted::In(_) => "child".into(),
                Counted::InEnded => "ended".into(),
                Counted::Nowhere => Json::Null,
            },
        )),
        or_null(whole(
            "pid",
            "its process id; null for all that have ended",
            |share| match share.counted {
                Counted::In(process) => process.id.into(),
                Counted::InEnded | Counted::Nowhere => Json::Null,
            },
        )),
        or_null(whole(
            "parent_pid",
            "the process id of its parent",
            |share| match share.counted {
                Counted::In(process) => process.parent.into(),
                Counted::InEnded | Counted::Nowhere => Json::Null,
            },
        )),
        measures(Measure::is_by_process, |share| &share.measured),
    ],
};

pub(super) static WATCH: Shape<WatchFrame> = Shape {
    keys: &[
        number("elapsed_s", "since the watch began", |it| it.elapsed.into()),
        objects("rows", "the callables", &WATCHED, |it| {
            WATCHED.list(&it.rows)
        }),
        whole("total", "the number without `--limit`", |it| {
            it.total.into()
        }),
        measures(|it| it.is_by_patch() && !it.is_share(), |it| &it.measured),
        number("hook_cost_ns", HOOK_COST, |it| it.costs.hit.into()),
        number("timed_cost_ns", TIMED_COST, |it| it.costs.timed.into()),
        number("ended_cost_ns", ENDED_COST, |it| it.costs.ended.into()),
        measures(Measure::is_share, |it| &it.measured),
    ],
};

static WATCHED: Shape<(Row, Vec<f64>)> = Shape {
    keys: &[
        text("path", PATH, |(row, _)| row.path.as_str().into()),
        text("kind", KIND, |(row, _)| row.kind.to_string().into()),
        measures(|_| true, |(row, _)| &row.measured),
        text("state", STATE, |(row, _)| state(row.state)),
    ],
};

pub(super) fn state(state: State) -> Json<'static> {
    match state {
        State::Original => "original",
        State::Patched => "patched",
        State::Replaced => "replaced",
        State::Copied => "copied",
        State::Removed => "removed",
    }
    .into()
}
