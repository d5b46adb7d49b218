//! Loops that apply a function to each number.

use crate::kernels::dispatch::simd;
use crate::kernels::simd::multiply_add;

/// A function of one number, which [`map()`] compiles into its loop: mark `apply` as `#[inline(always)]`.
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
    /// y = f(x), for as many as both have.
    pub fn map<type M: Map>(f: &M, x: &[f32], y: &mut [f32]) {
        for (y, x) in y.iter_mut().zip(x) {
            *y = f.apply(*x);
        }
    }

    /// x = f(x).
    pub fn map_in_place<type M: Map>(f: &M, x: &mut [f32]) {
        for x in x {
            *x = f.apply(*x);
        }
    }

    /// a = f(a, b), for as many as both have.
    pub fn zip<type Z: Zip>(f: &Z, a: &mut [f32], b: &[f32]) {
        for (a, b) in a.iter_mut().zip(b) {
            *a = f.apply(*a, *b);
        }
    }

    /// a = f(a, b, c), for as many as all have.
    pub fn zip3<type Z: Zip3>(f: &Z, a: &mut [f32], b: &[f32], c: &[f32]) {
        for ((a, b), c) in a.iter_mut().zip(b).zip(c) {
            *a = f.apply(*a, *b, *c);
        }
    }

    /// y += scale·x, for as many as both have.
    pub fn add_scaled(y: &mut [f32], scale: f32, x: &[f32]) {
        for (y, x) in y.iter_mut().zip(x) {
            *y = multiply_add::<S>(scale, *x, *y);
        }
    }
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
