//! The outcomes, kept in a file while they are found, and the table of them.

use crate::places::Mutant;
use crate::runs::{Outcome, is_example};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

/// The line of an outcome in the file that keeps them.
pub fn line(mutant: &Mutant, outcome: &Outcome) -> String {
    let what = match outcome {
        Outcome::Unreached => "unreached".to_string(),
        Outcome::Caught { by, timed_out } => format!("caught\t{by}\t{timed_out}"),
        Outcome::Missed { tests } => format!("missed\t{tests}"),
    };
    format!("{}\t{what}", mutant.key())
}

/// The outcomes in a file, by the mutants' keys.
pub fn read(path: &Path) -> BTreeMap<String, Outcome> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let outcome = |line: &str| {
        let fields: Vec<_> = line.split('\t').collect();
        let (key, outcome) = fields.split_at_checked(4)?;
        let outcome = match *outcome {
            ["unreached"] => Outcome::Unreached,
            ["caught", by, timed_out] => Outcome::Caught { by: by.into(), timed_out: timed_out == "true" },
            ["missed", tests] => Outcome::Missed { tests: tests.parse().ok()? },
            _ => return None,
        };
        Some((key.join("\t"), outcome))
    };
    text.lines().filter_map(outcome).collect()
}

/// What is known of a survivor.
#[derive(Clone)]
struct Reason {
    has_effect: bool,
    why: String,
}

/// Reads `survivors.tsv`: file, line of code, change, `none` or `some` (effect), why.
fn reasons(text: &str) -> BTreeMap<[String; 3], Reason> {
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| {
            let fields: Vec<_> = line.split('\t').collect();
            let [file, code, change, effect, why] = fields[..] else { panic!("five fields expected: {line}") };
            assert!(["none", "some"].contains(&effect), "`none` or `some` expected as effect: {line}");
            let key = [file, code, change].map(String::from);
            (key, Reason { has_effect: effect == "some", why: why.into() })
        })
        .collect()
}

/// Whether a survivor is known to have no effect.
pub fn has_no_effect(mutant: &Mutant, reasons_text: &str) -> bool {
    let key = format!("{}\t{}\t{}\tnone\t", mutant.file, mutant.code, mutant.change);
    reasons_text.lines().any(|line| line.starts_with(&key))
}

/// What the folders' rows count.
#[derive(Default)]
struct Counts {
    mutants: usize,
    reached: usize,
    caught: usize,
    timed_out: usize,
    by_examples: usize,
    no_effect: usize,
    missed: usize,
}

impl Counts {
    fn row(&self, name: &str) -> String {
        let Counts { mutants, reached, caught, timed_out, by_examples, no_effect, missed } = self;
        let share = 100.0 * *missed as f64 / (mutants - no_effect).max(1) as f64;
        let numbers = [mutants, reached, caught, timed_out, by_examples, no_effect, missed].map(usize::to_string);
        format!("| {name} | {} | {share:.1} % |\n", numbers.join(" | "))
    }

    fn add(&mut self, outcome: &Outcome, has_effect: bool) {
        self.mutants += 1;
        self.reached += usize::from(*outcome != Outcome::Unreached);
        match outcome {
            Outcome::Caught { by, timed_out } => {
                self.caught += 1;
                self.timed_out += usize::from(*timed_out);
                self.by_examples += usize::from(is_example(by));
            }
            _ if has_effect => self.missed += 1,
            _ => self.no_effect += 1,
        }
    }
}

/// The whole page.
pub fn page(title: &str, tested: &[(&Mutant, Outcome)], reasons_text: &str) -> String {
    let reasons = reasons(reasons_text);
    let reason = |mutant: &Mutant| reasons.get(&[mutant.file.clone(), mutant.code.clone(), mutant.change.clone()]);
    let (mut folders, mut all) = (BTreeMap::<&str, Counts>::new(), Counts::default());
    for (mutant, outcome) in tested {
        let has_effect = reason(mutant).is_none_or(|reason| reason.has_effect);
        folders.entry(mutant.folder()).or_default().add(outcome, has_effect);
        all.add(outcome, has_effect);
    }
    let mut page = format!("# Mutants: the last run\n\n{title}\n\n");
    page.push_str(
        "| folder | mutants | reached | caught | … by time | … by an example | no effect | missed | share missed |\n",
    );
    page.push_str("|---|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    for (name, counts) in &folders {
        page.push_str(&counts.row(&format!("`{name}`")));
    }
    page.push_str(&all.row("**all**"));
    page.push_str(
        "\n*Missed* are those that have an effect, or of which it is not known, and that no test notices, the ones \
         that no test reaches among them. Their share is one of all mutants but those without effect.\n",
    );
    let survivors = |has_effect: Option<bool>| {
        let of = |(mutant, outcome): &&(&Mutant, Outcome)| {
            !matches!(outcome, Outcome::Caught { .. }) && reason(mutant).map(|reason| reason.has_effect) == has_effect
        };
        tested.iter().filter(of).collect::<Vec<_>>()
    };
    let kinds =
        [("Missed: a hole in the tests", Some(true)), ("Missed: not looked at", None), ("No effect", Some(false))];
    for (kind, has_effect) in kinds {
        let survivors = survivors(has_effect);
        if survivors.is_empty() {
            continue;
        }
        writeln!(page, "\n## {kind}\n\n| place | code | change | tests | why |\n|---|---|---|---:|---|").unwrap();
        let mut rows = BTreeSet::new();
        for (mutant, outcome) in survivors {
            let Mutant { file, line, column, code, change, .. } = mutant;
            let tests = if let Outcome::Missed { tests } = outcome { *tests } else { 0 };
            let why = reason(mutant).map_or("", |reason| &reason.why);
            let [code, change] = [format!("`{code}`"), change.clone()].map(|text| text.replace('|', "\\|"));
            rows.insert((
                file,
                *line,
                *column,
                format!("| {file}:{line}:{column} | {code} | {change} | {tests} | {why} |"),
            ));
        }
        rows.into_iter().for_each(|row| writeln!(page, "{}", row.3).unwrap());
    }
    page
}
