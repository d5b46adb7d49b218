//! For those who come from Keras: where things are, what differs on purpose and why, and what there is not.
//!
//! Defaults, update rules, the order of things and the names of what is computed are those of Keras 3.15, and `tests/fixtures` holds the
//! numbers that it computed, which the tests compare with: every activation, loss, metric and layer with its gradients, fifty steps of every
//! optimizer with every option, whole runs of `fit`, and what callbacks do with given losses.
//!
//! ```python
//! model = keras.Sequential([
//!     keras.Input((64,)),
//!     layers.Dense(32, activation="relu", kernel_regularizer=regularizers.L2(1e-4)),
//!     layers.Dropout(0.2),
//!     layers.Dense(10, activation="softmax"),
//! ])
//! model.compile(optimizers.Adam(1e-3, clipnorm=1.0), "sparse_categorical_crossentropy", metrics=["accuracy"], weighted_metrics=["accuracy"])
//! model.fit(x, y, batch_size=30, epochs=2, validation_split=0.2, sample_weight=weights,
//!           callbacks=[callbacks.EarlyStopping(patience=3, restore_best_weights=True)])
//! model.evaluate(x, y)
//! ```
//!
//! ```
//! use taut::prelude::*;
//!
//! network! { type Net: Image<8, 8, 1> = (Flatten, Dense<64, 32>, Relu, Dropout<20>, Dense<32, 10>, Softmax); }
//!
//! # fn main() -> taut::Result<()> {
//! let data = datasets::digits()?;
//! let weights = vec![1.0; data.x.len()];
//! let model = Model::<_, Net>::new(1).layers(|net| net.1.kernel.regularizer = L2(1e-4).into());
//! let optimizer = Adam::new(1e-3).with(OptimizerOptions { clip: Clip::Norm(1.0), ..OptimizerOptions::default() });
//! let mut model = model.compile(optimizer, SparseCategoricalCrossentropy, (Accuracy, Weighted(Accuracy)));
//! let history = model
//!     .validation_split(0.2)
//!     .sample_weight(&weights)
//!     .callbacks(EarlyStopping::new(ValLoss).patience(3).restore_best_weights())
//!     .fit(&data, Fit { epochs: 2, batch_size: 30, ..Fit::default() })?;
//! println!("{} {:?}", model.evaluate(&data)?, history.get(Val(Accuracy)));
//! # Ok(())
//! # }
//! ```
//!
//! # Where things are
//!
//! | Keras | here |
//! |---|---|
//! | `Sequential([…])`, `Input` | a tuple of layers, and the input of [`network!`](crate::network!) or of a [`Model`](crate::Model) |
//! | `activation="relu"` of a layer | a layer of its own: `(Dense<4, 8>, Relu)` |
//! | `use_bias=False` | [`DenseNoBias`](crate::DenseNoBias), [`Conv2dNoBias`](crate::Conv2dNoBias) and its kin |
//! | `Conv2D(16, (3, 5), strides=2, padding="same")` after 8 channels | [`Conv2d`](crate::Conv2d)`<8, 16, 3, Same<2>, 5>`; all but the channels and the rows has its default |
//! | `strides`, `padding`, `dilation_rate` | [`Valid`](crate::Valid), [`Same`](crate::Same), [`Dilated`](crate::Dilated) |
//! | `groups`, `depth_multiplier` | [`GroupedConv2d`](crate::GroupedConv2d) |
//! | `GlobalAveragePooling1D`, `…2D` | [`GlobalAvgPool`](crate::GlobalAvgPool) |
//! | `return_sequences=True` | [`ReturnSequence`](crate::ReturnSequence): `Gru<8, 16, ReturnSequence>` |
//! | regularizers, constraints, initializers, `trainable` | the plan of each layer, in [`Model::layers`](crate::Model::layers): a [`TensorOptions`](crate::TensorOptions) for each tensor |
//! | `center=False`, `scale=False` of a normalization | `net.1.beta.frozen = true`, `net.1.gamma.frozen = true` |
//! | `ActivityRegularization` | `activity_regularizer` of any layer's plan; [`Linear`](crate::Linear) where it is to stand alone |
//! | functional models: an addition, a concatenation | [`Residual`](crate::Residual), [`Parallel`](crate::Parallel) |
//! | `weight_decay`, `clipnorm`, `use_ema`, `gradient_accumulation_steps`, a schedule | [`Options`](crate::Options), by [`Optimizer::with`](crate::Optimizer::with); [`AdamW`](crate::AdamW) and [`Muon`](crate::Muon) have their own decay |
//! | `exclude_from_weight_decay` | [`TensorOptions::no_weight_decay`](crate::TensorOptions) |
//! | `metrics=`, `weighted_metrics=` | the metrics of [`compile`](crate::Model::compile), [`Weighted`](crate::Weighted) or not |
//! | `"accuracy"` | [`Accuracy`](crate::Accuracy), which the types of output and label decide on |
//! | `class_weight`, `sample_weight`, `validation_data`, `validation_split`, `callbacks` | methods before [`fit`](crate::Fitting::fit), `validation_data` as [`validation`](crate::Compiled::validation), its weights as [`validation_sample_weight`](crate::Fitting::validation_sample_weight) |
//! | `epochs`, `batch_size`, `shuffle`, `initial_epoch`, `validation_freq`, `steps_per_epoch`, `verbose` | [`Fit`](crate::Fit) |
//! | `RandomFlip` and its kin, as layers | [`augment`](crate::Fitting::augment), before `fit` |
//! | a generator, a `tf.data.Dataset` | [`fit_stream`](crate::Fitting::fit_stream) |
//! | `evaluate(sample_weight=…)` | [`evaluate_weighted`](crate::Compiled::evaluate_weighted) |
//! | `monitor="val_loss"`, `"loss"`, `"val_accuracy"` | [`ValLoss`](crate::ValLoss), [`TrainingLoss`](crate::TrainingLoss), [`Val`](crate::Val)`(Accuracy)`, which the compiler knows to be computed, or not |
//! | `ModelCheckpoint(save_best_only=True)`, `save_freq` | [`ModelCheckpoint::best`](crate::ModelCheckpoint::best), [`every_epoch`](crate::ModelCheckpoint::every_epoch), [`every_batches`](crate::ModelCheckpoint::every_batches) |
//! | `save_weights_only=False` | [`training_state`](crate::ModelCheckpoint::training_state), and [`resume`](crate::Compiled::resume) |
//! | `Precision(class_id=…)`, `to_categorical`, `ops.confusion_matrix` | `class_id`, [`one_hot`](crate::Dataset::one_hot), [`ConfusionMatrix`](crate::ConfusionMatrix) |
//! | subclasses of `Layer`, `Loss`, `Metric`, `Optimizer`, `Callback` | [`Layer`](crate::Layer) and [`Train`](crate::Train), [`Loss`](crate::Loss), [`Metric`](crate::Metric), [`Optimizer`](crate::Optimizer), [`Callback`](crate::Callback) |
//!
//! # What differs on purpose
//!
//! | | Keras | here | why |
//! |---|---|---|---|
//! | cross-entropy after [`Softmax`](crate::Softmax) or [`Sigmoid`](crate::Sigmoid) | from clipped probabilities on JAX and PyTorch, from logits on TensorFlow | from logits | the clip at 1e-7 takes the gradient from just those samples that are most wrong; `from_logits` then changes nothing |
//! | [`Sparsemax`](crate::Sparsemax) | outputs that do not sum to 1 where several are above 0 (3.15, all back ends) | the paper's | it is an error |
//! | [`Dice`](crate::Dice), [`Tversky`](crate::Tversky) | of the whole batch by default | the mean over the samples, Keras's `axis=(1, 2, 3)` | a loss scores one sample, and does not depend on which others are in the batch |
//! | targets 0 of [`Hinge`](crate::Hinge) and [`SquaredHinge`](crate::SquaredHinge) | are -1 if all targets of the batch are 0 or 1 | are -1 | the same; a target is either of 0 and 1 or of -1 and 1 |
//! | gradient of [`CategoricalGeneralizedCrossEntropy`](crate::CategoricalGeneralizedCrossEntropy) at a probability of 0 | infinite | that at 1e-7 | one such sample would end the training; `q` may be 1 |
//! | `ignore_class` while validating | the mean of the means of the batches | the mean over all samples that count | the same number for any size of the batches |
//! | slopes at kinks, `\|x\|` at 0 | those of the back end, which differ | 0 for `\|x\|`, as on TensorFlow and PyTorch | one had to be taken |
//! | [`FBetaScore`](crate::FBetaScore), [`F1Score`](crate::F1Score) | a number for each class by default | their mean (`"macro"`) by default | a metric is one number, which can be monitored |
//! | [`Precision`](crate::Precision) and its kin at several thresholds | a list of numbers | a metric for each | the same |
//! | names of weighted metrics | `weighted_` only where two are equal | always | a name does not depend on what else is computed |
//! | NaN in [`EarlyStopping`](crate::EarlyStopping), [`ModelCheckpoint`](crate::ModelCheckpoint), [`ReduceLrOnPlateau`](crate::ReduceLrOnPlateau) | the first value is the best, be it NaN, and then nothing is better | is never an improvement | a run that recovers is seen to do so |
//! | [`LearningRateScheduler`](crate::LearningRateScheduler) | counts epochs from 0 | from 1 | everything that is shown counts from 1; only `epoch` of the CSV, which other programs read, counts from 0 as in Keras |
//! | [`CsvLogger`](crate::CsvLogger) | columns sorted by name | columns in the order of the history | training beside training, validation beside validation |
//! | the learning rate, where [`ReduceLrOnPlateau`](crate::ReduceLrOnPlateau) or a scheduler changes it | becomes a column of the history | is given to callbacks: [`Epoch::learning_rate`](crate::Epoch) | what a run computes is known before it begins |
//! | [`SwapEmaWeights`](crate::SwapEmaWeights) with `on_epoch` | what stands behind it sees the average | all callbacks do | what is saved does not depend on an order |
//! | [`Fit::steps_per_epoch`](crate::Fit::steps_per_epoch) | an epoch goes on where the last one ended | each begins anew | a resumed run has the same bits |
//! | epochs without a validation | are not in the lists of `val_…` | are NaN there | all lists are as long as there are epochs |
//! | parameters that are NaN | are saved | are not, and the file before stays | the last good one is worth more |
//! | moments below 1e-30 | are kept | are 0 | numbers so small are slow on most processors, and move no weight |
//! | norms of [`MaxNorm`](crate::MaxNorm), [`UnitNorm`](crate::UnitNorm), [`MinMaxNorm`](crate::MinMaxNorm) | over `axis=0` by default | over all axes but the last | for a dense kernel the same; for others what Keras advises |
//! | [`OrthogonalRegularizer`](crate::OrthogonalRegularizer), [`Identity`](crate::Identity), [`Orthogonal`](crate::Orthogonal) of what is no matrix | an error | nothing, or as one row | an initializer or a penalty fits any tensor |
//! | [`PRelu`](crate::PRelu) of an image | a slope for each position and channel | for each channel, `shared_axes=[1, 2]` | a convolution is the same everywhere; the other is two free layers more, as its page says |
//! | numbers of layers: `Dropout(0.5)`, `LeakyReLU(0.3)` | floats | whole hundredths, `Dropout<50>`, `LeakyRelu<30>` | they are part of the type, and a rate of 100 does not compile |
//! | `epsilon` of normalizations | an option | Keras's default: 0.001, and 1e-6 for [`RmsNorm`](crate::RmsNorm) | the same; and nothing but parameters is in a checkpoint |
//! | settings out of range | some are errors, at once | all are errors, when `fit` or `evaluate` begins; what is in a type, when it is compiled | `compile` and `layers` need no `?` |
//!
//! What is drawn at random (initial weights, orders, what is dropped) has the same distributions, but other streams of numbers: the same seed does
//! not give the same run in both.
//!
//! # What there is not
//!
//! | Keras | instead |
//! |---|---|
//! | `reduction` of a loss other than the mean | weights of samples |
//! | weights of single steps or pixels | a loss of one's own, which knows them from its target |
//! | weights of samples in a generator | [`class_weight`](crate::Fitting::class_weight), or data in memory |
//! | `Circle`, `CTC` | they compare samples with each other, or need lengths at run time |
//! | `metrics.Accuracy`, which asks whether numbers are equal | [`BinaryAccuracy`](crate::BinaryAccuracy) and the categorical ones |
//! | `thresholds` and `label_weights` of `AUC`, `ignore_class` of `IoU`, `class_aggregation` and `num_regressors` of `R2Score` | evenly spaced thresholds, [`Weighted`](crate::Weighted), a metric of one's own |
//! | `MultiOptimizer`, `LossScaleOptimizer` | [`TensorOptions`](crate::TensorOptions)s; all is `f32` |
//! | `SpectralNormalization` | a [`Constrain`](crate::Constrain) of one's own, or [`OrthogonalRegularizer`](crate::OrthogonalRegularizer): it is a layer around a layer with a state of its own beside the kernel |
//! | `STFT` as an initializer | [`Initialize`](crate::Initialize) |
//! | `save_best_only` with a `save_freq` of batches | [`Callback::batch_end`](crate::Callback::batch_end), whose [`Batch`](crate::Batch) knows the loss and saves |
//! | `save_freq` of `BackupAndRestore` | `ModelCheckpoint::every_batches("backup.taut", n).training_state()`, and [`resume`](crate::Compiled::resume) |
//! | `TensorBoard`, `RemoteMonitor`, `OrbaxCheckpoint` | [`CsvLogger`](crate::CsvLogger), [`History::plot`](crate::History), [`Lambda`](crate::Lambda) |
//! | `Conv3D` and its kin, `padding="causal"`, `dilation_rate` of `Conv2DTranspose` and `output_padding` | [`ZeroPadding2d`](crate::ZeroPadding2d), [`Cropping2d`](crate::Cropping2d) |
//! | `UpSampling2D(interpolation=…)` other than nearest | [`Conv2dTranspose`](crate::Conv2dTranspose) |
//! | `data_format="channels_first"` | [`Permute`](crate::Permute)`<2, 3, 1>` |
//! | `.keras` and `.h5` files | parameters are plain fields in Keras's order and layout: [`net_mut`](crate::Model::net_mut) |
