//! Packages from the package index: the lists in `tests/packages/` pin them by version and hash.
//! They are downloaded once into the build folder, for the Python of this build.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{project, python_minor_version};

/// A virtual environment with the wheels of a list.
pub(crate) struct Environment(PathBuf);

impl Environment {
    /// The environment of `tests/packages/LIST.txt`, which is created if it does not exist yet.
    pub(crate) fn of(list: &str) -> io::Result<Self> {
        let install = |folder: &Path| {
            run(Command::new(env!("INSTRSH_PYTHON"))
                .args(["-m", "venv"])
                .arg(folder))?;
            let environment = Self(folder.to_owned());
            run(&mut environment.pip(&["install", "--only-binary=:all:"], list))
        };
        filled(list, install).map(Self)
    }

    /// Its folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.0
    }

    /// The folder that its packages are imported from.
    pub(crate) fn packages(&self) -> PathBuf {
        let library = format!("lib/python{}/site-packages", python_minor_version());
        self.0.join(library)
    }

    /// Its `pip`, only for what a list pins.
    pub(crate) fn pip(&self, arguments: &[&str], list: &str) -> Command {
        let mut pip = Command::new(self.0.join("bin/pip"));
        pip.args(arguments)
            .args(["--quiet", "--disable-pip-version-check"])
            .args(["--no-deps", "--require-hashes", "--requirement"])
            .arg(path(list));
        pip
    }
}

/// The folder of a list, which `fill` fills unless it was filled from the same list before.
pub(crate) fn filled(
    list: &str,
    fill: impl FnOnce(&Path) -> io::Result<()>,
) -> io::Result<PathBuf> {
    let name = format!("{list}-{}", instrsh::BUILT_FOR.version);
    let build = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = build.join(&name);
    let one_at_a_time = File::create(build.join(name + ".lock"))?;
    one_at_a_time.lock()?;
    // Written last: a folder that contains it is complete.
    let record = folder.join("filled-from.txt");
    let pins = fs::read_to_string(path(list))?;
    if fs::read_to_string(&record).is_ok_and(|before| before == pins) {
        return Ok(folder);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fill(&folder)?;
    fs::write(record, pins)?;
    Ok(folder)
}

fn path(list: &str) -> PathBuf {
    project().join(format!("tests/packages/{list}.txt"))
}

/// Runs a command that must succeed.
pub(crate) fn run(command: &mut Command) -> io::Result<()> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    let trouble = format!("{command:?} failed\n{errors}");
    Err(io::Error::other(trouble))
}
