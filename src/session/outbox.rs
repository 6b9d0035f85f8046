//! Where the agent's messages to the shell go.

use crossbeam_channel::Sender;

use crate::error::Result;
use crate::protocol::{Event, FromAgent, Reply, encode};

/// The agent's end of the line to the shell, for every thread that has something to tell.
#[derive(Clone)]
pub(super) struct Outbox(Sender<Vec<u8>>);

impl Outbox {
    pub(super) fn new(to_shell: Sender<Vec<u8>>) -> Self {
        Self(to_shell)
    }

    /// Replies to a request.
    pub(super) fn reply(&self, number: u64, reply: Result<Reply>) {
        self.send(&FromAgent::Reply(number, reply))
            .unwrap_or_else(|error| {
                // An error has a form in any case.
                let _ = self.send(&FromAgent::Reply(number, Err(error)));
            });
    }

    /// Tells of an event.
    pub(super) fn tell(&self, event: Event) {
        // Each event has a form: they are data without maps.
        let _ = self.send(&FromAgent::Event(event));
    }

    pub(super) fn send(&self, message: &FromAgent) -> Result<()> {
        let bytes = encode(message)?;
        // This fails if the shell is gone, which the line notices.
        let _ = self.0.send(bytes);
        Ok(())
    }
}
