//! Parses answers of the shell.

/// The rows of an `ls`: path, calls where there is such a column, and hits.
pub(crate) fn rows(answers: &[String]) -> Vec<(String, Option<u64>, u64)> {
    let number = |text: &str| text.replace(',', "").parse::<u64>().ok();
    let row = |line: &String| {
        let (path, rest) = line.split_once(' ')?;
        let columns = rest.split("  ").map(str::trim);
        let is_count = |text: &&str| *text == "-" || number(text).is_some();
        let counts: Vec<&str> = columns.filter(is_count).collect();
        let (calls, hits) = match counts.as_slice() {
            [calls, hits] => (*calls, hits),
            [hits] => ("-", hits),
            _ => return None,
        };
        path.contains(':')
            .then(|| Some((path.to_owned(), number(calls), number(hits)?)))
            .flatten()
    };
    answers.iter().filter_map(row).collect()
}
