//! Loops over single numbers: maps, sums, Adam, softmax.

use super::{LANES, Lanes, math, multiply_add, simd::Simd, sum_lanes};

/// A function of one number that [`map()`] compiles into its loop: mark `apply` as `#[inline(always)]`.
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

/// A function of two numbers that [`zip()`] compiles into its loop: mark `apply` as `#[inline(always)]`.
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

/// A function of three numbers that [`zip3()`] compiles into its loop: mark `apply` as `#[inline(always)]`.
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

/// A loss of one output and its target, and its derivative by the output: mark `apply` as `#[inline(always)]`.
pub trait Score {
    /// The loss and its derivative.
    fn apply(&self, p: f32, t: f32) -> (f32, f32);
}

impl<F: Fn(f32, f32) -> (f32, f32)> Score for F {
    #[inline(always)]
    fn apply(&self, p: f32, t: f32) -> (f32, f32) {
        self(p, t)
    }
}

/// A function of a weight, its gradient and `K` numbers remembered of it, that [`update()`] compiles into its loop: mark `apply` as
/// `#[inline(always)]`.
pub trait Change<const K: usize> {
    /// The new weight, and the new numbers.
    fn apply(&self, w: f32, g: f32, m: [f32; K]) -> (f32, [f32; K]);
}

impl<const K: usize, F: Fn(f32, f32, [f32; K]) -> (f32, [f32; K])> Change<K> for F {
    #[inline(always)]
    fn apply(&self, w: f32, g: f32, m: [f32; K]) -> (f32, [f32; K]) {
        self(w, g, m)
    }
}

/// Folds x from zeros, each lane for itself, in four chains so that none waits for the last step's result.
#[inline(always)]
fn fold(x: &[f32], step: impl Fn(f32, f32) -> f32) -> [Lanes; 4] {
    let mut lanes = [[0.0; LANES]; 4];
    let (blocks, rest) = x.as_chunks::<{ 4 * LANES }>();
    for block in blocks {
        for (to, x) in lanes.as_flattened_mut().iter_mut().zip(block) {
            *to = step(*to, *x);
        }
    }
    for (to, x) in lanes.as_flattened_mut().iter_mut().zip(rest) {
        *to = step(*to, *x);
    }
    lanes
}

/// The sum of four chains.
#[inline(always)]
fn sum_chains([a, b, c, d]: [Lanes; 4]) -> f32 {
    sum_lanes(core::array::from_fn(|l| (a[l] + b[l]) + (c[l] + d[l])))
}

/// The loop of [`dot`], for other bodies.
#[inline(always)]
pub(super) fn inner_product<S: Simd>(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [[0.0; LANES]; 4];
    let ((a, rest_of_a), (b, rest_of_b)) = (a.as_chunks::<{ 4 * LANES }>(), b.as_chunks::<{ 4 * LANES }>());
    for (a, b) in a.iter().zip(b) {
        for ((sum, a), b) in lanes.as_flattened_mut().iter_mut().zip(a).zip(b) {
            *sum = multiply_add::<S>(*a, *b, *sum);
        }
    }
    for ((sum, a), b) in lanes.as_flattened_mut().iter_mut().zip(rest_of_a).zip(rest_of_b) {
        *sum = multiply_add::<S>(*a, *b, *sum);
    }
    sum_chains(lanes)
}

/// x, or zero where it is so small that processors take their time for it: a mean of gradients that have become zero would stay there
/// for ever.
#[inline(always)]
fn normal_or_zero(x: f32) -> f32 {
    if x.abs() < 1e-30 { 0.0 } else { x }
}

simd! {
    /// y = f(x), as far as both reach.
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

    /// a = f(a, b), as far as both reach.
    pub fn zip<type Z: Zip>(f: &Z, a: &mut [f32], b: &[f32]) {
        for (a, b) in a.iter_mut().zip(b) {
            *a = f.apply(*a, *b);
        }
    }

    /// a = f(a, b, c), as far as all reach.
    pub fn zip3<type Z: Zip3>(f: &Z, a: &mut [f32], b: &[f32], c: &[f32]) {
        for ((a, b), c) in a.iter_mut().zip(b).zip(c) {
            *a = f.apply(*a, *b, *c);
        }
    }

    /// Σ of the losses of p against t; writes `scale` times their derivatives to d. As far as all reach.
    pub fn score<type F: Score>(f: &F, p: &[f32], t: &[f32], scale: f32, d: &mut [f32]) -> f32 {
        let mut lanes = [[0.0; LANES]; 4];
        let chunks = p.chunks(4 * LANES).zip(t.chunks(4 * LANES)).zip(d.chunks_mut(4 * LANES));
        for ((p, t), d) in chunks {
            for (((p, t), d), sum) in p.iter().zip(t).zip(d).zip(lanes.as_flattened_mut()) {
                let (loss, derivative) = f.apply(*p, *t);
                *sum += loss;
                *d = scale * derivative;
            }
        }
        sum_chains(lanes)
    }

    /// One step of Adam: m and v move towards g and g², and w by `rate`·m / (√v + `epsilon`) against it.
    pub fn adam(w: &mut [f32], g: &[f32], m: &mut [f32], v: &mut [f32], rate: f32, beta_1: f32, beta_2: f32, epsilon: f32) {
        for (((w, g), m), v) in w.iter_mut().zip(g).zip(m).zip(v) {
            *m = normal_or_zero(multiply_add::<S>(*g - *m, 1.0 - beta_1, *m));
            *v = normal_or_zero(multiply_add::<S>(*g * *g - *v, 1.0 - beta_2, *v));
            *w -= *m * rate / (math::sqrt(*v) + epsilon);
        }
    }

    /// (w, m) = f(w, g, m) for each weight; all are as long as w. What is remembered and below 1e-30 becomes zero.
    pub fn update<const K type C: Change<K>>(f: &C, w: &mut [f32], g: &[f32], m: [&mut [f32]; K]) {
        let (n, mut m) = (w.len(), m);
        for (i, (w, g)) in w.iter_mut().zip(&g[..n]).enumerate() {
            let mut now = [0.0; K];
            for (now, m) in now.iter_mut().zip(&m) {
                *now = m[i];
            }
            let (new, now) = f.apply(*w, *g, now);
            *w = new;
            for (m, now) in m.iter_mut().zip(now) {
                m[i] = normal_or_zero(now);
            }
        }
    }

    /// Σ x.
    pub fn sum(x: &[f32]) -> f32 {
        sum_chains(fold(x, |sum, x| sum + x))
    }

    /// Σ x².
    pub fn sum_of_squares(x: &[f32]) -> f32 {
        sum_chains(fold(x, |sum, x| multiply_add::<S>(x, x, sum)))
    }

    /// Σ |x|.
    pub fn sum_of_absolutes(x: &[f32]) -> f32 {
        sum_chains(fold(x, |sum, x| sum + x.abs()))
    }

    /// Σ a·b, as far as both reach.
    pub fn dot(a: &[f32], b: &[f32]) -> f32 {
        inner_product::<S>(a, b)
    }

    /// y += scale·x, as far as both reach.
    pub fn add_scaled(y: &mut [f32], scale: f32, x: &[f32]) {
        for (y, x) in y.iter_mut().zip(x) {
            *y = multiply_add::<S>(scale, *x, *y);
        }
    }

    /// y = eˣ / Σ eˣ, safe from overflow.
    pub fn softmax<const N>(x: &[f32; N], y: &mut [f32; N]) {
        exponentials(x, y);
    }

    /// As [`softmax`]; returns ln Σ eˣ.
    pub fn softmax_and_log_sum<const N>(x: &[f32; N], y: &mut [f32; N]) -> f32 {
        let (largest, sum) = exponentials(x, y);
        math::ln(sum) + largest
    }

    /// sums\[i] += Σ x\[i]² over the rows of x, which are `stride` long, for as many columns as there are sums.
    pub fn add_squares_of_columns(x: &[f32], stride: usize, sums: &mut [f32]) {
        for row in x.chunks(stride) {
            for (sum, x) in sums.iter_mut().zip(row) {
                *sum = multiply_add::<S>(*x, *x, *sum);
            }
        }
    }

    /// x\[i] *= factors\[i] for the rows of x, which are `stride` long, and as many columns as there are factors.
    pub fn multiply_columns(x: &mut [f32], stride: usize, factors: &[f32]) {
        for row in x.chunks_mut(stride) {
            for (x, factor) in row.iter_mut().zip(factors) {
                *x *= factor;
            }
        }
    }
}

/// y = eˣ / Σ eˣ; returns the largest x, and Σ e^(x - it).
#[inline(always)]
fn exponentials<const N: usize>(x: &[f32; N], y: &mut [f32; N]) -> (f32, f32) {
    let greater = |a: f32, b: f32| if b > a { b } else { a };
    // What is left over is a vector as well, whose other lanes count nothing.
    let (whole, rest) = x.as_chunks::<LANES>();
    let mut last = [f32::NEG_INFINITY; LANES];
    last[..rest.len()].copy_from_slice(rest);
    let mut largest = last;
    for x in whole {
        for l in 0..LANES {
            largest[l] = greater(largest[l], x[l]);
        }
    }
    let largest = largest.into_iter().fold(f32::NEG_INFINITY, greater);
    let (to, rest) = y.as_chunks_mut::<LANES>();
    let mut sums = [0.0; LANES];
    for (x, y) in whole.iter().zip(&mut *to) {
        for l in 0..LANES {
            y[l] = math::exp(x[l] - largest);
            sums[l] += y[l];
        }
    }
    for l in 0..LANES {
        last[l] = math::exp(last[l] - largest);
        sums[l] += last[l];
    }
    let sum = sum_lanes(sums);
    let scale = 1.0 / sum;
    for y in to.as_flattened_mut() {
        *y *= scale;
    }
    for (y, last) in rest.iter_mut().zip(last) {
        *y = last * scale;
    }
    (largest, sum)
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use std::vec::Vec;

    fn numbers(n: usize) -> Vec<f32> {
        (0..n).map(|i| ((i * 7919 % 1013) as f32 - 506.0) / 253.0).collect()
    }

    fn near(got: f32, want: f64, size: f64) -> bool {
        (f64::from(got) - want).abs() <= 1e-6 * size
    }

    #[test]
    fn sums_of_any_length_equal_the_plain_ones() {
        for n in [0, 1, 7, 8, 31, 32, 33, 100, 1000] {
            let x = numbers(n);
            let y: Vec<f32> = x.iter().rev().map(|x| x * 0.5 + 0.1).collect();
            let of = |f: &dyn Fn(f64) -> f64| x.iter().map(|x| f((*x).into())).sum::<f64>();
            let size = of(&|x| x.abs() + x * x) + 1.0;
            let products: f64 = x.iter().zip(&y).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum();
            for f in [sum, sum::portable] {
                assert!(near(f(&x), of(&|x| x), size));
            }
            for f in [sum_of_squares, sum_of_squares::portable] {
                assert!(near(f(&x), of(&|x| x * x), size));
            }
            for f in [sum_of_absolutes, sum_of_absolutes::portable] {
                assert!(near(f(&x), of(&f64::abs), size));
            }
            for f in [dot, dot::portable] {
                assert!(near(f(&x, &y), products, size));
            }
            for f in [add_scaled, add_scaled::portable] {
                let mut z = y.clone();
                f(&mut z, 0.3, &x);
                let right = |i: usize| near(z[i], f64::from(y[i]) + f64::from(0.3f32) * f64::from(x[i]), 3.0);
                assert!((0..n).all(right));
            }
        }
    }

    #[test]
    fn maps_take_structs_closures_and_functions() {
        struct Double;
        impl Map for Double {
            #[inline(always)]
            fn apply(&self, x: f32) -> f32 {
                2.0 * x
            }
        }
        let x = numbers(37);
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
    fn adam_equals_a_plain_loop() {
        for step in [adam, adam::portable] {
            let n = 103;
            let (mut w, g) = (numbers(n), numbers(n));
            let mut m: Vec<f32> = w.iter().map(|x| x * 0.1).collect();
            let mut v: Vec<f32> = w.iter().map(|x| x * x * 0.2).collect();
            let (w_0, m_0, v_0) = (w.clone(), m.clone(), v.clone());
            step(&mut w, &g, &mut m, &mut v, 0.01, 0.9, 0.999, 1e-7);
            for i in 0..n {
                let [w_0, g, m_0, v_0] = [w_0[i], g[i], m_0[i], v_0[i]].map(f64::from);
                let want_m = m_0 + (g - m_0) * f64::from(1.0f32 - 0.9);
                let want_v = v_0 + (g * g - v_0) * f64::from(1.0f32 - 0.999);
                let want_w = w_0 - want_m * 0.01 / (want_v.sqrt() + 1e-7);
                assert!(near(m[i], want_m, 2.0) && near(v[i], want_v, 4.0) && near(w[i], want_w, 4.0));
            }
        }
    }

    #[test]
    fn softmax_and_its_log_sum_survive_large_numbers() {
        fn check<const N: usize>(shift: f32) {
            let x: [f32; N] = core::array::from_fn(|i| shift + (i % 7) as f32 - 3.0);
            let exps = x.map(|x| f64::from(x - shift).exp());
            let total: f64 = exps.iter().sum();
            for f in [softmax_and_log_sum, softmax_and_log_sum::portable] {
                let (mut y, mut again) = ([f32::NAN; N], [f32::NAN; N]);
                let log_sum = f(&x, &mut y);
                assert!((0..N).all(|i| near(y[i], exps[i] / total, 1.0)));
                assert!(near(log_sum, total.ln() + f64::from(shift), 1.0 + f64::from(shift.abs())));
                softmax(&x, &mut again);
                assert!((0..N).all(|i| near(again[i], exps[i] / total, 1.0)));
            }
        }
        for shift in [0.0, 1000.0, -1000.0] {
            check::<1>(shift);
            check::<8>(shift);
            check::<10>(shift);
            check::<100>(shift);
        }
        let mut y = [0.0; 3];
        softmax(&[f32::NEG_INFINITY, 0.0, 0.0], &mut y);
        assert_eq!(y, [0.0, 0.5, 0.5]);
        assert!(softmax_and_log_sum(&[f32::NAN, 0.0, 1.0], &mut y).is_nan() && y[1].is_nan());
    }

    #[test]
    fn columns() {
        let (mut x, mut sums) = (numbers(5 * 21), [1.0; 9]);
        add_squares_of_columns(&x[3..], 21, &mut sums);
        for (i, sum) in sums.iter().enumerate() {
            let want = 1.0 + (0..5).map(|r| f64::from(x[r * 21 + 3 + i]).powi(2)).sum::<f64>();
            assert!(near(*sum, want, want));
        }
        let before = x.clone();
        multiply_columns(&mut x[3..], 21, &[2.0; 9]);
        for (i, x) in x.iter().enumerate() {
            assert_eq!(*x, if (3..12).contains(&(i % 21)) { 2.0 * before[i] } else { before[i] });
        }
    }
}
