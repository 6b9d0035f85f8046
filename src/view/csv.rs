//! Tables as comma-separated values (RFC 4180): a header line, then a line for each row.

use std::borrow::Cow;

use super::Painter;
use super::json::{Json, Shape};
use super::table::clean;

/// The keys of a shape as columns; a missing value is an empty cell.
pub(super) fn lay_out<T>(shape: &Shape<T>, rows: &[T], painter: &Painter) -> String {
    let names = shape.names().into_iter().map(str::to_owned).collect();
    let cells = |row| {
        let values = shape.values(row).into_iter();
        values.map(|(_, value)| cell(&value, painter)).collect()
    };
    std::iter::once(names)
        .chain(rows.iter().map(cells))
        .map(|line: Vec<String>| line.join(",") + "\r\n")
        .collect()
}

/// A value as a cell. No control character reaches a terminal.
fn cell(value: &Json<'_>, painter: &Painter) -> String {
    let text = match value {
        Json::Null => Cow::Borrowed(""),
        Json::Text(text) if painter.width().is_some() => Cow::Owned(clean(text)),
        Json::Text(text) => Cow::Borrowed(&**text),
        Json::Flag(_) | Json::Whole(_) | Json::Number(_) | Json::List(_) | Json::Object(_) => {
            Cow::Owned(value.line().trim_end().to_owned())
        }
    };
    quoted(&text)
}

/// A text in quotes if it needs them; quotes in it are doubled.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_part_cells_or_lines_is_quoted() {
        assert_eq!(quoted("plain name"), "plain name");
        assert_eq!(quoted("a,b"), "\"a,b\"");
        assert_eq!(quoted("say \"a\""), "\"say \"\"a\"\"\"");
        assert_eq!(quoted("a\nb"), "\"a\nb\"");
        assert_eq!(quoted("a\r"), "\"a\r\"");
        assert_eq!(quoted(""), "");
    }

    #[test]
    fn values_are_cells() {
        let cells = [
            Json::Null,
            Json::Whole(1234),
            Json::Flag(true),
            Json::Number(0.0024),
            "a,b".into(),
        ];
        let cells = cells.map(|value| cell(&value, &Painter::plain()));
        assert_eq!(cells, ["", "1234", "true", "0.0024", "\"a,b\""]);
    }
}
