//! The report of a benchmark: tables, figures with goals, and peers that could not run.

use std::fmt::{self, Display, Formatter};

use serde::Serialize;

/// The results of one benchmark.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    pub(crate) tables: Vec<Table>,
    pub(crate) figures: Vec<Figure>,
    /// Peers that cannot run here, each with the reason.
    pub(crate) absent: Vec<(String, String)>,
}

/// Numbers with a name for each row and each column.
#[derive(Debug, Serialize)]
pub(crate) struct Table {
    pub(crate) title: String,
    pub(crate) columns: Vec<String>,
    /// A row has a number for each column, or none where it was not measured.
    pub(crate) rows: Vec<(String, Vec<Option<f64>>)>,
}

/// A number with its goal.
#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    pub(crate) what: String,
    pub(crate) value: f64,
    pub(crate) unit: Unit,
    /// The goal.
    pub(crate) at_most: f64,
    /// Why it misses the goal, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) because: Option<String>,
}

/// The unit of a figure.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Unit {
    /// A ratio within one run.
    Times,
    Percent,
    Milliseconds,
    Bytes,
}

impl Report {
    /// Adds a figure and its goal.
    pub(crate) fn figure(&mut self, what: impl Into<String>, value: f64, unit: Unit, at_most: f64) {
        self.figures.push(Figure {
            what: what.into(),
            value,
            unit,
            at_most,
            because: None,
        });
    }

    /// Records why a peer cannot run here, once.
    pub(crate) fn absent(&mut self, peer: &str, reason: &str) {
        let absent = (peer.to_owned(), reason.to_owned());
        if !self.absent.contains(&absent) {
            self.absent.push(absent);
        }
    }
}

impl Figure {
    /// Whether the goal is reached.
    pub(crate) fn is_reached(&self) -> bool {
        self.value <= self.at_most
    }
}

impl Display for Report {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        for table in &self.tables {
            writeln!(to, "{table}")?;
        }
        for (peer, reason) in &self.absent {
            writeln!(to, "cannot run here: {peer}: {reason}")?;
        }
        for figure in &self.figures {
            writeln!(to, "{figure}")?;
        }
        Ok(())
    }
}

impl Display for Table {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        let names = self.rows.iter().map(|(name, _)| name.chars().count());
        let first = names.chain([self.title.chars().count()]).max().unwrap_or(0);
        write!(to, "{:first$}", self.title)?;
        for column in &self.columns {
            write!(to, "  {column:>8}")?;
        }
        writeln!(to)?;
        for (name, numbers) in &self.rows {
            write!(to, "{name:first$}")?;
            for (number, column) in numbers.iter().zip(&self.columns) {
                let number = number.map_or("-".into(), short);
                write!(to, "  {number:>0$}", column.chars().count().max(8))?;
            }
            writeln!(to)?;
        }
        Ok(())
    }
}

impl Display for Figure {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        let mark = if self.is_reached() {
            "reached    "
        } else {
            "FALLS SHORT"
        };
        let (value, at_most) = (short(self.value), short(self.at_most));
        let unit = self.unit;
        write!(
            to,
            "{mark}  {}: {value}{unit} (goal: at most {at_most}{unit})",
            self.what
        )?;
        match &self.because {
            Some(reason) if !self.is_reached() => write!(to, "; {reason}"),
            _ => Ok(()),
        }
    }
}

impl Display for Unit {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Self::Times => " ×",
            Self::Percent => " %",
            Self::Milliseconds => " ms",
            Self::Bytes => " bytes",
        })
    }
}

/// Three decimals of a small number, fewer of a large one.
fn short(number: f64) -> String {
    match number.abs() {
        ..10.0 => format!("{number:.3}"),
        ..100.0 => format!("{number:.2}"),
        ..1000.0 => format!("{number:.1}"),
        _ => format!("{number:.0}"),
    }
}
