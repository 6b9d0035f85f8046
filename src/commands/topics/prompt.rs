//! `help prompt`: typing at the prompt.

use super::{Section, Topic, example};

pub(super) const PROMPT: Topic = Topic {
    name: "prompt",
    summary: "keys, completion, settings, and the live view",
    sections: &[
        Section {
            title: "keys",
            entries: &[
                (
                    "Tab",
                    "completes commands, options, values, files and symbol paths; if nothing starts with what you typed, it searches inside names (`func_7`)",
                ),
                ("Right", "accepts the grey suggestion from the history"),
                ("Up, Ctrl-R", "recall and search earlier lines"),
                (
                    "Ctrl-C",
                    "clears the line, or stops the running command; twice on an empty line leaves",
                ),
                ("Ctrl-D", "leaves"),
            ],
        },
        Section {
            title: "lines",
            entries: &[
                (
                    "shown in red",
                    "a command, option or name that does not exist",
                ),
                (
                    "unp",
                    "a command may be shortened to any unambiguous beginning, but not in scripts",
                ),
                ("package.module:func", "a bare symbol path is patched"),
                ("' and \"", "an open quote continues on the next line"),
            ],
        },
        Section {
            title: "answers",
            entries: &[
                (
                    "$PAGER",
                    "shows answers that are longer than the screen (default: `less`; `PAGER=` turns it off)",
                ),
                (
                    "ls | grep cache",
                    "pipes the answer into a command line of `sh`; see `help scripts`",
                ),
                (
                    "the program's output",
                    "appears above the line that you are typing",
                ),
            ],
        },
        Section {
            title: "settings",
            entries: &[
                ("set sort hits", "changes a setting; `set` lists them all"),
                (
                    "alias busy ls --sort hits",
                    "gives a command a name of your own",
                ),
                (
                    "~/.config/instrsh/init",
                    "commands to run before the first prompt, such as `set` and `alias` (`$XDG_CONFIG_HOME` is honoured)",
                ),
            ],
        },
        Section {
            title: "the live view",
            entries: &[
                (
                    "watch",
                    "shows the table until you press `q`; `?` lists its keys, as does `help watch`",
                ),
                (
                    ":",
                    "opens a command line below the table; the table keeps updating",
                ),
            ],
        },
    ],
    derived: Vec::new,
    examples: &[
        example("set every 500ms", "update `watch` twice a second"),
        example("set every --default", "go back to the default"),
    ],
};
