//! The contract of losses.

use crate::contract::train::Head;
use crate::io::error::Result;
use crate::losses::takes::Takes;
use crate::shape::sample::Sample;

/// A loss: scores a network's output `P` against a target.
///
/// Implement it for a loss of your own:
///
/// ```
/// use taut::{AnyNumbers, losses::Loss, prelude::*};
///
/// /// The mean of `(p - t)⁴`.
/// struct Quartic;
/// impl<const N: usize> Loss<Vector<N>> for Quartic {
///     type Target = Vector<N>;
///     type Takes = AnyNumbers;
///     fn loss(&self, p: &Vector<N>, t: &Vector<N>, dp: &mut Vector<N>) -> f32 {
///         let d = p.0 - t.0;
///         dp.0 = d.map(|d| 4.0 * d.powi(3) / N as f32);
///         d.map(|d| d.powi(4)).mean()
///     }
/// }
/// let model = Model::<Vector<4>, Dense<4, 1>>::new(1).compile(Adam::default(), Quartic, ());
/// let data = Dataset::new(vec![Vector::new([0.0; 4])], vec![Vector::new([2.0])])?;
/// assert_eq!(model.evaluate(&data)?.loss(), 16.0); // the output is 0
/// # Ok::<(), taut::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "the loss `{Self}` cannot score the network's output, which is `{P}`",
    label = "this loss does not take `{P}`",
    note = "categorical cross-entropies take a `Vector<N>`: end the network in `Dense<_, N>`, with `Flatten` before it if need be"
)]
pub trait Loss<P: Sample>: Sized {
    /// The target of one sample.
    type Target: Clone;
    /// The outputs that the loss takes: [`AnyNumbers`](crate::AnyNumbers) for a loss that fits every network,
    /// [`NonNegative`](crate::NonNegative), [`Probabilities`](crate::Probabilities) or
    /// [`ClassProbabilities`](crate::ClassProbabilities). A network whose last layer puts out others
    /// ([`Layer::OUTPUTS`](crate::Layer::OUTPUTS)) does not compile with the loss, unless the loss is
    /// [`Unchecked`](crate::Unchecked). For a network that [`network!`](crate::network!) wrote, `cargo check` says so;
    /// for a plain tuple, `cargo build`.
    type Takes: Takes;
    /// The numerically stable form that is fused with a head (a last layer such as a softmax), if the loss has one.
    const FUSED: Option<Fused<Self, P>> = None;

    /// Returns the loss of one sample, and writes its gradient to `dp`.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let mut dp = Vector::ZERO;
    /// assert_eq!(MeanSquaredError.loss(&Vector::new([3.0, 1.0]), &Vector::new([1.0, 1.0]), &mut dp), 2.0);
    /// assert_eq!(dp.values(), [2.0, 0.0]);
    /// ```
    fn loss(&self, p: &P, t: &Self::Target, dp: &mut P) -> f32;

    /// Whether a sample is ignored: the loss of a batch is the mean over the others.
    ///
    /// ```
    /// use taut::{losses::Loss, prelude::*};
    /// let loss = SparseCategoricalCrossentropy { ignore_class: Some(2) };
    /// let ignores = |class| Loss::<Vector<3>>::ignores(&loss, &Class::new(class).unwrap());
    /// assert_eq!([0, 1, 2].map(ignores), [false, false, true]);
    /// ```
    fn ignores(&self, _target: &Self::Target) -> bool {
        false
    }

    /// Checks the settings. `fit` and `evaluate` call this before the first step.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) if a setting is NaN or out of range.
    ///
    /// ```
    /// use taut::{losses::Loss, prelude::*};
    /// let loss = BinaryCrossentropy { label_smoothing: 1.5 };
    /// let error = Loss::<Vector<1>>::validate(&loss).unwrap_err();
    /// assert!(error.to_string().ends_with("received 1.5"));
    /// ```
    fn validate(&self) -> Result<()> {
        Ok(())
    }
}

/// The fused form of a loss and a network's head.
///
/// ```
/// use taut::{Head, losses::Loss, prelude::*};
/// let fused = <BinaryCrossentropy as Loss<Vector<1>>>::FUSED.unwrap();
/// let (mut z, mut dz, mut losses) = ([Vector::new([0.0])], [Vector::ZERO], [0.0]);
/// (fused.loss)(&BinaryCrossentropy, &mut z, &[Vector::new([1.0])], &mut dz, &mut losses);
/// assert_eq!(fused.head, Head::Sigmoid);
/// assert!((losses[0] - 2.0_f32.ln()).abs() < 1e-6);
/// assert_eq!((z[0].0[0], dz[0].0[0]), (0.5, -0.5)); // the probability, and the gradient of the logit
/// ```
pub struct Fused<L: Loss<P>, P: Sample> {
    /// The head, which returns its input, the logits, when fused.
    pub head: Head,
    /// The losses of a batch: replaces the logits `z` by the head's outputs, and writes their gradients to `dz`.
    #[allow(clippy::type_complexity)]
    pub loss: fn(&L, z: &mut [P], t: &[L::Target], dz: &mut [P], losses: &mut [f32]),
}

/// The losses of a batch by a function of one sample's logits, target and gradient.
pub(super) fn each<P, T>(
    (z, t, dz): (&mut [P], &[T], &mut [P]),
    losses: &mut [f32],
    loss: impl Fn(&mut P, &T, &mut P) -> f32,
) {
    for (((z, t), dz), to) in z.iter_mut().zip(t).zip(dz).zip(losses) {
        *to = loss(z, t, dz);
    }
}
