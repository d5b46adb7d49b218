//! The parts that recurrent layers share: a state that is carried from step to step of a sequence.

use crate::contract::mask::MaskRule;
use crate::kernels;
use crate::layers::channels::rows_mut;
use crate::memory::plain::Floats;
use crate::memory::step_mask::StepMask;
use crate::shape::sample::{Sample, Sequence, Vector};

/// Returns the last output of a recurrent layer: `Lstm<I, U>` gives a `Vector<U>`.
///
/// ```
/// use taut::{ReturnLast, ReturnSequence, SimpleRnn, prelude::*};
/// let last = Model::<Sequence<5, 1>, SimpleRnn<1, 4, ReturnLast>>::new(1);
/// let all = Model::<Sequence<5, 1>, SimpleRnn<1, 4, ReturnSequence>>::new(1); // with the same parameters
/// let x = Sequence([[0.1], [0.2], [0.3], [0.4], [0.5]]);
/// assert_eq!(last.predict(&x).values(), all.predict(&x).0[4]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReturnLast;

/// Returns all outputs of a recurrent layer: `Lstm<I, U, ReturnSequence>` gives a `Sequence<T, U>`.
///
/// ```
/// use taut::{ReturnSequence, prelude::*};
/// // A recurrent layer behind another one reads all of its outputs.
/// network! { type Net: Sequence<5, 1> = (Gru<1, 4, ReturnSequence>, Gru<4, 2>); }
/// let model = Model::<Sequence<5, 1>, Net>::new(1);
/// assert_eq!(model.summary().rows.iter().map(|row| row.shape).collect::<Vec<_>>(), [&[5, 4][..], &[2]]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReturnSequence;

/// The outputs that a recurrent layer returns: [`ReturnLast`] or [`ReturnSequence`], Keras's `return_sequences`.
///
/// ```
/// use taut::{ReturnLast, ReturnSequence, layers::Returns, prelude::*};
/// let _: <ReturnLast as Returns>::Y<5, 4> = Vector::new([0.0; 4]);
/// let _: <ReturnSequence as Returns>::Y<5, 4> = Sequence([[0.0; 4]; 5]);
/// const _: () = assert!(<ReturnLast as Returns>::Y::<5, 4>::SHAPE.len() == 1);
/// ```
#[diagnostic::on_unimplemented(
    message = "a recurrent layer cannot return `{Self}`",
    label = "expected `ReturnLast` or `ReturnSequence`",
    note = "`ReturnLast` is the default: a vector; `ReturnSequence` gives a sequence, as the next recurrent layer wants it"
)]
pub trait Returns: sealed::Sealed + Copy + Sync + 'static {
    /// The sample returned for `T` outputs of `U` numbers.
    type Y<const T: usize, const U: usize>: Sample;
    /// What becomes of the mask of the input.
    #[doc(hidden)]
    const MASK: MaskRule;
    /// The end of a layer's text.
    #[doc(hidden)]
    const END: &'static [u8];
    /// How the layer's text ends in a checkpoint.
    #[doc(hidden)]
    const WORD: &'static [u8];
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::ReturnLast {}
    impl Sealed for super::ReturnSequence {}
}

impl Returns for ReturnLast {
    type Y<const T: usize, const U: usize> = Vector<U>;
    const MASK: MaskRule = MaskRule::Drops;
    const END: &'static [u8] = b">";
    const WORD: &'static [u8] = b">";
}

impl Returns for ReturnSequence {
    type Y<const T: usize, const U: usize> = Sequence<T, U>;
    const MASK: MaskRule = MaskRule::Keeps;
    const END: &'static [u8] = b", ReturnSequence>";
    // The type's name when the format was made: it stays in files.
    const WORD: &'static [u8] = b", Whole>";
}

/// The parameters of a layer, or their gradients, in the form that the kernels take.
#[doc(hidden)]
pub struct RecurrentWeights<Slice> {
    pub kernel: Slice,
    pub bias: Slice,
    pub recurrent_kernel: Slice,
    /// Empty if the layer has only one bias.
    pub recurrent_bias: Slice,
}

/// The step of a recurrent layer with `I` inputs and `U` units.
#[doc(hidden)]
pub trait RecurrentCell<const I: usize, const U: usize> {
    /// `U` numbers per gate.
    type Gates: Floats;
    /// The values that a step keeps beside the state.
    type Kept: Floats;

    fn weights(&self) -> RecurrentWeights<&[f32]>;

    /// Replaces the states by the next states. `x` and `s` are the input's and the state's parts of the gates, see
    /// [`kernels::lstm`].
    fn step(x: &mut [Self::Gates], s: &[Self::Gates], h: &mut [[f32; U]], kept: &mut [Self::Kept]);

    #[cfg(feature = "train")]
    fn weights_mut(&mut self) -> RecurrentWeights<&mut [f32]>;

    /// Replaces the gates in `x` by their gradients, and `dh` and `dkept` by those of the previous step. If the
    /// gradient of the state's part of the gates differs, writes it to `ds`.
    #[cfg(feature = "train")]
    fn gradient(
        x: &mut [Self::Gates],
        ds: &mut [Self::Gates],
        states: [&[[f32; U]]; 2],
        kept: [&[Self::Kept]; 2],
        dh: &mut [[f32; U]],
        dkept: &mut [Self::Kept],
    );

    /// Whether `gradient` writes to `ds`.
    #[cfg(feature = "train")]
    const TWO_GRADIENTS: bool;
}

/// Scratch memory: both parts of the gates, the state, the kept values, and the output.
#[doc(hidden)]
pub type RecurrentWork<G, K, const U: usize, Y> = (G, G, [f32; U], K, Y);

#[inline]
pub(super) fn infer<'a, L: RecurrentCell<I, U>, const T: usize, const I: usize, const U: usize, Y: Sample>(
    layer: &L,
    x: &Sequence<T, I>,
    mask: StepMask<'_>,
    (gates, of_state, h, kept, y): &'a mut RecurrentWork<L::Gates, L::Kept, U, Y>,
) -> &'a Y {
    use core::slice::{from_mut, from_ref};
    let w = layer.weights();
    let second = if w.recurrent_bias.is_empty() { None } else { Some(w.recurrent_bias) };
    h.fill(0.0);
    kept.values_mut().fill(0.0);
    let outputs = rows_mut::<U>(y.values_mut());
    let unused = T.saturating_sub(outputs.len());
    for (t, x) in x.0.iter().enumerate() {
        // A step that is padding leaves the state as it is.
        if !mask.hides(t) {
            kernels::infer_of(w.kernel, Some(w.bias), x, gates.values_mut());
            kernels::infer_of(w.recurrent_kernel, second, h, of_state.values_mut());
            L::step(from_mut(gates), from_ref(of_state), from_mut(h), from_mut(kept));
        }
        if let Some(y) = t.checked_sub(unused).and_then(|t| outputs.get_mut(t)) {
            *y = *h;
        }
    }
    y
}

/// Implements a layer from a [`RecurrentCell`].
macro_rules! recurrent {
    ($name:ident, $text:literal, $options:ident, $gates:literal $(, forget $forget:expr)?) => {
        crate::params! {
            [const I: usize, const U: usize, R: crate::layers::recurrent::Returns] $name<I, U, R> as $name<1, 1>,
            crate::text::Text::new($text).number(I).push(b", ").number(U).push(R::END)
                => crate::text::Text::new($text).number(I).push(b", ").number(U).push(R::WORD),
            { kernel: Kernel, recurrent_kernel: Kernel, bias: Bias; returns } as $options
        }

        impl<const T: usize, const I: usize, const U: usize, R: crate::layers::recurrent::Returns>
            crate::contract::layer::Layer<crate::shape::sample::Sequence<T, I>> for $name<I, U, R>
        {
            type Y = R::Y<T, U>;
            type Scratch = crate::layers::recurrent::RecurrentWork<
                <Self as crate::layers::recurrent::RecurrentCell<I, U>>::Gates,
                <Self as crate::layers::recurrent::RecurrentCell<I, U>>::Kept,
                U,
                R::Y<T, U>,
            >;
            type Place = crate::contract::layer::Private;
            const MACS: usize = T * (I + U) * $gates * U;
            const MASK: crate::contract::mask::MaskRule = R::MASK;
            const USES_MASK: bool = true;
            #[inline]
            fn infer<'a>(&self, x: &'a crate::shape::sample::Sequence<T, I>, work: &'a mut Self::Scratch) -> &'a Self::Y {
                crate::layers::recurrent::infer(self, x, crate::memory::step_mask::StepMask::NONE, work)
            }
            #[inline]
            fn infer_masked<'a>(
                &self,
                x: &'a crate::shape::sample::Sequence<T, I>,
                mask: crate::memory::step_mask::StepMask<'_>,
                work: &'a mut Self::Scratch,
            ) -> &'a Self::Y {
                crate::layers::recurrent::infer(self, x, mask, work)
            }
        }

        /// What the layer does only in training. The recurrent kernel is orthogonal at first.
        #[derive(Clone, Debug)]
        #[cfg_attr(not(feature = "train"), derive(Default))]
        pub struct $options {
            /// The options of the kernel.
            pub kernel: crate::contract::tensor::TensorOptions,
            /// The options of the recurrent kernel.
            pub recurrent_kernel: crate::contract::tensor::TensorOptions,
            /// The options of the bias.
            pub bias: crate::contract::tensor::TensorOptions,
            /// The activity regularizer, whose penalty on the output is added to the loss.
            pub activity_regularizer: crate::regularizers::Regularizer,
        }

        #[cfg(feature = "train")]
        impl Default for $options {
            fn default() -> Self {
                use crate::contract::tensor::TensorOptions;
                let orthogonal = crate::initializers::Orthogonal::default().into();
                $options {
                    kernel: TensorOptions::default(),
                    recurrent_kernel: TensorOptions { initializer: orthogonal, ..TensorOptions::default() },
                    bias: TensorOptions { $(initializer: $forget.into(),)? ..TensorOptions::default() },
                    activity_regularizer: crate::regularizers::Regularizer::default(),
                }
            }
        }

        #[cfg(feature = "train")]
        impl<const T: usize, const I: usize, const U: usize, R: crate::layers::recurrent::Returns>
            crate::contract::train::Train<crate::shape::sample::Sequence<T, I>> for $name<I, U, R>
        {
            type Cache = crate::layers::recurrent::RecurrentCache<
                crate::shape::sample::Sequence<T, I>,
                <Self as crate::layers::recurrent::RecurrentCell<I, U>>::Gates,
                <Self as crate::layers::recurrent::RecurrentCell<I, U>>::Kept,
                U,
                R::Y<T, U>,
            >;
            const CACHE: usize = <Self::Cache>::of_sample(T, <Self as crate::layers::recurrent::RecurrentCell<I, U>>::TWO_GRADIENTS);
            fn forward<'a>(
                &self,
                _: &$options,
                x: &'a [crate::shape::sample::Sequence<T, I>],
                c: &'a mut Self::Cache,
                context: &mut crate::contract::train::Context,
            ) -> &'a [Self::Y] {
                c.forward(self, x, &context.mask)
            }
            fn output<'a>(_: &'a [crate::shape::sample::Sequence<T, I>], c: &'a Self::Cache) -> &'a [Self::Y] {
                c.output()
            }
            fn backward<'a>(
                &mut self,
                _: &$options,
                _: &[crate::shape::sample::Sequence<T, I>],
                dy: &'a mut [Self::Y],
                c: &'a mut Self::Cache,
                grad: &mut Self,
                _: &mut crate::contract::step::Step<'_, Self>,
                context: &mut crate::contract::train::Context,
            ) -> &'a mut [crate::shape::sample::Sequence<T, I>] {
                c.backward(self, dy, grad, context.needs_input_grad)
            }
        }
    };
}
pub(super) use recurrent;

#[cfg(feature = "train")]
pub use training::*;

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::contract::mask::BatchMask;
    use crate::layers::channels::rows;
    use crate::memory::heap::Buffer;
    use crate::memory::view::{flat, flat_mut};

    /// The cache of a recurrent layer for the backward pass: step by step, with the samples of the batch in each step,
    /// so that a step multiplies whole matrices.
    #[derive(Debug)]
    pub struct RecurrentCache<X, G, K, const U: usize, Y> {
        /// The inputs, step by step; later their gradients.
        x: Buffer<X>,
        /// The gates; later their gradients.
        gates: Buffer<G>,
        /// The state's part of a step's gates, or of the gradients of all gates.
        of_state: Buffer<G>,
        /// Zeros, and the states after each step.
        h: Buffer<[f32; U]>,
        /// Zeros, and the kept values of each step.
        kept: Buffer<K>,
        y: Buffer<Y>,
        dh: Buffer<[f32; U]>,
        dh_before: Buffer<[f32; U]>,
        dkept: Buffer<K>,
        dkept_before: Buffer<K>,
        dx: Buffer<X>,
        mask: BatchMask,
    }

    impl<X, G, K, const U: usize, Y> Default for RecurrentCache<X, G, K, U, Y> {
        fn default() -> Self {
            RecurrentCache {
                x: Buffer::default(),
                gates: Buffer::default(),
                of_state: Buffer::default(),
                h: Buffer::default(),
                kept: Buffer::default(),
                y: Buffer::default(),
                dh: Buffer::default(),
                dh_before: Buffer::default(),
                dkept: Buffer::default(),
                dkept_before: Buffer::default(),
                dx: Buffer::default(),
                mask: BatchMask::default(),
            }
        }
    }

    impl<X, G, K, const U: usize, Y> RecurrentCache<X, G, K, U, Y> {
        /// The bytes of the cache per sample of `steps` steps.
        #[doc(hidden)]
        pub const fn of_sample(steps: usize, two_gradients: bool) -> usize {
            let of_state = if two_gradients { steps } else { 1 };
            2 * size_of::<X>()
                + (steps + of_state) * size_of::<G>()
                + (steps + 3) * size_of::<[f32; U]>()
                + (steps + 2) * size_of::<K>()
                + size_of::<Y>()
        }

        pub(crate) fn output(&self) -> &[Y] {
            &self.y
        }
    }

    impl<const T: usize, const I: usize, G: Floats, K: Floats, const U: usize, Y: Sample>
        RecurrentCache<Sequence<T, I>, G, K, U, Y>
    {
        pub(crate) fn forward<L: RecurrentCell<I, U, Gates = G, Kept = K>>(
            &mut self,
            layer: &L,
            x: &[Sequence<T, I>],
            mask: &BatchMask,
        ) -> &[Y] {
            let (n, w) = (x.len(), layer.weights());
            self.mask = mask.of_batch(n);
            let by_steps = rows_mut::<I>(flat_mut(self.x.resize(n)));
            for (b, x) in x.iter().enumerate() {
                x.0.iter().enumerate().for_each(|(t, x)| by_steps[t * n + b] = *x);
            }
            self.gates.resize(T * n);
            kernels::forward_of((I, G::LEN), w.kernel, Some(w.bias), flat(&self.x), flat_mut(&mut self.gates));
            self.of_state.resize(n);
            self.h.resize((T + 1) * n)[..n].fill([0.0; U]);
            flat_mut(&mut self.kept.resize((T + 1) * n)[..n]).fill(0.0);
            for t in 0..T {
                let second = if w.recurrent_bias.is_empty() { None } else { Some(w.recurrent_bias) };
                let [h, h_after] = both(&mut self.h, t * n, n);
                let of_state = &mut self.of_state;
                kernels::forward_of((U, G::LEN), w.recurrent_kernel, second, flat(h), flat_mut(of_state));
                h_after.copy_from_slice(h);
                let [kept, kept_after] = both(&mut self.kept, t * n, n);
                kept_after.copy_from_slice(kept);
                L::step(&mut self.gates[t * n..][..n], of_state, h_after, kept_after);
                // A step that is padding leaves the state as it is.
                for b in self.mask.hidden_at(t) {
                    (h_after[b], kept_after[b]) = (h[b], kept[b]);
                }
            }
            for (b, y) in self.y.resize(n).iter_mut().enumerate() {
                let outputs = rows_mut::<U>(y.values_mut());
                let after = (T + 1).saturating_sub(outputs.len());
                outputs.iter_mut().enumerate().for_each(|(t, y)| *y = self.h[(after + t) * n + b]);
            }
            &self.y
        }

        pub(crate) fn backward<L: RecurrentCell<I, U, Gates = G, Kept = K>>(
            &mut self,
            layer: &L,
            dy: &[Y],
            grad: &mut L,
            needs_input_grad: bool,
        ) -> &mut [Sequence<T, I>] {
            let (n, w, dw) = (dy.len(), layer.weights(), grad.weights_mut());
            let unused = T.saturating_sub(Y::LEN.checked_div(U).unwrap_or(0));
            flat_mut(self.dh.resize(n)).fill(0.0);
            flat_mut(self.dkept.resize(n)).fill(0.0);
            self.dh_before.resize(n);
            self.of_state.resize(if L::TWO_GRADIENTS { T * n } else { 0 });
            for t in (0..T).rev() {
                if let Some(t) = t.checked_sub(unused) {
                    for (dh, dy) in self.dh.iter_mut().zip(dy) {
                        kernels::add_scaled(dh, 1.0, &rows::<U>(dy.values())[t]);
                    }
                }
                let gates = &mut self.gates[t * n..][..n];
                let of_state = if L::TWO_GRADIENTS { &mut self.of_state[t * n..][..n] } else { &mut [] };
                let states = [&self.h[t * n..][..n], &self.h[(t + 1) * n..][..n]];
                let kept = [&self.kept[t * n..][..n], &self.kept[(t + 1) * n..][..n]];
                if self.mask.is_some() {
                    self.dh_before.copy_from_slice(&self.dh);
                    self.dkept_before.resize(n).copy_from_slice(&self.dkept);
                }
                L::gradient(gates, of_state, states, kept, &mut self.dh, &mut self.dkept);
                for b in self.mask.hidden_at(t) {
                    (self.dh[b], self.dkept[b]) = (self.dh_before[b], self.dkept_before[b]);
                    gates[b].values_mut().fill(0.0);
                    of_state.iter_mut().skip(b).take(1).for_each(|d| d.values_mut().fill(0.0));
                }
                if t > 0 {
                    let of_state = flat(if L::TWO_GRADIENTS { of_state } else { gates });
                    let before = flat_mut(&mut self.dh_before);
                    kernels::input_gradient_of((U, G::LEN), w.recurrent_kernel, of_state, before);
                    kernels::add_scaled(flat_mut(&mut self.dh), 1.0, before);
                }
            }
            let gates = flat(&self.gates);
            let of_state = if L::TWO_GRADIENTS { flat(&self.of_state) } else { gates };
            // The first state is zero: the first step does not contribute to the recurrent kernel's gradient.
            let (h, later) = (&flat(&self.h)[n * U..T.max(1) * n * U], &of_state[(n * G::LEN).min(of_state.len())..]);
            kernels::weight_gradient_of((U, G::LEN), h, later, dw.recurrent_kernel);
            kernels::weight_gradient_of((I, G::LEN), flat(&self.x), gates, dw.kernel);
            kernels::bias_gradient_of(gates, dw.bias);
            if !dw.recurrent_bias.is_empty() {
                kernels::bias_gradient_of(of_state, dw.recurrent_bias);
            }
            self.dx.resize(if needs_input_grad { n } else { 0 });
            if needs_input_grad {
                kernels::input_gradient_of((I, G::LEN), w.kernel, gates, flat_mut(&mut self.x));
                let by_steps = rows::<I>(flat(&self.x));
                for (b, dx) in self.dx.iter_mut().enumerate() {
                    dx.0.iter_mut().enumerate().for_each(|(t, dx)| *dx = by_steps[t * n + b]);
                }
            }
            &mut self.dx
        }
    }

    /// The samples of a step and of the next step.
    fn both<A>(steps: &mut [A], at: usize, n: usize) -> [&mut [A]; 2] {
        let (now, next) = steps[at..at + 2 * n].split_at_mut(n);
        [now, next]
    }
}
