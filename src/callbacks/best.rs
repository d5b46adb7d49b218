//! The best value of a monitored number so far.

use crate::callbacks::event::EpochEnd;
use crate::callbacks::monitor::{Mode, Monitor};
use std::marker::PhantomData;

/// The best value of a monitored number so far.
#[derive(Clone, Debug)]
pub(crate) struct Best<K, I> {
    pub monitor: K,
    pub mode: Mode,
    pub min_delta: f32,
    pub value: Option<f32>,
    index: PhantomData<fn() -> I>,
}

impl<K, I> Best<K, I> {
    pub fn new(monitor: K) -> Self {
        Best { monitor, mode: Mode::Auto, min_delta: 0.0, value: None, index: PhantomData }
    }

    /// Whether `value` is better than `reference` by more than `min_delta`. NaN is not.
    pub fn better<R>(&self, value: f32, reference: Option<f32>) -> bool
    where
        K: Monitor<R, I>,
    {
        let up = self.mode == Mode::Max || self.mode == Mode::Auto && K::MAXIMIZE;
        let (value, reference, worst) =
            if up { (-value, reference.map(|r| -r), f32::INFINITY) } else { (value, reference, f32::INFINITY) };
        value + self.min_delta.abs() < reference.unwrap_or(worst)
    }

    /// Whether this epoch has the best number so far. It has not if it did not compute the number.
    pub fn improved<R>(&mut self, epoch: &EpochEnd<'_, R>) -> bool
    where
        K: Monitor<R, I>,
    {
        let value = epoch.get(&self.monitor);
        let better = self.better(value, self.value);
        if better {
            self.value = Some(value);
        }
        better
    }
}
