//! Text built in const evaluation: the name of an architecture and the sentences of `embed!`.
//!
//! ```
//! use taut::{prelude::*, text::Text};
//! // As the name of a layer is put together, where the compiler runs.
//! const NAME: Text = Text::new("Dense").sizes(&[784, 64]);
//! assert_eq!(NAME.as_str(), Dense::<784, 64>::NAME.as_str());
//! ```

/// Text of at most `CAPACITY` bytes. Longer text is a compile error, since several networks could share a truncated
/// name.
///
/// ```
/// use taut::text::Text;
/// let dense = <Text>::new("Dense").sizes(&[4, 3]).push(b" of ").number(15);
/// assert_eq!(dense.as_str(), "Dense<4, 3> of 15");
/// assert_eq!(Text::<8>::new("Dense").push_cut(b"<784, 64>").bytes(), b"Dense<78");
///
/// let nothing = <Text>::new("");
/// assert!(nothing.is_empty() && nothing.bytes_or_unit() == b"()");
/// assert_eq!(<Text>::tuple(&[&Text::new("Relu"), &nothing, &Text::new("Softmax")]).as_str(), "(Relu, Softmax)");
/// ```
#[derive(Clone, Copy)]
pub struct Text<const CAPACITY: usize = 8192> {
    bytes: [u8; CAPACITY],
    len: usize,
}

impl<const CAPACITY: usize> Text<CAPACITY> {
    /// A text that begins with `text`.
    pub const fn new(text: &str) -> Self {
        Text { bytes: [0; CAPACITY], len: 0 }.push(text.as_bytes())
    }

    /// Appends text.
    ///
    /// # Panics
    /// If the capacity is exceeded: at compile time, for the name of an architecture.
    pub const fn push(self, text: &[u8]) -> Self {
        assert!(text.len() <= CAPACITY - self.len, "the text of this architecture is too long");
        self.push_cut(text)
    }

    /// Appends as much of the text as the capacity allows.
    pub const fn push_cut(mut self, text: &[u8]) -> Self {
        let mut i = 0;
        while i < text.len() && self.len < CAPACITY {
            self.bytes[self.len] = text[i];
            self.len += 1;
            i += 1;
        }
        self
    }

    /// Appends a number.
    pub const fn number(mut self, n: usize) -> Self {
        if n > 9 {
            self = self.number(n / 10);
        }
        self.push(&[b'0' + (n % 10) as u8])
    }

    /// Appends `<1, 2, 3>`.
    pub const fn sizes(mut self, sizes: &[usize]) -> Self {
        let mut i = 0;
        while i < sizes.len() {
            self = self.push(if i == 0 { b"<" } else { b", " }).number(sizes[i]);
            i += 1;
        }
        self.push(b">")
    }

    /// The text of a tuple of layers, without layers whose text is empty; empty if all of them are.
    pub const fn tuple(layers: &[&Text]) -> Self {
        let (mut text, mut i) = (Self::new("("), 0);
        while i < layers.len() {
            if !layers[i].is_empty() {
                text = if text.len == 1 { text } else { text.push(b", ") }.push(layers[i].bytes());
            }
            i += 1;
        }
        if text.len == 1 { Self::new("") } else { text.push(b")") }
    }

    /// Whether the text is empty.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bytes, or `()` if the text is empty: for a place that needs a text.
    pub const fn bytes_or_unit(&self) -> &[u8] {
        if self.is_empty() { b"()" } else { self.bytes() }
    }

    /// The bytes of the text.
    pub const fn bytes(&self) -> &[u8] {
        self.bytes.split_at(self.len).0
    }

    /// The text, or a note that its bytes are not UTF-8.
    pub const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.bytes()) {
            Ok(text) => text,
            Err(_) => "(not text)",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn puts_text_together() {
        let text = <Text>::new("Dense").sizes(&[784, 64]).push(b", Relu").number(10);
        assert_eq!(text.as_str(), "Dense<784, 64>, Relu10");
        let (dense, none) = (Text::new("Dense"), Text::new(""));
        assert_eq!(<Text>::tuple(&[&none, &dense, &none, &dense]).as_str(), "(Dense, Dense)");
        assert_eq!(<Text>::tuple(&[&none, &none]).bytes_or_unit(), b"()");
        assert_eq!(Text::<8>::new("Dense").push_cut(b"<784, 64>").as_str(), "Dense<78");
    }
}
