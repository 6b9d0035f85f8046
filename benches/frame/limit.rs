//! The limit in C, `benches/limit.c`, built for the measured Python.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::packages::run;
use crate::common::project;

/// Builds the module `limit`; returns the folder that it can be imported from.
///
/// # Errors
/// If there is no C compiler or no header of Python, with the original message.
pub(crate) fn built_limit() -> io::Result<PathBuf> {
    let name = format!("limit-{}", instrsh::BUILT_FOR.version);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder)?;
    let headers = headers()?;
    let mut compiler = Command::new("gcc");
    compiler
        .args(["-O2", "-shared", "-fPIC", "-I"])
        .arg(&headers);
    if let Some(around) = headers.parent() {
        // Debian's headers include some by their path in the folder of all headers.
        compiler.arg("-idirafter").arg(around);
    }
    compiler
        .arg(project().join("benches/limit.c"))
        .arg("-o")
        .arg(folder.join("limit.so"));
    run(&mut compiler)?;
    Ok(folder)
}

fn headers() -> io::Result<PathBuf> {
    let ask = "import sysconfig; print(sysconfig.get_path('include'))";
    let python = Command::new(env!("INSTRSH_PYTHON"))
        .args(["-c", ask])
        .output()?;
    Ok(String::from_utf8_lossy(&python.stdout).trim().into())
}
