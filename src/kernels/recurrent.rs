//! The gates of recurrent layers: one step, and its gradient.
//!
//! For each sample of a batch, `x` is the part of the gates that comes from the input, and `s` the part that comes from
//! the state. A step replaces `x` by the gates. The gradient of the step reads them there, and replaces them by their
//! gradients.

use crate::kernels::dispatch::simd;
use crate::kernels::math;

simd! {
    /// h = tanh(x + s).
    pub fn rnn<const U>(x: &mut [[f32; U]], s: &[[f32; U]], h: &mut [[f32; U]]) {
        for ((x, s), h) in x.iter_mut().zip(s).zip(h) {
            for u in 0..U {
                x[u] = math::tanh(x[u] + s[u]);
                h[u] = x[u];
            }
        }
    }

    /// Gates i, f, g and o: c = σ(f)·c + σ(i)·tanh(g), and h = σ(o)·tanh(c).
    pub fn lstm<const U>(x: &mut [[[f32; U]; 4]], s: &[[[f32; U]; 4]], h: &mut [[f32; U]], c: &mut [[f32; U]]) {
        for (((x, s), h), c) in x.iter_mut().zip(s).zip(h).zip(c) {
            for u in 0..U {
                let i = math::sigmoid(x[0][u] + s[0][u]);
                let f = math::sigmoid(x[1][u] + s[1][u]);
                let g = math::tanh(x[2][u] + s[2][u]);
                let o = math::sigmoid(x[3][u] + s[3][u]);
                c[u] = f * c[u] + i * g;
                h[u] = o * math::tanh(c[u]);
                (x[0][u], x[1][u], x[2][u], x[3][u]) = (i, f, g, o);
            }
        }
    }

    /// Gates z, r and g: h = σ(z)·h + (1 - σ(z))·tanh(g), where the state's part of g is multiplied by σ(r); writes
    /// that part to `inner`.
    pub fn gru<const U>(x: &mut [[[f32; U]; 3]], s: &[[[f32; U]; 3]], h: &mut [[f32; U]], inner: &mut [[f32; U]]) {
        for (((x, s), h), inner) in x.iter_mut().zip(s).zip(h).zip(inner) {
            for u in 0..U {
                let z = math::sigmoid(x[0][u] + s[0][u]);
                let r = math::sigmoid(x[1][u] + s[1][u]);
                let g = math::tanh(x[2][u] + r * s[2][u]);
                h[u] = z * h[u] + (1.0 - z) * g;
                inner[u] = s[2][u];
                (x[0][u], x[1][u], x[2][u]) = (z, r, g);
            }
        }
    }
}

/// σ'(x), where y = σ(x).
#[cfg(feature = "train")]
#[inline(always)]
fn sigmoid_slope(y: f32) -> f32 {
    y * (1.0 - y)
}

/// tanh'(x), where y = tanh(x).
#[cfg(feature = "train")]
#[inline(always)]
fn tanh_slope(y: f32) -> f32 {
    1.0 - y * y
}

#[cfg(feature = "train")]
simd! {
    /// The gradient of [`rnn`]: replaces the gates in `x` by the gradient of x, which is that of s as well. Sets `dh`
    /// to zero, because h depends on the previous h through s only.
    pub fn rnn_gradient<const U>(x: &mut [[f32; U]], dh: &mut [[f32; U]]) {
        for (x, dh) in x.iter_mut().zip(dh) {
            for u in 0..U {
                x[u] = dh[u] * tanh_slope(x[u]);
                dh[u] = 0.0;
            }
        }
    }

    /// The gradient of [`lstm`]: replaces the gates by their gradients, and `dc` by the gradient of the previous c.
    /// Sets `dh` to zero.
    pub fn lstm_gradient<const U>(
        x: &mut [[[f32; U]; 4]], previous: &[[f32; U]], c: &[[f32; U]], dh: &mut [[f32; U]], dc: &mut [[f32; U]],
    ) {
        for ((((x, previous), c), dh), dc) in x.iter_mut().zip(previous).zip(c).zip(dh).zip(dc) {
            for u in 0..U {
                let (i, f, g, o) = (x[0][u], x[1][u], x[2][u], x[3][u]);
                let tanh = math::tanh(c[u]);
                let d = dc[u] + dh[u] * o * tanh_slope(tanh);
                x[0][u] = d * g * sigmoid_slope(i);
                x[1][u] = d * previous[u] * sigmoid_slope(f);
                x[2][u] = d * i * tanh_slope(g);
                x[3][u] = dh[u] * tanh * sigmoid_slope(o);
                (dh[u], dc[u]) = (0.0, d * f);
            }
        }
    }

    /// The gradient of [`gru`]: replaces the gates by the gradients of x, writes those of s to `ds`, and replaces `dh`
    /// by the gradient of the previous h, but for the part through s.
    pub fn gru_gradient<const U>(
        x: &mut [[[f32; U]; 3]], ds: &mut [[[f32; U]; 3]],
        previous: &[[f32; U]], inner: &[[f32; U]], dh: &mut [[f32; U]],
    ) {
        for ((((x, ds), previous), inner), dh) in x.iter_mut().zip(ds).zip(previous).zip(inner).zip(dh) {
            for u in 0..U {
                let (z, r, g) = (x[0][u], x[1][u], x[2][u]);
                let dz = dh[u] * (previous[u] - g) * sigmoid_slope(z);
                let dg = dh[u] * (1.0 - z) * tanh_slope(g);
                let dr = dg * inner[u] * sigmoid_slope(r);
                (x[0][u], x[1][u], x[2][u]) = (dz, dr, dg);
                (ds[0][u], ds[1][u], ds[2][u]) = (dz, dr, dg * r);
                dh[u] *= z;
            }
        }
    }
}
