//! `dis`: what a callable's bytecode is, and what was injected into it.

use super::command::{example, flag};
use super::{Arguments, Command, Context, Parameter, Takes};
use crate::error::{Error, Result};
use crate::session::{Pattern, Side};
use crate::view::{Answer, DisassemblyReport, keys};

pub(super) const COMMAND: Command = Command {
    name: "dis",
    alias: None,
    summary: "disassemble callables and mark what was injected",
    parameters: &[Parameter {
        name: "PATTERN",
        takes: Takes::Callables,
        required: true,
        repeated: true,
    }],
    options: &[
        flag("--original", "as it was before it was patched"),
        flag("--patched", "as it is with the patch"),
        flag("--diff", "what the patch adds"),
    ],
    examples: &[
        example(
            "dis instrumenting_app.dummy_modules.mod_a:func_7",
            "as it runs now; if it is patched and there is room, beside the original",
        ),
        example("dis json:dumps --original", "as it was written"),
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
                Error::usage(format!("`{one}` and `{other}` exclude each other"))
                    .hint("give one of them"),
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
