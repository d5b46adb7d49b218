//! An optimizer's step.

use crate::contract::field::Field;
use crate::contract::rule::{MAX_MOMENTS, Moments, Rule};
use crate::contract::tensor::{Params, Tensor, TensorOptions};
use crate::kernels;
use crate::kernels::{Update, UpdateRule};

/// The optimizer's rule with weight decay, and without.
#[derive(Clone, Copy)]
pub(crate) struct Rules<'a> {
    decaying: &'a UpdateRule<'a>,
    others: &'a UpdateRule<'a>,
}

impl<'a> Rules<'a> {
    pub fn new<R: Rule>([decaying, others]: &'a [R; 2]) -> Self {
        Rules { decaying, others }
    }

    fn of(self, tensor_options: &TensorOptions) -> &'a UpdateRule<'a> {
        if tensor_options.no_weight_decay { self.others } else { self.decaying }
    }
}

/// An optimizer's step, which layers may apply to parts of a tensor while they compute its gradient.
///
/// Gradients alone, without an optimizer:
///
/// ```
/// use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};
/// use taut::{Context, Step, memory::boxed, prelude::*};
/// let mut dense = Dense::<1, 1> { kernel: [[2.0]].into(), bias: [1.0].into() };
/// let mut context = Context::training(Xoshiro256PlusPlus::seed_from_u64(1));
/// let (options, mut cache, mut grad) = (Default::default(), Default::default(), boxed::<Dense<1, 1>>());
/// let (x, mut dy) = ([Vector::new([3.0])], [Vector::new([10.0])]);
/// dense.forward(&options, &x, &mut cache, &mut context);
/// let dx = dense.backward(&options, &x, &mut dy, &mut cache, &mut grad, &mut Step::none(), &mut context);
/// assert_eq!(dx[0].values(), [20.0]); // dy · kernel
/// assert_eq!((grad.kernel[0], grad.bias[0]), (30.0, 10.0)); // dy · x, and dy
/// ```
pub struct Step<'a, N> {
    /// The optimizer's rules, and for each tensor of the whole network whether it has been updated.
    rules: Option<(Rules<'a>, &'a mut [bool])>,
    moments: [Option<&'a mut N>; MAX_MOMENTS],
    /// The number of this part's first tensor in a visit of the whole network.
    first: usize,
}

impl<'a, N> Step<'a, N> {
    /// A step that does nothing: the backward pass only computes gradients.
    pub fn none() -> Self {
        Step { rules: None, moments: std::array::from_fn(|_| None), first: 0 }
    }

    pub(crate) fn new(rules: Rules<'a>, moments: &'a mut [Box<N>], applied: &'a mut Vec<bool>) -> Self
    where
        N: Params,
    {
        applied.clear();
        applied.resize(N::TENSORS, false);
        Step { rules: Some((rules, applied)), moments: each(moments), first: 0 }
    }

    /// The step of a part of the network.
    ///
    /// - `before`: the number of tensors before the part, as [`Params::TENSORS`] counts them; `part` returns the part.
    ///
    /// ```
    /// use taut::{Params, Step, prelude::*};
    /// type Net = (Dense<4, 8>, Dense<8, 3>);
    /// let mut step = Step::<Net>::none();
    /// let second: Step<'_, Dense<8, 3>> = step.of(Dense::<4, 8>::TENSORS, |net| &mut net.1);
    /// # drop(second);
    /// assert_eq!(Dense::<4, 8>::TENSORS, 2); // a kernel and a bias come before it
    /// ```
    pub fn of<L>(&mut self, before: usize, part: fn(&mut N) -> &mut L) -> Step<'_, L> {
        Step {
            rules: self.rules.as_mut().map(|(rules, applied)| (*rules, &mut **applied)),
            moments: self.moments.each_mut().map(|moment| moment.as_deref_mut().map(part)),
            first: self.first + before,
        }
    }

    /// Calls `write` to compute a tensor's gradient, and passes it the update to apply to each part of the gradient.
    /// There is no update if the step does nothing, or if the tensor's options need the whole gradient first.
    ///
    /// - `tensor`: the number of the tensor among the layer's tensors that are not empty, from 0, and a function that
    ///   returns it; `w`, `g`: the tensor and its gradient.
    ///
    /// ```
    /// use taut::{Step, TensorOptions, prelude::*};
    /// let mut dense = Dense::<1, 2> { kernel: [[2.0, 3.0]].into(), bias: [0.0, 0.0].into() };
    /// let (mut step, mut gradient) = (Step::none(), [0.0, 0.0].into());
    /// let bias = (1, (|layer| &mut layer.bias) as fn(&mut Dense<1, 2>) -> &mut _); // the kernel is number 0
    /// step.apply(&TensorOptions::default(), bias, &mut dense.bias, &mut gradient, |gradient, update| {
    ///     assert!(update.is_none()); // this step does nothing
    ///     *gradient = [1.0, -1.0].into();
    /// });
    /// assert_eq!(gradient.as_slice(), [1.0, -1.0]);
    /// ```
    pub fn apply<T: Field>(
        &mut self,
        tensor_options: &TensorOptions,
        (tensor, part): (usize, fn(&mut N) -> &mut T),
        w: &mut T,
        g: &mut T,
        write: impl FnOnce(&mut T, Option<Update>),
    ) {
        let regularizer = tensor_options.regularizer.get();
        let whole = tensor_options.frozen || regularizer.is_some_and(|regularizer| !regularizer.is_elementwise());
        let Some((rules, applied)) = self.rules.as_mut().filter(|_| !whole && T::LEN > 0) else {
            return write(g, None);
        };
        let Some(applied) = applied.get_mut(self.first + tensor) else { return write(g, None) };
        *applied = true;
        let rule = rules.of(tensor_options);
        let moments = self.moments.each_mut().map(|moment| match moment {
            Some(moment) => part(moment).values_mut(),
            None => &mut [],
        });
        let (w, shape) = (w.values_mut(), tensor_options.shape(T::SHAPE, T::FLAT));
        match regularizer {
            None => write(g, Some(Update { w, moments, shape, rule })),
            Some(regularizer) => {
                let rule = |w: &mut [f32], g: &mut [f32], moments: Moments, shape: &[usize]| {
                    regularizer.add_gradient(w, shape, 1.0, g);
                    rule(w, g, moments, shape);
                };
                write(g, Some(Update { w, moments, shape, rule: &rule }));
            }
        }
    }

    /// Updates every tensor that `apply` has not updated, and projects all by their constraints.
    ///
    /// - `regularized`: whether `grad` contains the gradients of the regularizers.
    pub(crate) fn apply_rest(self, options: &N::Options, net: &mut N, grad: &mut N, regularized: bool)
    where
        N: Params,
    {
        let Step { rules: Some((rules, applied)), moments, .. } = self else { return };
        let mut applied = applied.iter();
        visit(options, net, grad, moments, &mut |tensor, tensor_options, w, g, moments| {
            let applied = applied.next() == Some(&true);
            if tensor.role.is_state() {
                return kernels::add_scaled(w, 1.0, g);
            }
            if tensor_options.frozen {
                return;
            }
            if !applied {
                if let Some(regularizer) = tensor_options.regularizer.get().filter(|_| !regularized) {
                    regularizer.add_gradient(w, tensor.shape, 1.0, g);
                }
                let rule = rules.of(tensor_options);
                tensor.update(tensor_options, |shape| rule(w, g, moments, shape));
            }
            if let Some(constraint) = tensor_options.constraint.get() {
                constraint.constrain(w, tensor.shape);
            }
        });
    }
}

/// The moments that the optimizer has; `None` for the others.
pub(crate) fn each<N>(moments: &mut [Box<N>]) -> [Option<&mut N>; MAX_MOMENTS] {
    let mut moments = moments.iter_mut();
    std::array::from_fn(|_| moments.next().map(|moment| &mut **moment))
}

/// The function of a visit in a step: it receives the tensor, its gradient and its moments.
type StepVisitor<'a> = dyn FnMut(&Tensor, &TensorOptions, &mut [f32], &mut [f32], Moments) + 'a;

/// Calls `f` for each tensor with its gradient and its moments.
pub(crate) fn visit<N: Params>(
    options: &N::Options,
    net: &mut N,
    grad: &mut N,
    moments: [Option<&mut N>; MAX_MOMENTS],
    f: &mut StepVisitor,
) {
    // A visit takes as many values as its type says: one call for each number of moments.
    macro_rules! visits { ($([$($moment:ident)*] [$($none:ident)*])*) => {
        match moments {
            $([$(Some($moment),)* $($none @ None),*] => {
                $(let _: Option<&mut N> = $none;)*
                N::visit(options, [net, grad, $($moment),*], &mut |tensor, tensor_options, [w, g, $($moment),*]| {
                    $(let $none: &mut [f32] = &mut [];)*
                    f(tensor, tensor_options, w, g, [$($moment,)* $($none),*]);
                });
            })*
            _ => unreachable!("the first moments are there, and then none"),
        }
    } }
    visits! {
        [] [a b c d e]
        [a] [b c d e]
        [a b] [c d e]
        [a b c] [d e]
        [a b c d] [e]
        [a b c d e] []
    }
}
