use crate::datasets::dataset::class;
use crate::io::error::Result;
use crate::shape::sample::{Class, Sample, Vector};

/// A label that a row of a CSV file can end with: a `Vector<M>` takes `M` columns, a `Class<N>` takes one column of
/// whole numbers from 0 to `N − 1`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read as the label of a row",
    label = "not a label",
    note = "a `Vector<M>` takes M columns, and a `Class<N>` one column of whole numbers below N"
)]
pub trait Label: Sized {
    /// The number of columns that the label takes.
    const COLUMNS: usize;

    /// Parses a label from `COLUMNS` fields, none of which is empty.
    ///
    /// # Errors
    /// The index of the first invalid field, and the text of what was expected there.
    fn parse(fields: &[&str]) -> Result<Self, (usize, String)>;
}

impl<const M: usize> Label for Vector<M> {
    const COLUMNS: usize = M;

    fn parse(fields: &[&str]) -> Result<Self, (usize, String)> {
        let mut label = Self::ZERO;
        for (i, (to, field)) in label.as_array_mut().iter_mut().zip(fields).enumerate() {
            *to = number(field).map_err(|expected| (i, expected.to_string()))?;
        }
        Ok(label)
    }
}

impl<const N: usize> Label for Class<N> {
    const COLUMNS: usize = 1;

    fn parse(fields: &[&str]) -> Result<Self, (usize, String)> {
        let number = fields.first().and_then(|field| field.parse().ok());
        class(number.unwrap_or(f64::NAN)).map_err(|expected| (0, expected))
    }
}

/// Parses a finite number; the error says what was expected.
pub(super) fn number(field: &str) -> Result<f32, &'static str> {
    match field.parse::<f32>() {
        Ok(number) if number.is_finite() => Ok(number),
        Ok(_) => Err("a finite number"),
        Err(_) => Err("a number"),
    }
}
