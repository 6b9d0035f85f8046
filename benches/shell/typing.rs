//! From a key to the screen, at a real pseudo-terminal.

use std::thread;
use std::time::{Duration, Instant};

use super::asking::Held;
use super::{Effort, Size, milliseconds_since};
use crate::frame::{Process, Times};
use crate::person::{ENTER, Home, Person, TAB};
use crate::screen::Seen;

/// Wide enough for an answer in JSON.
const TERMINAL: (u16, u16) = (1200, 40);
/// What is typed before Tab, and the line after it: for the beginning of a path, and for a part from
/// the middle of one.
const COMPLETED: [(&str, &str); 2] = [
    ("ls generated_0000:f", "ls generated_0000:function_0"),
    ("ls 0000:function_04", "ls generated_0000:function_04"),
];
/// Clears the line.
const CONTROL_U: &str = "\x15";
/// The time between two frames.
const EVERY: Duration = Duration::from_millis(100);

/// The results of one program. Times are in milliseconds.
pub(super) struct Typed {
    /// From Tab to the completed line, directly after a new prompt.
    pub(super) tab: Times,
    /// The processor time of a frame.
    pub(super) frame: Times,
    pub(super) held: Held,
    pub(super) bytes_a_callable: f64,
}

pub(super) fn measure(size: &Size, effort: Effort) -> Typed {
    let arguments = size.arguments();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let mut person = Person::starting(&Home::new(), TERMINAL, &arguments);
    person.sees("the target is ready", |seen| {
        seen.shows(&size.ready()) && seen.has_prompt()
    });
    // Names that the program has created since the prompt appeared are collected with the next line,
    // which takes longer beside busy threads.
    let seconds = 1 + size.busy_threads / 5;
    person.enters(&format!("sleep {seconds}; # known"), &["# known"]);
    let process = Process::of_shell();
    let before = process.resident_bytes();
    let mut completed = COMPLETED.iter().cycle().zip(1..);
    let tab = Times::of(effort.rounds, effort.patience, || {
        let ((typed, whole), round) = completed.next().expect("they go round");
        // A new line, for which the names are collected again.
        person.enters(&format!("# round {round}"), &[&format!("# round {round}")]);
        person.presses(typed);
        person.sees_line(typed);
        let start = Instant::now();
        person.presses(TAB);
        person.sees_line(whole);
        let taken = milliseconds_since(start);
        person.presses(CONTROL_U);
        person.sees_prompt();
        taken
    });
    person.presses(&format!("watch --every {}ms{ENTER}", EVERY.as_millis()));
    person.sees("the table", Seen::has_table);
    // The first interval includes the extra work of the first frame.
    thread::sleep(EVERY * 5);
    let mut worked = process.processor_time();
    let frame = Times::of(effort.rounds, effort.patience, || {
        thread::sleep(EVERY);
        let before = std::mem::replace(&mut worked, process.processor_time());
        worked - before
    });
    person.presses("q");
    person.sees("the prompt", |seen| {
        !seen.screen().alternate_screen() && seen.has_prompt()
    });
    let after = process.resident_bytes();
    person.presses(&format!("stats --json --limit 1{ENTER}"));
    let is_answer = |row: &String| row.starts_with('{') && row.ends_with('}');
    let seen = person.seen_when("the numbers", |seen| seen.rows().iter().any(is_answer));
    let rows = seen.rows();
    drop(seen);
    let answer = rows.iter().find(|row| is_answer(row)).expect("just seen");
    let held = Held::told_by(answer);
    person.presses(&format!("exit{ENTER}"));
    person.sees_end();
    Typed {
        tab,
        frame,
        held,
        bytes_a_callable: size.bytes_a_callable(before, after),
    }
}
