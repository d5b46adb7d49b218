//! The text of a layer whose window has a padding.

use crate::text::Text;

/// The name of a layer: its channels, the rows of its window, the padding, and the columns of the window unless they
/// equal the rows. `after_padding`: what follows the padding, where columns equal rows, and where they do not.
pub(crate) const fn name(
    layer: Text,
    channels: &[usize],
    window: &[usize],
    padding: Text<64>,
    after_padding: [&[u8]; 2],
) -> Text {
    let (mut text, mut i) = (layer.push(b"<"), 0);
    while i < channels.len() {
        text = text.number(channels[i]).push(b", ");
        i += 1;
    }
    text = text.number(window[0]).push(b", ").push(padding.bytes());
    if window.len() > 1 && window[1] != window[0] {
        text = text.push(after_padding[1]).push(b", ").number(window[1]);
    } else {
        text = text.push(after_padding[0]);
    }
    text.push(b">")
}
