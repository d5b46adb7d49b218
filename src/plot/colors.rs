//! Numbers as colors.

/// Red, green and blue.
pub(crate) type Color = [u8; 3];

/// The color of a number that is NaN or infinite.
pub(crate) const NO_NUMBER: Color = [0, 170, 80];

/// The number of different colors of a scale: more would not be told apart.
const STEPS: f32 = 128.0;

/// How numbers become colors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    /// The numbers of the first and of the last color.
    pub low: f32,
    pub high: f32,
    colors: &'static [Color],
}

/// Black to white.
const GRAY: &[Color] = &[[0, 0, 0], [255, 255, 255]];
/// White to dark blue: ColorBrewer's *Blues*.
const BLUES: &[Color] = &[[247, 251, 255], [198, 219, 239], [107, 174, 214], [33, 113, 181], [8, 48, 107]];
/// Blue, white, red: ColorBrewer's *RdBu*.
const BLUE_RED: &[Color] =
    &[[5, 48, 97], [33, 102, 172], [146, 197, 222], [247, 247, 247], [244, 165, 130], [178, 24, 43], [103, 0, 31]];

/// The smallest and the largest finite number, or `None` where there is none.
pub(crate) fn range<'a>(values: impl IntoIterator<Item = &'a f32>) -> Option<[f32; 2]> {
    values.into_iter().filter(|value| value.is_finite()).fold(None, |range, value| {
        let [low, high] = range.unwrap_or([*value; 2]);
        Some([low.min(*value), high.max(*value)])
    })
}

impl Scale {
    /// Black to white: from 0 to 1 where all numbers lie there, otherwise from the smallest to the largest.
    pub fn gray<'a>(values: impl IntoIterator<Item = &'a f32>) -> Self {
        let [low, high] = match range(values) {
            Some([low, high]) if low < 0.0 || high > 1.0 => [low, high],
            _ => [0.0, 1.0],
        };
        Scale { low, high, colors: GRAY }
    }

    /// White to blue, from 0 to the largest number.
    pub fn blues(largest: f32) -> Self {
        Scale { low: 0.0, high: if largest > 0.0 { largest } else { 1.0 }, colors: BLUES }
    }

    /// Blue to white to red, with white at 0, and both ends equally far from it.
    pub fn around_zero<'a>(values: impl IntoIterator<Item = &'a f32>) -> Self {
        let [low, high] = range(values).unwrap_or([-1.0, 1.0]);
        let most = if high > low || high != 0.0 { high.max(-low) } else { 1.0 };
        Scale { low: -most, high: most, colors: BLUE_RED }
    }

    /// Around zero where there are negative numbers, otherwise white to blue.
    pub fn of<'a>(values: impl IntoIterator<Item = &'a f32> + Clone) -> Self {
        match range(values.clone()) {
            Some([low, high]) if low >= 0.0 => Self::blues(high),
            _ => Self::around_zero(values),
        }
    }

    /// Where a number lies between the ends, from 0 to 1.
    fn place(&self, value: f32) -> f32 {
        // In `f64`, since the ends may be as far apart as `f32` reaches.
        let [low, high, value] = [self.low, self.high, value].map(f64::from);
        if high > low { ((value - low) / (high - low)).clamp(0.0, 1.0) as f32 } else { 0.0 }
    }

    /// The color of a number.
    pub fn color(&self, value: f32) -> Color {
        if !value.is_finite() {
            return NO_NUMBER;
        }
        let at = (self.place(value) * STEPS).round() / STEPS * (self.colors.len() - 1) as f32;
        let first = (at as usize).min(self.colors.len() - 2);
        let share = at - first as f32;
        let [from, to] = [self.colors[first], self.colors[first + 1]];
        std::array::from_fn(|i| (f32::from(from[i]) * (1.0 - share) + f32::from(to[i]) * share).round() as u8)
    }

    /// The brightness of a number in a picture of one channel, from 0 to 255.
    pub fn byte(&self, value: f32) -> u8 {
        (self.place(value) * 255.0).round() as u8
    }
}

/// How bright a color looks, from 0 to 1.
pub(crate) fn brightness([r, g, b]: Color) -> f32 {
    (0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b)) / 255.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_begin_and_end_where_their_numbers_do() {
        let signed = Scale::around_zero(&[-0.5, 2.0, f32::NAN]);
        assert_eq!([signed.low, signed.high], [-2.0, 2.0]);
        assert_eq!([-2.0, 0.0, 2.0].map(|x| signed.color(x)), [[5, 48, 97], [247; 3], [103, 0, 31]]);
        assert_eq!(Scale::around_zero(&[0.0]).color(0.0), [247; 3]);
        let blues = Scale::of(&[0.0, 3.0]);
        assert_eq!([0.0, 3.0, 9.0].map(|x| blues.color(x)), [BLUES[0], BLUES[4], BLUES[4]]);
        assert_eq!(Scale::of(&[0.0]).color(0.0), BLUES[0]);
        assert_eq!(Scale::of(&[-1.0, 3.0]), Scale::around_zero(&[3.0]));
        let gray = Scale::gray(&[0.25, 0.5]);
        assert_eq!([0.0, 0.5, 1.0].map(|x| gray.color(x)), [[0; 3], [128; 3], [255; 3]]);
        assert_eq!([Scale::gray(&[0.0, 255.0]).high, Scale::gray(&[-1.0, 1.0]).low], [255.0, -1.0]);
        assert_eq!([f32::NAN, f32::INFINITY].map(|x| gray.color(x)), [NO_NUMBER; 2]);
        let far = Scale::around_zero(&[f32::MIN, f32::MAX]);
        assert_eq!([f32::MIN, 0.0, f32::MAX].map(|x| far.color(x)), [BLUE_RED[0], [247; 3], BLUE_RED[6]]);
    }
}
