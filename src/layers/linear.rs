use crate::contract::layer::Alias;
use crate::contract::layer::Layer;
use crate::contract::mask::MaskRule;
use crate::contract::outputs::OutputKind;
use crate::shape::sample::Sample;

/// `x`: returns its input.
///
/// - Input and output: any sample.
///
/// The layer costs nothing. It can hold an activity regularizer: Keras's `ActivityRegularization`.
///
/// ```
/// use taut::{layers::Linear, prelude::*};
/// network! { type Net: Vector<4> = (Dense<4, 8>, Linear, Dense<8, 1>); }
/// let model = Model::<Vector<4>, Net>::new(1).layers(|net| net.1.activity_regularizer = L1(0.01).into());
/// # let data = Dataset::new(vec![Vector::new([0.0; 4])], vec![Vector::new([0.0])])?;
/// # let mut model = model;
/// model.net_mut().0.bias.fill(0.5);
/// model.net_mut().2.kernel.fill(0.0);
/// let loss = model.compile(Sgd::default(), MeanSquaredError, ()).evaluate(&data)?.loss();
/// assert!((loss - 0.01 * 8.0 * 0.5).abs() < 1e-6); // the penalty alone
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://keras.io/api/layers/activations/#linear-function> and
/// <https://keras.io/api/layers/regularization_layers/activity_regularization/>.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct Linear;
crate::params!(Linear {} as crate::contract::tensor::NoParameters, training only);

impl<X: Sample> Layer<X> for Linear {
    type Y = X;
    type Scratch = ();
    type Place = Alias;
    const MASK: MaskRule = MaskRule::Keeps;
    const OUTPUTS: OutputKind = OutputKind::AsInput;
    #[inline]
    fn infer<'a>(&self, x: &'a X, _: &'a mut ()) -> &'a X {
        x
    }
}

#[cfg(feature = "train")]
crate::layers::transform::reshaping!([X: Sample] X, Linear);
