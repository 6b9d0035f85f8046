//! `patch` and `unpatch`: one sentence for each callable, or one for very many.

use super::Painter;
use super::numbers::time;
use super::table::clean;
use crate::error::count;
use crate::session::{Change, Outcome};

/// More callables than this are summed up.
const LISTED: usize = 20;

pub(super) fn paint(outcomes: &[Outcome], painter: &Painter) -> String {
    let all_unpatched = outcomes
        .iter()
        .all(|outcome| matches!(outcome.change, Change::Unpatched));
    if outcomes.is_empty() {
        return "nothing is patched\n".into();
    }
    if all_unpatched {
        let code = if outcomes.len() == 1 {
            "the original code is back"
        } else {
            "the original codes are back"
        };
        return format!("unpatched {}; {code}\n", count(outcomes.len(), "callable"));
    }
    let listed = outcomes
        .iter()
        .take(if outcomes.len() > LISTED { 0 } else { LISTED });
    let sentences: String = listed.map(|outcome| sentence(outcome, painter)).collect();
    if outcomes.len() > LISTED {
        summary(outcomes)
    } else {
        sentences
    }
}

fn sentence(outcome: &Outcome, painter: &Painter) -> String {
    let name = painter.name(&clean(outcome.path.as_str()));
    let sentence = match &outcome.change {
        Change::Patched {
            instructions_added,
            time: taken,
        } => {
            format!(
                "patched {name}: {} added, in {}",
                count(*instructions_added, "instruction"),
                time(*taken)
            )
        }
        Change::WouldPatch => format!("would patch {name} ({})", outcome.kind),
        Change::AlreadyPatched => format!("{name} is already patched; nothing was changed"),
        Change::Unpatched => format!("unpatched {name}; the original code is back"),
        Change::NotPatched => format!("{name} is not patched; nothing was changed"),
        Change::Replaced => {
            format!("{name} has a code object of somebody else by now; it was left alone")
        }
        Change::Refused(error) => format!("{name} was refused: {error}"),
    };
    let notes: String = outcome
        .notes
        .iter()
        .map(|note| painter.faint(&format!("  {}\n", clean(note))))
        .collect();
    format!("{sentence}\n{notes}")
}

fn summary(outcomes: &[Outcome]) -> String {
    let number = |is: fn(&Change) -> bool| {
        outcomes
            .iter()
            .filter(|outcome| is(&outcome.change))
            .count()
    };
    let parts = [
        (
            "patched",
            number(|change| matches!(change, Change::Patched { .. })),
        ),
        (
            "would patch",
            number(|change| matches!(change, Change::WouldPatch)),
        ),
        (
            "already patched:",
            number(|change| matches!(change, Change::AlreadyPatched)),
        ),
        (
            "unpatched",
            number(|change| matches!(change, Change::Unpatched)),
        ),
        (
            "not patched:",
            number(|change| matches!(change, Change::NotPatched)),
        ),
        (
            "replaced by somebody else and left alone:",
            number(|change| matches!(change, Change::Replaced)),
        ),
    ];
    let taken = outcomes.iter().filter_map(|outcome| match outcome.change {
        Change::Patched { time, .. } => Some(time),
        _ => None,
    });
    let taken: std::time::Duration = taken.sum();
    let parts = parts.into_iter().filter(|(_, number)| *number > 0);
    let parts: Vec<String> = parts
        .map(|(what, number)| format!("{what} {}", count(number, "callable")))
        .collect();
    let taken = if taken.is_zero() {
        String::new()
    } else {
        format!(", in {}", time(taken))
    };
    format!("{}{taken}\n", parts.join("; "))
}
