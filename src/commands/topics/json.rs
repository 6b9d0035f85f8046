//! `help json`: the form of the answers as JSON, and the keys of each.

use super::{Section, Topic, example};
use crate::commands::all;
use crate::commands::help::entry;
use crate::view::{HelpEntry, HelpSection, Keys, keys};

pub(super) const JSON: Topic = Topic {
    name: "json",
    summary: "answers as JSON objects, and their keys",
    sections: &[
        Section {
            title: "how to get them",
            entries: &[
                (
                    "instrsh --json",
                    "each command that succeeds prints one object on one line, `watch` one per interval; errors and notices are objects on stderr",
                ),
                (
                    "COMMAND --json",
                    "for one command; with `source`, for all commands of the file",
                ),
            ],
        },
        Section {
            title: "how to read them",
            entries: &[
                (
                    "command",
                    "the first key of each answer: the name of the command",
                ),
                (
                    "rows[].hits",
                    "the key `hits` of each object in the list `rows`",
                ),
                ("..._s", "a time in seconds; `..._ns` in nanoseconds"),
                (
                    "null",
                    "absent or unknown, such as calls that the program does not count",
                ),
            ],
        },
    ],
    derived: schemas,
    examples: &[
        example("ls *mod_a:func_? --json", "the rows of a table as objects"),
        example("help json --json", "this page as an object"),
    ],
};

/// The keys of every answer, and of the objects on stderr.
fn schemas() -> Vec<HelpSection> {
    let answers = all().flat_map(|command| {
        let forms = command.answers.iter();
        forms.map(|(arguments, keys)| (format!("{} {arguments}", command.name), *keys))
    });
    let on_stderr = [
        ("an error", keys::ERROR),
        ("a notice", keys::NOTICE),
        ("a notice of `budget`", keys::OVERSPENDING),
    ];
    let on_stderr = on_stderr.map(|(what, keys)| (what.to_owned(), keys));
    let sections = answers.chain(on_stderr).map(|(what, keys)| HelpSection {
        title: what.trim_end().to_owned(),
        entries: entries(keys),
    });
    sections.collect()
}

fn entries(keys: Keys) -> Vec<HelpEntry> {
    let keys = keys.list();
    if keys.is_empty() {
        return vec![entry("command", "and nothing else")];
    }
    let keys = keys.iter();
    keys.map(|key| entry(&key.path, &format!("{}: {}", key.holds, key.meaning)))
        .collect()
}
