//! The test modules of CPython's own suite, and those of them that always run.

use std::path::Path;
use std::process::Command;

use super::suite::{Origin, Suite, Wanted};

/// Modules that together use each feature of the language, and look at functions and frames in
/// each way that the standard library has, in seconds rather than minutes.
const SELECTION: &[&str] = &[
    "test.test_asyncio.test_taskgroups",
    "test.test_asyncio.test_timeouts",
    "test_abc",
    "test_argparse",
    "test_asyncgen",
    "test_bdb",
    "test_class",
    "test_collections",
    "test_contextlib",
    "test_contextlib_async",
    "test_copy",
    "test_coroutines",
    "test_cprofile",
    "test_dataclasses",
    "test_decorators",
    "test_descr",
    "test_dis",
    "test_enum",
    "test_except_star",
    "test_exceptions",
    "test_fractions",
    "test_frame",
    "test_funcattrs",
    "test_functools",
    "test_generators",
    "test_genexps",
    "test_inspect",
    "test.test_inspect.test_inspect",
    "test_json",
    "test_keywordonlyarg",
    "test_listcomps",
    "test_logging",
    "test_marshal",
    "test_metaclass",
    "test_monitoring",
    "test_named_expressions",
    "test_patma",
    "test_pdb",
    "test_pickle",
    "test_positional_only_arg",
    "test_property",
    "test_raise",
    "test_re",
    "test_scope",
    "test_super",
    "test_sys_setprofile",
    "test_sys_settrace",
    "test_threading",
    "test_trace",
    "test_traceback",
    "test_type_params",
    "test_typing",
    "test_unittest",
    "test_unpack_ex",
    "test_warnings",
    "test_weakref",
    "test_with",
    "test_yield_from",
];

/// Those of them in which calls begin, wait and end in every way: they always run with timing, too.
const TIMED: &[&str] = &[
    "test.test_asyncio.test_taskgroups",
    "test_asyncgen",
    "test_contextlib",
    "test_contextlib_async",
    "test_coroutines",
    "test_except_star",
    "test_exceptions",
    "test_frame",
    "test_generators",
    "test_genexps",
    "test_raise",
    "test_sys_settrace",
    "test_threading",
    "test_with",
    "test_yield_from",
];

/// Whether a suite that is wanted runs with timing, too.
pub(crate) fn is_timed(suite: &str, wanted: &Wanted<'_>) -> bool {
    wanted.wants(suite, TIMED.contains(&suite))
}

/// The test modules of this Python that are wanted. None if they are not installed.
pub(crate) fn suites(wanted: &Wanted<'_>) -> Vec<Suite> {
    let folder = said(&["-c", "import test; print(test.__path__[0])"]);
    let is_there = |name: &&str| {
        let module = name.trim_start_matches("test.").replace('.', "/");
        let module = Path::new(folder.trim_end()).join(module);
        module.is_dir() || module.with_extension("py").exists()
    };
    // Debian leaves most of them out, and `regrtest` lists some that are not there.
    said(&["-m", "test", "--list-tests"])
        .lines()
        .filter(|name| wanted.wants(name, SELECTION.contains(name)))
        .filter(is_there)
        .map(|name| Suite {
            name: name.to_owned(),
            origin: Origin::CPython,
        })
        .collect()
}

/// What `python` prints; nothing if it fails.
fn said(arguments: &[&str]) -> String {
    let output = Command::new(env!("INSTRSH_PYTHON"))
        .args(arguments)
        .output()
        .expect("python runs");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
