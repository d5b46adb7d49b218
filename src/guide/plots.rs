//! Plots: what to look at, and how to draw it.
//!
//! A number says how good a network is; a picture says what it does wrong. All of these take one line, write SVG, and
//! print as text. One dense layer, trained on the digits that are part of the crate, is the example of this page.
//!
//! ```
//! use taut::plot::{Histograms, Pictures, Predictions, RocCurve};
//! use taut::{ConfusionMatrix, prelude::*};
//! # fn main() -> taut::Result<()> {
//! # let folder = tempfile::tempdir().unwrap();
//! # std::env::set_current_dir(folder.path()).unwrap();
//! let (train, test) = datasets::digits()?.shuffle(3).split(0.25)?;
//! let model = Model::<Image<8, 8, 1>, (Flatten, Dense<64, 10>, Softmax)>::new(1);
//! let mut model = model.compile(Adam::new(0.01), SparseCategoricalCrossentropy, Accuracy);
//! # let fit = Fit { epochs: 2, ..Fit::default() };
//! # let _ = stringify!(
//! let fit = Fit { epochs: 15, ..Fit::default() };
//! # );
//! let history = model.validation_split(0.2).fit(&train, fit)?;
//! let outputs = model.predict_batch(&test.x);
//!
//! // Losses and metrics of each epoch, with the best one marked.
//! history.plot("history.svg")?;
//! print!("{}", history.sparklines());
//!
//! // Which digits are taken for which.
//! let mut matrix = ConfusionMatrix::new();
//! matrix.add(&outputs, &test.y);
//! matrix.plot("confusion.svg")?;
//! print!("{matrix}");
//!
//! // Eights against all others.
//! RocCurve::of_class(&outputs, &test.y, Class::new(8).unwrap())?.plot("roc.svg")?;
//!
//! // The digits that it takes for others.
//! let wrong = Predictions::new(&test.x, &outputs, &test.y)?.wrong();
//! wrong.take(10).plot("mistakes.svg")?;
//!
//! // What each output looks for.
//! let weights = model.net().1.weights_of_outputs::<Image<8, 8, 1>>();
//! Pictures::around_zero(&weights).captions(0..10).plot("weights.svg")?;
//!
//! // How large the next step's gradients are.
//! let gradients = model.gradients(&train.x[..32], &train.y[..32])?;
//! Histograms::gradients(&model, &gradients).plot("gradients.svg")?;
//! # Ok(())
//! # }
//! ```
//!
//! # Which classes are taken for which
//!
#![doc = include_str!("figures/confusion.svg")]
//!
//! A row has the samples of one class. A dark cell off the diagonal is a pair of classes that the network does not
//! tell apart; a column that is dark throughout is a class that it guesses too often. `names` gives the classes names:
//! `ConfusionMatrix::new().names(["cat", "dog"])`.
//!
//! # Thresholds
//!
#![doc = include_str!("figures/roc.svg")]
//!
//! A binary output becomes an answer by a threshold, which need not be 0.5. Each point of the ROC curve is one: how
//! many of the positive samples are found (recall), at the price of how many false alarms. The area is
//! [`Auc`](crate::Auc)'s. Where positive samples are rare, look at a
//! [`PrecisionRecallCurve`](crate::PrecisionRecallCurve) instead: one false alarm in a hundred negative samples
//! may then outnumber all positive ones.
//!
//! # What is wrong
//!
#![doc = include_str!("figures/mistakes.svg")]
//!
//! Ten mistakes tell more than a tenth of a percent of the accuracy. Often some labels are wrong, and some pictures
//! nobody could read.
//!
//! # What the layers have learned
//!
#![doc = include_str!("figures/dense_weights.svg")]
//!
//! An output of the dense layer adds up the ink where its picture is red, and subtracts it where it is blue. Pictures
//! that look like noise in a first layer are a sign of too few data, or too little weight decay.
//! `Pictures::around_zero(&net.0.filters())` draws the filters of a convolution, and
//! `Pictures::channels(net.0.predict(&image, &mut scratch))` what they make of an image.
//!
#![doc = include_str!("figures/gradients.svg")]
//!
//! Gradients that are all near zero early in a run: the layer does not learn (dead units, see
//! [`activations`](super::activations)). Gradients that grow from layer to layer: clip their norm, or reduce the rate.
//!
//! # In the terminal
//!
//! Everything prints: a history as a line for each number, a confusion matrix as a table, histograms and curves as
//! lines of blocks, and a picture in shades (`{}`) or in colors (`{:#}`, in a terminal that has them):
//!
//! ```
//! use taut::{plot::Pictures, prelude::*};
//! # fn main() -> taut::Result<()> {
//! let digits = datasets::digits()?;
//! let text = Pictures::of(&digits.x[..1]).to_string();
//! println!("{text}");
//! assert_eq!(text.lines().next(), Some("    ░░▓▓▒▒      "));
//! # Ok(())
//! # }
//! ```
//!
//! `cargo run --release --example 13_plots` draws all of these, of a convolution too.
