//! The conversion of a trained network to signed bytes.

use crate::contract::layer::{Arch, Layer};
use crate::contract::operation::{Operation, Step, Steps};
use crate::contract::quantize::{Quantize, ToInt8};
use crate::contract::train::Train;
use crate::datasets::training_data::TrainingData;
use crate::deploy::budget::Budget;
use crate::int8::quantized::Quantized;
use crate::io::checkpoint;
use crate::io::checkpoint::Checkpoint;
use crate::io::error::{Error, POSITIVE, Result, within};
use crate::io::format::compose_example;
use crate::io::terminal::Wait;
use crate::memory::heap::{Buffer, boxed};
use crate::memory::plain::load;
use crate::metrics::metric::Metric;
use crate::model::evaluation::Evaluation;
use crate::model::names::metric_names;
use crate::model::parameters::Model;
use crate::model::score::check;
use crate::model::summary::table;
use crate::shape::int8::{Int8, Scale};
use crate::shape::sample::Sample;
use std::fmt;
use std::path::Path;

/// The difference between a layer's bytes and its floats, over the calibration samples.
///
/// ```
/// use taut::prelude::*;
/// let samples = [[0.0, 1.0], [1.0, 0.5], [-1.0, 0.0]].map(Vector::new);
/// let small = quantize(&Model::<Vector<2>, (Dense<2, 8>, Tanh, Dense<8, 1>)>::new(1), &samples)?;
/// let worst = small.layers().iter().max_by(|a, b| a.mean.total_cmp(&b.mean)).unwrap();
/// assert!(worst.mean <= worst.largest && worst.largest < 10.0 * worst.scale.scale);
/// # Ok::<(), taut::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LayerError {
    /// The name of the layer's operation.
    pub layer: &'static str,
    /// The scale of the layer's output.
    pub scale: Scale,
    /// The mean absolute difference from the floats.
    pub mean: f32,
    /// The largest absolute difference from the floats.
    pub largest: f32,
}

/// A network of signed bytes on the heap, with the errors of its layers: the result of [`quantize`].
///
/// ```
/// use taut::{QuantizedModel, prelude::*};
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("net.int8.taut");
/// type Net = (Dense<2, 8>, Tanh, Dense<8, 1>);
/// let samples = [[0.0, 1.0], [1.0, 0.5], [-1.0, 0.0]].map(Vector::new);
/// let small = quantize(&Model::<Vector<2>, Net>::new(1), &samples)?;
/// small.save_with_example(&path, &samples[0])?; // or `save`
/// let loaded = QuantizedModel::<Vector<2>, Net>::load(&path)?;
/// assert_eq!(loaded.predict(&samples[1]), small.predict(&samples[1]));
/// assert_eq!(loaded.net().input(), small.net().input()); // the scale of the input
/// # Ok::<(), taut::Error>(())
/// ```
pub struct QuantizedModel<X: Sample, N: Quantize<X>> {
    net: Box<Quantized<X, N>>,
    file: Vec<u8>,
    layers: Vec<LayerError>,
}

impl<X: Sample, N: ToInt8<X>> QuantizedModel<X, N> {
    /// The network from a file's bytes.
    fn of(file: Vec<u8>) -> Result<Self> {
        let (mut net, from) = (boxed::<Quantized<X, N>>(), &mut &file[..]);
        load(&mut net.input, from);
        load(&mut net.output, from);
        for scale in [net.input, net.output] {
            within("a scale", scale.scale, POSITIVE)?;
            if !(-128..=127).contains(&scale.zero_point) {
                return Err(Error::argument("a scale's zero point", "from -128 to 127", scale.zero_point));
            }
            if [i8::MIN, i8::MAX].iter().any(|q| scale.dequantize(*q).is_infinite()) {
                return Err(Error::argument("a scale", "one whose values are finite", scale.scale));
            }
        }
        N::load(&mut net.net, from)?;
        Ok(QuantizedModel { net, file, layers: vec![] })
    }

    /// Reads the network that [`save`](Self::save) wrote. The checkpoint does not contain the layers' errors.
    ///
    /// # Errors
    /// [`Error::Io`](crate::Error::Io), [`Error::Checkpoint`](crate::Error::Checkpoint) if the file is damaged or
    /// holds another network, such as one of floats, and [`Error::Data`](crate::Error::Data) if it holds a number that
    /// no conversion writes.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let checkpoint = Checkpoint::read::<Quantized<X, N>>(path)?;
        Self::of(checkpoint.parameters().to_vec()).map_err(|error| match error {
            Error::Argument { argument, expected, received } => {
                Error::data(path, format!(", {argument}"), expected, received)
            }
            other => other,
        })
    }
}

/// Converts a trained network to signed bytes.
///
/// - `samples`: some hundreds of typical inputs, which determine the ranges of all activations. Labels are not needed.
///
/// Each [`BatchNorm`](crate::BatchNorm) is folded into the dense layer before it. An activation that is always zero has
/// the scale 1, as has a channel whose weights and bias are zero; a channel with nothing but a bias has a scale that
/// gives the bias 30 bits. A dense layer with more than 33,026 inputs does not compile.
///
/// # Errors
/// [`Error::Argument`](crate::Error::Argument) if there is no sample, if a sample or an output computed from it is NaN
/// or infinite, or if a `BatchNorm` does not follow a dense layer.
///
/// ```
/// use taut::prelude::*;
/// type Net = (Flatten, Dense<64, 32>, Relu, Dense<32, 10>, Softmax);
/// let data = datasets::digits()?;
/// let model = Model::<Image<8, 8, 1>, Net>::new(1);
/// let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
/// model.fit(&data, Fit { epochs: 3, verbose: Verbose::Silent, ..Fit::default() })?;
/// let small = quantize(&model, &data.x[..300])?;
/// println!("{small}");
/// let (before, after) = (model.evaluate(&data)?.get(Accuracy), small.evaluate(&data, Accuracy)?.get(Accuracy));
/// assert!((before - after).abs() < 0.02);
/// # Ok::<(), taut::Error>(())
/// ```
pub fn quantize<X: Sample, N: Train<X> + ToInt8<X>>(
    model: &Model<X, N>,
    samples: &[X],
) -> Result<QuantizedModel<X, N>> {
    let mut operations = vec![];
    model.net().operations(&mut operations);
    fold(&mut operations)?;

    if samples.is_empty() {
        return Err(Error::argument("the calibration samples", "at least 1", "none"));
    }
    let refused = |received: String| Err(Error::argument("the calibration samples", "finite numbers", received));
    let mut ranges = vec![(0.0_f32, 0.0_f32); operations.len() + 1];
    let mut add = |at: usize, x: &[f32]| {
        let (min, max) = &mut ranges[at];
        x.iter().for_each(|x| (*min, *max) = (min.min(*x), max.max(*x)));
        x.iter().copied().find(|x| !x.is_finite())
    };
    // Once for the ranges, and once for the errors.
    let mut wait = Wait::new("quantizing", "samples", Some(2 * samples.len() as u64));
    for (number, sample) in samples.iter().enumerate() {
        let mut x = sample.values().to_vec();
        if let Some(x) = add(0, &x) {
            return refused(format!("{x} in sample {number}"));
        }
        for (at, operation) in operations.iter().enumerate() {
            x = operation.apply(x);
            if let Some(x) = add(at + 1, &x) {
                return refused(format!("{x} in the output of layer {at} for sample {number}"));
            }
        }
        wait.add(1);
    }

    let input = scale_of(ranges[0]);
    let (mut at, mut scales, mut steps) = (input, vec![], vec![]);
    for (i, operation) in operations.iter().enumerate() {
        let (before, range) = (at, ranges[i + 1]);
        steps.push(match operation {
            Operation::Same | Operation::BatchNorm { .. } => Step::Same,
            Operation::Dense { kernel, bias } => {
                // Values outside of a following clamp need no bytes.
                at = scale_of(following_clamp(&operations, i).map_or(range, |n| ranges[n + 1]));
                Step::dense(kernel, bias, before, at)
            }
            Operation::Clamp(min, max) => Step::Clamp { min: at.quantize(*min), max: at.quantize(*max) },
            Operation::Map(f, scale) => {
                at = scale.unwrap_or_else(|| scale_of(range));
                Step::Table((0..=255_u8).map(|q| at.quantize(f(before.dequantize(q as i8)))).collect())
            }
            Operation::Softmax => {
                at = Scale { scale: 1.0 / 256.0, zero_point: -128 };
                Step::softmax(before)
            }
        });
        scales.push(at);
    }

    let mut file = vec![];
    for Scale { scale, zero_point } in [input, at] {
        file.extend(scale.to_le_bytes());
        file.extend(zero_point.to_le_bytes());
    }
    N::write(&mut Steps(steps.iter()), &mut file);
    let mut quantized = QuantizedModel::of(file)?;
    quantized.layers = errors(&operations, &steps, (input, &scales), samples, &mut wait);
    wait.finish();
    Ok(quantized)
}

/// Folds each batch normalization into the dense layer before it.
fn fold(operations: &mut [Operation]) -> Result<()> {
    for i in 0..operations.len() {
        let (before, rest) = operations.split_at_mut(i);
        let Operation::BatchNorm { factor, shift } = &rest[0] else { continue };
        match before.iter_mut().rev().find(|operation| !matches!(operation, Operation::Same)) {
            Some(Operation::Dense { kernel, bias }) if bias.len() == factor.len() => {
                for ((w, bias), (factor, shift)) in kernel.iter_mut().zip(bias).zip(factor.iter().zip(shift)) {
                    w.iter_mut().for_each(|w| *w *= factor);
                    *bias = *bias * factor + shift;
                }
            }
            _ => {
                return Err(Error::argument(
                    "a network that is quantized",
                    "each BatchNorm right behind a dense layer",
                    "another",
                ));
            }
        }
        rest[0] = Operation::Same;
    }
    Ok(())
}

/// The index of the clamp that directly follows an operation, if there is one.
fn following_clamp(operations: &[Operation], i: usize) -> Option<usize> {
    let next = (i + 1..operations.len()).find(|next| !matches!(operations[*next], Operation::Same))?;
    matches!(operations[next], Operation::Clamp(..)).then_some(next)
}

/// The scale at which 256 bytes cover the range from `min` to `max`, with an exact zero.
fn scale_of((min, max): (f32, f32)) -> Scale {
    let scale = ((max as f64 - min as f64) / 255.0) as f32;
    if scale < f32::MIN_POSITIVE {
        return Scale { scale: 1.0, zero_point: 0 };
    }
    Scale { scale, zero_point: (-128.0 - min / scale).round().clamp(-128.0, 127.0) as i32 }
}

/// The layers' errors over the samples.
fn errors<X: Sample>(
    operations: &[Operation],
    steps: &[Step],
    (input, scales): (Scale, &[Scale]),
    samples: &[X],
    wait: &mut Wait,
) -> Vec<LayerError> {
    let mut errors: Vec<LayerError> = operations
        .iter()
        .zip(scales)
        .enumerate()
        .map(|(i, (operation, scale))| {
            let layer = match operation {
                Operation::Same | Operation::BatchNorm { .. } => "same",
                // Its bytes are already clamped: the comparison is only possible after the clamp.
                Operation::Dense { .. } if following_clamp(operations, i).is_some() => "same",
                Operation::Dense { .. } => "dense",
                Operation::Clamp(..) => "dense, clamped",
                Operation::Map(..) => "table",
                Operation::Softmax => "softmax",
            };
            LayerError { layer, scale: *scale, mean: 0.0, largest: 0.0 }
        })
        .collect();
    for sample in samples {
        let mut x = sample.values().to_vec();
        let mut q: Vec<i8> = x.iter().map(|x| input.quantize(*x)).collect();
        for ((operation, step), error) in operations.iter().zip(steps).zip(&mut errors) {
            (x, q) = (operation.apply(x), step.apply(q));
            let differences = x.iter().zip(&q).map(|(x, q)| (x - error.scale.dequantize(*q)).abs());
            error.largest = differences.clone().fold(error.largest, f32::max);
            error.mean += differences.sum::<f32>() / (x.len() * samples.len()) as f32;
        }
        wait.add(1);
    }
    errors
}

/// The bytes of a sample in memory, padded to whole words.
fn in_memory<X: Sample>(x: &Int8<X>) -> Vec<u8> {
    let mut bytes: Vec<u8> = x.bytes().iter().map(|byte| *byte as u8).collect();
    bytes.resize(size_of::<Int8<X>>(), 0);
    bytes
}

impl<X: Sample, N: Quantize<X>> QuantizedModel<X, N> {
    /// The network.
    pub fn net(&self) -> &Quantized<X, N> {
        &self.net
    }

    /// The output in bytes for a sample of bytes.
    pub fn predict_bytes(&self, x: &Int8<X>) -> Int8<N::Y> {
        *self.net.infer(x, &mut *boxed())
    }

    /// The output for a sample, which is converted to bytes, and whose output is converted back.
    pub fn predict(&self, x: &X) -> N::Y {
        self.predict_bytes(&Int8::of(x, self.net.input)).to_sample(self.net.output)
    }

    /// Evaluates metrics over a dataset. Losses are metrics as well.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) if the data are empty, if the numbers of labels and samples differ,
    /// or if a setting of a metric is out of range.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let x = [[0.0, 1.0], [1.0, 0.5], [-1.0, 0.0]].map(Vector::new);
    /// let model = Model::<Vector<2>, (Dense<2, 8>, Tanh, Dense<8, 1>)>::new(1);
    /// let data = Dataset::new(x.to_vec(), model.predict_batch(&x))?;
    /// let small = quantize(&model, &x)?;
    /// assert!(small.evaluate(&data, MeanAbsoluteError)?.get(MeanAbsoluteError) < 0.02);
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn evaluate<T, M: Metric<N::Y, T>>(
        &self,
        data: &impl TrainingData<X, T>,
        metrics: M,
    ) -> Result<Evaluation<M, false>> {
        let (x, t) = (data.rows(), data.targets());
        check("the data to evaluate on", x.len(), t.len())?;
        metrics.validate()?;
        let (mut state, mut values, mut work, mut floats) = (M::State::default(), vec![], boxed(), Buffer::default());
        let mut wait = Wait::new("evaluating", "samples", Some(x.len() as u64));
        for (i, t) in t.chunks(256).enumerate() {
            let x = x.part(256 * i..256 * i + t.len());
            for (x, t) in x.inputs(&mut floats).iter().zip(t) {
                let y = self.net.infer(&Int8::of(x, self.net.input), &mut work).to_sample(self.net.output);
                metrics.add(&mut state, &y, t, 1.0);
            }
            wait.add(x.len());
        }
        wait.finish();
        metrics.report(&state, &mut |_, value| values.push(value));
        Ok(Evaluation::new(metric_names(&metrics, vec![]), values))
    }

    /// The error of each layer over the calibration samples.
    pub fn layers(&self) -> &[LayerError] {
        &self.layers
    }

    /// Writes the network to a checkpoint, which [`embed!`](crate::embed!) and [`load`](Self::load) read. An existing
    /// file is replaced atomically.
    ///
    /// # Errors
    /// [`Error::Io`](crate::Error::Io) if the file cannot be written.
    ///
    /// ```
    /// use taut::{QuantizedModel, prelude::*};
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("net.int8.taut");
    /// let small = quantize(&Model::<Vector<2>, Dense<2, 1>>::new(1), &[Vector::new([1.0, 2.0])])?;
    /// small.save(&path)?;
    /// let loaded = QuantizedModel::<Vector<2>, Dense<2, 1>>::load(&path)?;
    /// assert_eq!(loaded.predict(&Vector::new([0.5, 1.5])), small.predict(&Vector::new([0.5, 1.5])));
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        checkpoint::write::<Quantized<X, N>>(path.as_ref(), &self.file, &[])
    }

    /// Like [`save`](Self::save), but adds an input and its output, with which a device can test itself;
    /// [`embed!`](crate::embed!) reads them.
    ///
    /// # Errors
    /// The errors of [`save`](Self::save).
    pub fn save_with_example(&self, path: impl AsRef<Path>, input: &X) -> Result<()> {
        let input = Int8::of(input, self.net.input);
        let example = compose_example(&in_memory(&input), &in_memory(&self.predict_bytes(&input)));
        checkpoint::write::<Quantized<X, N>>(path.as_ref(), &self.file, &example)
    }
}

impl<X: Sample, N: Quantize<X>> fmt::Display for QuantizedModel<X, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = table(["Layer", "scale", "zero point", "mean error", "largest error"]);
        for error in self.layers.iter().filter(|error| error.layer != "same") {
            let Scale { scale, zero_point } = error.scale;
            table.add_row([
                error.layer.to_string(),
                format!("{scale:.3e}"),
                zero_point.to_string(),
                format!("{:.3e}", error.mean),
                format!("{:.3e}", error.largest),
            ]);
        }
        writeln!(f, "{table}")?;
        type Bytes<X, N> = Budget<Int8<X>, Quantized<X, N>>;
        writeln!(f, "flash: {} bytes, as floats {}", Bytes::<X, N>::FLASH, Budget::<X, N>::FLASH)?;
        write!(f, "memory: {} bytes, as floats {}", Bytes::<X, N>::SCRATCH, Budget::<X, N>::SCRATCH)
    }
}

impl<X: Sample, N: Quantize<X>> fmt::Debug for QuantizedModel<X, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QuantizedModel({})", Quantized::<X, N>::NAME.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::operation::{Step, Steps, fixed};
    use crate::kernels;
    use crate::layers::batch_norm::BatchNorm;
    use crate::layers::dense::Dense;
    use crate::layers::relu::Relu;
    use crate::layers::sigmoid::Sigmoid;
    use crate::layers::softmax::Softmax;
    use crate::layers::tanh::Tanh;
    use crate::memory::plain::Floats;
    use crate::shape::sample::Vector;
    use nalgebra::SMatrix;
    use serde_json::Value;

    /// The ends of the ranges, and what lies beyond.
    #[test]
    fn each_layer_checks_the_ends_of_its_ranges() {
        use crate::contract::quantize::Sound;
        use crate::int8::activation::Int8Clamp;
        use crate::int8::dense::Int8Dense;
        use crate::int8::softmax::Int8Softmax;
        let clamp = |min, max| Int8Clamp { min, max }.check().is_ok();
        assert_eq!([clamp(-128, 127), clamp(-128, -128), clamp(127, 127), clamp(0, 5)], [true; 4]);
        assert_eq!([clamp(-129, 127), clamp(0, 128), clamp(5, 4), clamp(128, 128)], [false; 4]);
        let dense = |multiplier, shift, zero_point| {
            let layer = Int8Dense { kernel: [[1]], bias: [0], multiplier: [multiplier], shift: [shift], zero_point };
            layer.check().is_ok()
        };
        assert_eq!([dense(0, -31, -128), dense(i32::MAX, 30, 127)], [true; 2]);
        assert_eq!([dense(-1, 0, 0), dense(1, -32, 0), dense(1, 31, 0)], [false; 3]);
        assert_eq!([dense(1, 0, -129), dense(1, 0, 128)], [false; 2]);
        let softmax = |multiplier, shift, least| Int8Softmax { multiplier, shift, least }.check().is_ok();
        assert_eq!([softmax(0, 0, 0), softmax(i32::MAX, 31, 0), softmax(1, 0, i32::MIN)], [true; 3]);
        assert_eq!([softmax(-1, 0, 0), softmax(1, -1, 0), softmax(1, 32, 0), softmax(1, 0, 1)], [false; 4]);
        // -32 with 26 fractional bits, and one step more; -255 is as far as bytes differ.
        assert_eq!([softmax(1, 26, -32), softmax(1, 26, -33), softmax(1, 31, -1)], [true, false, true]);
        assert_eq!([softmax(1, 23, -255), softmax(1, 23, -300), softmax(1, 24, -129)], [true, true, false]);
    }

    #[test]
    fn multipliers_have_31_bits() {
        assert_eq!([fixed(1.0), fixed(0.75), fixed(3.0)], [(1 << 30, 1), (3 << 29, 0), (3 << 29, 2)]);
        // Rounded up to the next power of 2.
        assert_eq!(fixed(1.0 - 1e-12), (1 << 30, 1));
        assert_eq!([fixed(0.0), fixed(-1.0), fixed(f64::NAN), fixed(f64::INFINITY)], [(0, 0); 4]);
    }

    fn numbers<T: TryFrom<i64>>(of: &Value) -> Vec<T> {
        let all = of.as_array().unwrap().iter();
        all.map(|x| T::try_from(x.as_i64().unwrap()).unwrap_or_else(|_| panic!("{x}"))).collect()
    }

    fn scales(of: &Value) -> Vec<Scale> {
        let scales = of["scales"].as_array().unwrap().iter().zip(of["zero_points"].as_array().unwrap());
        scales
            .map(|(s, z)| Scale { scale: s.as_f64().unwrap() as f32, zero_point: z.as_i64().unwrap() as i32 })
            .collect()
    }

    /// The step that TensorFlow Lite's reference has.
    fn step(of: &Value) -> Step {
        let (input, output) = (scales(&of["input"])[0], scales(&of["output"])[0]);
        match of["operator"].as_str().unwrap() {
            "FULLY_CONNECTED" => {
                let kernel: Vec<Vec<i8>> = of["kernel"]["values"].as_array().unwrap().iter().map(numbers).collect();
                let bias: Vec<i32> = numbers(&of["bias"]["values"]);
                let sums = kernel.iter().map(|w| w.iter().map(|w| i32::from(*w)).sum::<i32>());
                let bias = bias.iter().zip(sums).map(|(bias, sum)| bias - input.zero_point * sum).collect();
                let to = scales(&of["kernel"])
                    .into_iter()
                    .map(|w| fixed(w.scale as f64 * input.scale as f64 / output.scale as f64));
                let (multiplier, shift) = to.unzip();
                Step::Dense { kernel, bias, multiplier, shift, zero_point: output.zero_point }
            }
            "SOFTMAX" => Step::softmax(input),
            "LOGISTIC" => table(kernels::sigmoid, input, output),
            "TANH" => table(kernels::tanh, input, output),
            other => panic!("{other}"),
        }
    }

    fn table(f: fn(f32) -> f32, input: Scale, output: Scale) -> Step {
        Step::Table((0..=255_u8).map(|q| output.quantize(f(input.dequantize(q as i8)))).collect())
    }

    /// The layers of bytes give the same bits as the reference.
    fn check<const I: usize, const O: usize, N: ToInt8<Vector<I>, Y = Vector<O>>>(network: &Value, clamped: bool) {
        let steps: Vec<Step> = network["steps"].as_array().unwrap().iter().map(step).collect();
        let last = steps.len() - 1;
        let mut all = vec![];
        for (i, (step, of)) in steps.into_iter().zip(network["steps"].as_array().unwrap()).enumerate() {
            for (x, y) in
                of["input"]["values"].as_array().unwrap().iter().zip(of["output"]["values"].as_array().unwrap())
            {
                let (x, y) = (numbers::<i8>(x), numbers::<i8>(y));
                assert_eq!(step.apply(x.clone()), y, "{} of {}, of {x:?}", of["operator"], network["name"]);
            }
            all.push(step);
            if clamped && i < last {
                let zero = scales(&of["output"])[0].zero_point as i8;
                all.push(Step::Clamp { min: zero, max: 127 });
            }
        }
        let mut bytes = vec![];
        N::write(&mut Steps(all.iter()), &mut bytes);
        let mut net = boxed::<N::Int8>();
        N::load(&mut net, &mut &bytes[..]).unwrap();
        let (first, end) = (&network["steps"][0]["input"]["values"], &network["steps"][last]["output"]["values"]);
        for (x, y) in first.as_array().unwrap().iter().zip(end.as_array().unwrap()) {
            let mut input = Int8::<Vector<I>>::ZERO;
            input.bytes_mut().copy_from_slice(&numbers(x));
            assert_eq!(net.infer(&input, &mut *boxed()).bytes(), numbers::<i8>(y), "{}", network["name"]);
        }
    }

    #[test]
    fn the_bits_of_the_reference_kernels() {
        let file = std::fs::read("tests/fixtures/tflite.json").unwrap();
        let networks = serde_json::from_slice::<Value>(&file).unwrap();
        let network = |name: &str| {
            let all = networks["networks"].as_array().unwrap();
            all.iter().find(|network| network["name"] == name).unwrap()
        };
        check::<12, 5, (Dense<12, 17>, Relu, Dense<17, 9>, Relu, Dense<9, 5>)>(network("relu"), true);
        check::<10, 10, (Dense<10, 8>, Dense<8, 10>, Softmax)>(network("softmax"), false);
        check::<7, 3, (Dense<7, 6>, Sigmoid, Dense<6, 3>, Sigmoid)>(network("sigmoid"), false);
        check::<5, 4, (Dense<5, 11>, Tanh, Dense<11, 4>)>(network("tanh"), false);
        check::<6, 2, (Dense<6, 8>, Relu, Dense<8, 2>)>(network("relu6"), true);
    }

    #[test]
    fn multipliers_are_exact_to_31_bits() {
        for x in [1.0, 0.5, 0.999_999_999_9, 0.000_123, 3.7, 1e-9] {
            let (multiplier, shift) = fixed(x);
            assert!((multiplier as f64 * 2_f64.powi(shift as i32 - 31) / x - 1.0).abs() < 1e-9, "{x}");
            assert!(multiplier >= 1 << 30);
        }
        assert_eq!(fixed(1e-12), (0, 0));
    }

    /// The errors of the last layer are those of the network's outputs, over samples and numbers.
    #[test]
    fn errors_of_layers_are_means_over_samples_and_outputs() {
        let mut model = Model::<Vector<3>, (Dense<3, 5>, Tanh, Dense<5, 2>)>::new(4);
        model.net_mut().2.bias = [0.3, -2.0].into();
        let samples: Vec<Vector<3>> =
            (0..50).map(|i| [7, 11, 13].map(|k| ((i * k) % 23) as f32 / 10.0).into()).collect();
        let small = quantize(&model, &samples).unwrap();
        let differences = |x: &Vector<3>| (model.predict(x).0 - small.predict(x).0).abs();
        let mean = samples.iter().map(|x| differences(x).mean()).sum::<f32>() / 50.0;
        let largest = samples.iter().map(|x| differences(x).amax()).fold(0.0, f32::max);
        let last = small.layers().last().unwrap();
        assert!((last.mean / mean - 1.0).abs() < 1e-3 && mean > 0.0, "{} for {mean}", last.mean);
        assert!((last.largest / largest - 1.0).abs() < 1e-3 && largest > 2.0 * mean, "{} for {largest}", last.largest);
    }

    #[test]
    fn what_cannot_be_calibrated_is_said() {
        type Net = (Dense<2, 3>, Relu);
        let model = Model::<Vector<2>, Net>::new(1);
        let said = |samples: &[Vector<2>]| quantize(&model, samples).unwrap_err().to_string();
        assert_eq!(said(&[]), "the calibration samples: expected at least 1, received none");
        let samples = [Vector::new([1.0, 2.0]), Vector::new([1.0, f32::NAN])];
        assert_eq!(said(&samples), "the calibration samples: expected finite numbers, received NaN in sample 1");
        let samples = [Vector::new([f32::MAX; 2])];
        let mut large = Model::<Vector<2>, Net>::new(1);
        large.net_mut().0.kernel.fill(1e30);
        let said = quantize(&large, &samples).unwrap_err().to_string();
        assert!(said.contains("received inf in the output of layer 0 for sample 0"), "{said}");
        let model = Model::<Vector<2>, (BatchNorm<2>, Dense<2, 1>)>::new(1);
        let said = quantize(&model, &samples[..1]).unwrap_err().to_string();
        assert!(said.contains("each BatchNorm right behind a dense layer"), "{said}");
    }

    #[test]
    fn a_channel_without_weights_and_a_constant_keep_their_values() {
        let mut model = Model::<Vector<2>, (Dense<2, 3>, Relu, Dense<3, 2>)>::new(1);
        model.net_mut().0.kernel = SMatrix::from_columns(&[[0.0, 1.0, 0.0].into(), [0.0, -1.0, 1e-12].into()]);
        model.net_mut().0.bias = [0.7, 0.1, 1.0].into();
        model.net_mut().2.kernel.fill(0.0);
        let samples = [Vector::new([0.5, 1.0]), Vector::new([-1.0, 0.3])];
        let small = quantize(&model, &samples).unwrap();
        for x in &samples {
            assert_eq!(small.predict(x).values(), [0.0; 2]);
        }
        assert!(small.layers()[1].largest < 0.01, "{small}");
    }

    #[test]
    fn batch_normalization_becomes_a_part_of_the_layer_before() {
        type Net = (Dense<3, 4>, BatchNorm<4>, Tanh, Dense<4, 2>);
        let mut model = Model::<Vector<3>, Net>::new(5);
        let norm = &mut model.net_mut().1;
        norm.gamma = [0.5, -1.5, 2.0, 1.0].into();
        norm.beta = [0.1, 0.2, -0.3, 0.0].into();
        norm.moving_mean = [0.5, -0.5, 0.0, 1.0].into();
        norm.moving_variance = [0.2, 1.0, 3.0, 0.5].into();
        let samples: Vec<Vector<3>> =
            (0..50).map(|i| Vector::new([0.3, 0.7, 1.1].map(|f| (f * i as f32).sin()))).collect();
        let small = quantize(&model, &samples).unwrap();
        for x in &samples {
            let (y, want) = (small.predict(x), model.predict(x));
            assert!((y.0 - want.0).amax() < 0.03, "{:?} for {:?}", y.values(), want.values());
        }
        // Loading returns the saved network, and other networks refuse the file.
        let path = tempfile::tempdir().unwrap().keep().join("small.taut");
        small.save(&path).unwrap();
        let loaded = QuantizedModel::<Vector<3>, Net>::load(&path).unwrap();
        assert_eq!(loaded.predict(&samples[7]).values(), small.predict(&samples[7]).values());
        let said = Model::<Vector<3>, Net>::load(&path).unwrap_err().to_string();
        assert!(said.contains("received: Quantized (Int8Dense<3, 4>, Int8Table, Int8Dense<4, 2>)"), "{said}");
        std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }

    #[test]
    fn what_is_far_out_is_saturated() {
        let scale = Scale { scale: 1.0, zero_point: 5 };
        assert_eq!(
            [1e10, f32::INFINITY, -1e10, f32::NAN, 0.499_999_97, 0.5, -0.5].map(|x| scale.quantize(x)),
            [127, 127, -128, 5, 5, 6, 4]
        );
        assert_eq!(Scale { scale: 1.0, zero_point: -128 }.quantize(-1e10), -128);
        assert_eq!(fixed(1e30), (i32::MAX, 30));
        assert_eq!([0.0, f64::NAN, f64::INFINITY].map(fixed), [(0, 0); 3]);
        assert_eq!(kernels::scaled(32_385, 1_300_000_000, 17), i32::MAX);
        assert_eq!(kernels::scaled(-32_385, 1_300_000_000, 30), i32::MIN);
        assert_eq!(scale_of((-3e38, 3e38)).scale, (6e38_f64 / 255.0) as f32);
        assert_eq!(scale_of((0.0, 1e-43)), Scale { scale: 1.0, zero_point: 0 });
        for n in [1, 255, 511, 512, 4095] {
            let mut x = vec![0_i8; n];
            kernels::softmax_int8(&mut x, 1 << 30, 10, -100);
            let want = (256.0 / n as f64).round() - 128.0;
            assert!(x.iter().all(|x| (f64::from(*x) - want.min(127.0)).abs() <= 1.0), "{n} classes: {}", x[0]);
        }
    }

    #[test]
    fn networks_at_the_edge_have_bytes() {
        // A clamp without a dense layer before it, outputs that hardly differ, and a model that is saved again.
        let model = Model::<Vector<2>, (Relu, Dense<2, 2>, Softmax)>::new(1);
        let samples = [Vector::new([-2.0, 1.0]), Vector::new([1.0, -2.0])];
        let small = quantize(&model, &samples).unwrap();
        assert!((small.predict(&samples[0]).0 - model.predict(&samples[0]).0).amax() < 0.02, "{small}");
        let mut flat = Model::<Vector<2>, (Dense<2, 3>, Softmax)>::new(1);
        flat.net_mut().0.kernel *= 1e-9;
        let y = quantize(&flat, &samples).unwrap().predict(&samples[0]);
        assert!(y.values().iter().all(|y| (y - 1.0 / 3.0).abs() < 0.01), "{y:?}");
        let folder = tempfile::tempdir().unwrap();
        let (first, second) = (folder.path().join("first"), folder.path().join("second"));
        small.save_with_example(&first, &samples[0]).unwrap();
        type Small = QuantizedModel<Vector<2>, (Relu, Dense<2, 2>, Softmax)>;
        Small::load(&first).unwrap().save(&second).unwrap();
        assert_eq!(Small::load(&second).unwrap().predict(&samples[1]).values(), small.predict(&samples[1]).values());
    }

    /// A file with a sound checksum, as another program might write it.
    #[test]
    fn numbers_that_no_conversion_writes_are_refused() {
        use crate::io::format::{inspect, scan};
        type Net = (Dense<2, 3>, Relu, Dense<3, 2>, Softmax);
        type Small = QuantizedModel<Vector<2>, Net>;
        let samples = [Vector::new([-2.0, 1.0]), Vector::new([1.0, -2.0])];
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("small.taut");
        quantize(&Model::<Vector<2>, Net>::new(1), &samples).unwrap().save(&path).unwrap();
        let good = std::fs::read(&path).unwrap();
        let contents = crate::contract::embed::contents::<Quantized<Vector<2>, Net>>();
        let parts = inspect(&good, &contents).unwrap();
        let load_with = |at: usize, bytes: &[u8]| {
            let mut file = good.clone();
            file[parts.start + at..][..bytes.len()].copy_from_slice(bytes);
            let checksum = scan(parts.parameters(&file)).0;
            file[8..16].copy_from_slice(&checksum.to_le_bytes());
            std::fs::write(&path, file).unwrap();
            Small::load(&path)
        };
        // Two scales, then kernel, biases, multipliers, shifts and zero point of the first dense layer.
        let first = 16;
        let (clamp, second) = (first + 40, first + 48);
        let softmax = second + 32;
        let word = |x: i32| x.to_le_bytes();
        for (at, bytes, expected) in [
            (0, f32::NAN.to_le_bytes(), "a scale: expected a number above 0, received NaN"),
            (8, (-1.0_f32).to_le_bytes(), "a scale: expected a number above 0, received -1"),
            (
                8,
                2e36_f32.to_le_bytes(),
                "a scale: expected one whose values are finite, received 2000000000000000000000000000000000000",
            ),
            (4, word(128), "a scale's zero point: expected from -128 to 127, received 128"),
            (12, word(-129), "a scale's zero point: expected from -128 to 127, received -129"),
            (12, word(i32::MIN), "a scale's zero point: expected from -128 to 127, received -2147483648"),
            (first + 24, word(-1), "Int8Dense<2, 3>: expected multipliers from 0, received -1"),
            (first + 32, word(0x1f), "Int8Dense<2, 3>: expected shifts from -31 to 30, received 31"),
            (first + 32, word(0xe0), "Int8Dense<2, 3>: expected shifts from -31 to 30, received -32"),
            (first + 36, word(-129), "Int8Dense<2, 3>: expected a zero point from -128 to 127, received -129"),
            (clamp, word(-129), "Int8Clamp: expected a minimum from -128 to 127, received -129"),
            (clamp + 4, word(128), "Int8Clamp: expected a maximum from the minimum to 127, received 128"),
            (second + 28, word(500), "Int8Dense<3, 2>: expected a zero point from -128 to 127, received 500"),
            (softmax, word(-5), "Int8Softmax: expected a multiplier from 0, received -5"),
            (softmax + 4, word(32), "Int8Softmax: expected a shift from 0 to 31, received 32"),
            (softmax + 8, word(1), "Int8Softmax: expected a least difference from -32 to 0, received 1"),
            (softmax + 4, word(31), "Int8Softmax: expected a least difference from -32 to 0, received "),
        ] {
            let error = load_with(at, &bytes).unwrap_err();
            assert!(matches!(error, Error::Data { .. }), "{error}");
            assert!(error.to_string().contains(&format!("small.taut, {expected}")), "{error}, expected {expected}");
        }
        // What is embedded is not checked, and overflows neither, whatever it holds.
        let mut random = 1_u64;
        for round in 0..20_000 {
            let mut bytes = [0; 4];
            for byte in &mut bytes {
                random = random.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
                *byte = [(random >> 56) as u8, 0, 0x7f, 0x80, 0xff][(random >> 33) as usize % 5];
            }
            let mut numbers = parts.parameters(&good).to_vec();
            numbers[round % (parts.end - parts.start - 3)..][..4].copy_from_slice(&bytes);
            let mut net = boxed::<Quantized<Vector<2>, Net>>();
            let from = &mut &numbers[..];
            load(&mut net.input, from);
            load(&mut net.output, from);
            // What is behind a number that is refused stays zero.
            let _ = <Net as ToInt8<Vector<2>>>::load(&mut net.net, from);
            for x in [Int8([-128, 127]), Int8([127, 127]), Int8([0, 1]), Int8::of(&samples[0], net.input)] {
                let y = *net.infer(&x, &mut *boxed());
                let _ = y.to_sample(net.output);
            }
        }
    }
}
