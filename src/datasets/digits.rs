//! Handwritten digits of 8×8 pixels, which are part of the crate.

use crate::datasets::csv::Csv;
use crate::datasets::dataset::Dataset;
use crate::datasets::input::Input;
use crate::io::error::Result;
use crate::memory::view::flat_mut;
use crate::shape::sample::{Class, Image};
use std::path::Path;

/// 1,797 handwritten digits of 8×8 pixels from 0 to 1, in the order of scikit-learn's `load_digits`; no file is needed.
///
/// There is no test set: split one off with [`Dataset::split`].
///
/// # Errors
/// None in practice: the data are part of the crate, and a test reads them.
///
/// ```
/// # fn main() -> taut::Result<()> {
/// let digits = taut::datasets::digits()?;
/// assert_eq!(digits.len(), 1797);
/// assert_eq!(digits.y[3].index(), 3);
/// assert_eq!(digits.x[0].0[0][3], [13.0 / 16.0]);
/// # Ok(())
/// # }
/// ```
///
/// See <https://scikit-learn.org/stable/modules/generated/sklearn.datasets.load_digits.html>; `data/README.md` says
/// more of the origin.
pub fn digits() -> Result<Dataset<Image<8, 8, 1>, Class<10>>> {
    let path = Path::new("data/digits.csv.gz");
    let input = Input::in_memory(path, include_bytes!("../../data/digits.csv.gz"))?;
    let mut digits: Dataset<Image<8, 8, 1>, _> = Csv::new(path).header(false).parse(input)?;
    for pixel in flat_mut(&mut digits.x) {
        *pixel /= 16.0;
    }
    Ok(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::view::flat;

    #[test]
    fn is_what_scikit_learn_loads() {
        let digits = digits().unwrap();
        assert_eq!(digits.class_counts(), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
        assert!(flat(&digits.x).iter().all(|pixel| (0.0..=1.0).contains(pixel) && (pixel * 16.0).fract() == 0.0));
        // `load_digits().images.sum()`, and the corners of the last one.
        assert_eq!(flat(&digits.x).iter().map(|pixel| f64::from(pixel * 16.0)).sum::<f64>(), 561718.0);
        assert_eq!(digits.x[1796].0[0].map(|[pixel]| pixel * 16.0), [0.0, 0.0, 10.0, 14.0, 8.0, 1.0, 0.0, 0.0]);
        assert_eq!(digits.y[1796].index(), 8);
    }
}
