//! A layer and a loss of one's own: a network that tells not what the disease's progression will be, but what it stays
//! below in nine of ten cases.
//!
//! `cargo run --release --example 10_own_layer`

use taut::memory::Buffer;
use taut::{AnyNumbers, Context, Step, TensorOptions, Train, params, place, regularizers::Regularizer};
use taut::{layers::Normalization, losses::Loss, prelude::*};

/// `y = x · sigmoid(slope · x)`: a SiLU whose slope is learned, one for each number.
#[derive(Clone)]
#[repr(C)]
pub struct LearnedSilu<const N: usize> {
    slope: nalgebra::SVector<f32, N>,
}

/// Its training options.
#[derive(Clone, Default)]
pub struct LearnedSiluOptions {
    /// The options of the slopes.
    pub slope: TensorOptions,
    /// The activity regularizer.
    pub activity_regularizer: Regularizer,
}
params!(LearnedSilu<N> { slope: Gain } as LearnedSiluOptions);

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

impl<const N: usize> Layer<Vector<N>> for LearnedSilu<N> {
    type Y = Vector<N>;
    type Scratch = Vector<N>;
    type Place = place::Other;
    fn infer<'a>(&self, x: &'a Vector<N>, y: &'a mut Vector<N>) -> &'a Vector<N> {
        y.0 = x.0.zip_map(&self.slope, |x, slope| x * sigmoid(slope * x));
        y
    }
}

impl<const N: usize> Train<Vector<N>> for LearnedSilu<N> {
    type Cache = Buffer<Vector<N>>;
    fn forward<'a>(
        &self,
        _: &LearnedSiluOptions,
        x: &'a [Vector<N>],
        y: &'a mut Self::Cache,
        _: &mut Context,
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
        _: &LearnedSiluOptions,
        x: &[Vector<N>],
        dy: &'a mut [Vector<N>],
        _: &'a mut Self::Cache,
        grad: &mut Self,
        _: &mut Step<'_, Self>,
        _: &mut Context,
    ) -> &'a mut [Vector<N>] {
        grad.slope.fill(0.0);
        for (x, dy) in x.iter().zip(&mut *dy) {
            for i in 0..N {
                let (x, slope) = (x.0[i], self.slope[i]);
                let s = sigmoid(slope * x);
                grad.slope[i] += dy.0[i] * x * x * s * (1.0 - s);
                dy.0[i] *= s + slope * x * s * (1.0 - s);
            }
        }
        dy
    }
}

/// The loss of a quantile: `q · (t - p)` where the target is above the prediction, and `(1 - q) · (p - t)` below.
pub struct Quantile(f32);

impl Loss<Vector<1>> for Quantile {
    type Target = Vector<1>;
    type Takes = AnyNumbers;
    fn loss(&self, p: &Vector<1>, t: &Vector<1>, dp: &mut Vector<1>) -> f32 {
        let d = t.0[0] - p.0[0];
        let slope = if d > 0.0 { self.0 } else { self.0 - 1.0 };
        dp.0[0] = -slope;
        slope * d
    }
}

network! {
    type Net: Vector<10> = (Normalization<10>, Dense<10, 16>, LearnedSilu<16>, Dense<16, 1>);
}

fn main() -> taut::Result<()> {
    let (mut train, mut test) = datasets::diabetes()?.shuffle(5).split(0.25)?;
    train.y.iter_mut().chain(&mut test.y).for_each(|y| y.0 /= 100.0);
    for quantile in [0.5, 0.9] {
        let mut model = Model::<_, Net>::new(2);
        model.net_mut().0.adapt(&train.x)?;
        let mut model = model.compile(Adam::new(0.002), Quantile(quantile), ());
        model.fit(&train, Fit { epochs: 100, batch_size: 16, verbose: Verbose::Silent, ..Fit::default() })?;
        let below = test.x.iter().zip(&test.y).filter(|(x, y)| y.values()[0] < model.predict(x).values()[0]).count();
        let share = 100.0 * below as f32 / test.len() as f32;
        println!("{:.0} % are to be below the prediction; of the test, {share:.0} % are", 100.0 * quantile);
    }
    Ok(())
}
