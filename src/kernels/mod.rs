//! Placeholder kernels.
#![allow(missing_docs, dead_code)]
pub fn sum_of_squares(x: &[f32]) -> f32 {
    x.iter().map(|x| x * x).sum()
}
pub fn sum_of_absolutes(x: &[f32]) -> f32 {
    x.iter().map(|x| x.abs()).sum()
}
pub fn add_scaled(y: &mut [f32], scale: f32, x: &[f32]) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y += scale * x);
}
pub fn zip(f: &impl Fn(f32, f32) -> f32, a: &mut [f32], b: &[f32]) {
    a.iter_mut().zip(b).for_each(|(a, b)| *a = f(*a, *b));
}
pub fn map(f: &impl Fn(f32) -> f32, x: &[f32], y: &mut [f32]) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y = f(*x));
}
pub fn zip3(f: &impl Fn(f32, f32, f32) -> f32, a: &mut [f32], b: &[f32], c: &[f32]) {
    a.iter_mut().zip(b).zip(c).for_each(|((a, b), c)| *a = f(*a, *b, *c));
}
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
pub fn exp(x: f32) -> f32 {
    libm::expf(x)
}
pub fn exp_m1(x: f32) -> f32 {
    libm::expm1f(x)
}
pub fn ln(x: f32) -> f32 {
    libm::logf(x)
}
pub fn tanh(x: f32) -> f32 {
    libm::tanhf(x)
}
pub fn erf(x: f32) -> f32 {
    libm::erff(x)
}
pub fn sqrt(x: f32) -> f32 {
    libm::sqrtf(x)
}
pub fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}
pub fn softplus(x: f32) -> f32 {
    if x > 0.0 { x + libm::log1pf(exp(-x)) } else { libm::log1pf(exp(x)) }
}
pub fn softmax<const N: usize>(x: &[f32; N], y: &mut [f32; N]) {
    let top = x.iter().fold(f32::MIN, |a, b| a.max(*b));
    *y = x.map(|x| exp(x - top));
    let sum: f32 = y.iter().sum();
    y.iter_mut().for_each(|y| *y /= sum);
}
pub fn log_sum_exp<const N: usize>(x: &[f32; N]) -> f32 {
    let top = x.iter().fold(f32::MIN, |a, b| a.max(*b));
    top + ln(x.iter().map(|x| exp(x - top)).sum())
}
pub fn infer<const I: usize, const O: usize>(
    w: &[[f32; O]; I],
    bias: Option<&[f32; O]>,
    x: &[f32; I],
    y: &mut [f32; O],
) {
    *y = bias.copied().unwrap_or([0.0; O]);
    for (w, x) in w.iter().zip(x) {
        y.iter_mut().zip(w).for_each(|(y, w)| *y += w * x);
    }
}
pub fn forward<const I: usize, const O: usize>(
    w: &[[f32; O]; I],
    bias: Option<&[f32; O]>,
    x: &[[f32; I]],
    y: &mut [[f32; O]],
) {
    x.iter().zip(y).for_each(|(x, y)| infer(w, bias, x, y));
}
pub fn weight_gradient<const I: usize, const O: usize>(x: &[[f32; I]], dy: &[[f32; O]], dw: &mut [[f32; O]; I]) {
    dw.as_flattened_mut().fill(0.0);
    for (x, dy) in x.iter().zip(dy) {
        for (x, dw) in x.iter().zip(dw.iter_mut()) {
            add_scaled(dw, *x, dy);
        }
    }
}
pub fn bias_gradient<const O: usize>(dy: &[[f32; O]], db: &mut [f32; O]) {
    db.fill(0.0);
    dy.iter().for_each(|dy| add_scaled(db, 1.0, dy));
}
pub fn input_gradient<const I: usize, const O: usize>(w: &[[f32; O]; I], dy: &[[f32; O]], dx: &mut [[f32; I]]) {
    for (dx, dy) in dx.iter_mut().zip(dy) {
        dx.iter_mut().zip(w).for_each(|(dx, w)| *dx = dot(w, dy));
    }
}
pub fn adam(w: &mut [f32], g: &[f32], m: &mut [f32], v: &mut [f32], rate: f32, beta_1: f32, beta_2: f32, epsilon: f32) {
    for (((w, g), m), v) in w.iter_mut().zip(g).zip(m).zip(v) {
        *m += (*g - *m) * (1.0 - beta_1);
        *v += (*g * *g - *v) * (1.0 - beta_2);
        *w -= *m * rate / (sqrt(*v) + epsilon);
    }
}
