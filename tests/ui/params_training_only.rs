use taut::train::Slot;

#[repr(C)]
pub struct Affine {
    scale: nalgebra::SVector<f32, 4>,
}
#[derive(Clone, Default)]
pub struct AffinePlan {
    scale: Slot,
    activity_regularizer: taut::Regularizer,
}
taut::params!(Affine { scale: Gain } as AffinePlan, training only);

fn main() {}
