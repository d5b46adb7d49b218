//! The order of the samples of a run, and which of them each weight belongs to.
#![cfg(feature = "train")]

use rand::rngs::Xoshiro256PlusPlus;
use std::sync::Mutex;
use taut::datasets::Augment;
use taut::{AnyNumbers, losses::Loss, prelude::*};

const SAMPLES: usize = 8;
type X = Vector<SAMPLES>;
/// One weight for each sample.
type Net = Dense<SAMPLES, 1, NoBias>;

/// The loss of a sample is its target, and its gradient is 1: a step moves the weight of that sample alone.
struct Target;
impl Loss<Vector<1>> for Target {
    type Target = f32;
    type Takes = AnyNumbers;
    fn loss(&self, _: &Vector<1>, t: &f32, dp: &mut Vector<1>) -> f32 {
        *dp = Vector::new([1.0]);
        *t
    }
}

/// Changes nothing, and notes which samples there are.
struct Seen<'a>(&'a Mutex<Vec<usize>>);
impl Augment<X> for Seen<'_> {
    fn augment(&self, x: &mut X, _: &mut Xoshiro256PlusPlus) {
        self.0.lock().unwrap().push(x.argmax());
    }
}

/// Sample i is 1 in its place i and 0 elsewhere; its target is 2ⁱ.
fn data() -> Dataset<X, f32> {
    let x = (0..SAMPLES).map(|i| Class::<SAMPLES>::new(i).unwrap().one_hot()).collect();
    Dataset::new(x, (0..SAMPLES).map(|i| (1 << i) as f32).collect()).unwrap()
}

fn model(seed: u64) -> taut::Compiled<X, Net, Sgd, Target, ()> {
    let mut model = Model::<X, Net>::new(seed);
    model.net_mut().kernel.fill(0.0);
    model.compile(Sgd::new(1.0), Target, ())
}

fn fit(epochs: usize, shuffle: bool) -> Fit {
    Fit { epochs, batch_size: 2, shuffle, verbose: Verbose::Silent, ..Fit::default() }
}

/// The samples of each epoch, in order.
fn orders(seed: u64, fit: Fit) -> Vec<[usize; SAMPLES]> {
    let seen = Mutex::new(vec![]);
    model(seed).augment(Seen(&seen)).fit(&data(), fit).unwrap();
    let seen = seen.into_inner().unwrap();
    let (orders, rest) = seen.as_chunks();
    assert!(rest.is_empty(), "{rest:?} beside whole epochs");
    orders.to_vec()
}

#[test]
fn each_epoch_has_an_order_of_its_own() {
    let epochs = 800;
    let shuffled = orders(3, fit(epochs, true));
    assert_eq!(shuffled.len(), epochs);
    let mut places = [[0; SAMPLES]; SAMPLES];
    for order in &shuffled {
        order.iter().enumerate().for_each(|(place, sample)| places[*sample][place] += 1);
        let mut sorted = *order;
        sorted.sort_unstable();
        assert_eq!(sorted, [0, 1, 2, 3, 4, 5, 6, 7], "each sample once: {order:?}");
    }
    // A fair draw puts each sample into each place 100 times, and 9.4 more or less.
    assert!(places.iter().flatten().all(|count| (60..=140).contains(count)), "{places:?}");
    let same = shuffled.windows(2).filter(|pair| pair[0] == pair[1]).count();
    assert!(same <= 1, "{same} of {epochs} epochs have the order of the one before");

    assert_eq!(orders(3, fit(5, true)), shuffled[..5], "the same seed");
    assert_ne!(orders(4, fit(5, true)), shuffled[..5], "another seed");
    // The size of the batches does not matter.
    assert_eq!(orders(3, Fit { batch_size: 3, ..fit(5, true) }), shuffled[..5]);
    assert_eq!(orders(3, fit(5, false)), [[0, 1, 2, 3, 4, 5, 6, 7]; 5]);
}

/// Samples and targets stay together, and so do samples and weights, shuffled or not.
#[test]
fn a_sample_keeps_its_weight_in_any_order() {
    let weights: Vec<f32> = (0..SAMPLES).map(|i| 1.0 + i as f32).collect();
    for shuffle in [false, true] {
        let mut model = model(5);
        let history = model.sample_weight(&weights).fit(&data(), fit(3, shuffle)).unwrap();
        // Each epoch has a step of half its weight for each sample, in batches of two.
        let expected: Vec<f32> = weights.iter().map(|weight| -3.0 * weight / 2.0).collect();
        assert_eq!(model.net().kernel.as_slice(), expected, "shuffled: {shuffle}");
        let loss = data().y.iter().zip(&weights).map(|(t, weight)| t * weight).sum::<f32>() / SAMPLES as f32;
        assert_eq!(history.get(TrainingLoss), [loss; 3], "shuffled: {shuffle}");
    }
}

#[test]
fn what_is_split_off_keeps_its_weights() {
    let weights: Vec<f32> = (0..SAMPLES).map(|i| 1.0 + i as f32).collect();
    for shuffle in [false, true] {
        let mut model = model(5);
        let history = model.validation_split(0.25).sample_weight(&weights).fit(&data(), fit(2, shuffle)).unwrap();
        // The first six train, and the last two, 64 with a weight of 7 and 128 with one of 8, validate.
        let expected: Vec<f32> = (0..SAMPLES).map(|i| if i < 6 { -2.0 * weights[i] / 2.0 } else { 0.0 }).collect();
        assert_eq!(model.net().kernel.as_slice(), expected, "shuffled: {shuffle}");
        let loss = (0..6).map(|i| data().y[i] * weights[i]).sum::<f32>() / 6.0;
        assert_eq!(history.get(TrainingLoss), [loss; 2], "shuffled: {shuffle}");
        assert_eq!(history.get(ValLoss), [(64.0 * 7.0 + 128.0 * 8.0) / 2.0; 2], "shuffled: {shuffle}");
    }
}
