//! The networks that everyone trains, and what they cost.

/// A fully connected network on 784 pixels: relu between the layers, softmax and cross-entropy behind the last.
#[derive(Clone, Copy)]
pub struct Network {
    pub name: &'static str,
    /// Inputs, hidden units, outputs.
    pub sizes: &'static [usize],
    /// With [`L2`] on the first kernel, [`L1`] on the first layer's output, [`MAX_NORM`] on the first kernel and half
    /// of the first layer's units dropped.
    pub regularized: bool,
    /// It is trained on every how many-th of the samples that the others are trained on: the large one takes long.
    pub share: usize,
}

pub const NETWORKS: [Network; 5] = [
    Network { name: "W1", sizes: &[784, 10], regularized: false, share: 1 },
    Network { name: "W2", sizes: &[784, 64, 10], regularized: false, share: 1 },
    Network { name: "W3", sizes: &[784, 128, 64, 10], regularized: false, share: 1 },
    Network { name: "W4", sizes: &[784, 512, 512, 10], regularized: false, share: 5 },
    Network { name: "WR", sizes: &[784, 64, 10], regularized: true, share: 1 },
];

pub const LEARNING_RATE: f32 = 1e-3;
pub const BETA_1: f32 = 0.9;
pub const BETA_2: f32 = 0.999;
pub const EPSILON: f32 = 1e-7;
pub const L2: f32 = 0.01;
pub const L1: f32 = 0.01;
pub const MAX_NORM: f32 = 2.0;

impl Network {
    pub fn find(name: &str) -> Option<&'static Network> {
        NETWORKS.iter().find(|network| network.name == name)
    }

    /// Inputs and outputs of each layer.
    pub fn layers(&self) -> impl Iterator<Item = (usize, usize)> {
        self.sizes.windows(2).map(|size| (size[0], size[1]))
    }

    /// Kernels and biases.
    pub fn parameters(&self) -> usize {
        self.layers().map(|(inputs, outputs)| (inputs + 1) * outputs).sum()
    }

    /// Floating-point operations of the products that one sample needs in training: forward, the gradients of the
    /// kernels, the gradients of the inputs but the first.
    pub fn training_flops(&self) -> f64 {
        let products = |(i, (inputs, outputs))| (if i == 0 { 2 } else { 3 }) * inputs * outputs;
        2.0 * self.layers().enumerate().map(products).sum::<usize>() as f64
    }

    /// Those of a prediction.
    pub fn prediction_flops(&self) -> f64 {
        2.0 * self.layers().map(|(inputs, outputs)| inputs * outputs).sum::<usize>() as f64
    }
}
