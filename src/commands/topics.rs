//! What `help` explains beside the commands: things that are the same for all of them.

use super::command::{Example, example};
use super::help::entry;
use crate::view::{HelpEntry, HelpSection, Keys, keys};

/// Something that several commands share, explained on a page of its own.
#[derive(Debug)]
pub struct Topic {
    /// What is typed behind `help`.
    pub name: &'static str,
    /// One line of help.
    pub summary: &'static str,
    /// The page, from the top to the bottom.
    pub sections: &'static [Section],
    /// What stands below them and is derived from elsewhere.
    pub derived: fn() -> Vec<HelpSection>,
    /// Lines that work as they stand.
    pub examples: &'static [Example],
}

/// A part of a page: terms and what they mean.
#[derive(Debug)]
pub struct Section {
    /// What it is about.
    pub title: &'static str,
    /// What is typed, and what it means.
    pub entries: &'static [(&'static str, &'static str)],
}

/// Every topic, in the order in which help names them.
pub const TOPICS: &[Topic] = &[PATHS, SCRIPTS, JSON];

const PATHS: Topic = Topic {
    name: "paths",
    summary: "how callables are named, alone and many at once",
    sections: &[
        Section {
            title: "a symbol path means one callable",
            entries: &[
                ("package.module:func", "a function"),
                (
                    "package.module:Class.method",
                    "a method, be it a class or a static one",
                ),
                (
                    "package.module:Outer.Inner.method",
                    "of a class inside of another",
                ),
                (
                    "module:Class.prop",
                    "the getter of a property; `.setter` and `.deleter` behind it mean the others",
                ),
                (
                    "__main__:func",
                    "of the script, which goes by the stem of its file as well: `app:func` of `app.py`",
                ),
            ],
        },
        Section {
            title: "a PATTERN means many",
            entries: &[
                (
                    "*",
                    "any characters, dots as well, on both sides of the colon",
                ),
                ("?", "any one character"),
                ("[67]", "one of these; `[!67]` any but these"),
                (
                    "package.module",
                    "without a colon: all callables of the modules that match",
                ),
                (
                    "func, Class.m*",
                    "without a colon, where no loaded module matches: the callables of this name, in any module; `patch` and `dis` take a name without wildcards only if it is that of one callable",
                ),
            ],
        },
        Section {
            title: "what they reach",
            entries: &[
                (
                    "ls",
                    "without a pattern: the program's own code, outside of the standard library and of site-packages, and all that was ever patched",
                ),
                (
                    "ls *:*",
                    "a pattern reaches all that is loaded, and imports nothing",
                ),
                (
                    "patch a.b:func",
                    "a symbol path imports its module if it is not loaded",
                ),
                ("patch --lazy a.*:*", "also what comes later"),
            ],
        },
        Section {
            title: "what is found behind a name",
            entries: &[
                (
                    "inherited",
                    "the function of the base is patched, and the answer names who else uses it",
                ),
                (
                    "wrapped",
                    "by `functools.wraps`, `partial`, `cache` and their like: the function inside is patched, and the answer says so",
                ),
                (
                    "refused",
                    "C functions, builtins, classes and data, with the reason; nested functions (`f.<locals>.g`) are out of scope",
                ),
            ],
        },
    ],
    derived: Vec::new,
    examples: &[
        example("ls *mod_?:func_[67]", "functions of several modules"),
        example("ls *:Door.*", "the methods of a class, wherever it is"),
        example(
            "patch json:dumps --dry-run",
            "one function of a module that is imported for it",
        ),
    ],
};

const SCRIPTS: Topic = Topic {
    name: "scripts",
    summary: "commands that are written down, and the words in them",
    sections: &[
        Section {
            title: "where they stand",
            entries: &[
                ("instrsh -c COMMANDS", "between `;` or line ends"),
                ("instrsh -f FILE", "in a file; `-` is standard input"),
                (
                    "... | instrsh",
                    "in a pipe, where each line runs when it comes",
                ),
                (
                    "source FILE",
                    "in a file, from the prompt or from another file",
                ),
                (
                    "record FILE",
                    "writes such a file: what is set and patched, and what is done from then on",
                ),
                (
                    "~/.config/instrsh/init",
                    "in a file that is run before the first prompt: `set`, `alias`; `$XDG_CONFIG_HOME` is honoured",
                ),
            ],
        },
        Section {
            title: "words",
            entries: &[
                (
                    "' ' and \" \"",
                    "quotes, and a backslash, take the meaning from what follows",
                ),
                (
                    "#",
                    "at the start of a word: the rest of the line is a comment",
                ),
                (";", "ends a command"),
                ("--", "ends the options; what follows may start with dashes"),
                (
                    "${NAME}",
                    "outside of single quotes: the environment variable, as the shell found it at its start, and never split",
                ),
                (
                    "|",
                    "what follows is a command line for `sh`, which gets the answer without colour; `>` and all else of a shell belong to that",
                ),
            ],
        },
        Section {
            title: "what `expect` compares",
            entries: &[
                (
                    "hits(PATTERN)",
                    "how often patched callables ran; so `calls(...)`, where the target counts its own",
                ),
                (
                    "rate(PATTERN)",
                    "hits per second over a quarter of a second; if nothing of it is patched, calls per second",
                ),
                (
                    "patched(PATTERN)",
                    "how many callables are patched, of the `callables(PATTERN)` there are",
                ),
                ("target", "`held`, `running` or `ended`"),
                ("12.5", "a number"),
            ],
        },
        Section {
            title: "failures",
            entries: &[
                (
                    "FILE:LINE:",
                    "stands in front of each error; the script stops there unless `--keep-going` is given",
                ),
                (
                    "expect",
                    "fails unless a relation holds, and with `--within` only when its time is over",
                ),
                ("wait 30", "fails if the program has not ended by then"),
                (
                    "exit status",
                    "0 all worked, 1 a command failed or the program was ended by force, 2 a line cannot be understood, 130 Ctrl-C; `exit N` gives N",
                ),
            ],
        },
        Section {
            title: "streams",
            entries: &[
                ("stdout", "answers and nothing else"),
                (
                    "stderr",
                    "errors, notices, and what the program writes; `--target-output FILE` takes the latter away",
                ),
                ("stdin", "is the program's unless it holds the commands"),
            ],
        },
    ],
    derived: Vec::new,
    examples: &[
        example(
            "patch *mod_a:func_7; expect patched(*mod_a:func_7) == 1",
            "two commands on a line",
        ),
        example("ls '*mod_a:func_?' # a comment", "a pattern in quotes"),
    ],
};

const JSON: Topic = Topic {
    name: "json",
    summary: "answers as objects, and what they hold",
    sections: &[
        Section {
            title: "how to get them",
            entries: &[
                (
                    "instrsh --json",
                    "one object on one line for each command that worked, `watch` one each interval; errors and notices are objects on stderr",
                ),
                (
                    "COMMAND --json",
                    "for one command, and for all that it runs",
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
                ("rows[].hits", "`hits` of each object in the list `rows`"),
                ("..._s", "a time in seconds; `..._ns` in nanoseconds"),
                (
                    "null",
                    "what is not there, or not known, like a count that the target does not keep",
                ),
            ],
        },
    ],
    derived: schemas,
    examples: &[
        example("ls *mod_a:func_? --json", "the rows of a table as objects"),
        example("help json --json", "all this as an object"),
    ],
};

/// The keys of every answer, and of what is written to stderr.
fn schemas() -> Vec<HelpSection> {
    let answers = super::all().flat_map(|command| {
        let forms = command.answers.iter();
        forms.map(|(behind, keys)| (format!("{} {behind}", command.name), *keys))
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

impl Topic {
    /// The topic of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        TOPICS.iter().find(|topic| topic.name == name)
    }
}
