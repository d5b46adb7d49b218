//! Model, compile, fit: what a user trains with.

mod compiled;
mod fit;
mod history;
#[cfg(feature = "plot")]
mod plot;
mod progress;
mod summary;

pub use compiled::*;
pub use fit::*;
pub use history::*;
pub use progress::Verbose;
pub use summary::*;

use crate::fold::{Fold, Folded, No};
use crate::initializers::{GlorotUniform, Initialize, Ones, Zeros};
use crate::io::checkpoint::{self, Checkpoint};
use crate::io::error::{Error, Result};
use crate::io::format::compose_example;
use crate::losses::Loss;
use crate::metrics::Metric;
use crate::model::compiled::Done;
use crate::optimizers::{Moments, Optimizer};
use crate::params::boxed;
use crate::sample::Input;
use crate::train::{Pass, Role, Train, forward};
use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use std::marker::PhantomData;
use std::path::Path;

/// How many samples are evaluated or predicted at once.
const CHUNK: usize = 256;

/// A network with its parameters on the heap, and the plan of its training.
///
/// - `X`: the input, a [`Sample`](crate::Sample) or [`Tokens`](crate::Tokens); `N`: the network, a layer or a tuple of layers.
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
// The bounds stand on the type and on whole `impl` blocks, not on methods: then a network that does not fit is reported where the
// model is made, and not again at each method that is called on it.
pub struct Model<X: Input, N: Train<X>> {
    net: Box<N>,
    plan: N::Plan,
    seed: u64,
    /// Whether the parameters are still those that were drawn.
    fresh: bool,
    random: Xoshiro256PlusPlus,
    input: PhantomData<fn(X)>,
}

impl<X: Input, N: Train<X>> Model<X, N> {
    /// A model with new parameters. The seed decides on all that is drawn: parameters, the order of samples, what is dropped.
    pub fn new(seed: u64) -> Self {
        let mut model = Self::zeros(seed);
        model.initialize();
        model
    }

    /// The model of a checkpoint that [`save`](Self::save), a [`ModelCheckpoint`](crate::ModelCheckpoint) or
    /// [`save_training`](Compiled::save_training) wrote.
    ///
    /// # Errors
    /// [`Error::Io`], and [`Error::Checkpoint`] where the file is damaged or holds another
    /// network.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let mut model = Self::zeros(0);
        model.load_weights(path)?;
        Ok(model)
    }

    fn zeros(seed: u64) -> Self {
        let random = Xoshiro256PlusPlus::seed_from_u64(seed);
        Model { net: boxed(), plan: N::Plan::default(), seed, fresh: false, random, input: PhantomData }
    }

    /// Each tensor has a stream of its own, so that no initializer changes what the others draw.
    fn initialize(&mut self) {
        let mut stream = 0_u64;
        N::visit(&self.plan, [&mut self.net], &mut |tensor, slot, [w]| {
            stream += 1;
            let mut random = Xoshiro256PlusPlus::seed_from_u64(self.seed ^ stream.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let default: &dyn Initialize = match tensor.role {
                Role::Kernel => &GlorotUniform,
                Role::Bias | Role::State => &Zeros,
                Role::Gain | Role::UnitState => &Ones,
            };
            slot.initializer.get().unwrap_or(default).fill(w, tensor.shape, &mut random);
        });
        self.fresh = true;
    }

    /// Sets the training options of each layer, by its place in the network. Initializers apply to a new model only.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let model = Model::<Vector<4>, (Dense<4, 16>, Relu, Dense<16, 3>, Softmax)>::new(3).layers(|net| {
    ///     net.0.kernel.regularizer = L2(0.01).into();
    ///     net.0.kernel.constraint = MaxNorm(2.0).into();
    ///     net.1.activity_regularizer = L1(0.01).into();
    ///     net.2.bias.frozen = true;
    /// });
    /// ```
    pub fn layers(mut self, set: impl FnOnce(&mut N::Plan)) -> Self {
        set(&mut self.plan);
        if self.fresh {
            self.initialize();
        }
        self
    }

    /// Sets the seed of what is drawn from now on, for a model that was loaded: the order of samples, what is dropped.
    pub fn seed(mut self, seed: u64) -> Self {
        (self.seed, self.random) = (seed, Xoshiro256PlusPlus::seed_from_u64(seed));
        if self.fresh {
            self.initialize();
        }
        self
    }

    /// The table that Keras prints: layer, output shape, parameters, totals. `net.1` is how the layer is named in
    /// [`layers`](Self::layers).
    pub fn summary(&self) -> Summary {
        let mut rows = vec![];
        N::describe(&self.plan, "net", &mut rows);
        Summary { rows }
    }

    /// The network itself: its parameters are plain fields.
    ///
    /// It predicts without allocating, in memory that the caller holds:
    ///
    /// ```
    /// use taut::prelude::*;
    /// type Net = (Dense<4, 3>, Softmax);
    /// let model = Model::<Vector<4>, Net>::new(3);
    /// let mut scratch = Budget::<Vector<4>, Net>::WORK;
    /// let y = model.net().predict(&Vector::new([1.0; 4]), &mut scratch);
    /// assert_eq!(model.net().0.bias.as_slice(), [0.0; 3]);
    /// ```
    pub fn net(&self) -> &N {
        &self.net
    }

    /// See [`net`](Self::net).
    pub fn net_mut(&mut self) -> &mut N {
        self.fresh = false;
        &mut self.net
    }

    /// The output for one sample. Tokens that an [`Embedding`](crate::Embedding) does not know are zeros to it.
    pub fn predict(&self, x: &X) -> N::Y {
        *self.net.infer(x, &mut *boxed::<N::Work>())
    }

    /// The outputs for many samples.
    pub fn predict_batch(&self, x: &[X]) -> Vec<N::Y> {
        let (mut cache, mut pass) = (N::Cache::default(), self.inference());
        let mut all = Vec::with_capacity(x.len());
        for x in x.chunks(CHUNK) {
            all.extend_from_slice(forward(&*self.net, &self.plan, x, &mut cache, &mut pass));
        }
        all
    }

    fn inference(&self) -> Pass {
        Pass::inference(self.random.clone())
    }

    /// Writes the parameters to a checkpoint: a file that is there is replaced by a complete one, or stays as it is.
    ///
    /// # Errors
    /// [`Error::Io`], and [`Error::NotFinite`] where a parameter is NaN or infinite.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        checkpoint::save(path.as_ref(), &*self.net, &[])
    }

    /// As [`save`](Self::save), and with an input and the output for it, which [`embed!`](crate::embed!) can read: a device then proves
    /// itself by it.
    ///
    /// # Errors
    /// As those of `save`, and [`Error::Argument`] where a number of the input or the output is NaN or infinite.
    pub fn save_with_example(&self, path: impl AsRef<Path>, input: &X) -> Result<()> {
        let (mut x, mut y) = (vec![], vec![]);
        for written in
            [input.write(&mut |bytes| x.extend(bytes)), self.predict(input).write(&mut |bytes| y.extend(bytes))]
        {
            written.map_err(|x| Error::argument("the example and its output", "finite numbers", x))?;
        }
        checkpoint::save(path.as_ref(), &*self.net, &compose_example(&x, &y))
    }

    /// Reads the parameters of a checkpoint. After an error they are as before.
    ///
    /// # Errors
    /// As those of [`load`](Self::load).
    pub fn load_weights(&mut self, path: impl AsRef<Path>) -> Result<()> {
        Checkpoint::read::<N>(path.as_ref())?.load(&mut *self.net);
        self.fresh = false;
        Ok(())
    }

    /// The model to deploy: each [`BatchNorm`](crate::BatchNorm) becomes a part of the layer right before it, and a
    /// [`Linear`](crate::Linear), which costs nothing, stands in its place. Outputs are the same but for roundings.
    ///
    /// Its type is [`Folded<N>`](crate::Folded), for [`embed!`](crate::embed!), [`load`](Self::load) and
    /// [`quantize`](crate::quantize()); its plan is a new one.
    ///
    /// ```
    /// use taut::prelude::*;
    /// type Net = (DenseNoBias<4, 16>, BatchNorm<16>, Relu, Dense<16, 3>, Softmax);
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
        N: Fold,
        Folded<N>: Train<X>,
    {
        let mut folded = Model::zeros(self.seed);
        self.net.fold_to::<No, No>(None, &mut folded.net);
        folded
    }

    /// Adds to the model what training needs.
    ///
    /// - `loss` fits the output; its targets are the labels of the datasets. `metrics`: one, a tuple of up to eight, or `()`. Those of one
    ///   name are told apart by a number behind it, and those of one type by their place:
    ///
    /// ```
    /// use taut::prelude::*;
    /// let of = |class| Recall { class_id: Some(class), ..Recall::default() };
    /// # let data = Dataset::new(vec![Vector::new([1.0; 4]); 8], vec![Class::<3>::new(1).unwrap(); 8])?;
    /// let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(1);
    /// let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, (of(1), Accuracy, of(2)));
    /// let stop = EarlyStopping::<_, At<2>>::new(Val(of(2)));
    /// let history = model.validation_split(0.25).callbacks(stop).fit(&data, Fit::default())?;
    /// assert_eq!(history.names[..4], ["loss", "recall", "accuracy", "recall_1"]);
    /// println!("{:?}", history.get::<_, At<2>>(Val(of(2))));
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn compile<O, L, M>(self, optimizer: O, loss: L, metrics: M) -> Compiled<X, N, O, L, M>
    where
        O: Optimizer,
        L: Loss<N::Y>,
        M: Metric<N::Y, L::Target>,
    {
        let moments = Moments::new(&optimizer);
        Compiled { model: self, optimizer, moments, loss, metrics, done: Done::default(), goes_on: false }
    }
}

/// Nothing is: what is compiled is a [`Compiled`].
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this model is not compiled",
    label = "call `.compile(optimizer, loss, metrics)` before `.fit`",
    note = "`compile` returns the model that can be trained"
)]
pub trait IsCompiled {}

impl<X: Input, N: Train<X>> Model<X, N> {
    /// There for its message alone: without it the compiler would propose `fmt`.
    #[doc(hidden)]
    pub fn fit<D>(&mut self, _: &D, _: Fit) -> Result<History<crate::Run<(), crate::NotValidated>>>
    where
        Self: IsCompiled,
    {
        unreachable!("no `Model` is compiled")
    }
}

impl<X: Input, N: Train<X>> std::fmt::Debug for Model<X, N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Model({})", N::NAME.as_str())
    }
}
