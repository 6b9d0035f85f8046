//! `verify`: what is as it was, and what is not.

use super::Painter;
use super::table::clean;
use crate::error::count;
use crate::session::{State, Verification};

pub(super) fn paint(verifications: &[Verification], painter: &Painter) -> String {
    let changed: String = verifications
        .iter()
        .filter(|verification| !verification.is_as_before())
        .map(|verification| paint_changed(verification, painter))
        .collect();
    let number = |is: fn(&Verification) -> bool| verifications.iter().filter(|one| is(one)).count();
    let gone = number(|one| one.differences.is_none());
    let patched = number(|one| one.state == State::Patched && one.is_as_before());
    let as_before = number(|one| one.differences.as_ref().is_some_and(Vec::is_empty));
    let mut parts = vec![format!(
        "{} exactly as before",
        count(as_before, "callable")
    )];
    if patched > 0 {
        parts.push(format!("{patched} patched, otherwise as before"));
    }
    if gone > 0 {
        parts.push(format!("{gone} gone"));
    }
    format!("{changed}{}\n", parts.join("; "))
}

fn paint_changed(verification: &Verification, painter: &Painter) -> String {
    let name = painter.name(&clean(verification.path.as_str()));
    let differences = verification.differences.iter().flatten();
    let lines = differences.map(|difference| {
        format!(
            "  {}: {}\n",
            clean(&difference.part),
            clean(&difference.now)
        )
    });
    format!("{name} has changed\n{}", lines.collect::<String>())
}
