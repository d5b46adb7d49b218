//! Loops that apply a function to each number.

use crate::kernels::dispatch::simd;
use crate::kernels::simd::multiply_add;
#[cfg(feature = "train")]
use crate::kernels::threads::in_parts;

/// A function of one number, which [`map()`] compiles into its loop: mark `apply` as `#[inline(always)]`.
///
/// A closure or a function can be passed, or a struct that holds the numbers which the function needs:
///
/// ```
/// use taut::kernels::{Map, exp, map};
/// struct Gauss {
///     width: f32,
/// }
/// impl Map for Gauss {
///     #[inline(always)]
///     fn apply(&self, x: f32) -> f32 {
///         exp(-(x / self.width) * (x / self.width))
///     }
/// }
/// let mut y = [0.0; 2];
/// map(&Gauss { width: 2.0 }, &[0.0, 2.0], &mut y);
/// assert!(y[0] == 1.0 && (y[1] - 0.367879).abs() < 1e-6);
/// ```
pub trait Map {
    /// The function's value at x.
    fn apply(&self, x: f32) -> f32;
}

impl<F: Fn(f32) -> f32> Map for F {
    #[inline(always)]
    fn apply(&self, x: f32) -> f32 {
        self(x)
    }
}

/// A function of two numbers, which [`zip()`] compiles into its loop: mark `apply` as `#[inline(always)]`.
///
/// A closure or a function can be passed, or a struct that holds the numbers which the function needs:
///
/// ```
/// use taut::kernels::{Zip, zip};
/// /// A moving average.
/// struct Follow(f32);
/// impl Zip for Follow {
///     #[inline(always)]
///     fn apply(&self, mean: f32, x: f32) -> f32 {
///         self.0 * mean + (1.0 - self.0) * x
///     }
/// }
/// let mut mean = [0.0, 4.0];
/// zip(&Follow(0.75), &mut mean, &[8.0, 8.0]);
/// assert_eq!(mean, [2.0, 5.0]);
/// ```
pub trait Zip {
    /// The function's value at a and b.
    fn apply(&self, a: f32, b: f32) -> f32;
}

impl<F: Fn(f32, f32) -> f32> Zip for F {
    #[inline(always)]
    fn apply(&self, a: f32, b: f32) -> f32 {
        self(a, b)
    }
}

/// A function of three numbers, which [`zip3()`] compiles into its loop: mark `apply` as `#[inline(always)]`.
///
/// A closure or a function can be passed, or a struct that holds the numbers which the function needs:
///
/// ```
/// use taut::kernels::{Zip3, zip3};
/// /// The gradient of a slope where the input is negative.
/// struct Slope(f32);
/// impl Zip3 for Slope {
///     #[inline(always)]
///     fn apply(&self, dy: f32, x: f32, _: f32) -> f32 {
///         if x > 0.0 { dy } else { self.0 * dy }
///     }
/// }
/// let mut dy = [1.0, 1.0];
/// zip3(&Slope(0.1), &mut dy, &[3.0, -3.0], &[3.0, -0.3]);
/// assert_eq!(dy, [1.0, 0.1]);
/// ```
pub trait Zip3 {
    /// The function's value at a, b and c.
    fn apply(&self, a: f32, b: f32, c: f32) -> f32;
}

impl<F: Fn(f32, f32, f32) -> f32> Zip3 for F {
    #[inline(always)]
    fn apply(&self, a: f32, b: f32, c: f32) -> f32 {
        self(a, b, c)
    }
}

simd! {
    /// y = f(x), for as many numbers as both slices have.
    ///
    /// ```
    /// let mut y = [0.0; 3];
    /// taut::kernels::map(&|x: f32| x * x, &[1.0, 2.0, 3.0], &mut y);
    /// assert_eq!(y, [1.0, 4.0, 9.0]);
    /// ```
    pub fn map<type M: Map>(f: &M, x: &[f32], y: &mut [f32]) {
        for (y, x) in y.iter_mut().zip(x) {
            *y = f.apply(*x);
        }
    }

    /// x = f(x).
    ///
    /// ```
    /// let mut x = [-1.0, 2.0, -3.0];
    /// taut::kernels::map_in_place(&f32::abs, &mut x);
    /// assert_eq!(x, [1.0, 2.0, 3.0]);
    /// ```
    pub fn map_in_place<type M: Map>(f: &M, x: &mut [f32]) {
        for x in x {
            *x = f.apply(*x);
        }
    }

    /// a = f(a, b), for as many numbers as both slices have.
    ///
    /// ```
    /// let mut a = [1.0, 5.0, 3.0];
    /// taut::kernels::zip(&f32::max, &mut a, &[4.0, 2.0]);
    /// assert_eq!(a, [4.0, 5.0, 3.0]); // the third has no partner
    /// ```
    pub fn zip<type Z: Zip>(f: &Z, a: &mut [f32], b: &[f32]) {
        for (a, b) in a.iter_mut().zip(b) {
            *a = f.apply(*a, *b);
        }
    }

    /// a = f(a, b, c), for as many numbers as all slices have.
    ///
    /// ```
    /// let mut a = [1.0, 2.0];
    /// taut::kernels::zip3(&|a, b, c| a * b + c, &mut a, &[10.0, 10.0], &[0.5, 0.5]);
    /// assert_eq!(a, [10.5, 20.5]);
    /// ```
    pub fn zip3<type Z: Zip3>(f: &Z, a: &mut [f32], b: &[f32], c: &[f32]) {
        for ((a, b), c) in a.iter_mut().zip(b).zip(c) {
            *a = f.apply(*a, *b, *c);
        }
    }

    /// y += scale·x, for as many numbers as both slices have.
    ///
    /// ```
    /// let mut w = [1.0, 2.0];
    /// taut::kernels::add_scaled(&mut w, -0.5, &[1.0, 2.0]); // a step of gradient descent
    /// assert_eq!(w, [0.5, 1.0]);
    /// ```
    pub fn add_scaled(y: &mut [f32], scale: f32, x: &[f32]) {
        for (y, x) in y.iter_mut().zip(x) {
            *y = multiply_add::<S>(scale, *x, *y);
        }
    }
}

/// Floats for which a thread is woken: where they come from the L3 cache, it takes some five microseconds.
#[cfg(feature = "train")]
pub(super) const PART: usize = 16 * 1024;

/// As [`map()`], on all threads that it is worth.
#[cfg(feature = "train")]
pub(crate) fn map_batch(f: &(impl Map + Sync), x: &[f32], y: &mut [f32]) {
    in_parts(y, PART, |at, y| map(f, &x[at..], y));
}

/// As [`map_in_place()`], on all threads that it is worth.
#[cfg(feature = "train")]
pub(crate) fn map_batch_in_place(f: &(impl Map + Sync), x: &mut [f32]) {
    in_parts(x, PART, |_, x| map_in_place(f, x));
}

/// As [`zip()`], on all threads that it is worth.
#[cfg(feature = "train")]
pub(crate) fn zip_batch(f: &(impl Zip + Sync), a: &mut [f32], b: &[f32]) {
    in_parts(a, PART, |at, a| zip(f, a, &b[at..]));
}

/// As [`zip3()`], on all threads that it is worth.
#[cfg(feature = "train")]
pub(crate) fn zip3_batch(f: &(impl Zip3 + Sync), a: &mut [f32], b: &[f32], c: &[f32]) {
    in_parts(a, PART, |at, a| zip3(f, a, &b[at..], &c[at..]));
}

/// As [`add_scaled()`], on all threads that it is worth.
#[cfg(feature = "train")]
pub(crate) fn add_batch(y: &mut [f32], scale: f32, x: &[f32]) {
    in_parts(y, PART, |at, y| add_scaled(y, scale, &x[at..]));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::math;
    use crate::kernels::testing::{near, numbers};

    #[test]
    fn maps_take_structs_closures_and_functions() {
        struct Double;
        impl Map for Double {
            #[inline(always)]
            fn apply(&self, x: f32) -> f32 {
                2.0 * x
            }
        }
        let x = numbers(37, 1);
        let mut y = [0.0; 37];
        map(&Double, &x, &mut y);
        assert!((0..37).all(|i| y[i] == 2.0 * x[i]));
        map_in_place(&|x: f32| x + 1.0, &mut y);
        assert!((0..37).all(|i| y[i] == 2.0 * x[i] + 1.0));
        zip(&|a: f32, b: f32| a - b, &mut y, &x);
        assert!((0..37).all(|i| y[i] == 2.0 * x[i] + 1.0 - x[i]));
        map(&math::exp, &x, &mut y);
        assert!((0..37).all(|i| y[i] == math::exp(x[i])), "vectors and single numbers give the same bits");
    }

    #[cfg(feature = "train")]
    #[test]
    fn a_batch_has_the_same_bits_on_any_number_of_threads() {
        use crate::kernels::with_threads;
        let n = 5 * PART + 7;
        let (x, z) = (numbers(n, 1), numbers(n, 2));
        let both = |each: &dyn Fn(&mut [f32]), batch: &dyn Fn(&mut [f32])| {
            let mut expected = numbers(n, 3);
            each(&mut expected);
            for threads in [1, 2, 3, 8] {
                let mut y = numbers(n, 3);
                with_threads(threads, || batch(&mut y));
                assert!(y == expected, "{threads} threads");
            }
        };
        both(&|y| map(&math::exp, &x, y), &|y| map_batch(&math::exp, &x, y));
        both(&|y| map_in_place(&math::tanh, y), &|y| map_batch_in_place(&math::tanh, y));
        let of_two = |a: f32, b: f32| a * b - 0.3;
        both(&|y| zip(&of_two, y, &x), &|y| zip_batch(&of_two, y, &x));
        let of_three = |a: f32, b: f32, c: f32| a * b - c;
        both(&|y| zip3(&of_three, y, &x, &z), &|y| zip3_batch(&of_three, y, &x, &z));
        both(&|y| add_scaled(y, 0.3, &x), &|y| add_batch(y, 0.3, &x));
    }

    #[test]
    fn scaled_numbers_are_added() {
        let (x, y) = (numbers(37, 1), numbers(37, 2));
        for f in [add_scaled, add_scaled::portable] {
            let mut z = y.clone();
            f(&mut z, 0.3, &x);
            let want = |i: usize| f64::from(y[i]) + f64::from(0.3f32) * f64::from(x[i]);
            assert!((0..37).all(|i| near(z[i], want(i), 1.0)));
        }
    }
}
