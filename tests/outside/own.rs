//! A layer with parameters, a loss, a metric and callbacks of a user's own, all outside the crate and without `unsafe`.
#![forbid(unsafe_code)]
use taut::memory::Buffer;
use taut::{AnyNumbers, Context, Step, TensorOptions, Train};
use taut::{
    callbacks::*,
    losses::Loss,
    metrics::{Metric, Named},
    place,
    prelude::*,
    regularizers::Regularizer,
};

/// `y = gain · x`, element by element.
#[repr(C)]
pub struct Scale<const N: usize> {
    gain: nalgebra::SVector<f32, N>,
}
#[derive(Clone, Default)]
pub struct ScaleOptions {
    pub gain: TensorOptions,
    pub activity_regularizer: Regularizer,
}
taut::params!(Scale<N> { gain: Gain } as ScaleOptions);

impl<const N: usize> Layer<Vector<N>> for Scale<N> {
    type Y = Vector<N>;
    type Scratch = Vector<N>;
    type Place = place::Other;
    const MACS: usize = N;
    fn infer<'a>(&self, x: &'a Vector<N>, y: &'a mut Vector<N>) -> &'a Vector<N> {
        y.0 = self.gain.component_mul(&x.0);
        y
    }
}

impl<const N: usize> Train<Vector<N>> for Scale<N> {
    type Cache = Buffer<Vector<N>>;
    fn forward<'a>(
        &self,
        _: &ScaleOptions,
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
        _: &ScaleOptions,
        x: &[Vector<N>],
        dy: &'a mut [Vector<N>],
        _: &'a mut Self::Cache,
        grad: &mut Self,
        _: &mut Step<'_, Self>,
        _: &mut Context,
    ) -> &'a mut [Vector<N>] {
        grad.gain.fill(0.0);
        for (x, dy) in x.iter().zip(&mut *dy) {
            grad.gain += dy.0.component_mul(&x.0);
            dy.0.component_mul_assign(&self.gain);
        }
        dy
    }
}

/// A callback that monitors nothing is for any run.
struct Count(usize);
impl<R> Callback<R> for Count {
    fn epoch_end(&mut self, _: &mut EpochEnd<'_, R>) -> taut::Result<()> {
        self.0 += 1;
        Ok(())
    }
}

/// One that monitors a given number says so, and its user gets the sentence where the number is not there.
struct Below(f32);
impl<R> Callback<R> for Below
where
    ValLoss: Monitor<R>,
{
    fn epoch_end(&mut self, epoch: &mut EpochEnd<'_, R>) -> taut::Result<()> {
        epoch.stop |= epoch.get(&ValLoss) < self.0;
        Ok(())
    }
}

struct LargestError;
impl Named for LargestError {
    const NAME: &'static str = "largest_error";
}
impl<const N: usize> Metric<Vector<N>, Vector<N>> for LargestError {
    type State = f32;
    fn add(&self, largest: &mut f32, p: &Vector<N>, t: &Vector<N>, _weight: f32) {
        *largest = largest.max((p.0 - t.0).amax());
    }
    fn report(&self, largest: &f32, f: &mut dyn FnMut(&'static str, f32)) {
        f(Self::NAME, *largest);
    }
}

/// The mean of `(p - t)⁴`.
struct Quartic;
impl<const N: usize> Loss<Vector<N>> for Quartic {
    type Target = Vector<N>;
    type Takes = AnyNumbers;
    fn loss(&self, p: &Vector<N>, t: &Vector<N>, dp: &mut Vector<N>) -> f32 {
        let d = p.0 - t.0;
        dp.0 = d.map(|d| 4.0 * d.powi(3) / N as f32);
        d.map(|d| d.powi(4)).mean()
    }
}

type Block = (Dense<8, 8>, Relu, Scale<8>);
type Net = (Dense<2, 8>, Scale<8>, Block, Dense<8, 1>);

pub fn main() -> taut::Result<()> {
    let x: Vec<_> = (0..64).map(|i| Vector::new([(i % 8) as f32 / 8.0, (i / 8) as f32 / 8.0])).collect();
    let y = x.iter().map(|x| Vector::new([x.0[0] * x.0[1]])).collect();
    let data = Dataset::new(x, y)?;
    let model = Model::<Vector<2>, Net>::new(1).layers(|net| {
        net.1.gain.constraint = MaxNorm(4.0).into();
        net.2.0.kernel.regularizer = L2(1e-6).into();
        net.2.2.activity_regularizer = L1(1e-6).into();
    });
    let mut model = model.compile(Adam::default(), Quartic, (LargestError, MeanAbsoluteError));
    let before = model.evaluate(&data)?;
    let mut count = Count(0);
    let stop = EarlyStopping::new(Val(LargestError)).patience(50).restore_best_weights();
    let history = model
        .validation(&data)
        .callbacks((&mut count, Below(1e-9), stop))
        .fit(&data, Fit { epochs: 50, verbose: Verbose::Silent, ..Fit::default() })?;
    assert_eq!(history.get(Val(LargestError)).len(), count.0);
    let after = model.evaluate(&data)?;
    assert!(after.get(MeanAbsoluteError) < 0.5 * before.get(MeanAbsoluteError), "{before}\n{after}");
    assert!(after.loss() < before.loss());
    Ok(())
}
