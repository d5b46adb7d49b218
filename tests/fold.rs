//! What batch normalization folds into, and that outputs stay what they are.
#![cfg(feature = "train")]

use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};
use taut::FoldValues;
use taut::Train;
use taut::memory::boxed;
use taut::{layers::*, prelude::*};

fn numbers(seed: u64, least: f32, most: f32) -> impl FnMut() -> f32 {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    move || random.random_range(least..most)
}

/// A model whose moving variances are from 0.1 to 2, and all else from -1 to 1.
fn model<X: Sample, N: Train<X>>() -> Model<X, N> {
    let mut model = Model::<X, N>::new(1);
    let (mut any, mut positive) = (numbers(2, -1.0, 1.0), numbers(3, 0.1, 2.0));
    N::visit(&N::Options::default(), [model.net_mut()], &mut |tensor, _, [w]| {
        let variance = tensor.name == "moving_variance";
        w.iter_mut().for_each(|w| *w = if variance { positive() } else { any() });
    });
    model
}

/// Whether both give the same, by one sample and by a batch.
fn assert_same<X: Sample, N: Train<X>, M: Train<X> + Layer<X, Y = N::Y>>(one: &Model<X, N>, other: &Model<X, M>) {
    let mut next = numbers(4, -2.0, 2.0);
    let mut x = vec![X::ZERO; 20];
    x.iter_mut().flat_map(|x| x.values_mut()).for_each(|x| *x = next());
    for (x, batched) in x.iter().zip(other.predict_batch(&x)) {
        for y in [other.predict(x), batched] {
            let expected = one.predict(x);
            let off = expected.values().iter().zip(y.values()).map(|(a, b)| (a - b).abs() / a.abs().max(1.0));
            let off = off.fold(0.0, f32::max);
            assert!(off <= 1e-5, "{one:?} and {other:?} differ by {off}");
        }
    }
}

fn check<X: Sample, N, M>()
where
    N: Train<X> + FoldValues<As<taut::fold::False, taut::fold::False> = M>,
    M: Train<X> + Layer<X, Y = N::Y>,
{
    let model = model::<X, N>();
    assert_same(&model, &model.fold());
}

macro_rules! folds { ($($from:ty, $x:ty => $to:ty;)*) => { $(check::<$x, $from, $to>();)* } }

#[test]
fn the_types_and_the_outputs() {
    type Own = Residual<Residual<(Tanh, BatchNorm<3>)>>;
    folds! {
        (Dense<5, 3>, BatchNorm<3>), Vector<5> => (Dense<5, 3>, Linear);
        (Dense<5, 3, NoBias>, BatchNorm<3>, Relu), Vector<5> => (Dense<5, 3>, Linear, Relu);
        // Nothing to take up, or nothing to take it up.
        (Dense<5, 3, NoBias>, Relu), Vector<5> => (Dense<5, 3, NoBias>, Relu);
        (BatchNorm<5>, Dense<5, 3>), Vector<5> => (BatchNorm<5>, Dense<5, 3>);
        (Dense<5, 3, NoBias>, Relu, BatchNorm<3>), Vector<5> => (Dense<5, 3, NoBias>, Relu, BatchNorm<3>);
        (Dense<5, 3>, BatchNorm<3>, BatchNorm<3>), Vector<5> => (Dense<5, 3>, Linear, BatchNorm<3>);
        BatchNorm<2>, Image<2, 3, 2> => BatchNorm<2>;
        Dense<5, 3, NoBias>, Vector<5> => Dense<5, 3, NoBias>;
        // Tuples count as one after another.
        ((Dense<5, 4, NoBias>, BatchNorm<4>), (Relu, Dense<4, 3>, BatchNorm<3>)), Vector<5>
            => ((Dense<5, 4>, Linear), (Relu, Dense<4, 3>, Linear));
        (Dense<5, 4, NoBias>, (BatchNorm<4>, Relu)), Vector<5> => (Dense<5, 4>, (Linear, Relu));
        ((Tanh, (Dense<5, 4, NoBias>,)), ((BatchNorm<4>,),)), Vector<5> => ((Tanh, (Dense<5, 4>,)), ((Linear,),));
        // What is added to an input, or laid beside another, is a network by itself.
        (Dense<5, 3>, Own, BatchNorm<3>), Vector<5> => (Dense<5, 3>, Own, BatchNorm<3>);
        (Dense<5, 3>, Residual<(BatchNorm<3>, Dense<3, 3, NoBias>, BatchNorm<3>)>), Vector<5>
            => (Dense<5, 3>, Residual<(BatchNorm<3>, Dense<3, 3>, Linear)>);
        Parallel<(Dense<5, 3, NoBias>, BatchNorm<3>), (PRelu<5>, BatchNorm<5>)>, Vector<5>
            => Parallel<(Dense<5, 3>, Linear), (PRelu<5>, BatchNorm<5>)>;
        // Convolutions, whose channels lie in different places.
        (Conv2d<2, 3, 3>, BatchNorm<3>, Relu), Image<5, 4, 2> => (Conv2d<2, 3, 3>, Linear, Relu);
        (Conv2d<2, 3, 2, Same<2>, NoBias>, BatchNorm<3>), Image<5, 4, 2> => (Conv2d<2, 3, 2, Same<2>>, Linear);
        (Conv1d<2, 3, 2, Valid, NoBias>, BatchNorm<3>, Conv1d<3, 2, 2>, BatchNorm<2>), Sequence<5, 2>
            => (Conv1d<2, 3, 2>, Linear, Conv1d<3, 2, 2>, Linear);
        (DepthwiseConv2d<3, 2, Valid, NoBias>, BatchNorm<3>, DepthwiseConv2d<3, 2>, BatchNorm<3>), Image<4, 4, 3>
            => (DepthwiseConv2d<3, 2>, Linear, DepthwiseConv2d<3, 2>, Linear);
        (GroupedConv2d<2, 2, 6, 3>, BatchNorm<6>), Image<4, 4, 4> => (GroupedConv2d<2, 2, 6, 3>, Linear);
        (Conv2dTranspose<3, 2, 3, Same<2>>, BatchNorm<2>), Image<3, 2, 3> => (Conv2dTranspose<3, 2, 3, Same<2>>, Linear);
        (SeparableConv2d<3, 4, 2>, BatchNorm<4>), Image<3, 4, 3> => ((DepthwiseConv2d<3, 2, Valid, NoBias>, Conv2d<3, 4, 1>), Linear);
        // Steps, each by itself.
        (TimeDistributed<(Dense<2, 3>, BatchNorm<3>, Relu, Dense<3, 4, NoBias>)>, BatchNorm<4>, Bidirectional<Gru<4, 2>>), Sequence<3, 2>
            => (TimeDistributed<(Dense<2, 3>, Linear, Relu, Dense<3, 4>)>, Linear, Bidirectional<Gru<4, 2>>);
        (Flatten, Dense<12, 3, NoBias>, BatchNorm<3>, Reshape<Vector<3>, Image<1, 3, 1>>), Image<2, 3, 2>
            => (Flatten, Dense<12, 3>, Linear, Reshape<Vector<3>, Image<1, 3, 1>>);
        // Convolutions: the channels of the output are the kernel's last axis, and of a transposed one the last but
        // one.
        (Conv2d<2, 3, 3, Same<2>>, BatchNorm<3>), Image<5, 4, 2> => (Conv2d<2, 3, 3, Same<2>>, Linear);
        (Conv2d<2, 3, 2, Valid, NoBias, 3>, BatchNorm<3>), Image<5, 4, 2> => (Conv2d<2, 3, 2, Valid, Bias, 3>, Linear);
        (DepthwiseConv2d<3, 3, Same>, BatchNorm<3>), Image<5, 4, 3> => (DepthwiseConv2d<3, 3, Same>, Linear);
        (DepthwiseConv2d<3, 3, Valid, NoBias>, BatchNorm<3>, Conv2d<3, 2, 1, Valid, NoBias>, BatchNorm<2>), Image<5, 4, 3>
            => (DepthwiseConv2d<3, 3>, Linear, Conv2d<3, 2, 1>, Linear);
        (SeparableConv2d<3, 4, 3, Same>, BatchNorm<4>), Image<5, 4, 3> => (SeparableConv2d<3, 4, 3, Same>, Linear);
        (GroupedConv2d<2, 2, 6, 3>, BatchNorm<6>), Image<5, 4, 4> => (GroupedConv2d<2, 2, 6, 3>, Linear);
        (Conv2dTranspose<2, 3, 3, Same<2>>, BatchNorm<3>), Image<3, 2, 2> => (Conv2dTranspose<2, 3, 3, Same<2>>, Linear);
        (Conv1d<2, 3, 3>, BatchNorm<3>, Conv1d<3, 2, 2, Valid, NoBias>, BatchNorm<2>), Sequence<7, 2>
            => (Conv1d<2, 3, 3>, Linear, Conv1d<3, 2, 2>, Linear);
        (TimeDistributed<(Tanh, Dense<2, 3, NoBias>)>, BatchNorm<3>), Sequence<4, 2>
            => (TimeDistributed<(Tanh, Dense<2, 3>)>, Linear);
        // A block of a ResNet whose input is projected.
        Residual<(Conv2d<2, 3, 3, Same<2>, NoBias>, BatchNorm<3>, Relu, Conv2d<3, 3, 3, Same>, BatchNorm<3>), (Conv2d<2, 3, 1, Same<2>, NoBias>, BatchNorm<3>)>,
            Image<5, 4, 2> => Residual<(Conv2d<2, 3, 3, Same<2>>, Linear, Relu, Conv2d<3, 3, 3, Same>, Linear), (Conv2d<2, 3, 1, Same<2>>, Linear)>;
    }
}

type Net = (Dense<2, 8, NoBias>, BatchNorm<8>, Relu, Dense<8, 2>, Softmax);
type Deployed = Folded<Net>;

fn xor() -> Dataset<Vector<2>, Class<2>> {
    let x = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]].map(Vector::new).repeat(8);
    let y = x.iter().filter_map(|x| Class::new((x.0[0] != x.0[1]) as usize)).collect();
    Dataset::new(x, y).unwrap()
}

fn trained() -> Model<Vector<2>, Net> {
    let optimizer = Adam { learning_rate: 0.02, ..Adam::default() };
    let model = Model::<Vector<2>, Net>::new(3).layers(|net| net.1.momentum = 0.9);
    let mut model = model.compile(optimizer, SparseCategoricalCrossentropy, Accuracy);
    model.fit(&xor(), Fit { epochs: 100, verbose: Verbose::Silent, ..Fit::default() }).unwrap();
    assert_eq!(model.evaluate(&xor()).unwrap().get(Accuracy), 1.0);
    let folder = tempfile::tempdir().unwrap();
    model.save(folder.path().join("net.taut")).unwrap();
    Model::load(folder.path().join("net.taut")).unwrap()
}

#[test]
fn after_training_it_is_saved_loaded_evaluated_and_quantized() {
    let (model, data) = (trained(), xor());
    assert!(model.net().1.moving_mean.amax() > 0.1 && (model.net().1.moving_variance.add_scalar(-1.0)).amax() > 0.1);
    let folded = model.fold();
    assert_same(&model, &folded);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("folded.taut");
    folded.save(&path).unwrap();
    let loaded = Model::<Vector<2>, Deployed>::load(&path).unwrap();
    assert_same(&model, &loaded);
    let text = Model::<Vector<2>, Net>::load(&path).unwrap_err().to_string();
    assert!(text.ends_with("received: (Dense<2, 8>, Relu, Dense<8, 2>, Softmax)"), "{text}");

    let loaded = loaded.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    assert_eq!(loaded.evaluate(&data).unwrap().get(Accuracy), 1.0);
    let small = quantize(&loaded, &data.x).unwrap();
    assert_eq!(small.evaluate(&data, Accuracy).unwrap().get(Accuracy), 1.0);
}

taut::embed! { static XOR: Deployed = "fixtures/folded.taut"; }

#[test]
fn it_is_embedded() {
    let mut scratch = Budget::<Vector<2>, Deployed>::scratch();
    for (x, class) in xor().x.iter().zip(xor().y) {
        assert_eq!(XOR.predict(x, &mut scratch).argmax(), class.index());
    }
}

#[test]
#[ignore = "for when the format changes: cargo test --test fold -- --ignored"]
fn write_checkpoint() {
    trained().fold().save("tests/fixtures/folded.taut").unwrap();
}

#[test]
fn a_large_network_is_folded_on_a_small_stack() {
    let work = || {
        type Net = (Dense<1024, 1024, NoBias>, BatchNorm<1024>, Dense<1024, 1024>, BatchNorm<1024>);
        let mut net = boxed::<Net>();
        net.1.gamma.fill(2.0);
        net.1.moving_variance.fill(1.0 - 1e-3);
        net.0.kernel[5] = 3.0;
        (net.2.bias[7], net.3.beta[7]) = (1.0, 4.0);
        let folded = taut::fold::fold(&*net);
        assert!((folded.0.kernel[5] - 6.0).abs() < 1e-6);
        assert_eq!((folded.2.bias[7], Deployed::PARAMS), (4.0, 42));
    };
    std::thread::Builder::new().stack_size(128 * 1024).spawn(work).unwrap().join().unwrap();
}
