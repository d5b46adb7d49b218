//! The checkpoint's format: the meaning of its bytes, and their checks. Everything here runs at compile time and at run
//! time.
//!
//! A checkpoint of version 2 has these parts; all numbers are little-endian:
//!
//! | bytes | |
//! |---|---|
//! | 4 | [`MAGIC`] |
//! | 4 | the format's version, [`VERSION`] |
//! | 8 | the parameters' [checksum](scan) |
//! | 8 | how many bytes follow the parameters |
//! | 8 | the checksum of these |
//! | 4 | the length of the network's text |
//! | … | the network as text |
//! | … | the parameters: layer after layer, field after field, as `f32`; signed bytes as they lie in memory |
//! | … | nothing, the state of a training, or the bytes [`EXAMPLE`], an input and its output |
//!
//! **What the text leaves out.** The text says what network the parameters are for:
//! `(Flatten, Dense<64, 10>, Softmax)`. The text omits layers that have no parameters and return their input in
//! inference: `Dropout`, `SpatialDropout`, `AlphaDropout`, `GaussianDropout`, `GaussianNoise`, `Linear`, and a user's
//! own layers whose [`Arch::IDENTITY`](crate::Arch::IDENTITY) is empty. Networks that differ only in dropout therefore
//! read each other's files. A tuple that contains only such layers is omitted as well; where a text is required, as for
//! the whole network, the text is `()`.
//!
//! **Version 1** is read, but no longer written. It has two differences: the text names every layer (a comparison skips
//! the layers of the list above on both sides), and the checksum is FNV-1a over words of 64 bits, which misses changes
//! of top bits in pairs of words.
//!
//! ```
//! use taut::{io::format::{Contents, inspect}, prelude::*};
//! // A checkpoint that a program has in its memory, and not in a file.
//! static FILE: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/digits.taut"));
//! type Net = (Flatten, Dense<64, 64>, Relu, Dropout<20>, Dense<64, 10>, Softmax);
//! let expected = Contents { name: Net::NAME, identity: Net::IDENTITY, bytes: Net::BYTES, floats: Net::FLOATS };
//! let parts = inspect(FILE, &expected).unwrap();
//! assert_eq!(parts.parameters(FILE).len(), 4 * Net::PARAMS);
//! ```

use crate::text::Text;

/// The first four bytes of a checkpoint.
///
/// ```
/// use taut::io::format::MAGIC;
/// let file = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/digits.taut"));
/// assert!(file.starts_with(MAGIC));
/// ```
pub const MAGIC: &[u8; 4] = b"TAUT";

/// The version of the format that this crate writes. It reads version 1 as well.
///
/// ```
/// use taut::io::format::VERSION;
/// let file = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/digits.taut"));
/// assert_eq!(file[4..8], VERSION.to_le_bytes());
/// ```
pub const VERSION: u32 = 2;

/// The length of the header in bytes: everything before the network's text.
///
/// ```
/// use taut::io::format::HEADER;
/// let file = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/digits.taut"));
/// assert!(file[HEADER..].starts_with(b"(Flatten, Dense<64, 64>, Relu, "));
/// ```
pub const HEADER: usize = 36;

/// The first bytes of an example in a checkpoint.
///
/// ```
/// use taut::io::format::{EXAMPLE, HEADER};
/// let file = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/digits.taut"));
/// let (input, output) = (4 * 64, 4 * 10); // of an 8×8 image, and of 10 scores
/// assert!(file[file.len() - output - input - 8..].starts_with(EXAMPLE));
/// ```
pub const EXAMPLE: &[u8; 8] = b"EXAMPLE1";

/// A sentence with capacity for two architectures.
///
/// ```
/// use taut::io::format::Sentence;
/// assert_eq!(Sentence::new("expected ").number(12).push(b" bytes").as_str(), "expected 12 bytes");
/// ```
pub type Sentence = Text<8448>;

/// The contents that a network expects of its checkpoint.
///
/// ```
/// use taut::{io::format::Contents, prelude::*};
/// type Net = (Dense<4, 3>, Dropout<20>, Softmax);
/// let contents = Contents { name: Net::NAME, identity: Net::IDENTITY, bytes: Net::BYTES, floats: Net::FLOATS };
/// assert_eq!(contents.identity.as_str(), "(Dense<4, 3>, Softmax)");
/// assert_eq!(contents.bytes, 4 * (4 * 3 + 3));
/// ```
#[derive(Clone, Copy)]
pub struct Contents {
    /// The network's text with all layers, as in version 1.
    pub name: &'static Text,
    /// The network's text without layers that do nothing in inference; empty if no other layer is left.
    pub identity: &'static Text,
    /// The size of the parameters in bytes.
    pub bytes: usize,
    /// Whether the parameters are floats, which must be finite.
    pub floats: bool,
}

impl Contents {
    /// The network's text in a file of this version.
    const fn text(&self, version: u32) -> &[u8] {
        if version == 1 { self.name.bytes() } else { self.identity.bytes_or_unit() }
    }

    /// Whether `text`, from a file of this version, is the network's.
    const fn is(&self, text: &[u8], version: u32) -> bool {
        if version == 1 { same_network(text, self.name.bytes()) } else { same(text, self.text(version)) }
    }
}

/// The position of the parameters in a checkpoint.
///
/// ```
/// use taut::io::format::Parts;
/// let (file, parts) = (b"header...parameters, and more", Parts { start: 9, end: 19 });
/// assert_eq!(parts.parameters(file), b"parameters");
/// assert_eq!(parts.more(file), b", and more");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// The offset of the parameters' first byte.
    pub start: usize,
    /// The offset of the first byte after the parameters.
    pub end: usize,
}

impl Parts {
    /// The parameters' bytes.
    pub const fn parameters(self, file: &[u8]) -> &[u8] {
        file.split_at(self.end).0.split_at(self.start).1
    }

    /// The bytes after the parameters: none, a training state, or an example.
    pub const fn more(self, file: &[u8]) -> &[u8] {
        file.split_at(self.end).1
    }
}

/// A flaw of a checkpoint.
///
/// ```
/// use taut::{Error, io::format::Flaw, prelude::*};
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("net.taut");
/// std::fs::write(&path, "no checkpoint").unwrap();
/// let error = Model::<Vector<4>, Dense<4, 3>>::load(&path).unwrap_err();
/// assert!(matches!(error, Error::Checkpoint { flaw: Flaw::Foreign, .. }));
/// assert!(error.to_string().ends_with("this file is not a checkpoint of taut"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flaw {
    /// The file is empty, or not a checkpoint.
    Foreign,
    /// The format's version is unknown to this crate.
    Version(u32),
    /// The file ends within the header.
    Header,
    /// The file holds another network.
    Architecture,
    /// The file is too short or too long.
    Length {
        /// The length in bytes according to the network and the header.
        expected: usize,
        /// The length of the file in bytes.
        received: usize,
    },
    /// The parameters do not match their checksum.
    Checksum,
    /// The training state does not match its checksum, or does not fit this optimizer.
    State,
    /// The file holds parameters only, and a training state was expected.
    NoState,
    /// The file holds no example, or an example of other sizes.
    NoExample,
    /// The example does not match its checksum.
    Example,
    /// The parameter with this index is NaN or infinite.
    NotFinite(usize),
    /// The target is big-endian.
    BigEndian,
}

impl Flaw {
    /// The flaw as a sentence about this file and this network.
    ///
    /// ```
    /// use taut::{io::format::{Contents, inspect}, prelude::*};
    /// # type Net = (Dense<4, 3>, Softmax);
    /// # let contents = Contents { name: Net::NAME, identity: Net::IDENTITY, bytes: Net::BYTES, floats: Net::FLOATS };
    /// let file = b"what a `Read` has brought";
    /// let flaw = inspect(file, &contents).unwrap_err();
    /// assert_eq!(flaw.sentence(file, &contents).as_str(), "this file is not a checkpoint of taut");
    /// ```
    pub const fn sentence(self, file: &[u8], contents: &Contents) -> Sentence {
        let damaged = Sentence::new("the checkpoint is damaged: ");
        match self {
            Flaw::Foreign => Sentence::new("this file is not a checkpoint of taut"),
            Flaw::Version(version) => Sentence::new("this checkpoint has format version ")
                .number(version as usize)
                .push(b", but this taut reads versions 1 to ")
                .number(VERSION as usize),
            Flaw::Header => damaged.push(b"it is cut off within its header"),
            Flaw::Architecture => Sentence::new("this checkpoint holds another network\nexpected: ")
                .push(contents.text(word(file, 4)))
                .push(b"\nreceived: ")
                .push_cut(text(file)),
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

/// Writes a checkpoint.
#[cfg(feature = "train")]
pub(crate) fn compose(contents: &Contents, parameters: &[u8], more: &[u8]) -> Vec<u8> {
    let text = contents.text(VERSION);
    let file = [
        MAGIC,
        &VERSION.to_le_bytes()[..],
        &scan(parameters).0.to_le_bytes(),
        &(more.len() as u64).to_le_bytes(),
        &scan(more).0.to_le_bytes(),
        &(text.len() as u32).to_le_bytes(),
        text,
        parameters,
        more,
    ];
    file.concat()
}

/// The bytes of an example after the parameters: the input and the output, in the order of memory.
#[cfg(feature = "train")]
pub(crate) fn compose_example(input: &[u8], output: &[u8]) -> Vec<u8> {
    [EXAMPLE, input, output].concat()
}

/// Splits a checkpoint into its parts. The error is a flaw of the header, the text or the length.
///
/// ```
/// use taut::{io::format::{Contents, Flaw, parts}, prelude::*};
/// # type Net = (Flatten, Dense<64, 64>, Relu, Dropout<20>, Dense<64, 10>, Softmax);
/// # let contents = Contents { name: Net::NAME, identity: Net::IDENTITY, bytes: Net::BYTES, floats: Net::FLOATS };
/// let mut file = *include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/digits.taut"));
/// file[1_000] ^= 1;
/// assert!(parts(&file, &contents).is_ok()); // no checksum is computed
/// assert_eq!(parts(b"TAUT", &contents), Err(Flaw::Foreign));
/// ```
pub const fn parts(file: &[u8], contents: &Contents) -> Result<Parts, Flaw> {
    if cfg!(target_endian = "big") {
        return Err(Flaw::BigEndian);
    }
    if file.len() < 8 || !same(file.split_at(4).0, MAGIC) {
        return Err(Flaw::Foreign);
    }
    let version = word(file, 4);
    if version == 0 || version > VERSION {
        return Err(Flaw::Version(version));
    }
    if file.len() < HEADER || file.len() - HEADER < word(file, 32) as usize {
        return Err(Flaw::Header);
    }
    if !contents.is(text(file), version) {
        return Err(Flaw::Architecture);
    }
    let start = HEADER + text(file).len();
    let end = start + contents.bytes;
    let expected = (end as u64).saturating_add(long(file, 16));
    if file.len() as u64 != expected {
        return Err(Flaw::Length { expected: expected as usize, received: file.len() });
    }
    Ok(Parts { start, end })
}

/// Splits a checkpoint into its parts, and checks every byte.
///
/// ```
/// use taut::{io::format::{Contents, Flaw, inspect}, prelude::*};
/// # type Net = (Flatten, Dense<64, 64>, Relu, Dropout<20>, Dense<64, 10>, Softmax);
/// # let contents = Contents { name: Net::NAME, identity: Net::IDENTITY, bytes: Net::BYTES, floats: Net::FLOATS };
/// let mut file = *include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/digits.taut"));
/// assert!(inspect(&file, &contents).is_ok());
/// file[1_000] ^= 1;
/// assert_eq!(inspect(&file, &contents), Err(Flaw::Checksum));
/// ```
pub const fn inspect(file: &[u8], contents: &Contents) -> Result<Parts, Flaw> {
    let parts = match parts(file, contents) {
        Ok(parts) => parts,
        Err(flaw) => return Err(flaw),
    };
    if let Err(flaw) = check_more(file, parts) {
        return Err(flaw);
    }
    let parameters = parts.parameters(file);
    let (checksum, finite) = scan(parameters);
    let checksum = if word(file, 4) == 1 { checksum_1(parameters) } else { checksum };
    if checksum != long(file, 8) {
        return Err(Flaw::Checksum);
    }
    if contents.floats && !finite {
        let mut i = 0;
        while word(parameters, 4 * i) & 0x7f80_0000 != 0x7f80_0000 {
            i += 1;
        }
        return Err(Flaw::NotFinite(i));
    }
    Ok(parts)
}

/// Checks the bytes after the parameters.
const fn check_more(file: &[u8], parts: Parts) -> Result<(), Flaw> {
    let more = parts.more(file);
    let checksum = if word(file, 4) == 1 { checksum_1(more) } else { scan(more).0 };
    match checksum == long(file, 24) {
        true => Ok(()),
        false if is_example(more) => Err(Flaw::Example),
        false => Err(Flaw::State),
    }
}

const fn is_example(more: &[u8]) -> bool {
    more.len() >= EXAMPLE.len() && same(more.split_at(EXAMPLE.len()).0, EXAMPLE)
}

/// The training state of a checkpoint that has passed [`inspect`].
///
/// ```
/// use taut::{io::format::{Contents, Flaw, inspect, state}, prelude::*};
/// # type Net = (Flatten, Dense<64, 64>, Relu, Dropout<20>, Dense<64, 10>, Softmax);
/// # let contents = Contents { name: Net::NAME, identity: Net::IDENTITY, bytes: Net::BYTES, floats: Net::FLOATS };
/// let file = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/digits.taut"));
/// let parts = inspect(file, &contents).unwrap();
/// assert_eq!(state(file, parts), Err(Flaw::NoState)); // `save_training` would write one
/// ```
pub const fn state(file: &[u8], parts: Parts) -> Result<&[u8], Flaw> {
    let more = parts.more(file);
    if more.is_empty() || is_example(more) { Err(Flaw::NoState) } else { Ok(more) }
}

/// The input and the output of the example in a checkpoint, with these sizes in bytes. The parameters are not checked.
///
/// ```
/// use taut::{io::format::{Contents, example}, prelude::*};
/// # type Net = (Flatten, Dense<64, 64>, Relu, Dropout<20>, Dense<64, 10>, Softmax);
/// # let contents = Contents { name: Net::NAME, identity: Net::IDENTITY, bytes: Net::BYTES, floats: Net::FLOATS };
/// let file = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/digits.taut"));
/// let (input, output) = example(file, &contents, (4 * 64, 4 * 10)).unwrap(); // a digit, and its ten scores
/// assert_eq!((input.len(), output.len()), (256, 40));
/// assert!(example(file, &contents, (4 * 64, 4 * 9)).is_err());
/// ```
pub const fn example<'a>(
    file: &'a [u8],
    contents: &Contents,
    (input, output): (usize, usize),
) -> Result<(&'a [u8], &'a [u8]), Flaw> {
    let parts = match parts(file, contents) {
        Ok(parts) => parts,
        Err(flaw) => return Err(flaw),
    };
    let more = parts.more(file);
    if !is_example(more) || more.len() != EXAMPLE.len() + input + output {
        return Err(Flaw::NoExample);
    }
    match check_more(file, parts) {
        Ok(()) => Ok(more.split_at(EXAMPLE.len()).1.split_at(input)),
        Err(flaw) => Err(flaw),
    }
}

/// The network's text, cut at the end of the file.
const fn text(file: &[u8]) -> &[u8] {
    match file.split_at_checked(HEADER) {
        Some((_, rest)) => match rest.split_at_checked(word(file, 32) as usize) {
            Some((text, _)) => text,
            None => rest,
        },
        None => &[],
    }
}

/// The number at an offset, or 0 past the end.
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
    a.len() == b.len() && starts_with(a, b)
}

const fn starts_with(text: &[u8], start: &[u8]) -> bool {
    let mut i = 0;
    while i < start.len() && i < text.len() && text[i] == start[i] {
        i += 1;
    }
    i == start.len()
}

/// Sixteen parameters, at any alignment.
#[derive(Clone, Copy)]
#[repr(C, packed)]
struct Block([u64; 8]);

/// The whole blocks of some bytes, and the rest as a block padded with zeros.
const fn blocks(bytes: &[u8]) -> (&[Block], Block) {
    // SAFETY: whole blocks within the bytes, at any alignment.
    let blocks = unsafe { core::slice::from_raw_parts(bytes.as_ptr().cast::<Block>(), bytes.len() / 64) };
    let (rest, mut last, mut i) = (bytes.split_at(blocks.len() * 64).1, [0; 8], 0);
    while i < rest.len() {
        last[i / 8] |= (rest[i] as u64) << (8 * (i % 8));
        i += 1;
    }
    (blocks, Block(last))
}

/// The checksum of some bytes, and whether all `f32` in them are finite, in one pass.
///
/// The words of 64 bits are taken in pairs: the second word is mixed into the hash, the result is multiplied by the
/// first word, and the upper half of the product xor the lower half is the new hash. Every bit of both words, top bits
/// included, affects every bit of the hash. (The compiler's interpreter needs a microsecond for a few steps: a CRC over
/// bytes takes fifteen times as long.)
///
/// ```
/// use taut::io::format::scan;
/// let bytes = |x: [f32; 2]| x.map(f32::to_le_bytes).concat();
/// assert!(scan(&bytes([1.0, 2.0])).1 && !scan(&bytes([1.0, f32::NAN])).1);
/// assert_ne!(scan(&bytes([1.0, 2.0])).0, scan(&bytes([2.0, 1.0])).0);
/// ```
pub const fn scan(bytes: &[u8]) -> (u64, bool) {
    /// Two NaN as floats: no two finite parameters make the factor zero, which would hide the other word.
    const FACTOR: u64 = 0x7fe3_79b9_7fca_7c15;
    let (blocks, last) = blocks(bytes);
    let (mut hash, mut special, mut i) = (0xcbf2_9ce4_8422_2325_u64, 0, 0);
    macro_rules! take {
        ($a:ident, $b:ident) => {
            let product = ($a ^ FACTOR) as u128 * (hash ^ $b) as u128;
            hash = product as u64 ^ (product >> 64) as u64;
            // An exponent of all ones carries into the sign bit.
            special |= ($a & 0x7f80_0000_7f80_0000) + 0x0080_0000_0080_0000
                | ($b & 0x7f80_0000_7f80_0000) + 0x0080_0000_0080_0000;
        };
    }
    while i <= blocks.len() {
        // In the file's byte order: big-endian targets were refused before. Unrolled, since a loop costs interpreter
        // steps.
        let Block([a, b, c, d, e, f, g, h]) = if i < blocks.len() { blocks[i] } else { last };
        take!(a, b);
        take!(c, d);
        take!(e, f);
        take!(g, h);
        i += 1;
    }
    (hash, special & 0x8000_0000_8000_0000 == 0)
}

/// The checksum of version 1.
const fn checksum_1(bytes: &[u8]) -> u64 {
    let (blocks, Block(last)) = blocks(bytes);
    let (mut hash, mut i) = (0xcbf2_9ce4_8422_2325_u64, 0);
    macro_rules! take {
        ($($word:expr)*) => { $(hash = ((hash ^ $word) as u128 * 0x100_0000_01b3) as u64;)* };
    }
    while i < blocks.len() {
        let Block([a, b, c, d, e, f, g, h]) = blocks[i];
        take!(a b c d e f g h);
        i += 1;
    }
    i = 0;
    while i < (bytes.len() % 64).div_ceil(8) {
        take!(last[i]);
        i += 1;
    }
    hash
}

/// The layers that version 1 names and that do not distinguish networks. Sizes in `<>` may follow.
const SKIPPED: [&[u8]; 7] =
    [b"Dropout", b"SpatialDropout", b"AlphaDropout", b"GaussianDropout", b"GaussianNoise", b"Linear", b"Int8Nothing"];

/// Whether two texts of version 1 are equal apart from the [skipped layers](SKIPPED) in their tuples.
const fn same_network(a: &[u8], b: &[u8]) -> bool {
    let (mut i, mut j) = (0, 0);
    loop {
        (i, j) = (skip(a, i), skip(b, j));
        if i == a.len() || j == b.len() {
            return i == a.len() && j == b.len();
        }
        if a[i] != b[j] {
            return false;
        }
        (i, j) = (i + 1, j + 1);
    }
}

/// The offset after the skipped layers that begin at `at`, each with one comma.
const fn skip(text: &[u8], mut at: usize) -> usize {
    let first = at > 0 && text[at - 1] == b'(';
    loop {
        let rest = text.split_at(at).1;
        let comma = starts_with(rest, b", ");
        if !first && !comma {
            return at;
        }
        let layer = if comma { rest.split_at(2).1 } else { rest };
        let length = skipped_length(layer);
        let after = layer.split_at(length).1;
        if length == 0 || !starts_with(after, b", ") && !starts_with(after, b")") {
            return at;
        }
        at += length + if comma || starts_with(after, b", ") { 2 } else { 0 };
    }
}

/// The length of the skipped layer at the start of a text, or 0.
const fn skipped_length(text: &[u8]) -> usize {
    let mut k = 0;
    while k < SKIPPED.len() {
        if starts_with(text, SKIPPED[k]) {
            let mut end = SKIPPED[k].len();
            if end < text.len() && text[end] == b'<' {
                while end < text.len() && text[end] != b'>' {
                    end += 1;
                }
                end += (end < text.len()) as usize;
            }
            return end;
        }
        k += 1;
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look random.
    struct Random(u64);
    impl Random {
        fn below(&mut self, n: usize) -> usize {
            self.0 = self.0.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            (self.0 >> 33) as usize % n
        }
    }

    /// Parameters of a network with 113 of them.
    fn parameters() -> Vec<u8> {
        let mut random = Random(7);
        (0..113).flat_map(|_| (random.below(2000) as f32 / 1000.0 - 1.0).to_le_bytes()).collect()
    }

    #[test]
    fn each_flipped_bit_and_each_pair_of_top_bits_is_seen() {
        let mut bytes = parameters();
        let checksum = scan(&bytes).0;
        for bit in 0..8 * bytes.len() {
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(scan(&bytes).0, checksum, "bit {bit}");
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        // The two top bits of floats are their signs and the largest bit of their exponents.
        let tops: Vec<usize> = (0..bytes.len() / 4).map(|i| 4 * i + 3).collect();
        for mask in [0x80, 0x40, 0xc0] {
            for (k, a) in tops.iter().enumerate() {
                for b in &tops[..k] {
                    bytes[*a] ^= mask;
                    bytes[*b] ^= mask;
                    assert_ne!(scan(&bytes).0, checksum, "{mask:x} of bytes {a} and {b}");
                    bytes[*a] ^= mask;
                    bytes[*b] ^= mask;
                }
            }
        }
    }

    #[test]
    fn no_random_damage_goes_unseen() {
        let bytes = parameters();
        let (checksum, mut random) = (scan(&bytes).0, Random(1));
        for i in 0..2_000_000 {
            let mut damaged = bytes.clone();
            for _ in 0..=random.below(8) {
                let at = random.below(bytes.len());
                // In half of the cases the bytes with the sign and the exponent alone, and in a quarter the sign alone.
                match i % 4 {
                    0 | 1 => damaged[at] = random.below(256) as u8,
                    2 => damaged[at | 3] ^= random.below(256) as u8,
                    _ => damaged[at | 3] ^= 0x80,
                }
            }
            assert!(damaged == bytes || scan(&damaged).0 != checksum, "damage {i}");
        }
    }

    #[test]
    fn the_length_of_a_rest_does_not_matter_to_the_scan() {
        for n in 0..200 {
            let mut bytes = vec![1; n];
            assert!(scan(&bytes).1);
            if n >= 4 {
                bytes[n / 4 * 4 - 4..n / 4 * 4].copy_from_slice(&f32::INFINITY.to_le_bytes());
                assert!(!scan(&bytes).1, "{n} bytes");
            }
        }
    }

    #[test]
    fn texts_of_version_1_are_compared_without_dropout() {
        let same = |a: &str, b: &str| {
            assert_eq!(same_network(a.as_bytes(), b.as_bytes()), same_network(b.as_bytes(), a.as_bytes()));
            same_network(a.as_bytes(), b.as_bytes())
        };
        let net = "(Flatten, Dense<64, 64>, Relu)";
        for other in [
            "(Dropout<20>, Flatten, Dense<64, 64>, Relu)",
            "(Flatten, Dropout<20>, Linear, Dense<64, 64>, Relu)",
            "(Flatten, Dense<64, 64>, Relu, GaussianNoise<5>)",
            "(Linear, AlphaDropout<1>, Flatten, Dense<64, 64>, Relu, SpatialDropout<50>, GaussianDropout<9>)",
        ] {
            assert!(same(net, other), "{other}");
        }
        assert!(same("(Dropout<20>)", "(Dropout<30>, Linear)"));
        assert!(same("Residual<(Dense<4, 4>, Dropout<20>)>", "Residual<(Dense<4, 4>)>"));
        assert!(same("Quantized (Int8Dense<2, 8>, Int8Nothing)", "Quantized (Int8Dense<2, 8>)"));
        for (a, b) in [
            (net, "(Flatten, Dense<64, 65>, Relu)"),
            (net, "(Flatten, Dense<64, 64>, Relu, Relu)"),
            (net, "(Flatten, Dense<64, 64>, Relu, LinearOfMine)"),
            (net, "(Flatten, Dense<64, 64>, Relu, Dropout<20"),
            ("Parallel<Dropout<20>, Relu>", "Parallel<Relu, Dropout<20>>"),
            ("Parallel<(Relu), Dropout<20>>", "Parallel<(Relu)>"),
        ] {
            assert!(!same(a, b), "{a} and {b}");
        }
    }
}
