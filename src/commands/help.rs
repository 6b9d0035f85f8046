//! `help`: pages derived from the declarations of the commands.

use super::command::{Example, example};
use super::topics::{TOPICS, Topic};
use super::{Arguments, Command, Context, GROUPS, Parameter, Shortening, Takes, watch};
use crate::error::{Result, nearest};
use crate::view::{Answer, HelpEntry, HelpOverview, HelpPage, HelpSection, keys};

pub(super) const COMMAND: Command = Command {
    name: "help",
    alias: None,
    summary: "explain paths, measures, prompt, programs, scripts, json",
    parameters: &[Parameter {
        name: "COMMAND",
        takes: Takes::Command,
        required: false,
        repeated: false,
    }],
    options: &[],
    examples: &[
        example("help", "one line for each command"),
        example("help patch", "one command"),
        example("help paths", "how to name callables"),
    ],
    answers: &[("", keys::OVERVIEW), ("COMMAND", keys::PAGE)],
    acts: |_| false,
    run,
};

fn run(context: &mut Context<'_>, arguments: &Arguments) -> Result<Answer> {
    let Some(word) = arguments.texts().next() else {
        return Ok(Answer::Commands(overview()));
    };
    if let Some(topic) = Topic::named(word) {
        return Ok(Answer::Help(topic_page(topic)));
    }
    let meant = context.host.aliases().expand(&[word.to_owned()]);
    let meant = meant.first().map_or(word, String::as_str);
    match super::find(meant, Shortening::Allowed) {
        Ok(command) => Ok(Answer::Help(command_page(command))),
        Err(error) => Err(match nearest(word, TOPICS.iter().map(|topic| topic.name)) {
            Some(topic) => error.hint(format!("did you mean `help {topic}`?")),
            None => error,
        }),
    }
}

/// Every command with its summary, and the topics.
fn overview() -> HelpOverview {
    let groups = GROUPS.iter().map(|group| {
        let commands = group.commands.iter();
        HelpSection {
            title: group.title.to_owned(),
            entries: commands
                .map(|command| entry(command.name, command.summary))
                .collect(),
        }
    });
    HelpOverview {
        groups: groups.collect(),
        topics: TOPICS
            .iter()
            .map(|topic| entry(topic.name, topic.summary))
            .collect(),
    }
}

/// The help of a command.
#[must_use]
pub fn command_page(command: &Command) -> HelpPage {
    let options = command.options.iter();
    let options = HelpSection {
        title: "options".to_owned(),
        entries: options
            .map(|option| entry(&option.usage(), &option.meaning()))
            .collect(),
    };
    let sections = [options].into_iter().chain(keys_of(command));
    HelpPage {
        title: command.usage(),
        summary: command.summary.to_owned(),
        alias: command.alias.map(str::to_owned),
        sections: sections.chain([examples(command.examples)]).collect(),
    }
}

/// The keys of the live view, if the command has one.
fn keys_of(command: &Command) -> Option<HelpSection> {
    (command.name == watch::COMMAND.name).then(|| HelpSection {
        title: "keys".to_owned(),
        entries: watch::KEYS
            .iter()
            .map(|(key, meaning)| entry(key, meaning))
            .collect(),
    })
}

/// The page of a topic.
#[must_use]
pub fn topic_page(topic: &Topic) -> HelpPage {
    let sections = topic.sections.iter().map(|section| HelpSection {
        title: section.title.to_owned(),
        entries: section
            .entries
            .iter()
            .map(|(term, meaning)| entry(term, meaning))
            .collect(),
    });
    HelpPage {
        title: topic.name.to_owned(),
        summary: topic.summary.to_owned(),
        alias: None,
        sections: sections
            .chain((topic.derived)())
            .chain([examples(topic.examples)])
            .collect(),
    }
}

fn examples(examples: &[Example]) -> HelpSection {
    HelpSection {
        title: "examples".to_owned(),
        entries: examples
            .iter()
            .map(|example| entry(example.line, example.meaning))
            .collect(),
    }
}

pub(super) fn entry(term: &str, meaning: &str) -> HelpEntry {
    HelpEntry {
        term: term.to_owned(),
        meaning: meaning.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_names_every_topic() {
        for topic in TOPICS {
            assert!(COMMAND.summary.contains(topic.name), "{}", topic.name);
        }
    }
}
