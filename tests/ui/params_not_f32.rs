use taut::train::Slot;

#[repr(C)]
pub struct Affine {
    scale: nalgebra::SVector<f32, 4>,
    shift: u8,
}
#[derive(Clone, Default)]
pub struct AffinePlan {
    scale: Slot,
    shift: Slot,
    activity_regularizer: taut::Regularizer,
}
taut::params!(Affine { scale: Gain, shift: Bias } as AffinePlan);

fn main() {}
