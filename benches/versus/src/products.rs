//! The products of a dense layer alone, by the libraries that have them: one thread, operands in the cache.
//!
//! For a batch of samples x, a kernel w and a gradient dy, all row by row: forward x·w, the kernel's gradient xᵀ·dy,
//! the input's gradient dy·wᵀ.

use crate::data::Random;
use crate::line::{Line, What};
use crate::peers::by_hand::{Matrix, Multiply};
use crate::peers::{faer, gemm, matrixmultiply, nalgebra, ndarray};
use ::nalgebra::SMatrix;
use cpu_time::ProcessTime;
use std::time::Duration;
use taut::kernels;

/// Who has products, in the order of the table.
pub const LIBRARIES: [&str; 7] = ["taut", "gemm", "faer", "matrixmultiply", "ndarray", "nalgebra", "nalgebra-static"];

const MULTIPLY: [(&str, Multiply); 5] = [
    ("gemm", gemm::multiply),
    ("faer", faer::multiply),
    ("matrixmultiply", matrixmultiply::multiply),
    ("ndarray", ndarray::multiply),
    ("nalgebra", nalgebra::multiply),
];

const KINDS: [&str; 3] = ["forward", "kernel gradient", "input gradient"];
const ROUNDS: usize = 5;
/// At least so long is a product repeated at a time.
const SLICE: Duration = Duration::from_millis(1);

/// All products by all libraries, in turns.
pub fn measure() -> Vec<Line> {
    // nalgebra's static matrices are copied to the stack where they are transposed: 16 MB each.
    let measured = std::thread::Builder::new().stack_size(1 << 28).spawn(all_shapes).expect("a thread");
    measured.join().expect("measurements that end")
}

fn all_shapes() -> Vec<Line> {
    let mut lines = vec![];
    shape::<784, 64, 1>(&mut lines);
    shape::<784, 64, 30>(&mut lines);
    shape::<784, 128, 30>(&mut lines);
    shape::<784, 128, 128>(&mut lines);
    shape::<784, 10, 30>(&mut lines);
    shape::<784, 17, 30>(&mut lines);
    shape::<128, 64, 30>(&mut lines);
    shape::<128, 64, 128>(&mut lines);
    shape::<64, 10, 30>(&mut lines);
    shape::<512, 512, 30>(&mut lines);
    // Layers that do not fit into the caches, and rows that lie a power of two apart beside such that do not.
    shape::<256, 256, 128>(&mut lines);
    shape::<264, 264, 128>(&mut lines);
    shape::<384, 384, 128>(&mut lines);
    shape::<504, 504, 128>(&mut lines);
    shape::<512, 512, 128>(&mut lines);
    shape::<520, 520, 128>(&mut lines);
    shape::<1000, 1000, 128>(&mut lines);
    shape::<1024, 1024, 128>(&mut lines);
    shape::<2048, 2048, 128>(&mut lines);
    shape::<512, 512, 512>(&mut lines);
    shape::<512, 512, 1024>(&mut lines);
    lines
}

fn shape<const I: usize, const O: usize, const B: usize>(lines: &mut Vec<Line>) {
    let mut random = Random::new(1);
    let (x, w, dy) = (random.numbers(B * I, 1.0), random.numbers(I * O, 1.0), random.numbers(B * O, 1.0));
    let (mut y, mut dw, mut dx) = (vec![0.0; B * O], vec![0.0; I * O], vec![0.0; B * I]);
    let [a, k, g] = [Matrix::new(&x, B, I), Matrix::new(&w, I, O), Matrix::new(&dy, B, O)];
    // nalgebra's matrices lie column by column: as they are in memory, these are the transposed ones.
    let (static_x, static_w, static_dy) = (fixed::<I, B>(&x), fixed::<O, I>(&w), fixed::<O, B>(&dy));
    let (mut static_y, mut static_dw, mut static_dx) = (fixed::<O, B>(&y), fixed::<O, I>(&dw), fixed::<I, B>(&dx));

    let start = lines.len();
    let kinds = if B == 1 { 1 } else { KINDS.len() };
    for (kind, name) in KINDS.iter().enumerate().take(kinds) {
        for _ in 0..ROUNDS {
            let mut add = |peer: &str, seconds: f64| {
                let line = Line {
                    what: What::Products,
                    peer: peer.into(),
                    network: format!("{name} {I}-{O}"),
                    batch: B,
                    threads: 1,
                    cpu_s: vec![seconds],
                    wall_s: vec![seconds],
                    ..Line::default()
                };
                match lines[start..].iter_mut().find(|other| other.is_like(&line)) {
                    Some(other) => other.take(line),
                    None => lines.push(line),
                }
            };
            add(
                "taut",
                seconds(|| {
                    taut::with_threads(1, || taut_product::<I, O>(kind, (&x, &w, &dy), (&mut y, &mut dw, &mut dx)))
                }),
            );
            for (peer, multiply) in MULTIPLY {
                add(
                    peer,
                    seconds(|| match kind {
                        0 => multiply(a, k, &mut y),
                        1 => multiply(a.transposed(), g, &mut dw),
                        _ => multiply(g, k.transposed(), &mut dx),
                    }),
                );
            }
            add(
                "nalgebra-static",
                seconds(|| match kind {
                    0 => static_y.gemm(1.0, &*static_w, &*static_x, 0.0),
                    1 => static_dw.gemm(1.0, &*static_dy, &static_x.transpose(), 0.0),
                    _ => static_dx.gemm(1.0, &static_w.transpose(), &*static_dy, 0.0),
                }),
            );
        }
    }
}

/// On the heap: a matrix of half a million floats does not belong on the stack.
fn fixed<const R: usize, const C: usize>(values: &[f32]) -> Box<SMatrix<f32, R, C>> {
    let mut matrix = taut::memory::boxed::<SMatrix<f32, R, C>>();
    matrix.copy_from_slice(values);
    matrix
}

type Operands<'a> = (&'a [f32], &'a [f32], &'a [f32]);
type Results<'a> = (&'a mut [f32], &'a mut [f32], &'a mut [f32]);

fn taut_product<const I: usize, const O: usize>(kind: usize, (x, w, dy): Operands, (y, dw, dx): Results) {
    let (x, w, dy) = (x.as_chunks::<I>().0, w.as_chunks::<O>().0.as_array().expect("I rows"), dy.as_chunks::<O>().0);
    match kind {
        0 => match (x, y.as_chunks_mut::<O>().0) {
            ([x], [y]) => kernels::infer(w, None, x, y),
            (x, y) => kernels::forward(w, None, x, y),
        },
        1 => kernels::weight_gradient(x, dy, dw.as_chunks_mut::<O>().0.as_mut_array().expect("I rows")),
        _ => kernels::input_gradient(w, dy, dx.as_chunks_mut::<I>().0),
    }
}

/// The mean time of a call: of the processor, on one thread.
fn seconds(mut f: impl FnMut()) -> f64 {
    let mut calls = 1;
    loop {
        let start = ProcessTime::now();
        (0..calls).for_each(|_| f());
        let taken = start.elapsed();
        if taken >= SLICE {
            return taken.as_secs_f64() / f64::from(calls);
        }
        calls *= 2;
    }
}
