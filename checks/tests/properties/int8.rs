//! Networks of signed bytes and the plain formulas of TensorFlow Lite's specification.

use crate::case::{Case, Drawn, holds};
use taut::__private::embed::contents;
use taut::Train;
use taut::int8::{Int8, Quantized, QuantizedModel, Scale, ToInt8};
use taut::{layers::*, prelude::*};

/// The parameters of a file, read one after another. Words are aligned.
struct Reader {
    bytes: Vec<u8>,
    at: usize,
}

impl Reader {
    fn of<X: Sample, N: ToInt8<X>>(model: &QuantizedModel<X, N>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("net.taut");
        model.save(&path).unwrap();
        let file = std::fs::read(path).unwrap();
        let parts = taut::io::format::inspect(&file, &contents::<Quantized<X, N>>()).unwrap();
        Reader { bytes: parts.parameters(&file).to_vec(), at: 0 }
    }

    fn word(&mut self) -> i32 {
        self.at = self.at.next_multiple_of(4);
        self.at += 4;
        i32::from_le_bytes(self.bytes[self.at - 4..self.at].try_into().unwrap())
    }

    fn bytes(&mut self, count: usize) -> Vec<i64> {
        self.at += count;
        self.bytes[self.at - count..self.at].iter().map(|byte| i64::from(*byte as i8)).collect()
    }

    fn scale(&mut self) -> (f64, i64) {
        let scale = f32::from_bits(self.word() as u32);
        (scale.into(), self.word().into())
    }
}

/// `y = zero point + multiplier · 2^(shift - 31) · (bias + Σ w·x)`, rounded half up, saturated.
struct Plain {
    kernel: Vec<Vec<i64>>,
    bias: Vec<i64>,
    multiplier: Vec<i64>,
    shift: Vec<i64>,
    zero_point: i64,
}

impl Plain {
    fn read(from: &mut Reader, inputs: usize, outputs: usize) -> Self {
        let kernel = (0..outputs).map(|_| from.bytes(inputs)).collect();
        let mut words = || (0..outputs).map(|_| from.word().into()).collect();
        let (bias, multiplier) = (words(), words());
        Plain { kernel, bias, multiplier, shift: from.bytes(outputs), zero_point: from.word().into() }
    }

    fn apply(&self, x: &[i64]) -> Vec<i64> {
        let output = |o: usize| {
            let sum = self.bias[o] + self.kernel[o].iter().zip(x).map(|(w, x)| w * x).sum::<i64>();
            let places = 31 - self.shift[o];
            let scaled = (i128::from(sum) * i128::from(self.multiplier[o]) + (1 << (places - 1))) >> places;
            (scaled as i64 + self.zero_point).clamp(-128, 127)
        };
        (0..self.kernel.len()).map(output).collect()
    }

    /// The factor from sums to bytes.
    fn factor(&self, o: usize) -> f64 {
        self.multiplier[o] as f64 * 2_f64.powi(self.shift[o] as i32 - 31)
    }
}

fn quantized<X: Drawn + Sample, N: Train<X> + ToInt8<X>>(case: &Case) -> (Model<X, N>, QuantizedModel<X, N>) {
    let model = case.model::<X, N>();
    let small = quantize(&model, &case.inputs::<X>()).unwrap();
    (model, small)
}

/// Bytes that a sample may have, whether they were among the samples of the calibration or not.
fn any_bytes<const N: usize>(case: &Case) -> Vec<Int8<Vector<N>>> {
    let mut next = case.numbers(4);
    (0..20).map(|_| Int8([(); N].map(|()| (next() / case.spread * 128.0).round().clamp(-128.0, 127.0) as i8))).collect()
}

fn wide<const N: usize>(x: &Int8<Vector<N>>) -> Vec<i64> {
    x.0.iter().map(|x| i64::from(*x)).collect()
}

/// The nearest byte, by the specification.
fn byte((scale, zero_point): (f64, i64), x: f32) -> f64 {
    (f64::from(x) / scale + zero_point as f64).clamp(-128.0, 127.0)
}

/// One dense layer: its bytes are those of the formula, and its parameters those that the specification asks for.
fn of_one_layer<const I: usize, const O: usize>(case: &Case) {
    let (model, small) = quantized::<Vector<I>, Dense<I, O>>(case);
    let mut reader = Reader::of(&small);
    let (input, output) = (reader.scale(), reader.scale());
    let layer = Plain::read(&mut reader, I, O);
    assert_eq!(reader.at, reader.bytes.len());
    for x in any_bytes::<I>(case) {
        assert_eq!(wide(&small.predict_bytes(&x)), layer.apply(&wide(&x)), "{x:?}");
    }

    // Ranges contain 0, which is a byte, and are cut into 255 parts.
    let samples = case.inputs::<Vector<I>>();
    let range = |numbers: &mut dyn Iterator<Item = f32>| {
        numbers.fold((0.0_f64, 0.0_f64), |(min, max), x| (min.min(x.into()), max.max(x.into())))
    };
    let outputs = model.predict_batch(&samples);
    let ranges = [
        range(&mut samples.iter().flat_map(|x| x.values().to_vec())),
        range(&mut outputs.iter().flat_map(|y| y.values().to_vec())),
    ];
    for ((min, max), (scale, zero_point)) in ranges.into_iter().zip([input, output]) {
        assert!((scale - (max - min) / 255.0).abs() <= 1e-5 * scale, "{min} to {max}: {scale}");
        assert!((zero_point as f64 - (-128.0 - min / scale)).abs() <= 0.501, "{min} to {max}: {zero_point}");
    }
    for o in 0..O {
        let w: Vec<f64> = (0..I).map(|i| model.net().kernel[(o, i)].into()).collect();
        let largest = w.iter().fold(0.0_f64, |most, w| most.max(w.abs()));
        // Weights are symmetric, with a scale for each output.
        let scale = largest / 127.0;
        let factor = scale * input.0 / output.0;
        assert!((layer.factor(o) - factor).abs() <= 1e-8 * factor, "{} for {factor}", layer.factor(o));
        for (w, q) in w.iter().zip(&layer.kernel[o]) {
            assert!((w / scale - *q as f64).abs() <= 0.501, "{w} is {q} of {scale}");
        }
        // The bias has the scale of the products, and holds what the input's zero point adds to each sum.
        let bias = layer.bias[o] + input.1 * layer.kernel[o].iter().sum::<i64>();
        let expected = f64::from(model.net().bias[o]) / (scale * input.0);
        assert!((bias as f64 - expected).abs() <= 0.501, "{bias} for {expected}");
    }
    // The nearest bytes of floats, and back.
    for (x, y) in samples.iter().zip(&outputs) {
        let scale = Scale { scale: input.0 as f32, zero_point: input.1 as i32 };
        for (q, x) in Int8::of(x, scale).0.iter().zip(x.values()) {
            assert!((f64::from(*q) - byte(input, *x)).abs() <= 0.501, "{x} is {q}");
        }
        let off = (small.predict(x).0 - y.0).amax();
        assert!(f64::from(off) <= output.0 + 0.51 * rounding(input.0, &model), "{off} off");
    }
}

/// The sizes of the inputs' and the weights' steps in a sum of one output. Each may be off by half of a step.
fn rounding<const I: usize, const O: usize>(scale: f64, model: &Model<Vector<I>, Dense<I, O>>) -> f64 {
    let largest = f64::from(model.net().kernel.amax());
    // No input is above 1.2.
    I as f64 * (scale * largest + largest / 127.0 * 1.2)
}

/// Several layers, with clamps between them.
fn of_a_network(case: &Case) {
    type Net = (Dense<9, 13>, Relu, Dense<13, 6, NoBias>, Relu6, Dense<6, 5>);
    let (_, small) = quantized::<Vector<9>, Net>(case);
    let mut reader = Reader::of(&small);
    let _ends = [reader.scale(), reader.scale()];
    let first = Plain::read(&mut reader, 9, 13);
    let clamps = |reader: &mut Reader| i64::from(reader.word())..=i64::from(reader.word());
    let relu = clamps(&mut reader);
    let second = Plain::read(&mut reader, 13, 6);
    let relu6 = clamps(&mut reader);
    let third = Plain::read(&mut reader, 6, 5);
    assert_eq!(reader.at, reader.bytes.len());
    assert_eq!(*relu.start(), first.zero_point, "a Relu begins at the byte that is 0");
    let clamp = |x: Vec<i64>, to: &std::ops::RangeInclusive<i64>| -> Vec<i64> {
        x.into_iter().map(|x| x.clamp(*to.start(), *to.end())).collect()
    };
    for x in any_bytes::<9>(case) {
        let y = clamp(first.apply(&wide(&x)), &relu);
        let y = third.apply(&clamp(second.apply(&y), &relu6));
        assert_eq!(wide(&small.predict_bytes(&x)), y, "{x:?}");
    }
}

#[test]
fn bytes_are_those_of_the_plain_formula() {
    holds(|case| {
        of_one_layer::<7, 5>(case);
        of_one_layer::<1, 1>(case);
        of_one_layer::<33, 8>(case);
        of_a_network(case);
    });
}

/// The bytes of several networks.
pub fn outputs_of_all(case: &Case) -> Vec<i8> {
    type Net = (Dense<9, 13>, Relu, Dense<13, 6, NoBias>, Tanh, Dense<6, 5>, Softmax);
    let (_, small) = quantized::<Vector<9>, Net>(case);
    any_bytes::<9>(case).iter().flat_map(|x| small.predict_bytes(x).0).collect()
}
