//! `unpatch`: puts the very same original code objects back.

use super::command::{example, flag};
use super::{Arguments, Command, Context, Parameter, Takes};
use crate::error::{Error, Result};
use crate::session::Pattern;
use crate::view::Answer;

pub(super) const COMMAND: Command = Command {
    name: "unpatch",
    alias: None,
    summary: "put the original code objects back",
    parameters: &[Parameter {
        name: "PATTERN",
        takes: Takes::Patched,
        required: false,
        repeated: true,
    }],
    options: &[flag("--all", "everything that is patched")],
    examples: &[
        example(
            "unpatch instrumenting_app.dummy_modules.mod_a:func_7",
            "one function",
        ),
        example("unpatch --all", "everything"),
    ],
    run,
};

fn run(context: &mut Context<'_>, arguments: &Arguments) -> Result<Answer> {
    let pending = match (arguments.words(), arguments.has("--all")) {
        ([], true) => context.session.unpatch_all(),
        ([], false) => {
            return Err(Error::usage("`unpatch` needs a PATTERN or `--all`")
                .hint(format!("usage: `{}`", COMMAND.usage())));
        }
        (_, true) => {
            return Err(
                Error::usage("`--all` already means every pattern").hint("type `unpatch --all`")
            );
        }
        (_, false) => {
            let patterns = arguments
                .texts()
                .map(Pattern::parse)
                .collect::<Result<_>>()?;
            context.session.unpatch(patterns)
        }
    };
    super::patch::conclude(context, pending)
}
