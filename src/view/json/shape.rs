//! The keys of an object: each with its type, what it means, and where its value comes from. What
//! `help json` lists and what is written are the same list.

use std::fmt;

use super::value::Json;

/// The keys of the object that is made of a `T`, in order.
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

/// What a key holds.
#[derive(Clone, Copy)]
pub(super) enum Type {
    /// Characters.
    Text,
    /// A count, or another number from 0 on without a fraction.
    Whole,
    /// Any number.
    Number,
    /// `true` or `false`
    Flag,
    /// Some texts.
    Texts,
    /// A number, or a word.
    NumberOrText,
    /// Some objects that have all the same keys.
    Objects(&'static dyn Described),
}

/// One key as `help json` lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaKey {
    /// Its name behind those of the lists that it is in: `rows[].path`.
    pub path: String,
    /// The type in words.
    pub holds: String,
    /// What it means.
    pub meaning: &'static str,
}

/// Something whose keys can be listed.
pub(super) trait Described: Sync {
    /// The keys, with `path` in front of their names.
    fn keys_at(&self, path: &str) -> Vec<SchemaKey>;
}

impl<T> Shape<T> {
    /// The object that is made of `it`.
    pub(super) fn object<'a>(&self, it: &'a T) -> Json<'a> {
        Json::Object(self.values(it).collect())
    }

    /// The same with a first key of its own.
    pub(super) fn object_of<'a>(&self, command: &'static str, it: &'a T) -> Json<'a> {
        let first = ("command", command.into());
        Json::Object(std::iter::once(first).chain(self.values(it)).collect())
    }

    /// A list of the objects that are made of each.
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

/// Where the value of a key comes from.
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

/// The same key, where there may be no value.
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

/// A key that holds some texts.
pub(super) const fn texts<T>(name: &'static str, meaning: &'static str, value: Value<T>) -> Key<T> {
    key(Type::Texts, name, meaning, value)
}

/// A key that holds some objects of a shape.
pub(super) const fn objects<T>(
    name: &'static str,
    meaning: &'static str,
    shape: &'static dyn Described,
    value: Value<T>,
) -> Key<T> {
    key(Type::Objects(shape), name, meaning, value)
}
