use crate::kernels;
use crate::layers::recurrent::{RecurrentCell, RecurrentWeights, ReturnLast, recurrent};
use crate::memory::plain::Floats;
use core::marker::PhantomData;

/// Long short-term memory: `h = σ(o) · tanh(c)`, with `c = σ(f) · c + σ(i) · tanh(g)`, and `h` and `c` zero before the
/// first step.
///
/// The gates i, f, g and o of a step are `x · kernel + h · recurrent_kernel + bias`, in this order, with the `h` of the
/// step before.
///
/// - Input: `Sequence<T, I>`; output: `Vector<U>`, the last `h`, or, with [`ReturnSequence`](crate::ReturnSequence) as
///   `R`, a `Sequence<T, U>`. Parameters: a kernel of `(I, 4·U)`, Glorot uniform initially, a recurrent kernel of
///   `(U, 4·U)`, orthogonal, and a bias of `4·U`, zeros, but ones for f.
///
/// ```
/// use taut::{layers::ReturnSequence, prelude::*};
/// network! { type Net: Sequence<20, 3> = (Lstm<3, 16, ReturnSequence>, Lstm<16, 8>, Dense<8, 2>, Softmax); }
/// const _: () = assert!(Lstm::<3, 16>::PARAMS == 4 * (3 * 16 + 16 * 16 + 16));
/// ```
///
/// See <https://keras.io/api/layers/recurrent_layers/lstm/> and S. Hochreiter and J. Schmidhuber, *Long Short-Term
/// Memory*, 1997.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Lstm<const I: usize, const U: usize, R = ReturnLast> {
    /// The kernel: one number per input, gate and unit.
    pub kernel: [[[f32; U]; 4]; I],
    /// The recurrent kernel: one number per state, gate and unit.
    pub recurrent_kernel: [[[f32; U]; 4]; U],
    /// One number per gate and unit.
    pub bias: [[f32; U]; 4],
    /// The choice of the output, [`ReturnLast`](crate::ReturnLast) or [`ReturnSequence`](crate::ReturnSequence).
    pub returns: PhantomData<R>,
}
recurrent!(Lstm, "Lstm<", LstmOptions, 4, forget UnitForgetBias);

impl<const I: usize, const U: usize, R> RecurrentCell<I, U> for Lstm<I, U, R> {
    type Gates = [[f32; U]; 4];
    type Kept = [f32; U];
    fn weights(&self) -> RecurrentWeights<&[f32]> {
        let Lstm { kernel, recurrent_kernel, bias, .. } = self;
        let (kernel, recurrent_kernel) = (kernel.values(), recurrent_kernel.values());
        RecurrentWeights { kernel, bias: bias.values(), recurrent_kernel, recurrent_bias: &[] }
    }
    fn step(x: &mut [Self::Gates], s: &[Self::Gates], h: &mut [[f32; U]], c: &mut [[f32; U]]) {
        kernels::lstm(x, s, h, c);
    }
    #[cfg(feature = "train")]
    fn weights_mut(&mut self) -> RecurrentWeights<&mut [f32]> {
        let Lstm { kernel, recurrent_kernel, bias, .. } = self;
        let (kernel, recurrent_kernel) = (kernel.values_mut(), recurrent_kernel.values_mut());
        RecurrentWeights { kernel, bias: bias.values_mut(), recurrent_kernel, recurrent_bias: &mut [] }
    }
    #[cfg(feature = "train")]
    fn gradient(
        x: &mut [Self::Gates],
        _: &mut [Self::Gates],
        _: [&[[f32; U]]; 2],
        [before, c]: [&[[f32; U]]; 2],
        dh: &mut [[f32; U]],
        dc: &mut [[f32; U]],
    ) {
        kernels::lstm_gradient(x, before, c, dh, dc);
    }
    #[cfg(feature = "train")]
    const TWO_GRADIENTS: bool = false;
}

/// Zeros, except ones for the forget gate f, so that the state is kept initially. The default of an [`Lstm`]'s bias.
///
/// ```
/// use taut::prelude::*;
/// let model = Model::<Sequence<5, 3>, Lstm<3, 2>>::new(1);
/// assert_eq!(model.net().bias, [[0.0; 2], [1.0; 2], [0.0; 2], [0.0; 2]]); // the gates i, f, g and o
/// let zeros = Model::<Sequence<5, 3>, Lstm<3, 2>>::new(1).layers(|net| net.bias.initializer = taut::Zeros.into());
/// assert_eq!(zeros.net().bias, [[0.0; 2]; 4]);
/// ```
#[cfg(feature = "train")]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct UnitForgetBias;

#[cfg(feature = "train")]
impl crate::initializers::Initialize for UnitForgetBias {
    fn fill(&self, w: &mut [f32], _: &[usize], _: &mut rand::rngs::Xoshiro256PlusPlus) {
        let units = w.len() / 4;
        w.iter_mut().enumerate().for_each(|(i, w)| *w = (units..2 * units).contains(&i) as u8 as f32);
    }
}
