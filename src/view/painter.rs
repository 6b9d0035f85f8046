//! Semantic styles, and the properties of the output.

use std::fs::File;
use std::io::IsTerminal;

use clap::ValueEnum;
use nu_ansi_term::{Color, Style};

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal, unless `NO_COLOR` is set; elsewhere if `CLICOLOR_FORCE` is.
    Auto,
    /// Use colours everywhere.
    Always,
    /// Use no colours.
    Never,
}

impl Colour {
    /// The word to type.
    #[must_use]
    pub fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// The choice that a word names.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::from_str(name, false).ok()
    }
}

/// Paints text for one place: a terminal of some size, or a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Painter {
    has_colour: bool,
    width: Option<usize>,
    height: Option<usize>,
    has_unicode: bool,
}

/// Colour and character settings of the environment, read once: the running program may change the
/// environment at any moment, and reading it concurrently is not safe.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// When to use colour.
    pub(super) colour: Colour,
    /// What the environment requests; none if it depends on the output.
    has_colour: Option<bool>,
    /// Whether the terminal can move its cursor.
    pub(super) has_cursor: bool,
    speaks_utf8: bool,
}

impl Look {
    /// Must be called before the program starts.
    pub(super) fn from_environment(colour: Colour) -> Self {
        let is_set = |name: &str| {
            std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0")
        };
        Self {
            colour,
            has_colour: if is_set("NO_COLOR") {
                Some(false)
            } else {
                is_set("CLICOLOR_FORCE").then_some(true)
            },
            has_cursor: std::env::var_os("TERM").is_some_and(|terminal| terminal != "dumb"),
            speaks_utf8: speaks_utf8(),
        }
    }
}

impl Painter {
    /// A painter for output to `file`, with the current size of the terminal.
    pub(super) fn new(file: &File, look: Look) -> Self {
        let is_terminal = file.is_terminal();
        let size = is_terminal
            .then(|| rustix::termios::tcgetwinsize(file).ok())
            .flatten();
        let known = |cells: u16| (cells > 0).then_some(usize::from(cells));
        Self {
            has_colour: match look.colour {
                Colour::Always => true,
                Colour::Never => false,
                Colour::Auto => look.has_colour.unwrap_or(is_terminal && look.has_cursor),
            },
            width: size.and_then(|size| known(size.ws_col)),
            height: size.and_then(|size| known(size.ws_row)),
            has_unicode: !is_terminal || look.speaks_utf8,
        }
    }

    /// Whether text is coloured.
    #[must_use]
    pub fn has_colour(&self) -> bool {
        self.has_colour
    }

    /// Without colour or width, as for tests and files.
    #[must_use]
    pub fn plain() -> Self {
        Self {
            has_colour: false,
            width: None,
            height: None,
            has_unicode: true,
        }
    }

    /// The same for a terminal of some width, with or without characters beyond ASCII.
    #[cfg(test)]
    pub(super) fn of(width: Option<usize>, has_unicode: bool) -> Self {
        Self {
            width,
            has_unicode,
            ..Self::plain()
        }
    }

    /// The same with fewer cells per line, if there is a limit.
    #[must_use]
    pub fn narrower(self, cells: usize) -> Self {
        Self {
            width: self.width.map(|width| width.saturating_sub(cells)),
            ..self
        }
    }

    /// The width of the terminal in cells; none if lines may have any length.
    #[must_use]
    pub fn width(&self) -> Option<usize> {
        self.width
    }

    /// The height of the terminal in lines.
    #[must_use]
    pub fn height(&self) -> Option<usize> {
        self.height
    }

    /// Whether more than ASCII can be shown.
    #[must_use]
    pub fn has_unicode(&self) -> bool {
        self.has_unicode
    }

    fn paint(&self, style: Style, text: &str) -> String {
        if self.has_colour && !text.is_empty() {
            style.paint(text).to_string()
        } else {
            text.to_owned()
        }
    }

    /// A callable's name.
    #[must_use]
    pub fn name(&self, text: &str) -> String {
        self.paint(Color::Cyan.normal(), text)
    }

    /// What is patched, or was injected.
    #[must_use]
    pub fn patched(&self, text: &str) -> String {
        self.paint(Color::Green.bold(), text)
    }

    /// A title or the head of a table.
    #[must_use]
    pub fn heading(&self, text: &str) -> String {
        self.paint(Style::new().bold(), text)
    }

    /// What matters less.
    #[must_use]
    pub fn faint(&self, text: &str) -> String {
        self.paint(Style::new().dimmed(), text)
    }

    /// The selected row.
    #[must_use]
    pub fn selected(&self, text: &str) -> String {
        self.paint(Style::new().reverse(), text)
    }

    /// The word before an error.
    #[must_use]
    pub fn error(&self, text: &str) -> String {
        self.paint(Color::Red.bold(), text)
    }

    /// The word before a hint, and what needs attention.
    #[must_use]
    pub fn hint(&self, text: &str) -> String {
        self.paint(Color::Purple.normal(), text)
    }

    /// What can be typed.
    #[must_use]
    pub fn command(&self, text: &str) -> String {
        self.paint(Color::Blue.bold(), text)
    }

    /// An option of a command, or one of its values.
    #[must_use]
    pub fn option(&self, text: &str) -> String {
        self.paint(Style::new().bold(), text)
    }

    /// A number or a time.
    #[must_use]
    pub fn number(&self, text: &str) -> String {
        self.paint(Color::Purple.normal(), text)
    }

    /// Quoted text.
    #[must_use]
    pub fn string(&self, text: &str) -> String {
        self.paint(Color::Green.normal(), text)
    }

    /// What does not exist.
    #[must_use]
    pub fn unknown(&self, text: &str) -> String {
        self.paint(Color::Red.normal(), text)
    }
}

/// Whether the locale's character set is UTF-8, from the variables and in the order of POSIX.
fn speaks_utf8() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(std::env::var_os)
        .find(|value| !value.is_empty());
    let locale = locale.map(|locale| locale.to_string_lossy().to_ascii_lowercase());
    locale.is_none_or(|locale| locale.contains("utf-8") || locale.contains("utf8"))
}
