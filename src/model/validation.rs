//! The samples of a run: those it trains on, and those it validates on.

use crate::datasets::rows::Rows;
use crate::datasets::training_data::TrainingData;
use crate::io::error::{Error, Result};
use crate::model::score::{check, check_weights};
use crate::shape::sample::Input;

/// Samples in memory.
pub(crate) struct Samples<'a, X, T> {
    pub x: Rows<'a, X>,
    pub t: &'a [T],
    /// One weight a sample, or none: all samples then count the same.
    pub weights: &'a [f32],
}

impl<'a, X: Input, T> Samples<'a, X, T> {
    pub fn new(data: &'a impl TrainingData<X, T>, weights: &'a [f32]) -> Self {
        Samples { x: data.rows(), t: data.targets(), weights }
    }

    /// Splits the last `fraction` off.
    pub fn split(self, fraction: f64) -> Result<(Self, Self)> {
        let Samples { x, t, weights } = self;
        let at = (x.len() as f64 * (1.0 - fraction)).floor();
        if !(fraction > 0.0 && at >= 1.0 && at < x.len() as f64) {
            let expected = "a fraction that leaves both parts a sample";
            let received = format!("{fraction} of {} samples", x.len());
            return Err(Error::argument("validation_split", expected, received));
        }
        let at = at as usize;
        let (t, weights) = (t.split_at(at), weights.split_at(at.min(weights.len())));
        let first = Samples { x: x.part(0..at), t: t.0, weights: weights.0 };
        Ok((first, Samples { x: x.part(at..x.len()), t: t.1, weights: weights.1 }))
    }
}

/// The source of the validation data.
pub(crate) enum Validation<'a, X, T> {
    /// The run does not validate.
    None,
    /// A dataset of its own.
    Data(Samples<'a, X, T>),
    /// The last part of the training data, as a fraction.
    Split(f64),
}

impl<'a, X: Input, T> Validation<'a, X, T> {
    /// The dataset for validation, if there is one, with the weights of `validation_sample_weight`.
    pub fn data(&self, weights: Option<&'a [f32]>) -> Result<Option<Samples<'a, X, T>>> {
        let Validation::Data(data) = self else {
            return match weights {
                None => Ok(None),
                Some(_) => {
                    let received = "a validation that is split off, or none";
                    Err(Error::argument("validation_sample_weight", "validation data", received))
                }
            };
        };
        check("the validation data", data.x.len(), data.t.len())?;
        if let Some(weights) = weights {
            check_weights("validation_sample_weight", weights, data.x.len())?;
        }
        Ok(Some(Samples { weights: weights.unwrap_or_default(), ..*data }))
    }
}
