//! candle, by its own layers, loss and AdamW without decay, which is Adam.

use super::{Peer, Task};
use crate::Result;
use crate::data::{Clothes, Data, Order, PIXELS, gather};
use crate::network::{BETA_1, BETA_2, EPSILON, L1, L2, LEARNING_RATE, MAX_NORM};
use candle_core::{DType, Device, Tensor, Var};
use candle_nn::{AdamW, Linear, Module, Optimizer, ParamsAdamW, VarBuilder, VarMap, linear, loss, ops};

struct Candle<'a> {
    layers: Vec<Linear>,
    /// The first kernel.
    kernel: Option<Var>,
    optimizer: AdamW,
    data: &'a Data,
    order: Order,
    batch: usize,
    regularized: bool,
}

pub fn new(task: Task) -> Result<Box<dyn Peer + '_>> {
    let variables = VarMap::new();
    let builder = VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu);
    let layer = |(l, (inputs, outputs)): (usize, _)| linear(inputs, outputs, builder.pp(l));
    let layers = task.network.layers().enumerate().map(layer).collect::<candle_core::Result<Vec<_>>>()?;
    let params = ParamsAdamW {
        lr: LEARNING_RATE.into(),
        beta1: BETA_1.into(),
        beta2: BETA_2.into(),
        eps: EPSILON.into(),
        weight_decay: 0.0,
    };
    let kernel = variables.data().lock().map_err(|error| error.to_string())?.get("0.weight").cloned();
    Ok(Box::new(Candle {
        layers,
        kernel,
        optimizer: AdamW::new(variables.all_vars(), params)?,
        data: task.data,
        order: Order::new(task.data.len()),
        batch: task.batch,
        regularized: task.network.regularized,
    }))
}

impl Candle<'_> {
    /// The logits, and the loss that the regularizers add.
    fn forward(&self, x: &Tensor, training: bool) -> candle_core::Result<(Tensor, Option<Tensor>)> {
        let (mut x, mut penalty) = (x.clone(), None);
        for (l, layer) in self.layers.iter().enumerate() {
            x = layer.forward(&x)?;
            let regularized = training && self.regularized && l == 0;
            if regularized {
                let l1 = x.abs()?.sum_all()?.affine(f64::from(L1) / x.dim(0)? as f64, 0.0)?;
                let l2 = layer.weight().sqr()?.sum_all()?.affine(L2.into(), 0.0)?;
                penalty = Some((l1 + l2)?);
            }
            if l + 1 < self.layers.len() {
                x = x.relu()?;
            }
            if regularized {
                x = ops::dropout(&x, 0.5)?;
            }
        }
        Ok((x, penalty))
    }
}

impl Peer for Candle<'_> {
    fn epoch(&mut self) -> Result<()> {
        self.order.shuffle();
        for start in (0..self.data.len()).step_by(self.batch) {
            let (mut x, mut labels) = (vec![], vec![]);
            gather(self.data, self.order.range(start, self.batch), (&mut x, &mut labels));
            let n = labels.len();
            let x = Tensor::from_vec(x, (n, PIXELS), &Device::Cpu)?;
            let (logits, penalty) = self.forward(&x, true)?;
            let mut loss = loss::cross_entropy(&logits, &Tensor::from_vec(labels, n, &Device::Cpu)?)?;
            if let Some(penalty) = penalty {
                loss = (loss + penalty)?;
            }
            self.optimizer.backward_step(&loss)?;
            if let Some(kernel) = self.kernel.as_ref().filter(|_| self.regularized) {
                let w = kernel.as_detached_tensor();
                let norms = w.sqr()?.sum_keepdim(1)?.sqrt()?;
                let scales = (norms.minimum(MAX_NORM)? / norms.affine(1.0, EPSILON.into())?)?;
                kernel.set(&w.broadcast_mul(&scales)?)?;
            }
        }
        Ok(())
    }

    fn predict(&mut self, x: &[Clothes], scores: &mut Vec<f32>) -> Result<()> {
        let x = Tensor::from_slice(taut::memory::flat(x), (x.len(), PIXELS), &Device::Cpu)?;
        let (logits, _) = self.forward(&x, false)?;
        scores.extend(ops::softmax_last_dim(&logits)?.flatten_all()?.to_vec1::<f32>()?);
        Ok(())
    }
}
