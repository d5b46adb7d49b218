use taut::{Regularizer, Slot};

#[repr(C, align(32))]
pub struct Affine {
    scale: nalgebra::SVector<f32, 3>,
}
#[derive(Clone, Default)]
pub struct AffinePlan {
    scale: Slot,
    activity_regularizer: Regularizer,
}
taut::params!(Affine { scale: Gain } as AffinePlan);

fn main() {}
