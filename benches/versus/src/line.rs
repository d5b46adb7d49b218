//! What is asked of a child process and what it answers: a JSON line each.

use crate::data;
use crate::network::Network;
use crate::tiny::Tiny;
use serde::{Deserialize, Serialize};

/// The samples of the larger prediction.
pub const PREDICTED: usize = 1024;

/// What a child is told when it is to measure the job that it has once more.
pub const AGAIN: &str = "again";

/// What to measure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// Epochs of training.
    #[default]
    Train,
    /// Predictions: of one sample, and of a batch of 1,024.
    Predict,
    /// Matrix products alone.
    Products,
    /// Training steps of the convolutional and recurrent networks.
    Step,
    /// Single inferences of those and of the other networks of MLPerf Tiny.
    Infer,
}

impl std::fmt::Display for What {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl What {
    pub const ALL: [What; 5] = [What::Train, What::Predict, What::Products, What::Step, What::Infer];

    pub fn name(self) -> &'static str {
        match self {
            What::Train => "train",
            What::Predict => "predict",
            What::Products => "products",
            What::Step => "step",
            What::Infer => "infer",
        }
    }

    /// Whether it is of the networks of `tiny.rs`.
    pub fn is_tiny(self) -> bool {
        matches!(self, What::Step | What::Infer)
    }

    /// What takes the seconds, how they are printed, and how many of that unit a second has.
    pub fn unit(self) -> (&'static str, &'static str, f64) {
        match self {
            What::Train => ("an epoch", "s", 1.0),
            What::Predict => ("a prediction", "µs", 1e6),
            What::Products => ("a product", "µs", 1e6),
            What::Step => ("a training step", "ms", 1e3),
            What::Infer => ("an inference", "µs", 1e6),
        }
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
    /// The epochs of a turn, at least.
    pub epochs: usize,
}

/// Measurements of one thing; what it does not have is not written.
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
    /// Seconds of the processor, a number a turn: of an epoch of all the training samples, a step, a prediction of the
    /// whole batch, a product.
    pub cpu_s: Vec<f64>,
    /// The same on the clock.
    pub wall_s: Vec<f64>,
    /// The mean loss of the first epoch, and of the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_loss: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_loss: Option<f64>,
    /// How many there are, moving means and variances included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// What something needs at least, whoever computes it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Needs {
    /// Floating-point operations of the products.
    pub flops: f64,
    /// Bytes that are read or written, and how many bytes lie where these do: of the parameters (in training with what
    /// Adam keeps), and of the samples.
    pub bytes: [(f64, usize); 2],
}

impl Line {
    /// What could not be measured.
    pub fn failed(peer: &str, job: &Job, error: String) -> Self {
        let Job { what, network, batch, threads, .. } = job.clone();
        Line { what, peer: peer.into(), network, batch, threads, error: Some(error), ..Line::default() }
    }

    /// Whether both are of the same thing.
    pub fn is_like(&self, other: &Line) -> bool {
        self.is_beside(other) && self.peer == other.peer
    }

    /// Whether both are of the same cell of a table, by whatever peer.
    pub fn is_beside(&self, other: &Line) -> bool {
        let key = |line: &Line| (line.what, line.batch, line.threads);
        key(self) == key(other) && self.network == other.network
    }

    /// Has an error where the peer did not compute the same as all.
    pub fn checked(mut self) -> Self {
        let Some(network) = Tiny::find(&self.network).filter(|_| self.what.is_tiny()) else { return self };
        let right = network.parameters();
        if let Some(parameters) = self.parameters.filter(|parameters| !right.contains(parameters)) {
            self.error = Some(format!("Expected {} parameters, received {parameters}", right[0]));
        }
        if let (Some(first), Some(last)) = (self.first_loss, self.last_loss)
            && (last.is_nan() || last >= first)
        {
            self.error = Some(format!("Expected a loss that falls, received {first}, then {last}"));
        }
        self
    }

    /// Takes another turn of the same thing; an error stays.
    pub fn take(&mut self, other: Line) {
        fn pick(a: &mut Option<f64>, b: Option<f64>, pick: fn(f64, f64) -> f64) {
            *a = match (*a, b) {
                (Some(a), Some(b)) => Some(pick(a, b)),
                (a, b) => a.or(b),
            };
        }
        self.cpu_s.extend(other.cpu_s);
        self.wall_s.extend(other.wall_s);
        pick(&mut self.first_loss, other.first_loss, f64::max);
        pick(&mut self.last_loss, other.last_loss, f64::max);
        pick(&mut self.accuracy, other.accuracy, f64::min);
        self.error = self.error.take().or(other.error);
    }

    /// The seconds that are compared: of the processor if there is one thread, which other programs disturb less, else
    /// on the clock.
    pub fn seconds(&self) -> &[f64] {
        if self.threads == 1 { &self.cpu_s } else { &self.wall_s }
    }

    /// The median of the turns.
    pub fn median(&self) -> Option<f64> {
        median(self.seconds()).filter(|_| self.error.is_none())
    }

    /// The best of the turns.
    pub fn best(&self) -> Option<f64> {
        self.seconds().iter().copied().reduce(f64::min).filter(|_| self.error.is_none())
    }

    pub fn needs(&self) -> Needs {
        let training = |parameters: usize, flops: f64, inputs: usize, steps: f64, samples: usize| Needs {
            flops,
            // Adam reads weights, gradients and two moments, and writes all but the gradients.
            bytes: [
                (28.0 * parameters as f64 * steps, 16 * parameters),
                (4.0 * inputs as f64 * steps * self.batch as f64, 4 * inputs * samples),
            ],
        };
        let inference = |parameters: usize, flops: f64, inputs: usize| {
            let (parameters, samples) = (4 * parameters, 4 * inputs * self.batch);
            Needs {
                flops: flops * self.batch as f64,
                bytes: [(parameters as f64, parameters + samples), (samples as f64, parameters + samples)],
            }
        };
        match (self.what, Network::find(&self.network), Tiny::find(&self.network)) {
            (What::Train, Some(network), _) => {
                let samples = data::TRAINING_SAMPLES;
                let steps = samples as f64 / self.batch as f64;
                let flops = network.training_flops() * samples as f64;
                training(network.parameters(), flops, data::PIXELS, steps, samples)
            }
            (What::Predict, Some(network), _) => {
                inference(network.parameters(), network.prediction_flops(), data::PIXELS)
            }
            (What::Step, _, Some(network)) => {
                let samples = network.steps.unwrap_or(1) * self.batch;
                let flops = network.training_flops() * self.batch as f64;
                training(network.parameters()[0], flops, network.inputs(), 1.0, samples)
            }
            (What::Infer, _, Some(network)) => {
                inference(network.parameters()[0], network.inference_flops(), network.inputs())
            }
            (What::Products, ..) => {
                // `forward 784-64`
                let sizes = self.network.rsplit(' ').next().unwrap_or("").split('-');
                let sizes: Vec<usize> = sizes.filter_map(|size| size.parse().ok()).collect();
                let [i, o] = sizes[..] else { return Needs::default() };
                let floats = i * o + self.batch * (i + o);
                let flops = 2.0 * (i * o * self.batch) as f64;
                Needs { flops, bytes: [(4.0 * floats as f64, 4 * floats), (0.0, 0)] }
            }
            _ => Needs::default(),
        }
    }
}

/// The one in the middle, or the mean of the two that are.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let middle = values.len().checked_sub(1)?;
    Some((values[middle / 2] + values[middle.div_ceil(2)]) / 2.0)
}
