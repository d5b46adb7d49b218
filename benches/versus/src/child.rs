//! A process for each peer: what a peer takes or breaks does not touch the others, and its threads are set before it
//! starts.
//!
//! The child waits for jobs on its standard input, so that the peers can take turns at each measurement.

use crate::Result;
use crate::data::{self, Data};
use crate::line::{Job, Line, What};
use crate::network::Network;
use crate::peers::{New, PEERS, Task, tiny, tiny::Peer};
use crate::products;
use crate::tiny::Tiny;
use cpu_time::ProcessTime;
use std::cell::LazyCell;
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

    /// What the child measures.
    pub fn ask(&mut self, job: &Job) -> Result<Vec<Line>> {
        writeln!(self.jobs, "{}", serde_json::to_string(job)?)?;
        self.jobs.flush()?;
        let mut line = String::new();
        // Whatever else a library may print is not for us.
        while !line.starts_with('[') {
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

/// The child's end, until there are no more jobs.
pub fn serve(peer: &str) -> Result<()> {
    let new = PEERS.iter().find(|(name, _)| *name == peer).map(|(_, new)| *new);
    let clothes = LazyCell::new(taut::datasets::fashion_mnist);
    let mut train = Data { x: vec![], y: vec![] };
    for job in std::io::stdin().lines() {
        let job: Job = serde_json::from_str(&job?)?;
        let lines = match (job.what, new) {
            (What::Products, _) => products::measure(),
            (what, _) if what.is_tiny() => {
                let peer = Peer::find(peer, what).ok_or_else(|| format!("{peer} does not {what}"))?;
                vec![answer(peer.name, &job, measure_tiny(peer, &job))]
            }
            (_, None) => return Err(format!("no peer {peer}").into()),
            (what, Some(new)) => {
                let network = Network::find(&job.network).ok_or("no such network")?;
                let (all, test) = clothes.as_ref().map_err(|error| error.to_string())?;
                if train.len() != job.samples {
                    train = data::first(all, job.samples);
                }
                let task = Task { network, data: &train, batch: job.batch, threads: job.threads };
                let measured = match what {
                    What::Train => measure_training(new, task, test, job.epochs),
                    _ => measure_prediction(new, task, test),
                };
                vec![answer(peer, &job, measured)]
            }
        };
        println!("{}", serde_json::to_string(&lines)?);
    }
    Ok(())
}

/// What was measured, or why it was not, with what it is of.
fn answer(peer: &str, job: &Job, measured: Result<Line>) -> Line {
    let line = measured.unwrap_or_else(|error| Line { error: Some(error.to_string()), ..Line::default() });
    let Job { what, network, batch, threads, .. } = job.clone();
    Line { what, peer: peer.into(), network, batch, threads, ..line }
}

fn measure_tiny(peer: &Peer, job: &Job) -> Result<Line> {
    let network = Tiny::find(&job.network).ok_or("no such network")?;
    let task = tiny::Task { network, samples: job.samples, threads: job.threads };
    // One thread's time is the processor's, whoever else runs there.
    let timed = |start: (ProcessTime, Instant)| match job.threads {
        1 => start.0.try_elapsed(),
        _ => Ok(start.1.elapsed()),
    };
    let now = || ProcessTime::try_now().map(|cpu| (cpu, Instant::now()));
    if job.what == What::Step {
        let mut peer = peer.trained.ok_or("it does not train")?(task)?;
        let (mut best, mut losses) = (Duration::MAX, vec![]);
        for epoch in 0..=job.epochs {
            let start = now()?;
            losses.push(peer.epoch()?.into());
            if epoch > 0 {
                best = best.min(timed(start)?);
            }
        }
        let steps = job.samples.div_ceil(job.batch) as f64;
        return Ok(Line {
            ms_step: Some(best.as_secs_f64() * 1e3 / steps),
            first_loss: losses.first().copied(),
            last_loss: losses.last().copied(),
            parameters: Some(peer.parameters()),
            ..Line::default()
        });
    }
    let mut peer = (peer.inferred)(task)?;
    let (x, _) = network.samples(16);
    let samples: Vec<_> = x.chunks_exact(network.inputs()).collect();
    let mut y = vec![];
    let mut infer = |calls: usize| -> Result<f64> {
        let start = now()?;
        for call in 0..calls {
            y.clear();
            peer.infer(samples[call % samples.len()], &mut y)?;
            black_box(&y);
        }
        Ok(timed(start)?.as_secs_f64() / calls as f64)
    };
    infer(2)?;
    let calls = (0.05 / infer(3)?).clamp(2.0, 5000.0) as usize;
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        best = best.min(infer(calls)?);
    }
    Ok(Line {
        us: Some(best * 1e6),
        samples_s: Some(1.0 / best),
        parameters: Some(peer.parameters()),
        ..Line::default()
    })
}

fn measure_training(new: New, task: Task, test: &Data, epochs: usize) -> Result<Line> {
    let mut peer = new(task)?;
    let (mut cpu, mut wall) = (Duration::MAX, Duration::MAX);
    for epoch in 0..=epochs {
        let start = (ProcessTime::try_now()?, Instant::now());
        peer.epoch()?;
        let taken = (start.0.try_elapsed()?, start.1.elapsed());
        // The first one is to warm up.
        if epoch > 0 {
            (cpu, wall) = (cpu.min(taken.0), wall.min(taken.1));
        }
    }
    let scale = data::TRAINING_SAMPLES as f64 / task.data.len() as f64;
    let (cpu, wall) = (cpu.as_secs_f64() * scale, wall.as_secs_f64() * scale);
    // One thread's time is the processor's, whoever else runs there.
    let seconds = if task.threads == 1 { cpu } else { wall };
    let gflops = task.network.training_flops() * data::TRAINING_SAMPLES as f64 / seconds / 1e9;
    let accuracy = Some(peer.accuracy(test)?);
    let (cpu_s_epoch, wall_s_epoch) = (Some(cpu), Some(wall));
    Ok(Line { cpu_s_epoch, wall_s_epoch, gflops: Some(gflops), accuracy, ..Line::default() })
}

fn measure_prediction(new: New, task: Task, test: &Data) -> Result<Line> {
    let mut peer = new(task)?;
    let (mut best, mut scores) = (Duration::MAX, vec![]);
    let batches: Vec<_> = test.x.chunks_exact(task.batch).collect();
    // About as many samples each time, whatever the batch.
    let calls = (4096 / task.batch).max(2);
    for time in 0..5 {
        let start = (ProcessTime::try_now()?, Instant::now());
        for call in 0..calls {
            scores.clear();
            peer.predict(batches[(time * calls + call) % batches.len()], &mut scores)?;
            black_box(&scores);
        }
        best = best.min(if task.threads == 1 { start.0.try_elapsed()? } else { start.1.elapsed() });
    }
    let seconds = best.as_secs_f64() / calls as f64;
    let samples_s = task.batch as f64 / seconds;
    let gflops = Some(task.network.prediction_flops() * samples_s / 1e9);
    Ok(Line { us: Some(seconds * 1e6), samples_s: Some(samples_s), gflops, ..Line::default() })
}
