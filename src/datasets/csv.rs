//! CSV tables of numbers, typed by their width.

use crate::datasets::csv_missing::{Markers, Missing, fill_with_means};
use crate::datasets::csv_rows::{Rows, list, quoted};
use crate::datasets::dataset::{Dataset, count};
use crate::datasets::input::{Input, out_of_memory};
use crate::datasets::label::{Label, number};
use crate::io::error::{Error, Result, check_separator};
use crate::memory::heap::boxed;
use crate::shape::sample::Sample;
use csv::StringRecord;
use std::path::PathBuf;
use std::slice;

/// A reader of CSV files. Each row holds the features, one per value of the sample, and then the label.
///
/// `Csv::new(path)` expects a header and commas; the file may be gzipped. Quoted fields, blank lines, spaces around
/// numbers, a byte order mark and all three line endings are understood. What follows a closing quote belongs to its
/// field, as in Python: `"1"5` is 15. A row may take 32 MiB, and 64 bytes for each
/// column: one that does not end would fill the memory.
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
    /// Whether the first row names the columns. By default it does, and is refused if it may be data.
    pub header: Option<bool>,
    /// The byte between two fields; a comma by default. A space means any number of spaces and tabs.
    pub separator: u8,
    /// The names of the columns to read, in this order: features, then label. By default all columns, in the file's
    /// order.
    pub columns: Option<Vec<String>>,
    /// The names of the label's classes in the file, in the order of their numbers. By default the file holds the
    /// numbers.
    pub classes: Option<Vec<String>>,
    /// What happens to missing values; by default they are errors.
    pub missing: Missing,
    /// The fields that are missing values, beside empty ones: `?`, `NA`, `N/A`, `NaN`, `nan`, `null` and `NULL` by
    /// default.
    pub missing_markers: Vec<String>,
}

impl Csv {
    /// Reads all columns of a file with a header and commas.
    ///
    /// See [`Csv`] for an example.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Csv {
            path: path.into(),
            header: None,
            separator: b',',
            columns: None,
            classes: None,
            missing: Missing::Refuse,
            missing_markers: ["?", "NA", "N/A", "NaN", "nan", "null", "NULL"].map(String::from).into(),
        }
    }

    /// Sets whether the first row names the columns.
    ///
    /// Without this call, the first row is names, and it is an error if it may be data, which would be lost: if a field
    /// is empty, a number or a marker of a missing value, or if the label is one of the [`classes`](Self::classes).
    /// A row in which [`columns`](Self::columns) are found is names.
    ///
    /// See [`Csv`] for an example.
    pub fn header(mut self, header: bool) -> Self {
        self.header = Some(header);
        self
    }

    /// Sets the byte between two fields, such as `b';'` or `b'\t'`.
    ///
    /// A space, `b' '`, means any number of spaces and tabs, as in columns that are aligned by spaces; those at the
    /// start and at the end of a line do not count.
    ///
    /// ```
    /// use taut::{Csv, Dataset, Vector};
    ///
    /// # fn main() -> taut::Result<()> {
    /// # let file = tempfile::NamedTempFile::new().unwrap();
    /// # let path = file.path();
    /// std::fs::write(path, " 0.00632  18.00   24.00\n 0.02731   0.00  21.60\n").unwrap();
    /// let housing: Dataset<Vector<2>, Vector<1>> = Csv::new(path).header(false).separator(b' ').read()?;
    /// assert_eq!(housing.x[1], Vector::new([0.02731, 0.0]));
    /// # Ok(())
    /// # }
    /// ```
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

    /// Sets what happens to missing values: see [`Missing`].
    ///
    /// ```
    /// use taut::{Csv, Dataset, Missing, Vector};
    ///
    /// # fn main() -> taut::Result<()> {
    /// # let file = tempfile::NamedTempFile::new().unwrap();
    /// # let path = file.path();
    /// std::fs::write(path, "height,age\n1.70,31\n,45\n1.80,27\n").unwrap();
    /// let people: Dataset<Vector<1>, Vector<1>> = Csv::new(path).missing(Missing::Mean).read()?;
    /// assert_eq!(people.x[1], Vector::new([1.75]));
    /// # Ok(())
    /// # }
    /// ```
    pub fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// Sets the fields that are missing values, beside empty ones; they replace the default ones.
    ///
    /// A marker that is a number marks all fields of that number: `-999` also `-999.0`. A label that is one of the
    /// classes is never missing.
    ///
    /// See [`Missing`] for an example.
    pub fn missing_markers<S: Into<String>>(mut self, markers: impl IntoIterator<Item = S>) -> Self {
        self.missing_markers = markers.into_iter().map(Into::into).collect();
        self
    }

    /// Reads the file.
    ///
    /// # Errors
    /// - [`Error::Io`] if the file cannot be read, or if its rows do not fit into memory.
    /// - [`Error::Data`], with the line and the column: a column is missing, the first row may be data and
    ///   [`header`](Self::header) does not say, a row has too few or too many fields or is too long, a field is
    ///   missing, is no number, is not finite, is not UTF-8 or is no class, or begins with a quote and does not end
    ///   with one; there are no rows; a column has no value to take the mean of; the gzip stream is damaged.
    /// - [`Error::Argument`]: the number of columns is not that of the types, a column or a class is named twice, there
    ///   are more names than classes, or columns are named but the file has no header; the separator is a quote, a line
    ///   break, or part of a number; the number to fill with is not finite.
    ///
    /// See [`Csv`] for an example.
    pub fn read<X: Sample, T: Label>(&self) -> Result<Dataset<X, T>> {
        self.check(X::LEN, T::COLUMNS, T::CLASSES)?;
        self.parse(Input::open(&self.path)?)
    }

    fn check(&self, features: usize, labels: usize, classes: Option<usize>) -> Result<()> {
        check_separator("separator", self.separator)?;
        if let Missing::Fill(value) = self.missing
            && !value.is_finite()
        {
            return Err(Error::argument("missing", "a finite number to fill with", value));
        }
        let twice =
            |argument, names: &[String]| match names.iter().enumerate().find(|(i, name)| names[..*i].contains(name)) {
                Some((_, name)) => Err(Error::argument(argument, "each name once", format!("{name:?} twice"))),
                None => Ok(()),
            };
        if let Some(names) = &self.classes {
            twice("classes", names)?;
            if let Some(most) = classes
                && names.len() > most
            {
                let expected = format!("at most {}, one for each class", count(most, "name"));
                return Err(Error::argument("classes", expected, names.len()));
            }
        }
        let Some(names) = &self.columns else { return Ok(()) };
        if self.header == Some(false) {
            return Err(Error::argument("columns", "a header to find the names in", "header(false)"));
        }
        if names.len() != features + labels {
            return Err(Error::argument("columns", width(features, labels), names.len()));
        }
        twice("columns", names)
    }

    pub(super) fn parse<X: Sample, T: Label>(&self, input: Input) -> Result<Dataset<X, T>> {
        let mut rows = Rows::new(self.separator, X::LEN + T::COLUMNS, input);
        let all = X::LEN + T::COLUMNS;
        rows.columns = (0..all).collect();
        let (mut fields, mut expected) = (all, width(X::LEN, T::COLUMNS).replacen("column", "field", 1));
        let markers = Markers::new(&self.missing_markers);
        if self.header != Some(false) {
            rows.read_header()?;
            if self.columns.is_none() && rows.record.len() != all {
                let error = rows.error("", width(X::LEN, T::COLUMNS), rows.record.len());
                return Err(match rows.record.len() {
                    1 => with_hint(error, "`separator` sets the byte between two fields"),
                    received if received > all => with_hint(error, "`columns` chooses some by their names"),
                    _ => error,
                });
            }
            let names = rows.header()?;
            if let Some(columns) = &self.columns {
                rows.columns = rows.positions(columns, &names)?;
                (fields, expected) = (names.len(), format!("{}, as in the header", count(names.len(), "field")));
            } else if let (None, Some(data)) = (self.header, self.data_in(&names, X::LEN, &markers)) {
                let received = format!(
                    "{}, as data have it; `header(false)` reads the first row as data, `header(true)` as names",
                    quoted(data)
                );
                return Err(rows.error("", "the columns' names", received));
            }
            rows.names = Some(names);
        }
        let mut data = Dataset { x: Vec::new(), y: Vec::new() };
        let (mut x, mut dropped) = (boxed::<X>(), 0_usize);
        while rows.next()? {
            if rows.record.len() != fields {
                return Err(rows.error("", expected, rows.record.len()));
            }
            data.x.try_reserve(1).map_err(out_of_memory(rows.path))?;
            data.y.try_reserve(1).map_err(out_of_memory(rows.path))?;
            if self.features(&rows, &markers, x.values_mut())? && self.label(&rows, X::LEN, &markers, &mut data.y)? {
                // Copies from heap to heap: `push` would put a sample on the stack.
                data.x.extend_from_slice(slice::from_ref(&*x));
            } else {
                dropped += 1;
            }
        }
        if data.is_empty() {
            let received = match (dropped, self.header) {
                (0, Some(false)) => "an empty file".to_string(),
                (0, _) => "none below the header".to_string(),
                (rows, _) => format!("{} with missing values", count(rows, "row")),
            };
            return Err(Error::data(rows.path, "", "at least 1 row", received));
        }
        if self.missing == Missing::Mean {
            fill_with_means(&mut data.x).map_err(|feature| {
                let place = rows.place(feature);
                Error::data(rows.path, place, "at least 1 value to take the mean of", "none")
            })?;
        }
        data.x.shrink_to_fit();
        data.y.shrink_to_fit();
        Ok(data)
    }

    /// A field of the first row that names seldom have, but data, which reading it as a header would lose.
    fn data_in<'a>(&self, names: &'a StringRecord, label: usize, markers: &Markers) -> Option<&'a str> {
        let is_class = |name: &str| self.classes.iter().flatten().any(|class| class == name);
        let is_data = |name: &str| name == "?" || name.parse::<f64>().is_ok() || markers.mark(name, number(name));
        let label = names.get(label).filter(|name| is_class(name));
        names.iter().find(|name| is_data(name)).or(label)
    }

    /// Reads the features of a row; `false` if the row is to be left out. Where the mean is to be, it writes NaN.
    fn features(&self, rows: &Rows, markers: &Markers, x: &mut [f32]) -> Result<bool> {
        for (i, to) in x.iter_mut().enumerate() {
            let field = rows.field(i)?;
            let number = number(field);
            *to = match (self.missing, number) {
                (Missing::Refuse, Ok(_)) if markers.mark(field, number) => {
                    let error = rows.wrong(i, "a number that marks no missing value", field);
                    return Err(with_hint(error, MISSING));
                }
                (Missing::DropRow, _) if markers.mark(field, number) => return Ok(false),
                (Missing::Fill(value), _) if markers.mark(field, number) => value,
                (Missing::Mean, _) if markers.mark(field, number) => f32::NAN,
                (Missing::Refuse, Err(expected)) if markers.mark(field, number) => {
                    return Err(with_hint(rows.wrong(i, expected, field), MISSING));
                }
                (_, number) => number.map_err(|expected| rows.wrong(i, expected, field))?,
            };
        }
        Ok(true)
    }

    /// Reads the label of a row; `false` if the row is to be left out.
    fn label<T: Label>(&self, rows: &Rows, first: usize, markers: &Markers, to: &mut Vec<T>) -> Result<bool> {
        let fields = (0..T::COLUMNS).map(|i| rows.field(first + i)).collect::<Result<Vec<_>>>()?;
        let is_missing = |field: &&str| markers.mark(field, number(field));
        let read = if let Some(i) = fields.iter().position(|field| field.is_empty()) {
            Err((i, "a label".to_string()))
        } else if let (Some(classes), Some(name)) = (&self.classes, fields.first()) {
            let class = classes.iter().position(|class| class == name).map(|class| class.to_string());
            let class = class.ok_or_else(|| (0, format!("one of {}", list(classes, str::to_string))));
            class.and_then(|class| T::push(&[&[&class[..]], &fields[1..]].concat(), to))
        } else if let (None, Some(i)) = (T::CLASSES, fields.iter().position(|x| number(x).is_ok() && is_missing(x))) {
            Err((i, "a number that marks no missing value".to_string()))
        } else {
            T::push(&fields, to)
        };
        match read {
            Ok(()) => Ok(true),
            Err(_) if self.missing == Missing::DropRow && fields.iter().any(is_missing) => Ok(false),
            Err((i, expected)) => {
                let i = i.min(fields.len().saturating_sub(1));
                let field = fields.get(i).copied().unwrap_or("");
                let error = rows.wrong(first + i, &expected, field);
                let is_name = !is_missing(&field) && field.parse::<f64>().is_err();
                Err(if is_missing(&field) && self.missing == Missing::Refuse {
                    with_hint(error, "`missing(Missing::DropRow)` leaves such rows out")
                } else if T::CLASSES.is_some() && self.classes.is_none() && is_name {
                    with_hint(error, "`classes` names the classes of the file")
                } else {
                    error
                })
            }
        }
    }
}

/// What to do about a missing feature.
const MISSING: &str = "`missing(Missing::DropRow)` leaves such rows out, `Missing::Mean` fills them";

/// An [`Error::Data`] that also says what would read such a file.
fn with_hint(mut error: Error, hint: &str) -> Error {
    if let Error::Data { received, .. } = &mut error {
        *received = format!("{received}; {hint}");
    }
    error
}

/// `3 columns (2 features and 1 of the label)`.
pub(super) fn width(features: usize, labels: usize) -> String {
    format!("{} ({} and {labels} of the label)", count(features + labels, "column"), count(features, "feature"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::plain::Floats;
    use crate::shape::sample::{Class, Image, Vector};
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;
    use tempfile::NamedTempFile;

    type Rows = Dataset<Vector<2>, Class<3>>;

    const NO_LABEL: &str = "expected a label, received an empty field; \
        `missing(Missing::DropRow)` leaves such rows out";

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
            ("", &format!("a number, received an empty field; {MISSING}")),
            ("  ", &format!("a number, received an empty field; {MISSING}")),
            ("NaN", &format!("a finite number, received \"NaN\"; {MISSING}")),
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
        assert_eq!(named, format!(", row 3, column \"b\": expected a number, received \"?\"; {MISSING}"));
    }

    #[test]
    fn wrong_labels() {
        for label in ["3", "-1", "0.5", "setosa", "nan", "inf", "1e300", "1.00000000001"] {
            let message = message(format!("a,b,c\n1,2,{label}"), |csv| csv);
            let expected = format!(", row 2, column \"c\": expected a whole number from 0 to 2, received \"{label}\"");
            let hint = match label {
                "setosa" => "; `classes` names the classes of the file",
                "nan" => "; `missing(Missing::DropRow)` leaves such rows out",
                _ => "",
            };
            assert_eq!(message, expected + hint);
        }
        let message = message("a,b,c\n1,2,", |csv| csv);
        assert_eq!(message, format!(", row 2, column \"c\": {NO_LABEL}"));
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
        let more = message("id,a,b,c\n1,1,2,0", |csv| csv);
        assert_eq!(more, format!(", row 1: {expected} 4; `columns` chooses some by their names"));
        let one = message("a;b;c\n1;2;0", |csv| csv);
        assert_eq!(one, format!(", row 1: {expected} 1; `separator` sets the byte between two fields"));
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
    fn rows_that_do_not_end() {
        let mib = "1".repeat(1 << 20);
        // A member that ends a line, and one that does not, which stands for as many as memory has no room for.
        let gzip = |text: &str| {
            let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
            gzip.write_all(text.as_bytes()).unwrap();
            gzip.finish().unwrap()
        };
        let endless = |first: &str, text: &str| [gzip(first), gzip(text).repeat(40)].concat();
        let most = (32 << 20) + 3 * 64;
        let long = |row: usize| {
            format!(
                ", row {row}: expected a row of at most {most} bytes, with the blank lines before it, received more"
            )
        };
        let row = endless("1,2,0\n", &mib);
        assert_eq!(message(row, |csv| csv.header(false)), long(2));
        let names = endless("", &",".repeat(1 << 20));
        assert_eq!(message(names, |csv| csv), long(1));
        let quote = endless("\"a\",\"b", &"\n".repeat(1 << 20));
        assert_eq!(message(quote, |csv| csv.columns(["a", "b", "c"])), long(1));
        let blanks = endless("1 2 0\n \"", &mib);
        assert_eq!(message(blanks, |csv| csv.header(false).separator(b' ')), long(2));
        // Rows of that length are read, and each has it for itself.
        let header = "a,b,c,note\n";
        let note = "x".repeat((32 << 20) + 4 * 64 - "1,2,0,\n".len());
        let read = |note: &str| {
            let row = format!("1,2,0,{note}\n");
            let (_file, csv) = self::file(format!("{header}{row}{row}"));
            csv.columns(["a", "b", "c"]).read::<Vector<2>, Class<3>>()
        };
        assert_eq!(read(&note).unwrap().len(), 2);
        assert!(read(&(note + "x")).unwrap_err().to_string().contains(", row 2: expected a row of at most"));
    }

    #[test]
    fn a_quote_that_is_not_closed_loses_no_row() {
        let open = |row: usize| {
            format!(
                ", row {row}: expected a quote at the end of a field that begins with one, received the end of the file"
            )
        };
        let named = |text: &str| message(text, |csv| csv.columns(["a", "b", "c"]));
        assert_eq!(named("a,b,c,note\n1,2,0,x\n\n3,4,1,\"y\n5,6,2,z\n"), open(4));
        assert_eq!(named("a,b,c,\"note\n5,6,2,z\n"), open(1));
        let whole = read("a,b,c,note\n1,2,0,\"x\n3,4,1\"", |csv| csv.columns(["a", "b", "c"]));
        assert_eq!(whole.len(), 1);
    }

    #[test]
    fn wrong_columns() {
        let missing = message("a,b,c\n1,2,0", |csv| csv.columns(["a", "age", "c"]));
        assert_eq!(missing, ", row 1: expected a column \"age\", received the columns \"a\", \"b\", \"c\"");
        let twice = message("a,b,b,c\n1,2,2,0", |csv| csv.columns(["a", "b", "c"]));
        assert_eq!(twice, ", row 1: expected one column \"b\", received 2 of them");
    }

    #[test]
    fn a_first_row_that_may_be_data_is_not_lost() {
        let refused = |text: &str, data: &str| {
            let expected = format!(
                ", row 1: expected the columns' names, received {data}, as data have it; `header(false)` reads the first \
                 row as data, `header(true)` as names"
            );
            assert_eq!(message(text, |csv| csv), expected);
            let rows = read("a,b,c\n1,2,0", |csv| csv);
            assert_eq!(read(format!("{text}\n1,2,0"), |csv| csv.header(true)), rows, "its rows are those below it");
        };
        for field in ["5.1", "0", "-3", "1e3", "nan", "?", "NA"] {
            refused(&format!("{field},b,c"), &format!("{field:?}"));
            refused(&format!("a,{field},c"), &format!("{field:?}"));
            refused(&format!("a,b,{field}"), &format!("{field:?}"));
        }
        refused("a,,c", "an empty field");
        refused("0,1,2", "\"0\"");
        refused("2024,2025,2026", "\"2024\"");
        let classes = ["setosa", "versicolor"];
        let species = message("a,b,setosa\n1,2,versicolor", |csv| csv.classes(classes));
        assert!(species.starts_with(", row 1: expected the columns' names, received \"setosa\", as data"), "{species}");
        let marker = message("a,-,c", |csv| csv.missing_markers(["-"]));
        assert!(marker.starts_with(", row 1: expected the columns' names, received \"-\", as data"), "{marker}");
        // What decides, and what is no number.
        assert_eq!(read("5.1,3.5,0\n4.9,3,1", |csv| csv.header(false)).len(), 2);
        assert_eq!(read("2,1,0\n1,2,0", |csv| csv.columns(["2", "1", "0"])).len(), 1);
        assert_eq!(read("Na,Mg,2nd\n1,2,0", |csv| csv).len(), 1);
        assert_eq!(read("a,b,species\n1,2,setosa", |csv| csv.classes(classes)).len(), 1);
    }

    #[test]
    fn missing_values() {
        let said =
            |text: &str, options: &dyn Fn(Csv) -> Csv| message(text, |csv| options(csv.missing_markers(["?", " -9 "])));
        let text = "a,b,c\n1,2,0\n?,4,1\n5,,2\n6,7,\n-9,8,0\n9,-9.0,0\n";
        let number = "expected a number, received \"?\"";
        assert_eq!(said(text, &|csv| csv), format!(", row 3, column \"a\": {number}; {MISSING}"));
        let marker = said("1,2,0\n3,-9,0", &|csv| csv.header(false));
        let expected = "expected a number that marks no missing value, received \"-9\"";
        assert_eq!(marker, format!(", row 2, column 2: {expected}; {MISSING}"));
        let label = ", row 5, column \"c\": expected a label, received an empty field";
        for missing in [Missing::Fill(0.5), Missing::Mean] {
            assert_eq!(said(text, &|csv| csv.missing(missing)), label);
        }
        let x = |text: &str, missing| {
            let data = read(text, |csv| csv.missing(missing).missing_markers(["?", " -9 "]));
            assert_eq!(data.x.len(), data.y.len());
            data.x.iter().map(|x| *x.as_array()).collect::<Vec<_>>()
        };
        assert_eq!(x(text, Missing::DropRow), [[1.0, 2.0]]);
        let text = text.replace("6,7,\n", "6,7,1\n");
        assert_eq!(x(&text, Missing::DropRow), [[1.0, 2.0], [6.0, 7.0]]);
        let filled = |a, b| [[1.0, 2.0], [a, 4.0], [5.0, b], [6.0, 7.0], [a, 8.0], [9.0, b]];
        assert_eq!(x(&text, Missing::Fill(0.5)), filled(0.5, 0.5));
        assert_eq!(x(&text, Missing::Mean), filled(5.25, 5.25));
        assert_eq!(
            said("a,b,c\n1,?,0\n2,,1", &|csv| csv.missing(Missing::Mean)),
            ", column \"b\": expected at least 1 value to take the mean of, received none"
        );
        assert_eq!(
            said("a,b,c\n1,?,0\n2,,1", &|csv| csv.missing(Missing::DropRow)),
            ": expected at least 1 row, received 2 rows with missing values"
        );
        // What is no marker is an error as ever.
        let other = said("a,b,c\n1,x,0", &|csv| csv.missing(Missing::DropRow));
        assert_eq!(other, ", row 2, column \"b\": expected a number, received \"x\"");
    }

    #[test]
    fn labels_that_are_missing() {
        let (_file, csv) = file("x,y\n0,0\n1,0\nNA,1\n2,NA\n3,1\n");
        let csv = csv.missing(Missing::DropRow);
        let classes =
            |csv: &Csv| csv.read::<Vector<1>, Class<2>>().unwrap().y.iter().map(|y| y.index()).collect::<Vec<_>>();
        assert_eq!(classes(&csv), [0, 0, 1]);
        assert_eq!(classes(&csv.clone().classes(["0", "1"])), [0, 0, 1]);
        assert_eq!(classes(&csv.clone().classes(["0", "NA"]).missing_markers(["NA", "1", "3"])), [0, 1]);
        // A class is never missing, though a marker of features.
        assert_eq!(classes(&csv.clone().missing_markers(["0", "NA"])), [0, 1]);
        let values = |csv: &Csv| {
            csv.read::<Vector<1>, Vector<1>>().map(|data| data.y.iter().map(|y| y.0[0]).collect::<Vec<_>>())
        };
        assert_eq!(values(&csv.clone().missing_markers(["0", "NA"])).unwrap(), vec![1.0]);
        let error = values(&csv.clone().missing_markers(["1", "NA"]).missing(Missing::Fill(0.0))).unwrap_err();
        let place = ", row 4, column \"y\": expected a number that marks no missing value, received \"1\"";
        assert!(error.to_string().ends_with(place), "{error}");
    }

    #[test]
    fn large_labels_stay_off_the_stack() {
        let (_file, csv) = file("2,".repeat(3 << 20) + "1\n");
        let data: Dataset<Vector<1>, Vector<{ 3 << 20 }>> = csv.header(false).read().unwrap();
        assert_eq!((data.y[0].values()[0], data.y[0].values()[(3 << 20) - 1]), (2.0, 1.0));
    }

    #[test]
    fn wrong_separators() {
        for separator in b"\"\r\n0129+-.eEnx" {
            let (_file, csv) = file("a,b,c\n1,2,0");
            let error = csv.separator(*separator).read::<Vector<2>, Class<3>>().unwrap_err();
            assert!(matches!(error, Error::Argument { argument: "separator", .. }), "{error:?}");
        }
        for separator in b",;\t|:#\0\x1f" {
            let text = "1,2,0\n-3.5,4e2,1\n5,6,2".replace(',', &char::from(*separator).to_string());
            assert_eq!(read(text, |csv| csv.header(false).separator(*separator)), three());
        }
    }

    #[test]
    fn blanks_between_columns() {
        let blanks = |text: &str| read(text, |csv| csv.separator(b' '));
        for end in ["\n", "\r\n", "\r", " \n\n", "\t\r\n  \r\n"] {
            let rows = ["   1    2  0", "-3.5 \t 4e2\t1", "\"5\"  \" 6 \"   2.0"].join(end);
            for rows in [rows.clone(), rows + end] {
                assert_eq!(blanks(&format!("  a   \"b\"\"  c\" d{end}{rows}")), three(), "{rows:?}");
                assert_eq!(read(&rows, |csv| csv.header(false).separator(b' ')), three());
            }
        }
        let long = format!("{}1 2 0\n", " ".repeat(20_000)).repeat(3);
        assert_eq!(read(long, |csv| csv.header(false).separator(b' ')).len(), 3);
        // A quoted field may be empty, and a blank at the end of a line is none.
        for end in ["", " ", "\t ", "\r\n", " \n\n"] {
            let empty = format!("1 2 0\n3 4 \"\"{end}");
            let dropped = read(&empty, |csv| csv.separator(b' ').header(false).missing(Missing::DropRow));
            assert_eq!(dropped.len(), 1, "{end:?}");
            let label = message(&empty, |csv| csv.separator(b' ').header(false));
            assert_eq!(label, format!(", row 2, column 3: {NO_LABEL}"), "{end:?}");
        }
        // Lines that end wherever a block of the reader does.
        let rows: String = (0..9000)
            .map(|i| format!("{}{}1 \t\"2\" 0{}\n", " ".repeat(i % 3), "0".repeat(i % 7), " ".repeat(i % 4)))
            .collect();
        assert_eq!(read(rows, |csv| csv.separator(b' ').header(false)).len(), 9000);
        let named = message("a b  c\n\n1   x\t0", |csv| csv.separator(b' '));
        assert_eq!(named, ", row 3, column \"b\": expected a number, received \"x\"");
        let narrow = message("1  2 0\n 1  2 ", |csv| csv.separator(b' ').header(false));
        assert_eq!(narrow, ", row 2: expected 3 fields (2 features and 1 of the label), received 2");
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
                "separator: expected a byte that is no quote, no line's end and no part of a number, received '\\n'",
            ),
            (
                csv.clone().classes(["a", "b", "c", "d"]),
                "classes: expected at most 3 names, one for each class, received 4",
            ),
            (csv.clone().classes(["a", "b", "a"]), "classes: expected each name once, received \"a\" twice"),
            (
                csv.clone().missing(Missing::Fill(f32::NAN)),
                "missing: expected a finite number to fill with, received NaN",
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
