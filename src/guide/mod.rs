//! The guide: neural networks from the first neuron to the firmware, with a figure for what is said.
//!
//! Each chapter stands alone. Its figures and tables are made by `examples/guide`, from functions and training runs of
//! this crate: `cargo run --release --example guide` makes them again in a few seconds, and fails if a run no longer
//! shows what the text says. Its snippets are tests.
//!
//! | chapter | |
//! |---|---|
//! | [`networks`] | what a network is, and how it learns |
//! | [`data`] | from CSV, NumPy, Parquet, matrices, pictures and downloads to a dataset, and back |
//! | [`losses`] | which loss for which task; what an outlier does |
//! | [`activations`] | curves and slopes; units that saturate or die |
//! | [`overfitting`] | early stopping, weight decay, L1 and L2, constraints, dropout, batch normalization |
//! | [`training`] | choosing the optimizer, the learning rate and the batch size |
//! | [`histories`] | what the curves of a run tell |
//! | [`plots`] | confusion matrices, curves, mistakes, weights and gradients as pictures |
//! | [`tensorboard`] | runs in TensorBoard: curves, histograms, pictures, hyperparameters |
//! | [`firmware`] | from the trained network to a microcontroller |
//! | [`boards`] | onto a real board: a project, a probe, and a number of cycles |
//! | [`from_keras`] | the same program in Keras and here |
//! | [`from_pytorch`] | the same program in PyTorch and here |
//! | [`playground`] | a page in which networks can be watched, and five experiments |
//! | [`gallery`] | the examples of the repository, and what each prints or draws |
//!
//! [`overview`](crate::overview) lists all there is, and [`keras`](crate::keras) where each thing of Keras's is.

pub mod activations;
pub mod boards;
pub mod data;
pub mod firmware;
pub mod from_keras;
pub mod from_pytorch;
pub mod gallery;
pub mod histories;
pub mod losses;
pub mod networks;
pub mod overfitting;
pub mod playground;
#[cfg(feature = "plot")]
pub mod plots;
pub mod tensorboard;
pub mod training;
