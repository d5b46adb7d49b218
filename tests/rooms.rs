//! Which source file may import which: the source is laid out in rooms, one above the other.
//!
//! The test reads every `crate::…` path of the source, those in macros included, and draws an arrow from the file that
//! holds it to the file that defines the name. Arrows lead to the same room or to a lower one, never in a circle, and a
//! path names a definition's home module: not the crate's root, nor a folder's `mod.rs`, which only declares and
//! re-exports. (`crate::kernels` is one namespace, whose functions are called as `kernels::…`.)

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The rooms from the ground up: a file's room is the first that its path begins with.
const ROOMS: &[(usize, &[&str])] = &[
    (0, &["text.rs", "memory/", "kernels/"]),
    (1, &["shape/", "io/format.rs", "io/error.rs", "io/file.rs", "io/terminal.rs"]),
    (
        2,
        &[
            "regularizers.rs",
            "constraints.rs",
            "initializers.rs",
            "initializers/",
            "schedules.rs",
            "untrained/regularizers.rs",
        ],
    ),
    (3, &["contract/", "untrained/tensor.rs"]),
    (4, &["layers/", "losses/", "metrics/", "optimizers/", "callbacks/", "datasets/"]),
    (5, &["io/checkpoint.rs", "model/", "deploy/"]),
    (6, &["int8/", "plot/", "zoo.rs", "guide/", "keras.rs", "overview.rs", "stability.rs", "comparison.rs"]),
    (7, &["lib.rs"]),
];

/// The room of a file.
fn room(file: &str) -> usize {
    let found = ROOMS.iter().find(|(_, places)| places.iter().any(|place| file.starts_with(place)));
    found.unwrap_or_else(|| panic!("{file} is in no room: add it to ROOMS in tests/rooms.rs")).0
}

fn files(folder: &Path, root: &Path, found: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, root, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            found.insert(name, std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// A source text without comments, strings and the module of its tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap();
    let mut code = String::new();
    for line in text.lines() {
        let line = line.split("//").next().unwrap();
        code.push_str(&line.split('"').step_by(2).collect::<Vec<_>>().join("\"\""));
        code.push('\n');
    }
    code
}

/// The paths that begin with `crate::`, each from its first module to its name: `use` trees are spread out.
fn paths(code: &str) -> Vec<Vec<String>> {
    let mut all = vec![];
    for (at, _) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        spread(&code[at + "crate::".len()..], vec![], &mut all);
    }
    all
}

/// Reads one path or one tree of paths, and returns what follows it.
fn spread<'a>(mut rest: &'a str, mut path: Vec<String>, all: &mut Vec<Vec<String>>) -> &'a str {
    loop {
        rest = rest.trim_start();
        if let Some(mut inner) = rest.strip_prefix('{') {
            loop {
                inner = inner.trim_start();
                if let Some(after) = inner.strip_prefix('}') {
                    return after;
                }
                inner = spread(inner, path.clone(), all).trim_start();
                inner = inner.strip_prefix(',').unwrap_or(inner);
            }
        }
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        if end == 0 {
            return rest.get(1..).unwrap_or_default();
        }
        path.push(rest[..end].to_string());
        rest = &rest[end..];
        match rest.strip_prefix("::") {
            Some(next) if !next.starts_with('<') => rest = next,
            _ => {
                all.push(path);
                return rest
                    .strip_prefix(" as ")
                    .map_or(rest, |alias| alias.trim_start_matches(|c: char| c.is_alphanumeric()));
            }
        }
    }
}

/// The file that a path leads to: the longest beginning of it that is a file, or the folder's `mod.rs`.
fn target(path: &[String], files: &BTreeMap<String, String>) -> Option<String> {
    (1..=path.len()).rev().find_map(|n| {
        let module = path[..n].join("/");
        [format!("{module}.rs"), format!("{module}/mod.rs")].into_iter().find(|file| files.contains_key(file))
    })
}

/// The macros that are at the crate's root, and the files that define them.
fn exported_macros(files: &BTreeMap<String, String>) -> BTreeMap<&str, String> {
    let mut macros = BTreeMap::new();
    for (file, text) in files {
        for (_, after) in text.match_indices("#[macro_export]\n").map(|(at, found)| (at, &text[at + found.len()..])) {
            let name = after.strip_prefix("macro_rules! ").and_then(|name| name.split_whitespace().next());
            macros.insert(name.expect("`macro_rules!` after `#[macro_export]`"), file.clone());
        }
    }
    macros
}

#[test]
fn no_circles_and_no_imports_upward() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut sources, mut wrong) = (BTreeMap::new(), vec![]);
    files(&root, &root, &mut sources);
    let macros = exported_macros(&sources);
    let mut arrows = BTreeMap::<&str, BTreeSet<String>>::new();
    let (mut upward, mut count) = (0, 0);
    for (file, text) in &sources {
        let facade = file.ends_with("mod.rs") || file == "lib.rs";
        for path in paths(&code(text)) {
            // What macros name in other crates is re-exported under `__private`.
            if path[0] == "__private" {
                continue;
            }
            let written = path.join("::");
            let exported = macros.get(path[0].as_str()).filter(|_| path.len() == 1).cloned();
            let Some(to) = exported.or_else(|| target(&path, &sources)) else {
                if !facade {
                    wrong.push(format!("{file} imports `{written}` by way of the root"));
                }
                continue;
            };
            if facade || to == *file {
                continue;
            }
            if to.ends_with("mod.rs") && to != "kernels/mod.rs" {
                wrong.push(format!("{file} imports `{written}` by way of {to}"));
            }
            if room(&to) > room(file) {
                upward += 1;
                wrong.push(format!("{file} imports `{written}`, which is {} rooms above it", room(&to) - room(file)));
            }
            count += 1;
            arrows.entry(file).or_default().insert(to);
        }
    }
    for (file, text) in &sources {
        let relative = code(text).lines().any(|line| !line.starts_with(' ') && line.contains("super::"));
        if relative && !file.ends_with("mod.rs") {
            wrong.push(format!("{file} imports by `super::`: write the path from `crate::`"));
        }
    }
    let circles = circles(&arrows);
    wrong.extend(circles.iter().map(|circle| format!("a circle: {}", circle.join(" -> "))));
    println!("{} files, {count} imports, {} circles of files, {upward} imports upward", sources.len(), circles.len());
    assert!(count > 500, "the test sees the imports: {count}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A circle for each file that can reach itself, without those that are found twice.
fn circles(arrows: &BTreeMap<&str, BTreeSet<String>>) -> Vec<Vec<String>> {
    fn walk(
        file: &str,
        arrows: &BTreeMap<&str, BTreeSet<String>>,
        way: &mut Vec<String>,
        seen: &mut BTreeSet<String>,
        found: &mut Vec<Vec<String>>,
    ) {
        if let Some(at) = way.iter().position(|passed| passed == file) {
            found.push(way[at..].iter().chain([&file.to_string()]).cloned().collect());
            return;
        }
        if !seen.insert(file.to_string()) {
            return;
        }
        way.push(file.to_string());
        for next in arrows.get(file).into_iter().flatten() {
            walk(next, arrows, way, seen, found);
        }
        way.pop();
    }
    let (mut found, mut seen) = (vec![], BTreeSet::new());
    for file in arrows.keys() {
        walk(file, arrows, &mut vec![], &mut seen, &mut found);
    }
    found
}

#[test]
fn the_test_sees_what_it_looks_for() {
    let code = code(
        "use crate::a::{b::C, d}; // crate::no\nlet x = crate::kernels::dot(\"crate::no\"); $crate::e::F::<1>::new()",
    );
    let paths: Vec<String> = paths(&code).iter().map(|path| path.join("::")).collect();
    assert_eq!(paths, ["a::b::C", "a::d", "kernels::dot", "e::F"]);
    let arrows = BTreeMap::from([
        ("a", BTreeSet::from(["b".to_string()])),
        ("b", BTreeSet::from(["c".to_string()])),
        ("c", BTreeSet::from(["b".to_string()])),
    ]);
    assert_eq!(circles(&arrows), [["b", "c", "b"]]);
}
