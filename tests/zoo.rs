//! The networks of the zoo: in debug builds on a small stack, and equal to Keras as wholes.
#![cfg(feature = "train")]

use serde_json::Value;
use taut::prelude::*;
use taut::zoo::{Autoencoder, DsCnn, LeNet5, MobileNet, ResNet8};
use taut::{ClassProbabilities, Fits, Train};

fn fixture() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/networks.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Number `i` of a series that the script makes as well: from -1 to 1, exact in `f32`.
fn number(i: usize) -> f32 {
    (i * 7919 % 2003) as f32 / 1024.0 - 0.978
}

/// Parameters as the script sets them: kernels of a size at which activations neither vanish nor explode, gains and
/// variances near 1.
fn model<X: Sample, N: Train<X>>() -> Model<X, N> {
    let mut model = Model::<X, N>::new(1);
    let mut first = 0;
    N::visit(&N::Options::default(), [model.net_mut()], &mut |tensor, _, [w]| {
        let fan: usize = match tensor.shape {
            [rest @ .., _] if tensor.name == "kernel" && tensor.layer.contains("Depthwise") => {
                rest[..2].iter().product()
            }
            [rest @ .., _] => rest.iter().product(),
            [] => 1,
        };
        for (i, w) in w.iter_mut().enumerate() {
            let x = number(first + i);
            *w = match tensor.name {
                "kernel" => x * (6.0 / fan as f32).sqrt(),
                "gamma" | "moving_variance" => 1.0 + 0.25 * x,
                _ => 0.125 * x,
            };
        }
        first += w.len();
    });
    model
}

fn check<X: Sample, N: Train<X> + taut::FoldValues>(name: &str)
where
    Folded<N>: Train<X> + Layer<X, Y = N::Y>,
{
    let row = &fixture()[name];
    let expected: Vec<f32> = row.as_array().unwrap().iter().map(|y| y.as_f64().unwrap() as f32).collect();
    let model = model::<X, N>();
    let folded = model.fold();
    let mut inputs = taut::memory::zeros::<X>(2);
    for (sample, x) in inputs.iter_mut().enumerate() {
        x.values_mut().iter_mut().enumerate().for_each(|(i, x)| *x = number(3 * i * i + 1) + sample as f32);
    }
    let batch = model.predict_batch(&inputs);
    for (i, (x, expected)) in inputs.iter().zip(expected.chunks(N::Y::LEN)).enumerate() {
        for (how, y) in [("in a batch", batch[i]), ("alone", model.predict(x)), ("folded", folded.predict(x))] {
            for (y, expected) in y.values().iter().zip(expected) {
                assert!(
                    (y - expected).abs() <= 1e-4 * expected.abs().max(0.01),
                    "{name} {how}, sample {i}: {y} for {expected}"
                );
            }
        }
        // So that the outputs tell something: of classes, and of inputs.
        assert!(expected.iter().any(|y| (y - expected[0]).abs() > 1e-2), "{name}: {expected:?}");
        assert!(i == 0 || (expected[0] - batch[0].values()[0]).abs() > 5e-4, "{name}: {expected:?}");
    }
}

/// Trains two steps, and predicts.
fn train<X: Sample, N: Train<X, Y = Vector<C>>, const C: usize>()
where
    SparseCategoricalCrossentropy: Fits<ClassProbabilities, N::Kind>,
{
    let mut x = taut::memory::zeros::<X>(4);
    x.iter_mut().flat_map(|x| x.values_mut()).enumerate().for_each(|(i, x)| *x = number(i));
    let y = (0..4).map(|i| Class::<C>::new(i % C).unwrap()).collect();
    let data = Dataset::new(x, y).unwrap();
    let mut model = Model::<X, N>::new(2).compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    let fit = Fit { epochs: 2, batch_size: 2, verbose: Verbose::Silent, ..Fit::default() };
    let history = model.fit(&data, fit).unwrap();
    assert!(history.get(TrainingLoss).iter().all(|loss| loss.is_finite()));
    assert!(model.predict(&data.x[0]).values().iter().all(|y| y.is_finite()));
}

fn on_a_small_stack(work: fn()) {
    std::thread::Builder::new().stack_size(256 * 1024).spawn(work).unwrap().join().unwrap();
}

#[test]
fn they_compute_what_keras_does() {
    on_a_small_stack(|| {
        check::<Vector<640>, Autoencoder>("autoencoder");
        check::<Image<49, 10, 1>, DsCnn>("ds_cnn");
        check::<Image<32, 32, 3>, ResNet8>("resnet8");
        check::<Image<96, 96, 3>, MobileNet>("mobilenet");
    });
}

#[test]
fn they_train_on_a_small_stack() {
    on_a_small_stack(|| {
        train::<Image<28, 28, 1>, LeNet5, 10>();
        train::<Image<49, 10, 1>, DsCnn, 12>();
        train::<Image<32, 32, 3>, ResNet8, 10>();
        train::<Image<96, 96, 3>, MobileNet, 2>();
    });
}
