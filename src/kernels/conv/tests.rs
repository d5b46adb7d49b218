//! Both directions and the gradient of the kernel, compared with the plain sums.

extern crate std;

use crate::kernels::conv::{convolve, convolve_input_gradient, infer_convolution, infer_transposed};
use crate::kernels::conv_gradient::convolve_weight_gradient;
use crate::kernels::convolution::{Convolution, Direction};
use crate::kernels::simd::with_each_set;
use crate::kernels::testing::{Guarded, numbers};
use crate::kernels::threads::with_threads;
use std::{format, vec};

/// Calls `f` for each product that is part of the sum: floats of w, x and y.
fn each(of: &Convolution, mut f: impl FnMut(usize, usize, usize)) {
    let (depth, columns) = (of.channels / of.groups, of.filters / of.groups);
    for (r, c) in (0..of.output[0]).flat_map(|r| (0..of.output[1]).map(move |c| (r, c))) {
        for (i, j) in (0..of.kernel[0]).flat_map(|i| (0..of.kernel[1]).map(move |j| (i, j))) {
            let row = (r * of.stride[0] + i * of.dilation[0]).wrapping_sub(of.padding[0]);
            let column = (c * of.stride[1] + j * of.dilation[1]).wrapping_sub(of.padding[1]);
            if row < of.input[0] && column < of.input[1] {
                for (k, o) in (0..depth).flat_map(|k| (0..of.filters).map(move |o| (k, o))) {
                    let w = ((i * of.kernel[1] + j) * depth + k) * of.filters + o;
                    let x = (row * of.input[1] + column) * of.channels + o / columns * depth + k;
                    f(w, x, (r * of.output[1] + c) * of.filters + o);
                }
            }
        }
    }
}

fn assert_close(found: &[f32], expected: &[f64], what: &str) {
    let scale = expected.iter().fold(1.0f64, |max, x| max.max(x.abs()));
    for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((*found as f64 - expected).abs() < 1e-5 * scale, "{what} {i}: {found} for {expected}");
    }
}

fn check(of: Convolution) {
    let images = 3;
    let (inputs, outputs) = (of.input_len(), of.output_len());
    let sizes = [of.kernel_len(), of.filters, images * inputs, images * outputs];
    let [w, bias, x, dy] = core::array::from_fn(|i| Guarded::of(&numbers(sizes[i], 1 + i as u32)));
    let mut expected = [vec![0.0; images * outputs], vec![0.0; images * inputs], vec![0.0; w.len()]];
    for image in 0..images {
        (0..outputs).for_each(|i| expected[0][image * outputs + i] = bias[i % of.filters] as f64);
        each(&of, |k, i, o| {
            let (i, o) = (image * inputs + i, image * outputs + o);
            expected[0][o] += w[k] as f64 * x[i] as f64;
            expected[1][i] += w[k] as f64 * dy[o] as f64;
            expected[2][k] += x[i] as f64 * dy[o] as f64;
        });
    }
    let [mut y, mut dx, mut dw] = [dy.len(), x.len(), w.len()].map(|n| Guarded::full(9.0, n));
    convolve(&of, &w, Some(&bias), &x, &mut y);
    assert_close(&y, &expected[0], &format!("{of:?}, output"));
    let mut one = Guarded::full(9.0, outputs);
    convolve(&of, &w, Some(&bias), &x[inputs..2 * inputs], &mut one);
    assert_eq!(*one, y[outputs..2 * outputs], "{of:?}: one alone");
    one.fill(9.0);
    infer_convolution(&of, &w, Some(&bias), &x[inputs..2 * inputs], &mut one);
    assert_eq!(*one, y[outputs..2 * outputs], "{of:?}: one inferred");
    one.fill(9.0);
    // SAFETY: these are the sizes.
    unsafe {
        of.scalar_image(Direction::Forward, w.as_ptr(), Some(bias.as_ptr()), x[inputs..].as_ptr(), one.as_mut_ptr())
    };
    assert_close(&one, &expected[0][outputs..2 * outputs], &format!("{of:?}, without vectors"));
    convolve_input_gradient(&of, &w, None, &dy, &mut dx);
    let mut one = Guarded::full(9.0, inputs);
    infer_transposed(&of, &w, None, &dy[outputs..2 * outputs], &mut one);
    assert_eq!(*one, dx[inputs..2 * inputs], "{of:?}: one transposed");
    one.fill(9.0);
    // SAFETY: these are the sizes.
    unsafe { of.scalar_image(Direction::Backward, w.as_ptr(), None, dy[outputs..].as_ptr(), one.as_mut_ptr()) };
    assert_close(&one, &expected[1][inputs..2 * inputs], &format!("{of:?}, transposed without vectors"));
    assert_close(&dx, &expected[1], &format!("{of:?}, gradient of the input"));
    let mut scratch = vec![7.0; 100];
    convolve_weight_gradient(&of, &x, &dy, &mut dw, &mut scratch);
    assert_close(&dw, &expected[2], &format!("{of:?}, gradient of the kernel"));
}

#[test]
fn convolutions_of_any_size() {
    let base = Convolution {
        input: [7, 9],
        output: [7, 9],
        kernel: [3, 3],
        stride: [1, 1],
        dilation: [1, 1],
        padding: [1, 1],
        channels: 3,
        filters: 5,
        groups: 1,
    };
    // The output of a padded image, with half of the padding before it.
    let same = |of: Convolution| {
        let output = core::array::from_fn(|axis| of.input[axis].div_ceil(of.stride[axis]));
        let of = Convolution { output, ..of };
        let padding = core::array::from_fn(|axis| of.reach(axis).saturating_sub(of.input[axis]) / 2);
        Convolution { padding, ..of }
    };
    let valid = |of: Convolution| {
        let output = core::array::from_fn(|axis| {
            (of.input[axis] - (of.kernel[axis] - 1) * of.dilation[axis] - 1) / of.stride[axis] + 1
        });
        Convolution { output, padding: [0, 0], ..of }
    };
    let check = |of: Convolution| {
        // A test's instruction set is in use on this thread only.
        with_each_set(|_| with_threads(1, || check(of)));
        check(of);
    };
    // Miri takes its time.
    if cfg!(miri) {
        let small = Convolution { input: [4, 3], kernel: [3, 2], ..base };
        check(same(small));
        check(valid(Convolution { stride: [2, 1], filters: 9, ..small }));
        check(same(Convolution { stride: [1, 2], groups: 9, channels: 9, filters: 9, ..small }));
        check(same(Convolution { dilation: [2, 1], groups: 2, channels: 2, filters: 4, ..small }));
    } else {
        for pad in [&same as &dyn Fn(Convolution) -> Convolution, &valid] {
            check(pad(base));
            check(pad(Convolution { channels: 16, filters: 16, ..base }));
            check(pad(Convolution { channels: 5, filters: 70, ..base }));
            check(pad(Convolution { stride: [2, 2], ..base }));
            check(pad(Convolution { stride: [2, 3], kernel: [4, 2], filters: 9, ..base }));
            check(pad(Convolution { kernel: [1, 1], stride: [2, 2], channels: 17, filters: 24, ..base }));
            check(pad(Convolution { dilation: [2, 3], kernel: [3, 2], ..base }));
            check(pad(Convolution { dilation: [2, 2], stride: [3, 2], kernel: [3, 2], ..base }));
            check(pad(Convolution { input: [1, 12], kernel: [1, 5], stride: [1, 2], channels: 1, filters: 1, ..base }));
            check(pad(Convolution { groups: 3, channels: 6, filters: 12, ..base }));
            check(pad(Convolution { groups: 2, channels: 4, filters: 2, stride: [2, 1], ..base }));
            for c in [1, 2, 7, 8, 19] {
                check(pad(Convolution { groups: c, channels: c, filters: c, ..base }));
                check(pad(Convolution { groups: c, channels: c, filters: c, stride: [2, 1], kernel: [2, 3], ..base }));
                check(pad(Convolution { groups: c, channels: c, filters: 2 * c, ..base }));
            }
            // Any number of positions left at the end of a row.
            for columns in 10..14 {
                check(pad(Convolution { input: [3, columns], groups: 17, channels: 17, filters: 17, ..base }));
            }
            check(pad(Convolution { kernel: [5, 5], channels: 40, filters: 3, ..base }));
            check(pad(Convolution { input: [3, 3], kernel: [3, 3], channels: 300, filters: 17, ..base }));
        }
        check(same(Convolution { input: [2, 3], kernel: [5, 7], channels: 2, ..base }));
    }
}

/// Threads share ranges of channels or, of few channels, the taps.
#[test]
fn the_gradient_of_a_depthwise_kernel_has_the_same_bits_for_any_number_of_threads() {
    for channels in [1, 3, 8, 16, 20, 64, 150] {
        for (kernel, output) in [([3, 3], [30, 30]), ([1, 2], [32, 31])] {
            let of = Convolution {
                input: [32, 32],
                output,
                kernel,
                stride: [1, 1],
                dilation: [1, 1],
                padding: [0, 0],
                channels,
                filters: channels,
                groups: channels,
            };
            let images = 2_000_000_usize.div_ceil(of.macs());
            let (x, dy) = (numbers(images * of.input_len(), 1), numbers(images * of.output_len(), 2));
            let gradients = [1, 2, 3, 8].map(|threads| {
                let (mut dw, mut scratch) = (vec![0.0; of.kernel_len()], vec![]);
                with_threads(threads, || convolve_weight_gradient(&of, &x, &dy, &mut dw, &mut scratch));
                dw
            });
            assert!(gradients.iter().all(|dw| *dw == gradients[0]), "{channels} channels, a kernel of {kernel:?}");
            assert!(gradients[0].iter().all(|dw| *dw != 0.0));
        }
    }
}

#[test]
fn the_gradient_of_a_kernel_has_the_same_bits_for_any_number_of_threads() {
    let base = Convolution {
        input: [34, 34],
        output: [32, 32],
        kernel: [3, 3],
        stride: [1, 1],
        dilation: [1, 1],
        padding: [0, 0],
        channels: 3,
        filters: 16,
        groups: 1,
    };
    // Kernels with any number of rows left after full tiles, and with panels of one, two and three vectors.
    for (channels, filters) in (2..14).flat_map(|channels| [7, 16, 24, 40].map(|filters| (channels, filters))) {
        let of = Convolution { channels, filters, ..base };
        let images = 2_000_000_usize.div_ceil(of.macs());
        let (x, dy) = (numbers(images * of.input_len(), 1), numbers(images * of.output_len(), 2));
        let gradients = [1, 2, 3, 8].map(|threads| {
            let (mut dw, mut scratch) = (vec![0.0; of.kernel_len()], vec![]);
            with_threads(threads, || convolve_weight_gradient(&of, &x, &dy, &mut dw, &mut scratch));
            dw
        });
        assert!(gradients.iter().all(|dw| *dw == gradients[0]), "{channels} channels to {filters}");
    }
}
