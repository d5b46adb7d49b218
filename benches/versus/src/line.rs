//! What is asked of a child process and what it answers: a JSON line each.

use crate::tiny::Tiny;
use serde::{Deserialize, Serialize};

/// The samples of the larger prediction.
pub const PREDICTED: usize = 1024;

/// What to measure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// Epochs of training.
    #[default]
    Train,
    /// Predictions: of one sample, and of a batch of 1,024.
    Predict,
    /// Matrix products alone.
    Products,
    /// Training steps of the networks of convolutions.
    Step,
    /// Single inferences of those and of the other networks of MLPerf Tiny.
    Infer,
}

impl std::fmt::Display for What {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(match self {
            What::Train => "train",
            What::Predict => "predict",
            What::Products => "products",
            What::Step => "step",
            What::Infer => "infer",
        })
    }
}

impl What {
    /// Whether it is of the networks of `tiny.rs`.
    pub fn is_tiny(self) -> bool {
        matches!(self, What::Step | What::Infer)
    }
}

/// The order to measure something.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    pub what: What,
    pub network: String,
    pub batch: usize,
    pub threads: usize,
    pub samples: usize,
    pub epochs: usize,
}

/// A measurement; what it does not have is not written.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Line {
    pub what: What,
    pub peer: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// A network's name or, for a product, `forward 784-64`.
    pub network: String,
    pub batch: usize,
    pub threads: usize,
    /// Seconds of an epoch of all the training samples: of the processor, and on the clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_s_epoch: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wall_s_epoch: Option<f64>,
    /// Milliseconds of a training step: of the processor if there is one thread, else on the clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ms_step: Option<f64>,
    /// The mean loss of the first epoch, and of the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_loss: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_loss: Option<f64>,
    /// How many there are, moving means and variances included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<usize>,
    /// Microseconds of a prediction of the whole batch: of the processor if there is one thread, else on the clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub us: Option<f64>,
    /// Predictions in a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub samples_s: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gflops: Option<f64>,
    /// `gflops` as a share of what the threads' cores can do at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peak_share: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Line {
    /// What could not be measured.
    pub fn failed(peer: &str, job: &Job, error: String) -> Self {
        let Job { what, network, batch, threads, .. } = job.clone();
        Line { what, peer: peer.into(), network, batch, threads, error: Some(error), ..Line::default() }
    }

    /// Whether both are of the same thing.
    pub fn is_like(&self, other: &Line) -> bool {
        let key = |line: &Line| (line.what, line.batch, line.threads);
        key(self) == key(other) && self.peer == other.peer && self.network == other.network
    }

    /// Adds what follows from the network, and has an error where the peer did not compute the same as all.
    pub fn completed(mut self) -> Self {
        let Some(network) = Tiny::find(&self.network).filter(|_| self.what.is_tiny()) else { return self };
        let steps = self.ms_step.map(|ms| network.training_flops() * self.batch as f64 / (ms / 1e3));
        let inferences = self.us.map(|us| network.inference_flops() / (us / 1e6));
        self.gflops = steps.or(inferences).map(|flops| flops / 1e9);
        if let Some(parameters) = self.parameters.filter(|parameters| *parameters != network.parameters()) {
            self.error = Some(format!("it has {parameters} parameters, and not {}", network.parameters()));
        }
        if let (Some(first), Some(last)) = (self.first_loss, self.last_loss)
            && (last.is_nan() || last >= first)
        {
            self.error = Some(format!("its loss does not fall: {first}, then {last}"));
        }
        self
    }

    /// Takes what is better in another measurement of the same thing; an error stays.
    pub fn take_best(&mut self, other: Line) {
        fn best(a: &mut Option<f64>, b: Option<f64>, pick: fn(f64, f64) -> f64) {
            *a = match (*a, b) {
                (Some(a), Some(b)) => Some(pick(a, b)),
                (a, b) => a.or(b),
            };
        }
        best(&mut self.cpu_s_epoch, other.cpu_s_epoch, f64::min);
        best(&mut self.wall_s_epoch, other.wall_s_epoch, f64::min);
        best(&mut self.ms_step, other.ms_step, f64::min);
        best(&mut self.first_loss, other.first_loss, f64::max);
        best(&mut self.last_loss, other.last_loss, f64::max);
        best(&mut self.us, other.us, f64::min);
        best(&mut self.samples_s, other.samples_s, f64::max);
        best(&mut self.gflops, other.gflops, f64::max);
        best(&mut self.accuracy, other.accuracy, f64::min);
        self.error = self.error.take().or(other.error);
    }
}
