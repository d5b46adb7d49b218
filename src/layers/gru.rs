use crate::kernels;
use crate::layers::recurrent::{RecurrentCell, RecurrentWeights, ReturnLast, recurrent};
use crate::memory::plain::Floats;
use core::marker::PhantomData;

/// A gated recurrent unit: `h = σ(z) · h + (1 - σ(z)) · tanh(g)`, with `h` zero before the first step.
///
/// The gates `z`, `r` and `g` of a step, in this order, are the sums of the input's part, `x · kernel + bias[0]`, and
/// the state's part, `h · recurrent_kernel + bias[1]`; in `g`, the state's part is multiplied by `σ(r)`: Keras's
/// `reset_after`.
///
/// - Input: `Sequence<T, I>`; output: `Vector<U>`, the last `h`, or, with [`ReturnSequence`](crate::ReturnSequence) as
///   `R`, a `Sequence<T, U>`. Parameters: a kernel of `(I, 3·U)`, Glorot uniform initially, a recurrent kernel of
///   `(U, 3·U)`, orthogonal, and a bias of `(2, 3·U)`, zeros.
///
/// ```
/// use taut::{layers::ReturnSequence, prelude::*};
/// network! { type Net: Sequence<20, 3> = (Gru<3, 16, ReturnSequence>, Gru<16, 8>, Dense<8, 2>, Softmax); }
/// const _: () = assert!(Gru::<3, 16>::PARAMS == 3 * (3 * 16 + 16 * 16 + 2 * 16));
/// ```
///
/// See <https://keras.io/api/layers/recurrent_layers/gru/> and K. Cho et al., *Learning Phrase Representations using
/// RNN Encoder-Decoder for Statistical Machine Translation*, 2014.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Gru<const I: usize, const U: usize, R = ReturnLast> {
    /// The kernel: one number per input, gate and unit.
    pub kernel: [[[f32; U]; 3]; I],
    /// The recurrent kernel: one number per state, gate and unit.
    pub recurrent_kernel: [[[f32; U]; 3]; U],
    /// The biases of the input's and of the state's part.
    pub bias: [[[f32; U]; 3]; 2],
    /// The choice of the output, [`ReturnLast`](crate::ReturnLast) or [`ReturnSequence`](crate::ReturnSequence).
    pub returns: PhantomData<R>,
}
recurrent!(Gru, "Gru<", GruOptions, 3);

impl<const I: usize, const U: usize, R> RecurrentCell<I, U> for Gru<I, U, R> {
    type Gates = [[f32; U]; 3];
    type Kept = [f32; U];
    fn weights(&self) -> RecurrentWeights<&[f32]> {
        let Gru { kernel, recurrent_kernel, bias: [bias, recurrent_bias], .. } = self;
        RecurrentWeights {
            kernel: kernel.values(),
            bias: bias.values(),
            recurrent_kernel: recurrent_kernel.values(),
            recurrent_bias: recurrent_bias.values(),
        }
    }
    fn step(x: &mut [Self::Gates], s: &[Self::Gates], h: &mut [[f32; U]], inner: &mut [[f32; U]]) {
        kernels::gru(x, s, h, inner);
    }
    #[cfg(feature = "train")]
    fn weights_mut(&mut self) -> RecurrentWeights<&mut [f32]> {
        let Gru { kernel, recurrent_kernel, bias: [bias, recurrent_bias], .. } = self;
        RecurrentWeights {
            kernel: kernel.values_mut(),
            bias: bias.values_mut(),
            recurrent_kernel: recurrent_kernel.values_mut(),
            recurrent_bias: recurrent_bias.values_mut(),
        }
    }
    #[cfg(feature = "train")]
    fn gradient(
        x: &mut [Self::Gates],
        ds: &mut [Self::Gates],
        [before, _]: [&[[f32; U]]; 2],
        [_, inner]: [&[[f32; U]]; 2],
        dh: &mut [[f32; U]],
        _: &mut [[f32; U]],
    ) {
        kernels::gru_gradient(x, ds, before, inner, dh);
    }
    #[cfg(feature = "train")]
    const TWO_GRADIENTS: bool = true;
}
