//! What the tests ran, by the compiler's coverage.

use crate::places::Span;
use proc_macro2::LineColumn;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// How often each region of a file ran, in any function that the compiler made of it.
pub type Regions = BTreeMap<(usize, usize, usize, usize), u64>;

#[derive(Debug, PartialEq)]
pub enum Reach {
    /// All of it, in one function at least that the compiler made of it.
    All,
    /// All but these lines.
    But(Vec<usize>),
    Nothing,
    /// The compiler made no code of it.
    NotCompiled,
}

/// The regions of each file of the folder `src`, from what `llvm-cov export` wrote.
pub fn regions(export: &Value, src: &Path) -> BTreeMap<String, Regions> {
    let mut files = BTreeMap::<String, Regions>::new();
    let functions = export["data"].as_array().into_iter().flatten();
    for function in functions.flat_map(|data| data["functions"].as_array().expect("functions")) {
        let names: Vec<_> = function["filenames"].as_array().expect("names").iter().map(|name| name.as_str()).collect();
        for region in function["regions"].as_array().expect("regions") {
            let number = |i: usize| region[i].as_u64().expect("a number");
            // 0 is code; the others are gaps and expansions.
            let (file, kind) = (number(5) as usize, number(7));
            let name = names[file].and_then(|name| Path::new(name).strip_prefix(src).ok()).and_then(Path::to_str);
            if let (Some(name), 0) = (name, kind) {
                let at = |i| number(i) as usize;
                let count = files.entry(name.to_string()).or_default().entry((at(0), at(1), at(2), at(3))).or_default();
                *count += number(4);
            }
        }
    }
    files
}

/// How much of the code ran that lies in `span`.
pub fn reach(regions: &Regions, span: Span) -> Reach {
    // The compiler counts columns from 1.
    let point = |at: LineColumn| (at.line, at.column + 1);
    let (start, end) = (point(span.0), point(span.1));
    let mut inside = vec![];
    let mut around = None;
    for (region, count) in regions {
        let (from, to) = ((region.0, region.1), (region.2, region.3));
        if from <= start && end <= to {
            // The last one begins last: the smallest.
            around = Some(*count);
        } else if from < end && start < to {
            inside.push((region.0, *count));
        }
    }
    if inside.is_empty() {
        return match around {
            None => Reach::NotCompiled,
            Some(0) => Reach::Nothing,
            Some(_) => Reach::All,
        };
    }
    let mut lines: Vec<_> = inside.iter().filter(|(_, count)| *count == 0).map(|(line, _)| *line).collect();
    lines.dedup();
    match lines.is_empty() {
        true => Reach::All,
        false if inside.iter().all(|(_, count)| *count == 0) => Reach::Nothing,
        false => Reach::But(lines),
    }
}
