//! `help programs`: running a program under the shell.

use super::{Section, Topic, example};

pub(super) const PROGRAMS: Topic = Topic {
    name: "programs",
    summary: "how to run your own program, from start to end",
    sections: &[
        Section {
            title: "starting it",
            entries: &[
                (
                    "instrsh app.py ARG...",
                    "runs a script as `python` would; also a folder, an archive or a .pyc file",
                ),
                (
                    "instrsh -m MODULE ARG...",
                    "runs a module as `python -m` would",
                ),
                (
                    "--python PATH",
                    "uses the packages of this Python or virtual environment instead of the active one (`VIRTUAL_ENV`); it must have the minor version that `instrsh --version` shows",
                ),
                (
                    "--python-option -O",
                    "passes an option to CPython; may be repeated",
                ),
                (
                    "--program-output FILE",
                    "writes the program's output to a file; `--program-stderr FILE` writes its stderr to another one",
                ),
                (
                    "INSTRSH_CLOCK=system",
                    "in the environment: times calls with the system's clock instead of the processor's counter; `counter` uses the counter, if there is one, also where the system does not trust it",
                ),
                (
                    "not supported",
                    "Python's options `-i` and `-x`, and programs on standard input",
                ),
            ],
        },
        Section {
            title: "counting from the first call",
            entries: &[
                (
                    "--hold",
                    "the program does not start until `run`: patch first, then run it",
                ),
                (
                    "patch --lazy app:*",
                    "patches each match as soon as its module is imported, or the program's script has defined it at its top level",
                ),
            ],
        },
        Section {
            title: "calls beside hits",
            entries: &[(
                "__call_counts__",
                "a module that counts its own calls keeps them in a dict of this name, such as `{\"app:offer\": 3}`; `ls`, `watch` and `stats` show them as calls",
            )],
        },
        Section {
            title: "worker processes",
            entries: &[
                (
                    "fork",
                    "a forked process inherits the patches, and its hits count in the same rows; `ls --by process` splits them. A later `patch` or `unpatch` does not reach it",
                ),
                (
                    "gunicorn --preload",
                    "loads the application before it forks, so that the workers have the patches",
                ),
                (
                    "not counted",
                    "processes that start a new Python: those of `uvicorn --workers`, of `multiprocessing` with `spawn` or `forkserver`, and of reloaders",
                ),
                (
                    "reloaders",
                    "turn them off: `flask run --debug --no-reload`, `app.run(use_reloader=False)`, Django's `runserver --noreload`, `uvicorn` without `--reload`",
                ),
            ],
        },
        Section {
            title: "the terminal",
            entries: &[
                (
                    "stdin",
                    "is empty until the first `fg`: `input()` raises EOFError, and `breakpoint()` raises BdbQuit. For a program that asks, pass `--hold`, and type `fg` instead of `run`",
                ),
                (
                    "fg",
                    "gives the program the terminal, for a question, a debugger or curses, until it ends or you press Ctrl-Z",
                ),
                (
                    "Ctrl-Z",
                    "returns to the prompt; the program goes on, and what it reads waits for the next `fg`, half-typed lines included. In raw mode, as of an editor, the key is the program's",
                ),
            ],
        },
        Section {
            title: "the end",
            entries: &[
                (
                    "afterwards",
                    "`wait` reports how the program ended; `ls`, `stats` and `dis` still answer. After a crash, a kill or `os._exit` they answer from what was counted until then, and nothing can be patched",
                ),
                (
                    "restart",
                    "ends the program and starts it again with its patches; counts start at zero",
                ),
                (
                    "exit",
                    "undoes every patch and interrupts the program as Ctrl-C would, so that `finally` blocks and exit handlers run. A program that is still running after 3 seconds is ended by force; the shell says so and exits with status 1",
                ),
                (
                    "interrupt; wait 30",
                    "before `exit`: gives a server more time to finish its requests",
                ),
            ],
        },
        Section {
            title: "what the program can notice",
            entries: &[
                ("imports", "up to 3.12, `threading` is already imported"),
                (
                    "threads",
                    "the agent has three; under a high `nice` value, `os.fork` may warn of them",
                ),
                ("faulthandler", "may list a thread without a frame"),
                (
                    "the terminal",
                    "at the prompt, the program has one of its own; if the shell is killed, it is hung up, as when a window is closed",
                ),
                (
                    "signals",
                    "a signal to the whole process group or control group arrives twice",
                ),
            ],
        },
    ],
    derived: Vec::new,
    examples: &[
        example("ls --by process", "the hits of each process"),
        example("interrupt; wait 30", "end a server and wait for it"),
    ],
};
