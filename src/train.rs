//! The training contract.

use crate::constraints::Constraint;
use crate::initializers::Initializer;
use crate::io::error::Result;
use crate::kernels::{self, Update, UpdateRule};
use crate::layer::{Arch, Layer};
use crate::optimizers::{MEMORY, Memory, Options, Rule};
use crate::params::{Field, Plain, Zeroed, flat, flat_mut};
use crate::regularizers::Regularizer;
use crate::sample::Sample;
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
    /// Not trained but followed, like a moving mean: the layer's backward pass writes into its gradient what is to be added.
    /// Initialized with zeros.
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
pub struct Slot {
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
    /// Whether an optimizer that treats matrices in a way of their own, like [`Muon`](crate::Muon) and [`Adafactor`](crate::Adafactor), treats
    /// it as a vector.
    pub as_vector: bool,
}

impl Slot {
    /// What a tensor gets that nothing can be wanted of.
    #[doc(hidden)]
    pub const NONE: &'static Slot = {
        static NONE: Slot = Slot {
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

    fn trains(&self, tensor: &Tensor) -> bool {
        !self.frozen && !tensor.role.is_state()
    }
}

/// The plan of a layer that has nothing to train: the name that a message shows.
#[derive(Clone, Debug, Default)]
pub struct NoParameters {
    /// Of the layer's output, added to the loss.
    pub activity_regularizer: Regularizer,
}

/// What is called for each tensor of `K` values of one type together.
pub type Visitor<'a, const K: usize> = dyn FnMut(&Tensor, &Slot, [&mut [f32]; K]) + 'a;

/// A fixed set of tensors, and the plan that stands beside it. [`params!`](crate::params!) writes it.
pub trait Params: Arch + Zeroed + 'static {
    /// A [`Slot`] for each tensor that can be trained, and what else the layer may be told.
    type Plan: Default + Clone;

    /// Calls `f` for each tensor in order, with that tensor of each of the values.
    fn visit<const K: usize>(plan: &Self::Plan, values: [&mut Self; K], f: &mut Visitor<K>);

    /// Calls `f` for each tensor in order.
    fn read(&self, plan: &Self::Plan, f: &mut dyn FnMut(&Tensor, &Slot, &[f32]));

    /// What the plan wants of the layer's output.
    fn activity_regularizer(plan: &Self::Plan) -> &Regularizer;

    /// As [`visit`](Self::visit), for the tensors that are trained: what an optimizer calls.
    fn visit_trainable<const K: usize>(plan: &Self::Plan, values: [&mut Self; K], f: &mut Visitor<K>) {
        Self::visit(plan, values, &mut |tensor, slot, values| {
            if slot.trains(tensor) {
                f(tensor, slot, values);
            }
        });
    }

    /// The sum of the regularizers of the tensors that are trained.
    fn penalty(&self, plan: &Self::Plan) -> f32 {
        let mut sum = 0.0;
        self.read(plan, &mut |tensor, slot, w| {
            if let Some(regularizer) = slot.regularizer.get().filter(|_| slot.trains(tensor)) {
                sum += regularizer.value(w, tensor.shape);
            }
        });
        sum
    }
}

/// A network's parameters in the order of a checkpoint.
pub(crate) fn values<N: Params>(net: &N) -> Vec<f32> {
    let mut all = Vec::with_capacity(N::PARAMS);
    net.read(&N::Plan::default(), &mut |_, _, values| all.extend_from_slice(values));
    all
}

/// Writes parameters in the order of a checkpoint back into a network.
pub(crate) fn set_values<N: Params>(net: &mut N, values: &[f32]) {
    let mut rest = values;
    N::visit(&N::Plan::default(), [net], &mut |_, _, [w]| {
        let (now, later) = rest.split_at(w.len());
        w.copy_from_slice(now);
        rest = later;
    });
}

// One call a field, in what `params!` writes: a field that is no tensor is then reported once in each.
impl Tensor {
    /// The tensor of a layer `L` that a field of type `T` is.
    fn of<L: Arch, T: Field>(name: &'static str, role: Role) -> Self {
        let shape = if role == Role::Kernel { T::SHAPE } else { T::FLAT };
        Tensor { layer: L::NAME.as_str(), name, role, shape }
    }

    #[doc(hidden)]
    pub fn visit<L: Arch, T: Field, const K: usize>(
        (name, role, slot): (&'static str, Role, &Slot),
        values: [&mut T; K],
        f: &mut Visitor<K>,
    ) {
        f(&Tensor::of::<L, T>(name, role), slot, values.map(T::values_mut));
    }

    #[doc(hidden)]
    pub fn read<L: Arch, T: Field>(
        (name, role, slot): (&'static str, Role, &Slot),
        value: &T,
        f: &mut dyn FnMut(&Tensor, &Slot, &[f32]),
    ) {
        f(&Tensor::of::<L, T>(name, role), slot, value.values());
    }
}

/// What a layer may ask of the step that it is in.
#[derive(Debug)]
pub struct Pass {
    /// Whether this is a step of training, and not an evaluation or a prediction.
    pub training: bool,
    /// Whether the last layer is asked to pass its input on, since the loss computes it together with itself. A softmax or a sigmoid
    /// that cannot do so sets it to false.
    pub logits: bool,
    /// Whether the gradient of the layer's input is wanted.
    pub wanted: bool,
    /// What the activity regularizers add to the batch's mean loss.
    pub penalty: f32,
    /// The generator of the run.
    pub random: Xoshiro256PlusPlus,
}

impl Pass {
    /// A step of training.
    pub fn training(random: Xoshiro256PlusPlus) -> Self {
        Pass { training: true, logits: false, wanted: true, penalty: 0.0, random }
    }

    /// An evaluation or a prediction.
    pub fn inference(random: Xoshiro256PlusPlus) -> Self {
        Pass { training: false, ..Pass::training(random) }
    }

    /// Whether the last layer passes its input on; it does not where its own output is regularized.
    pub(crate) fn take_logits(&mut self, plan: &NoParameters) -> bool {
        self.logits &= plan.activity_regularizer.get().is_none();
        self.logits
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
/// A layer owns what it returns, in its cache, or returns its input in another shape: so `Flatten` is free in both directions, and
/// gradients are overwritten in place.
///
/// A layer of one's own is a struct, its plan, and the two contracts:
///
/// ```
/// use taut::prelude::*;
/// use taut::{Pass, Slot, params, params::Buffer};
///
/// /// `y = gain · x`, element by element.
/// #[repr(C)]
/// pub struct Scale<const N: usize> {
///     gain: nalgebra::SVector<f32, N>,
/// }
/// #[derive(Clone, Default)]
/// pub struct ScalePlan {
///     pub gain: Slot,
///     pub activity_regularizer: Regularizer,
/// }
/// params!(Scale<N> { gain: Gain } as ScalePlan);
///
/// impl<const N: usize> Layer<Vector<N>> for Scale<N> {
///     type Y = Vector<N>;
///     type Work = Vector<N>;
///     type Place = place::Fresh;
///     const MACS: usize = N;
///     fn infer<'a>(&self, x: &'a Vector<N>, y: &'a mut Vector<N>) -> &'a Vector<N> {
///         y.0 = self.gain.component_mul(&x.0);
///         y
///     }
/// }
///
/// impl<const N: usize> taut::Train<Vector<N>> for Scale<N> {
///     type Cache = Buffer<Vector<N>>;
///     fn forward<'a>(&self, _: &ScalePlan, x: &'a [Vector<N>], y: &'a mut Self::Cache, _: &mut Pass) -> &'a [Vector<N>] {
///         for (x, y) in x.iter().zip(y.resize(x.len())) {
///             self.infer(x, y);
///         }
///         y
///     }
///     fn output<'a>(_: &'a [Vector<N>], y: &'a Self::Cache) -> &'a [Vector<N>] {
///         y
///     }
///     fn backward<'a>(
///         &self,
///         _: &ScalePlan,
///         x: &[Vector<N>],
///         dy: &'a mut [Vector<N>],
///         _: &'a mut Self::Cache,
///         grad: &mut Self,
///         _: &mut Pass,
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
    fn forward<'a>(&self, plan: &Self::Plan, x: &'a [X], c: &'a mut Self::Cache, pass: &mut Pass) -> &'a [Self::Y];

    /// What `forward` returned.
    fn output<'a>(x: &'a [X], c: &'a Self::Cache) -> &'a [Self::Y];

    /// Writes the parameters' gradients to `grad`, over what was there, and returns the gradient of `x`; where `pass.wanted` is false,
    /// nobody reads it, and it may as well be empty. May overwrite `dy`, which is as long as `x`.
    fn backward<'a>(
        &self,
        plan: &Self::Plan,
        x: &[X],
        dy: &'a mut [Self::Y],
        c: &'a mut Self::Cache,
        grad: &mut Self,
        pass: &mut Pass,
    ) -> &'a mut [X];

    /// As [`backward`](Self::backward), and makes the optimizer's step of what need not wait for the whole gradient: where a layer's
    /// gradient is large, it then need not travel to memory. By default of nothing; [`Dense`](crate::Dense) shows how.
    #[allow(clippy::too_many_arguments)]
    fn backward_and_step<'a>(
        &mut self,
        plan: &Self::Plan,
        x: &[X],
        dy: &'a mut [Self::Y],
        c: &'a mut Self::Cache,
        grad: &mut Self,
        _: &mut Step<'_, Self>,
        pass: &mut Pass,
    ) -> &'a mut [X] {
        self.backward(plan, x, dy, c, grad, pass)
    }

    /// That it can take these samples. Every layer can, but an [`Embedding`](crate::Embedding) at the beginning of a network, where a token is
    /// none of its words.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) of the first that it cannot take.
    fn check(_: &[X]) -> Result<()> {
        Ok(())
    }

    /// Whether the layer can be trained by that plan; asked when `fit` begins. By default its regularizers, constraints and initializers are.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) where a setting is NaN or out of its range.
    fn validate(plan: &Self::Plan) -> Result<()> {
        validate::<Self>(plan)
    }

    /// Adds the layer's rows to the summary; `place` is how the layer is reached from the network.
    fn describe(plan: &Self::Plan, place: &str, rows: &mut Vec<Row>) {
        rows.push(Row::of::<X, Self>(plan, place));
    }
}

/// Whether a layer's regularizers, constraints and initializers can be used.
pub(crate) fn validate<L: Params>(plan: &L::Plan) -> Result<()> {
    let mut valid = Ok(());
    L::visit(plan, [], &mut |tensor, slot, []| {
        if valid.is_ok() {
            valid = slot.validate().map_err(|error| error.of(format_args!("{} of {}", tensor.name, tensor.layer)));
        }
    });
    valid?;
    let activity = L::activity_regularizer(plan).get().map_or(Ok(()), |regularizer| regularizer.validate());
    activity.map_err(|error| error.of(format_args!("the output of {}", L::NAME.as_str())))
}

/// A layer's forward pass, and its activity regularizer's part of the loss.
pub fn forward<'a, X, L: Train<X>>(
    layer: &L,
    plan: &L::Plan,
    x: &'a [X],
    c: &'a mut L::Cache,
    pass: &mut Pass,
) -> &'a [L::Y] {
    let y = layer.forward(plan, x, c, pass);
    if let Some(regularizer) = L::activity_regularizer(plan).get() {
        pass.penalty += regularizer.value(flat(y), &[y.len(), L::Y::LEN]) / y.len() as f32;
    }
    y
}

/// Adds the activity regularizer's part to the gradient of a layer's output.
pub(crate) fn regularize<X, L: Train<X>>(plan: &L::Plan, x: &[X], dy: &mut [L::Y], c: &L::Cache) {
    if let Some(regularizer) = L::activity_regularizer(plan).get() {
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

    fn of(self, slot: &Slot) -> &'a UpdateRule<'a> {
        if slot.no_weight_decay { self.others } else { self.decaying }
    }
}

/// The step of an optimizer that can be made of parts of a tensor, while the gradients are computed.
pub struct Step<'a, N> {
    rules: Rules<'a>,
    moments: [Option<&'a mut N>; MEMORY],
    /// The addresses of the gradients whose step was made.
    made: &'a mut Vec<usize>,
}

impl<'a, N> Step<'a, N> {
    pub(crate) fn new(rules: Rules<'a>, moments: &'a mut [Box<N>], made: &'a mut Vec<usize>) -> Self {
        made.clear();
        Step { rules, moments: each(moments), made }
    }

    /// The step of a part of the network.
    pub fn of<L>(&mut self, part: fn(&mut N) -> &mut L) -> Step<'_, L> {
        Step {
            rules: self.rules,
            moments: self.moments.each_mut().map(|moment| moment.as_deref_mut().map(part)),
            made: self.made,
        }
    }

    /// Has the gradient of a tensor computed by `write`, which is given the update that goes with it, if none of its plan needs the
    /// whole gradient first.
    ///
    /// - `part`: how the tensor is reached; `w`, `g`: the tensor and its gradient.
    pub fn make<T: Field>(
        &mut self,
        slot: &Slot,
        part: fn(&mut N) -> &mut T,
        w: &mut T,
        g: &mut T,
        write: impl FnOnce(&mut T, Option<Update>),
    ) {
        let regularizer = slot.regularizer.get();
        if slot.frozen || regularizer.is_some_and(|regularizer| !regularizer.is_elementwise()) {
            return write(g, None);
        }
        self.made.push((&raw const *g).addr());
        let rule = self.rules.of(slot);
        let moments = self.moments.each_mut().map(|moment| match moment {
            Some(moment) => part(moment).values_mut(),
            None => &mut [],
        });
        let (w, shape) = (w.values_mut(), slot.shape(T::SHAPE, T::FLAT));
        match regularizer {
            None => write(g, Some(Update { w, moments, shape, rule })),
            Some(regularizer) => {
                let rule = |w: &mut [f32], g: &mut [f32], memory: Memory, shape: &[usize]| {
                    regularizer.add_gradient(w, shape, 1.0, g);
                    rule(w, g, memory, shape);
                };
                write(g, Some(Update { w, moments, shape, rule: &rule }));
            }
        }
    }

    /// Makes the step of all tensors that it was not made of yet; `regularized` says that the gradients of the regularizers are in `grad`.
    pub(crate) fn make_the_rest(self, plan: &N::Plan, net: &mut N, grad: &mut N, regularized: bool)
    where
        N: Params,
    {
        let Step { rules, moments, made } = self;
        visit(plan, net, grad, moments, &mut |tensor, slot, w, g, memory| {
            if tensor.role.is_state() {
                return kernels::add_scaled(w, 1.0, g);
            }
            if slot.frozen {
                return;
            }
            if !made.contains(&g.as_ptr().addr()) {
                if let Some(regularizer) = slot.regularizer.get().filter(|_| !regularized) {
                    regularizer.add_gradient(w, tensor.shape, 1.0, g);
                }
                rules.of(slot)(w, g, memory, slot.shape(tensor.shape, &[g.len()]));
            }
            if let Some(constraint) = slot.constraint.get() {
                constraint.constrain(w, tensor.shape);
            }
        });
    }
}

/// Adds the gradients of the regularizers, and returns the norm of all gradients that are trained by, together with what was added up
/// before, which is the moment of number `sum`.
pub(crate) fn regularized_norm<N: Params>(
    (plan, net, grad): (&N::Plan, &mut N, &mut N),
    moments: &mut [Box<N>],
    (options, sum): (&Options, usize),
) -> f32 {
    let mut squares = 0.0;
    visit(plan, net, grad, each(moments), &mut |tensor, slot, w, g, memory| {
        if slot.trains(tensor) {
            if let Some(regularizer) = slot.regularizer.get() {
                regularizer.add_gradient(w, tensor.shape, 1.0, g);
            }
            squares += options.sum_of_squares(g, memory.get(sum).map_or(&[], |sum| sum));
        }
    });
    squares.sqrt() as f32
}

/// The moments that there are.
fn each<N>(moments: &mut [Box<N>]) -> [Option<&mut N>; MEMORY] {
    let mut moments = moments.iter_mut();
    std::array::from_fn(|_| moments.next().map(|moment| &mut **moment))
}

/// What is called for each tensor, with its gradient and what is remembered of it.
type WithMemory<'a> = dyn FnMut(&Tensor, &Slot, &mut [f32], &mut [f32], Memory) + 'a;

/// Calls `f` for each tensor.
fn visit<N: Params>(plan: &N::Plan, net: &mut N, grad: &mut N, moments: [Option<&mut N>; MEMORY], f: &mut WithMemory) {
    // One visit for each number of moments.
    macro_rules! visits { ($([$($moment:ident)*] [$($none:ident)*])*) => {
        match moments {
            $([$(Some($moment),)* $($none @ None),*] => {
                $(let _: Option<&mut N> = $none;)*
                N::visit(plan, [net, grad, $($moment),*], &mut |tensor, slot, [w, g, $($moment),*]| {
                    $(let $none: &mut [f32] = &mut [];)*
                    f(tensor, slot, w, g, [$($moment,)* $($none),*]);
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
    pub fn of<X, L: Train<X>>(plan: &L::Plan, place: &str) -> Self {
        let mut trainable = 0;
        L::visit_trainable(plan, [], &mut |tensor, _, []| trainable += tensor.shape.iter().product::<usize>());
        Row { place: place.into(), layer: L::NAME.as_str(), shape: L::Y::SHAPE, params: L::PARAMS, trainable }
    }
}
