//! Figures of panels, as SVG.

use plotters::coord::Shift;
use plotters::prelude::*;
use std::error::Error;
use std::fs;
use std::ops::Range;
use std::path::Path;

/// Colours that stay apart for readers who do not tell red from green (Okabe and Ito).
pub const COLORS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(70, 70, 70),
];

pub type Points = Vec<(f64, f64)>;

/// One chart of a figure.
#[derive(Default)]
pub struct Panel {
    pub title: String,
    pub x_label: &'static str,
    pub y_label: &'static str,
    pub x: Range<f64>,
    pub y: Range<f64>,
    /// The axis shows powers of ten, and the points' coordinates are logarithms.
    pub log_x: bool,
    pub log_y: bool,
    /// Each line with its name. One without a name belongs to the line before it, and has its colour. What leaves the
    /// panel is not drawn.
    pub lines: Vec<(String, Points)>,
    /// Points without a line: their name, the number of their colour, and where they are.
    pub dots: Vec<(String, usize, Points)>,
    /// A vertical line, with its name.
    pub mark: Option<(String, f64)>,
    /// Rectangles below all else: two opposite corners, and the number of a colour.
    pub areas: Vec<([(f64, f64); 2], usize)>,
    pub legend: Legend,
}

/// The corner that the legend stands in.
#[derive(Clone, Copy, Default)]
pub enum Legend {
    #[default]
    UpperRight,
    LowerRight,
    UpperLeft,
}

impl Panel {
    pub fn new(title: impl Into<String>, x: Range<f64>, y: Range<f64>) -> Self {
        Panel { title: title.into(), x, y, ..Panel::default() }
    }

    pub fn labels(mut self, x: &'static str, y: &'static str) -> Self {
        (self.x_label, self.y_label) = (x, y);
        self
    }

    pub fn line(mut self, name: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        self.lines.push((name.into(), points.into_iter().filter(|(x, y)| x.is_finite() && y.is_finite()).collect()));
        self
    }

    pub fn dots(mut self, name: impl Into<String>, color: usize, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        self.dots.push((name.into(), color, points.into_iter().collect()));
        self
    }

    pub fn legend(mut self, legend: Legend) -> Self {
        self.legend = legend;
        self
    }

    fn draw(&self, area: &DrawingArea<SVGBackend<'_>, Shift>) -> Result<(), Box<dyn Error>> {
        let mut chart = ChartBuilder::on(area)
            .caption(&self.title, ("sans-serif", 16))
            .margin(8)
            .x_label_area_size(if self.x_label.is_empty() { 22 } else { 38 })
            .y_label_area_size(if self.y_label.is_empty() { 36 } else { 54 })
            .build_cartesian_2d(self.x.clone(), self.y.clone())?;
        let digits = |range: &Range<f64>| (1.0 - (range.end - range.start).log10().round()).clamp(0.0, 4.0) as usize;
        let text = |log: bool, digits: usize, value: &f64| match log {
            true if value.fract() == 0.0 => 10f64.powf(*value).to_string(),
            true => String::new(),
            false => format!("{value:.digits$}"),
        };
        let (x_digits, y_digits) = (if self.x_label == "epoch" { 0 } else { digits(&self.x) }, digits(&self.y));
        chart
            .configure_mesh()
            .x_desc(self.x_label)
            .y_desc(self.y_label)
            .x_labels(6)
            .y_labels(6)
            .x_label_formatter(&|x| text(self.log_x, x_digits, x))
            .y_label_formatter(&|y| text(self.log_y, y_digits, y))
            .light_line_style(TRANSPARENT)
            .draw()?;
        for (corners, color) in &self.areas {
            chart.draw_series([Rectangle::new(*corners, COLORS[*color].mix(0.25).filled())])?;
        }
        let inside = |at: &&(f64, f64)| {
            (self.x.start..=self.x.end).contains(&at.0) && (self.y.start..=self.y.end).contains(&at.1)
        };
        let mut legend = false;
        for (name, color, points) in &self.dots {
            let color = COLORS[*color];
            let drawn =
                chart.draw_series(points.iter().filter(inside).map(|at| Circle::new(*at, 2, color.filled())))?;
            if !name.is_empty() {
                legend = true;
                drawn.label(name).legend(move |(x, y)| Circle::new((x + 10, y), 3, color.filled()));
            }
        }
        let mut number = 0;
        for (name, points) in &self.lines {
            number += usize::from(!name.is_empty());
            let color = COLORS[number.saturating_sub(1) % COLORS.len()];
            let style = color.stroke_width(2);
            let drawn = chart.draw_series(LineSeries::new(points.iter().filter(inside).copied(), style))?;
            if !name.is_empty() {
                legend = true;
                drawn.label(name).legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
            }
        }
        if let Some((name, x)) = &self.mark {
            legend = true;
            let style = COLORS[6].stroke_width(1);
            chart
                .draw_series(LineSeries::new([(*x, self.y.start), (*x, self.y.end)], style))?
                .label(name)
                .legend(move |(x, y)| PathElement::new([(x + 9, y - 6), (x + 9, y + 6)], style));
        }
        if legend {
            let place = match self.legend {
                Legend::UpperRight => SeriesLabelPosition::UpperRight,
                Legend::LowerRight => SeriesLabelPosition::LowerRight,
                Legend::UpperLeft => SeriesLabelPosition::UpperLeft,
            };
            chart
                .configure_series_labels()
                .position(place)
                .background_style(WHITE.mix(0.8))
                .border_style(BLACK.mix(0.2))
                .draw()?;
        }
        Ok(())
    }
}

/// Writes a figure: panels in so many columns, each of that size in pixels. `alt` says what one sees.
pub fn figure(
    folder: &Path,
    name: &str,
    alt: &str,
    columns: usize,
    size: (u32, u32),
    panels: &[Panel],
) -> Result<(), Box<dyn Error>> {
    let rows = panels.len().div_ceil(columns);
    let mut svg = String::new();
    {
        let root =
            SVGBackend::with_string(&mut svg, (size.0 * columns as u32, size.1 * rows as u32)).into_drawing_area();
        root.fill(&WHITE)?;
        for (panel, area) in panels.iter().zip(root.split_evenly((rows, columns))) {
            panel.draw(&area)?;
        }
        root.present()?;
    }
    write(folder, &format!("{name}.svg"), &described(&svg, alt))
}

/// A figure for a page of the documentation: as wide as there is room, and with words for who does not see it.
pub fn described(svg: &str, alt: &str) -> String {
    svg.replacen("<svg ", &format!("<svg role=\"img\" aria-label=\"{alt}\" style=\"max-width:100%;height:auto\" "), 1)
}

/// Writes a file of the guide.
pub fn write(folder: &Path, name: &str, text: &str) -> Result<(), Box<dyn Error>> {
    fs::write(folder.join(name), text)?;
    println!("{name}: {} bytes", text.len());
    Ok(())
}

/// So many numbers from the start of a range to its end.
pub fn steps(range: Range<f64>, count: usize) -> impl Iterator<Item = f64> + Clone {
    (0..count).map(move |i| range.start + (range.end - range.start) * i as f64 / (count - 1) as f64)
}

/// The values of the epochs, the first of which is epoch 1.
pub fn epochs(values: &[f32]) -> Points {
    values.iter().enumerate().map(|(epoch, value)| (epoch as f64 + 1.0, f64::from(*value))).collect()
}
