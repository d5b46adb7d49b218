//! What layers compute, as quantization sees it: on floats, and on signed bytes.

use crate::contract::layer::Arch;
use crate::kernels;
use crate::shape::int8::Scale;
use nalgebra::SMatrix;

/// What a layer computes, as quantization sees it: on plain vectors.
pub enum Operation {
    /// The numbers stay as they are.
    Same,
    /// `bias + kernel · x`, the kernel's outputs one after another.
    Dense {
        /// A row an output.
        kernel: Vec<Vec<f32>>,
        /// A number an output.
        bias: Vec<f32>,
    },
    /// `factor · x + shift` for each channel; becomes a part of the dense layer before it.
    BatchNorm {
        /// A number a channel.
        factor: Vec<f32>,
        /// A number a channel.
        shift: Vec<f32>,
    },
    /// Kept between two numbers.
    Clamp(f32, f32),
    /// A function of each number, and the scale of its outputs where that does not depend on the data.
    Map(Box<dyn Fn(f32) -> f32>, Option<Scale>),
    /// `exp(x) / Σ exp(x)`
    Softmax,
}

impl Operation {
    /// A function of each number, and the scale of its outputs where that does not depend on the data.
    pub(crate) fn map(f: impl Fn(f32) -> f32 + 'static, scale: Option<Scale>) -> Self {
        Operation::Map(Box::new(f), scale)
    }

    pub(crate) fn dense<const I: usize, const O: usize>(kernel: &SMatrix<f32, O, I>, bias: &[f32]) -> Self {
        // Then no sum has more than 32 bits.
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
            Operation::Clamp(least, most) => x.into_iter().map(|x| x.clamp(*least, *most)).collect(),
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

/// What a layer does with bytes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    Same,
    Dense { kernel: Vec<Vec<i8>>, bias: Vec<i32>, multiplier: Vec<i32>, shift: Vec<i8>, zero_point: i32 },
    Clamp { least: i8, most: i8 },
    Table(Vec<i8>),
    Softmax { multiplier: i32, shift: i32, least: i32 },
}

impl Step {
    /// The bytes of the layer of bytes, as it lies in memory: fields of whole words at a word's address.
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
            Step::Clamp { least, most } => words(&mut to, &[i32::from(*least), i32::from(*most)]),
            Step::Table(table) => to.extend(table.iter().map(|y| *y as u8)),
            Step::Softmax { multiplier, shift, least } => words(&mut to, &[*multiplier, *shift, *least]),
        }
        to
    }

    pub(crate) fn dense(kernel: &[Vec<f32>], bias: &[f32], input: Scale, output: Scale) -> Self {
        let mut step = (vec![], vec![], vec![], vec![]);
        for (w, bias) in kernel.iter().zip(bias) {
            // A channel without weights, or with weights that are tiny beside its bias, gets a scale by which the bias has 30 bits.
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
        // Differences as numbers from -32 to 0 with 26 fractional bits.
        let (multiplier, shift) = fixed((input.scale as f64 * f64::from(1 << 26)).clamp(1.0, f64::from(i32::MAX)));
        let least = -(31.0 * f64::from(1 << 26) / 2_f64.powi(shift.into())).floor();
        Step::Softmax { multiplier, shift: shift.into(), least: least as i32 }
    }
}

/// A positive number as `multiplier · 2^(shift - 31)`.
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
        // Anything that is multiplied by less than that is zero, and by more it is as large as can be.
        ..-31 => (0, 0),
        31.. => (i32::MAX, 30),
        _ => (multiplier as i32, shift as i8),
    }
}

/// The layers of a network of bytes, one after another.
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
            Step::Clamp { least, most } => x.iter_mut().for_each(|x| *x = (*x).clamp(*least, (*most).max(*least))),
            Step::Table(table) => x.iter_mut().for_each(|x| *x = table[usize::from(*x as u8)]),
            Step::Softmax { multiplier, shift, least } => {
                kernels::softmax_int8(&mut x, *multiplier, *shift as u32, *least);
            }
        }
        x
    }
}
