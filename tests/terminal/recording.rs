//! The session in the README: a person at the demo, recorded from a real terminal.
//!
//! `BLESS=1 cargo test --test terminal recording` records it again, as `examples/session.svg`.

use std::collections::BTreeSet;

use crate::common::project;
use crate::film::Film;
use crate::person::{ENTER, Home, Person, TAB};
use crate::screen::Seen;

const SIZE: (u16, u16) = (140, 26);
/// How long most screens are shown, and those that take longer to read.
const SECONDS: f32 = 1.6;
const TO_READ: f32 = 3.5;
const LONG_TO_READ: f32 = 5.0;

/// A person who is filmed.
struct Scene {
    person: Person,
    film: Film,
}

impl Scene {
    /// Presses keys, and films the screen as soon as the condition holds.
    #[track_caller]
    fn films(&mut self, keys: &str, what: &str, seconds: f32, is_so: impl Fn(&Seen) -> bool) {
        self.person.presses(keys);
        let seen = self.person.seen_when(what, is_so);
        self.film.add(&seen, seconds);
    }

    /// The same for a line that is entered.
    #[track_caller]
    fn films_answer(&mut self, line: &str, answer: &str, seconds: f32) {
        self.films(line, line, 0.8, |seen| seen.line().ends_with(line));
        self.films(ENTER, answer, seconds, |seen| {
            seen.shows(answer) && seen.has_prompt()
        });
    }
}

fn record() -> Film {
    let mut scene = Scene {
        person: Person::starting(&Home::new(), SIZE, &[]),
        film: Film::new(SIZE),
    };
    scene.films("", "the greeting", SECONDS, Seen::has_prompt);
    scene.films_answer("time *shop:* --for 3s", "10 callables timed", LONG_TO_READ);
    let drawn = "time *shop:query --for 3s --hist";
    scene.films_answer(drawn, "1 callable timed", TO_READ);
    scene.films("pat", "a command", 0.8, |seen| seen.line().ends_with("pat"));
    scene.films(
        &format!("{TAB}instrumenting_app.dummy_modules.mod_a:func_7{TAB}"),
        "what Tab makes of it",
        SECONDS,
        |seen| seen.line().ends_with("mod_a:func_7"),
    );
    scene.films(ENTER, "the answer", SECONDS, |seen| {
        seen.shows("3 instructions added") && seen.has_prompt()
    });
    scene.films("watch *mod_a:func_?", "the next line", 0.8, |seen| {
        seen.line().ends_with("func_?")
    });
    let intervals = |number: usize| {
        move |seen: &Seen| {
            let bars = |row: &String| row.chars().filter(|bar| "▁▂▃▄▅▆▇█".contains(*bar)).count();
            let most = seen.rows().iter().map(bars).max();
            seen.screen().alternate_screen() && most >= Some(number)
        }
    };
    scene.films(ENTER, "the live view", SECONDS, intervals(1));
    scene.films(":", "a line below the table", 0.8, |seen| seen.shows(":"));
    let other = "instrumenting_app.dummy_modules.mod_a:func_3";
    scene.films(other, "a path on it", SECONDS, |seen| {
        seen.line().ends_with(other)
    });
    let patched = |seen: &Seen| {
        let rows = seen.rows();
        rows.iter().filter(|row| row.contains("● patched")).count() == 2
    };
    scene.films(ENTER, "two patched rows", SECONDS, patched);
    scene.films(
        "sss",
        "the row with the most hits above",
        TO_READ,
        intervals(5),
    );
    scene.films("q", "the prompt", SECONDS, Seen::has_prompt);
    scene.films_answer(
        "dis instrumenting_app.dummy_modules.mod_a:func_7",
        "UNARY_INVERT",
        TO_READ,
    );
    scene.films_answer("ls --patched | sort -k4 -n | tail -1", "func_", SECONDS);
    scene.films_answer("unpatch --all", "unpatched 2 callables", TO_READ);
    scene.film
}

/// The words of a film, each once: how often and in which order they appear in a live view differs from
/// run to run, as numbers do.
fn words(svg: &str) -> BTreeSet<String> {
    let rule = |rule| regex::Regex::new(rule).expect("a rule");
    let (tag, number) = (
        rule(r"<style>[^$]*</style>|<[^>]*>"),
        rule(r"<?[0-9][0-9.,]*|[·▁▂▃▄▅▆▇█]+|\b(ns|µs|ms|s)\b|[•>]"),
    );
    // How far the demo is at the greeting depends on the machine.
    let text = tag.replace_all(svg, " ");
    let text = text.replace(", still importing", "");
    let text = number.replace_all(&text, "N");
    text.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn the_session_of_the_readme_is_a_real_one() {
    let svg = record().svg();
    let file = project().join("examples/session.svg");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(file, svg).expect("the recording can be written");
        return;
    }
    let kept = std::fs::read_to_string(file).expect("a recording");
    let version = |svg: &str| {
        let (_, behind) = svg.split_once("CPython ").expect("the greeting");
        behind[.."3.11".len()].to_owned()
    };
    if version(&svg) != version(&kept) {
        // The bytecode differs, but everything that was waited for has appeared.
        return;
    }
    assert_eq!(
        words(&svg),
        words(&kept),
        "BLESS=1 cargo test --test terminal recording records it anew"
    );
}
