use crate::datasets::dataset::Dataset;
use crate::datasets::rows::Rows;
use crate::memory::view::bytes;
use crate::shape::pixels::Pixels;
use crate::shape::sample::{Input, Sample};

/// What a model with the input `X` and the targets `T` trains on and is evaluated on: a `Dataset<X, T>`, or the
/// [`AsFloats`] of one that stores bytes.
///
/// Nothing else can implement it.
///
/// ```
/// use taut::{TrainingData, prelude::*};
/// /// The mean squared error of a model, whether the samples are floats or bytes.
/// fn error(data: &impl TrainingData<Vector<2>, Vector<2>>) -> taut::Result<f32> {
///     let model = Model::<Vector<2>, taut::Linear>::new(1).compile(Sgd::default(), MeanSquaredError, ());
///     Ok(model.evaluate(data)?.loss())
/// }
/// let data = Dataset::new(vec![Vector::new([0.0, 1.0])], vec![Vector::new([2.0, 1.0])])?;
/// assert_eq!(error(&data)?, 2.0);
/// assert_eq!(error(&data.into_pixels::<255>()?.as_floats())?, 2.0);
/// # Ok::<(), taut::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "a model of `{X}` with targets `{T}` does not take a `{Self}`",
    label = "expected a `Dataset<{X}, {T}>`, or the `as_floats()` of one whose samples are bytes"
)]
pub trait TrainingData<X: Input, T> {
    /// The samples.
    #[doc(hidden)]
    fn rows(&self) -> Rows<'_, X>;
    /// Their targets.
    #[doc(hidden)]
    fn targets(&self) -> &[T];
}

#[diagnostic::do_not_recommend]
impl<X: Input, T> TrainingData<X, T> for Dataset<X, T> {
    fn rows(&self) -> Rows<'_, X> {
        Rows::of(&self.x)
    }
    fn targets(&self) -> &[T] {
        &self.y
    }
}

/// A dataset of bytes as one of floats: a model converts each batch when it reads it.
/// [`as_floats`](Dataset::as_floats) makes it.
///
/// ```
/// use taut::{AsFloats, Pixels, prelude::*};
/// let model = Model::<Vector<2>, (Dense<2, 2>, Softmax)>::new(1);
/// let model = model.compile(Adam::default(), SparseCategoricalCrossentropy, ());
/// let x = vec![Pixels::<Vector<2>>::from_bytes(&[0, 255]).unwrap(); 4];
/// let data = Dataset::new(x, vec![Class::new(1).unwrap(); 4])?;
/// let floats: AsFloats<Vector<2>, Class<2>, 255> = data.as_floats();
/// assert_eq!(model.evaluate(&floats)?, model.evaluate(&data.into_floats())?);
/// # Ok::<(), taut::Error>(())
/// ```
#[derive(Debug)]
pub struct AsFloats<'a, X: Sample, T, const MAX: u8>(pub(crate) &'a Dataset<Pixels<X, MAX>, T>);

#[diagnostic::do_not_recommend]
impl<X: Sample, T, const MAX: u8> TrainingData<X, T> for AsFloats<'_, X, T, MAX> {
    fn rows(&self) -> Rows<'_, X> {
        let x = &self.0.x;
        Rows::of_bytes(bytes(x), x.len(), Pixels::<X, MAX>::decode)
    }
    fn targets(&self) -> &[T] {
        &self.0.y
    }
}

impl<X: Sample, const MAX: u8, T> Dataset<Pixels<X, MAX>, T> {
    /// The dataset as one of floats, which a model trains on and is evaluated on. It stays bytes: each batch is
    /// converted when it is read.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let digits = taut::datasets::digits()?.into_pixels::<16>()?; // a byte for each pixel
    /// let (train, test) = digits.split(0.2)?;
    /// # let train = train.take(64);
    /// let model = Model::<Image<8, 8, 1>, (Flatten, Dense<64, 10>, Softmax)>::new(1);
    /// let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    /// model.validation(&test.as_floats()).fit(&train.as_floats(), Fit::default())?;
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn as_floats(&self) -> AsFloats<'_, X, T, MAX> {
        AsFloats(self)
    }
}
