//! What is there now, as seen from a patch.

use serde::{Deserialize, Serialize};

/// What is in `function.__code__` now, as seen from a patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Never patched, or unpatched.
    Original,
    /// The patched code object.
    Patched,
    /// Patched by us, then other code replaced the code object or the whole function.
    Replaced,
    /// Other code has derived its code object from patched code, and it contains the hook; or such a
    /// copy of its patched code is in use elsewhere.
    Copied,
    /// Patched by us, then removed from its place by other code, or gone.
    Removed,
}

/// What the path of a patch leads to now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// The function that was patched, as far as can be determined.
    Itself,
    /// Another function, or another object.
    Another,
    /// Nothing.
    Nothing,
}
