//! Changes the source in many small ways and tells which of the changes no test notices. README.md says how it is used.

mod copy;
mod examples;
mod modules;
mod places;
mod report;
mod runs;
mod switched;

use clap::Parser;
use copy::Copy;
use places::Mutant;
use runs::Outcome;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Mutation testing of taut: all mutants in one build, each behind a switch.
#[derive(Parser)]
struct Options {
    /// Only mutants of this folder of `src`, or of `src` itself; may be given several times.
    #[arg(long)]
    folder: Vec<String>,
    /// Only mutants of files, or lines of files, whose place begins so: `src/losses/huber.rs:35:`.
    #[arg(long)]
    place: Vec<String>,
    /// So many mutants, drawn as evenly over the folders as they have them.
    #[arg(long)]
    sample: Option<usize>,
    /// The seed of the drawing.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Lists the mutants, and runs nothing.
    #[arg(long)]
    list: bool,
    /// How many tests run at a time.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// No mutant is begun after so many minutes.
    #[arg(long, default_value_t = 24 * 60)]
    minutes: u64,
    /// Keeps what an earlier run caught, and what has no effect, and runs only what else it missed or did not come to.
    #[arg(long)]
    again: bool,
    /// Runs nothing, and writes the table of the last run anew, with what `survivors.tsv` says.
    #[arg(long)]
    table: bool,
    /// Where the table is written to.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/RESULTS.md"))]
    results: PathBuf,
}

fn main() {
    let options = Options::parse();
    let start = Instant::now();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.parent().unwrap();
    let sources = modules::sources(root);
    let all: Vec<Mutant> = sources.iter().flat_map(places::mutants).collect();
    let of = |mutant: &Mutant| {
        let place = format!("{}:{}:", mutant.file, mutant.line);
        (options.folder.is_empty() || options.folder.iter().any(|folder| folder == mutant.folder()))
            && (options.place.is_empty() || options.place.iter().any(|wanted| place.starts_with(wanted.as_str())))
    };
    let wanted: Vec<Mutant> = all.iter().filter(|mutant| of(mutant)).cloned().collect();
    let mutants = draw(wanted, options.sample, options.seed);
    if options.list {
        mutants.iter().for_each(|mutant| println!("{}", mutant.place()));
        return;
    }
    let kept = here.join("target/outcomes.tsv");
    let earlier = if options.again || options.table { report::read(&kept) } else { BTreeMap::new() };
    if options.table {
        let outcome = |mutant| Some((mutant, earlier.get(&Mutant::key(mutant))?.clone()));
        let title = fs::read_to_string(here.join("target/title.md")).unwrap_or_default();
        return write_table(&options, here, &title, &mutants.iter().filter_map(outcome).collect::<Vec<_>>());
    }
    let refused = here.join("target/refused.tsv");
    let before = if options.again { fs::read_to_string(&refused).unwrap_or_default() } else { String::new() };
    let before: BTreeSet<&str> = before.lines().collect();
    let dropped = (0..mutants.len()).filter(|i| before.contains(mutants[*i].key().as_str())).collect();
    let mut copy = Copy::new(root, &here.join("target"), &sources, &mutants, dropped);
    let programs = copy.build();
    fs::write(&refused, copy.dropped.iter().map(|i| mutants[*i].key() + "\n").collect::<String>()).unwrap();
    let left = mutants.len() - copy.dropped.len();
    eprintln!("{left} of {} mutants drawn of {} compile, after {:?}", mutants.len(), all.len(), start.elapsed());
    let (tests, failed) = runs::tests(&programs, &copy.folder, mutants.len(), options.jobs);
    let alone = tests.iter().map(|test| test.time).sum::<Duration>();
    eprintln!("{} tests reach some; one after another they take {alone:?}, after {:?}", tests.len(), start.elapsed());

    let log = OpenOptions::new().create(true).append(options.again).write(true).truncate(!options.again).open(&kept);
    let log = Mutex::new(log.unwrap());
    // In the order of the drawing, so that a run that ends early is a sample, too.
    let reasons = fs::read_to_string(here.join("survivors.tsv")).unwrap_or_default();
    let order: Vec<usize> = (0..mutants.len()).filter(|i| !copy.dropped.contains(i)).collect();
    let outcomes = Mutex::new(vec![]);
    runs::in_parallel(options.jobs, order.len(), |_, next| {
        let mutant = &mutants[order[next]];
        let outcome = match earlier.get(&mutant.key()) {
            Some(caught @ Outcome::Caught { .. }) => caught.clone(),
            Some(missed) if report::has_no_effect(mutant, &reasons) => missed.clone(),
            _ if start.elapsed() > Duration::from_secs(60 * options.minutes) => return,
            _ => {
                let outcome = runs::outcome(order[next] + 1, &tests, &copy.folder);
                writeln!(log.lock().unwrap(), "{}", report::line(mutant, &outcome)).unwrap();
                outcome
            }
        };
        if !matches!(outcome, Outcome::Caught { .. }) {
            eprintln!("{} of {left}, after {:?}: {} {outcome:?}", next + 1, start.elapsed(), mutant.place());
        }
        outcomes.lock().unwrap().push((mutant, outcome));
    });
    let outcomes = outcomes.into_inner().unwrap();
    let which = if mutants.len() == all.len() { String::from("All") } else { format!("{} of", mutants.len()) };
    let mut title = format!(
        "{which} {} places and changes, drawn with the seed {}: {} do not compile, and {} of the others were run, each \
         against those of {} tests that reach it.",
        all.len(),
        options.seed,
        copy.dropped.len(),
        outcomes.len(),
        tests.len()
    );
    if !failed.is_empty() {
        let failed: Vec<String> = failed.iter().map(|test| format!("`{test}`")).collect();
        title += &format!(" Left out, as they do not pass in such a build: {}.", failed.join(", "));
    }
    fs::write(here.join("target/title.md"), &title).unwrap();
    write_table(&options, here, &title, &outcomes);
}

/// Writes the table of these outcomes.
fn write_table(options: &Options, here: &Path, title: &str, outcomes: &[(&Mutant, Outcome)]) {
    let reasons = fs::read_to_string(here.join("survivors.tsv")).unwrap_or_default();
    fs::write(&options.results, report::page(title, outcomes, &reasons)).unwrap();
}

/// Draws some mutants: each folder gives the same number, or all that it has. What a mutant changes decides on its
/// place in the drawing, so that a seed draws the same ones after lines were added, or moved.
fn draw(mutants: Vec<Mutant>, sample: Option<usize>, seed: u64) -> Vec<Mutant> {
    let place = |mutant: &Mutant| {
        // FNV-1a, which the generator mixes.
        let hash = mutant
            .key()
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        fastrand::Rng::with_seed(hash ^ seed).u64(..)
    };
    let mut folders = BTreeMap::<String, Vec<Mutant>>::new();
    for mutant in mutants {
        folders.entry(mutant.folder().to_string()).or_default().push(mutant);
    }
    let mut folders: Vec<Vec<Mutant>> = folders.into_values().collect();
    folders.iter_mut().for_each(|folder| folder.sort_by_cached_key(place));
    // From the smallest folder on, so that what it lacks is shared by the larger ones.
    folders.sort_by_key(Vec::len);
    let (mut drawn, mut rest, count) = (vec![], sample.unwrap_or(usize::MAX), folders.len());
    for (i, folder) in folders.into_iter().enumerate() {
        let share = (rest / (count - i)).min(folder.len());
        drawn.extend(folder.into_iter().take(share));
        rest -= share;
    }
    drawn.sort_by_cached_key(place);
    drawn
}
