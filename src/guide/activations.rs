//! Activations: their curves and slopes, units that saturate or die, and what each costs.
//!
//! An activation bends what a layer computes. Two things count in training: how large its slope is, since the gradient
//! is multiplied by it in each layer, and where the slope is zero, since nothing is learned there.
//!
#![doc = include_str!("figures/activations.svg")]
//!
//! | | good | bad |
//! |---|---|---|
//! | [`Relu`](crate::Relu) | one comparison; slope 1 for all that is positive; half of the outputs are zero | units can die; outputs have no upper limit |
//! | [`LeakyRelu`](crate::LeakyRelu), [`PRelu`](crate::PRelu) | a small slope for negative inputs: a unit can recover | a multiplication more |
//! | [`Relu6`](crate::Relu6), [`HardSigmoid`](crate::HardSigmoid), [`HardSilu`](crate::HardSilu), [`HardTanh`](crate::HardTanh) | comparisons and products alone, limited outputs: made for microcontrollers and signed bytes | flat beyond their limits |
//! | [`Elu`](crate::Elu), [`Selu`](crate::Selu), [`Celu`](crate::Celu) | outputs around zero; `Selu` keeps mean and variance from layer to layer, with `LecunNormal` and `AlphaDropout` | an exponential |
//! | [`Gelu`](crate::Gelu), [`Silu`](crate::Silu), [`Mish`](crate::Mish) | smooth; often a little better than `Relu` in deep networks | an exponential or more |
//! | [`Tanh`](crate::Tanh) | outputs around zero, from -1 to 1; the usual one within recurrent layers | saturates |
//! | [`Sigmoid`](crate::Sigmoid) | a probability, as a last layer | saturates, and its slope is 0.25 at most: not for hidden layers |
//! | [`Softplus`](crate::Softplus) | positive outputs, as a last layer of counts and scales | an exponential and a logarithm |
//! | [`Softmax`](crate::Softmax) | probabilities of classes, as a last layer | over all outputs, not each by itself |
//!
//! Start with `Relu` and [`HeNormal`](crate::HeNormal) or the default [`GlorotUniform`](crate::GlorotUniform). Change
//! it when you have a reason.
//!
//! # Saturation
//!
//! A sigmoid is flat where its input is far from zero, and has a slope of 0.25 where it is steepest. Backpropagation
//! multiplies by one slope for each layer: behind eight of them, `0.25⁸` is 0.000015, and the first layers hardly
//! learn. The same network of eight hidden layers, with three activations:
//!
#![doc = include_str!("figures/depth.svg")]
//!
//! # Dead units
//!
//! A rectified unit whose sum is negative for every sample puts out zero for all of them, and its slope is zero too: no
//! gradient will ever bring it back. A learning rate that is too high kills units by the dozen. A hundred hidden units,
//! trained on digits for 20 epochs with Adam:
//!
#![doc = include_str!("figures/dead.md")]
//!
//! A few units are dead from the start, since the corners of all digits are empty. The accuracy falls late: dead units
//! are first of all waste, of flash and of time. A leaky unit that is switched off for all samples still has a slope,
//! and the network goes on learning.
//!
//! # Cost
//!
//! On a computer an activation costs little beside the product before it. On a microcontroller it is not so:
//! instructions for one number, counted in QEMU by `examples/firmware/run.sh --activations`, on a processor with a
//! floating-point unit and on two without one.
//!
#![doc = include_str!("figures/activation_cost.md")]
//!
//! (Instructions, not cycles: a division, as in [`Softsign`](crate::Softsign), is one of them and takes fourteen cycles
//! on a Cortex-M4.) Without a floating-point unit an exponential takes thousands of instructions for each number: take
//! `Relu` or one of the hard ones there, or signed bytes, where most activations are a table of 256 bytes and all cost
//! the same, and a `Relu` costs nothing, since it is a part of the layer before it.
//!
//! # One of your own
//!
//! ```
//! use taut::{HardTanh, prelude::*};
//! // Any activation is a layer without parameters, of any sample.
//! let mut y = Vector::new([0.0; 3]);
//! assert_eq!(HardTanh.predict(&Vector::new([-3.0, 0.5, 3.0]), &mut y).values(), [-1.0, 0.5, 1.0]);
//! ```
//!
//! [`Activation`](crate::Activation) is the function and its slope; `examples/10_own_layer.rs` has a whole layer of
//! one's own.
