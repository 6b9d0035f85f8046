//! A service that runs inside the shell.

use std::process::Command;

use super::clients::Request;
use crate::common::Conversation;
use crate::common::answers::rows;
use crate::common::http::address;

/// The properties of a service.
pub(crate) struct Service {
    pub(crate) name: &'static str,
    /// The shell with the service as its program.
    pub(crate) command: Command,
    pub(crate) requests: &'static [Request],
    /// Patterns of the modules that it is built on, between spaces.
    pub(crate) framework: &'static str,
    /// A function among them that each request calls once before it is answered.
    pub(crate) once_a_request: &'static str,
    /// Whether it logs each request on stderr.
    pub(crate) logs: bool,
    /// What it prints at its end, if anything.
    pub(crate) last_words: Option<&'static str>,
}

/// The shell beside a service.
pub(crate) struct Running {
    shell: Conversation,
    /// What was on stderr so far.
    log: Vec<String>,
    /// `host:port`
    pub(crate) address: String,
}

impl Running {
    /// Starts the service, sends commands, and waits until it prints its address.
    pub(crate) fn start(command: &mut Command, commands: &str) -> Self {
        let mut shell = Conversation::with(command);
        shell.ask(commands);
        let told = shell.error_with("http://");
        let address = address(&told).expect("an address").to_owned();
        Self {
            shell,
            log: Vec::new(),
            address,
        }
    }

    /// Sends commands, none of which may fail; returns the lines of their answers.
    pub(crate) fn ask(&mut self, commands: &str) -> Vec<String> {
        // An error must not be lost among the lines of the service.
        self.log.extend(self.shell.errors.try_iter());
        self.shell.ask(commands)
    }

    /// The sum of the hits of all matches.
    pub(crate) fn hits(&mut self, pattern: &str) -> u64 {
        let answers = self.ask(&format!("ls {pattern}"));
        rows(&answers).iter().map(|(.., hits)| hits).sum()
    }

    /// Leaves the shell, which must succeed; returns the lines of stderr since the address was printed.
    pub(crate) fn leave(mut self) -> Vec<String> {
        let (status, answers, errors) = self.shell.finish();
        assert!(status.success(), "{status}: {errors:?}");
        assert!(answers.is_empty(), "{answers:?}");
        self.log.extend(errors);
        self.log
    }
}
