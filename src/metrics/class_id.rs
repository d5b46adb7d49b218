//! The option `class_id`, with which a metric counts one class alone.

use crate::io::error::{Error, Result};
use crate::shape::sample::Sample;
use std::ops::Range;

/// The indices of the outputs that count: that of one class, or all.
pub(super) fn outputs<P: Sample>(class_id: Option<usize>) -> Range<usize> {
    class_id.map_or(0..P::LEN, |class| class.min(P::LEN)..P::LEN.min(class.saturating_add(1)))
}

/// Checks that the output has the class. `what` is the name of the option.
pub(super) fn check_class<P: Sample>(what: &'static str, class_id: Option<usize>) -> Result<()> {
    match class_id {
        Some(class) if class >= P::LEN => {
            Err(Error::argument(what, format!("a class below {}, as the output has", P::LEN), class))
        }
        _ => Ok(()),
    }
}
