//! Whom signals are passed on to: the program that runs now.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::process::Signal;

use crate::program::Process;
use crate::system::{Status, end_by};

/// A handle for all threads.
#[derive(Clone, Default)]
pub(super) struct Hearing(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    program: Option<Arc<Process>>,
    /// Gives the terminal back, if there is a prompt.
    give_back: Option<Box<dyn Fn() + Send>>,
}

impl Hearing {
    /// Sets the program.
    pub(super) fn set_program(&self, program: Option<Arc<Process>>) {
        self.state().program = program;
    }

    /// Sets what is done before a signal ends a shell with a prompt.
    pub(super) fn set_give_back(&self, give_back: impl Fn() + Send + 'static) {
        self.state().give_back = Some(Box::new(give_back));
    }

    /// Whether a signal comes from the program, or from a process that it started.
    pub(super) fn is_of_program(&self, sender: Option<u32>) -> bool {
        let state = self.state();
        let Some((program, sender)) = state.program.as_ref().zip(sender) else {
            return false;
        };
        let parent = |process: &u32| Some(Status::of(*process)?.parent);
        std::iter::successors(Some(sender), parent).any(|it| it == program.number())
    }

    /// Passes on a signal that a process has sent; what the program sends to its group has reached it already. A
    /// signal that is to end the shell ends a prompt.
    pub(super) fn pass_on(&self, signal: Signal, sender: u32) {
        let state = self.state();
        if let Some(program) = state.program.as_ref().filter(|it| it.number() != sender) {
            program.send(signal);
        }
        if matches!(signal, Signal::TERM | Signal::HUP) {
            state.end(signal);
        }
    }

    /// The terminal has hung up: nobody is there any more. By the end of this process the others at the terminal
    /// learn of it.
    pub(super) fn hang_up(&self) {
        let state = self.state();
        if let Some(program) = &state.program {
            program.send(Signal::HUP);
        }
        end_by(Signal::HUP.as_raw());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Ends a shell with a prompt. The agent sees that, and undoes everything.
    fn end(&self, signal: Signal) {
        if let Some(give_back) = &self.give_back {
            give_back();
            end_by(signal.as_raw());
        }
    }
}
