//! The demo is packed as compiled code, and compiled again where that code cannot be used.

use std::process::Command;

/// Packs the demo, loads it as the shell does, and says where its docstrings are, which `-OO` drops.
const TAKE: &str = r#"
import marshal, sys
from demo_importer import install
from pack_demo import pack
magic, sources, codes = pack()
if sys.argv[1] == "another Python":
    magic, codes = b"another", b"not to be read"
if sys.argv[1] == "no sources":
    sources = dict.fromkeys(sources, "")
install(marshal.dumps((magic, sources, codes)))
import instrumenting_app.loop
print(bool(instrumenting_app.loop.__doc__), hasattr(instrumenting_app.loop, "run"))
"#;

fn taken(options: &[&str], how: &str) -> String {
    let mut python = Command::new(env!("INSTRSH_PYTHON"));
    python.args(options).args(["-E", "-B", "-c", TAKE, how]);
    let output = python
        .current_dir(crate::common::project().join("python"))
        .output();
    let output = output.expect("Python runs");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn what_was_compiled_is_what_runs() {
    assert_eq!(taken(&[], ""), "True True");
    assert_eq!(taken(&[], "no sources"), "True True");
}

#[test]
fn with_options_that_it_was_not_compiled_for_it_is_compiled_anew() {
    assert_eq!(taken(&["-O"], "no sources"), "False False");
    assert_eq!(taken(&["-OO"], ""), "False True");
}

#[test]
fn for_another_python_it_is_compiled_anew() {
    assert_eq!(taken(&[], "another Python"), "True True");
}
