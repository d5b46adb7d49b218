use taut::train::Slot;

#[repr(C)]
pub struct Affine {
    scale: nalgebra::SVector<f32, 4>,
}
#[derive(Clone, Default)]
pub struct AffinePlan {
    scale: Slot,
}
taut::params!(Affine { scale: Gain } as AffinePlan);

fn main() {}
