use crate::contract::layer::{Layer, Other};
use crate::contract::mask::MaskRule;
use crate::contract::tensor::TensorOptions;
use crate::layers::multi_head_attention::Unmasked;
use crate::memory::step_mask::StepMask;
use crate::memory::view::columns;
use crate::regularizers::Regularizer;
use crate::shape::sample::{Sequence, Tokens};
use core::marker::PhantomData;
use nalgebra::SMatrix;

/// Token 0 of an [`Embedding`] is padding: Keras's `mask_zero`.
///
/// ```
/// use taut::{MaskZero, Unmasked, prelude::*};
/// fn mean<M: taut::TokenMask>(tokens: [u16; 3]) -> Vector<1> {
///     let model = Model::<Tokens<3>, (Embedding<5, 1, M>, GlobalAvgPool)>::new(1);
///     model.predict(&Tokens(tokens))
/// }
/// assert_eq!(mean::<MaskZero>([4, 0, 0]), mean::<MaskZero>([4, 4, 4]));
/// assert_ne!(mean::<Unmasked>([4, 0, 0]), mean::<Unmasked>([4, 4, 4])); // 0 is a word
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MaskZero;

/// Which tokens of an [`Embedding`] are padding: [`Unmasked`] or [`MaskZero`].
///
/// ```
/// use taut::{MaskRule, MaskZero, TokenMask, Unmasked, prelude::*};
/// assert!(MaskZero::ZERO && !Unmasked::ZERO);
/// assert_eq!(<Embedding<9, 2, Unmasked> as Layer<Tokens<5>>>::MASK, MaskRule::Drops);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a mask of tokens",
    label = "expected `Unmasked` or `MaskZero`",
    note = "`Unmasked` is the default: each token is a word; of `MaskZero`, token 0 is padding"
)]
pub trait TokenMask: sealed::Sealed + Copy + Sync + 'static {
    /// Whether token 0 is padding.
    const ZERO: bool;
    /// The end of the layer's text.
    #[doc(hidden)]
    const END: &'static [u8];
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Unmasked {}
    impl Sealed for super::MaskZero {}
}

impl TokenMask for Unmasked {
    const ZERO: bool = false;
    const END: &'static [u8] = b">";
}

impl TokenMask for MaskZero {
    const ZERO: bool = true;
    const END: &'static [u8] = b", MaskZero>";
}

/// A trained vector per word, of `V` words: `yₜ = embeddings[xₜ]`.
///
/// - Input: `Tokens<T>`, each below `V`; output: `Sequence<T, D>`. Parameters: a table of `(V, D)`, uniform within
///   ±0.05 initially.
///
/// A token of `V` or more is an error of `fit` and `evaluate`; a prediction, which cannot fail, uses zeros for it.
///
/// Sequences of different lengths are padded with a token of 0, which no word has. [`MaskZero`] as `M` says so:
/// recurrent layers, attention and global pools behind it leave padding out. What each layer
/// does with it is told at [`Masking`](crate::Masking). By default each token is a word, as in Keras.
///
/// ```
/// use taut::{MaskZero, prelude::*};
/// network! { type Net: Tokens<20> = (Embedding<1000, 16, MaskZero>, Gru<16, 8>, Dense<8, 2>, Softmax); }
/// let model = Model::<Tokens<20>, Net>::new(1);
/// let (mut before, mut behind) = ([0; 20], [0; 20]);
/// before[15..].copy_from_slice(&[7, 8, 9, 10, 11]);
/// behind[..5].copy_from_slice(&[7, 8, 9, 10, 11]);
/// assert_eq!(model.predict(&Tokens(before)), model.predict(&Tokens(behind)));
/// ```
///
/// ```
/// use taut::prelude::*;
/// network! { type Net: Tokens<20> = (Embedding<1000, 16>, Gru<16, 8>, Dense<8, 2>, Softmax); }
/// let model = Model::<Tokens<20>, Net>::new(1);
/// let y = model.predict(&Tokens([7; 20]));
/// let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, ());
/// let data = Dataset::new(vec![Tokens([1234; 20])], vec![Class::new(0).unwrap()])?;
/// let error = model.fit(&data, Fit::default()).unwrap_err();
/// let expected = "tokens: expected numbers below 1000, the words of the Embedding, received 1234 in sample 0, step 0";
/// assert_eq!(error.to_string(), expected);
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/layers/core_layers/embedding/>.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Embedding<const V: usize, const D: usize, M = Unmasked> {
    /// One contiguous column per word.
    pub embeddings: SMatrix<f32, D, V>,
    /// Which tokens are padding, as a type.
    pub mask: PhantomData<M>,
}
crate::params! {
    [const V: usize, const D: usize, M: TokenMask] Embedding<V, D, M> as Embedding<1, 1>,
    crate::text::Text::new("Embedding<").number(V).push(b", ").number(D).push(M::END),
    { embeddings: Table; mask } as EmbeddingOptions
}

impl<const T: usize, const V: usize, const D: usize, M: TokenMask> Layer<Tokens<T>> for Embedding<V, D, M> {
    type Y = Sequence<T, D>;
    type Scratch = Sequence<T, D>;
    type Place = Other;
    const MASK: MaskRule = if M::ZERO { MaskRule::Makes } else { MaskRule::Drops };
    #[inline]
    fn infer<'a>(&self, x: &'a Tokens<T>, y: &'a mut Sequence<T, D>) -> &'a Sequence<T, D> {
        for (token, y) in x.0.iter().zip(&mut y.0) {
            match columns(&self.embeddings).get(usize::from(*token)) {
                Some(word) => *y = *word,
                None => y.fill(0.0),
            }
        }
        y
    }
    #[inline]
    fn mask<'a>(&self, x: &'a Tokens<T>) -> StepMask<'a> {
        if M::ZERO { StepMask::of_tokens(&x.0) } else { StepMask::NONE }
    }
}

/// The training options of an [`Embedding`].
///
/// ```
/// use taut::{EmbeddingOptions, initializers::Constant, prelude::*};
/// let mut options = EmbeddingOptions::default();
/// options.embeddings.initializer = Constant(0.5).into();
/// let model = Model::<Tokens<2>, (Embedding<9, 3>, Flatten)>::new(1).layers(|net| net.0 = options);
/// assert_eq!(model.predict(&Tokens([7, 8])).values(), [0.5; 6]);
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "train"), derive(Default))]
pub struct EmbeddingOptions {
    /// The options of the table.
    pub embeddings: TensorOptions,
    /// The activity regularizer, whose penalty on the output is added to the loss.
    pub activity_regularizer: Regularizer,
}

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::contract::step::Step;
    use crate::contract::train::{Context, Train};
    use crate::initializers::RandomUniform;
    use crate::io::error::{Error, Result};
    use crate::kernels;
    use crate::memory::heap::Buffer;
    use crate::memory::view::flat;

    impl Default for EmbeddingOptions {
        fn default() -> Self {
            let embeddings = TensorOptions { initializer: RandomUniform::default().into(), ..TensorOptions::default() };
            EmbeddingOptions { embeddings, activity_regularizer: Regularizer::default() }
        }
    }

    /// What an [`Embedding`] keeps of a step.
    #[derive(Debug)]
    pub struct EmbeddingCache<Y> {
        y: Buffer<Y>,
        /// The tokens of the batch and their places in it, in ascending order.
        reads: Vec<u64>,
    }

    impl<Y> Default for EmbeddingCache<Y> {
        fn default() -> Self {
            EmbeddingCache { y: Buffer::default(), reads: Vec::new() }
        }
    }

    impl<const T: usize, const V: usize, const D: usize, M: TokenMask> Train<Tokens<T>> for Embedding<V, D, M> {
        type Cache = EmbeddingCache<Sequence<T, D>>;
        const CACHE: usize = size_of::<Sequence<T, D>>();
        fn forward<'a>(
            &self,
            _: &EmbeddingOptions,
            x: &'a [Tokens<T>],
            c: &'a mut Self::Cache,
            _: &mut Context,
        ) -> &'a [Sequence<T, D>] {
            for (x, y) in x.iter().zip(c.y.resize(x.len())) {
                self.infer(x, y);
            }
            &c.y
        }
        fn output<'a>(_: &'a [Tokens<T>], c: &'a Self::Cache) -> &'a [Sequence<T, D>] {
            &c.y
        }
        fn backward<'a>(
            &mut self,
            options: &EmbeddingOptions,
            x: &[Tokens<T>],
            dy: &'a mut [Sequence<T, D>],
            c: &'a mut Self::Cache,
            grad: &mut Self,
            step: &mut Step<'_, Self>,
            _: &mut Context,
        ) -> &'a mut [Tokens<T>] {
            c.reads.clear();
            c.reads.extend(x.iter().flat_map(|x| x.0).enumerate().map(|(i, token)| kernels::read(token, i)));
            c.reads.sort_unstable();
            let (w, g) = (&mut self.embeddings, &mut grad.embeddings);
            step.apply(&options.embeddings, (0, |layer| &mut layer.embeddings), w, g, |dw, update| {
                kernels::scatter(&c.reads, D, flat(dy), dw.as_mut_slice(), update);
            });
            // Tokens have no gradient.
            &mut []
        }
        fn check(x: &[Tokens<T>]) -> Result<()> {
            for (i, x) in x.iter().enumerate() {
                if let Some(t) = x.0.iter().position(|token| usize::from(*token) >= V) {
                    let expected = format!("numbers below {V}, the words of the Embedding");
                    let received = format!("{} in sample {i}, step {t}", x.0[t]);
                    return Err(Error::argument("tokens", expected, received));
                }
            }
            Ok(())
        }
    }
}
