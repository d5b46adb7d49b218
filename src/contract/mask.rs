//! What layers do with masks, which say which steps of a sequence are padding.
//!
//! The first layer of a network finds them, such as an [`Embedding`](crate::Embedding) with
//! [`MaskZero`](crate::MaskZero), and the layers behind it pass them on, use them, or drop them, as
//! [`Layer::MASK`](crate::Layer::MASK) says.

#[cfg(feature = "train")]
use crate::memory::step_mask::StepMask;
use crate::text::Text;
#[cfg(feature = "train")]
use std::sync::Arc;

/// What a layer does with the mask of its input.
///
/// ```
/// use taut::{MaskRule, MaskZero, prelude::*};
/// assert_eq!(<Embedding<9, 2, MaskZero> as Layer<Tokens<5>>>::MASK, MaskRule::Makes);
/// assert_eq!(<Relu as Layer<Sequence<5, 2>>>::MASK, MaskRule::Keeps);
/// assert_eq!(<GlobalAvgPool as Layer<Sequence<5, 2>>>::MASK, MaskRule::Drops);
/// ```
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

/// The masks of a batch. A copy is cheap.
///
/// ```
/// use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};
/// use taut::{Context, MaskZero, prelude::*};
/// let model = Model::<Tokens<3>, (Embedding<9, 2, MaskZero>, Relu)>::new(1);
/// let mut context = Context::inference(Xoshiro256PlusPlus::seed_from_u64(1));
/// let (x, mut cache) = ([Tokens([3, 4, 0]), Tokens([5, 0, 0])], Default::default());
/// model.net().forward(&Default::default(), &x, &mut cache, &mut context);
/// let mask = &context.mask; // of the output
/// assert!(mask.is_some() && !mask.of(0).hides(1) && mask.of(1).hides(1));
/// assert_eq!(mask.hidden_at(2).collect::<Vec<_>>(), [0, 1]); // both samples
/// ```
#[cfg(feature = "train")]
#[derive(Clone, Debug, Default)]
pub struct BatchMask {
    /// For each sample and step, whether it is padding; `None` without a mask.
    flags: Option<Arc<[bool]>>,
    steps: usize,
    reversed: bool,
}

#[cfg(feature = "train")]
impl BatchMask {
    /// The masks of a batch, one for each sample.
    pub(crate) fn new<'a>(masks: impl Iterator<Item = StepMask<'a>> + Clone) -> Self {
        let steps = masks.clone().map(StepMask::len).max().unwrap_or(0);
        let flags = masks.flat_map(|mask| (0..steps).map(move |step| mask.hides(step))).collect();
        BatchMask { flags: Some(flags).filter(|_| steps > 0), steps, reversed: false }
    }

    /// Whether there is a mask.
    pub fn is_some(&self) -> bool {
        self.flags.is_some()
    }

    /// The mask of a sample of the batch.
    pub fn of(&self, sample: usize) -> StepMask<'_> {
        let flags = self.flags.as_deref().and_then(|flags| {
            let start = sample.checked_mul(self.steps)?;
            flags.get(start..)?.get(..self.steps)
        });
        flags.map_or(StepMask::NONE, |flags| StepMask::of_flags(flags, self.reversed))
    }

    /// The samples of which that step is padding.
    pub fn hidden_at(&self, step: usize) -> impl Iterator<Item = usize> {
        let samples = self.flags.as_ref().map_or(0, |flags| flags.len() / self.steps);
        (0..samples).filter(move |sample| self.of(*sample).hides(step))
    }

    /// The mask of `n` samples; that of another batch is none.
    pub(crate) fn of_batch(&self, n: usize) -> Self {
        let fits = self.flags.as_ref().is_some_and(|flags| flags.len() == n * self.steps);
        if fits { self.clone() } else { Self::default() }
    }

    /// The mask of the same steps in reverse order.
    pub(crate) fn reversed(&self) -> Self {
        BatchMask { reversed: !self.reversed, ..self.clone() }
    }
}
