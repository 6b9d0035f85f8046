//! Checks the Python that this build is for, says in words what is missing, makes the binary find
//! exactly that libpython at run time, with no environment variable set, and has the demo compiled.
//!
//! `pyo3` itself passes no run path to our linker: without the last step a binary built for one
//! `libpython3.11.so` would silently run another one that the system happens to have.

use std::path::Path;
use std::process::Command;

#[path = "../../bytecode/opcodes/version.rs"]
#[expect(unreachable_pub, reason = "it is public in the library")]
mod supported;

use pyo3_build_config::PythonVersion;
use supported::Version;

/// The folder of the demo.
const PYTHON: &str = "../../../python";

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
    let config = pyo3_build_config::get();
    let executable = config.executable().unwrap_or("python3");
    if let Err(problem) = check(config, executable) {
        println!("cargo::error={problem}");
        for way in ways_to_get_one(config.version()) {
            println!("cargo::error=  {way}");
        }
        return;
    }
    pyo3_build_config::add_libpython_rpath_link_args();
    if let Err(problem) = pack_demo(executable) {
        println!("cargo::error=the demo cannot be compiled");
        for line in problem.lines() {
            println!("cargo::error=  {line}");
        }
    }
}

/// Has the demo packed into a file that the binary takes in.
fn pack_demo(executable: &str) -> Result<(), String> {
    println!("cargo::rerun-if-changed={PYTHON}");
    let folder = std::env::var_os("OUT_DIR").ok_or("cargo names no folder for it")?;
    let mut python = Command::new(executable);
    python.args(["-E", "-s", "-B", &format!("{PYTHON}/pack_demo.py")]);
    let output = python.arg(Path::new(&folder).join("demo")).output();
    let output = output.map_err(|error| format!("`{executable}`: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("`{executable}`: {}\n{said}", output.status))
}

/// What to type to build for a suitable Python, of the version that was tried if that is supported.
fn ways_to_get_one(tried: PythonVersion) -> [String; 3] {
    let [.., newest] = Version::ALL;
    let version = supported(tried).unwrap_or(newest);
    [
        "Debian, Ubuntu: apt-get install python3-dev, \
         then PYO3_PYTHON=/usr/bin/python3 cargo build"
            .to_owned(),
        format!(
            "pyenv: PYTHON_CONFIGURE_OPTS=--enable-shared pyenv install {version}, \
             then PYO3_PYTHON=$(pyenv prefix {version})/bin/python cargo build"
        ),
        format!(
            "uv: uv python install {version}, \
             then PYO3_PYTHON=$(uv python find {version}) cargo build"
        ),
    ]
}

fn supported(version: PythonVersion) -> Option<Version> {
    Version::from_major_minor(version.major, version.minor)
}

/// Whether the engine knows this Python and can be linked to it.
fn check(config: &pyo3_build_config::InterpreterConfig, executable: &str) -> Result<(), String> {
    let version = config.version();
    if supported(version).is_none() {
        return Err(format!(
            "instrsh needs {}; `{executable}` is {version}",
            Version::supported()
        ));
    }
    if config.is_free_threaded() {
        return Err(format!(
            "`{executable}` is a free-threaded build; instrsh needs one with the GIL"
        ));
    }
    if !config.shared() {
        return Err(format!(
            "`{executable}` was built without a shared libpython"
        ));
    }
    let library = Path::new(config.lib_dir().unwrap_or_default())
        .join(format!("lib{}.so", config.lib_name().unwrap_or("python3")));
    if cfg!(target_os = "linux") && !library.exists() {
        return Err(format!("{} does not exist", library.display()));
    }
    Ok(())
}
