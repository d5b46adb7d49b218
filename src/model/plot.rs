use crate::io::error::{Error, Result};
use crate::io::file::write_atomically;
use crate::model::history::History;
use plotters::prelude::*;
use std::path::Path;

/// The size of a panel in pixels.
const WIDTH: u32 = 720;
const HEIGHT: u32 = 320;

impl<R> History<R> {
    /// Draws the loss and each metric, training and validation in one panel, as SVG.
    ///
    /// # Errors
    /// [`Error::Argument`] if the name does not end in `.svg`, [`Error::Io`] and [`Error::Plot`]. After an error, an
    /// existing file is as before.
    pub fn plot(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        if path.extension().is_none_or(|kind| kind != "svg") {
            return Err(Error::argument("the path of a plot", "a name that ends in .svg", path.display()));
        }
        let mut svg = String::new();
        self.draw(&mut svg).map_err(|error| Error::Plot { path: path.into(), message: error.to_string() })?;
        write_atomically(path, svg.as_bytes())
    }

    fn draw(&self, svg: &mut String) -> Result<(), Box<dyn std::error::Error + '_>> {
        let panels = 1 + self.metrics;
        let (first, epochs) = (self.initial_epoch as f64 + 1.0, self.rows.len().max(2));
        let root = SVGBackend::with_string(svg, (WIDTH, HEIGHT * panels as u32)).into_drawing_area();
        root.fill(&WHITE)?;
        for (panel, area) in root.split_evenly((panels, 1)).into_iter().enumerate() {
            let series = |index: usize| -> Vec<(f64, f64)> {
                let points = self.rows.iter().enumerate().map(|(epoch, row)| (first + epoch as f64, row[index] as f64));
                points.filter(|(_, value)| value.is_finite()).collect()
            };
            let validation = if self.names.len() > panels { series(panels + panel) } else { vec![] };
            let training = series(panel);
            let values = || training.iter().chain(&validation).map(|point| point.1);
            let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
            let (low, high) = if low <= high { (low, high) } else { (0.0, 1.0) };
            let margin = ((high - low) * 0.05).max(high.abs() * 1e-3).max(1e-6);
            let mut chart = ChartBuilder::on(&area)
                .caption(&self.names[panel], ("sans-serif", 20))
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
        root.present()?;
        drop(root);
        Ok(())
    }
}

/// A mark of an axis of that length, whose numbers are as large as that, with the digits that tell it from the next.
fn mark(value: f64, largest: f64, length: f64) -> String {
    let step = length / 6.0;
    let digits = |of: f64| of.log10().ceil().clamp(1.0, 9.0) as usize;
    if largest < 1e-3 {
        format!("{value:.*e}", digits(largest / step))
    } else {
        format!("{value:.*}", digits(1.0 / step))
    }
}
