//! `set` and `alias`: the user's choices.

use super::table::{clean, lay_out, text};
use super::{AliasRow, Painter, SettingRow};

pub(super) fn paint(rows: &[SettingRow], painter: &Painter) -> String {
    let columns = vec![
        text("Setting", 9, rows.iter().map(|row| row.name.to_owned())),
        text("Value", 9, rows.iter().map(|row| row.value.clone())),
        text("Default", 1, rows.iter().map(|row| row.default.clone())),
        text("Meaning", 0, rows.iter().map(|row| row.meaning.to_owned())),
    ];
    let lines = lay_out(columns, painter).into_iter().enumerate();
    let lines = lines.map(|(number, line)| match number {
        0 => format!("{}\n", painter.heading(&line)),
        _ => format!("{line}\n"),
    });
    lines.collect()
}

/// As command lines that define them.
pub(super) fn paint_aliases(rows: &[AliasRow]) -> String {
    if rows.is_empty() {
        return "no aliases\n".to_owned();
    }
    let line = |row: &AliasRow| format!("alias {} {}\n", row.name, clean(&row.command));
    rows.iter().map(line).collect()
}
