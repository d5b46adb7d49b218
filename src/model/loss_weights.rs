//! The weights of the training loss.

use crate::io::error::{Error, Result};
use crate::metrics::label::ClassLabel;
use crate::model::score::{check_weights, is_weight};

/// The weights by which the losses of the training samples are multiplied.
pub(crate) enum LossWeights<'a, T> {
    /// All samples count the same.
    None,
    /// One weight a sample.
    Samples(&'a [f32]),
    /// One weight a class, and the class of a label.
    Classes(Vec<f32>, fn(&T) -> Option<usize>),
    /// Both were set, which is an error.
    Both,
}

impl<'a, T> LossWeights<'a, T> {
    /// One weight a class.
    pub fn classes<const C: usize>(weights: [f32; C]) -> Self
    where
        T: ClassLabel<C>,
    {
        LossWeights::Classes(weights.to_vec(), T::class)
    }

    /// Sets weights where none are set yet.
    pub fn or_both(self, weights: Self) -> Self {
        match self {
            LossWeights::None => weights,
            _ => LossWeights::Both,
        }
    }

    /// The weight of each of so many samples in memory; none if samples have no weights of their own.
    pub fn of_samples(&self, samples: usize) -> Result<&'a [f32]> {
        match *self {
            LossWeights::Samples(weights) => {
                check_weights("sample_weight", weights, samples)?;
                Ok(weights)
            }
            LossWeights::None => Ok(&[]),
            LossWeights::Classes(ref weights, _) => check_classes(weights).map(|()| &[][..]),
            LossWeights::Both => Err(both()),
        }
    }

    /// Fails if the weights do not fit a stream of samples.
    pub fn check_stream(&self) -> Result<()> {
        match self {
            LossWeights::Samples(_) => Err(Error::argument("sample_weight", "data in memory", "a stream of samples")),
            LossWeights::None => Ok(()),
            LossWeights::Classes(weights, _) => check_classes(weights),
            LossWeights::Both => Err(both()),
        }
    }

    /// Appends the weights of a batch's labels, if classes have weights.
    pub fn extend(&self, weights: &mut Vec<f32>, labels: &[T]) {
        if let LossWeights::Classes(of_classes, class) = self {
            let weight = |label| class(label).and_then(|class| of_classes.get(class)).copied();
            weights.extend(labels.iter().map(|label| weight(label).unwrap_or(1.0)));
        }
    }
}

fn check_classes(weights: &[f32]) -> Result<()> {
    match weights.iter().position(|weight| !is_weight(*weight)) {
        Some(class) => {
            Err(Error::argument("class_weight", "numbers from 0", format!("{} for class {class}", weights[class])))
        }
        None => Ok(()),
    }
}

fn both() -> Error {
    Error::argument("class_weight", "no sample_weight beside it, as in Keras", "both")
}

/// Labels of `C` classes, for which [`class_weight`](crate::Fitting::class_weight) takes one weight a class.
///
/// ```
/// use taut::{Weighable, prelude::*};
/// /// The weight of a label.
/// fn weight<const C: usize>(label: impl Weighable<C>, weights: [f32; C]) -> f32 {
///     label.class().map_or(1.0, |class| weights[class])
/// }
/// assert_eq!(weight(Class::<3>::new(2).unwrap(), [1.0, 2.0, 7.0]), 7.0);
/// assert_eq!(weight(Vector::new([1.0]), [1.0, 2.0]), 2.0); // of two classes
/// ```
#[diagnostic::on_unimplemented(
    message = "class weights do not fit labels `{Self}`",
    label = "expected a weight for each class of the labels",
    note = "labels are `Class<C>`, one-hot `Vector<C>`, or, for two classes, `Vector<1>`"
)]
pub trait Weighable<const C: usize>: ClassLabel<C> {}
#[diagnostic::do_not_recommend]
impl<const C: usize, T: ClassLabel<C>> Weighable<C> for T {}
