use crate::io::error::{Error, Result};
use crate::plot::colors::{Scale, brightness};
use crate::plot::pixels::{Pixels, bar, print};
use crate::plot::svg::{Beside, INK, check, number, save, width, write, write_upward};
use crate::shape::sample::{Image, Sequence, Vector};
use nalgebra::SMatrix;
use plotters::prelude::*;
use std::fmt::{self, Debug, Display, Formatter};
use std::path::Path;

/// A matrix as colored cells: blue to red around zero, or, without negative numbers, white to blue. NaN and infinity
/// are green.
///
/// It is made of a `Vector` (one row), a `Sequence` (a row for each step), an `Image` of one channel, a matrix of
/// `nalgebra`, such as the kernel of a dense layer, or any function of a row and a column.
///
/// It prints as text, in shades with `{}`, and in the colors of a terminal with `{:#}`.
///
/// ```
/// use taut::{plot::Heatmap, prelude::*};
/// let sequence = Sequence([[0.0, 1.0], [2.0, 3.0], [-4.0, 0.5]]);
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("heatmap.svg");
/// Heatmap::from(&sequence).plot(&path)?; // "heatmap.svg", say
/// # assert_eq!(std::fs::read_to_string(&path).unwrap().matches("-4.00").count(), 2);
/// let distance = Heatmap::new([4, 6], |row, column| row.abs_diff(column) as f32);
/// distance.plot(&path)?;
/// assert_eq!(distance.to_string().lines().count(), 4);
/// # Ok::<(), taut::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Heatmap {
    size: [usize; 2],
    values: Vec<f32>,
    titles: [&'static str; 2],
}

impl Heatmap {
    /// The matrix of so many rows and columns whose numbers `value` returns, called with the row and the column.
    pub fn new([rows, columns]: [usize; 2], value: impl Fn(usize, usize) -> f32) -> Self {
        let cells = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
        let values = cells.map(|(row, column)| value(row, column)).collect();
        Heatmap { size: [rows, columns], values, titles: ["row", "column"] }
    }

    fn value(&self, row: usize, column: usize) -> f32 {
        self.values[row * self.size[1] + column]
    }

    /// Draws the matrix as SVG, with a bar of the colors. Of at most twelve rows and columns, each cell has its number.
    ///
    /// # Errors
    /// [`Error::Argument`] if the name does not end in `.svg` or there are no numbers, [`Error::Io`] and
    /// [`Error::Plot`]. After an error, an existing file is as before.
    pub fn plot(&self, path: impl AsRef<Path>) -> Result<()> {
        check(path.as_ref())?;
        if self.values.is_empty() {
            let received = format!("{} rows and {} columns", self.size[0], self.size[1]);
            return Err(Error::argument("the heatmap", "at least one number", received));
        }
        let text = |row, column| number(f64::from(self.value(row, column)));
        let cells = Cells {
            size: self.size,
            value: &|row, column| self.value(row, column),
            scale: Scale::of(&self.values),
            text: self.size.into_iter().all(|side| side <= 12).then_some(&text),
            titles: self.titles,
            names: None,
            bar: true,
        };
        draw(path.as_ref(), &cells)
    }
}

impl<const N: usize> From<&Vector<N>> for Heatmap {
    fn from(vector: &Vector<N>) -> Self {
        Heatmap { titles: ["", "element"], ..Heatmap::new([1, N], |_, i| vector.as_array()[i]) }
    }
}

impl<const T: usize, const C: usize> From<&Sequence<T, C>> for Heatmap {
    fn from(sequence: &Sequence<T, C>) -> Self {
        Heatmap { titles: ["step", "channel"], ..Heatmap::new([T, C], |step, channel| sequence.0[step][channel]) }
    }
}

impl<const H: usize, const W: usize> From<&Image<H, W, 1>> for Heatmap {
    fn from(image: &Image<H, W, 1>) -> Self {
        Heatmap::new([H, W], |row, column| image.0[row][column][0])
    }
}

impl<const R: usize, const C: usize> From<&SMatrix<f32, R, C>> for Heatmap {
    fn from(matrix: &SMatrix<f32, R, C>) -> Self {
        Heatmap::new([R, C], |row, column| matrix[(row, column)])
    }
}

impl Debug for Heatmap {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Heatmap({} by {})", self.size[0], self.size[1])
    }
}

impl Display for Heatmap {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let scale = Scale::of(&self.values);
        print(f, &[Pixels::new(self.size, |row, column| scale.color(self.value(row, column)))])
    }
}

/// A matrix to draw.
pub(crate) struct Cells<'a> {
    pub size: [usize; 2],
    pub value: &'a dyn Fn(usize, usize) -> f32,
    pub scale: Scale,
    /// The text of a cell, where cells have one.
    pub text: Option<&'a dyn Fn(usize, usize) -> String>,
    /// What rows are, and what columns are.
    pub titles: [&'a str; 2],
    /// The names of the rows and of the columns: their numbers, where there are none.
    pub names: Option<[&'a [String]; 2]>,
    /// Whether there is a bar of the colors.
    pub bar: bool,
}

/// Draws a matrix as cells with the names of their rows and columns.
pub(crate) fn draw(path: &Path, cells: &Cells) -> Result<()> {
    const TEXT: f64 = 15.0;
    let [rows, columns] = cells.size;
    let texts: Option<Vec<Vec<String>>> =
        cells.text.map(|text| (0..rows).map(|row| (0..columns).map(|column| text(row, column)).collect()).collect());
    let longest = |texts: &mut dyn Iterator<Item = &String>| texts.map(|text| width(text, TEXT)).fold(0.0, f64::max);
    let name = |axis: usize, i: usize| match cells.names {
        Some(names) => names[axis][i].clone(),
        None => i.to_string(),
    };
    let longest_name =
        |axis: usize| longest(&mut (0..cells.size[axis]).map(|i| name(axis, i)).collect::<Vec<_>>().iter());
    let (left, wide) = (longest_name(0) + 52.0, longest_name(1));
    // As large as the texts need, or as many cells make a plot of 480 pixels; as wide as the names, if these are few.
    let fit = |n: usize| (480.0 / n as f64).clamp(4.0, 48.0);
    let cell = match &texts {
        Some(texts) => {
            let width = longest(&mut texts.iter().flatten()) + 12.0;
            let named = wide + 12.0;
            let few = cells.names.is_some() && named * columns as f64 <= 600.0;
            let side = width.max(28.0).max(fit(rows.max(columns))).max(if few { named } else { 0.0 });
            [side, if cells.names.is_some() { side } else { side.min(40.0) }]
        }
        None if rows == 1 => [fit(columns), 48.0],
        None => [fit(rows.max(columns)); 2],
    }
    .map(f64::round);
    // Numbers of rows and columns stand at every so-manieth alone, where cells are small.
    let every = |size: f64| {
        let steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
        steps.into_iter().find(|step| *step as f64 * size >= 18.0).unwrap_or(10_000)
    };
    // Names that are wider than their column are read upward.
    let upward = cells.names.is_some() && wide > cell[0] - 6.0;
    let [x, y] = [left, 18.0];
    let [across, down] = [cell[0] * columns as f64, cell[1] * rows as f64];
    let below = if upward { wide + 14.0 } else { 26.0 };
    let bar_width = across.clamp(200.0, 320.0);
    let right = (across.max(if cells.bar { bar_width + 20.0 } else { 0.0 })).max(width(cells.titles[1], TEXT)) + 24.0;
    let size = [x + right, y + down + below + 30.0 + if cells.bar { 44.0 } else { 0.0 }];
    save(path, size.map(|side| side.ceil() as usize), |area, svg| {
        Pixels::new(cells.size, |row, column| cells.scale.color((cells.value)(row, column))).draw(svg, [x, y], cell);
        let frame = [(x, y), (x + across, y + down)].map(|(x, y)| (x.round() as i32, y.round() as i32));
        area.draw(&Rectangle::new(frame, RGBColor(150, 150, 150).stroke_width(1)))?;
        for (row, texts) in texts.iter().flatten().enumerate() {
            for (column, text) in texts.iter().enumerate() {
                let dark = brightness(cells.scale.color((cells.value)(row, column))) < 0.62;
                let color = if dark { WHITE } else { INK };
                let middle = [x + (column as f64 + 0.5) * cell[0], y + (row as f64 + 0.5) * cell[1]];
                write(area, text, TEXT, color, Beside::Middle, middle)?;
            }
        }
        let step = every(cell[1]);
        for row in (0..rows).step_by(step).filter(|_| rows > 1 || cells.names.is_some()) {
            let at = [x - 6.0, y + (row as f64 + 0.5) * cell[1]];
            write(area, &name(0, row), TEXT, INK, Beside::Right, at)?;
        }
        let step = if upward { every(cell[0]) } else { every(cell[0].min(cell[0] * 20.0 / (wide + 8.0))) };
        for column in (0..columns).step_by(step) {
            let middle = x + (column as f64 + 0.5) * cell[0];
            match upward {
                true => write_upward(area, &name(1, column), TEXT, Beside::Right, [middle, y + down + 6.0])?,
                false => write(area, &name(1, column), TEXT, INK, Beside::Middle, [middle, y + down + 14.0])?,
            }
        }
        write_upward(area, cells.titles[0], TEXT + 1.0, Beside::Middle, [16.0, y + down / 2.0])?;
        write(area, cells.titles[1], TEXT + 1.0, INK, Beside::Middle, [x + across / 2.0, y + down + below + 10.0])?;
        if cells.bar {
            bar(area, svg, &cells.scale, [x, y + down + below + 32.0], bar_width)?;
        }
        Ok(())
    })
}
