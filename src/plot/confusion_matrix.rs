use crate::io::error::{Error, Result};
use crate::metrics::confusion_matrix::ConfusionMatrix;
use crate::plot::colors::Scale;
use crate::plot::heatmap::{Cells, draw};
use crate::plot::svg::check;
use std::path::Path;

impl<const N: usize> ConfusionMatrix<N> {
    /// Draws the matrix as SVG: a cell for each pair of classes with its count, a row for each actual class and a
    /// column for each predicted one. The darkest cell has the largest count.
    ///
    /// More than 40 classes have colors alone, without counts.
    ///
    /// # Errors
    /// [`Error::Argument`] if the name does not end in `.svg` or there are no classes, [`Error::Io`] and
    /// [`Error::Plot`]. After an error, an existing file is as before.
    ///
    /// ```
    /// use taut::{metrics::ConfusionMatrix, prelude::*};
    /// let mut matrix = ConfusionMatrix::new().names(["cat", "dog"]);
    /// # let (p, t) = ([[0.9, 0.1], [0.2, 0.8]].map(Vector::new), [0, 0].map(|class| Class::<2>::new(class).unwrap()));
    /// matrix.add(&p, &t); // &model.predict_batch(&test.x), &test.y
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("confusion.svg");
    /// matrix.plot(&path)?; // "confusion.svg", say
    /// assert!(std::fs::read_to_string(&path).unwrap().contains("dog"));
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn plot(&self, path: impl AsRef<Path>) -> Result<()> {
        check(path.as_ref())?;
        if N == 0 {
            return Err(Error::argument("the confusion matrix", "at least one class", "none"));
        }
        let counts = self.counts();
        let largest = counts.iter().flatten().max().copied().unwrap_or(0);
        let names: Vec<String> = (0..N).map(|class| self.name(class, 24)).collect();
        let text = |row: usize, column: usize| counts[row][column].to_string();
        let cells = Cells {
            size: [N, N],
            value: &|row, column| counts[row][column] as f32,
            scale: Scale::blues(largest as f32),
            text: (N <= 40).then_some(&text),
            titles: ["actual", "predicted"],
            names: Some([&names, &names]),
            bar: false,
        };
        draw(path.as_ref(), &cells)
    }
}
