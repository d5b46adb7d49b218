//! What an element of each common activation costs.

use crate::count::Counter;
use core::hint::black_box;
use semihosting::{println, process};
use taut::{layers::*, prelude::*};

const ELEMENTS: usize = 1024;
type X = Vector<ELEMENTS>;

/// The instructions for all elements of `x`.
#[inline(never)]
fn count<A: Layer<X, Y = X, Scratch = X> + Default>(counter: &Counter, x: &X) -> u64 {
    let mut y = *x;
    let instructions = counter.count(|| {
        black_box(A::default()).infer_in_place(black_box(&mut y));
    });
    black_box(&y);
    instructions
}

macro_rules! each {
    ($counter:ident, $x:ident: $($name:ident),* $(,)?) => {
        $(println!(concat!(stringify!($name), " {}"), count::<$name>($counter, $x));)*
    };
}

/// Prints the instructions of 1,024 elements from -4 to 4 for each activation, and ends.
pub fn activations() -> ! {
    let mut x = X::ZERO;
    x.values_mut().iter_mut().enumerate().for_each(|(i, x)| *x = (i as f32 / ELEMENTS as f32 - 0.5) * 8.0);
    let (counter, x) = (&Counter::new(), &x);
    each!(counter, x: Relu, Relu6, LeakyRelu, HardSigmoid, HardSilu, HardTanh, Softsign, Exponential, Sigmoid, Silu, Tanh,
        Elu, Selu, Softplus, Mish, Gelu, GeluTanh);
    process::exit(0)
}
