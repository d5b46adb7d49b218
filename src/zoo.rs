//! Well-known small networks, as types. Train them unchanged, or use them as a pattern for your own.
//!
//! ```
//! use taut::{prelude::*, zoo::Autoencoder};
//! let model = Model::<Vector<640>, Autoencoder>::new(1);
//! assert_eq!(model.summary().params(), 269_992);
//! ```

use crate::layers::batch_norm::BatchNorm;
use crate::layers::bias::Bias;
use crate::layers::conv2d::Conv2d;
use crate::layers::dense::Dense;
use crate::layers::depthwise_conv2d::DepthwiseConv2d;
use crate::layers::dropout::Dropout;
use crate::layers::embedding::Embedding;
use crate::layers::flatten::Flatten;
use crate::layers::gelu::Gelu;
use crate::layers::global_avg_pool::GlobalAvgPool;
use crate::layers::gru::Gru;
use crate::layers::layer_norm::LayerNorm;
use crate::layers::max_pool2d::MaxPool2d;
use crate::layers::multi_head_attention::MultiHeadAttention;
use crate::layers::position_embedding::PositionEmbedding;
use crate::layers::relu::Relu;
use crate::layers::residual::Residual;
use crate::layers::softmax::Softmax;
use crate::layers::time_distributed::TimeDistributed;
use crate::shape::window::Same;

/// The autoencoder for anomaly detection of the MLPerf Tiny benchmark, 640-128-128-128-128-8-128-128-128-128-640, with
/// a [`BatchNorm`] after each hidden layer.
///
/// - Input and output: `Vector<640>`, five frames of 128 mel bands.
///
/// The network has 269,992 parameters. The published 264,192 multiply-adds are those of the dense layers; the
/// `BatchNorm`s add 1,032, which [`Model::fold`](crate::Model::fold) removes.
///
/// ```
/// use taut::{prelude::*, zoo::Autoencoder};
/// type Cost<N> = Budget<Vector<640>, N>;
/// const _: () = assert!(Cost::<Autoencoder>::PARAMS == 269_992 && Cost::<Autoencoder>::MACS == 264_192 + 1_032);
/// const _: () = assert!(Cost::<Folded<Autoencoder>>::MACS == 264_192);
/// ```
///
/// See C. Banbury et al., *MLPerf Tiny Benchmark*, 2021.
pub type Autoencoder = (
    NormalDense<640, 128>,
    NormalDense<128, 128>,
    NormalDense<128, 128>,
    NormalDense<128, 128>,
    NormalDense<128, 8>,
    NormalDense<8, 128>,
    NormalDense<128, 128>,
    NormalDense<128, 128>,
    NormalDense<128, 128>,
    Dense<128, 640>,
);

/// A dense layer, followed by a [`BatchNorm`] and a [`Relu`].
///
/// ```
/// use taut::{prelude::*, zoo::NormalDense};
/// type Cost = Budget<Vector<8>, NormalDense<8, 16>>;
/// const _: () = assert!(Cost::PARAMS == 8 * 16 + 16 + 4 * 16 && Cost::MACS == 8 * 16 + 16);
/// ```
pub type NormalDense<const I: usize, const O: usize> = (Dense<I, O>, BatchNorm<O>, Relu);

/// A classifier of sequences of any length: a dense layer on the last state of a [`Gru`].
///
/// - Input: `Sequence<T, CHANNELS>`; output: `Vector<CLASSES>`, probabilities. `UNITS`: the size of the state.
///
/// For keywords in 49 frames of 10 features, with the 12 classes of MLPerf Tiny's benchmark:
///
/// ```
/// use taut::{prelude::*, zoo::GruClassifier};
/// type Cost = Budget<Sequence<49, 10>, GruClassifier<10, 64, 12>>;
/// const _: () = assert!(Cost::PARAMS == 15_372 && Cost::MACS == 696_960);
/// ```
///
/// See Y. Zhang, N. Suda, L. Lai and V. Chandra, *Hello Edge: Keyword Spotting on Microcontrollers*, 2017.
pub type GruClassifier<const CHANNELS: usize, const UNITS: usize, const CLASSES: usize> =
    (Gru<CHANNELS, UNITS>, Dense<UNITS, CLASSES>, Softmax);

/// A classifier of `T` tokens: a transformer encoder of two blocks with 32 channels, two heads and 64 hidden units
/// each, and a dense layer on the mean over the steps.
///
/// - Input: `Tokens<T>`, each below `WORDS`; output: `Vector<CLASSES>`, probabilities.
///
/// ```
/// use taut::{prelude::*, zoo::TinyTransformer};
/// type Cost = Budget<Tokens<32>, TinyTransformer<32, 1000, 2>>;
/// const _: () = assert!(Cost::PARAMS == 50_242 && Cost::MACS == 660_544);
/// ```
///
/// See A. Vaswani et al., *Attention Is All You Need*, 2017, and for the place of the normalization R. Xiong et al.,
/// *On Layer Normalization in the Transformer Architecture*, 2020.
pub type TinyTransformer<const T: usize, const WORDS: usize, const CLASSES: usize> = (
    Embedding<WORDS, 32>,
    PositionEmbedding<T, 32>,
    EncoderBlock<32, 2, 16, 64>,
    EncoderBlock<32, 2, 16, 64>,
    LayerNorm<32>,
    GlobalAvgPool,
    Dense<32, CLASSES>,
    Softmax,
);

/// A block of a transformer encoder: self-attention over the steps, then two dense layers for each step; the output of
/// each part is added to its input.
///
/// - Input and output: `Sequence<T, C>`. `HEADS`, `KEY`: those of the [`MultiHeadAttention`]; `HIDDEN`: the units
///   between the dense layers.
///
/// ```
/// use taut::{prelude::*, zoo::EncoderBlock};
/// type Cost = Budget<Sequence<32, 32>, EncoderBlock<32, 2, 16, 64>>;
/// const _: () = assert!(Cost::PARAMS == 8_544 && Cost::MACS == 329_728);
/// ```
pub type EncoderBlock<const C: usize, const HEADS: usize, const KEY: usize, const HIDDEN: usize> = (
    Residual<(LayerNorm<C>, MultiHeadAttention<C, HEADS, KEY>)>,
    Residual<(LayerNorm<C>, TimeDistributed<(Dense<C, HIDDEN>, Gelu, Dense<HIDDEN, C>)>)>,
);

/// LeNet-5 in its present-day form, with [`Relu`] and max pooling: classifies an `Image<28, 28, 1>` into ten classes.
///
/// ```
/// use taut::{prelude::*, zoo::LeNet5};
/// type Cost = Budget<Image<28, 28, 1>, LeNet5>;
/// const _: () = assert!(Cost::PARAMS == 61_706 && Cost::MACS == 416_520);
/// ```
///
/// Y. LeCun et al., *Gradient-Based Learning Applied to Document Recognition*, 1998.
pub type LeNet5 = (
    Conv2d<1, 6, 5, Same>,
    Relu,
    MaxPool2d<2>,
    Conv2d<6, 16, 5>,
    Relu,
    MaxPool2d<2>,
    Flatten,
    (Dense<400, 120>, Relu, Dense<120, 84>, Relu, Dense<84, 10>),
    Softmax,
);

/// A depthwise and a pointwise convolution, each followed by a [`BatchNorm`] and a [`Relu`].
type Separable<const CI: usize, const CO: usize, P> =
    (DepthwiseConv2d<CI, 3, P>, BatchNorm<CI>, Relu, Conv2d<CI, CO, 1>, BatchNorm<CO>, Relu);

/// The keyword-spotting network DS-CNN of the MLPerf Tiny benchmark: classifies an `Image<49, 10, 1>`, 49 frames of 10
/// cepstral coefficients from a second of speech, into twelve classes.
///
/// ```
/// use taut::{prelude::*, zoo::DsCnn};
/// type X = Image<49, 10, 1>;
/// const _: () = assert!(Budget::<X, DsCnn>::PARAMS == 24_908);
/// const _: () = assert!(Budget::<X, Folded<DsCnn>>::MACS == 2_656_768);
/// ```
///
/// Y. Zhang et al., *Hello Edge: Keyword Spotting on Microcontrollers*, 2017; C. Banbury et al., *MLPerf Tiny
/// Benchmark*, 2021.
pub type DsCnn = (
    Conv2d<1, 64, 10, Same<2>, Bias, 4>,
    BatchNorm<64>,
    Relu,
    Dropout<20>,
    Separable<64, 64, Same>,
    Separable<64, 64, Same>,
    Separable<64, 64, Same>,
    Separable<64, 64, Same>,
    Dropout<40>,
    GlobalAvgPool,
    Dense<64, 12>,
    Softmax,
);

/// Two convolutions, each followed by a [`BatchNorm`]; the first may have a stride.
type Two<const CI: usize, const CO: usize, P> =
    (Conv2d<CI, CO, 3, P>, BatchNorm<CO>, Relu, Conv2d<CO, CO, 3, Same>, BatchNorm<CO>);

/// The ResNet with eight weight layers of the MLPerf Tiny benchmark: classifies an `Image<32, 32, 3>`, as in CIFAR-10,
/// into ten classes.
///
/// ```
/// use taut::{prelude::*, zoo::ResNet8};
/// type X = Image<32, 32, 3>;
/// const _: () = assert!(Budget::<X, ResNet8>::PARAMS == 78_666);
/// const _: () = assert!(Budget::<X, Folded<ResNet8>>::MACS == 12_501_632);
/// ```
///
/// K. He et al., *Deep Residual Learning for Image Recognition*, 2015; C. Banbury et al., *MLPerf Tiny Benchmark*,
/// 2021.
pub type ResNet8 = (
    Conv2d<3, 16, 3, Same>,
    BatchNorm<16>,
    Relu,
    Residual<Two<16, 16, Same>>,
    Relu,
    Residual<Two<16, 32, Same<2>>, Conv2d<16, 32, 1, Same<2>>>,
    Relu,
    Residual<Two<32, 64, Same<2>>, Conv2d<32, 64, 1, Same<2>>>,
    Relu,
    GlobalAvgPool,
    Dense<64, 10>,
    Softmax,
);

/// MobileNet v1 with a quarter of the channels, from the MLPerf Tiny benchmark: detects whether an `Image<96, 96, 3>`
/// shows a person, as two classes.
///
/// ```
/// use taut::{prelude::*, zoo::MobileNet};
/// type X = Image<96, 96, 3>;
/// const _: () = assert!(Budget::<X, MobileNet>::PARAMS == 221_794);
/// const _: () = assert!(Budget::<X, Folded<MobileNet>>::MACS == 7_489_664);
/// ```
///
/// A. G. Howard et al., *MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications*, 2017; C.
/// Banbury et al., *MLPerf Tiny Benchmark*, 2021.
pub type MobileNet = (
    (Conv2d<3, 8, 3, Same<2>>, BatchNorm<8>, Relu),
    (
        Separable<8, 16, Same>,
        Separable<16, 32, Same<2>>,
        Separable<32, 32, Same>,
        Separable<32, 64, Same<2>>,
        Separable<64, 64, Same>,
        Separable<64, 128, Same<2>>,
    ),
    (
        Separable<128, 128, Same>,
        Separable<128, 128, Same>,
        Separable<128, 128, Same>,
        Separable<128, 128, Same>,
        Separable<128, 128, Same>,
        Separable<128, 256, Same<2>>,
        Separable<256, 256, Same>,
    ),
    GlobalAvgPool,
    Dense<256, 2>,
    Softmax,
);
