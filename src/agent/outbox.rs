//! Where the agent's messages to the shell go.

use crossbeam_channel::Sender;

use crate::error::{Error, Result};
use crate::protocol::{Event, FromAgent, Reply, encode};

/// The agent's end of the line to the shell, for every thread that has something to tell.
#[derive(Clone)]
pub(super) struct Outbox(Sender<Vec<u8>>);

impl Outbox {
    pub(super) fn new(to_shell: Sender<Vec<u8>>) -> Self {
        Self(to_shell)
    }

    /// From now on a reply to the request of this number is owed.
    pub(super) fn owe(&self, number: u64) -> Owed {
        Owed {
            number,
            outbox: Some(self.clone()),
        }
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

/// A reply that is owed to the shell. If the worker ends without giving it, an error is given instead, so
/// that nobody waits for ever.
pub(super) struct Owed {
    number: u64,
    /// None when it is given.
    outbox: Option<Outbox>,
}

impl Owed {
    /// Gives it.
    pub(super) fn give(mut self, reply: Result<Reply>) {
        self.give_once(reply);
    }

    fn give_once(&mut self, reply: Result<Reply>) {
        if let Some(outbox) = self.outbox.take() {
            outbox.reply(self.number, reply);
        }
    }
}

impl Drop for Owed {
    fn drop(&mut self) {
        self.give_once(Err(Error::new("the worker thread has ended unexpectedly")
            .hint("type `exit`, and start `instrsh` again")));
    }
}

#[cfg(test)]
mod tests {
    use crossbeam_channel::unbounded;

    use super::*;
    use crate::protocol::decode;

    #[test]
    fn each_request_is_replied_to_once_also_by_a_worker_that_has_ended() {
        let (to_shell, from_agent) = unbounded();
        let outbox = Outbox::new(to_shell);
        outbox.owe(1).give(Ok(Reply::Done(())));
        let worker = std::thread::spawn({
            let outbox = outbox.clone();
            move || {
                let _owed = outbox.owe(2);
                std::panic::resume_unwind(Box::new("a fault of ours"))
            }
        });
        assert!(worker.join().is_err());
        drop(outbox);
        let replies = from_agent.iter().map(|bytes| match decode(&bytes) {
            Ok(FromAgent::Reply(number, reply)) => (number, reply.is_ok()),
            other => panic!("{other:?}"),
        });
        assert_eq!(replies.collect::<Vec<_>>(), [(1, true), (2, false)]);
    }
}
