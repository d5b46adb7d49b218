//! The kernels alone, each in data that its caches hold.
//!
//! `cargo bench --bench kernels`; the throughput of products is in floating point operations, of the others in numbers.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use taut::{__private, kernels};

fn numbers<const N: usize>(n: usize) -> Vec<[f32; N]> {
    (0..n).map(|i| std::array::from_fn(|j| ((i * 31 + j * 17) % 101) as f32 / 101.0 - 0.5)).collect()
}

fn matrix<const R: usize, const C: usize>() -> Box<[[f32; C]; R]> {
    numbers(R).into_boxed_slice().try_into().unwrap()
}

fn products<const I: usize, const O: usize>(c: &mut Criterion) {
    for batch in [30, 128] {
        let (x, dy, w, bias) = (numbers::<I>(batch), numbers::<O>(batch), matrix::<I, O>(), [0.5; O]);
        let (mut y, mut dx, mut dw) = (numbers::<O>(batch), numbers::<I>(batch), matrix::<I, O>());
        let mut group = c.benchmark_group(format!("{I}-{O}"));
        group.throughput(Throughput::Elements((2 * I * O * batch) as u64)).sample_size(20);
        taut::with_threads(1, || {
            group.bench_function(format!("forward/{batch}"), |b| {
                b.iter(|| kernels::forward(black_box(&w), Some(&bias), &x, &mut y))
            });
            group.bench_function(format!("weight_gradient/{batch}"), |b| {
                b.iter(|| kernels::weight_gradient(black_box(&x), &dy, &mut dw))
            });
            group.bench_function(format!("input_gradient/{batch}"), |b| {
                b.iter(|| kernels::input_gradient(black_box(&w), &dy, &mut dx))
            });
        });
    }
}

fn one_sample<const I: usize, const O: usize>(c: &mut Criterion) {
    let (x, w, bias, mut y) = (numbers::<I>(1), matrix::<I, O>(), [0.5; O], [0.0; O]);
    let mut group = c.benchmark_group(format!("{I}-{O}"));
    group.throughput(Throughput::Elements((2 * I * O) as u64));
    group.bench_function("infer", |b| b.iter(|| kernels::infer(&w, Some(&bias), black_box(&x[0]), &mut y)));
}

fn shapes(c: &mut Criterion) {
    products::<784, 64>(c);
    products::<784, 512>(c);
    products::<512, 512>(c);
    products::<128, 64>(c);
    products::<784, 10>(c);
    products::<784, 17>(c);
    products::<64, 10>(c);
    products::<17, 30>(c);
    one_sample::<784, 64>(c);
    one_sample::<784, 128>(c);
    one_sample::<784, 10>(c);
    one_sample::<64, 10>(c);
}

fn element_wise(c: &mut Criterion) {
    const N: usize = 4096;
    let x = numbers::<N>(1).remove(0);
    let mut y = [0.0; N];
    let mut group = c.benchmark_group("element-wise");
    group.throughput(Throughput::Elements(N as u64));
    macro_rules! maps { ($($name:ident)*) => {$(
        group.bench_function(stringify!($name), |b| b.iter(|| kernels::map(&kernels::$name, black_box(&x), &mut y)));
    )*} }
    maps!(exp exp_m1 ln ln_1p tanh sigmoid erf softplus sqrt);
    group.bench_function("sum_of_squares", |b| b.iter(|| kernels::sum_of_squares(black_box(&x))));
    group.bench_function("add_scaled", |b| b.iter(|| kernels::add_scaled(&mut y, 0.5, black_box(&x))));
    let (mut w, mut m, mut v) = (x, [0.01; N], [0.001; N]);
    group.bench_function("adam", |b| {
        b.iter(|| __private::kernels::adam(&mut w, black_box(&x), &mut m, &mut v, 1e-3, 0.9, 0.999, 1e-7))
    });
    let (logits, mut p) = (numbers::<10>(30), [0.0; 10]);
    group.throughput(Throughput::Elements(300));
    group.bench_function("softmax of 10", |b| {
        b.iter(|| black_box(&logits).iter().map(|z| __private::kernels::softmax_and_log_sum(z, &mut p)).sum::<f32>())
    });
}

criterion_group!(benches, shapes, element_wise);
criterion_main!(benches);
