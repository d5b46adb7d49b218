use crate::contract::tensor::Tensor;
use crate::contract::train::Train;
use crate::io::error::{Error, Result};
use crate::io::terminal::shown;
use crate::model::parameters::Model;
use crate::plot::colors::range;
use crate::plot::pixels::sparkline;
use crate::plot::svg::{Area, Beside, Drawn, INK, check, mark, number, save, write};
use crate::shape::sample::Input;
use plotters::prelude::*;
use std::fmt::{self, Debug, Display, Formatter};
use std::path::Path;

const BINS: usize = 40;
/// The size of a panel in pixels.
const WIDTH: usize = 340;
const HEIGHT: usize = 220;

/// A histogram of the numbers of each tensor of a model: its weights, or their gradients.
///
/// A tensor has the name of its field, such as `net.1.kernel`. It prints as text: a line for each tensor.
///
/// ```
/// use taut::{plot::Histograms, prelude::*};
/// let digits = datasets::digits()?;
/// let model = Model::<Image<8, 8, 1>, (Flatten, Dense<64, 10>, Softmax)>::new(1);
/// let model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = |name| folder.path().join(name);
/// Histograms::weights(&model).plot(path("weights.svg"))?; // "weights.svg", say
///
/// let gradients = model.gradients(&digits.x[..32], &digits.y[..32])?;
/// let histograms = Histograms::gradients(&model, &gradients);
/// histograms.plot(path("gradients.svg"))?;
/// println!("{histograms}");
/// # Ok::<(), taut::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Histograms {
    of: Vec<Histogram>,
    /// What is counted.
    what: &'static str,
}

#[derive(Clone, PartialEq)]
struct Histogram {
    name: String,
    layer: &'static str,
    /// The ends of the first and of the last bin.
    range: [f64; 2],
    counts: [usize; BINS],
    mean: f64,
    deviation: f64,
    /// How many numbers are NaN or infinite.
    not_finite: usize,
}

impl Histograms {
    /// The weights of a model, a histogram for each tensor, moving means and variances included.
    #[must_use]
    pub fn weights<X: Input, N: Train<X>>(model: &Model<X, N>) -> Self {
        Self::new("weights", model, &model.net, |_| true)
    }

    /// The gradients of a model's parameters, a histogram for each tensor:
    /// [`Compiled::gradients`](crate::Compiled::gradients) computes them.
    #[must_use]
    pub fn gradients<X: Input, N: Train<X>>(model: &Model<X, N>, gradients: &N) -> Self {
        Self::new("gradients", model, gradients, |tensor| !tensor.role.is_state())
    }

    fn new<X: Input, N: Train<X>>(
        what: &'static str,
        model: &Model<X, N>,
        values: &N,
        counts: impl Fn(&Tensor) -> bool,
    ) -> Self {
        // The rows of the summary have the tensors in the order of the visit.
        let rows = model.summary().rows;
        let mut places = rows.iter().flat_map(|row| std::iter::repeat_n(&row.place, row.params));
        let mut of = vec![];
        values.read(&model.options, &mut |tensor, _, values| {
            let place = places.next().map_or("net", |place| place);
            if values.len() > 1 {
                places.nth(values.len() - 2);
            }
            if counts(tensor) {
                of.push(Histogram::new(format!("{place}.{}", tensor.name), tensor.layer, values));
            }
        });
        Histograms { of, what }
    }

    /// Draws a panel for each tensor as SVG, with the mean and the standard deviation.
    ///
    /// # Errors
    /// [`Error::Argument`] if the name does not end in `.svg` or the model has no parameters, [`Error::Io`] and
    /// [`Error::Plot`]. After an error, an existing file is as before.
    pub fn plot(&self, path: impl AsRef<Path>) -> Result<()> {
        check(path.as_ref())?;
        if self.of.is_empty() {
            return Err(Error::argument("the model whose tensors are drawn", "one with parameters", "none"));
        }
        // A kernel and its bias stand side by side.
        let columns = if self.of.len() < 12 { self.of.len().min(2) } else { 4 };
        let rows = self.of.len().div_ceil(columns);
        let head = 34;
        save(path.as_ref(), [WIDTH * columns, HEIGHT * rows + head], |area, _| {
            let title = [(WIDTH * columns) as f64 / 2.0, 20.0];
            write(area, &format!("Histograms of the {}", self.what), 20.0, INK, Beside::Middle, title)?;
            let panels = area.margin(head as u32, 0, 0, 0).split_evenly((rows, columns));
            self.of.iter().zip(&panels).try_for_each(|(histogram, panel)| histogram.draw(panel))
        })
    }
}

impl Histogram {
    fn new(name: String, layer: &'static str, values: &[f32]) -> Self {
        let finite = || values.iter().copied().filter(|value| value.is_finite()).map(f64::from);
        let n = finite().count();
        let mean = finite().sum::<f64>() / n.max(1) as f64;
        let deviation = (finite().map(|value| (value - mean).powi(2)).sum::<f64>() / n.max(1) as f64).sqrt();
        let [low, high] = range(values).unwrap_or([0.0; 2]).map(f64::from);
        // Numbers that are all the same stand in the middle.
        let half = if high > low { 0.0 } else { low.abs().max(1.0) / 2.0 };
        let range = [low - half, high + half];
        let mut counts = [0; BINS];
        for value in finite() {
            let bin = (value - range[0]) / (range[1] - range[0]) * BINS as f64;
            counts[(bin as usize).min(BINS - 1)] += 1;
        }
        Histogram { name, layer, range, counts, mean, deviation, not_finite: values.len() - n }
    }

    /// The mean, the deviation, and how many numbers are none.
    fn moments(&self) -> String {
        let mut text = format!("mean {}, std {}", number(self.mean), number(self.deviation));
        if self.not_finite > 0 {
            text += &format!(", {} NaN or infinite", self.not_finite);
        }
        text
    }

    fn draw(&self, area: &Area) -> Drawn {
        let [low, high] = self.range;
        let most = self.counts.into_iter().max().unwrap_or(0).max(1) as f64;
        let name = shown(&format!("{}  {}", self.name, self.layer), 44);
        write(area, &name, 15.0, INK, Beside::Middle, [WIDTH as f64 / 2.0 + 16.0, 14.0])?;
        let gray = RGBColor(110, 110, 110);
        write(area, &self.moments(), 13.0, gray, Beside::Middle, [WIDTH as f64 / 2.0 + 16.0, 31.0])?;
        let mut chart = ChartBuilder::on(area)
            .margin(10)
            .margin_top(42)
            .margin_right(20)
            .x_label_area_size(24)
            .y_label_area_size(52)
            .build_cartesian_2d(low..high, 0.0..most * 1.05)?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .x_labels(5)
            .y_labels(4)
            .x_label_formatter(&|x| {
                let x = if x.abs() < (high - low) * 1e-6 { 0.0 } else { *x };
                mark(x, low.abs().max(high.abs()), high - low)
            })
            .y_label_formatter(&|count| if count.fract() == 0.0 { format!("{count:.0}") } else { String::new() })
            .light_line_style(TRANSPARENT)
            .draw()?;
        let end = |bin: usize| low + (high - low) * bin as f64 / BINS as f64;
        let bars = self.counts.iter().enumerate().filter(|(_, count)| **count > 0);
        let color = RGBColor(33, 113, 181).filled();
        let bar =
            |(bin, count): (usize, &usize)| Rectangle::new([(end(bin), 0.0), (end(bin + 1), *count as f64)], color);
        chart.draw_series(bars.map(bar))?;
        Ok(())
    }
}

impl Debug for Histograms {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Histograms({} tensors of {})", self.of.len(), self.what)
    }
}

impl Display for Histograms {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let width = self.of.iter().map(|one| one.name.len()).max().unwrap_or(0);
        for one in &self.of {
            let [low, high] = one.range.map(number);
            let heights = sparkline(&one.counts.map(|count| if count == 0 { f64::NAN } else { count as f64 }));
            writeln!(f, "{:width$}  {low:>9} {heights} {high:<9} {}", one.name, one.moments())?;
        }
        Ok(())
    }
}
