use crate::layers::pools::{pools, whole};
use crate::memory::step_mask::StepMask;
use crate::shape::sample::{Image, Sequence, Vector};

/// The mean of each channel over all positions.
///
/// - Input: `Image<H, W, C>` or `Sequence<T, C>`; output: `Vector<C>`.
///
/// Steps that are padding (see [`Masking`](crate::Masking)) do not count. Where all are, the output is zeros.
///
/// ```
/// use taut::prelude::*;
/// network! { type Net: Image<28, 28, 1> = (Conv2d<1, 8, 3>, Relu, GlobalAvgPool, Dense<8, 10>, Softmax); }
/// let steps = Sequence([[1.0, 10.0], [3.0, 50.0]]);
/// assert_eq!(GlobalAvgPool.predict(&steps, &mut Vector::ZERO).values(), [2.0, 30.0]);
/// ```
///
/// See <https://keras.io/api/layers/pooling_layers/global_average_pooling2d/>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct GlobalAvgPool;
crate::params!(GlobalAvgPool {} as crate::contract::tensor::NoParameters);
pools! {
    [const H: usize, const W: usize, const C: usize]
    GlobalAvgPool, Image<H, W, C>, Vector<C>, [],
    whole::<C>(H * W), AsInput, avg_pool, avg_pool_gradient;

    [const T: usize, const C: usize]
    GlobalAvgPool, Sequence<T, C>, Vector<C>, [],
    whole::<C>(T), AsInput, avg_pool, avg_pool_gradient, masked pool_masked gradient_masked;
}

/// The mean over the steps that are no padding.
#[inline]
fn pool_masked<const T: usize, const C: usize>(x: &Sequence<T, C>, mask: StepMask<'_>, y: &mut Vector<C>) {
    let y = y.as_array_mut();
    y.fill(0.0);
    let mut steps = 0;
    for x in x.0.iter().enumerate().filter_map(|(t, x)| (!mask.hides(t)).then_some(x)) {
        y.iter_mut().zip(x).for_each(|(y, x)| *y += x);
        steps += 1;
    }
    y.iter_mut().for_each(|y| *y /= steps.max(1) as f32);
}

#[cfg(feature = "train")]
fn gradient_masked<const T: usize, const C: usize>(
    _: &Sequence<T, C>,
    mask: StepMask<'_>,
    _: &Vector<C>,
    dy: &Vector<C>,
    dx: &mut Sequence<T, C>,
) {
    let steps = (0..T).filter(|t| !mask.hides(*t)).count().max(1) as f32;
    for (t, dx) in dx.0.iter_mut().enumerate() {
        let share = if mask.hides(t) { 0.0 } else { 1.0 / steps };
        dx.iter_mut().zip(dy.as_array()).for_each(|(dx, dy)| *dx = dy * share);
    }
}
