use crate::layers::pools::{pools, whole};
use crate::memory::step_mask::StepMask;
use crate::shape::sample::{Image, Sequence, Vector};

/// The largest number of each channel over all positions. Positions that are equally large share the gradient.
///
/// - Input: `Image<H, W, C>` or `Sequence<T, C>`; output: `Vector<C>`.
///
/// Steps that are padding (see [`Masking`](crate::Masking)) do not count. Where all are, the output is zeros. In Keras,
/// padding counts here.
///
/// ```
/// use taut::{layers::*, prelude::*};
/// network! { type Net: Sequence<100, 6> = (Conv1d<6, 16, 5>, Relu, GlobalMaxPool, Dense<16, 4>, Softmax); }
/// let steps = Sequence([[1.0, 50.0], [3.0, 10.0]]);
/// assert_eq!(GlobalMaxPool.predict(&steps, &mut Vector::ZERO).values(), [3.0, 50.0]);
/// ```
///
/// See <https://keras.io/api/layers/pooling_layers/global_max_pooling1d/>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct GlobalMaxPool;
crate::params!(GlobalMaxPool {} as crate::contract::tensor::NoParameters);
pools! {
    [const H: usize, const W: usize, const C: usize]
    GlobalMaxPool, Image<H, W, C>, Vector<C>, [],
    whole::<C>(H * W), EachAsInput, max_pool, global_max_gradient;

    [const T: usize, const C: usize]
    GlobalMaxPool, Sequence<T, C>, Vector<C>, [],
    whole::<C>(T), EachAsInput, max_pool, global_max_gradient, masked pool_masked gradient_masked;
}

/// The largest of the steps that are no padding.
#[inline]
fn pool_masked<const T: usize, const C: usize>(x: &Sequence<T, C>, mask: StepMask<'_>, y: &mut Vector<C>) {
    let y = y.as_array_mut();
    let mut visible = x.0.iter().enumerate().filter_map(|(t, x)| (!mask.hides(t)).then_some(x));
    y.copy_from_slice(visible.next().unwrap_or(&[0.0; C]));
    for x in visible {
        y.iter_mut().zip(x).for_each(|(y, x)| *y = if *x > *y || x.is_nan() { *x } else { *y });
    }
}

#[cfg(feature = "train")]
fn gradient_masked<const T: usize, const C: usize>(
    x: &Sequence<T, C>,
    mask: StepMask<'_>,
    y: &Vector<C>,
    dy: &Vector<C>,
    dx: &mut Sequence<T, C>,
) {
    let is_largest = |t: usize, c: usize| !mask.hides(t) && x.0[t][c] == y.as_array()[c];
    for (c, dy) in dy.as_array().iter().enumerate() {
        let share = dy / (0..T).filter(|t| is_largest(*t, c)).count().max(1) as f32;
        dx.0.iter_mut().enumerate().for_each(|(t, dx)| dx[c] = if is_largest(t, c) { share } else { 0.0 });
    }
}
