//! `.npy` and `.npz`, the files of NumPy: one array, and a zip archive of arrays.

use crate::datasets::array::{ArrayRow, MOST_WHOLE, NumericArray, fits, rows_text, shape_text};
use crate::datasets::csv_rows::{list, quoted};
use crate::datasets::dataset::{Dataset, count};
use crate::datasets::input::{Input, Size, out_of_memory, read_error};
use crate::datasets::npy_header::{Header, Wrong, fill, start};
use crate::io::error::{Error, Result};
use crate::io::file::write_atomically;
use std::fs::File;
use std::io::{BufReader, Cursor, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// A file of one array, as `numpy.save` writes it; it may be gzipped.
///
/// Elements may be `bool`, `uint8` to `uint64`, `int8` to `int64` and `float16` to `float64`, little- or big-endian, in
/// C or Fortran order. [`ArrayRow`] says which sizes fit which type.
///
/// ```
/// use taut::datasets::Npy;
/// use taut::{Class, Dataset, Vector};
///
/// # fn main() -> taut::Result<()> {
/// # let folder = tempfile::tempdir().unwrap();
/// # let folder = folder.path();
/// # Npy::new(folder.join("x.npy")).write(&[[0.0, 2.0], [4.0, 6.0]].map(Vector::new)[..])?;
/// # Npy::new(folder.join("y.npy")).write(&nalgebra::DVector::from_row_slice(&[2, 0]))?;
/// let x = Npy::new(folder.join("x.npy")).scale(0.5).read()?;
/// let y = Npy::new(folder.join("y.npy")).read()?;
/// let data: Dataset<Vector<2>, Class<3>> = Dataset::new(x, y)?;
/// assert_eq!((data.x[1], data.y[0].index()), (Vector::new([2.0, 3.0]), 2));
///
/// let predictions = [Vector::new([0.9, 0.1]), Vector::new([0.2, 0.8])];
/// Npy::new(folder.join("predictions.npy")).write(&predictions[..])?;
/// # assert_eq!(Npy::new(folder.join("predictions.npy")).read::<Vector<2>>()?, predictions);
/// # Ok(())
/// # }
/// ```
///
/// See <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>.
#[derive(Clone, Debug, PartialEq)]
pub struct Npy {
    /// The file.
    pub path: PathBuf,
    /// What each number of a sample is multiplied by when it is read; 1 by default. Classes and tokens stay as they
    /// are.
    pub scale: f32,
}

/// A zip archive of arrays by name, as `numpy.savez` and `numpy.savez_compressed` write it: the form in which Keras
/// ships its data.
///
/// Arrays are as in [`Npy`].
///
/// ```
/// use taut::datasets::Npz;
/// use taut::{Class, Dataset, Image};
///
/// # fn main() -> taut::Result<()> {
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("mnist.npz");
/// # let x = vec![Image([[[255.0]; 28]; 28]); 2];
/// # let y: Vec<Class<10>> = vec![Class::new(5).unwrap(); 2];
/// # Npz::new(&path).write(&[("x_train", &x), ("y_train", &y), ("x_test", &x), ("y_test", &y)])?;
/// let mnist = Npz::new(path).scale(1.0 / 255.0);
/// let train: Dataset<Image<28, 28, 1>, Class<10>> = mnist.read("x_train", "y_train")?;
/// let test: Dataset<Image<28, 28, 1>, Class<10>> = mnist.read("x_test", "y_test")?;
/// # assert_eq!((train.x[1].0[27][27], test.y[1].index()), ([1.0], 5));
/// # Ok(())
/// # }
/// ```
///
/// See <https://numpy.org/doc/stable/reference/generated/numpy.savez.html>.
#[derive(Clone, Debug, PartialEq)]
pub struct Npz {
    /// The file.
    pub path: PathBuf,
    /// What each number of a sample is multiplied by when it is read; 1 by default. Labels stay as they are.
    pub scale: f32,
}

impl Npy {
    /// The array of a file.
    ///
    /// See [`Npy`] for an example.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Npy { path: path.into(), scale: 1.0 }
    }

    /// Sets what each number of a sample is multiplied by when it is read, such as `1.0 / 255.0` for pixels. Classes
    /// and tokens stay as they are.
    ///
    /// See [`Npy`] for an example.
    pub fn scale(mut self, scale: f32) -> Self {
        self.scale = scale;
        self
    }

    /// Reads samples, tokens or classes, one for each row.
    ///
    /// # Errors
    /// - [`Error::Io`] if the file cannot be read, or its rows do not fit into memory.
    /// - [`Error::Data`], with the row and the element, both from 1: the file is no `.npy` file, holds other elements
    ///   than numbers, is shorter or longer than its header says or a damaged gzip stream; its rows do not have the
    ///   axes of the type; a number is not finite, or no class or token.
    /// - [`Error::Argument`] if the scale is not finite.
    ///
    /// See [`Npy`] for an example.
    pub fn read<X: ArrayRow>(&self) -> Result<Vec<X>> {
        let input = Input::open(&self.path)?;
        let size = input.size;
        let mut array = Array { path: &self.path, place: String::new(), size, reader: input.into_reader() };
        array.rows(checked(self.scale)?)
    }

    /// Writes an array, such as predictions: the numbers of samples as `float32`, whole numbers as `int64`. An existing
    /// file is replaced as a whole.
    ///
    /// # Errors
    /// [`Error::Io`] if the file cannot be written; an existing file is then as before. [`Error::Argument`] if a number
    /// would be another one in the file, which is 2⁵³ or more, or more than a `float32` has; and for an array without
    /// axes.
    ///
    /// See [`Npy`] for an example.
    pub fn write(&self, array: &(impl NumericArray + ?Sized)) -> Result<()> {
        let mut bytes = Vec::new();
        write_to(&mut bytes, &self.path, array)?;
        write_atomically(&self.path, &bytes)
    }
}

impl Npz {
    /// The arrays of a file.
    ///
    /// See [`Npz`] for an example.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Npz { path: path.into(), scale: 1.0 }
    }

    /// Sets what each number of a sample is multiplied by when it is read, such as `1.0 / 255.0` for pixels. Labels
    /// stay as they are.
    ///
    /// See [`Npz`] for an example.
    pub fn scale(mut self, scale: f32) -> Self {
        self.scale = scale;
        self
    }

    /// The names of the arrays, in the order of the file.
    ///
    /// # Errors
    /// [`Error::Io`] if the file cannot be read, and [`Error::Data`] if it is no zip archive.
    ///
    /// ```
    /// use taut::{Vector, datasets::Npz};
    ///
    /// # fn main() -> taut::Result<()> {
    /// # let file = tempfile::NamedTempFile::new().unwrap();
    /// let npz = Npz::new(file.path());
    /// npz.write(&[("x", &vec![Vector::new([1.0])]), ("y", &nalgebra::DVector::from_element(1, 3))])?;
    /// assert_eq!(npz.names()?, ["x", "y"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn names(&self) -> Result<Vec<String>> {
        self.names_in(&self.open()?)
    }

    /// Reads a dataset: the samples from the array `x`, and their labels from the array `y`.
    ///
    /// # Errors
    /// As [`Npy::read`], with the name of the array; and [`Error::Data`] if the file is no zip archive or a damaged
    /// one, an array is missing or has another checksum, or the arrays do not have as many rows.
    ///
    /// See [`Npz`] for an example.
    pub fn read<X: ArrayRow, T: ArrayRow>(&self, x: &str, y: &str) -> Result<Dataset<X, T>> {
        let (samples, labels) = (self.array_times(x, self.scale)?, self.array_times::<T>(y, 1.0)?);
        if samples.len() != labels.len() {
            let expected = format!("{}, one for each of array {x:?}", count(samples.len(), "row"));
            return Err(Error::data(&self.path, place(y), expected, labels.len()));
        }
        Ok(Dataset { x: samples, y: labels })
    }

    /// Reads one array: samples, tokens or classes, one for each row.
    ///
    /// # Errors
    /// The errors of [`read`](Self::read).
    ///
    /// ```
    /// use taut::{Vector, datasets::Npz};
    ///
    /// # fn main() -> taut::Result<()> {
    /// # let file = tempfile::NamedTempFile::new().unwrap();
    /// let npz = Npz::new(file.path());
    /// npz.write(&[("x", &vec![Vector::new([1.0, 2.0])])])?;
    /// assert_eq!(npz.array::<Vector<2>>("x")?, [Vector::new([1.0, 2.0])]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn array<X: ArrayRow>(&self, name: &str) -> Result<Vec<X>> {
        self.array_times(name, self.scale)
    }

    /// Writes arrays with their names: samples, labels, predictions, matrices. Numbers of samples become `float32`,
    /// whole numbers `int64`. An existing file is replaced as a whole.
    ///
    /// # Errors
    /// As those of [`Npy::write`]; [`Error::Argument`] also if a name is empty or stands there twice.
    ///
    /// See [`Npz`] for an example.
    pub fn write(&self, arrays: &[(&str, &dyn NumericArray)]) -> Result<()> {
        for (i, (name, _)) in arrays.iter().enumerate() {
            if name.is_empty() || arrays[..i].iter().any(|(other, _)| other == name) {
                let received = if name.is_empty() { "an empty one".into() } else { format!("{name:?} twice") };
                return Err(Error::argument("arrays", "names, each once", received));
            }
        }
        let failed = |error: ZipError| Error::io("write", &self.path)(error.into());
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(true);
        for (name, array) in arrays {
            zip.start_file(format!("{name}.npy"), stored).map_err(failed)?;
            write_to(&mut zip, &self.path, *array)?;
        }
        let bytes = zip.finish().map_err(failed)?.into_inner();
        write_atomically(&self.path, &bytes)
    }

    fn open(&self) -> Result<ZipArchive<BufReader<File>>> {
        let file = File::open(&self.path).map_err(Error::io("read", &self.path))?;
        ZipArchive::new(BufReader::new(file)).map_err(|error| self.zip_error("", error))
    }

    fn names_in(&self, zip: &ZipArchive<BufReader<File>>) -> Result<Vec<String>> {
        let name = |name: Result<_, ZipError>| -> Result<String> {
            let name: std::borrow::Cow<str> = name.map_err(|error| self.zip_error("", error))?;
            Ok(name.strip_suffix(".npy").unwrap_or(&name).to_string())
        };
        zip.file_names().map(name).collect()
    }

    fn array_times<X: ArrayRow>(&self, name: &str, scale: f32) -> Result<Vec<X>> {
        let (scale, place) = (checked(scale)?, place(name));
        let mut zip = self.open()?;
        let most = std::fs::metadata(&self.path).map_err(Error::io("read", &self.path))?.len();
        let known = self.names_in(&zip)?;
        let entry = match zip.by_name(&format!("{name}.npy")) {
            Err(ZipError::FileNotFound) => {
                let received = if known.is_empty() { "none".to_string() } else { list(&known, quoted) };
                return Err(Error::data(&self.path, "", format!("an array {name:?}"), received));
            }
            entry => entry.map_err(|error| self.zip_error(&place, error))?,
        };
        // DEFLATE makes 1032 bytes of one at most.
        let most = entry.compressed_size().min(most).saturating_mul(1032);
        if entry.size() > most {
            let received = format!("{} in {}", count_bytes(entry.size()), count_bytes(entry.compressed_size()));
            return Err(Error::data(&self.path, place, "a sound zip archive", received));
        }
        let size = Size::Exact(entry.size());
        Array { path: &self.path, place, size, reader: Box::new(entry) }.rows(scale)
    }

    fn zip_error(&self, place: &str, error: ZipError) -> Error {
        match error {
            ZipError::Io(error) if error.raw_os_error().is_some() => Error::io("read", &self.path)(error),
            error => Error::data(&self.path, place, "a sound zip archive", format!("a damaged one ({error})")),
        }
    }
}

/// The place of an array, as errors name it.
fn place(name: &str) -> String {
    format!(", array {name:?}")
}

fn count_bytes(bytes: u64) -> String {
    format!("{bytes} bytes")
}

fn checked(scale: f32) -> Result<f64> {
    if scale.is_finite() { Ok(scale.into()) } else { Err(Error::argument("scale", "a finite number", scale)) }
}

/// Writes the header and the elements of an array. Fails if the file would hold other numbers than the array.
fn write_to(to: &mut impl Write, path: &Path, array: &(impl NumericArray + ?Sized)) -> Result<()> {
    const WHAT: &str = "the array to write";
    let (shape, whole) = (array.shape(), array.is_whole());
    let Some((rows, axes)) = shape.split_first() else {
        return Err(Error::argument(WHAT, "at least one axis", "none"));
    };
    let mut write = |bytes: &[u8]| to.write_all(bytes).map_err(Error::io("write", path));
    write(&start(&shape, whole))?;
    let mut numbers = vec![0.0; axes.iter().product()];
    let mut bytes = Vec::new();
    for row in 0..if numbers.is_empty() { 0 } else { *rows } {
        array.row(row, &mut numbers);
        let fits = |number: &f64| match whole {
            true => number.abs() < MOST_WHOLE,
            false => !number.is_finite() || (*number as f32).is_finite(),
        };
        if let Some(number) = numbers.iter().find(|number| !fits(number)) {
            let expected = if whole { "whole numbers below 2^53" } else { "numbers that fit into a float32" };
            return Err(Error::argument(WHAT, expected, format!("{number:e} in row {}", row + 1)));
        }
        bytes.clear();
        if whole {
            bytes.extend(numbers.iter().flat_map(|number| (*number as i64).to_le_bytes()));
        } else {
            bytes.extend(numbers.iter().flat_map(|number| (*number as f32).to_le_bytes()));
        }
        write(&bytes)?;
    }
    Ok(())
}

/// An array in a file.
struct Array<'a> {
    path: &'a Path,
    /// The name of the array within the file, as errors name it; it is empty for a `.npy` file.
    place: String,
    /// The length of header and elements, as far as known before reading.
    size: Size,
    reader: Box<dyn Read + 'a>,
}

impl Array<'_> {
    /// Reads all rows, and multiplies their numbers by `scale`, unless they are whole.
    fn rows<X: ArrayRow>(&mut self, scale: f64) -> Result<Vec<X>> {
        let header = Header::read(&mut *self.reader).map_err(|wrong| self.wrong(wrong))?;
        if !fits(&header.shape, X::AXES) {
            return Err(self.error("", rows_text(X::AXES), shape_text(&header.shape)));
        }
        let total = (header.len as u64).saturating_add(header.bytes);
        match self.size {
            Size::Exact(len) if len != total => return Err(self.wrong_length(&header, len.to_string())),
            Size::Gzip { max, .. } if max < total => {
                return Err(self.wrong_length(&header, format!("a gzip stream of at most {max}")));
            }
            _ => {}
        }
        let (n, width) = (header.shape[0], X::AXES.iter().product::<usize>());
        let mut rows = Vec::new();
        if header.bytes > 0 {
            let (path, place) = (self.path, self.place.clone());
            let mut push = |i: usize, numbers: &mut [f64]| {
                if !X::WHOLE && scale != 1.0 {
                    numbers.iter_mut().for_each(|number| *number *= scale);
                }
                rows.try_reserve(1).map_err(out_of_memory(path))?;
                X::push(numbers, &mut rows).map_err(|(at, expected)| {
                    let element = if width == 1 { String::new() } else { format!(", element {}", at + 1) };
                    Error::data(path, format!("{place}, row {}{element}", i + 1), expected, numbers[at])
                })
            };
            let mut numbers = vec![0.0; width];
            if header.fortran {
                let all = self.all(&header)?;
                let (positions, size) = (fortran_positions(&header.shape), header.kind.width());
                for i in 0..n {
                    for (number, position) in numbers.iter_mut().zip(&positions) {
                        let at = (i + position * n) * size;
                        header.decode(&all[at..at + size], std::slice::from_mut(number));
                    }
                    push(i, &mut numbers)?;
                }
            } else {
                let mut bytes = vec![0; width * header.kind.width()];
                for i in 0..n {
                    let found = fill(&mut *self.reader, &mut bytes).map_err(|wrong| self.wrong(wrong))?;
                    if found < bytes.len() {
                        let received = header.len + i * bytes.len() + found;
                        return Err(self.wrong_length(&header, received.to_string()));
                    }
                    header.decode(&bytes, &mut numbers);
                    push(i, &mut numbers)?;
                }
            }
        }
        // Reading to the end also verifies the checksum of a zip archive or a gzip stream.
        if fill(&mut *self.reader, &mut [0]).map_err(|wrong| self.wrong(wrong))? > 0 {
            return Err(self.wrong_length(&header, "more".into()));
        }
        rows.shrink_to_fit();
        Ok(rows)
    }

    /// The bytes of all elements.
    fn all(&mut self, header: &Header) -> Result<Vec<u8>> {
        let (mut all, mut block) = (Vec::new(), vec![0; 1 << 16]);
        let mut left = header.bytes;
        while left > 0 {
            let most = block.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            let found = fill(&mut *self.reader, &mut block[..most]).map_err(|wrong| self.wrong(wrong))?;
            all.try_reserve(found).map_err(out_of_memory(self.path))?;
            all.extend_from_slice(&block[..found]);
            if found < most {
                return Err(self.wrong_length(header, (header.len + all.len()).to_string()));
            }
            left -= found as u64;
        }
        Ok(all)
    }

    fn wrong(&self, wrong: Wrong) -> Error {
        match wrong {
            Wrong::Text(expected, received) => self.error("", expected, received),
            // What reads a zip archive tells so of its flaws.
            Wrong::Io(error) if !self.place.is_empty() && error.raw_os_error().is_none() => {
                let received = match error.kind() {
                    ErrorKind::UnexpectedEof => "one that is cut off".to_string(),
                    _ => format!("a damaged one ({error})"),
                };
                self.error("", "a sound zip archive", received)
            }
            Wrong::Io(error) => read_error(self.path, self.size, error),
        }
    }

    fn wrong_length(&self, header: &Header, received: String) -> Error {
        let total = match (header.len as u64).saturating_add(header.bytes) {
            u64::MAX => "2^64 or more".to_string(),
            total => total.to_string(),
        };
        self.error("", format!("{total} bytes ({} of header, and {})", header.len, header.text()), received)
    }

    fn error(&self, place: &str, expected: impl ToString, received: impl ToString) -> Error {
        Error::data(self.path, format!("{}{place}", self.place), expected, received)
    }
}

/// Where the numbers of a row are in an array of Fortran's order, in units of the number of rows, for each number in
/// the order of C.
fn fortran_positions(shape: &[usize]) -> Vec<usize> {
    let axes = &shape[1..];
    let position = |mut at: usize| {
        let mut index = vec![0; axes.len()];
        for (index, axis) in index.iter_mut().zip(axes).rev() {
            (*index, at) = (at % axis, at / axis);
        }
        index.iter().zip(axes).rev().fold(0, |position, (index, axis)| position * axis + index)
    };
    (0..axes.iter().product()).map(position).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::plain::Floats;
    use crate::shape::sample::{Class, Image, Sample, Sequence, Tokens, Vector};
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use nalgebra::DMatrix;
    use std::io::{Seek, SeekFrom};
    use tempfile::NamedTempFile;

    /// `numbers` of tests/fixtures/arrays.py.
    fn numbers() -> impl Iterator<Item = f32> {
        (0..24).map(|i| (i * 3 % 7) as f32)
    }

    fn fixture(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
    }

    fn file(bytes: &[u8]) -> NamedTempFile {
        let file = NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        file
    }

    fn npy(shape: &[usize], elements: &[u8]) -> Vec<u8> {
        [&start(shape, false)[..], elements].concat()
    }

    /// The message of an [`Error::Data`] without the file's name.
    fn message<T>(path: &Path, read: impl Fn(&Path) -> Result<T>) -> String {
        let error = read(path).err().unwrap();
        assert!(matches!(error, Error::Data { .. }), "{error:?}");
        error.to_string().strip_prefix(&path.display().to_string()).unwrap().to_string()
    }

    fn npy_message<X: ArrayRow>(bytes: &[u8]) -> String {
        message(file(bytes).path(), |path| Npy::new(path).read::<X>())
    }

    fn zip(files: &[(&str, &[u8], CompressionMethod)]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes, method) in files {
            zip.start_file(*name, SimpleFileOptions::default().compression_method(*method)).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn all_types_that_numpy_writes() {
        let npz = Npz::new(fixture("arrays.npz"));
        let read = |name: &str| -> Vec<f32> {
            let rows: Vec<Image<3, 2, 2>> = npz.array(name).unwrap();
            assert_eq!(rows.len(), 2);
            rows.iter().flat_map(|row| row.values().to_vec()).collect()
        };
        let names = npz.names().unwrap();
        assert_eq!(names.len(), 11 * 2 + 6);
        for name in &names {
            let expected: Vec<f32> = match name.as_bytes()[0] {
                b'u' => numbers().collect(),
                b'i' => numbers().map(|x| x - 3.0).collect(),
                b'f' if name == "fortran" => numbers().collect(),
                b'f' => numbers().map(|x| (x - 3.0) / 4.0).collect(),
                b'b' => numbers().map(|x| x % 2.0).collect(),
                _ => continue,
            };
            assert_eq!(read(name), expected, "{name}");
        }
        let npy: Vec<Image<3, 2, 2>> = Npy::new(fixture("fortran.npy")).scale(0.5).read().unwrap();
        assert!(npy.iter().flat_map(|x| x.values()).copied().eq(numbers().map(|x| x / 2.0)));
    }

    #[test]
    fn a_dataset_as_keras_ships_it() {
        let npz = Npz::new(fixture("arrays_compressed.npz")).scale(0.5);
        assert_eq!(npz.names().unwrap(), ["x_train", "y_train", "zeros"]);
        let data: Dataset<Image<3, 2, 1>, Class<3>> = npz.read("x_train", "y_train").unwrap();
        let first: Vec<f32> = numbers().step_by(2).map(|x| x / 2.0).collect();
        assert_eq!([data.x[0].values(), data.x[1].values()].concat(), first);
        assert_eq!(data.y.iter().map(|y| y.index()).collect::<Vec<_>>(), [2, 0]);
        let steps: Dataset<Sequence<3, 2>, Vector<1>> = npz.read("x_train", "y_train").unwrap();
        assert_eq!((steps.x[1].values(), steps.y[0]), (data.x[1].values(), Vector::new([2.0])));
        assert_eq!(npz.array::<Vector<10>>("zeros").unwrap(), vec![Vector::ZERO; 1000]);

        let message = |x: &str, y: &str| {
            message(&npz.path, |path| Npz::new(path).read::<Image<3, 2, 1>, Class<2>>(x, y).map(|_| ()))
        };
        let names = "\"x_train\", \"y_train\", \"zeros\"";
        assert_eq!(message("x", "y_train"), format!(": expected an array \"x\", received {names}"));
        let row = ", array \"y_train\", row 1: expected a whole number from 0 to 1, received 2";
        assert_eq!(message("x_train", "y_train"), row);
        let axes = ", array \"zeros\": expected rows of 1 number, received 1000 x 10, the number of rows first";
        assert_eq!(message("x_train", "zeros"), axes);
        let error = npz.read::<Vector<10>, Class<3>>("zeros", "y_train").unwrap_err().to_string();
        assert!(
            error.ends_with(", array \"y_train\": expected 1000 rows, one for each of array \"zeros\", received 2"),
            "{error}"
        );
    }

    #[test]
    fn what_is_no_array_of_numbers() {
        let message = |name: &str| message(&fixture("arrays.npz"), |path| Npz::new(path).array::<Vector<2>>(name));
        let types = "expected elements of bool, uint8 to uint64, int8 to int64 or float16 to float64, received ";
        let objects = "pickled Python objects, '|O', which may run any program";
        assert_eq!(message("objects"), format!(", array \"objects\": {types}{objects}"));
        assert_eq!(message("records"), format!(", array \"records\": {types}records of several fields"));
        assert_eq!(message("scalar"), ", array \"scalar\": expected rows of 2, received a single number");
        assert_eq!(message("nan"), ", array \"nan\", row 2, element 1: expected a finite number, received NaN");
        let error = Npz::new(fixture("arrays.npz")).scale(f32::NAN).array::<Vector<2>>("nan").unwrap_err();
        assert_eq!(error.to_string(), "scale: expected a finite number, received NaN");
    }

    #[test]
    fn numbers_that_a_file_would_change_are_refused() {
        let to = NamedTempFile::new().unwrap();
        std::fs::write(to.path(), "as before").unwrap();
        let npy = Npy::new(to.path());
        let column = |number: u64| DMatrix::from_element(2, 1, number);
        let large = (1_u64 << 53) - 1;
        for number in [large + 1, u64::MAX] {
            let error = npy.write(&column(number)).unwrap_err().to_string();
            let expected =
                format!("the array to write: expected whole numbers below 2^53, received {:e}", number as f64);
            assert_eq!(error, expected + " in row 1");
        }
        let error = npy.write(&DMatrix::from_row_slice(2, 1, &[1.0, 1e300])).unwrap_err().to_string();
        assert!(error.ends_with("expected numbers that fit into a float32, received 1e300 in row 2"), "{error}");
        let npz = Npz::new(to.path()).write(&[("a", &column(u64::MAX))]);
        assert!(matches!(npz, Err(Error::Argument { .. })));
        assert_eq!(std::fs::read(to.path()).unwrap(), b"as before");
        npy.write(&column(large)).unwrap();
        assert!(std::fs::read(to.path()).unwrap().ends_with(&large.to_le_bytes()));
    }

    #[test]
    fn what_is_written_is_read() {
        let file = NamedTempFile::new().unwrap();
        let images = vec![Image([[[0.5, -1.0]], [[f32::MAX, 1e-40]]]); 3];
        Npy::new(file.path()).write(&images).unwrap();
        assert_eq!(Npy::new(file.path()).read::<Image<2, 1, 2>>().unwrap(), images);
        let tokens = [Tokens([65_535, 0])];
        Npy::new(file.path()).write(&tokens[..]).unwrap();
        assert_eq!(Npy::new(file.path()).scale(0.5).read::<Tokens<2>>().unwrap(), tokens);
        Npy::new(file.path()).write(&Vec::<Vector<3>>::new()).unwrap();
        assert!(Npy::new(file.path()).read::<Vector<3>>().unwrap().is_empty());
        let classes: Vec<Class<3>> = [2, 0, 1].into_iter().filter_map(Class::new).collect();
        let npz = Npz::new(file.path());
        npz.write(&[("x", &images), ("y", &classes)]).unwrap();
        let data: Dataset<Image<2, 1, 2>, Class<3>> = npz.read("x", "y").unwrap();
        assert_eq!((data.x, data.y), (images, classes));
        let none = Vec::<Vector<1>>::new();
        for (names, received) in [(["", "a"], "an empty one"), (["a", "a"], "\"a\" twice")] {
            let error = npz.write(&names.map(|name| (name, &none as &dyn NumericArray))).unwrap_err();
            assert_eq!(error.to_string(), format!("arrays: expected names, each once, received {received}"));
        }
        assert_eq!(npz.names().unwrap(), ["x", "y"]);
        let none = file.path().join("none");
        assert!(matches!(Npz::new(&none).write(&[]), Err(Error::Io { action: "write", .. })));
        assert!(matches!(Npz::new(&none).names(), Err(Error::Io { action: "read", .. })));
        assert!(matches!(Npy::new(&none).read::<Vector<1>>(), Err(Error::Io { action: "read", .. })));
    }

    #[test]
    fn lengths_that_a_header_does_not_have() {
        let gzip = |bytes: &[u8]| {
            let mut gzip = GzEncoder::new(vec![], Compression::fast());
            gzip.write_all(bytes).unwrap();
            gzip.finish().unwrap()
        };
        let expected = ": expected 152 bytes (128 of header, and float32 of 2 x 3), received ";
        for len in [0, 4, 12, 23, 25, 400] {
            let bytes = npy(&[2, 3], &vec![0; len]);
            assert_eq!(npy_message::<Vector<3>>(&bytes), format!("{expected}{}", 128 + len));
            let received = if len > 24 { "more".into() } else { (128 + len).to_string() };
            assert_eq!(npy_message::<Vector<3>>(&gzip(&bytes)), format!("{expected}{received}"));
            let zipped = file(&zip(&[("a.npy", &bytes, CompressionMethod::Deflated)]));
            let zipped = message(zipped.path(), |path| Npz::new(path).array::<Vector<3>>("a"));
            assert_eq!(zipped, format!(", array \"a\"{expected}{}", 128 + len));
        }
        let whole = gzip(&npy(&[2, 3], &[0; 24]));
        assert_eq!(Npy::new(file(&whole).path()).read::<Vector<3>>().unwrap().len(), 2);
        let cut = npy_message::<Vector<3>>(&whole[..whole.len() - 9]);
        assert_eq!(cut, ": expected a whole gzip stream, received one that is cut off");
    }

    #[test]
    fn headers_that_claim_more_than_there_is() {
        for shape in [&[1 << 60, 3][..], &[usize::MAX, 3], &[1 << 40, 1, 3, 1]] {
            for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
                let bytes = npy(shape, &[0; 24]);
                assert!(npy_message::<Vector<3>>(&bytes).starts_with(": expected "));
                let zipped = file(&zip(&[("a.npy", &bytes, method)]));
                let found = message(zipped.path(), |path| Npz::new(path).array::<Vector<3>>("a"));
                assert!(found.ends_with(&format!(", received {}", bytes.len())), "{found}");
            }
        }
        assert!(npy_message::<Vector<3>>(&npy(&[usize::MAX, 1 << 60, 3], &[])).contains("expected rows of 3"));
        // No number, however many rows.
        assert!(Npy::new(file(&npy(&[usize::MAX, 0], &[])).path()).read::<Vector<0>>().unwrap().is_empty());
        // An archive whose directory claims that 40 bytes hold 4 GB. The sizes stand at two places.
        let bytes = npy(&[1 << 28, 3], &[0; 24]);
        let mut forged = zip(&[("a.npy", &bytes, CompressionMethod::Deflated)]);
        let central = forged.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
        for at in [22, central + 24] {
            forged[at..at + 4].copy_from_slice(&(128 + (3_u32 << 30)).to_le_bytes());
        }
        let found = message(file(&forged).path(), |path| Npz::new(path).array::<Vector<3>>("a"));
        assert!(
            found.starts_with(", array \"a\": expected a sound zip archive, received 3221225600 bytes in "),
            "{found}"
        );
    }

    /// An archive of 20 KB that holds 20 MB of zeros: no more of it is read than the header says.
    #[test]
    fn a_bomb_is_no_longer_than_its_header() {
        let bomb = npy(&[1, 3], &vec![0; 20 << 20]);
        let zipped = zip(&[("a.npy", &bomb, CompressionMethod::Deflated)]);
        assert!(zipped.len() < 40_000);
        let found = message(file(&zipped).path(), |path| Npz::new(path).array::<Vector<3>>("a"));
        let expected = format!("expected 140 bytes (128 of header, and float32 of 1 x 3), received {}", bomb.len());
        assert_eq!(found, format!(", array \"a\": {expected}"));
        // The same where the directory tells another length.
        let mut forged = zipped;
        let central = forged.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
        for at in [22, central + 24] {
            forged[at..at + 4].copy_from_slice(&140_u32.to_le_bytes());
        }
        let found = message(file(&forged).path(), |path| Npz::new(path).array::<Vector<3>>("a"));
        assert!(found.starts_with(", array \"a\": expected "), "{found}");
    }

    #[test]
    fn damaged_archives_are_errors() {
        let bytes = npy(&[20, 3], &[7; 240]);
        let methods = [CompressionMethod::Stored, CompressionMethod::Deflated];
        let whole = zip(&[("a.npy", &bytes, methods[0]), ("b.npy", &bytes, methods[1])]);
        let mut file = file(&whole);
        let npz = Npz::new(file.path());
        let read = || ["a", "b"].map(|name| npz.array::<Vector<3>>(name));
        assert!(read().iter().all(Result::is_ok));
        // Bytes are exchanged in place: to write thousands of whole files takes minutes.
        let mut exchange = |at: usize, byte: u8| {
            file.seek(SeekFrom::Start(at as u64)).unwrap();
            file.write_all(&[byte]).unwrap();
        };
        let mut refused = 0;
        for (at, byte) in whole.iter().enumerate() {
            for bits in [0x01, 0xff] {
                exchange(at, byte ^ bits);
                for read in read() {
                    match read {
                        Err(Error::Data { .. }) => refused += 1,
                        Err(error) => panic!("{at} {bits}: {error}"),
                        // A date, a flag, a byte of the other array.
                        Ok(rows) => assert_eq!((rows.len(), rows[19].values()[2].to_bits()), (20, 0x0707_0707)),
                    }
                }
            }
            exchange(at, *byte);
        }
        // Every byte of the first array is under a checksum.
        assert!(refused > 2 * bytes.len(), "{refused}");
        for end in (0..whole.len()).rev() {
            file.as_file().set_len(end as u64).unwrap();
            assert!(read().iter().all(|read| matches!(read, Err(Error::Data { .. }))));
        }
        let found = message(file.path(), |path| Npz::new(path).names());
        assert!(found.starts_with(": expected a sound zip archive, received a damaged one ("), "{found}");
    }
}
