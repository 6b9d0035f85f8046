//! The program has ended in some way: every command still answers, and none waits for the program.

use crate::common::{Conversation, instrsh, program};

/// A way to end, and how `wait` reports it: as an answer or as an error.
const WAYS: [(&str, Result<&str, &str>); 4] = [
    ("ends", Ok("the program has ended with status 0")),
    ("exits", Err("the program has ended with status 3")),
    (
        "raises",
        Err("the program has ended with status 1 (LookupError)"),
    ),
    (
        "is_interrupted",
        Err("the program has ended with status 130 (KeyboardInterrupt)"),
    ),
];

/// A shell whose program was patched, and has run and ended.
struct Ended {
    shell: Conversation,
    what: &'static str,
}

impl Ended {
    fn by(what: &'static str) -> Self {
        let mut shell = Conversation::with(
            instrsh()
                .args(["--hold", "--keep-going", "--color", "never"])
                .arg(program("ended.py"))
                .arg(what),
        );
        shell.ask("patch json:loads");
        shell.ask("run");
        shell.send("wait");
        Self { shell, what }
    }

    /// The answers to a line; they must contain each of `parts`.
    #[track_caller]
    fn says(&mut self, line: &str, parts: &[&str]) {
        let answers = self.shell.ask(line).join("\n");
        for part in parts {
            assert!(
                answers.contains(part),
                "`{line}` after it {}: {answers}",
                self.what
            );
        }
    }

    /// Sends a line that must fail with this sentence.
    fn refuses(&mut self, line: &str, sentence: &str) {
        self.shell.send(line);
        self.shell.error_with(sentence);
    }
}

#[test]
fn wait_tells_how_it_ended_and_fails_if_it_failed() {
    for (what, told) in WAYS {
        let mut ended = Ended::by(what);
        for line in ["wait 1", "wait"] {
            match told {
                Ok(answer) => ended.says(line, &[answer]),
                Err(error) => ended.refuses(line, error),
            }
        }
        let (status, ..) = ended.shell.finish();
        assert_eq!(status.code(), Some(i32::from(told.is_err())), "{what}");
    }
}

#[test]
fn what_it_left_can_be_looked_at() {
    for (what, _) in WAYS {
        let mut ended = Ended::by(what);
        ended.says("expect program == ended", &[]);
        ended.says("ls ended:function", &["__main__:function", "1 callable"]);
        ended.says("stats", &["run time", "callables"]);
        ended.says("dis ended:function", &["RESUME"]);
        ended.says(
            "watch 1000 --every 50ms ended",
            &["the program has ended; `wait` tells how"],
        );
        ended.says("sleep 1ms; history; clear", &[]);
        ended.refuses("expect program == running", "but program is ended");
    }
}

#[test]
fn what_it_left_can_be_patched() {
    for (what, _) in WAYS {
        let mut ended = Ended::by(what);
        ended.says("patch ended:ends", &["patched __main__:ends"]);
        ended.says("patch --lazy json.tool:*", &["json.tool:* is pending"]);
        ended.says("dis --diff ended:ends", &["+UNARY_INVERT"]);
        ended.says("expect hits(ended:ends) == 0", &[]);
        ended.says("unpatch ended:ends", &["the original code is back"]);
        ended.says(
            "unpatch --all --drain 1",
            &["json.tool:* is no longer pending"],
        );
        ended.says("verify", &["exactly as before"]);
    }
}

#[test]
fn what_would_go_to_it_is_refused() {
    for (what, _) in WAYS {
        let mut ended = Ended::by(what);
        ended.refuses("run", "the program has ended");
        ended.refuses("interrupt", "the program has ended");
        ended.refuses("fg", "the program has ended");
    }
}
