//! The keys of commands about the program, scripts and the shell itself.

use std::time::Duration;

use super::shape::{Shape, Type, flag, key, number, objects, or_null, text, texts, whole};
use super::value::Json;
use crate::error::Error;
use crate::view::output::shortened;
use crate::view::{
    AliasRow, Expectation, Found, HelpEntry, HelpOverview, HelpPage, HelpSection, Recording,
    Restarted, SettingRow,
};

/// A command that only reports success.
pub(super) static DONE: Shape<()> = Shape { keys: &[] };

pub(super) static SLEPT: Shape<Duration> = Shape {
    keys: &[number("slept_s", "the time waited", |it| (*it).into())],
};

pub(super) static ENDED: Shape<()> = Shape {
    keys: &[whole(
        "status",
        "of the program; always 0, any other status is an error",
        |()| 0_u64.into(),
    )],
};

const VALUE: &str = "the value of that side; times in seconds";

pub(super) static EXPECTATION: Shape<Expectation> = Shape {
    keys: &[
        text("relation", "as it was typed", |it| {
            format!("{} {} {}", it.left, it.relation, it.right).into()
        }),
        flag("holds", "always true, otherwise it is an error", |it| {
            it.holds.into()
        }),
        key(Type::NumberOrText, "left", VALUE, |it| found(it.left_value)),
        key(Type::NumberOrText, "right", VALUE, |it| {
            found(it.right_value)
        }),
    ],
};

fn found(value: Found) -> Json<'static> {
    match value {
        Found::Number(number) => Json::of_number(number),
        Found::Time(time) => time.into(),
        Found::Share(share) => share.into(),
        Found::Word(word) => word.into(),
    }
}

pub(super) static SOURCED: Shape<String> = Shape {
    keys: &[text(
        "file",
        "the file; comes after the answers of its commands",
        |it| it.as_str().into(),
    )],
};

pub(super) static RESTARTED: Shape<Restarted> = Shape {
    keys: &[
        text("program", "its name", |it| it.program.as_str().into()),
        flag("is_held", "it waits for `run`", |it| it.is_held.into()),
        whole("back", "patches that were restored", |it| it.back.into()),
        whole("waiting", "patches that wait for their callables", |it| {
            it.waiting.into()
        }),
        whole("pending", "patterns that wait for imports", |it| {
            it.pending.into()
        }),
    ],
};

pub(super) static TERMINAL_BACK: Shape<bool> = Shape {
    keys: &[flag("has_ended", "whether the program has ended", |it| {
        (*it).into()
    })],
};

pub(super) static LEAVING: Shape<u8> = Shape {
    keys: &[whole("status", "the exit status of the shell", |it| {
        u32::from(*it).into()
    })],
};

pub(super) static SETTINGS: Shape<Vec<SettingRow>> = Shape {
    keys: &[objects(
        "settings",
        "all of them, or the one asked for",
        &SETTING,
        |it| SETTING.list(it),
    )],
};

static SETTING: Shape<SettingRow> = Shape {
    keys: &[
        text("name", "the word to type", |it| it.name.into()),
        text("value", "its current value", |it| it.value.as_str().into()),
        text("default", "its default value", |it| {
            it.default.as_str().into()
        }),
        text("meaning", "what it does", |it| it.meaning.into()),
    ],
};

pub(super) static ALIASES: Shape<Vec<AliasRow>> = Shape {
    keys: &[objects(
        "aliases",
        "all of them, or the one asked for",
        &ALIAS,
        |it| ALIAS.list(it),
    )],
};

static ALIAS: Shape<AliasRow> = Shape {
    keys: &[
        text("name", "what is typed", |it| it.name.as_str().into()),
        text("line", "what it stands for", |it| {
            it.command.as_str().into()
        }),
    ],
};

pub(super) static RECORDING: Shape<Recording> = Shape {
    keys: &[
        flag("is_recording", "whether a recording is running", |it| {
            matches!(it, Recording::Begun(_) | Recording::GoesOn { .. }).into()
        }),
        or_null(text("file", "the file", |it| match it {
            Recording::Nothing => Json::Null,
            Recording::Begun(file)
            | Recording::GoesOn { file, .. }
            | Recording::Ended { file, .. } => file.as_str().into(),
        })),
        or_null(whole(
            "commands",
            "the number of commands so far",
            |it| match it {
                Recording::Nothing => Json::Null,
                Recording::Begun(_) => 0_u64.into(),
                Recording::GoesOn { commands, .. } | Recording::Ended { commands, .. } => {
                    (*commands).into()
                }
            },
        )),
    ],
};

pub(super) static HISTORY: Shape<Vec<String>> = Shape {
    keys: &[texts("lines", "the oldest first", |it| {
        it.as_slice().into()
    })],
};

pub(super) static OVERVIEW: Shape<HelpOverview> = Shape {
    keys: &[
        objects("groups", "groups of commands", &SECTION, |it| {
            SECTION.list(&it.groups)
        }),
        objects("topics", "other pages", &ENTRY, |it| ENTRY.list(&it.topics)),
    ],
};

pub(super) static PAGE: Shape<HelpPage> = Shape {
    keys: &[
        text(
            "title",
            "the usage of the command, or the name of the topic",
            |it| it.title.as_str().into(),
        ),
        text("summary", "what it does", |it| it.summary.as_str().into()),
        or_null(text("alias", "another name", |it| {
            it.alias.as_deref().into()
        })),
        objects("sections", "options, examples and so on", &SECTION, |it| {
            SECTION.list(&it.sections)
        }),
    ],
};

static SECTION: Shape<HelpSection> = Shape {
    keys: &[
        text("title", "the heading", |it| it.title.as_str().into()),
        objects("entries", "terms and their meanings", &ENTRY, |it| {
            ENTRY.list(&it.entries)
        }),
    ],
};

static ENTRY: Shape<HelpEntry> = Shape {
    keys: &[
        text("term", "what is typed", |it| it.term.as_str().into()),
        text("meaning", "what it does", |it| it.meaning.as_str().into()),
    ],
};

pub(super) static ERROR: Shape<Error> = Shape {
    keys: &[
        text("error", "what went wrong", |it| {
            shortened(it.message()).into()
        }),
        or_null(text("hint", "what to type next", |it| {
            it.hint_text().into()
        })),
        or_null(text(
            "place",
            "`FILE:LINE` of the command in a script",
            |it| {
                let place = it.place().map(|place| place.trim_end_matches(':'));
                place.filter(|place| !place.is_empty()).into()
            },
        )),
        whole(
            "status",
            "the exit status of the shell because of it",
            |it| u32::from(it.exit_status()).into(),
        ),
    ],
};

pub(super) static NOTICE: Shape<String> = Shape {
    keys: &[text("notice", "the message", |it| it.as_str().into())],
};
