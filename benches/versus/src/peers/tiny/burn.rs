//! burn, by its own layers, loss and Adam, on two of its backends.

use super::{Inferred, Samples, Task, Trained};
use crate::Result;
use crate::network::{BETA_1, BETA_2, EPSILON, LEARNING_RATE};
use crate::tiny::{self, Layer, Shape, Tiny};
use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::loss::{CrossEntropyLoss, CrossEntropyLossConfig};
use burn::nn::pool::{AdaptiveAvgPool2d, AdaptiveAvgPool2dConfig, MaxPool2d, MaxPool2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig, Gru, GruConfig, Linear, LinearConfig, Lstm, LstmConfig, PaddingConfig2d};
use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::activation::{relu, softmax};
use burn::tensor::{Device, Int, Tensor, TensorData};

/// The layers that have something, each kind in the network's order.
#[derive(Module, Debug)]
struct Net {
    convs: Vec<Conv2d>,
    norms: Vec<BatchNorm>,
    dense: Vec<Linear>,
    grus: Vec<Gru>,
    lstms: Vec<Lstm>,
    max_pool: MaxPool2d,
    avg_pool: AdaptiveAvgPool2d,
}

impl Net {
    fn new(network: &Tiny, device: &Device) -> Self {
        let (mut convs, mut norms, mut dense, mut grus, mut lstms) = (vec![], vec![], vec![], vec![], vec![]);
        for (layer, [c, _, w], [filters, ..]) in network.shapes() {
            let conv = |window, stride, [h, w]: [usize; 2]| {
                let padding = PaddingConfig2d::Explicit(h, w, h, w);
                Conv2dConfig::new([c, filters], window).with_stride([stride; 2]).with_padding(padding)
            };
            match layer {
                Layer::Conv(_, window, stride, padding) => convs.push(conv(window, stride, padding).init(device)),
                Layer::Depthwise(stride) => convs.push(conv([3, 3], stride, [1, 1]).with_groups(c).init(device)),
                Layer::Project(_, stride) => convs.push(conv([1, 1], stride, [0, 0]).init(device)),
                Layer::Norm => {
                    let config = BatchNormConfig::new(c).with_epsilon(tiny::EPSILON);
                    norms.push(config.with_momentum(1.0 - tiny::MOMENTUM).init(device));
                }
                Layer::Dense(_) => dense.push(LinearConfig::new(c, filters).init(device)),
                Layer::Gru(units) => grus.push(GruConfig::new(w, units, true).init(device)),
                Layer::Lstm(units) => lstms.push(LstmConfig::new(w, units, true).init(device)),
                _ => {}
            }
        }
        let max_pool = MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init();
        Net { convs, norms, dense, grus, lstms, max_pool, avg_pool: AdaptiveAvgPool2dConfig::new([1, 1]).init() }
    }

    /// The logits.
    fn forward(&self, layers: &[Layer], mut x: Tensor<4>) -> Tensor<2> {
        let mut marked = None;
        let (mut convs, mut norms, mut dense) = (self.convs.iter(), self.norms.iter(), self.dense.iter());
        let mut layers = layers.iter();
        // Images first.
        let mut y: Tensor<2> = loop {
            match layers.next() {
                Some(Layer::Conv(..) | Layer::Depthwise(_)) => x = next(&mut convs).forward(x),
                Some(Layer::Project(..)) => marked = marked.map(|marked| next(&mut convs).forward(marked)),
                Some(Layer::Norm) => x = next(&mut norms).forward(x),
                Some(Layer::Relu) => x = relu(x),
                Some(Layer::MaxPool) => x = self.max_pool.forward(x),
                Some(Layer::Mark) => marked = Some(x.clone()),
                Some(Layer::Add) => x = x + marked.take().expect("a layer before it remembers"),
                Some(Layer::AvgPool) => break self.avg_pool.forward(x).flatten(1, 3),
                Some(Layer::Gru(units)) => {
                    let states = self.grus[0].forward(x.flatten(1, 2), None);
                    break last(states, *units);
                }
                Some(Layer::Lstm(_)) => break self.lstms[0].forward(x.flatten(1, 2), None).1.hidden,
                _ => break x.flatten(1, 3),
            }
        };
        for layer in layers {
            y = match layer {
                Layer::Dense(_) => next(&mut dense).forward(y),
                Layer::Norm => next(&mut norms).forward(y),
                Layer::Relu => relu(y),
                _ => y,
            };
        }
        y
    }
}

/// The last step of each sequence.
fn last(states: Tensor<3>, units: usize) -> Tensor<2> {
    let [n, steps, _] = states.dims();
    states.slice([0..n, steps - 1..steps, 0..units]).flatten(1, 2)
}

fn next<'a, T>(layers: &mut impl Iterator<Item = &'a T>) -> &'a T {
    layers.next().expect("as many as the network has")
}

fn tensor(x: Vec<f32>, [c, h, w]: Shape, device: &Device) -> Tensor<4> {
    let n = x.len() / (c * h * w);
    Tensor::from_data(TensorData::new(x, [n, c, h, w]), device)
}

struct Training {
    /// Always there, but in the middle of a step.
    net: Option<Net>,
    layers: Vec<Layer>,
    input: Shape,
    optimizer: ModuleOptimizer,
    loss: CrossEntropyLoss,
    device: Device,
    samples: Samples,
}

pub fn flex_trained(task: Task) -> Result<Box<dyn Trained>> {
    trained(task, Device::flex())
}

pub fn flex_inferred(task: Task) -> Result<Box<dyn Inferred>> {
    inferred(task, Device::flex())
}

#[cfg(feature = "burn-ndarray")]
#[allow(deprecated)] // by burn, in favour of flex; it is one to compare with all the same
pub fn ndarray_trained(task: Task) -> Result<Box<dyn Trained>> {
    trained(task, Device::ndarray())
}

#[cfg(feature = "burn-ndarray")]
#[allow(deprecated)]
pub fn ndarray_inferred(task: Task) -> Result<Box<dyn Inferred>> {
    inferred(task, Device::ndarray())
}

fn trained(task: Task, device: Device) -> Result<Box<dyn Trained>> {
    let device = device.autodiff();
    let adam = AdamConfig::new().with_beta_1(BETA_1).with_beta_2(BETA_2).with_epsilon(EPSILON);
    Ok(Box::new(Training {
        net: Some(Net::new(task.network, &device)),
        layers: (task.network.layers)(),
        input: task.network.input,
        optimizer: adam.init(),
        loss: CrossEntropyLossConfig::new().init(&device),
        device,
        samples: Samples::new(task),
    }))
}

impl Trained for Training {
    fn parameters(&self) -> usize {
        self.net.as_ref().map_or(0, Net::num_params)
    }

    fn epoch(&mut self) -> Result<f32> {
        let Training { net: all, layers, input, optimizer, loss: function, device, samples } = self;
        samples.epoch(|x, labels| {
            let n = labels.len();
            let labels: Vec<i32> = labels.into_iter().map(|label| label as i32).collect();
            let labels = Tensor::<1, Int>::from_data(TensorData::new(labels, [n]), &*device);
            let net = all.take().ok_or("the step before failed")?;
            let loss = function.forward(net.forward(layers, tensor(x, *input, device)), labels);
            let value = loss.clone().into_scalar::<f32>();
            let gradients = GradientsParams::from_grads(loss.backward(), &net);
            *all = Some(optimizer.step(f64::from(LEARNING_RATE), net, gradients));
            Ok(value)
        })
    }
}

struct Inference {
    net: Net,
    layers: Vec<Layer>,
    input: Shape,
    device: Device,
}

fn inferred(task: Task, device: Device) -> Result<Box<dyn Inferred>> {
    // As a trained network is: what differentiates it is taken away, and its normalization is that of inference.
    let net = Net::new(task.network, &device.clone().autodiff()).valid();
    Ok(Box::new(Inference { net, layers: (task.network.layers)(), input: task.network.input, device }))
}

impl Inferred for Inference {
    fn parameters(&self) -> usize {
        self.net.num_params()
    }

    fn infer(&mut self, x: &[f32], y: &mut Vec<f32>) -> Result<()> {
        let mut out = self.net.forward(&self.layers, tensor(x.to_vec(), self.input, &self.device));
        if let Some(Layer::Softmax) = self.layers.last() {
            out = softmax(out, 1);
        }
        let data = out.into_data();
        y.extend_from_slice(data.as_slice::<f32>().map_err(|error| format!("{error:?}"))?);
        Ok(())
    }
}
