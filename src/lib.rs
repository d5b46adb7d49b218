// The links of the README lead to files of the repository. In the documentation the first definition counts: these.
#![cfg_attr(feature = "train", doc = "[overview]: crate::overview")]
#![cfg_attr(feature = "train", doc = "[keras]: crate::keras")]
#![cfg_attr(feature = "train", doc = "[stability]: crate::stability")]
#![cfg_attr(feature = "train", doc = "[comparison]: crate::comparison")]
#![cfg_attr(feature = "train", doc = "[guide]: crate::guide")]
#![cfg_attr(feature = "train", doc = "[data]: crate::guide::data")]
#![cfg_attr(feature = "train", doc = "[plots]: crate::guide::plots")]
#![cfg_attr(feature = "train", doc = "[TensorBoard]: crate::guide::tensorboard")]
#![cfg_attr(feature = "train", doc = "[`quantize`]: crate::quantize()")]
#![doc = concat!("[ARCHITECTURE.md]: https://docs.rs/crate/taut/", env!("CARGO_PKG_VERSION"), "/source/ARCHITECTURE.md")]
#![doc = concat!("[CONTRIBUTING.md]: https://docs.rs/crate/taut/", env!("CARGO_PKG_VERSION"), "/source/CONTRIBUTING.md")]
#![doc = concat!("[SECURITY.md]: https://docs.rs/crate/taut/", env!("CARGO_PKG_VERSION"), "/source/SECURITY.md")]
#![doc = concat!("[CHANGELOG.md]: https://docs.rs/crate/taut/", env!("CARGO_PKG_VERSION"), "/source/CHANGELOG.md")]
#![doc = ""]
#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs, unsafe_op_in_unsafe_fn, clippy::undocumented_unsafe_blocks)]

pub(crate) mod contract;
pub mod deploy;
pub mod int8;
pub mod io;
pub mod kernels;
pub mod layers;
pub mod memory;
pub(crate) mod shape;
pub mod text;
pub mod zoo;

#[cfg(feature = "train")]
pub mod callbacks;
#[cfg(feature = "train")]
pub mod comparison;
#[cfg(feature = "train")]
pub mod constraints;
#[cfg(feature = "train")]
pub mod datasets;
#[cfg(feature = "train")]
pub mod guide;
#[cfg(feature = "train")]
pub mod initializers;
#[cfg(feature = "train")]
pub mod keras;
#[cfg(feature = "train")]
pub mod losses;
#[cfg(feature = "train")]
pub mod metrics;
#[cfg(feature = "train")]
pub mod model;
#[cfg(feature = "train")]
pub mod optimizers;
#[cfg(feature = "train")]
pub mod overview;
#[cfg(feature = "plot")]
pub mod plot;
#[cfg(feature = "train")]
pub mod regularizers;
#[cfg(not(feature = "train"))]
#[path = "untrained/regularizers.rs"]
pub mod regularizers;
#[cfg(feature = "train")]
pub mod schedules;
#[cfg(feature = "train")]
pub mod stability;

// Every public type at the root: messages name a thing by its shortest public path, `taut::Dense`, not
// `taut::layers::Dense`. tests/prelude.rs compares this list with those of the modules.
#[cfg(feature = "tensorboard")]
pub use callbacks::{Hparam, SummaryWriter, TensorBoard};
pub use contract::checked::Checked;
pub use contract::embed::{Agrees, Example};
pub use contract::fits::Flow;
pub use contract::fold::{Fold, Folded};
pub use contract::layer::{Arch, Layer};
pub use contract::mask::MaskRule;
pub use contract::network::Network;
pub use contract::outputs::{AnyNumbers, ClassProbabilities, ConstantOutputs, NonNegative, OutputKind, Probabilities};
pub use contract::part::Part;
pub use contract::tensor::{NoParameters, TensorOptions};
#[cfg(feature = "datasets")]
pub use datasets::{Csv, Label, Missing};
pub use deploy::Budget;
pub use int8::{Int8, Int8Clamp, Int8Dense, Int8Identity, Int8Softmax, Int8Table, Quantize, Quantized, Scale};
pub use layers::{
    Activation, AlphaDropout, Attending, AvgPool1d, AvgPool2d, BatchNorm, BatchNormOptions, Bias, Bidirectional,
    Causal, Celu, Channels, Conv1d, Conv2d, Conv2dTranspose, ConvOptions, Cropping2d, Dense, DenseOptions,
    DepthwiseConv2d, Dropout, Elu, Embedding, EmbeddingOptions, Exponential, Flatten, GaussianDropout, GaussianNoise,
    Gelu, GeluTanh, GlobalAvgPool, GlobalMaxPool, Glu, GroupNorm, GroupNormOptions, GroupedConv2d, Gru, GruOptions,
    HardShrink, HardSigmoid, HardSilu, HardTanh, LayerNorm, LayerNormOptions, LeakyRelu, Linear, LogSigmoid,
    LogSoftmax, Lstm, LstmOptions, Mask, MaskZero, Masking, MaxPool1d, MaxPool2d, Mish, MultiHeadAttention,
    MultiHeadAttentionOptions, NoBias, Normalization, PRelu, PReluOptions, Parallel, Permute, PositionEmbedding,
    PositionEmbeddingOptions, RecurrentWork, Relu, Relu6, ReluWith, Rescaling, Reshape, Residual, ReturnLast,
    ReturnSequence, Returns, RmsNorm, RmsNormOptions, Selu, SeparableConv2d, Sigmoid, Silu, SimpleRnn,
    SimpleRnnOptions, SoftShrink, Softmax, Softplus, Softsign, SparsePlus, SparseSigmoid, Sparsemax, SpatialDropout,
    Squareplus, Tanh, TanhShrink, Threshold, TimeDistributed, TokenMask, UnitNormalization, Unmasked, UpSampling2d,
    UseBias, VectorActivation, ZeroPadding2d,
};
pub use memory::step_mask::StepMask;
pub use memory::{AnyBitPattern, Bytes, Floats, Zeroed};
#[cfg(feature = "plot")]
pub use plot::{Heatmap, Histograms, Pictures, PrecisionRecallCurve, Predictions, RocCurve};
#[cfg(not(feature = "train"))]
pub use regularizers::Regularizer;
pub use shape::pixels::Pixels;
pub use shape::sample::{Class, Image, Input, Sample, Sequence, Tokens, Vector};
pub use shape::window::{Dilated, Padding, Same, Valid};
#[cfg(feature = "train")]
pub use {
    callbacks::{
        BackupAndRestore, BatchEnd, Callback, CsvLogger, EarlyStopping, EpochEnd, HasValidation, Lambda,
        LearningRateScheduler, Mode, ModelCheckpoint, Monitor, NotValidated, ReduceLrOnPlateau, Run, SwapEmaWeights,
        TerminateOnNan, TrainBegin, Training, TrainingLoss, Val, ValLoss, Validated,
    },
    constraints::{Constrain, Constraint, MaxNorm, MinMaxNorm, NonNeg, UnitNorm},
    contract::fold::FoldValues,
    contract::mask::BatchMask,
    contract::rule::{MAX_MOMENTS, MomentInfo, Moments, Rule, StepInfo},
    contract::step::Step,
    contract::tensor::{Params, Role, Tensor, Visitor},
    contract::train::{Context, Head, Row, Train},
    datasets::{
        ArrayRow, AsFloats, Augment, Dataset, FillMode, NumericArray, RandomFlip, RandomTranslation, Standardizer,
        TrainingData,
    },
    initializers::{
        Constant, Draw, Fan, GlorotNormal, GlorotUniform, HeNormal, HeUniform, Identity, Initialize, Initializer,
        LecunNormal, LecunUniform, Ones, Orthogonal, RandomNormal, RandomUniform, TruncatedNormal, VarianceScaling,
        Zeros,
    },
    int8::{LayerError, QuantizedModel, ToInt8, quantize},
    io::error::{Error, Result},
    io::terminal::without_progress,
    kernels::with_threads,
    layers::{BidirectionalOptions, UnitForgetBias},
    losses::{
        BinaryCrossentropy, BinaryFocalCrossentropy, CategoricalCrossentropy, CategoricalFocalCrossentropy,
        CategoricalGeneralizedCrossEntropy, CategoricalHinge, CosineSimilarity, Dice, Fits, FromLogits, Fused, Hinge,
        Huber, KlDivergence, LogCosh, Logits, Loss, MeanAbsoluteError, MeanAbsolutePercentageError, MeanLoss,
        MeanSquaredError, MeanSquaredLogarithmicError, OfLogits, Poisson, SparseCategoricalCrossentropy, SquaredHinge,
        Takes, Tversky, Unchecked,
    },
    metrics::{
        Accuracy, Auc, AucState, Average, BinaryAccuracy, BinaryIou, CategoricalAccuracy, ClassLabel,
        ConcordanceCorrelation, ConfusionMatrix, Contains, Counts, Curve, ExplainedVariance, ExplainedVarianceState,
        F1Score, FBetaScore, FScoreState, FalseNegatives, FalsePositives, Index, Iou, IouState, IsPositive, Mean,
        MeanIou, Metric, Named, PearsonCorrelation, Precision, PrecisionAtRecall, R2Score, R2State, Recall,
        RecallAtPrecision, RootMeanSquaredError, SensitivityAtSpecificity, SparseCategoricalAccuracy,
        SpecificityAtSensitivity, Summation, Thresholds, TopKCategoricalAccuracy, TrueNegatives, TruePositives,
        Weighted,
    },
    model::{Compiled, Evaluation, Fit, Fitting, History, IsCompiled, Model, Summary, Verbose, Weighable},
    optimizers::{
        Adadelta, Adafactor, Adagrad, Adam, AdamW, Adamax, Clip, Ema, Ftrl, Lamb, Lion, Muon, Nadam, Optimizer,
        OptimizerOptions, OptimizerState, RmsProp, ScheduleFreeAdamW, Sgd, With,
    },
    regularizers::{L1, L1L2, L2, Lines, OrthogonalRegularizer, Regularize, Regularizer},
    schedules::{
        CosineDecay, CosineDecayRestarts, ExponentialDecay, InverseTimeDecay, LearningRate, PiecewiseConstantDecay,
        PolynomialDecay, Schedule,
    },
};
// No part of the interface, but messages name them.
#[doc(hidden)]
pub use {
    contract::chain::Infers,
    contract::embed::read,
    contract::fits::{Accepts, Exists, FitsInMemory, HasNumbers, Of, Told, exists},
    contract::network::{One, Then},
    contract::quantize_network::Quantizes,
    shape::flat::Flat,
    shape::join::{Concat, DoubleChannels, HalfChannels, Join, SameShape},
    shape::resize::Cropped2d,
    shape::size::{Divides, GroupsOf, IsPercent, Sizes},
    shape::window::{Transposed2d, Windows1d, Windows2d},
};
#[cfg(feature = "train")]
#[doc(hidden)]
pub use {
    contract::field::Field, contract::named::PlansOf, contract::quantize_network::QuantizesTo, shape::size::AtMost,
};

/// Where the output of a layer lies: the choices of [`Layer::Place`].
///
/// ```
/// use taut::{place, prelude::*};
/// /// Doubles each number: a layer that may overwrite its input.
/// #[repr(C)]
/// struct Double;
/// taut::params!(Double {} as taut::NoParameters);
/// impl<const N: usize> Layer<Vector<N>> for Double {
///     type Y = Vector<N>;
///     type Scratch = Vector<N>;
///     type Place = place::InPlace;
///     fn infer<'a>(&self, x: &'a Vector<N>, y: &'a mut Vector<N>) -> &'a Vector<N> {
///         y.0 = 2.0 * x.0;
///         y
///     }
/// }
/// assert_eq!(Double.predict(&Vector::new([1.0, 2.0]), &mut Vector::ZERO).values(), [2.0, 4.0]);
/// const _: () = assert!(Budget::<Vector<4>, (Dense<4, 9>, Double)>::SCRATCH == 4 * 9);
/// ```
pub mod place {
    pub use crate::contract::layer::{Alias, InPlace, Other, Place, Private};
}

/// What becomes of a layer when batch normalization is folded: for a layer that implements this itself, by the
/// `custom fold` of [`params!`].
///
/// ```
/// use taut::{fold::{False, Fold, True}, prelude::*};
/// // Between a layer that absorbs it and one that is no `BatchNorm`, nothing remains of a `BatchNorm`.
/// type Remains = <BatchNorm<3> as Fold>::As<True, False>;
/// assert_eq!((Remains::NAME.as_str(), Remains::PARAMS), ("Linear", 0));
/// ```
pub mod fold {
    pub use crate::contract::fold::{Bool, False, Fold, Folded, True, Which};
    #[cfg(feature = "train")]
    pub use crate::contract::fold::{FoldValues, Norm, copy, fold};
}

/// The names that a typical training program uses, and none that it is likely to give to something of its own.
///
/// All else comes from its module: `use taut::layers::*`, `use taut::callbacks::{Callback, EpochEnd}`. Traits whose
/// methods a program calls, but which it rarely names, are imported without a name.
///
/// ```
/// use taut::prelude::*;
/// let data = datasets::iris()?;
/// network! { type Net: Vector<4> = (Dense<4, 16>, Relu, Dense<16, 3>, Softmax); }
/// let mut model = Model::<Vector<4>, Net>::new(1).compile(Adam::new(0.01), SparseCategoricalCrossentropy, Accuracy);
/// model.fit(&data, Fit { epochs: 20, ..Fit::default() })?;
/// assert!(model.evaluate(&data)?.get(Accuracy) > 0.9);
/// # Ok::<(), taut::Error>(())
/// ```
pub mod prelude {
    pub use crate::contract::fold::Folded;
    pub use crate::contract::layer::{Arch as _, Layer};
    pub use crate::deploy::Budget;
    pub use crate::int8::Quantized;
    pub use crate::layers::{
        AvgPool2d, BatchNorm, Conv2d, Dense, Dropout, Embedding, Flatten, Gelu, GlobalAvgPool, Gru, LayerNorm, Lstm,
        MaxPool2d, NoBias, Relu, Reshape, Residual, Sigmoid, Softmax, Tanh,
    };
    pub use crate::memory::Floats as _;
    pub use crate::shape::sample::{Class, Image, Sample, Sequence, Tokens, Vector};
    pub use crate::shape::window::{Same, Valid};
    #[cfg(feature = "train")]
    pub use crate::{
        callbacks::{EarlyStopping, ModelCheckpoint, ReduceLrOnPlateau, Training, TrainingLoss, Val, ValLoss},
        constraints::MaxNorm,
        contract::train::Train,
        datasets::{self, Dataset},
        int8::quantize,
        losses::{
            BinaryCrossentropy, CategoricalCrossentropy, FromLogits, Huber, Loss as _, MeanAbsoluteError,
            MeanSquaredError, SparseCategoricalCrossentropy, Unchecked,
        },
        metrics::{Accuracy, Auc, BinaryAccuracy, F1Score, Metric as _, Precision, Recall},
        model::{Fit, Model, Verbose},
        optimizers::{Adam, AdamW, Optimizer as _, OptimizerOptions, RmsProp, Sgd},
        regularizers::{L1, L2},
    };
    pub use crate::{embed, network};
}

/// What the crate's macros name. Not a part of the interface: it may change in any release.
#[doc(hidden)]
pub mod __private {
    #[cfg(feature = "train")]
    pub use crate::contract::operation;
    #[cfg(feature = "train")]
    pub use crate::contract::rule;
    #[cfg(feature = "train")]
    pub use crate::contract::step;
    pub use crate::contract::tensor;
    #[cfg(feature = "train")]
    pub use crate::contract::train;
    pub use crate::contract::{chain, checked, embed, field, fits, fold, layer, mask, named, network, outputs, part};
    pub use crate::contract::{quantize, quantize_network};
    #[cfg(feature = "train")]
    pub use crate::io::error::Result;
    // A crate whose networks are trained elsewhere may itself be `no_std`.
    pub use crate::memory::areas::Output;
    pub use crate::memory::{plain, step_mask};
    pub use crate::regularizers::Regularizer;
    pub use crate::shape::sample;
    pub use crate::text;
    #[cfg(feature = "train")]
    pub use std::{string::String, vec::Vec};

    /// What the benchmarks measure beside the public kernels.
    pub mod kernels {
        #[cfg(feature = "train")]
        pub use crate::kernels::optimizer::adam;
        pub use crate::kernels::softmax::softmax_and_log_sum;
    }
}
