//! `watch`: the table of callables, refreshed, with rates and trends.

use std::time::{Duration, Instant};

use super::command::example;
use super::ls::{LIMIT, SORT_SUMMARY};
use super::wait::ENDED;
use super::{
    Arguments, Command, CommandOption, Context, Parameter, Pause, Takes, Value, Watch, duration,
    settings,
};
use crate::error::{Error, Result};
use crate::measures::Sort;
use crate::program::History;
use crate::protocol::{Renewal, Scope};
use crate::view::{Answer, WatchFrame, keys};

/// The remark where no key can end it.
const NO_END: &str = "`watch` without a time ends only with the program, or by Ctrl-C; `watch 10` ends after 10 seconds";

/// The longest interval that keys can choose.
pub const LONGEST_INTERVAL: Duration = Duration::from_mins(1);

/// The keys of the live view, and what they do.
pub const KEYS: &[(&str, &str)] = &[
    (
        "Up, Down, PageUp, PageDown, Home, End",
        "select a row and scroll",
    ),
    ("p", "patch or unpatch the selected row"),
    ("d", "show its disassembly; Esc returns"),
    (
        "s",
        "change the sort column: the name, then each measure shown",
    ),
    (
        "/",
        "show only names that contain what you type; Esc clears it",
    ),
    (":", "type a command below the table; Tab completes"),
    ("+, -", "make the interval longer or shorter"),
    ("Space", "freeze the table, or resume"),
    ("Ctrl-Z", "suspend the shell, as at the prompt"),
    ("?", "show this list"),
    (
        "Esc",
        "clear the answer, the filter, the selection or the freeze, one at a time; then leave",
    ),
    ("q, Enter, Ctrl-C, Ctrl-D", "leave"),
];

pub(super) const COMMAND: Command = Command {
    name: "watch",
    alias: None,
    summary: "show calls, hits and rates, refreshed in place",
    parameters: &[
        Parameter {
            name: "SECONDS",
            takes: Takes::Duration,
            required: false,
            repeated: false,
        },
        Parameter {
            name: "PATTERN",
            takes: Takes::Callables,
            required: false,
            repeated: true,
        },
    ],
    options: &[
        CommandOption {
            name: "--every",
            value: settings::EVERY.value,
            summary: "time between refreshes (default: 1 s)",
            setting: Some(&settings::EVERY),
        },
        CommandOption {
            name: "--sort",
            value: Value::OneOf(Sort::WORDS_WITH_INTERVALS),
            summary: SORT_SUMMARY,
            setting: Some(&settings::SORT),
        },
        LIMIT,
    ],
    examples: &[
        example("watch", "until you press `q`; `?` shows all keys"),
        example("watch 10 *mod_a:func_?", "some callables, for 10 seconds"),
        example(
            "watch 2m --every 500ms --sort hits --limit 20",
            "the busiest 20, twice a second",
        ),
    ],
    answers: &[("", keys::WATCH)],
    acts: |_| false,
    run,
};

fn run(context: &mut Context<'_>, arguments: &Arguments) -> Result<Answer> {
    let (time, patterns) = time_and_patterns(arguments)?;
    let every = arguments.duration("--every").unwrap_or_default();
    settings::check_interval(every, "--every")?;
    let scope = Scope::new(patterns)?;
    let had_ended = context.session.ending().is_some();
    let first = context.wait(context.session.list(scope))?;
    let history = History::new(first, context.session.memory(), context.session.costs())?;
    let watch = Watch {
        every,
        deadline: time.map(|time| Instant::now() + time),
        sort: arguments.sort(),
        limit: arguments.rows(),
    };
    let is_news = if context.host.begin_live_view()? {
        let session = context.session;
        let watched = context.host.watch_live(session, &watch, history)?;
        if let Some(last) = watched.last {
            // The last frame stays readable, like any other answer.
            context.host.show(&Answer::Watch(last))?;
        }
        // If the program ends during a live view, the prompt reports it.
        watched.by_target && had_ended
    } else {
        show_plainly(context, &watch, history)? == Pause::TargetEnded
    };
    Ok(if is_news {
        Answer::Sentence(ENDED.into())
    } else {
        Answer::Nothing
    })
}

/// The first word if it is a time, and the rest.
fn time_and_patterns(
    arguments: &Arguments,
) -> Result<(Option<Duration>, impl Iterator<Item = &str>)> {
    let limit = match arguments.texts().next() {
        Some(word) if duration::is_meant(word) => Some(duration::parse(word)?),
        _ => None,
    };
    let patterns = arguments.texts().skip(usize::from(limit.is_some()));
    match patterns.clone().find(|word| duration::is_meant(word)) {
        Some(time) if limit.is_none() => Err(Error::usage(format!("`{time}` is not a pattern"))
            .hint(format!("the time comes first: `watch {time} PATTERN`"))),
        _ => Ok((limit, patterns)),
    }
}

/// Shows a table after each interval, until time, Ctrl-C or the program ends it.
fn show_plainly(context: &mut Context<'_>, watch: &Watch, mut history: History) -> Result<Pause> {
    if watch.deadline.is_none() && context.session.ending().is_none() {
        context.host.remark(NO_END);
    }
    let mut next = Instant::now() + watch.every;
    loop {
        let until = watch.deadline.map_or(next, |deadline| deadline.min(next));
        let pause =
            context.pause_until_target_ends(Some(until.saturating_duration_since(Instant::now())));
        if pause == Pause::Interrupted {
            return Err(Error::interrupted());
        }
        let is_last = watch.deadline.is_some_and(|it| Instant::now() >= it);
        let counted = context.session.sample(history.listed(), Renewal::WhenCheap);
        history.add(context.wait(counted)?)?;
        let mut rows: Vec<usize> = (0..history.listed().rows().len()).collect();
        history.sort(&mut rows, watch.sort);
        rows.truncate(watch.limit);
        context.host.show(&Answer::Watch(frame(&history, &rows)))?;
        if pause != Pause::Elapsed || is_last {
            return Ok(pause);
        }
        next += watch.every;
    }
}

/// These rows of a history at its last moment.
#[must_use]
pub fn frame(history: &History, rows: &[usize]) -> WatchFrame {
    let totals = history.totals();
    let rows = rows.iter();
    WatchFrame {
        elapsed: history.elapsed(),
        total: totals.callables,
        measured: totals.measured.clone(),
        costs: history.costs(),
        rows: rows
            .map(|row| (history.row(*row), history.trend(*row).collect()))
            .collect(),
    }
}
