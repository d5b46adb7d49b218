//! Labels as metrics see them.

use crate::shape::sample::{Class, Sample, Vector};

/// A label that says of each of the outputs `P` whether it should be on.
pub trait IsPositive<P> {
    /// Whether the `i`-th should be.
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
    /// The class, below `C`, if it is one of them.
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
