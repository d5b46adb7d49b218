//! Overfitting, and what helps against it.
//!
//! A network with enough parameters can learn its training data by heart, mistakes included. The training loss then
//! goes on falling while the loss of data that it has not seen rises: it *overfits*.
//!
#![doc = include_str!("figures/overfitting.svg")]
//!
//! 300 digits, of which every tenth has a wrong label, a hidden layer of 128 units, and a constant rate. After the best
//! epoch the network learns the wrong labels.
//!
//! # What helps, measured
//!
//! The same network on the same data, 150 epochs of Adam whose rate falls to zero. The weights are those of the first
//! layer, and one counts as zero below 0.001.
//!
#![doc = include_str!("figures/helps.md")]
//!
//! (One run each, with one seed, and 1,497 digits to validate: read differences of a hundredth and less as chance.
//! Early stopping is judged by the data that chose its epoch, which flatters it a little.)
//!
//! # More data
//!
//! Nothing helps as much. Where there are no more, change the samples that you have: [`RandomFlip`](crate::RandomFlip)
//! and [`RandomTranslation`](crate::RandomTranslation) draw anew in each epoch, and [`Augment`](crate::Augment) is a
//! trait for changes of your own.
//!
//! # Early stopping
//!
//! Watch the loss of a validation set, and stop when it has not improved for some epochs. It costs the samples that are
//! held back, and belongs into every run:
//!
//! ```
//! use taut::prelude::*;
//! # fn main() -> taut::Result<()> {
//! let data = datasets::iris()?.shuffle(1);
//! let model = Model::<_, (Dense<4, 3>, Softmax)>::new(1);
//! let mut model = model.compile(Adam::new(0.05), SparseCategoricalCrossentropy, ());
//! let stop = EarlyStopping::new(ValLoss).patience(5).restore_best_weights();
//! let history = model.validation_split(0.2).callbacks(stop).fit(&data, Fit { epochs: 200, ..Fit::default() })?;
//! # assert!(history.rows.len() > 5);
//! # Ok(())
//! # }
//! ```
//!
//! # Smaller weights: L2 and weight decay
//!
//! Large weights let a function turn sharply, and a function that passes through every sample turns sharply.
//! [`L2`](crate::L2)`(λ)` adds `λ Σw²` to the loss, so that each weight pays for its size. *Weight decay*, in
//! [`AdamW`](crate::AdamW) or by [`OptimizerOptions`](crate::OptimizerOptions), shrinks the weights in each step
//! instead: `w -= η d w`. For plain gradient descent the two are the same (`d = 2λ`); for Adam they are not, since Adam
//! divides the gradient, penalty included, by its usual size, and a penalty that is divided hardly shrinks the weights
//! whose gradients are large.
//!
//! # Few weights: L1
//!
//! The *norm* of the weights says how large they are together. The L2 norm is their length, `√Σw²`, and all weights
//! of at most that length are a ball. The L1 norm is `Σ|w|`, and all weights of at most that norm are a diamond, whose
//! corners lie on the axes: at a corner, some weights are exactly zero. Of all weights with a given norm, the best are
//! where a ring of equal loss first touches:
//!
#![doc = include_str!("figures/norms.svg")]
//!
//! The ball is touched somewhere on its side, the diamond mostly at a corner. Or, by the slope: that of `λw²` is `2λw`,
//! and gets weaker near zero; that of `λ|w|` is `λ` however small the weight is, and pushes it all the way. (A step of
//! gradient descent jumps over zero and back, by no more than the rate: where the rate has fallen to zero, so has the
//! weight.)
//!
//! The weights of the first layer, after training with each:
//!
#![doc = include_str!("figures/weights.svg")]
//!
//! `L2` has some weights at zero too: those of pixels that are empty in every digit, which nothing but the penalty
//! moves, and those of units that the network does not need. [`L1L2`](crate::L1L2) has both. Regularizers are options
//! of a layer's tensor:
//!
//! ```
//! use taut::prelude::*;
//! let model = Model::<Vector<64>, (Dense<64, 32>, Relu, Dense<32, 10>, Softmax)>::new(1).layers(|net| {
//!     net.0.kernel.regularizer = L1(1e-3).into();
//!     net.2.kernel.regularizer = L2(1e-3).into();
//! });
//! ```
//!
//! A bias needs none: there are few of them, and they turn nothing sharply.
//!
//! # Constraints
//!
//! [`MaxNorm`](crate::MaxNorm)`(c)` does not pull at weights; after each step it shortens the incoming weights of a
//! unit that are longer than `c`. It goes well with dropout and a high rate. [`NonNeg`](crate::NonNeg) and
//! [`UnitNorm`](crate::UnitNorm) are for models that must be read.
//!
//! # Dropout
//!
//! [`Dropout`](crate::Dropout)`<50>` sets each number to zero with a probability of 50 % in each training step, and
//! scales the others so that the mean stays. No unit can rely on a certain other one, and each step trains a different
//! network: what is left is like the mean of them all. In inference it does nothing, and costs nothing: a program that
//! embeds the network does not know of it. Start with 20 to 50 behind dense layers. Training takes more epochs, and the
//! training loss is often higher than that of the validation, which has no dropout.
//!
//! # Batch normalization
//!
//! [`BatchNorm`](crate::BatchNorm) gives each channel the mean 0 and the variance 1 over the batch, and learns a gain
//! and a shift. It is for speed first: deep networks bear higher rates with it. Since a sample's output depends on the
//! others of its batch, it also adds noise, which helps a little, as the table shows. In inference there is no batch:
//! it then uses moving means, which need some hundred steps to arrive (their momentum is 0.99). Until then the
//! validation is far worse than the training. Not for batches below 16; where the samples are sequences, take
//! [`LayerNorm`](crate::LayerNorm). For inference, [`Model::fold`](crate::Model::fold) makes it a part of the layer
//! before it.
//!
//! # In which order
//!
//! First a network that *can* overfit: if the training loss does not fall, nothing on this page helps
//! ([`histories`](super::histories)). Then early stopping, more data or augmentation, dropout or weight decay, and a
//! smaller network last. Keep a test set that none of these decisions has seen: each choice by the validation loss is a
//! little bit of learning from the validation data.
