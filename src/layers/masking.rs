use crate::contract::layer::{InPlace, Layer};
use crate::contract::mask::MaskRule;
use crate::layers::in_place::infer_by_copy;
use crate::memory::plain::Floats;
use crate::memory::step_mask::StepMask;
use crate::shape::sample::Sequence;

/// Marks the steps whose numbers all equal `VALUE`, 0 by default, as padding, and sets them to zeros.
///
/// - Input and output: `Sequence<T, C>`. It is the first layer of its network.
///
/// Sequences of different lengths are padded to `T` steps. What the layers behind a `Masking`, or an
/// [`Embedding`](crate::Embedding) with [`MaskZero`](crate::MaskZero), do with the steps that are padding:
///
/// | | |
/// |---|---|
/// | recurrent layers, also in [`Bidirectional`](crate::Bidirectional) | keep their state; the output of such a step is that of the step before |
/// | [`MultiHeadAttention`](crate::MultiHeadAttention) | attends to none of them |
/// | [`GlobalAvgPool`](crate::GlobalAvgPool), [`GlobalMaxPool`](crate::GlobalMaxPool) | leave them out |
/// | activations, dropout and noise, normalizations, [`Rescaling`](crate::Rescaling), [`TimeDistributed`](crate::TimeDistributed), [`PositionEmbedding`](crate::PositionEmbedding), [`Glu`](crate::Glu) | treat them as any step, and pass the mask on |
/// | [`Residual`](crate::Residual), [`Parallel`](crate::Parallel), networks | pass it on if all their layers do; one that is made inside of the first two stays there |
/// | all other layers | treat them as any step, and drop the mask |
///
/// Losses and metrics of sequences count all steps; in Keras they leave out padding.
///
/// ```
/// use taut::{layers::Masking, prelude::*};
/// network! { type Net: Sequence<5, 1> = (Masking, Lstm<1, 8>, Dense<8, 1>); }
/// let model = Model::<Sequence<5, 1>, Net>::new(1);
/// let padded = |numbers: &[f32]| {
///     let mut x = Sequence::ZERO;
///     x.0.iter_mut().zip(numbers).for_each(|(step, number)| step[0] = *number);
///     x
/// };
/// assert_eq!(model.predict(&padded(&[0.3, -1.2])), model.predict(&padded(&[0.3, 0.0, -1.2, 0.0])));
/// assert_ne!(model.predict(&padded(&[0.3, -1.2])), model.predict(&padded(&[-1.2, 0.3])));
/// ```
///
/// A `Masking` that is not the first layer does not compile:
///
/// ```compile_fail,E0080
/// use taut::{layers::Masking, prelude::*};
/// network! { type Net: Sequence<5, 1> = (Tanh, Masking<-1>, Lstm<1, 8>, Dense<8, 1>); }
/// let model = Model::<Sequence<5, 1>, Net>::new(1);
/// ```
///
/// Nor does one inside of a layer of layers, whose input is that of another layer there:
///
/// ```compile_fail,E0080
/// use taut::{layers::*, prelude::*};
/// network! { type Net: Sequence<5, 1> = (Parallel<(Tanh, Masking, GlobalAvgPool), GlobalMaxPool>, Dense<2, 1>); }
/// let model = Model::<Sequence<5, 1>, Net>::new(1);
/// ```
///
/// ```compile_fail,E0080
/// use taut::{layers::*, prelude::*};
/// network! { type Net: Sequence<5, 1> = (Masking<16777217>, GlobalAvgPool); }
/// let model = Model::<Sequence<5, 1>, Net>::new(1);
/// ```
///
/// See <https://keras.io/api/layers/core_layers/masking/>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Masking<const VALUE: i32 = 0>;
crate::params! {
    [const VALUE: i32] Masking<VALUE> as Masking<0>,
    {
        let (text, sign) = (crate::text::Text::new("Masking"), if VALUE < 0 { b"<-".as_slice() } else { b"<" });
        if VALUE == 0 { text } else { text.push(sign).number(VALUE.unsigned_abs() as usize).push(b">") }
    },
    {} as crate::contract::tensor::NoParameters
}

impl<const T: usize, const C: usize, const VALUE: i32> Layer<Sequence<T, C>> for Masking<VALUE> {
    type Y = Sequence<T, C>;
    type Scratch = Sequence<T, C>;
    type Place = InPlace;
    const MASK: MaskRule = {
        assert!(VALUE as f32 as i64 == VALUE as i64, "an `f32` does not hold the value of a `Masking` exactly");
        MaskRule::Makes
    };
    #[inline]
    fn infer<'a>(&self, x: &'a Sequence<T, C>, y: &'a mut Sequence<T, C>) -> &'a Sequence<T, C> {
        infer_by_copy(self, x, y)
    }
    #[inline]
    fn infer_in_place(&self, x: &mut Sequence<T, C>) {
        if VALUE != 0 {
            let padding = x.0.iter_mut().filter(|step| step.iter().all(|x| *x == VALUE as f32));
            padding.for_each(|step| step.fill(0.0));
        }
    }
    #[inline]
    fn mask<'a>(&self, x: &'a Sequence<T, C>) -> StepMask<'a> {
        StepMask::of_numbers(x.values(), C, VALUE as f32)
    }
}

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::contract::step::Step;
    use crate::contract::tensor::NoParameters;
    use crate::contract::train::{Context, Train};
    use crate::layers::cache::forward_by_infer;

    impl<const T: usize, const C: usize, const VALUE: i32> Train<Sequence<T, C>> for Masking<VALUE> {
        forward_by_infer!(Sequence<T, C> => Sequence<T, C>, NoParameters);
        fn backward<'a>(
            &mut self,
            _: &NoParameters,
            x: &[Sequence<T, C>],
            dy: &'a mut [Sequence<T, C>],
            _: &'a mut Self::Cache,
            _: &mut Self,
            _: &mut Step<'_, Self>,
            _: &mut Context,
        ) -> &'a mut [Sequence<T, C>] {
            for (x, dy) in x.iter().zip(&mut *dy) {
                let mask = self.mask(x);
                let padding = dy.0.iter_mut().enumerate().filter(|(step, _)| mask.hides(*step));
                padding.for_each(|(_, dy)| dy.fill(0.0));
            }
            dy
        }
    }
}
