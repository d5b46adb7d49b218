use taut::train::Slot;

#[repr(C)]
pub struct Affine<const N: usize> {
    scale: nalgebra::SVector<f32, N>,
    shift: nalgebra::SVector<f32, N>,
}
#[derive(Clone, Default)]
pub struct AffinePlan {
    scale: Slot,
    shift: Slot,
    activity_regularizer: taut::Regularizer,
}
taut::params!(Affine<N> { shift: Bias, scale: Gain } as AffinePlan);

fn main() {}
