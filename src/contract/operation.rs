//! The operations that quantization knows, on floats and on signed bytes.

use crate::contract::layer::Arch;
use crate::kernels;
use crate::shape::int8::Scale;
use nalgebra::SMatrix;

/// A layer's operation on vectors of floats.
pub enum Operation {
    /// The identity.
    Same,
    /// `bias + kernel · x`.
    Dense {
        /// One row per output.
        kernel: Vec<Vec<f32>>,
        /// One number per output.
        bias: Vec<f32>,
    },
    /// `factor · x + shift` per channel, which is folded into the dense layer before it.
    BatchNorm {
        /// One number per channel.
        factor: Vec<f32>,
        /// One number per channel.
        shift: Vec<f32>,
    },
    /// A clamp to the range between two numbers.
    Clamp(f32, f32),
    /// An element-wise function, and the scale of its outputs if that does not depend on the data.
    Map(Box<dyn Fn(f32) -> f32>, Option<Scale>),
    /// `exp(x) / Σ exp(x)`
    Softmax,
}

impl Operation {
    /// An element-wise function, with the scale of its outputs if that does not depend on the data.
    pub(crate) fn map(f: impl Fn(f32) -> f32 + 'static, scale: Option<Scale>) -> Self {
        Operation::Map(Box::new(f), scale)
    }

    pub(crate) fn dense<const I: usize, const O: usize>(kernel: &SMatrix<f32, O, I>, bias: &[f32]) -> Self {
        // The limit keeps all sums within 32 bits.
        const { assert!(I <= 33_026, "a dense layer of signed bytes takes at most 33,026 inputs") };
        Operation::Dense {
            kernel: kernel.row_iter().map(|row| row.iter().copied().collect()).collect(),
            bias: bias.to_vec(),
        }
    }

    pub(crate) fn apply(&self, x: Vec<f32>) -> Vec<f32> {
        match self {
            Operation::Same => x,
            Operation::Dense { kernel, bias } => {
                kernel.iter().zip(bias).map(|(w, bias)| bias + kernels::dot(w, &x)).collect()
            }
            Operation::BatchNorm { factor, shift } => {
                x.iter().zip(factor.iter().zip(shift).cycle()).map(|(x, (factor, shift))| x * factor + shift).collect()
            }
            Operation::Clamp(min, max) => x.into_iter().map(|x| x.clamp(*min, *max)).collect(),
            Operation::Map(f, _) => x.into_iter().map(f).collect(),
            Operation::Softmax => {
                let largest = x.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                let exp: Vec<f32> = x.iter().map(|x| (x - largest).exp()).collect();
                let sum: f32 = exp.iter().sum();
                exp.iter().map(|exp| exp / sum).collect()
            }
        }
    }
}

/// A layer's operation on bytes, with its parameters.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    Same,
    Dense { kernel: Vec<Vec<i8>>, bias: Vec<i32>, multiplier: Vec<i32>, shift: Vec<i8>, zero_point: i32 },
    Clamp { min: i8, max: i8 },
    Table(Vec<i8>),
    Softmax { multiplier: i32, shift: i32, min: i32 },
}

impl Step {
    /// The parameters in the order of memory, with words aligned to 4 bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        fn words(to: &mut Vec<u8>, words: &[i32]) {
            to.resize(to.len().next_multiple_of(4), 0);
            to.extend(words.iter().flat_map(|word| word.to_le_bytes()));
        }
        let mut to = vec![];
        match self {
            Step::Same => {}
            Step::Dense { kernel, bias, multiplier, shift, zero_point } => {
                to.extend(kernel.iter().flatten().map(|w| *w as u8));
                words(&mut to, bias);
                words(&mut to, multiplier);
                to.extend(shift.iter().map(|shift| *shift as u8));
                words(&mut to, &[*zero_point]);
            }
            Step::Clamp { min, max } => words(&mut to, &[i32::from(*min), i32::from(*max)]),
            Step::Table(table) => to.extend(table.iter().map(|y| *y as u8)),
            Step::Softmax { multiplier, shift, min } => words(&mut to, &[*multiplier, *shift, *min]),
        }
        to
    }

    pub(crate) fn dense(kernel: &[Vec<f32>], bias: &[f32], input: Scale, output: Scale) -> Self {
        let mut step = (vec![], vec![], vec![], vec![]);
        for (w, bias) in kernel.iter().zip(bias) {
            // If the weights are zero or tiny in comparison with the bias, the scale gives the bias 30 bits.
            let largest = w.iter().fold(0.0_f32, |largest, w| largest.max(w.abs())) as f64;
            let mut scale = (largest / 127.0).max(bias.abs() as f64 / (input.scale as f64 * (1 << 30) as f64));
            if scale == 0.0 {
                scale = 1.0;
            }
            let w: Vec<i8> = w.iter().map(|w| (*w as f64 / scale).round() as i8).collect();
            let bias = (*bias as f64 / (scale * input.scale as f64)).round() as i32;
            let (multiplier, shift) = fixed(scale * input.scale as f64 / output.scale as f64);
            step.1.push(bias - input.zero_point * w.iter().map(|w| i32::from(*w)).sum::<i32>());
            step.0.push(w);
            step.2.push(multiplier);
            step.3.push(shift);
        }
        let (kernel, bias, multiplier, shift) = step;
        Step::Dense { kernel, bias, multiplier, shift, zero_point: output.zero_point }
    }

    pub(crate) fn softmax(input: Scale) -> Self {
        // Differences are numbers from -32 to 0 with 26 fractional bits.
        let (multiplier, shift) = fixed((input.scale as f64 * f64::from(1 << 26)).clamp(1.0, f64::from(i32::MAX)));
        let min = -(31.0 * f64::from(1 << 26) / 2_f64.powi(shift.into())).floor();
        Step::Softmax { multiplier, shift: shift.into(), min: min as i32 }
    }
}

/// The multiplier and the shift of a positive number `x = multiplier · 2^(shift - 31)`.
pub(crate) fn fixed(x: f64) -> (i32, i8) {
    if !(x > 0.0 && x.is_finite()) {
        return (0, 0);
    }
    let mut shift = x.log2().floor() as i32 + 1;
    let mut multiplier = (x / 2_f64.powi(shift) * 2_f64.powi(31)).round();
    if multiplier >= 2_f64.powi(31) {
        (multiplier, shift) = (multiplier / 2.0, shift + 1);
    }
    match shift {
        // Products with smaller numbers are zero, and those with larger numbers saturate.
        ..-31 => (0, 0),
        31.. => (i32::MAX, 30),
        _ => (multiplier as i32, shift as i8),
    }
}

/// An iterator over the steps of a network of bytes.
pub struct Steps<'a>(pub(crate) std::slice::Iter<'a, Step>);

impl Steps<'_> {
    pub(crate) fn write<L: Arch>(&mut self, to: &mut Vec<u8>) {
        let bytes = self.0.next().expect("a step for each layer").bytes();
        assert!(bytes.len() == L::BYTES, "{} as it lies in memory", L::NAME.as_str());
        to.extend(bytes);
    }
}

impl Step {
    pub(crate) fn apply(&self, mut x: Vec<i8>) -> Vec<i8> {
        match self {
            Step::Same => {}
            Step::Dense { kernel, bias, multiplier, shift, zero_point } => {
                let output = |o: usize| {
                    let sum = kernel[o]
                        .iter()
                        .zip(&x)
                        .fold(bias[o], |sum, (w, x)| sum.wrapping_add(i32::from(*w) * i32::from(*x)));
                    kernels::saturated(kernels::scaled(sum, multiplier[o], shift[o]).saturating_add(*zero_point))
                };
                return (0..kernel.len()).map(output).collect();
            }
            Step::Clamp { min, max } => x.iter_mut().for_each(|x| *x = (*x).clamp(*min, (*max).max(*min))),
            Step::Table(table) => x.iter_mut().for_each(|x| *x = table[usize::from(*x as u8)]),
            Step::Softmax { multiplier, shift, min } => {
                kernels::softmax_int8(&mut x, *multiplier, *shift as u32, *min);
            }
        }
        x
    }
}
