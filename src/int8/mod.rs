//! Networks of signed bytes: a quarter of the flash and the memory, and integer arithmetic only.
//!
//! The byte `q` represents the number `x = scale · (q - zero_point)`. As in TensorFlow Lite's specification for 8 bits,
//! weights are symmetric with one scale per output, activations have one scale and a zero point, sums have 32 bits, and
//! a factor of `multiplier · 2^(shift - 31)` converts sums to the next layer's bytes. [`quantize`] converts a trained
//! network on the computer; [`Quantized`] is the type of the result.
//!
//! ```
//! use taut::{int8::Int8, prelude::*};
//! type Net = (Dense<2, 8>, Tanh, Dense<8, 1>);
//! let model = Model::<Vector<2>, Net>::new(1); // and trained, say
//! let samples = [[0.0, 1.0], [1.0, 0.5], [-1.0, 0.0]].map(Vector::new);
//! let small = quantize(&model, &samples)?;
//! assert!((small.predict(&samples[0]).0 - model.predict(&samples[0]).0).amax() < 0.05);
//! // On the device there are bytes only:
//! let y = small.predict_bytes(&Int8::of(&samples[0], small.net().input()));
//! assert_eq!(y.to_sample(small.net().output()), small.predict(&samples[0]));
//! # Ok::<(), taut::Error>(())
//! ```
//!
//! See <https://ai.google.dev/edge/litert/conversion/tensorflow/quantization/quantization_spec> and B. Jacob et al.,
//! *Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference*, 2018.

pub(crate) mod activation;
#[cfg(feature = "train")]
pub(crate) mod convert;
pub(crate) mod dense;
pub(crate) mod identity;
pub(crate) mod quantized;
pub(crate) mod softmax;

pub use crate::contract::quantize::Quantize;
#[cfg(feature = "train")]
pub use crate::contract::quantize::ToInt8;
pub use crate::shape::int8::{Int8, Scale};
pub use activation::{Int8Clamp, Int8Table};
#[cfg(feature = "train")]
pub use convert::{LayerError, QuantizedModel, quantize};
pub use dense::Int8Dense;
pub use identity::Int8Identity;
pub use quantized::Quantized;
pub use softmax::Int8Softmax;
