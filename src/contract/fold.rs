//! Batch normalization as a part of the layer before it: the type of a network that is deployed.
//!
//! In inference a [`BatchNorm`](crate::BatchNorm) multiplies each channel by a number and adds another. A layer that
//! ends in a product and a sum for each channel can do that with its own weights, and then the `BatchNorm` costs
//! neither time nor memory.

#[cfg(feature = "train")]
use crate::memory::heap::boxed;
#[cfg(feature = "train")]
use crate::memory::plain::Zeroed;

/// The network `N` with each [`BatchNorm`](crate::BatchNorm) folded into the layer right before it, as a type:
/// [`Model::fold`](crate::Model::fold) makes its value.
///
/// A layer that absorbs a `BatchNorm` has a bias afterwards, and a [`Linear`](crate::Linear), which costs nothing,
/// takes the place of the `BatchNorm`. All other layers stay as they are, and so does a `BatchNorm` without such a
/// layer before it. Nested networks count as their layers in order.
///
/// ```
/// use taut::prelude::*;
/// type Net = (Dense<640, 128, NoBias>, BatchNorm<128>, Relu, (Dense<128, 8>, BatchNorm<8>));
/// type Deployed = Folded<Net>; // (Dense<640, 128>, Linear, Relu, (Dense<128, 8>, Linear))
/// type Cost<N> = Budget<Vector<640>, N>;
/// const _: () = assert!(Cost::<Net>::PARAMS - Cost::<Deployed>::PARAMS == 3 * 128 + 4 * 8);
/// const _: () = assert!(Cost::<Net>::SCRATCH == 544 && Cost::<Deployed>::SCRATCH == 544);
/// ```
pub type Folded<N> = <N as Fold>::As<False, False>;

/// The type that a layer becomes between its neighbours when batch normalization is folded.
///
/// [`params!`](crate::params!) implements it for layers that stay as they are. A layer that can multiply each channel
/// by a factor and add a number says `params!(… as Options, custom fold)` and implements this trait itself, and with
/// the feature `train` [`FoldValues`] as well.
///
/// ```
/// use taut::{fold::{False, Fold, True}, prelude::*};
/// type Weights = <Dense<4, 3, NoBias> as Fold>::As<False, True>; // before a `BatchNorm`
/// type Norm = <BatchNorm<3> as Fold>::As<True, False>; // behind a layer that absorbs it
/// assert_eq!([Weights::NAME.as_str(), Norm::NAME.as_str()], ["Dense<4, 3>", "Linear"]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what becomes of it when batch normalization is folded",
    label = "this layer has no `Fold`",
    note = "`params!` writes one"
)]
pub trait Fold {
    /// Whether the first layer is a `BatchNorm`.
    type Starts: Bool;
    /// Whether the last layer can absorb a `BatchNorm` that follows.
    type Absorbs: Bool;
    /// The folded type. `Before`: whether the layer before absorbs; `After`: whether the layer after starts with a
    /// `BatchNorm`.
    type As<Before: Bool, After: Bool>;
}

/// Computes the parameters of the folded layer; [`Model::fold`](crate::Model::fold) needs it of each layer.
///
/// [`params!`](crate::params!) implements it together with [`Fold`]; a layer with `custom fold` implements both.
///
/// ```
/// use taut::{fold::*, prelude::*};
/// /// `y = gain · x + bias`, element by element.
/// #[repr(C)]
/// pub struct Affine<const N: usize> {
///     gain: nalgebra::SVector<f32, N>,
///     bias: nalgebra::SVector<f32, N>,
/// }
/// # #[derive(Clone, Default)]
/// # pub struct AffineOptions {
/// #     pub gain: taut::TensorOptions,
/// #     pub bias: taut::TensorOptions,
/// #     pub activity_regularizer: taut::Regularizer,
/// # }
/// taut::params!(Affine<N> { gain: Gain, bias: Bias } as AffineOptions, custom fold);
/// impl<const N: usize> Fold for Affine<N> {
///     type Starts = False;
///     type Absorbs = True;
///     type As<Before: Bool, After: Bool> = Self;
/// }
/// impl<const N: usize> FoldValues for Affine<N> {
///     fn fold_to<Before: Bool, After: Bool>(&self, after: Option<Norm<'_>>, to: &mut Self) {
///         (to.gain, to.bias) = (self.gain, self.bias);
///         if let Some(norm) = after {
///             norm.fold_into(to.gain.as_mut_slice(), 1, to.bias.as_mut_slice());
///         }
///     }
/// }
/// let affine = Affine::<1> { gain: [2.0].into(), bias: [1.0].into() };
/// let (gamma, beta) = ([3.0].into(), [0.5].into());
/// let norm = BatchNorm::<1> { gamma, beta, moving_mean: [4.0].into(), moving_variance: [0.999].into() };
/// let (folded, _) = *fold(&(affine, norm)); // 3 · (2 · x + 1 - 4) + 0.5
/// assert!((folded.gain[0] - 6.0).abs() < 1e-6 && (folded.bias[0] + 8.5).abs() < 1e-6);
/// ```
#[cfg(feature = "train")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what becomes of its parameters when batch normalization is folded",
    label = "this layer has no `FoldValues`",
    note = "`params!` writes one"
)]
pub trait FoldValues: Fold {
    /// The `BatchNorm` that the layer starts with, if any.
    fn norm(&self) -> Option<Norm<'_>> {
        None
    }
    /// Writes the folded layer to `to`; `after` is the `BatchNorm` that the next layer starts with.
    fn fold_to<Before: Bool, After: Bool>(&self, after: Option<Norm<'_>>, to: &mut Self::As<Before, After>);
}

/// A boolean as a type: [`True`] or [`False`].
///
/// ```
/// use taut::fold::{Bool, False, True};
/// /// The bytes of a bias of three numbers, if there is one.
/// const fn bytes<UseBias: Bool>() -> usize {
///     size_of::<UseBias::Select<[f32; 3], ()>>()
/// }
/// assert_eq!([bytes::<True>(), bytes::<False>()], [12, 0]);
/// ```
pub trait Bool: sealed::Sealed {
    /// The first type for [`True`], the second for [`False`].
    type Select<True, False>;
    /// The selected value.
    #[doc(hidden)]
    fn which<True, False>(value: &mut Self::Select<True, False>) -> Which<'_, True, False>;
}

/// True, as a type.
///
/// ```
/// use taut::fold::{Bool, True};
/// let selected: <True as Bool>::Select<i8, f32> = 7_i8;
/// assert_eq!(selected, 7);
/// ```
pub struct True;

/// False, as a type.
///
/// ```
/// use taut::fold::{Bool, False};
/// let selected: <False as Bool>::Select<i8, f32> = 0.5_f32;
/// assert_eq!(selected, 0.5);
/// ```
pub struct False;

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::True {}
    impl Sealed for super::False {}
}

/// A value of the type that a [`Bool`] selects.
#[doc(hidden)]
pub enum Which<'a, Y, N> {
    True(&'a mut Y),
    False(&'a mut N),
}

impl Bool for True {
    type Select<Y, N> = Y;
    fn which<Y, N>(value: &mut Y) -> Which<'_, Y, N> {
        Which::True(value)
    }
}

impl Bool for False {
    type Select<Y, N> = N;
    fn which<Y, N>(value: &mut N) -> Which<'_, Y, N> {
        Which::False(value)
    }
}

/// The tensors of a `BatchNorm`, a number a channel.
#[cfg(feature = "train")]
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Norm<'a> {
    pub gamma: &'a [f32],
    pub beta: &'a [f32],
    pub mean: &'a [f32],
    pub variance: &'a [f32],
    pub epsilon: f32,
}

#[cfg(feature = "train")]
impl Norm<'_> {
    /// Makes it a part of a kernel, of which `run` numbers one after another belong to the same channel, and of a bias.
    pub fn fold_into(&self, kernel: &mut [f32], run: usize, bias: &mut [f32]) {
        let root = |variance: f32| (f64::from(variance) + f64::from(self.epsilon)).sqrt();
        let factors: Vec<f64> = self.gamma.iter().zip(self.variance).map(|(g, v)| f64::from(*g) / root(*v)).collect();
        for (run, factor) in kernel.chunks_mut(run.max(1)).zip(factors.iter().cycle()) {
            run.iter_mut().for_each(|w| *w = (f64::from(*w) * factor) as f32);
        }
        for (((bias, factor), mean), beta) in bias.iter_mut().zip(&factors).zip(self.mean).zip(self.beta) {
            *bias = ((f64::from(*bias) - f64::from(*mean)) * factor + f64::from(*beta)) as f32;
        }
    }
}

/// The network with each `BatchNorm` folded into the layer right before it: see [`Folded`].
///
/// ```
/// use taut::{fold::fold, prelude::*};
/// let dense = Dense::<1, 1> { kernel: [[2.0]].into(), bias: [1.0].into() };
/// let (gamma, beta) = ([3.0].into(), [0.5].into());
/// let norm = BatchNorm::<1> { gamma, beta, moving_mean: [4.0].into(), moving_variance: [0.999].into() };
/// let folded = fold(&(dense, norm)); // 3 · (2 · x + 1 - 4) + 0.5
/// assert!((folded.0.kernel[0] - 6.0).abs() < 1e-6 && (folded.0.bias[0] + 8.5).abs() < 1e-6);
/// ```
#[cfg(feature = "train")]
pub fn fold<N: FoldValues<As<False, False>: Zeroed>>(net: &N) -> Box<Folded<N>> {
    let mut folded = boxed();
    net.fold_to::<False, False>(None, &mut folded);
    folded
}

/// A layer that stays what it is.
#[doc(hidden)]
#[macro_export]
macro_rules! folds_to_itself {
    ([$($generic:tt)*] $layer:ty, custom fold) => {};
    ([$($generic:tt)*] $layer:ty) => {
        impl<$($generic)*> $crate::__private::fold::Fold for $layer {
            type Starts = $crate::__private::fold::False;
            type Absorbs = $crate::__private::fold::False;
            type As<__Before: $crate::__private::fold::Bool, __After: $crate::__private::fold::Bool> = Self;
        }
        $crate::copies_itself!([$($generic)*] $layer);
    };
}

/// Its parameters, which stay as well; without the feature `train` nothing asks for them.
#[cfg(not(feature = "train"))]
#[doc(hidden)]
#[macro_export]
macro_rules! copies_itself {
    ($($layer:tt)*) => {};
}

/// Its parameters, which stay as well.
#[cfg(feature = "train")]
#[doc(hidden)]
#[macro_export]
macro_rules! copies_itself {
    ([$($generic:tt)*] $layer:ty) => {
        impl<$($generic)*> $crate::__private::fold::FoldValues for $layer {
            fn fold_to<__Before: $crate::__private::fold::Bool, __After: $crate::__private::fold::Bool>(
                &self,
                _: ::core::option::Option<$crate::__private::fold::Norm<'_>>,
                to: &mut Self,
            ) {
                $crate::__private::fold::copy(self, to);
            }
        }
    };
}

/// A layer with a kernel and perhaps a bias, which absorbs a `BatchNorm` and has a bias then: from its generics, the
/// layer, its `UseBias`, the layer with a bias, and how many of the kernel's numbers in a row belong to one channel.
macro_rules! absorbs_batch_norm {
    ([$($generic:tt)*] $layer:ty, $bias:ident, $with_bias:ty, $run:expr) => {
        impl<$($generic)*> crate::contract::fold::Fold for $layer {
            type Starts = crate::contract::fold::False;
            type Absorbs = crate::contract::fold::True;
            type As<Before: crate::contract::fold::Bool, After: crate::contract::fold::Bool> =
                After::Select<$with_bias, Self>;
        }
        #[cfg(feature = "train")]
        impl<$($generic)*> crate::contract::fold::FoldValues for $layer {
            fn fold_to<Before: crate::contract::fold::Bool, After: crate::contract::fold::Bool>(
                &self,
                after: Option<crate::contract::fold::Norm<'_>>,
                to: &mut Self::As<Before, After>,
            ) {
                use crate::memory::plain::Floats;
                match After::which(to) {
                    crate::contract::fold::Which::False(to) => crate::contract::fold::copy(self, to),
                    crate::contract::fold::Which::True(to) => {
                        to.kernel.values_mut().copy_from_slice(self.kernel.values());
                        match $bias::array(&self.bias) {
                            Some(bias) => to.bias.values_mut().copy_from_slice(bias),
                            None => to.bias.fill(0.0),
                        }
                        if let Some(norm) = after {
                            norm.fold_into(to.kernel.values_mut(), $run, to.bias.values_mut());
                        }
                    }
                }
            }
        }
    };
}
pub(crate) use absorbs_batch_norm;

/// Copies parameters, of which large ones never lie on the stack.
#[cfg(feature = "train")]
#[doc(hidden)]
pub fn copy<L: crate::contract::tensor::Params>(from: &L, to: &mut L) {
    crate::contract::tensor::set_values(to, &crate::contract::tensor::values(from));
}
