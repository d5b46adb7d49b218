use crate::contract::layer::Layer;
use crate::contract::layer::Private;
use crate::contract::mask::MaskRule;
use crate::contract::tensor::TensorOptions;
use crate::kernels;
use crate::memory::plain::Floats;
use crate::memory::step_mask::StepMask;
use crate::regularizers::Regularizer;
use crate::shape::sample::Sequence;
use core::marker::PhantomData;
use nalgebra::{SMatrix, SVector};

/// No mask: each step attends to all steps, and each token of an [`Embedding`](crate::Embedding) is a word.
///
/// ```
/// use taut::{MultiHeadAttention, Unmasked, prelude::*};
/// let model = Model::<Sequence<3, 4>, MultiHeadAttention<4, 1, 8, Unmasked>>::new(1);
/// let [x, changed] = [[[1.0; 4], [2.0; 4], [3.0; 4]], [[1.0; 4], [2.0; 4], [-3.0; 4]]].map(Sequence);
/// assert_ne!(model.predict(&x).0[0], model.predict(&changed).0[0]); // the first step looks at the last
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unmasked;

/// Each step attends to itself and earlier steps: Keras's `use_causal_mask`.
///
/// ```
/// use taut::{Causal, MultiHeadAttention, prelude::*};
/// let model = Model::<Sequence<3, 4>, MultiHeadAttention<4, 1, 8, Causal>>::new(1);
/// let [x, changed] = [[[1.0; 4], [2.0; 4], [3.0; 4]], [[1.0; 4], [2.0; 4], [-3.0; 4]]].map(Sequence);
/// assert_eq!(model.predict(&x).0[..2], model.predict(&changed).0[..2]); // both look back only
/// assert_ne!(model.predict(&x).0[2], model.predict(&changed).0[2]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Causal;

/// The mask of attention: [`Unmasked`] or [`Causal`].
///
/// ```
/// use taut::{Causal, MultiHeadAttention, Unmasked, layers::Mask, prelude::*};
/// /// A block that may look ahead or not.
/// type Block<M> = Residual<(LayerNorm<16>, MultiHeadAttention<16, 2, 8, M>)>;
/// assert!(Causal::CAUSAL && !Unmasked::CAUSAL);
/// assert!(Block::<Causal>::NAME.as_str().contains("MultiHeadAttention<16, 2, 8, Causal>"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a mask",
    label = "expected `Unmasked` or `Causal`",
    note = "`Unmasked` is the default: each step attends to all steps"
)]
pub trait Mask: sealed::Sealed + Copy + Sync + 'static {
    /// Whether steps cannot attend to later steps.
    const CAUSAL: bool;
    /// The end of a layer's text.
    #[doc(hidden)]
    const END: &'static [u8];
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Unmasked {}
    impl Sealed for super::Causal {}
}

impl Mask for Unmasked {
    const CAUSAL: bool = false;
    const END: &'static [u8] = b">";
}

impl Mask for Causal {
    const CAUSAL: bool = true;
    const END: &'static [u8] = b", Causal>";
}

/// Scaled dot-product self-attention of a sequence:
/// `y = concat(softmax(qₕ · kₕᵀ / √KEY) · vₕ) · output_kernel + output_bias` over the heads, where `q`, `k` and `v` are
/// `x · kernel + bias`, each with its own kernel and bias.
///
/// - Input and output: `Sequence<T, C>`. Parameters: query, key and value kernels of `(C, HEADS, KEY)` with biases of
///   `(HEADS, KEY)`, and an output kernel of `(HEADS, KEY, C)` with a bias of `C`; kernels are Glorot uniform
///   initially, as matrices of `(C, HEADS · KEY)` and `(HEADS · KEY, C)`, biases zeros. With [`Causal`] as `M`, a step
///   attends to itself and earlier steps.
///
/// No step attends to one that is padding (see [`Masking`](crate::Masking)). A step that is padding itself has the same
/// weight for all steps, as in Keras.
///
/// The encoder block of a transformer as a type:
///
/// ```
/// use taut::{layers::*, prelude::*};
/// type Attend = Residual<(LayerNorm<16>, MultiHeadAttention<16, 2, 8>)>;
/// type Think = Residual<(LayerNorm<16>, TimeDistributed<(Dense<16, 32>, Gelu, Dense<32, 16>)>)>;
/// network! {
///     type Net: Tokens<10> = (
///         Embedding<100, 16>,
///         PositionEmbedding<10, 16>,
///         Attend,
///         Think,
///         Flatten,
///         Dense<160, 2>,
///         Softmax,
///     );
/// }
/// const _: () = assert!(Budget::<Tokens<10>, Net>::PARAMS == 4_306);
/// // Where no step asks for anything, all get the same: the mean of the values.
/// let model = Model::<Sequence<3, 4>, MultiHeadAttention<4, 1, 8>>::new(1)
///     .layers(|net| net.query_kernel.initializer = taut::Zeros.into());
/// let y = model.predict(&Sequence([[1.0; 4], [2.0; 4], [3.0; 4]]));
/// assert!(y.0[0] == y.0[1] && y.0[1] == y.0[2] && y.0[0] != [0.0; 4]);
/// ```
///
/// See <https://keras.io/api/layers/attention_layers/multi_head_attention/>, whose dropout of attention scores is not
/// supported, and A. Vaswani et al., *Attention Is All You Need*, 2017.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct MultiHeadAttention<const C: usize, const HEADS: usize, const KEY: usize, M = Unmasked> {
    /// The query kernel: one column per head, for each channel.
    pub query_kernel: [SMatrix<f32, KEY, HEADS>; C],
    /// The query bias: one column per head.
    pub query_bias: SMatrix<f32, KEY, HEADS>,
    /// As that of the query.
    pub key_kernel: [SMatrix<f32, KEY, HEADS>; C],
    /// As that of the query.
    pub key_bias: SMatrix<f32, KEY, HEADS>,
    /// As that of the query.
    pub value_kernel: [SMatrix<f32, KEY, HEADS>; C],
    /// As that of the query.
    pub value_bias: SMatrix<f32, KEY, HEADS>,
    /// The output kernel: one column per value, for each head.
    pub output_kernel: [SMatrix<f32, C, KEY>; HEADS],
    /// One number per channel.
    pub output_bias: SVector<f32, C>,
    /// The mask, as a type.
    pub mask: PhantomData<M>,
}
crate::params! {
    [const C: usize, const HEADS: usize, const KEY: usize, M: Mask]
    MultiHeadAttention<C, HEADS, KEY, M> as MultiHeadAttention<1, 1, 1>,
    crate::text::Text::new("MultiHeadAttention<").number(C).push(b", ").number(HEADS).push(b", ").number(KEY).push(M::END),
    {
        query_kernel: ToHeads, query_bias: Bias, key_kernel: ToHeads, key_bias: Bias, value_kernel: ToHeads,
        value_bias: Bias, output_kernel: FromHeads, output_bias: Bias; mask
    } as MultiHeadAttentionOptions
}

/// One vector per step and head.
type Heads<const T: usize, const HEADS: usize, const KEY: usize> = [[[f32; KEY]; HEADS]; T];

/// The scratch memory of attention.
#[doc(hidden)]
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Attending<const T: usize, const C: usize, const HEADS: usize, const KEY: usize> {
    query: Heads<T, HEADS, KEY>,
    /// One number per step, for each value of each head.
    key: [[[f32; T]; KEY]; HEADS],
    /// One vector per step, for each head.
    value: [[[f32; KEY]; T]; HEADS],
    /// The attention weights of one step.
    row: [[f32; KEY]; HEADS],
    scores: [f32; T],
    weights: [f32; T],
    y: Sequence<T, C>,
}
crate::zeroed!(
    [const T: usize, const C: usize, const HEADS: usize, const KEY: usize] Attending<T, C, HEADS, KEY> { query, key, value, row, scores, weights, y }
);

fn scale(key: usize) -> f32 {
    1.0 / kernels::sqrt(key as f32)
}

/// The attention weights of step `t`: the softmax of the scores of the steps that it sees. A step that is padding sees
/// none, and all have the same weight, as in Keras.
#[inline]
fn attend<M: Mask, const T: usize>(t: usize, mask: StepMask<'_>, scores: &mut [f32; T], weights: &mut [f32; T]) {
    if mask.is_some() {
        if mask.hides(t) {
            return weights.fill(1.0 / T as f32);
        }
        let hidden = scores.iter_mut().enumerate().filter(|(step, _)| mask.hides(*step));
        hidden.for_each(|(_, score)| *score = f32::NEG_INFINITY);
    }
    if M::CAUSAL {
        scores.iter_mut().skip(t + 1).for_each(|score| *score = f32::NEG_INFINITY);
    }
    kernels::softmax(scores, weights);
}

impl<const T: usize, const C: usize, const HEADS: usize, const KEY: usize, M: Mask> Layer<Sequence<T, C>>
    for MultiHeadAttention<C, HEADS, KEY, M>
{
    type Y = Sequence<T, C>;
    type Scratch = Attending<T, C, HEADS, KEY>;
    type Place = Private;
    const MACS: usize = HEADS * KEY * T * (4 * C + 2 * T);
    const MASK: MaskRule = MaskRule::Keeps;
    const USES_MASK: bool = true;
    #[inline]
    fn infer<'a>(&self, x: &'a Sequence<T, C>, work: &'a mut Self::Scratch) -> &'a Sequence<T, C> {
        self.infer_masked(x, StepMask::NONE, work)
    }
    #[inline]
    fn infer_masked<'a>(
        &self,
        x: &'a Sequence<T, C>,
        mask: StepMask<'_>,
        work: &'a mut Self::Scratch,
    ) -> &'a Sequence<T, C> {
        let Attending { query, key, value, row, scores, weights, y } = work;
        let scale = scale(KEY);
        for (t, (x, query)) in x.0.iter().zip(&mut *query).enumerate() {
            kernels::infer_of(self.query_kernel.values(), Some(self.query_bias.values()), x, query.values_mut());
            kernels::map_in_place(&|q| q * scale, query.values_mut());
            kernels::infer_of(self.key_kernel.values(), Some(self.key_bias.values()), x, row.values_mut());
            for (key, from) in key.as_flattened_mut().iter_mut().zip(row.as_flattened()) {
                key.iter_mut().skip(t).take(1).for_each(|key| *key = *from);
            }
            kernels::infer_of(self.value_kernel.values(), Some(self.value_bias.values()), x, row.values_mut());
            for (value, from) in value.iter_mut().zip(&*row) {
                value.iter_mut().skip(t).take(1).for_each(|value| *value = *from);
            }
        }
        for (t, (query, y)) in query.iter().zip(&mut y.0).enumerate() {
            for (((query, key), value), row) in query.iter().zip(&*key).zip(&*value).zip(&mut *row) {
                kernels::infer_of(key.as_flattened(), None, query, scores);
                attend::<M, T>(t, mask, scores, weights);
                kernels::infer_of(value.as_flattened(), None, weights, row);
            }
            kernels::infer_of(self.output_kernel.values(), Some(self.output_bias.values()), row.as_flattened(), y);
        }
        y
    }
}

/// The training options of a [`MultiHeadAttention`].
///
/// ```
/// use taut::{MultiHeadAttention, prelude::*};
/// let model = Model::<Sequence<3, 4>, MultiHeadAttention<4, 2, 8>>::new(1).layers(|net| {
///     net.query_kernel.regularizer = L2(1e-4).into();
///     net.output_kernel.initializer = taut::Zeros.into();
///     net.output_bias.initializer = taut::Ones.into();
/// });
/// assert_eq!(model.predict(&Sequence([[0.5; 4]; 3])).0, [[1.0; 4]; 3]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct MultiHeadAttentionOptions {
    /// The options of the query's kernel.
    pub query_kernel: TensorOptions,
    /// The options of the query's bias.
    pub query_bias: TensorOptions,
    /// The options of the key's kernel.
    pub key_kernel: TensorOptions,
    /// The options of the key's bias.
    pub key_bias: TensorOptions,
    /// The options of the value's kernel.
    pub value_kernel: TensorOptions,
    /// The options of the value's bias.
    pub value_bias: TensorOptions,
    /// The options of the output's kernel.
    pub output_kernel: TensorOptions,
    /// The options of the output's bias.
    pub output_bias: TensorOptions,
    /// The activity regularizer, whose penalty on the output is added to the loss.
    pub activity_regularizer: Regularizer,
}

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::contract::mask::BatchMask;
    use crate::contract::step::Step;
    use crate::contract::train::{Context, Train};
    use crate::kernels::Matrix;
    use crate::memory::heap::Buffer;
    use crate::memory::view::{flat, flat_mut};

    /// The values of one head of one sample.
    #[derive(Clone, Copy, Debug)]
    #[repr(C)]
    pub struct HeadWork<const T: usize, const KEY: usize> {
        scores: [[f32; T]; T],
        vectors: [[f32; KEY]; T],
    }
    crate::zeroed!([const T: usize, const KEY: usize] HeadWork<T, KEY> { scores, vectors });

    /// The cache of attention for the backward pass.
    #[derive(Debug)]
    pub struct AttentionCache<const T: usize, const C: usize, const HEADS: usize, const KEY: usize> {
        query: Buffer<Heads<T, HEADS, KEY>>,
        key: Buffer<Heads<T, HEADS, KEY>>,
        value: Buffer<Heads<T, HEADS, KEY>>,
        /// The attention weights between all steps, for each head of each sample.
        weights: Buffer<[[f32; T]; T]>,
        context: Buffer<Heads<T, HEADS, KEY>>,
        y: Buffer<Sequence<T, C>>,
        /// What the heads of a sample are computed in, for each thread.
        work: Buffer<HeadWork<T, KEY>>,
        dquery: Buffer<Heads<T, HEADS, KEY>>,
        dkey: Buffer<Heads<T, HEADS, KEY>>,
        dvalue: Buffer<Heads<T, HEADS, KEY>>,
        dcontext: Buffer<Heads<T, HEADS, KEY>>,
        dx: Buffer<Sequence<T, C>>,
        /// One term of the input's gradient.
        part: Buffer<Sequence<T, C>>,
        mask: BatchMask,
    }

    impl<const T: usize, const C: usize, const HEADS: usize, const KEY: usize> Default
        for AttentionCache<T, C, HEADS, KEY>
    {
        fn default() -> Self {
            AttentionCache {
                query: Buffer::default(),
                key: Buffer::default(),
                value: Buffer::default(),
                weights: Buffer::default(),
                context: Buffer::default(),
                y: Buffer::default(),
                work: Buffer::default(),
                dquery: Buffer::default(),
                dkey: Buffer::default(),
                dvalue: Buffer::default(),
                dcontext: Buffer::default(),
                dx: Buffer::default(),
                part: Buffer::default(),
                mask: BatchMask::default(),
            }
        }
    }

    /// The vectors of one head, step by step.
    fn of_head<const T: usize, const HEADS: usize, const KEY: usize>(
        x: &Heads<T, HEADS, KEY>,
        head: usize,
    ) -> Matrix<'_> {
        Matrix { values: &x.values()[head * KEY..], stride: HEADS * KEY, transposed: false }
    }

    /// The transposed matrix.
    fn transposed(matrix: Matrix) -> Matrix {
        Matrix { transposed: !matrix.transposed, ..matrix }
    }

    fn whole<const T: usize>(x: &[[f32; T]; T]) -> Matrix<'_> {
        Matrix { values: x.as_flattened(), stride: T, transposed: false }
    }

    impl<const C: usize, const HEADS: usize, const KEY: usize, M: Mask> MultiHeadAttention<C, HEADS, KEY, M> {
        /// The kernels and biases of query, key and value.
        fn projections(&self) -> [(&[f32], &[f32]); 3] {
            [
                (self.query_kernel.values(), self.query_bias.values()),
                (self.key_kernel.values(), self.key_bias.values()),
                (self.value_kernel.values(), self.value_bias.values()),
            ]
        }

        /// The mutable kernels and biases of query, key and value.
        fn projections_mut(&mut self) -> [(&mut [f32], &mut [f32]); 3] {
            [
                (self.query_kernel.values_mut(), self.query_bias.values_mut()),
                (self.key_kernel.values_mut(), self.key_bias.values_mut()),
                (self.value_kernel.values_mut(), self.value_bias.values_mut()),
            ]
        }
    }

    impl<const T: usize, const C: usize, const HEADS: usize, const KEY: usize, M: Mask> Train<Sequence<T, C>>
        for MultiHeadAttention<C, HEADS, KEY, M>
    {
        type Cache = AttentionCache<T, C, HEADS, KEY>;
        const CACHE: usize = size_of::<f32>() * T * (8 * HEADS * KEY + (HEADS + 2) * T + KEY + 3 * C);
        fn forward<'a>(
            &self,
            _: &MultiHeadAttentionOptions,
            x: &'a [Sequence<T, C>],
            c: &'a mut Self::Cache,
            context: &mut Context,
        ) -> &'a [Sequence<T, C>] {
            let (n, width, scale) = (x.len(), HEADS * KEY, scale(KEY));
            c.mask = context.mask.of_batch(n);
            for ((kernel, bias), to) in self.projections().into_iter().zip([&mut c.query, &mut c.key, &mut c.value]) {
                kernels::forward_of((C, width), kernel, Some(bias), flat(x), flat_mut(to.resize(n)));
            }
            kernels::map_batch_in_place(&|q| q * scale, flat_mut(&mut c.query));
            c.weights.resize(n * HEADS);
            c.context.resize(n);
            let AttentionCache { query, key, value, weights, context, work, mask, .. } = c;
            let work = work.resize(kernels::threads_for(n * 2 * HEADS * T * T * KEY).min(n));
            let samples = weights.chunks_mut(HEADS).zip(context.iter_mut()).enumerate();
            kernels::share(work, samples, |HeadWork { scores, vectors }, (b, (weights, context))| {
                for (h, weights) in weights.iter_mut().enumerate() {
                    let (query, key, value) = (of_head(&query[b], h), of_head(&key[b], h), of_head(&value[b], h));
                    kernels::multiply((T, T, KEY), query, transposed(key), None, scores.as_flattened_mut());
                    for (t, (scores, weights)) in scores.iter_mut().zip(&mut *weights).enumerate() {
                        attend::<M, T>(t, mask.of(b), scores, weights);
                    }
                    kernels::multiply((T, KEY, T), whole(weights), value, None, vectors.as_flattened_mut());
                    context.iter_mut().zip(&*vectors).for_each(|(to, vector)| to[h] = *vector);
                }
            });
            let y = flat_mut(c.y.resize(n));
            let (kernel, bias) = (self.output_kernel.values(), self.output_bias.values());
            kernels::forward_of((width, C), kernel, Some(bias), flat(&c.context), y);
            &c.y
        }
        fn output<'a>(_: &'a [Sequence<T, C>], c: &'a Self::Cache) -> &'a [Sequence<T, C>] {
            &c.y
        }
        fn backward<'a>(
            &mut self,
            _: &MultiHeadAttentionOptions,
            x: &[Sequence<T, C>],
            dy: &'a mut [Sequence<T, C>],
            c: &'a mut Self::Cache,
            grad: &mut Self,
            _: &mut Step<'_, Self>,
            context: &mut Context,
        ) -> &'a mut [Sequence<T, C>] {
            let (n, width, scale) = (x.len(), HEADS * KEY, scale(KEY));
            kernels::weight_gradient_of((width, C), flat(&c.context), flat(dy), grad.output_kernel.values_mut());
            kernels::bias_gradient_of(flat(dy), grad.output_bias.values_mut());
            let dcontext = flat_mut(c.dcontext.resize(n));
            kernels::input_gradient_of((width, C), self.output_kernel.values(), flat(dy), dcontext);
            for to in [&mut c.dquery, &mut c.dkey, &mut c.dvalue] {
                to.resize(n);
            }
            let AttentionCache { query, key, value, weights, dquery, dkey, dvalue, dcontext, work, mask, .. } = c;
            let work = work.resize(kernels::threads_for(n * 4 * HEADS * T * T * KEY).min(n));
            let samples = dquery.iter_mut().zip(dkey.iter_mut()).zip(dvalue.iter_mut()).enumerate();
            kernels::share(work, samples, |HeadWork { scores, vectors }, (b, ((dquery, dkey), dvalue))| {
                for h in 0..HEADS {
                    let (weights, dcontext) = (&weights[b * HEADS + h], of_head(&dcontext[b], h));
                    let value = transposed(of_head(&value[b], h));
                    let to = vectors.as_flattened_mut();
                    kernels::multiply((T, KEY, T), transposed(whole(weights)), dcontext, None, to);
                    dvalue.iter_mut().zip(&*vectors).for_each(|(to, vector)| to[h] = *vector);
                    kernels::multiply((T, T, KEY), dcontext, value, None, scores.as_flattened_mut());
                    for (t, (dscores, weights)) in scores.iter_mut().zip(weights).enumerate() {
                        if mask.of(b).hides(t) {
                            dscores.fill(0.0);
                            continue;
                        }
                        let along = kernels::dot(dscores, weights);
                        kernels::zip(&|d, weight| weight * (d - along), dscores, weights);
                    }
                    let (query, key) = (of_head(&query[b], h), of_head(&key[b], h));
                    kernels::multiply((T, KEY, T), whole(scores), key, None, vectors.as_flattened_mut());
                    dquery.iter_mut().zip(&*vectors).for_each(|(to, vector)| to[h] = *vector);
                    let to = vectors.as_flattened_mut();
                    kernels::multiply((T, KEY, T), transposed(whole(scores)), query, None, to);
                    dkey.iter_mut().zip(&*vectors).for_each(|(to, vector)| to[h] = *vector);
                }
            });
            kernels::map_batch_in_place(&|d| d * scale, flat_mut(&mut c.dquery));
            let gradients = [&c.dquery, &c.dkey, &c.dvalue];
            for ((dkernel, dbias), d) in grad.projections_mut().into_iter().zip(gradients) {
                kernels::weight_gradient_of((C, width), flat(x), flat(d), dkernel);
                kernels::bias_gradient_of(flat(d), dbias);
            }
            let needs_input_grad = if context.needs_input_grad { n } else { 0 };
            flat_mut(c.dx.resize(needs_input_grad)).fill(0.0);
            c.part.resize(needs_input_grad);
            if context.needs_input_grad {
                for ((kernel, _), d) in self.projections().into_iter().zip(gradients) {
                    kernels::input_gradient_of((C, width), kernel, flat(d), flat_mut(&mut c.part));
                    kernels::add_batch(flat_mut(&mut c.dx), 1.0, flat(&c.part));
                }
            }
            &mut c.dx
        }
    }
}
