use taut::TensorOptions;

#[repr(C)]
pub struct Affine<const N: usize> {
    scale: nalgebra::SVector<f32, N>,
    shift: nalgebra::SVector<f32, N>,
}
#[derive(Clone, Default)]
pub struct AffineOptions {
    scale: TensorOptions,
    shift: TensorOptions,
    activity_regularizer: taut::Regularizer,
}
taut::params!(Affine<N> { shift: Bias, scale: Gain } as AffineOptions);

fn main() {}
