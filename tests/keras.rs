//! Against what real Keras computed, which `fixtures/` holds: an addition adds its row there and here.

use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};
use serde_json::Value;
use taut::memory::{boxed, flat, flat_mut, zeros};
use taut::{Context, Step, Train};
use taut::{Dilated, Input, layers::*, losses::*, metrics::*, prelude::*};

fn fixture(name: &str) -> Value {
    let path = format!("{}/tests/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn numbers(row: &Value, key: &str) -> Vec<f32> {
    row[key].as_array().unwrap().iter().map(|x| x.as_f64().unwrap_or(f64::NAN) as f32).collect()
}

fn samples<X: Sample>(row: &Value, key: &str) -> Vec<X> {
    let values = numbers(row, key);
    let mut samples = zeros::<X>(values.len() / X::LEN);
    flat_mut(&mut samples).copy_from_slice(&values);
    samples
}

/// All that is not as in Keras, told at once.
struct Differences {
    with_learning_rate: Vec<String>,
    /// What numbers are compared to 1e-5 of where they are smaller themselves: as those are that they are the
    /// differences of, which have as many digits, in Keras as here.
    least: f32,
}

impl Default for Differences {
    fn default() -> Self {
        Differences { with_learning_rate: vec![], least: 0.1 }
    }
}

impl Differences {
    /// Compares to 1e-5 of the numbers.
    fn compare(&mut self, what: &str, found: &[f32], expected: &[f32]) {
        assert_eq!(found.len(), expected.len(), "{what}");
        for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
            let equal = (found - expected).abs() <= 1e-5 * expected.abs().max(self.least);
            if !(equal || found.is_nan() && expected.is_nan()) {
                self.with_learning_rate.push(format!("{what}, {i}: {found} for {expected}"));
            }
        }
    }
}

impl Drop for Differences {
    fn drop(&mut self) {
        assert!(self.with_learning_rate.is_empty() || std::thread::panicking(), "{:#?}", self.with_learning_rate);
    }
}

/// Checks outputs and gradients; not the gradients of inputs at the `kinks` of a function, where there is none to agree
/// on.
fn check_layer<X: Sample, L: Train<X>>(all: &Value, name: &str, kinks: &[f32], differences: &mut Differences) {
    let row = &all[name];
    assert!(row.is_object(), "no row {name}");
    let x: Vec<X> = samples(row, "x");
    let dx = check_rest::<X, L>(row, name, &x, differences);
    let mut expected = numbers(row, "dx");
    for ((x, dx), expected) in flat(&x).iter().zip(flat(&dx)).zip(&mut expected) {
        if kinks.contains(x) {
            *expected = *dx;
        }
    }
    differences.compare(&format!("{name}: gradient"), flat(&dx), &expected);
}

/// Checks outputs and gradients of parameters; returns the gradient of the input.
fn check_rest<X: Input, L: Train<X>>(row: &Value, name: &str, x: &[X], differences: &mut Differences) -> Vec<X> {
    let (options, mut layer, mut grad) = (L::Options::default(), boxed::<L>(), boxed::<L>());
    let mut params = numbers(row, "params").into_iter();
    L::visit(&options, [&mut layer], &mut |_, _, [w]| w.iter_mut().for_each(|w| *w = params.next().unwrap()));
    assert!(params.next().is_none(), "{name}: parameters are left");
    let y: Vec<L::Y> = samples(row, "y");
    let (mut cache, mut work) = (L::Cache::default(), boxed::<L::Scratch>());
    let training = name.ends_with("training");
    let random = Xoshiro256PlusPlus::seed_from_u64(1);
    let mut context = if training { Context::training(random) } else { Context::inference(random) };
    differences.compare(name, flat(layer.forward(&options, x, &mut cache, &mut context)), flat(&y));
    for (x, y) in x.iter().zip(&y).filter(|_| !training) {
        differences.compare(&format!("{name}, inferred"), layer.infer(x, &mut work).values(), y.values());
    }
    let mut dy: Vec<L::Y> = samples(row, "dy");
    let dx = layer.backward(&options, x, &mut dy, &mut cache, &mut grad, &mut Step::none(), &mut context).to_vec();
    let mut grads = vec![];
    grad.read(&options, &mut |_, _, g| grads.extend_from_slice(g));
    differences.compare(&format!("{name}: gradients of parameters"), &grads, &numbers(row, "grads"));
    dx
}

macro_rules! layers { ($all:ident, $differences:ident $(, beside $($beside:literal)*)?: $($name:literal, $layer:ty, $input:ty $(, kinks $kinks:expr)?;)*) => {
    $(check_layer::<$input, $layer>(&$all, $name, { let _kinks: &[f32] = &[]; $(let _kinks = &$kinks;)? _kinks }, &mut $differences);)*
    let rows = [$($name,)* $($($beside),*)?];
    $all.as_object().unwrap().keys().for_each(|row| assert!(rows.contains(&&**row), "nobody checks {row}"));
} }

#[test]
fn sequences() {
    let all = fixture("sequences");
    // Sums over steps of numbers near 1.
    let mut differences = Differences { with_learning_rate: vec![], least: 1.0 };
    let tokens: Vec<_> =
        numbers(&all["embedding"], "x").as_chunks::<5>().0.iter().map(|x| Tokens(x.map(|x| x as u16))).collect();
    check_rest::<_, Embedding<7, 3>>(&all["embedding"], "embedding", &tokens, &mut differences);
    layers! {all, differences, beside "embedding":
        "simple_rnn", SimpleRnn<3, 5>, Sequence<6, 3>;
        "simple_rnn whole", SimpleRnn<3, 5, ReturnSequence>, Sequence<6, 3>;
        "simple_rnn of one step", SimpleRnn<2, 3>, Sequence<1, 2>;
        "lstm", Lstm<3, 5>, Sequence<6, 3>;
        "lstm whole", Lstm<3, 5, ReturnSequence>, Sequence<6, 3>;
        "lstm of one step", Lstm<2, 3>, Sequence<1, 2>;
        "lstm wide", Lstm<9, 20>, Sequence<3, 9>;
        "gru", Gru<3, 5>, Sequence<6, 3>;
        "gru whole", Gru<3, 5, ReturnSequence>, Sequence<6, 3>;
        "gru of one step", Gru<2, 3>, Sequence<1, 2>;
        "gru wide", Gru<9, 20, ReturnSequence>, Sequence<3, 9>;
        "bidirectional", Bidirectional<Lstm<3, 5>>, Sequence<4, 3>;
        "bidirectional whole", Bidirectional<Gru<3, 5, ReturnSequence>>, Sequence<4, 3>;
        "time_distributed", TimeDistributed<(Dense<3, 5>, Tanh)>, Sequence<4, 3>;
        "attention", MultiHeadAttention<4, 2, 3>, Sequence<5, 4>;
        "attention causal", MultiHeadAttention<5, 3, 4, Causal>, Sequence<6, 5>;
        "attention of one step", MultiHeadAttention<3, 1, 2>, Sequence<1, 3>;
        "softmax", Softmax, Sequence<4, 5>;
        "log_softmax", LogSoftmax, Sequence<4, 5>;
        "masked simple_rnn", (Masking, SimpleRnn<3, 5>), Sequence<6, 3>;
        "masked simple_rnn whole", (Masking, SimpleRnn<3, 5, ReturnSequence>), Sequence<6, 3>;
        "masked lstm", (Masking, Lstm<3, 5>), Sequence<6, 3>;
        "masked lstm whole", (Masking, Lstm<3, 5, ReturnSequence>), Sequence<6, 3>;
        "masked gru", (Masking, Gru<3, 5>), Sequence<6, 3>;
        "masked gru whole", (Masking, Gru<3, 5, ReturnSequence>), Sequence<6, 3>;
        "masked bidirectional", (Masking, Bidirectional<Lstm<3, 4>>), Sequence<5, 3>;
        "masked bidirectional whole", (Masking<-2>, Bidirectional<Gru<3, 4, ReturnSequence>>), Sequence<5, 3>;
        "masked attention", (Masking, MultiHeadAttention<4, 2, 3>), Sequence<5, 4>;
        "masked attention causal", (Masking, MultiHeadAttention<4, 2, 3, Causal>), Sequence<5, 4>;
        "masked mean", (Masking<7>, GlobalAvgPool), Sequence<5, 4>;
        "masked layers", (
            Masking,
            (TimeDistributed<Dense<3, 4>>, LayerNorm<4>, Tanh),
            Dropout<50>,
            Lstm<4, 3, ReturnSequence>,
            MultiHeadAttention<3, 1, 2>,
            Gru<3, 4>,
        ), Sequence<5, 3>;
    }
}

#[test]
fn layers() {
    let all = fixture("layers");
    let mut differences = Differences::default();
    layers! {all, differences:
        "batch_norm", BatchNorm<4>, Vector<4>;
        "batch_norm image", BatchNorm<4>, Image<3, 2, 4>;
        "batch_norm image training", BatchNorm<4>, Image<3, 2, 4>;
        "batch_norm training", BatchNorm<4>, Vector<4>;
        "celu", Celu, Vector<1>;
        "celu 0.5", Celu<50>, Vector<1>;
        "dense", Dense<4, 3>, Vector<4>;
        "elu", Elu, Vector<1>;
        "exponential", Exponential, Vector<1>;
        "gelu", Gelu, Vector<1>;
        // At -4, f64 gives -0.000335123, as taut does; Keras is off by 7e-7.
        "gelu tanh", GeluTanh, Vector<1>, kinks [-4.0];
        "glu", Glu, Vector<4>;
        "glu image", Glu, Image<3, 2, 4>;
        "group_norm", GroupNorm<4, 2>, Vector<4>;
        "group_norm image", GroupNorm<4, 2>, Image<3, 1, 4>;
        "group_norm instance", GroupNorm<2, 2>, Image<3, 2, 2>;
        "hard_shrink", HardShrink, Vector<1>;
        "hard_shrink 1", HardShrink<100>, Vector<1>;
        "hard_sigmoid", HardSigmoid, Vector<1>;
        "hard_silu", HardSilu, Vector<1>;
        "hard_tanh", HardTanh, Vector<1>;
        "layer_norm", LayerNorm<4>, Vector<4>;
        "layer_norm image", LayerNorm<4>, Image<3, 2, 4>;
        "leaky_relu", LeakyRelu, Vector<1>, kinks [0.0];
        "linear", Linear, Vector<1>;
        "log_sigmoid", LogSigmoid, Vector<1>;
        "log_softmax", LogSoftmax, Vector<4>;
        "mish", Mish, Vector<1>;
        "normalization", Normalization<2>, Image<3, 2, 2>;
        "prelu", PRelu<4>, Vector<4>, kinks [0.0];
        "prelu each", (Flatten, PRelu<12>, Reshape<Vector<12>, Image<2, 3, 2>>), Image<2, 3, 2>;
        "prelu image", PRelu<2>, Image<3, 2, 2>;
        "relu", Relu, Vector<1>;
        "relu6", Relu6, Vector<1>;
        "relu 0.1 _ 0", ReluWith<10>, Vector<1>, kinks [0.0];
        "relu 0 3 1", ReluWith<0, 300, 100>, Vector<1>, kinks [3.0];
        "relu 0.25 2 0.5", ReluWith<25, 200, 50>, Vector<1>, kinks [0.5, 2.0];
        "rescaling", Rescaling, Vector<4>;
        "residual", Residual<Tanh>, Vector<4>;
        "rms_norm", RmsNorm<4>, Vector<4>;
        "rms_norm image", RmsNorm<4>, Image<3, 2, 4>;
        "selu", Selu, Vector<1>;
        "sigmoid", Sigmoid, Vector<1>;
        "silu", Silu, Vector<1>;
        "soft_shrink", SoftShrink, Vector<1>;
        "soft_shrink 1", SoftShrink<100>, Vector<1>;
        "softmax", Softmax, Vector<4>;
        "softplus", Softplus, Vector<1>;
        "softsign", Softsign, Vector<1>;
        "sparse_plus", SparsePlus, Vector<1>;
        "sparse_sigmoid", SparseSigmoid, Vector<1>, kinks [-1.0, 1.0];
        "sparsemax", Sparsemax, Vector<4>;
        "squareplus", Squareplus, Vector<1>;
        "squareplus 1", Squareplus<100>, Vector<1>;
        "tanh", Tanh, Vector<1>;
        "tanh_shrink", TanhShrink, Vector<1>;
        "threshold", Threshold<50, 200>, Vector<1>;
        "unit_normalization", UnitNormalization<4>, Vector<4>;
    }
    let mut adapted = boxed::<Normalization<2>>();
    adapted.adapt(&samples::<Image<3, 2, 2>>(&all["normalization"], "x")).unwrap();
    let found = [adapted.mean.as_slice(), adapted.variance.as_slice()].concat();
    differences.compare("adapted", &found, &numbers(&all["normalization"], "params"));
}

#[test]
fn images() {
    let all = fixture("images");
    let mut differences = Differences::default();
    layers! {all, differences:
        "avg_pool1d", AvgPool1d<3>, Sequence<8, 2>;
        "avg_pool1d same", AvgPool1d<3, Same>, Sequence<6, 2>;
        "avg_pool2d", AvgPool2d<2>, Image<5, 4, 3>;
        "avg_pool2d same", AvgPool2d<3, Same<2, 1>>, Image<5, 6, 2>;
        "conv1d", Conv1d<2, 4, 3>, Sequence<7, 2>;
        "conv1d dilated", Conv1d<3, 3, 3, Dilated<2, Same>>, Sequence<6, 3>;
        "conv1d no bias", Conv1d<2, 9, 2, Valid<3>, NoBias>, Sequence<8, 2>;
        "conv1d same strides", Conv1d<2, 3, 4, Same<2>>, Sequence<7, 2>;
        "conv2d", Conv2d<2, 4, 3>, Image<5, 6, 2>;
        "conv2d dilated", Conv2d<2, 3, 3, Dilated<2, Valid, 1>>, Image<6, 5, 2>;
        "conv2d dilated same", Conv2d<2, 3, 2, Dilated<3, Same>>, Image<5, 6, 2>;
        "conv2d groups", GroupedConv2d<3, 2, 6, 3, Same>, Image<4, 3, 6>;
        "conv2d no bias", Conv2d<2, 5, 3, Valid, NoBias>, Image<4, 4, 2>;
        "conv2d pointwise strides", Conv2d<3, 8, 1, Valid<2>>, Image<5, 4, 3>;
        "conv2d same", Conv2d<3, 9, 3, Same>, Image<4, 5, 3>;
        "conv2d same even", Conv2d<1, 2, 2, Same<2>>, Image<5, 5, 1>;
        "conv2d same strides", Conv2d<2, 3, 4, Same<2, 3>, Bias, 3>, Image<7, 8, 2>;
        "conv2d valid strides", Conv2d<2, 3, 3, Valid<2>, Bias, 2>, Image<6, 7, 2>;
        "conv2d_transpose", Conv2dTranspose<2, 3, 3>, Image<3, 4, 2>;
        "conv2d_transpose same strides", Conv2dTranspose<2, 3, 3, Same<2>>, Image<3, 4, 2>;
        "conv2d_transpose valid strides", Conv2dTranspose<3, 2, 2, Valid<3, 2>, Bias, 4>, Image<2, 3, 3>;
        "cropping2d", Cropping2d<1, 0, 1, 2>, Image<4, 5, 2>;
        "depthwise_conv2d", DepthwiseConv2d<3, 3>, Image<5, 4, 3>;
        "depthwise_conv2d multiplier", GroupedConv2d<3, 1, 6, 2>, Image<3, 4, 3>;
        "depthwise_conv2d no bias", DepthwiseConv2d<2, 2, Same, NoBias, 3>, Image<4, 5, 2>;
        "depthwise_conv2d same strides", DepthwiseConv2d<9, 3, Same<2>>, Image<6, 5, 9>;
        "global_avg_pool image", GlobalAvgPool, Image<3, 4, 5>;
        "global_avg_pool sequence", GlobalAvgPool, Sequence<5, 3>;
        "global_max_pool image", GlobalMaxPool, Image<3, 4, 5>;
        "global_max_pool sequence", GlobalMaxPool, Sequence<5, 3>;
        "max_pool1d", MaxPool1d<2>, Sequence<7, 3>;
        "max_pool1d same", MaxPool1d<3, Same<2>>, Sequence<6, 2>;
        "max_pool2d", MaxPool2d<2>, Image<5, 4, 3>;
        "max_pool2d same", MaxPool2d<3, Same<2>>, Image<5, 6, 2>;
        "max_pool2d wide", MaxPool2d<2, Valid<1>, 3>, Image<4, 5, 2>;
        "permute 1 3 2", Permute<1, 3, 2>, Image<2, 3, 4>;
        "permute 2 1", Permute<2, 1>, Sequence<4, 3>;
        "permute 2 1 3", Permute<2, 1, 3>, Image<2, 3, 4>;
        "permute 2 3 1", Permute<2, 3, 1>, Image<2, 3, 4>;
        "permute 3 1 2", Permute<3, 1, 2>, Image<2, 3, 4>;
        "permute 3 2 1", Permute<3, 2, 1>, Image<2, 3, 4>;
        "separable_conv2d", SeparableConv2d<3, 5, 3, Same>, Image<4, 5, 3>;
        "up_sampling2d", UpSampling2d<2, 3>, Image<2, 3, 2>;
        "zero_padding2d", ZeroPadding2d<1, 2, 0, 1>, Image<2, 3, 2>;
    }
}

/// Checks losses and gradients; not the gradients of the outputs `kinks`, counted through, where there is none to agree
/// on, nor the samples that Keras clips and taut does not: `tests/losses.rs` has those.
fn check_loss<P: Sample, L: Loss<P>>(
    all: &Value,
    name: &str,
    loss: L,
    targets: fn(&Value) -> Vec<L::Target>,
    [kinks, clipped]: [&[usize]; 2],
    differences: &mut Differences,
) {
    let row = &all[name];
    assert!(row.is_object(), "no row {name}");
    let (p, gradients): (Vec<P>, Vec<P>) = (samples(row, "p"), samples(row, "dp"));
    let logits = name.contains("logits").then_some(L::FUSED).flatten();
    let samples = p.iter().zip(targets(row).into_iter().zip(numbers(row, "loss"))).enumerate();
    for (i, (p, (t, expected))) in samples.filter(|(i, _)| !clipped.contains(i)) {
        let t = &t;
        let mut check = |what: &str, value: f32, dp: &P| {
            differences.compare(&format!("{name}{what}, sample {i}"), &[value], &[expected]);
            let mut expected = gradients[i];
            let at = |kink: &&usize| **kink / P::LEN == i;
            kinks.iter().filter(at).for_each(|k| expected.values_mut()[k % P::LEN] = dp.values()[k % P::LEN]);
            differences.compare(&format!("{name}{what}, sample {i}: gradient"), dp.values(), expected.values());
        };
        let mut dp = boxed::<P>();
        check("", loss.loss(p, t, &mut dp), &dp);
        if let Some(fused) = &logits {
            let (mut z, mut value) = ([*p], [0.0]);
            (fused.loss)(&loss, &mut z, std::slice::from_ref(t), std::slice::from_mut(&mut dp), &mut value);
            check(", fused", value[0], &dp);
        }
    }
}

fn vectors(row: &Value) -> Vec<Vector<4>> {
    samples(row, "t")
}

fn classes(row: &Value) -> Vec<Class<4>> {
    numbers(row, "t").into_iter().map(|t| Class::new(t as usize).unwrap()).collect()
}

macro_rules! losses {
    ($all:ident: $($name:literal, $loss:expr, $targets:ident $(, kinks $kinks:expr)? $(, clipped $clipped:expr)?;)*) => {
    let mut differences = Differences::default();
    $(
        let _kinks: &[usize] = &[];
        $(let _kinks = &$kinks;)?
        let _clipped: &[usize] = &[];
        $(let _clipped = &$clipped;)?
        check_loss::<Vector<4>, _>(&$all, $name, $loss, $targets, [_kinks, _clipped], &mut differences);
    )*
    let rows = [$($name),*];
    $all.as_object().unwrap().keys().for_each(|row| assert!(rows.contains(&&**row), "nobody checks {row}"));
} }

#[test]
fn losses() {
    let all = fixture("losses");
    let binary = BinaryFocalCrossentropy::default();
    let categorical = CategoricalFocalCrossentropy::default();
    losses! {all:
        "binary_crossentropy", BinaryCrossentropy, vectors;
        "binary_crossentropy smooth", BinaryCrossentropy { label_smoothing: 0.1 }, vectors;
        "binary_crossentropy logits", FromLogits(BinaryCrossentropy), vectors;
        "binary_crossentropy logits smooth", FromLogits(BinaryCrossentropy { label_smoothing: 0.1 }), vectors;
        "binary_focal_crossentropy", binary, vectors;
        "binary_focal_crossentropy 3", BinaryFocalCrossentropy { gamma: 3.0, ..binary }, vectors;
        "binary_focal_crossentropy balanced", BinaryFocalCrossentropy { apply_class_balancing: true, ..binary }, vectors;
        "binary_focal_crossentropy logits", FromLogits(binary), vectors, clipped [0, 2];
        "binary_focal_crossentropy smooth", BinaryFocalCrossentropy { label_smoothing: 0.1, ..binary }, vectors;
        "categorical_crossentropy", CategoricalCrossentropy, vectors;
        "categorical_crossentropy smooth", CategoricalCrossentropy { label_smoothing: 0.1 }, vectors;
        "categorical_crossentropy logits", FromLogits(CategoricalCrossentropy), vectors;
        "categorical_crossentropy logits smooth", FromLogits(CategoricalCrossentropy { label_smoothing: 0.1 }), vectors;
        "categorical_focal_crossentropy", categorical, vectors;
        "categorical_focal_crossentropy 3", CategoricalFocalCrossentropy { gamma: 3.0, ..categorical }, vectors;
        "categorical_focal_crossentropy logits", FromLogits(categorical), vectors, clipped [0, 2];
        "categorical_focal_crossentropy smooth", CategoricalFocalCrossentropy { label_smoothing: 0.1, ..categorical }, vectors;
        "categorical_generalized_cross_entropy", CategoricalGeneralizedCrossEntropy::default(), classes;
        "categorical_generalized_cross_entropy 0.8", CategoricalGeneralizedCrossEntropy { q: 0.8 }, classes;
        "categorical_hinge", CategoricalHinge, vectors;
        "cosine_similarity", CosineSimilarity, vectors;
        "dice", Dice, vectors;
        "hinge", Hinge, vectors, kinks [3, 18];
        "hinge 0", Hinge, vectors, kinks [3, 18];
        "huber", Huber::default(), vectors;
        "huber 2.5", Huber { delta: 2.5 }, vectors;
        "kl_divergence", KlDivergence, vectors, kinks [1];
        "log_cosh", LogCosh, vectors;
        "mean_absolute_error", MeanAbsoluteError, vectors, kinks [0, 8, 14];
        "mean_absolute_percentage_error", MeanAbsolutePercentageError, vectors, kinks [0, 8, 14];
        "mean_squared_error", MeanSquaredError, vectors;
        "mean_squared_logarithmic_error", MeanSquaredLogarithmicError, vectors;
        "poisson", Poisson, vectors;
        "sparse_categorical_crossentropy", SparseCategoricalCrossentropy, classes;
        "sparse_categorical_crossentropy logits", FromLogits(SparseCategoricalCrossentropy), classes;
        "squared_hinge", SquaredHinge, vectors;
        "squared_hinge 0", SquaredHinge, vectors;
        "tversky", Tversky::default(), vectors;
        "tversky 0.3 0.8", Tversky { alpha: 0.3, beta: 0.8 }, vectors;
    }
}

/// Checks the metric's value after each of three batches, without and with weights of the samples.
fn check_metric<T, M: Metric<Vector<4>, T> + Named>(
    all: &Value,
    name: &str,
    metric: M,
    targets: fn(&Value) -> Vec<T>,
    differences: &mut Differences,
) {
    let row = &all[name];
    assert!(row.is_object(), "no row {name}");
    let (p, t, w) = (samples::<Vector<4>>(row, "p"), targets(row), numbers(row, "w"));
    let batch = p.len().div_ceil(3);
    let batches = || p.chunks(batch).zip(t.chunks(batch)).zip(w.chunks(batch));
    let (mut state, mut values) = (M::State::default(), vec![]);
    for ((p, t), w) in batches() {
        // Which it takes no notice of.
        metric.update(&mut state, p, t, w);
        metric.report(&state, &mut |said, value| {
            assert!(name.replace("one_hot_", "").replace("sparse_top", "top").starts_with(said), "{said} for {name}");
            values.push(value);
        });
    }
    differences.compare(name, &values, &numbers(row, "values"));
    let (metric, mut state, mut values) = (Weighted(metric), M::State::default(), vec![]);
    for ((p, t), w) in batches() {
        metric.update(&mut state, p, t, w);
        metric.report(&state, &mut |said, value| {
            assert_eq!(said, format!("weighted_{}", M::NAME));
            values.push(value);
        });
    }
    differences.compare(&format!("{name}, weighted"), &values, &numbers(row, "weighted"));
    metric.validate().unwrap();
}

macro_rules! metrics { ($all:ident: $($name:literal, $metric:expr, $targets:ident;)*) => {
    let mut differences = Differences::default();
    $(check_metric(&$all, $name, $metric, $targets, &mut differences);)*
    let rows = [$($name),*];
    $all.as_object().unwrap().keys().for_each(|row| assert!(rows.contains(&&**row), "nobody checks {row}"));
} }

#[test]
fn metrics() {
    let all = fixture("metrics");
    let (auc, precision, recall) = (Auc::default(), Precision::default(), Recall::default());
    let classes_of = |classes: [usize; 2]| Iou { classes: classes.map(|class| Class::<4>::new(class).unwrap()) };
    metrics! {all:
        "auc", auc, vectors;
        "auc 20", Auc { thresholds: 20, ..auc }, vectors;
        "auc pr", Auc { curve: Curve::Pr, ..auc }, vectors;
        "auc logits", Auc { from_logits: true, ..auc }, vectors;
        "auc majoring", Auc { thresholds: 10, summation: Summation::Majoring, ..auc }, vectors;
        "auc minoring", Auc { thresholds: 10, summation: Summation::Minoring, ..auc }, vectors;
        "auc pr 20", Auc { curve: Curve::Pr, thresholds: 20, ..auc }, vectors;
        "auc pr gain", Auc { curve: Curve::PrGain, ..auc }, vectors;
        "auc pr gain minoring", Auc { curve: Curve::PrGain, thresholds: 10, summation: Summation::Minoring, ..auc }, vectors;
        "auc pr majoring", Auc { curve: Curve::Pr, thresholds: 10, summation: Summation::Majoring, ..auc }, vectors;
        "auc pr minoring", Auc { curve: Curve::Pr, thresholds: 10, summation: Summation::Minoring, ..auc }, vectors;
        "auc pr several", Auc { curve: Curve::Pr, thresholds: 20, multi_label: true, ..auc }, vectors;
        "auc several", Auc { multi_label: true, ..auc }, vectors;
        "binary_accuracy", BinaryAccuracy::default(), vectors;
        "binary_accuracy 0.7", BinaryAccuracy { threshold: 0.7 }, vectors;
        "binary_crossentropy", BinaryCrossentropy, vectors;
        "binary_io_u", BinaryIou::default(), vectors;
        "binary_io_u 0.7", BinaryIou { threshold: 0.7, class: None }, vectors;
        "binary_io_u on", BinaryIou { class: Class::new(1), ..BinaryIou::default() }, vectors;
        "categorical_accuracy", CategoricalAccuracy, vectors;
        "categorical_crossentropy", CategoricalCrossentropy, vectors;
        "categorical_hinge", CategoricalHinge, vectors;
        "concordance_correlation", ConcordanceCorrelation, vectors;
        "cosine_similarity", CosineSimilarity, vectors;
        "f1_score macro", F1Score::default(), vectors;
        "f1_score micro", F1Score { average: Average::Micro, threshold: None }, vectors;
        "f1_score weighted", F1Score { average: Average::Weighted, threshold: None }, vectors;
        "f1_score weighted 0.4", F1Score { average: Average::Weighted, threshold: Some(0.4) }, vectors;
        "false_negatives", FalseNegatives::default(), vectors;
        "false_positives", FalsePositives::default(), vectors;
        "fbeta_score macro", FBetaScore { beta: 2.0, ..FBetaScore::default() }, vectors;
        "fbeta_score micro 0.5", FBetaScore { beta: 0.5, average: Average::Micro, threshold: Some(0.5) }, vectors;
        "hinge", Hinge, vectors;
        "io_u", classes_of([3, 1]), classes;
        "kl_divergence", KlDivergence, vectors;
        "logcosh", LogCosh, vectors;
        "mean_absolute_error", MeanAbsoluteError, vectors;
        "mean_absolute_percentage_error", MeanAbsolutePercentageError, vectors;
        "mean_io_u", MeanIou, classes;
        "mean_squared_error", MeanSquaredError, vectors;
        "mean_squared_logarithmic_error", MeanSquaredLogarithmicError, vectors;
        "one_hot_io_u", classes_of([0, 2]), vectors;
        "one_hot_mean_io_u", MeanIou, vectors;
        "pearson_correlation", PearsonCorrelation, vectors;
        "poisson", Poisson, vectors;
        "precision", precision, vectors;
        "precision 0.7", Precision { threshold: Some(0.7), ..precision }, vectors;
        "precision class 1", Precision { class_id: Some(1), ..precision }, vectors;
        "precision top 2", Precision { top_k: Some(2), ..precision }, vectors;
        "precision top 3 0.6", Precision { top_k: Some(3), threshold: Some(0.6), ..precision }, vectors;
        "precision_at_recall", PrecisionAtRecall::new(0.6), vectors;
        "precision_at_recall 50", PrecisionAtRecall { thresholds: 50, ..PrecisionAtRecall::new(0.9) }, vectors;
        "r2_score", R2Score, vectors;
        "recall", recall, vectors;
        "recall 0.7", Recall { threshold: Some(0.7), ..recall }, vectors;
        "recall top 1 class 3", Recall { top_k: Some(1), class_id: Some(3), ..recall }, vectors;
        "recall top 2", Recall { top_k: Some(2), ..recall }, vectors;
        "recall_at_precision", RecallAtPrecision::new(0.8), vectors;
        "recall_at_precision class 2", RecallAtPrecision { class_id: Some(2), ..RecallAtPrecision::new(0.6) }, vectors;
        "root_mean_squared_error", RootMeanSquaredError, vectors;
        "sensitivity_at_specificity", SensitivityAtSpecificity::new(0.75), vectors;
        "sparse_categorical_accuracy", SparseCategoricalAccuracy, classes;
        "sparse_categorical_crossentropy", SparseCategoricalCrossentropy, classes;
        "sparse_top_k_categorical_accuracy 3", TopKCategoricalAccuracy::<3>, classes;
        "specificity_at_sensitivity", SpecificityAtSensitivity::new(0.5), vectors;
        "specificity_at_sensitivity 1", SpecificityAtSensitivity::new(1.0), vectors;
        "squared_hinge", SquaredHinge, vectors;
        "top_k_categorical_accuracy 2", TopKCategoricalAccuracy::<2>, vectors;
        "true_negatives", TrueNegatives::default(), vectors;
        "true_positives", TruePositives::default(), vectors;
    }
}
