//! taut itself. Its samples are channels last, as in Keras; an inference runs on one thread.

use super::{Inferred, Task, Trained};
use crate::Result;
use crate::tiny::BATCH;
use taut::memory::{Floats, boxed, flat_mut, zeros};
use taut::zoo::{Autoencoder, DsCnn, GruClassifier, LeNet5, MobileNet, ResNet8};
use taut::{ClassProbabilities, Fits, Train};
use taut::{FoldValues, Sample, model::Compiled, prelude::*};

type LstmClassifier = (Lstm<10, 64>, Dense<64, 12>, Softmax);

struct Training<X: Sample, N: Train<X, Y = Vector<C>>, const C: usize> {
    model: Compiled<X, N, Adam, SparseCategoricalCrossentropy, ()>,
    data: Dataset<X, Class<C>>,
    fit: Fit,
}

impl<X: Sample, N: Train<X, Y = Vector<C>>, const C: usize> Trained for Training<X, N, C> {
    fn parameters(&self) -> usize {
        N::PARAMS
    }

    fn epoch(&mut self) -> Result<f32> {
        let history = self.model.fit(&self.data, self.fit)?;
        Ok(history.rows.last().and_then(|row| row.first()).copied().unwrap_or(f32::NAN))
    }
}

struct Inference<X: Sample, N: Train<X>> {
    model: Model<X, N>,
    x: Box<X>,
    work: Box<N::Scratch>,
    /// Those of the network as it is trained.
    parameters: usize,
}

impl<X: Sample, N: Train<X, Y: Sample>> Inferred for Inference<X, N> {
    fn parameters(&self) -> usize {
        self.parameters
    }

    fn infer(&mut self, x: &[f32], y: &mut Vec<f32>) -> Result<()> {
        self.x.values_mut().copy_from_slice(x);
        y.extend(self.model.net().infer(&self.x, &mut self.work).values());
        Ok(())
    }
}

pub fn trained(task: Task) -> Result<Box<dyn Trained>> {
    fn made<X: Sample + 'static, N, const C: usize>(task: Task) -> Result<Box<dyn Trained>>
    where
        N: Train<X, Y = Vector<C>> + 'static,
        SparseCategoricalCrossentropy: Fits<ClassProbabilities, N::Kind>,
    {
        let (x, labels) = task.network.samples(task.samples);
        let mut data = Dataset { x: zeros::<X>(task.samples), y: vec![] };
        flat_mut(&mut data.x).copy_from_slice(&x);
        data.y.extend(labels.iter().filter_map(|label| Class::new(*label as usize)));
        let model = Model::<X, N>::new(1).compile(Adam::default(), SparseCategoricalCrossentropy, ());
        let fit = Fit { batch_size: BATCH, threads: Some(task.threads), verbose: Verbose::Silent, ..Fit::default() };
        Ok(Box::new(Training { model, data, fit }))
    }
    match task.network.name {
        "LeNet5" => made::<Image<28, 28, 1>, LeNet5, 10>(task),
        "ResNet8" => made::<Image<32, 32, 3>, ResNet8, 10>(task),
        "Gru" => made::<Sequence<49, 10>, GruClassifier<10, 64, 12>, 12>(task),
        "Lstm" => made::<Sequence<49, 10>, LstmClassifier, 12>(task),
        name => Err(format!("{name} is not trained").into()),
    }
}

pub fn inferred(task: Task) -> Result<Box<dyn Inferred>> {
    either(task, false)
}

/// With each batch normalization folded into the layer before it, as a network is deployed.
pub fn folded(task: Task) -> Result<Box<dyn Inferred>> {
    either(task, true)
}

fn either(task: Task, fold: bool) -> Result<Box<dyn Inferred>> {
    fn boxed_with<X: Sample + 'static, N: Train<X, Y: Sample> + 'static>(
        model: Model<X, N>,
        parameters: usize,
    ) -> Box<dyn Inferred> {
        Box::new(Inference { model, x: boxed(), work: boxed(), parameters })
    }
    fn made<X: Sample + 'static, N: Train<X, Y: Sample> + FoldValues + 'static>(fold: bool) -> Box<dyn Inferred>
    where
        Folded<N>: Train<X, Y: Sample> + 'static,
    {
        let model = Model::<X, N>::new(1);
        if fold { boxed_with(model.fold(), N::PARAMS) } else { boxed_with(model, N::PARAMS) }
    }
    Ok(match task.network.name {
        "LeNet5" => made::<Image<28, 28, 1>, LeNet5>(fold),
        "ResNet8" => made::<Image<32, 32, 3>, ResNet8>(fold),
        "Gru" => made::<Sequence<49, 10>, GruClassifier<10, 64, 12>>(fold),
        "Lstm" => made::<Sequence<49, 10>, LstmClassifier>(fold),
        "DsCnn" => made::<Image<49, 10, 1>, DsCnn>(fold),
        "MobileNet" => made::<Image<96, 96, 3>, MobileNet>(fold),
        "Autoencoder" => made::<Vector<640>, Autoencoder>(fold),
        name => return Err(format!("no network {name}").into()),
    })
}
