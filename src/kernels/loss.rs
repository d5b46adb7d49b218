//! The loop of losses that are a sum over outputs.

use crate::kernels::dispatch::simd;
use crate::kernels::lanes::LANES;
use crate::kernels::sums::sum_chains;

/// The loss of one output and its target, and the derivative by the output, which [`score()`] compiles into its loop:
/// mark `apply` as `#[inline(always)]`.
pub trait Score {
    /// The loss and its derivative.
    fn apply(&self, p: f32, t: f32) -> (f32, f32);
}

impl<F: Fn(f32, f32) -> (f32, f32)> Score for F {
    #[inline(always)]
    fn apply(&self, p: f32, t: f32) -> (f32, f32) {
        self(p, t)
    }
}

simd! {
    /// The sum of the losses of p and t; writes `scale` times their derivatives to d. For as many as all have.
    pub fn score<type F: Score>(f: &F, p: &[f32], t: &[f32], scale: f32, d: &mut [f32]) -> f32 {
        let mut lanes = [[0.0; LANES]; 4];
        let chunks = p.chunks(4 * LANES).zip(t.chunks(4 * LANES)).zip(d.chunks_mut(4 * LANES));
        for ((p, t), d) in chunks {
            for (((p, t), d), sum) in p.iter().zip(t).zip(d).zip(lanes.as_flattened_mut()) {
                let (loss, derivative) = f.apply(*p, *t);
                *sum += loss;
                *d = scale * derivative;
            }
        }
        sum_chains(lanes)
    }
}
