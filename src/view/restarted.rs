//! `restart`: the patches that were restored, and those to come.

use super::Restarted;
use super::table::clean;

impl Restarted {
    /// `restarted app.py: 3 patches restored, 2 wait for their callables`
    pub(super) fn paint(&self) -> String {
        let told = |number: usize, one: &str, several: &str| match number {
            0 => None,
            1 => Some(format!("1 {one}")),
            _ => Some(format!("{number} {several}")),
        };
        let waiting = match self.back {
            0 => told(
                self.waiting,
                "patch waits for its callable",
                "patches wait for their callables",
            ),
            _ => told(
                self.waiting,
                "waits for its callable",
                "wait for their callables",
            ),
        };
        let parts = [
            told(self.back, "patch restored", "patches restored"),
            waiting,
            told(self.pending, "pattern is pending", "patterns are pending"),
        ];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        let separator = if parts.is_empty() { "" } else { ": " };
        let held = if self.is_held {
            ", held until `run`"
        } else {
            ""
        };
        format!(
            "restarted {}{held}{separator}{}\n",
            clean(&self.program),
            parts.join(", ")
        )
    }
}
