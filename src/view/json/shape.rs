//! The keys of an object: each with its type, its meaning, and the source of its value. `help json`
//! and the output use the same list.

use std::fmt;

use super::value::Json;

/// The keys of the object for a `T`, in order.
pub(in crate::view) struct Shape<T: 'static> {
    pub(in crate::view) keys: &'static [Key<T>],
}

/// One key of an object.
pub(in crate::view) struct Key<T> {
    pub(in crate::view) name: &'static str,
    holds: Type,
    is_nullable: bool,
    meaning: &'static str,
    pub(in crate::view) value: for<'a> fn(&'a T) -> Json<'a>,
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

impl<T> Shape<T> {
    /// The object for `it`.
    pub(super) fn object<'a>(&self, it: &'a T) -> Json<'a> {
        Json::Object(self.values(it).collect())
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

    fn values<'a>(&self, it: &'a T) -> impl Iterator<Item = (&'static str, Json<'a>)> {
        self.keys.iter().map(|key| (key.name, (key.value)(it)))
    }
}

impl<T> Described for Shape<T> {
    fn keys_at(&self, path: &str) -> Vec<SchemaKey> {
        let keys = self.keys.iter().flat_map(|key| {
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
            std::iter::once(key).chain(inner)
        });
        keys.collect()
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
type Value<T> = for<'a> fn(&'a T) -> Json<'a>;

/// A key that holds a `Type`.
pub(super) const fn key<T>(
    holds: Type,
    name: &'static str,
    meaning: &'static str,
    value: Value<T>,
) -> Key<T> {
    Key {
        name,
        holds,
        is_nullable: false,
        meaning,
        value,
    }
}

/// The same key, with an optional value.
pub(super) const fn or_null<T>(mut key: Key<T>) -> Key<T> {
    key.is_nullable = true;
    key
}

/// A key that holds a text.
pub(super) const fn text<T>(name: &'static str, meaning: &'static str, value: Value<T>) -> Key<T> {
    key(Type::Text, name, meaning, value)
}

/// A key that holds a whole number.
pub(super) const fn whole<T>(name: &'static str, meaning: &'static str, value: Value<T>) -> Key<T> {
    key(Type::Whole, name, meaning, value)
}

/// A key that holds any number.
pub(super) const fn number<T>(
    name: &'static str,
    meaning: &'static str,
    value: Value<T>,
) -> Key<T> {
    key(Type::Number, name, meaning, value)
}

/// A key that holds `true` or `false`.
pub(super) const fn flag<T>(name: &'static str, meaning: &'static str, value: Value<T>) -> Key<T> {
    key(Type::Flag, name, meaning, value)
}

/// A key that holds a list of texts.
pub(super) const fn texts<T>(name: &'static str, meaning: &'static str, value: Value<T>) -> Key<T> {
    key(Type::Texts, name, meaning, value)
}

/// A key that holds a list of objects.
pub(super) const fn objects<T>(
    name: &'static str,
    meaning: &'static str,
    shape: &'static dyn Described,
    value: Value<T>,
) -> Key<T> {
    key(Type::Objects(shape), name, meaning, value)
}
