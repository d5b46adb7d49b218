use crate::io::error::Result;
use crate::losses::loss::Loss;
use crate::losses::mean_loss::MeanLoss;
use crate::losses::takes::Logits;
use crate::metrics::metric::Metric;
use crate::metrics::named::Named;
use crate::shape::sample::Sample;

/// A cross-entropy for a network that ends without the softmax or the sigmoid: Keras's `from_logits=True`.
///
/// The loss applies the softmax or the sigmoid itself, in one numerically stable form with the logarithm. It is the
/// same as after a [`Softmax`](crate::Softmax) or a [`Sigmoid`](crate::Sigmoid), but the network predicts logits. Also
/// a metric.
///
/// It wraps metrics as well whose outputs are probabilities, which a threshold divides: [`Accuracy`](crate::Accuracy),
/// [`BinaryAccuracy`](crate::BinaryAccuracy), [`Precision`](crate::Precision), [`Recall`](crate::Recall), the counts of
/// true and false predictions, [`F1Score`](crate::F1Score), [`FBetaScore`](crate::FBetaScore) and
/// [`BinaryIou`](crate::BinaryIou). ([`Auc`](crate::Auc) has an option.) An accuracy of one output is otherwise wrong
/// for logits from 0 to 0.5, as in Keras.
///
/// ```
/// use taut::prelude::*;
/// network! { type Net: Vector<4> = (Dense<4, 8>, Relu, Dense<8, 3>); }
/// let model = Model::<Vector<4>, Net>::new(1);
/// let model = model.compile(Adam::default(), FromLogits(SparseCategoricalCrossentropy), Accuracy);
/// // Yes or no, as one logit:
/// let model = Model::<Vector<4>, Dense<4, 1>>::new(1);
/// let model = model.compile(Adam::default(), FromLogits(BinaryCrossentropy), FromLogits(Accuracy));
/// let (z, t) = ([Vector::new([0.25])], [Vector::new([1.0])]);
/// assert_eq!((FromLogits(Accuracy).value(&z, &t), Accuracy.value(&z, &t)), (1.0, 0.0)); // 0.25 stands for 0.56
/// ```
///
/// See <https://keras.io/api/losses/probabilistic_losses/>.
#[derive(Clone, Copy, Debug, Default)]
pub struct FromLogits<L>(pub L);

/// A loss that has a form for logits.
///
/// ```
/// use taut::{OfLogits, prelude::*};
/// let (z, t, mut dz) = (Vector::new([0.0]), Vector::new([1.0]), Vector::ZERO);
/// let loss = BinaryCrossentropy.of_logits(&z, &t, &mut dz); // ln 2, and one half minus one
/// assert!((loss - 2.0_f32.ln()).abs() < 1e-6 && (dz.0[0] + 0.5).abs() < 1e-6);
/// ```
#[diagnostic::on_unimplemented(
    message = "the loss `{Self}` has no form for logits of `{P}`",
    label = "not a loss of logits",
    note = "`FromLogits` takes `BinaryCrossentropy`, `CategoricalCrossentropy`, `SparseCategoricalCrossentropy` and focal cross-entropies"
)]
pub trait OfLogits<P: Sample>: Loss<P> {
    /// Returns the loss of one sample of logits, and writes its gradient to `dz`.
    fn of_logits(&self, z: &P, t: &Self::Target, dz: &mut P) -> f32;
}

impl<P: Sample, L: OfLogits<P>> Loss<P> for FromLogits<L> {
    type Target = L::Target;
    type Takes = Logits;
    fn loss(&self, z: &P, t: &L::Target, dz: &mut P) -> f32 {
        self.0.of_logits(z, t, dz)
    }
    fn ignores(&self, target: &L::Target) -> bool {
        self.0.ignores(target)
    }
    fn validate(&self) -> Result<()> {
        self.0.validate()
    }
}

impl<L: Named> Named for FromLogits<L> {
    const NAME: &'static str = L::NAME;
    const MAXIMIZE: bool = L::MAXIMIZE;
}

#[diagnostic::do_not_recommend]
impl<P: Sample, L: OfLogits<P> + Named> Metric<P, L::Target> for FromLogits<L> {
    type State = MeanLoss<P>;
    fn add(&self, state: &mut MeanLoss<P>, z: &P, t: &L::Target, weight: f32) {
        state.add(self, z, t, weight);
    }
    fn report(&self, state: &MeanLoss<P>, f: &mut dyn FnMut(&'static str, f32)) {
        f(L::NAME, state.mean.value() as f32);
    }
    fn validate(&self) -> Result<()> {
        self.0.validate()
    }
}
