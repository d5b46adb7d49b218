//! The header of a `.npy` file, and the elements behind it.
//!
//! The crates npyz and ndarray-npy read headers too, with a parser of Python of 30 crates. On a file that means harm,
//! npyz panics (the product of the axes) and asks for the 4 GB that a header claims to be long.

use crate::datasets::dataset::count;
use std::io::{self, Read};

const MAGIC: &[u8; 6] = b"\x93NUMPY";

/// The most bytes of a header's text. NumPy reads 10,000 at most, if nobody asks for more.
const MOST: usize = 1 << 16;

/// The type of an element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Bool,
    U8,
    U16,
    U32,
    U64,
    I8,
    I16,
    I32,
    I64,
    F16,
    F32,
    F64,
}

impl Kind {
    fn new(name: &str) -> Option<Self> {
        Some(match name {
            "b1" => Kind::Bool,
            "u1" => Kind::U8,
            "u2" => Kind::U16,
            "u4" => Kind::U32,
            "u8" => Kind::U64,
            "i1" => Kind::I8,
            "i2" => Kind::I16,
            "i4" => Kind::I32,
            "i8" => Kind::I64,
            "f2" => Kind::F16,
            "f4" => Kind::F32,
            "f8" => Kind::F64,
            _ => return None,
        })
    }

    /// The name that NumPy prints.
    const fn name(self) -> &'static str {
        match self {
            Kind::Bool => "bool",
            Kind::U8 => "uint8",
            Kind::U16 => "uint16",
            Kind::U32 => "uint32",
            Kind::U64 => "uint64",
            Kind::I8 => "int8",
            Kind::I16 => "int16",
            Kind::I32 => "int32",
            Kind::I64 => "int64",
            Kind::F16 => "float16",
            Kind::F32 => "float32",
            Kind::F64 => "float64",
        }
    }

    /// The size of an element in bytes.
    pub const fn width(self) -> usize {
        match self {
            Kind::Bool | Kind::U8 | Kind::I8 => 1,
            Kind::U16 | Kind::I16 | Kind::F16 => 2,
            Kind::U32 | Kind::I32 | Kind::F32 => 4,
            Kind::U64 | Kind::I64 | Kind::F64 => 8,
        }
    }
}

/// What the header of a `.npy` file says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Header {
    pub kind: Kind,
    /// Whether the elements are big-endian.
    pub big: bool,
    /// Whether the first axis is the contiguous one.
    pub fortran: bool,
    /// The sizes of the axes, that of the rows first.
    pub shape: Vec<usize>,
    /// The length of the header in bytes.
    pub len: usize,
    /// The length of all elements in bytes; saturated, which no file is long.
    pub bytes: u64,
}

/// Why a header could not be read.
#[derive(Debug)]
pub(super) enum Wrong {
    Io(io::Error),
    /// What was expected, and what was received.
    Text(String, String),
}

fn wrong<T>(expected: &str, received: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong::Text(expected.into(), received.into()))
}

impl Header {
    pub fn read(from: &mut dyn Read) -> Result<Self, Wrong> {
        let mut start = [0; 12];
        let found = fill(from, &mut start[..8])?;
        if found < 8 || start[..6] != *MAGIC {
            let received = if found == 0 { "an empty file".into() } else { hex(&start[..found.min(6)]) };
            return wrong("a .npy file, which begins with 93 4e 55 4d 50 59", received);
        }
        let width = match start[6..8] {
            [1, 0] => 2,
            [2 | 3, 0] => 4,
            _ => return wrong("version 1.0, 2.0 or 3.0 of the format", format!("{}.{}", start[6], start[7])),
        };
        if fill(from, &mut start[8..8 + width])? < width {
            return wrong("the length of the header", "the end of the file");
        }
        // The bytes that were not read are 0.
        let len = u32::from_le_bytes([start[8], start[9], start[10], start[11]]) as usize;
        if len > MOST {
            return wrong(&format!("a header of at most {MOST} bytes"), len.to_string());
        }
        let mut text = vec![0; len];
        let found = fill(from, &mut text)?;
        if found < len {
            return wrong(&format!("a header of {}", count(len, "byte")), found.to_string());
        }
        let Ok(text) = str::from_utf8(&text) else {
            return wrong("a header of text", "bytes that are no UTF-8");
        };
        let mut header = Literal(text).header()?;
        header.len = 8 + width + len;
        Ok(header)
    }

    /// Decodes elements. `f64` holds all numbers of the element types, but for integers of more than 53 bits.
    pub fn decode(&self, bytes: &[u8], to: &mut [f64]) {
        macro_rules! each {
            ($type:ty, $convert:expr) => {{
                let convert = $convert;
                for (to, bytes) in to.iter_mut().zip(bytes.as_chunks().0) {
                    let bits = if self.big { <$type>::from_be_bytes(*bytes) } else { <$type>::from_le_bytes(*bytes) };
                    *to = convert(bits);
                }
            }};
        }
        match self.kind {
            Kind::Bool => each!(u8, |bits| f64::from(u8::from(bits != 0))),
            Kind::U8 => each!(u8, f64::from),
            Kind::U16 => each!(u16, f64::from),
            Kind::U32 => each!(u32, f64::from),
            Kind::U64 => each!(u64, |number| number as f64),
            Kind::I8 => each!(i8, f64::from),
            Kind::I16 => each!(i16, f64::from),
            Kind::I32 => each!(i32, f64::from),
            Kind::I64 => each!(i64, |number| number as f64),
            Kind::F16 => each!(u16, half),
            Kind::F32 => each!(f32, f64::from),
            Kind::F64 => each!(f64, |number| number),
        }
    }

    /// `uint8 of 60000 x 28 x 28`, as errors name the array.
    pub fn text(&self) -> String {
        let axes: Vec<String> = self.shape.iter().map(usize::to_string).collect();
        format!("{} of {}", self.kind.name(), axes.join(" x "))
    }
}

/// The header and the elements of a new file: `float32`, or `int64` where the elements are whole.
pub(super) fn start(shape: &[usize], whole: bool) -> Vec<u8> {
    let axes: String = shape.iter().map(|axis| format!("{axis}, ")).collect();
    let axes = if shape.len() == 1 { axes.trim_end() } else { axes.trim_end_matches(", ") };
    let descr = if whole { "<i8" } else { "<f4" };
    let mut text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({axes}), }}");
    // The elements begin at a multiple of 64 bytes.
    let len = (10 + text.len() + 1).next_multiple_of(64) - 10;
    text.extend(std::iter::repeat_n(' ', len - 1 - text.len()));
    text.push('\n');
    [MAGIC, &[1, 0][..], &(len as u16).to_le_bytes(), text.as_bytes()].concat()
}

/// The number of bits `bits` of half precision, IEEE 754's binary16.
fn half(bits: u16) -> f64 {
    let (sign, exponent, fraction) = (bits >> 15, i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    let size = match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + fraction) * 2f64.powi(exponent - 25),
    };
    if sign == 1 { -size } else { size }
}

/// A literal of Python: `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
struct Literal<'a>(&'a str);

impl<'a> Literal<'a> {
    fn header(mut self) -> Result<Header, Wrong> {
        let (mut descr, mut fortran, mut shape) = (None, None, None);
        self.expect("{")?;
        while !self.take("}") {
            let key = self.string("a name of the header's")?;
            self.expect(":")?;
            match key {
                "descr" => descr = Some(self.descr()?),
                "fortran_order" if self.take("True") => fortran = Some(true),
                "fortran_order" if self.take("False") => fortran = Some(false),
                "fortran_order" => return self.wrong("True or False"),
                "shape" => shape = Some(self.shape()?),
                _ => return wrong("the names descr, fortran_order and shape", format!("{key:?}")),
            }
            if !self.take(",") {
                self.expect("}")?;
                break;
            }
        }
        if !self.0.trim().is_empty() {
            return self.wrong("the end of the header");
        }
        let (Some((kind, big)), Some(fortran), Some(shape)) = (descr, fortran, shape) else {
            return wrong("a header with descr, fortran_order and shape", "one without");
        };
        // Saturates: such a product is longer than any file, unless another axis is 0.
        let bytes = shape.iter().fold(kind.width() as u64, |bytes, axis| bytes.saturating_mul(*axis as u64));
        Ok(Header { kind, big, fortran, shape, len: 0, bytes })
    }

    fn descr(&mut self) -> Result<(Kind, bool), Wrong> {
        let expected = "elements of bool, uint8 to uint64, int8 to int64 or float16 to float64";
        if self.0.trim_start().starts_with(['[', '(']) {
            return wrong(expected, "records of several fields");
        }
        let text = self.string("the type of the elements")?;
        let (big, name) = match text.split_at_checked(1) {
            Some((">", name)) => (true, name),
            Some(("<" | "|" | "=", name)) => (false, name),
            _ => (false, text),
        };
        match Kind::new(name) {
            Some(kind) => Ok((kind, big)),
            None if name == "O" => wrong(expected, "pickled Python objects, '|O', which may run any program"),
            None => wrong(expected, format!("{text:?}")),
        }
    }

    fn shape(&mut self) -> Result<Vec<usize>, Wrong> {
        self.expect("(")?;
        let mut shape = vec![];
        while !self.take(")") {
            self.0 = self.0.trim_start();
            let end = self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len());
            let (digits, rest) = self.0.split_at(end);
            let Ok(axis) = digits.parse() else { return self.wrong("the size of an axis, below 2^64") };
            shape.push(axis);
            // Python 2 wrote long integers so.
            self.0 = rest.strip_prefix('L').unwrap_or(rest);
            if !self.take(",") {
                self.expect(")")?;
                break;
            }
        }
        Ok(shape)
    }

    /// A string without escapes.
    fn string(&mut self, expected: &str) -> Result<&'a str, Wrong> {
        self.0 = self.0.trim_start();
        let quote = self.0.chars().next().filter(|quote| matches!(quote, '\'' | '"'));
        let Some((text, rest)) = quote.and_then(|quote| self.0[1..].split_once(quote)) else {
            return self.wrong(expected);
        };
        self.0 = rest;
        Ok(text)
    }

    fn take(&mut self, token: &str) -> bool {
        let rest = self.0.trim_start().strip_prefix(token);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn expect(&mut self, token: &str) -> Result<(), Wrong> {
        if self.take(token) { Ok(()) } else { self.wrong(&format!("`{token}` in the header")) }
    }

    fn wrong<T>(&self, expected: &str) -> Result<T, Wrong> {
        let rest = self.0.trim_start();
        let received: String = rest.chars().take(20).collect();
        wrong(expected, if rest.is_empty() { "its end".to_string() } else { format!("{received:?}") })
    }
}

/// Reads until `buffer` is full or the contents end; returns the number of bytes.
pub(super) fn fill(from: &mut dyn Read, buffer: &mut [u8]) -> Result<usize, Wrong> {
    let mut len = 0;
    while len < buffer.len() {
        match from.read(&mut buffer[len..]) {
            Ok(0) => break,
            Ok(n) => len += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Wrong::Io(error)),
        }
    }
    Ok(len)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        [&MAGIC[..], &[1, 0], &(text.len() as u16).to_le_bytes(), text.as_bytes()].concat()
    }

    fn message(bytes: &[u8]) -> String {
        match Header::read(&mut &bytes[..]) {
            Err(Wrong::Text(expected, received)) => format!("expected {expected}, received {received}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_python_writes() {
        let header = |shape: &[usize], kind, big, fortran, len| {
            let bytes = shape.iter().product::<usize>() * 8;
            Header { kind, big, fortran, shape: shape.into(), len, bytes: bytes as u64 }
        };
        let read = |bytes: &[u8]| Header::read(&mut &bytes[..]).unwrap();
        let text = "{'descr': '>f8', 'fortran_order': True, 'shape': (3, 4), }   \n";
        assert_eq!(read(&bytes(text)), header(&[3, 4], Kind::F64, true, true, 10 + text.len()));
        // As Python 2 wrote it, with other blanks, quotes and order.
        let text = "{ \"shape\":(5L,) ,\"descr\":\"i8\",'fortran_order' : False}";
        assert_eq!(read(&bytes(text)), header(&[5], Kind::I64, false, false, 10 + text.len()));
        let text = "{'descr': '|u8', 'fortran_order': False, 'shape': (), }";
        let long = [&MAGIC[..], &[3, 0], &(text.len() as u32).to_le_bytes(), text.as_bytes()].concat();
        assert_eq!(read(&long), header(&[], Kind::U64, false, false, 12 + text.len()));
        for shape in [&[][..], &[7], &[60_000, 28, 28], &[usize::MAX; 9]] {
            let bytes = start(shape, true);
            let found = read(&bytes);
            assert_eq!((found.shape, found.kind, found.len), (shape.to_vec(), Kind::I64, bytes.len()));
            assert!(bytes.len().is_multiple_of(64) && bytes.ends_with(b"\n"));
        }
    }

    #[test]
    fn half_precision() {
        // From numpy.float16.
        let cases: [(u16, f64); 9] = [
            (0, 0.0),
            (1, 5.960464477539063e-8),
            (0x03ff, 6.097555160522461e-5),
            (0x0400, 6.103515625e-5),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x3555, 0.333251953125),
            (0x7bff, 65504.0),
            (0xfc00, f64::NEG_INFINITY),
        ];
        for (bits, number) in cases {
            assert_eq!(half(bits), number, "{bits:04x}");
        }
        assert!(half(0x7c01).is_nan() && half(0x8000).is_sign_negative());
    }

    #[test]
    fn wrong_headers() {
        let magic = "expected a .npy file, which begins with 93 4e 55 4d 50 59, received ";
        assert_eq!(message(b""), format!("{magic}an empty file"));
        assert_eq!(message(b"PK\x03\x04\0\0\0\0"), format!("{magic}50 4b 03 04 00 00"));
        assert_eq!(message(&MAGIC[..5]), format!("{magic}93 4e 55 4d 50"));
        assert_eq!(message(b"\x93NUMPY\x04\x00"), "expected version 1.0, 2.0 or 3.0 of the format, received 4.0");
        assert_eq!(
            message(b"\x93NUMPY\x01\x00\x05"),
            "expected the length of the header, received the end of the file"
        );
        let long = "expected a header of at most 65536 bytes, received 4294967295";
        assert_eq!(message(b"\x93NUMPY\x02\x00\xff\xff\xff\xff"), long);
        assert_eq!(message(b"\x93NUMPY\x01\x00\x05\x00{}"), "expected a header of 5 bytes, received 2");
        assert_eq!(
            message(b"\x93NUMPY\x01\x00\x01\x00\xff"),
            "expected a header of text, received bytes that are no UTF-8"
        );
        let whole = "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }";
        for end in 0..whole.len() {
            assert!(message(&bytes(&whole[..end])).starts_with("expected "));
        }
        let types = "expected elements of bool, uint8 to uint64, int8 to int64 or float16 to float64, received ";
        let cases = [
            ("{}", "expected a header with descr, fortran_order and shape, received one without"),
            ("[1]", "expected `{` in the header, received \"[1]\""),
            ("{'a': 1}", "expected the names descr, fortran_order and shape, received \"a\""),
            ("{'descr' '<f4'}", "expected `:` in the header, received \"'<f4'}\""),
            ("{'descr': 4}", "expected the type of the elements, received \"4}\""),
            ("{'descr': '<f16'}", &format!("{types}\"<f16\"")),
            ("{'descr': 'é'}", &format!("{types}\"é\"")),
            ("{'descr': [('a', '<f4')]}", &format!("{types}records of several fields")),
            ("{'descr': '|O'}", &format!("{types}pickled Python objects, '|O', which may run any program")),
            ("{'fortran_order': 1}", "expected True or False, received \"1}\""),
            ("{'shape': 3}", "expected `(` in the header, received \"3}\""),
            ("{'shape': (-3,)}", "expected the size of an axis, below 2^64, received \"-3,)}\""),
            (
                "{'shape': (18446744073709551616,)}",
                "expected the size of an axis, below 2^64, received \"18446744073709551616\"",
            ),
            ("{'shape': (3 4)}", "expected `)` in the header, received \"4)}\""),
            (&format!("{whole} x"), "expected the end of the header, received \"x\""),
        ];
        for (text, expected) in cases {
            assert_eq!(message(&bytes(text)), expected);
        }
        // Any nesting is one token that is not expected.
        assert!(message(&bytes(&"(".repeat(60_000))).starts_with("expected `{` in the header"));
    }
}
