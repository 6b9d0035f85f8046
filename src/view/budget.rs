//! `budget`, and the notices when it acts.

use super::costs::beyond_hits;
use super::numbers::share;
use super::table::clean;
use super::{BudgetReport, Form, Painter, json};
use crate::error::count;
use crate::protocol::Overspending;

/// How many of the unpatched callables are named.
const NAMED: usize = 3;

impl BudgetReport {
    pub(super) fn paint(&self, painter: &Painter) -> String {
        let mut lines = Vec::new();
        match &self.budget {
            None => lines.push(("budget", "none".to_owned())),
            Some(budget) => {
                let looks = match budget.looks {
                    0 => "not checked yet".to_owned(),
                    1 => "checked once".to_owned(),
                    looks => format!("checked {looks} times"),
                };
                lines.push(("budget", format!("{} % of a core, {looks}", budget.percent)));
                lines.push((
                    "unpatched",
                    format!("{} for it", count(budget.unpatched, "callable")),
                ));
            }
        }
        let now = format!(
            "{} of a core, {:.1} ns a hit{}",
            share(self.interval.core_share()),
            self.interval.costs.hit,
            beyond_hits(self.interval.costs, &self.recorded)
        );
        lines.push(("now", now));
        let lines = lines.iter();
        lines
            .map(|(what, value)| format!("{}{value}\n", painter.heading(&format!("{what:<15}"))))
            .collect()
    }
}

/// The notice of patches that exceeded the budget, as a line without its end.
#[must_use]
pub fn overspending_line(overspending: &Overspending, form: Form) -> String {
    match form {
        Form::Text => overspending_sentence(overspending),
        Form::Json => json::overspending(overspending).trim_end().to_owned(),
    }
}

/// `budget: unpatched m:f (0.80 % of a core); all patches took 1.3 % of a core, the limit is 1
/// %`
pub(super) fn overspending_sentence(overspending: &Overspending) -> String {
    let unpatched = named(&overspending.unpatched, |(path, part)| {
        format!("{} ({} of a core)", clean(path.as_str()), share(*part))
    });
    let replaced = named(&overspending.replaced, |path| clean(path.as_str()));
    let mut done = Vec::new();
    if !unpatched.is_empty() {
        done.push(format!("unpatched {unpatched}"));
    }
    if !replaced.is_empty() {
        done.push(format!("left alone {replaced}, replaced by other code"));
    }
    let children = match overspending.children {
        0 => String::new(),
        1 => "; not in the process that it forked earlier".to_owned(),
        children => format!("; not in {children} processes that it forked earlier"),
    };
    format!(
        "budget: {}; all patches took {} of a core, the limit is {} %{children}",
        done.join("; "),
        share(overspending.core_share),
        overspending.percent,
    )
}

/// The first few items of a list in words, and the number of the others; empty for none.
fn named<T>(all: &[T], name: impl Fn(&T) -> String) -> String {
    let mut names: Vec<_> = all.iter().take(NAMED).map(name).collect();
    if all.len() > NAMED {
        names.push(format!("{} more", all.len() - NAMED));
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Budget, SymbolPath};
    use std::time::Duration;

    use crate::measures::{Costs, Interval, Recorded};

    #[test]
    fn the_most_expensive_are_named_and_the_others_counted() {
        let spender = |name| (SymbolPath::new("m", name), 0.008);
        let mut overspending = Overspending {
            percent: 1.0,
            core_share: 0.013,
            unpatched: vec![spender("f")],
            replaced: Vec::new(),
            children: 0,
        };
        assert_eq!(
            overspending_line(&overspending, Form::Text),
            "budget: unpatched m:f (0.80 % of a core); all patches took 1.3 % of a core, the limit is 1 %"
        );
        overspending.unpatched = ["a", "b", "c", "d", "e"].map(spender).into();
        overspending.children = 2;
        let line = overspending_line(&overspending, Form::Text);
        assert!(
            line.contains(" m:c (0.80 % of a core), 2 more; all"),
            "{line}"
        );
        assert!(line.ends_with("the limit is 1 %; not in 2 processes that it forked earlier"));
    }

    fn hits(hits: u64) -> Recorded {
        Recorded {
            hits,
            ..Recorded::default()
        }
    }

    #[test]
    fn what_is_allowed_stands_beside_what_is_taken() {
        let mut report = BudgetReport {
            budget: None,
            recorded: Recorded::default(),
            interval: Interval {
                counts: hits(1_200_000).into(),
                length: Duration::from_secs(3),
                costs: Costs {
                    hit: 3.0,
                    ..Costs::default()
                },
            },
        };
        let now = "now            0.12 % of a core, 3.0 ns a hit\n";
        let painted = report.paint(&Painter::plain());
        assert_eq!(painted, format!("budget         none\n{now}"));
        report.budget = Some(Budget {
            percent: 0.5,
            looks: 12,
            unpatched: 1,
        });
        let budget = "budget         0.5 % of a core, checked 12 times\n";
        let unpatched = "unpatched      1 callable for it\n";
        let painted = report.paint(&Painter::plain());
        assert_eq!(painted, format!("{budget}{unpatched}{now}"));
    }
}
