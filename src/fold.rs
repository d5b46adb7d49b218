//! Batch normalization as a part of the layer before it: what a network becomes when it is deployed, as a type.
//!
//! In inference a [`BatchNorm`](crate::BatchNorm) multiplies each channel by a number and adds another. A layer that ends in a product and a sum
//! for each channel can do that with its own weights, and then the `BatchNorm` costs neither time nor memory.

#[cfg(feature = "train")]
use crate::params::{Zeroed, boxed};

/// The network `N` with each [`BatchNorm`](crate::BatchNorm) folded into the layer right before it, as a type:
/// [`Model::fold`](crate::Model::fold) makes its value.
///
/// A layer that takes one up has a bias then, and a [`Linear`](crate::Linear) stands where the `BatchNorm` was, which costs nothing. Layers that
/// have nothing to take up stay what they are, as does a `BatchNorm` with no such layer before it. Tuples in tuples count as one after
/// another.
///
/// ```
/// use taut::prelude::*;
/// type Net = (DenseNoBias<640, 128>, BatchNorm<128>, Relu, (Dense<128, 8>, BatchNorm<8>));
/// type Deployed = Folded<Net>; // (Dense<640, 128>, Linear, Relu, (Dense<128, 8>, Linear))
/// type Cost<N> = Budget<Vector<640>, N>;
/// const _: () = assert!(Cost::<Net>::PARAMS - Cost::<Deployed>::PARAMS == 3 * 128 + 4 * 8);
/// const _: () = assert!(Cost::<Net>::SCRATCH == 1_536 && Cost::<Deployed>::SCRATCH == 544);
/// ```
pub type Folded<N> = <N as Fold>::As<No, No>;

/// What a layer becomes between its neighbours when batch normalization is folded.
///
/// [`params!`](crate::params!) writes that a layer stays what it is. One that can take up a factor and a number for each channel says
/// `params!(… as Plan, without Fold)`, and implements this itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what becomes of it when batch normalization is folded",
    label = "this layer has no `Fold`",
    note = "`params!` writes one"
)]
pub trait Fold {
    /// Whether a `BatchNorm` comes first in it.
    type Starts: Answer;
    /// Whether its last layer can take up a `BatchNorm` that follows.
    type Absorbs: Answer;
    /// What it becomes, where the layer before it absorbs, or not, and the one after it starts with a `BatchNorm`, or not.
    type As<Before: Answer, After: Answer>;

    /// The `BatchNorm` that comes first in it, if one does.
    #[cfg(feature = "train")]
    #[doc(hidden)]
    fn norm(&self) -> Option<Norm<'_>> {
        None
    }
    /// Writes what it becomes, where `after` is the `BatchNorm` that the next layer starts with.
    #[cfg(feature = "train")]
    #[doc(hidden)]
    fn fold_to<Before: Answer, After: Answer>(&self, after: Option<Norm<'_>>, to: &mut Self::As<Before, After>);
}

/// [`Yes`] or [`No`].
pub trait Answer: sealed::Sealed {
    /// The one or the other.
    type If<Yes, No>;
    /// Which one it is.
    #[cfg(feature = "train")]
    #[doc(hidden)]
    fn which<Yes, No>(value: &mut Self::If<Yes, No>) -> Which<'_, Yes, No>;
}

/// As a type.
pub struct Yes;
/// As a type.
pub struct No;

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Yes {}
    impl Sealed for super::No {}
}

/// A value of the one type or of the other.
#[cfg(feature = "train")]
#[doc(hidden)]
pub enum Which<'a, Y, N> {
    Yes(&'a mut Y),
    No(&'a mut N),
}

impl Answer for Yes {
    type If<Y, N> = Y;
    #[cfg(feature = "train")]
    fn which<Y, N>(value: &mut Y) -> Which<'_, Y, N> {
        Which::Yes(value)
    }
}

impl Answer for No {
    type If<Y, N> = N;
    #[cfg(feature = "train")]
    fn which<Y, N>(value: &mut N) -> Which<'_, Y, N> {
        Which::No(value)
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
/// let norm = BatchNorm::<1> { gamma: [3.0].into(), beta: [0.5].into(), moving_mean: [4.0].into(), moving_variance: [0.999].into() };
/// let folded = fold(&(dense, norm)); // 3 · (2 · x + 1 - 4) + 0.5
/// assert!((folded.0.kernel[0] - 6.0).abs() < 1e-6 && (folded.0.bias[0] + 8.5).abs() < 1e-6);
/// ```
#[cfg(feature = "train")]
pub fn fold<N: Fold<As<No, No>: Zeroed>>(net: &N) -> Box<Folded<N>> {
    let mut folded = boxed();
    net.fold_to::<No, No>(None, &mut folded);
    folded
}

/// A layer that stays what it is.
#[cfg(not(feature = "train"))]
#[doc(hidden)]
#[macro_export]
macro_rules! folds_to_itself {
    ([$($generic:tt)*] $layer:ty, without Fold) => {};
    ([$($generic:tt)*] $layer:ty) => {
        impl<$($generic)*> $crate::fold::Fold for $layer {
            type Starts = $crate::fold::No;
            type Absorbs = $crate::fold::No;
            type As<Before: $crate::fold::Answer, After: $crate::fold::Answer> = Self;
        }
    };
}

/// A layer that stays what it is.
#[cfg(feature = "train")]
#[doc(hidden)]
#[macro_export]
macro_rules! folds_to_itself {
    ([$($generic:tt)*] $layer:ty, without Fold) => {};
    ([$($generic:tt)*] $layer:ty) => {
        impl<$($generic)*> $crate::fold::Fold for $layer {
            type Starts = $crate::fold::No;
            type Absorbs = $crate::fold::No;
            type As<Before: $crate::fold::Answer, After: $crate::fold::Answer> = Self;
            fn fold_to<Before: $crate::fold::Answer, After: $crate::fold::Answer>(
                &self,
                _: ::core::option::Option<$crate::fold::Norm<'_>>,
                to: &mut Self,
            ) {
                $crate::fold::copy(self, to);
            }
        }
    };
}

/// A layer with a kernel and a bias, which takes up a `BatchNorm`: see [`Norm::fold_into`]; and one without a bias, which then becomes the
/// first one.
macro_rules! takes_up {
    ([$($generic:tt)*] $layer:ty, $run:expr) => {
        impl<$($generic)*> crate::fold::Fold for $layer {
            type Starts = crate::fold::No;
            type Absorbs = crate::fold::Yes;
            type As<Before: crate::fold::Answer, After: crate::fold::Answer> = Self;
            #[cfg(feature = "train")]
            fn fold_to<Before: crate::fold::Answer, After: crate::fold::Answer>(
                &self,
                after: Option<crate::fold::Norm<'_>>,
                to: &mut Self,
            ) {
                use crate::params::Plain;
                crate::fold::copy(self, to);
                if let Some(norm) = after {
                    norm.fold_into(to.kernel.values_mut(), $run, to.bias.values_mut());
                }
            }
        }
    };
    ([$($generic:tt)*] $layer:ty, $run:expr, $plain:ty) => {
        crate::fold::takes_up!([$($generic)*] $layer, $run);
        impl<$($generic)*> crate::fold::Fold for $plain {
            type Starts = crate::fold::No;
            type Absorbs = crate::fold::Yes;
            type As<Before: crate::fold::Answer, After: crate::fold::Answer> = After::If<$layer, Self>;
            #[cfg(feature = "train")]
            fn fold_to<Before: crate::fold::Answer, After: crate::fold::Answer>(
                &self,
                after: Option<crate::fold::Norm<'_>>,
                to: &mut Self::As<Before, After>,
            ) {
                use crate::params::Plain;
                match After::which(to) {
                    crate::fold::Which::No(to) => crate::fold::copy(self, to),
                    crate::fold::Which::Yes(to) => {
                        to.kernel.values_mut().copy_from_slice(self.kernel.values());
                        to.bias.fill(0.0);
                        if let Some(norm) = after {
                            norm.fold_into(to.kernel.values_mut(), $run, to.bias.values_mut());
                        }
                    }
                }
            }
        }
    };
}
pub(crate) use takes_up;

/// Copies parameters, of which large ones never lie on the stack.
#[cfg(feature = "train")]
#[doc(hidden)]
pub fn copy<L: crate::train::Params>(from: &L, to: &mut L) {
    crate::train::set_values(to, &crate::train::values(from));
}
