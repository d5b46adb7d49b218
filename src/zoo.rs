//! Known small networks, as types. Train one as it is, or take it for a pattern: a network is nothing but its type.

use crate::layers::{
    BatchNorm, Dense, Embedding, Gelu, GlobalAvgPool, Gru, LayerNorm, MultiHeadAttention, PositionEmbedding, Relu,
    Residual, Softmax, TimeDistributed,
};

/// The autoencoder for anomaly detection of the MLPerf Tiny benchmark, 640-128-128-128-128-8-128-128-128-128-640, with a [`BatchNorm`] after
/// each hidden layer.
///
/// - Input and output: `Vector<640>`, five frames of 128 mel bands.
///
/// It has 269,992 parameters. The 264,192 multiply-adds that are said of it are those of the dense layers alone; 1,032 are those of the
/// `BatchNorm`s, one a number, which are gone once these are folded into the layers before them.
///
/// ```
/// use taut::{prelude::*, zoo::Autoencoder};
/// type Cost = Budget<Vector<640>, Autoencoder>;
/// const _: () = assert!(Cost::PARAMS == 269_992 && Cost::MACS == 264_192 + 1_032);
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

/// A dense layer whose outputs are normalized over the batch before [`Relu`].
///
/// ```
/// use taut::{prelude::*, zoo::NormalDense};
/// type Cost = Budget<Vector<8>, NormalDense<8, 16>>;
/// const _: () = assert!(Cost::PARAMS == 8 * 16 + 16 + 4 * 16 && Cost::MACS == 8 * 16 + 16);
/// ```
pub type NormalDense<const I: usize, const O: usize> = (Dense<I, O>, BatchNorm<O>, Relu);

/// A classifier of sequences of any length: a [`Gru`] reads them, and its last state decides.
///
/// - Input: `Sequence<T, CHANNELS>`; output: `Vector<CLASSES>`, probabilities. `UNITS`: how much it can keep in mind.
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

/// A classifier of `T` tokens: a transformer's encoder of two blocks of 32 channels, each with two heads and 64 hidden units, whose mean over the
/// steps decides.
///
/// - Input: `Tokens<T>`, each below `WORDS`; output: `Vector<CLASSES>`, probabilities.
///
/// ```
/// use taut::{prelude::*, zoo::TinyTransformer};
/// type Cost = Budget<Tokens<32>, TinyTransformer<32, 1000, 2>>;
/// const _: () = assert!(Cost::PARAMS == 50_242 && Cost::MACS == 660_544);
/// ```
///
/// See A. Vaswani et al., *Attention Is All You Need*, 2017, and for the place of the normalization R. Xiong et al., *On Layer Normalization in
/// the Transformer Architecture*, 2020.
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

/// A block of a transformer's encoder: steps attend to each other, and then each is thought over; both are added to what there was.
///
/// - Input and output: `Sequence<T, C>`. `HEADS` and `KEY` are those of the [`MultiHeadAttention`], `HIDDEN` units are between two dense layers.
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
