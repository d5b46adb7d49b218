//! A checkpoint as constants: [`embed!`](crate::embed!) puts a trained network into read-only memory, by const
//! evaluation.
//!
//! The functions of [`format`](mod@crate::io::format) check a file at compile time and at run time alike, so that both
//! say the same.

use crate::contract::layer::{Arch, Layer};
use crate::io::format;
use crate::io::format::{Contents, Flaw};
use crate::memory::plain::{AnyBitPattern, Floats};
use crate::shape::int8::Int8;
use crate::shape::sample::Sample;
use core::marker::PhantomData;

/// A checkpoint's bytes, known to the compiler, and how far they have been read.
pub trait File {
    /// The whole file.
    const BYTES: &'static [u8];
    /// Where the next parameter begins.
    const OFFSET: usize;
}

/// `F`, read past layer `L`.
pub struct After<F, L>(PhantomData<(F, L)>);

impl<F: File, L: Arch> File for After<F, L> {
    const BYTES: &'static [u8] = F::BYTES;
    const OFFSET: usize = F::OFFSET + L::BYTES;
}

/// A layer as a constant of a file. [`params!`](crate::params!) writes it.
pub trait Embed<F: File>: Arch + Sized {
    /// The layer with the file's parameters.
    const VALUE: Self;
}

/// A field at an offset, or zeros past the end of a file that [`inspect`](crate::io::format::inspect) has refused.
pub const fn read<T: Floats>(bytes: &[u8], offset: usize) -> T {
    crate::memory::plain::read(bytes, offset)
}

/// What a network expects of its checkpoint.
pub const fn contents<N: Arch>() -> Contents {
    Contents { name: N::NAME, identity: N::IDENTITY, bytes: N::BYTES, floats: N::FLOATS }
}

/// An input, and the network's output for it at the time of saving: a device computes the output again before anybody
/// relies on it.
///
/// [`embed!`](crate::embed!) reads it from a checkpoint that `save_with_example` wrote.
///
/// ```
/// use taut::{Example, prelude::*};
/// let net = Dense::<1, 1> { kernel: [[2.0]].into(), bias: [1.0].into() };
/// let example = Example { input: Vector::new([3.0]), output: Vector::new([7.0]) };
/// assert!(example.agrees(&net, &mut Vector::ZERO));
/// assert!(!Example { output: Vector::new([7.1]), ..example }.agrees(&net, &mut Vector::ZERO));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Example<X, Y> {
    /// The input.
    pub input: X,
    /// The output.
    pub output: Y,
}

impl<X, Y: Agrees> Example<X, Y> {
    /// Whether the network still gives that output: each number within 1e-5 of it (of its size, where that is above 1),
    /// and of signed bytes the same. (Where sums of large numbers cancel each other, another processor's roundings may
    /// be larger than that.)
    pub fn agrees<N: Layer<X, Y = Y>>(&self, net: &N, scratch: &mut N::Scratch) -> bool {
        net.infer(&self.input, scratch).agrees(&self.output)
    }
}

/// An output that can be compared with an expected output.
///
/// ```
/// use taut::{Agrees, prelude::*};
/// let y = Vector::new([0.25, 100.0]);
/// assert!(y.agrees(&Vector::new([0.250_001, 100.000_1])));
/// assert!(!y.agrees(&Vector::new([0.250_1, 100.0])));
/// ```
pub trait Agrees {
    /// Whether the output equals the expected one, except for rounding: each number within 1e-5 of it (of its size,
    /// where that is above 1), and of signed bytes exactly.
    fn agrees(&self, expected: &Self) -> bool;
}

impl<Y: Sample> Agrees for Y {
    fn agrees(&self, expected: &Self) -> bool {
        self.values().iter().zip(expected.values()).all(|(y, expected)| {
            let size = if expected.abs() > 1.0 { expected.abs() } else { 1.0 };
            (y - expected).abs() <= 1e-5 * size
        })
    }
}

impl<Y: Sample> Agrees for Int8<Y> {
    fn agrees(&self, expected: &Self) -> bool {
        self == expected
    }
}

/// The example in the checkpoint of a network `N`, or what is wrong. The parameters are not checked.
pub const fn example<N: Arch, X: AnyBitPattern, Y: AnyBitPattern>(file: &[u8]) -> Result<Example<X, Y>, Flaw> {
    match format::example(file, &contents::<N>(), (size_of::<X>(), size_of::<Y>())) {
        Ok((input, output)) => {
            Ok(Example { input: crate::memory::plain::read(input, 0), output: crate::memory::plain::read(output, 0) })
        }
        Err(flaw) => Err(flaw),
    }
}

/// Puts a trained network into a `static`, weights and all, by const evaluation.
///
/// The path is relative to the source file, as for `include_bytes!`. A checkpoint of another network, of another
/// version, of a wrong length or checksum, or with a NaN or an infinite parameter is a compile error that says so.
/// Nothing is parsed or copied at run time: the parameters lie in `.rodata`.
///
/// ```
/// use taut::prelude::*;
/// type Net = (Flatten, Dense<64, 64>, Relu, Dropout<20>, Dense<64, 10>, Softmax);
/// taut::embed! {
///     /// Reads 8 × 8 digits.
///     pub static DIGITS: Net = concat!(env!("CARGO_MANIFEST_DIR"), "/data/digits.taut");
/// }
/// let mut scratch = Budget::<Image<8, 8, 1>, Net>::scratch();
/// let scores = DIGITS.predict(&Image([[[0.5]; 8]; 8]), &mut scratch);
/// assert!((scores.0.sum() - 1.0).abs() < 1e-5);
/// ```
///
/// A checkpoint that [`save_with_example`](crate::Model::save_with_example) wrote carries an
/// [`Example`](crate::Example), which the device can try when it starts. Where it does not, this does not
/// compile:
///
/// ```
/// use taut::prelude::*;
/// type Digit = Image<8, 8, 1>;
/// type Net = (Flatten, Dense<64, 64>, Relu, Dropout<20>, Dense<64, 10>, Softmax);
/// taut::embed! {
///     static DIGITS: Net = concat!(env!("CARGO_MANIFEST_DIR"), "/data/digits.taut");
///     static SEVEN: Example<Digit>;
/// }
/// let mut scratch = Budget::<Digit, Net>::scratch();
/// assert!(SEVEN.agrees(&DIGITS, &mut scratch));
/// ```
#[macro_export]
macro_rules! embed {
    ($(#[$meta:meta])* $vis:vis static $name:ident: $net:ty = $path:expr;) => {
        $(#[$meta])*
        $vis static $name: $net = {
            const FILE: &[u8] = include_bytes!($path);
            // The lint counts steps, and a checksum takes many.
            #[allow(long_running_const_eval)]
            const CHECKED: ::core::result::Result<$crate::io::format::Parts, $crate::io::format::Flaw> =
                $crate::io::format::inspect(FILE, &$crate::__private::embed::contents::<$net>());
            const _: () = if let Err(flaw) = CHECKED {
                panic!("{}", flaw.sentence(FILE, &$crate::__private::embed::contents::<$net>()).as_str())
            };
            struct __TautFile;
            impl $crate::__private::embed::File for __TautFile {
                const BYTES: &'static [u8] = if CHECKED.is_ok() { FILE } else { &[] };
                const OFFSET: usize = if let Ok(parts) = CHECKED { parts.start } else { 0 };
            }
            <$net as $crate::__private::embed::Embed<__TautFile>>::VALUE
        };
    };
    ($(#[$meta:meta])* $vis:vis static $name:ident: $net:ty = $path:expr;
        $(#[$of_example:meta])* $its:vis static $example:ident: Example<$x:ty>;) => {
        $crate::embed! { $(#[$meta])* $vis static $name: $net = $path; }
        $(#[$of_example])*
        $its static $example: $crate::__private::embed::Example<$x, <$net as $crate::__private::layer::Layer<$x>>::Y> = {
            const FILE: &[u8] = include_bytes!($path);
            #[allow(long_running_const_eval)]
            const FOUND: ::core::result::Result<
                $crate::__private::embed::Example<$x, <$net as $crate::__private::layer::Layer<$x>>::Y>,
                $crate::io::format::Flaw,
            > = $crate::__private::embed::example::<$net, $x, <$net as $crate::__private::layer::Layer<$x>>::Y>(FILE);
            match FOUND {
                Ok(example) => example,
                Err(flaw) => panic!("{}", flaw.sentence(FILE, &$crate::__private::embed::contents::<$net>()).as_str()),
            }
        };
    };
    ($($other:tt)*) => {
        compile_error!("expected `static NET: Net = \"net.taut\";`, and behind it perhaps `static EXAMPLE: Example<Input>;`");
    };
}
