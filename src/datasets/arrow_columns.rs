//! Columns of Arrow record batches, by their names.

use crate::datasets::array::{ArrayRow, MOST_WHOLE};
use crate::datasets::csv::width;
use crate::datasets::csv_missing::{Missing, fill_with_means};
use crate::datasets::csv_rows::{list, quoted};
use crate::datasets::dataset::{Dataset, count};
use crate::io::error::{Error, Result};
use crate::memory::heap::boxed;
use crate::shape::sample::Sample;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Decimal128Type, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, Float32Array, Int64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use num_traits::AsPrimitive;
use std::fmt::Display;
use std::slice;
use std::sync::Arc;

/// A reader of Arrow record batches: tables whose columns have names and types. Each row holds the features, one per
/// value of the sample, and then the label, as in a [`Csv`](crate::Csv) file.
///
/// Columns may be booleans, integers, floats, decimals (of 128 bits), and strings where
/// [`classes`](Self::classes) has their names; dictionaries of these as well. A null is a missing value, and so is NaN.
///
/// ```
/// use arrow_array::{Float64Array, RecordBatch, StringArray};
/// use std::sync::Arc;
/// use taut::datasets::Arrow;
/// use taut::{Class, Dataset, Vector};
///
/// # fn main() -> taut::Result<()> {
/// let batch = RecordBatch::try_from_iter([
///     ("species", Arc::new(StringArray::from(vec!["setosa", "virginica"])) as _),
///     ("length", Arc::new(Float64Array::from(vec![1.4, 6.0])) as _),
///     ("width", Arc::new(Float64Array::from(vec![0.2, 2.5])) as _),
/// ])
/// .unwrap();
/// let iris: Dataset<Vector<2>, Class<3>> = Arrow::new([batch])
///     .columns(["length", "width", "species"])
///     .classes(["setosa", "versicolor", "virginica"])
///     .read()?;
/// assert_eq!((iris.x[1], iris.y[1].index()), (Vector::new([6.0, 2.5]), 2));
/// # Ok(())
/// # }
/// ```
///
/// See <https://arrow.apache.org/docs/format/Columnar.html>.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrow {
    /// The batches, one after another.
    pub batches: Vec<RecordBatch>,
    /// The names of the columns to read, in this order: features, then label. By default all columns, in their order.
    pub columns: Option<Vec<String>>,
    /// The names of the label's classes, in the order of their numbers. By default the label is the number.
    pub classes: Option<Vec<String>>,
    /// What happens to missing values; by default they are errors.
    pub missing: Missing,
}

impl Arrow {
    /// Reads all columns of these batches.
    ///
    /// See [`Arrow`] for an example.
    pub fn new(batches: impl IntoIterator<Item = RecordBatch>) -> Self {
        Arrow { batches: batches.into_iter().collect(), columns: None, classes: None, missing: Missing::Refuse }
    }

    /// Reads these columns in this order: the features, then the label.
    ///
    /// See [`Arrow`] for an example.
    pub fn columns<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.columns = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the names of the label's classes, in the order of their numbers.
    ///
    /// See [`Arrow`] for an example.
    pub fn classes<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.classes = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Sets what happens to missing values: see [`Missing`].
    ///
    /// ```
    /// use arrow_array::{Float64Array, RecordBatch};
    /// use std::sync::Arc;
    /// use taut::{Dataset, Missing, Vector, datasets::Arrow};
    ///
    /// # fn main() -> taut::Result<()> {
    /// let batch = RecordBatch::try_from_iter([
    ///     ("height", Arc::new(Float64Array::from(vec![Some(1.5), None])) as _),
    ///     ("age", Arc::new(Float64Array::from(vec![31.0, 45.0])) as _),
    /// ])
    /// .unwrap();
    /// let people: Dataset<Vector<1>, Vector<1>> = Arrow::new([batch]).missing(Missing::DropRow).read()?;
    /// assert_eq!(people.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// Reads the batches.
    ///
    /// # Errors
    /// [`Error::Argument`]: the number of columns is not that of the types, a column or a class is named twice, a
    /// column is missing or has another type; a value is missing, not finite or no class; there are no rows; a column
    /// has no value to take the mean of. The message names the column, and the row from 0.
    ///
    /// See [`Arrow`] for an example.
    pub fn read<X: Sample, T: ArrayRow>(&self) -> Result<Dataset<X, T>> {
        let selection = Selection { columns: &self.columns, classes: &self.classes, missing: self.missing };
        selection.check(X::LEN, label_width::<T>())?;
        let error = |place: &Place, expected: String, received: String| {
            let place = match place {
                Place::Table => String::new(),
                Place::Column(column) => format!(" in column {column:?}"),
                Place::Value(row, column) => format!(" in row {row}, column {column:?}"),
            };
            Error::argument("batches", expected, format!("{received}{place}"))
        };
        selection.read(self.batches.iter().cloned().map(Ok), error)
    }
}

/// The rows as a record batch, a column for each number of a sample: predictions for a program that computes with
/// Arrow.
///
/// The columns have the names, and are `Float32`; classes and tokens are `Int64`. The names are those of the numbers in
/// the order of memory.
///
/// # Errors
/// [`Error::Argument`] if there are not as many names as numbers, or a name stands there twice.
///
/// ```
/// use arrow_array::cast::AsArray;
/// use arrow_array::types::Float32Type;
/// use taut::{Vector, datasets};
///
/// # fn main() -> taut::Result<()> {
/// let predictions = [Vector::new([0.9, 0.1]), Vector::new([0.2, 0.8])];
/// let batch = datasets::to_record_batch(["cat", "dog"], &predictions)?;
/// assert_eq!(batch["dog"].as_primitive::<Float32Type>().values(), &[0.1, 0.8]);
/// # Ok(())
/// # }
/// ```
pub fn to_record_batch<Y: ArrayRow, S: Into<String>>(
    names: impl IntoIterator<Item = S>,
    rows: &[Y],
) -> Result<RecordBatch> {
    let names: Vec<String> = names.into_iter().map(Into::into).collect();
    if names.len() != label_width::<Y>() {
        let expected = format!("{}, one for each number", count(label_width::<Y>(), "name"));
        return Err(Error::argument("names", expected, names.len()));
    }
    once("names", &names)?;
    let column = |i: usize| -> ArrayRef {
        let numbers = rows.iter().map(|row| row.number(i));
        match Y::WHOLE {
            true => Arc::new(numbers.map(|number| number as i64).collect::<Int64Array>()),
            false => Arc::new(numbers.map(|number| number as f32).collect::<Float32Array>()),
        }
    };
    let columns: Vec<ArrayRef> = (0..names.len()).map(column).collect();
    let fields = names.iter().zip(&columns).map(|(name, column)| Field::new(name, column.data_type().clone(), false));
    let schema = Schema::new(fields.collect::<Vec<_>>());
    let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(rows.len()));
    RecordBatch::try_new_with_options(Arc::new(schema), columns, &options)
        .map_err(|error| Error::argument("names", "the names of a record batch", error))
}

/// The number of columns that a label takes.
pub(super) fn label_width<T: ArrayRow>() -> usize {
    T::AXES.iter().product()
}

/// Checks that no name stands there twice.
fn once(argument: &'static str, names: &[String]) -> Result<()> {
    match names.iter().enumerate().find(|(i, name)| names[..*i].contains(name)) {
        Some((_, name)) => Err(Error::argument(argument, "each name once", format!("{name:?} twice"))),
        None => Ok(()),
    }
}

/// Where something is wrong: rows count from 0.
pub(super) enum Place<'a> {
    Table,
    Column(&'a str),
    Value(usize, &'a str),
}

/// The columns to read, and how.
pub(super) struct Selection<'a> {
    pub columns: &'a Option<Vec<String>>,
    pub classes: &'a Option<Vec<String>>,
    pub missing: Missing,
}

impl Selection<'_> {
    /// Checks what a program has set.
    pub fn check(&self, features: usize, labels: usize) -> Result<()> {
        if let Missing::Fill(value) = self.missing
            && !value.is_finite()
        {
            return Err(Error::argument("missing", "a finite number to fill with", value));
        }
        once("classes", self.classes.as_deref().unwrap_or_default())?;
        let Some(names) = self.columns else { return Ok(()) };
        if names.len() != features + labels {
            return Err(Error::argument("columns", width(features, labels), names.len()));
        }
        once("columns", names)
    }

    /// The positions of the columns in a table with these names. The error is what was expected, and what received.
    pub fn positions(&self, all: &[&str], features: usize, labels: usize) -> Result<Vec<usize>, (String, String)> {
        let Some(names) = self.columns else {
            let as_many = all.len() == features + labels;
            let wrong = || (width(features, labels), all.len().to_string());
            return if as_many { Ok((0..all.len()).collect()) } else { Err(wrong()) };
        };
        let position = |name: &String| {
            let mut found = all.iter().enumerate().filter(|(_, column)| *column == name).map(|(i, _)| i);
            match (found.next(), found.count()) {
                (Some(position), 0) => Ok(position),
                (None, _) => Err((format!("a column {name:?}"), format!("the columns {}", list(all, quoted)))),
                (_, more) => Err((format!("one column {name:?}"), format!("{} of them", more + 1))),
            }
        };
        names.iter().map(position).collect()
    }

    /// Reads batches one after another; `error` makes an error of a place, and of what was expected and received there.
    pub fn read<X: Sample, T: ArrayRow>(
        &self,
        batches: impl Iterator<Item = Result<RecordBatch>>,
        error: impl Fn(&Place, String, String) -> Error,
    ) -> Result<Dataset<X, T>> {
        let labels = label_width::<T>();
        let mut data = Dataset { x: Vec::new(), y: Vec::new() };
        let (mut x, mut label) = (boxed::<X>(), vec![0.0; labels]);
        let (mut before, mut names) = (0, vec![]);
        for batch in batches {
            let batch = batch?;
            let schema = batch.schema();
            let all: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
            let wrong = |(expected, received)| error(&Place::Table, expected, received);
            let positions = self.positions(&all, X::LEN, labels).map_err(wrong)?;
            names = positions.iter().map(|i| all[*i].to_string()).collect::<Vec<_>>();
            let column = |(i, name): (&usize, &String)| {
                let array = batch.column(*i).as_ref();
                values(array).ok_or_else(|| {
                    let expected = "a column of numbers, or of the classes' names".to_string();
                    error(&Place::Column(name), expected, array.data_type().to_string())
                })
            };
            let columns = positions.iter().zip(&names).map(column).collect::<Result<Vec<_>>>()?;
            for i in 0..batch.num_rows() {
                let row = before + i;
                let wrong = |column: usize, expected: String, received: String| {
                    error(&Place::Value(row, &names[column]), expected, received)
                };
                let read = |column: usize| columns[column](i);
                if !self.features(x.values_mut(), read, wrong)? || !self.label(X::LEN, &mut label, read, wrong)? {
                    continue;
                }
                let large = |_| error(&Place::Table, "rows that fit into memory".into(), format!("{row} and more"));
                data.x.try_reserve(1).map_err(large)?;
                data.y.try_reserve(1).map_err(large)?;
                T::push(&label, &mut data.y).map_err(|(at, expected)| {
                    let received = read(X::LEN + at).to_string();
                    wrong(X::LEN + at, expected, received)
                })?;
                // Copies from heap to heap: `push` would put a sample on the stack.
                data.x.extend_from_slice(slice::from_ref(&*x));
            }
            before += batch.num_rows();
        }
        if data.is_empty() {
            let received =
                if before == 0 { "none".into() } else { format!("{} with missing values", count(before, "row")) };
            return Err(error(&Place::Table, "at least 1 row".into(), received));
        }
        if self.missing == Missing::Mean {
            fill_with_means(&mut data.x).map_err(|feature| {
                let expected = "at least 1 value to take the mean of".to_string();
                error(&Place::Column(&names[feature]), expected, "none".into())
            })?;
        }
        data.x.shrink_to_fit();
        data.y.shrink_to_fit();
        Ok(data)
    }

    /// Reads the features of a row; `false` if the row is to be left out. Where the mean is to be, it writes NaN.
    fn features<'v>(
        &self,
        x: &mut [f32],
        read: impl Fn(usize) -> Value<'v>,
        wrong: impl Fn(usize, String, String) -> Error,
    ) -> Result<bool> {
        for (column, to) in x.iter_mut().enumerate() {
            let value = read(column);
            *to = match (self.missing, &value) {
                (_, Value::Number(number)) if (*number as f32).is_finite() => *number as f32,
                (Missing::DropRow, value) if value.is_missing() => return Ok(false),
                (Missing::Fill(with), value) if value.is_missing() => with,
                (Missing::Mean, value) if value.is_missing() => f32::NAN,
                (_, Value::Number(_)) => return Err(wrong(column, "a finite number".into(), value.to_string())),
                _ => return Err(wrong(column, "a number".into(), value.to_string())),
            };
        }
        Ok(true)
    }

    /// Reads the label of a row as numbers; `false` if the row is to be left out.
    fn label<'v>(
        &self,
        first: usize,
        to: &mut [f64],
        read: impl Fn(usize) -> Value<'v>,
        wrong: impl Fn(usize, String, String) -> Error,
    ) -> Result<bool> {
        for (column, to) in (first..).zip(to) {
            let value = read(column);
            *to = match (&value, self.classes) {
                (value, _) if value.is_missing() && self.missing == Missing::DropRow => return Ok(false),
                (Value::Missing, _) => return Err(wrong(column, "a label".into(), value.to_string())),
                (Value::Number(number), Some(_)) if number.is_nan() || number.abs() >= MOST_WHOLE => {
                    let expected = "a label, of numbers one below 2^53".to_string();
                    return Err(wrong(column, expected, value.to_string()));
                }
                (value, Some(classes)) => {
                    let name = value.name();
                    let class = classes.iter().position(|class| *class == name);
                    let expected = || format!("one of {}", list(classes, str::to_string));
                    class.ok_or_else(|| wrong(column, expected(), value.to_string()))? as f64
                }
                (Value::Number(number), None) => *number,
                (Value::Text(_), None) => {
                    return Err(wrong(column, "a number, or the names of the classes".into(), value.to_string()));
                }
            };
        }
        Ok(true)
    }
}

/// A value of a column.
enum Value<'a> {
    Missing,
    Number(f64),
    Text(&'a str),
}

impl Value<'_> {
    fn is_missing(&self) -> bool {
        match self {
            Value::Missing => true,
            Value::Number(number) => number.is_nan(),
            Value::Text(_) => false,
        }
    }

    /// The value as the name of a class.
    fn name(&self) -> String {
        match self {
            Value::Text(text) => text.to_string(),
            _ => self.to_string(),
        }
    }
}

impl Display for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Missing => f.write_str("null"),
            Value::Number(number) => number.fmt(f),
            Value::Text(text) => f.write_str(&quoted(text)),
        }
    }
}

/// The values of a column, by their rows; none for a type that is neither numbers nor text.
fn values<'a>(array: &'a dyn Array) -> Option<Box<dyn Fn(usize) -> Value<'a> + 'a>> {
    fn numbers<'a, P: ArrowPrimitiveType<Native: AsPrimitive<f64>>>(
        array: &'a dyn Array,
    ) -> Option<Box<dyn Fn(usize) -> Value<'a> + 'a>> {
        let array = array.as_primitive_opt::<P>()?;
        some(array, |i| Value::Number(array.value(i).as_()))
    }
    fn some<'a>(
        array: &'a dyn Array,
        value: impl Fn(usize) -> Value<'a> + 'a,
    ) -> Option<Box<dyn Fn(usize) -> Value<'a> + 'a>> {
        Some(Box::new(move |i| if array.is_null(i) { Value::Missing } else { value(i) }))
    }
    match array.data_type() {
        DataType::Null => Some(Box::new(|_| Value::Missing)),
        DataType::Boolean => {
            let booleans = array.as_boolean_opt()?;
            some(array, |i| Value::Number(u8::from(booleans.value(i)).into()))
        }
        DataType::Int8 => numbers::<Int8Type>(array),
        DataType::Int16 => numbers::<Int16Type>(array),
        DataType::Int32 => numbers::<Int32Type>(array),
        DataType::Int64 => numbers::<Int64Type>(array),
        DataType::UInt8 => numbers::<UInt8Type>(array),
        DataType::UInt16 => numbers::<UInt16Type>(array),
        DataType::UInt32 => numbers::<UInt32Type>(array),
        DataType::UInt64 => numbers::<UInt64Type>(array),
        DataType::Float16 => {
            let halves = array.as_primitive_opt::<Float16Type>()?;
            some(array, |i| Value::Number(halves.value(i).to_f64()))
        }
        DataType::Float32 => numbers::<Float32Type>(array),
        DataType::Float64 => numbers::<Float64Type>(array),
        DataType::Decimal128(_, scale) => {
            let (decimals, unit) = (array.as_primitive_opt::<Decimal128Type>()?, 10f64.powi((*scale).into()));
            some(array, move |i| Value::Number(decimals.value(i) as f64 / unit))
        }
        DataType::Utf8 => {
            let texts = array.as_string_opt::<i32>()?;
            some(array, |i| Value::Text(texts.value(i)))
        }
        DataType::LargeUtf8 => {
            let texts = array.as_string_opt::<i64>()?;
            some(array, |i| Value::Text(texts.value(i)))
        }
        DataType::Utf8View => {
            let texts = array.as_string_view_opt()?;
            some(array, |i| Value::Text(texts.value(i)))
        }
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary_opt()?;
            let (keys, entries, n) =
                (values(dictionary.keys())?, values(dictionary.values())?, dictionary.values().len());
            some(array, move |i| match keys(i) {
                Value::Number(key) if (key as usize) < n => entries(key as usize),
                _ => Value::Missing,
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::sample::{Class, Image, Vector};
    use arrow_array::{Float64Array, Int8Array, StringArray};

    type Rows = Dataset<Vector<2>, Class<3>>;

    fn batch(a: [Option<f64>; 3], b: [Option<i8>; 3], label: [Option<&str>; 3]) -> RecordBatch {
        RecordBatch::try_from_iter([
            ("a", Arc::new(Float64Array::from(a.to_vec())) as ArrayRef),
            ("b", Arc::new(Int8Array::from(b.to_vec()))),
            ("label", Arc::new(StringArray::from(label.to_vec()))),
        ])
        .unwrap()
    }

    fn whole() -> RecordBatch {
        batch([1.5, 2.5, 3.5].map(Some), [4, 5, 6].map(Some), ["x", "y", "z"].map(Some))
    }

    fn arrow(batches: impl IntoIterator<Item = RecordBatch>) -> Arrow {
        Arrow::new(batches).classes(["x", "y", "z"])
    }

    fn message(arrow: Arrow) -> String {
        let error = arrow.read::<Vector<2>, Class<3>>().unwrap_err();
        assert!(matches!(error, Error::Argument { argument: "batches", .. }), "{error:?}");
        error.to_string().strip_prefix("batches: ").unwrap().to_string()
    }

    #[test]
    fn columns_of_several_batches_by_name() {
        let data: Rows = arrow([whole(), whole().slice(1, 1)]).read().unwrap();
        assert_eq!(data.x, [[1.5, 4.0], [2.5, 5.0], [3.5, 6.0], [2.5, 5.0]].map(Vector::new));
        assert_eq!(data.y.iter().map(|y| y.index()).collect::<Vec<_>>(), [0, 1, 2, 1]);
        let other: Dataset<Vector<1>, Vector<2>> =
            Arrow::new([whole()]).columns(["b", "b_", "a"]).read().unwrap_or_else(|error| {
                let columns = "received the columns \"a\", \"b\", \"label\"";
                assert_eq!(error.to_string(), format!("batches: expected a column \"b_\", {columns}"));
                Arrow::new([whole().project(&[1, 0, 0]).unwrap()]).read().unwrap()
            });
        assert_eq!((other.x[2], other.y[2]), (Vector::new([6.0]), Vector::new([3.5, 3.5])));
        let image: Dataset<Image<1, 2, 1>, Class<3>> = arrow([whole()]).columns(["b", "a", "label"]).read().unwrap();
        assert_eq!(image.x[0].0, [[[4.0], [1.5]]]);
    }

    #[test]
    fn missing_values() {
        let (null, nan) = ([Some(1.0), None, Some(3.0)], [Some(1.0), Some(f64::NAN), Some(3.0)]);
        let (b, labels) = ([4, 5, 6].map(Some), ["x", "y", "z"].map(Some));
        for (a, text, what) in [(null, "null", "a number"), (nan, "NaN", "a finite number")] {
            let table = arrow([whole(), batch(a, b, labels)]);
            assert_eq!(message(table.clone()), format!("expected {what}, received {text} in row 4, column \"a\""));
            let read = |missing| -> Rows { table.clone().missing(missing).read().unwrap() };
            let numbers = |data: Rows| data.x[3..].iter().map(|x| x.as_array()[0]).collect::<Vec<_>>();
            assert_eq!(numbers(read(Missing::DropRow)), [1.0, 3.0]);
            assert_eq!(numbers(read(Missing::Fill(9.0))), [1.0, 9.0, 3.0]);
            assert_eq!(numbers(read(Missing::Mean)), [1.0, 11.5 / 5.0, 3.0]);
        }
        let unlabeled = arrow([batch([1.0; 3].map(Some), b, [Some("x"), None, Some("z")])]);
        for missing in [Missing::Refuse, Missing::Mean, Missing::Fill(1.0)] {
            let found = message(unlabeled.clone().missing(missing));
            assert_eq!(found, "expected a label, received null in row 1, column \"label\"");
        }
        let dropped: Rows = unlabeled.missing(Missing::DropRow).read().unwrap();
        assert_eq!(dropped.y.iter().map(|y| y.index()).collect::<Vec<_>>(), [0, 2]);
        let none = arrow([batch([None; 3], b, labels)]);
        let mean = message(none.clone().missing(Missing::Mean));
        assert_eq!(mean, "expected at least 1 value to take the mean of, received none in column \"a\"");
        let rows = message(none.missing(Missing::DropRow));
        assert_eq!(rows, "expected at least 1 row, received 3 rows with missing values");
        assert_eq!(message(arrow([])), "expected at least 1 row, received none");
    }

    #[test]
    fn wrong_values_and_columns() {
        let (b, labels) = ([4, 5, 6].map(Some), ["x", "y", "z"].map(Some));
        let infinite = arrow([batch([1.0, 1e300, 2.0].map(Some), b, labels)]);
        let found = message(infinite.missing(Missing::Mean));
        assert!(
            found.starts_with("expected a finite number, received 1000") && found.ends_with(" in row 1, column \"a\"")
        );
        let text = message(arrow([whole()]).columns(["a", "label", "b"]));
        assert_eq!(text, "expected a number, received \"x\" in row 0, column \"label\"");
        let class = message(arrow([whole()]).classes(["x", "z"]));
        assert_eq!(class, "expected one of x, z, received \"y\" in row 1, column \"label\"");
        let named = message(Arrow::new([whole()]));
        assert_eq!(named, "expected a number, or the names of the classes, received \"x\" in row 0, column \"label\"");
        let above = message(Arrow::new([whole()]).columns(["a", "a_", "b"]));
        assert!(above.starts_with("expected a column \"a_\", received the columns"));
        let many = message(Arrow::new([whole().project(&[0, 1, 1]).unwrap()]).classes(["4", "5"]));
        assert_eq!(many, "expected one of 4, 5, received 6 in row 2, column \"b\"");
        let label = message(Arrow::new([whole().project(&[0, 1, 1]).unwrap()]));
        assert_eq!(label, "expected a whole number from 0 to 2, received 4 in row 0, column \"b\"");
        let width = message(arrow([whole().project(&[0, 2]).unwrap()]));
        assert_eq!(width, "expected 3 columns (2 features and 1 of the label), received 2");
        let twice = message(arrow([whole().project(&[0, 1, 1, 2]).unwrap()]).columns(["a", "b", "label"]));
        assert_eq!(twice, "expected one column \"b\", received 2 of them");
        let settings = [
            (arrow([whole()]).columns(["a", "a", "b"]), "columns: expected each name once, received \"a\" twice"),
            (arrow([whole()]).classes(["a", "a"]), "classes: expected each name once, received \"a\" twice"),
            (
                arrow([whole()]).columns(["a"]),
                "columns: expected 3 columns (2 features and 1 of the label), received 1",
            ),
            (
                arrow([whole()]).missing(Missing::Fill(f32::INFINITY)),
                "missing: expected a finite number to fill with, received inf",
            ),
        ];
        for (arrow, expected) in settings {
            assert_eq!(arrow.read::<Vector<2>, Class<3>>().unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn predictions_as_a_batch() {
        let images = [Image([[[1.0, 2.0]], [[3.0, 4.0]]]); 2];
        let batch = to_record_batch(["a", "b", "c", "d"], &images).unwrap();
        let back: Dataset<Vector<3>, Vector<1>> = Arrow::new([batch]).read().unwrap();
        assert_eq!((back.x[1], back.y[1]), (Vector::new([1.0, 2.0, 3.0]), Vector::new([4.0])));
        let classes: Vec<Class<3>> = [2, 0].into_iter().filter_map(Class::new).collect();
        let batch = to_record_batch(["class"], &classes).unwrap();
        assert_eq!(batch["class"].as_primitive::<Int64Type>().values(), &[2, 0]);
        assert_eq!(to_record_batch::<Vector<1>, _>(["x"], &[]).unwrap().num_rows(), 0);
        let message =
            |names: &[&str]| to_record_batch(names.to_vec(), &[Vector::new([1.0, 2.0])]).unwrap_err().to_string();
        assert_eq!(message(&["a"]), "names: expected 2 names, one for each number, received 1");
        assert_eq!(message(&["a", "a"]), "names: expected each name once, received \"a\" twice");
    }

    #[test]
    fn whole_numbers_beyond_2_to_the_53_and_nan_are_no_names_of_classes() {
        let read = |array: ArrayRef, names: [&str; 2]| {
            let x: ArrayRef = Arc::new(Float32Array::from(vec![1.0; array.len()]));
            let batch = RecordBatch::try_from_iter([("x", x), ("y", array)]).unwrap();
            Arrow::new([batch]).classes(names).read::<Vector<1>, Class<2>>()
        };
        let large = [9_007_199_254_740_993, 9_007_199_254_740_992];
        let error = read(Arc::new(Int64Array::from(large.to_vec())), ["9007199254740992", "9007199254740993"]);
        assert!(error.unwrap_err().to_string().contains("expected a label, of numbers one below 2^53"));
        let error = read(Arc::new(Float32Array::from(vec![1.0, f32::NAN])), ["NaN", "1"]).unwrap_err().to_string();
        assert!(error.ends_with("received NaN in row 1, column \"y\""), "{error}");
        let small = read(Arc::new(Int64Array::from(vec![7, 5])), ["5", "7"]).unwrap();
        assert_eq!(small.y.iter().map(|class| class.index()).collect::<Vec<_>>(), [1, 0]);
    }
}
