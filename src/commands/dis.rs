//! `dis`: disassembles callables and marks what a patch has added.

use super::command::{example, flag};
use super::{Arguments, Command, Context, Parameter, Takes};
use crate::error::{Error, Result};
use crate::protocol::{Pattern, Side};
use crate::view::{Answer, DisassemblyReport, keys};

pub(super) const COMMAND: Command = Command {
    name: "dis",
    alias: None,
    summary: "disassemble callables, and mark what a patch has added",
    parameters: &[Parameter {
        name: "PATTERN",
        takes: Takes::Callables,
        required: true,
        repeated: true,
    }],
    options: &[
        flag("--original", "the code before the patch"),
        flag("--patched", "the code with the patch"),
        flag("--diff", "only the difference between the two"),
    ],
    examples: &[
        example(
            "dis instrumenting_app.dummy_modules.mod_a:func_7",
            "the code as it runs now; if it is patched and the terminal is wide enough, beside the original",
        ),
        example("dis json:dumps --original", "the code before any patch"),
    ],
    answers: &[("", keys::DISASSEMBLIES)],
    acts: |_| false,
    run,
};

fn run(context: &mut Context<'_>, arguments: &Arguments) -> Result<Answer> {
    let sides = [
        ("--original", Side::Original),
        ("--patched", Side::Patched),
        ("--diff", Side::Both),
    ];
    let mut asked = sides.iter().filter(|(option, _)| arguments.has(option));
    let side = match (asked.next(), asked.next()) {
        (None, _) => Side::Current,
        (Some((_, side)), None) => *side,
        (Some((one, _)), Some((other, _))) => {
            return Err(
                Error::usage(format!("`{one}` and `{other}` cannot be combined"))
                    .hint("use one of them"),
            );
        }
    };
    let patterns = arguments
        .texts()
        .map(Pattern::parse)
        .collect::<Result<_>>()?;
    let disassemblies = context.wait(context.session.disassemble(patterns, side))?;
    Ok(Answer::Disassemblies(DisassemblyReport {
        disassemblies,
        is_diff: arguments.has("--diff"),
    }))
}
