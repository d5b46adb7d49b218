//! Parquet files, typed by their width.

use crate::datasets::array::ArrayRow;
use crate::datasets::arrow_columns::{Place, Selection, label_width, to_record_batch};
use crate::datasets::csv_missing::Missing;
use crate::datasets::dataset::Dataset;
use crate::io::error::{Error, Result};
use crate::io::file::write_atomically;
use crate::shape::sample::Sample;
use ::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use ::parquet::arrow::{ArrowWriter, ProjectionMask};
use ::parquet::file::metadata::ParquetMetaDataReader;
use ::parquet::schema::types::Type;
use arrow_array::RecordBatch;
use std::cell::Cell;
use std::fmt::Display;
use std::fs::File;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

/// A reader and writer of Parquet files: tables whose columns have names and types. Each row holds the features, one
/// per value of the sample, and then the label, as in a [`Csv`](crate::Csv) file.
///
/// Columns are as in [`Arrow`](crate::datasets::Arrow). Pages may be compressed with Snappy, which is what pandas does,
/// or not. For other compressions, add the crate `parquet` to a program with the feature `zstd`, `lz4`, `brotli` or
/// `flate2-rust_backend`.
///
/// ```
/// use taut::datasets::Parquet;
/// use taut::{Class, Dataset, Vector};
///
/// # fn main() -> taut::Result<()> {
/// # let file = tempfile::NamedTempFile::new().unwrap();
/// # let path = file.path();
/// # let rows = [[0.0, 1.4, 0.2], [1.0, 4.7, 1.4]].map(Vector::new);
/// # Parquet::new(path).columns(["species", "length", "width"]).write(&rows)?;
/// let iris: Dataset<Vector<2>, Class<3>> = Parquet::new(path).columns(["length", "width", "species"]).read()?;
/// assert_eq!((iris.x[1], iris.y[1].index()), (Vector::new([4.7, 1.4]), 1));
///
/// let predictions = [Vector::new([0.9, 0.1]), Vector::new([0.2, 0.8])];
/// Parquet::new(path).columns(["cat", "dog"]).write(&predictions)?;
/// # Ok(())
/// # }
/// ```
///
/// See <https://parquet.apache.org/docs/file-format/>.
#[derive(Clone, Debug, PartialEq)]
pub struct Parquet {
    /// The file.
    pub path: PathBuf,
    /// The names of the columns, in this order: features, then label. By default all columns, in the file's order; of a
    /// file that is written, `0`, `1`, …
    pub columns: Option<Vec<String>>,
    /// The names of the label's classes in the file, in the order of their numbers. By default the file holds the
    /// numbers.
    pub classes: Option<Vec<String>>,
    /// What happens to missing values, which are nulls and NaN; by default they are errors.
    pub missing: Missing,
}

impl Parquet {
    /// Reads all columns of a file.
    ///
    /// See [`Parquet`] for an example.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Parquet { path: path.into(), columns: None, classes: None, missing: Missing::Refuse }
    }

    /// Reads these columns in this order: the features, then the label. Or writes columns of these names.
    ///
    /// See [`Parquet`] for an example.
    pub fn columns<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.columns = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the names of the label's classes in the file, in the order of their numbers: for a column of strings.
    ///
    /// ```
    /// use taut::{Class, Dataset, Vector, datasets::Parquet};
    /// # let file = tempfile::NamedTempFile::new().unwrap();
    /// # let path = file.path();
    /// Parquet::new(path).columns(["length", "species"]).write(&[Vector::new([4.7, 1.0])])?;
    /// // A column of numbers holds no names of classes.
    /// let read = Parquet::new(path).classes(["setosa", "versicolor"]).read::<Vector<1>, Class<2>>();
    /// println!("{}", read.unwrap_err());
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn classes<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.classes = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Sets what happens to missing values: see [`Missing`].
    ///
    /// ```
    /// use taut::{Dataset, Missing, Vector, datasets::Parquet};
    /// # let file = tempfile::NamedTempFile::new().unwrap();
    /// # let path = file.path();
    /// # let rows = [[1.5, 31.0], [f32::NAN, 45.0]].map(Vector::new);
    /// # Parquet::new(path).columns(["height", "age"]).write(&rows)?;
    /// let people: Dataset<Vector<1>, Vector<1>> = Parquet::new(path).missing(Missing::DropRow).read()?;
    /// assert_eq!(people.y, [Vector::new([31.0])]); // the row of 45 has no height
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// Reads the file.
    ///
    /// # Errors
    /// - [`Error::Io`] if the file cannot be read.
    /// - [`Error::Data`], with the row, from 1, and the column: the file is no Parquet file or a damaged one, is
    ///   compressed with what this program was compiled without; a column is missing or has another type; a value is
    ///   missing, not finite or no class; there are no rows; a column has no value to take the mean of. On some damaged
    ///   files the crate parquet panics, which prints a message; it is such an error as well, unless a panic ends the
    ///   program (`panic = "abort"`).
    /// - [`Error::Argument`]: the number of columns is not that of the types, a column or a class is named twice; the
    ///   number to fill with is not finite.
    ///
    /// See [`Parquet`] for an example.
    pub fn read<X: Sample, T: ArrayRow>(&self) -> Result<Dataset<X, T>> {
        let selection = Selection { columns: &self.columns, classes: &self.classes, missing: self.missing };
        selection.check(X::LEN, label_width::<T>())?;
        let file = File::open(&self.path).map_err(Error::io("read", &self.path))?;
        if file.metadata().map_err(Error::io("read", &self.path))?.is_dir() {
            return Err(Error::io("read", &self.path)(io::ErrorKind::IsADirectory.into()));
        }
        let metadata = self.guard(|| ParquetMetaDataReader::new().parse_and_finish(&file))?;
        if is_deep(metadata.file_metadata().schema()) {
            let received = format!("groups of columns that lie more than {MAX_DEPTH} deep in each other");
            return Err(Error::data(&self.path, "", "a flat table", received));
        }
        let rows = metadata.file_metadata().num_rows();
        let metadata = self.guard(|| ArrowReaderMetadata::try_new(metadata.into(), ArrowReaderOptions::new()))?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata);
        let schema = builder.schema().clone();
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let wrong = |(expected, received)| Error::data(&self.path, "", expected, received);
        let positions = selection.positions(&names, X::LEN, label_width::<T>()).map_err(wrong)?;
        let mask = ProjectionMask::roots(builder.parquet_schema(), positions);
        let mut reader = self.guard(|| builder.with_projection(mask).with_batch_size(1024).build())?;
        let error = |place: &Place, expected: String, received: String| {
            let place = match place {
                Place::Table => String::new(),
                Place::Column(column) => format!(", column {column:?}"),
                Place::Value(row, column) => format!(", row {}, column {column:?}", row + 1),
            };
            Error::data(&self.path, place, expected, received)
        };
        let read = Cell::new(0);
        let batches = std::iter::from_fn(|| {
            let batch = self.guard(|| reader.next().transpose()).transpose();
            read.set(read.get() + batch.iter().flatten().map(RecordBatch::num_rows).sum::<usize>());
            batch
        });
        let data = selection.read(batches, error)?;
        match i64::try_from(read.get()) {
            Ok(found) if found == rows => Ok(data),
            _ => Err(Error::data(&self.path, "", format!("{rows} rows, as its footer says"), read.get())),
        }
    }

    /// Writes a table, such as predictions: a column of 32-bit floats for each number of a sample, or of 64-bit
    /// integers for classes and tokens. An existing file is replaced as a whole.
    ///
    /// # Errors
    /// [`Error::Io`] if the file cannot be written; an existing file is then as before. [`Error::Argument`] if there
    /// are not as many columns as numbers, or a column is named twice.
    ///
    /// See [`Parquet`] for an example.
    pub fn write<Y: ArrayRow>(&self, rows: &[Y]) -> Result<()> {
        let numbered = || (0..label_width::<Y>()).map(|i| i.to_string()).collect();
        let batch = to_record_batch(self.columns.clone().unwrap_or_else(numbered), rows)?;
        let write = || {
            let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None)?;
            writer.write(&batch)?;
            writer.into_inner()
        };
        let bytes = write().map_err(|error| Error::io("write", &self.path)(io::Error::other(error)))?;
        write_atomically(&self.path, &bytes)
    }

    /// Calls the crate parquet, which refuses most of what is damaged, and panics on the rest.
    fn guard<T, E: Display>(&self, call: impl FnOnce() -> Result<T, E>) -> Result<T> {
        let reason = match catch_unwind(AssertUnwindSafe(call)) {
            Ok(Ok(read)) => return Ok(read),
            Ok(Err(error)) => error.to_string(),
            Err(panic) => match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
                (Some(text), _) => text.to_string(),
                (None, Some(text)) => text.clone(),
                (None, None) => "a panic".to_string(),
            },
        };
        Err(Error::data(&self.path, "", "a sound Parquet file", format!("one that cannot be read ({reason})")))
    }
}

/// The most groups of columns that lie in each other. (The crate parquet goes through them by calls of itself.)
const MAX_DEPTH: usize = 64;

fn is_deep(schema: &Type) -> bool {
    let mut types = vec![(schema, 0)];
    while let Some((of, depth)) = types.pop() {
        if depth > MAX_DEPTH {
            return true;
        }
        if of.is_group() {
            types.extend(of.get_fields().iter().map(|field| (&**field, depth + 1)));
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::sample::{Class, Vector};
    use std::io::{Seek, SeekFrom, Write};
    use std::path::Path;
    use tempfile::NamedTempFile;

    fn fixture(name: &str) -> Parquet {
        Parquet::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name))
    }

    /// The message of an [`Error::Data`] without the file's name.
    fn message(parquet: &Parquet) -> String {
        let error = parquet.read::<Vector<2>, Class<3>>().unwrap_err();
        assert!(matches!(error, Error::Data { .. }), "{error:?}");
        error.to_string().strip_prefix(&parquet.path.display().to_string()).unwrap().to_string()
    }

    #[test]
    fn a_table_of_pandas() {
        let table = fixture("table.parquet");
        let species = table.clone().classes(["setosa", "versicolor", "virginica"]);
        let dropped: Dataset<Vector<2>, Class<3>> =
            species.clone().columns(["length", "width", "species"]).missing(Missing::DropRow).read().unwrap();
        assert_eq!(dropped.x, [[1.4, 0.2], [4.7, 1.4]].map(Vector::new));
        assert_eq!(dropped.y.iter().map(|y| y.index()).collect::<Vec<_>>(), [0, 1]);
        // A column of categories.
        let kinds: Dataset<Vector<1>, Class<2>> =
            table.clone().columns(["length", "kind"]).classes(["a", "b"]).read().unwrap();
        assert_eq!(kinds.y.iter().map(|y| y.index()).collect::<Vec<_>>(), [1, 0, 1, 0]);
        assert_eq!(kinds.x[3], Vector::new([5.1]));
        let mean: Dataset<Vector<1>, Vector<1>> =
            table.clone().columns(["width", "length"]).missing(Missing::Mean).read().unwrap();
        assert_eq!(mean.x.iter().map(|x| x.as_array()[0]).collect::<Vec<_>>(), [0.2, 0.8, 1.4, 0.8]);

        let two = |a: &str, b: &str, label: &str| message(&species.clone().columns([a, b, label]));
        assert_eq!(two("length", "width", "species"), ", row 2, column \"width\": expected a number, received null");
        assert_eq!(
            two("length", "length_", "species").split(", received").next().unwrap(),
            ": expected a column \"length_\""
        );
        assert_eq!(two("length", "kind", "species"), ", row 1, column \"kind\": expected a number, received \"b\"");
        let type_of = ", column \"day\": expected a column of numbers, or of the classes' names, received Timestamp";
        assert!(two("length", "day", "species").starts_with(type_of), "{}", two("length", "day", "species"));
        let all = ": expected 3 columns (2 features and 1 of the label), received 5";
        assert_eq!(message(&species), all);
        let label = species.clone().columns(["length", "species"]).missing(Missing::Mean);
        let error = label.read::<Vector<1>, Class<3>>().unwrap_err().to_string();
        assert!(error.ends_with(", row 4, column \"species\": expected a label, received null"), "{error}");
    }

    #[test]
    fn all_types_of_columns() {
        let types = fixture("types.parquet");
        let numbers = |name: &str| -> Vec<f32> {
            let label = if name == "int64" { "int8" } else { "int64" };
            let read = types.clone().columns([name, label]).missing(Missing::DropRow);
            let data: Dataset<Vector<1>, Vector<1>> = read.read().unwrap();
            data.x.iter().map(|x| x.as_array()[0]).collect()
        };
        for name in ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64"] {
            assert_eq!(numbers(name), [3.0, 7.0], "{name}");
        }
        assert_eq!(numbers("bool"), [1.0, 0.0]);
        assert_eq!(numbers("decimal"), [1.25, -2.5]);
        assert_eq!(numbers("half"), [1.5, -2.0]);
        for name in ["large_text", "text_view"] {
            let read = types.clone().columns(["int8", name]).classes(["y", "x"]).missing(Missing::DropRow);
            let data: Dataset<Vector<1>, Class<2>> = read.read().unwrap();
            assert_eq!(data.y.iter().map(|y| y.index()).collect::<Vec<_>>(), [1, 0], "{name}");
        }
        // The third row is in the second group of rows.
        let third = message(&types.clone().columns(["int8", "int16", "int8_"]));
        assert!(third.starts_with(": expected a column \"int8_\", received the columns \"bool\", "), "{third}");
        let list = message(&types.clone().columns(["int8", "list", "uint8"]));
        assert!(
            list.starts_with(", column \"list\": expected a column of numbers, or of the classes' names, received ")
        );
        let none = message(&types.clone().columns(["int8", "none", "uint8"]));
        assert_eq!(none, ", row 1, column \"none\": expected a number, received null");
        let third = types.clone().columns(["int8", "uint64"]).missing(Missing::Fill(0.0));
        let error = third.read::<Vector<1>, Vector<1>>().unwrap_err().to_string();
        assert!(error.ends_with(", row 3, column \"uint64\": expected a label, received null"), "{error}");
    }

    #[test]
    fn what_is_written_is_read() {
        let file = NamedTempFile::new().unwrap();
        let parquet = Parquet::new(file.path());
        let rows: Vec<Vector<3>> = (0..3000).map(|i| Vector::new([i as f32, 0.5, (i % 2) as f32])).collect();
        parquet.write(&rows).unwrap();
        let data: Dataset<Vector<2>, Class<2>> = parquet.read().unwrap();
        assert_eq!((data.len(), data.x[2999], data.y[2999].index()), (3000, Vector::new([2999.0, 0.5]), 1));
        let named: Dataset<Vector<1>, Vector<1>> = parquet.clone().columns(["1", "0"]).read().unwrap();
        assert_eq!((named.x[7], named.y[7]), (Vector::new([0.5]), Vector::new([7.0])));
        let error = parquet.clone().columns(["a"]).write(&rows).unwrap_err().to_string();
        assert_eq!(error, "names: expected 3 names, one for each number, received 1");
        assert_eq!(parquet.read::<Vector<2>, Class<2>>().unwrap(), data);
        let none = Parquet::new(file.path().join("none"));
        assert!(matches!(none.write(&rows), Err(Error::Io { action: "write", .. })));
        assert!(matches!(none.read::<Vector<2>, Class<2>>(), Err(Error::Io { action: "read", .. })));
        let folder = Parquet::new(file.path().parent().unwrap());
        assert!(matches!(folder.read::<Vector<2>, Class<2>>(), Err(Error::Io { action: "read", .. })));
    }

    /// A file without rows whose footer has so many groups in each other, and says that there are so many rows. It is
    /// in Thrift's compact protocol, whose numbers here take one byte each.
    fn nested(depth: usize, rows: u8) -> NamedTempFile {
        let list = |id: u8, items: &[Vec<u8>]| {
            let mut bytes = vec![id << 4 | 9];
            match u8::try_from(items.len()) {
                Ok(len) if len < 15 => bytes.push(len << 4 | 12),
                _ => bytes.extend([0xfc, items.len() as u8 | 0x80, (items.len() >> 7) as u8]),
            }
            bytes.extend(items.concat());
            bytes
        };
        // A group: its name and the number of its parts, which are required; a leaf: a number of 32 bits.
        let mut schema = vec![vec![0x48, 1, b'r', 0x15, 2, 0]];
        schema.extend(vec![vec![0x35, 0, 0x18, 1, b'g', 0x15, 2, 0]; depth]);
        schema.push(vec![0x15, 2, 0x25, 0, 0x18, 1, b'x', 0]);
        let mut footer = vec![0x15, 2];
        // The version is field 1, the schema 2, the rows 3, the groups of rows 4: each id is one more than the last.
        footer.extend(list(1, &schema));
        footer.extend([0x16, 2 * rows]);
        footer.extend(list(1, &[]));
        footer.push(0);
        let bytes = [b"PAR1", &footer[..], &(footer.len() as u32).to_le_bytes(), b"PAR1"].concat();
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(&bytes).unwrap();
        file
    }

    #[test]
    fn groups_within_groups_are_refused_before_they_fill_the_stack() {
        let read = || {
            for (depth, expected) in [(3, "received 1"), (100, "more than 64 deep in each other")] {
                let file = nested(depth, 0);
                let found = message(&Parquet::new(file.path()));
                assert!(found.contains(expected), "{depth}: {found}");
            }
        };
        // In a thread, whose stack is smaller than that of the program.
        std::thread::Builder::new().stack_size(2 << 20).spawn(read).unwrap().join().unwrap();
    }

    #[test]
    fn a_footer_that_counts_other_rows_is_an_error() {
        let file = nested(0, 5);
        let error = Parquet::new(file.path()).read::<Vector<1>, Vector<0>>().unwrap_err().to_string();
        assert!(error.ends_with(": expected at least 1 row, received none"), "{error}");
        // One row more in the footer of a table of pandas: the number is the field that follows the schema.
        let whole = std::fs::read(fixture("table.parquet").path).unwrap();
        let mut found = 0;
        for at in 4..whole.len() - 8 {
            if whole[at..at + 2] == [0x16, 8] {
                let mut more = whole.clone();
                more[at + 1] = 10;
                let mut file = NamedTempFile::new().unwrap();
                file.write_all(&more).unwrap();
                let table = Parquet::new(file.path()).columns(["length", "kind"]).classes(["a", "b"]);
                if let Err(error) = table.read::<Vector<1>, Class<2>>() {
                    found += usize::from(error.to_string().contains("expected 5 rows, as its footer says, received 4"));
                }
            }
        }
        assert_eq!(found, 1);
    }

    #[test]
    fn damaged_files_are_errors() {
        for name in ["table.parquet", "types.parquet"] {
            let whole = std::fs::read(fixture(name).path).unwrap();
            let columns =
                if name == "table.parquet" { ["length", "width", "kind"] } else { ["half", "bool", "text_view"] };
            let mut file = NamedTempFile::new().unwrap();
            file.write_all(&whole).unwrap();
            let parquet = Parquet::new(file.path()).columns(columns).classes(["a", "b", "x", "y"]);
            let read = || parquet.clone().missing(Missing::DropRow).read::<Vector<2>, Class<4>>();
            assert_eq!(read().unwrap().len(), 2);
            // Bytes are exchanged in place: to write thousands of whole files takes minutes.
            let mut exchange = |at: usize, byte: u8| {
                file.seek(SeekFrom::Start(at as u64)).unwrap();
                file.write_all(&[byte]).unwrap();
            };
            for (at, byte) in whole.iter().enumerate() {
                for bits in [0x01, 0xff] {
                    exchange(at, byte ^ bits);
                    if let Err(error) = read() {
                        assert!(matches!(error, Error::Data { .. }), "{at} {bits}: {error}");
                    }
                }
                exchange(at, *byte);
            }
            assert_eq!(read().unwrap().len(), 2);
            for end in (0..whole.len()).rev() {
                file.as_file().set_len(end as u64).unwrap();
                assert!(matches!(read(), Err(Error::Data { .. })), "{end}");
            }
        }
    }
}
