//! What the worker reports by itself: plain data.

use super::Overspending;
use serde::{Deserialize, Serialize};

/// Something that happened without having been asked for.
#[derive(Debug, Serialize, Deserialize)]
pub enum Event {
    /// Patches exceeded the budget and were undone.
    Overspent(Overspending),
    /// The names that can be typed have changed.
    NamesChanged,
}
