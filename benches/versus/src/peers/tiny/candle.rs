//! candle, by its own layers, loss and AdamW without decay, which is Adam.

use super::{Inferred, Samples, Task, Trained};
use crate::Result;
use crate::network::{BETA_1, BETA_2, EPSILON, LEARNING_RATE};
use crate::tiny::{self, Layer, Shape, Tiny};
use candle_core::{DType, Device, Tensor};
use candle_nn::rnn::{GRU, GRUConfig, LSTM, LSTMConfig, RNN, gru, lstm};
use candle_nn::{AdamW, BatchNorm, BatchNormConfig, Conv2d, Conv2dConfig, Linear, Module, ModuleT, Optimizer};
use candle_nn::{Init, ParamsAdamW, VarBuilder, VarMap, batch_norm, init, linear, loss, ops};

enum Made {
    /// With what is padded before, above and below, left and right: a convolution of candle pads all sides alike.
    Conv(Conv2d, [usize; 2]),
    Norm(BatchNorm),
    Dense(Linear),
    Project(Conv2d),
    Gru(GRU),
    Lstm(LSTM),
    /// One without parameters.
    Other(Layer),
}

struct Net {
    input: Shape,
    layers: Vec<Made>,
}

impl Net {
    fn new(network: &Tiny, builder: &VarBuilder) -> candle_core::Result<Self> {
        let conv = |builder: VarBuilder, shape: [usize; 4], config| {
            let bound = 1.0 / (shape[1..].iter().product::<usize>() as f64).sqrt();
            let weight = builder.get_with_hints(&shape, "weight", init::DEFAULT_KAIMING_NORMAL)?;
            let bias = builder.get_with_hints(shape[0], "bias", Init::Uniform { lo: -bound, up: bound })?;
            candle_core::Result::Ok(Conv2d::new(weight, Some(bias), config))
        };
        let layer = |(l, (layer, [c, _, w], [filters, ..])): (usize, (Layer, Shape, Shape))| {
            let (builder, plain) = (builder.pp(l), Conv2dConfig::default());
            Ok(match layer {
                Layer::Conv(_, [kh, kw], stride, [ph, pw]) => {
                    let (padding, before) = if ph == pw { (ph, [0; 2]) } else { (0, [ph, pw]) };
                    let config = Conv2dConfig { padding, stride, ..plain };
                    Made::Conv(conv(builder, [filters, c, kh, kw], config)?, before)
                }
                Layer::Depthwise(stride) => {
                    let config = Conv2dConfig { padding: 1, stride, groups: c, ..plain };
                    Made::Conv(conv(builder, [filters, 1, 3, 3], config)?, [0; 2])
                }
                Layer::Project(_, stride) => {
                    Made::Project(conv(builder, [filters, c, 1, 1], Conv2dConfig { stride, ..plain })?)
                }
                Layer::Norm => {
                    let config =
                        BatchNormConfig { eps: tiny::EPSILON, momentum: 1.0 - tiny::MOMENTUM, ..Default::default() };
                    Made::Norm(batch_norm(c, config, builder)?)
                }
                Layer::Gru(units) => Made::Gru(gru(w, units, GRUConfig::default(), builder)?),
                Layer::Lstm(units) => Made::Lstm(lstm(w, units, LSTMConfig::default(), builder)?),
                Layer::Dense(_) => Made::Dense(linear(c, filters, builder)?),
                other => Made::Other(other),
            })
        };
        let layers = network.shapes().into_iter().enumerate().map(layer).collect::<candle_core::Result<_>>()?;
        Ok(Net { input: network.input, layers })
    }

    /// The logits.
    fn forward(&self, x: &Tensor, training: bool) -> candle_core::Result<Tensor> {
        let (mut x, mut marked) = (x.clone(), x.clone());
        for layer in &self.layers {
            x = match layer {
                Made::Conv(conv, [0, 0]) => conv.forward(&x)?,
                Made::Conv(conv, [ph, pw]) => {
                    conv.forward(&x.pad_with_zeros(2, *ph, *ph)?.pad_with_zeros(3, *pw, *pw)?)?
                }
                Made::Norm(norm) => norm.forward_t(&x, training)?,
                Made::Dense(dense) => dense.forward(&x)?,
                Made::Gru(gru) => last(gru.seq(&x.squeeze(1)?)?)?.h().clone(),
                Made::Lstm(lstm) => last(lstm.seq(&x.squeeze(1)?)?)?.h().clone(),
                Made::Project(conv) => {
                    marked = conv.forward(&marked)?;
                    x
                }
                Made::Other(Layer::Mark) => {
                    marked = x.clone();
                    x
                }
                Made::Other(Layer::Add) => (x + &marked)?,
                Made::Other(Layer::Relu) => x.relu()?,
                Made::Other(Layer::MaxPool) => x.max_pool2d(2)?,
                Made::Other(Layer::AvgPool) => x.mean((2, 3))?,
                Made::Other(Layer::Flatten) => x.flatten_from(1)?,
                Made::Other(_) => x,
            };
        }
        Ok(x)
    }

    fn tensor(&self, x: &[f32]) -> candle_core::Result<Tensor> {
        let [c, h, w] = self.input;
        Tensor::from_slice(x, (x.len() / (c * h * w), c, h, w), &Device::Cpu)
    }
}

/// The state behind a sequence.
fn last<S>(states: Vec<S>) -> candle_core::Result<S> {
    states.into_iter().last().ok_or_else(|| candle_core::Error::Msg("Expected steps, received none".into()))
}

/// A new network, and its tensors by name.
fn made(network: &Tiny) -> candle_core::Result<(Net, VarMap)> {
    let variables = VarMap::new();
    let net = Net::new(network, &VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu))?;
    Ok((net, variables))
}

fn count(variables: &VarMap) -> usize {
    variables.all_vars().iter().map(|variable| variable.elem_count()).sum()
}

struct Training {
    net: Net,
    parameters: usize,
    optimizer: AdamW,
    samples: Samples,
}

pub fn trained(task: Task) -> Result<Box<dyn Trained>> {
    let (net, variables) = made(task.network)?;
    let params = ParamsAdamW {
        lr: LEARNING_RATE.into(),
        beta1: BETA_1.into(),
        beta2: BETA_2.into(),
        eps: EPSILON.into(),
        weight_decay: 0.0,
    };
    let parameters = count(&variables);
    let optimizer = AdamW::new(variables.all_vars(), params)?;
    Ok(Box::new(Training { net, parameters, optimizer, samples: Samples::new(task) }))
}

impl Trained for Training {
    fn parameters(&self) -> usize {
        self.parameters
    }

    fn epoch(&mut self) -> Result<f32> {
        let Training { net, optimizer, samples, .. } = self;
        samples.epoch(|x, labels| {
            let n = labels.len();
            let logits = net.forward(&net.tensor(&x)?, true)?;
            let loss = loss::cross_entropy(&logits, &Tensor::from_vec(labels, n, &Device::Cpu)?)?;
            optimizer.backward_step(&loss)?;
            Ok(loss.to_scalar()?)
        })
    }
}

struct Inference {
    net: Net,
    parameters: usize,
    classifies: bool,
}

pub fn inferred(task: Task) -> Result<Box<dyn Inferred>> {
    let (_, variables) = made(task.network)?;
    // As read from a file: tensors that are no variables, of which nothing is kept for gradients.
    let all = variables.data().lock().map_err(|error| error.to_string())?;
    let tensors = all.iter().map(|(name, variable)| (name.clone(), variable.as_detached_tensor())).collect();
    drop(all);
    let net = Net::new(task.network, &VarBuilder::from_tensors(tensors, DType::F32, &Device::Cpu))?;
    let classifies = matches!(net.layers.last(), Some(Made::Other(Layer::Softmax)));
    Ok(Box::new(Inference { net, parameters: count(&variables), classifies }))
}

impl Inferred for Inference {
    fn parameters(&self) -> usize {
        self.parameters
    }

    fn infer(&mut self, x: &[f32], y: &mut Vec<f32>) -> Result<()> {
        let mut out = self.net.forward(&self.net.tensor(x)?, false)?;
        if self.classifies {
            out = ops::softmax_last_dim(&out)?;
        }
        y.extend(out.flatten_all()?.to_vec1::<f32>()?);
        Ok(())
    }
}
