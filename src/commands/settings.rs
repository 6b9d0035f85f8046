//! User settings: how answers look unless an option says otherwise.
//!
//! A setting is declared like an option. An option of the same name uses its value as the default.

use std::collections::BTreeMap;
use std::time::Duration;

use super::command::Value;
use super::duration;
use crate::error::{Error, Result, did_you_mean};
use crate::measures::Sort;
use crate::view::Colour;

/// A setting.
#[derive(Debug)]
pub struct Setting {
    /// The name to type; the option that uses it is `--` and this name.
    pub name: &'static str,
    /// The type of its value.
    pub value: Value,
    /// Its default.
    pub default: &'static str,
    /// One line of help.
    pub summary: &'static str,
    /// A further check of a value.
    refine: fn(&str) -> Result<()>,
}

/// Every setting, in the order in which `set` shows them.
pub const SETTINGS: &[&Setting] = &[&EVERY, &SORT, &LIMIT, &COLOR];

/// The time between two tables of `watch`.
pub(super) const EVERY: Setting = Setting {
    name: "every",
    value: Value::Duration,
    default: "1",
    summary: "time between two tables of `watch`",
    refine: |value| check_interval(duration::parse(value)?, "set every"),
};

/// What tables are sorted by.
pub(super) const SORT: Setting = Setting {
    name: "sort",
    value: Value::OneOf(Sort::WORDS),
    default: "name",
    summary: "what tables are sorted by",
    refine: |_| Ok(()),
};

/// How many rows tables have.
pub(super) const LIMIT: Setting = Setting {
    name: "limit",
    value: Value::Number,
    default: "0",
    summary: "the most rows of a table; 0 shows all",
    refine: |_| Ok(()),
};

/// When to use colour.
const COLOR: Setting = Setting {
    name: "color",
    value: Value::OneOf(&["auto", "always", "never"]),
    default: "auto",
    summary: "when to use colour",
    refine: |_| Ok(()),
};

/// Shorter intervals would keep the interpreter busy.
pub const SHORTEST_INTERVAL: Duration = Duration::from_millis(50);

/// Checks a sampling interval that the user gave as `name`.
///
/// # Errors
/// If it is too short.
pub(super) fn check_interval(every: Duration, name: &str) -> Result<()> {
    if every < SHORTEST_INTERVAL {
        return Err(Error::usage(format!("`{name}` is too short"))
            .hint(format!("the shortest interval is 50ms: `{name} 50ms`")));
    }
    Ok(())
}

impl Setting {
    /// The setting of that name.
    ///
    /// # Errors
    /// If there is none.
    pub fn named(name: &str) -> Result<&'static Self> {
        let found = SETTINGS.iter().find(|setting| setting.name == name);
        found.copied().ok_or_else(|| {
            let names = SETTINGS.iter().map(|setting| setting.name);
            Error::usage(format!("there is no setting `{name}`")).hint(
                did_you_mean(name, names).unwrap_or_else(|| "`set` lists the settings".into()),
            )
        })
    }

    /// Checks a value.
    ///
    /// # Errors
    /// What is wrong with the value.
    pub(super) fn check(&self, value: &str) -> Result<()> {
        self.value.check(&format!("set {}", self.name), value)?;
        (self.refine)(value)
    }
}

/// The values of all settings.
#[derive(Debug, Default, Clone)]
pub struct Settings {
    /// Defaults that came from the command line, by name.
    started_with: BTreeMap<String, String>,
    changed: BTreeMap<String, String>,
}

impl Settings {
    /// The settings at the start of the shell.
    #[must_use]
    pub fn new(colour: Colour) -> Self {
        Self {
            started_with: BTreeMap::from([(COLOR.name.to_owned(), colour.name())]),
            changed: BTreeMap::new(),
        }
    }

    /// The value of a setting.
    #[must_use]
    pub fn value(&self, setting: &Setting) -> &str {
        let changed = self.changed.get(setting.name);
        changed.map_or_else(|| self.default(setting), String::as_str)
    }

    /// The default of a setting.
    #[must_use]
    pub fn default(&self, setting: &Setting) -> &str {
        let started_with = self.started_with.get(setting.name);
        started_with.map_or(setting.default, String::as_str)
    }

    /// Sets a checked value; `None` restores the default.
    pub fn set(&mut self, setting: &Setting, value: Option<&str>) {
        match value {
            Some(value) => self.changed.insert(setting.name.into(), value.into()),
            None => self.changed.remove(setting.name),
        };
    }

    /// The settings that were changed, with their values.
    pub fn changed(&self) -> impl Iterator<Item = (&str, &str)> {
        let changed = self.changed.iter();
        changed.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// When to use colour.
    #[must_use]
    pub fn colour(&self) -> Colour {
        Colour::named(self.value(&COLOR)).unwrap_or(Colour::Auto)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_a_value() {
        for setting in SETTINGS {
            setting.check(setting.default).expect(setting.name);
        }
    }

    #[test]
    fn each_value_of_color_is_a_colour() {
        let Value::OneOf(values) = COLOR.value else {
            panic!("it is one of some words");
        };
        for value in values {
            let colour = Colour::named(value).expect("a colour");
            assert_eq!(Settings::new(colour).value(&COLOR), *value);
        }
    }

    #[test]
    fn what_was_set_can_be_taken_back() {
        let mut settings = Settings::new(Colour::Never);
        settings.set(&SORT, Some("hits"));
        settings.set(&COLOR, Some("always"));
        assert_eq!(settings.value(&SORT), "hits");
        assert_eq!(settings.colour(), Colour::Always);
        settings.set(&SORT, None);
        settings.set(&COLOR, None);
        assert_eq!(settings.value(&SORT), "name");
        assert_eq!(settings.colour(), Colour::Never);
        assert_eq!(settings.changed().count(), 0);
    }
}
