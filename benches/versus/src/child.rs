//! A process for each peer: what a peer takes or breaks does not touch the others, and its threads are set before it
//! starts.
//!
//! The child waits for jobs on its standard input, so that the peers can take turns at each measurement.

use crate::Result;
use crate::data::{self, Data};
use crate::line::{AGAIN, Job, Line, What};
use crate::network::Network;
use crate::peers::{New, PEERS, Task, tiny, tiny::Peer};
use crate::products;
use crate::tiny::Tiny;
use cpu_time::ProcessTime;
use std::cell::{Cell, LazyCell};
use std::hint::black_box;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// The environment variables by which peers are told how many threads to use.
const THREADS: [&str; 4] = ["RAYON_NUM_THREADS", "MATMUL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"];

/// Has the GNU C library's allocator keep the memory that it was given back: to return it to the system and to ask for
/// it again makes a peer that allocates in each step up to six times slower. Another allocator does not read them.
const MAX_MOMENTS: [(&str, &str); 3] = [
    ("MALLOC_TRIM_THRESHOLD_", "1000000000"),
    ("MALLOC_MMAP_THRESHOLD_", "1000000000"),
    ("MALLOC_TOP_PAD_", "100000000"),
];

/// Sets the environment in which a peer is at its best with so many threads.
fn prepare(command: &mut Command, threads: usize) {
    for name in THREADS {
        command.env(name, threads.to_string());
    }
    command.envs(MAX_MOMENTS);
    // What tells OpenBLAS to take the processor for another one would make it slower than it is.
    command.env_remove("OPENBLAS_CORETYPE").env_remove("OPENBLAS_L2_SIZE");
}

/// The parent's end.
pub struct Handle {
    child: Child,
    jobs: ChildStdin,
    lines: BufReader<ChildStdout>,
}

impl Handle {
    /// Starts a process that serves jobs.
    pub fn start(mut command: Command, threads: usize) -> Result<Self> {
        prepare(&mut command, threads);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (Some(jobs), Some(lines)) = (child.stdin.take(), child.stdout.take()) else {
            unreachable!("both are piped")
        };
        Ok(Handle { child, jobs, lines: BufReader::new(lines) })
    }

    /// The process of a Rust peer: this program, anew.
    pub fn command(peer: &str) -> Result<Command> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["--child", peer]);
        Ok(command)
    }

    /// Tells the child what to measure, once for a start.
    pub fn begin(&mut self, job: &Job) -> Result<()> {
        self.tell(&serde_json::to_string(job)?)
    }

    /// Has the child measure the same once more.
    pub fn again(&mut self) -> Result<()> {
        self.tell(AGAIN)
    }

    fn tell(&mut self, line: &str) -> Result<()> {
        writeln!(self.jobs, "{line}")?;
        Ok(self.jobs.flush()?)
    }

    /// What the child has measured since it was told to.
    pub fn measured(&mut self) -> Result<Vec<Line>> {
        let mut line = String::new();
        // Whatever else a library may print is not for us.
        while !line.starts_with("[{") {
            line.clear();
            if self.lines.read_line(&mut line)? == 0 {
                return Err(format!("the process ended: {}", self.child.wait()?).into());
            }
        }
        Ok(serde_json::from_str(&line)?)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// The child's end of the pipe.
struct Turns<'a> {
    asked: std::io::Lines<std::io::StdinLock<'static>>,
    peer: &'a str,
    /// The job after the one that is measured.
    next: Option<Job>,
}

impl Turns<'_> {
    /// Answers with what was measured, and whether it is to be measured again.
    fn answer(&mut self, job: &Job, line: Line) -> Result<bool> {
        let Job { what, network, batch, threads, .. } = job.clone();
        self.print(&[Line { what, peer: self.peer.into(), network, batch, threads, ..line }])
    }

    fn print(&mut self, lines: &[Line]) -> Result<bool> {
        println!("{}", serde_json::to_string(lines)?);
        match self.asked.next().transpose()? {
            Some(line) if line == AGAIN => Ok(true),
            line => {
                self.next = line.map(|line| serde_json::from_str(&line)).transpose()?;
                Ok(false)
            }
        }
    }
}

/// The child's end, until there are no more jobs.
pub fn serve(peer: &str) -> Result<()> {
    let new = PEERS.iter().find(|(name, _)| *name == peer).map(|(_, new)| *new);
    let clothes = LazyCell::new(taut::datasets::fashion_mnist);
    let mut train = Data { x: vec![], y: vec![] };
    let mut turns = Turns { asked: std::io::stdin().lines(), peer, next: None };
    turns.next = turns.asked.next().transpose()?.map(|line| serde_json::from_str(&line)).transpose()?;
    while let Some(job) = turns.next.take() {
        let measured = match (job.what, new) {
            (What::Products, _) => {
                while turns.print(&products::measure())? {}
                Ok(())
            }
            (what, _) if what.is_tiny() => Peer::find(peer, what)
                .ok_or("it does not measure this".into())
                .and_then(|peer| measure_tiny(peer, &job, &mut turns)),
            (_, None) => Err("it does not measure this".into()),
            (what, Some(new)) => {
                let network = Network::find(&job.network).ok_or("no such network")?;
                let (all, test) = clothes.as_ref().map_err(|error| error.to_string())?;
                if train.len() != job.samples {
                    train = data::first(all, job.samples);
                }
                let task = Task { network, data: &train, batch: job.batch, threads: job.threads };
                match what {
                    What::Train => measure_training(new, task, test, &job, &mut turns),
                    _ => measure_prediction(new, task, test, &job, &mut turns),
                }
            }
        };
        if let Err(error) = measured {
            turns.answer(&job, Line { error: Some(error.to_string()), ..Line::default() })?;
        }
    }
    Ok(())
}

/// About so long is a turn at least.
const TURN: Duration = Duration::from_millis(50);

/// What so many calls take, of the processor and on the clock.
fn taken(calls: usize, mut f: impl FnMut(usize) -> Result<()>) -> Result<[Duration; 2]> {
    let (cpu, wall) = (ProcessTime::try_now()?, Instant::now());
    (0..calls).try_for_each(&mut f)?;
    Ok([cpu.try_elapsed()?, wall.elapsed()])
}

/// How many calls take [`TURN`], from what some took; no fewer than `least`.
fn calls(calls: usize, [_, wall]: [Duration; 2], least: usize) -> usize {
    let calls = TURN.as_secs_f64() / wall.as_secs_f64() * calls as f64;
    (calls as usize).clamp(least, 1_000_000)
}

/// The means of so many calls, each times `scale`.
fn line([cpu, wall]: [Duration; 2], calls: usize, scale: f64) -> Line {
    let mean = |time: Duration| vec![time.as_secs_f64() * scale / calls as f64];
    Line { cpu_s: mean(cpu), wall_s: mean(wall), ..Line::default() }
}

fn measure_tiny(peer: &Peer, job: &Job, turns: &mut Turns) -> Result<()> {
    let network = Tiny::find(&job.network).ok_or("no such network")?;
    let task = tiny::Task { network, samples: job.samples, threads: job.threads };
    if job.what == What::Step {
        let mut peer = peer.trained.ok_or("it does not train")?(task)?;
        let (first_loss, parameters) = (Some(f64::from(peer.epoch()?)), Some(peer.parameters()));
        let scale = job.batch as f64 / job.samples as f64;
        let last_loss = Cell::new(None);
        let mut epoch = |_| {
            last_loss.set(Some(f64::from(peer.epoch()?)));
            Ok(())
        };
        let epochs = calls(1, taken(1, &mut epoch)?, job.epochs);
        loop {
            let taken = taken(epochs, &mut epoch)?;
            let line = Line { first_loss, last_loss: last_loss.get(), parameters, ..line(taken, epochs, scale) };
            if !turns.answer(job, line)? {
                return Ok(());
            }
        }
    }
    let mut peer = (peer.inferred)(task)?;
    let (x, _) = network.samples(16);
    let samples: Vec<_> = x.chunks_exact(network.inputs()).collect();
    let (mut y, parameters) = (vec![], Some(peer.parameters()));
    let mut infer = |call: usize| {
        y.clear();
        peer.infer(samples[call % samples.len()], &mut y)?;
        black_box(&y);
        Ok(())
    };
    taken(3, &mut infer)?;
    let calls = calls(5, taken(5, &mut infer)?, 2);
    while turns.answer(job, Line { parameters, ..line(taken(calls, &mut infer)?, calls, 1.0) })? {}
    Ok(())
}

fn measure_training(new: New, task: Task, test: &Data, job: &Job, turns: &mut Turns) -> Result<()> {
    let mut peer = new(task)?;
    let first = taken(1, |_| peer.epoch())?; // to warm up
    let accuracy = Some(peer.accuracy(test)?);
    let epochs = calls(1, first, job.epochs);
    let scale = data::TRAINING_SAMPLES as f64 / task.data.len() as f64;
    while turns.answer(job, Line { accuracy, ..line(taken(epochs, |_| peer.epoch())?, epochs, scale) })? {}
    Ok(())
}

fn measure_prediction(new: New, task: Task, test: &Data, job: &Job, turns: &mut Turns) -> Result<()> {
    let mut peer = new(task)?;
    let batches: Vec<_> = test.x.chunks_exact(task.batch).collect();
    let mut scores = vec![];
    let mut predict = |call: usize| {
        scores.clear();
        peer.predict(batches[call % batches.len()], &mut scores)?;
        black_box(&scores);
        Ok(())
    };
    taken(2, &mut predict)?;
    let calls = calls(5, taken(5, &mut predict)?, 2);
    while turns.answer(job, line(taken(calls, &mut predict)?, calls, 1.0))? {}
    Ok(())
}
