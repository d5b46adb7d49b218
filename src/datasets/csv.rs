//! CSV tables of numbers, typed by their width.

use crate::datasets::csv_rows::{Rows, quoted};
use crate::datasets::dataset::{Dataset, count};
use crate::datasets::input::Input;
use crate::datasets::label::{Label, number};
use crate::io::error::{Error, Result};
use crate::memory::heap::boxed;
use crate::shape::sample::Sample;
use std::path::PathBuf;
use std::slice;

/// A reader of CSV files. Each row holds the features, one per value of the sample, and then the label.
///
/// `Csv::new(path)` expects a header and commas; the file may be gzipped. Quoted fields, blank lines, spaces around
/// numbers, a byte order mark and all three line endings are understood.
///
/// ```
/// use taut::{Class, Csv, Dataset, Vector};
///
/// # fn main() -> taut::Result<()> {
/// # let file = tempfile::NamedTempFile::new().unwrap();
/// # let path = file.path();
/// std::fs::write(path, "id,length,species,width\na,1.4,0,0.2\nb,4.7,1,1.4\n").unwrap();
/// let iris: Dataset<Vector<2>, Class<3>> = Csv::new(path).columns(["length", "width", "species"]).read()?;
/// assert_eq!(iris.x[1], Vector::new([4.7, 1.4]));
/// assert_eq!(iris.y[1].index(), 1);
///
/// std::fs::write(path, "1;2;3\n4;5;6\n").unwrap();
/// let all: Dataset<Vector<2>, Vector<1>> = Csv::new(path).header(false).separator(b';').read()?;
/// assert_eq!(all.y[1], Vector::new([6.0]));
/// # Ok(())
/// # }
/// ```
///
/// See <https://www.rfc-editor.org/rfc/rfc4180>.
#[derive(Clone, Debug, PartialEq)]
pub struct Csv {
    /// The file.
    pub path: PathBuf,
    /// Whether the first row names the columns; `true` by default.
    pub header: bool,
    /// The byte between two fields; a comma by default.
    pub separator: u8,
    /// The names of the columns to read, in this order: features, then label. By default all columns, in the file's
    /// order.
    pub columns: Option<Vec<String>>,
    /// The names of the label's classes in the file, in the order of their numbers. By default the file holds the
    /// numbers.
    pub classes: Option<Vec<String>>,
}

impl Csv {
    /// Reads all columns of a file with a header and commas.
    ///
    /// See [`Csv`] for an example.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Csv { path: path.into(), header: true, separator: b',', columns: None, classes: None }
    }

    /// Sets whether the first row names the columns.
    ///
    /// See [`Csv`] for an example.
    pub fn header(mut self, header: bool) -> Self {
        self.header = header;
        self
    }

    /// Sets the byte between two fields, such as `b';'` or `b'\t'`.
    ///
    /// See [`Csv`] for an example.
    pub fn separator(mut self, separator: u8) -> Self {
        self.separator = separator;
        self
    }

    /// Reads these columns in this order: the features, then the label.
    ///
    /// See [`Csv`] for an example.
    pub fn columns<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.columns = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the names of the label's classes in the file, in the order of their numbers.
    ///
    /// ```
    /// use taut::{Class, Csv, Dataset, Vector};
    ///
    /// # fn main() -> taut::Result<()> {
    /// # let file = tempfile::NamedTempFile::new().unwrap();
    /// # let path = file.path();
    /// std::fs::write(path, "length,width,species\n1.4,0.2,setosa\n4.7,1.4,versicolor\n").unwrap();
    /// let iris: Dataset<Vector<2>, Class<3>> = Csv::new(path).classes(["setosa", "versicolor", "virginica"]).read()?;
    /// assert_eq!(iris.y[1].index(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn classes<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.classes = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Reads the file.
    ///
    /// # Errors
    /// - [`Error::Io`] if the file cannot be read.
    /// - [`Error::Data`], with the line and the column: a column is missing, the header is a row of numbers, a row has
    ///   too few or too many fields, a field is empty, is no number, is not finite, is not UTF-8 or is no class; there
    ///   are no rows; the gzip stream is damaged.
    /// - [`Error::Argument`]: the number of columns is not that of the types, a column is named twice, or columns are
    ///   named but the file has no header; the separator is a quote or a line break.
    ///
    /// See [`Csv`] for an example.
    pub fn read<X: Sample, T: Label>(&self) -> Result<Dataset<X, T>> {
        self.check(X::LEN, T::COLUMNS)?;
        self.parse(Input::open(&self.path)?)
    }

    fn check(&self, features: usize, labels: usize) -> Result<()> {
        if matches!(self.separator, b'"' | b'\r' | b'\n') {
            return Err(Error::argument(
                "separator",
                "a byte that is no quote and no line's end",
                format!("{:?}", char::from(self.separator)),
            ));
        }
        let Some(names) = &self.columns else { return Ok(()) };
        if !self.header {
            return Err(Error::argument("columns", "a header to find the names in", "header(false)"));
        }
        if names.len() != features + labels {
            return Err(Error::argument("columns", width(features, labels), names.len()));
        }
        match names.iter().enumerate().find(|(i, name)| names[..*i].contains(name)) {
            Some((_, name)) => Err(Error::argument("columns", "each name once", format!("{name:?} twice"))),
            None => Ok(()),
        }
    }

    pub(super) fn parse<X: Sample, T: Label>(&self, input: Input) -> Result<Dataset<X, T>> {
        let mut rows = Rows::new(self.separator, input);
        let all = X::LEN + T::COLUMNS;
        let names = self.header.then(|| rows.names()).transpose()?;
        // The position of each value in a row, and the number of fields of a row.
        let (positions, fields) = match (&self.columns, &names) {
            (Some(columns), Some(names)) => (rows.positions(columns, names)?, names.len()),
            _ => ((0..all).collect(), all),
        };
        let expected = match self.columns {
            Some(_) => format!("{}, as in the header", count(fields, "field")),
            None => width(X::LEN, T::COLUMNS).replacen("column", "field", 1),
        };
        if let Some(names) = &names
            && names.len() != fields
        {
            return Err(rows.error("", width(X::LEN, T::COLUMNS), names.len()));
        }
        if let (Some(names), None) = (&names, &self.columns)
            && let Some(number) = names.first()
            && looks_like_data(names)
        {
            let received = format!("a row of numbers ({number}, …); `header(false)` reads a file without a header");
            return Err(rows.error("", "the columns' names", received));
        }
        let mut data = Dataset { x: Vec::new(), y: Vec::new() };
        let mut x = boxed::<X>();
        while rows.next()? {
            if rows.record.len() != fields {
                return Err(rows.error("", expected, rows.record.len()));
            }
            let place = |i: usize| match &names {
                Some(names) => format!(", column {:?}", names[positions[i]]),
                None => format!(", column {}", positions[i] + 1),
            };
            let wrong = |i: usize, expected: &str, field: &str| {
                let field = if field.is_empty() { "an empty field".into() } else { quoted(field) };
                rows.error(place(i), expected, field)
            };
            let text = |i: usize| {
                let field = rows.record.get(positions[i]).unwrap_or_default().trim_ascii();
                str::from_utf8(field)
                    .map_err(|_| rows.error(place(i), "UTF-8", quoted(&String::from_utf8_lossy(field))))
            };
            for (i, to) in x.values_mut().iter_mut().enumerate() {
                let field = text(i)?;
                *to = number(field).map_err(|expected| wrong(i, expected, field))?;
            }
            let mut label = (X::LEN..all).map(text).collect::<Result<Vec<_>>>()?;
            if let Some(i) = label.iter().position(|field| field.is_empty()) {
                return Err(wrong(X::LEN + i, "a label", ""));
            }
            let class;
            if let (Some(classes), Some(name)) = (&self.classes, label.first_mut()) {
                let Some(index) = classes.iter().position(|class| class == name) else {
                    return Err(wrong(X::LEN, &format!("one of {}", classes.join(", ")), name));
                };
                class = index.to_string();
                *name = &class;
            }
            data.y.push(T::parse(&label).map_err(|(i, expected)| {
                let i = i.min(label.len().saturating_sub(1));
                wrong(X::LEN + i, &expected, label.get(i).unwrap_or(&""))
            })?);
            // Copies from heap to heap: `push` would put a sample on the stack.
            data.x.extend_from_slice(slice::from_ref(&*x));
        }
        if data.is_empty() {
            let received = if self.header { "none below the header" } else { "an empty file" };
            return Err(Error::data(rows.path, "", "at least 1 row", received));
        }
        data.x.shrink_to_fit();
        data.y.shrink_to_fit();
        Ok(data)
    }
}

/// Whether the first row holds data, which reading it as a header would lose. Consecutive numbers, such as 0, 1, 2 or
/// 2024, 2025, are taken for names.
fn looks_like_data(names: &[String]) -> bool {
    let numbers: Option<Vec<f64>> = names.iter().map(|name| name.parse().ok()).collect();
    numbers.is_some_and(|numbers| numbers.windows(2).any(|pair| pair[0] + 1.0 != pair[1]))
}

/// `3 columns (2 features and 1 of the label)`.
fn width(features: usize, labels: usize) -> String {
    format!("{} ({} and {labels} of the label)", count(features + labels, "column"), count(features, "feature"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::sample::{Class, Image, Vector};
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;
    use tempfile::NamedTempFile;

    type Rows = Dataset<Vector<2>, Class<3>>;

    fn file(bytes: impl AsRef<[u8]>) -> (NamedTempFile, Csv) {
        let file = NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let csv = Csv::new(file.path());
        (file, csv)
    }

    fn read(bytes: impl AsRef<[u8]>, options: impl Fn(Csv) -> Csv) -> Rows {
        let (_file, csv) = file(bytes);
        options(csv).read().unwrap()
    }

    /// The message of an [`Error::Data`] without the file's name.
    fn message(bytes: impl AsRef<[u8]>, options: impl Fn(Csv) -> Csv) -> String {
        let (file, csv) = file(bytes);
        let error = options(csv).read::<Vector<2>, Class<3>>().unwrap_err();
        assert!(matches!(error, Error::Data { .. }), "{error:?}");
        let path = file.path().display().to_string();
        error.to_string().strip_prefix(&path).unwrap().to_string()
    }

    fn three() -> Rows {
        let y = [0, 1, 2].map(|class| Class::new(class).unwrap());
        Dataset { x: [[1.0, 2.0], [-3.5, 4e2], [5.0, 6.0]].map(Vector::new).into(), y: y.into() }
    }

    #[test]
    fn classes_by_name() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let read = |text: &str| {
            std::fs::write(file.path(), text).unwrap();
            Csv::new(file.path()).classes(["no", "yes"]).read::<Vector<1>, Class<2>>()
        };
        let data = read("x,y\n1,yes\n2,no\n").unwrap();
        assert_eq!(data.y.iter().map(|class| class.index()).collect::<Vec<_>>(), [1, 0]);
        let error = read("x,y\n1,yes\n2,maybe\n").unwrap_err().to_string();
        assert!(error.ends_with(", row 3, column \"y\": expected one of no, yes, received \"maybe\""), "{error}");
    }

    #[test]
    fn all_columns() {
        for end in ["\n", "\r\n", "\r", "\n\n", "\r\n\r\n"] {
            let rows = ["1,2,0", "-3.5, 4e2 ,1", "\"5\",6,2.0"].join(end);
            for rows in [rows.clone(), rows + end] {
                assert_eq!(read(&rows, |csv| csv.header(false)), three(), "{rows:?}");
                assert_eq!(read(format!("a,b,c{end}{rows}"), |csv| csv), three());
                assert_eq!(read(format!("\u{feff}{rows}"), |csv| csv.header(false)), three());
                assert_eq!(read(rows.replace(',', "\t"), |csv| csv.header(false).separator(b'\t')), three());
                let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
                gzip.write_all(rows.as_bytes()).unwrap();
                assert_eq!(read(gzip.finish().unwrap(), |csv| csv.header(false)), three());
            }
        }
    }

    #[test]
    fn columns_by_name() {
        let text = b"name,class,b, a ,note\nx,0,2,1,\xff\ny,1,4e2,-3.5,\nz,2,6,5,\"two\nlines\"\n";
        assert_eq!(read(text, |csv| csv.columns(["a", "b", "class"])), three());
    }

    #[test]
    fn other_samples_and_labels() {
        let (_file, csv) = file("1,2,3,4,5,6\n");
        let data: Dataset<Image<2, 2, 1>, Vector<2>> = csv.header(false).read().unwrap();
        assert_eq!((data.x[0].0[1][1], data.y[0]), ([4.0], Vector::new([5.0, 6.0])));
        let (_file, csv) = file("1,2\n".repeat(1000));
        let data: Dataset<Vector<1>, Vector<1>> = csv.header(false).read().unwrap();
        assert_eq!(data.len(), 1000);
    }

    #[test]
    fn large_samples_stay_off_the_stack() {
        let (_file, csv) = file("1,".repeat(3 << 20) + "2\n");
        let data: Dataset<Image<1024, 1024, 3>, Class<3>> = csv.header(false).read().unwrap();
        assert_eq!(data.x[0].0[1023][1023], [1.0; 3]);
    }

    #[test]
    fn wrong_fields() {
        let no_header = |text: &str| message(text, |csv| csv.header(false));
        let cases = [
            ("x", "a number, received \"x\""),
            ("1.5.2", "a number, received \"1.5.2\""),
            ("", "a number, received an empty field"),
            ("  ", "a number, received an empty field"),
            ("NaN", "a finite number, received \"NaN\""),
            ("-inf", "a finite number, received \"-inf\""),
            ("1e39", "a finite number, received \"1e39\""),
        ];
        for (field, expected) in cases {
            assert_eq!(no_header(&format!("1,2,0\n3,{field},0\n")), format!(", row 2, column 2: expected {expected}"));
            let named = message(format!("a,b,c\n1,2,0\n{field},2,0"), |csv| csv);
            assert_eq!(named, format!(", row 3, column \"a\": expected {expected}"));
        }
        let long = no_header(&format!("1,{},0", "é".repeat(99)));
        assert_eq!(long, format!(", row 1, column 2: expected a number, received \"{}\"…", "é".repeat(40)));
        let named = message("c,b,a\n1,2,3\n1,?,3", |csv| csv.columns(["a", "b", "c"]));
        assert_eq!(named, ", row 3, column \"b\": expected a number, received \"?\"");
    }

    #[test]
    fn wrong_labels() {
        for label in ["3", "-1", "0.5", "setosa", "nan", "inf", "1e300", "1.00000000001"] {
            let message = message(format!("a,b,c\n1,2,{label}"), |csv| csv);
            let expected = format!(", row 2, column \"c\": expected a whole number from 0 to 2, received \"{label}\"");
            assert_eq!(message, expected);
        }
        let message = message("a,b,c\n1,2,", |csv| csv);
        assert_eq!(message, ", row 2, column \"c\": expected a label, received an empty field");
        let (_file, csv) = file("1,2,3\n1,2,x");
        let error = csv.header(false).read::<Vector<1>, Vector<2>>().unwrap_err();
        assert!(error.to_string().ends_with(", row 2, column 3: expected a number, received \"x\""), "{error}");
    }

    #[test]
    fn wrong_widths() {
        let no_header = |text: &str| message(text, |csv| csv.header(false));
        let expected = "expected 3 fields (2 features and 1 of the label), received";
        assert_eq!(no_header("1,2,0\n1,2"), format!(", row 2: {expected} 2"));
        assert_eq!(no_header("1,2,0,4"), format!(", row 1: {expected} 4"));
        let expected = "expected 3 columns (2 features and 1 of the label), received";
        assert_eq!(message("a,b\n1,2", |csv| csv), format!(", row 1: {expected} 2"));
        let named = message("a,b,c,d\n1,2,0,4\n1,2,0", |csv| csv.columns(["a", "b", "c"]));
        assert_eq!(named, ", row 3: expected 4 fields, as in the header, received 3");
    }

    #[test]
    fn lines_as_an_editor_counts() {
        let no_header = |text: &str| message(text, |csv| csv.header(false));
        let at = |line: usize| format!(", row {line}, column 1: expected a number, received \"x\"");
        for end in ["\n", "\r\n", "\r"] {
            for tail in ["", end, "\n1,2,0\n"] {
                let text = format!("{end}1,2,0{end}{end}{end}1,2,0{end}{end}x,2,0{tail}");
                assert_eq!(no_header(&text), at(7), "{text:?}");
            }
            let text = format!("n,a,b,c{end}\"1{end}2{end}3\",1,2,0{end}{end}\"4{end}5\",x,2,0{end}");
            let expected = ", row 6, column \"a\": expected a number, received \"x\"";
            assert_eq!(message(&text, |csv| csv.columns(["a", "b", "c"])), expected);
        }
        assert_eq!(no_header("1,2,0\nx,2,\"0"), at(2));
        let many = "1,2,0\r\n".repeat(5000);
        assert_eq!(no_header(&format!("{many}x,2,0")), at(5001));
    }

    #[test]
    fn wrong_columns() {
        let missing = message("a,b,c\n1,2,0", |csv| csv.columns(["a", "age", "c"]));
        assert_eq!(missing, ", row 1: expected a column \"age\", received the columns \"a\", \"b\", \"c\"");
        let twice = message("a,b,b,c\n1,2,2,0", |csv| csv.columns(["a", "b", "c"]));
        assert_eq!(twice, ", row 1: expected one column \"b\", received 2 of them");
    }

    #[test]
    fn a_row_that_is_taken_for_a_header() {
        assert_eq!(
            message("1.5,2,0\n1,2,0", |csv| csv),
            ", row 1: expected the columns' names, received a row of numbers (1.5, …); \
             `header(false)` reads a file without a header"
        );
        assert_eq!(read("2024,2025,2026\n1,2,0", |csv| csv).len(), 1);
        assert_eq!(read("2,1,0\n1,2,0", |csv| csv.columns(["2", "1", "0"])).len(), 1);
    }

    #[test]
    fn wrong_options() {
        let (_file, csv) = file("a,b,c\n1,2,0");
        let columns = ["a", "b", "c"];
        let cases = [
            (csv.clone().columns(["a", "b", "a"]), "columns: expected each name once, received \"a\" twice"),
            (csv.clone().columns(["a"]), "columns: expected 3 columns (2 features and 1 of the label), received 1"),
            (
                csv.clone().columns(columns).header(false),
                "columns: expected a header to find the names in, received header(false)",
            ),
            (
                csv.clone().separator(b'\n'),
                "separator: expected a byte that is no quote and no line's end, received '\\n'",
            ),
        ];
        for (csv, expected) in cases {
            let error = csv.read::<Vector<2>, Class<3>>().unwrap_err();
            assert!(matches!(error, Error::Argument { .. }), "{error:?}");
            assert_eq!(error.to_string(), expected);
        }
    }

    #[test]
    fn no_rows() {
        for text in ["", "\n\r\n"] {
            assert_eq!(message(text, |csv| csv), ": expected a header and at least 1 row, received an empty file");
            assert_eq!(message(text, |csv| csv.header(false)), ": expected at least 1 row, received an empty file");
        }
        assert_eq!(message("a,b,c\n", |csv| csv), ": expected at least 1 row, received none below the header");
    }

    #[test]
    fn not_utf8() {
        let field = message(b"a,b,c\n1,2\xff,0", |csv| csv);
        assert_eq!(field, ", row 2, column \"b\": expected UTF-8, received \"2\u{fffd}\"");
        let header = message(b"a,\xe9,c\n1,2,0", |csv| csv);
        assert_eq!(header, ", row 1, column 2: expected UTF-8, received \"\u{fffd}\"");
        let label = message(b"1,2,\xfe", |csv| csv.header(false));
        assert_eq!(label, ", row 1, column 3: expected UTF-8, received \"\u{fffd}\"");
    }

    #[test]
    fn unreadable_files() {
        let folder = tempfile::tempdir().unwrap();
        for path in [folder.path().join("none.csv"), folder.path().into()] {
            let error = Csv::new(&path).read::<Vector<2>, Class<3>>().unwrap_err();
            assert!(matches!(error, Error::Io { action: "read", .. }));
            assert!(error.to_string().starts_with(&format!("cannot read {}: ", path.display())), "{error}");
        }
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all("1,2,0\n".repeat(100).as_bytes()).unwrap();
        let gzip = gzip.finish().unwrap();
        let message = message(&gzip[..gzip.len() - 9], |csv| csv.header(false));
        assert_eq!(message, ": expected a whole gzip stream, received one that is cut off");
    }
}
