//! What holds for any parameters, data and settings, of networks that together have every kind of layer.
//!
//! `PROPTEST_CASES=200 cargo test --test properties` draws more cases of each network, and `PROPTEST_RNG_SEED=7` other
//! ones.

#[path = "properties/case.rs"]
mod case;
#[path = "properties/int8.rs"]
mod int8;
#[path = "properties/sets.rs"]
mod sets;

use case::{Case, Drawn, bits, holds, numbers, outputs, same};
use taut::__private::embed::{Embed, File, contents, read};

use taut::fold::FoldValues;
use taut::memory::{boxed, flat};
use taut::{Context, Dilated, Step, Train};
use taut::{callbacks::*, layers::*, optimizers::*, prelude::*};

/// A file whose number i is i.
struct Counting;
impl File for Counting {
    const BYTES: &'static [u8] = {
        const FLOATS: usize = 4096;
        const BYTES: [u8; 4 * FLOATS] = {
            let (mut bytes, mut i) = ([0; 4 * FLOATS], 0);
            while i < FLOATS {
                bytes.split_at_mut(4 * i).1.split_at_mut(4).0.copy_from_slice(&(i as f32).to_le_bytes());
                i += 1;
            }
            bytes
        };
        &BYTES
    };
    const OFFSET: usize = 0;
}

/// All that a network of the table below must be.
trait Network<X: Drawn>: Train<X> + FoldValues + Embed<Counting>
where
    Folded<Self>: Train<X> + Layer<X, Y = Self::Y>,
{
}
impl<X: Drawn, N: Train<X> + FoldValues + Embed<Counting>> Network<X> for N where
    Folded<N>: Train<X> + Layer<X, Y = N::Y>
{
}

/// What is saved is loaded, and `embed!` reads the same numbers from it as `load`.
fn files<X: Drawn, N: Network<X>>(case: &Case)
where
    Folded<N>: Train<X> + Layer<X, Y = N::Y>,
{
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.taut");
    let (model, x) = (case.model::<X, N>(), case.inputs::<X>());
    model.save(&path).unwrap();
    let loaded = Model::<X, N>::load(&path).unwrap();
    same("what was loaded", &bits(loaded.net()), &bits(model.net()));
    same("outputs of what was loaded", &outputs(&loaded, &x), &outputs(&model, &x));

    let file = std::fs::read(&path).unwrap();
    let parts = taut::io::format::inspect(&file, &contents::<N>()).unwrap();
    assert_eq!((parts.end - parts.start) / 4, Budget::<X, N>::PARAMS);
    let mut embedded = vec![];
    <N as Embed<Counting>>::VALUE.read(&Default::default(), &mut |_, _, places| {
        embedded.extend(places.iter().map(|place| read::<f32>(&file, parts.start + 4 * *place as usize).to_bits()));
    });
    same("what was embedded", &embedded, &bits(model.net()));
}

/// A run that is resumed after any epoch, in a model of another seed, ends as the whole one.
fn resumes<X: Drawn, N: Train<X>, O: Optimizer>(case: &Case, optimizer: fn(f32) -> O) {
    let folder = tempfile::tempdir().unwrap();
    let data = case.data::<X, N>();
    let run = |seed: u64| case.model_of::<X, N>(seed).compile(case.optimizer(optimizer), MeanSquaredError, ());
    let fit = Fit { shuffle: true, ..case.fit() };
    let mut whole = run(case.seed);
    let saving = ModelCheckpoint::every_epoch(folder.path().join("{epoch}.taut")).training_state();
    let history = whole.callbacks(saving).fit(&data, fit).unwrap();
    let mut resumed = run(case.seed + 1);
    resumed.resume(folder.path().join(format!("{}.taut", case.cut))).unwrap();
    let again = resumed.fit(&data, fit).unwrap();
    assert_eq!(again.rows, history.rows, "the epochs of the resumed run");
    same("the end of the resumed run", &bits(resumed.net()), &bits(whole.net()));
}

/// A stream of the same samples is as good as those in memory.
fn streams<X: Drawn, N: Train<X>, O: Optimizer>(case: &Case, optimizer: fn(f32) -> O) {
    let data = case.data::<X, N>();
    let run = || case.model::<X, N>().compile(case.optimizer(optimizer), MeanSquaredError, ());
    let (mut one, mut other) = (run(), run());
    let history = one.fit(&data, case.fit()).unwrap();
    let samples = |_| data.x.iter().copied().zip(data.y.iter().copied()).map(Ok);
    let again = other.fit_stream(samples, Fit { threads: Some(1), ..case.fit() }).unwrap();
    assert_eq!(again.rows, history.rows, "the epochs of the stream");
    same("the end of the stream", &bits(other.net()), &bits(one.net()));
}

/// One sample, all of them, and any number at a time, on any number of threads.
fn batches<X: Drawn, N: Train<X>>(case: &Case) {
    let (model, x) = (case.model::<X, N>(), case.inputs::<X>());
    let all = outputs(&model, &x);
    let some: Vec<u32> = x.chunks(case.batch).flat_map(|x| outputs(&model, x)).collect();
    same(&format!("outputs of {} samples at a time", case.batch), &some, &all);
    let threads = taut::with_threads(case.threads, || outputs(&model, &x));
    same(&format!("outputs on {} threads", case.threads), &threads, &all);
    let alone: Vec<u32> = x.iter().flat_map(|x| numbers(&[model.predict(x)])).collect();
    same("outputs of single samples", &alone, &all);
}

/// Batch normalization as a part of the layers before it.
fn folds<X: Drawn, N: Network<X>>(case: &Case)
where
    Folded<N>: Train<X> + Layer<X, Y = N::Y>,
{
    let (model, x) = (case.model::<X, N>(), case.inputs::<X>());
    let (before, after) = (model.predict_batch(&x), model.fold().predict_batch(&x));
    let scale = flat(&before).iter().fold(1.0_f32, |most, y| most.max(y.abs()));
    for (before, after) in flat(&before).iter().zip(flat(&after)) {
        assert!((before - after).abs() <= 2e-5 * scale, "folded: {after} for {before}");
    }
}

/// The slope of a function at 0, and how far off it may be: differences over twice and four times the step say how
/// much the function bends, and how much it is rounded.
fn slope(mut f: impl FnMut(f32) -> f64) -> (f64, f64) {
    let [one, two, four] = [1.0, 2.0, 4.0].map(|steps| {
        let h = 4e-3 * steps;
        (f(h) - f(-h)) / (2.0 * h as f64)
    });
    ((4.0 * one - two) / 3.0, (one - two).abs() + (two - four).abs())
}

/// The gradient along a random direction, of each tensor and of the input.
fn gradients<X: Drawn, N: Train<X>>(case: &Case) {
    // Statistics of two or three samples bend too much.
    let case = &Case { samples: 4 + case.samples, ..case.clone() };
    let (model, mut x, options) = (case.model::<X, N>(), case.inputs::<X>(), N::Options::default());
    let (net, mut next) = (model.net(), case.numbers(5));
    let weights: Vec<N::Y> = x.iter().map(|_| case::sample(&mut next)).collect();
    let context = || Context { training: case.training, ..Context::training(case.random(6)) };
    let objective = |net: &N, x: &[X]| -> f64 {
        let mut cache = N::Cache::default();
        let y = flat(net.forward(&options, x, &mut cache, &mut context()));
        y.iter().zip(flat(&weights)).map(|(y, w)| *y as f64 * *w as f64).sum()
    };
    let (mut copy, mut grad, mut dy) = (boxed::<N>(), boxed::<N>(), weights.clone());
    let (mut cache, mut used) = (N::Cache::default(), context());
    let copied = |to: &mut N| {
        let mut from = vec![];
        net.read(&options, &mut |_, _, w| from.push(w.to_vec()));
        let mut from = from.into_iter();
        N::visit(&options, [to], &mut |_, _, [w]| w.copy_from_slice(&from.next().unwrap()));
    };
    copied(&mut copy);
    net.forward(&options, &x, &mut cache, &mut used);
    let dx = copy.backward(&options, &x, &mut dy, &mut cache, &mut grad, &mut Step::none(), &mut used);
    let dx: Vec<f32> = dx.iter_mut().flat_map(|x| x.floats().to_vec()).collect();

    let close = |what: &str, analytic: &[f32], along: &[f32], f: &mut dyn FnMut(f32) -> f64| {
        let (found, error) = slope(f);
        let expected: f64 = analytic.iter().zip(along).map(|(g, d)| *g as f64 * *d as f64).sum();
        let size = analytic.iter().map(|g| (*g as f64).powi(2)).sum::<f64>().sqrt();
        let allowed = 5e-3 * size.max(0.3) + error;
        assert!((found - expected).abs() <= allowed, "the gradient of {what}: {expected} where the slope is {found}");
    };
    let mut sign = || if next() < 0.0 { -1.0 } else { 1.0 };
    let (mut tensors, mut gradients) = (vec![], vec![]);
    grad.read(&options, &mut |tensor, _, g| {
        gradients.push(g.to_vec());
        tensors.push((format!("{}'s {}", tensor.layer, tensor.name), tensor.role.is_state()));
    });
    for (at, (what, _)) in tensors.iter().enumerate().filter(|(_, (_, is_state))| !is_state) {
        let along: Vec<f32> = gradients[at].iter().map(|_| sign()).collect();
        close(what, &gradients[at], &along, &mut |h| {
            copied(&mut copy);
            let mut tensor = 0;
            N::visit(&options, [&mut copy], &mut |_, _, [w]| {
                if tensor == at {
                    w.iter_mut().zip(&along).for_each(|(w, d)| *w += h * d);
                }
                tensor += 1;
            });
            objective(&copy, &x)
        });
    }
    let along: Vec<f32> = dx.iter().map(|_| sign()).collect();
    let from = x.clone();
    if !dx.is_empty() {
        close("the input", &dx, &along, &mut |h| {
            x.copy_from_slice(&from);
            let values = x.iter_mut().flat_map(|x| x.floats().iter_mut());
            values.zip(&along).for_each(|(x, d)| *x += h * d);
            objective(net, &x)
        });
    }
}

/// A test for each network: all properties. A network is `smooth` if no output jumps or bends.
macro_rules! networks { ($($name:ident: $x:ty => $net:ty, $optimizer:expr $(, $smooth:ident)?;)*) => {
    $(
        #[test]
        fn $name() {
            holds(|case| {
                files::<$x, $net>(case);
                resumes::<$x, $net, _>(case, $optimizer);
                streams::<$x, $net, _>(case, $optimizer);
                batches::<$x, $net>(case);
                folds::<$x, $net>(case);
                $(networks!(@$smooth case, $x, $net);)?
            });
        }
    )*

    /// Outputs and gradients of each network.
    fn of_all_networks(case: &Case) -> Vec<(String, Vec<f32>)> {
        vec![$((stringify!($name).into(), sets::numbers_of::<$x, $net>(case)),)*]
    }
};
    (@smooth $case:ident, $x:ty, $net:ty) => { gradients::<$x, $net>($case) };
}

network! {
    struct Block<const C: usize>: Vector<C> {
        dense: Dense<C, C, NoBias>,
        norm: BatchNorm<C>,
        gelu: GeluTanh,
    }
}
network! {
    struct Nested: Vector<6> {
        first: Dense<6, 8>,
        block: Block<8>,
        around: Residual<(Block<8>, Dense<8, 8>)>,
        both: Parallel<Block<8>, Dense<8, 2>>,
        rest: (Mish, (Dense<10, 4>, Softmax)),
    }
}

networks! {
    dense: Vector<5> => (Dense<5, 7>, Tanh, Dense<7, 6, NoBias>, Softplus, Rescaling, Dense<6, 3>),
        |learning_rate| Adam { learning_rate, amsgrad: true, ..Adam::default() }, smooth;
    norms: Vector<6> =>
        (Dense<6, 8, NoBias>, BatchNorm<8>, Silu, LayerNorm<8>, Dense<8, 6>, RmsNorm<6>, GroupNorm<6, 2>, Normalization<6>, Sigmoid),
        |learning_rate| Sgd { learning_rate, momentum: 0.9, nesterov: true }, smooth;
    unit: Vector<6> => (Dense<6, 4>, UnitNormalization<4>, Dense<4, 3>, Softsign, LogSoftmax),
        |learning_rate| Adagrad { learning_rate, ..Adagrad::default() }, smooth;
    noise: Vector<8> =>
        (Dropout<30>, Dense<8, 6>, GaussianNoise<20>, Selu, AlphaDropout<10>, GaussianDropout<20>, Dense<6, 4>, PRelu<4>, Linear),
        |learning_rate| RmsProp { learning_rate, momentum: 0.5, centered: true, ..RmsProp::default() };
    bends: Vector<12> =>
        ((Relu, LeakyRelu, Dense<12, 12>, Elu, SparsePlus, HardSigmoid), (HardSilu, Relu6, HardTanh, SparseSigmoid, Dense<12, 8>),
            (Celu, Threshold<20, 50>, ReluWith<25, 60, 20>, HardShrink, Dense<8, 8>, SoftShrink, Glu, Sparsemax)),
        |learning_rate| Lion { learning_rate: 0.1 * learning_rate, ..Lion::default() };
    curves: Vector<6> => (Exponential, Dense<6, 6>, LogSigmoid, Squareplus, Dense<6, 6, NoBias>, TanhShrink, Dense<6, 4>),
        |learning_rate| Sgd { learning_rate, ..Sgd::default() }, smooth;
    convolutions: Image<6, 5, 2> =>
        (Conv2d<2, 4, 3, Same, NoBias>, BatchNorm<4>, Gelu, AvgPool2d<2>, Conv2d<4, 3, 2>, Flatten, Dense<6, 2>),
        |learning_rate| Nadam { learning_rate, ..Nadam::default() }, smooth;
    groups: Image<5, 5, 3> =>
        (DepthwiseConv2d<3, 3, Same>, BatchNorm<3>, SeparableConv2d<3, 6, 2>, Tanh, GroupedConv2d<2, 3, 6, 2>, BatchNorm<6>, GlobalAvgPool),
        |learning_rate| AdamW { learning_rate, ..AdamW::default() }, smooth;
    transposed: Image<3, 2, 3> =>
        (Conv2dTranspose<3, 2, 3, Same<2>>, BatchNorm<2>, Tanh, UpSampling2d<1, 2>, ZeroPadding2d<1, 0, 0, 2>, Cropping2d<0, 1, 1, 0>, Permute<2, 1, 3>, SpatialDropout<20>),
        |learning_rate| Adamax { learning_rate, ..Adamax::default() }, smooth;
    pools: Image<6, 7, 2> =>
        (MaxPool2d<2, Valid<1>>, Conv2d<2, 3, 2, Same<2>>, Relu, MaxPool2d<2, Same<1>>, Parallel<Linear, PRelu<3>>, GlobalMaxPool, Dense<6, 2>),
        |learning_rate| Adadelta { learning_rate: 10.0 * learning_rate, ..Adadelta::default() };
    series: Sequence<9, 3> =>
        (Conv1d<3, 4, 3, Valid, NoBias>, BatchNorm<4>, MaxPool1d<2>, Conv1d<4, 4, 2, Dilated<2, Same>>, AvgPool1d<2>, Permute<2, 1>, Flatten, Dense<4, 2>),
        |learning_rate| Lamb { learning_rate, ..Lamb::default() };
    recurrent: Sequence<4, 3> =>
        (Lstm<3, 4, ReturnSequence>, Bidirectional<Gru<4, 3, ReturnSequence>>, TimeDistributed<(Dense<6, 5>, Tanh)>, SimpleRnn<5, 4>, Dense<4, 2>),
        |learning_rate| Adafactor { learning_rate, ..Adafactor::default() }, smooth;
    attention: Sequence<4, 6> =>
        (PositionEmbedding<4, 6>, Residual<(LayerNorm<6>, MultiHeadAttention<6, 2, 3>)>, MultiHeadAttention<6, 1, 4, Causal>, GlobalAvgPool, Dense<6, 3>, Softmax),
        |learning_rate| Muon { learning_rate, ..Muon::default() }, smooth;
    around: Image<4, 4, 2> =>
        (Parallel<Conv2d<2, 3, 1>, (Conv2d<2, 2, 3, Same, NoBias>, BatchNorm<2>)>,
            Residual<(Conv2d<5, 4, 3, Same<2>>, Silu), (Conv2d<5, 4, 1, Same<2>, NoBias>, BatchNorm<4>)>,
            Reshape<Image<2, 2, 4>, Vector<16>>, Dense<16, 3>),
        |learning_rate| Ftrl { learning_rate, ..Ftrl::default() }, smooth;
    words: Tokens<5> => (Embedding<7, 4>, PositionEmbedding<5, 4>, Gru<4, 3>, Dense<3, 2>, Softmax),
        |learning_rate| ScheduleFreeAdamW { learning_rate, ..ScheduleFreeAdamW::default() }, smooth;
    padded_words: Tokens<5> =>
        (Embedding<7, 4, MaskZero>, Residual<(LayerNorm<4>, MultiHeadAttention<4, 1, 2>)>, Bidirectional<Gru<4, 3, ReturnSequence>>, GlobalAvgPool, Dense<6, 2>, Softmax),
        |learning_rate| Adam { learning_rate, ..Adam::default() }, smooth;
    padded_steps: Sequence<4, 3> =>
        (Masking, Parallel<Lstm<3, 4, ReturnSequence>, TimeDistributed<Dense<3, 2>>>, GlobalMaxPool, Dense<6, 2>),
        |learning_rate| Adam { learning_rate, ..Adam::default() };
    structs: Vector<6> => Nested, |learning_rate| Adam { learning_rate, ..Adam::default() }, smooth;
}

#[test]
fn every_layer_is_in_a_network() {
    let networks = include_str!("properties.rs").split_once("\nnetwork! {").unwrap().1;
    let used: Vec<&str> = networks.split(|c: char| !c.is_alphanumeric()).collect();
    let mut layers = 0;
    for line in include_str!("../../src/layers/mod.rs").lines() {
        let Some((file, names)) = line.strip_prefix("pub use ").and_then(|item| item.split_once("::")) else {
            continue;
        };
        // A layer is named as its file; so are traits, and what a layer has.
        let mut names = names.split(|c: char| !c.is_alphanumeric());
        let Some(layer) = names.find(|name| name.to_lowercase() == file.replace('_', "")) else { continue };
        if !["Activation", "Bias", "Channels", "VectorActivation"].contains(&layer) {
            assert!(used.contains(&layer), "{layer} is in no network of this file");
            layers += 1;
        }
    }
    assert!(layers > 65, "the test sees the layers: {layers}");
}

/// Products that are large enough to be shared among threads.
#[test]
fn threads() {
    fn check<X: Drawn, N: Train<X>>(case: &Case) {
        let case = &Case { samples: 60 + case.samples, batch: 30 + case.batch, epochs: 1, ..case.clone() };
        batches::<X, N>(case);
        streams::<X, N, _>(case, |learning_rate| Adam { learning_rate, ..Adam::default() });
    }
    holds(|case| {
        check::<Vector<130>, (Dense<130, 190>, Relu, Dense<190, 50>)>(case);
        check::<Image<9, 8, 5>, (Conv2d<5, 17, 3>, Relu, DepthwiseConv2d<17, 3>, Conv2dTranspose<17, 3, 2>)>(case);
        check::<Sequence<6, 40>, (Gru<40, 48, ReturnSequence>, MultiHeadAttention<48, 2, 24>)>(case);
    });
}
