//! Which steps of a sequence are padding, as a view of the sequence.

/// Which steps of a sequence are padding.
///
/// ```
/// use taut::{MaskZero, StepMask, prelude::*};
/// let embedding = Embedding::<5, 2, MaskZero> { embeddings: Default::default(), mask: Default::default() };
/// let tokens = Tokens([3, 1, 0, 0]);
/// let mask = embedding.mask(&tokens);
/// assert_eq!([0, 1, 2, 3].map(|step| mask.hides(step)), [false, false, true, true]);
/// assert!(mask.reversed().hides(0) && !StepMask::NONE.hides(0));
///
/// let numbers = StepMask::of_numbers(&[1.0, 0.0, 0.0, 0.0], 2, 0.0); // two steps of two numbers
/// assert!(numbers.is_some() && !numbers.hides(0) && numbers.hides(1));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct StepMask<'a> {
    steps: Steps<'a>,
    reversed: bool,
}

#[derive(Clone, Copy, Debug)]
enum Steps<'a> {
    Unmasked,
    /// A token of 0 is padding.
    Tokens(&'a [u16]),
    /// A step whose numbers all have that value is padding.
    Numbers {
        values: &'a [f32],
        channels: usize,
        padding: f32,
    },
    #[cfg(feature = "train")]
    Flags(&'a [bool]),
}

impl<'a> StepMask<'a> {
    /// No step is padding.
    pub const NONE: Self = StepMask { steps: Steps::Unmasked, reversed: false };

    /// The mask of tokens, of which 0 is padding.
    pub const fn of_tokens(tokens: &'a [u16]) -> Self {
        StepMask { steps: Steps::Tokens(tokens), reversed: false }
    }

    /// The mask of steps of so many numbers each; one whose numbers all equal `padding` is padding.
    pub const fn of_numbers(values: &'a [f32], channels: usize, padding: f32) -> Self {
        StepMask { steps: Steps::Numbers { values, channels, padding }, reversed: false }
    }

    /// The mask with a flag for each step, whether it is padding.
    #[cfg(feature = "train")]
    pub(crate) const fn of_flags(flags: &'a [bool], reversed: bool) -> Self {
        StepMask { steps: Steps::Flags(flags), reversed }
    }

    /// The mask of the same steps in reverse order.
    #[must_use]
    pub const fn reversed(self) -> Self {
        StepMask { steps: self.steps, reversed: !self.reversed }
    }

    /// Whether there is a mask.
    #[inline]
    pub const fn is_some(self) -> bool {
        !matches!(self.steps, Steps::Unmasked)
    }

    /// The number of steps that the mask knows of.
    pub(crate) fn len(self) -> usize {
        match self.steps {
            Steps::Unmasked => 0,
            Steps::Tokens(tokens) => tokens.len(),
            Steps::Numbers { values, channels, .. } => values.len().checked_div(channels).unwrap_or(0),
            #[cfg(feature = "train")]
            Steps::Flags(flags) => flags.len(),
        }
    }

    /// Whether a step is padding. One that the mask does not know of is none.
    #[inline]
    pub fn hides(self, step: usize) -> bool {
        let Some(last) = self.len().checked_sub(1) else { return false };
        let step = if self.reversed { last.checked_sub(step) } else { Some(step) };
        let Some(step) = step else { return false };
        match self.steps {
            Steps::Unmasked => false,
            Steps::Tokens(tokens) => tokens.get(step) == Some(&0),
            Steps::Numbers { values, channels, padding } => {
                values.chunks_exact(channels.max(1)).nth(step).is_some_and(|step| step.iter().all(|x| *x == padding))
            }
            #[cfg(feature = "train")]
            Steps::Flags(flags) => flags.get(step) == Some(&true),
        }
    }
}
