use crate::metrics::label::ClassLabel;
use crate::metrics::mean::share;
use crate::shape::sample::{Class, Vector};
use std::fmt::{self, Display, Formatter};

/// How often each of `N` classes was predicted as each.
///
/// Not a metric, since it is more than one number: it is filled with what a model predicts.
///
/// ```
/// use taut::prelude::*;
/// let p = [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]].map(Vector::new);
/// let t = [0, 1, 1].map(|class| Class::<2>::new(class).unwrap());
/// let mut matrix = ConfusionMatrix::new();
/// matrix.add(&p, &t); // or: matrix.add(&model.predict_batch(&test.x), &test.y)
/// assert_eq!(matrix.counts(), [[1, 0], [1, 1]]);
/// assert_eq!([matrix.precision(t[0]), matrix.recall(t[1])], [0.5, 0.5]);
/// println!("{matrix}"); // a line for each class
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfusionMatrix<const N: usize> {
    counts: Vec<[usize; N]>,
}

impl<const N: usize> Default for ConfusionMatrix<N> {
    fn default() -> Self {
        ConfusionMatrix { counts: vec![[0; N]; N] }
    }
}

impl<const N: usize> ConfusionMatrix<N> {
    /// One that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds some outputs and their labels: `Class<N>`, or one-hot vectors.
    pub fn add<T: ClassLabel<N>>(&mut self, p: &[Vector<N>], t: &[T]) {
        for (p, t) in p.iter().zip(t) {
            if let Some(real) = t.class()
                && let Some(count) = self.counts.get_mut(real).and_then(|row| row.get_mut(p.argmax()))
            {
                *count += 1;
            }
        }
    }

    /// A row for each real class, a column for each predicted one.
    pub fn counts(&self) -> &[[usize; N]] {
        &self.counts
    }

    /// How often a class was predicted rightly, predicted, and real.
    fn of(&self, class: usize) -> [f64; 3] {
        let predicted: usize = self.counts.iter().map(|row| row[class]).sum();
        let real: usize = self.counts[class].iter().sum();
        [self.counts[class][class], predicted, real].map(|count| count as f64)
    }

    /// The share of what was predicted as that class that is of it; 0 of nothing.
    pub fn precision(&self, class: Class<N>) -> f64 {
        let [right, predicted, _] = self.of(class.index());
        share(right, predicted)
    }

    /// The share of what is of that class that was predicted so; 0 of nothing.
    pub fn recall(&self, class: Class<N>) -> f64 {
        let [right, _, real] = self.of(class.index());
        share(right, real)
    }
}

impl<const N: usize> Display for ConfusionMatrix<N> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let widest = self.counts.as_flattened().iter().max().unwrap_or(&0);
        let width = widest.to_string().len();
        for row in &self.counts {
            for (i, count) in row.iter().enumerate() {
                write!(f, "{}{count:width$}", if i == 0 { "" } else { " " })?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
