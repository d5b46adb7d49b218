//! Who is compared in the networks of `tiny.rs`: a file for each, a row here.

#[cfg(feature = "burn")]
mod burn;
#[cfg(feature = "candle")]
mod candle;
mod taut;

use crate::Result;
#[cfg(any(feature = "burn", feature = "candle"))]
use crate::data::Order;
use crate::line::What;
#[cfg(any(feature = "burn", feature = "candle"))]
use crate::tiny::BATCH;
use crate::tiny::Tiny;

/// A network that is trained on the random samples of [`Task`].
pub trait Trained {
    /// How many there are, the moving means and variances included.
    fn parameters(&self) -> usize;

    /// Trains on all samples once, in a new order, a batch a step: the mean of the losses before each step.
    fn epoch(&mut self) -> Result<f32>;
}

/// A network to infer with.
pub trait Inferred {
    fn parameters(&self) -> usize;

    /// Puts the outputs for one sample to the end of `y`.
    fn infer(&mut self, x: &[f32], y: &mut Vec<f32>) -> Result<()>;
}

/// What a peer is made for.
#[derive(Clone, Copy)]
pub struct Task {
    pub network: &'static Tiny,
    /// How many samples there are to train on.
    pub samples: usize,
    pub threads: usize,
}

/// Makes one with new parameters.
type New<N> = fn(Task) -> Result<Box<N>>;

/// Makes networks with new parameters.
pub struct Peer {
    pub name: &'static str,
    pub trained: Option<New<dyn Trained>>,
    pub inferred: New<dyn Inferred>,
}

impl Peer {
    /// The one that measures this.
    pub fn find(name: &str, what: What) -> Option<&'static Peer> {
        TINY_PEERS.iter().find(|peer| peer.name == name && (what == What::Infer || peer.trained.is_some()))
    }
}

pub const TINY_PEERS: &[Peer] = &[
    Peer { name: "taut", trained: Some(taut::trained), inferred: taut::inferred },
    Peer { name: "taut-folded", trained: None, inferred: taut::folded },
    #[cfg(feature = "candle")]
    Peer { name: "candle", trained: Some(candle::trained), inferred: candle::inferred },
    #[cfg(feature = "burn")]
    Peer { name: "burn-flex", trained: Some(burn::flex_trained), inferred: burn::flex_inferred },
    #[cfg(feature = "burn-ndarray")]
    Peer { name: "burn-ndarray", trained: Some(burn::ndarray_trained), inferred: burn::ndarray_inferred },
];

/// Samples of which batches are drawn, for who does not do that itself.
#[cfg(any(feature = "burn", feature = "candle"))]
pub struct Samples {
    x: Vec<f32>,
    labels: Vec<u32>,
    inputs: usize,
    order: Order,
}

#[cfg(any(feature = "burn", feature = "candle"))]
impl Samples {
    pub fn new(task: Task) -> Self {
        let (x, labels) = task.network.samples(task.samples);
        Samples { x, labels, inputs: task.network.inputs(), order: Order::new(task.samples) }
    }

    /// Gathers all batches of an epoch for `step`, which returns its loss; the mean of these.
    pub fn epoch(&mut self, mut step: impl FnMut(Vec<f32>, Vec<u32>) -> Result<f32>) -> Result<f32> {
        self.order.shuffle();
        let (mut sum, mut steps) = (0.0, 0.0);
        for start in (0..self.labels.len()).step_by(BATCH) {
            let order = self.order.range(start, BATCH);
            let mut x = Vec::with_capacity(order.len() * self.inputs);
            for i in order {
                x.extend_from_slice(&self.x[*i as usize * self.inputs..][..self.inputs]);
            }
            sum += step(x, order.iter().map(|i| self.labels[*i as usize]).collect())?;
            steps += 1.0;
        }
        Ok(sum / steps)
    }
}
