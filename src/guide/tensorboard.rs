//! Watching runs in TensorBoard.
//!
//! [`History`](crate::History) tells of one run when it has ended. TensorBoard shows many, while they go on: their
//! curves beside each other, how the weights spread, pictures, and which settings led to which result.
//!
//! ```sh
//! pip install tensorboard
//! cargo add taut --features tensorboard
//! ```
//!
//! # A run
//!
//! The callback `TensorBoard` writes the numbers of each epoch to a folder. A folder for each run, all in one:
//!
#![cfg_attr(feature = "tensorboard", doc = "```")]
#![cfg_attr(not(feature = "tensorboard"), doc = "```ignore")]
//! use taut::{callbacks::TensorBoard, prelude::*};
//! # fn main() -> taut::Result<()> {
//! # let folder = tempfile::tempdir().unwrap();
//! # std::env::set_current_dir(folder.path()).unwrap();
//! let data = datasets::iris()?.shuffle(1);
//! for learning_rate in [0.001, 0.01, 0.1] {
//!     let board = TensorBoard::new(format!("logs/rate-{learning_rate}"))
//!         .hparam("learning_rate", learning_rate)
//!         .histogram_freq(5);
//!     let model = Model::<Vector<4>, (Dense<4, 16>, Relu, Dense<16, 3>, Softmax)>::new(3);
//!     let mut model = model.compile(Adam::new(learning_rate), SparseCategoricalCrossentropy, Accuracy);
//!     model.validation_split(0.2).callbacks(board).fit(&data, Fit { epochs: 20, ..Fit::default() })?;
//! }
//! # assert_eq!(std::fs::read_dir("logs").unwrap().count(), 3);
//! # Ok(())
//! # }
//! ```
//!
//! ```sh
//! tensorboard --logdir logs
//! ```
//!
//! | tab | shows | written by |
//! |---|---|---|
//! | SCALARS, TIME SERIES | `epoch_loss`, `epoch_accuracy`, …: a line for the training of each run, and one for its validation | always |
//! | | `batch_loss`, … within an epoch | `update_freq(steps)` |
//! | HISTOGRAMS, DISTRIBUTIONS | the weights of each tensor, by its place in the summary: `net.0/kernel/histogram` | `histogram_freq(epochs)` |
//! | IMAGES | weights as pictures: `net.0/kernel/image` | `write_images()` with `histogram_freq` |
//! | TEXT | the table of the layers | always, but for `write_graph(false)` |
//! | HPARAMS | a row for each run: its settings, its last loss and metrics | `hparam(name, value)` |
//!
//! Folders, tags and steps are those of Keras: a dashboard that was made for Keras's runs shows these too. What the
//! curves tell, [`histories`](super::histories) says. In histograms, look for a layer whose weights do not move while
//! others do (its units are dead, or it is frozen), and for weights that grow from epoch to epoch (a penalty is
//! missing, or the rate is too high).
//!
//! # Anything else
//!
//! A `SummaryWriter` writes numbers, histograms, pictures and Markdown from a program or from a callback of one's own.
//! This one draws, as curves, the largest weight of each tensor:
//!
#![cfg_attr(feature = "tensorboard", doc = "```")]
#![cfg_attr(not(feature = "tensorboard"), doc = "```ignore")]
//! use taut::{callbacks::*, prelude::*};
//! # fn main() -> taut::Result<()> {
//! # let folder = tempfile::tempdir().unwrap();
//! # std::env::set_current_dir(folder.path()).unwrap();
//! struct Largest(SummaryWriter);
//! impl<R> Callback<R> for Largest {
//!     fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, R>) -> taut::Result<()> {
//!         let (step, mut written) = (epoch.number as u64 - 1, Ok(()));
//!         epoch.for_each_tensor(|layer, tensor, values| {
//!             let largest = values.iter().fold(0.0_f32, |largest, w| largest.max(w.abs()));
//!             let tag = format!("largest/{layer}/{}", tensor.name);
//!             written = std::mem::replace(&mut written, Ok(())).and_then(|()| self.0.scalar(&tag, step, largest));
//!         });
//!         written.and_then(|()| self.0.flush())
//!     }
//! }
//! let digits = datasets::digits()?.take(100);
//! let mut writer = SummaryWriter::new("logs/own")?;
//! writer.image("digits", 0, &digits.x[..8])?;
//! let model = Model::<_, (Flatten, Dense<64, 10>, Softmax)>::new(1);
//! let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, ());
//! model.callbacks(Largest(writer)).fit(&digits, Fit { epochs: 3, ..Fit::default() })?;
//! # Ok(())
//! # }
//! ```
//!
//! [`EpochEnd::for_each_tensor`](crate::EpochEnd::for_each_tensor) is what it sees the weights by, and needs no
//! feature.
//!
//! # Files
//!
//! Event files are streams: a run appends to files of its own, and never overwrites one. A run that is interrupted
//! leaves what it has written; resumed from a checkpoint (`examples/11_resume.rs`) it goes on with the next epoch, in
//! new files, and of epochs that run twice TensorBoard shows the later ones. Delete the folder of a run to forget it.
//!
//! `cargo run --release --features tensorboard --example 15_tensorboard -- logs` writes three runs to look at.
