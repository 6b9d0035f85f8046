//! The templates: what is put in at the points of a code object, as assembly that can be read, with
//! the Python above it that it would be.
//!
//! `hook`, `watcher`: the constant, a native object, none of whose methods runs Python or raises.
//! `token`: what the hook gives, at the bottom of the stack; it never has a name.

use super::instruction::Instruction;
use super::line_table::Location;
use super::opcodes::Opcodes;

/// The templates of one version for the constant at one index.
#[derive(Clone, Copy)]
pub(super) struct Templates {
    pub(super) opcodes: &'static Opcodes,
    pub(super) constant: u32,
}

impl Templates {
    /// Counts a call. It has no location: with that of its neighbours, it would make line events.
    ///
    /// ```text
    /// ~hook
    ///
    ///     LOAD_CONST    hook
    ///     UNARY_INVERT
    ///     POP_TOP
    /// ```
    pub(super) fn count(self) -> [Instruction; 3] {
        let [load, invert] = self.begin();
        [load, invert, Instruction::new(&self.opcodes.pop_top, 0)]
    }

    /// Begins a call. The token stays at the bottom of the stack for as long as the frame lives, and
    /// the interpreter drops it at the end, whichever that is. It has no location, as above.
    ///
    /// ```text
    /// token = ~hook
    ///
    ///     LOAD_CONST    hook
    ///     UNARY_INVERT
    /// ```
    pub(super) fn begin(self) -> [Instruction; 2] {
        [self.load(), Instruction::new(&self.opcodes.unary_invert, 0)]
    }

    /// Makes the token of a call that begins later, if at all.
    ///
    /// ```text
    /// token = -hook
    ///
    ///     LOAD_CONST    hook
    ///     UNARY_NEGATIVE
    /// ```
    pub(super) fn prepare(self) -> [Instruction; 2] {
        let negative = &self.opcodes.unary_negative;
        [self.load(), Instruction::new(negative, 0)]
    }

    /// Suspends a call; so many values lie on the token.
    ///
    /// ```text
    /// -token
    ///
    ///     COPY          values + 1
    ///     UNARY_NEGATIVE
    ///     POP_TOP
    /// ```
    pub(super) fn suspend(self, values: u32, location: Option<Location>) -> [Instruction; 3] {
        let negative = Instruction::new(&self.opcodes.unary_negative, 0);
        self.on_the_token(negative, values, location)
    }

    /// Resumes a call, or begins one that was prepared.
    ///
    /// ```text
    /// ~token
    ///
    ///     COPY          values + 1
    ///     UNARY_INVERT
    ///     POP_TOP
    /// ```
    pub(super) fn resume(self, values: u32, location: Option<Location>) -> [Instruction; 3] {
        let invert = Instruction::new(&self.opcodes.unary_invert, 0);
        self.on_the_token(invert, values, location)
    }

    /// Ends a call that returns the value on the token: the token is dropped before it returns.
    ///
    /// ```text
    /// del token
    ///
    ///     SWAP          2
    ///     POP_TOP
    /// ```
    pub(super) fn end(self, location: Option<Location>) -> [Instruction; 2] {
        let swap = Instruction::new(&self.opcodes.swap, 2);
        let pop = Instruction::new(&self.opcodes.pop_top, 0);
        located([swap, pop], location)
    }

    /// Ends a call that returns a constant: `RETURN_CONST` needs nothing on the stack.
    ///
    /// ```text
    /// del token
    ///
    ///     POP_TOP
    /// ```
    pub(super) fn end_at_constant(self, location: Option<Location>) -> [Instruction; 1] {
        located([Instruction::new(&self.opcodes.pop_top, 0)], location)
    }

    /// Passes the parameter at this index of the fast locals to a native object.
    ///
    /// ```text
    /// del watcher[parameter]
    ///
    ///     LOAD_CONST    watcher
    ///     LOAD_FAST     parameter
    ///     DELETE_SUBSCR
    /// ```
    pub(super) fn exit_notice(self, parameter: u32) -> [Instruction; 3] {
        [
            self.load(),
            Instruction::new(&self.opcodes.load_fast, parameter),
            Instruction::new(&self.opcodes.delete_subscr, 0),
        ]
    }

    /// Informs a native object of the name that `store` has bound. It has the location of the store:
    /// without a location, in the middle of a line, it would make 3.11 trace that line again.
    ///
    /// ```text
    /// del watcher.name
    ///
    ///     LOAD_CONST    watcher
    ///     DELETE_ATTR   name
    /// ```
    pub(super) fn store_notice(self, store: &Instruction) -> [Instruction; 2] {
        let delete = Instruction {
            argument: store.argument,
            ..Instruction::new(&self.opcodes.delete_attr, 0)
        };
        located([self.load(), delete], store.location)
    }

    fn load(self) -> Instruction {
        Instruction::new(&self.opcodes.load_const, self.constant)
    }

    fn on_the_token(
        self,
        operator: Instruction,
        values: u32,
        location: Option<Location>,
    ) -> [Instruction; 3] {
        // If there is no such depth, there is no such code: it is refused when its stack is measured.
        let copy = Instruction::new(&self.opcodes.copy, values.saturating_add(1));
        let pop = Instruction::new(&self.opcodes.pop_top, 0);
        located([copy, operator, pop], location)
    }
}

fn located<const N: usize>(
    instructions: [Instruction; N],
    location: Option<Location>,
) -> [Instruction; N] {
    instructions.map(|instruction| Instruction {
        location,
        ..instruction
    })
}
