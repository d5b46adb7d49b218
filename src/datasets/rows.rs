//! The samples of a dataset, as a model reads them.

use crate::contract::train::Train;
use crate::io::error::Result;
use crate::kernels::ahead::announce;
use crate::memory::heap::Buffer;
use crate::memory::plain::copy;
use crate::memory::view::bytes;
use crate::shape::pixels::Pixels;
use crate::shape::sample::{Input, Sample};
use std::ops::Range;

/// Samples that a model with the input `X` reads: `X` itself, or [`Pixels`] of it.
///
/// Nothing else can implement it.
///
/// ```
/// use taut::{Stores, prelude::*};
/// /// The mean squared error of a model, whether the samples are floats or bytes.
/// fn error<S: Stores<Vector<2>>>(data: &Dataset<S, Vector<2>>) -> taut::Result<f32> {
///     let model = Model::<Vector<2>, taut::Linear>::new(1).compile(Sgd::default(), MeanSquaredError, ());
///     Ok(model.evaluate(data)?.loss())
/// }
/// let data = Dataset::new(vec![Vector::new([0.0, 1.0])], vec![Vector::new([2.0, 1.0])])?;
/// assert_eq!(error(&data)?, 2.0);
/// assert_eq!(error(&data.into_pixels::<255>()?)?, 2.0);
/// # Ok::<(), taut::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "a model whose input is `{X}` cannot read samples of `{Self}`",
    label = "expected a dataset of `{X}`, or of `Pixels<{X}>`"
)]
pub trait Stores<X: Input>: Copy + Send + Sync + 'static {
    /// The samples as rows.
    #[doc(hidden)]
    fn rows(samples: &[Self]) -> Rows<'_, X>;
}

#[diagnostic::do_not_recommend]
impl<X: Input> Stores<X> for X {
    fn rows(samples: &[X]) -> Rows<'_, X> {
        Rows(Kind::Inputs(samples))
    }
}

#[diagnostic::do_not_recommend]
impl<X: Sample, const MAX: u8> Stores<X> for Pixels<X, MAX> {
    fn rows(samples: &[Self]) -> Rows<'_, X> {
        Rows(Kind::Bytes { bytes: bytes(samples), rows: samples.len(), decode: Self::decode })
    }
}

/// The samples of a dataset, which are inputs of a model or become some when they are read.
pub struct Rows<'a, X>(Kind<'a, X>);

enum Kind<'a, X> {
    Inputs(&'a [X]),
    /// As many bytes for each row.
    Bytes {
        bytes: &'a [u8],
        rows: usize,
        decode: fn(&[u8], &mut X),
    },
}

impl<X> Clone for Rows<'_, X> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<X> Copy for Rows<'_, X> {}
impl<X> Clone for Kind<'_, X> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<X> Copy for Kind<'_, X> {}

impl<'a, X: Input> Rows<'a, X> {
    pub(crate) fn len(self) -> usize {
        match self.0 {
            Kind::Inputs(x) => x.len(),
            Kind::Bytes { rows, .. } => rows,
        }
    }

    /// The bytes that reading a row reads.
    pub(crate) fn row_bytes(self) -> usize {
        match self.0 {
            Kind::Inputs(_) => size_of::<X>(),
            Kind::Bytes { bytes, rows, .. } => bytes.len() / rows.max(1),
        }
    }

    /// Some consecutive rows.
    pub(crate) fn part(self, rows: Range<usize>) -> Self {
        Rows(match self.0 {
            Kind::Inputs(x) => Kind::Inputs(&x[rows]),
            Kind::Bytes { bytes, decode, .. } => {
                let each = self.row_bytes();
                Kind::Bytes { bytes: &bytes[rows.start * each..rows.end * each], rows: rows.len(), decode }
            }
        })
    }

    /// The rows as inputs, if they need not be converted.
    pub(crate) fn as_inputs(self) -> Option<&'a [X]> {
        match self.0 {
            Kind::Inputs(x) => Some(x),
            Kind::Bytes { .. } => None,
        }
    }

    /// The rows as inputs; those that must be converted are written to the buffer.
    pub(crate) fn inputs<'b>(self, buffer: &'b mut Buffer<X>) -> &'b [X]
    where
        'a: 'b,
    {
        if let Some(x) = self.as_inputs() {
            return x;
        }
        let x = buffer.resize(self.len());
        self.read(0..self.len(), x);
        x
    }

    /// Writes rows to `to`. From heap to heap: one may be larger than the stack.
    #[inline]
    pub(crate) fn read(self, rows: impl Iterator<Item = usize>, to: &mut [X]) {
        match self.0 {
            Kind::Inputs(x) => to.iter_mut().zip(rows).for_each(|(to, row)| copy(&x[row], to)),
            Kind::Bytes { bytes, decode, .. } => {
                let each = self.row_bytes();
                to.iter_mut().zip(rows).for_each(|(to, row)| decode(&bytes[row * each..][..each], to));
            }
        }
    }

    /// Announces rows that this thread reads next.
    pub(crate) fn announce(self, rows: &[usize]) {
        match self.0 {
            Kind::Inputs(x) => announce((x, size_of::<X>()), rows),
            Kind::Bytes { bytes, .. } => announce((bytes, self.row_bytes()), rows),
        }
    }

    /// Checks that the network accepts the rows. Networks of floats accept any.
    pub(crate) fn check<N: Train<X>>(self) -> Result<()> {
        self.as_inputs().map_or(Ok(()), N::check)
    }
}
