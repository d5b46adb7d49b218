//! Metrics, streamed over batches. A tuple of metrics is a metric, as a tuple of layers is a layer.

pub(crate) mod accuracy;
pub(crate) mod confusion;
pub(crate) mod confusion_matrix;
pub(crate) mod contains;
pub(crate) mod correlation;
pub(crate) mod explained_variance;
pub(crate) mod f_score;
pub(crate) mod iou;
pub(crate) mod label;
pub(crate) mod mean;
pub(crate) mod metric;
pub(crate) mod named;
pub(crate) mod r2_score;
pub(crate) mod root_mean_squared_error;
pub(crate) mod thresholds;
pub(crate) mod top_k;
pub(crate) mod weighted;

pub use accuracy::{Accuracy, BinaryAccuracy, CategoricalAccuracy, SparseCategoricalAccuracy};
pub use confusion::{Counts, FalseNegatives, FalsePositives, Precision, Recall, TrueNegatives, TruePositives};
pub use confusion_matrix::ConfusionMatrix;
pub use contains::{Contains, Index};
pub use correlation::{ConcordanceCorrelation, PearsonCorrelation};
pub use explained_variance::{ExplainedVariance, ExplainedVarianceState};
pub use f_score::{Average, F1Score, FBetaScore, FScoreState};
pub use iou::{BinaryIou, Iou, IouState, MeanIou};
pub use label::{ClassLabel, IsPositive};
pub use mean::Mean;
pub use metric::Metric;
pub use named::Named;
pub use r2_score::{R2Score, R2State};
pub use root_mean_squared_error::RootMeanSquaredError;
pub use thresholds::{
    Auc, AucState, Curve, PrecisionAtRecall, RecallAtPrecision, SensitivityAtSpecificity, SpecificityAtSensitivity,
    Summation, Thresholds,
};
pub use top_k::TopKCategoricalAccuracy;
pub use weighted::Weighted;
