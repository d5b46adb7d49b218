//! Which losses fit which last layers. What does not compile stands in `checks/tests/ui`.
#![cfg(feature = "train")]

use taut::{Input, OutputKind, layers::*, losses::*, prelude::*};

type X = Vector<4>;
network! { type Scores: X = (Dense<4, 3>,); }
network! { type Counts: X = (Dense<4, 3>, Softplus); }
network! { type Rates: X = (Dense<4, 3>, Sigmoid); }
network! { type Classes: X = (Dense<4, 3>, Softmax, Dropout<10>, Linear); }
network! { type Nested: X = (Dense<4, 3>, (Relu, Softmax)); }
network! {
    struct Steps: Sequence<5, 4> {
        scores: TimeDistributed<(Dense<4, 3>, Softmax)>,
        mean: GlobalAvgPool,
    }
}
network! {
    struct Sized<const H: usize>: X {
        hidden: Dense<4, H>,
        relu: Relu,
        scores: Dense<H, 3>,
        sparsemax: Sparsemax,
    }
}

fn compile<X: Input, N: taut::Train<X>, L: Loss<N::Y> + Fits<L::Takes, N::Kind>>(loss: L) {
    let _ = Model::<X, N>::new(1).compile(Adam::default(), loss, ());
}

macro_rules! fit { ($($net:ty: $($loss:expr),+;)+) => { $($(compile::<_, $net, _>($loss);)+)+ } }

#[test]
fn losses_fit_the_last_layers_that_they_are_for() {
    fit! {
        Scores: MeanSquaredError, Hinge, CosineSimilarity, FromLogits(SparseCategoricalCrossentropy);
        Scores: FromLogits(BinaryCrossentropy), FromLogits(CategoricalCrossentropy), Unchecked(Poisson);
        Counts: MeanSquaredError, Poisson, MeanSquaredLogarithmicError, FromLogits(CategoricalCrossentropy);
        Rates: MeanSquaredError, Poisson, BinaryCrossentropy, BinaryFocalCrossentropy::default(), Dice;
        Rates: Tversky::default(), Unchecked(CategoricalCrossentropy);
        Classes: MeanSquaredError, Poisson, BinaryCrossentropy, SparseCategoricalCrossentropy, KlDivergence;
        Classes: CategoricalFocalCrossentropy::default(), CategoricalGeneralizedCrossEntropy::default();
        Nested: CategoricalCrossentropy;
        Sized<8>: CategoricalCrossentropy;
        // Without `network!`, the constants are compared when the program is built.
        (Dense<4, 3>, Softmax): SparseCategoricalCrossentropy;
        (Dense<4, 1>, Sigmoid): BinaryCrossentropy;
        Dense<4, 3>: FromLogits(SparseCategoricalCrossentropy), MeanSquaredError;
    }
    compile::<Sequence<5, 4>, Steps, _>(SparseCategoricalCrossentropy);
}

/// Layer by layer, with the input's where the layer passes it on.
#[test]
fn layers_say_what_they_put_out() {
    fn outputs<L: Layer<Vector<N>>, const N: usize>() -> OutputKind {
        L::OUTPUTS
    }
    assert_eq!(outputs::<Dense<4, 3>, 4>(), OutputKind::AnyNumbers);
    assert_eq!(outputs::<ReluWith<0, 600>, 4>(), OutputKind::NonNegative);
    assert_eq!(outputs::<ReluWith<10>, 4>(), OutputKind::AnyNumbers);
    assert_eq!(outputs::<(Sigmoid, Dropout<10>), 4>(), OutputKind::Probabilities);
    assert_eq!(outputs::<(Softmax, Flatten), 4>(), OutputKind::Probabilities);
    assert_eq!(outputs::<(Softmax, Linear), 4>(), OutputKind::ClassProbabilities);
    assert_eq!(outputs::<Softmax, 2>(), OutputKind::ClassProbabilities);
    assert_eq!(outputs::<Softmax, 1>(), OutputKind::ConstantOutputs);
    assert_eq!(outputs::<(Relu, LogSoftmax), 4>(), OutputKind::AnyNumbers);
}

/// The loss, its gradient and its metric of logits are those of a network that ends with the softmax.
#[test]
fn logits_train_as_a_softmax_does() {
    let x: Vec<X> = (0..8).map(|i| Vector::new([i as f32 / 8.0, 0.5, -0.25 * i as f32, 1.0])).collect();
    let y = (0..8).map(|i| Class::<3>::new(i % 3).unwrap()).collect();
    let data = Dataset::new(x, y).unwrap();
    let fit = Fit { epochs: 3, batch_size: 4, verbose: Verbose::Silent, ..Fit::default() };
    let sparse = SparseCategoricalCrossentropy { ignore_class: Some(2) };
    let mut one = Model::<X, (Dense<4, 3>, Softmax)>::new(1).compile(Sgd::default(), sparse, sparse);
    let mut other = Model::<X, Scores>::new(1).compile(Sgd::default(), FromLogits(sparse), FromLogits(sparse));
    let mut unchecked = Model::<X, (Dense<4, 3>, Softmax)>::new(1).compile(Sgd::default(), Unchecked(sparse), ());
    one.fit(&data, fit).unwrap();
    other.fit(&data, fit).unwrap();
    unchecked.fit(&data, fit).unwrap();
    assert_eq!(one.net().0.kernel, other.net().0.kernel);
    assert_eq!(one.net().0.kernel, unchecked.net().0.kernel);
    let (one, other) = (one.evaluate(&data).unwrap(), other.evaluate(&data).unwrap());
    assert_eq!(one.loss(), other.loss());
    let (of_softmax, of_logits) = (one.get(sparse), other.get(FromLogits(sparse)));
    assert!((of_softmax - of_logits).abs() < 1e-6 * of_softmax, "{of_softmax} {of_logits}");
}

/// The loss of one output and its gradient, computed in `f64`: of a logit, of its cross-entropy's focal form.
fn exact(z: f64, t: f64, gamma: f64) -> [f64; 2] {
    let (e, softplus) = ((-z.abs()).exp(), z.max(0.0) + (-z.abs()).exp().ln_1p());
    let [less, more] = [e / (1.0 + e), 1.0 / (1.0 + e)];
    let [p, q] = if z < 0.0 { [less, more] } else { [more, less] };
    // Targets are 0 or 1: the tail is the probability that is wrong.
    let (cross, error, sign) = if t == 0.0 { (softplus, p, 1.0) } else { (softplus - z, q, -1.0) };
    let cross = if error < 0.5 { -(-error).ln_1p() } else { cross };
    [error.powf(gamma) * cross, sign * error.powf(gamma) * (error + gamma * cross * (1.0 - error))]
}

/// The fused loss of a sample of logits, and what replaces these.
fn fused<P: Sample, L: Loss<P>>(loss: &L, z: P, t: L::Target) -> ([f32; 1], [P; 1]) {
    let (mut value, mut z) = ([f32::NAN], [z]);
    (L::FUSED.unwrap().loss)(loss, &mut z, &[t], &mut [P::ZERO], &mut value);
    (value, z)
}

/// Where an output is sure, and right or wrong, the loss of logits keeps its digits, and the gradient is finite.
#[test]
fn losses_of_logits_are_exact_in_their_tails() {
    type P = Vector<1>;
    let mut wrong = String::new();
    let mut check = |what: String, [loss, dz]: [f32; 2], expected: [f64; 2]| {
        let near = |x: f32, e: f64| (f64::from(x) - e).abs() <= 1e-5 * e.abs() + 1e-37;
        if !(near(loss, expected[0]) && near(dz, expected[1])) {
            wrong += &format!("{what}: {loss:e} {dz:e}, expected {expected:?}\n");
        }
    };
    for z in [-300.0, -100.0, -20.0, -16.0, -12.0, -1.0, 0.0, 0.5, 12.0, 16.0, 20.0, 100.0, 300.0f32] {
        for t in [0.0, 1.0f32] {
            let (sample, target) = (P::new([z]), P::new([t]));
            let mut dz = P::ZERO;
            let loss = FromLogits(BinaryCrossentropy).loss(&sample, &target, &mut dz);
            check(format!("{z} for {t}"), [loss, dz.0[0]], exact(z.into(), t.into(), 0.0));
            for gamma in [0.0, 0.1, 0.5, 1.0, 2.0, 3.0] {
                let binary = BinaryFocalCrossentropy { gamma, ..Default::default() };
                let expected = exact(z.into(), t.into(), gamma.into());
                let loss = FromLogits(binary).loss(&sample, &target, &mut dz);
                check(format!("binary, gamma {gamma}, {z} for {t}"), [loss, dz.0[0]], expected);
                let ([value], [p]) = fused(&binary, sample, target);
                assert_eq!((value, p.0[0]), (loss, 1.0 / (1.0 + (-z).exp())));
                // Of two classes, the second has the logit z, and the first has 0. The logarithm of a sure class's
                // probability is a difference of numbers as large as z, and 0 from 17 on.
                let categorical = CategoricalFocalCrossentropy { alpha: 1.0, gamma, label_smoothing: 0.0 };
                let (sample, target) = (Vector::new([0.0, z]), Vector::new([1.0 - t, t]));
                let mut dz = Vector::ZERO;
                let loss = FromLogits(categorical).loss(&sample, &target, &mut dz);
                if (z > 0.0) == (t == 1.0) && z.abs() > 1.0 {
                    assert!(loss.abs() < 1e-5 && dz.0.amax() < 1e-5, "{z} for {t}: {loss} {dz:?}");
                } else {
                    check(format!("categorical, gamma {gamma}, {z} for {t}"), [loss, dz.0[1]], expected);
                    assert!((dz.0[0] + dz.0[1]).abs() < 1e-5 * dz.0.amax().max(1.0));
                }
                let ([value], [p]) = fused(&categorical, sample, target);
                assert!(value == loss && (p.0.sum() - 1.0).abs() < 1e-6);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// A `gamma` below 1 has an infinite power at an error of 0.
#[test]
fn focal_losses_of_sure_probabilities_have_finite_gradients() {
    for gamma in [0.0, 0.1, 0.5, 1.0, 2.0] {
        let (p, t, mut dp) = (Vector::new([0.0, 0.0, 1.0, 1.0]), Vector::new([0.0, 1.0, 0.0, 1.0]), Vector::ZERO);
        let loss = BinaryFocalCrossentropy { gamma, ..Default::default() }.loss(&p, &t, &mut dp);
        assert!((loss - 0.5 * 16.118).abs() < 0.05 && dp.0.iter().all(|dp| dp.is_finite()), "{gamma}: {loss} {dp:?}");
        let (p, mut dp) = (Vector::new([0.0, 1.0]), Vector::ZERO);
        for t in [Vector::new([0.0, 1.0]), Vector::new([1.0, 0.0])] {
            let loss = CategoricalFocalCrossentropy { gamma, ..Default::default() }.loss(&p, &t, &mut dp);
            assert!(loss.is_finite() && dp.0.iter().all(|dp| dp.is_finite()), "{gamma}: {loss} {dp:?}");
        }
    }
    let x: Vec<_> = (0..64).map(|i| Vector::new([if i % 2 == 0 { -30.0 } else { 30.0 }])).collect();
    let y = (0..64).map(|i| Vector::new([(i % 2) as f32])).collect();
    let data = Dataset::new(x, y).unwrap();
    let loss = BinaryFocalCrossentropy { gamma: 0.5, ..Default::default() };
    let mut model = Model::<Vector<1>, (Dense<1, 1>, Sigmoid)>::new(1).compile(Adam::new(0.1), loss, Accuracy);
    let history = model.fit(&data, Fit { epochs: 100, verbose: Verbose::Silent, ..Fit::default() }).unwrap();
    assert!(history.get(TrainingLoss).iter().all(|loss| loss.is_finite()));
    assert_eq!(history.get(Training(Accuracy)).last(), Some(&1.0));
}

#[test]
fn cosines_of_large_and_small_vectors() {
    for scale in [1e-5, 1.0, 1e18, 2e19, 1e30, 6e37] {
        for (of_p, of_t) in [(scale, 1.0), (1.0, scale), (scale, scale)] {
            let (p, t) = (Vector::new([3.0 * of_p, 4.0 * of_p]), Vector::new([5.0 * of_t, 0.0]));
            let mut dp = Vector::ZERO;
            let loss = CosineSimilarity.loss(&p, &t, &mut dp);
            assert!((loss + 0.6).abs() < 1e-5, "{of_p:e}, {of_t:e}: {loss}");
            // (t/‖t‖ - cos · p/‖p‖) / ‖p‖ = (1 - 0.36, -0.48) / (5 · scale), and its negative.
            let [a, b] = dp.0.map(|d| d * of_p * 5.0).into();
            assert!((a + 0.64).abs() < 1e-5 && (b - 0.48).abs() < 1e-5, "{of_p:e}, {of_t:e}: {a} {b}");
        }
    }
}

/// As in Keras, where a maximum is taken over a whole axis.
#[test]
fn equally_large_numbers_share_the_gradient() {
    let mut dp = Vector::ZERO;
    let loss = CategoricalHinge.loss(&Vector::new([2.0, 0.5, 2.0]), &Vector::new([0.0, 1.0, 0.0]), &mut dp);
    assert_eq!((loss, dp), (2.5, Vector::new([0.5, -1.0, 0.5])));
    let loss = CategoricalHinge.loss(&Vector::new([-2.0, 0.0, -3.0]), &Vector::new([0.0, 1.0, 0.0]), &mut dp);
    assert_eq!((loss, dp), (1.0, Vector::new([0.0, -1.0, 0.0])));
    // The first step of a kernel of 0: all three outputs are 0, and the kernel's gradient is the mean of the inputs.
    let data = Dataset::new(vec![Sequence([[3.0], [0.0], [0.0]])], vec![Vector::new([1.0])]).unwrap();
    let model = Model::<Sequence<3, 1>, (Conv1d<1, 1, 1>, GlobalMaxPool)>::new(1);
    let mut model = model.layers(|net| net.0.kernel.initializer = taut::initializers::Zeros.into()).compile(
        Sgd::new(1.0),
        MeanSquaredError,
        (),
    );
    model.fit(&data, Fit { epochs: 1, verbose: Verbose::Silent, ..Fit::default() }).unwrap();
    assert_eq!(model.net().0.kernel[0][0], 2.0);
    let image = Image([[[5.0, 1.0], [5.0, 2.0]], [[4.0, 3.0], [5.0, 3.0]]]);
    let mut dx = [Vector::new([6.0, 8.0])];
    let (mut cache, random) = (Default::default(), rand::SeedableRng::seed_from_u64(1));
    let (mut context, options) = (taut::Context::training(random), Default::default());
    taut::Train::forward(&GlobalMaxPool, &options, &[image], &mut cache, &mut context);
    let mut step = taut::Step::none();
    let x = &[image];
    let dx = taut::Train::backward(
        &mut GlobalMaxPool,
        &options,
        x,
        &mut dx,
        &mut cache,
        &mut GlobalMaxPool,
        &mut step,
        &mut context,
    );
    assert_eq!(dx[0], Image([[[2.0, 0.0], [2.0, 0.0]], [[0.0, 4.0], [2.0, 4.0]]]));
}
