//! The sources of a run's batches: samples in memory, or a stream.

use crate::io::error::Result;
use crate::kernels::in_parts;
use crate::memory::heap::Buffer;
use crate::memory::plain::copy;
use crate::model::validation::Samples;
use crate::shape::sample::Input;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom;
use std::slice::from_ref;

/// Bytes of samples for which a thread is woken: they come from memory in some five microseconds.
const GATHER: usize = 64 * 1024;

/// The samples of one step.
pub(crate) struct Batch<X, T> {
    pub x: Buffer<X>,
    pub t: Vec<T>,
    /// One weight a sample, or none: all samples then count the same.
    pub weights: Vec<f32>,
}

impl<X, T> Default for Batch<X, T> {
    fn default() -> Self {
        Batch { x: Buffer::default(), t: vec![], weights: vec![] }
    }
}

impl<X, T> Batch<X, T> {
    fn clear(&mut self) {
        self.t.clear();
        self.weights.clear();
    }
}

/// A source of batches.
pub(crate) trait Source<X, T> {
    /// The number of samples in an epoch, if it is known.
    fn samples(&self) -> Option<usize>;
    /// Starts an epoch.
    fn begin(&mut self, epoch: usize, random: &mut Xoshiro256PlusPlus);
    /// Replaces the batch by the next samples, at most `size`. An empty batch ends the epoch.
    fn next(&mut self, size: usize, batch: &mut Batch<X, T>) -> Result<()>;
}

/// Samples in memory, which each epoch may shuffle.
pub(crate) struct InMemory<'a, X, T> {
    samples: Samples<'a, X, T>,
    shuffle: bool,
    /// The order of the samples in this epoch.
    order: Vec<usize>,
    /// The number of samples that this epoch has used.
    used: usize,
}

impl<'a, X, T> InMemory<'a, X, T> {
    pub fn new(samples: Samples<'a, X, T>, shuffle: bool) -> Self {
        InMemory { samples, shuffle, order: vec![], used: 0 }
    }
}

impl<X: Input, T: Clone> Source<X, T> for InMemory<'_, X, T> {
    fn samples(&self) -> Option<usize> {
        Some(self.samples.x.len())
    }

    fn begin(&mut self, _: usize, random: &mut Xoshiro256PlusPlus) {
        self.used = 0;
        self.order.clear();
        self.order.extend(0..self.samples.x.len());
        if self.shuffle {
            self.order.shuffle(random);
        }
    }

    fn next(&mut self, size: usize, batch: &mut Batch<X, T>) -> Result<()> {
        let (order, after) = self.order[self.used..].split_at(size.min(self.order.len() - self.used));
        self.used += order.len();
        batch.clear();
        let Samples { x, t, weights } = self.samples;
        // From heap to heap: a sample, and a label that is one, may be larger than the stack.
        in_parts(batch.x.resize(order.len()), GATHER / x.row_bytes().max(1), |at, to| {
            to.iter_mut().zip(&order[at..]).for_each(|(to, from)| x.read(*from, to));
        });
        for from in order {
            batch.t.extend_from_slice(from_ref(&t[*from]));
            batch.weights.extend(weights.get(*from));
        }
        x.announce(t, &after[..size.min(after.len())]);
        Ok(())
    }
}

/// Samples from an iterator, one for each epoch.
pub(crate) struct Stream<F, I> {
    epochs: F,
    /// The iterator of this epoch.
    epoch: Option<I>,
}

impl<F: FnMut(usize) -> I, I> Stream<F, I> {
    pub fn new(epochs: F) -> Self {
        Stream { epochs, epoch: None }
    }
}

impl<X: Input, T, I: Iterator<Item = Result<(X, T)>>, F: FnMut(usize) -> I> Source<X, T> for Stream<F, I> {
    fn samples(&self) -> Option<usize> {
        None
    }

    fn begin(&mut self, epoch: usize, _: &mut Xoshiro256PlusPlus) {
        self.epoch = Some((self.epochs)(epoch));
    }

    fn next(&mut self, size: usize, batch: &mut Batch<X, T>) -> Result<()> {
        batch.clear();
        batch.x.resize(0);
        for sample in self.epoch.iter_mut().flatten().take(size) {
            let (x, t) = sample?;
            let at = batch.t.len();
            // There is room for the samples that there are, and not for as many as a batch may have.
            if at == batch.x.len() {
                batch.x.grow(size.min((2 * at).max(32)));
            }
            copy(&x, &mut batch.x[at]);
            batch.t.push(t);
        }
        batch.x.resize(batch.t.len());
        Ok(())
    }
}
