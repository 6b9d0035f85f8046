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
                    "uses the packages of this Python or virtual environment, instead of the active one (`VIRTUAL_ENV`); its minor version must be the one that `instrsh --version` shows",
                ),
                (
                    "--python-option -O",
                    "passes an option to CPython; may be repeated",
                ),
                (
                    "--program-output FILE",
                    "writes its output to a file; `--program-stderr FILE` takes stderr apart",
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
                    "the program does not start before `run`: patch first, then run it",
                ),
                (
                    "patch --lazy app:*",
                    "patches each match as soon as its module is imported, or the script has defined it at its top level",
                ),
            ],
        },
        Section {
            title: "worker processes",
            entries: &[
                (
                    "fork",
                    "a forked process keeps its patches, and its hits count in the same rows; `ls --by process` splits them. Later `patch` and `unpatch` do not reach it",
                ),
                (
                    "gunicorn --preload",
                    "loads the application before it forks, so that the workers have the patches",
                ),
                (
                    "not counted",
                    "processes that run a new Python: `uvicorn --workers`, `multiprocessing` by `spawn` or `forkserver`, and reloaders",
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
                    "is empty while the prompt has the terminal; if the program asks with `input()` or `breakpoint()`, a notice says to type `fg`",
                ),
                (
                    "fg",
                    "gives the program the terminal, for a question, a debugger or curses, until it ends or you press Ctrl-Z",
                ),
                (
                    "Ctrl-Z",
                    "interrupts what the main thread reads: Python resumes at the next `fg`, but curses sees an empty key and does not redraw. Other threads, and `getpass`, go on reading beside the prompt. A program that handles Ctrl-Z itself, or uses raw mode, keeps the terminal until it ends",
                ),
            ],
        },
        Section {
            title: "the end",
            entries: &[
                (
                    "after it",
                    "`wait` tells how the program ended; `ls`, `stats` and `dis` still answer",
                ),
                (
                    "restart",
                    "ends the program and starts it again with its patches; counts start at zero",
                ),
                (
                    "exit",
                    "undoes every patch and interrupts the program as Ctrl-C would, so that `finally` blocks and exit handlers run; a program that is still running after 3 seconds is ended by force and named, and the exit status is 1",
                ),
                (
                    "interrupt; wait 30",
                    "before `exit`: gives a server time to finish its requests",
                ),
            ],
        },
        Section {
            title: "what the program can notice",
            entries: &[
                ("imports", "`threading` is already imported"),
                (
                    "system",
                    "some descriptors and threads belong to the shell; under a high `nice` value `os.fork` may warn of them",
                ),
                ("faulthandler", "may list a thread without a frame"),
                (
                    "threads",
                    "under 3.12, exit handlers can still start threads, which `python` refuses",
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
