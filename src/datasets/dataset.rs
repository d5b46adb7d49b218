use crate::io::error::{Error, Result};
use crate::memory::heap::zeros;
use crate::memory::plain::Floats;
use crate::memory::swap::permute;
use crate::memory::view::{bytes, bytes_mut};
use crate::shape::pixels::Pixels;
use crate::shape::sample::{Class, Sample, Vector};
use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom;

/// Samples and their labels, row by row: `x[i]` belongs to `y[i]`.
///
/// ```
/// use taut::{Class, Dataset, Vector};
///
/// # fn main() -> taut::Result<()> {
/// let x = (0..10).map(|i| Vector::new([i as f32, 1.0])).collect();
/// let y = (0..10).filter_map(|i| Class::<2>::new(i % 2)).collect();
/// let (train, validation) = Dataset::new(x, y)?.shuffle(7).split(0.2)?;
/// assert_eq!((train.len(), validation.len()), (8, 2));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset<X, T> {
    /// The samples.
    pub x: Vec<X>,
    /// The labels, as many as there are samples.
    pub y: Vec<T>,
}

impl<X, T> Dataset<X, T> {
    /// A dataset of samples and labels.
    ///
    /// # Errors
    /// [`Error::Argument`] if the numbers of samples and labels differ.
    ///
    /// ```
    /// use taut::{Dataset, Vector};
    /// let error = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([1.0]); 2]).unwrap_err();
    /// assert_eq!(error.to_string(), "y: expected 1 label, one for each sample, received 2");
    /// ```
    pub fn new(x: Vec<X>, y: Vec<T>) -> Result<Self> {
        if x.len() == y.len() {
            return Ok(Dataset { x, y });
        }
        Err(Error::argument("y", format!("{}, one for each sample", count(x.len(), "label")), y.len()))
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        // The fields are public and may differ in length: a row has both.
        self.x.len().min(self.y.len())
    }

    /// Whether there is no row.
    ///
    /// ```
    /// # use taut::{Class, Dataset, Vector};
    /// let data: Dataset<Vector<1>, Class<2>> = Dataset::new(vec![], vec![])?;
    /// assert!(data.is_empty() && data.len() == 0);
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Splits the rows in two sets: the second set takes the last `fraction` of them.
    ///
    /// The first set has `floor(n · (1 − fraction))` rows, as with Keras's `validation_split`. The order stays: shuffle
    /// sorted rows first.
    ///
    /// # Errors
    /// [`Error::Argument`] if `fraction` is not at least 0 and below 1.
    ///
    /// ```
    /// # fn main() -> taut::Result<()> {
    /// let (train, validation) = taut::datasets::digits()?.split(0.2)?;
    /// assert_eq!((train.len(), validation.len()), (1437, 360));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// See <https://keras.io/api/models/model_training_apis/#fit-method>.
    pub fn split(mut self, fraction: f64) -> Result<(Self, Self)> {
        if !(0.0..1.0).contains(&fraction) {
            return Err(Error::argument("fraction", "at least 0 and below 1", fraction));
        }
        let n = self.len();
        let at = ((n as f64 * (1.0 - fraction)).floor() as usize).min(n);
        let last = Dataset { x: self.x.split_off(at), y: self.y.split_off(at) };
        self.x.shrink_to_fit();
        self.y.shrink_to_fit();
        Ok((self, last))
    }

    /// Shuffles the rows. Equal seeds and numbers of rows give equal orders.
    ///
    /// ```
    /// # fn main() -> taut::Result<()> {
    /// let digits = taut::datasets::digits()?;
    /// assert_eq!(digits.clone().shuffle(3), digits.clone().shuffle(3));
    /// assert_ne!(digits.clone().shuffle(3), digits);
    /// # Ok(())
    /// # }
    /// ```
    pub fn shuffle(mut self, seed: u64) -> Self {
        let n = self.len();
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut order: Vec<usize> = (0..n).collect();
        order.shuffle(&mut random);
        permute(&mut self.x[..n], order.clone());
        permute(&mut self.y[..n], order);
        self
    }

    /// Keeps the first `n` rows, or all if there are fewer.
    ///
    /// ```
    /// # fn main() -> taut::Result<()> {
    /// assert_eq!(taut::datasets::digits()?.take(100).len(), 100);
    /// # Ok(())
    /// # }
    /// ```
    pub fn take(mut self, n: usize) -> Self {
        self.x.truncate(n);
        self.y.truncate(n);
        self.x.shrink_to_fit();
        self.y.shrink_to_fit();
        self
    }
}

impl<X: Sample, T> Dataset<X, T> {
    /// Stores the samples as bytes, a quarter of the memory. See [`Pixels`] for what a byte stands for.
    ///
    /// # Errors
    /// [`Error::Argument`] about the first number that no byte stands for, with its sample and its index there, counted
    /// from 0.
    ///
    /// ```
    /// # fn main() -> taut::Result<()> {
    /// let digits = taut::datasets::digits()?; // sixteen shades
    /// let small = digits.clone().into_pixels::<16>()?;
    /// assert_eq!((small.x[0].bytes()[3], small.x.len()), (13, 1797));
    /// assert_eq!(small.into_floats(), digits);
    /// let error = digits.into_pixels::<255>().unwrap_err().to_string();
    /// assert!(error.ends_with("received 0.3125, for number 2 of sample 0"), "{error}");
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_pixels<const MAX: u8>(self) -> Result<Dataset<Pixels<X, MAX>, T>> {
        let mut x = zeros::<Pixels<X, MAX>>(self.x.len());
        for (i, (to, from)) in x.iter_mut().zip(&self.x).enumerate() {
            to.read_from(from, format_args!(" of sample {i}"))?;
        }
        Ok(Dataset { x, y: self.y })
    }
}

impl<X: Sample, const MAX: u8, T> Dataset<Pixels<X, MAX>, T> {
    /// The same bytes, of which another one stands for 1. With `with_max::<1>()`, what a loader returns from 0 to 1 is
    /// from 0 to 255, for a network that begins with a [`Rescaling`](crate::Rescaling).
    ///
    /// ```
    /// use taut::{Pixels, prelude::*};
    /// let pixels = Dataset::new(vec![Pixels::<Vector<2>>::from_bytes(&[0, 51]).unwrap()], vec![Vector::new([3.0])])?;
    /// assert_eq!(pixels.with_max::<1>().into_floats().x, [Vector::new([0.0, 51.0])]);
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn with_max<const TO: u8>(self) -> Dataset<Pixels<X, TO>, T> {
        let mut x = zeros::<Pixels<X, TO>>(self.x.len());
        bytes_mut(&mut x).copy_from_slice(bytes(&self.x));
        Dataset { x, y: self.y }
    }

    /// The samples as floats, which take four times the memory.
    ///
    /// A model reads bytes by [`as_floats`](Self::as_floats). Floats are for what takes no bytes: a prediction, a
    /// [`Standardizer`](crate::Standardizer), [`quantize`](crate::quantize),
    /// [`Compiled::gradients`](crate::Compiled::gradients), a picture. Where some of the samples are enough,
    /// [`take`](Self::take) them before.
    ///
    /// ```
    /// use taut::{Pixels, prelude::*};
    /// let pixels = Dataset::new(vec![Pixels::<Vector<2>>::from_bytes(&[0, 51]).unwrap()], vec![Vector::new([3.0])])?;
    /// assert_eq!(pixels.into_floats().x, [Vector::new([0.0, 0.2])]);
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn into_floats(self) -> Dataset<X, T> {
        let mut x = zeros::<X>(self.x.len());
        x.iter_mut().zip(&self.x).for_each(|(to, from)| from.write_to(to));
        Dataset { x, y: self.y }
    }
}

impl<X, const N: usize> Dataset<X, Class<N>> {
    /// Converts the labels to one-hot vectors, as a categorical cross-entropy or a squared error takes.
    ///
    /// ```
    /// # fn main() -> taut::Result<()> {
    /// let digits = taut::datasets::digits()?.one_hot();
    /// assert_eq!(digits.y[2].as_array(), &[0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// See <https://keras.io/api/utils/python_utils/#to_categorical-function>.
    pub fn one_hot(self) -> Dataset<X, Vector<N>> {
        let mut y = zeros::<Vector<N>>(self.y.len());
        for (row, class) in y.iter_mut().zip(&self.y) {
            row.values_mut()[class.index()] = 1.0;
        }
        Dataset { x: self.x, y }
    }

    /// The number of rows of each class.
    ///
    /// ```
    /// # fn main() -> taut::Result<()> {
    /// let counts = taut::datasets::digits()?.class_counts();
    /// assert_eq!(counts, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn class_counts(&self) -> [usize; N] {
        let mut counts = [0; N];
        for class in &self.y {
            counts[class.index()] += 1;
        }
        counts
    }
}

/// The class of that number, or what was expected instead.
pub(crate) fn class<const N: usize>(number: f64) -> Result<Class<N>, String> {
    let whole = (number.fract() == 0.0 && number >= 0.0).then_some(number as usize);
    whole.and_then(Class::new).ok_or_else(|| match N {
        0 => "no label, since `Class<0>` has no class".to_string(),
        _ => format!("a whole number from 0 to {}", N - 1),
    })
}

/// `1 label`, `2 labels`.
pub(crate) fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datasets::augment::{RandomFlip, RandomTranslation};
    use crate::shape::sample::Image;

    fn rows(n: usize) -> Dataset<Vector<2>, Class<3>> {
        let x = (0..n).map(|i| Vector::new([i as f32, -(i as f32)])).collect();
        Dataset::new(x, (0..n).filter_map(|i| Class::new(i % 3)).collect()).unwrap()
    }

    #[test]
    fn lengths() {
        assert_eq!((rows(5).len(), rows(5).is_empty(), rows(0).is_empty()), (5, false, true));
        let error = Dataset::new(rows(3).x, rows(2).y).unwrap_err();
        assert!(matches!(error, Error::Argument { argument: "y", .. }));
        assert_eq!(error.to_string(), "y: expected 3 labels, one for each sample, received 2");
    }

    #[test]
    fn splits_where_keras_does() {
        // From `int(math.floor(n * (1.0 - fraction)))` of Python.
        let cases =
            [(10, 0.0, 10), (10, 0.2, 8), (10, 0.9, 0), (10, 0.3, 7), (3, 0.5, 1), (100, 0.33, 67), (470, 0.1, 423)];
        for (n, fraction, first) in cases {
            let (a, b) = rows(n).split(fraction).unwrap();
            assert_eq!((a.len(), b.len()), (first, n - first), "{n} {fraction}");
            assert_eq!([a.x, b.x].concat(), rows(n).x);
            assert_eq!([a.y, b.y].concat(), rows(n).y);
        }
        assert!(rows(0).split(0.5).unwrap().0.is_empty());
        for fraction in [1.0, -0.1, f64::NAN, f64::INFINITY] {
            let error = rows(4).split(fraction).unwrap_err();
            assert!(matches!(error, Error::Argument { argument: "fraction", .. }));
            assert_eq!(error.to_string(), format!("fraction: expected at least 0 and below 1, received {fraction}"));
        }
    }

    #[test]
    fn shuffles_both_columns_alike() {
        let shuffled = rows(100).shuffle(1);
        assert_ne!(shuffled, rows(100));
        assert_ne!(shuffled, rows(100).shuffle(2));
        assert_eq!(shuffled, rows(100).shuffle(1));
        for (x, y) in shuffled.x.iter().zip(&shuffled.y) {
            assert_eq!(x.values()[0] as usize % 3, y.index());
        }
        let mut order: Vec<_> = shuffled.x.iter().map(|x| x.values()[0] as usize).collect();
        // The order of a seed is a promise: who changes it changes every result that was published with it.
        assert_eq!(order[..4], [99, 9, 25, 39]);
        order.sort_unstable();
        assert!(order.into_iter().eq(0..100));
        assert!(rows(0).shuffle(1).is_empty());
    }

    #[test]
    fn large_samples_stay_off_the_stack() {
        type Large = Image<1024, 1024, 3>;
        let mut x = zeros::<Large>(3);
        x.iter_mut().enumerate().for_each(|(i, x)| x.0[1023][1023][2] = i as f32);
        let data = Dataset { y: x.clone(), x };
        let run = move || {
            let mut data = data.clone().shuffle(5);
            let numbers = |x: &[Large]| x.iter().map(|x| x.0[1023][1023][2]).collect::<Vec<_>>();
            let order: Vec<f32> = rows(3).shuffle(5).x.iter().map(|x| x.values()[0]).collect();
            assert_ne!(order, [0.0, 1.0, 2.0]);
            assert_eq!((numbers(&data.x), numbers(&data.y)), (order.clone(), order));
            data = data.augment((RandomFlip::default(), RandomTranslation::default()), 1).unwrap();
            let standardizer = data.standardizer().unwrap();
            data.standardize(&standardizer);
            let (first, last) = data.split(0.3).unwrap();
            let classes = Dataset { x: first.x, y: vec![Class::<2>::new(1).unwrap(); 2] };
            assert_eq!((classes.one_hot().take(1).len(), last.len()), (1, 1));
            // A row as large, and a pixel.
            let row = Dataset { x: zeros::<Image<2, 1_000_000, 3>>(1), y: vec![()] };
            let pixel = Dataset { x: zeros::<Image<1, 2, 3_000_000>>(1), y: vec![()] };
            row.augment((RandomFlip::default(), RandomTranslation::default()), 1).unwrap();
            pixel.augment((RandomFlip::default(), RandomTranslation::default()), 1).unwrap();
        };
        std::thread::Builder::new().stack_size(256 << 10).spawn(run).unwrap().join().unwrap();
    }

    #[test]
    fn takes() {
        assert_eq!(rows(5).take(2), rows(2));
        assert_eq!(rows(5).take(9), rows(5));
    }

    #[test]
    fn numbers_of_classes() {
        assert_eq!(class::<3>(2.0).unwrap().index(), 2);
        assert_eq!(class::<3>(3.0).unwrap_err(), "a whole number from 0 to 2");
        assert_eq!(class::<0>(0.0).unwrap_err(), "no label, since `Class<0>` has no class");
    }

    #[test]
    fn classes() {
        assert_eq!(rows(5).class_counts(), [2, 2, 1]);
        let hot = rows(5).one_hot();
        assert_eq!(hot.x, rows(5).x);
        assert!(hot.y.iter().zip(rows(5).y).all(|(hot, class)| *hot == class.one_hot()));
    }

    #[test]
    fn fields_of_unequal_lengths_do_not_panic() {
        let uneven = Dataset { x: rows(5).x, y: rows(3).y };
        assert_eq!(uneven.clone().shuffle(1).len(), 3);
        assert_eq!(uneven.clone().split(0.5).unwrap().0.len(), 1);
        assert_eq!(uneven.take(2).len(), 2);
    }
}
