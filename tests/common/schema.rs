//! Checks JSON output against the keys that `help json` lists.

use std::collections::BTreeSet;

use instrsh::commands;
use instrsh::view::{Keys, SchemaKey, keys};
use serde_json::{Map, Value};

/// The keys of an object, for one form of a command or one line of stderr.
struct Schema {
    command: &'static str,
    form: String,
    keys: Vec<SchemaKey>,
}

impl Schema {
    fn paths(&self) -> impl Iterator<Item = &String> {
        self.keys.iter().map(|key| &key.path)
    }
}

/// The declared keys, and which of them were seen with a value.
pub(crate) struct Checker {
    schemas: Vec<Schema>,
    /// Form and path.
    seen: BTreeSet<(String, String)>,
}

/// Stands for the name of the command in objects on stderr.
const STDERR: &str = "stderr";

impl Default for Checker {
    fn default() -> Self {
        let schema = |command, form: &str, keys: Keys| Schema {
            command,
            form: format!("{command} {form}"),
            keys: keys.list(),
        };
        let answers = commands::all().flat_map(|command| {
            let forms = command.answers.iter();
            forms.map(move |(form, keys)| schema(command.name, form, *keys))
        });
        let on_stderr = [
            ("error", keys::ERROR),
            ("notice", keys::NOTICE),
            ("budget", keys::OVERSPENDING),
        ];
        let on_stderr = on_stderr.map(|(form, keys)| schema(STDERR, form, keys));
        Self {
            schemas: answers.chain(on_stderr).collect(),
            seen: BTreeSet::new(),
        }
    }
}

impl Checker {
    /// Fails unless a line of stdout is an object as its command declares one.
    #[track_caller]
    pub(crate) fn answer(&mut self, line: &str) -> Map<String, Value> {
        assert!(line.starts_with("{\"command\":\""), "{line}");
        let mut object = object(line);
        let command = object.remove("command").expect("the first key");
        let checked = self.check(command.as_str().expect("a name"), &object);
        checked.unwrap_or_else(|why| panic!("{why}: {line}"));
        object.insert("command".to_owned(), command);
        object
    }

    /// Fails unless a line of stderr is an error or a notice.
    #[track_caller]
    pub(crate) fn on_stderr(&mut self, line: &str) -> Map<String, Value> {
        let object = object(line);
        let checked = self.check(STDERR, &object);
        checked.unwrap_or_else(|why| panic!("{why}: {line}"));
        object
    }

    /// The keys that were never seen with a value, after the command that was typed. Commands that
    /// answer with the same keys answer in the same way.
    pub(crate) fn unseen(&self) -> Vec<String> {
        let is_seen = |schema: &Schema, path: &String| {
            let alike = self
                .schemas
                .iter()
                .filter(|it| it.paths().eq(schema.paths()));
            let mut forms = alike.map(|it| &it.form);
            forms.any(|form| self.seen.contains(&(form.clone(), path.clone())))
        };
        let unseen = self.schemas.iter().flat_map(|schema| {
            let unseen = schema.paths().filter(|path| !is_seen(schema, path));
            unseen.map(|path| format!("{}: {path}", schema.form))
        });
        unseen.collect()
    }

    /// Finds the schema that describes an object, and records which keys it has.
    fn check(&mut self, command: &str, object: &Map<String, Value>) -> Result<(), String> {
        let mut why = format!("no schema of `{command}`");
        for schema in self.schemas.iter().filter(|it| it.command == command) {
            let mut found = Vec::new();
            match check_keys(object, schema, "", &mut found) {
                Ok(()) => {
                    let found = found.into_iter().map(|path| (schema.form.clone(), path));
                    self.seen.extend(found);
                    return Ok(());
                }
                Err(error) => why = format!("`{}`: {error}", schema.form),
            }
        }
        Err(why)
    }
}

/// Parses a line of JSON, which must not contain control characters.
#[track_caller]
fn object(line: &str) -> Map<String, Value> {
    assert!(!line.contains(char::is_control), "{line:?}");
    match serde_json::from_str(line) {
        Ok(Value::Object(object)) => object,
        other => panic!("no object: {line}: {other:?}"),
    }
}

/// Whether an object has exactly the keys declared at `path`, with values of their types.
fn check_keys(
    object: &Map<String, Value>,
    schema: &Schema,
    path: &str,
    found: &mut Vec<String>,
) -> Result<(), String> {
    let keys = schema.keys.iter().filter_map(|key| {
        let name = key.path.strip_prefix(path)?;
        (!name.contains("[]")).then_some((name, key))
    });
    let keys: Vec<_> = keys.collect();
    let names: BTreeSet<&str> = keys.iter().map(|(name, _)| *name).collect();
    let given: BTreeSet<&str> = object.keys().map(String::as_str).collect();
    if names != given {
        return Err(format!("keys {given:?} at `{path}`, not {names:?}"));
    }
    for (name, key) in keys {
        let value = &object[name];
        let (holds, is_nullable) = match key.holds.strip_suffix(" or null") {
            Some(holds) => (holds, true),
            None => (key.holds.as_str(), false),
        };
        if value.is_null() && is_nullable {
            continue;
        }
        let fits = match holds {
            "text" => value.is_string(),
            "whole number" => value.is_u64(),
            "number" => value.as_f64().is_some_and(f64::is_finite),
            "true or false" => value.is_boolean(),
            "number or text" => value.is_number() || value.is_string(),
            "list of texts" => value
                .as_array()
                .is_some_and(|it| it.iter().all(Value::is_string)),
            "list of objects" => value
                .as_array()
                .is_some_and(|it| it.iter().all(Value::is_object)),
            other => return Err(format!("`{other}` is no type")),
        };
        if !fits {
            return Err(format!("`{}` is no {holds}: {value}", key.path));
        }
        found.push(key.path.clone());
        let inner = value.as_array().into_iter().flatten();
        for object in inner.filter_map(Value::as_object) {
            check_keys(object, schema, &format!("{}[].", key.path), found)?;
        }
    }
    Ok(())
}
