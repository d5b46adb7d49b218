use crate::layers::bias::{Bias, UseBias};
use crate::layers::convolves::{ConvOptions, convolves};
use crate::layers::window_name::name;
use crate::shape::sample::Image;
use crate::shape::size::{Divides, GroupsOf, Sizes};
use crate::shape::window::{Padding, Valid, Windows2d, convolution};
use crate::text::Text;
use core::marker::PhantomData;
use nalgebra::SMatrix;

/// Grouped convolution, of each group of channels by itself: Keras's `groups`.
///
/// - `G`: groups. `CI`: channels of the input in *each group*; `CO`: channels of the output, a multiple of `G`. `K`,
///   `P`, `KW`: as in [`Conv2d`](crate::Conv2d).
/// - `B`: [`Bias`] by default; [`NoBias`](crate::NoBias) for a layer without a bias.
/// - Input: `Image<H, W, G·CI>`; output: an `Image` of `CO` channels. Parameters: a kernel of `(K, KW, CI, CO)`, Glorot
///   uniform initially, and a bias of `CO`, zeros.
///
/// ```
/// use taut::{layers::*, prelude::*};
/// network! { type Net: Image<8, 8, 6> = (GroupedConv2d<3, 2, 12, 3>, Relu, Flatten, Dense<432, 2>); }
/// // The first two of six channels are all that the first four of twelve filters see.
/// let model = Model::<Image<8, 8, 6>, GroupedConv2d<3, 2, 12, 3>>::new(1);
/// let mut x = Image([[[1.0; 6]; 8]; 8]);
/// let y = model.predict(&x);
/// x.0.as_flattened_mut().iter_mut().for_each(|pixel| pixel[2..].fill(9.0));
/// assert_eq!(model.predict(&x).0[0][0][..4], y.0[0][0][..4]);
/// ```
///
/// See <https://keras.io/api/layers/convolution_layers/convolution2d/>.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct GroupedConv2d<
    const G: usize,
    const CI: usize,
    const CO: usize,
    const K: usize,
    P = Valid,
    B: UseBias = Bias,
    const KW: usize = K,
> {
    /// The kernel, in the layout of a [`Conv2d`](crate::Conv2d)'s, for the channels of one group.
    pub kernel: [[SMatrix<f32, CO, CI>; KW]; K],
    /// One number per filter; [`NoBias`](crate::NoBias) in a layer without a bias.
    pub bias: B::Tensor<CO>,
    /// The padding, strides and dilation, as a type.
    pub padding: PhantomData<P>,
}
crate::params!(
    [const G: usize, const CI: usize, const CO: usize, const K: usize, P: Padding, B: UseBias, const KW: usize]
    GroupedConv2d<G, CI, CO, K, P, B, KW> as GroupedConv2d<1, 1, 1, 1>,
    name(Text::new("GroupedConv2d"), &[G, CI, CO], &[K, KW], P::NAME, B::IN_NAME)
        => name(Text::new("GroupedConv2d").push(B::WORD), &[G, CI, CO], &[K, KW], P::NAME, [b""; 2]),
    { kernel: Kernel, bias: Bias; padding } as ConvOptions<B>, custom fold
);
convolves! {
    [const H: usize, const W: usize, const C: usize, const G: usize, const CI: usize, const CO: usize, const K: usize,
     P: Padding, B: UseBias, const KW: usize] GroupedConv2d<G, CI, CO, K, P, B, KW>, B, Image<H, W, C>,
    <Image<H, W, C> as Windows2d<K, KW, P, CO>>::Y, [Image<H, W, C>: Windows2d<K, KW, P, CO>,
     Sizes: GroupsOf<C, G, CI> + Divides<CO, G>], convolution::<P>([H, W], [K, KW], [C, CO, G]), CO
}
crate::contract::fold::absorbs_batch_norm! {
    [const G: usize, const CI: usize, const CO: usize, const K: usize, P: Padding, B: UseBias, const KW: usize]
    GroupedConv2d<G, CI, CO, K, P, B, KW>, B, GroupedConv2d<G, CI, CO, K, P, Bias, KW>, 1
}
