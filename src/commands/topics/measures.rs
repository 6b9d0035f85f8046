//! `help measures`: what is recorded of calls, and what the numbers mean.

use super::{Section, Topic, example};
use crate::commands::help::entry;
use crate::measures;
use crate::view::HelpSection;

pub(super) const MEASURES: Topic = Topic {
    name: "measures",
    summary: "what is recorded of calls, and what the numbers mean",
    sections: &[
        Section {
            title: "what records it",
            entries: &[
                ("patch", "hits: each call, when it starts"),
                (
                    "time",
                    "also how each call ends, with or without an exception, and how long it takes",
                ),
                (
                    "errors",
                    "also each exception that leaves the callable: its type, the line in the callable, and the last message, read without running code of the program",
                ),
                (
                    "together",
                    "a callable is patched once: `time` of one that is patched records more of it, and `unpatch` takes everything off. `--for` takes off only what it has added",
                ),
            ],
        },
        Section {
            title: "what the times mean",
            entries: &[
                (
                    "a call",
                    "lasts until it returns or raises; that of a generator or a coroutine until its end, however often it is suspended. It is recorded when it ends, so `ended` can be less than `hits`",
                ),
                (
                    "p50, p90, p99",
                    "the time that 50, 90 or 99 % of the calls do not exceed, within 3 %; all other times are exact. `expect p99(app:*)` is that of all calls together",
                ),
                (
                    "total, self",
                    "time in a callable that is timed as well belongs to the total time of the caller, and to the self time of the callee",
                ),
                (
                    "waiting",
                    "time between a `yield` or an `await` and its return; `time` shows its share",
                ),
                (
                    "100 ns ... 1 s",
                    "how the times are distributed: a bar for each range between these two, of which each is as many times as long as the one before; a dot is none. `--hist` draws it larger",
                ),
            ],
        },
    ],
    derived: table,
    examples: &[
        example("time *shop:* --for 2s", "all of it, for two seconds"),
        example(
            "time *shop:*; watch 5 *shop:* --sort p99",
            "live, the slowest first",
        ),
    ],
};

/// Every measure.
fn table() -> Vec<HelpSection> {
    let measures = measures::MEASURES.iter();
    vec![HelpSection {
        title: "measures, to compare with `expect` and to sort by".to_owned(),
        entries: measures
            .map(|measure| entry(measure.name, measure.summary))
            .collect(),
    }]
}
