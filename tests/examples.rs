//! Every public item has an example, and every public method is called in one.
//!
//! The test reads the source: the public modules from `lib.rs` on, the items that they define, and those that they
//! re-export, where these are defined. Whether an example runs, and whether what it asserts is true, `cargo test --doc`
//! tells.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What has no example, each with the reason: a file, or a folder.
const WITHOUT: &[(&str, &str)] = &[
    ("comparison.rs", "a page that compares with other libraries"),
    ("guide/", "chapters of text and figures, some of which have snippets"),
    ("stability.rs", "a page of promises"),
];

/// What no example calls, each with the reason.
const METHODS_WITHOUT: &[(&str, &str)] = &[
    ("ToInt8::write", "takes a type that is not public: `quantize` calls it"),
    ("ToInt8::operations", "takes a type that is not public: `quantize` calls it"),
    ("ToInt8::load", "reads what `ToInt8::write` wrote: `QuantizedModel::load` calls it"),
];

/// A file of `src/`: its lines, without the module of its tests.
struct Source {
    file: String,
    lines: Vec<String>,
}

/// An item of a file.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Item<'a> {
    kind: &'a str,
    name: &'a str,
    line: usize,
}

fn read(folder: &Path, root: &Path, found: &mut Vec<Source>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, root, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let file = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            found.push(Source::new(file, &std::fs::read_to_string(&path).unwrap()));
        }
    }
}

/// The name at the start of a text.
fn name(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap()
}

/// The kind and the name of the item that a line begins, if the item is public.
fn public(line: &str) -> Option<(&str, &str)> {
    let mut words = line.trim_start().strip_prefix("pub ")?.split_whitespace().peekable();
    loop {
        match words.next()? {
            "unsafe" => {}
            "const" if ["fn", "unsafe"].contains(words.peek()?) => {}
            kind @ ("struct" | "enum" | "union" | "trait" | "type" | "fn" | "const" | "static" | "mod") => {
                return Some((kind, name(words.next()?)));
            }
            _ => return None,
        }
    }
}

/// Whether a line defines a type of that name, public or not.
fn defines(line: &str, of: &str) -> bool {
    let words = line.split_whitespace().skip_while(|word| !["struct", "enum"].contains(word));
    words.take(2).last().is_some_and(|word| name(word) == of)
}

/// Whether a line opens or closes a block of code, and whether the block runs.
fn fence(doc: &str) -> Option<bool> {
    let of = doc.trim_start().strip_prefix("```")?;
    Some(["", "no_run", "should_panic"].contains(&of.trim()))
}

/// The code of the examples in the lines of a doc comment.
fn examples<'a>(docs: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let (mut within, mut code) = (None, vec![]);
    for doc in docs {
        match (within, fence(doc)) {
            (None, opened) => within = opened,
            (Some(_), Some(_)) => within = None,
            (Some(true), None) => code.push(doc),
            (Some(false), None) => {}
        }
    }
    code
}

impl Source {
    fn new(file: String, text: &str) -> Self {
        let text = text.split("#[cfg(test)]\nmod ").next().unwrap();
        Source { file, lines: text.lines().map(String::from).collect() }
    }

    /// The lines of the doc comment above an item, and its attributes.
    fn above(&self, item: usize) -> (Vec<&str>, Vec<&str>) {
        let (mut docs, mut attributes, mut in_attribute) = (vec![], vec![], false);
        for line in self.lines[..item].iter().rev().map(|line| line.trim()) {
            match line.strip_prefix("///") {
                Some(doc) if !in_attribute => docs.push(doc),
                _ if in_attribute || line.starts_with("#[") || line == ")]" => {
                    attributes.push(line);
                    in_attribute = !line.starts_with("#[");
                }
                _ if line.starts_with("//") => {}
                _ => break,
            }
        }
        docs.reverse();
        (docs, attributes)
    }

    fn hidden(&self, item: usize) -> bool {
        self.above(item).1.contains(&"#[doc(hidden)]")
    }

    fn has_example(&self, item: usize) -> bool {
        !examples(self.above(item).0.into_iter()).is_empty()
    }

    /// The public items, without hidden ones, methods, and what hidden modules hold.
    fn items(&self) -> Vec<Item<'_>> {
        let (mut items, mut around) = (vec![], vec![]);
        for (i, line) in self.lines.iter().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let indent = line.len() - line.trim_start().len();
            // The line that opens each block around this one.
            around.retain(|(outer, _): &(usize, usize)| *outer < indent);
            if let Some((kind, name)) = public(line) {
                let opens = |start: &str| around.iter().any(|(_, i)| self.lines[*i].trim_start().starts_with(start));
                let hidden = around.iter().any(|(_, i)| self.hidden(*i)) || self.hidden(i);
                if !hidden && (kind != "fn" || indent == 0 || opens("simd! {")) {
                    items.push(Item { kind, name, line: i });
                }
            }
            around.push((indent, i));
        }
        items
    }

    /// The code of all examples.
    fn code(&self) -> String {
        let docs = self.lines.iter().map(|line| line.trim_start());
        let docs = docs.filter_map(|line| line.strip_prefix("///").or(line.strip_prefix("//!")));
        examples(docs).join("\n")
    }

    /// Where a macro's arguments define an item: a row that begins with its name, under a doc comment.
    fn rows(&self, of: &str) -> Vec<usize> {
        let is_row = |i: usize| {
            let rest = self.lines[i].trim_start().strip_prefix(of);
            i > 0 && rest.is_some_and(|rest| rest.starts_with([',', ':', '<'])) && !self.above(i).0.is_empty()
        };
        (0..self.lines.len()).filter(|i| is_row(*i)).collect()
    }

    /// The names that the file re-exports, without hidden ones and those that a hidden module re-exports.
    fn reexports(&self) -> BTreeSet<&str> {
        let (mut names, mut lines) = (BTreeSet::new(), self.lines.iter().enumerate());
        while let Some((i, line)) = lines.next() {
            if public(line).is_some_and(|(kind, _)| kind == "mod") && line.ends_with('{') && self.hidden(i) {
                lines.find(|(_, line)| *line == "}");
            }
            let Some(first) = line.trim_start().strip_prefix("pub use ") else { continue };
            let mut paths: Vec<&str> = first.split_inclusive([',', '{', '}', ';']).collect();
            while !paths.last().is_some_and(|path| path.ends_with(';')) {
                paths.extend(lines.next().unwrap().1.split_inclusive([',', '{', '}', ';']));
            }
            for path in paths.iter().filter(|path| !path.ends_with('{') && !self.hidden(i)) {
                let path = path.trim_end_matches([',', '}', ';']).trim();
                if !path.ends_with("as _") {
                    names.extend(path.rsplit("::").next().filter(|name| !name.is_empty()));
                }
            }
        }
        names
    }

    /// The public methods of the file's types and traits: each with its type and its line.
    fn methods(&self) -> Vec<(&str, &str, usize)> {
        let (mut methods, mut block) = (vec![], None);
        for (i, line) in self.lines.iter().enumerate() {
            let (text, indent) = (line.trim_start(), line.len() - line.trim_start().len());
            if let Some((of, outer, is_trait)) = block {
                let found = match is_trait {
                    true => text.strip_prefix("fn ").map(name),
                    false => public(line).filter(|(kind, _)| *kind == "fn").map(|(_, name)| name),
                };
                if indent == outer + 4 && !self.hidden(i) {
                    methods.extend(found.map(|name| (of, name, i)));
                }
                if indent <= outer && text.starts_with('}') {
                    block = None;
                }
            } else if text.starts_with("impl") {
                let lines = self.lines[i..].iter().position(|line| line.contains('{')).unwrap_or(0);
                block = implements(&self.lines[i..=i + lines]).map(|of| (of, indent, false));
            } else {
                block = public(line).filter(|(kind, _)| *kind == "trait").map(|(_, of)| (of, indent, true));
            }
        }
        methods
    }
}

/// The type that an `impl` block is for, if it is not the block of a trait.
fn implements(header: &[String]) -> Option<&str> {
    let (mut depth, mut of) = (0, None);
    for (i, line) in header.iter().enumerate() {
        let text = if i == 0 { line.trim_start().strip_prefix("impl")? } else { line };
        let mut before = ' ';
        for (at, c) in text.char_indices() {
            depth += i32::from(c == '<') - i32::from(c == '>' && before != '-');
            if depth == 0 && c.is_alphabetic() && !before.is_alphanumeric() && before != '_' && before != ':' {
                match (of, name(&text[at..])) {
                    (_, "for") => return None,
                    (Some(_), _) => return of,
                    (None, name) => of = Some(name),
                }
            }
            before = c;
        }
    }
    of
}

/// The files of the source, and those of the public modules.
fn sources() -> (Vec<Source>, BTreeSet<String>) {
    let (root, mut all) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), vec![]);
    read(&root, &root, &mut all);
    // A build without the feature `train` has these instead of others of the same names.
    all.retain(|source| !source.file.starts_with("untrained/"));
    all.sort_by(|a, b| a.file.cmp(&b.file));
    let (mut modules, mut next) = (BTreeSet::new(), vec!["lib.rs".to_string()]);
    while let Some(file) = next.pop() {
        let source = all.iter().find(|source| source.file == file).unwrap();
        let folder = file.strip_suffix("lib.rs").or(file.strip_suffix("mod.rs")).map(String::from);
        let folder = folder.unwrap_or_else(|| file.replace(".rs", "/"));
        for module in source.items().into_iter().filter(|item| item.kind == "mod") {
            let files = ["", "/mod"].map(|of| format!("{folder}{}{of}.rs", module.name));
            next.extend(files.into_iter().filter(|file| all.iter().any(|source| source.file == *file)));
        }
        modules.insert(file);
    }
    (all, modules)
}

/// The public items: of the public modules, and of what they re-export, where it is defined.
fn public_items<'a>(all: &'a [Source], modules: &BTreeSet<String>) -> Vec<(&'a Source, Item<'a>)> {
    let mut defined = BTreeMap::<&str, Vec<(&Source, Item)>>::new();
    let (mut public, mut names) = (vec![], BTreeSet::new());
    for source in all {
        let is_module = modules.contains(&source.file);
        names.extend(source.reexports().into_iter().filter(|_| is_module));
        for item in source.items() {
            let at_top = !source.lines[item.line].starts_with(' ');
            match item.kind {
                // The docs of a module in a file of its own are there.
                "mod" if !source.lines[item.line].ends_with('{') => {}
                _ if is_module && at_top => public.push((source, item)),
                _ => defined.entry(item.name).or_default().push((source, item)),
            }
        }
        for (line, text) in source.lines.iter().enumerate() {
            let exported = || source.above(line).1.contains(&"#[macro_export]") && !source.hidden(line);
            if let Some(text) = text.strip_prefix("macro_rules! ")
                && exported()
            {
                public.push((source, Item { kind: "macro", name: name(text), line }));
            }
        }
    }
    let at_top: BTreeSet<&str> = public.iter().map(|(_, item)| item.name).collect();
    for name in names.into_iter().filter(|name| !at_top.contains(name)) {
        let rows = || all.iter().flat_map(|source| source.rows(name).into_iter().map(move |line| (source, line)));
        match defined.remove(name) {
            // One file defines the public item, and others may have a private one of the same name.
            Some(items) => {
                let lacks = |file: &str| {
                    items.iter().any(|(source, item)| source.file == file && !source.has_example(item.line))
                };
                let whole: Vec<_> = items.iter().filter(|(source, _)| !lacks(&source.file)).copied().collect();
                public.extend(if whole.is_empty() { items } else { whole });
            }
            None => public.extend(rows().map(|(source, line)| (source, Item { kind: "row", name, line }))),
        }
    }
    public
}

/// Whether a file has no example, by the table.
fn is_without(file: &str) -> bool {
    WITHOUT.iter().any(|(without, _)| *without == file || without.ends_with('/') && file.starts_with(without))
}

#[test]
fn every_public_item_has_an_example() {
    let (all, modules) = sources();
    let items = public_items(&all, &modules);
    println!("{} modules, {} items", modules.len(), items.len());
    assert!(modules.len() > 25 && items.len() > 400, "the test sees modules and items: {modules:?}");
    let mut missing = vec![];
    for source in all.iter().filter(|source| modules.contains(&source.file)) {
        let page = source.lines.iter().map_while(|line| line.strip_prefix("//!"));
        // The page of the crate is the README.
        if source.file != "lib.rs" && examples(page).is_empty() && !is_without(&source.file) {
            missing.push(format!("src/{}", source.file));
        }
    }
    for (source, item) in items {
        if !source.has_example(item.line) && !is_without(&source.file) {
            missing.push(format!("src/{}:{}: {} {}", source.file, item.line + 1, item.kind, item.name));
        }
    }
    assert!(missing.is_empty(), "expected an example in the docs of\n{}", missing.join("\n"));
}

#[test]
fn every_public_method_is_called_in_an_example() {
    let (all, modules) = sources();
    let mut methods = vec![];
    let types: BTreeMap<&str, &Source> = public_items(&all, &modules)
        .into_iter()
        .filter(|(_, item)| ["struct", "enum", "trait"].contains(&item.kind))
        .map(|(source, item)| (item.name, source))
        .collect();
    for source in &all {
        for (of, method, line) in source.methods() {
            // Another file may have methods of the type, or of one of its own that has the same name.
            let own = || source.lines.iter().any(|line| defines(line, of));
            if types.get(of).is_some_and(|home| home.file == source.file || !own()) {
                methods.push((source, of, method, line));
            }
        }
    }
    println!("{} methods", methods.len());
    assert!(methods.len() > 250, "the test sees methods: {}", methods.len());
    let code: BTreeMap<&str, String> = all.iter().map(|source| (&*source.file, source.code())).collect();
    let everywhere: String = code.values().map(String::as_str).collect();
    let mut names = BTreeMap::<&str, usize>::new();
    methods.iter().for_each(|(_, _, method, _)| *names.entry(method).or_default() += 1);
    let mut missing = vec![];
    for (source, of, method, line) in &methods {
        let calls = |code: &str| code.contains(&format!(".{method}(")) || code.contains(&format!("::{method}"));
        // Where no other type has a method of this name, an example of another file shows it as well.
        let alone = names[method] == 1;
        let shown = calls(&code[&*source.file]) || code[&*source.file].contains(&format!("fn {method}"));
        let refers = source.above(*line).0.iter().any(|doc| doc.ends_with(" for an example."));
        let path = format!("{of}::{method}");
        let without = METHODS_WITHOUT.iter().any(|(without, _)| *without == path);
        if !(shown || refers || without || source.has_example(*line) || alone && calls(&everywhere)) {
            missing.push(format!("src/{}:{}: {path}", source.file, line + 1));
        }
    }
    assert!(missing.is_empty(), "expected an example that calls\n{}", missing.join("\n"));
}

#[test]
fn the_tests_see_what_they_look_for() {
    assert_eq!(public("    pub const unsafe fn f<T>() {"), Some(("fn", "f")));
    assert_eq!(public("pub const N: usize = 1;"), Some(("const", "N")));
    assert_eq!((public("pub(crate) struct A;"), public("pub use a::B;"), public("pub x: f32,")), (None, None, None));
    let implements = |header: &str| implements(&[header.to_string()]).map(String::from);
    assert_eq!(implements("impl<F: Fn(f32) -> f32, const N: usize> A<F, N> where F: B {"), Some("A".into()));
    assert_eq!((implements("impl<X> b::B for A<X> {"), implements("    impl A {")), (None, Some("A".into())));
    assert!(defines("pub(crate) struct A<T>;", "A") && !defines("let a = A;", "A"));
    let docs = [" A.", " ```text", " x", " ```", " ```compile_fail,E0277", " y", " ```", " ```", " z", " ```"];
    assert_eq!(examples(docs.into_iter()), [" z"]);
    let text = "/// A.\n///\n/// ```\n/// a();\n/// ```\n#[on(\n    x\n)]\npub struct A;\n\n#[doc(hidden)]\npub struct B;\n\
        pub use c::{D, e::{F, G as _}};\n#[doc(hidden)]\npub use h::I;\n#[doc(hidden)]\npub mod j {\n    pub use k::L;\n}\n\
        impl<T> A {\n    pub fn m() {}\n    fn n() {}\n}\n#[cfg(test)]\nmod tests {\n    pub struct O;\n}\n";
    let source = Source::new("a.rs".into(), text);
    assert_eq!(source.items(), [Item { kind: "struct", name: "A", line: 8 }]);
    assert!(source.has_example(8) && source.hidden(11));
    assert_eq!(source.reexports().into_iter().collect::<Vec<_>>(), ["D", "F"]);
    assert_eq!(source.methods(), [("A", "m", 20)]);
}
