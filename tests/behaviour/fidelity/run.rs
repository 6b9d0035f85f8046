//! Runs a program with `python` or `instrsh`, and collects everything that can be observed.

use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output, Stdio};

use libtest_mimic::Failed;
use tempfile::TempDir;

use crate::common::case::Case;
use crate::common::{instrsh, is_python_since};

/// What the program finds on its standard input.
const INPUT: &str = "first line\nsecond line\n";

/// Whether stdout and stderr go into one file, which shows their order, or into two.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Streams {
    Apart,
    Together,
}

/// What the shell does with the program.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shell {
    Waits,
    Patches,
    Times,
}

/// What is patched or timed, and the shell's message about that.
const DEFINED: &str = "--lazy __main__:*";
const PENDING: &str =
    "__main__:* is pending: matches are patched when they are imported or defined\n";

/// What a program wrote, and how it ended.
pub(crate) struct Observed {
    pub(crate) text: String,
}

impl Observed {
    /// What `python PROGRAM` shows.
    pub(crate) fn by_python(case: &Case, streams: Streams) -> Result<Self, Failed> {
        let place = Place::new(case)?;
        let mut command = Command::new(env!("INSTRSH_PYTHON"));
        command.args(&case.options).args(&case.words);
        let stdout = File::create(place.file("stdout"))?;
        let stderr = match streams {
            Streams::Apart => File::create(place.file("stderr"))?,
            Streams::Together => stdout.try_clone()?,
        };
        let status = place
            .prepare(&mut command, case)?
            .stdout(stdout)
            .stderr(stderr)
            .status()?;
        place.observed(status_of(status))
    }

    /// What `instrsh -c wait PROGRAM` shows of the program, or the same with all patched or timed that
    /// the script defines, as soon as it does.
    pub(crate) fn by_instrsh(case: &Case, streams: Streams, shell: Shell) -> Result<Self, Failed> {
        let place = Place::new(case)?;
        let mut command = instrsh();
        let mut all = |what| {
            let commands = format!("{what} {DEFINED}; run; wait 60");
            command.args(["--hold", "-c", &commands]);
        };
        match shell {
            Shell::Waits => _ = command.args(["-c", "wait 60"]),
            Shell::Patches => all("patch"),
            Shell::Times => all("time"),
        }
        command.arg("--program-output").arg(place.file("stdout"));
        if matches!(streams, Streams::Apart) {
            command.arg("--program-stderr").arg(place.file("stderr"));
        }
        let options = case.options.iter();
        command.args(options.map(|option| format!("--python-option={option}")));
        command.args(&case.words);
        let output = place
            .prepare(&mut command, case)?
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .output()?;
        let observed = place.observed(told_status(&output, shell)?)?;
        match shell {
            Shell::Waits => Ok(observed),
            Shell::Patches | Shell::Times => observed.without_worker(),
        }
    }
}

impl Observed {
    /// Without the thread that `faulthandler` shows once something was asked about the program, and
    /// names since 3.14.
    fn without_worker(self) -> Result<Self, Failed> {
        let name = if is_python_since(14) {
            r" \[instrsh-worker\]"
        } else {
            ""
        };
        let worker = regex::Regex::new(&format!(
            r"Thread <number>{name} \(most recent call first\):\n(  <no Python frame>\n)?\n",
        ))?;
        let text = worker.replace_all(&self.text, "").into_owned();
        Ok(Self { text })
    }
}

/// Where a program runs: a folder of its own for each run.
struct Place {
    folder: PathBuf,
    around: TempDir,
}

impl Place {
    fn new(case: &Case) -> Result<Self, Failed> {
        let around = tempfile::tempdir()?;
        let folder = around.path().join("place");
        case.install(&folder)?;
        fs::write(around.path().join("stdin"), INPUT)?;
        Ok(Self { folder, around })
    }

    fn file(&self, name: &str) -> PathBuf {
        self.around.path().join(name)
    }

    fn prepare<'a>(
        &self,
        command: &'a mut Command,
        case: &Case,
    ) -> Result<&'a mut Command, Failed> {
        let stdin = File::open(self.file("stdin"))?;
        Ok(command
            .current_dir(&self.folder)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("XDG_STATE_HOME", "/nonexistent")
            .env("XDG_CONFIG_HOME", "/nonexistent")
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE")
            .env_remove("VIRTUAL_ENV")
            .envs(case.environment.iter().cloned())
            .stdin(stdin))
    }

    /// Everything that is visible, without what differs from run to run.
    fn observed(&self, status: i32) -> Result<Observed, Failed> {
        let mut text = format!("--- stdout\n{}", read(&self.file("stdout"))?);
        if self.file("stderr").exists() {
            text += &format!("--- stderr\n{}", read(&self.file("stderr"))?);
        }
        text += &format!("--- status {status}\n");
        let text = text.replace(&*self.around.path().to_string_lossy(), "<around>");
        let numbers = regex::Regex::new("0x[0-9a-f]+|pid=[0-9]+")?;
        let text = numbers.replace_all(&text, "<number>");
        // Since 3.14 the fault handler names threads, the first one as the process, and shows C.
        let process = regex::Regex::new(r" \[(instrsh|python3\.\d+)\]")?;
        let text = process.replace_all(&text, " [<process>]");
        let in_c = regex::Regex::new("(?m)^  (Binary file \"|<truncated rest of calls>).*\n")?;
        let text = in_c.replace_all(&text, "").into_owned();
        Ok(Observed { text })
    }
}

fn read(file: &Path) -> Result<String, Failed> {
    Ok(String::from_utf8_lossy(&fs::read(file)?).into_owned())
}

/// How a process ended, as a shell reports it: 128 plus the number of the signal that killed it.
fn status_of(status: ExitStatus) -> i32 {
    let by_signal = status.signal().map(|signal| 128 + signal);
    status.code().or(by_signal).unwrap_or(-1)
}

/// How the program ended: as reported by `wait`, or by the supervisor if the program has ended the
/// whole process, which then ends in the same way. The shell's other messages are not the program's.
fn told_status(output: &Output, shell: Shell) -> Result<i32, Failed> {
    let status = status_of(output.status);
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stdout = match shell {
        Shell::Waits => &stdout,
        Shell::Patches | Shell::Times => {
            stdout.strip_prefix(PENDING).ok_or("nothing is pending")?
        }
    };
    let stderr = String::from_utf8_lossy(&output.stderr);
    let told = regex::Regex::new(
        "^-c:1: error: the program has ended with status ([0-9]+)( .*)?\nhint: [^\n]*\n$",
    )?;
    let taken = regex::Regex::new("^error: the program ended the process [^\n]*\nhint: [^\n]*\n$")?;
    match (stdout, &*stderr) {
        ("the program has ended with status 0\n", "") if status == 0 => Ok(0),
        ("", error) if taken.is_match(error) => Ok(status),
        ("", error) if status == 1 && told.is_match(error) => {
            Ok(told.replace(error, "$1").parse()?)
        }
        _ => Err(format!("the shell ends with {status} and says\n{stdout}{stderr}").into()),
    }
}
