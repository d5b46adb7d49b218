//! The traits of labels that metrics take.

use crate::shape::sample::{Class, Sample, Vector};

/// A label that marks each of the outputs `P` as positive or negative.
///
/// ```
/// use taut::{metrics::IsPositive, prelude::*};
/// let (class, several) = (Class::<3>::new(1).unwrap(), Vector::new([1.0, 1.0, 0.0]));
/// assert_eq!([0, 1, 2].map(|i| class.is(i)), [false, true, false]);
/// assert_eq!([0, 1, 2].map(|i| several.is(i)), [true, true, false]);
/// ```
pub trait IsPositive<P> {
    /// Whether the `i`-th output should be positive.
    fn is(&self, i: usize) -> bool;
}

impl<P: Sample> IsPositive<P> for P {
    fn is(&self, i: usize) -> bool {
        self.values()[i] != 0.0
    }
}

impl<const N: usize> IsPositive<Vector<N>> for Class<N> {
    fn is(&self, i: usize) -> bool {
        self.index() == i
    }
}

/// A label of one of `C` classes.
///
/// ```
/// use taut::{metrics::ClassLabel, prelude::*};
/// assert_eq!(Class::<3>::new(1).unwrap().class(), Some(1));
/// assert_eq!(ClassLabel::<3>::class(&Vector::new([0.0, 0.0, 1.0])), Some(2)); // one-hot
/// assert_eq!(ClassLabel::<2>::class(&Vector::new([1.0])), Some(1)); // yes or no
/// assert_eq!(ClassLabel::<2>::class(&Vector::new([7.0])), None);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a label of one of {C} classes",
    label = "expected a label of one of {C} classes",
    note = "labels are `Class<{C}>`, one-hot `Vector<{C}>`, or, for two classes, `Vector<1>`"
)]
pub trait ClassLabel<const C: usize> {
    /// The index of the class, or `None` if the label is not one of the `C` classes.
    fn class(&self) -> Option<usize>;
}

impl<const C: usize> ClassLabel<C> for Class<C> {
    fn class(&self) -> Option<usize> {
        Some(self.index())
    }
}

impl<const C: usize> ClassLabel<C> for Vector<C> {
    fn class(&self) -> Option<usize> {
        Some(self.argmax())
    }
}

impl ClassLabel<2> for Vector<1> {
    fn class(&self) -> Option<usize> {
        let [label] = *self.as_array();
        [0.0, 1.0].iter().position(|class| *class == label.round())
    }
}
