//! A child that the program forks inherits the shell's descriptors, and blocks no one.

use crate::common::{named_pipe, program, told_through};
use crate::person::{CONTROL_C, CONTROL_D, Home, Person};

#[test]
fn a_child_that_lives_on_keeps_neither_prompt_nor_shell() {
    let home = Home::new();
    let pipe = named_pipe(home.path());
    let program = program("forking/at_prompt.py");
    let arguments = [program.as_os_str(), home.path().as_os_str()];
    let (mut person, before) = Person::with_login_shell(&home, &arguments);
    person.presses("sleep 1000\r");
    person.tells_target("fork");
    person.sees("a child of while the command runs", |seen| {
        seen.shows("the child is there") && !seen.has_prompt()
    });
    person.presses(CONTROL_C);
    person.sees_prompt();
    person.presses(CONTROL_D);
    person.is_left(&before, 0);
    person.tells_target("end");
    assert_eq!(
        told_through(&pipe),
        "Input/output error",
        "nobody reads any more"
    );
}
