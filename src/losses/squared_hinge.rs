use crate::contract::outputs::AnyNumbers;
use crate::losses::hinge::margin_error;
use crate::losses::loss::Loss;
use crate::losses::mean_loss::loss_as_metric;
use crate::losses::score::mean;
use crate::shape::sample::Sample;

/// `mean(max(1 - t · p, 0)²)`: the square of a [`Hinge`](crate::Hinge), with the same shapes and targets.
///
/// ```
/// use taut::{losses::SquaredHinge, prelude::*};
/// assert_eq!(SquaredHinge.loss(&Vector::new([0.5, 2.0]), &Vector::new([-1.0, 1.0]), &mut Vector::ZERO), 1.125);
/// ```
///
/// See <https://keras.io/api/losses/hinge_losses/#squaredhinge-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct SquaredHinge;
loss_as_metric!(SquaredHinge, "squared_hinge");

impl<P: Sample> Loss<P> for SquaredHinge {
    type Target = P;
    type Takes = AnyNumbers;
    fn loss(&self, p: &P, t: &P, dp: &mut P) -> f32 {
        mean(p, t, dp, |p, t| {
            let (error, derivative) = margin_error(p, t);
            (error * error, 2.0 * error * derivative)
        })
    }
}
