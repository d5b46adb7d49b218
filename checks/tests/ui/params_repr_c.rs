use taut::{TensorOptions, prelude::*, regularizers::*};

pub struct Affine<const I: usize, const O: usize> {
    shift: nalgebra::SVector<f32, I>,
    gain: nalgebra::SMatrix<f32, O, I>,
}
#[derive(Clone, Default)]
pub struct AffineOptions {
    shift: TensorOptions,
    gain: TensorOptions,
    activity_regularizer: Regularizer,
}
taut::params!(Affine<I, O> { shift: Bias, gain: Kernel } as AffineOptions);

// At these sizes the compiler lays the larger field before the smaller one.
pub type Net = (Affine<3, 4>, Relu);

fn main() {}
