//! A network with its parameters and layer options.

use crate::contract::fold::{False, FoldValues, Folded};
use crate::contract::layer::Sizes;
use crate::contract::tensor::Role;
use crate::contract::train::{Context, Train};
use crate::datasets::rows::Rows;
use crate::initializers::variance_scaling::GlorotUniform;
use crate::initializers::{Initialize, Ones, Zeros};
use crate::io::checkpoint;
use crate::io::checkpoint::Checkpoint;
use crate::io::error::{Error, Result};
use crate::io::format::compose_example;
use crate::io::terminal::Wait;
use crate::memory::heap::{boxed, zeros};
use crate::model::copy::copied;
use crate::model::inference::{Inference, block};
use crate::model::summary::Summary;
use crate::shape::sample::Input;
use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use std::marker::PhantomData;
use std::path::Path;

/// A network with its parameters on the heap, and the training options of its layers.
///
/// - `X`: the input, a [`Sample`](crate::Sample) or [`Tokens`](crate::Tokens).
/// - `N`: the network, a layer or a tuple of layers.
///
/// ```
/// use taut::prelude::*;
/// network! { type Net: Vector<4> = (Dense<4, 16>, Relu, Dense<16, 3>, Softmax); }
/// let model = Model::<Vector<4>, Net>::new(3);
/// println!("{}", model.summary());
/// let y = model.predict(&Vector::new([5.1, 3.5, 1.4, 0.2]));
/// assert!((y.0.sum() - 1.0).abs() < 1e-6);
/// ```
///
/// See <https://keras.io/api/models/sequential/>.
// The bounds are on the type and on whole `impl` blocks, not on methods, so that the compiler reports a network that
// does not fit once, and not again for each method call.
#[must_use]
pub struct Model<X: Input, N: Train<X>> {
    pub(crate) net: Box<N>,
    pub(crate) options: N::Options,
    seed: u64,
    /// Whether the parameters are still the initial ones.
    pub(crate) fresh: bool,
    pub(crate) random: Xoshiro256PlusPlus,
    input: PhantomData<fn(X)>,
}

impl<X: Input, N: Train<X>> Model<X, N> {
    /// A model with new parameters. The seed determines all that is random: parameters, the order of samples, dropout.
    pub fn new(seed: u64) -> Self {
        let mut model = Self::zeros(seed);
        model.initialize();
        model
    }

    /// The model of a checkpoint that [`save`](Self::save), a [`ModelCheckpoint`](crate::ModelCheckpoint) or
    /// [`save_training`](crate::Compiled::save_training) wrote.
    ///
    /// # Errors
    /// [`Error::Io`], and [`Error::Checkpoint`] if the file is damaged or holds another network.
    ///
    /// ```
    /// use taut::prelude::*;
    /// type Net = (Flatten, Dense<64, 64>, Relu, Dropout<20>, Dense<64, 10>, Softmax);
    /// let model = Model::<Image<8, 8, 1>, Net>::load("data/digits.taut")?;
    /// let data = datasets::digits()?;
    /// assert_eq!(model.predict(&data.x[0]).argmax(), data.y[0].index());
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let mut model = Self::zeros(0);
        model.load_weights(path)?;
        Ok(model)
    }

    fn zeros(seed: u64) -> Self {
        // The first is computed of all layers of a network, each of which is checked.
        const { (N::OUTPUTS, Sizes::<N, X>::CHECK) };
        let random = Xoshiro256PlusPlus::seed_from_u64(seed);
        Model { net: boxed(), options: N::Options::default(), seed, fresh: false, random, input: PhantomData }
    }

    /// Each tensor has its own stream of random numbers, so that no initializer changes the numbers of another.
    fn initialize(&mut self) {
        let mut stream = 0_u64;
        N::visit(&self.options, [&mut self.net], &mut |tensor, tensor_options, [w]| {
            stream += 1;
            let mut random = Xoshiro256PlusPlus::seed_from_u64(self.seed ^ stream.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let default: &dyn Initialize = match tensor.role {
                Role::Kernel | Role::ToHeads | Role::FromHeads | Role::Table => &GlorotUniform,
                Role::Bias | Role::State => &Zeros,
                Role::Gain | Role::UnitState => &Ones,
            };
            let initializer = tensor_options.initializer.get().unwrap_or(default);
            tensor.initialize(|shape| initializer.fill(w, shape, &mut random));
        });
        self.fresh = true;
    }

    /// Sets the training options of each layer, by its place in the network. Initializers only apply to a new model.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let model = Model::<Vector<4>, (Dense<4, 16>, Relu, Dense<16, 3>, Softmax)>::new(3).layers(|net| {
    ///     net.0.kernel.regularizer = L2(0.01).into();
    ///     net.0.kernel.constraint = MaxNorm(2.0).into();
    ///     net.1.activity_regularizer = L1(0.01).into();
    ///     net.2.bias.frozen = true;
    /// });
    /// assert!(model.summary().to_string().contains("Non-trainable params: 3 "));
    /// ```
    pub fn layers(mut self, set: impl FnOnce(&mut N::Options)) -> Self {
        set(&mut self.options);
        if self.fresh {
            self.initialize();
        }
        self
    }

    /// Sets the seed for the order of samples and for dropout, of a model that was loaded. A new model is initialized
    /// anew.
    ///
    /// ```
    /// use taut::prelude::*;
    /// type Net = Dense<4, 3>;
    /// assert_eq!(Model::<Vector<4>, Net>::new(1).seed(2).net(), Model::<Vector<4>, Net>::new(2).net());
    /// ```
    pub fn seed(mut self, seed: u64) -> Self {
        (self.seed, self.random) = (seed, Xoshiro256PlusPlus::seed_from_u64(seed));
        if self.fresh {
            self.initialize();
        }
        self
    }

    /// The table that Keras prints: layer, output shape, parameters, totals. Each layer has its name in
    /// [`layers`](Self::layers): `net.1`.
    pub fn summary(&self) -> Summary {
        let mut rows = vec![];
        N::describe(&self.options, "net", &mut rows);
        Summary { rows }
    }

    /// The network, whose parameters are plain fields.
    ///
    /// It predicts without allocation, in memory of the caller:
    ///
    /// ```
    /// use taut::prelude::*;
    /// type Net = (Dense<4, 3>, Softmax);
    /// let model = Model::<Vector<4>, Net>::new(3);
    /// let mut scratch = Budget::<Vector<4>, Net>::scratch();
    /// let y = model.net().predict(&Vector::new([1.0; 4]), &mut scratch);
    /// assert_eq!(model.net().0.bias.as_slice(), [0.0; 3]);
    /// ```
    #[must_use]
    pub fn net(&self) -> &N {
        &self.net
    }

    /// The network, to change its parameters.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let mut model = Model::<Vector<4>, Dense<4, 3>>::new(1);
    /// model.net_mut().bias = [1.0, 2.0, 3.0].into();
    /// assert_eq!(model.predict(&Vector::new([0.0; 4])).values(), [1.0, 2.0, 3.0]);
    /// ```
    pub fn net_mut(&mut self) -> &mut N {
        self.fresh = false;
        &mut self.net
    }

    /// The output for one sample. An [`Embedding`](crate::Embedding) treats unknown tokens as zeros.
    ///
    /// It is returned by value. An output that may be larger than a thread's stack, 2 MB as a rule, comes on the heap
    /// from [`predict_batch`](Self::predict_batch): `model.predict_batch(slice::from_ref(&x))`.
    #[must_use]
    pub fn predict(&self, x: &X) -> N::Y {
        *self.net.infer(x, &mut *boxed::<N::Scratch>())
    }

    /// The outputs for many samples.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let model = Model::<Vector<4>, Dense<4, 3>>::new(1);
    /// let x = [Vector::new([1.0; 4]), Vector::new([2.0; 4])];
    /// assert_eq!(model.predict_batch(&x), x.map(|x| model.predict(&x)));
    /// ```
    #[must_use]
    pub fn predict_batch(&self, x: &[X]) -> Vec<N::Y> {
        let (mut inference, mut context) = (Inference::default(), self.inference());
        let mut all = zeros(x.len());
        let mut wait = Wait::new("predicting", "samples", Some(x.len() as u64));
        // So many that threads do not wait for each other often, and the progress is shown.
        let chunk = 64 * block::<X, N>();
        for (x, y) in x.chunks(chunk).zip(all.chunks_mut(chunk)) {
            inference.forward(&*self.net, &self.options, Rows::of(x), y, &mut context);
            wait.add(x.len());
        }
        wait.finish();
        all
    }

    pub(crate) fn inference(&self) -> Context {
        Context::inference(self.random.clone())
    }

    /// Writes the parameters to a checkpoint. After an error, an existing file is as before. What a save keeps of an
    /// existing file, and what it refuses, is told at [`io`](crate::io).
    ///
    /// # Errors
    /// [`Error::Io`], and [`Error::NotFinite`] if a parameter is NaN or infinite.
    ///
    /// ```
    /// use taut::prelude::*;
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("net.taut");
    /// let model = Model::<Vector<4>, (Dense<4, 3>, Dropout<20>)>::new(1);
    /// model.save(&path)?;
    /// // A network that differs only in dropout reads the file as well.
    /// let loaded = Model::<Vector<4>, (Dense<4, 3>,)>::load(&path)?;
    /// assert_eq!(loaded.net().0, model.net().0);
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        checkpoint::save(path.as_ref(), &*self.net, &[])
    }

    /// As [`save`](Self::save), with an input and its output as an example. [`embed!`](crate::embed!) can read it, so
    /// that a device can check its own output.
    ///
    /// # Errors
    /// As those of `save`, and [`Error::Argument`] if a number of the input or the output is NaN or infinite.
    ///
    /// ```
    /// use taut::prelude::*;
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("net.taut");
    /// let model = Model::<Vector<4>, Dense<4, 3>>::new(1);
    /// model.save_with_example(&path, &Vector::new([1.0, 2.0, 3.0, 4.0]))?;
    /// // In the firmware: embed! { static NET: Dense<4, 3> = "net.taut"; static EXAMPLE: Example<Vector<4>>; }
    /// let bytes = std::fs::read(&path).unwrap();
    /// assert!(bytes.ends_with(&model.predict(&Vector::new([1.0, 2.0, 3.0, 4.0])).0[2].to_le_bytes()));
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn save_with_example(&self, path: impl AsRef<Path>, input: &X) -> Result<()> {
        let (mut x, mut y, mut scratch) = (vec![], vec![], boxed::<N::Scratch>());
        let output = self.net.infer(input, &mut *scratch);
        for written in [input.write(&mut |bytes| x.extend(bytes)), output.write(&mut |bytes| y.extend(bytes))] {
            written.map_err(|x| Error::argument("the example and its output", "finite numbers", x))?;
        }
        checkpoint::save(path.as_ref(), &*self.net, &compose_example(&x, &y))
    }

    /// Replaces the parameters by those of a checkpoint. After an error they are as before.
    ///
    /// # Errors
    /// As those of [`load`](Self::load).
    ///
    /// ```
    /// use taut::prelude::*;
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("net.taut");
    /// Model::<Vector<4>, Dense<4, 3>>::new(1).save(&path)?;
    /// let mut model = Model::<Vector<4>, Dense<4, 3>>::new(2).layers(|net| net.bias.frozen = true); // options stay
    /// model.load_weights(&path)?;
    /// assert_eq!(model.net(), Model::<Vector<4>, Dense<4, 3>>::new(1).net());
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn load_weights(&mut self, path: impl AsRef<Path>) -> Result<()> {
        Checkpoint::read::<N>(path.as_ref())?.load(&mut *self.net);
        self.fresh = false;
        Ok(())
    }

    /// The model to deploy: each [`BatchNorm`](crate::BatchNorm) is folded into the layer before it, and replaced by a
    /// [`Linear`](crate::Linear), which costs nothing. Outputs are the same except for rounding.
    ///
    /// Its network is [`Folded<N>`](crate::Folded), for [`embed!`](crate::embed!), [`load`](Self::load) and
    /// [`quantize`](crate::quantize()). It has the default layer options.
    ///
    /// ```
    /// use taut::prelude::*;
    /// type Net = (Dense<4, 16, NoBias>, BatchNorm<16>, Relu, Dense<16, 3>, Softmax);
    /// type Deployed = Folded<Net>; // (Dense<4, 16>, Linear, Relu, Dense<16, 3>, Softmax)
    ///
    /// let model = Model::<Vector<4>, Net>::new(3); // and trained, say
    /// let deployed: Model<Vector<4>, Deployed> = model.fold();
    /// let x = Vector::new([5.1, 3.5, 1.4, 0.2]);
    /// assert!((model.predict(&x).0 - deployed.predict(&x).0).amax() < 1e-5);
    /// deployed.save(std::env::temp_dir().join("deployed.taut"))?;
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn fold(&self) -> Model<X, Folded<N>>
    where
        N: FoldValues,
        Folded<N>: Train<X>,
    {
        let mut folded = Model::zeros(self.seed);
        self.net.fold_to::<False, False>(None, &mut folded.net);
        folded
    }
}

impl<X: Input, N: Train<X>> Clone for Model<X, N> {
    fn clone(&self) -> Self {
        let Model { net, options, seed, fresh, random, input } = self;
        let (options, random) = (options.clone(), random.clone());
        Model { net: copied(&**net), options, seed: *seed, fresh: *fresh, random, input: *input }
    }
}

impl<X: Input, N: Train<X>> std::fmt::Debug for Model<X, N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Model({})", N::NAME.as_str())
    }
}
