//! Initializers whose variance depends on the numbers of inputs and outputs.

use crate::initializers::{Initialize, RandomNormal, RandomUniform, TruncatedNormal};
use crate::io::error::{POSITIVE, settings};
use rand::rngs::Xoshiro256PlusPlus;

/// The numbers of inputs per output (`fan_in`) and of outputs per input (`fan_out`).
fn fans(shape: &[usize]) -> (f32, f32) {
    match shape {
        [] => (1.0, 1.0),
        [n] => (*n as f32, *n as f32),
        [field @ .., fan_in, fan_out] => {
            let field = field.iter().product::<usize>() as f32;
            (field * *fan_in as f32, field * *fan_out as f32)
        }
    }
}

/// The number that divides the variance of a [`VarianceScaling`].
///
/// ```
/// use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};
/// use taut::initializers::{Draw, Fan, Initialize, VarianceScaling};
/// /// The largest of 10,000 numbers of a kernel of 4 inputs and 2,500 outputs.
/// let largest = |fan| {
///     let (mut w, scaling) = ([0.0_f32; 10_000], VarianceScaling { scale: 1.0, fan, draw: Draw::Uniform });
///     scaling.fill(&mut w, &[4, 2_500], &mut Xoshiro256PlusPlus::seed_from_u64(1));
///     w.iter().fold(0.0_f32, |largest, w| largest.max(w.abs()))
/// };
/// // The bound of a uniform distribution of variance 1 / fan is √(3 / fan).
/// assert!((largest(Fan::In) - (3.0_f32 / 4.0).sqrt()).abs() < 1e-3);
/// assert!((largest(Fan::Out) - (3.0_f32 / 2_500.0).sqrt()).abs() < 1e-3);
/// assert!((largest(Fan::Average) - (3.0_f32 / 1_252.0).sqrt()).abs() < 1e-3);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fan {
    /// The number of inputs.
    #[default]
    In,
    /// The number of outputs.
    Out,
    /// The mean of both.
    Average,
}

/// The distribution of a [`VarianceScaling`].
///
/// ```
/// use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};
/// use taut::initializers::{Draw, Fan, Initialize, VarianceScaling};
/// /// The largest of 10,000 numbers whose variance is 1.
/// let largest = |draw| {
///     let (mut w, scaling) = ([0.0_f32; 10_000], VarianceScaling { scale: 100.0, fan: Fan::In, draw });
///     scaling.fill(&mut w, &[100, 100], &mut Xoshiro256PlusPlus::seed_from_u64(1));
///     w.iter().fold(0.0_f32, |largest, w| largest.max(w.abs()))
/// };
/// assert!(largest(Draw::Uniform) <= 3.0_f32.sqrt());
/// assert!(largest(Draw::TruncatedNormal) < 2.0 / 0.879 && largest(Draw::Normal) > 3.0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Draw {
    /// A normal distribution, truncated at two standard deviations and widened to keep the variance.
    #[default]
    TruncatedNormal,
    /// A normal distribution.
    Normal,
    /// A uniform distribution.
    Uniform,
}

/// Random values with a variance of `scale / fan`.
///
/// ```
/// use taut::{initializers::*, prelude::*};
/// let model = Model::<Vector<4>, (Dense<4, 16>, Relu, Dense<16, 3>, Softmax)>::new(3).layers(|net| {
///     net.0.kernel.initializer = HeNormal.into();
///     net.2.kernel.initializer = VarianceScaling { scale: 0.5, fan: Fan::Out, draw: Draw::Uniform }.into();
///     net.2.bias.initializer = Constant(0.1).into();
/// });
/// assert_eq!(model.net().2.bias.as_slice(), [0.1; 3]);
/// ```
///
/// See <https://keras.io/api/layers/initializers/#variancescaling-class>.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VarianceScaling {
    /// The product of variance and fan, 1 by default.
    pub scale: f32,
    /// The fan; [`Fan::In`] by default.
    pub fan: Fan,
    /// The distribution; [`Draw::TruncatedNormal`] by default.
    pub draw: Draw,
}

impl Default for VarianceScaling {
    fn default() -> Self {
        VarianceScaling { scale: 1.0, fan: Fan::In, draw: Draw::TruncatedNormal }
    }
}

impl Initialize for VarianceScaling {
    settings!(VarianceScaling { scale: POSITIVE });
    fn fill(&self, w: &mut [f32], shape: &[usize], random: &mut Xoshiro256PlusPlus) {
        let (fan_in, fan_out) = fans(shape);
        let fan = match self.fan {
            Fan::In => fan_in,
            Fan::Out => fan_out,
            Fan::Average => (fan_in + fan_out) / 2.0,
        };
        let variance = self.scale / fan.max(1.0);
        match self.draw {
            Draw::TruncatedNormal => {
                // The standard deviation of a standard normal distribution truncated at ±2.
                const CUT: f32 = 0.879_625_7;
                TruncatedNormal { mean: 0.0, std_dev: variance.sqrt() / CUT }.fill(w, shape, random);
            }
            Draw::Normal => RandomNormal { mean: 0.0, std_dev: variance.sqrt() }.fill(w, shape, random),
            Draw::Uniform => {
                let limit = (3.0 * variance).sqrt();
                RandomUniform { low: -limit, high: limit }.fill(w, shape, random);
            }
        }
    }
}

macro_rules! scalings { ($($(#[$doc:meta])* $name:ident: $scale:literal $fan:ident $draw:ident;)*) => { $(
    $(#[$doc])*
    #[derive(Clone, Copy, Debug, Default, PartialEq)]
    pub struct $name;
    impl Initialize for $name {
        fn fill(&self, w: &mut [f32], shape: &[usize], random: &mut Xoshiro256PlusPlus) {
            VarianceScaling { scale: $scale, fan: Fan::$fan, draw: Draw::$draw }.fill(w, shape, random);
        }
    }
)* } }
scalings! {
    /// A uniform distribution within `±√(6 / (fan_in + fan_out))`: the default of kernels.
    ///
    /// ```
    /// use taut::{initializers::GlorotUniform, prelude::*};
    /// let model = Model::<Vector<4>, Dense<4, 2>>::new(1).layers(|net| net.kernel.initializer = GlorotUniform.into());
    /// assert!(model.net().kernel.amax() <= 1.0);
    /// ```
    ///
    /// See <https://keras.io/api/layers/initializers/#glorotuniform-class>.
    GlorotUniform: 1.0 Average Uniform;
    /// A truncated normal distribution with a variance of `2 / (fan_in + fan_out)`.
    ///
    /// ```
    /// use taut::{initializers::GlorotNormal, prelude::*};
    /// let model = Model::<Vector<4>, Dense<4, 2>>::new(1).layers(|net| net.kernel.initializer = GlorotNormal.into());
    /// assert!(model.net().kernel.amax() < 2.0);
    /// ```
    ///
    /// See <https://keras.io/api/layers/initializers/#glorotnormal-class>.
    GlorotNormal: 1.0 Average TruncatedNormal;
    /// A uniform distribution within `±√(6 / fan_in)`: for relu.
    ///
    /// ```
    /// use taut::{initializers::HeUniform, prelude::*};
    /// let model = Model::<Vector<4>, Dense<4, 2>>::new(1).layers(|net| net.kernel.initializer = HeUniform.into());
    /// assert!(model.net().kernel.amax() <= 1.5_f32.sqrt());
    /// ```
    ///
    /// See <https://keras.io/api/layers/initializers/#heuniform-class>.
    HeUniform: 2.0 In Uniform;
    /// A truncated normal distribution with a variance of `2 / fan_in`: for relu.
    ///
    /// ```
    /// use taut::{initializers::HeNormal, prelude::*};
    /// let model = Model::<Vector<4>, Dense<4, 2>>::new(1).layers(|net| net.kernel.initializer = HeNormal.into());
    /// assert!(model.net().kernel.amax() < 2.0);
    /// ```
    ///
    /// See <https://keras.io/api/layers/initializers/#henormal-class>.
    HeNormal: 2.0 In TruncatedNormal;
    /// A uniform distribution within `±√(3 / fan_in)`: for selu.
    ///
    /// ```
    /// use taut::{initializers::LecunUniform, prelude::*};
    /// let model = Model::<Vector<4>, Dense<4, 2>>::new(1).layers(|net| net.kernel.initializer = LecunUniform.into());
    /// assert!(model.net().kernel.amax() <= 0.75_f32.sqrt());
    /// ```
    ///
    /// See <https://keras.io/api/layers/initializers/#lecununiform-class>.
    LecunUniform: 1.0 In Uniform;
    /// A truncated normal distribution with a variance of `1 / fan_in`: for selu.
    ///
    /// ```
    /// use taut::{initializers::LecunNormal, prelude::*};
    /// let model = Model::<Vector<4>, Dense<4, 2>>::new(1).layers(|net| net.kernel.initializer = LecunNormal.into());
    /// assert!(model.net().kernel.amax() < 2.0);
    /// ```
    ///
    /// See <https://keras.io/api/layers/initializers/#lecunnormal-class>.
    LecunNormal: 1.0 In TruncatedNormal;
}
