//! The weights of a layer as images.

use crate::layers::bias::UseBias;
use crate::layers::conv2d::Conv2d;
use crate::layers::dense::Dense;
use crate::shape::sample::{Image, Sample};
use crate::shape::window::Padding;

impl<const I: usize, const O: usize, B: UseBias> Dense<I, O, B> {
    /// The weights that lead to each output, as a sample of the shape of what was flattened before the layer: another
    /// number of values than the layer's inputs does not compile.
    ///
    /// ```
    /// use taut::{plot::Pictures, prelude::*};
    /// type Net = (Flatten, Dense<64, 10>, Softmax);
    /// let model = Model::<Image<8, 8, 1>, Net>::new(1);
    /// let weights = model.net().1.weights_of_outputs::<Image<8, 8, 1>>();
    /// assert_eq!(weights[3].0[0][1][0], model.net().1.kernel[(3, 1)]);
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("weights.svg");
    /// Pictures::around_zero(&weights).plot(&path)?; // "weights.svg", say
    /// # Ok::<(), taut::Error>(())
    /// ```
    #[must_use]
    pub fn weights_of_outputs<X: Sample>(&self) -> Vec<X> {
        const { assert!(X::LEN == I, "expected a sample with as many values as the layer has inputs") };
        let mut all = vec![X::ZERO; O];
        for (input, column) in self.kernel.column_iter().enumerate() {
            for (sample, weight) in all.iter_mut().zip(&column) {
                sample.values_mut()[input] = *weight;
            }
        }
        all
    }
}

impl<const CI: usize, const CO: usize, const K: usize, P: Padding, B: UseBias, const KW: usize>
    Conv2d<CI, CO, K, P, B, KW>
{
    /// The filters: of each output channel an image of `K` rows, `KW` columns and `CI` channels.
    ///
    /// ```
    /// use taut::{plot::Pictures, prelude::*};
    /// type Net = (Conv2d<1, 8, 3>, Relu);
    /// let model = Model::<Image<8, 8, 1>, Net>::new(1);
    /// let filters = model.net().0.filters();
    /// assert_eq!(filters[5].0[2][1][0], model.net().0.kernel[2][1][(5, 0)]);
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("filters.svg");
    /// Pictures::around_zero(&filters).plot(&path)?; // "filters.svg", say
    /// # Ok::<(), taut::Error>(())
    /// ```
    #[must_use]
    pub fn filters(&self) -> Vec<Image<K, KW, CI>> {
        let mut all = vec![Image::ZERO; CO];
        for (filter, image) in all.iter_mut().enumerate() {
            for (pixels, kernel) in image.0.iter_mut().zip(&self.kernel) {
                for (channels, kernel) in pixels.iter_mut().zip(kernel) {
                    for (channel, weight) in channels.iter_mut().enumerate() {
                        *weight = kernel[(filter, channel)];
                    }
                }
            }
        }
        all
    }
}
