//! Convolutions, pools, recurrence and attention in a program that links only because nothing in it can panic. Its
//! networks come from outside, so that nothing of them is computed by the compiler.

#![no_std]
#![no_main]

#[path = "../never_panics.rs"]
mod never_panics;

use core::hint::black_box;
use taut::{Dilated, MaskZero, layers::*, prelude::*};

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

type Scratch = <Net as Layer<X>>::Scratch;

/// Cannot allocate, cannot panic, cannot fail.
#[unsafe(no_mangle)]
#[inline(never)]
fn predict<'a>(net: &Net, x: &'a X, scratch: &'a mut Scratch) -> &'a Vector<3> {
    net.predict(x, scratch)
}

#[unsafe(no_mangle)]
#[inline(never)]
fn read<'a>(net: &Words, x: &'a Tokens<12>, scratch: &'a mut <Words as Layer<Tokens<12>>>::Scratch) -> &'a Vector<3> {
    net.predict(x, scratch)
}

#[unsafe(no_mangle)]
#[inline(never)]
fn steps<'a>(
    net: &Steps,
    x: &'a Sequence<6, 2>,
    scratch: &'a mut <Steps as Layer<Sequence<6, 2>>>::Scratch,
) -> &'a Vector<3> {
    net.predict(x, scratch)
}

#[unsafe(no_mangle)]
extern "C" fn main() -> i32 {
    // Zeros are parameters as well: then all classes are alike.
    // SAFETY: all of them are floats.
    static NETS: (Net, Words, Steps) = unsafe { core::mem::zeroed() };
    static X: X = Image::ZERO;
    static WORDS: Tokens<12> = Tokens([1, 0, 2, 3, 0, 0, 4, 5, 6, 7, 0, 0]);
    static STEPS: Sequence<6, 2> = Sequence([[1.0, 2.0], [-1.0, -1.0], [0.0, -1.0], [3.0, 0.5], [-1.0; 2], [-1.0; 2]]);
    let (net, words, sequences) = black_box(&NETS);
    let mut scratch = Budget::<X, Net>::scratch();
    let mut of_words = Budget::<Tokens<12>, Words>::scratch();
    let mut of_steps = Budget::<Sequence<6, 2>, Steps>::scratch();
    let scores = [
        predict(net, black_box(&X), &mut scratch),
        read(words, black_box(&WORDS), &mut of_words),
        steps(sequences, black_box(&STEPS), &mut of_steps),
    ];
    let alike = |score: &f32| (score - 1.0 / 3.0).abs() < 1e-6;
    if scores.iter().all(|scores| scores.values().iter().all(alike)) { 0 } else { 1 }
}

#[cfg_attr(target_os = "linux", link(name = "c"))]
unsafe extern "C" {}
