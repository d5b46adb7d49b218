//! Features of mean 0 and standard deviation 1.

use crate::datasets::dataset::{Dataset, count};
use crate::io::error::{Error, Result};
use crate::shape::sample::Sample;
use std::marker::PhantomData;

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
    /// The `f32` next to a mean may be further from it than the data are.
    mean: Vec<f64>,
    std_dev: Vec<f64>,
    sample: PhantomData<X>,
}

impl<X: Sample> Standardizer<X> {
    /// A standardizer of these means, which are subtracted, and these standard deviations, which divide: one number for
    /// each value of a sample.
    ///
    /// # Errors
    /// [`Error::Argument`] if there are too few numbers or too many, if one is not finite, or if a deviation is not
    /// above 0.
    ///
    /// ```
    /// use taut::{Standardizer, Vector};
    ///
    /// # fn main() -> taut::Result<()> {
    /// let standardizer = Standardizer::new([2.0, 600.0], [1.0, 100.0])?;
    /// let mut sample = Vector::new([1.0, 700.0]);
    /// standardizer.apply(&mut sample);
    /// assert_eq!(sample, Vector::new([-1.0, 1.0]));
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(mean: impl Into<Vec<f64>>, std_dev: impl Into<Vec<f64>>) -> Result<Self> {
        let (mean, std_dev) = (mean.into(), std_dev.into());
        for (argument, numbers) in [("mean", &mean), ("std_dev", &std_dev)] {
            if numbers.len() != X::LEN {
                let expected = format!("{}, one for each feature", count(X::LEN, "number"));
                return Err(Error::argument(argument, expected, numbers.len()));
            }
        }
        if let Some((i, mean)) = mean.iter().enumerate().find(|(_, mean)| !mean.is_finite()) {
            return Err(Error::argument("mean", "finite numbers", format!("{mean} for feature {i}")));
        }
        if let Some((i, std_dev)) = std_dev.iter().enumerate().find(|(_, x)| !(x.is_finite() && **x > 0.0)) {
            return Err(Error::argument("std_dev", "finite numbers above 0", format!("{std_dev} for feature {i}")));
        }
        Ok(Standardizer { mean, std_dev, sample: PhantomData })
    }

    /// The mean of each feature, which is subtracted.
    ///
    /// ```
    /// # use taut::{Dataset, Vector};
    /// let data = Dataset::new(vec![Vector::new([1.0, 7.0]), Vector::new([3.0, 7.0])], vec![(); 2])?;
    /// assert_eq!(data.standardizer()?.mean(), [2.0, 7.0]);
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn mean(&self) -> &[f64] {
        &self.mean
    }

    /// The divisor of each feature: the standard deviation, or 1 for a constant feature.
    ///
    /// ```
    /// # use taut::{Dataset, Vector};
    /// let data = Dataset::new(vec![Vector::new([1.0, 7.0]), Vector::new([3.0, 7.0])], vec![(); 2])?;
    /// assert_eq!(data.standardizer()?.std_dev(), [1.0, 1.0]);
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn std_dev(&self) -> &[f64] {
        &self.std_dev
    }

    /// Standardizes one sample. The computation is in `f64`.
    pub fn apply(&self, x: &mut X) {
        for ((x, mean), std_dev) in x.values_mut().iter_mut().zip(&self.mean).zip(&self.std_dev) {
            *x = ((f64::from(*x) - mean) / std_dev) as f32;
        }
    }
}

impl<X: Sample, T> Dataset<X, T> {
    /// The mean and the standard deviation of each feature, accumulated in `f64`.
    ///
    /// # Errors
    /// [`Error::Argument`] if there is no row, or if a feature is NaN or infinite; the error names the sample and the
    /// feature, both from 0, as indices.
    ///
    /// See [`Standardizer`] for an example.
    pub fn standardizer(&self) -> Result<Standardizer<X>> {
        if self.x.is_empty() {
            return Err(Error::argument("standardizer", "at least 1 row", "an empty dataset"));
        }
        // Welford's recurrence: one pass, no cancellation, and exactly 0 for a constant feature.
        let (mut means, mut squares) = (vec![0.0f64; X::LEN], vec![0.0f64; X::LEN]);
        for (sample, x) in self.x.iter().enumerate() {
            let x = x.values();
            if let Some(feature) = x.iter().position(|x| !x.is_finite()) {
                let received = format!("{} in sample {sample}, feature {feature}", x[feature]);
                return Err(Error::argument("standardizer", "finite numbers", received));
            }
            let share = 1.0 / (sample + 1) as f64;
            for ((x, mean), square) in x.iter().zip(&mut means).zip(&mut squares) {
                let distance = f64::from(*x) - *mean;
                *mean += distance * share;
                *square += distance * (f64::from(*x) - *mean);
            }
        }
        let std_dev = |square: f64| match (square / self.x.len() as f64).sqrt() {
            std_dev if std_dev >= f64::from(f32::MIN_POSITIVE) => std_dev,
            _ => 1.0,
        };
        Standardizer::new(means, squares.into_iter().map(std_dev).collect::<Vec<_>>())
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
        assert_eq!(standardizer.mean(), [4.0, 5.0, 1e6 + 1.0]);
        // A constant gets the divisor 1, and a large mean costs no digit.
        assert_eq!(standardizer.std_dev(), [2f64.sqrt(), 1.0, 0.5f64.sqrt()]);
        let mut all = data.clone();
        all.standardize(&standardizer);
        assert_eq!(all.x[3].values(), [2f32.sqrt(), 0.0, 0.0]);
    }

    #[test]
    fn constants_and_extremes_stay_finite() {
        let standardizer = rows(&[[0.1, f32::MAX, 1e-45]; 7]).standardizer().unwrap();
        assert_eq!(standardizer.std_dev(), [1.0; 3]);
        let standardizer = rows(&[[f32::MAX, 0.0], [f32::MIN, 1e-44]]).standardizer().unwrap();
        assert_eq!(standardizer.std_dev(), [f64::from(f32::MAX), 1.0]);
        assert_eq!(rows(&[[3.0]]).standardizer().unwrap().std_dev(), [1.0]);
    }

    #[test]
    fn features_far_from_zero_or_from_each_other() {
        let standardized = |x: &[f32]| {
            let mut data = rows(&x.iter().map(|x| [*x]).collect::<Vec<_>>());
            let standardizer = data.standardizer().unwrap();
            data.standardize(&standardizer);
            data.x.iter().map(|x| x.values()[0]).collect::<Vec<_>>()
        };
        assert_eq!(standardized(&[14.62; 1000]), [0.0; 1000]);
        assert_eq!(standardized(&[-1e20, 1e20]), [-1.0, 1.0]);
        assert_eq!(standardized(&[f32::MAX, f32::MIN, f32::MIN, f32::MIN])[0], 3f32.sqrt());
        // The means are no numbers of f32.
        assert_eq!(standardized(&[1.7e9, 1.7e9 + 128.0].repeat(500)), [-1.0, 1.0].repeat(500));
        assert_eq!(standardized(&[16777216.0, 16777218.0].repeat(500)), [-1.0, 1.0].repeat(500));
    }

    #[test]
    fn settings() {
        let said = |mean: &[f64], std_dev: &[f64]| {
            Standardizer::<Vector<2>>::new(mean, std_dev).map(|_| ()).unwrap_err().to_string()
        };
        assert_eq!(said(&[1.0], &[1.0; 2]), "mean: expected 2 numbers, one for each feature, received 1");
        assert_eq!(said(&[1.0; 2], &[1.0; 3]), "std_dev: expected 2 numbers, one for each feature, received 3");
        assert_eq!(said(&[1.0, f64::NAN], &[1.0; 2]), "mean: expected finite numbers, received NaN for feature 1");
        for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let expected = format!("std_dev: expected finite numbers above 0, received {wrong} for feature 0");
            assert_eq!(said(&[1.0; 2], &[wrong, 1.0]), expected);
        }
        let known = rows(&[[1.0, 2.0], [3.0, 4.0]]).standardizer().unwrap();
        assert_eq!(Standardizer::new(known.mean(), known.std_dev()).unwrap(), known);
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
            let expected = format!("standardizer: expected finite numbers, received {bad} in sample 1, feature 1");
            assert_eq!(error.to_string(), expected);
        }
    }
}
