//! Pixels: as cells of an SVG file, and as text.

use crate::plot::colors::{Color, Scale, brightness};
use crate::plot::svg::{Area, Beside, Drawn, INK, number, write};
use std::collections::BTreeMap;
use std::fmt::{self, Formatter, Write};

/// A picture of so many rows and columns, row after row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pixels {
    pub rows: usize,
    pub columns: usize,
    colors: Vec<Color>,
}

impl Pixels {
    /// The picture whose pixel in that row and column has the color that `color` returns.
    pub fn new([rows, columns]: [usize; 2], color: impl Fn(usize, usize) -> Color) -> Self {
        let colors = (0..rows * columns).map(|i| color(i / columns, i % columns)).collect();
        Pixels { rows, columns, colors }
    }

    fn row(&self, row: usize) -> &[Color] {
        &self.colors[row * self.columns..][..self.columns]
    }

    /// Adds the picture to an SVG file, with its corner at a point, and pixels of `size`, width and height: a path for
    /// each color, with a line for each run of pixels that have it.
    pub fn draw(&self, svg: &mut String, [x, y]: [f64; 2], [width, height]: [f64; 2]) {
        let mut paths = BTreeMap::<Color, String>::new();
        for i in 0..self.rows {
            let mut column = 0;
            for run in self.row(i).chunk_by(|a, b| a == b) {
                let _ = write!(paths.entry(run[0]).or_default(), "M{column} {i}.5h{}", run.len());
                column += run.len();
            }
        }
        let place = format!("translate({x:.2} {y:.2}) scale({width:.4} {height:.4})");
        let size = format!("{} by {}", self.rows, self.columns);
        let _ = writeln!(svg, "<g transform=\"{place}\" shape-rendering=\"crispEdges\" data-size=\"{size}\">");
        for ([r, g, b], path) in paths {
            let _ = writeln!(svg, "<path stroke=\"#{r:02X}{g:02X}{b:02X}\" d=\"{path}\"/>");
        }
        svg.push_str("</g>\n");
    }

    /// Writes a line of the picture: in shades, two characters a pixel, or as half blocks in colors, where a line has
    /// two rows.
    fn line(&self, f: &mut Formatter<'_>, line: usize) -> fmt::Result {
        if !f.alternate() {
            return self.row(line).iter().try_for_each(|color| {
                let shade = [' ', '░', '▒', '▓', '█'][(brightness(*color) * 4.0).round() as usize];
                write!(f, "{shade}{shade}")
            });
        }
        for column in 0..self.columns {
            let [r, g, b] = self.row(2 * line)[column];
            write!(f, "\x1b[38;2;{r};{g};{b}m")?;
            if 2 * line + 1 < self.rows {
                let [r, g, b] = self.row(2 * line + 1)[column];
                write!(f, "\x1b[48;2;{r};{g};{b}m")?;
            }
            f.write_str("▀")?;
        }
        f.write_str("\x1b[0m")
    }
}

/// Writes pictures of one size side by side, as many as fit into a line of 100 characters.
pub(crate) fn print(f: &mut Formatter<'_>, pictures: &[Pixels]) -> fmt::Result {
    let Some(first) = pictures.first() else { return Ok(()) };
    let (width, height) = if f.alternate() { (1, 2) } else { (2, 1) };
    let fit = (101 / (first.columns * width + 1)).max(1);
    for (i, beside) in pictures.chunks(fit).enumerate() {
        if i > 0 {
            writeln!(f)?;
        }
        for line in 0..first.rows.div_ceil(height) {
            for (i, picture) in beside.iter().enumerate() {
                if i > 0 {
                    f.write_str(" ")?;
                }
                picture.line(f, line)?;
            }
            writeln!(f)?;
        }
    }
    Ok(())
}

/// Draws the colors of a scale as a bar of that width, with the numbers of its ends and of its middle below.
pub(crate) fn bar(area: &Area, svg: &mut String, scale: &Scale, [x, y]: [f64; 2], width: f64) -> Drawn {
    const CELLS: usize = 64;
    let [low, high] = [scale.low, scale.high].map(f64::from);
    let at = |share: f64| low + (high - low) * share;
    Pixels::new([1, CELLS], |_, i| scale.color(at(i as f64 / (CELLS - 1) as f64) as f32)).draw(
        svg,
        [x, y],
        [width / CELLS as f64, 10.0],
    );
    for (share, beside) in [(0.0, Beside::Left), (0.5, Beside::Middle), (1.0, Beside::Right)] {
        write(area, &number(at(share)), 13.0, INK, beside, [x + width * share, y + 19.0])?;
    }
    Ok(())
}

/// A line of characters that are as high as the numbers, from the lowest to the highest; a space where there is none.
pub(crate) fn sparkline(values: &[f64]) -> String {
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let (low, high) = (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
    let level = |value: f64| if high > low { ((value - low) / (high - low) * 7.0).round() as usize } else { 0 };
    let bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    values.iter().map(|value| if value.is_finite() { bars[level(*value).min(7)] } else { ' ' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Shown(Vec<Pixels>);
    impl fmt::Display for Shown {
        fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
            print(f, &self.0)
        }
    }

    #[test]
    fn pictures_as_paths_and_as_text() {
        let white = |row, column| if row == column { [255; 3] } else { [0; 3] };
        let pixels = Pixels::new([3, 4], white);
        let mut svg = String::new();
        pixels.draw(&mut svg, [10.0, 20.0], [5.0, 6.0]);
        assert_eq!(
            svg,
            "<g transform=\"translate(10.00 20.00) scale(5.0000 6.0000)\" shape-rendering=\"crispEdges\" \
             data-size=\"3 by 4\">\n<path stroke=\"#000000\" d=\"M1 0.5h3M0 1.5h1M2 1.5h2M0 2.5h2M3 2.5h1\"/>\n\
             <path stroke=\"#FFFFFF\" d=\"M0 0.5h1M1 1.5h1M2 2.5h1\"/>\n</g>\n"
        );
        let both = Shown(vec![pixels.clone(), pixels]);
        assert_eq!(both.to_string(), "██       ██      \n  ██       ██    \n    ██       ██  \n");
        let colored = format!("{:#}", Shown(both.0[..1].to_vec()));
        assert_eq!(colored.matches('▀').count(), 2 * 4, "two rows of characters for three of pixels");
        assert!(colored.starts_with("\x1b[38;2;255;255;255m\x1b[48;2;0;0;0m▀\x1b[38;2;0;0;0m\x1b[48;2;255;255;255m▀"));
        assert_eq!(colored.matches("\x1b[48").count(), 4, "the last row has nothing below it");
    }

    #[test]
    fn a_line_is_as_high_as_its_numbers() {
        assert_eq!(sparkline(&[0.0, 0.5, f64::NAN, 1.0]), "▁▅ █");
        assert_eq!(sparkline(&[3.0, 3.0, f64::INFINITY]), "▁▁ ");
        assert_eq!(sparkline(&[]), "");
    }
}
