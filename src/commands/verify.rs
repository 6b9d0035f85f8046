//! `verify`: whether what was patched is what it was before.

use super::command::example;
use super::{Arguments, Command, Context, Parameter, Takes};
use crate::error::{Error, Result, count};
use crate::session::Pattern;
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
        example("verify *mod_a:*", "some of it"),
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
    let changed = verifications
        .iter()
        .filter(|verification| !verification.is_as_before())
        .count();
    let answer = Answer::Verifications(verifications);
    if changed == 0 {
        return Ok(answer);
    }
    context.host.show(&answer)?;
    Err(Error::new(format!(
        "{} changed by other code",
        count(changed, "callable")
    ))
    .hint("`unpatch` them, then `patch` the current functions"))
}
