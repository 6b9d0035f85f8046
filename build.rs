//! Makes the binary and the tests find exactly the libpython that the build is for, with no environment variable
//! set, and names that Python.
//!
//! `pyo3` itself passes no run path to our linker: without this a binary built for one `libpython3.11.so` would
//! silently run another one that the system happens to have.

use std::process::Command;

fn main() {
    pyo3_build_config::add_libpython_rpath_link_args();
    let config = pyo3_build_config::get();
    let executable = config.executable().unwrap_or("python3");
    println!("cargo::rustc-env=INSTRSH_PYTHON={executable}");
    match full_version(executable) {
        Ok(version) => println!("cargo::rustc-env=INSTRSH_PYTHON_VERSION={version}"),
        Err(problem) => {
            println!("cargo::error=`{executable}` does not tell its version: {problem}");
        }
    }
}

/// `3.11.7`
fn full_version(executable: &str) -> Result<String, String> {
    let mut python = Command::new(executable);
    python.args([
        "-E",
        "-S",
        "-c",
        "import platform; print(platform.python_version())",
    ]);
    let output = python.output().map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&output.stdout)
        .trim_end()
        .to_owned())
}
