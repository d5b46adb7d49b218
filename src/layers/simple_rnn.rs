use crate::kernels;
use crate::layers::recurrent::{RecurrentCell, RecurrentWeights, ReturnLast, recurrent};
use crate::memory::plain::Floats;
use crate::memory::view::{columns, view_one};
use core::marker::PhantomData;
use nalgebra::{SMatrix, SVector};

/// A recurrent layer: `hₜ = tanh(xₜ · kernel + hₜ₋₁ · recurrent_kernel + bias)`, with `h₀` zero.
///
/// - Input: `Sequence<T, I>`; output: `Vector<U>`, the last `h`, or, with [`ReturnSequence`](crate::ReturnSequence) as
///   `R`, a `Sequence<T, U>`. Parameters: a kernel of `(I, U)`, Glorot uniform initially, a recurrent kernel of
///   `(U, U)`, orthogonal, and a bias of `U`, zeros.
///
/// ```
/// use taut::{layers::{ReturnSequence, SimpleRnn}, prelude::*};
/// network! { type Net: Sequence<20, 3> = (SimpleRnn<3, 16, ReturnSequence>, SimpleRnn<16, 8>, Dense<8, 2>, Softmax); }
/// let (kernel, recurrent_kernel) = ([[1.0]].into(), [[0.5]].into());
/// let rnn = SimpleRnn::<1, 1> { kernel, recurrent_kernel, bias: [0.0].into(), returns: Default::default() };
/// let mut scratch = Budget::<Sequence<2, 1>, SimpleRnn<1, 1>>::scratch();
/// let h = rnn.predict(&Sequence([[1.0], [0.0]]), &mut scratch).0[0];
/// assert!((h - (0.5 * 1.0_f32.tanh()).tanh()).abs() < 1e-6);
/// ```
///
/// See <https://keras.io/api/layers/recurrent_layers/simple_rnn/>.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct SimpleRnn<const I: usize, const U: usize, R = ReturnLast> {
    /// The kernel, column-major as in [`Dense`](crate::Dense).
    pub kernel: SMatrix<f32, U, I>,
    /// The recurrent kernel.
    pub recurrent_kernel: SMatrix<f32, U, U>,
    /// One number per unit.
    pub bias: SVector<f32, U>,
    /// The choice of the output, [`ReturnLast`](crate::ReturnLast) or [`ReturnSequence`](crate::ReturnSequence).
    pub returns: PhantomData<R>,
}
recurrent!(SimpleRnn, "SimpleRnn<", SimpleRnnOptions, 1);

impl<const I: usize, const U: usize, R> RecurrentCell<I, U> for SimpleRnn<I, U, R> {
    type Gates = [f32; U];
    type Kept = [f32; 0];
    fn weights(&self) -> RecurrentWeights<&[f32]> {
        let (kernel, recurrent_kernel) = (columns(&self.kernel), columns(&self.recurrent_kernel));
        let bias: &[f32; U] = view_one(&self.bias);
        RecurrentWeights {
            kernel: kernel.values(),
            bias,
            recurrent_kernel: recurrent_kernel.values(),
            recurrent_bias: &[],
        }
    }
    fn step(x: &mut [[f32; U]], s: &[[f32; U]], h: &mut [[f32; U]], _: &mut [[f32; 0]]) {
        kernels::rnn(x, s, h);
    }
    #[cfg(feature = "train")]
    fn weights_mut(&mut self) -> RecurrentWeights<&mut [f32]> {
        RecurrentWeights {
            kernel: self.kernel.values_mut(),
            bias: self.bias.values_mut(),
            recurrent_kernel: self.recurrent_kernel.values_mut(),
            recurrent_bias: &mut [],
        }
    }
    #[cfg(feature = "train")]
    fn gradient(
        x: &mut [[f32; U]],
        _: &mut [[f32; U]],
        _: [&[[f32; U]]; 2],
        _: [&[[f32; 0]]; 2],
        dh: &mut [[f32; U]],
        _: &mut [[f32; 0]],
    ) {
        kernels::rnn_gradient(x, dh);
    }
    #[cfg(feature = "train")]
    const TWO_GRADIENTS: bool = false;
}
