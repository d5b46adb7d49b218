//! The training state that a checkpoint holds beside the parameters.

use crate::contract::tensor::{Params, values};
use crate::io::checkpoint::State;
use crate::model::copy::copied;
use crate::optimizers::optimizer::OptimizerState;
use rand::rngs::Xoshiro256PlusPlus;

/// The epochs of the last run, or of the run to resume, and its best parameters.
pub(crate) struct Finished<N> {
    pub names: Vec<String>,
    pub rows: Vec<Vec<f32>>,
    pub best: Option<Box<N>>,
}

impl<N> Default for Finished<N> {
    fn default() -> Self {
        Finished { names: vec![], rows: vec![], best: None }
    }
}

impl<N: Params> Clone for Finished<N> {
    fn clone(&self) -> Self {
        Finished { names: self.names.clone(), rows: self.rows.clone(), best: self.best.as_deref().map(copied) }
    }
}

/// The state of a training, to be written to a checkpoint.
///
/// - `optimizer`: its name and learning rate; `epochs`: their names and rows.
pub(crate) fn state<N: Params>(
    optimizer: (&str, f32),
    moments: &OptimizerState<N>,
    random: &Xoshiro256PlusPlus,
    epochs: (&[String], &[Vec<f32>]),
    best: Option<&N>,
) -> State {
    State {
        optimizer: optimizer.0.into(),
        learning_rate: optimizer.1,
        steps: moments.steps,
        random: random.clone(),
        names: epochs.0.to_vec(),
        rows: epochs.1.to_vec(),
        moments: moments.values.iter().map(|moment| values(&**moment)).collect(),
        best: best.map(values),
    }
}
