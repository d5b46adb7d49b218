use crate::kernels;
use crate::kernels::Convolution;
use crate::layers::channels::{rows, rows_mut};
use crate::layers::transform::{Transform, transforms};
use crate::memory::plain::Floats;
use crate::shape::sample::{Image, Sequence, Vector};
use crate::shape::window::{Padding, Valid, Windows1d, Windows2d, convolution, convolution_1d};
use core::marker::PhantomData;

macro_rules! pools { ($(
    $(#[$meta:meta])* $name:ident [$($size:ident: $default:expr),*] $window:expr,
    $apply:ident, $gradient:ident;
    $input:ident<$($axis:ident),*> $windows:ident<$($arg:ident),*> $sizes:expr;
)*) => { $(
    $(#[$meta])*
    #[derive(Clone, Copy, Debug, Default, PartialEq)]
    #[repr(C)]
    pub struct $name<const K: usize, P = Valid<K>, $(const $size: usize = $default)*>(
        /// The padding, strides and dilation, as a type.
        pub PhantomData<P>,
    );
    crate::params!(
        [const K: usize, P: Padding, $(const $size: usize)*] $name<K, P, $($size)*> as $name<1>,
        crate::layers::window_name::name(crate::text::Text::new(stringify!($name)), &[], $window, P::NAME, [b""; 2]), { ; 0 } as crate::contract::train::NoParameters
    );
    impl<$(const $axis: usize,)* const C: usize, const K: usize, P: Padding, $(const $size: usize)*> Transform<$input<$($axis,)* C>>
        for $name<K, P, $($size)*>
    where
        $input<$($axis,)* C>: $windows<$($arg),*>,
    {
        type Y = <$input<$($axis,)* C> as $windows<$($arg),*>>::Y;
        #[inline]
        fn apply(&self, x: &$input<$($axis,)* C>, y: &mut Self::Y) {
            kernels::$apply::<C>(&const { $sizes }, rows(x.values()), rows_mut(y.values_mut()));
        }
        #[cfg(feature = "train")]
        fn gradient(&self, x: &$input<$($axis,)* C>, y: &Self::Y, dy: &Self::Y, dx: &mut $input<$($axis,)* C>) {
            let (x, y, dy) = (rows(x.values()), rows(y.values()), rows(dy.values()));
            kernels::$gradient::<C>(&const { $sizes }, x, y, dy, rows_mut(dx.values_mut()));
        }
    }
    transforms! {
        [$(const $axis: usize,)* const C: usize, const K: usize, P: Padding, $(const $size: usize)*]
        $name<K, P, $($size)*>, $input<$($axis,)* C>, [$input<$($axis,)* C>: $windows<$($arg),*>]
    }
)* } }
pools! {
    /// The largest number of each channel in a window: `y[r, c, k] = max x[r·stride + i, c·stride + j, k]`.
    ///
    /// - `K`: rows of the window, `KW`: its columns, equal to `K` by default. `P`: [`Valid`] or [`Same`](crate::Same),
    ///   with strides; windows that do not overlap by default.
    /// - Input: `Image<H, W, C>`; output: an `Image` of `C` channels, whose other sizes the compiler computes.
    ///
    /// NaN counts as the largest. Of several that are the largest, the first gets the gradient.
    ///
    /// ```
    /// use taut::prelude::*;
    /// network! {
    ///     type Net: Image<28, 28, 1> = (
    ///         Conv2d<1, 8, 3>,
    ///         Relu,
    ///         MaxPool2d<2>,
    ///         MaxPool2d<3, Same<2>>,
    ///         Flatten,
    ///         Dense<392, 10>,
    ///         Softmax,
    ///     );
    /// }
    /// ```
    ///
    /// See <https://keras.io/api/layers/pooling_layers/max_pooling2d/>.
    MaxPool2d [KW: K] &[K, KW],
    max_pool, max_pool_gradient;
    Image<H, W> Windows2d<K, KW, P, C> convolution::<P>([H, W], [K, KW], [C, C, C]);

    /// The mean of each channel in a window: `y[r, c, k] = mean x[r·stride + i, c·stride + j, k]`.
    ///
    /// - `K`: rows of the window, `KW`: its columns, equal to `K` by default. `P`: [`Valid`] or [`Same`](crate::Same),
    ///   with strides; windows that do not overlap by default.
    /// - Input: `Image<H, W, C>`; output: an `Image` of `C` channels, whose other sizes the compiler computes.
    ///
    /// Where a window hangs over the edge, it is the mean of what is inside.
    ///
    /// ```
    /// use taut::prelude::*;
    /// network! { type Net: Image<8, 8, 1> = (AvgPool2d<2>, Flatten, Dense<16, 10>, Softmax); }
    /// ```
    ///
    /// See <https://keras.io/api/layers/pooling_layers/average_pooling2d/>.
    AvgPool2d [KW: K] &[K, KW],
    avg_pool, avg_pool_gradient;
    Image<H, W> Windows2d<K, KW, P, C> convolution::<P>([H, W], [K, KW], [C, C, C]);

    /// The largest number of each channel in a window of `K` steps. All else is as in [`MaxPool2d`].
    ///
    /// - Input: `Sequence<T, C>`; output: a `Sequence` of `C` channels, whose length the compiler computes.
    ///
    /// ```
    /// use taut::prelude::*;
    /// network! { type Net: Sequence<100, 6> = (Conv1d<6, 16, 5>, Relu, MaxPool1d<2>, Flatten, Dense<768, 4>); }
    /// ```
    ///
    /// See <https://keras.io/api/layers/pooling_layers/max_pooling1d/>.
    MaxPool1d [] &[K],
    max_pool, max_pool_gradient;
    Sequence<T> Windows1d<K, P, C> convolution_1d::<P>(T, K, [C, C, C]);

    /// The mean of each channel in a window of `K` steps. All else is as in [`AvgPool2d`].
    ///
    /// - Input: `Sequence<T, C>`; output: a `Sequence` of `C` channels, whose length the compiler computes.
    ///
    /// ```
    /// use taut::prelude::*;
    /// network! { type Net: Sequence<100, 6> = (AvgPool1d<4>, Flatten, Dense<150, 4>); }
    /// ```
    ///
    /// See <https://keras.io/api/layers/pooling_layers/average_pooling1d/>.
    AvgPool1d [] &[K],
    avg_pool, avg_pool_gradient;
    Sequence<T> Windows1d<K, P, C> convolution_1d::<P>(T, K, [C, C, C]);
}

/// The mean of each channel over all positions.
///
/// - Input: `Image<H, W, C>` or `Sequence<T, C>`; output: `Vector<C>`.
///
/// ```
/// use taut::prelude::*;
/// network! { type Net: Image<28, 28, 1> = (Conv2d<1, 8, 3>, Relu, GlobalAvgPool, Dense<8, 10>, Softmax); }
/// ```
///
/// See <https://keras.io/api/layers/pooling_layers/global_average_pooling2d/>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct GlobalAvgPool;
crate::params!(GlobalAvgPool {} as crate::contract::train::NoParameters);

/// The largest number of each channel over all positions.
///
/// - Input: `Image<H, W, C>` or `Sequence<T, C>`; output: `Vector<C>`.
///
/// ```
/// use taut::prelude::*;
/// network! { type Net: Sequence<100, 6> = (Conv1d<6, 16, 5>, Relu, GlobalMaxPool, Dense<16, 4>, Softmax); }
/// ```
///
/// See <https://keras.io/api/layers/pooling_layers/global_max_pooling1d/>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct GlobalMaxPool;
crate::params!(GlobalMaxPool {} as crate::contract::train::NoParameters);

/// One window over all of a sample.
const fn whole<const C: usize>(len: usize) -> Convolution {
    let Some(positions) = len.checked_div(C) else { panic!("there are no channels") };
    Convolution {
        input: [1, positions],
        output: [1, 1],
        kernel: [1, positions],
        stride: [1, 1],
        dilation: [1, 1],
        padding: [0, 0],
        channels: C,
        filters: C,
        groups: C,
    }
}

macro_rules! global { ($($name:ident $input:ident<$($axis:ident),*> $apply:ident $gradient:ident;)*) => { $(
    impl<$(const $axis: usize,)* const C: usize> Transform<$input<$($axis,)* C>> for $name {
        type Y = Vector<C>;
        #[inline]
        fn apply(&self, x: &$input<$($axis,)* C>, y: &mut Vector<C>) {
            kernels::$apply::<C>(&const { whole::<C>(<$input<$($axis,)* C>>::LEN) }, rows(x.values()), rows_mut(y.values_mut()));
        }
        #[cfg(feature = "train")]
        fn gradient(&self, x: &$input<$($axis,)* C>, y: &Vector<C>, dy: &Vector<C>, dx: &mut $input<$($axis,)* C>) {
            let (of, x, y) = (&const { whole::<C>(<$input<$($axis,)* C>>::LEN) }, rows(x.values()), rows(y.values()));
            kernels::$gradient::<C>(of, x, y, rows(dy.values()), rows_mut(dx.values_mut()));
        }
    }
    transforms!([$(const $axis: usize,)* const C: usize] $name, $input<$($axis,)* C>, []);
)* } }
global! {
    GlobalAvgPool Image<H, W> avg_pool avg_pool_gradient;
    GlobalAvgPool Sequence<T> avg_pool avg_pool_gradient;
    GlobalMaxPool Image<H, W> max_pool max_pool_gradient;
    GlobalMaxPool Sequence<T> max_pool max_pool_gradient;
}
