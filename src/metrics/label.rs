//! The traits of labels that metrics take.

use crate::shape::sample::{Class, Sample, Vector};

/// A label that marks each of the outputs `P` as positive or negative.
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
