//! Floor 4, what can be typed: one file for each command, listed once in [`GROUPS`].
//!
//! A command declares its name, parameters, options and examples beside its implementation; help,
//! completion, checks and the README's table are derived from that. It returns data and prints
//! nothing.
//!
//! Adding a command:
//! 1. write `commands/NAME.rs` with `pub(super) const COMMAND` and its `run`;
//! 2. list it in [`GROUPS`], at the place where help should show it;
//! 3. if it answers with something new, add the data to `view::Answer`, how it is painted, and its
//!    keys to `view/json/`;
//! 4. add `tests/shell/NAME.instr`, and bless the README's table: `BLESS=1 cargo test`.

mod aliases;
mod arguments;
mod command;
mod context;
mod duration;
mod literal;
mod quantity;
mod quoting;
mod settings;
mod time;
mod topics;

mod alias;
mod budget;
mod clear;
mod dis;
mod errors;
mod exit;
mod expect;
mod fg;
mod help;
mod history;
mod interrupt;
mod ls;
mod measuring;
mod patch;
mod record;
mod restart;
mod run;
mod set;
mod sleep;
mod source;
mod stats;
mod unpatch;
mod verify;
mod wait;
mod watch;

use crate::error::{Error, Result, did_you_mean, nearest};
use crate::protocol::{Among, Pattern};

pub use aliases::Aliases;
pub use arguments::{Arguments, is_option};
use command::JSON;
pub use command::{Command, CommandOption, Example, Parameter, Takes, Value};
pub use context::{Completion, Context, Host, Key, Pause, Returned, Watch, Watched};
pub use duration::is_meant as is_duration;
pub use help::{command_page, topic_page};
pub use patch::LAZY;
pub use quoting::{pattern_of, quote};
pub use settings::{SETTINGS, SHORTEST_INTERVAL, Setting, Settings};
pub use topics::{Section, TOPICS, Topic};
pub use wait::ENDED;
pub use watch::{KEYS, LONGEST_INTERVAL, frame};

/// The command that the shell answers after it has restarted.
pub const RESTART: &str = restart::COMMAND.name;
/// The command that starts a program that is held.
pub const RUN: &str = run::COMMAND.name;
/// The command that is answered after the commands of its file.
pub const SOURCE: &str = source::COMMAND.name;

/// Every command, in the groups and the order in which help shows them.
pub const GROUPS: &[Group] = &[
    Group {
        title: "look",
        commands: &[ls::COMMAND, watch::COMMAND, stats::COMMAND, dis::COMMAND],
    },
    Group {
        title: "patch",
        commands: &[
            patch::COMMAND,
            time::COMMAND,
            errors::COMMAND,
            unpatch::COMMAND,
            verify::COMMAND,
            budget::COMMAND,
        ],
    },
    Group {
        title: "program",
        commands: &[
            run::COMMAND,
            restart::COMMAND,
            interrupt::COMMAND,
            fg::COMMAND,
        ],
    },
    Group {
        title: "scripts",
        commands: &[
            source::COMMAND,
            record::COMMAND,
            expect::COMMAND,
            sleep::COMMAND,
            wait::COMMAND,
        ],
    },
    Group {
        title: "shell",
        commands: &[
            set::COMMAND,
            alias::COMMAND,
            history::COMMAND,
            clear::COMMAND,
            help::COMMAND,
            exit::COMMAND,
        ],
    },
];

/// A group of related commands.
#[derive(Debug)]
pub struct Group {
    /// The heading in help.
    pub title: &'static str,
    /// In the order in which help shows them.
    pub commands: &'static [Command],
}

/// The command that a key of the live view runs on a row.
pub const PATCH: Command = patch::COMMAND;
/// The same for a patched row.
pub const UNPATCH: Command = unpatch::COMMAND;
/// The command that shows a row's bytecode.
pub const DIS: Command = dis::COMMAND;

/// Every command.
pub fn all() -> impl Iterator<Item = &'static Command> {
    GROUPS.iter().flat_map(|group| group.commands)
}

/// Whether a command may be shortened to an unambiguous beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortening {
    /// At the prompt.
    Allowed,
    /// In scripts, where a later command could make it ambiguous.
    Refused,
}

/// Finds the command that a word names.
///
/// # Errors
/// If there is none, or the word abbreviates several.
pub fn find(word: &str, shortening: Shortening) -> Result<&'static Command> {
    if let Some(command) = all().find(|command| command.is_called(word)) {
        return Ok(command);
    }
    let unknown = Error::usage(format!("unknown command `{word}`"));
    let candidates: Vec<_> = all()
        .filter(|command| command.name.starts_with(word))
        .collect();
    match candidates.as_slice() {
        [command] if shortening == Shortening::Allowed => Ok(command),
        [] => {
            let names = all().flat_map(Command::names);
            Err(unknown.hint(
                did_you_mean(word, names).unwrap_or_else(|| "`help` lists the commands".into()),
            ))
        }
        [command] => Err(unknown.hint(format!("in a script, write it out: `{}`", command.name))),
        several => {
            let names: Vec<_> = several
                .iter()
                .map(|command| format!("`{}`", command.name))
                .collect();
            Err(unknown.hint(format!("did you mean {}?", names.join(" or "))))
        }
    }
}

/// Whether a command line asks for JSON, even if the rest of it is malformed.
fn ask_for_json(words: &[String]) -> bool {
    let mut options = words.iter().take_while(|word| *word != "--");
    options.any(|word| word == JSON.name)
}

/// The option of every command that shows its help instead of running it.
pub const HELP: &str = "--help";

/// Runs one command line, already split into words. A bare symbol path is `patch` of it.
///
/// # Errors
/// What is wrong with the line, or what went wrong.
pub fn run(
    context: &mut Context<'_>,
    words: &[String],
    shortening: Shortening,
) -> Result<crate::view::Answer> {
    let words = context.host.aliases().expand(words);
    let is_for_json = ask_for_json(&words);
    let in_form = |error: Error| if is_for_json { error.for_json() } else { error };
    let Some(name) = words.first() else {
        return Ok(crate::view::Answer::Nothing);
    };
    let meant = meant(name, shortening);
    let Meant {
        command,
        words: named,
    } = meant.map_err(|error| in_form(unknown(context, error, name)))?;
    let rest = &words[named..];
    if rest
        .iter()
        .take_while(|word| *word != "--")
        .any(|word| word == HELP)
    {
        context.host.begin(help::COMMAND.name, is_for_json);
        return Ok(crate::view::Answer::Help(command_page(command)));
    }
    let mut arguments = Arguments::parse(command, rest).map_err(in_form)?;
    arguments.complete(command, context.host.settings());
    context.host.begin(command.name, arguments.has(JSON.name));
    let answer = (command.run)(context, &arguments)?;
    let acts = (command.acts)(&arguments);
    context.host.done(acts.then_some(command));
    Ok(answer)
}

/// What the first word of a line means.
pub struct Meant {
    /// The command.
    pub command: &'static Command,
    /// How many words name it: none if the line starts with a symbol path to patch.
    pub words: usize,
}

/// Finds the command of a line that starts with `name`.
///
/// # Errors
/// If there is none, or the word abbreviates several.
pub fn meant(name: &str, shortening: Shortening) -> Result<Meant> {
    match find(name, shortening) {
        Ok(command) => Ok(Meant { command, words: 1 }),
        Err(_) if name.contains(':') => Ok(Meant {
            command: &patch::COMMAND,
            words: 0,
        }),
        Err(error) => Err(error),
    }
}

/// Adds a hint to an unknown command. `func` and `Class.method` may be callables without their
/// module, `package.module.func` a symbol path. A similar alias or command comes before callables
/// that are not the program's own.
fn unknown(context: &mut Context<'_>, error: Error, name: &str) -> Error {
    let alias = did_you_mean(name, context.host.aliases().names());
    let is_near = alias.is_some() || nearest(name, all().flat_map(Command::names)).is_some();
    let among = if is_near { Among::Own } else { Among::All };
    let pattern = Pattern::parse(name).ok();
    let named = pattern.clone();
    let named = named.map(|pattern| context.session.named(pattern, among));
    let named = named.and_then(|pending| context.wait(pending).ok().flatten());
    if let Some(hint) = named.or(alias) {
        return error.hint(hint);
    }
    let pattern = pattern.filter(|_| !is_near);
    if let Some(pattern) = pattern.clone() {
        let summaries = context.session.summaries(vec![(pattern, None)]);
        let summaries = context.wait(summaries).unwrap_or_default();
        if summaries.iter().any(|it| it.callables > 0) {
            let name = quote(name);
            return error.hint(format!(
                "`patch {name}` patches its callables, `ls {name}` lists them"
            ));
        }
    }
    if let Some((module, name)) = name.rsplit_once('.') {
        return error.hint(format!("a symbol path has a colon: `{module}:{name}`"));
    }
    let like = pattern.map(|pattern| context.session.like(pattern));
    match like.and_then(|pending| context.wait(pending).ok().flatten()) {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_no_summary_is_long() {
        let mut names = HashSet::new();
        for command in all() {
            for name in command.names() {
                assert!(names.insert(name), "{name} twice");
            }
            assert!(
                command.summary.len() < 60,
                "{}: summary too long",
                command.name
            );
            assert!(!command.examples.is_empty(), "{}: no example", command.name);
        }
    }

    #[test]
    fn every_file_of_this_folder_is_a_listed_command() {
        let helpers = [
            "mod",
            "aliases",
            "arguments",
            "command",
            "context",
            "duration",
            "literal",
            "measuring",
            "quantity",
            "quoting",
            "settings",
            "topics",
        ];
        for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../commands"))
            .expect("folder")
        {
            let path = entry.expect("entry").path();
            let stem = path
                .file_stem()
                .and_then(|stem| stem.to_str())
                .expect("name")
                .to_owned();
            assert!(
                helpers.contains(&&*stem) || all().any(|command| command.name == stem),
                "{stem}"
            );
        }
    }

    #[test]
    fn every_example_parses() {
        for command in all() {
            let lines = command.examples.iter().map(|example| example.line);
            for line in lines.flat_map(|line| line.split("; ")) {
                let words = shlex::split(line).expect(line);
                let found = find(&words[0], Shortening::Refused).expect(line);
                Arguments::parse(found, &words[1..]).expect(line);
            }
        }
    }

    #[test]
    fn a_command_may_be_shortened_at_the_prompt_only() {
        assert_eq!(
            find("unp", Shortening::Allowed).expect("one").name,
            "unpatch"
        );
        let error = find("unp", Shortening::Refused).expect_err("script");
        assert_eq!(
            error.hint_text(),
            Some("in a script, write it out: `unpatch`")
        );
        let error = find("s", Shortening::Allowed).expect_err("several");
        assert_eq!(
            error.hint_text(),
            Some("did you mean `stats` or `source` or `sleep` or `set`?")
        );
        let error = find("ptach", Shortening::Allowed).expect_err("slip");
        assert_eq!(error.hint_text(), Some("did you mean `patch`?"));
    }
}
