//! Who is compared: a file for each, a row here.

#[cfg(feature = "burn")]
mod burn;
pub mod by_hand;
#[cfg(feature = "candle")]
mod candle;
#[cfg(feature = "dfdx")]
mod dfdx;
pub mod faer;
pub mod gemm;
pub mod matrixmultiply;
pub mod nalgebra;
pub mod ndarray;
mod taut;
pub mod tiny;

use crate::Result;
use crate::data::{CLASSES, Clothes, Data};
use crate::network::Network;

/// A network that is trained on some data, in batches of a certain size.
pub trait Peer {
    /// Trains on all of the data once, in a new order.
    fn epoch(&mut self) -> Result<()>;

    /// Puts the scores of each sample's classes to the end of `scores`.
    fn predict(&mut self, x: &[Clothes], scores: &mut Vec<f32>) -> Result<()>;

    /// The share of the samples whose class is that of the highest score.
    fn accuracy(&mut self, data: &Data) -> Result<f64> {
        let mut scores = Vec::with_capacity(data.len() * CLASSES);
        for x in data.x.chunks(1000) {
            self.predict(x, &mut scores)?;
        }
        let best = |scores: &[f32]| (0..CLASSES).max_by(|a, b| scores[*a].total_cmp(&scores[*b]));
        let right = scores.chunks(CLASSES).zip(&data.y).filter(|(scores, y)| best(scores) == Some(y.index()));
        Ok(right.count() as f64 / data.len() as f64)
    }
}

/// What a peer is made for.
#[derive(Clone, Copy)]
pub struct Task<'a> {
    pub network: &'static Network,
    pub data: &'a Data,
    pub batch: usize,
    pub threads: usize,
}

/// Makes a peer with new parameters.
pub type New = for<'a> fn(Task<'a>) -> Result<Box<dyn Peer + 'a>>;

pub const PEERS: &[(&str, New)] = &[
    ("taut", taut::new),
    #[cfg(feature = "candle")]
    ("candle", candle::new),
    #[cfg(feature = "burn")]
    ("burn-flex", burn::flex),
    #[cfg(feature = "burn-ndarray")]
    ("burn-ndarray", burn::ndarray),
    #[cfg(feature = "dfdx")]
    ("dfdx", dfdx::new),
    ("gemm", gemm::new),
    ("ndarray", ndarray::new),
    ("nalgebra", nalgebra::new),
];
