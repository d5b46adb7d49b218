use crate::datasets::dataset::class;
use crate::io::error::Result;
use crate::memory::heap::boxed;
use crate::memory::plain::Floats;
use crate::shape::sample::{Class, Sample, Vector};
use std::slice;

/// A label that a row of a CSV file can end with: a `Vector<M>` takes `M` columns, a `Class<N>` takes one column of
/// whole numbers from 0 to `N − 1`.
///
/// ```
/// use taut::{datasets::Label, prelude::*};
/// assert_eq!((<Vector<2>>::COLUMNS, <Class<3>>::COLUMNS, <Class<3>>::CLASSES), (2, 1, Some(3)));
/// assert_eq!(<Vector<2>>::parse(&["1.5", "2"]), Ok(Vector::new([1.5, 2.0])));
/// assert_eq!(<Class<3>>::parse(&["2"]).map(Class::index), Ok(2));
/// let mut labels = vec![];
/// assert!(<Class<3>>::push(&["3"], &mut labels).is_err() && labels.is_empty());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read as the label of a row",
    label = "not a label",
    note = "a `Vector<M>` takes M columns, and a `Class<N>` one column of whole numbers below N"
)]
pub trait Label: Sized {
    /// The number of columns that the label takes.
    const COLUMNS: usize;

    /// The number of classes, if the label is one of so many.
    const CLASSES: Option<usize> = None;

    /// Parses a label from `COLUMNS` fields, none of which is empty.
    ///
    /// # Errors
    /// The index of the first invalid field, and the text of what was expected there.
    fn parse(fields: &[&str]) -> Result<Self, (usize, String)>;

    /// Parses a label, and appends it. A label that is large is never on the stack.
    ///
    /// # Errors
    /// The errors of [`parse`](Self::parse).
    fn push(fields: &[&str], to: &mut Vec<Self>) -> Result<(), (usize, String)> {
        to.push(Self::parse(fields)?);
        Ok(())
    }
}

impl<const M: usize> Label for Vector<M> {
    const COLUMNS: usize = M;

    fn parse(fields: &[&str]) -> Result<Self, (usize, String)> {
        let mut label = Self::ZERO;
        numbers(fields, label.values_mut())?;
        Ok(label)
    }

    fn push(fields: &[&str], to: &mut Vec<Self>) -> Result<(), (usize, String)> {
        let mut label = boxed::<Self>();
        numbers(fields, label.values_mut())?;
        // Copies from heap to heap: `push` would put the label on the stack.
        to.extend_from_slice(slice::from_ref(&*label));
        Ok(())
    }
}

impl<const N: usize> Label for Class<N> {
    const COLUMNS: usize = 1;
    const CLASSES: Option<usize> = Some(N);

    fn parse(fields: &[&str]) -> Result<Self, (usize, String)> {
        let number = fields.first().and_then(|field| field.parse().ok());
        class(number.unwrap_or(f64::NAN)).map_err(|expected| (0, expected))
    }
}

fn numbers(fields: &[&str], to: &mut [f32]) -> Result<(), (usize, String)> {
    for (i, (to, field)) in to.iter_mut().zip(fields).enumerate() {
        *to = number(field).map_err(|expected| (i, expected.to_string()))?;
    }
    Ok(())
}

/// Parses a finite number; the error says what was expected.
pub(super) fn number(field: &str) -> Result<f32, &'static str> {
    match field.parse::<f32>() {
        Ok(number) if number.is_finite() => Ok(number),
        Ok(_) => Err("a finite number"),
        Err(_) => Err("a number"),
    }
}
