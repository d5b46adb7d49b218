use taut::{Regularizer, TensorOptions};

#[repr(C, align(32))]
pub struct Affine {
    scale: nalgebra::SVector<f32, 3>,
}
#[derive(Clone, Default)]
pub struct AffineOptions {
    scale: TensorOptions,
    activity_regularizer: Regularizer,
}
taut::params!(Affine { scale: Gain } as AffineOptions);

fn main() {}
