//! An IDX file as a stream: its header, and its elements block by block.

use crate::datasets::array::product;
use crate::datasets::dataset::count;
use crate::datasets::input::{Input, Size, out_of_memory};
use crate::io::error::{Error, Result};
use crate::memory::heap::advise_huge_pages;
use std::fmt::Display;
use std::path::Path;

/// The number of elements read at a time.
pub(super) const BLOCK: usize = 1 << 13;

/// The type of an element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    U8,
    I8,
    I16,
    I32,
    F32,
    F64,
}

impl Kind {
    fn new(byte: u8) -> Option<Self> {
        Some(match byte {
            0x08 => Kind::U8,
            0x09 => Kind::I8,
            0x0b => Kind::I16,
            0x0c => Kind::I32,
            0x0d => Kind::F32,
            0x0e => Kind::F64,
            _ => return None,
        })
    }

    pub const fn name(self) -> &'static str {
        match self {
            Kind::U8 => "u8",
            Kind::I8 => "i8",
            Kind::I16 => "i16",
            Kind::I32 => "i32",
            Kind::F32 => "f32",
            Kind::F64 => "f64",
        }
    }

    /// The size of an element in bytes.
    pub const fn width(self) -> usize {
        match self {
            Kind::U8 | Kind::I8 => 1,
            Kind::I16 => 2,
            Kind::I32 | Kind::F32 => 4,
            Kind::F64 => 8,
        }
    }

    /// Decodes elements and converts each from `f64`, which holds every element type without loss.
    pub fn decode<T>(self, bytes: &[u8], to: &mut [T], convert: impl Fn(f64) -> T) {
        fn each<T, const W: usize>(bytes: &[u8], to: &mut [T], convert: impl Fn([u8; W]) -> T) {
            for (to, bytes) in to.iter_mut().zip(bytes.as_chunks::<W>().0) {
                *to = convert(*bytes);
            }
        }
        match self {
            Kind::U8 => each(bytes, to, |b| convert(u8::from_be_bytes(b).into())),
            Kind::I8 => each(bytes, to, |b| convert(i8::from_be_bytes(b).into())),
            Kind::I16 => each(bytes, to, |b| convert(i16::from_be_bytes(b).into())),
            Kind::I32 => each(bytes, to, |b| convert(i32::from_be_bytes(b).into())),
            Kind::F32 => each(bytes, to, |b| convert(f32::from_be_bytes(b).into())),
            Kind::F64 => each(bytes, to, |b| convert(f64::from_be_bytes(b))),
        }
    }
}

/// A file whose header has been read and checked.
pub(super) struct Stream<'a> {
    input: Input<'a>,
    pub kind: Kind,
    /// The sizes of the axes, of which there is at least one.
    pub shape: Vec<usize>,
    /// The length of the header in bytes.
    header: usize,
    /// The length of all elements in bytes.
    bytes: u64,
}

impl<'a> Stream<'a> {
    pub fn open(path: &'a Path) -> Result<Self> {
        Stream::new(Input::open(path)?)
    }

    fn new(mut input: Input<'a>) -> Result<Self> {
        let path = input.path;
        let wrong = |expected: &str, received: String| Err(Error::data(path, "", expected, received));
        let mut magic = [0; 4];
        let received = match input.fill(&mut magic)? {
            0 => return wrong("an IDX file", "an empty one".into()),
            len => &magic[..len],
        };
        if received.iter().take(2).any(|byte| *byte != 0) {
            return wrong("an IDX file, which begins with the bytes 00 00", hex(&received[..received.len().min(2)]));
        }
        if received.len() < 4 {
            return wrong("a header of 4 bytes or more", count(received.len(), "byte"));
        }
        let Some(kind) = Kind::new(magic[2]) else {
            return wrong(
                "a type byte of 08 (u8), 09 (i8), 0b (i16), 0c (i32), 0d (f32) or 0e (f64)",
                hex(&magic[2..3]),
            );
        };
        if magic[3] == 0 {
            return wrong("1 axis or more", "0 axes".into());
        }
        let mut axes = vec![0; usize::from(magic[3]) * 4];
        let header = 4 + axes.len();
        let len = input.fill(&mut axes)?;
        if len < axes.len() {
            let expected = format!(
                "a header of {header} bytes, for {}",
                if magic[3] == 1 { "1 axis".into() } else { format!("{} axes", magic[3]) }
            );
            return wrong(&expected, count(4 + len, "byte"));
        }
        let axes = axes.as_chunks().0.iter().map(|axis| u32::from_be_bytes(*axis));
        // Saturates: such a product is longer than any file, unless another axis is 0.
        let bytes = axes.clone().fold(kind.width() as u64, |bytes, axis| bytes.saturating_mul(axis.into()));
        let stream = Stream { input, kind, shape: axes.map(|axis| axis as usize).collect(), header, bytes };
        let total = stream.total();
        match stream.input.size {
            Size::Exact(len) if len != total => Err(stream.wrong_length(len)),
            Size::Gzip { max, .. } if max < total => {
                Err(stream.wrong_length(format_args!("a gzip stream of at most {max}")))
            }
            _ => Ok(stream),
        }
    }

    fn wrong_length(&self, received: impl Display) -> Error {
        let total = match self.total() {
            u64::MAX => "2^64 or more".to_string(),
            total => total.to_string(),
        };
        let (header, shape, kind) = (self.header, product(&self.shape), self.kind.name());
        let expected = format!("{total} bytes ({header} of header, and {shape} elements of {kind})");
        Error::data(self.input.path, "", expected, received)
    }

    /// The bytes of the header and of all elements.
    fn total(&self) -> u64 {
        self.bytes.saturating_add(self.header as u64)
    }

    /// An empty vector, with capacity for `n` values if the file's length is known to match its header.
    pub fn vec_for<T>(&self, n: usize) -> Result<Vec<T>> {
        let mut values = Vec::new();
        let matches_header = match self.input.size {
            Size::Exact(_) => true,
            Size::Gzip { claimed, .. } => claimed == self.total() as u32,
            Size::Unknown => false,
        };
        if matches_header && self.bytes > 0 {
            values.try_reserve_exact(n).map_err(out_of_memory(self.input.path))?;
            advise_huge_pages(values.spare_capacity_mut());
        }
        Ok(values)
    }

    /// Passes the bytes of all elements to `consume`, at most `max` elements at a time, and checks that nothing follows
    /// them.
    pub fn blocks(mut self, max: usize, mut consume: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let mut buffer = vec![0; max * self.kind.width()];
        let mut remaining = self.bytes;
        while remaining > 0 {
            let expected = remaining.min(buffer.len() as u64) as usize;
            let len = self.input.fill(&mut buffer[..expected])?;
            if len < expected {
                return Err(self.wrong_length(self.header as u64 + self.bytes - remaining + len as u64));
            }
            consume(&buffer[..len])?;
            remaining -= len as u64;
        }
        // Reading to the end also makes the gzip decoder verify its checksum.
        if self.input.fill(&mut [0])? > 0 {
            return Err(self.wrong_length("more"));
        }
        Ok(())
    }

    /// Collects all elements.
    pub fn collect<T, const W: usize>(self, from_be_bytes: fn([u8; W]) -> T) -> Result<Vec<T>> {
        let path = self.input.path;
        let mut values = self.vec_for(usize::try_from(self.bytes / W as u64).unwrap_or(usize::MAX))?;
        self.blocks(BLOCK, |bytes| {
            let bytes = bytes.as_chunks::<W>().0;
            values.try_reserve(bytes.len()).map_err(out_of_memory(path))?;
            values.extend(bytes.iter().map(|bytes| from_be_bytes(*bytes)));
            Ok(())
        })?;
        Ok(values)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}
