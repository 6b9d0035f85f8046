//! `verify`: checks that what was patched is otherwise unchanged.

use super::command::example;
use super::{Arguments, Command, Context, Parameter, Takes};
use crate::error::{Error, Result, count};
use crate::protocol::Pattern;
use crate::view::{Answer, keys};

pub(super) const COMMAND: Command = Command {
    name: "verify",
    alias: None,
    summary: "check that nothing but the patches has changed",
    parameters: &[Parameter {
        name: "PATTERN",
        takes: Takes::EverPatched,
        required: false,
        repeated: true,
    }],
    options: &[],
    examples: &[
        example("verify", "everything that was ever patched"),
        example("verify *mod_a:*", "one module's callables"),
    ],
    answers: &[("", keys::VERIFICATIONS)],
    acts: |_| false,
    run,
};

fn run(context: &mut Context<'_>, arguments: &Arguments) -> Result<Answer> {
    let patterns = arguments
        .texts()
        .map(Pattern::parse)
        .collect::<Result<_>>()?;
    let verifications = context.wait(context.session.verify(patterns))?;
    let changed = verifications.callables.iter();
    let changed = changed.filter(|it| !it.is_as_before()).count();
    let copies = verifications.copies.len();
    let answer = Answer::Verifications(verifications);
    let error = match (changed, copies) {
        (0, 0) => return Ok(answer),
        (0, 1) => Error::new("a copy of patched code is in use")
            .hint("other code made it; `patch` the callable that runs it to count its calls"),
        (0, _) => Error::new(format!("{copies} copies of patched code are in use"))
            .hint("other code made them; `patch` the callables that run them to count their calls"),
        _ => Error::new(format!(
            "{} changed by other code",
            count(changed, "callable")
        ))
        .hint("`unpatch` them, then `patch` the current functions"),
    };
    context.host.show(&answer)?;
    Err(error)
}
