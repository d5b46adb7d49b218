//! The samples of a dataset, as a model reads them.

use crate::contract::train::Train;
use crate::io::error::Result;
use crate::kernels::ahead::announce;
use crate::memory::heap::Buffer;
use crate::memory::plain::copy;
use crate::shape::sample::Input;
use std::ops::Range;

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
    pub(crate) fn of(x: &'a [X]) -> Self {
        Rows(Kind::Inputs(x))
    }

    /// So many rows, which `decode` makes inputs of as many bytes each.
    pub(crate) fn of_bytes(bytes: &'a [u8], rows: usize, decode: fn(&[u8], &mut X)) -> Self {
        Rows(Kind::Bytes { bytes, rows, decode })
    }

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
