//! What the worker reports by itself: plain data.

use std::sync::OnceLock;

use crate::protocol::Event;

/// Who is told of events.
#[derive(Default)]
pub(super) struct Listener(OnceLock<Box<dyn Fn(Event) + Send + Sync>>);

impl Listener {
    /// Sets the one who is told, on the worker's thread.
    pub(super) fn set(&self, tell: impl Fn(Event) + Send + Sync + 'static) {
        // There is one shell, which sets it once.
        let _ = self.0.set(Box::new(tell));
    }

    pub(super) fn tell(&self, event: Event) {
        if let Some(tell) = self.0.get() {
            tell(event);
        }
    }
}
