use crate::io::terminal::shown;
use crate::metrics::label::ClassLabel;
use crate::metrics::mean::share;
use crate::shape::sample::{Class, Vector};
use std::fmt::{self, Display, Formatter};

/// The number of samples for each pair of an actual and a predicted class, of `N` classes.
///
/// It is not a metric, since a metric is one number: fill it with the predictions of a model.
///
/// ```
/// use taut::{metrics::ConfusionMatrix, prelude::*};
/// let p = [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]].map(Vector::new);
/// let t = [0, 1, 1].map(|class| Class::<2>::new(class).unwrap());
/// let mut matrix = ConfusionMatrix::new();
/// matrix.add(&p, &t); // or: matrix.add(&model.predict_batch(&test.x), &test.y)
/// assert_eq!(matrix.counts(), [[1, 0], [1, 1]]);
/// assert_eq!([matrix.precision(t[0]), matrix.recall(t[1])], [0.5, 0.5]);
/// ```
///
/// It prints as a table, a row for each actual class and a column for each predicted one. Classes have their index, or
/// the [names](Self::names) that they are given. With the feature `plot`, `matrix.plot("confusion.svg")` draws it.
///
/// ```
/// use taut::{metrics::ConfusionMatrix, prelude::*};
/// # let (p, t) = ([[0.9, 0.1], [0.2, 0.8]].map(Vector::new), [0, 0].map(|class| Class::<2>::new(class).unwrap()));
/// let mut matrix = ConfusionMatrix::new().names(["cat", "dog"]);
/// matrix.add(&p, &t);
/// let table = "
/// actual | predicted
///        | cat dog
///    cat |   1   1
///    dog |   0   0
/// ";
/// assert_eq!(format!("\n{matrix}"), table);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfusionMatrix<const N: usize> {
    counts: Vec<[usize; N]>,
    /// The classes' names, or none.
    names: Vec<String>,
}

impl<const N: usize> Default for ConfusionMatrix<N> {
    fn default() -> Self {
        ConfusionMatrix { counts: vec![[0; N]; N], names: vec![] }
    }
}

impl<const N: usize> ConfusionMatrix<N> {
    /// A matrix of zeros.
    pub fn new() -> Self {
        Self::default()
    }

    /// Names the classes, in the order of their indices, where the matrix is printed and drawn.
    pub fn names(mut self, names: [impl Into<String>; N]) -> Self {
        self.names = names.map(Into::into).into();
        self
    }

    /// The name of a class as it is shown, of at most so many characters.
    pub(crate) fn name(&self, class: usize, most: usize) -> String {
        self.names.get(class).map_or_else(|| class.to_string(), |name| shown(name, most))
    }

    /// Adds outputs and their labels: `Class<N>`, or one-hot vectors.
    ///
    /// A single output is no class of several: it does not compile. Of a sigmoid's output, make two probabilities.
    pub fn add<T: ClassLabel<N>>(&mut self, p: &[Vector<N>], t: &[T]) {
        const { assert!(N != 1, "a single output is no class of several: make two of it, `1 - p` and `p`") };
        for (p, t) in p.iter().zip(t) {
            if let Some(actual) = t.class()
                && let Some(count) = self.counts.get_mut(actual).and_then(|row| row.get_mut(p.argmax()))
            {
                *count += 1;
            }
        }
    }

    /// The counts: one row per actual class, one column per predicted class.
    pub fn counts(&self) -> &[[usize; N]] {
        &self.counts
    }

    /// The numbers of correct predictions, of predictions, and of samples of a class.
    fn class_counts(&self, class: usize) -> [f64; 3] {
        let predicted: usize = self.counts.iter().map(|row| row[class]).sum();
        let actual: usize = self.counts[class].iter().sum();
        [self.counts[class][class], predicted, actual].map(|count| count as f64)
    }

    /// The fraction of the predictions of a class that are correct; 0 without any.
    pub fn precision(&self, class: Class<N>) -> f64 {
        let [correct, predicted, _] = self.class_counts(class.index());
        share(correct, predicted)
    }

    /// The fraction of the samples of a class that are predicted correctly; 0 without any.
    pub fn recall(&self, class: Class<N>) -> f64 {
        let [correct, _, actual] = self.class_counts(class.index());
        share(correct, actual)
    }
}

impl<const N: usize> Display for ConfusionMatrix<N> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        // A name as long as a sentence would push the counts out of the terminal.
        let names: Vec<String> = (0..N).map(|class| self.name(class, 20)).collect();
        let length = |text: &str| text.chars().count();
        let label = names.iter().map(|name| length(name)).max().unwrap_or(0).max("actual".len());
        writeln!(f, "{:>label$} | predicted", "actual")?;
        let widths: Vec<usize> = (0..N)
            .map(|column| {
                let counts = self.counts.iter().map(|row| length(&row[column].to_string()));
                counts.max().unwrap_or(0).max(length(&names[column]))
            })
            .collect();
        write!(f, "{:label$} |", "")?;
        names.iter().zip(&widths).try_for_each(|(name, width)| write!(f, " {name:>width$}"))?;
        for (name, row) in names.iter().zip(&self.counts) {
            write!(f, "\n{name:>label$} |")?;
            row.iter().zip(&widths).try_for_each(|(count, width)| write!(f, " {count:>width$}"))?;
        }
        writeln!(f)
    }
}
