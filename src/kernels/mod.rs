//! The loops that take the time: matrix products, element-wise functions, sums.
//!
//! They know nothing of layers: slices and arrays go in, slices and arrays come out. Every function here is written
//! once, as a loop that the compiler turns into vector instructions or over the vectors of `simd.rs`, and compiled once for
//! each instruction set by the macro `simd!`; the best one is picked when it is called. `infer` and `softmax` are
//! compiled for each layer's sizes. The products of a batch are compiled once for all: that builds much faster, and
//! whole widths run as fast.
//!
//! Within one build and one machine a result depends on the numbers alone: not on threads, and not on the size of the
//! batch, so that `forward` gives each sample the bits that `infer` gives it.

/// Compiles each function once for every instruction set, and writes the function of that name that picks one.
///
/// The body is generic over `S: Simd`, the set, and must call only functions that are `#[inline(always)]`: what is not
/// inlined is compiled for the oldest processor. A new instruction set is one more function in the module (`avx2` is the
/// pattern) and one more arm of the last match. `[unsafe]` before `fn` makes it one that asks for a promise.
macro_rules! simd {
    ($(
        $(#[$meta:meta])*
        $vis:vis $([$unsafe:ident])? fn $name:ident
            $(<$(const $size:ident),* $(type $kind:ident: $bound:path)?>)?
            ($($arg:ident: $type:ty),* $(,)?) $(-> $output:ty)?
            $body:block
    )*) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            #[inline(always)]
            #[allow(clippy::too_many_arguments)]
            pub(super) $($unsafe)? fn body<S: $crate::kernels::simd::Simd, $($(const $size: usize,)* $($kind: $bound)?)?>(
                $($arg: $type),*
            ) $(-> $output)? $body

            // Where flash is dear, layers of one size share one function.
            #[cfg_attr(any(target_arch = "arm", target_arch = "riscv32"), inline(never))]
            #[allow(clippy::too_many_arguments)]
            pub(super) $($unsafe)? fn portable<$($(const $size: usize,)* $($kind: $bound)?)?>(
                $($arg: $type),*
            ) $(-> $output)? {
                // SAFETY: the caller's promise, where there is one.
                #[allow(unused_unsafe)]
                unsafe { body::<$crate::kernels::simd::Portable, $($($size,)* $($kind)?)?>($($arg),*) }
            }

            #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
            #[allow(clippy::too_many_arguments)]
            pub(super) $($unsafe)? fn neon<$($(const $size: usize,)* $($kind: $bound)?)?>(
                $($arg: $type),*
            ) $(-> $output)? {
                // SAFETY: the caller's promise, where there is one.
                #[allow(unused_unsafe)]
                unsafe { body::<$crate::kernels::simd::Neon, $($($size,)* $($kind)?)?>($($arg),*) }
            }

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            #[allow(clippy::too_many_arguments)]
            pub(super) $($unsafe)? fn avx2<$($(const $size: usize,)* $($kind: $bound)?)?>(
                $($arg: $type),*
            ) $(-> $output)? {
                // SAFETY: the caller's promise, where there is one.
                #[allow(unused_unsafe)]
                unsafe { body::<$crate::kernels::simd::Avx2, $($($size,)* $($kind)?)?>($($arg),*) }
            }

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,avx2,fma")]
            #[allow(clippy::too_many_arguments)]
            pub(super) $($unsafe)? fn avx512<$($(const $size: usize,)* $($kind: $bound)?)?>(
                $($arg: $type),*
            ) $(-> $output)? {
                // SAFETY: the caller's promise, where there is one.
                #[allow(unused_unsafe)]
                unsafe { body::<$crate::kernels::simd::Avx512, $($($size,)* $($kind)?)?>($($arg),*) }
            }
        }

        $(#[$meta])*
        #[inline]
        #[allow(clippy::too_many_arguments)]
        $vis $($unsafe)? fn $name<$($(const $size: usize,)* $($kind: $bound)?)?>($($arg: $type),*) $(-> $output)? {
            #[allow(unused_imports)]
            use $crate::kernels::simd::{Best, best};
            // SAFETY: the processor has what the function asks for; and the caller's promise, where there is one.
            #[allow(unused_unsafe)]
            unsafe {
                match best() {
                    #[cfg(target_arch = "x86_64")]
                    Best::Avx512 => $name::avx512::<$($($size,)* $($kind)?)?>($($arg),*),
                    #[cfg(target_arch = "x86_64")]
                    Best::Avx2 => $name::avx2::<$($($size,)* $($kind)?)?>($($arg),*),
                    #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
                    Best::Neon => $name::neon::<$($($size,)* $($kind)?)?>($($arg),*),
                    _ => $name::portable::<$($($size,)* $($kind)?)?>($($arg),*),
                }
            }
        }
    )*};
}

/// Floats so aligned that no vector of them lies in two cache lines.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Line(#[allow(dead_code)] [f32; 16]);

/// Room on the stack for as many floats, not written yet. (An array alone: anything around it is a copy of it in a debug build.)
macro_rules! room {
    ($floats:expr) => {
        [const { core::mem::MaybeUninit::<$crate::kernels::Line>::uninit() }; ($floats as usize).div_ceil(16)]
    };
}

mod conv;
#[cfg(feature = "train")]
mod conv_gradient;
mod depthwise;
mod elementwise;
mod int8;
mod math;
mod matrix;
mod normalize;
mod pool;
mod recurrent;
mod simd;
#[cfg(feature = "std")]
mod threads;
mod tiles;

pub use conv::{Convolution, convolve, convolve_input_gradient, infer_convolution, infer_transposed};
#[cfg(feature = "train")]
pub use conv_gradient::convolve_weight_gradient;
pub use elementwise::{
    Change, Map, Score, Zip, Zip3, adam, add_scaled, add_squares_of_columns, dot, map, map_in_place, multiply_columns,
    score, softmax, softmax_and_log_sum, sum, sum_of_absolutes, sum_of_squares, update, zip, zip3,
};
pub use int8::{Requantize, dense_int8, saturated, scaled, softmax_int8};
pub use math::{erf, exp, exp_m1, ln, ln_1p, sigmoid, softplus, sqrt, tanh};
pub use matrix::{
    Factor, MAX_MOMENTS, Update, UpdateRule, bias_gradient, bias_gradient_of, forward, forward_of, infer, infer_of,
    input_gradient, input_gradient_of, multiply, weight_gradient, weight_gradient_of,
};
pub use normalize::{Normal, moments, normalize, normalize_gradient, scale_gradients};
pub use pool::{avg_pool, avg_pool_gradient, max_pool, max_pool_gradient};
pub use recurrent::{gru, gru_gradient, lstm, lstm_gradient, rnn, rnn_gradient};
#[cfg(feature = "train")]
pub(crate) use threads::in_parts;
#[cfg(feature = "std")]
pub use threads::with_threads;

#[cfg(not(feature = "std"))]
mod threads {
    /// Where there is no `std` there is one thread.
    pub fn threads() -> usize {
        1
    }

    pub fn run(parts: usize, f: &dyn Fn(usize)) {
        (0..parts).for_each(f);
    }

    pub fn in_parts<T>(x: &mut [T], _: usize, f: impl Fn(usize, &mut [T])) {
        f(0, x);
    }
}

/// A pointer that parts of work share, each for a place of its own.
#[derive(Clone, Copy)]
struct Shared<T>(*mut T);

// SAFETY: it is an address; who writes there makes sure that nobody else does.
unsafe impl<T: Send> Sync for Shared<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Send for Shared<T> {}

impl<T> From<&[T]> for Shared<T> {
    fn from(x: &[T]) -> Self {
        Shared(x.as_ptr().cast_mut())
    }
}

impl<T> Shared<T> {
    /// The address of element i. (A method, so that closures take the whole.)
    fn at(&self, i: usize) -> *mut T {
        self.0.wrapping_add(i)
    }
}

/// Floats in a vector: what the loops count in, whatever the registers hold.
const LANES: usize = 8;

/// One vector.
type Lanes = [f32; LANES];

/// a·b + c, in one rounding where that is one instruction.
#[inline(always)]
fn multiply_add<S: simd::Simd>(a: f32, b: f32, c: f32) -> f32 {
    if S::FMA { simd::fused(a, b, c) } else { a * b + c }
}

/// The sum of the lanes, in pairs.
#[inline(always)]
fn sum_lanes(x: Lanes) -> f32 {
    let [a, b, c, d, e, f, g, h] = x;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}
