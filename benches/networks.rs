//! Training steps and predictions of whole networks, on made-up images.
//!
//! `cargo bench`; the throughput is in samples.

mod common;

use common::{Clothes, Net1, Net2, Net3, Regularized, images, regularize};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use taut::losses::Fits;
use taut::prelude::*;
use taut::{ClassProbabilities, Train};

fn train<N: Train<Clothes, Y = Vector<10>>>(c: &mut Criterion, name: &str, options: impl Fn(&mut N::Options))
where
    SparseCategoricalCrossentropy: Fits<ClassProbabilities, N::Kind>,
{
    let data = images(3000);
    let mut group = c.benchmark_group("train");
    group.throughput(Throughput::Elements(data.len() as u64)).sample_size(20);
    for batch_size in [30, 128] {
        let fresh = || {
            let model = Model::<Clothes, N>::new(1).layers(&options);
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
    train::<Regularized>(c, "784-64-10 regularized", regularize);
}

fn predict<N: Train<Clothes, Y = Vector<10>>>(c: &mut Criterion, name: &str) {
    let data = images(1024);
    let model = Model::<Clothes, N>::new(1);
    let mut group = c.benchmark_group("predict");
    group.throughput(Throughput::Elements(1));
    group.bench_function(format!("{name}/one"), |b| {
        let mut scratch = taut::memory::boxed::<N::Scratch>();
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
