//! What is known of a network's parts, as constants.

use crate::contract::layer::{Arch, NO_FLAW, either};
use crate::text::Text;

/// What is known of a part of a network.
///
/// ```
/// use taut::{Part, prelude::*};
/// const HIDDEN: Part = Part::of::<Dense<4, 8>>("hidden");
/// assert_eq!((HIDDEN.name, HIDDEN.layer.as_str()), ("hidden", "Dense<4, 8>"));
/// assert_eq!((HIDDEN.params, HIDDEN.bytes), (40, 160));
/// ```
#[derive(Clone, Copy)]
pub struct Part {
    /// The field's name: `hidden`, or `0` in a tuple.
    pub name: &'static str,
    /// The layer's type as text.
    pub layer: &'static Text,
    /// The layer in a checkpoint's text.
    pub identity: &'static Text,
    /// The number of its parameters.
    pub params: usize,
    /// The bytes of its parameters, in memory and in a checkpoint.
    pub bytes: usize,
    /// Whether its parameters are floats.
    pub floats: bool,
    /// What is wrong with its sizes, as a number: 0 if nothing is.
    pub flaw: u8,
}

impl Part {
    /// The part that a layer `L` is, as the field of that name.
    pub const fn of<L: Arch>(name: &'static str) -> Self {
        Part {
            name,
            layer: L::NAME,
            identity: L::IDENTITY,
            params: L::PARAMS,
            bytes: L::BYTES,
            floats: L::FLOATS,
            flaw: L::FLAW,
        }
    }
}

/// The layers' names behind each other, separated by commas.
pub(crate) const fn names(mut text: Text, parts: &[Part]) -> Text {
    let mut i = 0;
    while i < parts.len() {
        if i > 0 {
            text = text.push(b", ");
        }
        text = text.push(parts[i].layer.bytes());
        i += 1;
    }
    text
}

/// The parts in a checkpoint's text behind each other, separated by commas, without those that do nothing in inference.
pub(crate) const fn identities(mut text: Text, parts: &[Part]) -> Text {
    let (start, mut i) = (text.bytes().len(), 0);
    while i < parts.len() {
        if !parts[i].identity.is_empty() {
            text = if text.bytes().len() == start { text } else { text.push(b", ") }.push(parts[i].identity.bytes());
        }
        i += 1;
    }
    text
}

/// The text of a tuple of these parts, empty where none does anything in inference.
pub(crate) const fn identity(parts: &[Part]) -> Text {
    let text = identities(Text::new("("), parts);
    if text.bytes().len() == 1 { Text::new("") } else { text.push(b")") }
}

/// The parameters of some parts.
#[doc(hidden)]
pub const fn params(parts: &[Part]) -> usize {
    let (mut sum, mut i) = (0, 0);
    while i < parts.len() {
        sum += parts[i].params;
        i += 1;
    }
    sum
}

/// The bytes of some parts.
#[doc(hidden)]
pub const fn bytes(parts: &[Part]) -> usize {
    let (mut sum, mut i) = (0, 0);
    while i < parts.len() {
        sum += parts[i].bytes;
        i += 1;
    }
    sum
}

/// Whether all parts are floats.
#[doc(hidden)]
pub const fn floats(parts: &[Part]) -> bool {
    let (mut all, mut i) = (true, 0);
    while i < parts.len() {
        all &= parts[i].floats;
        i += 1;
    }
    all
}

/// The first flaw of some parts.
#[doc(hidden)]
pub const fn flaw(parts: &[Part]) -> u8 {
    let (mut first, mut i) = (NO_FLAW, 0);
    while i < parts.len() {
        first = either(first, parts[i].flaw);
        i += 1;
    }
    first
}
