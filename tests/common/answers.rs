//! What the shell answers, as numbers.

/// The rows of an `ls`: path, calls and hits.
pub(crate) fn rows(answers: &[String]) -> Vec<(String, Option<u64>, u64)> {
    let number = |text: &str| text.replace(',', "").parse::<u64>().ok();
    let row = |line: &String| {
        let (path, rest) = line.split_once(' ')?;
        let numbers: Vec<&str> = rest
            .split("  ")
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .collect();
        // Kind, calls, hits, state.
        let [_, calls, hits, ..] = numbers.as_slice() else {
            return None;
        };
        path.contains(':')
            .then(|| Some((path.to_owned(), number(calls), number(hits)?)))
            .flatten()
    };
    answers.iter().filter_map(row).collect()
}
