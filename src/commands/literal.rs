//! What `expect` compares with: numbers, times, shares and the states of the program, as they are written.

use super::duration;
use crate::view::Found;

/// The states of the program.
pub(super) const PROGRAM_STATES: [&str; 3] = ["held", "running", "ended"];

/// `12.5`, `50ms`, `2%`, or a state of the program.
pub(super) fn literal(text: &str) -> Option<Found> {
    let number = |text: &str| text.parse::<f64>().ok().filter(|it| it.is_finite());
    if let Some(state) = PROGRAM_STATES.into_iter().find(|state| *state == text) {
        return Some(Found::Word(state));
    }
    if let Some(percent) = text.strip_suffix('%') {
        return number(percent).map(|percent| Found::Share(percent / 100.0));
    }
    let time = || duration::is_meant(text).then(|| duration::parse(text).ok())?;
    number(text)
        .map(Found::Number)
        .or_else(|| time().map(Found::Time))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn literals_are_numbers_times_and_shares() {
        for (text, expected) in [
            ("12.5", Found::Number(12.5)),
            ("-1", Found::Number(-1.0)),
            ("50ms", Found::Time(Duration::from_millis(50))),
            ("0s", Found::Time(Duration::ZERO)),
            ("2%", Found::Share(0.02)),
            ("held", Found::Word("held")),
        ] {
            assert_eq!(literal(text), Some(expected), "{text}");
        }
        for text in ["", "inf", "nan", "s", "1d", "%", "-1s", "inf%"] {
            assert_eq!(literal(text), None, "{text}");
        }
    }
}
