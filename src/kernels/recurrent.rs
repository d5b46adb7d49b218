//! What a step of a recurrent layer computes of its gates, and the gradients of it.
//!
//! `x` are the input's part of the gates and `s` the state's, for each sample of a batch. What is left in `x` is the gates themselves; the
//! gradients find them there, and leave their own in their place.

use super::math;

/// σ'(x), where y = σ(x).
#[inline(always)]
fn sigmoid_slope(y: f32) -> f32 {
    y * (1.0 - y)
}

/// tanh'(x), where y = tanh(x).
#[inline(always)]
fn tanh_slope(y: f32) -> f32 {
    1.0 - y * y
}

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

    /// The gradient of [`rnn`]: from that of h to that of x, which is that of s as well. What is left in `dh` is nothing, since h is of no
    /// other use to the next state.
    pub fn rnn_gradient<const U>(x: &mut [[f32; U]], dh: &mut [[f32; U]]) {
        for (x, dh) in x.iter_mut().zip(dh) {
            for u in 0..U {
                x[u] = dh[u] * tanh_slope(x[u]);
                dh[u] = 0.0;
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

    /// The gradient of [`lstm`]: from those of h and c to those of the gates and of the c before. What is left in `dh` is nothing.
    pub fn lstm_gradient<const U>(
        x: &mut [[[f32; U]; 4]], before: &[[f32; U]], c: &[[f32; U]], dh: &mut [[f32; U]], dc: &mut [[f32; U]],
    ) {
        for ((((x, before), c), dh), dc) in x.iter_mut().zip(before).zip(c).zip(dh).zip(dc) {
            for u in 0..U {
                let (i, f, g, o) = (x[0][u], x[1][u], x[2][u], x[3][u]);
                let tanh = math::tanh(c[u]);
                let d = dc[u] + dh[u] * o * tanh_slope(tanh);
                x[0][u] = d * g * sigmoid_slope(i);
                x[1][u] = d * before[u] * sigmoid_slope(f);
                x[2][u] = d * i * tanh_slope(g);
                x[3][u] = dh[u] * tanh * sigmoid_slope(o);
                (dh[u], dc[u]) = (0.0, d * f);
            }
        }
    }

    /// Gates z, r and g: h = σ(z)·h + (1 - σ(z))·tanh(g), where the state's part of g is multiplied by σ(r); that part is left in `inner`.
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

    /// The gradient of [`gru`]: from that of h to those of both parts of the gates and, in its place, of the h before.
    pub fn gru_gradient<const U>(
        x: &mut [[[f32; U]; 3]], ds: &mut [[[f32; U]; 3]], before: &[[f32; U]], inner: &[[f32; U]], dh: &mut [[f32; U]],
    ) {
        for ((((x, ds), before), inner), dh) in x.iter_mut().zip(ds).zip(before).zip(inner).zip(dh) {
            for u in 0..U {
                let (z, r, g) = (x[0][u], x[1][u], x[2][u]);
                let dz = dh[u] * (before[u] - g) * sigmoid_slope(z);
                let dg = dh[u] * (1.0 - z) * tanh_slope(g);
                let dr = dg * inner[u] * sigmoid_slope(r);
                (x[0][u], x[1][u], x[2][u]) = (dz, dr, dg);
                (ds[0][u], ds[1][u], ds[2][u]) = (dz, dr, dg * r);
                dh[u] *= z;
            }
        }
    }
}
