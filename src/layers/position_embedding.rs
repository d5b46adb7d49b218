use crate::contract::layer::InPlace;
use crate::contract::layer::Layer;
use crate::contract::mask::MaskRule;
use crate::contract::tensor::TensorOptions;
use crate::kernels;
use crate::memory::plain::Floats;
use crate::regularizers::Regularizer;
use crate::shape::sample::Sequence;
use nalgebra::SMatrix;

/// Adds a trained vector to each step, which encodes the step's position: `yₜ = xₜ + embeddings[t]`.
///
/// - Input and output: `Sequence<T, C>`. Parameters: a table of `(T, C)`, Glorot uniform initially.
///
/// ```
/// use taut::{layers::PositionEmbedding, prelude::*};
/// network! {
///     type Net: Tokens<20> = (Embedding<1000, 16>, PositionEmbedding<20, 16>, Flatten, Dense<320, 2>, Softmax);
/// }
/// let position = PositionEmbedding::<2, 1> { embeddings: [[10.0], [20.0]].into() };
/// assert_eq!(position.predict(&Sequence([[1.0], [2.0]]), &mut Sequence::ZERO).0, [[11.0], [22.0]]);
/// ```
///
/// In Keras, the output of <https://keras.io/keras_hub/api/modeling_layers/position_embedding/>, added to its input.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct PositionEmbedding<const T: usize, const C: usize> {
    /// One contiguous column per step.
    pub embeddings: SMatrix<f32, C, T>,
}
crate::params!(PositionEmbedding<T, C> { embeddings: Table } as PositionEmbeddingOptions);

impl<const T: usize, const C: usize> Layer<Sequence<T, C>> for PositionEmbedding<T, C> {
    type Y = Sequence<T, C>;
    type Scratch = Sequence<T, C>;
    type Place = InPlace;
    const MASK: MaskRule = MaskRule::Keeps;
    #[inline]
    fn infer<'a>(&self, x: &'a Sequence<T, C>, y: &'a mut Sequence<T, C>) -> &'a Sequence<T, C> {
        kernels::zip3(&|_, x, e| x + e, y.values_mut(), x.values(), self.embeddings.values());
        y
    }
    #[inline]
    fn infer_in_place(&self, x: &mut Sequence<T, C>) {
        kernels::zip(&|x, e| x + e, x.values_mut(), self.embeddings.values());
    }
}

/// The training options of a [`PositionEmbedding`].
///
/// ```
/// use taut::{PositionEmbedding, prelude::*};
/// let model = Model::<Sequence<2, 3>, PositionEmbedding<2, 3>>::new(1)
///     .layers(|net| net.embeddings.initializer = taut::Constant(0.5).into());
/// assert_eq!(model.predict(&Sequence([[1.0; 3], [2.0; 3]])).0, [[1.5; 3], [2.5; 3]]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct PositionEmbeddingOptions {
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
    use crate::layers::cache::forward_by_infer;

    impl<const T: usize, const C: usize> Train<Sequence<T, C>> for PositionEmbedding<T, C> {
        forward_by_infer!(Sequence<T, C> => Sequence<T, C>, PositionEmbeddingOptions);
        fn backward<'a>(
            &mut self,
            _: &PositionEmbeddingOptions,
            _: &[Sequence<T, C>],
            dy: &'a mut [Sequence<T, C>],
            _: &'a mut Self::Cache,
            grad: &mut Self,
            _: &mut Step<'_, Self>,
            _: &mut Context,
        ) -> &'a mut [Sequence<T, C>] {
            grad.embeddings.fill(0.0);
            dy.iter().for_each(|dy| kernels::add_scaled(grad.embeddings.values_mut(), 1.0, dy.values()));
            dy
        }
    }
}
