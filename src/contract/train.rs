//! The contract of training: a layer's tensors and their options, the passes over a batch, and the optimizer's step.

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

/// The purpose of a tensor, which decides how it is initialized and whether it is trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Weights that multiply inputs; initialized with [`GlorotUniform`](crate::initializers::GlorotUniform).
    Kernel,
    /// Numbers that are added; initialized with zeros.
    Bias,
    /// Factors of single elements; initialized with ones.
    Gain,
    /// A statistic that training follows, such as a moving mean. The layer's backward pass writes the change into the
    /// gradient, and the step adds it. Initialized with zeros.
    State,
    /// As `State`, but initialized with ones, such as a moving variance.
    UnitState,
}

impl Role {
    /// Whether optimizers leave the tensor alone.
    pub fn is_state(self) -> bool {
        matches!(self, Role::State | Role::UnitState)
    }
}

/// A tensor's description, which a visit passes along with its values.
#[derive(Clone, Copy, Debug)]
pub struct Tensor {
    /// The type of the layer.
    pub layer: &'static str,
    /// The name of the field.
    pub name: &'static str,
    /// The purpose.
    pub role: Role,
    /// The sizes of the axes in Keras's order: the contiguous axis comes last.
    pub shape: &'static [usize],
}

/// The options of one tensor in training.
///
/// ```
/// use taut::{initializers::HeNormal, prelude::*};
/// let model = Model::<Vector<4>, (Dense<4, 3>, Softmax)>::new(1).layers(|net| {
///     net.0.kernel.regularizer = L2(0.01).into();
///     net.0.kernel.initializer = HeNormal.into();
///     net.0.bias.frozen = true;
/// });
/// ```
#[derive(Clone, Debug, Default)]
pub struct TensorOptions {
    /// The penalty that is added to the loss.
    pub regularizer: Regularizer,
    /// The constraint that projects the tensor after each step of the optimizer.
    pub constraint: Constraint,
    /// The initializer of a new model; by default that of the tensor's [`Role`].
    pub initializer: Initializer,
    /// Whether training leaves the tensor unchanged.
    pub frozen: bool,
    /// Whether weight decay leaves the tensor out, as is usual for biases.
    pub no_weight_decay: bool,
    /// Whether optimizers that treat matrices specially, such as [`Muon`](crate::Muon) and
    /// [`Adafactor`](crate::Adafactor), treat the tensor as a vector.
    pub as_vector: bool,
}

impl TensorOptions {
    /// The options of a tensor that training never touches.
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

    /// The shape that the optimizer sees.
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

/// The options of a layer without parameters. (Compile errors about `net.1.kernel` show this name.)
#[derive(Clone, Debug, Default)]
pub struct NoParameters {
    /// The activity regularizer, whose penalty on the output is added to the loss.
    pub activity_regularizer: Regularizer,
}

/// The function of a visit: for each tensor it receives that tensor's numbers in `K` values of one type.
pub type Visitor<'a, const K: usize> = dyn FnMut(&Tensor, &TensorOptions, [&mut [f32]; K]) + 'a;

/// A fixed set of tensors, and their options. [`params!`](crate::params!) implements it.
pub trait Params: Arch + Zeroed + 'static {
    /// A [`TensorOptions`] for each tensor that can be trained, and further options of the layer.
    type Options: Default + Clone;
    /// The outputs of a network that [`network!`](crate::network!) wrote: [`AnyNumbers`](crate::AnyNumbers),
    /// [`NonNegative`](crate::NonNegative), [`Probabilities`](crate::Probabilities) or
    /// [`ClassProbabilities`](crate::ClassProbabilities). Layers and plain tuples have
    /// [`Layer::OUTPUTS`](crate::Layer::OUTPUTS) alone.
    type Kind;
    /// The number of tensors that a visit passes.
    const TENSORS: usize;

    /// Calls `f` for each tensor in order, with its numbers in each of the values.
    fn visit<const K: usize>(options: &Self::Options, values: [&mut Self; K], f: &mut Visitor<K>);

    /// Calls `f` for each tensor in order.
    fn read(&self, options: &Self::Options, f: &mut dyn FnMut(&Tensor, &TensorOptions, &[f32]));

    /// The regularizer of the layer's output.
    fn activity_regularizer(options: &Self::Options) -> &Regularizer;

    /// As [`visit`](Self::visit), for the trained tensors only.
    fn visit_trainable<const K: usize>(options: &Self::Options, values: [&mut Self; K], f: &mut Visitor<K>) {
        Self::visit(options, values, &mut |tensor, tensor_options, values| {
            if tensor_options.trains(tensor) {
                f(tensor, tensor_options, values);
            }
        });
    }

    /// The sum of the penalties of the trained tensors.
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

// `params!` writes one call a field, so that a field that is no tensor is reported once in each.
impl Tensor {
    /// The description of a field of type `T` of a layer `L`.
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

/// The pass that is running, as layers see it.
#[derive(Debug)]
pub struct Context {
    /// True in a training step, false in an evaluation or a prediction.
    pub training: bool,
    /// Set when the loss is fused with the last layer (softmax and cross-entropy): that layer then returns its input,
    /// the logits. A last layer that cannot do so sets it to false.
    pub fuse_head: bool,
    /// Whether the gradient of the layer's input is needed.
    pub needs_input_grad: bool,
    /// The penalties of the activity regularizers, which are added to the batch's mean loss.
    pub penalty: f32,
    /// The run's random number generator.
    pub random: Xoshiro256PlusPlus,
}

impl Context {
    /// The context of a training step.
    pub fn training(random: Xoshiro256PlusPlus) -> Self {
        Context { training: true, fuse_head: false, needs_input_grad: true, penalty: 0.0, random }
    }

    /// The context of an evaluation or a prediction.
    pub fn inference(random: Xoshiro256PlusPlus) -> Self {
        Context { training: false, ..Context::training(random) }
    }

    /// Whether the last layer returns its input for the fused loss; a layer whose own output is regularized does not.
    pub(crate) fn fuses_head(&mut self, options: &NoParameters) -> bool {
        self.fuse_head &= options.activity_regularizer.get().is_none();
        self.fuse_head
    }
}

/// A last layer that some losses compute together with themselves, in a numerically stable form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// A softmax.
    Softmax,
    /// A sigmoid.
    Sigmoid,
}

/// A layer in training: it maps batches, which are slices of samples, forward and backward.
///
/// A layer writes its output into its cache, or returns its input in another shape, so that `Flatten` costs nothing in
/// either direction. Gradients are overwritten in place.
///
/// A layer of one's own is a struct, its options, and the two contracts:
///
/// ```
/// use taut::{place, prelude::*, regularizers::Regularizer};
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
    /// The values that the forward pass keeps for the backward pass, its output among them.
    type Cache: Default;
    /// The layer as a head, if losses can be fused with it.
    const HEAD: Option<Head> = None;
    /// The bytes of the cache for each sample of a batch; by default those of the output.
    const CACHE: usize = size_of::<Self::Y>();

    /// Computes the outputs of a batch of at least one sample.
    fn forward<'a>(
        &self,
        options: &Self::Options,
        x: &'a [X],
        c: &'a mut Self::Cache,
        context: &mut Context,
    ) -> &'a [Self::Y];

    /// The outputs that `forward` returned.
    fn output<'a>(x: &'a [X], c: &'a Self::Cache) -> &'a [Self::Y];

    /// Overwrites `grad` with the gradients of the parameters, and returns the gradient of `x`, which may be empty if
    /// `context.needs_input_grad` is false. May overwrite `dy`, the gradient of the outputs.
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

    /// Checks that the layer accepts these samples. An [`Embedding`](crate::Embedding) refuses tokens outside of its
    /// vocabulary; all other layers accept any.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) about the first sample that is refused.
    fn check(_: &[X]) -> Result<()> {
        Ok(())
    }

    /// Checks the layer's options when `fit` begins; by default the regularizers, constraints and initializers.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) where a setting is NaN or out of its range.
    fn validate(options: &Self::Options) -> Result<()> {
        validate::<Self>(options)
    }

    /// Adds the layer's rows to the summary; `place` is the path from the network to the layer, such as `net.1`.
    fn describe(options: &Self::Options, place: &str, rows: &mut Vec<Row>) {
        rows.push(Row::of::<X, Self>(options, place));
    }
}

/// Checks a layer's regularizers, constraints and initializers.
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

/// A layer's forward pass, with the penalty of its activity regularizer.
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

/// Adds the gradient of the activity regularizer to that of a layer's output.
pub(crate) fn regularize<X, L: Train<X>>(options: &L::Options, x: &[X], dy: &mut [L::Y], c: &L::Cache) {
    if let Some(regularizer) = L::activity_regularizer(options).get() {
        let y = L::output(x, c);
        regularizer.add_gradient(flat(y), &[y.len(), L::Y::LEN], 1.0 / y.len() as f32, flat_mut(dy));
    }
}

/// The optimizer's rule with weight decay, and without.
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

/// An optimizer's step, which layers may apply to parts of a tensor while they compute its gradient.
pub struct Step<'a, N> {
    /// The optimizer's rules, and for each tensor of the whole network whether it has been updated.
    rules: Option<(Rules<'a>, &'a mut [bool])>,
    moments: [Option<&'a mut N>; MAX_MOMENTS],
    /// The number of this part's first tensor in a visit of the whole network.
    first: usize,
}

impl<'a, N> Step<'a, N> {
    /// A step that does nothing: the backward pass only computes gradients.
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
    /// - `before`: the number of tensors before the part, as [`Params::TENSORS`] counts them; `part` returns the part.
    pub fn of<L>(&mut self, before: usize, part: fn(&mut N) -> &mut L) -> Step<'_, L> {
        Step {
            rules: self.rules.as_mut().map(|(rules, made)| (*rules, &mut **made)),
            moments: self.moments.each_mut().map(|moment| moment.as_deref_mut().map(part)),
            first: self.first + before,
        }
    }

    /// Calls `write` to compute a tensor's gradient, and passes it the update to apply to each part of the gradient.
    /// There is no update if the step does nothing, or if the tensor's options need the whole gradient first.
    ///
    /// - `tensor`: the number of the tensor among the layer's tensors that are not empty, from 0, and a function that
    ///   returns it; `w`, `g`: the tensor and its gradient.
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

    /// Updates every tensor that `apply` has not updated, and projects all by their constraints.
    ///
    /// - `regularized`: whether `grad` contains the gradients of the regularizers.
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

/// The moments that the optimizer has; `None` for the others.
pub(crate) fn each<N>(moments: &mut [Box<N>]) -> [Option<&mut N>; MAX_MOMENTS] {
    let mut moments = moments.iter_mut();
    std::array::from_fn(|_| moments.next().map(|moment| &mut **moment))
}

/// The function of a visit in a step: it receives the tensor, its gradient and its moments.
type StepVisitor<'a> = dyn FnMut(&Tensor, &TensorOptions, &mut [f32], &mut [f32], Moments) + 'a;

/// Calls `f` for each tensor with its gradient and its moments.
pub(crate) fn visit<N: Params>(
    options: &N::Options,
    net: &mut N,
    grad: &mut N,
    moments: [Option<&mut N>; MAX_MOMENTS],
    f: &mut StepVisitor,
) {
    // A visit takes as many values as its type says: one call for each number of moments.
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

/// A row of [`Model::summary`](crate::Model::summary).
#[derive(Clone, Debug)]
pub struct Row {
    /// The path from the network to the layer, such as `net.1`.
    pub place: String,
    /// The type of the layer.
    pub layer: &'static str,
    /// The shape of the output.
    pub shape: &'static [usize],
    /// The number of parameters.
    pub params: usize,
    /// The number of trained parameters.
    pub trainable: usize,
}

impl Row {
    /// The row of one layer.
    pub fn of<X, L: Train<X>>(options: &L::Options, place: &str) -> Self {
        let mut trainable = 0;
        L::visit_trainable(options, [], &mut |tensor, _, []| trainable += tensor.shape.iter().product::<usize>());
        Row { place: place.into(), layer: L::NAME.as_str(), shape: L::Y::SHAPE, params: L::PARAMS, trainable }
    }
}

/// A network's parameters in the order of a checkpoint.
pub(crate) fn values<N: Params>(net: &N) -> Vec<f32> {
    let mut all = Vec::with_capacity(N::PARAMS);
    net.read(&N::Options::default(), &mut |_, _, values| all.extend_from_slice(values));
    all
}

/// Writes parameters in the order of a checkpoint back into a network.
pub(crate) fn set_values<N: Params>(net: &mut N, values: &[f32]) {
    let mut rest = values;
    N::visit(&N::Options::default(), [net], &mut |_, _, [w]| {
        let (now, later) = rest.split_at(w.len());
        w.copy_from_slice(now);
        rest = later;
    });
}
