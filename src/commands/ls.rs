//! `ls`: the callables of the target, with their counts.

use super::command::{PATTERNS, example, flag, limit};
use super::{Arguments, Command, CommandOption, Context, Value};
use crate::error::Result;
use crate::session::{Row, Scope, State};
use crate::view::{Answer, Listing};

pub(super) const COMMAND: Command = Command {
    name: "ls",
    alias: None,
    summary: "list callables with their calls and hits",
    parameters: &[PATTERNS],
    options: &[
        flag("--patched", "only what is patched"),
        SORT,
        limit("show the first N rows"),
    ],
    examples: &[
        example("ls", "the target's own callables"),
        example(
            "ls *mod_a:func_? --sort hits",
            "some of them, the busiest first",
        ),
        example("ls random --limit 5", "the first 5 of a loaded module"),
    ],
    run,
};

/// What a table is sorted by.
pub(super) const SORT: CommandOption = CommandOption {
    name: "--sort",
    value: Value::OneOf(&["name", "calls", "hits"]),
    summary: "by name, or the busiest first",
};

fn run(context: &mut Context<'_>, arguments: &Arguments) -> Result<Answer> {
    let scope = Scope::new(arguments.texts())?;
    let mut rows = context.wait(context.session.rows(scope.clone()))?;
    if arguments.has("--patched") {
        rows.retain(|row| row.state != State::Original);
    }
    sort(&mut rows, arguments.text("--sort"));
    let total = rows.len();
    rows.truncate(arguments.number("--limit").unwrap_or(usize::MAX));
    Ok(Answer::Listing(Listing {
        rows,
        total,
        pending: context.session.pending_patterns(&scope),
    }))
}

/// Sorts rows that are in the order of their names.
pub(super) fn sort(rows: &mut [Row], by: Option<&str>) {
    match by {
        Some("calls") => rows.sort_by_key(|row| std::cmp::Reverse(row.calls)),
        Some("hits") => rows.sort_by_key(|row| std::cmp::Reverse(row.hits)),
        _ => {}
    }
}
