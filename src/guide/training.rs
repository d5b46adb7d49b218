//! Choosing the optimizer, the learning rate and the batch size.
//!
//! Three lines that are right more often than not: `Adam::new(0.001)`, batches of 32, and early stopping. This page is
//! for when they are not.
//!
//! # The optimizer
//!
#![doc = include_str!("figures/optimizers.svg")]
//!
//! - **[`Sgd`](crate::Sgd)**, `w -= η g`. The same rate for all weights, so it must be found for each network. With
//!   `momentum: 0.9` it keeps nine tenths of its last step, and is ten times as fast in a straight valley. It needs the
//!   least memory: no moment, or one.
//! - **[`RmsProp`](crate::RmsProp)** divides each weight's gradient by its usual size. For recurrent networks, and
//!   where the task changes while it is learned.
//! - **[`Adam`](crate::Adam)** does both: momentum, and division by the usual size. Rates between 0.0003 and 0.01 work
//!   for nearly all networks, which is why one starts with it. Two moments: three times the memory of the weights.
//! - **[`AdamW`](crate::AdamW)** is Adam with a weight decay that works; for transformers, and wherever there is to be
//!   decay.
//! - **[`Lion`](crate::Lion)** takes the sign of its momentum: one moment; a rate three to ten times smaller than
//!   Adam's.
//! - **[`Muon`](crate::Muon)**, for the matrices of larger networks;
//!   **[`ScheduleFreeAdamW`](crate::ScheduleFreeAdamW)**, where one does not know how long the run will be;
//!   **[`Adagrad`](crate::Adagrad)** and **[`Ftrl`](crate::Ftrl)**, where inputs are sparse.
//!
//! # The learning rate
//!
//! It is the first number to try, in steps of three: 0.0001, 0.0003, 0.001, … Ten epochs of the same network at each:
//!
#![doc = include_str!("figures/rates.svg")]
//!
//! Too low a rate wastes time; too high a rate jumps about, and at last the loss is NaN
//! ([`TerminateOnNan`](crate::TerminateOnNan) then ends the run with an error that says where). Take the largest rate
//! that still falls smoothly, then let it fall: a high rate to get near, a low one to arrive.
//!
//! ```
//! use taut::{callbacks::ReduceLrOnPlateau, prelude::*, schedules::CosineDecay};
//! # fn main() -> taut::Result<()> {
//! # let data = datasets::iris()?.shuffle(1);
//! # type Net = (Dense<4, 3>, Softmax);
//! // Known length: from 0.01 to zero along a cosine, over all steps, after a warm-up of 20 steps.
//! let steps = 40 * data.len().div_ceil(32) as u64;
//! let schedule = CosineDecay { warmup_target: Some(0.01), warmup_steps: 20, ..CosineDecay::new(0.0, steps) };
//! let options = OptimizerOptions { learning_rate: schedule.into(), ..OptimizerOptions::default() };
//! let model = Model::<Vector<4>, Net>::new(1);
//! let first = model.compile(Adam::default().with(options), SparseCategoricalCrossentropy, ());
//!
//! // Unknown length: a fifth of the rate whenever five epochs brought nothing.
//! let mut second = Model::<Vector<4>, Net>::new(1).compile(Adam::new(0.01), SparseCategoricalCrossentropy, ());
//! let reduce = ReduceLrOnPlateau::new(ValLoss).factor(0.2).patience(5);
//! second.validation_split(0.2).callbacks(reduce).fit(&data, Fit { epochs: 3, ..Fit::default() })?;
//! # Ok(())
//! # }
//! ```
//!
//! # The batch size
//!
//! A larger batch has a better gradient, and fewer steps in an epoch. Four times the batch halves the noise of the
//! gradient, and no more; so for the same number of epochs, small batches learn more, and large ones compute faster.
//! With Adam, a batch four times as large bears about twice the rate:
//!
#![doc = include_str!("figures/batches.md")]
//!
//! Take 32, and go to 128 or more when epochs are slow. The noise of small batches also helps against overfitting.
//! Where a batch does not fit into memory, `accumulate` in [`OptimizerOptions`](crate::OptimizerOptions) adds up the
//! gradients of several.
//!
//! # Inputs come first
//!
//! None of this helps a network whose inputs have different scales: a column of thousands drowns one of thousandths.
//! Scale pixels to 0…1, and give tables a [`Normalization`](crate::Normalization) as the first layer, or a
//! [`Standardizer`](crate::Standardizer). Scale large targets of a regression too.
//!
//! # Seeds
//!
//! The same seed gives the same bits. Two seeds give two networks: before you believe that a change helps, look how
//! much a change of the seed does.
