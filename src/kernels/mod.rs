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
