//! The network that reads digits. `teacher` trains it, the page runs it.

use taut::prelude::*;

/// The shades of 8×8 pixels, from 0 for paper to 1 for ink.
pub type Digit = Image<8, 8, 1>;

network! {
    /// Two convolutions and a dense layer: 3,818 parameters.
    pub struct Net: Digit {
        edges: Conv2d<1, 8, 3, Same>,
        edges_relu: Relu,
        shapes: Conv2d<8, 16, 3, Same>,
        shapes_relu: Relu,
        pool: MaxPool2d<2>,
        flatten: Flatten,
        dropout: Dropout<30>,
        scores: Dense<256, 10>,
        softmax: Softmax,
    }
}
