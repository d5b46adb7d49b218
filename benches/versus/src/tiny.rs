//! The convolutional and recurrent networks and those of the MLPerf Tiny benchmark, layer by layer, and what they
//! cost.

use crate::data::Random;

/// The samples of a training step.
pub const BATCH: usize = 32;
pub const CLASSES: usize = 10;
/// Of batch normalization, as in Keras: the share of the old in the moving means, and what is added to a variance.
#[cfg(any(feature = "burn", feature = "candle"))]
pub const MOMENTUM: f64 = 0.99;
#[cfg(any(feature = "burn", feature = "candle"))]
pub const EPSILON: f64 = 1e-3;

#[derive(Clone, Copy, Debug)]
pub enum Layer {
    /// A convolution with a bias: filters, the rows and the columns of its window, its stride, and what is padded above
    /// and below, left and right.
    Conv(usize, [usize; 2], usize, [usize; 2]),
    /// Of each channel alone, by a window of 3 × 3 that is padded by 1, with this stride.
    Depthwise(usize),
    /// Batch normalization.
    Norm,
    Relu,
    /// The largest of 2 × 2.
    MaxPool,
    /// The mean of each channel.
    AvgPool,
    Flatten,
    Dense(usize),
    /// A recurrent layer of so many units on a sequence, whose steps are the rows of its input: the last output. The
    /// reset gate of a GRU is behind the product, as in Keras and PyTorch.
    Gru(usize),
    Lstm(usize),
    /// Remembers its input.
    Mark,
    /// A convolution of single pixels of what was remembered, in its place: filters and stride.
    Project(usize, usize),
    /// Adds what was remembered.
    Add,
    /// The last of those that classify; training leaves it to the loss.
    Softmax,
}
use Layer::{Add, AvgPool, Conv, Dense, Depthwise, Flatten, Gru, Lstm, Mark, MaxPool, Norm, Project, Relu, Softmax};

/// Channels, rows and columns; what is flat has one row and one column.
pub type Shape = [usize; 3];

pub struct Tiny {
    pub name: &'static str,
    pub input: Shape,
    pub layers: fn() -> Vec<Layer>,
    /// How many steps an epoch has, where training is measured.
    pub steps: Option<usize>,
}

pub const TINY: [Tiny; 7] = [
    Tiny { name: "LeNet5", input: [1, 28, 28], layers: lenet5, steps: Some(32) },
    Tiny { name: "ResNet8", input: [3, 32, 32], layers: resnet8, steps: Some(8) },
    Tiny { name: "Gru", input: [1, 49, 10], layers: || vec![Gru(64), Dense(12), Softmax], steps: Some(32) },
    Tiny { name: "Lstm", input: [1, 49, 10], layers: || vec![Lstm(64), Dense(12), Softmax], steps: Some(32) },
    Tiny { name: "DsCnn", input: [1, 49, 10], layers: ds_cnn, steps: None },
    Tiny { name: "MobileNet", input: [3, 96, 96], layers: mobile_net, steps: None },
    Tiny { name: "Autoencoder", input: [640, 1, 1], layers: autoencoder, steps: None },
];

fn lenet5() -> Vec<Layer> {
    let mut layers = vec![Conv(6, [5, 5], 1, [2, 2]), Relu, MaxPool, Conv(16, [5, 5], 1, [0, 0]), Relu, MaxPool];
    layers.extend([Flatten, Dense(120), Relu, Dense(84), Relu, Dense(CLASSES), Softmax]);
    layers
}

fn resnet8() -> Vec<Layer> {
    let conv = |filters, stride| Conv(filters, [3, 3], stride, [1, 1]);
    let mut layers = vec![conv(16, 1), Norm, Relu];
    for (filters, stride) in [(16, 1), (32, 2), (64, 2)] {
        layers.extend([Mark, conv(filters, stride), Norm, Relu, conv(filters, 1), Norm]);
        if stride > 1 {
            layers.push(Project(filters, stride));
        }
        layers.extend([Add, Relu]);
    }
    layers.extend([AvgPool, Dense(CLASSES), Softmax]);
    layers
}

/// Depthwise convolutions and those of single pixels in turn, each normalized.
fn separable(sizes: &[(usize, usize)]) -> impl Iterator<Item = Layer> {
    sizes
        .iter()
        .flat_map(|(filters, stride)| [Depthwise(*stride), Norm, Relu, Conv(*filters, [1, 1], 1, [0, 0]), Norm, Relu])
}

fn ds_cnn() -> Vec<Layer> {
    let mut layers = vec![Conv(64, [10, 4], 2, [5, 1]), Norm, Relu];
    layers.extend(separable(&[(64, 1); 4]));
    layers.extend([AvgPool, Dense(12), Softmax]);
    layers
}

fn mobile_net() -> Vec<Layer> {
    let mut layers = vec![Conv(8, [3, 3], 2, [1, 1]), Norm, Relu];
    layers.extend(separable(&[(16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2)]));
    layers.extend(separable(&[(128, 1); 5]));
    layers.extend(separable(&[(256, 2), (256, 1)]));
    layers.extend([AvgPool, Dense(2), Softmax]);
    layers
}

fn autoencoder() -> Vec<Layer> {
    let hidden = [128, 128, 128, 128, 8, 128, 128, 128, 128];
    let mut layers = vec![Flatten];
    layers.extend(hidden.iter().flat_map(|units| [Dense(*units), Norm, Relu]));
    layers.push(Dense(640));
    layers
}

impl Tiny {
    pub fn find(name: &str) -> Option<&'static Tiny> {
        TINY.iter().find(|network| network.name == name)
    }

    pub fn inputs(&self) -> usize {
        self.input.iter().product()
    }

    /// Each layer with the shapes of its input and of its output; what is projected has its own.
    pub fn shapes(&self) -> Vec<(Layer, Shape, Shape)> {
        let (mut shape, mut marked) = (self.input, self.input);
        let strided = |size: usize, stride: usize| size.div_ceil(stride);
        let layers = (self.layers)();
        let next = |layer: Layer| {
            let x @ [c, h, w] = if let Project(..) = layer { marked } else { shape };
            let y = match layer {
                Conv(filters, [kh, kw], stride, [ph, pw]) => {
                    [filters, (h + 2 * ph - kh) / stride + 1, (w + 2 * pw - kw) / stride + 1]
                }
                Depthwise(stride) => [c, strided(h, stride), strided(w, stride)],
                Project(filters, stride) => [filters, strided(h, stride), strided(w, stride)],
                MaxPool => [c, h / 2, w / 2],
                AvgPool => [c, 1, 1],
                Flatten => [c * h * w, 1, 1],
                Dense(units) | Gru(units) | Lstm(units) => [units, 1, 1],
                Norm | Relu | Mark | Add | Softmax => x,
            };
            match layer {
                Project(..) => marked = y,
                Mark => marked = x,
                _ => shape = y,
            }
            (layer, x, y)
        };
        layers.into_iter().map(next).collect()
    }

    /// All parameters, the moving means and variances included; and their number where an LSTM has two biases, which
    /// are added, as the others have them for the input and for the state.
    pub fn parameters(&self) -> [usize; 2] {
        let of = |biases: usize, (layer, [c, _, w], [filters, ..]): &(Layer, Shape, Shape)| match layer {
            Conv(_, [kh, kw], ..) => (kh * kw * c + 1) * filters,
            Depthwise(_) => (9 + 1) * filters,
            Project(..) | Dense(_) => (c + 1) * filters,
            Gru(units) => 3 * (w + units + 2) * units,
            Lstm(units) => 4 * (w + units + biases) * units,
            Norm => 4 * c,
            _ => 0,
        };
        [1, 2].map(|biases| self.shapes().iter().map(|layer| of(biases, layer)).sum())
    }

    /// Multiply-adds of the products in each layer that has some.
    fn products(&self) -> Vec<usize> {
        // A recurrent layer has those of its input, and those of its state.
        let of = |(layer, [c, steps, inputs], [filters, h, w]): (Layer, Shape, Shape)| match layer {
            Conv(_, [kh, kw], ..) => vec![kh * kw * c * filters * h * w],
            Depthwise(_) => vec![9 * filters * h * w],
            Project(..) | Dense(_) => vec![c * filters * h * w],
            Gru(units) => vec![3 * steps * inputs * units, 3 * steps * units * units],
            Lstm(units) => vec![4 * steps * inputs * units, 4 * steps * units * units],
            _ => vec![],
        };
        self.shapes().into_iter().flat_map(of).collect()
    }

    /// Floating-point operations of the products that one sample needs in training; see
    /// [`crate::network::Network::training_flops`].
    pub fn training_flops(&self) -> f64 {
        let products = self.products();
        2.0 * (3 * products.iter().sum::<usize>() - products.first().unwrap_or(&0)) as f64
    }

    /// Those of an inference.
    pub fn inference_flops(&self) -> f64 {
        2.0 * self.products().iter().sum::<usize>() as f64
    }

    /// Random samples, one after another, and their classes: noise on a pattern of each class, so that there is
    /// something to learn. A library takes the numbers in the order in which it lays out its samples.
    pub fn samples(&self, count: usize) -> (Vec<f32>, Vec<u32>) {
        let (mut random, inputs) = (Random::new(1), self.inputs());
        let patterns: Vec<_> = (0..CLASSES).map(|_| random.numbers(inputs, 0.5)).collect();
        let (mut x, mut labels) = (Vec::with_capacity(count * inputs), vec![]);
        for _ in 0..count {
            let label = random.bits() as usize % CLASSES;
            x.extend(random.numbers(inputs, 1.0).iter().zip(&patterns[label]).map(|(noise, pattern)| noise + pattern));
            labels.push(label as u32);
        }
        (x, labels)
    }
}
