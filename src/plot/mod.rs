//! Plots: what was trained, as SVG files and as text.
//!
//! | | |
//! |---|---|
//! | the loss and the metrics of each epoch | [`History::plot`](crate::History::plot), [`History::sparklines`](crate::History::sparklines) |
//! | which classes are taken for which | [`ConfusionMatrix::plot`](crate::ConfusionMatrix::plot) |
//! | recall, precision and false alarms at each threshold | [`RocCurve`], [`PrecisionRecallCurve`] |
//! | pictures, what a layer puts out, filters, the weights of a dense layer | [`Pictures`] |
//! | pictures with what the model takes them for | [`Predictions`] |
//! | weights and gradients of each tensor | [`Histograms`] |
//! | a matrix, a sequence, a vector | [`Heatmap`] |
//!
//! Each has a method `plot(path)` and prints as text. The same data give the same file, byte for byte. A name that does
//! not end in `.svg`, and data of which there is nothing to draw, are an [`Error::Argument`](crate::Error::Argument).
//! NaN and infinity are left out of a history, are green in pictures, and are counted apart in histograms. The file is
//! replaced as a whole, as [`io`](crate::io) says.
//!
//! ```
//! use taut::{plot::Pictures, prelude::*};
//! let seven = &datasets::digits()?.x[7..8];
//! let text = Pictures::of(seven).to_string();
//! assert_eq!(text.lines().count(), 8); // a line for each row of pixels
//! # Ok::<(), taut::Error>(())
//! ```

pub(crate) mod colors;
pub(crate) mod confusion_matrix;
pub(crate) mod curves;
pub(crate) mod heatmap;
pub(crate) mod histograms;
pub(crate) mod history;
pub(crate) mod pictures;
pub(crate) mod pixels;
pub(crate) mod predictions;
pub(crate) mod svg;
pub(crate) mod weights;

pub use curves::{PrecisionRecallCurve, RocCurve};
pub use heatmap::Heatmap;
pub use histograms::Histograms;
pub use pictures::Pictures;
pub use predictions::Predictions;
