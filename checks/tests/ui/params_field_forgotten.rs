use taut::TensorOptions;

#[repr(C)]
pub struct Affine {
    scale: nalgebra::SVector<f32, 4>,
    shift: nalgebra::SVector<f32, 4>,
}
#[derive(Clone, Default)]
pub struct AffineOptions {
    scale: TensorOptions,
    activity_regularizer: taut::Regularizer,
}
taut::params!(Affine { scale: Gain } as AffineOptions);

fn main() {}
