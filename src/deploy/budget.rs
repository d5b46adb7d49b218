//! The cost of a network.

use crate::contract::layer::Layer;
#[cfg(feature = "train")]
use crate::contract::train::Train;
use crate::memory::plain::zeroed;
use core::marker::PhantomData;

/// The cost of a network, as constants of its type.
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
    /// The number of parameters, trainable or not.
    pub const PARAMS: usize = N::PARAMS;
    /// The number of multiply-adds of one inference.
    pub const MACS: usize = N::MACS;
    /// The size of the parameters in read-only memory, in bytes.
    pub const FLASH: usize = size_of::<N>();
    /// The size of the scratch memory of one inference, in bytes.
    pub const SCRATCH: usize = size_of::<N::Scratch>();
    /// The total RAM of an inference in bytes: [`SCRATCH`](Self::SCRATCH) plus 1,152 bytes, the upper bound of the
    /// stack in a release build for a 32-bit processor. (Convolutions need most of the stack; 384 bytes suffice without
    /// them.)
    pub const RAM: usize = Self::SCRATCH + 1_152;
    /// Zeroed scratch memory, as `predict` takes it.
    ///
    /// ```
    /// use taut::prelude::*;
    /// type Net = (Dense<4, 8>, Relu, Dense<8, 3>);
    /// let (model, mut scratch) = (Model::<Vector<4>, Net>::new(1), Budget::<Vector<4>, Net>::scratch());
    /// for x in [Vector::new([1.0; 4]), Vector::new([2.0; 4])] {
    ///     assert_eq!(*model.net().predict(&x, &mut scratch), model.predict(&x)); // without an allocation
    /// }
    /// ```
    pub const fn scratch() -> N::Scratch {
        zeroed()
    }
}

#[cfg(feature = "train")]
impl<X, N: Train<X>> Budget<X, N> {
    /// The upper bound of the memory of training in bytes, without the data, their labels and their order: the
    /// parameters, their gradients, the optimizer's moments, and for each sample of a batch its copy, the layers'
    /// caches, and the outputs with their gradients.
    ///
    /// - `batch`: the number of samples in a batch; `moments`: the number of moments that the optimizer stores per
    ///   parameter, 2 for Adam.
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
