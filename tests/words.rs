//! The words of the source: no line is longer than rustfmt's width, every doc comment says something, and words that
//! only this crate used are gone.

use std::path::{Path, PathBuf};

/// `max_width` of rustfmt.toml.
const WIDTH: usize = 120;

/// Names that had a meaning in this crate alone, each with the name that replaced it.
const PRIVATE_NAMES: &[(&str, &str)] = &[
    ("Slot", "TensorOptions"),
    ("Plan", "Options"),
    ("Pass", "Context"),
    ("REMEMBERED", "MAX_MOMENTS"),
    ("Pod", "AnyBitPattern"),
    ("Plain", "Floats"),
    ("Among", "AtMost"),
    ("Hundredths", "IsPercent"),
    ("Extent", "ToTypenum"),
    ("Summand", "SameShape"),
    ("Together", "Concat"),
    ("OneOf", "ClassLabel"),
    ("Measure", "Named"),
    ("Gathered", "Batch"),
    ("Weighing", "WeightSource"),
    ("Wishes", "Requests"),
    ("goes_on", "resuming"),
    ("takes_up", "absorbs_batch_norm"),
    ("in_bytes", "quantizes"),
    ("ROOM", "CAPACITY"),
];

/// Doc comments that say nothing of their item.
const EMPTY: &[&str] = &["it", "it is", "they are", "see above", "see there", "as above", "the same", "that"];

/// The Rust files below a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        // Compile errors in checks/tests/ui point to the columns of lines, and `target` holds generated files.
        if path.is_dir() && !["target", "ui", "fixtures"].contains(&name) {
            sources(&path, found);
        } else if name.ends_with(".rs") {
            found.push(path);
        }
    }
}

/// The name of each file below the crate's root, with its text.
fn files(folders: &[&str]) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = vec![];
    for folder in folders {
        // A package of the crate has `src` alone.
        if root.join(folder).exists() {
            sources(&root.join(folder), &mut found);
        }
    }
    found.sort();
    let name = |path: &Path| path.strip_prefix(root).unwrap().display().to_string().replace('\\', "/");
    found.iter().map(|path| (name(path), std::fs::read_to_string(path).unwrap())).collect()
}

/// The text of a comment line, without its slashes.
fn comment(line: &str) -> Option<&str> {
    let line = line.trim_start();
    ["///", "//!", "//"].iter().find_map(|slashes| line.strip_prefix(slashes))
}

/// Whether a line may be longer: a row of a Markdown table or a URL cannot be wrapped, and neither can rustfmt wrap the
/// text of a string or the tokens of a macro.
fn may_be_longer(line: &str) -> bool {
    match comment(line) {
        Some(text) => text.trim_start().starts_with('|') || text.split_whitespace().count() == 1,
        // What is no comment is rustfmt's business.
        None => true,
    }
}

#[test]
fn no_comment_is_longer_than_the_line_width() {
    let (mut wrong, mut count) = (vec![], 0);
    for (file, text) in files(&["src", "examples", "tests", "checks", "benches", "mutants"]) {
        for (i, line) in text.lines().enumerate() {
            count += usize::from(comment(line).is_some());
            let width = line.chars().count();
            if width > WIDTH && !may_be_longer(line) {
                wrong.push(format!("{file}:{}: {width} columns", i + 1));
            }
        }
    }
    assert!(count > 5000, "the test sees the comments: {count}");
    assert!(wrong.is_empty(), "expected at most {WIDTH} columns:\n{}", wrong.join("\n"));
}

#[test]
fn every_doc_comment_says_something() {
    let (mut wrong, mut count) = (vec![], 0);
    for (file, text) in files(&["src", "examples", "benches", "mutants"]) {
        let is_doc = |line: &str| line.trim_start().starts_with("///") || line.trim_start().starts_with("//!");
        let lines: Vec<&str> = text.lines().collect();
        for (i, line) in lines.iter().enumerate() {
            // A doc comment's first line: only a comment of a single line can be empty.
            if !is_doc(line) || i > 0 && is_doc(lines[i - 1]) {
                continue;
            }
            count += 1;
            let single = lines.get(i + 1).is_none_or(|next| !is_doc(next));
            let words = comment(line).unwrap().trim().trim_end_matches('.').to_lowercase();
            if single && (words.is_empty() || EMPTY.contains(&words.as_str())) {
                wrong.push(format!("{file}:{}: {}", i + 1, line.trim()));
            }
        }
    }
    assert!(count > 1500, "the test sees the doc comments: {count}");
    assert!(wrong.is_empty(), "expected doc comments that describe their item, received\n{}", wrong.join("\n"));
}

#[test]
fn no_private_names() {
    let (mut wrong, mut count) = (vec![], 0);
    for (file, text) in files(&["src", "examples", "benches", "mutants", "tests/outside"]) {
        for (i, line) in text.lines().enumerate() {
            for word in line.split(|c: char| !c.is_alphanumeric() && c != '_') {
                count += 1;
                if let Some((_, standard)) = PRIVATE_NAMES.iter().find(|(name, _)| *name == word) {
                    wrong.push(format!("{file}:{}: expected `{standard}`, received `{word}`", i + 1));
                }
            }
        }
    }
    assert!(count > 100_000, "the test sees the words: {count}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_tests_see_what_they_look_for() {
    assert_eq!(comment("    /// It."), Some(" It."));
    assert_eq!(comment("let x = 1; // one"), None);
    assert!(may_be_longer("/// | a | row |") && may_be_longer("/// <https://example.org/a>"));
    assert!(!may_be_longer("    // A sentence of several words."));
}
