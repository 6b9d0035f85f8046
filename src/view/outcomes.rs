//! `patch` and `unpatch`: a sentence for each callable, or a summary of many.

use super::Painter;
use super::numbers::time;
use super::table::clean;
use crate::error::count;
use crate::protocol::{Change, Frame, Outcome, Pendency, Place, Recorders, Report};

/// More callables than this are summarised.
const LISTED: usize = 20;
/// The number of calls in flight that are listed with their places.
const PLACES: usize = 4;

pub(super) fn paint(report: &Report, painter: &Painter) -> String {
    let lazy: String = report
        .lazy
        .iter()
        .map(|(pattern, pendency)| pendency_sentence(pattern, *pendency, painter))
        .collect();
    let outcomes = if report.outcomes.is_empty() && (report.untouched > 0 || !lazy.is_empty()) {
        String::new()
    } else {
        paint_outcomes(&report.outcomes, painter)
    };
    outcomes + &untouched(report, painter) + &out_of_reach(report, painter) + &lazy
}

/// What an interruption or a lack of memory left undone.
fn untouched(report: &Report, painter: &Painter) -> String {
    let left = match report.untouched {
        0 => return String::new(),
        1 => "1 callable was not reached".to_owned(),
        number => format!("{number} callables were not reached"),
    };
    painter.hint(&format!("  {left}\n"))
}

/// Processes that were forked earlier and are not reached, and how to reach them.
fn out_of_reach(report: &Report, painter: &Painter) -> String {
    let has = |is: fn(&Change) -> bool| report.outcomes.iter().any(|it| is(&it.change));
    let has_patched = has(|change| matches!(change, Change::Patched { .. }));
    let has_changed = has_patched || has(|change| matches!(change, Change::Unpatched(_)));
    let is_there = has(|change| matches!(change, Change::AlreadyPatched(_)));
    let sentence = match report.children {
        0 => return String::new(),
        1 if has_changed => "not in the process that was forked earlier: it stays as it is".into(),
        number if has_changed => {
            format!("not in the {number} processes that were forked earlier: they stay as they are")
        }
        _ if is_there => "not in processes that were forked before it was patched".to_owned(),
        _ => return String::new(),
    };
    let how = if has_patched || is_there {
        "; to reach them: `restart --hold`, `patch`, `run`"
    } else {
        ""
    };
    painter.hint(&format!("  {sentence}{how}\n"))
}

fn pendency_sentence(pattern: &str, pendency: Pendency, painter: &Painter) -> String {
    let pattern = painter.name(&clean(pattern));
    let state = match pendency {
        Pendency::Pending => "is pending: matches are patched when they are imported or defined",
        Pendency::WouldBePending => "would be pending",
        Pendency::NotPending => "is no longer pending",
        Pendency::TooLate => {
            "is not pending: the program has already started, so later definitions of its script are missed"
        }
    };
    format!("{pattern} {state}\n")
}

fn paint_outcomes(outcomes: &[Outcome], painter: &Painter) -> String {
    let is_plain = |outcome: &Outcome| {
        matches!(outcome.change, Change::Unpatched(_) | Change::Gone)
            && outcome.in_flight.is_empty()
            && outcome.notes.is_empty()
    };
    if outcomes.is_empty() {
        return "nothing is patched\n".into();
    }
    if outcomes.iter().all(is_plain) {
        return paint_undone(outcomes, painter);
    }
    let list = || {
        outcomes
            .iter()
            .map(|outcome| sentence(outcome, painter))
            .collect()
    };
    if outcomes.len() <= LISTED {
        return list();
    }
    // A dry run is meant to be read in full.
    let is_dry_run = |outcome: &Outcome| matches!(outcome.change, Change::WouldPatch);
    let listed = if outcomes.iter().any(is_dry_run) {
        list()
    } else {
        String::new()
    };
    listed + &summary(outcomes, painter)
}

/// `unpatched 12 callables; the original code is back`
fn paint_undone(outcomes: &[Outcome], painter: &Painter) -> String {
    let is_gone = |outcome: &&Outcome| matches!(outcome.change, Change::Gone);
    let gone = outcomes.iter().filter(is_gone).count();
    let unpatched = match outcomes.len() - gone {
        0 => String::new(),
        number => format!(
            "unpatched {}; the original code is back\n",
            count(number, "callable")
        ),
    };
    let gone = match gone {
        0 => String::new(),
        1 => "1 callable is gone, with its patch\n".to_owned(),
        gone => format!("{gone} callables are gone, with their patches\n"),
    };
    unpatched + &out_of_place(outcomes, painter) + &gone
}

/// What was done to a callable whose patch records this.
fn done(recorders: Recorders) -> &'static str {
    match recorders {
        Recorders { times: true, .. } => "timed",
        Recorders { errors: true, .. } => "recording errors of",
        _ => "patched",
    }
}

fn sentence(outcome: &Outcome, painter: &Painter) -> String {
    let name = painter.name(&clean(outcome.path.as_str()));
    let sentence = match &outcome.change {
        Change::Patched {
            recorders,
            instructions_added,
            time: taken,
            ..
        } => {
            format!(
                "{} {name}: {} added, in {}",
                done(*recorders),
                count(*instructions_added, "instruction"),
                time(*taken)
            )
        }
        Change::WouldPatch => format!("would patch {name} ({})", outcome.kind),
        Change::AlreadyPatched(recorders) => {
            let what = match recorders {
                Recorders {
                    times: false,
                    errors: true,
                    ..
                } => format!("errors of {name} are already recorded"),
                _ => format!("{name} is already {}", done(*recorders)),
            };
            format!("{what}; nothing was changed")
        }
        Change::Unpatched(_) => format!("unpatched {name}; the original code is back"),
        Change::NotPatched => format!("{name} is not patched; nothing was changed"),
        Change::Replaced => {
            format!("{name} was given another code object since it was patched; it was left alone")
        }
        Change::Copied => format!(
            "{name} runs a copy of patched code that other code made; it was left alone and counts nothing"
        ),
        Change::Gone => format!("{name} is gone, with its patch"),
        Change::Refused(error) => format!("{name} was refused: {error}"),
    };
    let notes: String = outcome
        .notes
        .iter()
        .map(|note| painter.faint(&format!("  {}\n", clean(note))))
        .collect();
    format!(
        "{sentence}\n{notes}{}{}",
        out_of_place(std::slice::from_ref(outcome), painter),
        in_flight(std::slice::from_ref(outcome), painter)
    )
}

/// Remarks on unpatched functions that their names no longer lead to.
fn out_of_place(outcomes: &[Outcome], painter: &Painter) -> String {
    let is_at =
        |outcome: &&Outcome, place| matches!(outcome.change, Change::Unpatched(it) if it == place);
    let note = |place, what: &str| {
        let number = outcomes
            .iter()
            .filter(|outcome| is_at(outcome, place))
            .count();
        let which = match number {
            0 => return String::new(),
            1 if outcomes.len() == 1 => "it".to_owned(),
            _ => format!("{number} of them"),
        };
        painter.hint(&format!(
            "  other code has {}\n",
            what.replace("{}", &which)
        ))
    };
    note(
        Place::Another,
        "replaced {} since; the current code was left alone",
    ) + &note(Place::Nothing, "removed {} since")
}

/// `  2 calls finish with the earlier code: MainThread at line 12, worker at line 15`, each with
/// its callable if there are several.
fn in_flight(outcomes: &[Outcome], painter: &Painter) -> String {
    let frames: Vec<(&Outcome, &Frame)> = outcomes
        .iter()
        .flat_map(|outcome| outcome.in_flight.iter().map(move |frame| (outcome, frame)))
        .collect();
    if frames.is_empty() {
        return String::new();
    }
    let place = |(outcome, frame): &(&Outcome, &Frame)| {
        let mut place = clean(&frame.thread);
        if outcomes.len() > 1 {
            place += &format!(" in {}", clean(outcome.path.as_str()));
        }
        if let Some(line) = frame.line {
            place += &format!(" at line {line}");
        }
        place
    };
    let shown: Vec<String> = frames.iter().take(PLACES).map(place).collect();
    let more = if frames.len() > PLACES { ", ..." } else { "" };
    let calls = count(frames.len(), "call");
    let verb = if frames.len() == 1 {
        "finishes"
    } else {
        "finish"
    };
    painter.hint(&format!(
        "  {calls} {verb} with the earlier code: {}{more}\n",
        shown.join(", ")
    ))
}

/// `patched 130 callables in 1.2 ms of work; 10 already patched`
fn summary(outcomes: &[Outcome], painter: &Painter) -> String {
    let number = |is: fn(&Change) -> bool| {
        outcomes
            .iter()
            .filter(|outcome| is(&outcome.change))
            .count()
    };
    let times = outcomes.iter().filter_map(|outcome| match outcome.change {
        Change::Patched { time, .. } => Some(time),
        _ => None,
    });
    let taken = time(times.sum());
    let callables = |number: usize| count(number, "callable");
    let recorders = outcomes.iter().find_map(|outcome| match outcome.change {
        Change::Patched { recorders, .. } => Some(recorders),
        _ => None,
    });
    let recorded = done(recorders.unwrap_or_default());
    let parts = [
        (
            number(|change| matches!(change, Change::Patched { .. })),
            format!("{recorded} {{}} in {taken} of work"),
        ),
        (
            number(|change| matches!(change, Change::WouldPatch)),
            "would patch {}".into(),
        ),
        (
            number(|change| matches!(change, Change::AlreadyPatched(_))),
            "{} already patched".into(),
        ),
        (
            number(|change| matches!(change, Change::Unpatched(_))),
            "unpatched {}".into(),
        ),
        (
            number(|change| matches!(change, Change::Unpatched(Place::Another | Place::Nothing))),
            "{} of them replaced or removed by other code since".into(),
        ),
        (
            number(|change| matches!(change, Change::NotPatched)),
            "{} not patched".into(),
        ),
        (
            number(|change| matches!(change, Change::Replaced)),
            "{} replaced by other code, left alone".into(),
        ),
        (
            number(|change| matches!(change, Change::Copied)),
            "{} with a copy of patched code, left alone".into(),
        ),
        (
            number(|change| matches!(change, Change::Gone)),
            "{} gone, with their patches".into(),
        ),
    ];
    let said = parts.iter().filter(|(number, _)| *number > 0);
    let said: Vec<String> = said
        .map(|(number, part)| part.replace("{}", &callables(*number)))
        .collect();
    format!(
        "{}\n{}{}",
        said.join("; "),
        out_of_place(outcomes, painter),
        in_flight(outcomes, painter)
    )
}
