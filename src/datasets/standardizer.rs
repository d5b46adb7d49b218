//! Features of mean 0 and standard deviation 1.

use crate::datasets::dataset::Dataset;
use crate::io::error::{Error, Result};
use crate::memory::heap::boxed;
use crate::shape::sample::Sample;

/// The mean and the standard deviation of each feature of a [`Dataset`]: `(x − mean) / std_dev` has mean 0 and
/// deviation 1.
///
/// Compute it from the training set alone, and apply it to all other data, so that nothing of the test set leaks into
/// training:
///
/// ```
/// use taut::{Dataset, Vector};
///
/// # fn main() -> taut::Result<()> {
/// let rows = |x: &[[f32; 2]]| Dataset::new(x.iter().map(|x| Vector::new(*x)).collect(), vec![(); x.len()]);
/// let (mut train, mut test) = (rows(&[[1.0, 500.0], [3.0, 700.0]])?, rows(&[[2.0, 800.0]])?);
///
/// let standardizer = train.standardizer()?;
/// train.standardize(&standardizer);
/// test.standardize(&standardizer);
/// assert_eq!(train.x[0], Vector::new([-1.0, -1.0]));
/// assert_eq!(test.x[0], Vector::new([0.0, 2.0]));
///
/// let mut sample = Vector::new([1.0, 600.0]); // and each sample before its prediction
/// standardizer.apply(&mut sample);
/// assert_eq!(sample, Vector::new([-1.0, 0.0]));
/// # Ok(())
/// # }
/// ```
///
/// See <https://scikit-learn.org/stable/modules/generated/sklearn.preprocessing.StandardScaler.html>.
#[derive(Clone, Debug, PartialEq)]
pub struct Standardizer<X> {
    /// The mean of each feature, which is subtracted.
    pub mean: Box<X>,
    /// The divisor of each feature: the standard deviation, or 1 for a constant feature.
    pub std_dev: Box<X>,
}

impl<X: Sample> Standardizer<X> {
    /// Standardizes one sample.
    pub fn apply(&self, x: &mut X) {
        for ((x, mean), std_dev) in x.values_mut().iter_mut().zip(self.mean.values()).zip(self.std_dev.values()) {
            *x = (*x - mean) / std_dev;
        }
    }
}

impl<X: Sample, T> Dataset<X, T> {
    /// The mean and the standard deviation of each feature, accumulated in `f64`.
    ///
    /// # Errors
    /// [`Error::Argument`] if there is no row, or if a feature is NaN or infinite; the error names the row and the
    /// feature.
    ///
    /// See [`Standardizer`] for an example.
    pub fn standardizer(&self) -> Result<Standardizer<X>> {
        if self.x.is_empty() {
            return Err(Error::argument("standardizer", "at least 1 row", "an empty dataset"));
        }
        // Welford's recurrence: one pass, no cancellation, and exactly 0 for a constant feature.
        let (mut means, mut squares) = (vec![0.0f64; X::LEN], vec![0.0f64; X::LEN]);
        for (row, x) in self.x.iter().enumerate() {
            let x = x.values();
            if let Some(feature) = x.iter().position(|x| !x.is_finite()) {
                let place = format!("row {}, feature {} (x[{row}].values()[{feature}])", row + 1, feature + 1);
                return Err(Error::argument("standardizer", "finite numbers", format!("{} in {place}", x[feature])));
            }
            let share = 1.0 / (row + 1) as f64;
            for ((x, mean), square) in x.iter().zip(&mut means).zip(&mut squares) {
                let distance = f64::from(*x) - *mean;
                *mean += distance * share;
                *square += distance * (f64::from(*x) - *mean);
            }
        }
        let mut standardizer = Standardizer { mean: boxed::<X>(), std_dev: boxed::<X>() };
        for (to, mean) in standardizer.mean.values_mut().iter_mut().zip(means) {
            *to = mean as f32;
        }
        for (to, square) in standardizer.std_dev.values_mut().iter_mut().zip(squares) {
            let std_dev = (square / self.x.len() as f64).sqrt() as f32;
            *to = if std_dev.is_normal() { std_dev } else { 1.0 };
        }
        Ok(standardizer)
    }

    /// Standardizes all samples.
    ///
    /// See [`Standardizer`] for an example.
    pub fn standardize(&mut self, standardizer: &Standardizer<X>) {
        for x in &mut self.x {
            standardizer.apply(x);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::plain::Floats;
    use crate::shape::sample::{Image, Vector};

    fn rows<const N: usize>(x: &[[f32; N]]) -> Dataset<Vector<N>, ()> {
        Dataset::new(x.iter().map(|x| Vector::new(*x)).collect(), vec![(); x.len()]).unwrap()
    }

    #[test]
    fn values_by_hand() {
        let data = rows(&[[2.0, 5.0, 1e6], [4.0, 5.0, 1e6 + 1.0], [4.0, 5.0, 1e6 + 2.0], [6.0, 5.0, 1e6 + 1.0]]);
        let standardizer = data.standardizer().unwrap();
        assert_eq!(standardizer.mean.values(), [4.0, 5.0, 1e6 + 1.0]);
        // A constant gets the divisor 1, and a large mean costs no digit.
        assert_eq!(standardizer.std_dev.values(), [2f32.sqrt(), 1.0, 0.5f32.sqrt()]);
        let mut all = data.clone();
        all.standardize(&standardizer);
        assert_eq!(all.x[3].values(), [2f32.sqrt(), 0.0, 0.0]);
    }

    #[test]
    fn constants_and_extremes_stay_finite() {
        let standardizer = rows(&[[0.1, f32::MAX, 1e-45]; 7]).standardizer().unwrap();
        assert_eq!(standardizer.std_dev.values(), [1.0; 3]);
        let standardizer = rows(&[[f32::MAX, 0.0], [f32::MIN, 1e-44]]).standardizer().unwrap();
        assert_eq!(standardizer.std_dev.values(), [f32::MAX, 1.0]);
        assert_eq!(rows(&[[3.0]]).standardizer().unwrap().std_dev.values(), [1.0]);
    }

    #[test]
    fn large_samples_stay_off_the_stack() {
        let x = crate::memory::heap::zeros::<Image<1024, 1024, 3>>(1);
        let mut data = Dataset::new(x, vec![()]).unwrap();
        let standardizer = data.standardizer().unwrap();
        data.standardize(&standardizer);
        assert_eq!(data.x[0].0[1023][1023], [0.0; 3]);
    }

    #[test]
    fn errors() {
        let error = rows::<2>(&[]).standardizer().unwrap_err();
        assert!(matches!(error, Error::Argument { argument: "standardizer", .. }));
        assert_eq!(error.to_string(), "standardizer: expected at least 1 row, received an empty dataset");
        for bad in [f32::NAN, f32::NEG_INFINITY] {
            let error = rows(&[[1.0, 2.0], [3.0, bad]]).standardizer().unwrap_err();
            assert!(matches!(error, Error::Argument { argument: "standardizer", .. }));
            let place = "row 2, feature 2 (x[1].values()[1])";
            assert_eq!(error.to_string(), format!("standardizer: expected finite numbers, received {bad} in {place}"));
        }
    }
}
