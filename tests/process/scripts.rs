//! Scripts with arbitrary bytes and of any size, on streams that are closed or full.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::common::{Conversation, instrsh, named_pipe, program};
use tempfile::TempDir;

/// The maximum size of a script.
const TEN_MEGABYTES: usize = 10 << 20;

/// A folder with a command file in it, for a program that calls nothing.
struct Script {
    _folder: TempDir,
    path: PathBuf,
}

impl Script {
    fn of(bytes: impl AsRef<[u8]>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("script");
        fs::write(&path, bytes).expect("it is written");
        Self {
            _folder: folder,
            path,
        }
    }

    #[track_caller]
    fn says(&self, options: &[&str], stdout: &str, stderr: &str, status: i32) {
        says(&self.path, options, stdout, stderr, status);
    }
}

/// Runs a command file; `SCRIPT` stands for its name in the output.
#[track_caller]
fn says(script: &Path, options: &[&str], stdout: &str, stderr: &str, status: i32) {
    let mut command = instrsh();
    command.args(options).arg("-f").arg(script);
    command.args(["-m", "instrumenting_app", "--calls", "0"]);
    let said = said(&command.output().expect("it runs"), script);
    assert_eq!(said, (stdout.into(), stderr.into(), Some(status)));
}

fn said(output: &Output, script: &Path) -> (String, String, Option<i32>) {
    let script = script.display().to_string();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&script, "SCRIPT");
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    (stdout, stderr, output.status.code())
}

/// The same for a line of `sh` in which `$0` is the binary.
#[track_caller]
fn sh_says(line: &str, stdout: &str, stderr: &str, status: i32) {
    let mut command = std::process::Command::new("sh");
    command.args(["-c", line, env!("CARGO_BIN_EXE_instrsh")]);
    let output = command.output().expect("sh runs");
    let expected = (stdout.into(), stderr.into(), Some(status));
    assert_eq!(said(&output, Path::new("SCRIPT")), expected, "{line}");
}

#[test]
fn what_holds_no_command_does_nothing() {
    for nothing in ["", "\n", "\r\n\r\n", " \t ;;\n# a comment", "\u{feff}"] {
        Script::of(nothing).says(&[], "", "", 0);
    }
    let output = instrsh().args(["-c", ""]).output().expect("it runs");
    assert!(output.status.success() && output.stdout.is_empty() && output.stderr.is_empty());
}

#[test]
fn lines_end_as_anywhere_and_a_mark_may_begin_them() {
    let answer = "hint: exit\nhint: clear\n";
    for text in [
        "help exit | echo hint: exit\r\nhelp clear | echo hint: clear\r\n",
        "\u{feff}help exit | echo hint: exit\nhelp clear | echo hint: clear",
        "\u{feff}help exit | echo hint: exit;help clear | echo hint: clear\r",
    ] {
        Script::of(text).says(&[], answer, "", 0);
    }
}

#[test]
fn a_line_that_is_no_text_is_told_with_its_place() {
    const SAVE: &str = "hint: save the file as text in UTF-8\n";
    let utf16: Vec<u8> = "help".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (line, what) in [
        (&b"help \xe9\xff"[..], "is not UTF-8"),
        (b"help ex\0it", "contains a NUL byte"),
        (b"\0", "contains a NUL byte"),
        (&utf16, "contains a NUL byte"),
    ] {
        let text = [b"# before\n", line, b"\nhelp clear | echo behind\n"].concat();
        let script = Script::of(&text);
        let error = format!("SCRIPT:2: error: the line {what}\n{SAVE}");
        script.says(&[], "", &error, 2);
        script.says(&["--keep-going"], "behind\n", &error, 2);
    }
}

#[test]
fn what_is_no_file_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let hint = "hint: give the path of a command file\n";
    let error = |what| format!("error: cannot read `SCRIPT`: {what}\n{hint}");
    says(folder.path(), &[], "", &error("is a directory"), 2);
    let missing = "No such file or directory (os error 2)";
    says(&folder.path().join("x"), &[], "", &error(missing), 2);
    says(Path::new("/dev/null"), &[], "", "", 0);
}

#[test]
fn a_pipe_is_read_to_its_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = named_pipe(folder.path());
    let path = pipe.clone();
    std::thread::spawn(move || fs::write(path, "help clear | echo one\nhelp clear | echo two"));
    says(&pipe, &[], "one\ntwo\n", "", 0);
}

#[test]
fn a_pipe_that_nobody_writes_to_can_be_interrupted() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = named_pipe(folder.path());
    let mut command = instrsh();
    command.arg("-f").arg(&pipe);
    command.arg(program("interruptible.py")).arg("1");
    let shell = Conversation::with(&mut command);
    shell.error_with("ready for number 0");
    shell.interrupt();
    let (status, _, errors) = shell.finish();
    assert_eq!(status.code(), Some(130), "{errors:?}");
    assert!(
        errors
            .iter()
            .any(|line| line.ends_with("go:1: error: interrupted"))
    );
}

#[test]
fn a_file_that_vanishes_is_run_to_its_end() {
    let script = Script::of("");
    let text = format!("help | rm {}\nhelp | echo behind", script.path.display());
    fs::write(&script.path, text).expect("it is written");
    script.says(&[], "behind\n", "", 0);
    assert!(!script.path.exists());
}

#[test]
fn a_full_disk_is_one_sentence() {
    let full = "error: cannot write the answer: No space left on device (os error 28)\n\
                hint: find the full disk with `df -h` in another terminal\n";
    let at = format!("-c:1: {full}");
    sh_says("$0 -c 'help; help' > /dev/full", "", &at, 1);
    sh_says("$0 -c 'help; help' > /dev/full 2>&1", "", "", 1);
    sh_says("$0 -c 'help frobnicate' 2> /dev/full", "", "", 2);
    let cat = "$0 -c 'help | cat 2> /dev/null' > /dev/full";
    let ended = "-c:1: error: `cat 2> /dev/null` ended with status 1\n\
                 hint: `cat 2> /dev/null || true` ignores the exit status\n";
    sh_says(cat, "", ended, 1);
    let target = program("two_streams.py");
    let line = format!("$0 --program-output /dev/full -c wait {}", target.display());
    let wait = "-c:1: error: the program has ended with status 1 (OSError)\n\
                hint: `restart` starts it again\n";
    sh_says(&line, "", wait, 1);
}

#[test]
fn streams_may_be_closed() {
    let help = "exit [N]";
    sh_says(
        "$0 -c 'help exit | head -1' <&-",
        &format!("{help}\n"),
        "",
        0,
    );
    sh_says("$0 <&-", "", "", 0);
    sh_says("$0 -c 'help; help | cat' >&-", "", "", 0);
    sh_says(
        "$0 -c 'help exit; frobnicate' 2>&- | head -1",
        "exit [N]\n",
        "",
        0,
    );
    sh_says("$0 -c 'help; frobnicate | cat' <&- >&- 2>&-", "", "", 2);
}

#[test]
fn many_lines_are_run() {
    let comment = "# a comment\n";
    let text = comment.repeat(TEN_MEGABYTES / comment.len()) + "exit 3";
    Script::of(text).says(&[], "", "", 3);
}

#[test]
fn a_line_of_any_length_is_run() {
    let commands = "sleep 0;".repeat(TEN_MEGABYTES / 80) + &";".repeat(TEN_MEGABYTES);
    Script::of(commands + "exit 3").says(&[], "", "", 3);
    let long = "x".repeat(TEN_MEGABYTES);
    Script::of(format!("#{long}\nexit 3")).says(&[], "", "", 3);
    let cut = format!("{}...", "x".repeat(2000 - "unknown command `".len()));
    let error =
        format!("SCRIPT:1: error: unknown command `{cut}\nhint: `help` lists the commands\n");
    Script::of(format!("{long}\nexit 3")).says(&["--keep-going"], "", &error, 3);
}
