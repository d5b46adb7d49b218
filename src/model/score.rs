//! The loss and the metrics of batches.

use crate::contract::train::{Context, Train, forward};
use crate::datasets::rows::Rows;
use crate::io::error::{Error, Result};
use crate::io::terminal::Wait;
use crate::kernels;
use crate::losses::loss::{Fused, Loss};
use crate::memory::heap::Buffer;
use crate::memory::plain::Floats;
use crate::memory::view::flat_mut;
use crate::metrics::metric::Metric;
use crate::model::inference::{Inference, samples_in};
use crate::shape::sample::Input;

/// The number of samples that an evaluation scores at once: as many as have 16 MB of outputs and their gradients, at
/// least one and at most 256.
const fn chunk<Y>() -> usize {
    samples_in(1 << 24, 2 * size_of::<Y>())
}

/// Fails if there are no samples, or labels are not one for each.
pub(crate) fn check(what: &'static str, samples: usize, labels: usize) -> Result<()> {
    if samples == 0 {
        return Err(Error::argument(what, "at least one sample", "none"));
    }
    if samples != labels {
        let received = format!("{labels} labels for {samples} samples");
        return Err(Error::argument(what, "a label for each sample", received));
    }
    Ok(())
}

/// Fails if an environment variable that the kernels read has no meaning.
pub(crate) fn check_environment() -> Result<()> {
    kernels::unknown_set().map_or(Ok(()), |name| Err(Error::argument("TAUT_SIMD", "portable, avx2 or avx512", name)))
}

/// Fails if weights are not one for each sample, or one of them is no number from 0.
pub(crate) fn check_weights(what: &'static str, weights: &[f32], samples: usize) -> Result<()> {
    if weights.len() != samples {
        return Err(Error::argument(what, format!("{samples}, one for each sample"), weights.len()));
    }
    match weights.iter().position(|weight| !is_weight(*weight)) {
        Some(i) => Err(Error::argument(what, "numbers from 0", format!("{} for sample {}", weights[i], i + 1))),
        None => Ok(()),
    }
}

/// Whether a loss can be multiplied by that number.
pub(crate) fn is_weight(weight: f32) -> bool {
    weight >= 0.0 && weight.is_finite()
}

/// Computes the loss and the metrics of batches, and adds them up.
pub(crate) struct Scorer<'a, X, N: Train<X>, L: Loss<N::Y>, M: Metric<N::Y, L::Target>> {
    loss: &'a L,
    metrics: &'a M,
    pub context: Context,
    pub cache: N::Cache,
    /// What an evaluation uses instead.
    inference: Inference<X, N::Cache>,
    /// Outputs, and their gradient.
    p: Buffer<N::Y>,
    pub dy: Buffer<N::Y>,
    /// The loss of each sample.
    losses: Vec<f32>,
    /// Of each tensor, whether its step was applied together with its gradient.
    pub applied: Vec<bool>,
    sum: f64,
    samples: usize,
    state: M::State,
}

impl<'a, X: Input, N: Train<X>, L: Loss<N::Y>, M: Metric<N::Y, L::Target>> Scorer<'a, X, N, L, M> {
    pub fn new(loss: &'a L, metrics: &'a M, context: Context) -> Self {
        Scorer {
            loss,
            metrics,
            context,
            cache: N::Cache::default(),
            inference: Inference::default(),
            p: Buffer::default(),
            dy: Buffer::default(),
            losses: vec![],
            applied: vec![],
            sum: 0.0,
            samples: 0,
            state: M::State::default(),
        }
    }

    /// Resets the sums.
    pub fn clear(&mut self) {
        (self.sum, self.samples, self.state) = (0.0, 0, M::State::default());
    }

    /// Returns the loss of a training batch, penalties included, and leaves its gradient in `dy`, for `backward`.
    /// Without `weights`, all samples count the same.
    pub fn score(&mut self, net: &N, options: &N::Options, x: &[X], t: &[L::Target], weights: &[f32]) -> f32 {
        self.begin();
        let Scorer { context, cache, p, .. } = self;
        p.resize(x.len()).copy_from_slice(forward(net, options, x, cache, context));
        self.loss_of_outputs(net, options, t, weights)
    }

    /// How the loss is computed together with the last layer, if it can be.
    fn fused() -> Option<Fused<L, N::Y>> {
        L::FUSED.filter(|fused| Some(fused.head) == N::HEAD)
    }

    /// Prepares the context of a forward pass.
    fn begin(&mut self) {
        (self.context.penalty, self.context.fuse_head) = (0.0, Self::fused().is_some());
    }

    /// Returns the loss of the outputs `p`, and leaves its gradient in `dy`.
    fn loss_of_outputs(&mut self, net: &N, options: &N::Options, t: &[L::Target], weights: &[f32]) -> f32 {
        let Scorer { loss, metrics, context, p, dy, losses, sum, samples, state, .. } = self;
        let fused = Self::fused();
        dy.resize(p.len());
        let scored = t.iter().filter(|t| !loss.ignores(t)).count();
        let n = scored.max(1) as f32;
        losses.resize(p.len(), 0.0);
        match &fused {
            Some(fused) if context.fuse_head => (fused.loss)(loss, p, t, dy, losses),
            _ => {
                let samples = p.iter().zip(t).zip(dy.iter_mut());
                samples.zip(&mut *losses).for_each(|(((p, t), dy), value)| *value = loss.loss(p, t, dy));
            }
        }
        let mut mean = context.penalty + net.penalty(options);
        for (i, ((t, dy), value)) in t.iter().zip(dy.iter_mut()).zip(losses).enumerate() {
            if let Some(weight) = weights.get(i) {
                *value *= weight;
                dy.values_mut().iter_mut().for_each(|dy| *dy *= weight);
            }
            if loss.ignores(t) {
                *value = 0.0;
                dy.values_mut().fill(0.0);
            }
            mean += *value / n;
        }
        flat_mut(dy).iter_mut().for_each(|dy| *dy /= n);
        // As in Keras, a training batch counts by its length. An evaluation must not depend on the batches' size.
        let counted = if context.training { p.len() } else { scored };
        *sum += f64::from(mean) * counted as f64;
        *samples += counted;
        metrics.update(state, p, t, weights);
        mean
    }

    /// The loss and the metrics of all batches since [`clear`](Self::clear).
    pub fn values(&self) -> Vec<f32> {
        let mut values = vec![(self.sum / self.samples.max(1) as f64) as f32];
        self.metrics.report(&self.state, &mut |_, value| values.push(value));
        values
    }

    /// The loss and the metrics of all these samples.
    pub fn evaluate(
        &mut self,
        (net, options): (&N, &N::Options),
        x: Rows<'_, X>,
        t: &[L::Target],
        weights: &[f32],
        mut wait: Wait,
    ) -> Vec<f32> {
        self.clear();
        let size = const { chunk::<N::Y>() };
        for (i, t) in t.chunks(size).enumerate() {
            let x = x.part(i * size..i * size + t.len());
            self.begin();
            let Scorer { context, inference, p, .. } = self;
            inference.forward(net, options, x, p.resize(t.len()), context);
            self.loss_of_outputs(net, options, t, weights.get(i * size..).unwrap_or_default());
            wait.add(x.len());
        }
        wait.finish();
        self.values()
    }
}
