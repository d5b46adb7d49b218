use crate::datasets::dataset::Dataset;
use crate::io::error::{Error, Result};
use crate::memory::plain::Floats;
use crate::memory::swap;
use crate::shape::sample::Image;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

/// A random change of samples, so that a network sees other samples in each epoch: [`RandomFlip`],
/// [`RandomTranslation`], a tuple of up to four augmentations, applied in order, or an augmentation of your own.
///
/// [`Fitting::augment`](crate::Fitting::augment) applies an augmentation during training, [`Dataset::augment`] to a
/// dataset.
///
/// ```
/// use rand::{RngExt, rngs::Xoshiro256PlusPlus};
/// use taut::{datasets::{Augment, RandomFlip}, prelude::*};
///
/// /// Makes an image darker by up to a half.
/// struct RandomDarkness;
/// impl<const H: usize, const W: usize, const C: usize> Augment<Image<H, W, C>> for RandomDarkness {
///     fn augment(&self, x: &mut Image<H, W, C>, random: &mut Xoshiro256PlusPlus) {
///         let factor: f32 = random.random_range(0.5..1.0);
///         x.values_mut().iter_mut().for_each(|x| *x *= factor);
///     }
/// }
/// let darker = datasets::digits()?.augment((RandomFlip::Horizontal, RandomDarkness), 7)?;
/// # let plain = datasets::digits()?;
/// assert!(darker.x[0].values().iter().sum::<f32>() < plain.x[0].values().iter().sum::<f32>());
/// # Ok::<(), taut::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot augment `{X}`",
    label = "neither an augmentation of `{X}` nor a tuple of some",
    note = "flips and translations are of images; a tuple holds at most four"
)]
pub trait Augment<X> {
    /// Changes one sample. Calls differ only in the random numbers drawn.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};
    /// use taut::{datasets::{Augment, RandomFlip}, prelude::*};
    /// let (mut random, mut image) = (Xoshiro256PlusPlus::seed_from_u64(1), Image([[[1.0], [2.0]]]));
    /// while image.0[0] == [[1.0], [2.0]] {
    ///     RandomFlip::Horizontal.augment(&mut image, &mut random); // one time in two
    /// }
    /// assert_eq!(image.0[0], [[2.0], [1.0]]);
    /// ```
    fn augment(&self, x: &mut X, random: &mut Xoshiro256PlusPlus);

    /// Checks the settings. Called before the first sample.
    ///
    /// # Errors
    /// [`Error::Argument`] if a setting is out of range.
    ///
    /// ```
    /// use taut::{datasets::{Augment, RandomTranslation}, prelude::*};
    /// let far = RandomTranslation { height: 1.5, ..RandomTranslation::default() };
    /// assert!(Augment::<Image<8, 8, 1>>::check(&far).is_err());
    /// ```
    fn check(&self) -> Result<()> {
        Ok(())
    }
}

macro_rules! tuples { ($($($A:ident $i:tt)+;)+) => { $(
    impl<X, $($A: Augment<X>),+> Augment<X> for ($($A,)+) {
        fn augment(&self, x: &mut X, random: &mut Xoshiro256PlusPlus) {
            $(self.$i.augment(x, random);)+
        }
        fn check(&self) -> Result<()> {
            $(self.$i.check()?;)+
            Ok(())
        }
    }
)+ } }
tuples! {
    A 0;
    A 0 B 1;
    A 0 B 1 C 2;
    A 0 B 1 C 2 D 3;
}

/// Mirrors an image with a probability of one half.
///
/// ```
/// use taut::{datasets::RandomFlip, prelude::*};
/// let data = Dataset::new(vec![Image([[[1.0], [2.0]]]); 100], vec![Class::<2>::new(0).unwrap(); 100])?;
/// let flipped = data.augment(RandomFlip::Horizontal, 1)?;
/// assert!(flipped.x.contains(&Image([[[1.0], [2.0]]])) && flipped.x.contains(&Image([[[2.0], [1.0]]])));
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_flip/>.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RandomFlip {
    /// Swaps left and right.
    Horizontal,
    /// Swaps top and bottom.
    Vertical,
    /// Both, drawn independently; the default.
    #[default]
    HorizontalAndVertical,
}

impl<const H: usize, const W: usize, const C: usize> Augment<Image<H, W, C>> for RandomFlip {
    fn augment(&self, x: &mut Image<H, W, C>, random: &mut Xoshiro256PlusPlus) {
        if *self != RandomFlip::Vertical && random.random() {
            x.0.iter_mut().for_each(|row| swap::reverse(row));
        }
        if *self != RandomFlip::Horizontal && random.random() {
            swap::reverse(&mut x.0);
        }
    }
}

/// The content of pixels from which the image has moved away.
///
/// ```
/// use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};
/// use taut::{datasets::{Augment, FillMode, RandomTranslation}, prelude::*};
/// /// The numbers of `1 2 3` after moves by at most one pixel.
/// let moved = |fill| {
///     let (mut random, translation) =
///         (Xoshiro256PlusPlus::seed_from_u64(1), RandomTranslation { height: 0.0, width: 0.34, fill });
///     let mut all: Vec<_> = (0..50)
///         .map(|_| {
///             let mut image = Image([[[1.0], [2.0], [3.0]]]);
///             translation.augment(&mut image, &mut random);
///             image.0[0].map(|pixel| pixel[0] as i32)
///         })
///         .collect();
///     all.sort();
///     all.dedup();
///     all
/// };
/// assert_eq!(moved(FillMode::Constant(0.0)), [[0, 1, 2], [1, 2, 3], [2, 3, 0]]);
/// assert_eq!(moved(FillMode::Nearest), [[1, 1, 2], [1, 2, 3], [2, 3, 3]]);
/// assert_eq!(moved(FillMode::Wrap), [[1, 2, 3], [2, 3, 1], [3, 1, 2]]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum FillMode {
    /// The image, mirrored at its edge: `c b a | a b c`; the default.
    #[default]
    Reflect,
    /// The opposite edge of the image: `a b c | a b c`.
    Wrap,
    /// The nearest pixel of the image: `a a a | a b c`.
    Nearest,
    /// A constant, which is finite.
    Constant(f32),
}

/// Moves an image vertically and horizontally by a random whole number of pixels.
///
/// Keras translates by fractions of pixels, with interpolation; `interpolation="nearest"` gives whole pixels as here.
///
/// ```
/// use taut::{datasets::{FillMode, RandomTranslation}, prelude::*};
/// // By at most one of eight pixels.
/// let moved = RandomTranslation { height: 0.125, width: 0.125, fill: FillMode::Constant(0.0) };
/// let data = datasets::digits()?;
/// let augmented = data.clone().augment(moved, 7)?;
/// assert_ne!(augmented.x[0], data.x[0]);
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_translation/>.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RandomTranslation {
    /// The largest vertical translation, as a fraction of the image's height, from 0 to 1; 0.1 by default.
    pub height: f32,
    /// The largest horizontal translation, as a fraction of the image's width, from 0 to 1; 0.1 by default.
    pub width: f32,
    /// The content of the freed pixels.
    pub fill: FillMode,
}

impl Default for RandomTranslation {
    fn default() -> Self {
        RandomTranslation { height: 0.1, width: 0.1, fill: FillMode::Reflect }
    }
}

impl<const H: usize, const W: usize, const C: usize> Augment<Image<H, W, C>> for RandomTranslation {
    fn augment(&self, x: &mut Image<H, W, C>, random: &mut Xoshiro256PlusPlus) {
        let mut by = |part: f32, size: usize| {
            let max = (part.clamp(0.0, 1.0) * size as f32).round() as i64;
            random.random_range(-max..=max) as isize
        };
        let (down, right) = (by(self.height, H), by(self.width, W));
        translate(x.values_mut(), W * C, down, self.fill);
        x.0.iter_mut().for_each(|row| translate(row.as_flattened_mut(), C, right, self.fill));
    }

    fn check(&self) -> Result<()> {
        for (name, part) in [("RandomTranslation::height", self.height), ("RandomTranslation::width", self.width)] {
            if !(0.0..=1.0).contains(&part) {
                return Err(Error::argument(name, "a part of the image, from 0 to 1", part));
            }
        }
        if let FillMode::Constant(value) = self.fill
            && !value.is_finite()
        {
            return Err(Error::argument("RandomTranslation::fill", "a finite constant", value));
        }
        Ok(())
    }
}

/// Moves pieces of `unit` numbers by `by` places towards the end, or towards the start if `by` is negative.
fn translate(values: &mut [f32], unit: usize, by: isize, fill: FillMode) {
    let n = values.len().checked_div(unit).unwrap_or(0);
    let shift = by.unsigned_abs().min(n);
    if shift == 0 {
        return;
    }
    if by < 0 {
        reverse(values, unit);
    }
    values.rotate_right(shift * unit);
    match fill {
        FillMode::Wrap => {}
        FillMode::Constant(x) => values[..shift * unit].fill(x),
        FillMode::Nearest if shift < n => {
            (0..shift).for_each(|i| values.copy_within(shift * unit..(shift + 1) * unit, i * unit))
        }
        // All pieces have moved out; the first one was the edge.
        FillMode::Nearest => (1..n).for_each(|i| values.copy_within(..unit, i * unit)),
        FillMode::Reflect => {
            // Pieces moved by more than half the length mirror pieces that have moved out.
            let moved_out = (2 * shift).saturating_sub(n);
            reverse(&mut values[..moved_out * unit], unit);
            (moved_out..shift).for_each(|i| {
                let mirrored = 2 * shift - 1 - i;
                values.copy_within(mirrored * unit..(mirrored + 1) * unit, i * unit);
            });
        }
    }
    if by < 0 {
        reverse(values, unit);
    }
}

/// Reverses the order of pieces of `unit` numbers.
fn reverse(values: &mut [f32], unit: usize) {
    values.reverse();
    values.chunks_exact_mut(unit).for_each(<[f32]>::reverse);
}

impl<X, T> Dataset<X, T> {
    /// The same rows, with each sample changed once at random. Equal seeds give equal results.
    ///
    /// [`Fitting::augment`](crate::Fitting::augment) changes the samples anew in each epoch.
    ///
    /// # Errors
    /// [`Error::Argument`] if a setting is out of range.
    ///
    /// ```
    /// use taut::{datasets::RandomTranslation, prelude::*};
    /// let digits = datasets::digits()?.take(10);
    /// let moved = digits.clone().augment(RandomTranslation::default(), 7)?;
    /// assert!(moved.x != digits.x && moved.y == digits.y);
    /// assert_eq!(digits.augment(RandomTranslation::default(), 7)?, moved);
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn augment(mut self, augmentation: impl Augment<X>, seed: u64) -> Result<Self> {
        augmentation.check()?;
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        self.x.iter_mut().for_each(|x| augmentation.augment(x, &mut random));
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::sample::{Class, Sample};

    /// The index of the source of element `i` of `n`, as in `scipy.ndimage`, whose mode names Keras uses.
    fn source(i: isize, by: isize, n: isize, fill: FillMode) -> Option<usize> {
        let at = i - by;
        let at = match fill {
            FillMode::Wrap => at.rem_euclid(n),
            FillMode::Nearest => at.clamp(0, n - 1),
            FillMode::Reflect => at.rem_euclid(2 * n).min(2 * n - 1 - at.rem_euclid(2 * n)),
            FillMode::Constant(_) if (0..n).contains(&at) => at,
            FillMode::Constant(_) => return None,
        };
        Some(at as usize)
    }

    #[test]
    fn translations_by_any_number_of_pieces() {
        for fill in [FillMode::Reflect, FillMode::Wrap, FillMode::Nearest, FillMode::Constant(-1.0)] {
            for (n, unit) in [(1, 3), (2, 1), (5, 2), (6, 1)] {
                for by in -(n as isize)..=n as isize {
                    let mut values: Vec<f32> = (0..n * unit).map(|i| i as f32).collect();
                    translate(&mut values, unit, by, fill);
                    let expected: Vec<f32> = (0..n * unit)
                        .map(|i| {
                            source((i / unit) as isize, by, n as isize, fill)
                                .map_or(-1.0, |at| (at * unit + i % unit) as f32)
                        })
                        .collect();
                    assert_eq!(values, expected, "{n} pieces of {unit} by {by}, {fill:?}");
                }
            }
        }
    }

    fn image() -> Image<4, 5, 2> {
        let mut x = Image::ZERO;
        x.values_mut().iter_mut().enumerate().for_each(|(i, x)| *x = i as f32);
        x
    }

    fn many<A: Augment<Image<4, 5, 2>>>(augmentation: A, seed: u64) -> Vec<Image<4, 5, 2>> {
        let data = Dataset::new(vec![image(); 200], vec![Class::<1>::new(0).unwrap(); 200]).unwrap();
        data.augment(augmentation, seed).unwrap().x
    }

    #[test]
    fn a_translation_reaches_each_place_that_it_may() {
        let fill = FillMode::Constant(-1.0);
        let moved = many(RandomTranslation { height: 0.25, width: 0.4, fill }, 1);
        let mut seen = std::collections::BTreeSet::new();
        for x in &moved {
            // The pixel that was in the middle.
            let place = (0..4).flat_map(|r| (0..5).map(move |c| (r, c))).find(|(r, c)| x.0[*r][*c] == image().0[1][2]);
            let (row, column) = place.unwrap();
            for (r, c) in (0..4).flat_map(|r| (0..5).map(move |c| (r, c))) {
                let from = source(r, row as isize - 1, 4, fill).zip(source(c, column as isize - 2, 5, fill));
                assert_eq!(x.0[r as usize][c as usize], from.map_or([-1.0; 2], |(r, c)| image().0[r][c]));
            }
            seen.insert((row, column));
        }
        assert_eq!(seen.len(), 3 * 5, "a row up or down, and two columns to each side: {seen:?}");
    }

    #[test]
    fn flips() {
        let (mut across, mut upright) = (image(), image());
        across.0.iter_mut().for_each(|row| row.reverse());
        upright.0.reverse();
        let mut both = across;
        both.0.reverse();
        for (flip, expected) in [
            (RandomFlip::Horizontal, vec![image(), across]),
            (RandomFlip::Vertical, vec![image(), upright]),
            (RandomFlip::HorizontalAndVertical, vec![image(), across, upright, both]),
        ] {
            let flipped = many(flip, 3);
            for expected in &expected {
                let n = flipped.iter().filter(|x| *x == expected).count();
                let fair = 200 / if flip == RandomFlip::HorizontalAndVertical { 4 } else { 2 };
                assert!(n.abs_diff(fair) < 30, "{n} of 200, {flip:?}");
            }
            assert!(flipped.iter().all(|x| expected.contains(x)));
        }
    }

    #[test]
    fn the_seed_decides() {
        let augmentation = (RandomFlip::default(), (RandomTranslation::default(),));
        assert_eq!(many(augmentation, 1), many(augmentation, 1));
        assert_ne!(many(augmentation, 1), many(augmentation, 2));
    }

    #[test]
    fn settings_out_of_their_range() {
        for part in [-0.1, 1.5, f32::NAN] {
            let data = Dataset::new(vec![image()], vec![()]).unwrap();
            let wrong = RandomTranslation { width: part, ..RandomTranslation::default() };
            let error = data.augment((RandomFlip::Vertical, wrong), 1).unwrap_err().to_string();
            let expected = "RandomTranslation::width: expected a part of the image, from 0 to 1, received ";
            assert_eq!(error, format!("{expected}{part}"));
        }
        for value in [f32::NAN, f32::INFINITY] {
            let data = Dataset::new(vec![image()], vec![()]).unwrap();
            let wrong = RandomTranslation { fill: FillMode::Constant(value), ..RandomTranslation::default() };
            let error = data.augment((wrong,), 1).unwrap_err().to_string();
            assert_eq!(error, format!("RandomTranslation::fill: expected a finite constant, received {value}"));
        }
        // A call without `check` does not panic either.
        let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
        for part in [f32::INFINITY, f32::NAN, -3.0, 1e30] {
            RandomTranslation { height: part, width: part, fill: FillMode::Reflect }.augment(&mut image(), &mut random);
        }
    }
}
