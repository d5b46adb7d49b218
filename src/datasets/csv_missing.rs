//! Missing values of CSV files.

use crate::datasets::label::number;
use crate::memory::plain::Floats;

/// What happens to the missing values of a [`Csv`](crate::Csv) file.
///
/// A field is missing if it is empty or one of the
/// [`missing_markers`](crate::Csv::missing_markers).
///
/// ```
/// use taut::{Class, Csv, Dataset, Missing, Vector};
///
/// # fn main() -> taut::Result<()> {
/// # let file = tempfile::NamedTempFile::new().unwrap();
/// # let path = file.path();
/// std::fs::write(path, "glucose,pressure,sick\n148,72,1\n?,66,0\n137,-999,1\n").unwrap();
/// let csv = Csv::new(path).missing_markers(["?", "-999"]);
/// assert!(csv.read::<Vector<2>, Class<2>>().is_err());
///
/// let whole: Dataset<Vector<2>, Class<2>> = csv.clone().missing(Missing::DropRow).read()?;
/// assert_eq!(whole.x, [[148.0, 72.0]].map(Vector::new));
/// let filled: Dataset<Vector<2>, Class<2>> = csv.missing(Missing::Mean).read()?;
/// assert_eq!(filled.x, [[148.0, 72.0], [142.5, 66.0], [137.0, 69.0]].map(Vector::new));
/// # Ok(())
/// # }
/// ```
///
/// See <https://scikit-learn.org/stable/modules/generated/sklearn.impute.SimpleImputer.html>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Missing {
    /// A missing value is an error, which names the row and the column; the default.
    #[default]
    Refuse,
    /// Rows with a missing value are left out.
    DropRow,
    /// A missing feature becomes this number. A missing label is an error.
    Fill(f32),
    /// A missing feature becomes the mean of its column, over all rows that have it: also over those that become test
    /// data later. A missing label is an error.
    Mean,
}

/// The fields that are missing values.
pub(super) struct Markers {
    texts: Vec<String>,
    numbers: Vec<f32>,
}

impl Markers {
    pub fn new(markers: &[String]) -> Self {
        let texts: Vec<String> = markers.iter().map(|marker| marker.trim().to_string()).collect();
        Markers { numbers: texts.iter().filter_map(|marker| number(marker).ok()).collect(), texts }
    }

    /// Whether a field, and the number that it is, is a missing value.
    #[inline]
    pub fn mark(&self, field: &str, number: Result<f32, &str>) -> bool {
        match number {
            Ok(number) => self.numbers.contains(&number),
            Err(_) => field.is_empty() || self.texts.iter().any(|text| text == field),
        }
    }
}

/// Replaces each NaN by the mean of the same element of the other samples. The error is an element that none has.
pub(super) fn fill_with_means<X: Floats>(x: &mut [X]) -> Result<(), usize> {
    let mut means = vec![(0.0f64, 0.0f64); X::LEN];
    for x in x.iter() {
        for ((sum, n), x) in means.iter_mut().zip(x.values()).filter(|(_, x)| !x.is_nan()) {
            *sum += f64::from(*x);
            *n += 1.0;
        }
    }
    if let Some(feature) = means.iter().position(|(_, n)| *n == 0.0) {
        return Err(feature);
    }
    for x in x {
        for ((sum, n), x) in means.iter().zip(x.values_mut()).filter(|(_, x)| x.is_nan()) {
            *x = (sum / n) as f32;
        }
    }
    Ok(())
}
