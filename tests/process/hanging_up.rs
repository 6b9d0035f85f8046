//! A terminal that hangs up, as when its window is closed: no process remains.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::fs::OFlags;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::common::program;

#[test]
fn a_terminal_that_hangs_up_ends_the_shell_that_leads_its_session() {
    for commands in ["wait", "sleep 1000", "ls | sleep 1000"] {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)
            .expect("a terminal");
        grantpt(&master).expect("it is ours");
        unlockpt(&master).expect("it is ours");
        let path = ptsname(&master, Vec::new()).expect("a name");
        let path = Path::new(OsStr::from_bytes(path.as_bytes()));
        let mut options = File::options();
        options
            .read(true)
            .write(true)
            .custom_flags(OFlags::NOCTTY.bits().cast_signed());
        let terminal = options.open(path).expect("the other end");
        let mut command = Command::new("setsid");
        command
            .args(["--ctty", env!("CARGO_BIN_EXE_instrsh"), "-c", commands])
            .arg(program("leaving.py"))
            .arg("sleeping")
            .stdin(terminal)
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("setsid runs");
        let mut errors = BufReader::new(child.stderr.take().expect("stderr"));
        let mut line = String::new();
        errors.read_line(&mut line).expect("text");
        assert_eq!(line, "ready\n");
        drop(master);
        // Its end of file: every process that had it open is gone.
        errors.read_to_string(&mut line).expect("text");
        let status = child.wait().expect("it ends");
        assert_eq!(status.signal(), Some(1), "{commands}: {line}");
    }
}
