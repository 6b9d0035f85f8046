//! Colours a line while it is typed, by the role of each part, and shows mistakes before Enter.
//! Only what cannot become right by typing on is painted as unknown.

use std::time::Duration;

use super::known::Known;
use super::line::{Callables, Part, Role};
use crate::commands::{CommandOption, HELP, Value, is_duration};
use crate::view::Painter;

/// Paints `line`, with the cursor at a byte; `begun` are the lines before it.
pub(super) fn coloured(
    known: &Known,
    painter: &Painter,
    begun: &str,
    line: &str,
    cursor: usize,
) -> String {
    let whole = format!("{begun}{line}");
    let mut colours = String::new();
    let mut end = begun.len();
    for part in known.parts(&whole, begun.len() + cursor) {
        if part.range.end <= end {
            continue;
        }
        let start = part.range.start.max(end);
        colours.push_str(&whole[end..start]);
        // Styles end with the line.
        let text = &whole[start..part.range.end];
        let lines = text
            .split('\n')
            .map(|line| paint(known, painter, &part, line));
        colours.push_str(&lines.collect::<Vec<_>>().join("\n"));
        end = part.range.end;
    }
    colours + &whole[end..]
}

/// How a part looks.
enum Style {
    Plain,
    Command,
    Option,
    Path,
    Number,
    Mark,
    Comment,
    Unknown,
}

fn paint(known: &Known, painter: &Painter, part: &Part, text: &str) -> String {
    match style(known, part) {
        Style::Unknown => painter.unknown(text),
        Style::Command => painter.command(text),
        _ if part.is_quoted => painter.string(text),
        Style::Plain => text.to_owned(),
        Style::Option => painter.option(text),
        Style::Path => painter.name(text),
        Style::Number => painter.number(text),
        Style::Mark => painter.heading(text),
        Style::Comment => painter.faint(text),
    }
}

fn style(known: &Known, part: &Part) -> Style {
    let text = part.text.as_str();
    // The value of a variable is known only when the line runs.
    let is_known = !text.contains("${");
    let unless_wrong = |is_right: bool, style: Style| {
        if is_right || !is_known {
            style
        } else {
            Style::Unknown
        }
    };
    match &part.role {
        Role::Command if text.is_empty() || known.is_command(text) => Style::Command,
        Role::Command => unless_wrong(!part.is_finished && may_begin(known, text), Style::Plain),
        Role::Option(command, given) => {
            let name = text.trim_end_matches('=');
            let names = command.all_options().map(|option| option.name);
            let mut names = names.chain([HELP]);
            let is_right = if part.is_finished || text.ends_with('=') {
                name == "--" || names.any(|option| option == name)
            } else {
                names.any(|option| option.starts_with(name))
            };
            unless_wrong(is_right && !given.contains(&name), Style::Option)
        }
        Role::Value(option) => unless_wrong(fits(option, part), Style::Number),
        Role::Callables(callables) => unless_wrong(may_mean(known, part, *callables), Style::Path),
        Role::Patched(which) => {
            let is_wildcard = text.contains(['*', '?', '[']) || !text.contains(':');
            let is_it = |name: &String| match name.strip_prefix(text) {
                Some(rest) => !part.is_finished || rest.is_empty(),
                None => false,
            };
            let is_right = is_wildcard || known.patched(*which).iter().any(is_it);
            unless_wrong(is_right, Style::Path)
        }
        Role::Topic => unless_wrong(
            Known::topics().iter().any(|name| name.starts_with(text)),
            Style::Command,
        ),
        Role::Duration => {
            let is_right = is_duration(text) || text.is_empty();
            unless_wrong(is_right || !part.is_finished, Style::Number)
        }
        Role::Words(words) if words.iter().any(|word| word == text) => Style::Option,
        Role::Words(_) | Role::Plain if is_duration(text) => Style::Number,
        Role::Words(_) | Role::Plain | Role::Alias | Role::File | Role::Shell => Style::Plain,
        Role::Excess => unless_wrong(text.is_empty() || text == "-", Style::Plain),
        Role::Separator => Style::Mark,
        Role::Comment => Style::Comment,
    }
}

/// Whether the first word of a line may become a command or a path.
fn may_begin(known: &Known, text: &str) -> bool {
    known.commands().iter().any(|name| name.starts_with(text))
        || known.names(Duration::ZERO).has_module_from(text)
}

/// Whether an option can have this value, or what it may become.
fn fits(option: &CommandOption, part: &Part) -> bool {
    let text = part.text.as_str();
    let may_become = match option.value {
        Value::OneOf(words) => words.iter().any(|word| word.starts_with(text)),
        _ => text.is_empty(),
    };
    option.value.check(option.name, text).is_ok() || !part.is_finished && may_become
}

fn may_mean(known: &Known, part: &Part, callables: Callables) -> bool {
    let text = part.text.as_str();
    let names = known.names(Duration::ZERO);
    text.is_empty()
        || names.is_empty()
        || callables.may_come
        // A bracket may follow an unfinished quantity.
        || names.may_mean(text, part.is_finished)
}
