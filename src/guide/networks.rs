//! What a network is, and how it learns.
//!
//! # A layer
//!
//! A *neuron*, or unit, takes some numbers `x`, multiplies each by a *weight*, adds a *bias*, and applies an
//! *activation function* to the sum: `y = f(w · x + b)`. A *dense layer* is several units over the same input, so that
//! its weights are a matrix, the *kernel*: `y = f(W x + b)`. In this crate the activation is a layer of its own:
//!
//! ```
//! use taut::prelude::*;
//! let mut layer = Model::<Vector<2>, Dense<2, 1>>::new(1); // two numbers in, one unit
//! layer.net_mut().kernel[(0, 0)] = 0.5;
//! layer.net_mut().kernel[(0, 1)] = -1.0;
//! layer.net_mut().bias[0] = 0.25;
//! let y = layer.predict(&Vector::new([3.0, 1.0]));
//! assert_eq!(y.values(), [0.5 * 3.0 - 1.0 * 1.0 + 0.25]);
//! ```
//!
//! A *network* is layers one after the other. Without an activation between them, two dense layers would be no more
//! than one: a product of matrices is a matrix. The bend of the activation is what lets a network bend its decisions.
//!
//! Here, a network is a *type*. The compiler knows the size of each layer's input and output, and refuses a network
//! whose sizes do not fit:
//!
//! ```
//! use taut::prelude::*;
//! network! { type Net: Vector<2> = (Dense<2, 16>, Tanh, Dense<16, 16>, Tanh, Dense<16, 2>, Softmax); }
//! assert_eq!(Budget::<Vector<2>, Net>::PARAMS, (2 * 16 + 16) + (16 * 16 + 16) + (16 * 2 + 2));
//! ```
//!
//! # The loss
//!
//! At first the weights are random, and so are the answers. A *loss* says how wrong an answer is, as one number: the
//! smaller, the better. [`losses`](super::losses) has the usual ones. To learn is to change the weights so that the
//! mean loss over the training data falls.
//!
//! # Downhill
//!
//! The derivative of the loss by a weight says which way is down: if it is positive, a smaller weight has a smaller
//! loss. All derivatives together are the *gradient*. *Gradient descent* takes a step against it, again and again: `w
//! -= η · dL/dw`, where `η` is the *learning rate*. It is the number that matters most: a rate that is too small learns
//! slowly, and one that is too large jumps across the valley, each time farther.
//!
#![doc = include_str!("figures/descent.svg")]
//!
//! One weight, from -1 toward the lowest loss at 2, by six steps of [`Sgd`](crate::Sgd) at three learning rates.
//!
//! *Backpropagation* computes the gradient: it goes through the layers backward and applies the chain rule in each. A
//! step does not need all data: the mean over a *batch* of some tens of samples is nearly as good and much cheaper. One
//! pass over all batches is an *epoch*.
//!
//! # A run
//!
//! ```
//! use taut::prelude::*;
//! network! { type Net: Vector<4> = (Dense<4, 8>, Relu, Dense<8, 3>, Softmax); }
//!
//! # fn main() -> taut::Result<()> {
//! let (train, test) = datasets::iris()?.shuffle(1).split(0.2)?; // sorted by species: shuffle; 20 % are the test
//! let mut model = Model::<_, Net>::new(7).compile(Adam::new(0.01), SparseCategoricalCrossentropy, Accuracy);
//! let history = model.fit(&train, Fit { epochs: 30, batch_size: 16, ..Fit::default() })?;
//! let losses = history.get(TrainingLoss);
//! assert!(losses[29] < losses[0]);
//! println!("{}", model.evaluate(&test)?); // on flowers that the network has not seen
//! # Ok(())
//! # }
//! ```
//!
//! [`Relu`](crate::Relu) and [`Tanh`](crate::Tanh) are activations ([`activations`](super::activations));
//! [`Softmax`](crate::Softmax) makes probabilities of the last layer's numbers; 7 is the seed of all that is drawn at
//! random; [`Adam`](crate::Adam) is gradient descent that finds a rate for each weight ([`training`](super::training));
//! [`Accuracy`](crate::Accuracy) is the share of right answers.
//!
//! The data are split, since a network can learn its training data by heart: only samples that it has not seen tell
//! what it has understood. [`overfitting`](super::overfitting) has more of that.
//!
//! # What it has learned
//!
//! Two half moons of points, and which class the network of two inputs, at the top of this page, gives each place of
//! the plane. At first
//! the line between the classes is anywhere; then it is nearly straight, as if there were no hidden layers; then it
//! bends.
//!
#![doc = include_str!("figures/boundary.svg")]
//!
//! `examples/playground` in the repository is such a picture that learns while you look, in a browser.
//!
//! # Keep it
//!
//! ```
//! use taut::prelude::*;
//! network! { type Net: Vector<4> = (Dense<4, 8>, Relu, Dense<8, 3>, Softmax); }
//!
//! # fn main() -> taut::Result<()> {
//! # let folder = tempfile::tempdir().unwrap();
//! # std::env::set_current_dir(folder.path()).unwrap();
//! let data = datasets::iris()?.shuffle(1);
//! let mut model = Model::<_, Net>::new(7).compile(Adam::new(0.01), SparseCategoricalCrossentropy, Accuracy);
//! model.fit(&data, Fit { epochs: 10, ..Fit::default() })?;
//! model.save("flowers.taut")?;
//!
//! // In another program, or later: the same type, the parameters from the file.
//! let model = Model::<Vector<4>, Net>::load("flowers.taut")?;
//! let names = ["setosa", "versicolor", "virginica"];
//! println!("{}", names[model.predict(&Vector::new([5.1, 3.5, 1.4, 0.2])).argmax()]);
//!
//! // Compiled again, it can be evaluated, and trained further.
//! let mut model = model.compile(Adam::new(0.001), SparseCategoricalCrossentropy, Accuracy);
//! println!("{}", model.evaluate(&data)?);
//! model.fit(&data, Fit { epochs: 5, ..Fit::default() })?;
//! # Ok(())
//! # }
//! ```
//!
//! [`save_training`](crate::Compiled::save_training) also keeps what the optimizer remembers, so that a run goes on as
//! if it had never been interrupted.
