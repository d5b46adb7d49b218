//! The products of a dense layer for a batch: forward, the gradients of its parameters, the gradient of its input.

use crate::kernels::dispatch::simd;
use crate::kernels::elementwise::add_scaled;
use crate::kernels::infer::{is_narrow, uses_dots};
use crate::kernels::product::{Product, Strategy, product};
use crate::kernels::sums::dot;
use crate::kernels::update::Update;

/// y\[b] = bias + Σ_i w\[i]·x\[b]\[i].
///
/// - `w`: for each of `I` inputs, its weights in the `O` outputs; `x`, `y`: the samples, and as many outputs.
///
/// # Panics
/// If there are not as many outputs as samples.
///
/// ```
/// let w = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
/// let (x, mut y) = ([[1.0, 10.0], [0.0, 1.0]], [[0.0; 3]; 2]);
/// taut::kernels::forward(&w, None, &x, &mut y);
/// assert_eq!(y, [[41.0, 52.0, 63.0], [4.0, 5.0, 6.0]]);
/// ```
pub fn forward<const I: usize, const O: usize>(
    w: &[[f32; O]; I],
    bias: Option<&[f32; O]>,
    x: &[[f32; I]],
    y: &mut [[f32; O]],
) {
    assert!(x.len() == y.len(), "one output a sample");
    if O == 1 {
        for (x, y) in x.iter().zip(y) {
            y[0] = bias.map_or(0.0, |bias| bias[0]) + dot(w.as_flattened(), x);
        }
        return;
    }
    let of = Product {
        strategy: if uses_dots(O) { Strategy::Dots } else { Strategy::Panels },
        rows: x.len(),
        columns: O,
        depth: I,
        a: x.as_flattened(),
        a_row: I,
        a_step: 1,
        b: w.as_flattened(),
        stride: O,
        transposed: false,
        bias: bias.map(|bias| bias.as_slice()),
    };
    product(&of, y.as_flattened_mut(), None);
}

/// As [`forward`], with sizes known at run time; gives the bits of `infer_of`.
pub fn forward_of((inputs, outputs): (usize, usize), w: &[f32], bias: Option<&[f32]>, x: &[f32], y: &mut [f32]) {
    let samples = y.len() / outputs.max(1);
    let x = Matrix { values: x, stride: inputs, transposed: false };
    multiply((samples, outputs, inputs), x, Matrix { values: w, stride: outputs, transposed: false }, bias, y);
}

/// A factor of [`multiply`].
#[derive(Clone, Copy)]
pub struct Matrix<'a> {
    /// Numbers that begin with the matrix.
    pub values: &'a [f32],
    /// Floats from one row to the next or, if it is `transposed`, from one column to the next.
    pub stride: usize,
    /// Whether the matrix is stored column by column.
    pub transposed: bool,
}

/// c (rows × columns) = bias + a (rows × depth) · b (depth × columns). If there is a bias, the first factor must not be
/// transposed.
pub fn multiply(
    (rows, columns, depth): (usize, usize, usize),
    a: Matrix,
    b: Matrix,
    bias: Option<&[f32]>,
    c: &mut [f32],
) {
    assert!(bias.is_none() || !a.transposed, "a bias needs a first factor that is not transposed");
    let (strategy, a_row, a_step) =
        if a.transposed { (Strategy::Bands, 1, a.stride) } else { (Strategy::Panels, a.stride, 1) };
    let Matrix { values: b, stride, transposed } = b;
    product(
        &Product { strategy, rows, columns, depth, a: a.values, a_row, a_step, b, stride, transposed, bias },
        c,
        None,
    );
}

/// dw\[i] = Σ_b dy\[b]·x\[b]\[i].
///
/// ```
/// let (x, dy) = ([[1.0, 10.0], [2.0, 20.0]], [[1.0, 0.0, 0.0], [0.0, 1.0, -1.0]]);
/// let mut dw = [[0.0; 3]; 2];
/// taut::kernels::weight_gradient(&x, &dy, &mut dw);
/// assert_eq!(dw, [[1.0, 2.0, -2.0], [10.0, 20.0, -20.0]]);
/// ```
pub fn weight_gradient<const I: usize, const O: usize>(x: &[[f32; I]], dy: &[[f32; O]], dw: &mut [[f32; O]; I]) {
    weight_gradient_and_update(x, dy, dw, None);
}

/// As [`weight_gradient`]. If there is an `update`, it gets each part of the gradient while that is in the cache, so
/// that the gradient need not travel to memory; `dw` then holds arbitrary values afterwards.
pub fn weight_gradient_and_update<const I: usize, const O: usize>(
    x: &[[f32; I]],
    dy: &[[f32; O]],
    dw: &mut [[f32; O]; I],
    update: Option<Update>,
) {
    assert!(x.len() == dy.len(), "one gradient a sample");
    weight_product((I, O), x.len(), x.as_flattened(), dy.as_flattened(), dw.as_flattened_mut(), update);
}

/// As [`weight_gradient`], with sizes known at run time.
pub fn weight_gradient_of((inputs, outputs): (usize, usize), x: &[f32], dy: &[f32], dw: &mut [f32]) {
    weight_product((inputs, outputs), dy.len() / outputs.max(1), x, dy, dw, None);
}

fn weight_product(
    (inputs, outputs): (usize, usize),
    samples: usize,
    x: &[f32],
    dy: &[f32],
    dw: &mut [f32],
    update: Option<Update>,
) {
    // Vectors run along the outputs or, if that would leave many lanes empty, along the inputs.
    let along_inputs = outputs == 1 || is_narrow(outputs);
    let (strategy, a, b) = match along_inputs {
        true => (Strategy::TransposedBands, (dy, outputs), (x, inputs)),
        false => (Strategy::Bands, (x, inputs), (dy, outputs)),
    };
    let of = Product {
        strategy,
        rows: a.1,
        columns: b.1,
        depth: samples,
        a: a.0,
        a_row: 1,
        a_step: a.1,
        b: b.0,
        stride: b.1,
        transposed: false,
        bias: None,
    };
    product(&of, dw, update);
}

/// dx\[b]\[i] = Σ_o w\[i]\[o]·dy\[b]\[o].
///
/// # Panics
/// If there are not as many gradients of inputs as of outputs.
///
/// ```
/// let (w, dy) = ([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[1.0, 0.0, 0.0], [0.0, 1.0, -1.0]]);
/// let mut dx = [[0.0; 2]; 2];
/// taut::kernels::input_gradient(&w, &dy, &mut dx);
/// assert_eq!(dx, [[1.0, 4.0], [-1.0, -1.0]]);
/// ```
pub fn input_gradient<const I: usize, const O: usize>(w: &[[f32; O]; I], dy: &[[f32; O]], dx: &mut [[f32; I]]) {
    assert!(dx.len() == dy.len(), "one gradient a sample");
    input_product((I, O), dy.len(), w.as_flattened(), dy.as_flattened(), dx.as_flattened_mut());
}

/// As [`input_gradient`], with sizes known at run time.
pub fn input_gradient_of((inputs, outputs): (usize, usize), w: &[f32], dy: &[f32], dx: &mut [f32]) {
    input_product((inputs, outputs), dy.len() / outputs.max(1), w, dy, dx);
}

fn input_product((inputs, outputs): (usize, usize), samples: usize, w: &[f32], dy: &[f32], dx: &mut [f32]) {
    // Either the weights are transposed, or both gradients.
    let of = if outputs >= 128 && inputs >= 32 && samples * (outputs + inputs) < outputs * inputs {
        Product {
            strategy: Strategy::TransposedBands,
            rows: inputs,
            columns: samples,
            depth: outputs,
            a: w,
            a_row: outputs,
            a_step: 1,
            b: dy,
            stride: outputs,
            transposed: true,
            bias: None,
        }
    } else {
        Product {
            strategy: Strategy::Panels,
            rows: samples,
            columns: inputs,
            depth: outputs,
            a: dy,
            a_row: outputs,
            a_step: 1,
            b: w,
            // The weights of a single output are a row as well as a column.
            stride: if outputs > 1 { outputs } else { inputs },
            transposed: outputs > 1,
            bias: None,
        }
    };
    product(&of, dx, None);
}

simd! {
    /// db = Σ_b dy\[b].
    ///
    /// ```
    /// let mut db = [0.0; 3];
    /// taut::kernels::bias_gradient(&[[1.0, 0.0, 0.0], [0.0, 1.0, -1.0]], &mut db);
    /// assert_eq!(db, [1.0, 1.0, -1.0]);
    /// ```
    pub fn bias_gradient<const O>(dy: &[[f32; O]], db: &mut [f32; O]) {
        db.fill(0.0);
        for dy in dy {
            for (db, dy) in db.iter_mut().zip(dy) {
                *db += dy;
            }
        }
    }
}

/// As [`bias_gradient`], with sizes known at run time.
pub fn bias_gradient_of(dy: &[f32], db: &mut [f32]) {
    db.fill(0.0);
    for dy in dy.chunks_exact(db.len().max(1)) {
        add_scaled(db, 1.0, dy);
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use crate::kernels::infer::{infer, infer_of};
    use crate::kernels::simd::with_each_set;
    use crate::kernels::testing::{Guarded, numbers, rows};
    use crate::kernels::update::MAX_MOMENTS;
    use std::vec;

    fn assert_near<const N: usize>(what: &str, got: &[[f32; N]], want: impl Fn(usize, usize) -> f64) {
        for (i, row) in got.iter().enumerate() {
            for (j, got) in row.iter().enumerate() {
                let want = want(i, j);
                assert!((f64::from(*got) - want).abs() < 2e-5, "{what}[{i}][{j}]: {got} for {want}");
            }
        }
    }

    fn check<const I: usize, const O: usize>() {
        let [w, bias] = [(I * O, 1), (O, 2)].map(|(n, seed)| Guarded::of(&numbers(n, seed)));
        let w: &[[f32; O]; I] = w.as_chunks().0.try_into().unwrap();
        let f = |x: f32| f64::from(x);
        for batch in [0, 1, 5, 30, 33] {
            let [x, dy] = [(I * batch, 3), (O * batch, 4)].map(|(n, seed)| Guarded::of(&numbers(n, seed)));
            let (x, dy) = (x.as_chunks::<I>().0, dy.as_chunks::<O>().0);
            for bias in [None, Some(bias.first_chunk::<O>().unwrap())] {
                let sum = |b: usize, o: usize| {
                    bias.map_or(0.0, |bias| f(bias[o])) + (0..I).map(|i| f(w[i][o]) * f(x[b][i])).sum::<f64>()
                };
                let mut y = vec![[f32::NAN; O]; batch];
                forward(w, bias, x, &mut y);
                assert_near("y", &y, sum);
                for b in 0..batch {
                    let mut one = [[f32::NAN; O]];
                    infer(w, bias, &x[b], &mut one[0]);
                    assert_eq!(one[0], y[b], "infer and forward differ in their bits");
                }
                let (w, bias) = (w.as_flattened(), bias.map(|bias| &bias[..]));
                forward_of((I, O), w, bias, x.as_flattened(), y.as_flattened_mut());
                assert_near("y of any size", &y, sum);
                for b in 0..batch {
                    let mut one = [[f32::NAN; O]];
                    infer_of(w, bias, &x[b], &mut one[0]);
                    assert_eq!(one[0], y[b], "infer_of and forward_of differ in their bits");
                }
            }
            let mut dw = vec![[f32::NAN; O]; I];
            weight_gradient(x, dy, dw.as_mut_slice().try_into().unwrap());
            assert_near("dw", &dw, |i, o| (0..batch).map(|b| f(x[b][i]) * f(dy[b][o])).sum());
            let mut db = [[f32::NAN; O]];
            bias_gradient(dy, &mut db[0]);
            assert_near("db", &db, |_, o| (0..batch).map(|b| f(dy[b][o])).sum());
            let mut dx = vec![[f32::NAN; I]; batch];
            input_gradient(w, dy, &mut dx);
            assert_near("dx", &dx, |b, i| (0..O).map(|o| f(w[i][o]) * f(dy[b][o])).sum());
        }
    }

    #[test]
    fn an_update_sees_the_whole_gradient_in_parts() {
        fn check<const I: usize, const O: usize>(batch: usize) {
            let (x, dy) = (rows::<I>(batch, 1), rows::<O>(batch, 2));
            let (mut dw, mut scratch) = (vec![[f32::NAN; O]; I], vec![[f32::NAN; O]; I]);
            let mut w = vec![1.0; I * O];
            let mut moment = w.clone();
            weight_gradient(&x, &dy, dw.as_mut_slice().try_into().unwrap());
            let rule = |w: &mut [f32], g: &mut [f32], [m, none, ..]: [&mut [f32]; MAX_MOMENTS], _: &[usize]| {
                assert!(w.len() == g.len() && m.len() == g.len() && none.is_empty());
                w.iter_mut().zip(&mut *g).for_each(|(w, g)| *w += *g);
                m.iter_mut().zip(g).for_each(|(m, g)| *m -= *g);
            };
            let update = Update {
                w: &mut w,
                moments: [&mut moment, &mut [], &mut [], &mut [], &mut []],
                shape: &[],
                rule: &rule,
            };
            weight_gradient_and_update(&x, &dy, scratch.as_mut_slice().try_into().unwrap(), Some(update));
            for (i, g) in dw.into_flattened().into_iter().enumerate() {
                assert_eq!((w[i], moment[i]), (1.0 + g, 1.0 - g), "{I} × {O} by {batch} at {i}");
            }
        }
        check::<300, 64>(30);
        check::<100, 10>(30);
        check::<40, 1>(5);
        check::<40, 300>(300);
        check::<30, 600>(60);
        check::<50, 700>(128);
        // A row alone has more floats than an update gets at a time.
        check::<2, 7000>(1);
    }

    macro_rules! sizes {
        ($($inputs:literal)*) => {$(
            check::<$inputs, 1>();
            check::<$inputs, 3>();
            check::<$inputs, 8>();
            check::<$inputs, 10>();
            check::<$inputs, 17>();
            check::<$inputs, 64>();
            check::<$inputs, 65>();
            check::<$inputs, 100>();
        )*};
    }

    #[test]
    fn layers_of_any_size_equal_the_plain_sums() {
        with_each_set(|_| {
            sizes!(1 3 8 10 17 64 65 100);
            check::<300, 7>();
            check::<5, 140>();
        });
    }
}
