//! `verify`: what is unchanged, and what has changed.

use super::Painter;
use super::table::clean;
use crate::error::count;
use crate::protocol::{CodeCopy, State, Verification, Verifications};

pub(super) fn paint(verifications: &Verifications, painter: &Painter) -> String {
    let Verifications { callables, copies } = verifications;
    let changed = callables.iter().filter(|it| !it.is_as_before());
    let changed: String = changed.map(|it| paint_changed(it, painter)).collect();
    let copied: String = copies.iter().map(|it| paint_copy(it, painter)).collect();
    let number = |is: fn(&&Verification) -> bool| callables.iter().filter(is).count();
    let as_before = number(|one| one.state != State::Patched && one.is_unchanged());
    let mut parts = vec![format!(
        "{} exactly as before",
        count(as_before, "callable")
    )];
    let patched = number(|one| one.state == State::Patched && one.is_unchanged());
    if patched > 0 {
        parts.push(format!("{patched} patched, otherwise as before"));
    }
    let gone = number(|one| one.differences.is_none());
    if gone > 0 {
        parts.push(format!("{gone} gone"));
    }
    format!("{changed}{copied}{}\n", parts.join("; "))
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

fn paint_copy(copy: &CodeCopy, painter: &Painter) -> String {
    let of = painter.name(&clean(copy.of.as_str()));
    let calls = copy
        .calls
        .map(|calls| usize::try_from(calls).unwrap_or(usize::MAX));
    let place = match (&copy.runs_in, calls) {
        (Some(path), _) if *path == copy.of => String::new(),
        (Some(path), _) => format!(" in {}", painter.name(&clean(path.as_str()))),
        (None, Some(calls)) => format!(": {} since `unpatch`", count(calls, "call")),
        (None, None) => String::new(),
    };
    format!("{of}: a copy of the patched code is in use{place}\n")
}
