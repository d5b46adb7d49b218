//! The training state that a checkpoint holds beside the parameters.

use crate::contract::tensor::{Params, values};
use crate::io::checkpoint;
use crate::io::checkpoint::{State, check_finite, optimizer_text};
use crate::io::error::{Result, within};
use crate::model::copy::copied;
use crate::optimizers::optimizer::OptimizerState;
use rand::rngs::Xoshiro256PlusPlus;
use std::path::Path;

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

/// Saves the parameters and the state of a training. Fails, as the checkpoint could not be resumed, if a number is NaN
/// or infinite, or the learning rate out of its range.
///
/// - `optimizer`: its name and learning rate; `epochs`: their names and rows.
pub(crate) fn save_training<N: Params>(
    (path, net): (&Path, &N),
    optimizer: (&str, f32),
    moments: &OptimizerState<N>,
    random: &Xoshiro256PlusPlus,
    epochs: (&[String], &[Vec<f32>]),
    best: Option<&N>,
) -> Result<()> {
    check_finite(path, net, None)?;
    moments
        .infos
        .iter()
        .zip(&moments.values)
        .try_for_each(|(info, value)| check_finite(path, &**value, Some(info.name)))?;
    best.map_or(Ok(()), |best| check_finite(path, best, None))?;
    within("the learning rate to be saved", optimizer.1, 0.0..)?;
    let state = State {
        optimizer: optimizer_text(optimizer.0, &moments.infos),
        learning_rate: optimizer.1,
        steps: moments.steps,
        random: random.clone(),
        names: epochs.0.to_vec(),
        rows: epochs.1.to_vec(),
        moments: moments.values.iter().map(|moment| values(&**moment)).collect(),
        best: best.map(values),
    };
    checkpoint::save(path, net, &state.bytes())
}
