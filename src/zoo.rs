//! Networks that are known by a name, as types: to train, to embed, to compare with.

use crate::{
    BatchNorm, Conv2d, Dense, DepthwiseConv2d, Dropout, Flatten, GlobalAvgPool, MaxPool2d, Relu, Residual, Same,
    Softmax,
};

/// LeNet-5 as it is trained today, with rectifiers and the largest numbers of pools: an `Image<28, 28, 1>` in ten classes.
///
/// ```
/// use taut::{prelude::*, zoo::LeNet5};
/// type Cost = Budget<Image<28, 28, 1>, LeNet5>;
/// const _: () = assert!(Cost::PARAMS == 61_706 && Cost::MACS == 416_520);
/// ```
///
/// Y. LeCun et al., *Gradient-Based Learning Applied to Document Recognition*, 1998.
pub type LeNet5 = (
    Conv2d<1, 6, 5, Same>,
    Relu,
    MaxPool2d<2>,
    Conv2d<6, 16, 5>,
    Relu,
    MaxPool2d<2>,
    Flatten,
    (Dense<400, 120>, Relu, Dense<120, 84>, Relu, Dense<84, 10>),
    Softmax,
);

/// A convolution of each channel, and one of single pixels, each with its normalization and its rectifier.
type Separable<const CI: usize, const CO: usize, P> =
    (DepthwiseConv2d<CI, 3, P>, BatchNorm<CI>, Relu, Conv2d<CI, CO, 1>, BatchNorm<CO>, Relu);

/// DS-CNN, which spots keywords, of the MLPerf Tiny benchmark: an `Image<49, 10, 1>`, 49 times 10 cepstral coefficients of a second of speech, in
/// twelve classes.
///
/// ```
/// use taut::{prelude::*, zoo::DsCnn};
/// type X = Image<49, 10, 1>;
/// const _: () = assert!(Budget::<X, DsCnn>::PARAMS == 24_908);
/// const _: () = assert!(Budget::<X, Folded<DsCnn>>::MACS == 2_656_768);
/// ```
///
/// Y. Zhang et al., *Hello Edge: Keyword Spotting on Microcontrollers*, 2017; C. Banbury et al., *MLPerf Tiny Benchmark*, 2021.
pub type DsCnn = (
    Conv2d<1, 64, 10, Same<2>, 4>,
    BatchNorm<64>,
    Relu,
    Dropout<20>,
    Separable<64, 64, Same>,
    Separable<64, 64, Same>,
    Separable<64, 64, Same>,
    Separable<64, 64, Same>,
    Dropout<40>,
    GlobalAvgPool,
    Dense<64, 12>,
    Softmax,
);

/// Two convolutions with their normalizations, of which the first may have a stride.
type Two<const CI: usize, const CO: usize, P> =
    (Conv2d<CI, CO, 3, P>, BatchNorm<CO>, Relu, Conv2d<CO, CO, 3, Same>, BatchNorm<CO>);

/// ResNet of eight layers with weights, of the MLPerf Tiny benchmark: an `Image<32, 32, 3>`, as of CIFAR-10, in ten classes.
///
/// ```
/// use taut::{prelude::*, zoo::ResNet8};
/// type X = Image<32, 32, 3>;
/// const _: () = assert!(Budget::<X, ResNet8>::PARAMS == 78_666);
/// const _: () = assert!(Budget::<X, Folded<ResNet8>>::MACS == 12_501_632);
/// ```
///
/// K. He et al., *Deep Residual Learning for Image Recognition*, 2015; C. Banbury et al., *MLPerf Tiny Benchmark*, 2021.
pub type ResNet8 = (
    Conv2d<3, 16, 3, Same>,
    BatchNorm<16>,
    Relu,
    Residual<Two<16, 16, Same>>,
    Relu,
    Residual<Two<16, 32, Same<2>>, Conv2d<16, 32, 1, Same<2>>>,
    Relu,
    Residual<Two<32, 64, Same<2>>, Conv2d<32, 64, 1, Same<2>>>,
    Relu,
    GlobalAvgPool,
    Dense<64, 10>,
    Softmax,
);

/// MobileNet v1 with a quarter of its channels, which says whether a person is there, of the MLPerf Tiny benchmark: an `Image<96, 96, 3>` in two
/// classes.
///
/// ```
/// use taut::{prelude::*, zoo::MobileNet};
/// type X = Image<96, 96, 3>;
/// const _: () = assert!(Budget::<X, MobileNet>::PARAMS == 221_794);
/// const _: () = assert!(Budget::<X, Folded<MobileNet>>::MACS == 7_489_664);
/// ```
///
/// A. G. Howard et al., *MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications*, 2017; C. Banbury et al., *MLPerf
/// Tiny Benchmark*, 2021.
pub type MobileNet = (
    (Conv2d<3, 8, 3, Same<2>>, BatchNorm<8>, Relu),
    (
        Separable<8, 16, Same>,
        Separable<16, 32, Same<2>>,
        Separable<32, 32, Same>,
        Separable<32, 64, Same<2>>,
        Separable<64, 64, Same>,
        Separable<64, 128, Same<2>>,
    ),
    (
        Separable<128, 128, Same>,
        Separable<128, 128, Same>,
        Separable<128, 128, Same>,
        Separable<128, 128, Same>,
        Separable<128, 128, Same>,
        Separable<128, 256, Same<2>>,
        Separable<256, 256, Same>,
    ),
    GlobalAvgPool,
    Dense<256, 2>,
    Softmax,
);
