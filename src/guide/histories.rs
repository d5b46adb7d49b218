//! What the curves of a run tell.
//!
//! `fit` returns a [`History`](crate::History): the loss and the metrics of each epoch, of the training and of the
//! validation. It prints as a table, writes CSV, and draws itself by `History::plot`. Four that one should know:
//!
#![doc = include_str!("figures/histories.svg")]
//!
//! | one sees | it is | try |
//! |---|---|---|
//! | both fall, close together, and flatten | good | more epochs if they still fall |
//! | both stay high | underfitting: the network is too small, the rate too low, or the inputs are not scaled | more units, a higher rate, [`Normalization`](crate::Normalization) |
//! | the training falls, the validation turns up | overfitting | [`overfitting`](super::overfitting) |
//! | jumps, and no progress | the rate is too high, or the batch too small | a third of the rate |
//! | NaN | the rate is far too high, or there are NaN in the data | [`TerminateOnNan`](crate::TerminateOnNan) tells the epoch and the batch; a clipped norm |
//! | the first loss is far above `ln(classes)` | the inputs are not scaled, or the first weights are too large | scale them |
//! | stays at `ln(classes)` for long | dead or saturated units, or labels that have nothing to do with the inputs | [`activations`](super::activations); look at some samples with their labels |
//! | the validation is *better* than the training | dropout or augmentation makes the training harder; the training loss is a mean over the epoch, in which the network still got better | nothing |
//! | the validation is much better from the first epoch on | samples of the training data are in the validation data too, or it is too easy | look at how it was split |
//! | the validation is far worse in the first epochs, then close | batch normalization, whose moving means have not arrived | more epochs; scaled inputs |
//! | the loss falls, the accuracy does not move | the classes are not balanced: it says the most frequent one always | class weights, [`F1Score`](crate::F1Score), a [`ConfusionMatrix`](crate::ConfusionMatrix) |
//! | steps, then flat | a schedule has reduced the rate | it may have come too early |
//!
//! ```
//! use taut::prelude::*;
//! # fn main() -> taut::Result<()> {
//! # let data = datasets::iris()?.shuffle(1);
//! # let model = Model::<_, (Dense<4, 3>, Softmax)>::new(1);
//! # let mut model = model.compile(Adam::new(0.05), SparseCategoricalCrossentropy, Accuracy);
//! let history = model.validation_split(0.2).fit(&data, Fit { epochs: 20, ..Fit::default() })?;
//! let (training, validation) = (history.get(TrainingLoss), history.get(ValLoss));
//! let best = (0..20).min_by(|a, b| validation[*a].total_cmp(&validation[*b])).unwrap_or(0);
//! println!("best in epoch {}: {} (training {})", best + 1, validation[best], training[best]);
//! println!("accuracy {:?}, of the training {:?}", history.get(Val(Accuracy)), history.get(Training(Accuracy)));
//! # assert!(validation[best] <= validation[0]);
//! # Ok(())
//! # }
//! ```
//!
//! The training loss holds the penalties of regularizers, and that of the validation too: compare metrics, not losses,
//! of runs with different penalties.
