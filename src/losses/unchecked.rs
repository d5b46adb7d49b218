use crate::contract::outputs::AnyNumbers;
use crate::io::error::Result;
use crate::losses::loss::{Fused, Loss};
use crate::shape::sample::Sample;

/// A loss that fits every network, whatever the loss [takes](Loss::Takes): for a network whose last layer cannot say
/// what is true of its outputs.
///
/// - A [`Dense`](crate::Dense) whose constraints keep its outputs at 0 or more, before a [`Poisson`](crate::Poisson).
/// - A [`CategoricalCrossentropy`](struct@crate::CategoricalCrossentropy) after a [`Sigmoid`](crate::Sigmoid): the loss
///   divides the outputs by their sum.
///
/// A layer of your own says what it puts out by [`Layer::OUTPUTS`](crate::Layer::OUTPUTS), and needs no `Unchecked`.
///
/// ```
/// use taut::prelude::*;
/// network! { type Net: Vector<4> = (Dense<4, 3>, Sigmoid); }
/// let model = Model::<Vector<4>, Net>::new(1).compile(Adam::default(), Unchecked(CategoricalCrossentropy), ());
/// let data = Dataset::new(vec![Vector::new([0.0; 4])], vec![Vector::new([0.0, 1.0, 0.0])])?;
/// // Three outputs of one half, which the loss divides by their sum:
/// assert!((model.evaluate(&data)?.loss() - 3.0_f32.ln()).abs() < 1e-6);
/// # Ok::<(), taut::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Unchecked<L>(pub L);

impl<P: Sample, L: Loss<P>> Loss<P> for Unchecked<L> {
    type Target = L::Target;
    type Takes = AnyNumbers;
    const FUSED: Option<Fused<Self, P>> = match L::FUSED {
        Some(fused) => Some(Fused {
            head: fused.head,
            loss: |this, z, t, dz, losses| (const { L::FUSED.unwrap().loss })(&this.0, z, t, dz, losses),
        }),
        None => None,
    };
    fn loss(&self, p: &P, t: &L::Target, dp: &mut P) -> f32 {
        self.0.loss(p, t, dp)
    }
    fn ignores(&self, target: &L::Target) -> bool {
        self.0.ignores(target)
    }
    fn validate(&self) -> Result<()> {
        self.0.validate()
    }
}
