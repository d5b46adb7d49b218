//! The loops that take most of the time: matrix products, convolutions, element-wise functions, sums.
//!
//! Public are the functions that a layer of one's own calls: [`map`] and [`zip`](fn@zip) for loops over numbers,
//! [`sum`] and [`dot`], [`infer`] for the product of one sample, [`forward`] and the three gradients for those of a
//! batch, and functions of one number, [`exp`] or [`tanh`], which compute without the standard library.
//!
//! They are independent of layers: inputs and outputs are slices and arrays. Each loop is written once, as a loop that
//! the compiler vectorises or with the vector operations of `simd.rs`, and compiled once for each instruction set by
//! the macro `simd!`; a call picks the best set. [`infer`] and [`softmax`] are compiled for each layer's sizes. The
//! products of a batch are compiled once for all sizes: that builds much faster, and runs as fast if outputs fill whole
//! vectors.
//!
//! Within one build and on one machine a result depends on the numbers alone: not on the number of threads, and not on
//! the size of the batch, so that `forward` gives each sample the bits that `infer` gives it.
//!
//! ```
//! use taut::kernels;
//! let (w, bias) = ([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [0.5, 0.0, 0.0]); // two inputs, three outputs
//! let (x, mut y) = ([[1.0, 10.0], [0.0, 1.0]], [[0.0; 3]; 2]);
//! kernels::forward(&w, Some(&bias), &x, &mut y);
//! assert_eq!(y, [[41.5, 52.0, 63.0], [4.5, 5.0, 6.0]]);
//! kernels::map_in_place(&|y: f32| y.min(50.0), y.as_flattened_mut());
//! assert_eq!(y[0], [41.5, 50.0, 50.0]);
//! ```

#[cfg(feature = "train")]
pub(crate) mod ahead;
#[cfg(feature = "train")]
mod columns;
mod conv;
#[cfg(feature = "train")]
mod conv_gradient;
mod convolution;
#[cfg(feature = "train")]
mod dense;
mod depthwise;
mod dispatch;
#[cfg(feature = "train")]
mod dots;
mod elementwise;
mod infer;
mod int8;
mod lanes;
#[cfg(feature = "train")]
mod loss;
mod math;
mod normalize;
#[cfg(feature = "train")]
mod normalize_batch;
#[cfg(feature = "train")]
pub(crate) mod optimizer;
mod panel;
mod pixels;
mod pool;
#[cfg(feature = "train")]
mod product;
mod recurrent;
mod scalar_conv;
#[cfg(feature = "train")]
mod scatter;
#[cfg(feature = "train")]
mod shared_ptr;
mod simd;
pub(crate) mod softmax;
mod stack;
mod sums;
mod sweep;
#[cfg(test)]
mod testing;
#[cfg(feature = "train")]
mod threads;
#[cfg(feature = "train")]
mod tiles;
mod transpose;
#[cfg(feature = "train")]
mod update;
mod window_tiles;

pub use elementwise::{Map, Zip, Zip3, add_scaled, map, map_in_place, zip, zip3};
pub use infer::infer;
pub use math::{erf, exp, exp_m1, ln, ln_1p, sigmoid, softplus, sqrt, tanh};
pub use softmax::softmax;
pub use sums::{dot, norm, sum, sum_of_absolutes, sum_of_squares};
#[cfg(feature = "train")]
pub use {
    dense::{bias_gradient, forward, input_gradient, weight_gradient},
    threads::with_threads,
};

pub(crate) use conv::{infer_convolution, infer_transposed};
pub(crate) use convolution::Convolution;
pub(crate) use infer::infer_of;
pub(crate) use int8::{Requantize, dense_int8, saturated, softmax_int8};
pub(crate) use normalize::{Moved, normalize_in_place};
pub(crate) use pixels::decode;
pub(crate) use pool::{avg_pool, max_pool};
pub(crate) use recurrent::{gru, lstm, rnn};
pub(crate) use sums::scaled_norm;
#[cfg(feature = "train")]
pub(crate) use {
    columns::{add_squares_of_columns, multiply_columns},
    conv::{convolve, convolve_input_gradient},
    conv_gradient::convolve_weight_gradient,
    dense::{
        Matrix, bias_gradient_of, forward_of, input_gradient_of, multiply, weight_gradient_and_update,
        weight_gradient_of,
    },
    elementwise::{add_batch, map_batch, map_batch_in_place, zip_batch, zip3_batch},
    int8::scaled,
    loss::score,
    normalize_batch::{Normal, NormalGradient, moments, normalize, normalize_gradient, parts_of_rows, scale_gradients},
    optimizer::{adam, update},
    pool::{avg_pool_gradient, global_max_gradient, max_pool_gradient},
    recurrent::{gru_gradient, lstm_gradient, rnn_gradient},
    scatter::{read, scatter},
    simd::unknown_set,
    softmax::{softmax_and_log_sum, softmax_and_log_sums, softmax_rows},
    threads::{in_parts, share, threads, threads_for},
    update::{MAX_MOMENTS, Update, UpdateRule},
};
