use crate::callbacks::{Batch, Callback, Epoch, Run, Start, Weights};
use crate::checkpoint;
use crate::datasets::Dataset;
use crate::error::{Error, Result};
use crate::kernels::with_threads;
use crate::losses::Loss;
use crate::metrics::Metric;
use crate::model::compiled::{Done, Scorer, check, state};
use crate::model::progress::Progress;
use crate::model::{Compiled, History, Model, Verbose};
use crate::optimizers::{Moments, Now, Optimizer, check_memory};
use crate::params::{Buffer, boxed};
use crate::sample::Sample;
use crate::train::{Params, Pass, Step, Train, regularize, regularized_norm};
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;
use std::path::Path;

/// How a run goes.
///
/// ```
/// use taut::prelude::*;
/// let fit = Fit { epochs: 20, batch_size: 30, ..Fit::default() };
/// ```
///
/// See <https://keras.io/api/models/model_training_apis/#fit-method>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fit {
    /// How often the training data are gone through, the epochs before a run was resumed included; 1 by default.
    pub epochs: usize,
    /// How many samples make a step; the last batch of an epoch may be shorter. 32 by default.
    pub batch_size: usize,
    /// Whether each epoch has an order of its own; true by default.
    pub shuffle: bool,
    /// How many threads compute, the caller's included; 0, the default, are as many as there are cores. The results have the same bits for
    /// any number, and small batches are computed by one.
    pub threads: usize,
    /// What is printed.
    pub verbose: Verbose,
}

impl Default for Fit {
    fn default() -> Self {
        Fit { epochs: 1, batch_size: 32, shuffle: true, threads: 0, verbose: Verbose::Auto }
    }
}

/// Where the validation data come from.
pub(crate) enum Validation<'a, X, T> {
    None,
    Data(&'a Dataset<X, T>),
    Split(f64),
}

/// Samples and their labels.
type Rows<'a, X, T> = (&'a [X], &'a [T]);

/// What is trained on, and what is validated on.
type Parts<'a, X, T> = (Rows<'a, X, T>, Option<Rows<'a, X, T>>);

impl<'a, X, T> Validation<'a, X, T> {
    fn part(self, train: &'a Dataset<X, T>) -> Result<Parts<'a, X, T>> {
        let (x, t) = (&train.x[..], &train.y[..]);
        check("the training data", x, t)?;
        match self {
            Validation::None => Ok(((x, t), None)),
            Validation::Data(data) => {
                check("the validation data", &data.x, &data.y)?;
                Ok(((x, t), Some((&data.x, &data.y))))
            }
            Validation::Split(fraction) => {
                let at = (x.len() as f64 * (1.0 - fraction)).floor();
                if !(fraction > 0.0 && at >= 1.0 && at < x.len() as f64) {
                    let expected = "a fraction that leaves both parts a sample";
                    return Err(Error::argument(
                        "validation_split",
                        expected,
                        format!("{fraction} of {} samples", x.len()),
                    ));
                }
                let ((x, rest), (t, labels)) = (x.split_at(at as usize), t.split_at(at as usize));
                Ok(((x, t), Some((rest, labels))))
            }
        }
    }
}

/// A run being put together: validation first, then callbacks, then [`fit`](Self::fit).
#[must_use = "nothing is trained before `.fit(&data, Fit { .. })`"]
pub struct Fitting<'a, X: Sample, N: Train<X>, O: Optimizer, L: Loss<N::Y>, M, V> {
    compiled: &'a mut Compiled<X, N, O, L, M>,
    validation: Validation<'a, X, L::Target>,
    callbacks: Box<dyn Callback<Run<M, V>> + 'a>,
}

impl<'a, X: Sample, N: Train<X>, O: Optimizer, L: Loss<N::Y>, M: Metric<N::Y, L::Target>, V>
    Fitting<'a, X, N, O, L, M, V>
{
    pub(crate) fn new(compiled: &'a mut Compiled<X, N, O, L, M>, validation: Validation<'a, X, L::Target>) -> Self {
        Fitting { compiled, validation, callbacks: Box::new(()) }
    }

    /// Adds a callback, or a tuple of up to eight.
    pub fn callbacks(self, callbacks: impl Callback<Run<M, V>> + 'a) -> Self
    where
        M: 'a,
        V: 'a,
    {
        Fitting { callbacks: Box::new((self.callbacks, callbacks)), ..self }
    }

    /// Trains, and returns what was computed after each epoch.
    ///
    /// As in Keras, the loss of an epoch is the mean over its batches, weighted by their lengths, of the loss before each step, regularizers
    /// included. What was trained before, as by another `fit`, is gone on from.
    ///
    /// # Errors
    /// [`Error::Argument`] where the data are empty, have another number of labels than of samples, the batch size is 0, or a split leaves
    /// one part empty; what a callback returns. The parameters are then those of the last step that was made.
    pub fn fit(self, train: &Dataset<X, L::Target>, fit: Fit) -> Result<History<Run<M, V>>> {
        with_threads(fit.threads, || self.run(train, fit))
    }

    fn run(self, train: &Dataset<X, L::Target>, fit: Fit) -> Result<History<Run<M, V>>> {
        let Fitting { compiled, validation, mut callbacks } = self;
        if fit.batch_size == 0 {
            return Err(Error::argument("batch_size", "at least 1", 0));
        }
        check_memory(&compiled.optimizer)?;
        let ((x, t), validation) = validation.part(train)?;

        let mut names = compiled.names("");
        let metrics = names.len() - 1;
        if validation.is_some() {
            names.extend(compiled.names("val_"));
        }
        if compiled.goes_on && !compiled.done.rows.is_empty() && compiled.done.names != names {
            let known = format!("{:?} as before", compiled.done.names);
            return Err(Error::argument("a resumed run", known, format!("{names:?}")));
        }
        let mut history = History { names, rows: vec![], metrics, run: PhantomData };

        let Compiled { model, optimizer, moments, loss, metrics: measured, done, goes_on } = compiled;
        let Model { net, plan, random, fresh, .. } = model;
        let net = &mut **net;
        moments.values.resize_with(optimizer.moments(), boxed);
        callbacks.train_begin(&Start { epochs: fit.epochs, names: &history.names })?;
        *fresh = false;

        // The epochs before the run was resumed, if it was.
        let Done { mut rows, mut best, .. } = std::mem::take(done);
        if !std::mem::take(goes_on) {
            (rows, best) = (vec![], None);
        }
        let (mut stop, last) = (false, rows.len());
        for row in rows {
            history.rows.push(row);
            let mut replayed = Replayed { net, best: &mut best, last: history.rows.len() == last };
            let mut epoch = history.epoch(optimizer.learning_rate(), &mut replayed);
            callbacks.resumed(&mut epoch)?;
            stop = epoch.stop;
        }

        let mut training = Scorer::<X, N, L, M>::new(loss, measured, Pass::training(random.clone()));
        let mut validating = Scorer::<X, N, L, M>::new(loss, measured, Pass::inference(random.clone()));
        let mut grad = boxed::<N>();
        let mut batch = Gathered { x: Buffer::default(), t: Vec::with_capacity(fit.batch_size.min(x.len())) };
        let mut progress = Progress::new(fit.verbose, fit.epochs, x.len().div_ceil(fit.batch_size));
        let mut order: Vec<usize> = vec![];

        for number in history.rows.len() + 1..=fit.epochs {
            if stop {
                break;
            }
            told(optimizer, |learning_rate| callbacks.epoch_begin(number, learning_rate))?;
            progress.epoch_begin(number);
            order.clear();
            order.extend(0..x.len());
            if fit.shuffle {
                order.shuffle(&mut training.pass.random);
            }
            training.clear();
            for (step, order) in order.chunks(fit.batch_size).enumerate() {
                batch.gather(order, x, t);
                let loss = training.score(net, plan, &batch.x, &batch.t);
                training.step(net, plan, &batch.x, &mut grad, optimizer, moments);
                progress.batch_end(step + 1, &history.names, || training.values());
                let ended = told(optimizer, |learning_rate| {
                    let mut ended = Batch { epoch: number, number: step + 1, loss, learning_rate, stop: false };
                    callbacks.batch_end(&mut ended)?;
                    Ok(ended.stop)
                })?;
                if ended {
                    stop = true;
                    break;
                }
            }
            *random = training.pass.random.clone();

            let mut row = training.values();
            if let Some((x, t)) = validation {
                row.extend(validating.evaluate(net, plan, x, t));
            }
            progress.epoch_end(&history.names, &row);
            history.rows.push(row);
            let mut keep = Keep {
                net,
                best: &mut best,
                state: &mut |learning_rate, best| {
                    let (names, rows) = (history.names.clone(), history.rows.clone());
                    state::<N, O>(random, learning_rate, moments, names, rows, best)
                },
            };
            stop = told(optimizer, |learning_rate| {
                let mut epoch = history.epoch(learning_rate, &mut keep);
                epoch.stop = stop;
                callbacks.epoch_end(&mut epoch)?;
                Ok(epoch.stop)
            })?;
        }
        let average = optimizer.options().and_then(|options| options.average_of(optimizer.moments()));
        if let Some(average) = average.filter(|_| moments.steps > 0) {
            swap(plan, net, &mut moments.values[average]);
            copy(net, &mut moments.values[average]);
        }
        if let Some(best) = &mut best {
            copy(&mut **best, net);
        }
        *done = Done { names: history.names.clone(), rows: history.rows.clone(), best };
        callbacks.train_end()?;
        Ok(history)
    }
}

/// Tells callbacks something; who changes the learning rate that a schedule decides on is told that it cannot.
fn told<O: Optimizer, T>(optimizer: &mut O, tell: impl FnOnce(&mut f32) -> Result<T>) -> Result<T> {
    let before = *optimizer.learning_rate();
    let told = tell(optimizer.learning_rate())?;
    let after = *optimizer.learning_rate();
    let scheduled = optimizer.options().is_some_and(|options| options.learning_rate.get().is_some());
    if scheduled && after.to_bits() != before.to_bits() {
        return Err(Error::argument("a callback's learning rate", format!("that of the schedule, {before}"), after));
    }
    Ok(told)
}

impl<R> History<R> {
    /// Its last epoch, as a callback sees it.
    fn epoch<'a>(&'a self, learning_rate: &'a mut f32, weights: &'a mut dyn Weights) -> Epoch<'a, R> {
        Epoch {
            number: self.rows.len(),
            learning_rate,
            stop: false,
            names: &self.names,
            row: self.rows.last().map_or(&[], Vec::as_slice),
            metrics: self.metrics,
            weights,
            run: PhantomData,
        }
    }
}

/// The samples of a batch, one after another.
struct Gathered<X, T> {
    x: Buffer<X>,
    t: Vec<T>,
}

impl<X: Sample, T: Clone> Gathered<X, T> {
    fn gather(&mut self, order: &[usize], x: &[X], t: &[T]) {
        self.t.clear();
        for (to, from) in self.x.resize(order.len()).iter_mut().zip(order) {
            *to = x[*from];
            self.t.push(t[*from].clone());
        }
    }
}

impl<X: Sample, N: Train<X>, L: Loss<N::Y>, M: Metric<N::Y, L::Target>> Scorer<'_, X, N, L, M> {
    /// The backward pass of the batch that was scored, and the optimizer's step.
    fn step<O: Optimizer>(
        &mut self,
        net: &mut N,
        plan: &N::Plan,
        x: &[X],
        grad: &mut N,
        optimizer: &mut O,
        moments: &mut Moments<N>,
    ) {
        let Scorer { pass, cache, dy, made, .. } = self;
        moments.steps += 1;
        if let Some(schedule) = optimizer.options().and_then(|options| options.learning_rate.get()) {
            let rate = schedule.at(moments.steps - 1);
            *optimizer.learning_rate() = rate;
        }
        let mut now = Now { step: moments.steps, learning_rate: *optimizer.learning_rate(), scale: 1.0 };
        // The first layer's gradient of its input is the larger part of the work, and nobody reads it.
        pass.wanted = false;
        regularize::<X, N>(plan, x, dy, cache);
        if optimizer.is_elementwise() {
            let rule = optimizer.rule(now);
            let mut step = Step::new(&rule, &mut moments.values, made);
            net.backward_and_step(plan, x, dy, cache, grad, &mut step, pass);
            return step.make_the_rest(plan, net, grad, false);
        }
        net.backward(plan, x, dy, cache, grad, pass);
        let global = optimizer.options().and_then(|options| Some((options, options.global_norm(now.step)?)));
        if let Some((options, most)) = global {
            let sum = optimizer.moments() - (options.accumulate > 1) as usize;
            let norm = regularized_norm((plan, net, grad), &mut moments.values, (options, sum));
            // NaN where the norm is not finite, as in Keras.
            now.scale = if norm > most { most / norm } else { 1.0 } + (norm - norm);
        }
        let rule = optimizer.rule(now);
        Step::new(&rule, &mut moments.values, made).make_the_rest(plan, net, grad, global.is_some());
    }
}

/// What callbacks may do with the parameters of a run.
struct Keep<'a, N> {
    net: &'a mut N,
    best: &'a mut Option<Box<N>>,
    state: &'a mut dyn FnMut(f32, Option<&N>) -> checkpoint::State,
}

impl<N: Params> Weights for Keep<'_, N> {
    fn save(&mut self, path: &Path) -> Result<()> {
        checkpoint::save(path, self.net, None)
    }
    fn save_training(&mut self, path: &Path, learning_rate: f32) -> Result<()> {
        let state = (self.state)(learning_rate, self.best.as_deref());
        checkpoint::save(path, self.net, Some(&state))
    }
    fn keep_as_best(&mut self) {
        copy(self.net, self.best.get_or_insert_with(boxed));
    }
}

/// What they may do in an epoch before the run was resumed. What it saved is there already; the parameters that there are, are those of
/// the last of these epochs.
struct Replayed<'a, N> {
    net: &'a mut N,
    best: &'a mut Option<Box<N>>,
    last: bool,
}

impl<N: Params> Weights for Replayed<'_, N> {
    fn save(&mut self, _: &Path) -> Result<()> {
        Ok(())
    }
    fn save_training(&mut self, _: &Path, _: f32) -> Result<()> {
        Ok(())
    }
    fn keep_as_best(&mut self) {
        if self.last {
            copy(self.net, self.best.get_or_insert_with(boxed));
        }
    }
}

/// Exchanges the parameters that are trained.
fn swap<N: Params>(plan: &N::Plan, net: &mut N, average: &mut N) {
    N::visit_trainable(plan, [net, average], &mut |_, _, [w, average]| w.swap_with_slice(average));
}

fn copy<N: Params>(from: &mut N, to: &mut N) {
    N::visit(&N::Plan::default(), [from, to], &mut |_, _, [from, to]| to.copy_from_slice(from));
}
