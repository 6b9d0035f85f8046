//! `help scripts`: commands in files and on the command line.

use super::{Section, Topic, example};

pub(super) const SCRIPTS: Topic = Topic {
    name: "scripts",
    summary: "commands in files, pipes and on the command line",
    sections: &[
        Section {
            title: "where commands come from",
            entries: &[
                ("instrsh -c COMMANDS", "separated by `;` or newlines"),
                ("instrsh -f FILE", "a file; `-` is standard input"),
                ("... | instrsh", "a pipe: each line runs as it arrives"),
                (
                    "source FILE",
                    "a file, from the prompt or from another file",
                ),
                (
                    "record FILE",
                    "writes such a file: the settings and patches of this moment, and what you do from then on",
                ),
            ],
        },
        Section {
            title: "syntax",
            entries: &[
                ("' ' and \" \"", "quotes and backslash work as in `sh`"),
                (
                    "#",
                    "at the start of a word: the rest of the line is a comment",
                ),
                (";", "ends a command"),
                ("--", "ends the options; later words may start with dashes"),
                (
                    "${NAME}",
                    "an environment variable as it was when the shell started; not in single quotes, and never split into words",
                ),
                (
                    "| COMMAND",
                    "pipes the answer as plain text into a command line of `sh`: `ls | head -3`, `stats | cat > FILE`. It ends at `;`. If its exit status is not 0, the command fails",
                ),
            ],
        },
        Section {
            title: "what `expect` compares",
            entries: &[
                (
                    "MEASURE(PATTERN)",
                    "a measure (`help measures`) of all that match together; rates and shares are taken over a quarter of a second",
                ),
                (
                    "rate(PATTERN)",
                    "hits per second; calls per second if nothing is patched",
                ),
                (
                    "patched(PATTERN)",
                    "the number of patched callables; `callables(PATTERN)` counts all that match",
                ),
                ("program", "`held`, `running` or `ended`"),
                ("12.5, 50ms, 2%", "a number, a time, a share of a core"),
            ],
        },
        Section {
            title: "failures",
            entries: &[
                (
                    "FILE:LINE:",
                    "each error message starts with the place; the script stops there, unless you pass `--keep-going`",
                ),
                (
                    "expect",
                    "fails if the relation does not hold; with `--within`, if it has not held by then",
                ),
                (
                    "wait 30",
                    "fails if the program has not ended after 30 seconds, or its exit status is not 0",
                ),
                (
                    "exit status",
                    "0: all commands worked, 1: a command failed or the program was ended by force, 2: a command is unknown or has wrong arguments, 130: Ctrl-C; `exit N` sets N",
                ),
            ],
        },
        Section {
            title: "streams",
            entries: &[
                ("stdout", "answers, and nothing else"),
                (
                    "stderr",
                    "errors, notices, and the program's output, unless `--program-output FILE` redirects it",
                ),
                (
                    "stdin",
                    "read by the program, unless the commands come from it",
                ),
            ],
        },
    ],
    derived: Vec::new,
    examples: &[
        example(
            "patch *mod_a:func_7; expect patched(*mod_a:func_7) == 1",
            "two commands on one line",
        ),
        example("ls '*mod_a:func_?' # a comment", "a pattern in quotes"),
    ],
};
