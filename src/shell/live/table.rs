//! The rows of a live view: their filter, order, scroll position and selection.

use std::sync::Arc;

use crate::commands::frame;
use crate::error::Result;
use crate::measures::Sort;
use crate::program::{History, Listed};
use crate::protocol::{Row, Sample, State, SymbolPath};
use crate::view::{LiveRow, WatchFrame};

/// The rows and their scroll position.
pub(super) struct Table {
    history: History,
    sort: Sort,
    /// The maximum number of rows.
    limit: usize,
    /// The filter; in lower case unless it has upper-case letters.
    filter: String,
    /// The rows that pass the filter, in order.
    order: Vec<usize>,
    /// The number of rows above the screen.
    above: usize,
    selected: Option<SymbolPath>,
}

/// Why counts are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// An interval has ended.
    OfInterval,
    /// Something has changed and should be shown at once.
    OfChange,
}

impl Table {
    pub(super) fn new(history: History, sort: Sort, limit: usize) -> Self {
        let mut table = Self {
            history,
            sort,
            limit,
            filter: String::new(),
            order: Vec::new(),
            above: 0,
            selected: None,
        };
        table.choose_rows();
        table
    }

    pub(super) fn history(&self) -> &History {
        &self.history
    }

    pub(super) fn sort(&self) -> Sort {
        self.sort
    }

    pub(super) fn filter(&self) -> &str {
        &self.filter
    }

    /// The number of rows, and of those above the screen.
    pub(super) fn extent(&self) -> (usize, usize) {
        (self.shown().len(), self.above)
    }

    /// Adds the current counts, which may end an interval.
    ///
    /// # Errors
    /// If the counts of patches cannot be read.
    pub(super) fn add(&mut self, counted: Sample, moment: Moment) -> Result<()> {
        let before = Arc::clone(self.history.listed());
        match moment {
            Moment::OfInterval => self.history.add(counted)?,
            Moment::OfChange => self.history.update(counted)?,
        }
        if Arc::ptr_eq(&before, self.history.listed()) {
            self.history.sort(&mut self.order, self.sort);
        } else {
            self.choose_rows();
        }
        Ok(())
    }

    /// Selects the first patched row that was not in an earlier list, if there is one.
    pub(super) fn select_news(&mut self, before: &Listed, page: usize) {
        let is_patched = |rows: &[Row], path: &SymbolPath| {
            let place = rows.binary_search_by(|row| row.path.cmp(path));
            place.is_ok_and(|place| rows[place].state == State::Patched)
        };
        let rows = self.history.listed().rows();
        let is_new =
            |row: &&Row| row.state == State::Patched && !is_patched(before.rows(), &row.path);
        if let Some(new) = rows.iter().find(is_new) {
            self.selected = Some(new.path.clone());
            self.move_selection(0, page);
        }
    }

    /// Sorts by the next column.
    pub(super) fn sort_by_next(&mut self) {
        self.sort = self.sort.next(&self.history.totals().measured);
        self.history.sort(&mut self.order, self.sort);
        self.above = 0;
    }

    /// Shows only rows whose names contain this.
    pub(super) fn set_filter(&mut self, filter: &str) {
        if self.filter != filter {
            filter.clone_into(&mut self.filter);
            self.above = 0;
            self.choose_rows();
        }
    }

    fn choose_rows(&mut self) {
        let rows = self.history.listed().rows().iter().enumerate();
        let is_exact = self.filter.chars().any(char::is_uppercase);
        let is_meant = |path: &str| {
            self.filter.is_empty()
                || path.contains(&self.filter)
                || !is_exact && path.to_lowercase().contains(&self.filter)
        };
        let meant = rows.filter(|(_, row)| is_meant(row.path.as_str()));
        self.order = meant.map(|(place, _)| place).collect();
        self.history.sort(&mut self.order, self.sort);
    }

    fn shown(&self) -> &[usize] {
        &self.order[..self.order.len().min(self.limit)]
    }

    /// The selected row, if it is shown.
    pub(super) fn selected(&self) -> Option<&Row> {
        let place = self.selected_place()?;
        let row = *self.shown().get(place)?;
        self.history.listed().rows().get(row)
    }

    /// Clears the selection.
    pub(super) fn select_none(&mut self) {
        self.selected = None;
    }

    fn selected_place(&self) -> Option<usize> {
        let path = self.selected.as_ref()?;
        let rows = self.history.listed().rows();
        let row = rows.binary_search_by(|row| row.path.cmp(path)).ok()?;
        self.shown().iter().position(|it| *it == row)
    }

    /// Moves the selection by a distance, and scrolls to it; if none is selected, selects a visible
    /// row.
    pub(super) fn move_selection(&mut self, by: isize, page: usize) {
        let Some(last) = self.shown().len().checked_sub(1) else {
            return;
        };
        let place = match self.selected_place() {
            Some(place) => place.saturating_add_signed(by),
            // The first one from below or above.
            None if by == -1 => self.above + page - 1,
            None if by == 1 => self.above,
            None => self.above.saturating_add_signed(by),
        };
        let place = place.min(last);
        self.bring_to_screen(place, page);
        let row = self.shown()[place];
        self.selected = Some(self.history.listed().rows()[row].path.clone());
    }

    fn bring_to_screen(&mut self, place: usize, page: usize) {
        self.above = self.above.clamp((place + 1).saturating_sub(page), place);
    }

    /// The rows on a screen of `page` rows, including the selected one, since keys act on it.
    pub(super) fn rows(&mut self, page: usize) -> Vec<LiveRow> {
        let total = self.shown().len();
        self.above = self.above.min(total.saturating_sub(page));
        if let Some(place) = self.selected_place() {
            self.bring_to_screen(place, page);
        }
        let shown = self.shown()[self.above..].iter().take(page);
        let row = |index: &usize| {
            let row = self.history.row(*index);
            let interval = row.measured.interval.as_ref();
            LiveRow {
                trend: self.history.trend(*index).collect(),
                has_changed: interval.is_some_and(|interval| !interval.is_empty()),
                is_selected: Some(&row.path) == self.selected.as_ref(),
                row,
            }
        };
        shown.map(row).collect()
    }

    /// The frame that stays on the ordinary screen at the end.
    pub(super) fn last_frame(&self, page: usize) -> WatchFrame {
        // There may be fewer rows than at the last drawing.
        let above = self.above.min(self.shown().len().saturating_sub(page));
        let rows = &self.shown()[above..];
        frame(&self.history, &rows[..rows.len().min(page)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures::{CALLS, HITS};
    use crate::program::testing::{called, history};

    #[test]
    fn the_selected_row_stays_on_the_screen() {
        let counts = [
            ("a", Some(1)),
            ("b", Some(2)),
            ("c", Some(3)),
            ("d", Some(9)),
        ];
        let mut table = Table::new(history(called(0, &counts)), Sort::Name, usize::MAX);
        table.move_selection(0, 2);
        for sort in [Sort::By(&CALLS), Sort::By(&HITS)] {
            table.sort_by_next();
            assert_eq!(table.sort(), sort);
            let rows = table.rows(2);
            assert!(rows.iter().any(|row| row.is_selected), "{sort:?}");
        }
    }

    #[test]
    fn rows_that_are_gone_are_not_in_the_last_frame() {
        let counts = ["a", "b", "c", "d"].map(|it| (it, None));
        let many = history(called(0, &counts));
        let mut table = Table::new(many, Sort::Name, usize::MAX);
        table.move_selection(isize::MAX, 2);
        assert_eq!(table.extent(), (4, 2));
        table
            .add(called(1, &[("b", None)]), Moment::OfInterval)
            .expect("memory");
        let last = table.last_frame(2);
        let names: Vec<_> = last.rows.iter().map(|(row, _)| row.path.as_str()).collect();
        assert_eq!(names, ["m:b"]);
    }
}
