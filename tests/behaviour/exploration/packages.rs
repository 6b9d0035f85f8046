//! Packages from the package index with the tests in their source archives.

use std::env;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::Command;

use libtest_mimic::Failed;

use super::suite::{Origin, Suite};
use crate::common::packages::{Environment, filled, run};

/// The packages, as `tests/packages/explored.txt` pins them, with the folder of their modules in the
/// archive.
pub(crate) const PACKAGES: [(&str, &str); 3] = [
    ("click-8.1.8", "src"),
    ("jinja2-3.1.6", "src"),
    ("more_itertools-10.8.0", ""),
];

/// The suite of a package. What it needs is installed before, if it is not there yet.
pub(crate) fn suite(name: &str, modules: &str) -> Result<Suite, Failed> {
    let tools = Environment::of("exploration_tools")?;
    let sources = sources(&tools)?.join(name);
    Ok(Suite {
        name: name.to_owned(),
        origin: Origin::Package {
            path: env::join_paths([sources.join(modules), tools.packages()])?,
            sources,
        },
    })
}

/// The folder with the sources of all packages.
fn sources(tools: &Environment) -> io::Result<PathBuf> {
    const LIST: &str = "explored";
    filled(LIST, |folder| {
        fs::create_dir(folder)?;
        let archives = tempfile::tempdir_in(folder)?;
        let fetch = ["download", "--no-binary=:all:", "--no-build-isolation"];
        run(tools.pip(&fetch, LIST).arg("--dest").arg(archives.path()))?;
        for archive in fs::read_dir(&archives)? {
            run(Command::new("tar")
                .arg("--extract")
                .arg("--file")
                .arg(archive?.path())
                .arg("--directory")
                .arg(folder))?;
        }
        Ok(())
    })
}
