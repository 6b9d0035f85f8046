//! `restart`: ends the program and starts it again with its patches.

use super::command::{example, flag};
use super::{Arguments, Command, Context};
use crate::error::{Error, Result};
use crate::view::{Answer, keys};

pub(super) const COMMAND: Command = Command {
    name: "restart",
    alias: None,
    summary: "end the program and start it again with its patches",
    parameters: &[],
    options: &[flag("--hold", "do not start it until `run` or `fg`")],
    examples: &[
        example(
            "restart",
            "counts start at zero; patches are restored by name",
        ),
        example(
            "restart --hold; run",
            "between the two, patch more before the program starts",
        ),
    ],
    answers: &[("", keys::RESTARTED)],
    acts: |_| true,
    run,
};

fn run(context: &mut Context<'_>, arguments: &Arguments) -> Result<Answer> {
    if context.session.is_held() {
        return Err(Error::new("the program has not started yet").hint("`run` starts it"));
    }
    context.host.restart(arguments.has("--hold"))?;
    Ok(Answer::Nothing)
}
