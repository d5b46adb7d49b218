//! A layer's tensors and their options.

use crate::constraints::Constraint;
use crate::contract::field::Field;
use crate::contract::layer::Arch;
use crate::initializers::Initializer;
use crate::io::error::Result;
use crate::memory::plain::Zeroed;
use crate::regularizers::Regularizer;

/// The purpose of a tensor, which decides how it is initialized and whether it is trained.
///
/// ```
/// use taut::{Params, Role, prelude::*};
/// let mut roles = vec![];
/// BatchNorm::<3>::visit(&Default::default(), [], &mut |tensor, _, []| roles.push(tensor.role));
/// assert_eq!(roles, [Role::Gain, Role::Bias, Role::State, Role::UnitState]);
/// assert_eq!(roles.iter().filter(|role| role.is_state()).count(), 2);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Weights that multiply inputs; initialized with [`GlorotUniform`](crate::initializers::GlorotUniform).
    Kernel,
    /// A kernel of three axes, inputs, heads, and outputs of a head; initialized as the matrix from the inputs to all
    /// outputs.
    ToHeads,
    /// A kernel of three axes, heads, inputs of a head, and outputs; initialized as the matrix from all inputs to the
    /// outputs.
    FromHeads,
    /// A vector for each word or position; as `Kernel`, but no matrix for [`Muon`](crate::Muon).
    Table,
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

    /// Whether the tensor's axes mean something to optimizers and initializers.
    fn has_axes(self) -> bool {
        matches!(self, Role::Kernel | Role::ToHeads | Role::FromHeads | Role::Table)
    }
}

/// A tensor's description, which a visit passes along with its values.
///
/// ```
/// use taut::{Params, prelude::*};
/// let mut tensors = vec![];
/// Dense::<4, 3>::visit(&Default::default(), [], &mut |tensor, _, []| tensors.push(*tensor));
/// assert_eq!((tensors[0].layer, tensors[0].name, tensors[0].shape), ("Dense<4, 3>", "kernel", &[4, 3][..]));
/// assert_eq!((tensors[1].name, tensors[1].shape), ("bias", &[3][..]));
/// ```
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
/// assert_eq!((model.summary().params(), model.summary().trainable()), (15, 12));
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
    pub(crate) fn shape<'a>(&self, shape: &'a [usize], flat: &'a [usize]) -> &'a [usize] {
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
///
/// ```
/// use taut::{initializers::Ones, prelude::*};
/// let model = Model::<Vector<2>, (Dense<2, 3>, Relu)>::new(1).layers(|net| {
///     net.0.bias.initializer = Ones.into();
///     net.1.activity_regularizer = L1(0.5).into(); // all options that a `Relu` has
/// });
/// let data = Dataset::new(vec![Vector::new([0.0; 2])], vec![Vector::new([1.0; 3])])?;
/// let model = model.compile(Sgd::default(), MeanSquaredError, ());
/// assert_eq!(model.evaluate(&data)?.loss(), 0.5 * 3.0); // the error is 0, and three outputs are 1
/// # Ok::<(), taut::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct NoParameters {
    /// The activity regularizer, whose penalty on the output is added to the loss.
    pub activity_regularizer: Regularizer,
}

/// The function that a visit calls for each tensor: it receives the tensor's description and options, and its numbers
/// in each of `K` values of one type.
///
/// ```
/// use taut::{Params, Visitor, prelude::*};
/// let mut dense = Dense::<1, 2> { kernel: [[1.0, 2.0]].into(), bias: [3.0, 4.0].into() };
/// let double: &mut Visitor<1> = &mut |_, _, [w]| w.iter_mut().for_each(|w| *w *= 2.0);
/// Dense::visit(&Default::default(), [&mut dense], double);
/// assert_eq!((dense.kernel.as_slice(), dense.bias.as_slice()), (&[2.0, 4.0][..], &[6.0, 8.0][..]));
/// ```
pub type Visitor<'a, const K: usize> = dyn FnMut(&Tensor, &TensorOptions, [&mut [f32]; K]) + 'a;

/// A fixed set of tensors, and their options. [`params!`](crate::params!) implements it.
///
/// ```
/// use taut::{Params, kernels::sum_of_squares, prelude::*};
/// /// The norm of all parameters of a network.
/// fn norm<N: Params>(net: &N) -> f32 {
///     let mut squares = 0.0;
///     net.read(&N::Options::default(), &mut |_, _, w| squares += sum_of_squares(w));
///     squares.sqrt()
/// }
/// let dense = Dense::<1, 1> { kernel: [[3.0]].into(), bias: [4.0].into() };
/// assert_eq!(norm(&(dense, Relu)), 5.0);
/// assert_eq!(<(Dense<1, 1>, Relu)>::TENSORS, 2);
/// ```
pub trait Params: Arch + Zeroed + Sync + 'static {
    /// A [`TensorOptions`] for each tensor that can be trained, and further options of the layer.
    type Options: Default + Clone + Sync;
    /// The outputs of a network that [`network!`](crate::network!) wrote: [`AnyNumbers`](crate::AnyNumbers),
    /// [`NonNegative`](crate::NonNegative), [`Probabilities`](crate::Probabilities) or
    /// [`ClassProbabilities`](crate::ClassProbabilities). Layers and plain tuples have
    /// [`Layer::OUTPUTS`](crate::Layer::OUTPUTS) alone.
    type Kind;
    /// The number of tensors that a visit passes.
    const TENSORS: usize;

    /// Calls `f` for each tensor in order, with its numbers in each of the values.
    ///
    /// ```
    /// use taut::{Params, prelude::*};
    /// /// How far `net` is from `other` at most, tensor by tensor.
    /// fn distances<N: Params>(net: &mut N, other: &mut N) -> Vec<f32> {
    ///     let mut all = vec![];
    ///     N::visit(&N::Options::default(), [net, other], &mut |_, _, [a, b]| {
    ///         all.push(a.iter().zip(b).map(|(a, b)| (*a - *b).abs()).fold(0.0, f32::max));
    ///     });
    ///     all
    /// }
    /// let new = |bias: f32| Dense::<1, 1> { kernel: [[3.0]].into(), bias: [bias].into() };
    /// assert_eq!(distances(&mut new(1.0), &mut new(1.5)), [0.0, 0.5]);
    /// ```
    fn visit<const K: usize>(options: &Self::Options, values: [&mut Self; K], f: &mut Visitor<K>);

    /// Calls `f` for each tensor in order.
    fn read(&self, options: &Self::Options, f: &mut dyn FnMut(&Tensor, &TensorOptions, &[f32]));

    /// The regularizer of the layer's output.
    ///
    /// ```
    /// use taut::{DenseOptions, Params, Regularizer, prelude::*};
    /// let options = DenseOptions { activity_regularizer: L2(0.5).into(), ..Default::default() };
    /// let penalty = Dense::<1, 2>::activity_regularizer(&options).get().map(|l2| l2.value(&[1.0, 2.0], &[1, 2]));
    /// assert_eq!(penalty, Some(2.5)); // of an output of 1 and 2
    /// ```
    fn activity_regularizer(options: &Self::Options) -> &Regularizer;

    /// As [`visit`](Self::visit), for the trained tensors only.
    ///
    /// ```
    /// use taut::{DenseOptions, Params, prelude::*};
    /// let (mut options, mut names) = (<DenseOptions>::default(), vec![]);
    /// options.bias.frozen = true;
    /// Dense::<4, 3>::visit_trainable(&options, [], &mut |tensor, _, []| names.push(tensor.name));
    /// assert_eq!(names, ["kernel"]);
    /// ```
    fn visit_trainable<const K: usize>(options: &Self::Options, values: [&mut Self; K], f: &mut Visitor<K>) {
        Self::visit(options, values, &mut |tensor, tensor_options, values| {
            if tensor_options.trains(tensor) {
                f(tensor, tensor_options, values);
            }
        });
    }

    /// The sum of the penalties of the trained tensors.
    ///
    /// ```
    /// use taut::{DenseOptions, Params, prelude::*};
    /// let dense = Dense::<1, 1> { kernel: [[3.0]].into(), bias: [4.0].into() };
    /// let mut options = <DenseOptions>::default();
    /// options.kernel.regularizer = L2(0.5).into();
    /// assert_eq!(dense.penalty(&options), 4.5);
    /// ```
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
        let shape = if role.has_axes() { T::SHAPE } else { T::FLAT };
        Tensor { layer: L::NAME.as_str(), name, role, shape }
    }

    /// Calls `f` with the shape that an initializer computes the fans of.
    pub(crate) fn initialize(&self, f: impl FnOnce(&[usize])) {
        match (self.role, self.shape) {
            (Role::ToHeads, [inputs, heads, outputs]) => f(&[*inputs, heads * outputs]),
            (Role::FromHeads, [heads, inputs, outputs]) => f(&[heads * inputs, *outputs]),
            (_, shape) => f(shape),
        }
    }

    /// Calls `f` with the shape that an optimizer sees.
    pub(crate) fn update(&self, options: &TensorOptions, f: impl FnOnce(&[usize])) {
        let len = self.shape.iter().product();
        match (self.role, self.shape) {
            // One table of vectors, and not a matrix.
            (Role::Table, [rows, columns]) if !options.as_vector => f(&[1, *rows, *columns]),
            (_, shape) => f(options.shape(shape, &[len])),
        }
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
