use nalgebra::SVector;
use taut::fold::{Bool, False};
use taut::{Arch, Fold, place, prelude::*};
use taut::{NoParameters, Quantize, Regularizer, TensorOptions, params, text::Text};

/// `y = gain · x + shift`, written once for inference and for training.
#[repr(C)]
pub struct Affine<const N: usize> {
    pub gain: SVector<f32, N>,
    pub shift: SVector<f32, N>,
}

/// What an [`Affine`] does only in training.
#[derive(Clone, Default)]
pub struct AffineOptions {
    pub gain: TensorOptions,
    pub shift: TensorOptions,
    pub activity_regularizer: Regularizer,
}

params!(Affine<N> { gain: Gain, shift: Bias } as AffineOptions);

impl<const N: usize> Layer<Vector<N>> for Affine<N> {
    type Y = Vector<N>;
    type Scratch = Vector<N>;
    type Place = place::Other;
    fn infer<'a>(&self, x: &'a Vector<N>, y: &'a mut Vector<N>) -> &'a Vector<N> {
        y.0 = self.gain.component_mul(&x.0) + self.shift;
        y
    }
}

#[cfg(feature = "train")]
impl<const N: usize> taut::Train<Vector<N>> for Affine<N> {
    type Cache = taut::memory::Buffer<Vector<N>>;
    fn forward<'a>(
        &self,
        _: &AffineOptions,
        x: &'a [Vector<N>],
        y: &'a mut Self::Cache,
        _: &mut taut::Context,
    ) -> &'a [Vector<N>] {
        for (x, y) in x.iter().zip(y.resize(x.len())) {
            self.infer(x, y);
        }
        y
    }
    fn output<'a>(_: &'a [Vector<N>], y: &'a Self::Cache) -> &'a [Vector<N>] {
        y
    }
    fn backward<'a>(
        &mut self,
        _: &AffineOptions,
        x: &[Vector<N>],
        dy: &'a mut [Vector<N>],
        _: &'a mut Self::Cache,
        grad: &mut Self,
        _: &mut taut::Step<'_, Self>,
        _: &mut taut::Context,
    ) -> &'a mut [Vector<N>] {
        grad.gain.fill(0.0);
        grad.shift.fill(0.0);
        for (x, dy) in x.iter().zip(&mut *dy) {
            grad.gain += dy.0.component_mul(&x.0);
            grad.shift += dy.0;
            dy.0.component_mul_assign(&self.gain);
        }
        dy
    }
}

/// `y = -x`: `params!` without parameters, with the options that taut has for it.
#[repr(C)]
pub struct Negate;
params!(Negate {} as NoParameters);

impl<const N: usize> Layer<Vector<N>> for Negate {
    type Y = Vector<N>;
    type Scratch = Vector<N>;
    type Place = place::Other;
    fn infer<'a>(&self, x: &'a Vector<N>, y: &'a mut Vector<N>) -> &'a Vector<N> {
        y.0 = -x.0;
        y
    }
}

/// `y = x`: all that concerns inference, by hand.
pub struct Keep;

impl Arch for Keep {
    const NAME: &'static Text = &Text::new("Keep");
    const PARAMS: usize = 0;
}

impl Fold for Keep {
    type Starts = False;
    type Absorbs = False;
    type As<Before: Bool, After: Bool> = Self;
}

impl<const N: usize> Layer<Vector<N>> for Keep {
    type Y = Vector<N>;
    type Scratch = ();
    type Place = place::Alias;
    fn infer<'a>(&self, x: &'a Vector<N>, _: &'a mut ()) -> &'a Vector<N> {
        x
    }
}

impl<const N: usize> Quantize<Vector<N>> for Keep {
    type Int8 = taut::Int8Identity;
}

network! {
    /// A network of them, of which `Keep` can neither be trained nor folded by value.
    pub struct Block: Vector<4> {
        keep: Keep,
        affine: Affine<4>,
        negate: Negate,
    }
}
