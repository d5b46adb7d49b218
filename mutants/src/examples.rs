//! The examples of the documentation, as tests: `cargo test --doc` cannot run one of them alone.

use crate::modules::Source;
use std::fmt::Write;
use std::ops::Range;

/// A file of tests, and the lines of each, so that one that does not compile can be left out.
pub struct Examples {
    pub text: String,
    pub lines: Vec<Range<usize>>,
}

/// An example: its name, from the file and line where it is, and its text.
pub type Example = (String, String);

/// All examples that run.
pub fn examples(sources: &[Source], readme: &str) -> Vec<Example> {
    let mut found = vec![];
    for source in sources {
        read(&source.name, &source.text, Some(["///", "//!"]), &mut found);
    }
    read("README.md", readme, None, &mut found);
    found
}

fn read(file: &str, text: &str, comments: Option<[&str; 2]>, found: &mut Vec<Example>) {
    let file = file.replace(|c: char| !c.is_alphanumeric(), "_");
    let mut open: Option<(bool, usize, String)> = None;
    for (number, line) in text.lines().enumerate() {
        let content = match comments {
            None => line,
            Some(comments) => match comments.iter().find_map(|slashes| line.trim_start().strip_prefix(slashes)) {
                Some(content) => content.strip_prefix(' ').unwrap_or(content),
                None => {
                    open = None;
                    continue;
                }
            },
        };
        open = match (content.trim_start().strip_prefix("```"), open.take()) {
            (Some(language), None) => {
                let runs = matches!(language.trim(), "rust") || (comments.is_some() && language.trim().is_empty());
                Some((runs, number + 1, String::new()))
            }
            (Some(_), Some((runs, line, body))) => {
                // Attributes of a whole crate are not for a function.
                if runs && !body.contains("#![") {
                    found.push((format!("{file}_{line}"), body));
                }
                None
            }
            (None, Some((runs, line, mut body))) => {
                let shown = content.trim_start();
                let shown = if shown == "#" { "" } else { shown.strip_prefix("# ").unwrap_or(content) };
                writeln!(body, "{shown}").unwrap();
                Some((runs, line, body))
            }
            (None, None) => None,
        };
    }
}

/// A test of each example.
pub fn tests(examples: &[Example]) -> Examples {
    let mut all = Examples { text: String::new(), lines: vec![] };
    all.text.push_str("#![allow(warnings)]\n");
    all.text.push_str("fn ends_well(end: impl std::process::Termination) {\n");
    all.text.push_str("    let (end, good) = (end.report(), std::process::ExitCode::SUCCESS);\n");
    all.text.push_str("    assert_eq!(format!(\"{end:?}\"), format!(\"{good:?}\"));\n}\n");
    for (name, body) in examples {
        let start = all.text.lines().count() + 1;
        writeln!(all.text, "#[test]\nfn {name}() {{").unwrap();
        if body.contains("fn main()") {
            writeln!(all.text, "{body}\nends_well(main());").unwrap();
        } else if body.contains("Ok::<()") {
            writeln!(all.text, "fn inner() -> Result<(), impl std::fmt::Debug> {{\n{body}\n}}\nends_well(inner());")
                .unwrap();
        } else {
            writeln!(all.text, "{body}").unwrap();
        }
        all.text.push_str("}\n");
        all.lines.push(start..all.text.lines().count() + 1);
    }
    all
}
