//! Bytes that stand for numbers from 0 to 1.

use crate::kernels::dispatch::simd;
use crate::kernels::simd::multiply_add;

simd! {
    /// y = x / max, correctly rounded, for as many numbers as both slices have.
    pub(crate) fn decode(x: &[u8], max: u8, y: &mut [f32]) {
        let max = f32::from(max);
        let part = 1.0 / max;
        for (y, x) in y.iter_mut().zip(x) {
            let x = f32::from(*x);
            // A division takes longer than three products, of which the last two make up for what the first one lost.
            *y = if S::FMA {
                let near = x * part;
                multiply_add::<S>(multiply_add::<S>(-near, max, x), part, near)
            } else {
                x / max
            };
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use crate::kernels::simd::with_each_set;
    use core::array;

    #[test]
    fn all_quotients_are_rounded_correctly() {
        let bytes: [u8; 256] = array::from_fn(|i| i as u8);
        with_each_set(|set| {
            for max in 1..=255 {
                let mut y = [0.0; 256];
                decode(&bytes, max, &mut y);
                for (byte, y) in bytes.iter().zip(y) {
                    let quotient = f32::from(*byte) / f32::from(max);
                    assert_eq!(y.to_bits(), quotient.to_bits(), "{byte} / {max} with {set:?}");
                    // What the loaders of floats compute.
                    assert_eq!(quotient.to_bits(), ((f64::from(*byte) / f64::from(max)) as f32).to_bits());
                }
            }
        });
    }

    #[test]
    fn any_length() {
        let bytes: [u8; 70] = array::from_fn(|i| (i * 37 % 256) as u8);
        with_each_set(|_| {
            for len in 0..bytes.len() {
                let mut y = [-1.0; 70];
                decode(&bytes[..len], 16, &mut y);
                let want = |i: usize| if i < len { f32::from(bytes[i]) / 16.0 } else { -1.0 };
                assert!(y.iter().enumerate().all(|(i, y)| *y == want(i)), "{len}");
            }
        });
    }
}
