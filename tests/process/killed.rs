//! The shell is killed: every patch is undone, and the program runs to its own end.

use std::process::Command;

use crate::apart::beside_shell;
use crate::common::{Conversation, at_once, program};

const FUNCTIONS: usize = 2000;

/// A shell with a program that it leaves behind when it is killed.
struct Orphaning {
    shell: Conversation,
    /// Its process.
    id: String,
}

impl Orphaning {
    /// One beside a program that kills it when as many functions as `rising` have been patched, and then no more than
    /// `falling`.
    fn at(rising: usize, falling: usize) -> Self {
        let arguments = [FUNCTIONS, rising, falling].map(|number| number.to_string());
        Self::beside(
            &[],
            "orphaned.py",
            &arguments.each_ref().map(String::as_str),
        )
    }

    /// One beside a program with these arguments.
    fn beside(options: &[&str], name: &str, arguments: &[&str]) -> Self {
        let mut reaper = beside_shell(env!("INSTRSH_PYTHON"));
        reaper.arg(program("reaper.py"));
        reaper.arg(env!("CARGO_BIN_EXE_instrsh"));
        reaper.args(options).arg(program(name)).args(arguments);
        let shell = Conversation::with(&mut reaper);
        let id = shell.error_with("shell ").replace("shell ", "");
        Self { shell, id }
    }

    /// Kills the shell.
    fn kill(&self) {
        let killed = Command::new("kill").args(["-KILL", &self.id]).status();
        assert!(killed.expect("kill runs").success());
    }

    /// Checks how the program ends.
    #[track_caller]
    fn ends_with(self, status: i32) {
        let (_, _, errors) = self.shell.finish_without_end_of_commands();
        let end = format!("program ended {status}");
        assert!(errors.contains(&end), "{end}: {errors:?}");
    }

    /// Checks what becomes of the program; the number of functions that were patched at most after the shell was killed.
    #[track_caller]
    fn runs_to_its_end(self, what: &str) -> usize {
        let (_, _, errors) = self.shell.finish_without_end_of_commands();
        let is_known = |line: &String| line == "ready" || line.starts_with("after ");
        let (known, mut errors): (Vec<_>, Vec<_>) = errors.into_iter().partition(is_known);
        errors.sort();
        let expected = [
            "0 patched",
            "atexit ran",
            "program ended 7",
            "shell ended -9",
        ];
        assert_eq!(errors, expected, "{what}: {known:?}");
        let most = known.iter().find_map(|line| line.split_once("at most "));
        most.expect("a number").1.parse().expect("a number")
    }
}

#[test]
fn while_it_patches_or_unpatches() {
    let moments: Vec<_> = (0..36)
        .map(|moment| (moment % 3, 1 + FUNCTIONS * (moment / 3) / 13))
        .collect();
    at_once(&moments, |&(way, number)| {
        let (line, rising, falling) = match way {
            0 => ("patch --limit 0 __main__:function_*", number, FUNCTIONS),
            1 => (
                "time --for 100 --limit 0 __main__:function_*",
                number,
                FUNCTIONS,
            ),
            _ => (
                "patch --limit 0 __main__:function_*; unpatch --all",
                FUNCTIONS,
                FUNCTIONS - number,
            ),
        };
        let mut orphaning = Orphaning::at(rising, falling);
        orphaning.shell.error_with("ready");
        orphaning.shell.send(line);
        let most = orphaning.runs_to_its_end(&format!("`{line}`, {number}"));
        // It does not finish first what nobody waits for.
        assert!(
            number > FUNCTIONS / 2 || most < FUNCTIONS,
            "`{line}`, {number}: {most}"
        );
    });
}

#[test]
fn while_it_is_idle_or_samples() {
    for line in [
        "patch __main__:function_*",
        "patch --lazy later:*; time __main__:function_1*",
        "watch 1000 --every 50ms __main__:function_1*",
        "wait",
    ] {
        let mut orphaning = Orphaning::at(0, 0);
        orphaning.shell.error_with("ready");
        orphaning
            .shell
            .send("patch --limit 0 __main__:function_*; help exit");
        while !orphaning.shell.answer().contains("with status 3") {}
        orphaning.shell.send(line);
        orphaning.kill();
        orphaning.runs_to_its_end(line);
    }
}

/// How `ended.py` ends.
const ENDINGS: [(&str, i32); 3] = [("ends", 0), ("exits", 3), ("raises", 1)];

#[test]
fn while_the_program_is_held() {
    for (ending, status) in ENDINGS {
        let mut orphaning = Orphaning::beside(&["--hold"], "ended.py", &[ending]);
        orphaning.shell.ask("patch --lazy ended:*");
        orphaning.kill();
        orphaning.ends_with(status);
    }
}

#[test]
fn while_the_program_is_kept_at_its_end() {
    for (ending, status) in ENDINGS {
        let mut orphaning = Orphaning::beside(&["--hold"], "ended.py", &[ending]);
        let line =
            "patch --lazy ended:*; run; expect program == ended --within 30; ls ended:function";
        orphaning.shell.ask(line);
        orphaning.kill();
        orphaning.ends_with(status);
    }
}
