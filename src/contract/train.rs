//! The contract of training: a layer's passes over a batch.

use crate::contract::layer::Layer;
use crate::contract::mask::{BatchMask, MaskRule};
use crate::contract::step::Step;
use crate::contract::tensor::{NoParameters, Params, validate};
use crate::io::error::Result;
use crate::memory::plain::Floats;
use crate::memory::view::{flat, flat_mut};
use crate::shape::sample::Sample;
use rand::rngs::Xoshiro256PlusPlus;

/// The pass that is running, as layers see it.
///
/// ```
/// use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};
/// use taut::{Context, prelude::*};
/// let random = Xoshiro256PlusPlus::seed_from_u64(1);
/// let (x, options, mut cache) = ([Vector::new([1.0; 100])], Default::default(), Default::default());
/// let y = Dropout::<50>.forward(&options, &x, &mut cache, &mut Context::training(random.clone()));
/// assert!(y[0].values().contains(&0.0) && y[0].values().contains(&2.0));
/// let y = Dropout::<50>.forward(&options, &x, &mut cache, &mut Context::inference(random));
/// assert_eq!(y, x);
/// ```
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
    /// Which steps of the layer's input are padding, where the layer [uses](Layer::USES_MASK) masks. A pass begins with
    /// [`BatchMask::default`].
    pub mask: BatchMask,
    /// The run's random number generator.
    pub random: Xoshiro256PlusPlus,
}

impl Context {
    /// The context of a training step.
    pub fn training(random: Xoshiro256PlusPlus) -> Self {
        Context {
            training: true,
            fuse_head: false,
            needs_input_grad: true,
            penalty: 0.0,
            mask: BatchMask::default(),
            random,
        }
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
///
/// ```
/// use taut::{Head, losses::Loss, prelude::*};
/// assert_eq!(<(Dense<4, 3>, Softmax) as Train<Vector<4>>>::HEAD, Some(Head::Softmax));
/// assert_eq!(<SparseCategoricalCrossentropy as Loss<Vector<3>>>::FUSED.map(|fused| fused.head), Some(Head::Softmax));
/// assert_eq!(<(Dense<4, 3>, Relu) as Train<Vector<4>>>::HEAD, None);
/// ```
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
/// let data = Dataset::new(vec![Vector::new([1.0, 2.0])], vec![Vector::new([3.0, 8.0])])?;
/// let mut model = Model::<Vector<2>, Scale<2>>::new(1).compile(Sgd::new(0.2), MeanSquaredError, ());
/// model.fit(&data, Fit { epochs: 100, ..Fit::default() })?;
/// assert!((model.net().gain - nalgebra::SVector::from([3.0, 4.0])).amax() < 1e-5);
/// # Ok::<(), taut::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot take `{X}` as its input",
    label = "this layer does not accept `{X}`",
    note = "each layer's input must equal the output of the layer before it",
    note = "a tuple holds at most twelve layers; put tuples into tuples for more"
)]
pub trait Train<X>: Layer<X, Y: Sample> + Params {
    /// The values that the forward pass keeps for the backward pass, its output among them.
    type Cache: Default + Send;
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
    /// A layer whose gradient is large may have [`step`](Step::apply) update its parameters at once, so that the
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
    ///
    /// ```
    /// use taut::prelude::*;
    /// assert!(Embedding::<5, 2>::check(&[Tokens([3, 4])]).is_ok());
    /// assert!(Embedding::<5, 2>::check(&[Tokens([3, 5])]).is_err()); // five words are 0 to 4
    /// ```
    fn check(_: &[X]) -> Result<()> {
        Ok(())
    }

    /// Checks the layer's options when `fit` begins; by default the regularizers, constraints and initializers.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) where a setting is NaN or out of its range.
    ///
    /// ```
    /// use taut::{DenseOptions, prelude::*};
    /// let mut options = <DenseOptions>::default();
    /// options.kernel.regularizer = L2(-0.5).into();
    /// let error = <Dense<4, 3> as Train<Vector<4>>>::validate(&options).unwrap_err();
    /// assert!(error.to_string().ends_with("expected a number from 0, received -0.5, for kernel of Dense<4, 3>"));
    /// ```
    fn validate(options: &Self::Options) -> Result<()> {
        validate::<Self>(options)
    }

    /// Adds the layer's rows to the summary; `place` is the path from the network to the layer, such as `net.1`.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let mut rows = vec![];
    /// <(Dense<4, 8>, Relu) as Train<Vector<4>>>::describe(&Default::default(), "net", &mut rows);
    /// assert_eq!((rows[0].place.as_str(), rows[1].place.as_str()), ("net.0", "net.1"));
    /// ```
    fn describe(options: &Self::Options, place: &str, rows: &mut Vec<Row>) {
        rows.push(Row::of::<X, Self>(options, place));
    }
}

/// A layer's forward pass, with the mask of its output and the penalty of its activity regularizer.
pub(crate) fn forward<'a, X, L: Train<X>>(
    layer: &L,
    options: &L::Options,
    x: &'a [X],
    c: &'a mut L::Cache,
    context: &mut Context,
) -> &'a [L::Y] {
    let mask = match L::MASK {
        MaskRule::Makes => BatchMask::new(x.iter().map(|x| layer.mask(x))),
        MaskRule::Keeps | MaskRule::Drops => context.mask.clone(),
    };
    context.mask = if L::USES_MASK { mask.clone() } else { BatchMask::default() };
    let y = layer.forward(options, x, c, context);
    context.mask = if L::MASK == MaskRule::Drops { BatchMask::default() } else { mask };
    if let Some(regularizer) = L::activity_regularizer(options).get() {
        context.penalty += regularizer.value(flat(y), &[y.len(), L::Y::LEN]) / y.len() as f32;
    }
    y
}

/// A layer's backward pass, with the gradient of its activity regularizer.
#[allow(clippy::too_many_arguments)]
pub(crate) fn backward<'a, X, L: Train<X>>(
    layer: &mut L,
    options: &L::Options,
    x: &[X],
    dy: &'a mut [L::Y],
    c: &'a mut L::Cache,
    grad: &mut L,
    step: &mut Step<'_, L>,
    context: &mut Context,
) -> &'a mut [X] {
    regularize::<X, L>(options, x, dy, c);
    layer.backward(options, x, dy, c, grad, step, context)
}

/// Adds the gradient of the activity regularizer to that of a layer's output.
pub(crate) fn regularize<X, L: Train<X>>(options: &L::Options, x: &[X], dy: &mut [L::Y], c: &L::Cache) {
    if let Some(regularizer) = L::activity_regularizer(options).get() {
        let y = L::output(x, c);
        regularizer.add_gradient(flat(y), &[y.len(), L::Y::LEN], 1.0 / y.len() as f32, flat_mut(dy));
    }
}

/// A row of [`Model::summary`](crate::Model::summary).
///
/// ```
/// use taut::{DenseOptions, Row, prelude::*};
/// let mut options = <DenseOptions>::default();
/// options.bias.frozen = true;
/// let row = Row::of::<Vector<4>, Dense<4, 3>>(&options, "net.0");
/// assert_eq!((row.place.as_str(), row.layer, row.shape), ("net.0", "Dense<4, 3>", &[3][..]));
/// assert_eq!((row.params, row.trainable), (15, 12));
/// ```
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
