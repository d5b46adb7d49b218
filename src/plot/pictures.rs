use crate::io::error::{Error, Result};
use crate::io::terminal::shown;
use crate::memory::plain::Floats;
use crate::memory::view::flat;
use crate::plot::colors::Scale;
use crate::plot::pixels::{Pixels, bar, print};
use crate::plot::svg::{Beside, INK, check, save, width, write};
use crate::shape::sample::Image;
use plotters::prelude::*;
use std::fmt::{self, Debug, Display, Formatter};
use std::path::Path;

/// A grid of pictures: images, the weights of a dense layer, the filters of a convolution, or the channels that a layer
/// puts out.
///
/// It prints as text, in shades with `{}`, and in the colors of a terminal with `{:#}`.
///
/// ```
/// use taut::{plot::Pictures, prelude::*};
/// let digits = datasets::digits()?;
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = |name| folder.path().join(name);
/// let labels = digits.y[..20].iter().map(|class| class.index());
/// Pictures::of(&digits.x[..20]).captions(labels).plot(path("digits.svg"))?; // "digits.svg", say
/// print!("{}", Pictures::of(&digits.x[..3]));
///
/// // What the first layers make of an image: a picture for each channel.
/// type Net = (Conv2d<1, 8, 3>, Relu);
/// let model = Model::<Image<8, 8, 1>, Net>::new(1);
/// Pictures::channels(&model.predict(&digits.x[0])).plot(path("activations.svg"))?;
/// # Ok::<(), taut::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Pictures {
    pub(crate) pictures: Vec<Pixels>,
    /// How many pictures belong together, side by side: the channels of an image.
    pub(crate) group: usize,
    /// The colors of the numbers, which a bar shows.
    pub(crate) scale: Option<Scale>,
    /// Texts below each picture, or none, and their color.
    pub(crate) captions: Vec<(Vec<String>, RGBColor)>,
}

impl Pictures {
    /// Images as they look: one channel in gray, three as red, green and blue, and of any other number a gray picture
    /// for each channel, side by side.
    ///
    /// Numbers from 0 to 1 go from black to white. If there are others, the smallest is black and the largest white.
    /// NaN and infinity are green.
    #[must_use]
    pub fn of<const H: usize, const W: usize, const C: usize>(images: &[Image<H, W, C>]) -> Self {
        let scale = Scale::gray(flat(images));
        if C == 3 {
            let pixel = |image: &Image<H, W, C>, row: usize, column: usize| {
                let channels = &image.0[row][column];
                match channels.iter().all(|value| value.is_finite()) {
                    true => std::array::from_fn(|i| channels.get(i).map_or(0, |value| scale.byte(*value))),
                    false => scale.color(f32::NAN),
                }
            };
            let pictures =
                images.iter().map(|image| Pixels::new([H, W], |row, column| pixel(image, row, column))).collect();
            return Pictures { pictures, group: 1, scale: None, captions: vec![] };
        }
        Pictures { scale: None, ..Self::each_channel(images, scale) }
    }

    /// Images around zero: blue where a number is negative, white at zero, red where it is positive. Of several
    /// channels, each is a picture of its own, and those of one image are side by side.
    ///
    /// For [the weights of a dense layer](crate::Dense::weights_of_outputs) and
    /// [the filters of a convolution](crate::Conv2d::filters).
    #[must_use]
    pub fn around_zero<const H: usize, const W: usize, const C: usize>(images: &[Image<H, W, C>]) -> Self {
        Self::each_channel(images, Scale::around_zero(flat(images)))
    }

    /// The channels of an image, such as the output of a convolution: white to blue, or, if there are negative numbers,
    /// blue to red around zero.
    #[must_use]
    pub fn channels<const H: usize, const W: usize, const C: usize>(image: &Image<H, W, C>) -> Self {
        let one = std::slice::from_ref(image);
        Pictures { group: 1, ..Self::each_channel(one, Scale::of(image.values())) }
    }

    fn each_channel<const H: usize, const W: usize, const C: usize>(images: &[Image<H, W, C>], scale: Scale) -> Self {
        let channel = |image: &Image<H, W, C>, channel: usize| {
            Pixels::new([H, W], |row, column| scale.color(image.0[row][column][channel]))
        };
        let pictures = images.iter().flat_map(|image| (0..C).map(move |i| channel(image, i))).collect();
        Pictures { pictures, group: C.max(1), scale: Some(scale), captions: vec![] }
    }

    /// Leaves the first of every `n` pictures.
    pub(crate) fn first_of(&mut self, n: usize) {
        self.pictures = self.pictures.iter().step_by(n.max(1)).cloned().collect();
        self.group = 1;
    }

    /// Writes a text below each picture, in their order.
    ///
    /// ```
    /// use taut::{plot::Pictures, prelude::*};
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("digits.svg");
    /// let digits = datasets::digits()?.take(3);
    /// Pictures::of(&digits.x).captions(digits.y.iter().map(|class| format!("a {}", class.index()))).plot(&path)?;
    /// assert!(std::fs::read_to_string(&path).unwrap().contains("a 2"));
    /// # Ok::<(), taut::Error>(())
    /// ```
    #[must_use]
    pub fn captions<S: Display>(mut self, captions: impl IntoIterator<Item = S>) -> Self {
        self.captions = captions.into_iter().map(|text| (vec![shown(&text.to_string(), 24)], INK)).collect();
        self
    }

    /// Draws the pictures as SVG, each pixel as a square. Where colors stand for numbers, a bar tells which.
    ///
    /// # Errors
    /// [`Error::Argument`] if the name does not end in `.svg`, there are no pictures, or they do not fit into 100,000
    /// pixels a side; [`Error::Io`] and [`Error::Plot`]. After an error, an existing file is as before.
    pub fn plot(&self, path: impl AsRef<Path>) -> Result<()> {
        const TEXT: f64 = 14.0;
        const GAP: f64 = 8.0;
        check(path.as_ref())?;
        let Some(first) = self.pictures.first().filter(|first| first.rows * first.columns > 0) else {
            return Err(Error::argument("the pictures of a plot", "at least one, with a pixel", "none"));
        };
        // A grid that is twice as wide as high, nearly.
        let n = self.pictures.len();
        let columns = (((2.0 * n as f64).sqrt() / self.group as f64).ceil() as usize * self.group).min(n);
        let rows = n.div_ceil(columns);
        // Pixels of a whole size, in a plot of about 900 pixels.
        let side = (900.0 / columns as f64 - GAP).clamp(24.0, 120.0);
        let pixel = (side / first.rows.max(first.columns) as f64).floor().max(1.0);
        let [high, wide] = [first.rows, first.columns].map(|n| n as f64 * pixel);
        let texts = || self.captions.iter().flat_map(|(lines, _)| lines);
        let text_width = texts().map(|text| width(text, TEXT)).fold(0.0, f64::max);
        let lines = self.captions.iter().map(|(lines, _)| lines.len()).max().unwrap_or(0);
        let cell = [wide.max(text_width) + GAP, high + lines as f64 * 16.0 + GAP];
        let between = if self.group > 1 { 12.0 } else { 0.0 };
        let bar_height = if self.scale.is_some() { 44.0 } else { 0.0 };
        let across = (columns as f64 * cell[0] + between * (columns / self.group) as f64)
            .max(if self.scale.is_some() { 240.0 } else { 0.0 });
        let size = [across + GAP, rows as f64 * cell[1] + GAP + bar_height];
        save(path.as_ref(), size.map(|side| side.ceil() as usize), |area, svg| {
            for (i, picture) in self.pictures.iter().enumerate() {
                let (row, column) = (i / columns, i % columns);
                let x = column as f64 * cell[0] + (column / self.group) as f64 * between + GAP;
                let y = row as f64 * cell[1] + GAP;
                let left = x + (cell[0] - GAP - wide) / 2.0;
                picture.draw(svg, [left, y], [pixel; 2]);
                // Pictures that are white at their edges end there.
                let frame = [(left, y), (left + wide, y + high)].map(|(x, y)| (x.round() as i32, y.round() as i32));
                area.draw(&Rectangle::new(frame, RGBColor(190, 190, 190).stroke_width(1)))?;
                let Some((lines, color)) = self.captions.get(i) else { continue };
                for (line, text) in lines.iter().enumerate() {
                    let middle = [left + wide / 2.0, y + high + line as f64 * 16.0 + 10.0];
                    write(area, text, TEXT, *color, Beside::Middle, middle)?;
                }
            }
            match &self.scale {
                Some(scale) => bar(area, svg, scale, [GAP + 8.0, size[1] - bar_height + 4.0], 216.0),
                None => Ok(()),
            }
        })
    }
}

impl Debug for Pictures {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Pictures({})", self.pictures.len())
    }
}

impl Display for Pictures {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        print(f, &self.pictures)
    }
}
