use crate::contract::outputs::ClassProbabilities;
use crate::contract::train::Head;
use crate::io::error::{Error, Result};
use crate::kernels;
use crate::losses::from_logits::OfLogits;
use crate::losses::loss::{Fused, Loss};
use crate::losses::mean_loss::loss_as_metric;
use crate::losses::probabilities::{of_probabilities, term};
use crate::memory::view::{view, view_mut};
use crate::shape::sample::{Class, Vector};

/// [`CategoricalCrossentropy`](struct@crate::CategoricalCrossentropy) with class indices as targets.
///
/// - Output: `Vector<N>` of probabilities; target: `Class<N>`. Also a metric.
///
/// ```
/// use taut::prelude::*;
/// let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(1);
/// let model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
/// // Or for a network that ends without a softmax:
/// let loss = FromLogits(SparseCategoricalCrossentropy);
/// let (z, t) = ([Vector::new([0.0, 0.0, 0.0])], [Class::<3>::new(1).unwrap()]);
/// assert!((loss.value(&z, &t) - 3.0_f32.ln()).abs() < 1e-6);
/// ```
///
/// See <https://keras.io/api/losses/probabilistic_losses/#sparsecategoricalcrossentropy-class>.
#[derive(Clone, Copy, Debug, Default)]
pub struct SparseCategoricalCrossentropy {
    /// Samples of this class, which is below `N`, are ignored: the loss of a batch is the mean over the others. `None`
    /// by default.
    pub ignore_class: Option<usize>,
}
loss_as_metric!(SparseCategoricalCrossentropy, "sparse_categorical_crossentropy");

/// The struct of the same name with its default options.
///
/// ```
/// use taut::prelude::*;
/// let (p, t) = ([Vector::new([0.25, 0.75])], [Class::<2>::new(0).unwrap()]);
/// assert_eq!(SparseCategoricalCrossentropy.ignore_class, None);
/// assert!((SparseCategoricalCrossentropy.value(&p, &t) - 4.0_f32.ln()).abs() < 1e-6);
/// ```
#[allow(non_upper_case_globals)]
pub const SparseCategoricalCrossentropy: SparseCategoricalCrossentropy =
    SparseCategoricalCrossentropy { ignore_class: None };

impl<const N: usize> Loss<Vector<N>> for SparseCategoricalCrossentropy {
    type Target = Class<N>;
    type Takes = ClassProbabilities;
    const FUSED: Option<Fused<Self, Vector<N>>> = Some(Fused {
        head: Head::Softmax,
        loss: |_, z, t, dz, losses| {
            kernels::softmax_and_log_sums::<N>(view(z), view_mut(dz), losses);
            for (((z, t), dz), loss) in z.iter_mut().zip(t).zip(dz).zip(losses) {
                *loss -= z.as_array()[t.index()];
                *z = *dz;
                dz.as_array_mut()[t.index()] -= 1.0;
            }
        },
    });

    fn loss(&self, p: &Vector<N>, t: &Class<N>, dp: &mut Vector<N>) -> f32 {
        of_probabilities(p, |class, p| term(if class == t.index() { 1.0 } else { 0.0 }, p), dp)
    }

    fn validate(&self) -> Result<()> {
        match self.ignore_class {
            Some(class) if class >= N => {
                let expected = format!("a class below {N}");
                Err(Error::argument("SparseCategoricalCrossentropy's ignore_class", expected, class))
            }
            _ => Ok(()),
        }
    }

    fn ignores(&self, t: &Class<N>) -> bool {
        self.ignore_class == Some(t.index())
    }
}

impl<const N: usize> OfLogits<Vector<N>> for SparseCategoricalCrossentropy {
    fn of_logits(&self, z: &Vector<N>, t: &Class<N>, dz: &mut Vector<N>) -> f32 {
        let loss = kernels::softmax_and_log_sum(z.as_array(), dz.as_array_mut()) - z.as_array()[t.index()];
        dz.as_array_mut()[t.index()] -= 1.0;
        loss
    }
}
