//! IDX, the format of MNIST: a header with the element type and the sizes of the axes, then the elements, big-endian.
//!
//! Files may be gzipped, which their first two bytes show. Reading streams: beside the result, one block of 8,192
//! elements (or one sample, if a sample is larger) is in memory. A header that claims more elements than the file can
//! hold is an error before anything is allocated.
//!
//! ```
//! use taut::{datasets::idx::{read_images, read_labels}, prelude::*};
//! # let folder = tempfile::tempdir().unwrap();
//! # let [images, labels] = ["images", "labels"].map(|name| folder.path().join(name));
//! # std::fs::write(&images, [&[0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2][..], &[0, 255]].concat()).unwrap();
//! # std::fs::write(&labels, [0, 0, 8, 1, 0, 0, 0, 1, 7]).unwrap();
//! let data = Dataset::new(read_images(&images, 1.0 / 255.0)?, read_labels::<10>(&labels)?)?;
//! assert_eq!((data.x[0], data.y[0].index()), (Image([[[0.0], [1.0]]]), 7));
//! # Ok::<(), taut::Error>(())
//! ```
//!
//! See <https://web.archive.org/web/2020/http://yann.lecun.com/exdb/mnist/>, "The IDX file format".

use crate::datasets::array::product;
use crate::datasets::dataset::class;
use crate::datasets::idx_stream::{BLOCK, Kind, Stream};
use crate::datasets::input::out_of_memory;
use crate::io::error::{Error, Result};
use crate::memory::heap::{append, zeros};
use crate::memory::view::{bytes_mut, flat_mut};
use crate::shape::pixels::Pixels;
use crate::shape::sample::{Class, Sample};
use std::path::Path;

/// The contents of an IDX file of any element type and shape.
///
/// ```
/// use taut::datasets::idx::{Idx, Values};
///
/// # fn main() -> taut::Result<()> {
/// # let file = tempfile::NamedTempFile::new().unwrap();
/// # let path = file.path();
/// # std::fs::write(path, [0, 0, 0x0b, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 7, 0xff, 0xff]).unwrap();
/// let idx = Idx::read(path)?;
/// assert_eq!(idx.shape, [1, 2]);
/// assert_eq!(idx.values, Values::I16(vec![7, -1]));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Idx {
    /// The sizes of the axes; the last one is contiguous.
    pub shape: Vec<usize>,
    /// The elements, as many as the product of `shape`.
    pub values: Values,
}

/// The elements of an [`Idx`], in the element type of the file.
///
/// ```
/// use taut::datasets::idx::{Idx, Values};
///
/// # let file = tempfile::NamedTempFile::new().unwrap();
/// # let path = file.path();
/// # let numbers = [1.5_f32, 2.5].map(f32::to_be_bytes);
/// # std::fs::write(path, [&[0, 0, 0x0d, 1, 0, 0, 0, 2], numbers.as_flattened()].concat()).unwrap();
/// let numbers: Vec<f64> = match Idx::read(path)?.values {
///     Values::U8(bytes) => bytes.into_iter().map(f64::from).collect(),
///     Values::F32(floats) => floats.into_iter().map(f64::from).collect(),
///     other => panic!("expected bytes or floats, received {other:?}"),
/// };
/// assert_eq!(numbers, [1.5, 2.5]);
/// # Ok::<(), taut::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Type byte 08.
    U8(Vec<u8>),
    /// Type byte 09.
    I8(Vec<i8>),
    /// Type byte 0b.
    I16(Vec<i16>),
    /// Type byte 0c.
    I32(Vec<i32>),
    /// Type byte 0d.
    F32(Vec<f32>),
    /// Type byte 0e.
    F64(Vec<f64>),
}

impl Idx {
    /// Reads a file.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be read, and [`Error::Data`] if it is not IDX, is shorter or longer than its header
    /// says, or is a damaged gzip stream.
    ///
    /// See [`Idx`] for an example.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let stream = Stream::open(path.as_ref())?;
        let shape = stream.shape.clone();
        let values = match stream.kind {
            Kind::U8 => Values::U8(stream.collect(u8::from_be_bytes)?),
            Kind::I8 => Values::I8(stream.collect(i8::from_be_bytes)?),
            Kind::I16 => Values::I16(stream.collect(i16::from_be_bytes)?),
            Kind::I32 => Values::I32(stream.collect(i32::from_be_bytes)?),
            Kind::F32 => Values::F32(stream.collect(f32::from_be_bytes)?),
            Kind::F64 => Values::F64(stream.collect(f64::from_be_bytes)?),
        };
        Ok(Idx { shape, values })
    }
}

/// Reads samples, one for each step along the first axis; every element is multiplied by `scale`.
///
/// The other axes must be those of the sample, apart from axes of size 1: a file of 60000 × 28 × 28 holds images of one
/// channel. Any element type is accepted. The product is computed in `f64` and rounded to `f32`.
///
/// # Errors
/// [`Error::Io`] if the file cannot be read; [`Error::Data`] as for [`Idx::read`], if the shape is another, or if a
/// result is not finite; [`Error::Argument`] if `scale` is not finite.
///
/// ```
/// use taut::{Image, datasets::idx::read_images};
///
/// # fn main() -> taut::Result<()> {
/// # let file = tempfile::NamedTempFile::new().unwrap();
/// # let path = file.path();
/// # std::fs::write(path, [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 0, 1, 2, 3]).unwrap();
/// let images: Vec<Image<2, 2, 1>> = read_images(path, 0.5)?;
/// assert_eq!(images[0].0, [[[0.0], [0.5]], [[1.0], [1.5]]]);
/// # Ok(())
/// # }
/// ```
pub fn read_images<X: Sample>(path: impl AsRef<Path>, scale: f32) -> Result<Vec<X>> {
    if !scale.is_finite() {
        return Err(Error::argument("scale", "a finite number", scale));
    }
    read_samples(path.as_ref(), |value| (value * f64::from(scale)) as f32)
}

/// Reads samples that stay bytes, one for each step along the first axis, of a file whose elements are bytes.
///
/// The samples need a quarter of the memory of [`read_images`], and no floats are made. The other axes must be those of
/// the sample, apart from axes of size 1.
///
/// # Errors
/// [`Error::Io`] if the file cannot be read; [`Error::Data`] as for [`Idx::read`], or if the shape is another or the
/// elements are no bytes.
///
/// ```
/// use taut::{Pixels, datasets::idx::read_pixels, prelude::*};
///
/// # fn main() -> taut::Result<()> {
/// # let file = tempfile::NamedTempFile::new().unwrap();
/// # let path = file.path();
/// # std::fs::write(path, [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 0, 51, 102, 255]).unwrap();
/// let images: Vec<Pixels<Image<2, 2, 1>>> = read_pixels(path)?;
/// assert_eq!(images[0].bytes(), [0, 51, 102, 255]);
/// assert_eq!(images[0].to_floats().0, [[[0.0], [0.2]], [[0.4], [1.0]]]);
/// # Ok(())
/// # }
/// ```
pub fn read_pixels<X: Sample, const MAX: u8>(path: impl AsRef<Path>) -> Result<Vec<Pixels<X, MAX>>> {
    let path = path.as_ref();
    let stream = open_samples::<X>(path)?;
    if stream.kind != Kind::U8 {
        return Err(Error::data(path, "", "elements of u8", stream.kind.name()));
    }
    let mut samples = stream.vec_for::<Pixels<X, MAX>>(stream.shape[0])?;
    let mut block = zeros::<Pixels<X, MAX>>(block_of::<X>(&stream));
    stream.blocks(block.len() * X::LEN, |bytes| {
        bytes_mut(&mut block)[..bytes.len()].copy_from_slice(bytes);
        let n = bytes.len() / X::LEN;
        samples.try_reserve(n).map_err(out_of_memory(path))?;
        append(&mut samples, &block[..n]);
        Ok(())
    })?;
    Ok(samples)
}

/// Reads classes from a file of one axis.
///
/// # Errors
/// [`Error::Io`] if the file cannot be read; [`Error::Data`] as for [`Idx::read`], if there are more axes, or if a
/// label is not a whole number from 0 to `N − 1`.
///
/// ```
/// use taut::{Class, datasets::idx::read_labels};
///
/// # fn main() -> taut::Result<()> {
/// # let file = tempfile::NamedTempFile::new().unwrap();
/// # let path = file.path();
/// # std::fs::write(path, [0, 0, 8, 1, 0, 0, 0, 3, 9, 0, 2]).unwrap();
/// let labels: Vec<Class<10>> = read_labels(path)?;
/// assert_eq!(labels[0].index(), 9);
/// # Ok(())
/// # }
/// ```
pub fn read_labels<const N: usize>(path: impl AsRef<Path>) -> Result<Vec<Class<N>>> {
    let path = path.as_ref();
    let stream = Stream::open(path)?;
    if stream.shape[1..].iter().any(|axis| *axis != 1) {
        return Err(Error::data(path, "", "labels, which have one axis", product(&stream.shape)));
    }
    let (kind, mut labels) = (stream.kind, stream.vec_for(stream.shape[0])?);
    let mut numbers = vec![0.0f64; BLOCK];
    stream.blocks(BLOCK, |bytes| {
        let numbers = &mut numbers[..bytes.len() / kind.width()];
        kind.decode(bytes, numbers, |value| value);
        labels.try_reserve(numbers.len()).map_err(out_of_memory(path))?;
        for number in numbers {
            let row = labels.len() + 1;
            labels
                .push(class(*number).map_err(|expected| Error::data(path, format!(", row {row}"), expected, *number))?);
        }
        Ok(())
    })?;
    Ok(labels)
}

/// Opens a file of samples in the shape of `X`.
fn open_samples<X: Sample>(path: &Path) -> Result<Stream<'_>> {
    let stream = Stream::open(path)?;
    let axes = |shape: &[usize]| shape.iter().copied().filter(|axis| *axis != 1).collect::<Vec<_>>();
    if axes(&stream.shape[1..]) == axes(X::SHAPE) {
        return Ok(stream);
    }
    let received = format!("{}, the number of samples first", product(&stream.shape));
    Err(Error::data(path, "", format!("samples of {}", product(X::SHAPE)), received))
}

/// The number of samples that are read at a time.
fn block_of<X: Sample>(stream: &Stream<'_>) -> usize {
    (BLOCK / X::LEN.max(1)).clamp(1, stream.shape[0].max(1))
}

/// Reads samples as [`read_images`] does, with any conversion of their elements.
pub(super) fn read_samples<X: Sample>(path: &Path, convert: impl Fn(f64) -> f32) -> Result<Vec<X>> {
    let stream = open_samples::<X>(path)?;
    let (kind, mut samples) = (stream.kind, stream.vec_for::<X>(stream.shape[0])?);
    let mut block = zeros::<X>(block_of::<X>(&stream));
    stream.blocks(block.len() * X::LEN, |bytes| {
        let values = &mut flat_mut(&mut block)[..bytes.len() / kind.width()];
        kind.decode(bytes, values, &convert);
        if let Some(at) = values.iter().position(|value| !value.is_finite()) {
            let place = format!(", row {}, element {}", samples.len() + at / X::LEN + 1, at % X::LEN + 1);
            return Err(Error::data(path, place, "a finite number", values[at]));
        }
        let n = values.len() / X::LEN;
        samples.try_reserve(n).map_err(out_of_memory(path))?;
        // Copies from heap to heap: `push` would put a sample on the stack.
        samples.extend_from_slice(&block[..n]);
        Ok(())
    })?;
    Ok(samples)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::sample::{Image, Vector};
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;
    use tempfile::NamedTempFile;

    fn idx(kind: u8, axes: &[u32], elements: &[u8]) -> Vec<u8> {
        let axes_bytes: Vec<u8> = axes.iter().flat_map(|axis| axis.to_be_bytes()).collect();
        [&[0, 0, kind, axes.len() as u8], &axes_bytes[..], elements].concat()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(bytes).unwrap();
        gzip.finish().unwrap()
    }

    fn file(bytes: &[u8]) -> NamedTempFile {
        let file = NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        file
    }

    /// The message without the file's name.
    fn message<T: std::fmt::Debug>(bytes: &[u8], read: impl Fn(&Path) -> Result<T>) -> String {
        let file = file(bytes);
        let error = read(file.path()).unwrap_err();
        assert!(matches!(error, Error::Data { .. }), "{error:?}");
        let path = file.path().display().to_string();
        error.to_string().strip_prefix(&path).unwrap().to_string()
    }

    #[test]
    fn all_types_gzipped_or_not() {
        fn bytes<T, const W: usize>(values: [T; 4], to_be_bytes: fn(T) -> [u8; W]) -> Vec<u8> {
            values.into_iter().flat_map(to_be_bytes).collect()
        }
        let (i8s, i16s, i32s) = ([-128, 0, 1, 127], [i16::MIN, 0, 1, i16::MAX], [i32::MIN, 0, 1, i32::MAX]);
        let (f32s, f64s) = ([-1.5, 0.0, 1e-40, f32::MAX], [-1.5, 0.0, 1e-310, f64::MAX]);
        let cases = [
            (0x08, bytes([0, 1, 128, 255], u8::to_be_bytes), Values::U8(vec![0, 1, 128, 255])),
            (0x09, bytes(i8s, i8::to_be_bytes), Values::I8(i8s.into())),
            (0x0b, bytes(i16s, i16::to_be_bytes), Values::I16(i16s.into())),
            (0x0c, bytes(i32s, i32::to_be_bytes), Values::I32(i32s.into())),
            (0x0d, bytes(f32s, f32::to_be_bytes), Values::F32(f32s.into())),
            (0x0e, bytes(f64s, f64::to_be_bytes), Values::F64(f64s.into())),
        ];
        for (kind, elements, values) in cases {
            let bytes = idx(kind, &[2, 1, 2], &elements);
            for bytes in [gzip(&bytes), [gzip(&bytes[..9]), gzip(&bytes[9..])].concat(), bytes] {
                let expected = Idx { shape: vec![2, 1, 2], values: values.clone() };
                assert_eq!(Idx::read(file(&bytes).path()).unwrap(), expected);
            }
        }
    }

    #[test]
    fn samples_of_all_types() {
        let three = |bytes: &[u8], kind| {
            let samples: Vec<Vector<2>> = read_images(file(&idx(kind, &[1, 2], bytes)).path(), 0.5).unwrap();
            assert_eq!(samples, [Vector::new([-1.5, 1.0])]);
        };
        three(&[(-3i8) as u8, 2], 0x09);
        three(&[-3i16, 2].map(i16::to_be_bytes).concat(), 0x0b);
        three(&[-3i32, 2].map(i32::to_be_bytes).concat(), 0x0c);
        three(&[-3f32, 2.0].map(f32::to_be_bytes).concat(), 0x0d);
        three(&[-3f64, 2.0].map(f64::to_be_bytes).concat(), 0x0e);
    }

    #[test]
    fn more_than_a_block() {
        let elements: Vec<u8> = (0..5 * 10_000).map(|i| (i % 251) as u8).collect();
        for bytes in [idx(8, &[10_000, 5], &elements), gzip(&idx(8, &[10_000, 1, 5, 1], &elements))] {
            let samples: Vec<Vector<5>> = read_images(file(&bytes).path(), 1.0).unwrap();
            assert_eq!(samples.len(), 10_000);
            assert!(crate::memory::view::flat(&samples).iter().zip(&elements).all(|(a, b)| *a == f32::from(*b)));
        }
        let labels: Vec<Class<251>> = read_labels(file(&idx(8, &[50_000], &elements)).path()).unwrap();
        assert!(labels.iter().zip(&elements).all(|(a, b)| a.index() == usize::from(*b)) && labels.len() == 50_000);
    }

    #[test]
    fn samples_larger_than_a_block_stay_off_the_stack() {
        let bytes = idx(8, &[2, 1024, 1024, 3], &[7; 2 * 1024 * 1024 * 3]);
        let images: Vec<Image<1024, 1024, 3>> = read_images(file(&bytes).path(), 1.0).unwrap();
        assert_eq!((images.len(), images[1].0[1023][1023]), (2, [7.0; 3]));
    }

    #[test]
    fn bytes_are_those_of_the_file() {
        // More than a block.
        let bytes: Vec<u8> = (0..3 * 5_000_u32).map(|i| (i * i / 7) as u8).collect();
        let plain = idx(8, &[5_000, 3, 1], &bytes);
        for whole in [plain.clone(), gzip(&plain)] {
            let file = file(&whole);
            let read: Vec<Pixels<Vector<3>>> = read_pixels(file.path()).unwrap();
            assert!(read.iter().flat_map(|x| x.bytes()).eq(&bytes));
            let floats: Vec<Vector<3>> = read_samples(file.path(), |x| (x / 255.0) as f32).unwrap();
            assert!(read.iter().map(Pixels::to_floats).eq(floats));
        }
        let one = || idx(8, &[1, 28, 28], &[7; 784]);
        assert_eq!(read_pixels::<Image<28, 28, 1>, 1>(file(&one()).path()).unwrap()[0].to_floats().0[27][27], [7.0]);
        assert_eq!(
            message(&one(), |path| read_pixels::<Vector<784>, 255>(path)),
            ": expected samples of 784, received 1 x 28 x 28, the number of samples first"
        );
        let signed = idx(9, &[1, 3], &[1; 3]);
        let expected = ": expected elements of u8, received i8";
        assert_eq!(message(&signed, |path| read_pixels::<Vector<3>, 255>(path)), expected);
        assert!(read_pixels::<Vector<3>, 255>(file(&idx(8, &[0, 3], &[])).path()).unwrap().is_empty());
        let large = idx(8, &[2, 1024, 1024, 3], &[7; 2 * 1024 * 1024 * 3]);
        let large: Vec<Pixels<Image<1024, 1024, 3>>> = read_pixels(file(&large).path()).unwrap();
        assert!(large.len() == 2 && large[1].bytes().iter().all(|byte| *byte == 7));
    }

    #[test]
    fn one_row() {
        let labels: Vec<Class<3>> = read_labels(file(&idx(8, &[1], &[2])).path()).unwrap();
        assert_eq!(labels.iter().map(|label| label.index()).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn no_rows() {
        assert!(read_images::<Vector<3>>(file(&idx(8, &[0, 3], &[])).path(), 1.0).unwrap().is_empty());
        assert!(read_labels::<3>(file(&gzip(&idx(8, &[0], &[]))).path()).unwrap().is_empty());
        let absurd = idx(8, &[u32::MAX, u32::MAX, u32::MAX, 0], &[]);
        assert_eq!(Idx::read(file(&absurd).path()).unwrap().values, Values::U8(vec![]));
    }

    #[test]
    fn wrong_headers() {
        let message = |bytes: &[u8]| message(bytes, |path| Idx::read(path));
        assert_eq!(message(&[]), ": expected an IDX file, received an empty one");
        assert_eq!(message(&gzip(&[])), ": expected an IDX file, received an empty one");
        assert_eq!(message(b"PNG"), ": expected an IDX file, which begins with the bytes 00 00, received 50 4e");
        assert_eq!(message(&[0]), ": expected a header of 4 bytes or more, received 1 byte");
        assert_eq!(message(&[0, 0, 8]), ": expected a header of 4 bytes or more, received 3 bytes");
        assert_eq!(message(&[0, 0, 8, 0]), ": expected 1 axis or more, received 0 axes");
        let types = "08 (u8), 09 (i8), 0b (i16), 0c (i32), 0d (f32) or 0e (f64)";
        for kind in [0x00, 0x0a, 0x0f, 0xff] {
            let expected = format!(": expected a type byte of {types}, received {kind:02x}");
            assert_eq!(message(&idx(kind, &[1], &[0])), expected);
        }
        let header = idx(8, &[2, 3], &[]);
        assert_eq!(message(&header[..11]), ": expected a header of 12 bytes, for 2 axes, received 11 bytes");
        assert_eq!(message(&gzip(&header[..4])), ": expected a header of 12 bytes, for 2 axes, received 4 bytes");
    }

    #[test]
    fn wrong_lengths() {
        let message = |bytes: &[u8]| {
            let of_idx = message(bytes, |path| Idx::read(path));
            assert_eq!(message(bytes, |path| read_images::<Vector<3>>(path, 1.0)), of_idx);
            assert_eq!(message(bytes, |path| read_pixels::<Vector<3>, 255>(path)), of_idx);
            of_idx
        };
        let expected = ": expected 18 bytes (12 of header, and 2 x 3 elements of u8), received ";
        for len in [0, 5, 7, 100] {
            let bytes = idx(8, &[2, 3], &vec![1; len]);
            assert_eq!(message(&bytes), format!("{expected}{}", 12 + len));
            let received = if len > 6 { "more".to_string() } else { (12 + len).to_string() };
            assert_eq!(message(&gzip(&bytes)), format!("{expected}{received}"));
        }
    }

    #[test]
    fn absurd_sizes_do_not_allocate() {
        for axes in [&[u32::MAX, 3][..], &[u32::MAX, 3, 1, 1, u32::MAX, u32::MAX], &[1 << 31, 3]] {
            let bytes = idx(0x0e, axes, &[1; 24]);
            for bytes in [gzip(&bytes), bytes] {
                let message = message(&bytes, |path| Idx::read(path));
                assert!(
                    message.starts_with(": expected ") && message.contains(" elements of f64), received "),
                    "{message}"
                );
            }
        }
        // The stream claims itself to be as long as the header says, and is not.
        let bytes = idx(8, &[9_000, 3], &[1; 6]);
        let mut forged = gzip(&bytes);
        let at = forged.len() - 4;
        forged[at..].copy_from_slice(&(9_000u32 * 3 + 12).to_le_bytes());
        assert!(message(&forged, |path| Idx::read(path)).contains("gzip stream"));
    }

    #[test]
    fn corrupt_gzip() {
        let message = |bytes: &[u8]| message(bytes, |path| Idx::read(path));
        let whole = gzip(&idx(8, &[10_000], &(0..10_000u32).map(|i| ((i * i) >> 7) as u8).collect::<Vec<_>>()));
        let cut = message(&whole[..whole.len() / 2]);
        assert_eq!(cut, ": expected a whole gzip stream, received one that is cut off");
        for at in [whole.len() / 2, whole.len() - 6] {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x55;
            let damaged = message(&damaged);
            assert!(damaged.contains("expected a sound gzip stream, received a damaged one ("), "{damaged}");
        }
        let extra = message(&[&whole[..], b"garbage after the end"].concat());
        let expected = "received a damaged one (something other than zeros follows its end)";
        assert!(extra.ends_with(expected), "{extra}");
        let labels = idx(8, &[3], &[9, 0, 2]);
        let padded = file(&[gzip(&labels[..9]), vec![0; 5], gzip(&labels[9..]), vec![0; 512]].concat());
        assert_eq!(read_labels::<10>(padded.path()).unwrap().len(), 3);
    }

    #[test]
    fn wrong_shapes() {
        let bytes = idx(8, &[1, 28, 28], &[0; 784]);
        assert_eq!(read_images::<Image<28, 28, 1>>(file(&bytes).path(), 1.0).unwrap().len(), 1);
        assert_eq!(
            message(&bytes, |path| read_images::<Image<14, 56, 1>>(path, 1.0)),
            ": expected samples of 14 x 56 x 1, received 1 x 28 x 28, the number of samples first"
        );
        assert_eq!(
            message(&bytes, |path| read_images::<Vector<784>>(path, 1.0)),
            ": expected samples of 784, received 1 x 28 x 28, the number of samples first"
        );
        let expected = ": expected labels, which have one axis, received 1 x 28 x 28";
        assert_eq!(message(&bytes, |path| read_labels::<10>(path)), expected);
    }

    #[test]
    fn wrong_values() {
        let labels = idx(8, &[3], &[0, 9, 10]);
        let expected = ", row 3: expected a whole number from 0 to 9, received 10";
        assert_eq!(message(&labels, |path| read_labels::<10>(path)), expected);
        let labels = idx(0x0d, &[2], &[1f32, 0.5].map(f32::to_be_bytes).concat());
        let expected = ", row 2: expected a whole number from 0 to 9, received 0.5";
        assert_eq!(message(&labels, |path| read_labels::<10>(path)), expected);
        let labels = idx(0x0b, &[1], &(-1i16).to_be_bytes());
        let expected = ", row 1: expected a whole number from 0 to 9, received -1";
        assert_eq!(message(&labels, |path| read_labels::<10>(path)), expected);

        let numbers = idx(0x0d, &[2, 2], &[1f32, 2.0, 3.0, f32::NAN].map(f32::to_be_bytes).concat());
        let expected = ", row 2, element 2: expected a finite number, received NaN";
        assert_eq!(message(&numbers, |path| read_images::<Vector<2>>(path, 1.0)), expected);
        let error = read_images::<Vector<2>>("", f32::NAN).unwrap_err();
        assert!(matches!(error, Error::Argument { argument: "scale", .. }));
        assert_eq!(error.to_string(), "scale: expected a finite number, received NaN");
    }
}
