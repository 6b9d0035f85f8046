//! `help paths`: symbol paths and patterns.

use super::{Section, Topic, example};

pub(super) const PATHS: Topic = Topic {
    name: "paths",
    summary: "how to name one callable or many",
    sections: &[
        Section {
            title: "a symbol path names one callable",
            entries: &[
                ("package.module:func", "a function"),
                (
                    "package.module:Class.method",
                    "a method, also a class method or a static method",
                ),
                (
                    "package.module:Outer.Inner.method",
                    "a method of a nested class",
                ),
                (
                    "module:Class.prop",
                    "the getter of a property; append `.setter` or `.deleter` for the others",
                ),
                (
                    "module:Class.__annotate__",
                    "the function that creates the annotations of a class, or of a module: `module:__annotate__`; CPython 3.14 and later",
                ),
                (
                    "module:func.__annotate__",
                    "the same of a function; by its full path only",
                ),
                (
                    "__main__:func",
                    "a function of the program's script; `app:func` works too if the script is `app.py` and no module `app` is loaded",
                ),
            ],
        },
        Section {
            title: "a PATTERN names many",
            entries: &[
                (
                    "*",
                    "any characters, including dots; before or after the colon",
                ),
                ("?", "any one character"),
                (
                    "[67]",
                    "one of these characters; `[!67]` is any other character",
                ),
                (
                    "package.module",
                    "without a colon: all callables of the matching modules",
                ),
                (
                    "func, Class.m*",
                    "without a colon, if no module matches: the callables of this name in any module; `patch` and `dis` accept a name without wildcards only if a single callable has it",
                ),
            ],
        },
        Section {
            title: "what a pattern reaches",
            entries: &[
                (
                    "ls",
                    "no pattern: the program's own code (outside the standard library and site-packages), and everything that was ever patched",
                ),
                (
                    "ls *:*",
                    "a pattern reaches everything that is loaded, and imports nothing",
                ),
                (
                    "patch a.b:func",
                    "a symbol path imports its module if it is not loaded",
                ),
                (
                    "patch --lazy a.*:*",
                    "what is loaded, and later what is imported or defined",
                ),
            ],
        },
        Section {
            title: "what a name leads to",
            entries: &[
                (
                    "inherited",
                    "the function of the base class is patched; the answer lists the other classes that use it",
                ),
                (
                    "wrapped",
                    "by `functools.wraps`, `partial`, `cache`, wrapt or an object with `__wrapped__`: the function inside is patched, and the answer says so",
                ),
                (
                    "proxies",
                    "if an object stands in for a function and refers to it, that function is patched; `patch` refuses if looking it up would run the program's code",
                ),
                (
                    "refused",
                    "C functions, builtins, classes and data, with the reason; nested functions (`f.<locals>.g`) are not supported",
                ),
            ],
        },
    ],
    derived: Vec::new,
    examples: &[
        example("ls *mod_?:func_[67]", "functions of several modules"),
        example("ls *:Door.*", "the methods of a class, in any module"),
        example(
            "patch json:dumps --dry-run",
            "one function; its module is imported if necessary",
        ),
    ],
};
