//! Every layer, loss and regularizer against central finite differences: an addition adds its row.

use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};
use std::slice;
use taut::memory::{boxed, flat};
use taut::{Context, Params, Role, Step, Train};
use taut::{Dilated, layers::*, losses::*, prelude::*, regularizers::*};

const STEP: f32 = 4e-3;
const TOLERANCE: f64 = 1e-3;

fn random(seed: u64) -> impl FnMut() -> f32 {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    move || random.random_range(-1.0..1.0)
}

fn sample<X: Sample>(next: &mut impl FnMut() -> f32) -> X {
    let mut x = X::ZERO;
    x.values_mut().iter_mut().for_each(|x| *x = next());
    x
}

/// The derivative of `f` by each of `n` numbers; `set` adds to one of them.
fn numeric<S>(state: &mut S, n: usize, add: impl Fn(&mut S, usize, f32), f: impl Fn(&S) -> f64) -> Vec<f64> {
    (0..n)
        .map(|i| {
            add(state, i, STEP);
            let above = f(state);
            add(state, i, -2.0 * STEP);
            let below = f(state);
            add(state, i, STEP);
            (above - below) / (2.0 * STEP as f64)
        })
        .collect()
}

#[track_caller]
fn assert_close(what: &str, analytic: &[f32], numeric: &[f64]) {
    assert_eq!(analytic.len(), numeric.len(), "{what}");
    let norm = |x: &mut dyn Iterator<Item = f64>| x.map(|x| x * x).sum::<f64>().sqrt();
    let difference = norm(&mut analytic.iter().zip(numeric).map(|(a, n)| *a as f64 - n));
    let scale = norm(&mut numeric.iter().copied()).max(1e-2);
    assert!(difference <= TOLERANCE * scale, "{what}: off by {:.1e}\n{analytic:?}\n{numeric:?}", difference / scale);
    assert!(
        numeric.is_empty() || what.contains("frozen") || norm(&mut numeric.iter().copied()) > 0.0,
        "{what}: all zero"
    );
}

fn parameter<L: Params>(layer: &mut L, index: usize, f: impl Fn(&mut f32)) {
    let mut first = 0;
    L::visit(&L::Options::default(), [layer], &mut |tensor, _, [w]| {
        if !tensor.role.is_state() {
            if let Some(w) = index.checked_sub(first).and_then(|i| w.get_mut(i)) {
                f(w);
            }
            first += w.len();
        }
    });
}

fn check_layer<X: Sample, L: Train<X>>(name: &str, options: impl Fn(&mut L::Options), training: bool) {
    let mut next = random(7);
    let mut chosen = L::Options::default();
    options(&mut chosen);
    let mut layer = boxed::<L>();
    L::visit(&chosen, [&mut layer], &mut |tensor, _, [w]| {
        w.iter_mut().for_each(|w| *w = if tensor.role.is_state() { 1.0 + 0.5 * next() } else { next() });
    });
    let mut x: Vec<X> = (0..4).map(|_| sample(&mut next)).collect();
    if name.contains("Max") {
        // So far apart that a step makes no other one the largest.
        let n = 4 * X::LEN;
        let values = x.iter_mut().flat_map(|x| x.values_mut());
        values.enumerate().for_each(|(i, x)| *x = (i * 7919 % n) as f32 * 2.5 * STEP);
    }
    let weights: Vec<L::Y> = (0..4).map(|_| sample(&mut next)).collect();
    let context = || Context { training, ..Context::training(Xoshiro256PlusPlus::seed_from_u64(3)) };
    let objective = |layer: &L, x: &[X]| -> f64 {
        let mut cache = L::Cache::default();
        let y = layer.forward(&chosen, x, &mut cache, &mut context());
        flat(y).iter().zip(flat(&weights)).map(|(y, w)| *y as f64 * *w as f64).sum()
    };

    let (mut cache, mut grad, mut dy) = (L::Cache::default(), boxed::<L>(), weights.clone());
    // What is in the gradient before must not matter.
    L::visit(&chosen, [&mut grad], &mut |_, _, [g]| g.fill(99.0));
    let mut used = context();
    let y = flat(layer.forward(&chosen, &x, &mut cache, &mut used)).to_vec();
    assert_eq!(flat(L::output(&x, &cache)), y, "{name}: output");
    let dx = flat(layer.backward(&chosen, &x, &mut dy, &mut cache, &mut grad, &mut Step::none(), &mut used)).to_vec();

    let inputs =
        numeric(&mut x, 4 * X::LEN, |x, i, d| x[i / X::LEN].values_mut()[i % X::LEN] += d, |x| objective(&layer, x));
    assert_close(&format!("{name}: input"), &dx, &inputs);
    let mut parameters = vec![];
    grad.read(&chosen, &mut |tensor, _, g| {
        if !tensor.role.is_state() {
            parameters.extend_from_slice(g);
        }
    });
    let n = parameters.len();
    let found =
        numeric(&mut layer, n, |layer, i, d| parameter(&mut **layer, i, |w| *w += d), |layer| objective(layer, &x));
    assert_close(&format!("{name}: parameters"), &parameters, &found);

    if !training {
        let mut work = boxed::<L::Scratch>();
        for (x, y) in x.iter().zip(y.chunks(L::Y::LEN)) {
            let inferred = layer.infer(x, &mut work).values();
            let off = inferred.iter().zip(y).map(|(a, b)| (a - b).abs() / (1.0 + b.abs())).fold(0.0, f32::max);
            assert!(off < 1e-5, "{name}: inference and training differ by {off}");
        }
    }
}

macro_rules! layers { ($($layer:ty, $input:ty $(, |$options:ident| $set:expr)?;)*) => { $(
    for training in [true, false] {
        check_layer::<$input, $layer>(
            concat!(stringify!($layer), " of ", stringify!($input)),
            |_plan| { $(let $options = _plan; $set;)? },
            training,
        );
    }
)* } }

#[test]
fn layers() {
    layers! {
        Dense<5, 3>, Vector<5>;
        Dense<1, 17>, Vector<1>;
        Dense<33, 10>, Vector<33>;
        Dense<9, 8, NoBias>, Vector<9>;
        Flatten, Image<2, 3, 2>;
        Flatten, Sequence<2, 3>;
        Reshape<Vector<6>, Image<1, 2, 3>>, Vector<6>;
        Dropout<50>, Vector<40>;
        Dropout<0>, Image<2, 2, 2>;
        BatchNorm<3>, Vector<3>;
        BatchNorm<2>, Image<2, 3, 2>;
        BatchNorm<2>, Sequence<3, 2>;
        BatchNorm<3>, Vector<3>, |options| (options.gamma.frozen, options.beta.frozen) = (true, true);
        Relu, Vector<30>;
        LeakyRelu, Vector<30>;
        LeakyRelu<20>, Image<2, 3, 2>;
        Elu, Vector<30>;
        Elu<50>, Vector<30>;
        Selu, Vector<30>;
        Gelu, Vector<30>;
        Silu, Vector<30>;
        Softplus, Vector<30>;
        Sigmoid, Vector<30>;
        Tanh, Vector<30>;
        Softmax, Vector<5>;
        LogSoftmax, Vector<5>;
        Sparsemax, Vector<5>;
        Celu, Vector<30>;
        Celu<50>, Vector<30>;
        Exponential, Vector<30>;
        GeluTanh, Vector<30>;
        Glu, Vector<8>;
        Glu, Image<2, 2, 6>;
        HardShrink, Vector<30>;
        HardSigmoid, Vector<30>;
        HardSilu, Vector<30>;
        HardTanh, Vector<30>;
        Linear, Image<2, 3, 2>;
        LayerNorm<5>, Vector<5>;
        LayerNorm<4>, Image<2, 3, 4>;
        LayerNorm<4>, Sequence<3, 4>;
        RmsNorm<5>, Vector<5>;
        RmsNorm<3>, Image<2, 3, 3>;
        UnitNormalization<5>, Vector<5>;
        UnitNormalization<3>, Sequence<2, 3>;
        GroupNorm<6, 2>, Vector<6>;
        GroupNorm<6, 3>, Image<2, 3, 6>;
        GroupNorm<4, 4>, Sequence<3, 4>;
        GroupNorm<4, 1>, Sequence<3, 4>;
        GaussianNoise<30>, Image<2, 3, 2>;
        GaussianDropout<30>, Vector<30>;
        AlphaDropout<30>, Vector<30>;
        Rescaling, Image<2, 3, 2>;
        Normalization<3>, Vector<3>;
        Normalization<2>, Image<2, 3, 2>;
        Residual<Tanh>, Vector<5>;
        Residual<Dense<5, 3>, Dense<5, 3>>, Vector<5>;
        (Dense<5, 4>, Residual<(Dense<4, 7>, Softplus, Dense<7, 3>), (Dense<4, 3, NoBias>, Tanh)>, Dense<3, 2>), Vector<5>;
        Residual<(PRelu<2>, BatchNorm<2>), (BatchNorm<2>, Silu)>, Image<2, 3, 2>;
        Residual<(Conv2d<2, 3, 3, Same<2>>, Silu), Conv2d<2, 3, 1, Same<2>, NoBias>>, Image<3, 5, 2>;
        Parallel<Conv2d<2, 3, 1>, Conv2d<2, 2, 3, Same>>, Image<3, 4, 2>;
        Parallel<Tanh, Dense<5, 3>>, Vector<5>;
        Parallel<BatchNorm<2>, Parallel<Linear, PRelu<2>>>, Image<2, 3, 2>;
        Parallel<Silu, Linear>, Sequence<3, 2>;
        (Dense<5, 4>, Parallel<(Dense<4, 3>, Softplus), Parallel<Linear, Silu>>, Dense<11, 2>), Vector<5>;
        Residual<(Dense<5, 7>, Softplus, Dense<7, 5>)>, Vector<5>;
        (Dense<4, 6>, Residual<(LayerNorm<6>, Dense<6, 6>, Residual<Silu>)>, Tanh), Vector<4>;
        LogSigmoid, Vector<30>;
        Mish, Vector<30>;
        PRelu<5>, Vector<5>;
        PRelu<2>, Image<2, 3, 2>;
        PRelu<2>, Sequence<3, 2>;
        Relu6, Vector<30>;
        ReluWith<25, 60, 20>, Vector<30>;
        SoftShrink, Vector<30>;
        Softsign, Vector<30>;
        SparsePlus, Vector<30>;
        SparseSigmoid, Vector<30>;
        Squareplus, Vector<30>;
        TanhShrink, Vector<30>;
        Threshold<20, 50>, Vector<30>;
        (Dense<4, 6>, BatchNorm<6>, Tanh, (Dense<6, 5>, Softplus), Dense<5, 2>, Softmax), Vector<4>;
    }
}

#[test]
fn convolutions() {
    layers! {
        Conv2d<1, 3, 3>, Image<5, 4, 1>;
        Conv2d<3, 5, 3, Same>, Image<4, 5, 3>;
        Conv2d<2, 9, 2, Same<2>>, Image<5, 4, 2>;
        Conv2d<2, 3, 3, Valid<2, 1>, Bias, 2>, Image<5, 4, 2>;
        Conv2d<2, 3, 2, Dilated<2>>, Image<4, 5, 2>;
        Conv2d<2, 3, 3, Dilated<2, Same, 1>>, Image<4, 5, 2>;
        Conv2d<7, 4, 1, Same<2>>, Image<3, 4, 7>;
        Conv2d<1, 1, 4, Valid, Bias, 1>, Image<4, 3, 1>;
        Conv2d<2, 8, 3, Same, NoBias>, Image<3, 3, 2>;
        GroupedConv2d<2, 3, 4, 2>, Image<3, 4, 6>;
        GroupedConv2d<3, 1, 6, 3, Same<2>>, Image<4, 3, 3>;
        DepthwiseConv2d<3, 3, Same>, Image<4, 5, 3>;
        DepthwiseConv2d<9, 2, Valid<2>>, Image<4, 5, 9>;
        DepthwiseConv2d<2, 3, Same<2, 1>, NoBias, 2>, Image<5, 4, 2>;
        SeparableConv2d<3, 4, 2, Same>, Image<3, 4, 3>;
        Conv2dTranspose<2, 3, 3, Same<2>>, Image<3, 2, 2>;
        Conv2dTranspose<3, 2, 2, Valid<3, 2>>, Image<2, 3, 3>;
        Conv2dTranspose<1, 2, 3>, Image<3, 2, 1>;
        Conv1d<3, 4, 3>, Sequence<7, 3>;
        Conv1d<1, 2, 4, Same<2>>, Sequence<7, 1>;
        Conv1d<2, 2, 3, Dilated<2, Same>>, Sequence<6, 2>;
        Conv1d<2, 9, 2, Valid<3>, NoBias>, Sequence<8, 2>;
        MaxPool2d<2>, Image<4, 5, 3>;
        MaxPool2d<3, Same<2>>, Image<5, 4, 2>;
        MaxPool2d<2, Valid<1>, 3>, Image<3, 4, 1>;
        AvgPool2d<2>, Image<5, 4, 3>;
        AvgPool2d<3, Same<2, 1>>, Image<4, 5, 2>;
        MaxPool1d<2>, Sequence<7, 2>;
        MaxPool1d<3, Same<1>>, Sequence<5, 3>;
        AvgPool1d<3, Same<2>>, Sequence<6, 2>;
        GlobalAvgPool, Image<3, 4, 5>;
        GlobalAvgPool, Sequence<5, 3>;
        GlobalMaxPool, Image<2, 3, 3>;
        GlobalMaxPool, Sequence<6, 2>;
        UpSampling2d<2, 3>, Image<2, 3, 2>;
        ZeroPadding2d<1, 2, 0, 1>, Image<2, 3, 2>;
        Cropping2d<1, 0, 1, 2>, Image<4, 5, 2>;
        Permute<2, 1>, Sequence<4, 3>;
        Permute<1, 2>, Sequence<4, 3>;
        Permute<1, 2, 3>, Image<2, 3, 4>;
        Permute<1, 3, 2>, Image<2, 3, 4>;
        Permute<2, 1, 3>, Image<2, 3, 4>;
        Permute<2, 3, 1>, Image<2, 3, 4>;
        Permute<3, 1, 2>, Image<2, 3, 4>;
        Permute<3, 2, 1>, Image<2, 3, 4>;
        SpatialDropout<50>, Image<2, 3, 9>;
        SpatialDropout<30>, Sequence<3, 9>;
        (Conv2d<1, 4, 3, Same, NoBias>, BatchNorm<4>, Softplus, AvgPool2d<2>, Conv2d<4, 3, 2>, Flatten, Dense<3, 2>), Image<4, 5, 1>;
    }
}

/// Of sequences, with odd numbers of steps, channels and units.
#[test]
fn sequences() {
    layers! {
        SimpleRnn<3, 5>, Sequence<4, 3>;
        SimpleRnn<2, 3, ReturnSequence>, Sequence<3, 2>;
        SimpleRnn<1, 1>, Sequence<1, 1>;
        Lstm<3, 5>, Sequence<4, 3>;
        Lstm<2, 3, ReturnSequence>, Sequence<3, 2>;
        Lstm<1, 1, ReturnSequence>, Sequence<1, 1>;
        Lstm<5, 9>, Sequence<2, 5>;
        Gru<3, 5>, Sequence<4, 3>;
        Gru<2, 3, ReturnSequence>, Sequence<3, 2>;
        Gru<1, 1>, Sequence<1, 1>;
        Gru<5, 9, ReturnSequence>, Sequence<2, 5>;
        (Lstm<2, 3, ReturnSequence>, Gru<3, 2>, Dense<2, 3>), Sequence<3, 2>;
        Bidirectional<Lstm<3, 5>>, Sequence<3, 3>;
        Bidirectional<Gru<2, 3, ReturnSequence>>, Sequence<3, 2>;
        Bidirectional<SimpleRnn<1, 1>>, Sequence<1, 1>;
        TimeDistributed<Dense<3, 5>>, Sequence<3, 3>;
        (TimeDistributed<(Dense<3, 5>, Tanh)>, Bidirectional<Gru<5, 3, ReturnSequence>>, TimeDistributed<Dense<6, 1>>), Sequence<3, 3>;
        PositionEmbedding<3, 5>, Sequence<3, 5>;
        MultiHeadAttention<3, 2, 3>, Sequence<4, 3>;
        MultiHeadAttention<4, 1, 5, Causal>, Sequence<5, 4>;
        MultiHeadAttention<1, 1, 1>, Sequence<1, 1>;
        Residual<(LayerNorm<4>, MultiHeadAttention<4, 3, 2>)>, Sequence<3, 4>;
        Softmax, Sequence<3, 5>;
        LogSoftmax, Sequence<3, 5>;
        Sparsemax, Sequence<2, 5>;
    }
}

/// Tokens have no gradient; those of their words are the sums over all places where they stand.
#[test]
fn embeddings() {
    type Net = (Embedding<5, 3>, PositionEmbedding<4, 3>, Gru<3, 2>);
    let (mut next, options) = (random(3), <Net as Params>::Options::default());
    let mut net = boxed::<Net>();
    Net::visit(&options, [&mut net], &mut |_, _, [w]| w.iter_mut().for_each(|w| *w = next()));
    let x = [Tokens([1, 3, 1, 4]), Tokens([0, 0, 0, 0]), Tokens([4, 3, 9, 0])];
    let weights: Vec<Vector<2>> = (0..3).map(|_| sample(&mut next)).collect();
    let context = || Context::training(Xoshiro256PlusPlus::seed_from_u64(3));
    let objective = |net: &Net| -> f64 {
        let mut cache = Default::default();
        let y = net.forward(&options, &x, &mut cache, &mut context());
        flat(y).iter().zip(flat(&weights)).map(|(y, w)| *y as f64 * *w as f64).sum()
    };
    let (mut cache, mut grad, mut dy) = (Default::default(), boxed::<Net>(), weights.clone());
    Net::visit(&options, [&mut grad], &mut |_, _, [g]| g.fill(99.0));
    net.forward(&options, &x, &mut cache, &mut context());
    net.backward(&options, &x, &mut dy, &mut cache, &mut grad, &mut Step::none(), &mut context());
    let mut parameters = vec![];
    grad.read(&options, &mut |_, _, g| parameters.extend_from_slice(g));
    assert_eq!(parameters[6..9], [0.0; 3], "nobody said 2");
    let n = parameters.len();
    let found = numeric(&mut net, n, |net, i, d| parameter(&mut **net, i, |w| *w += d), |net| objective(net));
    assert_close("embeddings", &parameters, &found);
}

fn check_loss<P: Sample, L: Loss<P>>(
    loss: L,
    name: &str,
    target: impl Fn(&mut dyn FnMut() -> f32) -> L::Target,
    logits: bool,
) {
    let mut next = random(11);
    for _ in 0..5 {
        let t = target(&mut next);
        let mut p = sample::<P>(&mut next);
        if !logits {
            p.values_mut().iter_mut().for_each(|p| *p = 0.5 + 0.4 * *p);
        }
        let value = |p: &P, dp: &mut P| {
            let (mut z, mut value) = ([*p], [0.0]);
            if logits {
                (L::FUSED.unwrap().loss)(&loss, &mut z, slice::from_ref(&t), slice::from_mut(dp), &mut value);
            } else {
                value = [loss.loss(p, &t, dp)];
            }
            value[0]
        };
        let mut dp = sample::<P>(&mut next);
        value(&p, &mut dp);
        let found =
            numeric(&mut p, P::LEN, |p, i, d| p.values_mut()[i] += d, |p| value(p, &mut P::ZERO.clone()) as f64);
        assert_close(name, dp.values(), &found);
    }
}

macro_rules! losses { ($($loss:expr, $output:ty, $target:expr, $logits:literal;)*) => { $(
    check_loss::<$output, _>($loss, concat!(stringify!($loss), " of ", stringify!($output)), $target, $logits);
)* } }

#[test]
fn losses() {
    fn positive<P: Sample>(next: &mut dyn FnMut() -> f32) -> P {
        let mut t = P::ZERO;
        t.values_mut().iter_mut().for_each(|t| *t = 0.55 + 0.4 * next());
        t
    }
    fn distribution(next: &mut dyn FnMut() -> f32) -> Vector<4> {
        let t = positive::<Vector<4>>(next);
        Vector(t.0 / t.0.sum())
    }
    fn class(next: &mut dyn FnMut() -> f32) -> Class<4> {
        Class::new(((next() + 1.0) * 2.0) as usize).unwrap()
    }
    losses! {
        MeanSquaredError, Vector<3>, positive, false;
        MeanSquaredError, Image<2, 2, 1>, positive, false;
        MeanAbsoluteError, Vector<3>, |_| Vector::new([-1.0, 2.0, 0.05]), false;
        MeanAbsolutePercentageError, Vector<3>, |_| Vector::new([-1.0, 2.0, 0.05]), false;
        MeanSquaredLogarithmicError, Vector<3>, positive, false;
        Poisson, Vector<3>, positive, false;
        Huber { delta: 0.5 }, Vector<3>, |_| Vector::new([-1.0, 2.0, 0.55]), false;
        LogCosh, Image<2, 2, 1>, positive, false;
        Hinge, Vector<3>, |_| Vector::new([-1.0, 1.0, 0.0]), false;
        SquaredHinge, Vector<3>, |_| Vector::new([-1.0, 1.0, 0.0]), false;
        CategoricalHinge, Vector<4>, |next| class(next).one_hot(), false;
        CosineSimilarity, Vector<4>, positive, false;
        KlDivergence, Vector<4>, distribution, false;
        Dice, Image<2, 2, 1>, positive, false;
        Tversky { alpha: 0.3, beta: 0.8 }, Vector<4>, positive, false;
        CategoricalGeneralizedCrossEntropy::default(), Vector<4>, class, false;
        BinaryFocalCrossentropy::default(), Vector<3>, positive, false;
        FromLogits(BinaryFocalCrossentropy { apply_class_balancing: true, ..Default::default() }), Vector<3>, positive, false;
        CategoricalFocalCrossentropy::default(), Vector<4>, distribution, false;
        FromLogits(CategoricalFocalCrossentropy { label_smoothing: 0.1, ..Default::default() }), Vector<4>, distribution, false;
        BinaryCrossentropy, Vector<3>, positive, false;
        FromLogits(BinaryCrossentropy { label_smoothing: 0.2 }), Vector<3>, positive, false;
        BinaryCrossentropy { label_smoothing: 0.2 }, Vector<3>, positive, true;
        BinaryCrossentropy, Vector<3>, positive, true;
        CategoricalCrossentropy, Vector<4>, distribution, false;
        FromLogits(CategoricalCrossentropy { label_smoothing: 0.2 }), Vector<4>, positive, false;
        CategoricalCrossentropy, Vector<4>, distribution, true;
        CategoricalCrossentropy, Vector<4>, positive, true;
        SparseCategoricalCrossentropy, Vector<4>, class, false;
        SparseCategoricalCrossentropy, Vector<4>, class, true;
    }
}

#[test]
fn regularizers() {
    let mut next = random(5);
    let rows: [&dyn taut::Regularize; 6] = [
        &L1(0.3),
        &L2(0.3),
        &L1L2 { l1: 0.1, l2: 0.2 },
        &L1L2 { l1: 0.0, l2: 0.2 },
        &OrthogonalRegularizer { factor: 0.3, lines: Lines::Rows },
        &OrthogonalRegularizer { factor: 0.3, lines: Lines::Columns },
    ];
    for regularizer in rows {
        let mut w = sample::<Vector<12>>(&mut next);
        let mut g = [1.0; 12];
        regularizer.add_gradient(w.values(), &[3, 4], 2.0, &mut g);
        let g = g.map(|g| (g - 1.0) / 2.0);
        let value = |w: &Vector<12>| regularizer.value(w.values(), &[3, 4]) as f64;
        let found = numeric(&mut w, 12, |w, i, d| w.values_mut()[i] += d, value);
        assert_close(&format!("{regularizer:?}"), &g, &found);
    }
}

/// The step of plain gradient descent, at a rate of 1, is the gradient of what `evaluate` calls the loss: regularizers
/// of parameters and of activities, fused heads and all.
fn check_model<N: Train<Vector<5>>, L: Loss<N::Y> + Fits<L::Takes, N::Kind> + Copy>(
    name: &str,
    options: impl Fn(&mut N::Options) + Copy,
    loss: L,
    y: Vec<L::Target>,
) {
    let mut next = random(13);
    let x: Vec<Vector<5>> = y.iter().map(|_| sample(&mut next)).collect();
    let data = Dataset { x, y };
    let compiled = || {
        let model = Model::<Vector<5>, N>::new(2).layers(options);
        model.compile(Sgd { learning_rate: 1.0, ..Sgd::default() }, loss, ())
    };
    let mut trained = compiled();
    let mut model = compiled();
    trained.fit(&data, Fit { batch_size: data.x.len(), ..Fit::default() }).unwrap();
    let all = |net: &N| {
        let mut all = vec![];
        net.read(&N::Options::default(), &mut |_, _, w| all.extend_from_slice(w));
        all
    };
    let gradient: Vec<f32> =
        all(model.net()).iter().zip(all(trained.net())).map(|(before, after)| before - after).collect();
    let n = gradient.len();
    let add = |model: &mut taut::Compiled<_, N, _, _, _>, i, d| parameter(model.net_mut(), i, |w| *w += d);
    let found = numeric(&mut model, n, add, |model| model.evaluate(&data).unwrap().loss() as f64);
    assert_close(name, &gradient, &found);
}

#[test]
fn whole_models() {
    // Softplus keeps the activities away from the kink of L1.
    type Net<H> = (Dense<5, 7>, Softplus, Dense<7, 3>, H);
    type Binary = (Dense<5, 7, NoBias>, Silu, Dense<7, 2>, Sigmoid);
    let classes = || (0..9).map(|i| Class::<3>::new(i % 3).unwrap()).collect::<Vec<_>>();
    let vectors = || (0..9).map(|i| Vector::new([(i % 2) as f32, (i % 3) as f32 / 2.0])).collect::<Vec<_>>();
    check_model::<Net<Softmax>, _>("softmax, fused", |_| (), SparseCategoricalCrossentropy, classes());
    check_model::<Net<Softmax>, _>(
        "all regularizers",
        |net| {
            net.0.kernel.regularizer = L2(0.02).into();
            net.0.bias.regularizer = L1(0.02).into();
            net.0.activity_regularizer = L2(0.1).into();
            net.1.activity_regularizer = L1(0.1).into();
            net.2.activity_regularizer = L1L2 { l1: 0.01, l2: 0.02 }.into();
        },
        SparseCategoricalCrossentropy,
        classes(),
    );
    // A regularized head is not fused.
    let head = |net: &mut <Net<Softmax> as Params>::Options| net.3.activity_regularizer = L2(0.3).into();
    check_model::<Net<Softmax>, _>("softmax, regularized", head, SparseCategoricalCrossentropy, classes());
    check_model::<Binary, _>("sigmoid, fused", |_| (), BinaryCrossentropy, vectors());
    check_model::<Binary, _>("sigmoid, not fused", |_| (), MeanSquaredError, vectors());
    check_model::<(Dense<5, 4>, Residual<(Dense<4, 4>, Softplus)>, Residual<Silu>, Dense<4, 3>, Softmax), _>(
        "residual",
        |net| {
            net.1.0.0.kernel.regularizer = L2(0.1).into();
            net.1.0.1.activity_regularizer = L1(0.2).into();
            net.1.1.activity_regularizer = L2(0.2).into();
            net.2.0.activity_regularizer = L2(0.2).into();
        },
        SparseCategoricalCrossentropy,
        classes(),
    );
    // The first layers: nobody wants the gradient of their input.
    check_model::<(Residual<(Dense<5, 4>, Tanh), Dense<5, 4>>, Dense<4, 3>, Softmax), _>(
        "residual, projected",
        |net| net.0.1.kernel.regularizer = L2(0.1).into(),
        SparseCategoricalCrossentropy,
        classes(),
    );
    check_model::<(Dense<5, 4>, Parallel<(Dense<4, 3>, Softplus), Linear>, Dense<7, 3>, Softmax), _>(
        "parallel",
        |net| {
            net.1.0.0.kernel.regularizer = L2(0.1).into();
            net.1.0.1.activity_regularizer = L1(0.2).into();
            net.1.1.activity_regularizer = L2(0.2).into();
        },
        SparseCategoricalCrossentropy,
        classes(),
    );
    check_model::<(Parallel<Dense<5, 4>, Dense<5, 2>>, Dense<6, 3>, Softmax), _>(
        "parallel, first",
        |_| (),
        SparseCategoricalCrossentropy,
        classes(),
    );
    check_model::<((Dense<5, 4>, Tanh), (Dense<4, 3>, Softmax)), _>(
        "nested",
        |_| (),
        SparseCategoricalCrossentropy,
        classes(),
    );
}

/// Squares are no floats from 1.8e19 on, and sums need not be: what is normalized is nevertheless, and its gradient.
#[test]
fn large_numbers_are_normalized() {
    fn check<X: Sample, L: Train<X, Y = X>>(name: &str, largest: f32, expected: [f32; 4]) {
        let (options, mut layer, mut grad) = (L::Options::default(), boxed::<L>(), boxed::<L>());
        L::visit(&options, [&mut layer], &mut |tensor, _, [w]| w.fill((tensor.role == Role::Gain) as u8 as f32));
        let gradients: Vec<X> = [1e6, 1e18, 2e19, 1e30, 1e37, largest / 4.0]
            .map(|scale| {
                let (mut x, mut dy) = (X::ZERO, X::ZERO);
                x.values_mut().copy_from_slice(&[4.0, 4.0, 4.0, -2.0].map(|x| x * scale));
                dy.values_mut().copy_from_slice(&[0.3, -0.1, 0.4, 0.2].map(|dy| dy * scale));
                let (mut cache, mut work) = (L::Cache::default(), boxed::<L::Scratch>());
                let mut context = Context::training(Xoshiro256PlusPlus::seed_from_u64(1));
                let y = layer.forward(&options, &[x], &mut cache, &mut context)[0];
                // Batch normalization infers by what it has learned.
                let inferred = if name == "BatchNorm" { y } else { *layer.infer(&x, &mut work) };
                for y in [y, inferred] {
                    let near = y.values().iter().zip(expected).all(|(y, expected)| (y - expected).abs() < 1e-5);
                    assert!(near, "{name} of {scale:e}: {:?}", y.values());
                }
                let (step, mut dy) = (&mut Step::none(), [dy]);
                let dx = layer.backward(&options, &[x], &mut dy, &mut cache, &mut grad, step, &mut context)[0];
                L::visit(&options, [&mut grad], &mut |tensor, _, [w]| {
                    assert!(w.iter().all(|w| w.is_finite()), "{name} of {scale:e}: {} {w:?}", tensor.name);
                });
                dx
            })
            .into();
        for dx in &gradients {
            let near = dx.values().iter().zip(gradients[0].values()).all(|(dx, first)| (dx - first).abs() < 1e-5);
            assert!(near && dx.values()[0].abs() > 1e-3, "{name}: {:?}", dx.values());
        }
    }
    let unit = [4.0, 4.0, 4.0, -2.0].map(|x| x / 52f32.sqrt());
    check::<Vector<4>, UnitNormalization<4>>("UnitNormalization", f32::MAX, unit);
    check::<Vector<4>, RmsNorm<4>>("RmsNorm", f32::MAX, unit.map(|x| 2.0 * x));
    let (half, normal) = (f32::MAX / 2.0, [1.5, 1.5, 1.5, -4.5].map(|x| x / 6.75f32.sqrt()));
    check::<Vector<4>, LayerNorm<4>>("LayerNorm", half, normal);
    check::<Vector<4>, GroupNorm<4, 1>>("GroupNorm", half, normal);
    check::<Sequence<4, 1>, BatchNorm<1>>("BatchNorm", half, normal);
    // All alike: there is nothing to divide.
    let (mut layer, mut group) = (boxed::<LayerNorm<4>>(), boxed::<GroupNorm<4, 1>>());
    layer.gamma.fill(1.0);
    group.gamma.fill(1.0);
    let (x, mut layer_y, mut group_y) = (Vector::new([f32::MAX / 2.0; 4]), Vector::ZERO, Vector::ZERO);
    assert_eq!([layer.predict(&x, &mut layer_y), group.predict(&x, &mut group_y)], [&Vector::ZERO; 2]);
}

/// The mean and the deviation of a million outputs: to a quarter of a per cent.
#[test]
fn noise_is_as_strong_as_it_says() {
    fn outputs<L: Train<Vector<1000>, Y = Vector<1000>> + Default>(input: impl Fn(usize) -> f32) -> Vec<f32> {
        let x: Vec<_> = (0..1000).map(|i| Vector::new(std::array::from_fn(|j| input(1000 * i + j)))).collect();
        let mut context = Context::training(Xoshiro256PlusPlus::seed_from_u64(1));
        let mut cache = L::Cache::default();
        flat(L::default().forward(&L::Options::default(), &x, &mut cache, &mut context)).to_vec()
    }
    let check = |name: &str, y: &[f32], [mean, deviation]: [f64; 2]| {
        let n = y.len() as f64;
        let found = y.iter().map(|y| *y as f64).sum::<f64>() / n;
        let spread = (y.iter().map(|y| (*y as f64 - found).powi(2)).sum::<f64>() / n).sqrt();
        assert!((found - mean).abs() < 0.0025 * deviation.max(1.0), "{name}: a mean of {found}, and not {mean}");
        assert!((spread / deviation - 1.0).abs() < 0.0025, "{name}: a deviation of {spread}, and not {deviation}");
    };
    check("GaussianNoise<30>", &outputs::<GaussianNoise<30>>(|_| 2.0), [2.0, 0.3]);
    check("GaussianNoise<150>", &outputs::<GaussianNoise<150>>(|_| 0.0), [0.0, 1.5]);
    // √(p / (1 - p)) of each number.
    check("GaussianDropout<30>", &outputs::<GaussianDropout<30>>(|_| 1.0), [1.0, (0.3f64 / 0.7).sqrt()]);
    check("GaussianDropout<20>", &outputs::<GaussianDropout<20>>(|_| -2.0), [-2.0, 2.0 * (0.2f64 / 0.8).sqrt()]);
    let dropped = outputs::<Dropout<30>>(|_| 1.0);
    assert!(dropped.iter().all(|y| *y == 0.0 || (y * 0.7 - 1.0).abs() < 1e-6));
    check("Dropout<30>", &dropped, [1.0, (0.3f64 / 0.7).sqrt()]);
    // Selu's lowest number, -1.7581, in the place of a tenth, and then scaled so that mean and variance stay.
    let input = |i: usize| if i.is_multiple_of(2) { 1.0 } else { -1.0 };
    check("AlphaDropout<10>", &outputs::<AlphaDropout<10>>(input), [0.0, 1.0]);
    check("AlphaDropout<40>", &outputs::<AlphaDropout<40>>(input), [0.0, 1.0]);
}
