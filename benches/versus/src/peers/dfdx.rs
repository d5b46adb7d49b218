//! dfdx, by its own layers, loss and Adam.

use super::{Peer, Task};
use crate::Result;
use crate::data::{CLASSES, Clothes, Data, Order, PIXELS, gather};
use crate::network::{BETA_1, BETA_2, EPSILON, L1, L2, LEARNING_RATE, MAX_NORM};
use dfdx::nn::modules;
use dfdx::optim::Adam;
use dfdx::prelude::*;
use dfdx::shapes::Const;

type Layer<const I: usize, const O: usize> = modules::Linear<I, O, f32, Cpu>;
type Net1 = (Layer<784, 10>,);
type Net2 = (Layer<784, 64>, ReLU, Layer<64, 10>);
type Net3 = (Layer<784, 128>, ReLU, Layer<128, 64>, ReLU, Layer<64, 10>);
type Net4 = (Layer<784, 512>, ReLU, Layer<512, 512>, ReLU, Layer<512, 10>);
type Regularized = (Layer<784, 64>, (ReLU, DropoutOneIn<2>), Layer<64, 10>);

struct Dfdx<'a, M> {
    device: Cpu,
    model: M,
    optimizer: Adam<M, f32, Cpu>,
    gradients: Option<Gradients<f32, Cpu>>,
    data: &'a Data,
    order: Order,
    batch: usize,
}

pub fn new(task: Task) -> Result<Box<dyn Peer + '_>> {
    dfdx::flush_denormals_to_zero();
    macro_rules! made {
        ($Net:ty) => {{
            let device = Cpu::seed_from_u64(1);
            let model = <$Net as BuildModule<Cpu, f32>>::build(&device);
            let config = AdamConfig {
                lr: LEARNING_RATE.into(),
                betas: [BETA_1.into(), BETA_2.into()],
                eps: EPSILON.into(),
                weight_decay: None,
            };
            Ok(Box::new(Dfdx {
                optimizer: Adam::new(&model, config),
                gradients: Some(model.alloc_grads()),
                device,
                model,
                data: task.data,
                order: Order::new(task.data.len()),
                batch: task.batch,
            }))
        }};
    }
    match task.network.name {
        "W1" => made!(Net1),
        "W2" => made!(Net2),
        "W3" => made!(Net3),
        "W4" => made!(Net4),
        "WR" => made!(Regularized),
        name => Err(format!("no network {name}").into()),
    }
}

macro_rules! peer {
    ($Net:ty, $self:ident, |$x:ident| $loss:expr, $constrain:expr) => {
        impl Peer for Dfdx<'_, $Net> {
            fn epoch(&mut $self) -> Result<()> {
                $self.order.shuffle();
                for start in (0..$self.data.len()).step_by($self.batch) {
                    let (mut x, mut labels) = (vec![], vec![]);
            gather($self.data, $self.order.range(start, $self.batch), (&mut x, &mut labels));
                    let n = labels.len();
                    let mut targets = vec![0.0; n * CLASSES];
                    labels.iter().enumerate().for_each(|(i, label)| targets[i * CLASSES + *label as usize] = 1.0);
                    let targets = $self.device.tensor_from_vec(targets, (n, Const::<CLASSES>));
                    let $x = $self.device.tensor_from_vec(x, (n, Const::<PIXELS>));
                    let gradients = $self.gradients.take().ok_or("the step before failed")?;
                    let $x = $x.traced(gradients);
                    let (logits, penalty) = $loss;
                    let mut loss = cross_entropy_with_logits_loss(logits, targets);
                    if let Some(penalty) = penalty {
                        loss = loss + penalty;
                    }
                    let mut gradients = loss.backward();
                    $self.optimizer.update(&mut $self.model, &gradients).map_err(|error| format!("{error:?}"))?;
                    $self.model.zero_grads(&mut gradients);
                    $self.gradients = Some(gradients);
                    $constrain;
                }
                Ok(())
            }

            fn predict(&mut $self, x: &[Clothes], scores: &mut Vec<f32>) -> Result<()> {
                let n = x.len();
                let x = $self.device.tensor_from_vec(taut::memory::flat(x).to_vec(), (n, Const::<PIXELS>));
                scores.extend($self.model.forward(x).softmax::<Axis<1>>().as_vec());
                Ok(())
            }
        }
    };
    ($($Net:ty),*) => { $(
        peer!($Net, self, |x| (self.model.forward_mut(x), None::<Tensor<Rank0, f32, Cpu, OwnedTape<f32, Cpu>>>), ());
    )* };
}

peer!(Net1, Net2, Net3, Net4);
peer!(
    Regularized,
    self,
    |x| {
        let n = x.shape().0;
        let (y, tape) = self.model.0.forward_mut(x).split_tape();
        let l1 = y.clone().put_tape(tape).abs().sum::<Rank0, _>() * (L1 / n as f32);
        let l2 = self.model.0.weight.retaped::<OwnedTape<f32, Cpu>>().square().sum::<Rank0, _>() * L2;
        let (penalty, tape) = (l1 + l2).split_tape();
        let y = self.model.1.forward_mut(y.put_tape(tape));
        let (logits, tape) = self.model.2.forward_mut(y).split_tape();
        // The tape goes with the logits; the penalty joins them in the sum.
        (logits.put_tape(tape), Some(penalty))
    },
    {
        let weight = &mut self.model.0.weight;
        let norms = weight.clone().square().sum::<Rank1<64>, _>().sqrt();
        let scales = norms.clone().clamp(0.0, MAX_NORM) / (norms + EPSILON);
        let scaled = weight.clone() * scales.broadcast::<Rank2<64, 784>, _>();
        // In its place: the optimizer knows a tensor by its identity.
        weight.copy_from(&scaled.as_vec());
    }
);
