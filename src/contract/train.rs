//! The training contract.

use crate::constraints::Constraint;
use crate::contract::field::Field;
use crate::contract::layer::{Arch, Layer};
use crate::contract::rule::MAX_MOMENTS;
use crate::contract::rule::{Moments, Rule};
use crate::initializers::Initializer;
use crate::io::error::Result;
use crate::kernels;
use crate::kernels::{Update, UpdateRule};
use crate::memory::plain::{Floats, Zeroed};
use crate::memory::view::{flat, flat_mut};
use crate::regularizers::Regularizer;
use crate::shape::sample::Sample;
use rand::rngs::Xoshiro256PlusPlus;

/// What a tensor is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Weights that multiply inputs; initialized by Glorot uniform.
    Kernel,
    /// Added; initialized with zeros.
    Bias,
    /// Multiplies element by element; initialized with ones.
    Gain,
    /// Not trained but followed, like a moving mean: the layer's backward pass writes into its gradient what is to be
    /// added. Initialized with zeros.
    State,
    /// As `State`, initialized with ones, like a moving variance.
    UnitState,
}

impl Role {
    /// Whether no optimizer touches it.
    pub fn is_state(self) -> bool {
        matches!(self, Role::State | Role::UnitState)
    }
}

/// A parameter tensor, as a visit names it.
#[derive(Clone, Copy, Debug)]
pub struct Tensor {
    /// The layer's type.
    pub layer: &'static str,
    /// The field's name.
    pub name: &'static str,
    /// What it is for.
    pub role: Role,
    /// Its axes as Keras has them, the contiguous one last.
    pub shape: &'static [usize],
}

/// What training wants of one tensor.
///
/// ```
/// use taut::prelude::*;
/// let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(1).layers(|net| {
///     net.0.kernel.regularizer = L2(0.01).into();
///     net.0.kernel.initializer = HeNormal.into();
///     net.0.bias.frozen = true;
/// });
/// ```
#[derive(Clone, Debug, Default)]
pub struct TensorOptions {
    /// Added to the loss.
    pub regularizer: Regularizer,
    /// Applied after each step of the optimizer.
    pub constraint: Constraint,
    /// What a new model's values are drawn from, if not from the default of the tensor's [`Role`].
    pub initializer: Initializer,
    /// Whether training leaves it as it is.
    pub frozen: bool,
    /// Whether an optimizer's weight decay leaves it out; for biases, say.
    pub no_weight_decay: bool,
    /// Whether an optimizer that treats matrices in a way of their own, like [`Muon`](crate::Muon) and
    /// [`Adafactor`](crate::Adafactor), treats it as a vector.
    pub as_vector: bool,
}

impl TensorOptions {
    /// What a tensor gets that nothing can be wanted of.
    #[doc(hidden)]
    pub const NONE: &'static TensorOptions = {
        static NONE: TensorOptions = TensorOptions {
            regularizer: Regularizer(None),
            constraint: Constraint(None),
            initializer: Initializer(None),
            frozen: false,
            no_weight_decay: false,
            as_vector: false,
        };
        &NONE
    };

    /// The shape that an optimizer is told.
    fn shape<'a>(&self, shape: &'a [usize], flat: &'a [usize]) -> &'a [usize] {
        if self.as_vector { flat } else { shape }
    }

    fn validate(&self) -> Result<()> {
        self.initializer.get().map_or(Ok(()), |initializer| initializer.validate())?;
        self.regularizer.get().map_or(Ok(()), |regularizer| regularizer.validate())?;
        self.constraint.get().map_or(Ok(()), |constraint| constraint.validate())
    }

    pub(crate) fn trains(&self, tensor: &Tensor) -> bool {
        !self.frozen && !tensor.role.is_state()
    }
}

/// The options of a layer's field: those of its tensor, or none for a field without numbers.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the options of a parameter",
    label = "expected `TensorOptions`, received `{Self}`"
)]
pub trait FieldOptions {
    fn tensor(&self) -> &TensorOptions;
}

impl FieldOptions for TensorOptions {
    fn tensor(&self) -> &TensorOptions {
        self
    }
}

/// The plan of a layer that has nothing to train: the name that a message shows.
#[derive(Clone, Debug, Default)]
pub struct NoParameters {
    /// Of the layer's output, added to the loss.
    pub activity_regularizer: Regularizer,
}

/// What is called for each tensor of `K` values of one type together.
pub type Visitor<'a, const K: usize> = dyn FnMut(&Tensor, &TensorOptions, [&mut [f32]; K]) + 'a;

/// A fixed set of tensors, and the plan that stands beside it. [`params!`](crate::params!) writes it.
pub trait Params: Arch + Zeroed + 'static {
    /// A [`TensorOptions`] for each tensor that can be trained, and what else the layer may be told.
    type Options: Default + Clone;
    /// How many tensors a visit calls its function for.
    const TENSORS: usize;

    /// Calls `f` for each tensor in order, with that tensor of each of the values.
    fn visit<const K: usize>(options: &Self::Options, values: [&mut Self; K], f: &mut Visitor<K>);

    /// Calls `f` for each tensor in order.
    fn read(&self, options: &Self::Options, f: &mut dyn FnMut(&Tensor, &TensorOptions, &[f32]));

    /// What the plan wants of the layer's output.
    fn activity_regularizer(options: &Self::Options) -> &Regularizer;

    /// As [`visit`](Self::visit), for the tensors that are trained: what an optimizer calls.
    fn visit_trainable<const K: usize>(options: &Self::Options, values: [&mut Self; K], f: &mut Visitor<K>) {
        Self::visit(options, values, &mut |tensor, tensor_options, values| {
            if tensor_options.trains(tensor) {
                f(tensor, tensor_options, values);
            }
        });
    }

    /// The sum of the regularizers of the tensors that are trained.
    fn penalty(&self, options: &Self::Options) -> f32 {
        let mut sum = 0.0;
        self.read(options, &mut |tensor, tensor_options, w| {
            if let Some(regularizer) = tensor_options.regularizer.get().filter(|_| tensor_options.trains(tensor)) {
                sum += regularizer.value(w, tensor.shape);
            }
        });
        sum
    }
}

// One call a field, in what `params!` writes: a field that is no tensor is then reported once in each.
impl Tensor {
    /// The tensor of a layer `L` that a field of type `T` is.
    fn of<L: Arch, T: Field>(name: &'static str, role: Role) -> Self {
        let shape = if role == Role::Kernel { T::SHAPE } else { T::FLAT };
        Tensor { layer: L::NAME.as_str(), name, role, shape }
    }

    /// Calls `f` for a field, unless the field has no numbers.
    #[doc(hidden)]
    pub fn visit<L: Arch, T: Field, const K: usize>(
        (name, role, options): (&'static str, Role, &impl FieldOptions),
        values: [&mut T; K],
        f: &mut Visitor<K>,
    ) {
        if T::LEN > 0 {
            f(&Tensor::of::<L, T>(name, role), options.tensor(), values.map(T::values_mut));
        }
    }

    /// Calls `f` for a field, unless the field has no numbers.
    #[doc(hidden)]
    pub fn read<L: Arch, T: Field>(
        (name, role, options): (&'static str, Role, &impl FieldOptions),
        value: &T,
        f: &mut dyn FnMut(&Tensor, &TensorOptions, &[f32]),
    ) {
        if T::LEN > 0 {
            f(&Tensor::of::<L, T>(name, role), options.tensor(), value.values());
        }
    }
}

/// What a layer may ask of the step that it is in.
#[derive(Debug)]
pub struct Context {
    /// Whether this is a step of training, and not an evaluation or a prediction.
    pub training: bool,
    /// Whether the last layer is asked to pass its input on, since the loss computes it together with itself. A softmax
    /// or a sigmoid that cannot do so sets it to false.
    pub fuse_head: bool,
    /// Whether the gradient of the layer's input is wanted.
    pub needs_input_grad: bool,
    /// What the activity regularizers add to the batch's mean loss.
    pub penalty: f32,
    /// The generator of the run.
    pub random: Xoshiro256PlusPlus,
}

impl Context {
    /// A step of training.
    pub fn training(random: Xoshiro256PlusPlus) -> Self {
        Context { training: true, fuse_head: false, needs_input_grad: true, penalty: 0.0, random }
    }

    /// An evaluation or a prediction.
    pub fn inference(random: Xoshiro256PlusPlus) -> Self {
        Context { training: false, ..Context::training(random) }
    }

    /// Whether the last layer passes its input on; it does not where its own output is regularized.
    pub(crate) fn fuses_head(&mut self, options: &NoParameters) -> bool {
        self.fuse_head &= options.activity_regularizer.get().is_none();
        self.fuse_head
    }
}

/// How a network ends, where a loss may know a stable form of both together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// In a softmax.
    Softmax,
    /// In a sigmoid.
    Sigmoid,
}

/// A layer as training sees it: over batches, which are slices of samples.
///
/// A layer owns what it returns, in its cache, or returns its input in another shape: so `Flatten` is free in both
/// directions, and gradients are overwritten in place.
///
/// A layer of one's own is a struct, its plan, and the two contracts:
///
/// ```
/// use taut::prelude::*;
/// use taut::{Context, Step, TensorOptions, memory::Buffer, params};
///
/// /// `y = gain · x`, element by element.
/// #[repr(C)]
/// pub struct Scale<const N: usize> {
///     gain: nalgebra::SVector<f32, N>,
/// }
/// #[derive(Clone, Default)]
/// pub struct ScaleOptions {
///     pub gain: TensorOptions,
///     pub activity_regularizer: Regularizer,
/// }
/// params!(Scale<N> { gain: Gain } as ScaleOptions);
///
/// impl<const N: usize> Layer<Vector<N>> for Scale<N> {
///     type Y = Vector<N>;
///     type Scratch = Vector<N>;
///     type Place = place::Other;
///     const MACS: usize = N;
///     fn infer<'a>(&self, x: &'a Vector<N>, y: &'a mut Vector<N>) -> &'a Vector<N> {
///         y.0 = self.gain.component_mul(&x.0);
///         y
///     }
/// }
///
/// impl<const N: usize> taut::Train<Vector<N>> for Scale<N> {
///     type Cache = Buffer<Vector<N>>;
///     fn forward<'a>(
///         &self,
///         _: &ScaleOptions,
///         x: &'a [Vector<N>],
///         y: &'a mut Self::Cache,
///         _: &mut Context,
///     ) -> &'a [Vector<N>] {
///         for (x, y) in x.iter().zip(y.resize(x.len())) {
///             self.infer(x, y);
///         }
///         y
///     }
///     fn output<'a>(_: &'a [Vector<N>], y: &'a Self::Cache) -> &'a [Vector<N>] {
///         y
///     }
///     fn backward<'a>(
///         &mut self,
///         _: &ScaleOptions,
///         x: &[Vector<N>],
///         dy: &'a mut [Vector<N>],
///         _: &'a mut Self::Cache,
///         grad: &mut Self,
///         _: &mut Step<'_, Self>,
///         _: &mut Context,
///     ) -> &'a mut [Vector<N>] {
///         grad.gain.fill(0.0);
///         for (x, dy) in x.iter().zip(&mut *dy) {
///             grad.gain += dy.0.component_mul(&x.0);
///             dy.0.component_mul_assign(&self.gain); // the gradient of x, in its place
///         }
///         dy
///     }
/// }
///
/// let model = Model::<Vector<4>, (Dense<4, 8>, Scale<8>, Dense<8, 2>, Softmax)>::new(1);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot take `{X}` as its input",
    label = "this layer does not accept `{X}`",
    note = "each layer's input must equal the output of the layer before it",
    note = "a tuple holds at most twelve layers; put tuples into tuples for more"
)]
pub trait Train<X>: Layer<X, Y: Sample> + Params {
    /// What the forward pass leaves for the backward pass.
    type Cache: Default;
    /// How it ends, if a loss may know it.
    const HEAD: Option<Head> = None;
    /// Bytes in the cache for each sample of a batch; by default those of the output.
    const CACHE: usize = size_of::<Self::Y>();

    /// The outputs for a batch of one or more.
    fn forward<'a>(
        &self,
        options: &Self::Options,
        x: &'a [X],
        c: &'a mut Self::Cache,
        context: &mut Context,
    ) -> &'a [Self::Y];

    /// What `forward` returned.
    fn output<'a>(x: &'a [X], c: &'a Self::Cache) -> &'a [Self::Y];

    /// Writes the parameters' gradients to `grad`, over what was there, and returns the gradient of `x`; where
    /// `context.needs_input_grad` is false, nobody reads it, and it may as well be empty. May overwrite `dy`, which is
    /// as long as `x`.
    ///
    /// A layer whose gradient is large may have [`step`](Step::make) update its parameters at once, so that the
    /// gradient need not travel to memory, as [`Dense`](crate::Dense) does; most layers ignore `step`.
    #[allow(clippy::too_many_arguments)]
    fn backward<'a>(
        &mut self,
        options: &Self::Options,
        x: &[X],
        dy: &'a mut [Self::Y],
        c: &'a mut Self::Cache,
        grad: &mut Self,
        step: &mut Step<'_, Self>,
        context: &mut Context,
    ) -> &'a mut [X];

    /// That it can take these samples. Every layer can, but an [`Embedding`](crate::Embedding) at the beginning of a
    /// network, where a token is none of its words.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) of the first that it cannot take.
    fn check(_: &[X]) -> Result<()> {
        Ok(())
    }

    /// Whether the layer can be trained by that plan; asked when `fit` begins. By default its regularizers, constraints
    /// and initializers are.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) where a setting is NaN or out of its range.
    fn validate(options: &Self::Options) -> Result<()> {
        validate::<Self>(options)
    }

    /// Adds the layer's rows to the summary; `place` is how the layer is reached from the network.
    fn describe(options: &Self::Options, place: &str, rows: &mut Vec<Row>) {
        rows.push(Row::of::<X, Self>(options, place));
    }
}

/// Whether a layer's regularizers, constraints and initializers can be used.
pub(crate) fn validate<L: Params>(options: &L::Options) -> Result<()> {
    let mut valid = Ok(());
    L::visit(options, [], &mut |tensor, tensor_options, []| {
        if valid.is_ok() {
            valid = tensor_options
                .validate()
                .map_err(|error| error.of(format_args!("{} of {}", tensor.name, tensor.layer)));
        }
    });
    valid?;
    let activity = L::activity_regularizer(options).get().map_or(Ok(()), |regularizer| regularizer.validate());
    activity.map_err(|error| error.of(format_args!("the output of {}", L::NAME.as_str())))
}

/// A layer's forward pass, and its activity regularizer's part of the loss.
pub fn forward<'a, X, L: Train<X>>(
    layer: &L,
    options: &L::Options,
    x: &'a [X],
    c: &'a mut L::Cache,
    context: &mut Context,
) -> &'a [L::Y] {
    let y = layer.forward(options, x, c, context);
    if let Some(regularizer) = L::activity_regularizer(options).get() {
        context.penalty += regularizer.value(flat(y), &[y.len(), L::Y::LEN]) / y.len() as f32;
    }
    y
}

/// Adds the activity regularizer's part to the gradient of a layer's output.
pub(crate) fn regularize<X, L: Train<X>>(options: &L::Options, x: &[X], dy: &mut [L::Y], c: &L::Cache) {
    if let Some(regularizer) = L::activity_regularizer(options).get() {
        let y = L::output(x, c);
        regularizer.add_gradient(flat(y), &[y.len(), L::Y::LEN], 1.0 / y.len() as f32, flat_mut(dy));
    }
}

/// What an optimizer does in a step, with weight decay and without it.
#[derive(Clone, Copy)]
pub(crate) struct Rules<'a> {
    decaying: &'a UpdateRule<'a>,
    others: &'a UpdateRule<'a>,
}

impl<'a> Rules<'a> {
    pub fn new<R: Rule>([decaying, others]: &'a [R; 2]) -> Self {
        Rules { decaying, others }
    }

    fn of(self, tensor_options: &TensorOptions) -> &'a UpdateRule<'a> {
        if tensor_options.no_weight_decay { self.others } else { self.decaying }
    }
}

/// The step of an optimizer that can be made of parts of a tensor, while the gradients are computed.
pub struct Step<'a, N> {
    /// The optimizer's rules, and whether the step of each of the whole network's tensors was made.
    rules: Option<(Rules<'a>, &'a mut [bool])>,
    moments: [Option<&'a mut N>; MAX_MOMENTS],
    /// The number of this part's first tensor, in the order of a visit of the whole network.
    first: usize,
}

impl<'a, N> Step<'a, N> {
    /// A step that does nothing: the backward pass computes gradients alone.
    pub fn none() -> Self {
        Step { rules: None, moments: std::array::from_fn(|_| None), first: 0 }
    }

    pub(crate) fn new(rules: Rules<'a>, moments: &'a mut [Box<N>], made: &'a mut Vec<bool>) -> Self
    where
        N: Params,
    {
        made.clear();
        made.resize(N::TENSORS, false);
        Step { rules: Some((rules, made)), moments: each(moments), first: 0 }
    }

    /// The step of a part of the network.
    ///
    /// - `before`: how many tensors the parts before it have, as [`Params::TENSORS`] counts them; `part`: how it is
    ///   reached.
    pub fn of<L>(&mut self, before: usize, part: fn(&mut N) -> &mut L) -> Step<'_, L> {
        Step {
            rules: self.rules.as_mut().map(|(rules, made)| (*rules, &mut **made)),
            moments: self.moments.each_mut().map(|moment| moment.as_deref_mut().map(part)),
            first: self.first + before,
        }
    }

    /// Has the gradient of a tensor computed by `write`, which is given the update that goes with it, if there is a
    /// step and none of the tensor's plan needs the whole gradient first.
    ///
    /// - `tensor`: its number among the layer's tensors that are not empty, from 0 on, and how it is reached; `w`, `g`:
    ///   the tensor and its gradient.
    pub fn make<T: Field>(
        &mut self,
        tensor_options: &TensorOptions,
        (tensor, part): (usize, fn(&mut N) -> &mut T),
        w: &mut T,
        g: &mut T,
        write: impl FnOnce(&mut T, Option<Update>),
    ) {
        let regularizer = tensor_options.regularizer.get();
        let whole = tensor_options.frozen || regularizer.is_some_and(|regularizer| !regularizer.is_elementwise());
        let Some((rules, made)) = self.rules.as_mut().filter(|_| !whole && T::LEN > 0) else { return write(g, None) };
        let Some(made) = made.get_mut(self.first + tensor) else { return write(g, None) };
        *made = true;
        let rule = rules.of(tensor_options);
        let moments = self.moments.each_mut().map(|moment| match moment {
            Some(moment) => part(moment).values_mut(),
            None => &mut [],
        });
        let (w, shape) = (w.values_mut(), tensor_options.shape(T::SHAPE, T::FLAT));
        match regularizer {
            None => write(g, Some(Update { w, moments, shape, rule })),
            Some(regularizer) => {
                let rule = |w: &mut [f32], g: &mut [f32], moments: Moments, shape: &[usize]| {
                    regularizer.add_gradient(w, shape, 1.0, g);
                    rule(w, g, moments, shape);
                };
                write(g, Some(Update { w, moments, shape, rule: &rule }));
            }
        }
    }

    /// Makes the step of all tensors that it was not made of yet; `regularized` says that the gradients of the
    /// regularizers are in `grad`.
    pub(crate) fn make_the_rest(self, options: &N::Options, net: &mut N, grad: &mut N, regularized: bool)
    where
        N: Params,
    {
        let Step { rules: Some((rules, made)), moments, .. } = self else { return };
        let mut made = made.iter();
        visit(options, net, grad, moments, &mut |tensor, tensor_options, w, g, moments| {
            let made = made.next() == Some(&true);
            if tensor.role.is_state() {
                return kernels::add_scaled(w, 1.0, g);
            }
            if tensor_options.frozen {
                return;
            }
            if !made {
                if let Some(regularizer) = tensor_options.regularizer.get().filter(|_| !regularized) {
                    regularizer.add_gradient(w, tensor.shape, 1.0, g);
                }
                rules.of(tensor_options)(w, g, moments, tensor_options.shape(tensor.shape, &[g.len()]));
            }
            if let Some(constraint) = tensor_options.constraint.get() {
                constraint.constrain(w, tensor.shape);
            }
        });
    }
}

/// The moments that there are.
pub(crate) fn each<N>(moments: &mut [Box<N>]) -> [Option<&mut N>; MAX_MOMENTS] {
    let mut moments = moments.iter_mut();
    std::array::from_fn(|_| moments.next().map(|moment| &mut **moment))
}

/// What is called for each tensor, with its gradient and what is remembered of it.
type WithMemory<'a> = dyn FnMut(&Tensor, &TensorOptions, &mut [f32], &mut [f32], Moments) + 'a;

/// Calls `f` for each tensor.
pub(crate) fn visit<N: Params>(
    options: &N::Options,
    net: &mut N,
    grad: &mut N,
    moments: [Option<&mut N>; MAX_MOMENTS],
    f: &mut WithMemory,
) {
    // One visit for each number of moments.
    macro_rules! visits { ($([$($moment:ident)*] [$($none:ident)*])*) => {
        match moments {
            $([$(Some($moment),)* $($none @ None),*] => {
                $(let _: Option<&mut N> = $none;)*
                N::visit(options, [net, grad, $($moment),*], &mut |tensor, tensor_options, [w, g, $($moment),*]| {
                    $(let $none: &mut [f32] = &mut [];)*
                    f(tensor, tensor_options, w, g, [$($moment,)* $($none),*]);
                });
            })*
            _ => unreachable!("the first moments are there, and then none"),
        }
    } }
    visits! {
        [] [a b c d e]
        [a] [b c d e]
        [a b] [c d e]
        [a b c] [d e]
        [a b c d] [e]
        [a b c d e] []
    }
}

/// A line of `Model::summary`.
#[derive(Clone, Debug)]
pub struct Row {
    /// How the layer is reached from the network: `net.1`.
    pub place: String,
    /// The layer's type.
    pub layer: &'static str,
    /// The shape of its output.
    pub shape: &'static [usize],
    /// How many parameters it has.
    pub params: usize,
    /// How many of them are trained.
    pub trainable: usize,
}

impl Row {
    /// The line of one layer.
    pub fn of<X, L: Train<X>>(options: &L::Options, place: &str) -> Self {
        let mut trainable = 0;
        L::visit_trainable(options, [], &mut |tensor, _, []| trainable += tensor.shape.iter().product::<usize>());
        Row { place: place.into(), layer: L::NAME.as_str(), shape: L::Y::SHAPE, params: L::PARAMS, trainable }
    }
}

/// A network's parameters in the order of the file.
pub(crate) fn values<N: Params>(net: &N) -> Vec<f32> {
    let mut all = Vec::with_capacity(N::PARAMS);
    net.read(&N::Options::default(), &mut |_, _, values| all.extend_from_slice(values));
    all
}

/// Writes parameters in the order of the file back into a network.
pub(crate) fn set_values<N: Params>(net: &mut N, values: &[f32]) {
    let mut rest = values;
    N::visit(&N::Options::default(), [net], &mut |_, _, [w]| {
        let (now, later) = rest.split_at(w.len());
        w.copy_from_slice(now);
        rest = later;
    });
}
