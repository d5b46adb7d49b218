//! Nothing as large as a sample or a network is ever on the stack: a thread's is 2 MiB, and less where a program asks
//! for less.

use taut::datasets::{RandomFlip, RandomTranslation};
use taut::{layers::*, prelude::*};

/// 3 MB.
type X = Image<512, 512, 3>;

fn data() -> Dataset<X, Class<3>> {
    let mut x = vec![];
    (0..3).for_each(|_| x.extend_from_slice(std::slice::from_ref(&*taut::memory::boxed::<X>())));
    Dataset { x, y: (0..3).map(|i| Class::new(i).unwrap()).collect() }
}

fn fit() -> Fit {
    Fit { batch_size: 2, verbose: Verbose::Silent, ..Fit::default() }
}

fn compiled<N: Train<X, Y = Vector<3>, Kind = taut::ClassProbabilities>>()
-> taut::Compiled<X, N, Adam, SparseCategoricalCrossentropy, Accuracy> {
    Model::<X, N>::new(1).compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy)
}

network! { type Classifier: X = (Conv2d<3, 4, 3, Same<8>>, Relu, GlobalAvgPool, Dense<4, 3>, Softmax); }
network! { type Pixels: X = (Rescaling, Linear); }
// 4 MB of parameters.
network! { type Heavy: X = (AvgPool2d<16>, Flatten, Dense<3072, 320>, Relu, Dense<320, 3>, Softmax); }

/// Runs in a thread with a stack of 256 KiB. An overflow ends the process.
fn small(f: impl FnOnce() + Send) {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(256 << 10).spawn_scoped(scope, f).unwrap();
        thread.join().unwrap();
    });
}

#[test]
fn samples_are_trained_on_and_predicted_in_a_small_stack() {
    let data = data();
    small(|| drop(compiled::<Classifier>().validation_split(0.4).fit(&data, fit()).unwrap()));
    small(|| {
        let changes = (RandomFlip::default(), RandomTranslation::default());
        drop(compiled::<Classifier>().validation(&data).augment(changes).fit(&data, fit()).unwrap());
    });
    small(|| drop(compiled::<Classifier>().evaluate(&data).unwrap()));
    small(|| assert!(compiled::<Classifier>().predict(&data.x[0]).0.sum() > 0.99));
    small(|| drop(compiled::<Classifier>().predict_batch(&data.x)));
    small(|| {
        let file = tempfile::NamedTempFile::new().unwrap();
        compiled::<Classifier>().save_with_example(file.path(), &data.x[0]).unwrap();
    });
}

/// As an autoencoder has it.
#[test]
fn labels_may_be_as_large_as_samples() {
    let x = data().x;
    let data = Dataset { x: x.clone(), y: x };
    let model = || Model::<X, Pixels>::new(1).compile(Adam::default(), MeanSquaredError, MeanSquaredError);
    small(|| drop(model().validation_split(0.4).fit(&data, fit()).unwrap()));
    small(|| drop(model().evaluate(&data).unwrap()));
    small(|| drop(model().predict_batch(&data.x)));
}

#[test]
fn networks_are_made_copied_saved_and_read_in_a_small_stack() {
    let data = data();
    small(|| {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut model = compiled::<Heavy>();
        model.fit(&data, fit()).unwrap();
        model.save_training(file.path()).unwrap();
        let mut other = model.clone();
        other.resume(file.path()).unwrap();
        other.load_weights(file.path()).unwrap();
        assert!(Model::<X, Heavy>::load(file.path()).unwrap().net().2.kernel == model.fold().net().2.kernel);
    });
}
