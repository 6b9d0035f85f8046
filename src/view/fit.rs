//! Adapts text to a terminal: to its width and its characters.

use std::borrow::Cow;

use textwrap::{Options, WordSeparator, WordSplitter};
use unicode_width::UnicodeWidthChar;

use super::Painter;

/// The indentation of the continuation of a long line.
const INDENT: &str = "  ";

/// Replaces characters that the terminal cannot show.
pub(super) fn spell<'a>(text: impl Into<Cow<'a, str>>, painter: &Painter) -> Cow<'a, str> {
    let text = text.into();
    if painter.has_unicode() || text.is_ascii() {
        text
    } else {
        Cow::Owned(text.chars().map(in_ascii).collect())
    }
}

/// The same, with line breaks between words where the terminal would break lines anywhere.
pub(super) fn fit<'a>(text: impl Into<Cow<'a, str>>, painter: &Painter) -> Cow<'a, str> {
    let text = spell(text, painter);
    let Some(width) = painter.width() else {
        return text;
    };
    let is_wide = |line: &str| textwrap::core::display_width(line) > width;
    if !text.lines().any(is_wide) {
        return text;
    }
    let options = Options::new(width)
        .subsequent_indent(if width > 4 * INDENT.len() { INDENT } else { "" })
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation);
    let mut fitted = String::with_capacity(text.len() + text.len() / 8);
    for line in text.split_inclusive('\n') {
        if is_wide(line) {
            fitted += &textwrap::fill(line.trim_end(), &options);
            fitted.push('\n');
        } else {
            fitted += line;
        }
    }
    Cow::Owned(fitted)
}

/// Replaces our own symbols by similar ones, and other characters by question marks.
fn in_ascii(character: char) -> Cow<'static, str> {
    Cow::Borrowed(match character {
        '\0'..='\x7f' => return Cow::Owned(character.to_string()),
        'µ' => "u",
        '…' => "~",
        '●' | '▇' => "*",
        '○' => "o",
        '▁' => "_",
        '▂' => ".",
        '▃' => ",",
        '▄' => "-",
        '▅' => "=",
        '▆' | '•' => "+",
        '█' => "#",
        _ if character.width() == Some(2) => "??",
        _ => "?",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_between_words() {
        let painter = Painter::of(Some(20), true);
        let text = "patched \x1b[36mmodule:func\x1b[0m: 3 instructions added\nshort\n";
        assert_eq!(
            fit(text, &painter),
            "patched \x1b[36mmodule:func\x1b[0m:\n  3 instructions\n  added\nshort\n"
        );
        assert_eq!(
            fit("a:bcdefghijklmnopqrstuvwxyz\n", &painter)
                .lines()
                .count(),
            2
        );
    }

    #[test]
    fn a_terminal_without_unicode_gets_none() {
        let painter = Painter::of(Some(80), false);
        assert_eq!(
            fit("▁▅█ ● 21 µs … é 漢\n", &painter),
            "_=# * 21 us ~ ? ??\n"
        );
    }
}
