//! The names of the callables of a module.

use serde::{Deserialize, Serialize};

/// The names of one module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleNames {
    /// `package.module`
    pub name: String,
    /// Whether it is the program's own: neither in the standard library nor in site-packages.
    pub is_own: bool,
    /// `Class.method`, sorted.
    pub callables: Vec<String>,
    /// Other names that may lead to callables, sorted.
    pub others: Vec<String>,
}

impl ModuleNames {
    /// The callables in it, as `Class.method`, sorted.
    pub fn callables(&self) -> impl Iterator<Item = &str> {
        self.callables.iter().map(String::as_str)
    }
}
