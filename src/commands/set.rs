//! `set`: shows the settings and changes them.

use super::command::{example, flag};
use super::settings::{SETTINGS, Setting};
use super::{Arguments, Command, Context, Parameter, Takes, Value};
use crate::error::{Error, Result};
use crate::view::{Answer, SettingRow, keys};

pub(super) const COMMAND: Command = Command {
    name: "set",
    alias: None,
    summary: "show the settings, or change one",
    parameters: &[
        Parameter {
            name: "NAME",
            takes: Takes::Words(|_| names()),
            required: false,
            repeated: false,
        },
        Parameter {
            name: "VALUE",
            takes: Takes::Words(|before| values(&before[0])),
            required: false,
            repeated: false,
        },
    ],
    options: &[flag("--default", "restore the default")],
    examples: &[
        example("set", "every setting, its value and its meaning"),
        example(
            "set sort hits",
            "the default of `--sort` until the shell ends",
        ),
        example("set sort --default", "sort by name again"),
    ],
    answers: &[("", keys::SETTINGS), ("NAME VALUE", keys::DONE)],
    acts: |arguments| arguments.words().len() > 1 || arguments.has("--default"),
    run,
};

fn run(context: &mut Context<'_>, arguments: &Arguments) -> Result<Answer> {
    let mut texts = arguments.texts();
    let setting = texts.next().map(Setting::named).transpose()?;
    let value = texts.next();
    match (setting, value, arguments.has("--default")) {
        (Some(setting), Some(value), false) => {
            setting.check(value)?;
            context.host.set(setting, Some(value));
        }
        (Some(setting), None, true) => context.host.set(setting, None),
        (None, _, false) => return Ok(Answer::Settings(rows(context, SETTINGS))),
        (Some(setting), None, false) => return Ok(Answer::Settings(rows(context, &[setting]))),
        (_, _, true) => {
            return Err(Error::usage("`--default` needs one setting")
                .hint("for example `set sort --default`"));
        }
    }
    Ok(Answer::Done)
}

fn names() -> Vec<String> {
    SETTINGS.iter().map(|it| it.name.to_owned()).collect()
}

/// The possible values of a setting, if they are words.
fn values(name: &str) -> Vec<String> {
    match Setting::named(name).map(|setting| setting.value) {
        Ok(Value::OneOf(words)) => words.iter().map(|&word| word.to_owned()).collect(),
        _ => Vec::new(),
    }
}

fn rows(context: &Context<'_>, settings: &[&Setting]) -> Vec<SettingRow> {
    let values = context.host.settings();
    let row = |setting: &&Setting| SettingRow {
        name: setting.name,
        value: values.value(setting).to_owned(),
        default: values.default(setting).to_owned(),
        meaning: setting.summary,
    };
    settings.iter().map(row).collect()
}
