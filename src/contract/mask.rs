//! What layers do with masks, which say which steps of a sequence are padding.
//!
//! The first layer of a network finds them, such as an [`Embedding`](crate::Embedding) with
//! [`MaskZero`](crate::MaskZero), and the layers behind it pass them on, use them, or drop them, as
//! [`Layer::MASK`](crate::Layer::MASK) says.

#[cfg(feature = "train")]
use crate::memory::step_mask::StepMask;

use crate::text::Text;

/// What a layer does with the mask of its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaskRule {
    /// The output has no mask: its steps are not those of the input, or it has none.
    Drops,
    /// The output has the mask of the input.
    Keeps,
    /// The layer finds the mask of its output in its input. It is the first layer of its network.
    Makes,
}

/// Refuses a layer that makes a mask from the output of another layer, which is overwritten while the mask is in use.
#[track_caller]
pub(crate) const fn refuse(name: &Text) -> ! {
    panic!(
        "{}",
        Text::<8192>::new("`").push_cut(name.bytes()).push_cut(b"` makes a mask, and is not the first layer").as_str()
    )
}

impl MaskRule {
    /// The rule of two layers, one behind the other.
    pub(crate) const fn then(self, second: Self) -> Self {
        if matches!(second, MaskRule::Keeps) { self } else { second }
    }

    /// The rule of two layers side by side.
    pub(crate) const fn beside(self, other: Self) -> Self {
        if matches!((self, other), (MaskRule::Keeps, MaskRule::Keeps)) { MaskRule::Keeps } else { MaskRule::Drops }
    }
}

/// The masks of a batch.
#[cfg(feature = "train")]
#[derive(Clone, Debug, Default)]
pub struct BatchMask {
    /// For each sample and step, whether it is padding; empty without a mask.
    flags: Vec<bool>,
    steps: usize,
    reversed: bool,
}

#[cfg(feature = "train")]
impl BatchMask {
    /// Whether there is a mask.
    pub fn is_some(&self) -> bool {
        !self.flags.is_empty()
    }

    /// The mask of a sample of the batch.
    pub fn of(&self, sample: usize) -> StepMask<'_> {
        match self.flags.get(sample * self.steps..(sample + 1) * self.steps) {
            Some(flags) if self.is_some() => StepMask::of_flags(flags, self.reversed),
            _ => StepMask::NONE,
        }
    }

    /// The samples of which that step is padding.
    pub fn hidden_at(&self, step: usize) -> impl Iterator<Item = usize> {
        let samples = self.flags.len().checked_div(self.steps).unwrap_or(0);
        (0..samples).filter(move |sample| self.of(*sample).hides(step))
    }

    /// The masks of a batch, one for each sample.
    pub(crate) fn fill<'a>(&mut self, masks: impl Iterator<Item = StepMask<'a>>) {
        self.clear();
        for mask in masks {
            self.steps = mask.len();
            self.flags.extend((0..mask.len()).map(|step| mask.hides(step)));
        }
    }

    /// Drops the masks.
    pub(crate) fn clear(&mut self) {
        self.flags.clear();
        self.reversed = false;
    }

    /// Becomes the mask of the same steps in reverse order.
    pub(crate) fn reverse(&mut self) {
        self.reversed = !self.reversed;
    }

    /// Becomes a copy of the mask of `n` samples; that of another batch is none.
    pub(crate) fn copy_from(&mut self, other: &Self, n: usize) {
        self.flags.clone_from(&other.flags);
        (self.steps, self.reversed) = (other.steps, other.reversed);
        if self.flags.len() != n * self.steps {
            self.clear();
        }
    }
}
