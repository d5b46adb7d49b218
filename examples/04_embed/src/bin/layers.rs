//! All kinds of layers, of floats and of signed bytes, in a program that links only because nothing in it can panic.
//! Its networks come from outside, so that nothing of them is computed by the compiler.

#![no_std]
#![no_main]

#[path = "../never_panics.rs"]
mod never_panics;

use core::hint::black_box;
use taut::{Dilated, MaskZero, int8::Int8, layers::*, prelude::*};

type X = Image<16, 12, 6>;
network! {
    type Net: X = (
        (
            ZeroPadding2d<1, 1, 0, 2>,
            Cropping2d<1, 0, 0, 1>,
            GroupedConv2d<2, 3, 6, 3, Same<2>>,
            GroupNorm<6, 2>,
            SeparableConv2d<6, 8, 3, Same>,
            BatchNorm<8>,
            Silu,
            MaxPool2d<2, Same<2>>,
            UpSampling2d<2>,
            Conv2dTranspose<8, 4, 3, Same<2>>,
            PRelu<4>,
        ),
        (
            Parallel<Conv2d<4, 2, 3, Same>, Conv2d<4, 2, 1>>,
            AvgPool2d<2>,
            Conv2d<4, 5, 3, Dilated<2, Same>>,
            Gelu,
            SpatialDropout<10>,
            Conv2dTranspose<5, 3, 3, Valid<2>>,
            Conv2d<3, 4, 2>,
            Permute<2, 3, 1>,
            Reshape<Image<16, 4, 16>, Sequence<64, 16>>,
        ),
        (
            Conv1d<16, 8, 3>,
            LayerNorm<8>,
            MaxPool1d<2>,
            AvgPool1d<2>,
            Residual<MultiHeadAttention<8, 2, 4>>,
            Bidirectional<Lstm<8, 6, ReturnSequence>>,
            Gru<12, 6, ReturnSequence>,
            SimpleRnn<6, 5, ReturnSequence>,
            TimeDistributed<(Dense<5, 4>, Tanh)>,
            Parallel<GlobalAvgPool, GlobalMaxPool>,
        ),
        Dense<8, 3>,
        Softmax,
    );
}

network! {
    /// Of padded sequences.
    type Words: Tokens<12> = (
        (Embedding<20, 8, MaskZero>, Residual<MultiHeadAttention<8, 2, 4>>),
        Bidirectional<Lstm<8, 4, ReturnSequence>>,
        Parallel<Gru<8, 4, ReturnSequence>, SimpleRnn<8, 2, ReturnSequence>>,
        Parallel<GlobalAvgPool, GlobalMaxPool>,
        Dense<12, 3>,
        Softmax,
    );
}
network! { type Steps: Sequence<6, 2> = (Masking<-1>, Lstm<2, 3>, Softmax); }

network! {
    /// What is not above, all activations among it.
    type Others: Tokens<12> = (
        (
            Embedding<9, 8>,
            PositionEmbedding<12, 8>,
            Residual<MultiHeadAttention<8, 2, 4, Causal>>,
            RmsNorm<8>,
            Glu,
            UnitNormalization<4>,
            Normalization<4>,
            Rescaling,
            (LogSoftmax, Sparsemax, Softmax),
            Parallel<Lstm<4, 3>, Gru<4, 2>>,
        ),
        (Dense<5, 8>, GeluTanh, Mish, Softplus, Squareplus, Exponential, LogSigmoid, Sigmoid),
        (Dense<8, 8>, Elu, Celu, Selu, LeakyRelu, ReluWith<10, 6>, Relu6, Threshold<50>, SparsePlus, SparseSigmoid),
        (HardShrink, SoftShrink, TanhShrink, HardSigmoid, HardSilu, HardTanh, Softsign),
        Dense<8, 3>,
        Softmax,
    );
}
network! { type Floats: X = (Flatten, Dense<1152, 4>, Relu6, Dense<4, 4>, Sigmoid, Dense<4, 3>, Softmax); }
type Bytes = Quantized<X, Floats>;

/// Cannot allocate, cannot panic, cannot fail.
#[unsafe(no_mangle)]
#[inline(never)]
fn predict<'a>(net: &Net, x: &'a X, scratch: &'a mut <Net as Layer<X>>::Scratch) -> &'a Vector<3> {
    net.predict(x, scratch)
}

/// Nor can this.
#[inline(never)]
fn other<'a, X, N: Layer<X>>(net: &N, x: &'a X, scratch: &'a mut N::Scratch) -> &'a N::Y {
    net.predict(x, scratch)
}

/// The networks' parameters.
struct Nets {
    images: Net,
    words: Words,
    steps: Steps,
    others: Others,
    bytes: Bytes,
}

#[unsafe(no_mangle)]
extern "C" fn main() -> i32 {
    // Zeros are parameters as well: then all classes are alike.
    // SAFETY: all of them are numbers.
    static NETS: Nets = unsafe { core::mem::zeroed() };
    static X: X = Image::ZERO;
    // SAFETY: all of it is numbers.
    static BYTES: Int8<X> = unsafe { core::mem::zeroed() };
    static WORDS: Tokens<12> = Tokens([1, 0, 2, 3, 0, 0, 4, 5, 6, 7, 0, 0]);
    static STEPS: Sequence<6, 2> = Sequence([[1.0, 2.0], [-1.0, -1.0], [0.0, -1.0], [3.0, 0.5], [-1.0; 2], [-1.0; 2]]);
    let Nets { images, words, steps, others, bytes } = black_box(&NETS);
    let mut of_images = Budget::<X, Net>::scratch();
    let mut of_words = Budget::<Tokens<12>, Words>::scratch();
    let mut of_steps = Budget::<Sequence<6, 2>, Steps>::scratch();
    let mut of_others = Budget::<Tokens<12>, Others>::scratch();
    let mut of_bytes = Budget::<Int8<X>, Bytes>::scratch();
    let scores = [
        predict(images, black_box(&X), &mut of_images),
        other(words, black_box(&WORDS), &mut of_words),
        other(steps, black_box(&STEPS), &mut of_steps),
        other(others, black_box(&WORDS), &mut of_others),
    ];
    let bytes = other(bytes, black_box(&BYTES), &mut of_bytes).bytes();
    let alike = |score: &f32| (score - 1.0 / 3.0).abs() < 1e-6;
    let alike = scores.iter().all(|scores| scores.values().iter().all(alike));
    if alike && bytes.iter().all(|byte| Some(byte) == bytes.first()) { 0 } else { 1 }
}

#[cfg_attr(target_os = "linux", link(name = "c"))]
unsafe extern "C" {}
