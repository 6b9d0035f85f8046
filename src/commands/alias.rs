//! `alias`: short names for commands.

use super::command::{example, flag};
use super::quoting::line;
use super::{Arguments, Command, Context, Parameter, Takes};
use crate::error::{Error, Result};
use crate::view::{AliasRow, Answer, keys};

pub(super) const COMMAND: Command = Command {
    name: "alias",
    alias: None,
    summary: "show the aliases, or define one",
    parameters: &[
        Parameter {
            name: "NAME",
            takes: Takes::Alias,
            required: false,
            repeated: false,
        },
        Parameter {
            name: "COMMAND",
            takes: Takes::CommandLine,
            required: false,
            repeated: true,
        },
    ],
    options: &[flag("--remove", "remove an alias")],
    examples: &[
        example(
            "alias busy ls --sort hits --limit 20",
            "makes `busy *mod_a` mean `ls --sort hits --limit 20 *mod_a`",
        ),
        example("alias", "every alias"),
        example("alias --remove busy", "removes it"),
    ],
    answers: &[("", keys::ALIASES), ("NAME COMMAND", keys::DONE)],
    acts: |arguments| arguments.words().len() > 1 || arguments.has("--remove"),
    run,
};

fn run(context: &mut Context<'_>, arguments: &Arguments) -> Result<Answer> {
    let aliases = context.host.aliases();
    match (arguments.words(), arguments.has("--remove")) {
        ([], false) => {
            let rows = aliases.all().map(|(name, words)| row(name, words));
            return Ok(Answer::Aliases(rows.collect()));
        }
        ([name], false) => return Ok(Answer::Aliases(vec![row(name, aliases.named(name)?)])),
        ([name, command @ ..], false) => aliases.define(name, command)?,
        ([name], true) => aliases.remove(name)?,
        (_, true) => {
            return Err(
                Error::usage("`--remove` needs the name of one alias").hint("`alias` lists them")
            );
        }
    }
    Ok(Answer::Done)
}

fn row(name: &str, words: &[String]) -> AliasRow {
    AliasRow {
        name: name.to_owned(),
        command: line(words.iter().map(String::as_str)),
    }
}
