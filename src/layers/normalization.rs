use crate::contract::layer::InPlace;
use crate::contract::layer::Layer;
use crate::contract::mask::MaskRule;
use crate::kernels;
use crate::layers::channels::{Channels, rows_mut};
use crate::layers::in_place::infer_by_copy;
use crate::memory::plain::Floats;
use nalgebra::SVector;

/// `(x - mean) / max(√variance, 1e-7)` for each of `C` channels, with the mean and the variance of the data.
///
/// - Input and output: `Vector<C>`, `Sequence<T, C>` or `Image<H, W, C>`. Parameters: `mean`, zeros initially, and
///   `variance`, ones; they are not trained, but saved and embedded with the network.
///
/// [`adapt`](Self::adapt) sets both from the data before training. (A `Standardizer` changes the data instead.)
///
/// ```
/// use taut::{layers::Normalization, prelude::*};
/// # fn main() -> taut::Result<()> {
/// network! { type Net: Vector<2> = (Normalization<2>, Dense<2, 8>, Relu, Dense<8, 1>); }
/// let x = [[1.0, 500.0], [3.0, 700.0]].map(Vector::new);
/// let mut model = Model::<Vector<2>, Net>::new(1);
/// model.net_mut().0.adapt(&x)?;
/// assert_eq!(model.net().0.predict(&x[1], &mut Vector::ZERO).values(), [1.0, 1.0]);
/// # Ok(())
/// # }
/// ```
///
/// See <https://keras.io/api/layers/preprocessing_layers/numerical/normalization/>.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Normalization<const C: usize> {
    /// The mean of each channel, which is subtracted.
    pub mean: SVector<f32, C>,
    /// The variance of each channel, whose square root divides.
    pub variance: SVector<f32, C>,
}
crate::params!(Normalization<C> { mean: State, variance: UnitState } as crate::contract::tensor::NoParameters);

/// The divisor for a variance.
#[inline(always)]
fn root(variance: f32) -> f32 {
    kernels::sqrt(variance).max(1e-7)
}

#[diagnostic::do_not_recommend]
impl<X: Channels<C>, const C: usize> Layer<X> for Normalization<C> {
    type Y = X;
    type Scratch = X;
    type Place = InPlace;
    const MASK: MaskRule = MaskRule::Keeps;
    const MACS: usize = X::LEN;
    #[inline]
    fn infer<'a>(&self, x: &'a X, y: &'a mut X) -> &'a X {
        infer_by_copy(self, x, y)
    }
    #[inline]
    fn infer_in_place(&self, x: &mut X) {
        for x in rows_mut::<C>(x.values_mut()) {
            kernels::zip(&|x, mean| x - mean, x, self.mean.values());
            kernels::zip(&|x, variance| x / root(variance), x, self.variance.values());
        }
    }
}

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::contract::step::Step;
    use crate::contract::tensor::NoParameters;
    use crate::contract::train::{Context, Train};
    use crate::io::error::{Error, Result};
    use crate::layers::cache::forward_by_infer;
    use crate::layers::channels::rows;
    use crate::memory::heap::boxed;
    use crate::memory::view::{flat, flat_mut};

    impl<const C: usize> Normalization<C> {
        /// Sets the mean and the variance from the data, over samples and positions.
        ///
        /// # Errors
        /// [`Error::Argument`] if there is no sample, if a value is NaN or infinite, or if `f32` does not hold the mean
        /// and the variance of a channel: 1.7e9 and 1.7e9 + 128 have a mean between two numbers, and the variance of
        /// ±1e20 is above all. (`Standardizer` computes in `f64`.) The layer does not change then.
        pub fn adapt<X: Channels<C>>(&mut self, x: &[X]) -> Result<()> {
            let rows = rows::<C>(flat(x));
            if rows.is_empty() {
                return Err(Error::argument("the data to adapt to", "at least 1 sample", "none"));
            }
            if let Some(x) = flat(x).iter().find(|x| !x.is_finite()) {
                return Err(Error::argument("the data to adapt to", "finite numbers", x));
            }
            let n = rows.len() as f64;
            let mut adapted = boxed::<Self>();
            for c in 0..C {
                // Distances from the first value: none at all, if the channel is constant.
                let first = f64::from(rows[0][c]);
                let all = || rows.iter().map(|row| f64::from(row[c]) - first);
                let mean = all().sum::<f64>() / n;
                let variance = all().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
                let (std_dev, mean) = (variance.sqrt(), first + mean);
                (adapted.mean[c], adapted.variance[c]) = (mean as f32, variance as f32);
                let shift = (mean - f64::from(adapted.mean[c])).abs();
                if shift > 0.01 * std_dev.max(1e-7) || !adapted.variance[c].is_finite() {
                    let expected = "means and variances that f32 holds (Standardizer computes in f64)";
                    let received = format!("a mean of {mean} and a standard deviation of {std_dev} in channel {c}");
                    return Err(Error::argument("the data to adapt to", expected, received));
                }
            }
            self.mean.copy_from(&adapted.mean);
            self.variance.copy_from(&adapted.variance);
            Ok(())
        }
    }

    #[diagnostic::do_not_recommend]
    impl<X: Channels<C>, const C: usize> Train<X> for Normalization<C> {
        forward_by_infer!(NoParameters);
        fn backward<'a>(
            &mut self,
            _: &NoParameters,
            _: &[X],
            dy: &'a mut [X],
            _: &'a mut Self::Cache,
            grad: &mut Self,
            _: &mut Step<'_, Self>,
            _: &mut Context,
        ) -> &'a mut [X] {
            grad.mean.fill(0.0);
            grad.variance.fill(0.0);
            for dy in rows_mut::<C>(flat_mut(dy)) {
                kernels::zip(&|dy, variance| dy / root(variance), dy, self.variance.values());
            }
            dy
        }
    }
}

#[cfg(all(test, feature = "train"))]
mod tests {
    use super::*;
    use crate::shape::sample::{Sample, Vector};

    #[test]
    fn data_that_are_far_from_zero_or_from_each_other() {
        let adapted = |x: &[f32]| {
            let x: Vec<_> = x.iter().map(|x| Vector::new([0.5, *x])).collect();
            let mut layer = Normalization { mean: SVector::from([7.0; 2]), variance: SVector::from([7.0; 2]) };
            let old = layer.clone();
            let adapted = layer.adapt(&x).map_err(|error| {
                assert_eq!(layer, old, "it does not change");
                error.to_string()
            });
            let mut y = Vector::ZERO;
            adapted.map(|()| x.iter().map(|x| layer.predict(x, &mut y).as_array()[1]).collect::<Vec<_>>())
        };
        assert_eq!(adapted(&[14.62; 1000]).unwrap(), [0.0; 1000]);
        assert_eq!(adapted(&[f32::MAX; 1000]).unwrap(), [0.0; 1000]);
        assert_eq!(adapted(&[-1e18, 1e18]).unwrap(), [-1.0, 1.0]);
        assert_eq!(adapted(&[1.7e9, 1.7e9 + 256.0]).unwrap(), [-1.0, 1.0]);
        let said = |mean: &str, std_dev: &str| {
            let expected = "means and variances that f32 holds (Standardizer computes in f64)";
            let received = format!("a mean of {mean} and a standard deviation of {std_dev} in channel 1");
            Err(format!("the data to adapt to: expected {expected}, received {received}"))
        };
        assert_eq!(adapted(&[1.7e9, 1.7e9 + 128.0].repeat(500)), said("1700000064", "64"));
        assert_eq!(adapted(&[16777216.0, 16777218.0].repeat(500)), said("16777217", "1"));
        assert!(
            adapted(&[-1e20, 1e20])
                .unwrap_err()
                .ends_with("a standard deviation of 100000002004087730000 in channel 1")
        );
    }
}
