//! Runs tests of the crate under the address sanitizer, and tells which unsafe code of `src` they ran.

mod coverage;
mod places;

use coverage::Reach;
use places::{Kind, places};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::{env, fs};

const TARGET: &str = "x86_64-unknown-linux-gnu";
/// The tests that run.
const TESTS: [&str; 7] = ["--lib", "--test", "gradients", "--test", "checkpoint", "--test", "sequences"];

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = package.ancestors().nth(2).ok_or("the crate's folder")?;
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target/address"), PathBuf::from);
    let target = std::path::absolute(target)?;
    let saved = target.join("coverage.json");
    if !env::args().any(|argument| argument == "--again") && !run(root, &target, &saved)? {
        return Ok(ExitCode::FAILURE);
    }
    if !saved.exists() {
        println!("no llvm-tools here (rustup component add llvm-tools --toolchain nightly): not listed");
        return Ok(ExitCode::SUCCESS);
    }
    let export = serde_json::from_slice(&fs::read(saved)?)?;
    let elsewhere = fs::read_to_string(package.join("elsewhere.tsv"))?;
    let (table, mut complaints) = report(&root.join("src"), &export, &elsewhere)?;
    let results = package.join("RESULTS.md");
    if fs::read_to_string(&results).unwrap_or_default() != table {
        complaints.push("RESULTS.md was not true, and is written anew".into());
        fs::write(results, table)?;
    }
    complaints.iter().for_each(|complaint| println!("{complaint}"));
    Ok(if complaints.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs the tests, and writes what they ran to `saved`, if the compiler's tools are here. Returns whether all pass.
fn run(root: &Path, target: &Path, saved: &Path) -> Result<bool, Box<dyn Error>> {
    let profiles = target.join("profiles");
    if profiles.exists() {
        fs::remove_dir_all(&profiles)?;
    }
    if saved.exists() {
        fs::remove_file(saved)?;
    }
    let cargo = || {
        let mut cargo = Command::new("cargo");
        cargo.current_dir(root).env("CARGO_TARGET_DIR", target).env("CARGO_INCREMENTAL", "0");
        cargo.env("RUSTFLAGS", "-Zsanitizer=address -Cinstrument-coverage");
        cargo.env("LLVM_PROFILE_FILE", profiles.join("%m-%p.profraw"));
        // The pool's threads never end: they are no leak.
        cargo.env("ASAN_OPTIONS", "detect_leaks=0");
        cargo.args(["+nightly", "test", "--target", TARGET]).args(TESTS);
        cargo
    };
    // The errors of functions of one number, over all numbers, take minutes.
    // The sanitizer's own memory is more than a process may have that is to run out of it.
    if !cargo().args(["--", "--skip", "errors_in_ulp", "--skip", "do_not_fit_into_memory"]).status()?.success() {
        return Ok(false);
    }
    let sysroot = output(Command::new("rustc").args(["+nightly", "--print", "sysroot"]))?;
    let tools = Path::new(sysroot.trim()).join(format!("lib/rustlib/{TARGET}/bin"));
    if !tools.join("llvm-cov").exists() {
        return Ok(true);
    }
    let messages = output(cargo().args(["--no-run", "--message-format=json"]).stderr(Stdio::null()))?;
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let programs: Vec<_> = messages.filter_map(|message| Some(message["executable"].as_str()?.to_string())).collect();

    let merged = target.join("merged.profdata");
    // A process that a test kills leaves an empty file, and is not counted.
    let files = fs::read_dir(&profiles)?.collect::<Result<Vec<_>, _>>()?;
    let files = files.iter().filter(|file| file.metadata().is_ok_and(|data| data.len() > 0)).map(|file| file.path());
    output(Command::new(tools.join("llvm-profdata")).args(["merge", "-sparse", "-o"]).arg(&merged).args(files))?;
    let mut export = Command::new(tools.join("llvm-cov"));
    export.args(["export", "--format=text", "--instr-profile"]).arg(&merged).arg(&programs[0]);
    for program in &programs[1..] {
        export.args(["--object", program]);
    }
    fs::write(saved, output(export.stderr(Stdio::null()))?)?;
    Ok(true)
}

/// What a program prints.
fn output(command: &mut Command) -> Result<String, Box<dyn Error>> {
    let output = command.output()?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The source files below a folder that are no tests.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sources(&path, found)?;
        } else if path.extension().is_some_and(|end| end == "rs")
            && !path.ends_with("tests.rs")
            && !path.ends_with("testing.rs")
        {
            found.push(path);
        }
    }
    Ok(())
}

/// Unsafe code of one function.
#[derive(Default)]
struct Row {
    blocks: usize,
    functions: usize,
    /// What does not run, for people.
    missing: Vec<String>,
}

/// The table, and what is wrong: code that does not run and is not in `elsewhere`, or the reverse.
fn report(src: &Path, export: &Value, elsewhere: &str) -> Result<(String, Vec<String>), Box<dyn Error>> {
    let regions = coverage::regions(export, src);
    let mut files = vec![];
    sources(src, &mut files)?;
    files.sort();
    let (mut rows, mut promises) = (BTreeMap::<_, Row>::new(), BTreeSet::new());
    for path in files {
        let file = path.strip_prefix(src)?.to_str().ok_or("a name")?.to_string();
        let none = coverage::Regions::new();
        let regions = regions.get(&file).unwrap_or(&none);
        let (places, calls) = places(&fs::read_to_string(&path)?);
        for place in places {
            if place.kind == Kind::Promise {
                promises.insert((file.clone(), place.name));
                continue;
            }
            // Where a function calls a macro, its code belongs to the call.
            let reach = match coverage::reach(regions, place.span) {
                Reach::NotCompiled => calls
                    .iter()
                    .filter(|call| Some(&call.name) == place.of_macro.as_ref())
                    .map(|call| coverage::reach(regions, call.span))
                    .find(|reach| *reach != Reach::NotCompiled)
                    .unwrap_or(Reach::NotCompiled),
                reach => reach,
            };
            let row = rows.entry((file.clone(), place.name)).or_default();
            match place.kind {
                Kind::Function => row.functions += 1,
                _ => row.blocks += 1,
            }
            let line = place.span.0.line;
            match reach {
                Reach::All => {}
                Reach::But(lines) => row.missing.push(format!("lines {lines:?} do not run")),
                Reach::Nothing => row.missing.push(format!("line {line} does not run")),
                Reach::NotCompiled => row.missing.push(format!("line {line} is not compiled")),
            }
        }
    }

    let mut complaints = vec![];
    let mut known = BTreeMap::new();
    for line in elsewhere.lines() {
        let parts: Vec<_> = line.split('\t').collect();
        let &[file, name, count, why] = &parts[..] else { return Err(format!("elsewhere.tsv: {line}").into()) };
        let count: usize = count.parse()?;
        match rows.get(&(file.to_string(), name.to_string())) {
            None => complaints.push(format!("elsewhere.tsv: {file} has no unsafe code in {name}")),
            Some(row) if row.missing.is_empty() && why.starts_with(WITH_AVX512) => {}
            Some(row) if row.missing.len() == count => {}
            Some(row) => complaints.push(format!(
                "elsewhere.tsv: {file}, {name}: {count} blocks and bodies that do not run, found {}: {}",
                row.missing.len(),
                row.missing.join(", ")
            )),
        }
        known.insert((file.to_string(), name.to_string()), why);
    }
    for ((file, name), row) in &rows {
        if !row.missing.is_empty() && !known.contains_key(&(file.clone(), name.clone())) {
            complaints.push(format!("src/{file}, {name}: {}", row.missing.join(", ")));
        }
    }

    let mut table = String::from(HEAD);
    let sum = |count: fn(&Row) -> usize| rows.values().map(count).sum::<usize>();
    let (blocks, functions) = (sum(|row| row.blocks), sum(|row| row.functions));
    let others = known.values().filter(|why| !why.starts_with(WITH_AVX512)).count();
    writeln!(
        table,
        "{blocks} blocks and the bodies of {functions} unsafe functions, in {} functions and macros.",
        rows.len()
    )?;
    writeln!(
        table,
        "In {} of these, all unsafe code runs; of the other {others}, the last column says why not.\n",
        rows.len() - others
    )?;
    writeln!(
        table,
        "| function | blocks | bodies | what does not run under the address sanitizer |\n|---|---|---|---|"
    )?;
    let mut last = "";
    for ((file, name), row) in &rows {
        if file != last {
            writeln!(table, "| **`{file}`** | | | |")?;
        }
        last = file;
        let why = known.get(&(file.clone(), name.clone())).copied().unwrap_or_default();
        writeln!(table, "| `{name}` | {} | {} | {why} |", row.blocks, row.functions)?;
    }
    table += PROMISES;
    for (file, name) in &promises {
        writeln!(table, "| `{file}` | `{name}` |")?;
    }
    Ok((table, complaints))
}

/// How a reason begins where the sanitizer runs the code if the processor can.
const WITH_AVX512: &str = "with AVX-512 alone";

const HEAD: &str = "# Unsafe code that the address sanitizer runs

`cargo run` in this folder writes this list. It runs tests under the address sanitizer of a nightly compiler, with the compiler's coverage, and looks
up each unsafe block and the body of each unsafe function of `src`, in macros as well. A block that the compiler makes several functions of, for
instance one for each instruction set, runs if one of them does. CI fails where code does not run and `elsewhere.tsv` does not say what runs it.

";

const PROMISES: &str = "
## Promises

An `unsafe impl` has no code that could run: it allows what the functions above do. Its trait's functions run for such types.

| file | impl |
|---|---|
";
