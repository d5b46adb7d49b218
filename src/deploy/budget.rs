//! What a network costs.

use crate::contract::layer::Layer;
#[cfg(feature = "train")]
use crate::contract::train::Train;
use crate::memory::plain::zeroed;
use core::marker::PhantomData;

/// What a network costs, as constants of its type.
///
/// ```
/// use taut::prelude::*;
/// type Net = (Flatten, Dense<784, 64>, Relu, Dense<64, 10>, Softmax);
/// type Cost = Budget<Image<28, 28, 1>, Net>;
/// const _: () = assert!(Cost::PARAMS == 50_890 && Cost::MACS == 50_816);
/// const _: () = assert!(Cost::FLASH <= 200 * 1024, "the network must fit in 200 KiB of flash");
/// const _: () = assert!(Cost::SCRATCH == 4 * (64 + 10));
/// ```
pub struct Budget<X, N>(PhantomData<(X, N)>);

impl<X, N: Layer<X>> Budget<X, N> {
    /// Parameters, trainable or not.
    pub const PARAMS: usize = N::PARAMS;
    /// Multiply-adds of one inference.
    pub const MACS: usize = N::MACS;
    /// Bytes of read-only memory.
    pub const FLASH: usize = size_of::<N>();
    /// Bytes of working memory.
    pub const SCRATCH: usize = size_of::<N::Scratch>();
    /// Bytes of memory that an inference needs in all: [`SCRATCH`](Self::SCRATCH), and 1,152 bytes of stack, which it keeps to in a release
    /// build for a processor of 32 bits. (Convolutions take most of them; without one, 384 are enough.)
    pub const RAM: usize = Self::SCRATCH + 1_152;
    /// Scratch memory, as `predict` takes it.
    pub const fn scratch() -> N::Scratch {
        zeroed()
    }
}

#[cfg(feature = "train")]
impl<X, N: Train<X>> Budget<X, N> {
    /// Bytes of memory that a training needs at most, beside the data, their order and their labels: the parameters, their gradients, what the
    /// optimizer remembers, and for each sample of a batch its copy, what the layers keep of it, and outputs with their gradients.
    ///
    /// - `batch`: samples in a batch; `moments`: values that the optimizer remembers of each parameter, 2 for Adam.
    ///
    /// ```
    /// use taut::prelude::*;
    /// type Net = (Flatten, Dense<784, 64>, Relu, Dense<64, 10>, Softmax);
    /// const _: () = assert!(Budget::<Image<28, 28, 1>, Net>::train_ram(30, 2) < 1024 * 1024);
    /// ```
    pub const fn train_ram(batch: usize, moments: usize) -> usize {
        (2 + moments) * size_of::<N>() + batch * (size_of::<X>() + N::CACHE + 2 * size_of::<N::Y>())
    }
}
