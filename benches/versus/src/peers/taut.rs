//! taut itself.

use super::{Peer, Task};
use crate::Result;
use crate::data::{Clothes, Data};
use taut::prelude::*;
use taut::{ClassProbabilities, Compiled, Fits, Train};

type Net1 = (Flatten, Dense<784, 10>, Softmax);
type Net2 = (Flatten, Dense<784, 64>, Relu, Dense<64, 10>, Softmax);
type Net3 = (Flatten, Dense<784, 128>, Relu, Dense<128, 64>, Relu, Dense<64, 10>, Softmax);
type Net4 = (Flatten, Dense<784, 512>, Relu, Dense<512, 512>, Relu, Dense<512, 10>, Softmax);
type Regularized = (Flatten, Dense<784, 64>, Relu, Dropout<50>, Dense<64, 10>, Softmax);

struct Taut<'a, N: Train<Clothes, Y = Vector<10>>> {
    model: Compiled<Clothes, N, Adam, SparseCategoricalCrossentropy, ()>,
    work: Box<N::Scratch>,
    data: &'a Data,
    fit: Fit,
}

impl<N: Train<Clothes, Y = Vector<10>>> Peer for Taut<'_, N> {
    fn epoch(&mut self) -> Result<()> {
        self.model.fit(self.data, self.fit)?;
        Ok(())
    }

    fn predict(&mut self, x: &[Clothes], scores: &mut Vec<f32>) -> Result<()> {
        match x {
            [x] => scores.extend(self.model.net().predict(x, &mut self.work).values()),
            _ => {
                let y = taut::with_threads(self.fit.threads.unwrap_or(1), || self.model.predict_batch(x));
                scores.extend_from_slice(taut::memory::flat(&y));
            }
        }
        Ok(())
    }
}

pub fn new(task: Task) -> Result<Box<dyn Peer + '_>> {
    fn made<N: Train<Clothes, Y = Vector<10>>>(task: Task, options: impl FnOnce(&mut N::Options)) -> Box<dyn Peer + '_>
    where
        SparseCategoricalCrossentropy: Fits<ClassProbabilities, N::Kind>,
    {
        let model = Model::<Clothes, N>::new(1).layers(options);
        Box::new(Taut {
            model: model.compile(Adam::default(), SparseCategoricalCrossentropy, ()),
            work: taut::memory::boxed(),
            data: task.data,
            fit: Fit {
                batch_size: task.batch,
                threads: Some(task.threads),
                verbose: Verbose::Silent,
                ..Fit::default()
            },
        })
    }
    Ok(match task.network.name {
        "W1" => made::<Net1>(task, |_| ()),
        "W2" => made::<Net2>(task, |_| ()),
        "W3" => made::<Net3>(task, |_| ()),
        "W4" => made::<Net4>(task, |_| ()),
        "WR" => made::<Regularized>(task, |net| {
            net.1.kernel.regularizer = L2(0.01).into();
            net.1.activity_regularizer = L1(0.01).into();
            net.1.kernel.constraint = MaxNorm(2.0).into();
        }),
        name => return Err(format!("no network {name}").into()),
    })
}
