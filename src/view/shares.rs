//! `ls --by process`: the hits of callables, split by process.

use super::csv;
use super::json::SHARE;
use super::listing::{has_value, measure_columns};
use super::numbers::grouped;
use super::table::{lay_out, text};
use super::{Layout, Painter, SharesListing};
use crate::error::count;
use crate::measures::Measure;
use crate::protocol::{Counted, Share};

/// The program itself, whatever its process id.
const MAIN: &str = "main";
/// All the processes that have ended.
const ENDED: &str = "ended";
const NONE: &str = "-";

impl SharesListing {
    pub(super) fn paint(&self, painter: &Painter) -> String {
        if self.layout == Layout::Csv {
            return csv::lay_out(&SHARE, &self.shares, painter);
        }
        let shares = self.shares.iter();
        let mut columns = vec![
            text(
                "Callable",
                9,
                shares.clone().map(|share| share.path.to_string()),
            ),
            text("Process", 8, shares.clone().map(process)),
            text("Parent", 0, shares.clone().map(|share| self.parent(share))),
        ];
        let measured = shares.map(|share| &share.measured);
        let has_column =
            |measure: &Measure| measure.is_by_process() && has_value(measure, measured.clone());
        columns.extend(measure_columns(measured.clone(), 0, has_column));
        let mut lines = lay_out(columns, painter).into_iter();
        let heading = lines
            .next()
            .map_or_else(String::new, |line| painter.heading(&line) + "\n");
        let body: String = lines.map(|line| paint_line(&line, painter)).collect();
        format!("{heading}{body}{}\n", painter.faint(&self.summary()))
    }

    fn parent(&self, share: &Share) -> String {
        let mut living = self.processes.living.iter();
        let main = living.find(|it| it.parent.is_none()).map(|main| main.id);
        match share.counted {
            Counted::In(process) if process.parent.is_none() => NONE.to_owned(),
            Counted::In(process) if process.parent == main => MAIN.to_owned(),
            Counted::In(process) => process.parent.map_or(NONE.to_owned(), |id| id.to_string()),
            Counted::InEnded | Counted::Nowhere => NONE.to_owned(),
        }
    }

    /// `3 rows of 12, 5 processes, 196 ended`
    fn summary(&self) -> String {
        let rest = match self.total - self.shares.len() {
            0 => String::new(),
            _ => format!(" of {}", grouped(self.total as u64)),
        };
        let rows = format!("{}{rest}", count(self.shares.len(), "row"));
        let processes = match self.processes.living.len() {
            1 => "1 process".to_owned(),
            several => format!("{several} processes"),
        };
        let ended = match self.processes.ended {
            0 => String::new(),
            ended => format!(", {} ended", grouped(ended)),
        };
        format!("{rows}, {processes}{ended}")
    }
}

fn process(share: &Share) -> String {
    match share.counted {
        Counted::In(process) if process.parent.is_none() => MAIN.to_owned(),
        Counted::In(process) => process.id.to_string(),
        Counted::InEnded => ENDED.to_owned(),
        Counted::Nowhere => NONE.to_owned(),
    }
}

fn paint_line(line: &str, painter: &Painter) -> String {
    let (name, rest) = line.split_at(line.find(' ').unwrap_or(line.len()));
    format!("{}{rest}\n", painter.name(name))
}
