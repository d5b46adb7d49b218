//! Samples, the values that flow through a network. Each is a newtype, since a bare `SMatrix` fills a page in an error
//! message.

use crate::memory::plain::{AnyBitPattern, Bytes, Floats, floats, zeroed};
use core::fmt::{self, Debug, Formatter};
use nalgebra::{ArrayStorage, SMatrix, SVector};

/// One sample: a fixed number of `f32` in a fixed shape.
///
/// ```
/// use taut::prelude::*;
/// /// The samples' mean, whatever their shape.
/// fn mean<X: Sample>(samples: &[X]) -> X {
///     let mut mean = X::ZERO;
///     let part = 1.0 / samples.len() as f32;
///     samples.iter().for_each(|x| taut::kernels::add_scaled(mean.values_mut(), part, x.values()));
///     mean
/// }
/// assert_eq!(mean(&[Sequence([[1.0], [2.0]]), Sequence([[3.0], [6.0]])]).0, [[2.0], [4.0]]);
/// assert_eq!(<Image<28, 28, 3> as Sample>::SHAPE, [28, 28, 3]);
/// ```
pub trait Sample: Floats + Copy + Send + Sync {
    /// The sizes of the axes, the contiguous axis last.
    const SHAPE: &'static [usize];
    /// The sample whose values are all 0.
    const ZERO: Self = zeroed();
    /// The array of signed bytes of the same shape.
    type Bytes: Bytes + Send + Sync;
}

/// A vector of `N` numbers.
///
/// ```
/// use taut::prelude::*;
/// let x = Vector::new([1.0, 2.0, 3.0]);
/// assert_eq!(x.0.norm_squared(), 14.0); // a nalgebra vector inside
/// assert_eq!(x.values(), [1.0, 2.0, 3.0]);
/// ```
#[derive(Clone, Copy, PartialEq)]
#[repr(transparent)]
pub struct Vector<const N: usize>(pub SVector<f32, N>);
floats!([const N: usize] Vector<N> { 0 });

impl<const N: usize> Vector<N> {
    /// A vector of the given numbers.
    pub const fn new(values: [f32; N]) -> Self {
        Vector(SMatrix::from_array_storage(ArrayStorage([values])))
    }

    /// The numbers as an array.
    ///
    /// ```
    /// let x = taut::Vector::new([1.0, 2.0, 3.0]);
    /// let [first, .., last] = x.as_array();
    /// assert_eq!((first, last), (&1.0, &3.0));
    /// ```
    pub const fn as_array(&self) -> &[f32; N] {
        &self.0.data.0[0]
    }

    /// The numbers as an array.
    ///
    /// ```
    /// let mut x = taut::Vector::new([1.0, 2.0, 3.0]);
    /// x.as_array_mut().reverse();
    /// assert_eq!(x.as_array(), &[3.0, 2.0, 1.0]);
    /// ```
    pub const fn as_array_mut(&mut self) -> &mut [f32; N] {
        &mut self.0.data.0[0]
    }

    /// The index of the largest number: the class that a softmax predicts. Of several equal numbers the first counts;
    /// NaN counts as the largest, as in NumPy.
    ///
    /// ```
    /// assert_eq!(taut::Vector::new([0.1, 0.7, 0.2]).argmax(), 1);
    /// ```
    pub fn argmax(&self) -> usize {
        let mut best = (0, f32::NEG_INFINITY);
        for (i, value) in self.as_array().iter().enumerate() {
            if value.is_nan() {
                return i;
            }
            if *value > best.1 {
                best = (i, *value);
            }
        }
        best.0
    }
}

// Printed as an array, not as a matrix of one column.
impl<const N: usize> Debug for Vector<N> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Vector").field(self.as_array()).finish()
    }
}

impl<const N: usize> Sample for Vector<N> {
    const SHAPE: &'static [usize] = &[N];
    type Bytes = [i8; N];
}

impl<const N: usize> From<[f32; N]> for Vector<N> {
    fn from(values: [f32; N]) -> Self {
        Vector::new(values)
    }
}

/// An image of `H` rows, `W` columns and `C` channels, channels last as in Keras: `image.0[row][column][channel]`.
///
/// ```
/// use taut::prelude::*;
/// let mut image = Image([[[0.0, 0.5, 1.0], [0.0; 3]]; 4]); // four rows of two pixels, red, green and blue
/// image.0[3][1][2] = 0.25;
/// assert_eq!(image.values()[3 * 6 + 1 * 3 + 2], 0.25);
/// assert_eq!(<Image<4, 2, 3> as Sample>::SHAPE, [4, 2, 3]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(transparent)]
pub struct Image<const H: usize, const W: usize, const C: usize>(pub [[[f32; C]; W]; H]);
floats!([const H: usize, const W: usize, const C: usize] Image<H, W, C> { 0 });

impl<const H: usize, const W: usize, const C: usize> Sample for Image<H, W, C> {
    const SHAPE: &'static [usize] = &[H, W, C];
    type Bytes = [[[i8; C]; W]; H];
}

/// A sequence of `T` steps with `C` channels each: `sequence.0[step][channel]`.
///
/// ```
/// use taut::prelude::*;
/// let steps = Sequence([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]);
/// assert_eq!((steps.0[2], steps.values()[4]), ([3.0, 30.0], 3.0));
/// assert_eq!(<Sequence<3, 2> as Sample>::SHAPE, [3, 2]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(transparent)]
pub struct Sequence<const T: usize, const C: usize>(pub [[f32; C]; T]);
floats!([const T: usize, const C: usize] Sequence<T, C> { 0 });

impl<const T: usize, const C: usize> Sample for Sequence<T, C> {
    const SHAPE: &'static [usize] = &[T, C];
    type Bytes = [[i8; C]; T];
}

/// A sequence of `T` token indices, the input of an [`Embedding`](crate::Embedding): `tokens.0[step]`.
///
/// ```
/// use taut::prelude::*;
/// let tokens = Tokens([3, 1, 4, 1]);
/// let embeddings = nalgebra::SMatrix::from_fn(|i, word| (10 * word + i) as f32);
/// let net = Embedding::<5, 2> { embeddings, mask: Default::default() };
/// let y = *net.predict(&tokens, &mut Sequence::ZERO.clone());
/// assert_eq!(y.0, [[30.0, 31.0], [10.0, 11.0], [40.0, 41.0], [10.0, 11.0]]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Tokens<const T: usize>(pub [u16; T]);
crate::any_bit_pattern!([const T: usize] Tokens<T> { 0 });

/// The input of a network: a [`Sample`], or [`Tokens`].
///
/// ```
/// use taut::{Input, prelude::*};
/// /// Whether a network treats two inputs alike.
/// fn alike<X: Input, N: Train<X, Y = Vector<1>>>(model: &Model<X, N>, a: X, b: X) -> bool {
///     model.predict(&a) == model.predict(&b)
/// }
/// let words = Model::<Tokens<2>, (Embedding<9, 4>, GlobalAvgPool, Dense<4, 1>)>::new(1);
/// assert!(alike(&words, Tokens([3, 5]), Tokens([5, 3]))); // whatever their order
/// assert!(!alike(&Model::<Vector<2>, Dense<2, 1>>::new(1), Vector::new([3.0, 5.0]), Vector::new([5.0, 3.0])));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing that a network can take",
    label = "expected a `Vector`, an `Image`, a `Sequence` or `Tokens`"
)]
pub trait Input: AnyBitPattern + Send + Sync {
    /// Passes the bytes of the numbers to `f`, as a checkpoint stores them. The error is the first number that is NaN
    /// or infinite.
    #[doc(hidden)]
    fn write(&self, f: &mut dyn FnMut(&[u8])) -> Result<(), f32>;
}

#[diagnostic::do_not_recommend]
impl<X: Sample> Input for X {
    fn write(&self, f: &mut dyn FnMut(&[u8])) -> Result<(), f32> {
        for x in self.values() {
            if !x.is_finite() {
                return Err(*x);
            }
            f(&x.to_le_bytes());
        }
        Ok(())
    }
}

impl<const T: usize> Input for Tokens<T> {
    fn write(&self, f: &mut dyn FnMut(&[u8])) -> Result<(), f32> {
        self.0.iter().for_each(|token| f(&token.to_le_bytes()));
        Ok(())
    }
}

/// The index of one of `N` classes.
///
/// ```
/// use taut::Class;
/// assert_eq!(Class::<10>::new(9).map(Class::index), Some(9));
/// assert_eq!(Class::<10>::new(10), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Class<const N: usize>(u32);

impl<const N: usize> Class<N> {
    /// The class with that index, or `None` if `index` is `N` or more.
    pub const fn new(class: usize) -> Option<Self> {
        if class < N && class <= u32::MAX as usize { Some(Class(class as u32)) } else { None }
    }

    /// The index of the class, below `N`.
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The one-hot vector: 1 at the class and 0 elsewhere.
    ///
    /// ```
    /// assert_eq!(taut::Class::<4>::new(2).unwrap().one_hot().as_array(), &[0.0, 0.0, 1.0, 0.0]);
    /// ```
    pub const fn one_hot(self) -> Vector<N> {
        let mut values = [0.0; N];
        values[self.0 as usize] = 1.0;
        Vector::new(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::view::{flat, flat_mut, view, view_mut, view_one};

    #[test]
    fn views_share_memory() {
        let mut images = [Image([[[1.0], [2.0]], [[3.0], [4.0]]]); 3];
        let vectors: &[Vector<4>] = view(&images);
        assert_eq!(vectors[2].values(), [1.0, 2.0, 3.0, 4.0]);
        view_mut::<_, Vector<4>>(&mut images)[1].values_mut()[3] = 9.0;
        assert_eq!(images[1].0[1][1][0], 9.0);
        assert_eq!(flat(&images).len(), 12);
        assert_eq!(view_one::<_, Sequence<2, 2>>(&images[1]).0[1], [3.0, 9.0]);
        flat_mut(&mut images)[4] = -1.0;
        assert_eq!(images[1].0[0][0], [-1.0]);
    }
}
