//! The keys of an object: each with its type, its meaning, and the source of its value. `help json`
//! and the output use the same list.

use std::fmt;

use super::value::Json;
use crate::measures::{MEASURES, Measure, Measured, Unit};

/// The keys of the object for a `T`, in order.
pub(in crate::view) struct Shape<T: 'static> {
    pub(super) keys: &'static [Key<T>],
}

/// One key of an object, or those of some measures.
pub(in crate::view) struct Key<T> {
    name: &'static str,
    holds: Type,
    is_nullable: bool,
    meaning: &'static str,
    value: Value<T>,
}

/// Where the value of a key comes from.
enum Value<T> {
    /// The function reads it.
    One(Read<T>),
    /// The entry stands for the keys of all measures that the first function accepts; the second one
    /// reads what they are read from.
    Measures(fn(&Measure) -> bool, fn(&T) -> &Measured),
}

/// The type of a key.
#[derive(Clone, Copy)]
pub(super) enum Type {
    /// Text.
    Text,
    /// A whole number, at least 0.
    Whole,
    /// Any number.
    Number,
    /// `true` or `false`
    Flag,
    /// A list of texts.
    Texts,
    /// A number or a word.
    NumberOrText,
    /// A list of objects with the same keys.
    Objects(&'static dyn Described),
}

/// One key in `help json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaKey {
    /// Its name after those of the lists that contain it: `rows[].path`.
    pub path: String,
    /// The type in words.
    pub holds: String,
    /// Its meaning.
    pub meaning: &'static str,
}

/// Something whose keys can be listed.
pub(super) trait Described: Sync {
    /// The keys, with `path` before their names.
    fn keys_at(&self, path: &str) -> Vec<SchemaKey>;
}

impl<T> Key<T> {
    /// How many keys it stands for.
    fn number(&self) -> usize {
        match self.value {
            Value::One(_) => 1,
            Value::Measures(accepts, _) => accepted(accepts).count(),
        }
    }
}

impl<T> Shape<T> {
    /// The object for `it`.
    pub(super) fn object<'a>(&self, it: &'a T) -> Json<'a> {
        Json::Object(self.values(it))
    }

    /// The same, with `command` as the first key.
    pub(super) fn object_of<'a>(&self, command: &'static str, it: &'a T) -> Json<'a> {
        let first = ("command", command.into());
        Json::Object(std::iter::once(first).chain(self.values(it)).collect())
    }

    /// The list of the objects for each.
    pub(super) fn list<'a>(&self, each: impl IntoIterator<Item = &'a T>) -> Json<'a> {
        Json::List(each.into_iter().map(|it| self.object(it)).collect())
    }

    /// The names of its keys.
    pub(in crate::view) fn names(&self) -> Vec<&'static str> {
        let names = self.keys.iter().flat_map(|key| match key.value {
            Value::One(_) => vec![key.name],
            Value::Measures(accepts, _) => accepted(accepts).map(|it| it.key).collect(),
        });
        names.collect()
    }

    /// The names of its keys and their values.
    pub(in crate::view) fn values<'a>(&self, it: &'a T) -> Vec<(&'static str, Json<'a>)> {
        // A listing has one of these for each row: more room than needed would be felt.
        let mut values = Vec::with_capacity(self.keys.iter().map(Key::number).sum());
        for key in self.keys {
            match key.value {
                Value::One(read) => values.push((key.name, read(it))),
                Value::Measures(accepts, measured) => {
                    let measured = measured(it);
                    let value = |measure: &Measure| (measure.key, measure.of(measured).into());
                    values.extend(accepted(accepts).map(value));
                }
            }
        }
        values
    }
}

/// The measures that a function accepts.
fn accepted(accepts: fn(&Measure) -> bool) -> impl Iterator<Item = &'static Measure> {
    MEASURES.iter().filter(move |measure| accepts(measure))
}

impl<T> Described for Shape<T> {
    fn keys_at(&self, path: &str) -> Vec<SchemaKey> {
        let keys = self.keys.iter().flat_map(|key| {
            if let Value::Measures(accepts, _) = key.value {
                let keys = accepted(accepts).map(|measure| schema_of(measure, path));
                return keys.collect::<Vec<_>>();
            }
            let path = format!("{path}{}", key.name);
            let or_null = if key.is_nullable { " or null" } else { "" };
            let inner = match key.holds {
                Type::Objects(shape) => shape.keys_at(&format!("{path}[].")),
                _ => Vec::new(),
            };
            let key = SchemaKey {
                path,
                holds: format!("{}{or_null}", key.holds),
                meaning: key.meaning,
            };
            std::iter::once(key).chain(inner).collect()
        });
        keys.collect()
    }
}

fn schema_of(measure: &Measure, path: &str) -> SchemaKey {
    let holds = match measure.unit() {
        Unit::Count => Type::Whole,
        Unit::Rate | Unit::Time | Unit::Share => Type::Number,
    };
    let or_null = if measure.is_optional() {
        " or null"
    } else {
        ""
    };
    SchemaKey {
        path: format!("{path}{}", measure.key),
        holds: format!("{holds}{or_null}"),
        meaning: measure.summary,
    }
}

impl fmt::Display for Type {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Text => "text",
            Self::Whole => "whole number",
            Self::Number => "number",
            Self::Flag => "true or false",
            Self::Texts => "list of texts",
            Self::NumberOrText => "number or text",
            Self::Objects(_) => "list of objects",
        })
    }
}

/// Reads the value of a key.
type Read<T> = for<'a> fn(&'a T) -> Json<'a>;

/// A key that holds a `Type`.
pub(super) const fn key<T>(
    holds: Type,
    name: &'static str,
    meaning: &'static str,
    value: Read<T>,
) -> Key<T> {
    Key {
        name,
        holds,
        is_nullable: false,
        meaning,
        value: Value::One(value),
    }
}

/// The keys of the measures that `accepts` accepts, read from what `measured` returns.
pub(super) const fn measures<T>(
    accepts: fn(&Measure) -> bool,
    measured: fn(&T) -> &Measured,
) -> Key<T> {
    Key {
        name: "",
        holds: Type::Number,
        is_nullable: false,
        meaning: "",
        value: Value::Measures(accepts, measured),
    }
}

/// The same key, with an optional value.
pub(super) const fn or_null<T>(mut key: Key<T>) -> Key<T> {
    key.is_nullable = true;
    key
}

/// A key that holds a text.
pub(super) const fn text<T>(name: &'static str, meaning: &'static str, value: Read<T>) -> Key<T> {
    key(Type::Text, name, meaning, value)
}

/// A key that holds a whole number.
pub(super) const fn whole<T>(name: &'static str, meaning: &'static str, value: Read<T>) -> Key<T> {
    key(Type::Whole, name, meaning, value)
}

/// A key that holds any number.
pub(super) const fn number<T>(name: &'static str, meaning: &'static str, value: Read<T>) -> Key<T> {
    key(Type::Number, name, meaning, value)
}

/// A key that holds `true` or `false`.
pub(super) const fn flag<T>(name: &'static str, meaning: &'static str, value: Read<T>) -> Key<T> {
    key(Type::Flag, name, meaning, value)
}

/// A key that holds a list of texts.
pub(super) const fn texts<T>(name: &'static str, meaning: &'static str, value: Read<T>) -> Key<T> {
    key(Type::Texts, name, meaning, value)
}

/// A key that holds a list of objects.
pub(super) const fn objects<T>(
    name: &'static str,
    meaning: &'static str,
    shape: &'static dyn Described,
    value: Read<T>,
) -> Key<T> {
    key(Type::Objects(shape), name, meaning, value)
}
