//! The prompt, Tab, `watch`, Ctrl-C and resize, in a real pseudo-terminal: what a person sees.
//!
//! The tests press keys and wait until the screen shows what it should; nothing sleeps.

mod common;

#[path = "terminal/budgeting.rs"]
mod budgeting;
#[path = "terminal/colouring.rs"]
mod colouring;
#[path = "terminal/completing.rs"]
mod completing;
#[path = "terminal/crashing.rs"]
mod crashing;
#[path = "terminal/customising.rs"]
mod customising;
#[path = "terminal/editing.rs"]
mod editing;
#[path = "terminal/film.rs"]
mod film;
#[path = "terminal/foreground.rs"]
mod foreground;
#[path = "terminal/forking.rs"]
mod forking;
#[path = "terminal/interrupting.rs"]
mod interrupting;
#[path = "terminal/json.rs"]
mod json;
#[path = "terminal/keeping.rs"]
mod keeping;
#[path = "terminal/leaving.rs"]
mod leaving;
#[path = "terminal/live_commands.rs"]
mod live_commands;
#[path = "terminal/live_keys.rs"]
mod live_keys;
#[path = "terminal/live_screens.rs"]
mod live_screens;
#[path = "terminal/paging.rs"]
mod paging;
#[path = "terminal/person.rs"]
mod person;
#[path = "terminal/piping.rs"]
mod piping;
#[path = "terminal/printing.rs"]
mod printing;
#[path = "terminal/recording.rs"]
mod recording;
#[path = "terminal/restarting.rs"]
mod restarting;
#[path = "terminal/screen.rs"]
mod screen;
#[path = "terminal/sizes.rs"]
mod sizes;
#[path = "terminal/stopping.rs"]
mod stopping;
#[path = "terminal/watching.rs"]
mod watching;
