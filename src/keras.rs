//! A guide for users of Keras: the names of things here, deliberate differences with their reasons, and missing
//! features.
//!
//! Defaults, update rules, orders and names are those of Keras 3.15. The tests compare with numbers from Keras in
//! `tests/fixtures`: every activation, loss, metric and layer with its gradients, fifty steps of every optimizer with
//! every option, whole runs of `fit`, and the decisions of callbacks for given losses.
//!
//! ```python
//! model = keras.Sequential([
//!     keras.Input((64,)),
//!     layers.Dense(32, activation="relu", kernel_regularizer=regularizers.L2(1e-4)),
//!     layers.Dropout(0.2),
//!     layers.Dense(10, activation="softmax"),
//! ])
//! model.compile(optimizers.Adam(1e-3, clipnorm=1.0), "sparse_categorical_crossentropy",
//!               metrics=["accuracy"], weighted_metrics=["accuracy"])
//! model.fit(x, y, batch_size=30, epochs=2, validation_split=0.2, sample_weight=weights,
//!           callbacks=[callbacks.EarlyStopping(patience=3, restore_best_weights=True)])
//! model.evaluate(x, y)
//! ```
//!
//! ```
//! use taut::{metrics::Weighted, optimizers::Clip, prelude::*};
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
//! # The names of things
//!
//! | Keras | here |
//! |---|---|
//! | `Sequential([…])`, `Input` | a tuple of layers; the input is a parameter of [`network!`](crate::network!) or of [`Model`](crate::Model) |
//! | `activation="relu"` of a layer | a layer of its own: `(Dense<4, 8>, Relu)` |
//! | `use_bias=False` | [`NoBias`](crate::NoBias) as the type of the bias: `Dense<4, 8, NoBias>` |
//! | `Conv2D(16, (3, 5), strides=2, padding="same")` after 8 channels | [`Conv2d`](crate::Conv2d)`<8, 16, 3, Same<2>, 5>`; all parameters but the channels and the rows have defaults |
//! | `strides`, `padding`, `dilation_rate` | [`Valid`](crate::Valid), [`Same`](crate::Same), [`Dilated`](crate::Dilated) |
//! | `groups`, `depth_multiplier` | [`GroupedConv2d`](crate::GroupedConv2d) |
//! | `GlobalAveragePooling1D`, `…2D` | [`GlobalAvgPool`](crate::GlobalAvgPool) |
//! | `return_sequences=True` | [`ReturnSequence`](crate::ReturnSequence): `Gru<8, 16, ReturnSequence>` |
//! | `Embedding(mask_zero=True)`, `Masking` | [`MaskZero`](crate::MaskZero): `Embedding<1000, 16, MaskZero>`; [`Masking`](crate::Masking) |
//! | regularizers, constraints, initializers, `trainable` | the options of each layer, in [`Model::layers`](crate::Model::layers): [`TensorOptions`](crate::TensorOptions) for each tensor |
//! | `center=False`, `scale=False` of a normalization | `net.1.beta.frozen = true`, `net.1.gamma.frozen = true` |
//! | `ActivityRegularization` | `activity_regularizer` in the options of any layer; [`Linear`](crate::Linear) for a layer of its own |
//! | functional models: an addition, a concatenation | [`Residual`](crate::Residual), [`Parallel`](crate::Parallel) |
//! | `weight_decay`, `clipnorm`, `use_ema`, `gradient_accumulation_steps`, a schedule | [`OptimizerOptions`](crate::OptimizerOptions), by [`Optimizer::with`](crate::Optimizer::with); [`AdamW`](crate::AdamW) and [`Muon`](crate::Muon) have their own decay |
//! | `exclude_from_weight_decay` | [`TensorOptions::no_weight_decay`](crate::TensorOptions) |
//! | `metrics=`, `weighted_metrics=` | the metrics of [`compile`](crate::Model::compile), [`Weighted`](crate::Weighted) or not |
//! | `"accuracy"` | [`Accuracy`](crate::Accuracy); the types of output and label choose the formula |
//! | `class_weight`, `sample_weight`, `validation_data`, `validation_split`, `callbacks` | methods before [`fit`](crate::Fitting::fit), with `validation_data` named [`validation`](crate::Compiled::validation), and its weights [`validation_sample_weight`](crate::Fitting::validation_sample_weight) |
//! | `epochs`, `batch_size`, `shuffle`, `initial_epoch`, `validation_freq`, `steps_per_epoch`, `verbose` | [`Fit`](crate::Fit) |
//! | `keras.datasets.mnist.load_data()`, `fashion_mnist`, `cifar10`, `cifar100` | [`datasets::mnist`](fn@crate::datasets::mnist), [`fashion_mnist`](fn@crate::datasets::fashion_mnist), [`cifar10`](fn@crate::datasets::cifar10), [`cifar100`](fn@crate::datasets::cifar100); they download with the feature `download`; pixels are from 0 to 1 |
//! | `uint8` arrays as `x`, before a `Rescaling` | a dataset of [`Pixels`](crate::Pixels): `Pixels<X>` are from 0 to 1 without that layer, and `Pixels<X, 1>` from 0 to 255; [`mnist_pixels`](crate::datasets::mnist_pixels) and the like |
//! | NumPy arrays as `x` and `y`, `np.load`, data as Keras ships them | [`Dataset::from_arrays`](crate::Dataset::from_arrays); `datasets::Npy` and `datasets::Npz`, with the feature `npy` |
//! | `RandomFlip` and similar layers | [`augment`](crate::Fitting::augment), before `fit` |
//! | a generator, a `tf.data.Dataset` | [`fit_stream`](crate::Fitting::fit_stream) |
//! | `evaluate(sample_weight=…)` | [`evaluate_weighted`](crate::Compiled::evaluate_weighted) |
//! | `monitor="val_loss"`, `"loss"`, `"val_accuracy"` | [`ValLoss`](crate::ValLoss), [`TrainingLoss`](crate::TrainingLoss), [`Val`](crate::Val)`(Accuracy)`, checked by the compiler |
//! | `ModelCheckpoint(save_best_only=True)`, `save_freq` | [`ModelCheckpoint::best`](crate::ModelCheckpoint::best), [`every_epoch`](crate::ModelCheckpoint::every_epoch), [`every_batches`](crate::ModelCheckpoint::every_batches) |
//! | `save_weights_only=False` | [`training_state`](crate::ModelCheckpoint::training_state), and [`resume`](crate::Compiled::resume) |
//! | `from_logits=True` of a loss; `BinaryAccuracy(threshold=…)` for logits | [`FromLogits`](crate::FromLogits)`(loss)`, `FromLogits(Accuracy)` |
//! | `Precision(class_id=…)`, `to_categorical`, `ops.confusion_matrix` | `class_id`, [`one_hot`](crate::Dataset::one_hot), [`ConfusionMatrix`](crate::ConfusionMatrix) |
//! | `verbose` of `evaluate` and `predict` | [`without_progress`](crate::without_progress): they show a bar only where they take longer than a second, in a terminal |
//! | `GradientTape`, for the parameters of a model | [`gradients`](crate::Compiled::gradients) of a batch |
//! | subclasses of `Layer`, `Loss`, `Metric`, `Optimizer`, `Callback` | [`Layer`](crate::Layer) and [`Train`](crate::Train), [`Loss`](crate::Loss), [`Metric`](crate::Metric), [`Optimizer`](crate::Optimizer), [`Callback`](crate::Callback) |
//!
//! # Deliberate differences
//!
//! | | Keras | here | why |
//! |---|---|---|---|
//! | cross-entropy after [`Softmax`](crate::Softmax) or [`Sigmoid`](crate::Sigmoid) | from clipped probabilities on JAX and PyTorch, from logits on TensorFlow | from logits | the clip at 1e-7 removes the gradient of the worst samples; [`FromLogits`](crate::FromLogits) does not compile then |
//! | [`BinaryFocalCrossentropy`](crate::BinaryFocalCrossentropy) and [`CategoricalFocalCrossentropy`](crate::CategoricalFocalCrossentropy) from logits, or after the head | from clipped probabilities, but the binary one on TensorFlow | from logits | the same |
//! | a loss that does not fit the last layer: a cross-entropy of probabilities after a `Dense` | trains to nonsense | does not compile, except as [`Unchecked`](crate::Unchecked) | see [`Loss::Takes`](crate::Loss::Takes) |
//! | [`Sparsemax`](crate::Sparsemax) | outputs that do not sum to 1 if several are above 0 (3.15, all back ends) | the formula of the paper | an error in Keras |
//! | [`Dice`](crate::Dice), [`Tversky`](crate::Tversky) | of the whole batch by default | the mean over the samples, Keras's `axis=(1, 2, 3)` | a loss scores one sample, independently of the rest of the batch |
//! | targets 0 of [`Hinge`](crate::Hinge) and [`SquaredHinge`](crate::SquaredHinge) | are -1 if all targets of the batch are 0 or 1 | are always -1 | the loss of a sample does not depend on the rest of the batch |
//! | gradient of [`CategoricalGeneralizedCrossEntropy`](crate::CategoricalGeneralizedCrossEntropy) at a probability of 0 | infinite | that at 1e-7 | a single such sample would end the training |
//! | `ignore_class` while validating | the mean of the means of the batches | the mean over all samples that count | the result does not depend on the batch size |
//! | slopes at kinks, `\|x\|` at 0 | those of the back end, which differ | 0 for `\|x\|`, as on TensorFlow and PyTorch | one definition for all targets |
//! | [`FBetaScore`](crate::FBetaScore), [`F1Score`](crate::F1Score) | one number per class by default | their mean (`"macro"`) by default | a metric is one number, which callbacks can monitor |
//! | [`Precision`](crate::Precision) and similar metrics at several thresholds | a list of numbers | one metric per threshold | a metric is one number |
//! | names of weighted metrics | `weighted_` only if two names are equal | always `weighted_` | a name does not depend on other metrics |
//! | NaN in [`EarlyStopping`](crate::EarlyStopping), [`ModelCheckpoint`](crate::ModelCheckpoint), [`ReduceLrOnPlateau`](crate::ReduceLrOnPlateau) | a NaN in the first epoch is the best value, and no later value improves on it | is never an improvement | a run can recover |
//! | [`LearningRateScheduler`](crate::LearningRateScheduler) | counts epochs from 0 | counts from 1 | epochs and batches count from 1 wherever they are shown; only the column `epoch` of the CSV file counts from 0, for other programs |
//! | `TensorBoard`, with the feature `tensorboard`: `write_images` | numbers below 0 are black, above 1 white | a tensor's smallest number is black, its largest white | weights are small, and of both signs |
//! | `TensorBoard`: `write_graph` | draws nothing, or for TensorFlow the graph | writes the table of the layers | a network is its type; the table has all of it |
//! | `TensorBoard`: steps of batches in a resumed run | count from 1 | go on | each step has one place |
//! | [`CsvLogger`](crate::CsvLogger) | columns sorted by name | columns in the order of the history | groups training and validation |
//! | the learning rate, where [`ReduceLrOnPlateau`](crate::ReduceLrOnPlateau) or a scheduler changes it | becomes a column of the history | callbacks read [`EpochEnd::learning_rate`](crate::EpochEnd) | the columns of a run are known before it begins |
//! | [`SwapEmaWeights`](crate::SwapEmaWeights) with `on_epoch` | later callbacks see the average | all callbacks see the average | results do not depend on the order of callbacks |
//! | [`Fit::steps_per_epoch`](crate::Fit::steps_per_epoch) | an epoch continues where the last one ended | each epoch starts from the beginning | a resumed run has the same bits |
//! | epochs without a validation | have no entry in the lists of `val_…` | are NaN | all lists have one entry per epoch |
//! | a run that is resumed with no epoch left, or fewer than it has | trains nothing, and has an empty history | is completed and returns its history; with fewer epochs it is an error | a run that is killed after its last epoch can end |
//! | `save_freq` in batches | counts from the beginning of the program | counts the optimizer's steps: [`every_batches`](crate::ModelCheckpoint::every_batches) | a resumed run saves after the same steps |
//! | the log of a resumed run, [`CsvLogger`](crate::CsvLogger) | `append=True` may have an epoch twice | has each epoch once | is the log of a run that was not interrupted |
//! | parameters that are NaN | are saved | are an error, and the existing file does not change | the last good checkpoint is worth more |
//! | moments below 1e-30 | are kept | are set to 0 | such small numbers are slow on most processors, and do not affect weights |
//! | norms of [`MaxNorm`](crate::MaxNorm), [`UnitNorm`](crate::UnitNorm), [`MinMaxNorm`](crate::MinMaxNorm) | over `axis=0` by default | over all axes but the last | equal for a dense kernel; for other kernels as Keras recommends |
//! | [`OrthogonalRegularizer`](crate::OrthogonalRegularizer), [`Identity`](crate::Identity), [`Orthogonal`](crate::Orthogonal) of a tensor that is not a matrix | an error | no penalty, or a matrix with one row | initializers and penalties accept any tensor |
//! | [`PRelu`](crate::PRelu) of an image | one slope per position and channel | one slope per channel, `shared_axes=[1, 2]` | convolutions treat all positions equally; the documentation of [`PRelu`](crate::PRelu) shows Keras's default |
//! | biases of two axes ([`Gru`](crate::Gru), [`MultiHeadAttention`](crate::MultiHeadAttention)) under [`Muon`](crate::Muon) and [`Adafactor`](crate::Adafactor) | are matrices | are vectors | a bias maps nothing |
//! | an [`Embedding`](crate::Embedding)'s second moments, where a batch has a word several times | on TensorFlow, of each occurrence's gradient by itself | of their sum, as on JAX and PyTorch | one definition for all tensors |
//! | weights of [`Iou`](crate::Iou) that are no whole numbers | do not count as they are on TensorFlow | count as they are | the weight is the caller's |
//! | layers that treat a masked step as any other and keep the mask | warn, and drop it, as [`RmsNorm`](crate::RmsNorm) does; a [`BatchNorm`](crate::BatchNorm) leaves it out | are listed at [`Masking`](crate::Masking) | they change no step's place |
//! | [`GlobalMaxPool`](crate::GlobalMaxPool) of a masked sequence | counts padding | leaves it out | the mean does so too |
//! | the mean of a sequence that is all padding | is NaN | is zeros | a prediction is a number |
//! | losses and metrics of masked sequences | leave padding out | count all steps | a target has no mask |
//! | `Masking(mask_value=0.5)` | a float | a whole number, `Masking<-1>` | the number is part of the type |
//! | numbers of layers: `Dropout(0.5)`, `LeakyReLU(0.3)` | floats | whole hundredths, `Dropout<50>`, `LeakyRelu<30>` | the numbers are part of the type, and a rate of 100 does not compile |
//! | `epsilon` of normalizations | an option | Keras's default: 0.001, and 1e-6 for [`RmsNorm`](crate::RmsNorm) | a checkpoint contains nothing but parameters |
//! | settings out of range | some are errors, immediately | all are errors when `fit` or `evaluate` begins; numbers in types are compile errors | `compile` and `layers` need no `?` |
//!
//! Random values (initial weights, orders, dropout) have the same distributions but other streams of numbers: equal
//! seeds do not give equal runs.
//!
//! # Missing features
//!
//! | Keras | instead |
//! |---|---|
//! | `reduction` of a loss other than the mean | weights of samples |
//! | weights of single steps or pixels | a loss of your own with the weights in its target |
//! | weights of samples in a generator | [`class_weight`](crate::Fitting::class_weight), or data in memory |
//! | `Circle`, `CTC` | no replacement: they compare samples with each other, or need lengths at run time |
//! | `metrics.Accuracy`, which compares numbers for equality | [`BinaryAccuracy`](crate::BinaryAccuracy) and the categorical ones |
//! | `thresholds` and `label_weights` of `AUC`, `ignore_class` of `IoU`, `class_aggregation` and `num_regressors` of `R2Score` | evenly spaced thresholds, [`Weighted`](crate::Weighted), a metric of your own |
//! | `MultiOptimizer`, `LossScaleOptimizer` | [`TensorOptions`](crate::TensorOptions); all numbers are `f32` |
//! | `SpectralNormalization` | a [`Constrain`](crate::Constrain) of your own, or [`OrthogonalRegularizer`](crate::OrthogonalRegularizer) |
//! | `STFT` as an initializer | [`Initialize`](crate::Initialize) |
//! | `save_best_only` with a `save_freq` of batches | [`Callback::batch_end`](crate::Callback::batch_end), whose [`BatchEnd`](crate::BatchEnd) has the loss and can save |
//! | `embeddings_freq`, `profile_batch` and `write_steps_per_second` of `TensorBoard` | a callback of your own with a `SummaryWriter` |
//! | `save_freq` of `BackupAndRestore` | `ModelCheckpoint::every_batches("backup.taut", n).training_state()`, and [`resume`](crate::Compiled::resume) |
//! | `RemoteMonitor`, `OrbaxCheckpoint` | [`CsvLogger`](crate::CsvLogger), [`History::plot`](crate::History), [`Lambda`](crate::Lambda) |
//! | `Conv3D` and similar layers, `padding="causal"`, `dilation_rate` of `Conv2DTranspose` and `output_padding` | [`ZeroPadding2d`](crate::ZeroPadding2d), [`Cropping2d`](crate::Cropping2d) |
//! | `UpSampling2D(interpolation=…)` other than nearest | [`Conv2dTranspose`](crate::Conv2dTranspose) |
//! | `data_format="channels_first"` | [`Permute`](crate::Permute)`<2, 3, 1>` |
//! | `.keras` and `.h5` files | parameters are plain fields in Keras's order, and lie in memory as Keras's do (a kernel of `nalgebra`'s is indexed by unit and input, `kernel[(unit, input)]`, column by column): [`net_mut`](crate::Model::net_mut) |
