//! burn, by its own layers, loss and Adam, on two of its backends.

use super::{Peer, Task};
use crate::Result;
use crate::data::{Clothes, Data, Order, PIXELS, gather};
use crate::network::{BETA_1, BETA_2, EPSILON, L1, L2, LEARNING_RATE, MAX_NORM};
use burn::module::Module;
use burn::nn::loss::{CrossEntropyLoss, CrossEntropyLossConfig};
use burn::nn::{Dropout, DropoutConfig, Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::activation::{relu, softmax};
use burn::tensor::{Device, Int, Tensor, TensorData};

#[derive(Module, Debug)]
struct Mlp {
    layers: Vec<Linear>,
    dropout: Option<Dropout>,
}

impl Mlp {
    /// The logits, and the loss that the regularizers add.
    fn forward(&self, mut x: Tensor<2>, training: bool) -> (Tensor<2>, Option<Tensor<1>>) {
        let mut penalty = None;
        for (l, layer) in self.layers.iter().enumerate() {
            x = layer.forward(x);
            let dropout = self.dropout.as_ref().filter(|_| training && l == 0);
            if dropout.is_some() {
                let l1 = x.clone().abs().sum().mul_scalar(L1 / x.dims()[0] as f32);
                penalty = Some(l1 + layer.weight.val().square().sum().mul_scalar(L2));
            }
            if l + 1 < self.layers.len() {
                x = relu(x);
            }
            if let Some(dropout) = dropout {
                x = dropout.forward(x);
            }
        }
        (x, penalty)
    }
}

struct Burn<'a> {
    /// Always there, but in the middle of a step.
    model: Option<Mlp>,
    /// The model without what differentiates it, since the last epoch.
    fixed: Option<Mlp>,
    optimizer: ModuleOptimizer,
    loss: CrossEntropyLoss,
    /// To train on, and to predict on.
    device: Device,
    plain: Device,
    data: &'a Data,
    order: Order,
    batch: usize,
}

pub fn flex(task: Task) -> Result<Box<dyn Peer + '_>> {
    new(task, Device::flex())
}

#[cfg(feature = "burn-ndarray")]
#[allow(deprecated)] // by burn, in favour of flex; it is one to compare with all the same
pub fn ndarray(task: Task) -> Result<Box<dyn Peer + '_>> {
    new(task, Device::ndarray())
}

fn new(task: Task, plain: Device) -> Result<Box<dyn Peer + '_>> {
    let device = plain.clone().autodiff();
    let layers = task.network.layers().map(|(inputs, outputs)| LinearConfig::new(inputs, outputs).init(&device));
    let dropout = task.network.regularized.then(|| DropoutConfig::new(0.5).init());
    let adam = AdamConfig::new().with_beta_1(BETA_1).with_beta_2(BETA_2).with_epsilon(EPSILON);
    Ok(Box::new(Burn {
        model: Some(Mlp { layers: layers.collect(), dropout }),
        fixed: None,
        optimizer: adam.init(),
        loss: CrossEntropyLossConfig::new().init(&device),
        device,
        plain,
        data: task.data,
        order: Order::new(task.data.len()),
        batch: task.batch,
    }))
}

impl Peer for Burn<'_> {
    fn epoch(&mut self) -> Result<()> {
        self.fixed = None;
        self.order.shuffle();
        for start in (0..self.data.len()).step_by(self.batch) {
            let (mut x, mut labels) = (vec![], vec![]);
            gather(self.data, self.order.range(start, self.batch), (&mut x, &mut labels));
            let n = labels.len();
            let labels: Vec<i32> = labels.into_iter().map(|label| label as i32).collect();
            let x = Tensor::<2>::from_data(TensorData::new(x, [n, PIXELS]), &self.device);
            let labels = Tensor::<1, Int>::from_data(TensorData::new(labels, [n]), &self.device);
            let model = self.model.take().ok_or("the step before failed")?;
            let (logits, penalty) = model.forward(x, true);
            let mut loss = self.loss.forward(logits, labels);
            if let Some(penalty) = penalty {
                loss = loss + penalty;
            }
            let gradients = GradientsParams::from_grads(loss.backward(), &model);
            let mut model = self.optimizer.step(f64::from(LEARNING_RATE), model, gradients);
            if model.dropout.is_some() {
                let first = &mut model.layers[0];
                first.weight = first.weight.clone().map(|w| {
                    let w = w.inner();
                    let norms = w.clone().square().sum_dim(0).sqrt();
                    let scales = norms.clone().clamp_max(MAX_NORM) / (norms + EPSILON);
                    Tensor::from_inner(w * scales).require_grad()
                });
            }
            self.model = Some(model);
        }
        Ok(())
    }

    fn predict(&mut self, x: &[Clothes], scores: &mut Vec<f32>) -> Result<()> {
        let model = self.model.as_ref().ok_or("the last step failed")?;
        let fixed = self.fixed.get_or_insert_with(|| model.valid());
        let data = TensorData::new(taut::memory::flat(x).to_vec(), [x.len(), PIXELS]);
        let (logits, _) = fixed.forward(Tensor::from_data(data, &self.plain), false);
        let data = softmax(logits, 1).into_data();
        scores.extend_from_slice(data.as_slice::<f32>().map_err(|error| format!("{error:?}"))?);
        Ok(())
    }
}
