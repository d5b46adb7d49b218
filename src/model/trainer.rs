//! A training run: begin, replay, epoch, batch, validate, end.

use crate::callbacks::callback::Callback;
use crate::callbacks::event::{AverageDuring, BatchEnd};
use crate::callbacks::monitor::Run;
use crate::contract::train::{Context, Train};
use crate::datasets::augment::Augment;
use crate::io::error::{Error, Result, within};
use crate::io::terminal::{Wait, without_progress};
use crate::losses::loss::Loss;
use crate::memory::heap::boxed;
use crate::metrics::metric::Metric;
use crate::model::compiled::Compiled;
use crate::model::debug_build::note_slow_build;
use crate::model::history::History;
use crate::model::loss_weights::LossWeights;
use crate::model::options::Fit;
use crate::model::progress::Progress;
use crate::model::score::Scorer;
use crate::model::source::{Batch, Source};
use crate::model::state::Finished;
use crate::model::validation::Samples;
use crate::model::weights::{Keeps, Replayed, RunWeights, Savable};
use crate::optimizers::optimizer::{Optimizer, OptimizerState, infos};
use crate::shape::sample::Input;
use std::mem::take;

/// The index of the average among the optimizer's moments, in each place where it stands in for the weights.
#[derive(Clone, Copy, Default)]
struct Average {
    validation: Option<usize>,
    epoch_end: Option<usize>,
    train_end: Option<usize>,
}

impl Average {
    /// - `during`: when a callback wants the average in place of the weights.
    fn new(optimizer: &impl Optimizer, during: Option<AverageDuring>) -> Result<Self> {
        let average = optimizer.options().and_then(|options| options.average_of(optimizer.moments()));
        if during.is_some() && average.is_none() {
            let expected = "an optimizer that follows an average: OptimizerOptions::ema";
            return Err(Error::argument("SwapEmaWeights", expected, "one that does not"));
        }
        Ok(Average {
            validation: average.filter(|_| during.is_some()),
            epoch_end: average.filter(|_| during == Some(AverageDuring::EpochEnd)),
            train_end: average,
        })
    }
}

/// The parts of a run that [`Fitting`](crate::Fitting) collects.
pub(crate) struct Parts<'a, X, T, M, V> {
    pub fit: Fit,
    pub validation: Option<Samples<'a, X, T>>,
    pub loss_weights: LossWeights<'a, T>,
    pub augmentation: Option<Box<dyn Augment<X> + 'a>>,
    pub callbacks: Box<dyn Callback<Run<M, V>> + 'a>,
}

/// The state of a run.
pub(crate) struct Trainer<'a, X: Input, N: Train<X>, O: Optimizer, L: Loss<N::Y>, M: Metric<N::Y, L::Target>, V> {
    parts: Parts<'a, X, L::Target, M, V>,
    optimizer: &'a mut O,
    weights: RunWeights<'a, N>,
    average: Average,
    /// Where the run leaves its epochs when it ends; those of a resumed run, before its first step.
    finished: &'a mut Finished<N>,
    /// Whether the run is resumed and has made no step yet: after an error it is still to be resumed.
    resuming: &'a mut bool,
    /// What callbacks keep of the epochs before the run was resumed.
    keeps: Keeps,
    history: History<Run<M, V>>,
    training: Scorer<'a, X, N, L, M>,
    validating: Scorer<'a, X, N, L, M>,
    grad: Box<N>,
    batch: Batch<'a, X, L::Target>,
    progress: Progress,
    /// Whether a callback has ended the run.
    stop: bool,
}

impl<'a, X: Input, N: Train<X>, O: Optimizer, L: Loss<N::Y>, M: Metric<N::Y, L::Target>, V>
    Trainer<'a, X, N, O, L, M, V>
{
    /// Begins a run on a model that was checked and, where a callback wanted it, resumed.
    ///
    /// - `history`: one without epochs; `samples`: how many an epoch has, if that is known.
    pub fn begin(
        compiled: &'a mut Compiled<X, N, O, L, M>,
        parts: Parts<'a, X, L::Target, M, V>,
        history: History<Run<M, V>>,
        samples: Option<usize>,
        during: Option<AverageDuring>,
    ) -> Result<Self> {
        let Compiled { model, optimizer, moments, loss, metrics, finished, resuming } = compiled;
        if moments.infos != infos(optimizer) {
            // New settings need other moments than the last run: the optimizer starts afresh.
            *moments = OptimizerState::new(optimizer);
        }
        let average = Average::new(optimizer, during)?;
        model.fresh = false;
        if !*resuming {
            *finished = Finished::default();
        }
        note_slow_build(parts.fit.verbose);
        let steps = samples.map(|samples| samples.div_ceil(parts.fit.batch_size));
        let steps = steps.into_iter().chain(parts.fit.steps_per_epoch).min();
        let layers = model.summary().rows;
        Ok(Trainer {
            progress: Progress::new(parts.fit.verbose, parts.fit.epochs, steps),
            parts,
            training: Scorer::new(loss, metrics, Context::training(model.random.clone())),
            validating: Scorer::new(loss, metrics, Context::inference(model.random.clone())),
            weights: RunWeights::new((&mut model.net, &model.options), (O::NAME, moments), &mut model.random, layers),
            optimizer,
            average,
            finished,
            resuming,
            keeps: Keeps::default(),
            history,
            grad: boxed::<N>(),
            batch: Batch::default(),
            stop: false,
        })
    }

    /// Trains epoch by epoch, and returns the history.
    pub fn run(mut self, source: impl Source<'a, X, L::Target>) -> Result<History<Run<M, V>>> {
        let learning_rate = self.optimizer.learning_rate();
        // The run shows its own progress; what callbacks and streams do in it would write over that.
        let done = without_progress(|| self.epochs(source));
        if done.is_err() && *self.resuming {
            self.optimizer.set_learning_rate(learning_rate);
        }
        done.map(|()| self.history)
    }

    fn epochs(&mut self, mut source: impl Source<'a, X, L::Target>) -> Result<()> {
        self.replay()?;
        let done = self.history.initial_epoch + self.history.rows.len();
        if done == self.parts.fit.epochs && !self.history.rows.is_empty() {
            self.progress.all_done();
        }
        for number in done + 1..=self.parts.fit.epochs {
            if self.stop {
                break;
            }
            self.epoch(number, &mut source)?;
        }
        self.end()
    }

    /// Shows callbacks the epochs before the run was resumed.
    fn replay(&mut self) -> Result<()> {
        self.weights.swap(self.average.epoch_end);
        let replayed = self.replay_rows();
        self.weights.swap_back();
        replayed
    }

    fn replay_rows(&mut self) -> Result<()> {
        let last = self.finished.rows.len();
        for i in 0..last {
            self.history.rows.push(self.finished.rows[i].clone());
            let validated = self.validates(self.history.initial_epoch + self.history.rows.len());
            let steps = self.weights.moments.steps;
            let mut weights = Replayed { steps, last: i + 1 == last, keeps: &mut self.keeps };
            // A resumed run has the learning rate that the epochs before have led to.
            let mut learning_rate = self.optimizer.learning_rate();
            let mut epoch = self.history.epoch(&mut learning_rate, &mut weights, validated);
            self.parts.callbacks.resumed(&mut epoch)?;
            self.stop = epoch.stop;
            self.optimizer.set_learning_rate(learning_rate);
        }
        Ok(())
    }

    /// Before the first step, or the end of a run without one: from here on, a resumed run is no longer to be resumed.
    fn start(&mut self) {
        if !take(self.resuming) {
            return;
        }
        // A program that no longer restores the best parameters ends with those that it trains.
        self.weights.best = take(self.finished).best.filter(|_| self.keeps.any);
        if self.keeps.last {
            self.weights.swap(self.average.epoch_end);
            self.weights.keep_as_best();
            self.weights.swap_back();
        }
    }

    /// Whether the run validates in that epoch.
    fn validates(&self, number: usize) -> bool {
        self.parts.validation.is_some() && number.is_multiple_of(self.parts.fit.validation_frequency)
    }

    /// Trains one epoch, validates, and runs the callbacks.
    fn epoch(&mut self, number: usize, source: &mut impl Source<'a, X, L::Target>) -> Result<()> {
        hook(self.optimizer, |learning_rate| self.parts.callbacks.epoch_begin(number, learning_rate))?;
        self.progress.epoch_begin(number);
        source.begin(number, &mut self.training.context.random);
        self.training.clear();
        let mut before = 0;
        for step in 1..=self.parts.fit.max_steps() {
            source.next(self.parts.fit.batch_size, &mut self.batch)?;
            if source.samples().is_none() {
                // It counts from the first sample of the batch.
                N::check(&self.batch.x).map_err(|error| match before {
                    0 => error,
                    _ => error.of(format_args!("the batch that begins with sample {before} of the stream")),
                })?;
                before += self.batch.t.len();
            }
            if self.batch.t.is_empty() {
                if step == 1 {
                    return Err(Error::argument("the training data", "at least one sample in each epoch", "none"));
                }
                break;
            }
            self.batch(number, step)?;
            if self.stop {
                break;
            }
        }
        *self.weights.random = self.training.context.random.clone();

        let mut row = self.training.values();
        if self.validates(number) {
            row.extend(self.validate());
        }
        self.progress.epoch_end(&self.history.names, &row);
        row.resize(self.history.names.len(), f32::NAN);
        self.history.rows.push(row);
        self.epoch_end(number)
    }

    /// Makes the step of a batch, and runs the callbacks.
    fn batch(&mut self, epoch: usize, number: usize) -> Result<()> {
        self.start();
        let Trainer { parts, optimizer, weights, history, training, grad, batch, progress, .. } = self;
        if let Some(augmentation) = &parts.augmentation {
            batch.x.copy.iter_mut().for_each(|x| augmentation.augment(x, &mut training.context.random));
        }
        parts.loss_weights.extend(&mut batch.weights, &batch.t);
        let loss = training.score(weights.net, weights.options, &batch.x, &batch.t, &batch.weights);
        training.step(weights.net, weights.options, &batch.x, grad, *optimizer, weights.moments)?;
        progress.batch_end(number, &history.names, || training.values());
        self.stop = hook(*optimizer, |learning_rate| {
            let mut end = BatchEnd {
                epoch,
                number,
                loss,
                learning_rate,
                stop: false,
                names: &history.names[..=history.metrics],
                values: &|| training.values(),
                weights: &mut Savable { weights, names: &history.names, rows: &history.rows },
            };
            parts.callbacks.batch_end(&mut end)?;
            Ok(end.stop)
        })?;
        Ok(())
    }

    /// The loss and the metrics of the validation data.
    fn validate(&mut self) -> Vec<f32> {
        let Some(Samples { x, t, weights }) = self.parts.validation else { return vec![] };
        self.weights.swap(self.average.validation);
        let values =
            self.validating.evaluate((&*self.weights.net, self.weights.options), x, t, weights, Wait::hidden());
        self.weights.swap_back();
        values
    }

    /// Runs the callbacks after an epoch.
    fn epoch_end(&mut self, number: usize) -> Result<()> {
        let validated = self.validates(number);
        let Trainer { parts, optimizer, weights, history, .. } = self;
        weights.swap(self.average.epoch_end);
        let stop = hook(*optimizer, |learning_rate| {
            let mut weights = Savable { weights, names: &history.names, rows: &history.rows };
            let mut epoch = history.epoch(learning_rate, &mut weights, validated);
            epoch.stop = self.stop;
            parts.callbacks.epoch_end(&mut epoch)?;
            Ok(epoch.stop)
        });
        weights.swap_back();
        self.stop = stop?;
        Ok(())
    }

    /// Leaves the model with the parameters that the run ends with.
    fn end(&mut self) -> Result<()> {
        self.start();
        // A run without an epoch ends with the parameters that it began with.
        self.weights.end_with_average(self.average.train_end.filter(|_| !self.history.rows.is_empty()));
        let best = self.weights.end_with_best();
        let History { names, rows, .. } = &self.history;
        *self.finished = Finished { names: names.clone(), rows: rows.clone(), best };
        self.parts.callbacks.train_end()
    }
}

/// Runs a callback hook. Fails if the hook changed a learning rate that a schedule controls.
fn hook<O: Optimizer, T>(optimizer: &mut O, hook: impl FnOnce(&mut f32) -> Result<T>) -> Result<T> {
    let before = optimizer.learning_rate();
    let mut after = before;
    let done = hook(&mut after)?;
    let scheduled = optimizer.options().is_some_and(|options| options.learning_rate.get().is_some());
    if scheduled && after.to_bits() != before.to_bits() {
        return Err(Error::argument("a callback's learning rate", format!("that of the schedule, {before}"), after));
    }
    if after.to_bits() != before.to_bits() {
        within("a callback's learning rate", after, 0.0..)?;
    }
    optimizer.set_learning_rate(after);
    Ok(done)
}
