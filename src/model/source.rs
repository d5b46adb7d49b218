//! The sources of a run's batches: samples in memory, or a stream.

use crate::io::error::Result;
use crate::kernels::ahead::ask_for_targets;
use crate::kernels::{in_parts, threads_for};
use crate::memory::heap::Buffer;
use crate::memory::plain::copy;
use crate::model::validation::Samples;
use crate::shape::sample::Input;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom;
use std::ops::Deref;
use std::slice::from_ref;

/// Bytes of samples for which a thread is woken: they come from memory in some five microseconds.
const GATHER: usize = 64 * 1024;

/// The same where several threads compute with the samples: each finds some of them in the caches of its core.
const GATHER_FOR_THREADS: usize = 16 * 1024;

/// The samples or the targets of one step.
pub(crate) struct Part<'a, T, C> {
    /// A run of those in memory, which is not copied. If there is none, they are in `copy`.
    run: Option<&'a [T]>,
    pub copy: C,
}

impl<T, C: Default> Default for Part<'_, T, C> {
    fn default() -> Self {
        Part { run: None, copy: C::default() }
    }
}

impl<T, C: Deref<Target = [T]>> Deref for Part<'_, T, C> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        self.run.unwrap_or(&self.copy)
    }
}

/// A batch: what one step trains on.
pub(crate) struct Batch<'a, X, T> {
    pub x: Part<'a, X, Buffer<X>>,
    pub t: Part<'a, T, Vec<T>>,
    /// One weight a sample, or none: all samples then count the same.
    pub weights: Vec<f32>,
}

impl<X, T> Default for Batch<'_, X, T> {
    fn default() -> Self {
        Batch { x: Part::default(), t: Part::default(), weights: vec![] }
    }
}

impl<X, T> Batch<'_, X, T> {
    fn clear(&mut self) {
        (self.x.run, self.t.run) = (None, None);
        self.t.copy.clear();
        self.weights.clear();
    }
}

/// A source of batches.
pub(crate) trait Source<'a, X, T> {
    /// The number of samples in an epoch, if it is known.
    fn samples(&self) -> Option<usize>;
    /// Starts an epoch.
    fn begin(&mut self, epoch: usize, random: &mut Xoshiro256PlusPlus);
    /// Replaces the batch by the next samples, at most `size`. An empty batch ends the epoch.
    fn next(&mut self, size: usize, batch: &mut Batch<'a, X, T>) -> Result<()>;
}

/// Samples in memory, which each epoch may shuffle.
pub(crate) struct InMemory<'a, X, T> {
    samples: Samples<'a, X, T>,
    shuffle: bool,
    /// Whether batches are copied even if they need not be.
    copies: bool,
    /// The multiplications that a sample costs.
    macs: usize,
    /// The order of the samples in this epoch.
    order: Vec<usize>,
    /// The number of samples that this epoch has used.
    used: usize,
}

impl<'a, X, T> InMemory<'a, X, T> {
    /// - `copies`: whether the batches' samples are changed. They are then copied although they are not shuffled.
    /// - `macs`: the multiplications that a sample costs.
    pub fn new(samples: Samples<'a, X, T>, shuffle: bool, copies: bool, macs: usize) -> Self {
        InMemory { samples, shuffle, copies, macs, order: vec![], used: 0 }
    }
}

impl<'a, X: Input, T: Clone> Source<'a, X, T> for InMemory<'a, X, T> {
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

    fn next(&mut self, size: usize, batch: &mut Batch<'a, X, T>) -> Result<()> {
        let Samples { x, t, weights } = self.samples;
        let (order, after) = self.order[self.used..].split_at(size.min(self.order.len() - self.used));
        let next = &after[..size.min(after.len())];
        let run = self.used..self.used + order.len();
        self.used = run.end;
        batch.clear();
        if !self.copies {
            batch.x.run = x.part(run.clone()).as_inputs();
        }
        if batch.x.run.is_none() {
            let min = if threads_for(self.macs.saturating_mul(order.len())) > 1 { GATHER_FOR_THREADS } else { GATHER };
            // From heap to heap: a sample, and a label that is one, may be larger than the stack.
            in_parts(batch.x.copy.resize(order.len()), min / x.row_bytes().max(1), |at, to| {
                x.read(order[at..].iter().copied(), to);
                let end = (at + to.len()).min(next.len());
                x.announce(&next[at.min(end)..end]);
            });
        }
        match self.shuffle {
            false => batch.t.run = Some(&t[run]),
            true => order.iter().for_each(|from| batch.t.copy.extend_from_slice(from_ref(&t[*from]))),
        }
        order.iter().for_each(|from| batch.weights.extend(weights.get(*from)));
        ask_for_targets(t, next);
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

impl<X: Input, T, I: Iterator<Item = Result<(X, T)>>, F: FnMut(usize) -> I> Source<'_, X, T> for Stream<F, I> {
    fn samples(&self) -> Option<usize> {
        None
    }

    fn begin(&mut self, epoch: usize, _: &mut Xoshiro256PlusPlus) {
        self.epoch = Some((self.epochs)(epoch));
    }

    fn next(&mut self, size: usize, batch: &mut Batch<'_, X, T>) -> Result<()> {
        batch.clear();
        let Batch { x, t, .. } = batch;
        let (x, t) = (&mut x.copy, &mut t.copy);
        x.resize(0);
        for sample in self.epoch.iter_mut().flatten().take(size) {
            let (sample, target) = sample?;
            let at = t.len();
            // There is room for the samples that there are, and not for as many as a batch may have.
            if at == x.len() {
                x.grow(size.min((2 * at).max(32)));
            }
            copy(&sample, &mut x[at]);
            t.push(target);
        }
        x.resize(t.len());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datasets::dataset::Dataset;
    use crate::memory::plain::Floats;
    use crate::shape::sample::{Sequence, Tokens, Vector};
    use rand::SeedableRng;

    /// The batches of an epoch.
    fn batches<'a, X: Input, T: Clone>(
        mut source: InMemory<'a, X, T>,
        size: usize,
        mut each: impl FnMut(&Batch<'a, X, T>),
    ) {
        let mut batch = Batch::default();
        source.begin(1, &mut Xoshiro256PlusPlus::seed_from_u64(1));
        loop {
            source.next(size, &mut batch).unwrap();
            if batch.x.is_empty() {
                break;
            }
            assert_eq!(batch.x.len(), batch.t.len());
            each(&batch);
        }
    }

    #[test]
    fn a_run_of_rows_is_not_copied() {
        let x = (0..50).map(|i| Vector::new([i as f32, 1.0])).collect();
        let data = Dataset::new(x, (0..50_u16).map(|i| Tokens([i])).collect()).unwrap();
        let weights: Vec<f32> = (0..50).map(|i| i as f32).collect();
        let samples = || Samples::<Vector<2>, _>::new(&data, &weights);
        let mut seen = 0;
        batches(InMemory::new(samples(), false, false, 0), 16, |batch| {
            assert_eq!((batch.x.as_ptr(), batch.t.as_ptr()), (data.x[seen..].as_ptr(), data.y[seen..].as_ptr()));
            assert_eq!(batch.weights, weights[seen..seen + batch.x.len()]);
            assert!(batch.x.copy.is_empty() && batch.t.copy.is_empty());
            seen += batch.x.len();
        });
        assert_eq!(seen, 50);
        // What an augmentation changes is a copy.
        let mut seen = 0;
        batches(InMemory::new(samples(), false, true, 0), 16, |batch| {
            assert_eq!(batch.x[..], data.x[seen..seen + batch.x.len()]);
            assert_eq!((batch.x.as_ptr(), batch.t.as_ptr()), (batch.x.copy.as_ptr(), data.y[seen..].as_ptr()));
            seen += batch.x.len();
        });
        let mut order = vec![];
        batches(InMemory::new(samples(), true, true, 0), 16, |batch| {
            for (i, (x, t)) in batch.x.iter().zip(&batch.t[..]).enumerate() {
                assert_eq!((x.values()[0], batch.weights[i]), (f32::from(t.0[0]), f32::from(t.0[0])));
            }
            order.extend(batch.t.iter().map(|t| t.0[0]));
        });
        assert!(!order.is_sorted());
        order.sort_unstable();
        assert!(order.into_iter().eq(0..50));
    }

    #[test]
    fn bytes_become_floats_batch_by_batch() {
        let x: Vec<_> = (0..50).map(|i| Sequence([[i as f32 / 255.0], [1.0]])).collect();
        let data = Dataset::new(x, (0..50).collect::<Vec<usize>>()).unwrap();
        let bytes = data.clone().into_pixels::<255>().unwrap();
        for shuffle in [false, true] {
            let mut seen = vec![];
            batches(InMemory::new(Samples::new(&bytes.as_floats(), &[]), shuffle, shuffle, 0), 16, |batch| {
                for (x, t) in batch.x.iter().zip(&batch.t[..]) {
                    assert_eq!(*x, data.x[*t]);
                }
                seen.extend_from_slice(&batch.t);
            });
            assert_eq!((seen.len(), seen.is_sorted()), (50, !shuffle));
        }
    }
}
