//! The traits that a user expects of the public types.

use std::fmt::Debug;
use taut::prelude::*;
use taut::*;

type Net = (Dense<2, 8>, Relu, Dropout<50>, Dense<8, 3>, Softmax);
type Network = Model<Vector<2>, Net>;
type Trained = Compiled<Vector<2>, Net, With<Adam>, SparseCategoricalCrossentropy, (Accuracy, Weighted<Accuracy>)>;
type Validating = taut::Run<Accuracy, Validated>;

fn is<T: Debug + Clone + Send + Sync>() {}

/// Implements `is` for each type, and counts them.
macro_rules! are { ($($T:ty),* $(,)?) => { $(is::<$T>();)* } }

#[test]
fn public_types_are_debug_clone_send_and_sync() {
    are!(Network, Trained, History<Validating>, Evaluation<Accuracy>, Evaluation<Accuracy, false>, Fit, Verbose, Summary);
    are!(Dataset<Vector<2>, Class<3>>, Dataset<Image<2, 2, 1>, Vector<1>>, Standardizer<Vector<2>>);
    are!(RandomFlip, RandomTranslation, FillMode);
    are!(
        BackupAndRestore,
        EarlyStopping<ValLoss, ()>,
        LearningRateScheduler<fn(usize, f32) -> f32>,
        ModelCheckpoint<Val<Accuracy>, ()>,
        ReduceLrOnPlateau<ValLoss, ()>,
        SwapEmaWeights,
        TerminateOnNan,
        Mode,
        TrainingLoss,
        ValLoss,
        Training<Accuracy>,
        Val<Accuracy>,
    );
    are!(
        Adadelta,
        Adafactor,
        Adagrad,
        Adam,
        AdamW,
        Adamax,
        Ftrl,
        Lamb,
        Lion,
        Muon,
        Nadam,
        RmsProp,
        ScheduleFreeAdamW,
        Sgd
    );
    are!(With<Sgd>, OptimizerOptions, Clip, Ema, LearningRate, OptimizerState<Net>, StepInfo, MomentInfo);
    are!(
        BinaryCrossentropy,
        BinaryFocalCrossentropy,
        CategoricalCrossentropy,
        CategoricalFocalCrossentropy,
        CategoricalGeneralizedCrossEntropy,
        CategoricalHinge,
        CosineSimilarity,
        Dice,
        Hinge,
        Huber,
        KlDivergence,
        LogCosh,
        MeanAbsoluteError,
        MeanAbsolutePercentageError,
        MeanSquaredError,
        MeanSquaredLogarithmicError,
        Poisson,
        SparseCategoricalCrossentropy,
        SquaredHinge,
        Tversky,
    );
    are!(
        Accuracy,
        Auc,
        BinaryAccuracy,
        BinaryIou,
        CategoricalAccuracy,
        ConcordanceCorrelation,
        ConfusionMatrix<3>,
        ExplainedVariance,
        F1Score,
        FBetaScore,
        Iou<3, 1>,
        MeanIou,
        PearsonCorrelation,
        Precision,
        R2Score,
        Recall,
        RootMeanSquaredError,
        SparseCategoricalAccuracy,
        TopKCategoricalAccuracy,
        Weighted<Accuracy>,
        Average,
        Curve,
        Summation,
    );
    are!(TensorOptions, Regularizer, Constraint, Initializer, Role, Tensor, Row);
}

/// Neither cloned nor shared, but sent to a thread, or printed.
#[test]
fn the_others_are_what_they_can_be() {
    fn send<T: Debug + Send + Sync>() {}
    fn debug<T: Debug>() {}
    send::<CsvLogger>();
    #[cfg(feature = "tensorboard")]
    {
        send::<taut::TensorBoard>();
        send::<taut::SummaryWriter>();
        send::<taut::Hparam>();
    }
    send::<Error>();
    debug::<Lambda<'_, Validating>>();
    debug::<TrainBegin<'_>>();
    debug::<BatchEnd<'_>>();
    debug::<EpochEnd<'_, Validating>>();
    debug::<Fitting<'_, Vector<2>, Net, Adam, SparseCategoricalCrossentropy, Accuracy, Validated>>();
}
