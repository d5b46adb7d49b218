use crate::io::error::{Error, Result};
use crate::io::terminal::shown;
use crate::model::history::History;
use crate::plot::pixels::sparkline;
use crate::plot::svg::{Area, Drawn, mark, save};
use plotters::prelude::*;
use std::path::Path;

/// The size of a panel in pixels.
const WIDTH: usize = 720;
const HEIGHT: usize = 320;

/// A number of a row, or NaN if the row, which its owner may change, does not have it.
fn value(row: &[f32], index: usize) -> f64 {
    row.get(index).map_or(f64::NAN, |value| f64::from(*value))
}

impl<R> History<R> {
    /// Draws the loss and each metric, training and validation in one panel, as SVG. A vertical line marks the best
    /// epoch: the one with the smallest loss of the validation, or of the training where there is no validation.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) if the name does not end in `.svg`, or the history lacks names;
    /// [`Error::Io`](crate::Error::Io) and [`Error::Plot`](crate::Error::Plot). After an error, an existing file is as
    /// before.
    ///
    /// ```
    /// use taut::prelude::*;
    /// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
    /// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::default(), MeanSquaredError, ());
    /// let history = model.fit(&data, Fit { epochs: 3, ..Fit::default() })?;
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("history.svg");
    /// history.plot(&path)?; // "history.svg", say
    /// assert!(std::fs::read_to_string(&path).unwrap().contains("best: epoch 3"));
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn plot(&self, path: impl AsRef<Path>) -> Result<()> {
        if self.names.len() <= self.metrics {
            let expected = format!("a name for the loss and for each of {} metrics", self.metrics);
            return Err(Error::argument("the history to draw", expected, self.names.len()));
        }
        save(path.as_ref(), [WIDTH, HEIGHT * (1 + self.metrics)], |area, _| self.draw(area))
    }

    /// A line of text for each number: its name, its first value, its course, and its last value. It ends with the best
    /// epoch, as in [`plot`](Self::plot).
    ///
    /// ```
    /// use taut::prelude::*;
    /// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([2.0]); 8])?;
    /// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::default(), MeanSquaredError, ());
    /// let history = model.fit(&data, Fit { epochs: 20, ..Fit::default() })?;
    /// assert_eq!(history.sparklines(), "loss  1.6552 █▇▇▆▆▅▅▄▄▃▃▃▂▂▂▂▂▁▁▁ 0.3509\nbest: epoch 20\n");
    /// # Ok::<(), taut::Error>(())
    /// ```
    #[must_use]
    pub fn sparklines(&self) -> String {
        let width = self.names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        let mut text = String::new();
        for (i, name) in self.names.iter().enumerate() {
            let values: Vec<f64> = self.rows.iter().map(|row| value(row, i)).collect();
            if let [first, .., last] | [first @ last] = values[..] {
                let end = |value: f64| if value.abs() < 1e6 { format!("{value:.4}") } else { format!("{value:.4e}") };
                text += &format!("{name:width$}  {} {} {}\n", end(first), sparkline(&values), end(last));
            }
        }
        if let Some(epoch) = self.best() {
            text += &format!("best: epoch {epoch}\n");
        }
        text
    }

    /// The number of the first epoch whose loss is the smallest: of the validation if there is one.
    fn best(&self) -> Option<usize> {
        let panels = self.metrics.saturating_add(1);
        let loss = if self.names.len() > panels { panels } else { 0 };
        let losses = self.rows.iter().map(|row| value(row, loss)).enumerate().filter(|(_, loss)| loss.is_finite());
        let best = losses.min_by(|(_, a), (_, b)| a.total_cmp(b));
        best.map(|(row, _)| self.initial_epoch.saturating_add(row + 1))
    }

    fn draw(&self, area: &Area) -> Drawn {
        let panels = 1 + self.metrics;
        let (first, epochs) = (self.initial_epoch as f64 + 1.0, self.rows.len().max(2));
        for (panel, area) in area.split_evenly((panels, 1)).into_iter().enumerate() {
            let series = |index: usize| -> Vec<(f64, f64)> {
                let points = self.rows.iter().enumerate().map(|(epoch, row)| (first + epoch as f64, value(row, index)));
                points.filter(|(_, value)| value.is_finite()).collect()
            };
            let validation = if self.names.len() > panels { series(panels + panel) } else { vec![] };
            let training = series(panel);
            let values = || training.iter().chain(&validation).map(|point| point.1);
            let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
            let (low, high) = if low <= high { (low, high) } else { (0.0, 1.0) };
            let margin = ((high - low) * 0.05).max(high.abs() * 1e-3).max(1e-6);
            let mut chart = ChartBuilder::on(&area)
                .caption(shown(&self.names[panel], 60), ("sans-serif", 20))
                .margin(12)
                .x_label_area_size(36)
                .y_label_area_size(60)
                .build_cartesian_2d(first..first + epochs as f64 - 1.0, low - margin..high + margin)?;
            // Labels whole epochs only.
            let epoch = |x: &f64| if x.fract() == 0.0 { format!("{x:.0}") } else { String::new() };
            chart
                .configure_mesh()
                .x_desc("epoch")
                .x_labels(epochs.min(12))
                .y_labels(6)
                .x_label_formatter(&epoch)
                .y_label_formatter(&|y| mark(*y, low.abs().max(high.abs()), high - low + 2.0 * margin))
                .light_line_style(TRANSPARENT)
                .draw()?;
            for (name, points, color) in [("training", &training, BLUE), ("validation", &validation, RED)] {
                if !points.is_empty() {
                    chart
                        .draw_series(LineSeries::new(points.iter().copied(), color.stroke_width(2)).point_size(3))?
                        .label(name)
                        .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], color.stroke_width(2)));
                }
            }
            if let Some(best) = self.best() {
                let color = RGBColor(0, 128, 64);
                let line = PathElement::new(
                    [(best as f64, low - margin), (best as f64, high + margin)],
                    color.stroke_width(2),
                );
                chart
                    .draw_series([line])?
                    .label(format!("best: epoch {best}"))
                    .legend(move |(x, y)| PathElement::new([(x + 10, y - 6), (x + 10, y + 6)], color.stroke_width(2)));
            }
            // Keeps clear of the curves: above those that fall, below those that rise.
            let falls = training.first().map(|point| point.1) >= training.last().map(|point| point.1);
            let place = if falls { SeriesLabelPosition::UpperRight } else { SeriesLabelPosition::LowerRight };
            chart
                .configure_series_labels()
                .position(place)
                .background_style(WHITE.mix(0.8))
                .border_style(BLACK.mix(0.3))
                .draw()?;
        }
        Ok(())
    }
}
