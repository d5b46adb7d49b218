//! The copy of the crate that has the mutants, and its one build.

use crate::examples::{self, Example, Examples};
use crate::modules::Source;
use crate::places::Mutant;
use crate::switched::{Switched, switched};
use cargo_metadata::Message;
use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel};
use std::collections::{BTreeMap, BTreeSet};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Tests that reach no mutant: they compile programs of their own, or read the source.
const LEFT_OUT: &[&str] = &["additive", "no_alloc", "outside", "prelude", "rooms", "ui", "unsafe_code", "words"];

/// The name of the file of the documentation's examples.
pub const EXAMPLES: &str = "doc_examples";
const EXAMPLES_FILE: &str = "tests/doc_examples.rs";

pub struct Copy<'a> {
    pub folder: PathBuf,
    built: PathBuf,
    sources: &'a [Source],
    mutants: &'a [Mutant],
    examples: Vec<Example>,
    /// The mutants that do not compile, by their indices.
    pub dropped: BTreeSet<usize>,
}

/// What the compiler says: errors, and the programs that were built.
#[derive(Default)]
struct Said {
    errors: Vec<Diagnostic>,
    programs: Vec<(String, PathBuf)>,
}

impl<'a> Copy<'a> {
    /// Copies the crate to a folder, with all mutants but those of which it is known that they do not compile. What the
    /// folder has already stays as it is, so that only what is new is built.
    pub fn new(root: &Path, to: &Path, sources: &'a [Source], mutants: &'a [Mutant], dropped: BTreeSet<usize>) -> Self {
        let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
        let folder = to.join("copy");
        let mut written = BTreeSet::from([folder.join("src/__mutants.rs"), folder.join(EXAMPLES_FILE)]);
        written.extend(sources.iter().map(|source| folder.join(&source.name)));
        for name in LEFT_OUT {
            for tests in ["tests", "checks/tests"] {
                let path = folder.join(format!("{tests}/{name}.rs"));
                let _ = std::fs::remove_file(&path);
                written.insert(path);
            }
        }
        copy_folder(root, &folder, &written);
        let examples = examples::examples(sources, &readme);
        Copy { folder, built: to.join("build"), sources, mutants, examples, dropped }
    }

    /// Builds all tests. Mutants and examples that do not compile are left out, until the others do.
    pub fn build(&mut self) -> Vec<(String, PathBuf)> {
        // The library alone first, which is quick, then its tests and all others.
        for targets in ["--lib", "--tests"] {
            loop {
                let (files, list) = self.write();
                let said = self.cargo(if targets == "--lib" { "check" } else { "build" }, targets);
                if said.errors.is_empty() {
                    if targets == "--tests" {
                        return said.programs;
                    }
                    break;
                }
                self.leave_out(&said.errors, &files, &list, targets == "--lib");
            }
        }
        unreachable!("the last step returns")
    }

    /// Writes the files that have mutants, and the examples.
    fn write(&self) -> (BTreeMap<&'a str, Switched>, Examples) {
        let mut files = BTreeMap::new();
        for source in self.sources {
            let own = |i: &usize| self.mutants[*i].file == source.name && !self.dropped.contains(i);
            let mut file = switched(&source.text, self.mutants, (0..self.mutants.len()).filter(own).collect());
            if source.name == "src/lib.rs" {
                // Behind the text, so that the bytes stay where they are.
                file.text.push_str("#[doc(hidden)]\n#[allow(missing_docs, clippy::all)]\npub mod __mutants;\n");
            }
            write_changed(&self.folder.join(&source.name), &file.text);
            files.insert(source.name.as_str(), file);
        }
        let runtime = format!("{}\nconst MUTANTS: usize = {};\n", include_str!("runtime.rs"), self.mutants.len());
        write_changed(&self.folder.join("src/__mutants.rs"), &runtime);
        let list = examples::tests(&self.examples);
        write_changed(&self.folder.join(EXAMPLES_FILE), &list.text);
        (files, list)
    }

    fn cargo(&self, command: &str, targets: &str) -> Said {
        let mut child = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
            .current_dir(&self.folder)
            .args([command, targets, "--all-features", "--message-format=json", "--quiet", "--keep-going"])
            .arg("--target-dir")
            .arg(&self.built)
            // Overflows and debug assertions are seen, as in `cargo test`, in tenths of the time.
            .env("CARGO_PROFILE_DEV_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_INCREMENTAL", "0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("cargo runs");
        let mut said = Said::default();
        for message in Message::parse_stream(BufReader::new(child.stdout.take().unwrap())) {
            match message.expect("cargo's messages are understood") {
                Message::CompilerMessage(message) if message.message.level == DiagnosticLevel::Error => {
                    said.errors.push(message.message);
                }
                Message::CompilerArtifact(built) if built.profile.test => {
                    said.programs.extend(built.executable.map(|path| (built.target.name, path.into())));
                }
                _ => (),
            }
        }
        let status = child.wait().unwrap();
        assert!(status.success() || !said.errors.is_empty(), "cargo {command} failed and named no error: {status}");
        said
    }

    /// Leaves out what the compiler complains of; if an error points to no mutant, `guess` the one next to it. (What is
    /// wrong in a test is wrong without mutants.)
    fn leave_out(&mut self, errors: &[Diagnostic], files: &BTreeMap<&str, Switched>, list: &Examples, guess: bool) {
        let (mutants, examples) = (self.dropped.len(), self.examples.len());
        let mut bad_examples = BTreeSet::new();
        for error in errors {
            for (name, file) in files {
                let spans = |main: bool| {
                    let spans = error.spans.iter().filter(|span| span.is_primary == main && span.file_name == *name);
                    spans.map(|span| span.byte_start as usize..span.byte_end as usize).collect::<Vec<_>>()
                };
                let found = file.culprits(&spans(true), &spans(false));
                if found.is_empty() && guess {
                    self.dropped.extend(spans(true).iter().filter_map(|bytes| file.nearest(bytes)));
                }
                self.dropped.extend(found);
            }
            for span in error.spans.iter().filter(|span| span.file_name.ends_with(EXAMPLES_FILE)) {
                bad_examples.extend(list.lines.iter().position(|lines| lines.contains(&span.line_start)));
            }
        }
        for i in bad_examples.into_iter().rev() {
            eprintln!("example left out, as it does not compile: {}", self.examples.remove(i).0);
        }
        let progress = self.dropped.len() > mutants || self.examples.len() < examples;
        assert!(progress, "no mutant is the cause: {}", errors[0].rendered.as_deref().unwrap_or(&errors[0].message));
        eprintln!("{} errors: {} mutants left out", errors.len(), self.dropped.len() - mutants);
    }
}

/// Writes a file unless it has that text, so that cargo does not build it again.
fn write_changed(path: &Path, text: &str) {
    if std::fs::read_to_string(path).ok().as_deref() != Some(text) {
        std::fs::write(path, text).unwrap();
    }
}

/// Copies all but what was built, the packages that are not tested, and the files that are written otherwise.
fn copy_folder(from: &Path, to: &Path, written: &BTreeSet<PathBuf>) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(to).unwrap() {
        let path = entry.unwrap().path();
        if !written.contains(&path) && !from.join(path.file_name().unwrap()).exists() {
            // It was there in an earlier run.
            if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) }.unwrap();
        }
    }
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (name, path) = (entry.file_name(), entry.path());
        let copy = to.join(&name);
        if ["target", ".git", "mutants", "fuzz", "versus"].iter().any(|left_out| name == *left_out) {
            continue;
        }
        if path.is_dir() {
            copy_folder(&path, &copy, written);
        } else if !written.contains(&copy) && std::fs::read(&copy).ok() != std::fs::read(&path).ok() {
            std::fs::copy(&path, &copy).unwrap();
        }
    }
}
