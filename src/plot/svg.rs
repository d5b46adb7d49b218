//! The SVG file of a plot: plotters draws axes, lines and text; cells and pixels lie below them.

use crate::io::error::{Error, Result};
use crate::io::file::write_atomically;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::path::Path;

/// The largest side of a plot in pixels.
const MOST: usize = 100_000;

/// What a plot is drawn on.
pub(crate) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
/// Whether something was drawn.
pub(crate) type Drawn = Result<(), Box<dyn std::error::Error>>;

/// The color of all text.
pub(crate) const INK: RGBColor = RGBColor(40, 40, 40);

/// Checks the name of a plot's file.
pub(crate) fn check(path: &Path) -> Result<()> {
    if path.extension().is_none_or(|kind| kind != "svg") {
        return Err(Error::argument("the path of a plot", "a name that ends in .svg", path.display()));
    }
    Ok(())
}

/// Draws a plot of `size`, width and height, and writes it. What `draw` adds to the string lies below all else.
pub(crate) fn save(path: &Path, size: [usize; 2], draw: impl FnOnce(&Area, &mut String) -> Drawn) -> Result<()> {
    check(path)?;
    if size.iter().any(|side| *side > MOST) {
        let received = format!("{} by {}", size[0], size[1]);
        return Err(Error::argument("the size of a plot", format!("at most {MOST} pixels a side"), received));
    }
    let (mut above, mut below) = (String::new(), String::new());
    let [width, height] = size.map(|side| side as u32);
    let root = SVGBackend::with_string(&mut above, (width, height)).into_drawing_area();
    let drawn = draw(&root, &mut below).and_then(|()| Ok(root.present()?));
    drop(root);
    drawn.map_err(|error| Error::Plot { path: path.into(), message: error.to_string() })?;
    // The first line is the tag that opens the picture.
    let (tag, above) = above.split_once('\n').unwrap_or_default();
    let paper = format!("<rect width=\"{width}\" height=\"{height}\" fill=\"#FFFFFF\"/>");
    write_atomically(path, [tag, "\n", &paper, "\n", &below, above].concat().as_bytes())
}

/// The part of a text that is at its point: where it begins, its middle, or where it ends.
#[derive(Clone, Copy)]
pub(crate) enum Beside {
    Left,
    Middle,
    Right,
}

impl Beside {
    fn anchor(self) -> Pos {
        let anchor = match self {
            Beside::Left => HPos::Left,
            Beside::Middle => HPos::Center,
            Beside::Right => HPos::Right,
        };
        Pos::new(anchor, VPos::Center)
    }
}

/// Writes a text of that size and color, in the middle of its height at a point.
pub(crate) fn write(area: &Area, text: &str, size: f64, color: RGBColor, beside: Beside, at: [f64; 2]) -> Drawn {
    let style = ("sans-serif", size).into_font().color(&color).pos(beside.anchor());
    Ok(area.draw_text(text, &style, (at[0].round() as i32, at[1].round() as i32))?)
}

/// As [`write`], with a text that is read upward.
pub(crate) fn write_upward(area: &Area, text: &str, size: f64, beside: Beside, at: [f64; 2]) -> Drawn {
    let font = ("sans-serif", size).into_font().transform(FontTransform::Rotate270);
    let style = font.color(&INK).pos(beside.anchor());
    Ok(area.draw_text(text, &style, (at[0].round() as i32, at[1].round() as i32))?)
}

/// The width of a text of that size, nearly: fonts differ.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    text.chars().count() as f64 * size * 0.47
}

/// A mark of an axis of that length, whose numbers are as large as that, with the digits that tell it from the next.
pub(crate) fn mark(value: f64, largest: f64, length: f64) -> String {
    let step = length / 6.0;
    let digits = |of: f64| of.log10().ceil().clamp(1.0, 9.0) as usize;
    if !(1e-3..1e6).contains(&largest) {
        format!("{value:.*e}", digits(largest / step))
    } else {
        format!("{value:.*}", digits(1.0 / step))
    }
}

/// A number as a person reads it: three digits that count.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 {
        "0".to_string()
    } else if !(1e-3..1e5).contains(&size) {
        format!("{value:.2e}")
    } else {
        let digits = (2.0 - size.log10().floor()).clamp(0.0, 6.0) as usize;
        format!("{value:.digits$}")
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_have_three_digits() {
        let numbers = [0.0, 1.0, -0.012_345, 123.456, 99_999.0, 1e5, 1e-4, f64::NAN, f64::INFINITY].map(number);
        assert_eq!(numbers, ["0", "1.00", "-0.0123", "123", "99999", "1.00e5", "1.00e-4", "NaN", "inf"]);
    }
}
