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
use clap::builder::PossibleValuesParser;
use line::{Job, Line, PREDICTED, What};
use network::{NETWORKS, Network};
use peers::PEERS;
use peers::tiny::{Peer, TINY_PEERS};
use products::LIBRARIES;
use scripts::{SCRIPTS, Script};
use std::path::PathBuf;
use tiny::{BATCH, TINY, Tiny};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// taut and its peers on one processor, on Fashion-MNIST.
#[derive(Parser)]
#[command(version)]
struct OptimizerOptions {
    /// Who is compared; by default all Rust peers, and taut always
    #[arg(long, value_delimiter = ',', value_parser = PossibleValuesParser::new(known_peers()))]
    peers: Vec<String>,
    /// Compares with the scripts' peers too
    #[arg(long)]
    scripts: bool,
    /// The Python that has the scripts' modules
    #[arg(long, default_value = "python3")]
    python: PathBuf,
    /// What is measured
    #[arg(long, value_delimiter = ',', value_enum, default_value = "train,predict,products,step,infer")]
    what: Vec<What>,
    /// Which networks: W1 784-10, W2 784-64-10, W3 784-128-64-10, W4 784-512-512-10, WR regularized 784-64-10, whose
    /// epochs are measured; and those whose steps and inferences are; by default all
    #[arg(long, value_delimiter = ',', value_parser = PossibleValuesParser::new(known_networks()))]
    networks: Vec<String>,
    /// Samples in a batch of training
    #[arg(long, value_delimiter = ',', default_value = "30,128")]
    batches: Vec<usize>,
    /// Threads
    #[arg(long, value_delimiter = ',', default_value = "1")]
    threads: Vec<usize>,
    /// Epochs that are measured, after one to warm up
    #[arg(long, default_value_t = 3)]
    epochs: usize,
    /// How often all take their turn; the best time counts
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// How many of the 60,000 samples an epoch has (W4: a fifth of it); its time is scaled to all of them
    #[arg(long, default_value_t = 12_000)]
    samples: usize,
    /// Prints a JSON line for each measurement instead of tables
    #[arg(long)]
    json: bool,
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

/// The measurements so far.
struct Run {
    options: OptimizerOptions,
    lines: Vec<Line>,
    /// The most that a core was seen to do, GFLOP/s.
    peak: f64,
}

fn main() -> Result<()> {
    let options = OptimizerOptions::parse();
    if let Some(peer) = &options.child {
        return child::serve(peer);
    }
    if options.batches.contains(&0) || options.threads.contains(&0) || options.samples == 0 || options.epochs == 0 {
        return Err("batches, threads, samples and epochs are at least 1".into());
    }
    if options.what.iter().any(|what| matches!(what, What::Train | What::Predict)) {
        // Before anything is measured: without the data there is nothing to compare.
        taut::datasets::fashion_mnist()?;
    }

    let mut run = Run { options, lines: vec![], peak: 0.0 };
    for threads in run.options.threads.clone() {
        run.in_turns(threads);
    }
    if run.options.what.contains(&What::Products) {
        eprintln!("products");
        let job = Job { what: What::Products, network: String::new(), batch: 1, threads: 1, samples: 1, epochs: 1 };
        let lines = Handle::start(Handle::command("taut")?, 1)?.ask(&job)?;
        run.lines.extend(lines.into_iter().filter(|line| run.options.wants(&line.peer)));
    }
    run.finish()
}

impl OptimizerOptions {
    /// Whether a peer is compared; taut always is.
    fn wants(&self, name: &str) -> bool {
        let script = SCRIPTS.iter().any(|script| script.name == name);
        name == "taut"
            || self.peers.iter().any(|peer| peer == name)
            || (self.peers.is_empty() && !script)
            || (self.scripts && script)
    }

    fn includes(&self, network: &str) -> bool {
        self.networks.is_empty() || self.networks.iter().any(|name| name == network)
    }

    /// What is measured in turns, in order.
    fn jobs(&self, threads: usize) -> Vec<Job> {
        let mut jobs = vec![];
        let job = |what, network: &Network, batch, samples: usize| Job {
            what,
            network: network.name.into(),
            batch,
            threads,
            samples: samples.clamp(1, data::TRAINING_SAMPLES),
            epochs: self.epochs,
        };
        if self.what.contains(&What::Train) {
            for network in NETWORKS.iter().filter(|network| self.includes(network.name)) {
                for batch in &self.batches {
                    jobs.push(job(What::Train, network, *batch, self.samples / network.share));
                }
            }
        }
        if self.what.contains(&What::Predict) {
            for (name, batch) in [("W2", 1), ("W3", 1), ("W2", PREDICTED)] {
                jobs.extend(Network::find(name).map(|network| job(What::Predict, network, batch, 1)));
            }
        }
        let tiny = |what, network: &Tiny, batch, samples| {
            let (network, epochs) = (network.name.into(), self.epochs);
            Job { what, network, batch, threads, samples, epochs }
        };
        let networks = || TINY.iter().filter(|network| self.includes(network.name));
        if self.what.contains(&What::Step) {
            let trained = |network: &Tiny| network.steps.map(|steps| tiny(What::Step, network, BATCH, steps * BATCH));
            jobs.extend(networks().filter_map(trained));
        }
        if self.what.contains(&What::Infer) {
            jobs.extend(networks().map(|network| tiny(What::Infer, network, 1, 1)));
        }
        jobs
    }
}

impl Run {
    /// Each job by each peer, then again: A B A B.
    fn in_turns(&mut self, threads: usize) {
        let options = &self.options;
        let jobs = options.jobs(threads);
        let rust = rust_peers().into_iter().map(|name| (name, None));
        let scripts = SCRIPTS.iter().map(|script| (script.name, Some(script)));
        let does = |name: &str, script: Option<&Script>, what: What| match script {
            Some(script) => script.does.contains(&what),
            None if what.is_tiny() => Peer::find(name, what).is_some(),
            None => PEERS.iter().any(|(peer, _)| *peer == name),
        };
        let is_there = |script: Option<&Script>| script.is_none_or(|script| script.is_there(&options.python));
        let peers: Vec<(&str, Option<&Script>)> = rust
            .chain(scripts)
            .filter(|(name, script)| jobs.iter().any(|job| does(name, *script, job.what)))
            .filter(|(name, script)| options.wants(name) && is_there(*script))
            .collect();
        let python = options.python.clone();
        let start = |name, script: Option<&Script>| match script {
            None => Handle::start(Handle::command(name)?, threads),
            Some(script) => Handle::start(script.command(&python, threads), threads),
        };
        let mut children: Vec<Option<Handle>> = peers.iter().map(|_| None).collect();
        for job in &jobs {
            eprintln!("{} {} b{}, {threads} thread(s)", job.what, job.network, job.batch);
            for _ in 0..self.options.rounds {
                self.peak = self.peak.max(machine::peak());
                for ((name, script), child) in peers.iter().zip(&mut children) {
                    if !does(name, *script, job.what) {
                        continue;
                    }
                    let ready = match child.take() {
                        Some(child) => Ok(child),
                        None => start(name, *script),
                    };
                    let lines = ready.and_then(|mut ready| {
                        let lines = ready.ask(job)?;
                        *child = Some(ready); // after an error the next job gets a new one
                        Ok(lines)
                    });
                    let lines = lines.unwrap_or_else(|error| vec![Line::failed(name, job, error.to_string())]);
                    lines.into_iter().for_each(|line| self.add(line.completed()));
                }
            }
        }
    }

    fn add(&mut self, line: Line) {
        match self.lines.iter_mut().find(|other| other.is_like(&line)) {
            Some(other) => other.take_best(line),
            None => self.lines.push(line),
        }
    }

    fn finish(mut self) -> Result<()> {
        self.peak = self.peak.max(machine::peak());
        for line in &mut self.lines {
            line.peak_share = line.gflops.map(|gflops| gflops / (self.peak * line.threads as f64));
        }
        let caches = machine::CACHES.map(|(name, bytes)| (name, machine::bandwidth(bytes)));
        if self.options.json {
            for line in &self.lines {
                println!("{}", serde_json::to_string(line)?);
            }
            let [(_, l1), (_, l2), (_, l3)] = caches;
            println!(
                r#"{{"peer":"machine","fma_gflops":{:.1},"l1_gb_s":{l1:.1},"l2_gb_s":{l2:.1},"l3_gb_s":{l3:.1}}}"#,
                self.peak
            );
        } else {
            println!("One core: {:.1} GFLOP/s of multiply-adds at most; reading", self.peak);
            caches.iter().for_each(|(name, speed)| println!("  {name}: {speed:.0} GB/s"));
            report::print(&self.lines, &self.options.threads, self.peak);
        }
        if let Some(path) = &self.options.plot {
            plot::draw(&self.lines, path)?;
        }
        Ok(())
    }
}
