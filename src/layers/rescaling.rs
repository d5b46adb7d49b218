use crate::contract::layer::InPlace;
use crate::contract::layer::Layer;
use crate::contract::mask::MaskRule;
use crate::kernels;
use crate::layers::in_place::infer_by_copy;
use crate::shape::sample::{Sample, Vector};
use nalgebra::SVector;

/// `scale · x + offset`, with two constants: for example, maps pixels from 0 to 255 to a range around 0.
///
/// - Input and output: any sample. Parameters: `scale`, 1 initially, and `offset`, 0; they are not trained, but saved
///   and embedded with the network.
///
/// ```
/// use taut::{layers::Rescaling, prelude::*};
/// network! { type Net: Image<8, 8, 1> = (Rescaling, Flatten, Dense<64, 10>, Softmax); }
/// let mut model = Model::<Image<8, 8, 1>, Net>::new(1);
/// model.net_mut().0 = Rescaling::new(1.0 / 127.5, -1.0);
/// let mut y = Vector::ZERO;
/// assert_eq!(Rescaling::new(0.5, -1.0).predict(&Vector::new([0.0, 2.0, 4.0]), &mut y).values(), [-1.0, 0.0, 1.0]);
/// ```
///
/// See <https://keras.io/api/layers/preprocessing_layers/image_preprocessing/rescaling/>.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Rescaling {
    /// The factor.
    pub scale: SVector<f32, 1>,
    /// The offset, which is added after the multiplication.
    pub offset: SVector<f32, 1>,
}
crate::params!(Rescaling { scale: UnitState, offset: State } as crate::contract::tensor::NoParameters);

impl Rescaling {
    /// The layer with these constants.
    pub const fn new(scale: f32, offset: f32) -> Self {
        Rescaling { scale: Vector::new([scale]).0, offset: Vector::new([offset]).0 }
    }
}

impl<X: Sample> Layer<X> for Rescaling {
    type Y = X;
    type Scratch = X;
    type Place = InPlace;
    const MASK: MaskRule = MaskRule::Keeps;
    const MACS: usize = X::LEN;
    #[inline]
    fn infer<'a>(&self, x: &'a X, y: &'a mut X) -> &'a X {
        infer_by_copy(self, x, y)
    }
    #[inline]
    fn infer_in_place(&self, x: &mut X) {
        let (scale, offset) = (self.scale[0], self.offset[0]);
        kernels::map_in_place(&|x| x * scale + offset, x.values_mut());
    }
}

#[cfg(feature = "train")]
mod training {
    use super::*;
    use crate::contract::step::Step;
    use crate::contract::tensor::NoParameters;
    use crate::contract::train::{Context, Train};
    use crate::layers::cache::forward_by_infer;
    use crate::memory::view::flat_mut;

    impl<X: Sample> Train<X> for Rescaling {
        forward_by_infer!(NoParameters);
        fn backward<'a>(
            &mut self,
            _: &NoParameters,
            _: &[X],
            dy: &'a mut [X],
            _: &'a mut Self::Cache,
            grad: &mut Self,
            _: &mut Step<'_, Self>,
            _: &mut Context,
        ) -> &'a mut [X] {
            *grad = Rescaling::new(0.0, 0.0);
            kernels::map_batch_in_place(&|dy| dy * self.scale[0], flat_mut(dy));
            dy
        }
    }
}
