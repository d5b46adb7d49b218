//! The loops of optimizers.

use crate::kernels::dispatch::simd;
use crate::kernels::math;
use crate::kernels::simd::multiply_add;

/// A function of a weight, its gradient and its `K` moments, which [`update()`] compiles into its loop: mark `apply` as
/// `#[inline(always)]`.
pub trait Change<const K: usize> {
    /// The new weight and its new moments.
    fn apply(&self, w: f32, g: f32, m: [f32; K]) -> (f32, [f32; K]);
}

impl<const K: usize, F: Fn(f32, f32, [f32; K]) -> (f32, [f32; K])> Change<K> for F {
    #[inline(always)]
    fn apply(&self, w: f32, g: f32, m: [f32; K]) -> (f32, [f32; K]) {
        self(w, g, m)
    }
}

/// x, or zero if x is tiny. Processors are slow with numbers below the normal ones, and the moving average of a
/// gradient that has become zero would stay among them for ever.
#[inline(always)]
fn normal_or_zero(x: f32) -> f32 {
    if x.abs() < 1e-30 { 0.0 } else { x }
}

simd! {
    /// One step of Adam: m and v move towards g and g², and w by `rate`·m / (√v + `epsilon`) against it.
    pub fn adam(
        w: &mut [f32], g: &[f32], m: &mut [f32], v: &mut [f32], rate: f32, beta_1: f32, beta_2: f32, epsilon: f32,
    ) {
        let (n, mut i) = (w.len().min(g.len()).min(m.len()).min(v.len()), 0);
        let (w, g, m, v) = (&mut w[..n], &g[..n], &mut m[..n], &mut v[..n]);
        while i < n {
            m[i] = normal_or_zero(multiply_add::<S>(g[i] - m[i], 1.0 - beta_1, m[i]));
            v[i] = normal_or_zero(multiply_add::<S>(g[i] * g[i] - v[i], 1.0 - beta_2, v[i]));
            w[i] -= m[i] * rate / (math::sqrt(v[i]) + epsilon);
            i += 1;
        }
    }

    /// (w, m) = f(w, g, m) for each weight; all slices are as long as w. Moments below 1e-30 become zero.
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
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use crate::kernels::testing::{near, numbers};
    use std::vec::Vec;

    #[test]
    fn adam_equals_a_plain_loop() {
        for step in [adam, adam::portable] {
            let n = 103;
            let (mut w, g) = (numbers(n, 1), numbers(n, 2));
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
}
