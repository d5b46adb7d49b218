//! The caches of layers between the forward and the backward pass.

/// The outputs of a layer, the gradients of its inputs, and scratch memory for copies.
#[cfg(feature = "train")]
#[derive(Debug)]
pub struct LayerCache<X, Y> {
    pub(crate) y: crate::memory::heap::Buffer<Y>,
    pub(crate) dx: crate::memory::heap::Buffer<X>,
    pub(crate) room: Vec<f32>,
    pub(crate) mask: crate::contract::mask::BatchMask,
}

#[cfg(feature = "train")]
impl<X, Y> Default for LayerCache<X, Y> {
    fn default() -> Self {
        LayerCache { y: Default::default(), dx: Default::default(), room: Vec::new(), mask: Default::default() }
    }
}

/// Implements the cache and the forward pass of a layer that infers each sample by itself, from its options, and from
/// its input and output where they are not `X`.
#[cfg(feature = "train")]
macro_rules! forward_by_infer {
    ($options:ty) => {
        crate::layers::cache::forward_by_infer!(X => X, $options);
    };
    ($x:ty => $y:ty, $options:ty) => {
        type Cache = crate::memory::heap::Buffer<$y>;
        fn forward<'a>(
            &self,
            _: &$options,
            x: &'a [$x],
            y: &'a mut Self::Cache,
            _: &mut crate::contract::train::Context,
        ) -> &'a [$y] {
            for (x, y) in x.iter().zip(y.resize(x.len())) {
                self.infer(x, y);
            }
            y
        }
        fn output<'a>(_: &'a [$x], y: &'a Self::Cache) -> &'a [$y] {
            y
        }
    };
}
#[cfg(feature = "train")]
pub(crate) use forward_by_infer;
