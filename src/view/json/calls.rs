//! The keys of `time` and `errors`.

use super::shape::{Shape, measures, number, objects, or_null, text, whole};
use super::value::Json;
use crate::counts::ErrorSite;
use crate::measures::Measure;
use crate::protocol::CallReport;
use crate::view::CallListing;

pub(super) static CALLS: Shape<CallListing> = Shape {
    keys: &[
        objects("callables", "what was recorded of each", &CALLABLE, |it| {
            CALLABLE.list(&it.callables)
        }),
        whole(
            "total",
            "the number of callables that were recorded",
            |it| it.total.into(),
        ),
        whole(
            "called",
            "the number of which there is something to show",
            |it| it.called.into(),
        ),
        or_null(number("length_s", "how long; null if it goes on", |it| {
            it.length.into()
        })),
        whole("still_patched", "the number that stay patched", |it| {
            it.kept.into()
        }),
        whole("refused", "the number that could not be patched", |it| {
            it.refused.as_ref().map_or(0, |(number, _)| *number).into()
        }),
        or_null(number(
            "core_share",
            "the share of a core that the hooks took; 1 is a whole core",
            |it| it.core_share.into(),
        )),
    ],
};

static CALLABLE: Shape<CallReport> = Shape {
    keys: &[
        text("path", "symbol path", |it| it.row.path.as_str().into()),
        text("kind", "as `ls` shows it", |it| {
            it.row.kind.to_string().into()
        }),
        measures(Measure::is_recorded, |it| &it.row.measured),
        objects("sites", "exceptions by type and line", &SITE, |it| {
            SITE.list(&it.errors)
        }),
    ],
};

static SITE: Shape<ErrorSite> = Shape {
    keys: &[
        text("type", "the class of the exception", |it| {
            it.kind.as_str().into()
        }),
        or_null(whole(
            "line",
            "the line that raised, or called what raised",
            |it| match it.line {
                0 => Json::Null,
                line => u64::from(line).into(),
            },
        )),
        whole("errors", "how many", |it| it.errors.into()),
        text("message", "of the last one, as far as it is plain", |it| {
            it.message.as_str().into()
        }),
    ],
};
