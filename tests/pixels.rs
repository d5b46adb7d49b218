//! Datasets of bytes: a run and an evaluation have the bits that they have with floats.
#![cfg(feature = "train")]

use std::fmt::Debug;
use taut::callbacks::{Callback, EpochEnd, ModelCheckpoint};
use taut::datasets::{RandomFlip, RandomTranslation};
use taut::metrics::Weighted;
use taut::{AsFloats, Error, Params, Pixels, Rescaling, TrainingData, prelude::*};

type X = Image<8, 8, 1>;
type Net = (Conv2d<1, 4, 3, Same>, BatchNorm<4>, Relu, Flatten, Dense<256, 16>, Dropout<30>, Dense<16, 3>, Softmax);
type Compiled = taut::Compiled<X, Net, Adam, SparseCategoricalCrossentropy, Weighted<Accuracy>>;

/// Images of random bytes, and their classes.
fn bytes(n: usize) -> Dataset<Pixels<X>, Class<3>> {
    let mut state = 7_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let x = (0..n).map(|_| Pixels::from_bytes(&[(); 64].map(|()| next())).unwrap()).collect();
    Dataset::new(x, (0..n).map(|i| Class::new(i * i % 3).unwrap()).collect()).unwrap()
}

fn compiled() -> Compiled {
    Model::new(5).compile(Adam::new(0.01), SparseCategoricalCrossentropy, Weighted(Accuracy))
}

fn fit(shuffle: bool, threads: usize) -> Fit {
    Fit { epochs: 3, batch_size: 8, shuffle, threads: Some(threads), verbose: Verbose::Silent, ..Fit::default() }
}

fn bits(model: &Compiled) -> Vec<u32> {
    let mut bits = vec![];
    model.net().read(&Default::default(), &mut |_, _, values| bits.extend(values.iter().map(|value| value.to_bits())));
    bits
}

/// Whether a run on bytes is the one on floats.
fn same<Y: PartialEq + Debug>(
    of_bytes: impl Fn(&mut Compiled, &AsFloats<'_, X, Class<3>, 255>) -> Y,
    of_floats: impl Fn(&mut Compiled, &Dataset<X, Class<3>>) -> Y,
) {
    let (mut one, mut other, data) = (compiled(), compiled(), bytes(61));
    let before = bits(&one);
    assert_eq!(of_bytes(&mut one, &data.as_floats()), of_floats(&mut other, &data.clone().into_floats()));
    assert_eq!(bits(&one), bits(&other));
    assert_ne!(bits(&one), before, "it was trained");
}

/// [`same`] for a function that is generic over the samples.
macro_rules! same {
    (|$model:ident, $data:ident| $run:expr) => {
        same(|$model: &mut Compiled, $data| $run, |$model: &mut Compiled, $data| $run)
    };
}

#[test]
fn a_run_on_bytes_is_the_run_on_floats() {
    let weights: Vec<f32> = (0..61).map(|i| (i % 5) as f32 / 2.0).collect();
    let test = bytes(30);
    let test_floats = test.clone().into_floats();
    let test = test.as_floats();
    for (shuffle, threads) in [(true, 1), (true, 2), (false, 1), (false, 2)] {
        let fit = || fit(shuffle, threads);
        same!(|model, data| model.fit(data, fit()).unwrap());
        same!(|model, data| model.sample_weight(&weights).fit(data, fit()).unwrap());
        same!(|model, data| model.class_weight([0.5, 1.0, 3.0]).fit(data, fit()).unwrap());
        same!(|model, data| model.validation_split(0.3).sample_weight(&weights).fit(data, fit()).unwrap());
        // Training data and validation data need not be of one kind.
        same(
            |model, data| model.validation(&test_floats).fit(data, fit()).unwrap(),
            |model, data| model.validation(&test).validation_sample_weight(&[1.0; 30]).fit(data, fit()).unwrap(),
        );
        let changes = (RandomFlip::Horizontal, RandomTranslation::default());
        same!(|model, data| model.augment(changes).fit(data, fit()).unwrap());
    }
}

#[test]
fn evaluations_of_bytes_are_those_of_floats() {
    let data = bytes(700);
    let (floats, data) = (data.clone().into_floats(), data.as_floats());
    let weights: Vec<f32> = (0..700).map(|i| (i % 7) as f32).collect();
    let model = compiled();
    for threads in [1, 2, 5] {
        taut::with_threads(threads, || {
            assert_eq!(model.evaluate(&data).unwrap(), model.evaluate(&floats).unwrap());
            let of_bytes = model.evaluate_weighted(&data, &weights).unwrap();
            assert_eq!(of_bytes, model.evaluate_weighted(&floats, &weights).unwrap());
            assert_ne!(of_bytes, model.evaluate(&data).unwrap());
        });
    }
    type Small = (Flatten, Dense<64, 16>, Relu, Dense<16, 3>, Softmax);
    let small = quantize(&Model::<X, Small>::new(1), &floats.x).unwrap();
    assert_eq!(small.evaluate(&data, Accuracy).unwrap(), small.evaluate(&floats, Accuracy).unwrap());
}

/// Fails after the first epoch.
struct CutOff;
impl<R> Callback<R> for CutOff {
    fn epoch_end(&mut self, _: &mut EpochEnd<'_, R>) -> taut::Result<()> {
        Err(Error::Other("cut off".into()))
    }
}

#[test]
fn a_run_on_floats_is_resumed_on_bytes() {
    let (folder, data) = (tempfile::tempdir().unwrap(), bytes(61));
    let path = folder.path().join("state.taut");
    let floats = data.clone().into_floats();
    let mut whole = compiled();
    let history = whole.validation_split(0.3).fit(&floats, fit(true, 1)).unwrap();
    let saving = ModelCheckpoint::every_epoch(&path).training_state();
    compiled().validation_split(0.3).callbacks((saving, CutOff)).fit(&floats, fit(true, 1)).unwrap_err();
    let mut second = compiled();
    second.resume(&path).unwrap();
    assert_eq!(second.validation_split(0.3).fit(&data.as_floats(), fit(true, 2)).unwrap(), history);
    assert_eq!(bits(&second), bits(&whole));
}

#[test]
fn raw_bytes_and_a_rescaling() {
    type Net = (Rescaling, Flatten, Dense<64, 3>, Softmax);
    let from = bytes(40);
    let mut raw = Dataset::new(vec![Pixels::<X, 1>::ZERO; 40], from.y.clone()).unwrap();
    raw.x.iter_mut().zip(&from.x).for_each(|(to, from)| to.bytes_mut().copy_from_slice(from.bytes()));
    assert_eq!(raw.x[3].to_floats().values(), from.x[3].bytes().iter().map(|b| f32::from(*b)).collect::<Vec<_>>());
    fn trained(data: &impl TrainingData<X, Class<3>>) -> (Vec<Vec<f32>>, f32) {
        let mut model = Model::<X, Net>::new(1);
        model.net_mut().0.scale = [1.0 / 255.0].into();
        let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, ());
        (model.fit(data, fit(true, 1)).unwrap().rows, model.evaluate(data).unwrap().loss())
    }
    assert_eq!(trained(&raw.as_floats()), trained(&raw.clone().into_floats()));
}

#[test]
fn datasets_of_bytes_split_and_shuffle_as_those_of_floats() {
    let data = bytes(50);
    let floats = data.clone().into_floats();
    let (train, test) = data.clone().shuffle(3).split(0.3).unwrap();
    let (train_floats, test_floats) = floats.clone().shuffle(3).split(0.3).unwrap();
    assert_eq!((train.into_floats(), test.into_floats()), (train_floats, test_floats));
    assert_eq!(data.clone().one_hot().into_floats(), floats.clone().one_hot());
    assert_eq!(data.class_counts(), floats.class_counts());
    assert_eq!(data.clone().take(9).into_floats(), floats.clone().take(9));
    assert_eq!(floats.into_pixels().unwrap(), data);
}

#[test]
fn mistakes_are_the_same_errors() {
    let (data, mut model) = (bytes(20), compiled());
    let before = bits(&model);
    let none = Dataset::<Pixels<X>, _>::new(vec![], vec![]).unwrap();
    let uneven = Dataset { x: data.x.clone(), y: data.y[..7].to_vec() };
    let (none, uneven, data) = (none.as_floats(), uneven.as_floats(), data.as_floats());
    let text = |error: Error| error.to_string();
    let empty = "the training data: expected at least one sample, received none";
    assert_eq!(text(model.fit(&none, fit(true, 1)).unwrap_err()), empty);
    let empty = "the data to evaluate on: expected at least one sample, received none";
    assert_eq!(text(model.evaluate(&none).unwrap_err()), empty);
    let labels = "the training data: expected a label for each sample, received 7 labels for 20 samples";
    assert_eq!(text(model.fit(&uneven, fit(true, 1)).unwrap_err()), labels);
    let labels = "the validation data: expected a label for each sample, received 7 labels for 20 samples";
    assert_eq!(text(model.validation(&uneven).fit(&data, fit(true, 1)).unwrap_err()), labels);
    assert_eq!(bits(&model), before);
}

#[test]
fn tokens_are_trained_on_as_before() {
    let x: Vec<_> = (0..40).map(|i| Tokens([i % 7, i % 5])).collect();
    let data = Dataset::new(x, (0..40).map(|i| Class::<2>::new((i % 7 > 2) as usize).unwrap()).collect()).unwrap();
    let trained = |shuffle| {
        let model = Model::<Tokens<2>, (Embedding<7, 4>, GlobalAvgPool, Dense<4, 2>, Softmax)>::new(1);
        let mut model = model.compile(Adam::new(0.05), SparseCategoricalCrossentropy, Accuracy);
        let history = model.validation_split(0.25).fit(&data, Fit { epochs: 60, ..fit(shuffle, 1) }).unwrap();
        assert_eq!(model.predict_batch(&data.x)[3], model.predict(&data.x[3]));
        history.get(TrainingLoss)[59]
    };
    let losses = [false, true].map(trained);
    assert!(losses[0] < 0.3 && losses[1] < 0.3 && losses[0] != losses[1], "{losses:?}");
    let unknown = Dataset::new(vec![Tokens([7, 0])], vec![Class::<2>::new(0).unwrap()]).unwrap();
    let model = Model::<Tokens<2>, (Embedding<7, 4>, GlobalAvgPool, Dense<4, 2>, Softmax)>::new(1);
    let mut model = model.compile(Adam::new(0.05), SparseCategoricalCrossentropy, ());
    assert!(matches!(model.fit(&unknown, fit(false, 1)), Err(Error::Argument { .. })));
    assert!(matches!(model.evaluate(&unknown), Err(Error::Argument { .. })));
}
