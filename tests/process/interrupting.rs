//! `interrupt`: raises `KeyboardInterrupt` in the program, whatever it does, and does not affect
//! the script.

use crate::common::{Conversation, instrsh, program};

/// The number of times that the program is interrupted.
const TIMES: u32 = 30;

fn beside(arguments: &[&str]) -> Conversation {
    let shell = Conversation::with(instrsh().arg(program("interruptible.py")).args(arguments));
    shell.error_with("ready for number 0");
    shell
}

#[test]
fn a_program_is_interrupted_whatever_it_does() {
    let mut shell = beside(&[&TIMES.to_string()]);
    for turn in 1..=TIMES {
        shell.send("interrupt");
        if turn < TIMES {
            shell.error_with(&format!("ready for number {turn}"));
        }
    }
    shell.send("wait");
    let (status, answers, errors) = shell.finish();
    assert_eq!(errors, [format!("{TIMES} taken")]);
    assert_eq!(answers, ["the program has ended with status 0"]);
    assert!(status.success(), "{status}");
}

/// Under `python`, a `kill -INT` at the first of these moments is lost.
#[test]
fn an_interrupt_between_the_last_look_and_what_blocks_is_not_lost() {
    for (about, times) in [("block", 1), ("sleep", 5)] {
        for _ in 0..times {
            let program = program(&format!("about_to_{about}.py"));
            let mut shell = Conversation::with(instrsh().arg(program));
            shell.error_with(&format!("about to {about}"));
            shell.ask("interrupt");
            shell.send("wait 20");
            let (status, _, errors) = shell.finish();
            assert_eq!(errors, ["interrupted"]);
            assert!(status.success(), "{status}");
        }
    }
}

#[test]
fn a_signal_that_would_do_no_good_is_not_sent() {
    for (handler, said) in [
        ("SIG_IGN", "the program ignores SIGINT"),
        ("SIG_DFL", "the program has no handler for SIGINT"),
    ] {
        let mut shell = beside(&["1", handler]);
        shell.send("interrupt");
        let (status, _, errors) = shell.finish_without_end_of_commands();
        assert_eq!(status.code(), Some(1), "{errors:?}");
        assert!(errors.iter().any(|line| line.contains(said)), "{errors:?}");
    }
}

#[test]
fn who_is_started_without_interrupts_has_none() {
    let mut background = std::process::Command::new("sh");
    background.args(["-c", "trap '' INT; exec \"$@\"", "sh"]);
    background.arg(env!("CARGO_BIN_EXE_instrsh"));
    background.arg(program("interruptible.py")).arg("1");
    let mut shell = Conversation::with(&mut background);
    shell.error_with("ready for number 0");
    shell.interrupt();
    shell.send("sleep 300ms; interrupt");
    let (status, answers, errors) = shell.finish_without_end_of_commands();
    assert_eq!(status.code(), Some(1), "{answers:?} {errors:?}");
    assert!(
        errors[0].contains("the program ignores SIGINT"),
        "{errors:?}"
    );
}
