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
        return format!(
            "unpatched {}; the original code is back\n",
            count(outcomes.len(), "callable")
        );
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

/// `patched 130 callables in 1.2 ms; 10 already patched`
fn summary(outcomes: &[Outcome]) -> String {
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
    let parts = [
        (
            number(|change| matches!(change, Change::Patched { .. })),
            "patched {} in ".to_owned() + &taken,
        ),
        (
            number(|change| matches!(change, Change::WouldPatch)),
            "would patch {}".into(),
        ),
        (
            number(|change| matches!(change, Change::AlreadyPatched)),
            "{} already patched".into(),
        ),
        (
            number(|change| matches!(change, Change::Unpatched)),
            "unpatched {}".into(),
        ),
        (
            number(|change| matches!(change, Change::NotPatched)),
            "{} not patched".into(),
        ),
        (
            number(|change| matches!(change, Change::Replaced)),
            "{} replaced by somebody else, left alone".into(),
        ),
    ];
    let said = parts.iter().filter(|(number, _)| *number > 0);
    let said: Vec<String> = said
        .map(|(number, part)| part.replace("{}", &callables(*number)))
        .collect();
    format!("{}\n", said.join("; "))
}
