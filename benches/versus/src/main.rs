//! Compares taut with its peers on a processor; see the README beside it.

mod child;
mod data;
mod line;
mod machine;
mod network;
mod peers;
mod plot;
mod products;
mod report;
mod scripts;
mod tiny;

use child::Handle;
use clap::Parser;
use line::{Job, Line, PREDICTED, What};
use network::NETWORKS;
use peers::PEERS;
use peers::tiny::{Peer, TINY_PEERS};
use products::LIBRARIES;
use report::{Report, Scaling};
use scripts::{SCRIPTS, Script};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use tiny::{BATCH, TINY};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// taut and its peers on one processor, on Fashion-MNIST and on random samples.
#[derive(Parser)]
#[command(version)]
struct Options {
    /// Who is compared, scripts included; by default all Rust peers, and taut always
    #[arg(long, value_delimiter = ',', value_parser = peer)]
    peers: Vec<String>,
    /// Compares with all scripts' peers too
    #[arg(long)]
    scripts: bool,
    /// The Python that has the scripts' modules
    #[arg(long, default_value = "python3")]
    python: PathBuf,
    /// What is measured
    #[arg(long, value_delimiter = ',', value_parser = what, default_value = "train,predict,products,step,infer")]
    what: Vec<What>,
    /// Which networks: W1 784-10, W2 784-64-10, W3 784-128-64-10, W4 784-512-512-10, WR regularized 784-64-10, whose
    /// epochs and predictions are measured; and those whose steps and inferences are; by default all
    #[arg(long, value_delimiter = ',', value_parser = network)]
    networks: Vec<String>,
    /// Samples in a batch of training
    #[arg(long, value_delimiter = ',', default_value = "30,128")]
    batches: Vec<usize>,
    /// Threads
    #[arg(long, value_delimiter = ',', default_value = "1")]
    threads: Vec<usize>,
    /// Epochs of a turn, at least: a turn takes a twentieth of a second or longer
    #[arg(long, default_value_t = 1)]
    epochs: usize,
    /// How often all take their turn; the median counts
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How many of the 60,000 samples an epoch has (W4: a fifth of it); its time is scaled to all of them
    #[arg(long, default_value_t = 12_000)]
    samples: usize,
    /// Prints a JSON line for each peer in a cell instead of tables
    #[arg(long)]
    json: bool,
    /// Writes what is printed at the end to a file too, anew after each cell
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Draws the seconds of an epoch
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
    /// Serves as the process of one peer
    #[arg(long, hide = true)]
    child: Option<String>,
}

/// Those that have a process.
fn rust_peers() -> Vec<&'static str> {
    let mut names: Vec<_> = PEERS.iter().map(|(name, _)| *name).collect();
    names.extend(TINY_PEERS.iter().map(|peer| peer.name).filter(|name| !PEERS.iter().any(|(peer, _)| peer == name)));
    names
}

/// All names that `--peers` takes.
fn known_peers() -> Vec<&'static str> {
    let mut names = rust_peers();
    for name in LIBRARIES.iter().copied().chain(SCRIPTS.iter().map(|script| script.name)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn known_networks() -> Vec<&'static str> {
    let tiny = TINY.iter().map(|network| network.name);
    NETWORKS.iter().map(|network| network.name).chain(tiny).collect()
}

/// One of these names.
fn one_of(name: &str, names: &[&str]) -> std::result::Result<String, String> {
    match names.contains(&name) {
        true => Ok(name.into()),
        false => Err(format!("Expected one of {}, received {name}", names.join(", "))),
    }
}

fn peer(name: &str) -> std::result::Result<String, String> {
    one_of(name, &known_peers()).map_err(|error| match FEATURES.iter().find(|feature| **feature == name) {
        Some(_) => format!("{error}, which this build leaves out: build it with the feature of that name"),
        None => error,
    })
}

/// The peers that a build can leave out.
const FEATURES: [&str; 4] = ["candle", "burn-flex", "burn-ndarray", "dfdx"];

fn network(name: &str) -> std::result::Result<String, String> {
    one_of(name, &known_networks())
}

fn what(name: &str) -> std::result::Result<What, String> {
    let found = What::ALL.into_iter().find(|what| what.name() == name);
    found.ok_or_else(|| format!("Expected one of {}, received {name}", What::ALL.map(What::name).join(", ")))
}

fn main() -> Result<()> {
    let mut options = Options::parse();
    if let Some(peer) = &options.child {
        return child::serve(peer);
    }
    let numbers =
        [("--samples", options.samples), ("--epochs", options.epochs), ("--rounds", options.rounds)].into_iter();
    let lists = [("--batches", &options.batches), ("--threads", &options.threads)];
    let lists = lists.into_iter().flat_map(|(name, list)| list.iter().map(move |number| (name, *number)));
    if let Some((name, _)) = numbers.chain(lists).find(|(_, number)| *number == 0) {
        return Err(format!("{name}: Expected at least 1, received 0").into());
    }
    options.threads.sort();
    options.threads.dedup();
    let jobs = options.jobs();
    if jobs.iter().any(|job| matches!(job.what, What::Train | What::Predict)) {
        // Before anything is measured: without the data there is nothing to compare.
        taut::datasets::fashion_mnist()?;
    }
    let peers = options.contestants(&jobs);
    let mut run = Run { options, report: Report::new(), peers };
    for job in &jobs {
        run.in_turns(job)?;
    }
    if run.options.what.contains(&What::Products) {
        run.products()?;
    }
    match run.options.json {
        true => print!("{}", run.report.machine_json()),
        false => print!("\n{}", run.report.whole()),
    }
    Ok(())
}

/// One that takes turns: a peer with a number of threads.
struct Contestant {
    name: &'static str,
    /// Where it is one.
    script: Option<&'static Script>,
    threads: usize,
    /// Its process, when it has been started.
    process: Option<Handle>,
}

impl Contestant {
    fn does(&self, what: What) -> bool {
        does(self.name, self.script, what)
    }

    /// Its first turn of a job, or another one.
    fn turn(&mut self, python: &Path, job: &Job, is_first: bool) -> Result<Vec<Line>> {
        let mut process = match (self.process.take(), self.script) {
            (Some(process), _) => process,
            (None, None) => Handle::start(Handle::command(self.name)?, self.threads)?,
            (None, Some(script)) => Handle::start(script.command(python, self.threads), self.threads)?,
        };
        if is_first {
            process.begin(job)?
        } else {
            process.again()?
        }
        let lines = process.measured()?;
        self.process = Some(process); // after an error the next job gets a new one
        Ok(lines)
    }
}

fn does(name: &str, script: Option<&Script>, what: What) -> bool {
    match script {
        Some(script) => script.does.contains(&what),
        None if what.is_tiny() => Peer::find(name, what).is_some(),
        None => PEERS.iter().any(|(peer, _)| *peer == name),
    }
}

impl Options {
    /// Whether a peer is compared; taut always is, in each of its forms.
    fn wants(&self, name: &str) -> bool {
        let script = SCRIPTS.iter().any(|script| script.name == name);
        report::is_taut(name)
            || self.peers.iter().any(|peer| peer == name)
            || (self.peers.is_empty() && !script)
            || (self.scripts && script)
    }

    fn includes(&self, network: &str) -> bool {
        self.networks.is_empty() || self.networks.iter().any(|name| name == network)
    }

    /// What is measured in turns, in order; by one thread or by more.
    fn jobs(&self) -> Vec<Job> {
        let job = |what, network: &str, batch, samples| {
            let (network, threads, epochs) = (network.into(), 1, self.epochs);
            Job { what, network, batch, threads, samples, epochs }
        };
        let mut jobs = vec![];
        for network in NETWORKS.iter().filter(|network| self.includes(network.name)) {
            let samples = (self.samples / network.share).clamp(1, data::TRAINING_SAMPLES);
            if self.what.contains(&What::Train) {
                jobs.extend(self.batches.iter().map(|batch| job(What::Train, network.name, *batch, samples)));
            }
            // A regularized network predicts as the plain one does.
            if self.what.contains(&What::Predict) && !network.regularized {
                jobs.extend([1, PREDICTED].map(|batch| job(What::Predict, network.name, batch, 1)));
            }
        }
        for network in TINY.iter().filter(|network| self.includes(network.name)) {
            if let Some(steps) = network.steps.filter(|_| self.what.contains(&What::Step)) {
                jobs.push(job(What::Step, network.name, BATCH, steps * BATCH));
            }
            if self.what.contains(&What::Infer) {
                jobs.push(job(What::Infer, network.name, 1, 1));
            }
        }
        jobs
    }

    /// Who takes turns.
    fn contestants(&self, jobs: &[Job]) -> Vec<Contestant> {
        let rust = rust_peers().into_iter().map(|name| (name, None));
        let scripts = SCRIPTS.iter().map(|script| (script.name, Some(script)));
        let wanted = rust
            .chain(scripts)
            .filter(|(name, script)| jobs.iter().any(|job| does(name, *script, job.what)))
            .filter(|(name, _)| self.wants(name))
            .filter(|(_, script)| script.is_none_or(|script| script.is_there(&self.python)));
        let of = |(name, script)| {
            let with = move |threads: &usize| Contestant { name, script, threads: *threads, process: None };
            self.threads.iter().map(with)
        };
        wanted.flat_map(of).collect()
    }
}

/// The measurements so far.
struct Run {
    options: Options,
    report: Report,
    peers: Vec<Contestant>,
}

impl Run {
    /// A job by each peer, then again: A B A B.
    fn in_turns(&mut self, job: &Job) -> Result<()> {
        let Run { options, report, peers } = self;
        let start = report.lines.len();
        let mut failed = vec![false; peers.len()];
        let several = options.threads.iter().copied().filter(|threads| *threads > 1);
        let scaling = |threads| {
            let Job { what, network, batch, .. } = job.clone();
            Scaling { what, network, batch, threads, one: vec![], several: vec![] }
        };
        let mut scalings: Vec<Scaling> = several.map(scaling).collect();
        for round in 0..options.rounds {
            options.threads.iter().for_each(|threads| report.machine.measure(*threads));
            for scaling in &mut scalings {
                for _ in 0..3 {
                    let (one, several) = machine::scaling(scaling.threads);
                    scaling.one.push(one);
                    scaling.several.push(several);
                }
            }
            for (peer, failed) in peers.iter_mut().zip(&mut failed) {
                if *failed || !peer.does(job.what) {
                    continue;
                }
                let job = Job { threads: peer.threads, ..job.clone() };
                progress(&format!("{} {} b{}, round {}: {}", job.what, job.network, job.batch, round + 1, peer.name));
                let lines = peer.turn(&options.python, &job, round == 0);
                let lines = lines.unwrap_or_else(|error| vec![Line::failed(peer.name, &job, error.to_string())]);
                for line in lines.into_iter().map(Line::checked) {
                    *failed |= line.error.is_some();
                    report.add(line);
                }
            }
        }
        progress("");
        report.scaling.extend(scalings);
        self.told(start)
    }

    /// The products, which one process measures, by all libraries.
    fn products(&mut self) -> Result<()> {
        let start = self.report.lines.len();
        let job = Job { what: What::Products, network: String::new(), batch: 1, threads: 1, samples: 1, epochs: 1 };
        self.report.machine.measure(1);
        let mut process = Handle::start(Handle::command("taut")?, 1)?;
        process.begin(&job)?;
        let lines = process.measured()?;
        lines.into_iter().filter(|line| self.options.wants(&line.peer)).for_each(|line| self.report.add(line));
        self.told(start)
    }

    /// Prints, and writes, what has been measured since there were so many lines.
    fn told(&mut self, start: usize) -> Result<()> {
        let Run { options, report, .. } = self;
        let lines = &report.lines[start..];
        if options.json {
            print!("{}", report.json(lines)?);
        } else {
            let is_first = |(i, line): &(usize, &Line)| !lines[..*i].iter().any(|other| other.is_beside(line));
            lines.iter().enumerate().filter(is_first).for_each(|(_, line)| print!("{}", report.cell(line)));
        }
        if let Some(path) = &options.report {
            let text = match options.json {
                true => report.json(&report.lines)? + &report.machine_json(),
                false => report.whole(),
            };
            write_whole(path, &text)?;
        }
        if let Some(path) = options.plot.as_ref().filter(|_| report.lines.iter().any(|line| line.what == What::Train)) {
            plot::draw(&report.lines, path)?;
        }
        Ok(())
    }
}

/// Who takes a turn now, where someone looks.
fn progress(text: &str) {
    if std::io::stderr().is_terminal() {
        eprint!("\r\x1b[K{text}");
    }
}

/// Writes a file beside it and renames that one: whoever reads has the old text or the new one.
fn write_whole(path: &Path, text: &str) -> Result<()> {
    let mut beside = path.to_path_buf().into_os_string();
    beside.push(".new");
    std::fs::write(&beside, text)?;
    Ok(std::fs::rename(&beside, path)?)
}
