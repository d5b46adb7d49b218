//! The list of all there is: layers, losses, metrics, optimizers, callbacks, data, examples and features.
//!
//! The names of this page are in the modules [`layers`](crate::layers), [`losses`](crate::losses),
//! [`metrics`](crate::metrics), [`optimizers`](crate::optimizers), [`callbacks`](crate::callbacks),
//! [`datasets`](crate::datasets), [`regularizers`](crate::regularizers), [`constraints`](crate::constraints),
//! [`initializers`](crate::initializers), [`schedules`](crate::schedules), [`int8`](crate::int8) and
//! [`zoo`](crate::zoo), and at the root of the crate. [`prelude`](crate::prelude) has those of them that a typical
//! program uses.
//!
//! # What there is
//!
//! | | |
//! |---|---|
//! | samples | [`Vector`](crate::Vector)`<N>`, [`Image`](crate::Image)`<H, W, C>`, [`Sequence`](crate::Sequence)`<T, C>`, [`Tokens`](crate::Tokens)`<T>`; labels [`Class`](crate::Class)`<N>`, or any sample |
//! | layers | [`Dense`](crate::Dense), without a bias `Dense<1, 1, `[`NoBias`](crate::NoBias)`>`, [`Flatten`](crate::Flatten), [`Reshape`](crate::Reshape), [`Dropout`](crate::Dropout), [`AlphaDropout`](crate::AlphaDropout), [`GaussianDropout`](crate::GaussianDropout), [`GaussianNoise`](crate::GaussianNoise), [`BatchNorm`](crate::BatchNorm), [`LayerNorm`](crate::LayerNorm), [`RmsNorm`](crate::RmsNorm), [`GroupNorm`](crate::GroupNorm), [`UnitNormalization`](crate::UnitNormalization), [`Normalization`](crate::Normalization), [`Rescaling`](crate::Rescaling), [`Residual`](crate::Residual), [`Parallel`](crate::Parallel); of images [`Conv2d`](crate::Conv2d), [`Conv2dTranspose`](crate::Conv2dTranspose), [`DepthwiseConv2d`](crate::DepthwiseConv2d), [`SeparableConv2d`](crate::SeparableConv2d), [`GroupedConv2d`](crate::GroupedConv2d), [`MaxPool2d`](crate::MaxPool2d), [`AvgPool2d`](crate::AvgPool2d), [`UpSampling2d`](crate::UpSampling2d), [`ZeroPadding2d`](crate::ZeroPadding2d), [`Cropping2d`](crate::Cropping2d), [`Permute`](crate::Permute), [`SpatialDropout`](crate::SpatialDropout); of sequences [`Conv1d`](crate::Conv1d), [`MaxPool1d`](crate::MaxPool1d), [`AvgPool1d`](crate::AvgPool1d); of both [`GlobalAvgPool`](crate::GlobalAvgPool), [`GlobalMaxPool`](crate::GlobalMaxPool); [`SimpleRnn`](crate::SimpleRnn), [`Lstm`](crate::Lstm), [`Gru`](crate::Gru), [`Bidirectional`](crate::Bidirectional), [`TimeDistributed`](crate::TimeDistributed), [`Embedding`](crate::Embedding), [`PositionEmbedding`](crate::PositionEmbedding), [`MultiHeadAttention`](crate::MultiHeadAttention), for padded sequences [`Masking`](crate::Masking) and `Embedding<1, 1, `[`MaskZero`](crate::MaskZero)`>`; dense layers and convolutions take [`NoBias`](crate::NoBias) as a parameter; a tuple of up to twelve layers, or a struct of any number, is a layer |
//! | activations, as layers | [`Relu`](crate::Relu), [`Relu6`](crate::Relu6), [`ReluWith`](crate::ReluWith), [`LeakyRelu`](crate::LeakyRelu), [`PRelu`](crate::PRelu), [`Elu`](crate::Elu), [`Celu`](crate::Celu), [`Selu`](crate::Selu), [`Gelu`](crate::Gelu), [`GeluTanh`](crate::GeluTanh), [`Glu`](crate::Glu), [`Silu`](crate::Silu), [`HardSilu`](crate::HardSilu), [`Mish`](crate::Mish), [`Softplus`](crate::Softplus), [`Squareplus`](crate::Squareplus), [`SparsePlus`](crate::SparsePlus), [`Sigmoid`](crate::Sigmoid), [`HardSigmoid`](crate::HardSigmoid), [`LogSigmoid`](crate::LogSigmoid), [`SparseSigmoid`](crate::SparseSigmoid), [`Tanh`](crate::Tanh), [`HardTanh`](crate::HardTanh), [`TanhShrink`](crate::TanhShrink), [`HardShrink`](crate::HardShrink), [`SoftShrink`](crate::SoftShrink), [`Softsign`](crate::Softsign), [`Exponential`](crate::Exponential), [`Threshold`](crate::Threshold), [`Linear`](crate::Linear), [`Softmax`](crate::Softmax), [`LogSoftmax`](crate::LogSoftmax), [`Sparsemax`](crate::Sparsemax) |
//! | strides, paddings, dilations, as types | [`Valid`](crate::Valid)`<2>`, [`Same`](crate::Same), [`Same`](crate::Same)`<2, 1>`, [`Dilated`](crate::Dilated)`<2, Same>`: the compiler computes the sizes of outputs |
//! | networks, as types | in [`zoo`](crate::zoo): [`LeNet5`](crate::zoo::LeNet5), [`DsCnn`](crate::zoo::DsCnn), [`ResNet8`](crate::zoo::ResNet8), [`MobileNet`](crate::zoo::MobileNet), [`Autoencoder`](crate::zoo::Autoencoder), [`GruClassifier`](crate::zoo::GruClassifier), [`TinyTransformer`](crate::zoo::TinyTransformer) |
//! | losses | [`MeanSquaredError`](crate::MeanSquaredError), [`MeanAbsoluteError`](crate::MeanAbsoluteError), [`MeanAbsolutePercentageError`](crate::MeanAbsolutePercentageError), [`MeanSquaredLogarithmicError`](crate::MeanSquaredLogarithmicError), [`Huber`](crate::Huber), [`LogCosh`](crate::LogCosh), [`CosineSimilarity`](crate::CosineSimilarity), [`Hinge`](crate::Hinge), [`SquaredHinge`](crate::SquaredHinge), [`CategoricalHinge`](crate::CategoricalHinge), [`BinaryCrossentropy`](struct@crate::BinaryCrossentropy), [`CategoricalCrossentropy`](struct@crate::CategoricalCrossentropy), [`SparseCategoricalCrossentropy`](struct@crate::SparseCategoricalCrossentropy) (label smoothing, from logits, a class to ignore), [`BinaryFocalCrossentropy`](crate::BinaryFocalCrossentropy), [`CategoricalFocalCrossentropy`](crate::CategoricalFocalCrossentropy), [`CategoricalGeneralizedCrossEntropy`](crate::CategoricalGeneralizedCrossEntropy), [`KlDivergence`](crate::KlDivergence), [`Poisson`](crate::Poisson), [`Dice`](crate::Dice), [`Tversky`](crate::Tversky); [`FromLogits`](crate::FromLogits) around one that takes probabilities; one that does not fit the last layer is an error, unless it stands in [`Unchecked`](crate::Unchecked) |
//! | metrics | [`Accuracy`](crate::Accuracy), [`BinaryAccuracy`](crate::BinaryAccuracy), [`CategoricalAccuracy`](crate::CategoricalAccuracy), [`SparseCategoricalAccuracy`](crate::SparseCategoricalAccuracy), [`TopKCategoricalAccuracy`](crate::TopKCategoricalAccuracy), [`Precision`](crate::Precision), [`Recall`](crate::Recall), [`F1Score`](crate::F1Score), [`FBetaScore`](crate::FBetaScore), [`TruePositives`](crate::TruePositives), [`TrueNegatives`](crate::TrueNegatives), [`FalsePositives`](crate::FalsePositives), [`FalseNegatives`](crate::FalseNegatives), [`Auc`](crate::Auc) (ROC, PR, gain), [`PrecisionAtRecall`](crate::PrecisionAtRecall), [`RecallAtPrecision`](crate::RecallAtPrecision), [`SensitivityAtSpecificity`](crate::SensitivityAtSpecificity), [`SpecificityAtSensitivity`](crate::SpecificityAtSensitivity), [`Iou`](crate::Iou), [`MeanIou`](crate::MeanIou), [`BinaryIou`](crate::BinaryIou), [`PearsonCorrelation`](crate::PearsonCorrelation), [`ConcordanceCorrelation`](crate::ConcordanceCorrelation), [`RootMeanSquaredError`](crate::RootMeanSquaredError), [`R2Score`](crate::R2Score), [`ExplainedVariance`](crate::ExplainedVariance), and all losses; [`Weighted`](crate::Weighted) has any of them take notice of weights; [`ConfusionMatrix`](crate::ConfusionMatrix) |
//! | optimizers | [`Sgd`](crate::Sgd) (momentum, Nesterov), [`Adam`](crate::Adam) (AMSGrad), [`AdamW`](crate::AdamW), [`Nadam`](crate::Nadam), [`Adamax`](crate::Adamax), [`RmsProp`](crate::RmsProp), [`Adagrad`](crate::Adagrad), [`Adadelta`](crate::Adadelta), [`Ftrl`](crate::Ftrl), [`Lion`](crate::Lion), [`Lamb`](crate::Lamb), [`Adafactor`](crate::Adafactor), [`Muon`](crate::Muon), [`ScheduleFreeAdamW`](crate::ScheduleFreeAdamW); with each, by `.with(OptimizerOptions { .. })`: weight decay, clipping by value, norm or global norm, the average of the weights, gradient accumulation, a schedule |
//! | schedules | [`ExponentialDecay`](crate::ExponentialDecay), [`InverseTimeDecay`](crate::InverseTimeDecay), [`PiecewiseConstantDecay`](crate::PiecewiseConstantDecay), [`PolynomialDecay`](crate::PolynomialDecay), [`CosineDecay`](crate::CosineDecay) (warm-up), [`CosineDecayRestarts`](crate::CosineDecayRestarts), and a trait for your own |
//! | for each tensor | regularizers [`L1`](crate::L1), [`L2`](crate::L2), [`L1L2`](crate::L1L2), [`OrthogonalRegularizer`](crate::OrthogonalRegularizer); constraints [`MaxNorm`](crate::MaxNorm), [`NonNeg`](crate::NonNeg), [`UnitNorm`](crate::UnitNorm), [`MinMaxNorm`](crate::MinMaxNorm); initializers, all of Keras's but `STFT` ([`initializers`](crate::initializers)); frozen or not |
//! | callbacks | [`EarlyStopping`](crate::EarlyStopping), [`ModelCheckpoint`](crate::ModelCheckpoint), [`ReduceLrOnPlateau`](crate::ReduceLrOnPlateau), [`LearningRateScheduler`](crate::LearningRateScheduler), [`BackupAndRestore`](crate::BackupAndRestore), [`SwapEmaWeights`](crate::SwapEmaWeights), [`CsvLogger`](crate::CsvLogger), [`TerminateOnNan`](crate::TerminateOnNan), [`Lambda`](crate::Lambda), with the feature `tensorboard` `TensorBoard`, and a trait for your own |
//! | fit | weights of classes (as many as there are classes, or it does not compile) and of samples (of the validation and of evaluations as well), data that need not be in memory ([`fit_stream`](crate::Fitting::fit_stream)), validation in some epochs, steps per epoch; samples changed at random, anew in each epoch: [`RandomFlip`](crate::RandomFlip), [`RandomTranslation`](crate::RandomTranslation), and a trait for your own |
//! | data | [`datasets::mnist`](fn@crate::datasets::mnist), [`datasets::fashion_mnist`](fn@crate::datasets::fashion_mnist), [`datasets::cifar10`](fn@crate::datasets::cifar10) and [`cifar100`](fn@crate::datasets::cifar100), [`datasets::digits`](fn@crate::datasets::digits), [`iris`](crate::datasets::iris), [`wine`](crate::datasets::wine), [`breast_cancer`](crate::datasets::breast_cancer) and [`diabetes`](crate::datasets::diabetes), [`Csv`](crate::Csv), also with [`Missing`](crate::Missing) values, IDX files, folders of pictures (`datasets::image_folder`), matrices of nalgebra and arrays of ndarray ([`Dataset::from_arrays`](crate::Dataset::from_arrays)), NumPy's files (`datasets::Npy`, `datasets::Npz`), Parquet files and Arrow record batches (`datasets::Parquet`, `datasets::Arrow`); images that stay bytes ([`Pixels`](crate::Pixels), which are [`TrainingData`](crate::TrainingData) by [`AsFloats`](crate::AsFloats), [`fashion_mnist_pixels`](crate::datasets::fashion_mnist_pixels)); split, shuffle, standardize, one-hot; predictions as arrays, files and tables of these kinds ([`datasets::to_matrix`](crate::datasets::to_matrix), `to_ndarray`, `to_record_batch`, `Npz::write`, `Parquet::write`): a [`NumericArray`](crate::NumericArray) has an [`ArrayRow`](crate::ArrayRow) for each |
//! | files | checkpoints of the parameters, or of the whole training, from which a resumed run ends with the same bits; history as CSV and SVG |
//! | plots | as SVG and as text: [`History::plot`](crate::History::plot), [`ConfusionMatrix::plot`](crate::ConfusionMatrix::plot), [`RocCurve`](crate::RocCurve), [`PrecisionRecallCurve`](crate::PrecisionRecallCurve), [`Pictures`](crate::Pictures), [`Predictions`](crate::Predictions), [`Histograms`](crate::Histograms), [`Heatmap`](crate::Heatmap) |
//! | embedding | [`embed!`](crate::embed!); [`Model::fold`](crate::Model::fold), which makes batch normalization a part of the layer before it, and its type, [`Folded`](crate::Folded)`<Net>`; parameters, multiply-adds, flash and RAM as constants of the type |
//!
//! Defaults, update rules and the order of things are Keras 3's. `tests/fixtures` holds what real Keras computes, and
//! the tests compare with it. The page [`keras`](crate::keras) says where each thing of Keras's is.
//!
//! # Networks of convolutions
//!
//! Convolutions are layers like any other, and nobody computes a size. `Same<2>` is Keras's `padding="same",
//! strides=2`; a projection on a skip is the second parameter of a `Residual`:
//!
//! ```
//! use taut::prelude::*;
//!
//! type First = (Conv2d<16, 32, 3, Same<2>, NoBias>, BatchNorm<32>, Relu);
//! type Block = (First, Conv2d<32, 32, 3, Same, NoBias>, BatchNorm<32>);
//! network! {
//!     type Net: Image<32, 32, 3> = (
//!         Conv2d<3, 16, 3, Same>,
//!         Relu,
//!         Residual<Block, Conv2d<16, 32, 1, Same<2>>>, // Image<16, 16, 32>
//!         Relu,
//!         GlobalAvgPool,
//!         Dense<32, 10>,
//!         Softmax,
//!     );
//! }
//! type Deployed = Folded<Net>; // as it infers: each BatchNorm is a part of the convolution before it
//! const _: () = assert!(Budget::<Image<32, 32, 3>, Deployed>::MACS == 4_112_704);
//! ```
//!
//! More than twelve layers are tuples in a tuple: `((Dense<64, 64>, Relu), (Dense<64, 10>, Softmax))`, reached as
//! `net.1.0`. An autoencoder's target is its input: `MeanSquaredError` takes any sample. For several labels a sample,
//! end in `Sigmoid` and take `BinaryCrossentropy` and `BinaryAccuracy`. Labels that are classes become vectors by
//! `data.one_hot()`.
//!
//! # Networks with sizes as parameters
//!
//! The sizes of a network can be parameters of its type, so that a search over widths is `run::<32>()?; run::<64>()?`.
//! A function over any network names its input, its output, and what the loss needs to know of its last layer:
//! `Kind`, or for a network in a plain `type`, [`Fits`](crate::Fits).
//!
//! ```
//! use taut::{ClassProbabilities, Train, prelude::*};
//!
//! type Digit = Image<8, 8, 1>;
//! network! {
//!     pub struct Mlp<const H: usize>: Digit {
//!         flatten: Flatten,
//!         hidden: Dense<64, H>,
//!         relu: Relu,
//!         scores: Dense<H, 10>,
//!         softmax: Softmax,
//!     }
//! }
//!
//! fn accuracy<N: Train<Digit, Y = Vector<10>, Kind = ClassProbabilities>>() -> taut::Result<f32> {
//!     let data = datasets::digits()?;
//!     let mut model =
//!         Model::<Digit, N>::new(1).compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
//!     model.fit(&data, Fit { epochs: 2, verbose: Verbose::Silent, ..Fit::default() })?;
//!     Ok(model.evaluate(&data)?.get(Accuracy))
//! }
//! fn run<const H: usize>() -> taut::Result<()> {
//!     println!("{H} units, {} parameters: {}", Budget::<Digit, Mlp<H>>::PARAMS, accuracy::<Mlp<H>>()?);
//!     Ok(())
//! }
//! run::<32>()?;
//! run::<64>()?;
//! # Ok::<(), taut::Error>(())
//! ```
//!
//! # Networks of signed bytes
//!
//! For a quarter of the flash, and where there are no floats, the network becomes one of signed bytes, to the bits of
//! TensorFlow Lite's reference:
//!
//! ```
//! use taut::prelude::*;
//!
//! type Digit = Image<8, 8, 1>;
//! type Net = (Flatten, Dense<64, 64>, Relu, Dropout<20>, Dense<64, 10>, Softmax);
//!
//! let model = Model::<Digit, Net>::load("data/digits.taut")?;
//! let data = datasets::digits()?;
//! let small = quantize(&model, &data.x[..500])?; // typical inputs
//! println!("{small}");                           // each layer's error, flash and memory
//! assert!(small.evaluate(&data, Accuracy)?.get(Accuracy) > 0.95);
//! small.save(std::env::temp_dir().join("digits.int8.taut"))?;
//! // In the firmware: embed! { static NET: Quantized<Digit, Net> = "digits.int8.taut"; }
//! # Ok::<(), taut::Error>(())
//! ```
//!
//! Instructions of one inference, code beside the weights, and memory without input and output:
//!
//! | | 784-64-10 | code | RAM | autoencoder, 264,192 multiply-adds | code | RAM |
//! |---|---|---|---|---|---|---|
//! | Cortex-M4F, `f32` | 83,993 | 1.8 K | 352 | 445,534 | 1.8 K | 640 |
//! | Cortex-M4F, signed bytes | 81,510 | 1.6 K | 172 | 505,519 | 3.4 K | 268 |
//! | Cortex-M0+, signed bytes | 188,773 | 2.9 K | 300 | 1,107,062 | 4.2 K | 372 |
//! | RISC-V (RV32IMC), signed bytes | 205,526 | 2.6 K | 148 | 1,095,848 | 5.7 K | 324 |
//!
//! # Examples
//!
//! | example | what it shows |
//! |---|---|
//! | `cargo run --release --example 01_digits` | the main job, from summary to prediction |
//! | `cargo run --release --example 02_fashion_mnist -- --model l2` | five networks on Fashion-MNIST: `softmax`, `l2`, `maxnorm`, `dropout`, `relu`; pixels that stay bytes; `--help` tells the rest |
//! | `cargo run --release --example 03_thoracic -- FILE.csv` | a CSV file of 17 features and a label of 0 or 1 a row, standardizing, a binary answer |
//! | `cargo run --release --manifest-path examples/04_embed/Cargo.toml` | the digits network in a program without `std` and without an allocator |
//! | `cargo run --release --example 05_convolution` | LeNet-5 on Fashion-MNIST: 0.91 of the test images in ten epochs, which `history.svg` draws |
//! | `cargo run --release --example 06_regression` | a regression of ten measures: normalized inputs, R², early stopping |
//! | `cargo run --release --example 07_text` | padded lines of text, letter by letter, in a recurrent layer that leaves the padding out |
//! | `cargo run --release --example 08_time_series` | a forecast of a chaotic series, beside the guess that nothing changes |
//! | `cargo run --release --example 09_autoencoder` | digits with noise and without it, drawn in the terminal |
//! | `cargo run --release --example 10_own_layer` | a layer and a loss of one's own: predictions that nine of ten patients stay below |
//! | `cargo run --release --example 11_resume` | a run that is interrupted and goes on, with the same bits |
//! | `cargo run --release --example 12_int8` | the digits in signed bytes: each layer's error, flash, memory, accuracy |
//! | `cargo run --release --example 13_plots` | all plots, of two networks of the digits, in `target/plots` |
//! | `cargo run --release --example 14_arrays` | matrices of nalgebra in and out; with `--features npy`, predictions for NumPy |
//! | `cargo run --release --features tensorboard --example 15_tensorboard` | three runs in TensorBoard: curves, histograms, pictures, hyperparameters |
//! | `cargo run --release`, in a folder of `examples/boards` | the digits on an nRF52840-DK, a Raspberry Pi Pico, an ESP32-C3 |
//! | `cargo generate --path templates/train`, `… templates/firmware` | projects to begin with: a table is learned, and the network runs on a microcontroller |
//! | `examples/playground/build.sh` | a page: draw a digit and see all layers, train a network and see what penalties do; its `README.md` tells more |
//!
//! All but 02, 03 and 05 bring their data along, and take a second. Fashion-MNIST is looked for in the folder
//! `TAUT_DATA`, in the user's cache folder, and where Debian's package `dataset-fashion-mnist` puts it (`sudo apt
//! install dataset-fashion-mnist`).
//!
//! # Threads and instruction sets
//!
//! `fit` computes with all cores where a batch is worth it, and `Fit { threads: Some(1), .. }` with one; the results
//! have the same bits for any number. `taut::with_threads(n, || …)` does the same for predictions. Vector instructions
//! (AVX-512, AVX2 and FMA, NEON) are picked when the program runs. `cargo bench` measures kernels, steps and
//! predictions; `cargo bench --bench instructions` counts a step's instructions.
//!
//! # Features
//!
//! | feature | default | what it brings |
//! |---|---|---|
//! | `std` | by `train` | run-time detection of the processor's vector instructions |
//! | `train` | yes | all that needs an allocator: models, `fit`, callbacks, checkpoints |
//! | `datasets` | yes | reading data: `Csv`, IDX and CIFAR files, gzipped or not, Fashion-MNIST, and the digits and tables that are part of the crate |
//! | `plot` | yes | the module [`plot`](crate::plot), `History::plot` and `ConfusionMatrix::plot` |
//! | `progress` | yes | Keras's progress bar in the terminal, and a bar for all else that takes longer than a second ([`without_progress`](crate::without_progress) turns it off) |
//! | `serde` | yes | serde's `Serialize` and `Deserialize` for optimizers, `Fit`, `Verbose`, `History` and `Evaluation` |
//! | `image` | no | `datasets::image_folder` and `image_folder_pixels`, which read PNG, JPEG, BMP and GIF |
//! | `tensorboard` | no | the callback `TensorBoard`, and `SummaryWriter`, whose files TensorBoard reads |
//! | `arrow` | no | `datasets::Arrow` and `datasets::to_record_batch`, for the record batches of the crate arrow-array |
//! | `parquet` | no | `datasets::Parquet`, which reads and writes Parquet files |
//! | `npy` | no | `datasets::Npy` and `datasets::Npz`, which read and write NumPy's files |
//! | `download` | no | `datasets::mnist`, `fashion_mnist`, `cifar10` and `cifar100` download what they do not find, by ureq and rustls |
//! | `ndarray` | no | `Dataset::from_arrays` of ndarray's arrays, and `datasets::to_ndarray` |
//!
//! Features only add: a crate of layers that does not ask for `train` goes on compiling in a program that does.
//! `train` alone trains on `wasm32-unknown-unknown` too, on one thread; there, saving and loading return `Error::Io`.
//!
//! `Flatten` counts with a table of sizes that is compiled once: every size to 1,024, every 8th to 4,096, every 64th
//! to 16,384. Set the environment variable `TAUT_SIZES` to have every one to a larger size, or write `Reshape<From,
//! Vector<N>>`.
//!
//! The state of a training is written to checkpoints with bincode 2.0.1, the last real release, which is [no longer
//! maintained](https://rustsec.org/advisories/RUSTSEC-2025-0141.html); one file of this crate uses it, and the format
//! is nothing but little-endian numbers.
