//! The kind of a callable: how it is bound, and what a call returns.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The kind of a callable: how it is bound, and what a call returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kind {
    /// How it is bound.
    pub form: Form,
    /// What a call returns.
    pub flavour: Flavour,
}

/// How a callable is bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// Belongs to a module.
    Function,
    /// Bound to instances.
    Method,
    /// Bound to the class.
    ClassMethod,
    /// In a class, but not bound.
    StaticMethod,
    /// Read, written or deleted as an attribute.
    Property,
}

/// What a call returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Flavour {
    /// An ordinary value.
    Plain,
    /// A generator.
    Generator,
    /// A coroutine.
    Coroutine,
    /// An async generator.
    AsyncGenerator,
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flavour = match self.flavour {
            Flavour::Plain => "",
            Flavour::Generator => "generator ",
            Flavour::Coroutine => "coroutine ",
            Flavour::AsyncGenerator => "async generator ",
        };
        let form = match self.form {
            Form::Function => "function",
            Form::Method => "method",
            Form::ClassMethod => "classmethod",
            Form::StaticMethod => "staticmethod",
            Form::Property => "property",
        };
        write!(formatter, "{flavour}{form}")
    }
}
