//! A JSON value whose keys keep their order, and its form on one line.

use std::borrow::Cow;
use std::io;
use std::time::Duration;

use serde::{Serialize, Serializer};
use serde_json::ser::Formatter;

use crate::measures::Value;
use crate::view::is_unseen;

/// A value; it may borrow texts from the answer.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::view) enum Json<'a> {
    Null,
    Flag(bool),
    Whole(u64),
    /// Written as `null` if it is not finite.
    Number(f64),
    Text(Cow<'a, str>),
    List(Vec<Self>),
    Object(Vec<(&'static str, Self)>),
}

impl Json<'_> {
    /// The value on one line, with a line end.
    pub(in crate::view) fn line(&self) -> String {
        let mut line = Vec::new();
        let mut serializer = serde_json::Serializer::with_formatter(&mut line, Printable);
        // Keys are texts, and writing to memory cannot fail.
        let _ = self.serialize(&mut serializer);
        line.push(b'\n');
        String::from_utf8(line).unwrap_or_default()
    }

    /// A number; without a fraction if it is whole.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole, positive, and small enough to be exact"
    )]
    pub(super) fn of_number(number: f64) -> Self {
        const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53
        if number.fract() == 0.0 && (0.0..=EXACT).contains(&number) {
            Self::Whole(number as u64)
        } else {
            Self::Number(number)
        }
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Whole(number) => serializer.serialize_u64(*number),
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(values) => serializer.collect_seq(values),
            Self::Object(keys) => {
                serializer.collect_map(keys.iter().map(|(name, value)| (name, value)))
            }
        }
    }
}

/// JSON on one line in which characters that a terminal does not show are escaped: a name with
/// control characters cannot change the terminal.
struct Printable;

impl Formatter for Printable {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        for piece in fragment.split_inclusive(is_unseen) {
            let last = piece.chars().next_back().filter(|last| is_unseen(*last));
            let seen = &piece[..piece.len() - last.map_or(0, char::len_utf8)];
            writer.write_all(seen.as_bytes())?;
            for unit in last
                .iter()
                .flat_map(|last| last.encode_utf16(&mut [0; 2]).to_vec())
            {
                write!(writer, "\\u{unit:04x}")?;
            }
        }
        Ok(())
    }
}

impl From<bool> for Json<'_> {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<u64> for Json<'_> {
    fn from(number: u64) -> Self {
        Self::Whole(number)
    }
}

impl From<u32> for Json<'_> {
    fn from(number: u32) -> Self {
        Self::Whole(number.into())
    }
}

impl From<usize> for Json<'_> {
    fn from(number: usize) -> Self {
        Self::Whole(number as u64)
    }
}

impl From<f64> for Json<'_> {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

/// In seconds.
impl From<Duration> for Json<'_> {
    fn from(time: Duration) -> Self {
        Self::Number(time.as_secs_f64())
    }
}

/// In the unit that the key of the measure names.
impl From<Value> for Json<'_> {
    fn from(value: Value) -> Self {
        match value {
            Value::Count(count) => count.into(),
            Value::Rate(number) | Value::Share(number) => number.into(),
            Value::Time(time) => time.into(),
        }
    }
}

impl<'a> From<&'a str> for Json<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Json<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<'a> From<Cow<'a, str>> for Json<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a [String]> for Json<'a> {
    fn from(texts: &'a [String]) -> Self {
        Self::List(texts.iter().map(|text| text.as_str().into()).collect())
    }
}

impl<'a, T: Into<Json<'a>>> From<Option<T>> for Json<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_written_not_sent() {
        let text = "a\"b\\c\n\u{1b}[2J\u{7f}\u{9b}\u{202e}\u{e0001}é";
        let line = Json::from(text).line();
        assert_eq!(
            line,
            "\"a\\\"b\\\\c\\n\\u001b[2J\\u007f\\u009b\\u202e\\udb40\\udc01é\"\n"
        );
        assert_eq!(serde_json::from_str::<String>(&line).expect("valid"), text);
    }

    #[test]
    fn what_is_no_number_is_null() {
        for number in [f64::NAN, f64::INFINITY] {
            assert_eq!(Json::of_number(number).line(), "null\n");
        }
        assert_eq!(Json::of_number(12.0).line(), "12\n");
        assert_eq!(Json::of_number(0.5).line(), "0.5\n");
    }

    #[test]
    fn a_time_is_in_seconds() {
        let time = Value::Time(std::time::Duration::from_micros(2400));
        assert_eq!(Json::from(time).line(), "0.0024\n");
        assert_eq!(Json::from(None::<Value>).line(), "null\n");
    }

    #[test]
    fn keys_keep_their_order() {
        let object = Json::Object(vec![("b", 1_u64.into()), ("a", Json::Null)]);
        assert_eq!(object.line(), "{\"b\":1,\"a\":null}\n");
    }
}
