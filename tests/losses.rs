//! Which losses fit which last layers. What does not compile stands in `tests/ui`.
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
