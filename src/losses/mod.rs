//! Losses, one file each. The associated type `Target` is the label that a loss takes, so that a wrong dataset is a
//! mismatch of types.
//!
//! As in Keras, the loss of a batch is the mean over its samples, and the loss of a sample is the mean over its outputs
//! (for categorical cross-entropies, the sum). Most losses are also metrics: means over the samples.
//!
//! ```
//! use taut::prelude::*;
//! let (p, t) = ([[0.5, 0.5], [1.0, 3.0]].map(Vector::new), [Vector::new([1.0, 1.0]); 2]);
//! // As a metric: (0.25 + 0.25) / 2, and (0 + 4) / 2, of which the mean is 1.125.
//! assert_eq!(MeanSquaredError.value(&p, &t), 1.125);
//! # let data = Dataset::new(p.to_vec(), t.to_vec())?;
//! # let model = Model::<Vector<2>, taut::Linear>::new(1);
//! // And as the loss of a network, here of one that returns its input:
//! assert_eq!(model.compile(Sgd::default(), MeanSquaredError, ()).evaluate(&data)?.loss(), 1.125);
//! # Ok::<(), taut::Error>(())
//! ```

pub(crate) mod binary_crossentropy;
pub(crate) mod binary_focal_crossentropy;
pub(crate) mod categorical_crossentropy;
pub(crate) mod categorical_focal_crossentropy;
pub(crate) mod categorical_generalized_crossentropy;
pub(crate) mod categorical_hinge;
pub(crate) mod cosine_similarity;
pub(crate) mod dice;
pub(crate) mod from_logits;
pub(crate) mod hinge;
pub(crate) mod huber;
pub(crate) mod kl_divergence;
pub(crate) mod log_cosh;
pub(crate) mod loss;
pub(crate) mod mean_absolute_error;
pub(crate) mod mean_absolute_percentage_error;
pub(crate) mod mean_loss;
pub(crate) mod mean_squared_error;
pub(crate) mod mean_squared_logarithmic_error;
pub(crate) mod poisson;
pub(crate) mod probabilities;
pub(crate) mod score;
pub(crate) mod sparse_categorical_crossentropy;
pub(crate) mod squared_hinge;
pub(crate) mod takes;
pub(crate) mod tversky;
pub(crate) mod unchecked;

pub use binary_crossentropy::BinaryCrossentropy;
pub use binary_focal_crossentropy::BinaryFocalCrossentropy;
pub use categorical_crossentropy::CategoricalCrossentropy;
pub use categorical_focal_crossentropy::CategoricalFocalCrossentropy;
pub use categorical_generalized_crossentropy::CategoricalGeneralizedCrossEntropy;
pub use categorical_hinge::CategoricalHinge;
pub use cosine_similarity::CosineSimilarity;
pub use dice::Dice;
pub use from_logits::{FromLogits, OfLogits};
pub use hinge::Hinge;
pub use huber::Huber;
pub use kl_divergence::KlDivergence;
pub use log_cosh::LogCosh;
pub use loss::{Fused, Loss};
pub use mean_absolute_error::MeanAbsoluteError;
pub use mean_absolute_percentage_error::MeanAbsolutePercentageError;
pub use mean_loss::MeanLoss;
pub use mean_squared_error::MeanSquaredError;
pub use mean_squared_logarithmic_error::MeanSquaredLogarithmicError;
pub use poisson::Poisson;
pub use sparse_categorical_crossentropy::SparseCategoricalCrossentropy;
pub use squared_hinge::SquaredHinge;
pub use takes::{Fits, Logits, Takes};
pub use tversky::Tversky;
pub use unchecked::Unchecked;
