//! How to run a program, from directives in its first lines:
//!
//! ```text
//! #: as folder zip          script (the default), link, compiled, module, package, folder,
//!                           zip; each such word makes a separate test
//! #: python -O -Xdev        options of CPython
//! #: run -m json.tool       these words instead of the program's own name
//! #: arguments one "t w o"  its arguments; each such line makes a separate test
//! #: environment NAME=VALUE
//! ```

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use libtest_mimic::Failed;

/// What a program can import from beside it.
const NEIGHBOUR: &str = "print('the neighbour is', __name__)\n";

/// One way to run one program.
pub(crate) struct Case {
    pub(crate) name: String,
    /// Options of CPython.
    pub(crate) options: Vec<String>,
    /// What follows the options: the program and its arguments.
    pub(crate) words: Vec<String>,
    pub(crate) environment: Vec<(String, String)>,
    stem: String,
    form: String,
    source: Vec<u8>,
}

impl Case {
    /// All the ways in which a program must be run.
    pub(crate) fn all_of(path: &Path) -> Vec<Self> {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let source = fs::read(path).expect("the program can be read");
        let text = String::from_utf8_lossy(&source);
        let directives = |name: &str| -> Vec<Vec<String>> {
            let prefix = format!("#: {name}");
            let lines = text.lines().filter_map(|line| line.strip_prefix(&prefix));
            lines.filter_map(shlex::split).collect()
        };
        let mut forms = directives("as").concat();
        if forms.is_empty() {
            forms.push("script".into());
        }
        let run = directives("run").pop();
        let mut arguments = directives("arguments");
        if arguments.is_empty() {
            arguments.push(Vec::new());
        }
        let assignment = |word: String| {
            let (name, value) = word.split_once('=').expect("NAME=VALUE");
            (name.to_owned(), value.to_owned())
        };
        let environment = directives("environment").concat();
        let environment: Vec<_> = environment.into_iter().map(assignment).collect();
        let case = |form: &String, arguments: &Vec<String>| {
            let form_in_name = (forms.len() > 1).then(|| form.clone());
            let name: Vec<_> = std::iter::once(stem.to_string())
                .chain(form_in_name)
                .chain(arguments.clone())
                .collect();
            let words = run.clone().unwrap_or_else(|| own_words(&stem, form));
            Self {
                name: name.join(" "),
                options: directives("python").concat(),
                words: [words, arguments.clone()].concat(),
                environment: environment.clone(),
                stem: stem.to_string(),
                form: form.clone(),
                source: source.clone(),
            }
        };
        let ways = forms
            .iter()
            .flat_map(|form| arguments.iter().map(move |words| (form, words)));
        ways.map(|(form, arguments)| case(form, arguments))
            .collect()
    }

    /// Puts the program into an empty folder, in the form in which it will be run.
    pub(crate) fn install(&self, folder: &Path) -> Result<(), Failed> {
        let stem = &self.stem;
        let inside = match self.form.as_str() {
            "package" | "folder" | "zip" => folder.join(stem),
            "link" => folder.join("elsewhere"),
            _ => folder.to_owned(),
        };
        fs::create_dir_all(&inside)?;
        let file = match self.form.as_str() {
            "package" | "folder" | "zip" => inside.join("__main__.py"),
            _ => inside.join(format!("{stem}.py")),
        };
        fs::write(&file, &self.source)?;
        fs::write(inside.join("neighbour.py"), NEIGHBOUR)?;
        match self.form.as_str() {
            "package" => fs::write(inside.join("__init__.py"), "print(__name__, __path__)\n")?,
            "link" => symlink(file, folder.join(format!("{stem}.py")))?,
            "zip" => python(
                folder,
                &["-m", "zipapp", stem, "-o", &format!("{stem}.zip")],
            )?,
            "compiled" => {
                let compile =
                    "import py_compile, sys; py_compile.compile(sys.argv[1], sys.argv[2])";
                let names = [format!("{stem}.py"), format!("{stem}.pyc")];
                python(folder, &["-c", compile, &names[0], &names[1]])?;
            }
            _ => {}
        }
        Ok(())
    }
}

/// The words that name a program on the command line, by its form.
fn own_words(stem: &str, form: &str) -> Vec<String> {
    match form {
        "script" | "link" => vec![format!("{stem}.py")],
        "compiled" => vec![format!("{stem}.pyc")],
        "module" | "package" => vec!["-m".into(), stem.to_owned()],
        "folder" => vec![stem.to_owned()],
        "zip" => vec![format!("{stem}.zip")],
        _ => panic!("{stem}.py wants to be run as {form}"),
    }
}

/// Makes Python do something in a folder.
fn python(folder: &Path, words: &[&str]) -> Result<(), Failed> {
    let mut command = Command::new(env!("INSTRSH_PYTHON"));
    let status = command.args(words).current_dir(folder).status()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("python {words:?}: {status}").into())
    }
}
