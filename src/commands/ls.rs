//! `ls`: the program's callables with their counts.

use std::cmp::Reverse;

use super::command::{PATTERNS, example, flag, limit};
use super::{Arguments, Command, CommandOption, Context, Value, settings};
use crate::counts::Processes;
use crate::error::{Error, Result};
use crate::measures::Sort;
use crate::protocol::{Rows, RowsRequest, Scope, Share};
use crate::view::{Answer, Layout, Listing, SharesListing, keys};

pub(super) const COMMAND: Command = Command {
    name: "ls",
    alias: None,
    summary: "list callables with their calls and hits",
    parameters: &[PATTERNS],
    options: &[
        flag("--patched", "only what is patched"),
        BY,
        SORT,
        LIMIT,
        flag("--csv", "as comma-separated values with a header line"),
    ],
    examples: &[
        example("ls", "the program's own callables, patched ones first"),
        example("ls *mod_a:func_? --sort hits", "the busiest first"),
        example(
            "ls random --limit 5",
            "the first 5 callables of a loaded module",
        ),
        example(
            "ls --by process",
            "the hits of the program and of each forked child",
        ),
        example("ls --csv --sort hits", "for a spreadsheet"),
    ],
    answers: &[("", keys::LISTING), ("--by process", keys::SHARES)],
    acts: |_| false,
    run,
};

/// `--by process`.
const BY: CommandOption = CommandOption {
    name: "--by",
    value: Value::OneOf(&["process"]),
    summary: "split the hits over the program and its forked children",
    setting: None,
};

/// What can be sorted by.
pub(super) const SORT_SUMMARY: &str =
    "`name`: patched ones first, then by name; otherwise the busiest first";

/// What the table is sorted by.
const SORT: CommandOption = CommandOption {
    name: "--sort",
    value: settings::SORT.value,
    summary: SORT_SUMMARY,
    setting: Some(&settings::SORT),
};

/// How many rows a table has.
pub(super) const LIMIT: CommandOption = CommandOption {
    setting: Some(&settings::LIMIT),
    ..limit("show the first N rows; 0 shows all")
};

fn run(context: &mut Context<'_>, arguments: &Arguments) -> Result<Answer> {
    let layout = match (arguments.has("--csv"), context.host.answers_in_json()) {
        (true, true) => {
            return Err(Error::usage("`--csv` and `--json` cannot be combined")
                .hint("use `ls --csv` or `ls --json`"));
        }
        (true, false) => Layout::Csv,
        (false, _) => Layout::Table,
    };
    let scope = Scope::new(arguments.texts())?;
    let (sort, limit) = (arguments.sort(), arguments.rows());
    let only_patched = arguments.has("--patched");
    if arguments.has("--by") {
        let shares = context.session.shares(scope, only_patched);
        let shares = split(context.wait(shares)?, sort, limit, layout);
        return Ok(Answer::Shares(shares));
    }
    let Rows { rows, total } = context.wait(context.session.rows(RowsRequest {
        scope: scope.clone(),
        only_patched,
        sort,
        limit,
    }))?;
    Ok(Answer::Listing(Listing {
        rows,
        total,
        pending: context.session.pending_patterns(&scope),
        layout,
    }))
}

/// The first shares in some order.
fn split(
    (processes, mut shares): (Processes, Vec<Share>),
    sort: Sort,
    limit: usize,
    layout: Layout,
) -> SharesListing {
    if let Sort::By(measure) = sort {
        shares.sort_by_key(|share| Reverse(measure.rank(&share.measured)));
    }
    let total = shares.len();
    shares.truncate(limit);
    SharesListing {
        shares,
        total,
        processes,
        layout,
    }
}
