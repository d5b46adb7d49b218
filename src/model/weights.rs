//! The parameters of a run, and what callbacks may do with them.

use crate::callbacks::event::Weights;
use crate::contract::tensor::{Params, Tensor};
use crate::contract::train::Row;
use crate::io::checkpoint;
use crate::io::error::Result;
use crate::memory::heap::boxed;
use crate::model::copy::copy;
use crate::model::state;
use crate::optimizers::optimizer::OptimizerState;
use rand::rngs::Xoshiro256PlusPlus;
use std::path::Path;

/// The parameters of a run, with the optimizer's moments and the best parameters so far.
pub(crate) struct RunWeights<'a, N: Params> {
    pub net: &'a mut N,
    pub options: &'a N::Options,
    pub moments: &'a mut OptimizerState<N>,
    /// The generator at the beginning of the epoch.
    pub random: &'a mut Xoshiro256PlusPlus,
    pub best: Option<Box<N>>,
    /// The optimizer's name.
    pub optimizer: &'static str,
    /// The layers, in the order of their tensors.
    layers: Vec<Row>,
    /// The moment that stands in for the parameters, while one does.
    swapped: Option<usize>,
}

impl<'a, N: Params> RunWeights<'a, N> {
    pub fn new(
        (net, options): (&'a mut N, &'a N::Options),
        (optimizer, moments): (&'static str, &'a mut OptimizerState<N>),
        random: &'a mut Xoshiro256PlusPlus,
        layers: Vec<Row>,
    ) -> Self {
        RunWeights { net, options, moments, random, best: None, optimizer, layers, swapped: None }
    }

    /// Calls `f` with each tensor and the place of its layer. A layer's tensors follow each other, and have as many
    /// numbers as the layer.
    pub fn read(&self, f: &mut dyn FnMut(&str, &Tensor, &[f32])) {
        let mut layers = self.layers.iter().filter(|layer| layer.params > 0);
        let (mut place, mut left) = ("", 0);
        self.net.read(self.options, &mut |tensor, _, values| {
            if left == 0
                && let Some(layer) = layers.next()
            {
                (place, left) = (&layer.place, layer.params);
            }
            left = left.saturating_sub(values.len());
            f(place, tensor, values);
        });
    }

    /// Exchanges the trained parameters with a moment, if one is given, until [`swap_back`](Self::swap_back).
    pub fn swap(&mut self, moment: Option<usize>) {
        self.swapped = moment;
        self.exchange();
    }

    pub fn swap_back(&mut self) {
        self.exchange();
        self.swapped = None;
    }

    /// Before the first step there is no average yet, and nothing changes.
    fn exchange(&mut self) {
        let Some(moment) = self.swapped.filter(|_| self.moments.steps > 0) else { return };
        let moment = &mut *self.moments.values[moment];
        N::visit_trainable(self.options, [self.net, moment], &mut |_, _, [w, moment]| w.swap_with_slice(moment));
    }

    /// Ends the run with the average in place of the parameters, if there is one.
    pub fn end_with_average(&mut self, average: Option<usize>) {
        let Some(at) = average.filter(|_| self.moments.steps > 0) else { return };
        self.swap(average);
        copy(self.net, &mut self.moments.values[at]);
        self.swapped = None;
    }

    pub fn keep_as_best(&mut self) {
        copy(self.net, self.best.get_or_insert_with(boxed));
    }

    /// Ends the run with the best parameters, if a callback kept any, and returns them.
    pub fn end_with_best(&mut self) -> Option<Box<N>> {
        let mut best = self.best.take();
        if let Some(best) = &mut best {
            copy(&mut **best, self.net);
        }
        best
    }
}

/// A callback that panics, and whose panic is caught, leaves the parameters in their place, and not a moment.
impl<N: Params> Drop for RunWeights<'_, N> {
    fn drop(&mut self) {
        self.swap_back();
    }
}

/// The parameters as a callback sees them, with the history that a training checkpoint holds.
pub(crate) struct Savable<'a, 'b, N: Params> {
    pub weights: &'a mut RunWeights<'b, N>,
    pub names: &'a [String],
    pub rows: &'a [Vec<f32>],
}

impl<N: Params> Weights for Savable<'_, '_, N> {
    fn steps(&self) -> u64 {
        self.weights.moments.steps
    }

    fn read(&self, f: &mut dyn FnMut(&str, &Tensor, &[f32])) {
        self.weights.read(f);
    }

    fn save(&mut self, path: &Path) -> Result<()> {
        checkpoint::save(path, self.weights.net, &[])
    }

    fn save_training(&mut self, path: &Path, learning_rate: f32) -> Result<()> {
        let Savable { weights, names, rows } = self;
        weights.exchange();
        let RunWeights { net, moments, random, best, optimizer, .. } = weights;
        let optimizer = (*optimizer, learning_rate);
        let saved = state::save_training((path, *net), optimizer, moments, random, (names, rows), best.as_deref());
        weights.exchange();
        saved
    }

    fn keep_as_best(&mut self) {
        self.weights.keep_as_best();
    }
}

/// The parameters as a callback sees them in an epoch before the run was resumed. Its files exist already, and the
/// parameters are those of the last such epoch.
pub(crate) struct Replayed<'a> {
    pub steps: u64,
    /// Whether it is the last such epoch.
    pub last: bool,
    pub keeps: &'a mut Keeps,
}

/// What callbacks keep as the best in the epochs before the run was resumed.
#[derive(Clone, Copy, Default)]
pub(crate) struct Keeps {
    /// Whether they keep the parameters of any such epoch: the best ones of the checkpoint are theirs.
    pub any: bool,
    /// Whether they keep those of the last such epoch, with which the run was resumed.
    pub last: bool,
}

impl Weights for Replayed<'_> {
    fn steps(&self) -> u64 {
        self.steps
    }

    fn read(&self, _: &mut dyn FnMut(&str, &Tensor, &[f32])) {}

    fn save(&mut self, _: &Path) -> Result<()> {
        Ok(())
    }

    fn save_training(&mut self, _: &Path, _: f32) -> Result<()> {
        Ok(())
    }

    fn keep_as_best(&mut self) {
        self.keeps.any = true;
        self.keeps.last |= self.last;
    }
}
