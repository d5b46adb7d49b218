//! Which loss for which task, and what an outlier does to it.
//!
//! A loss turns an output `p` and a target `t` into one number that is to be small. It decides what the network is good
//! at, so it should measure what a mistake costs you.
//!
//! | the task | last layer | loss | labels |
//! |---|---|---|---|
//! | one of `N` classes | `Dense<_, N>, Softmax` | [`SparseCategoricalCrossentropy`](struct@crate::SparseCategoricalCrossentropy) | `Class<N>` |
//! | yes or no, labels of two classes | `Dense<_, 2>, Softmax` | [`SparseCategoricalCrossentropy`](struct@crate::SparseCategoricalCrossentropy) | `Class<2>` |
//! | one of `N` classes, labels one-hot or smoothed | `Dense<_, N>, Softmax` | [`CategoricalCrossentropy`](struct@crate::CategoricalCrossentropy) | `Vector<N>` |
//! | yes or no; several labels at once | `Dense<_, N>, Sigmoid` | [`BinaryCrossentropy`](struct@crate::BinaryCrossentropy) | `Vector<N>` of 0 and 1 |
//! | the same, where yes is rare | `Dense<_, N>, Sigmoid` | [`BinaryFocalCrossentropy`](crate::BinaryFocalCrossentropy), or class weights | `Vector<N>` |
//! | a number | `Dense<_, 1>` | [`MeanSquaredError`](crate::MeanSquaredError) | `Vector<1>` |
//! | a number, with outliers in the data | `Dense<_, 1>` | [`Huber`](crate::Huber), [`MeanAbsoluteError`](crate::MeanAbsoluteError), [`LogCosh`](crate::LogCosh) | `Vector<1>` |
//! | a positive number over several magnitudes | `Dense<_, 1>, Softplus` | [`MeanSquaredLogarithmicError`](crate::MeanSquaredLogarithmicError) | `Vector<1>` |
//! | a count | `Dense<_, 1>, Softplus` | [`Poisson`](crate::Poisson) | `Vector<1>` |
//! | the input again (an autoencoder) | whatever has the input's shape | [`MeanSquaredError`](crate::MeanSquaredError) | the input |
//!
//! A loss that does not fit the last layer, such as a cross-entropy without a softmax, does not compile. Nor do labels
//! of another type: the compiler names both, as in ``expected `Dataset<_, Vector<3>>`, found `Dataset<_, Class<3>>` ``.
//! Then take the loss of the table, or make the labels one-hot by [`Dataset::one_hot`](crate::Dataset::one_hot); and
//! the last layer must have as many outputs as there are classes.
//!
#![doc = include_str!("figures/losses.svg")]
//!
//! # Regression
//!
//! With the error `e = p - t`, and means over the numbers of an output and the samples of a batch:
//!
//! - **[`MeanSquaredError`](crate::MeanSquaredError)**, MSE, `mean(e²)`. Its best constant answer is the mean of the
//!   targets. An error twice as large counts four times: it hates large errors, and outliers pull it.
//! - **[`RootMeanSquaredError`](crate::RootMeanSquaredError)**, RMSE, `√mean(e²)`: a metric, in the unit of the target.
//!   Whoever lowers the MSE lowers it too.
//! - **[`MeanAbsoluteError`](crate::MeanAbsoluteError)**, MAE, `mean(|e|)`. Its best constant answer is the median. An
//!   outlier counts like any other sample, but the slope is the same near the target as far from it, so that steps do
//!   not get smaller near the goal: let the learning rate fall.
//! - **[`Huber`](crate::Huber)**: squared up to an error of `delta`, and linear beyond. Set `delta` to the error that
//!   you would still call usual. [`LogCosh`](crate::LogCosh) is nearly the same without a setting.
//! - **[`MeanAbsolutePercentageError`](crate::MeanAbsolutePercentageError)**, MAPE, `100 · mean(|e / t|)`: errors as
//!   parts of the target. It is easy to tell to others, but a target near 0 makes it huge, and it punishes answers that
//!   are too high more than those that are too low: an answer of 0 is never worse than 100 %.
//! - **[`MeanSquaredLogarithmicError`](crate::MeanSquaredLogarithmicError)**, MSLE, `mean((ln(1 + p) - ln(1 + t))²)`:
//!   the ratio counts, and not the difference. From 10 to 20 is nearly as wrong as from 1,000 to 2,000. Numbers below 0
//!   count as 0.
//! - **[`R2Score`](crate::R2Score)**, R², `1 - Σe² / Σ(t - mean(t))²`: a metric. 1 is perfect, 0 is no better than the
//!   mean of the targets, and it can be below 0.
//!
//! # What an outlier does
//!
//! Nine points near the line `y = x + 1`, and one that was measured wrongly. The squared error turns the line
//! toward it; those of the other two turn much less.
//!
#![doc = include_str!("figures/outlier.svg")]
//!
//! The slope that each finds, of nine points and of ten:
//!
#![doc = include_str!("figures/outlier.md")]
//!
//! # Classification
//!
//! A cross-entropy is `-ln(p of the right class)`: it asks for the probability that the network gave to what is true.
//! Being sure and wrong costs without limit. The numbers that go into the softmax or the sigmoid are the *logits*, and
//! they are what the layers below can change: by the logit, a cross-entropy is steep where the network is sure and
//! wrong, and a squared error of the probability is flat there, so that it learns slowly just where there is most to
//! learn (the right panel above).
//!
//! - **[`SparseCategoricalCrossentropy`](struct@crate::SparseCategoricalCrossentropy)**, `-ln(p[t])`. Behind a softmax
//!   it is computed from the logits, in one go with the softmax, which cannot overflow. A network that guesses has
//!   `ln(N)`: 2.3 of ten classes. If a run starts far above it, the inputs are not scaled.
//! - **[`BinaryCrossentropy`](struct@crate::BinaryCrossentropy)**, `-(t ln p + (1 - t) ln(1 - p))`, for each output by
//!   itself.
//! - **[`BinaryFocalCrossentropy`](crate::BinaryFocalCrossentropy)** multiplies by `(1 - p)^gamma`, with the `p` of the
//!   true answer: samples that are already right count little. It is for classes of which one is rare.
//! - **[`KlDivergence`](crate::KlDivergence)**, where the target is itself a distribution, such as another network's
//!   output.
//! - **[`Hinge`](crate::Hinge)**, `max(1 - t p, 0)` with targets of -1 and 1: satisfied once the answer is right by a
//!   margin of 1.
//!
//! # A look at one sample
//!
//! Each loss is a function that you can call:
//!
//! ```
//! use taut::{losses::Huber, prelude::*};
//! let (p, t, mut gradient) = (Vector::new([5.0]), Vector::new([1.0]), Vector::new([0.0]));
//! assert_eq!(MeanSquaredError.loss(&p, &t, &mut gradient), 16.0);
//! assert_eq!(gradient.values(), [8.0]); // an outlier pulls by its whole distance,
//! assert_eq!(Huber { delta: 1.0 }.loss(&p, &t, &mut gradient), 3.5);
//! assert_eq!(gradient.values(), [1.0]); // and here by no more than delta
//! ```
//!
//! The loss that trains need not be the number that you report: give the others as metrics. [`Loss`](crate::Loss) shows
//! how to write one of your own.
