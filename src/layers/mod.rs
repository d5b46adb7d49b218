//! The layers: one file each, inference and training side by side.

pub(crate) mod activation;
pub(crate) mod batch_norm;
pub(crate) mod bidirectional;
#[cfg(feature = "train")]
pub(crate) mod cache;
pub(crate) mod celu;
pub(crate) mod channels;
pub(crate) mod conv1d;
pub(crate) mod conv2d;
pub(crate) mod conv2d_transpose;
pub(crate) mod dense;
pub(crate) mod depthwise_conv2d;
pub(crate) mod dropout;
pub(crate) mod elu;
pub(crate) mod embedding;
pub(crate) mod exponential;
pub(crate) mod flatten;
pub(crate) mod gelu;
pub(crate) mod glu;
pub(crate) mod group_norm;
pub(crate) mod gru;
pub(crate) mod hard;
pub(crate) mod layer_norm;
pub(crate) mod leaky_relu;
pub(crate) mod linear;
pub(crate) mod log_sigmoid;
pub(crate) mod log_softmax;
pub(crate) mod lstm;
pub(crate) mod mish;
pub(crate) mod multi_head_attention;
pub(crate) mod noise;
pub(crate) mod normalization;
#[cfg(feature = "train")]
pub(crate) mod pair;
pub(crate) mod parallel;
pub(crate) mod pooling;
pub(crate) mod position_embedding;
pub(crate) mod prelu;
pub(crate) mod recurrent;
pub(crate) mod relu;
pub(crate) mod rescaling;
pub(crate) mod reshape;
pub(crate) mod residual;
pub(crate) mod resize;
pub(crate) mod selu;
pub(crate) mod shrink;
pub(crate) mod sigmoid;
pub(crate) mod silu;
pub(crate) mod simple_rnn;
pub(crate) mod softmax;
pub(crate) mod softplus;
pub(crate) mod softsign;
pub(crate) mod sparse;
pub(crate) mod sparsemax;
pub(crate) mod spatial_dropout;
pub(crate) mod squareplus;
pub(crate) mod tanh;
pub(crate) mod threshold;
pub(crate) mod time_distributed;
pub(crate) mod transform;
pub(crate) mod unit_normalization;
pub(crate) mod vector_activation;

pub use activation::Activation;
pub use batch_norm::BatchNorm;
#[cfg(feature = "train")]
pub use batch_norm::BatchNormOptions;
pub use bidirectional::Bidirectional;
#[cfg(feature = "train")]
pub use bidirectional::BidirectionalOptions;
pub use celu::Celu;
pub use channels::Channels;
pub use conv1d::{Conv1d, Conv1dNoBias};
pub use conv2d::{Conv2d, Conv2dNoBias};
#[cfg(feature = "train")]
pub use conv2d::{ConvNoBiasOptions, ConvOptions};
pub use conv2d_transpose::Conv2dTranspose;
pub use dense::{Dense, DenseNoBias};
#[cfg(feature = "train")]
pub use dense::{DenseNoBiasOptions, DenseOptions};
pub use depthwise_conv2d::{DepthwiseConv2d, DepthwiseConv2dNoBias, GroupedConv2d, SeparableConv2d};
pub use dropout::Dropout;
pub use elu::Elu;
pub use embedding::Embedding;
#[cfg(feature = "train")]
pub use embedding::EmbeddingOptions;
pub use exponential::Exponential;
pub use flatten::Flatten;
pub use gelu::{Gelu, GeluTanh};
pub use glu::Glu;
pub use group_norm::GroupNorm;
#[cfg(feature = "train")]
pub use group_norm::GroupNormOptions;
pub use gru::Gru;
pub use hard::{HardSigmoid, HardSilu, HardTanh};
pub use layer_norm::{LayerNorm, RmsNorm};
#[cfg(feature = "train")]
pub use layer_norm::{LayerNormOptions, RmsNormOptions};
pub use leaky_relu::LeakyRelu;
pub use linear::Linear;
pub use log_sigmoid::LogSigmoid;
pub use log_softmax::LogSoftmax;
pub use lstm::Lstm;
#[cfg(feature = "train")]
pub use lstm::UnitForgetBias;
pub use mish::Mish;
#[cfg(feature = "train")]
pub use multi_head_attention::MultiHeadAttentionOptions;
pub use multi_head_attention::{Attending, Causal, Mask, MultiHeadAttention, Unmasked};
pub use noise::{AlphaDropout, GaussianDropout, GaussianNoise};
pub use normalization::Normalization;
pub use parallel::Parallel;
pub use pooling::{AvgPool1d, AvgPool2d, GlobalAvgPool, GlobalMaxPool, MaxPool1d, MaxPool2d};
pub use position_embedding::PositionEmbedding;
#[cfg(feature = "train")]
pub use position_embedding::PositionEmbeddingOptions;
pub use prelu::PRelu;
#[cfg(feature = "train")]
pub use prelu::PReluOptions;
pub use recurrent::{RecurrentCell, RecurrentWeights, RecurrentWork, ReturnLast, ReturnSequence, Returns};
pub use relu::{Relu, Relu6, ReluWith};
pub use rescaling::Rescaling;
pub use reshape::Reshape;
pub use residual::Residual;
pub use resize::{Cropping2d, Permute, UpSampling2d, ZeroPadding2d};
pub use selu::Selu;
pub use shrink::{HardShrink, SoftShrink, TanhShrink};
pub use sigmoid::Sigmoid;
pub use silu::Silu;
pub use simple_rnn::SimpleRnn;
pub use softmax::Softmax;
pub use softplus::Softplus;
pub use softsign::Softsign;
pub use sparse::{SparsePlus, SparseSigmoid};
pub use sparsemax::Sparsemax;
pub use spatial_dropout::SpatialDropout;
pub use squareplus::Squareplus;
pub use tanh::Tanh;
pub use threshold::Threshold;
pub use time_distributed::TimeDistributed;
pub use transform::Transform;
pub use unit_normalization::UnitNormalization;
pub use vector_activation::VectorActivation;
