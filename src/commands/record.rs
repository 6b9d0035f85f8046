//! `record`: writes the session as a command file that restores its patches.

use std::path::Path;

use super::command::{example, flag};
use super::patch::DEFAULT_LIMIT;
use super::quoting::{line, pattern_of, quote};
use super::{Arguments, Command, Context, Parameter, Takes};
use crate::error::{Error, Result};
use crate::protocol::{Recorders, Remembered, RememberedPattern};
use crate::view::{Answer, Recording, keys};

pub(super) const COMMAND: Command = Command {
    name: "record",
    alias: None,
    summary: "record the session as a command file",
    parameters: &[Parameter {
        name: "FILE",
        takes: Takes::File,
        required: false,
        repeated: false,
    }],
    options: &[
        flag("--force", "overwrite a file that exists"),
        flag("--stop", "stop recording"),
    ],
    examples: &[
        example(
            "record /tmp/session.instr --force",
            "writes the settings and patches of this moment, and from then on each command that changes something",
        ),
        example(
            "record",
            "shows whether a recording is running, and its file",
        ),
        example(
            "record --stop",
            "stops; `source /tmp/session.instr` then repeats the session",
        ),
    ],
    answers: &[("", keys::RECORDING)],
    acts: |_| false,
    run,
};

fn run(context: &mut Context<'_>, arguments: &Arguments) -> Result<Answer> {
    let file = arguments.texts().next();
    let recording = match (file, arguments.has("--stop")) {
        (Some(file), false) => {
            let beginning = beginning(context);
            let overwrite = arguments.has("--force");
            context
                .host
                .record(Path::new(file), &beginning, overwrite)?;
            Recording::Begun(file.to_owned())
        }
        (None, false) => match context.host.recording() {
            Some((file, commands)) => Recording::GoesOn { file, commands },
            None => Recording::Nothing,
        },
        (None, true) => match context.host.stop_recording() {
            Some((file, commands)) => Recording::Ended { file, commands },
            None => {
                return Err(Error::new("not recording").hint("`record FILE` starts a recording"));
            }
        },
        (Some(file), true) => {
            return Err(Error::usage("`--stop` takes no file").hint(format!(
                "type `record --stop`, then `record {}`",
                quote(file)
            )));
        }
    };
    Ok(Answer::Recording(recording))
}

/// The current state, as comments and as commands that restore it.
fn beginning(context: &mut Context<'_>) -> Vec<String> {
    let name = context.session.name().replace(char::is_control, "?");
    let version = env!("CARGO_PKG_VERSION");
    let mut lines = vec![
        format!("# A session of instrsh {version} with {name}."),
        "# Repeat it with `source` or `-f`.".to_owned(),
    ];
    if context.session.is_held() {
        lines.push("# The program had not started: use `--hold`.".to_owned());
    }
    let settings = context.host.settings().changed();
    lines.extend(settings.map(|(name, value)| line(["set", name, value])));
    let aliases = context.host.aliases().definitions();
    lines.extend(aliases.map(|(name, words)| {
        line(
            ["alias", name]
                .into_iter()
                .chain(words.iter().map(String::as_str)),
        )
    }));
    let remembered = context.session.remembered();
    let budget = remembered.budget.map(|percent| format!("budget {percent}"));
    lines.extend(budget);
    lines.extend(patches(&remembered));
    lines
}

/// The commands that restore the patches. Matches of pending patterns are left out: their pattern
/// will match them again.
fn patches(remembered: &Remembered) -> impl Iterator<Item = String> {
    let pending = remembered.pending.iter();
    let others = remembered.patched.iter().filter(|patch| !patch.is_covered);
    let others: Vec<_> = others
        .map(|patch| {
            let words = command_of(patch.recorders);
            let words = words.iter().map(String::as_str);
            line(words.chain(["--", &pattern_of(&patch.path)]))
        })
        .collect();
    let pending: Vec<_> = pending.map(patch_lazily).collect();
    pending.into_iter().chain(others)
}

fn patch_lazily(pending: &RememberedPattern) -> String {
    let limit = pending.limit.unwrap_or(0).to_string();
    let words = command_of(pending.recorders);
    let mut words: Vec<_> = words.iter().map(String::as_str).collect();
    words.push("--lazy");
    if pending.limit != Some(DEFAULT_LIMIT) {
        words.extend(["--limit", &limit]);
    }
    words.extend(["--", &pending.text]);
    line(words)
}

/// The command that records so much, with its options.
fn command_of(recorders: Recorders) -> Vec<String> {
    let name = match recorders {
        Recorders { times: true, .. } => "time",
        Recorders { errors: true, .. } => "errors",
        _ => "patch",
    };
    let mut words = vec![name.to_owned()];
    if !recorders.least().is_zero() {
        words.extend([
            "--slow".to_owned(),
            format!("{}us", recorders.least().as_micros()),
        ]);
    }
    words
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::protocol::RememberedPatch;

    #[test]
    fn what_is_pending_brings_what_it_will_match() {
        let patch = |path: &str, recorders, is_covered| RememberedPatch {
            path: path.to_owned(),
            recorders,
            is_covered,
        };
        let hits = Recorders::default();
        let slow = Recorders::times(Some(Duration::from_millis(50)));
        let remembered = Remembered {
            patched: vec![
                patch("a:f", hits, false),
                patch("b:g", hits, true),
                patch("b:h", hits, true),
                patch("d:i", slow, false),
            ],
            pending: vec![
                RememberedPattern {
                    text: "b:*".into(),
                    limit: Some(DEFAULT_LIMIT),
                    recorders: Recorders::default(),
                },
                RememberedPattern {
                    text: "c:*".into(),
                    limit: None,
                    recorders: Recorders::errors(None),
                },
            ],
            budget: None,
        };
        assert_eq!(
            patches(&remembered).collect::<Vec<_>>(),
            [
                "patch --lazy -- b:*",
                "errors --lazy --limit 0 -- c:*",
                "patch -- a:f",
                "time --slow 50000us -- d:i"
            ]
        );
    }
}
