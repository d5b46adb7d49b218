//! Training steps and predictions of whole networks, on made-up images.
//!
//! `cargo bench`; the throughput is in samples.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use taut::prelude::*;
use taut::train::Train;

type Clothes = Image<28, 28, 1>;
type Net1 = (Flatten, Dense<784, 10>, Softmax);
type Net2 = (Flatten, Dense<784, 64>, Relu, Dense<64, 10>, Softmax);
type Net3 = (Flatten, Dense<784, 128>, Relu, Dense<128, 64>, Relu, Dense<64, 10>, Softmax);
type Regularized = (Flatten, Dense<784, 64>, Relu, Dropout<50>, Dense<64, 10>, Softmax);

fn images(n: usize) -> Dataset<Clothes, Class<10>> {
    let mut x = taut::params::zeros::<Clothes>(n);
    for (i, pixel) in x.iter_mut().flat_map(|x| x.values_mut()).enumerate() {
        *pixel = (i * 7919 % 1009) as f32 / 1009.0;
    }
    let y = (0..n).map(|i| Class::new(i * 31 % 10).unwrap()).collect();
    Dataset::new(x, y).unwrap()
}

fn train<N: Train<Clothes, Y = Vector<10>>>(c: &mut Criterion, name: &str, plan: impl Fn(&mut N::Plan)) {
    let data = images(3000);
    let mut group = c.benchmark_group("train");
    group.throughput(Throughput::Elements(data.len() as u64)).sample_size(20);
    for batch_size in [30, 128] {
        let fresh = || {
            let model = Model::<Clothes, N>::new(1).layers(&plan);
            model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy)
        };
        let fit = Fit { batch_size, verbose: Verbose::Silent, ..Fit::default() };
        group.bench_function(format!("{name}/{batch_size}"), |b| {
            b.iter_batched_ref(fresh, |model| model.fit(&data, fit).unwrap(), BatchSize::LargeInput);
        });
    }
}

fn training(c: &mut Criterion) {
    train::<Net1>(c, "784-10", |_| ());
    train::<Net2>(c, "784-64-10", |_| ());
    train::<Net3>(c, "784-128-64-10", |_| ());
    train::<Regularized>(c, "784-64-10 regularized", |net| {
        net.1.kernel.regularizer = L2(0.01).into();
        net.1.activity_regularizer = L1(0.01).into();
        net.1.kernel.constraint = MaxNorm(2.0).into();
    });
}

fn predict<N: Train<Clothes, Y = Vector<10>>>(c: &mut Criterion, name: &str) {
    let data = images(1024);
    let model = Model::<Clothes, N>::new(1);
    let mut group = c.benchmark_group("predict");
    group.throughput(Throughput::Elements(1));
    group.bench_function(format!("{name}/one"), |b| {
        let mut scratch = taut::params::boxed::<N::Work>();
        b.iter(|| model.net().predict(black_box(&data.x[0]), &mut scratch).0[0]);
    });
    group.throughput(Throughput::Elements(data.len() as u64));
    group.bench_function(format!("{name}/1024"), |b| b.iter(|| model.predict_batch(black_box(&data.x))));
}

fn prediction(c: &mut Criterion) {
    predict::<Net1>(c, "784-10");
    predict::<Net2>(c, "784-64-10");
    predict::<Net3>(c, "784-128-64-10");
}

criterion_group!(benches, training, prediction);
criterion_main!(benches);
