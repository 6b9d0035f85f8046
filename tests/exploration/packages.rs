//! Packages from the package index with the tests in their source archives, pinned by version and hash.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Failed;

use crate::common::project;
use crate::suite::{Origin, Suite};

/// The packages, as `packages.txt` pins them, with the folder of their modules in the archive.
pub(crate) const PACKAGES: [(&str, &str); 3] = [
    ("click-8.1.8", "src"),
    ("jinja2-3.1.6", "src"),
    ("more_itertools-10.8.0", ""),
];

/// The suite of a package. What it needs is installed before, if it is not there yet.
pub(crate) fn suite(name: &str, modules: &str) -> Result<Suite, Failed> {
    let folder = install()?;
    let version = crate::common::python_minor_version();
    let sources = folder.join(name);
    let tools = folder.join(format!("venv/lib/python{version}/site-packages"));
    Ok(Suite {
        name: name.to_owned(),
        origin: Origin::Package {
            path: env::join_paths([sources.join(modules), tools])?,
            sources,
        },
    })
}

/// Fetches the sources and the tools that run their tests, once.
fn install() -> Result<PathBuf, Failed> {
    static ONE_AT_A_TIME: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock();
    let version = instrsh::target::python_version();
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = temporary.join(format!("packages-{version}"));
    if folder.exists() {
        return Ok(folder);
    }
    // Into a folder beside it first: what is there under its own name is whole.
    let parts = tempfile::tempdir_in(temporary)?;
    let whole = parts.path().join("whole");
    let archives = parts.path().join("archives");
    run(Command::new(env!("INSTRSH_PYTHON"))
        .args(["-m", "venv"])
        .arg(whole.join("venv")))?;
    let pip = |arguments: &[&str], list: &str| {
        let mut pip = Command::new(whole.join("venv/bin/pip"));
        pip.args(arguments)
            .args(["--quiet", "--disable-pip-version-check"])
            .args(["--no-deps", "--require-hashes", "--requirement"])
            .arg(project().join("tests/exploration").join(list));
        pip
    };
    run(&mut pip(&["install", "--only-binary=:all:"], "tools.txt"))?;
    let fetch = ["download", "--no-binary=:all:", "--no-build-isolation"];
    run(pip(&fetch, "packages.txt").arg("--dest").arg(&archives))?;
    for archive in fs::read_dir(archives)? {
        run(Command::new("tar")
            .arg("--extract")
            .arg("--file")
            .arg(archive?.path())
            .arg("--directory")
            .arg(&whole))?;
    }
    fs::rename(whole, &folder)?;
    Ok(folder)
}

fn run(command: &mut Command) -> Result<(), Failed> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    Err(format!("{command:?} failed\n{errors}").into())
}
