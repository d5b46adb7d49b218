//! Training steps and predictions of networks over sequences, on one thread and made-up data.
//!
//! `cargo bench --bench sequences`; `benches/versus/scripts/pytorch_sequences.py` measures the same in PyTorch.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use taut::zoo::{GruClassifier, TinyTransformer};
use taut::{ClassProbabilities, Input, losses::Fits, prelude::*};
use taut::{Train, with_threads};

/// Frames of keywords, as in MLPerf Tiny.
type Frames = Sequence<49, 10>;
type LstmClassifier = (Lstm<10, 64>, Dense<64, 12>, Softmax);

/// Steps in what is timed.
const STEPS: usize = 20;

fn bench<X: Input, N: Train<X, Y = Vector<C>>, const C: usize>(c: &mut Criterion, name: &str, sample: fn(usize) -> X)
where
    SparseCategoricalCrossentropy: Fits<ClassProbabilities, N::Kind>,
{
    let (x, y) = (0..32 * STEPS).map(|i| (sample(i), Class::<C>::new(i % C).unwrap())).unzip();
    let data = Dataset::new(x, y).unwrap();
    let mut group = c.benchmark_group(name);
    group.throughput(Throughput::Elements(STEPS as u64)).sample_size(30);
    let fresh = || Model::<X, N>::new(1).compile(Adam::default(), SparseCategoricalCrossentropy, ());
    let fit = Fit { batch_size: 32, threads: Some(1), verbose: Verbose::Silent, ..Fit::default() };
    group.bench_function("steps of 32", |b| {
        b.iter_batched_ref(fresh, |model| model.fit(&data, fit).unwrap(), BatchSize::LargeInput);
    });
    let model = Model::<X, N>::new(1);
    group.throughput(Throughput::Elements(1));
    group.bench_function("predict one", |b| {
        let mut scratch = taut::memory::boxed::<N::Scratch>();
        b.iter(|| with_threads(1, || model.net().predict(black_box(&data.x[0]), &mut scratch).as_array()[0]));
    });
}

fn frames(i: usize) -> Frames {
    let mut x = Frames::ZERO;
    x.values_mut().iter_mut().enumerate().for_each(|(j, x)| *x = ((i * 31 + j * 7919) % 1009) as f32 / 1009.0);
    x
}

fn sequences(c: &mut Criterion) {
    bench::<_, GruClassifier<10, 64, 12>, 12>(c, "gru", frames);
    bench::<_, LstmClassifier, 12>(c, "lstm", frames);
    bench::<_, TinyTransformer<32, 1000, 2>, 2>(c, "transformer", |i| {
        Tokens(std::array::from_fn(|j| ((i * 31 + j * 7919) % 1000) as u16))
    });
}

criterion_group!(benches, sequences);
criterion_main!(benches);
