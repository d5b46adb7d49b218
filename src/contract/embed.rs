//! The checkpoint's format, read by const evaluation: [`embed!`](crate::embed!) puts a trained network into read-only memory.
//!
//! A checkpoint is a [header](HEADER), the architecture as text, the parameters (layer after layer, field after field, as little-endian
//! `f32`; in a network of signed bytes the layers as they lie in memory), and, if there is one, the state of the training or, behind the
//! bytes [`EXAMPLE`], an input and its output. The same functions check a file at compile time
//! and at run time, so that both say the same.

use crate::contract::layer::{Arch, Layer};
use crate::memory::plain::{AnyBitPattern, Floats};
use crate::shape::sample::Sample;
use crate::text::Text;
use core::marker::PhantomData;

/// The first four bytes of a checkpoint.
pub const MAGIC: &[u8; 4] = b"TAUT";
/// The version of the format that this crate writes and reads.
pub const VERSION: u32 = 1;
/// The bytes of the header, all numbers little-endian: magic (4), version (4), the parameters' checksum (8), length and checksum
/// of the training state (8, 8), length of the architecture's text (4).
pub const HEADER: usize = 36;

/// Room for two architectures and the words around them.
pub type Sentence = Text<8448>;

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

/// A field at an offset, or zeros past the end of a file that [`inspect`] has refused.
pub const fn read<T: Floats>(bytes: &[u8], offset: usize) -> T {
    crate::memory::plain::read(bytes, offset)
}

/// The number there, or 0 past the end.
const fn word(bytes: &[u8], at: usize) -> u32 {
    match bytes.split_at_checked(at) {
        Some((_, rest)) if rest.len() >= 4 => u32::from_le_bytes([rest[0], rest[1], rest[2], rest[3]]),
        _ => 0,
    }
}

const fn long(bytes: &[u8], at: usize) -> u64 {
    word(bytes, at) as u64 | (word(bytes, at + 4) as u64) << 32
}

pub(crate) const fn same(a: &[u8], b: &[u8]) -> bool {
    let mut i = 0;
    while i < a.len() && i < b.len() && a[i] == b[i] {
        i += 1;
    }
    i == a.len() && i == b.len()
}

/// Sixteen parameters, at any alignment.
#[repr(C, packed)]
struct Block([u64; 8]);

/// The checksum of some parameters, and whether all are finite, in one pass over pairs of them. It is FNV-1a over words of
/// 64 bits: the compiler's interpreter takes a microsecond for a few steps, and a CRC over bytes takes fifteen times as long.
pub const fn scan(bytes: &[u8]) -> (u64, bool) {
    // SAFETY: whole blocks within the bytes, at any alignment.
    let blocks = unsafe { core::slice::from_raw_parts(bytes.as_ptr().cast::<Block>(), bytes.len() / 64) };
    let (mut hash, mut special, mut i) = (0xcbf2_9ce4_8422_2325_u64, 0, 0);
    macro_rules! take {
        ($pair:expr) => {{
            let pair = $pair;
            hash = ((hash ^ pair) as u128 * 0x100_0000_01b3) as u64;
            // An exponent of all ones carries into the sign's bit.
            special |= (pair & 0x7f80_0000_7f80_0000) + 0x0080_0000_0080_0000;
        }};
    }
    while i < blocks.len() {
        // As the file has them: what is big-endian was refused before. Without a loop, which would be steps as well.
        let Block([a, b, c, d, e, f, g, h]) = blocks[i];
        take!(a);
        take!(b);
        take!(c);
        take!(d);
        take!(e);
        take!(f);
        take!(g);
        take!(h);
        i += 1;
    }
    let mut rest = bytes.split_at(blocks.len() * 64).1;
    while !rest.is_empty() {
        let (pair, after) = rest.split_at(if rest.len() < 8 { rest.len() } else { 8 });
        let (mut word, mut i) = (0, 0);
        while i < pair.len() {
            word |= (pair[i] as u64) << (8 * i);
            i += 1;
        }
        take!(word);
        rest = after;
    }
    (hash, special & 0x8000_0000_8000_0000 == 0)
}

/// What is wrong with a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flaw {
    /// Not a checkpoint at all, or an empty file.
    Foreign,
    /// Written by a version of the format that this crate does not know.
    Version(u32),
    /// It ends within its header.
    Header,
    /// It holds another network.
    Architecture,
    /// It is too short or too long.
    Length {
        /// The bytes that the network and the header ask for.
        expected: usize,
        /// The bytes of the file.
        received: usize,
    },
    /// The parameters' checksum does not fit.
    Checksum,
    /// The training state's checksum does not fit, or it is not what this optimizer would write.
    State,
    /// It holds parameters alone, where a training state was asked for.
    NoState,
    /// It holds no example, or one of other sizes.
    NoExample,
    /// The example's checksum does not fit.
    Example,
    /// The parameter of that number is NaN or infinite.
    NotFinite(usize),
    /// The target is big-endian.
    BigEndian,
}

impl Flaw {
    /// The flaw as a sentence, about that file and that network.
    pub const fn sentence(self, file: &[u8], name: &Text) -> Sentence {
        let damaged = Sentence::new("the checkpoint is damaged: ");
        match self {
            Flaw::Foreign => Sentence::new("this file is not a checkpoint of taut"),
            Flaw::Version(version) => Sentence::new("this checkpoint has format version ")
                .number(version as usize)
                .push(b", but this taut reads version ")
                .number(VERSION as usize),
            Flaw::Header => damaged.push(b"it is cut off within its header"),
            Flaw::Architecture => Sentence::new("this checkpoint holds another network\nexpected: ")
                .push(name.bytes())
                .push(b"\nreceived: ")
                .push_cut(architecture(file)),
            Flaw::Length { expected, received } => {
                damaged.push(b"expected ").number(expected).push(b" bytes, received ").number(received)
            }
            Flaw::Checksum => damaged.push(b"the checksum of its parameters does not fit"),
            Flaw::State => damaged.push(b"its training state is not what this optimizer and this network would write"),
            Flaw::NoState => Sentence::new("expected a training checkpoint, received one of the parameters alone"),
            Flaw::Example => damaged.push(b"the checksum of its example does not fit"),
            Flaw::NoExample => Sentence::new(
                "expected a checkpoint with an example of the network's input and output; `save_with_example` writes one",
            ),
            Flaw::NotFinite(i) => Sentence::new("parameter ").number(i).push(b" of the checkpoint is NaN or infinite"),
            Flaw::BigEndian => Sentence::new("a checkpoint is little-endian, and so must be the target"),
        }
    }
}

/// The text between the header and the parameters, as far as the file has it.
const fn architecture(file: &[u8]) -> &[u8] {
    match file.split_at_checked(HEADER) {
        Some((_, rest)) => match rest.split_at_checked(word(file, 32) as usize) {
            Some((text, _)) => text,
            None => rest,
        },
        None => &[],
    }
}

/// Where the parameters of a network of that [name](Arch::NAME), which take so many [bytes](Arch::BYTES) and are [floats](Arch::FLOATS)
/// or not, begin; or what is wrong.
pub const fn inspect(file: &[u8], name: &Text, bytes: usize, floats: bool) -> Result<usize, Flaw> {
    if cfg!(target_endian = "big") {
        return Err(Flaw::BigEndian);
    }
    if file.len() < 8 || !same(file.split_at(4).0, MAGIC) {
        return Err(Flaw::Foreign);
    }
    if word(file, 4) != VERSION {
        return Err(Flaw::Version(word(file, 4)));
    }
    if file.len() < HEADER || file.len() - HEADER < word(file, 32) as usize {
        return Err(Flaw::Header);
    }
    if !same(architecture(file), name.bytes()) {
        return Err(Flaw::Architecture);
    }
    let start = HEADER + name.bytes().len();
    let end = start + bytes;
    let expected = (end as u64).saturating_add(long(file, 16));
    if file.len() as u64 != expected {
        return Err(Flaw::Length { expected: expected as usize, received: file.len() });
    }
    if file.len() == end && long(file, 24) != scan(&[]).0 {
        return Err(Flaw::State);
    }
    let parameters = file.split_at(end).0.split_at(start).1;
    let (checksum, finite) = scan(parameters);
    if checksum != long(file, 8) {
        return Err(Flaw::Checksum);
    }
    if floats && !finite {
        let mut i = 0;
        while word(parameters, 4 * i) & 0x7f80_0000 != 0x7f80_0000 {
            i += 1;
        }
        return Err(Flaw::NotFinite(i));
    }
    Ok(start)
}

/// The training state behind the parameters, or what is wrong; the file has passed [`inspect`].
pub const fn state(file: &[u8], start: usize, bytes: usize) -> Result<&[u8], Flaw> {
    let state = file.split_at(start + bytes).1;
    if state.is_empty() || state.len() >= EXAMPLE.len() && same(state.split_at(EXAMPLE.len()).0, EXAMPLE) {
        Err(Flaw::NoState)
    } else if scan(state).0 != long(file, 24) {
        Err(Flaw::State)
    } else {
        Ok(state)
    }
}

/// What an example in a checkpoint begins with.
pub const EXAMPLE: &[u8; 8] = b"EXAMPLE1";

/// An input, and the output for it when the network was saved: what a device can prove itself by, before anybody relies on it.
///
/// [`embed!`](crate::embed!) reads it from a checkpoint that `save_with_example` wrote.
#[derive(Clone, Copy, Debug)]
pub struct Example<X, Y> {
    /// The input.
    pub input: X,
    /// The output.
    pub output: Y,
}

impl<X, Y: Agrees> Example<X, Y> {
    /// Whether the network still gives that output: each number within 1e-5 of it (of its size, where that is above 1), and of signed bytes
    /// the same. (Where sums of large numbers cancel each other, another processor's roundings may be larger than that.)
    pub fn agrees<N: Layer<X, Y = Y>>(&self, net: &N, work: &mut N::Scratch) -> bool {
        net.infer(&self.input, work).agrees(&self.output)
    }
}

/// An output that can be compared with the one that was expected.
pub trait Agrees {
    /// Whether it is the same, but for roundings.
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

/// The example in the checkpoint of a network `N`, or what is wrong.
pub const fn example<N: Arch, X: AnyBitPattern, Y: AnyBitPattern>(file: &[u8]) -> Result<Example<X, Y>, Flaw> {
    let start = match inspect(file, N::NAME, N::BYTES, N::FLOATS) {
        Ok(start) => start,
        Err(flaw) => return Err(flaw),
    };
    let more = file.split_at(start + N::BYTES).1;
    if more.len() != EXAMPLE.len() + size_of::<X>() + size_of::<Y>() || !same(more.split_at(EXAMPLE.len()).0, EXAMPLE) {
        return Err(Flaw::NoExample);
    }
    if scan(more).0 != long(file, 24) {
        return Err(Flaw::Example);
    }
    let input = crate::memory::plain::read(more, EXAMPLE.len());
    let output = crate::memory::plain::read(more, EXAMPLE.len() + size_of::<X>());
    Ok(Example { input, output })
}

/// Puts a trained network into a `static`, weights and all, by const evaluation.
///
/// The path is relative to the source file, as for `include_bytes!`. A checkpoint of another network, of another version, of a wrong
/// length or checksum, or with a NaN or an infinite parameter is a compile error that says so. Nothing is parsed or copied at run
/// time: the parameters lie in `.rodata`.
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
/// A checkpoint that [`save_with_example`](crate::Model::save_with_example) wrote carries an [`Example`](crate::embed::Example), which the
/// device can try when it starts. Where it does not, this does not compile:
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
            const CHECKED: ::core::result::Result<usize, $crate::__private::embed::Flaw> = $crate::__private::embed::inspect(
                FILE,
                <$net as $crate::__private::layer::Arch>::NAME,
                <$net as $crate::__private::layer::Arch>::BYTES,
                <$net as $crate::__private::layer::Arch>::FLOATS,
            );
            const _: () = if let Err(flaw) = CHECKED {
                panic!("{}", flaw.sentence(FILE, <$net as $crate::__private::layer::Arch>::NAME).as_str())
            };
            struct __TautFile;
            impl $crate::__private::embed::File for __TautFile {
                const BYTES: &'static [u8] = if CHECKED.is_ok() { FILE } else { &[] };
                const OFFSET: usize = if let Ok(start) = CHECKED { start } else { 0 };
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
                $crate::__private::embed::Flaw,
            > = $crate::__private::embed::example::<$net, $x, <$net as $crate::__private::layer::Layer<$x>>::Y>(FILE);
            match FOUND {
                Ok(example) => example,
                Err(flaw) => panic!("{}", flaw.sentence(FILE, <$net as $crate::__private::layer::Arch>::NAME).as_str()),
            }
        };
    };
}
