//! The sizes of convolutions and pools.

/// The sizes of a convolution; of two axes, rows come first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Convolution {
    /// Rows and columns of the input.
    pub(crate) input: [usize; 2],
    /// Rows and columns of the output.
    pub(crate) output: [usize; 2],
    /// Rows and columns of the kernel.
    pub(crate) kernel: [usize; 2],
    /// How far the window moves from one position to the next.
    pub(crate) stride: [usize; 2],
    /// How far apart the taps of the kernel are.
    pub(crate) dilation: [usize; 2],
    /// Rows and columns of zeros before the input.
    pub(crate) padding: [usize; 2],
    /// Channels of the input.
    pub(crate) channels: usize,
    /// Channels of the output.
    pub(crate) filters: usize,
    /// Groups, each of which has its share of channels and of filters.
    pub(crate) groups: usize,
}

/// Whether an input becomes an output, or an output an input: as in the gradient of the input, or in a transposed
/// convolution.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Direction {
    Forward,
    Backward,
}

/// The sizes of one direction: floats of an image that is read and of one that is written, and channels of the latter.
pub(super) struct Ends {
    pub from: usize,
    pub to: usize,
    pub columns: usize,
}

impl Convolution {
    /// Floats in an image of the input.
    pub const fn input_len(&self) -> usize {
        self.input[0] * self.input[1] * self.channels
    }

    /// Floats in an image of the output.
    pub const fn output_len(&self) -> usize {
        self.output[0] * self.output[1] * self.filters
    }

    /// Floats in the kernel: `kernel[row][column][channel of a group][filter]`.
    pub const fn kernel_len(&self) -> usize {
        // A division by what the compiler does not know could panic.
        let channels = match self.channels.checked_div(self.groups) {
            Some(channels) => channels,
            None => 0,
        };
        self.kernel[0] * self.kernel[1] * channels * self.filters
    }

    /// Multiplications for an image, those with padding included.
    pub const fn macs(&self) -> usize {
        self.output[0] * self.output[1] * self.kernel_len()
    }

    /// The sizes of one direction.
    pub(super) const fn ends(&self, direction: Direction) -> Ends {
        let (input, output) = (self.input_len(), self.output_len());
        match direction {
            Direction::Forward => Ends { from: input, to: output, columns: self.filters },
            Direction::Backward => Ends { from: output, to: input, columns: self.channels },
        }
    }

    /// Whether each channel has a kernel of its own.
    pub(super) const fn is_depthwise(&self) -> bool {
        self.groups > 1 && self.groups == self.channels && self.groups == self.filters
    }

    /// Rows (axis 0) or columns (axis 1) from the first tap of the first position to the last tap of the last one.
    #[cfg(feature = "train")]
    pub(super) const fn reach(&self, axis: usize) -> usize {
        (self.output[axis] - 1) * self.stride[axis] + (self.kernel[axis] - 1) * self.dilation[axis] + 1
    }
}

/// Of the taps from `low` to `high`, those that lie inside an input of `size`, if the first tap of all lies `padding`
/// before the input.
pub(super) fn taps_inside((low, high): (usize, usize), dilation: usize, padding: isize, size: usize) -> (usize, usize) {
    // Divisions are slow, and seldom needed.
    let taps = |n: isize| match n.max(0).cast_unsigned() {
        n if dilation == 1 => n,
        n => n.div_ceil(dilation.max(1)),
    };
    let first = low.max(taps(padding));
    let end = high.min(taps(size as isize + padding));
    (first, end.max(first))
}
