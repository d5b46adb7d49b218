//! Data: from what people hold to a [`Dataset`](crate::Dataset), and predictions back.
//!
//! A dataset is two vectors, `x` and `y`, with a sample and a label for each row. Their types say how wide a row is, so
//! a file of another width is an error when it is read, with its row and column, and not when the network trains.
//!
//! | what you hold | what reads it | feature |
//! |---|---|---|
//! | numbers that your program computed | [`Dataset::new`](crate::Dataset::new) | |
//! | matrices of nalgebra | [`Dataset::from_arrays`](crate::Dataset::from_arrays) | |
//! | arrays of ndarray | [`Dataset::from_arrays`](crate::Dataset::from_arrays) | `ndarray` |
//! | a table as CSV | [`Csv`](crate::Csv) | `datasets`, by default |
//! | a table as Parquet, or Arrow record batches | `datasets::Parquet`, `datasets::Arrow` | `parquet`, `arrow` |
//! | `.npy` and `.npz` of NumPy, such as Keras's `mnist.npz` | `datasets::Npy`, `datasets::Npz` | `npy` |
//! | folders of pictures, one for each class | `datasets::image_folder` | `image` |
//! | IDX files, such as MNIST's | [`datasets::idx`](crate::datasets::idx) | `datasets`, by default |
//! | nothing yet | [`digits`](crate::datasets::digits), [`iris`](crate::datasets::iris) and other small tables, in the crate | `datasets`, by default |
//! | nothing yet, but an internet connection | [`mnist`](fn@crate::datasets::mnist), [`fashion_mnist`](fn@crate::datasets::fashion_mnist), [`cifar10`](fn@crate::datasets::cifar10), [`cifar100`](fn@crate::datasets::cifar100) | `download` |
//! | images whose pixels are to stay bytes | [`fashion_mnist_pixels`](crate::datasets::fashion_mnist_pixels) and the like, [`idx::read_pixels`](crate::datasets::idx::read_pixels), [`into_pixels`](crate::Dataset::into_pixels) | |
//! | more than fits into memory | [`fit_stream`](crate::Fitting::fit_stream) | |
//!
//! What a sample is: a [`Vector<N>`](crate::Vector) for a row of a table, a [`Sequence<T, C>`](crate::Sequence) for `T`
//! steps of `C` numbers, an [`Image<H, W, C>`](crate::Image) with its channels last, [`Tokens<T>`](crate::Tokens) for
//! words by number. What a label is: a [`Class<N>`](crate::Class) for a classification, a `Vector<M>` for a regression
//! of `M` numbers.
//!
//! # Tables as CSV
//!
//! Columns are chosen by their names: the features in the order in which the network takes them, then the label.
//!
//! ```
//! use taut::{Csv, Missing, prelude::*};
//!
//! # fn main() -> taut::Result<()> {
//! # let folder = tempfile::tempdir().unwrap();
//! # std::env::set_current_dir(folder.path()).unwrap();
//! let text = "id,length,species,width\na,1.4,setosa,0.2\nb,4.7,virginica,1.4\nc,,setosa,0.3\n";
//! std::fs::write("flowers.csv", text).unwrap();
//! let csv = Csv::new("flowers.csv").columns(["length", "width", "species"]).classes(["setosa", "virginica"]);
//!
//! // A missing value is an error, until you say what to do with it.
//! let error = csv.read::<Vector<2>, Class<2>>().unwrap_err().to_string();
//! assert!(error.contains("row 4, column \"length\": expected a number, received an empty field; `missing("));
//!
//! let whole: Dataset<Vector<2>, Class<2>> = csv.clone().missing(Missing::DropRow).read()?;
//! let filled: Dataset<Vector<2>, Class<2>> = csv.missing(Missing::Mean).read()?;
//! assert_eq!(whole.len(), 2);
//! assert_eq!(filled.x[2], Vector::new([3.05, 0.3])); // 3.05: the mean of 1.4 and 4.7
//! # Ok(())
//! # }
//! ```
//!
//! Drop rows where few are missing. [`Missing::Mean`](crate::Missing::Mean) is the mean of all rows, those included
//! that become test data later; where that matters, [`Missing::Fill`](crate::Missing::Fill) with a number that you
//! know.
//!
//! # Matrices and arrays
//!
//! A row of the array is a sample. Matrices of nalgebra need no feature (`cargo add nalgebra`):
//!
//! ```
//! use nalgebra::{DMatrix, DVector};
//! use taut::prelude::*;
//!
//! # fn main() -> taut::Result<()> {
//! let x = DMatrix::from_fn(100, 2, |i, j| ((i + 3 * j) as f64 / 10.0).sin());
//! let y = DVector::from_fn(100, |i, _| u8::from(x[(i, 0)] > x[(i, 1)]));
//! let data: Dataset<Vector<2>, Class<2>> = Dataset::from_arrays(&x, &y)?;
//!
//! let model = Model::<_, (Dense<2, 8>, Relu, Dense<8, 2>, Softmax)>::new(1);
//! let mut model = model.compile(Adam::new(0.05), SparseCategoricalCrossentropy, Accuracy);
//! model.fit(&data, Fit { epochs: 20, ..Fit::default() })?;
//!
//! // The way back: a row for each prediction.
//! let predictions: DMatrix<f32> = datasets::to_matrix(&model.predict_batch(&data.x));
//! assert_eq!(predictions.shape(), (100, 2));
//! # Ok(())
//! # }
//! ```
//!
//! Elements may be of any integer or float type. A NaN, a label that is no class, and a row of another width are errors
//! that name the element. With the feature `ndarray`, the same call takes arrays of ndarray: two axes are vectors,
//! three are sequences, four are images (rows, height, width, channels, as in Keras).
//!
#![cfg_attr(feature = "ndarray", doc = "```")]
#![cfg_attr(not(feature = "ndarray"), doc = "```ignore")]
//! use ndarray::{Array1, Array4};
//! use taut::prelude::*;
//!
//! # fn main() -> taut::Result<()> {
//! let (x, y) = (Array4::<u8>::zeros((100, 8, 8, 3)), Array1::<i64>::zeros(100));
//! let data: Dataset<Image<8, 8, 3>, Class<10>> = Dataset::from_arrays(&x, &y)?;
//! let back = datasets::to_ndarray(&data.x);
//! assert_eq!(back.shape(), [100, 8, 8, 3]);
//! # Ok(())
//! # }
//! ```
//!
//! # NumPy
//!
//! With the feature `npy`. From Python, `np.savez("data.npz", x=x, y=y)`; here:
//!
#![cfg_attr(feature = "npy", doc = "```")]
#![cfg_attr(not(feature = "npy"), doc = "```ignore")]
//! use taut::{datasets::Npz, prelude::*};
//!
//! # fn main() -> taut::Result<()> {
//! # let folder = tempfile::tempdir().unwrap();
//! # std::env::set_current_dir(folder.path()).unwrap();
//! # let y: Vec<Class<10>> = vec![Class::new(5).unwrap(); 2];
//! # Npz::new("mnist.npz").write(&[("x_train", &vec![Image([[[255.0]; 28]; 28]); 2]), ("y_train", &y)])?;
//! // As Keras ships it: `x_train` of uint8, 60000 x 28 x 28, and `y_train` of uint8.
//! let mnist = Npz::new("mnist.npz").scale(1.0 / 255.0);
//! let train: Dataset<Image<28, 28, 1>, Class<10>> = mnist.read("x_train", "y_train")?;
//! # assert_eq!(train.x[0].0[0][0], [1.0]);
//!
//! let predictions = vec![Vector::new([0.1; 10]); train.len()];
//! Npz::new("predictions.npz").write(&[("y_pred", &predictions), ("y_true", &train.y)])?;
//! # Ok(())
//! # }
//! ```
//!
//! All types of numbers, both orders of bytes and of axes are read. Pickled objects are not: they may run any program.
//!
//! # Parquet and Arrow
//!
//! With the features `parquet` and `arrow`. The methods are those of `Csv`:
//!
#![cfg_attr(feature = "parquet", doc = "```")]
#![cfg_attr(not(feature = "parquet"), doc = "```ignore")]
//! use taut::{Missing, datasets::Parquet, prelude::*};
//!
//! # fn main() -> taut::Result<()> {
//! # let folder = tempfile::tempdir().unwrap();
//! # std::env::set_current_dir(folder.path()).unwrap();
//! # let rows = [[1.4, 0.2, 0.0], [4.7, 1.4, 1.0]].map(Vector::new);
//! # Parquet::new("iris.parquet").columns(["length", "width", "species"]).write(&rows)?;
//! let iris = Parquet::new("iris.parquet").columns(["length", "width", "species"]).missing(Missing::DropRow);
//! let iris: Dataset<Vector<2>, Class<3>> = iris.read()?;
//!
//! let predictions = vec![Vector::new([0.7, 0.2, 0.1]); iris.len()];
//! let names = ["setosa", "versicolor", "virginica"];
//! Parquet::new("predictions.parquet").columns(names).write(&predictions)?;
//! # Ok(())
//! # }
//! ```
//!
//! # Pictures
//!
//! With the feature `image`, a folder with a sub-folder for each class:
//!
#![cfg_attr(feature = "image", doc = "```")]
#![cfg_attr(not(feature = "image"), doc = "```ignore")]
//! use taut::prelude::*;
//! # fn main() -> taut::Result<()> {
//! # let folder = tempfile::tempdir().unwrap();
//! # std::env::set_current_dir(folder.path()).unwrap();
//! # for (name, grey) in [("cats", 0), ("dogs", 255)] {
//! #     std::fs::create_dir_all(format!("pets/{name}")).unwrap();
//! #     image::GrayImage::from_pixel(9, 7, [grey].into()).save(format!("pets/{name}/1.png")).unwrap();
//! # }
//! let (pets, names) = datasets::image_folder::<Image<32, 32, 3>, 2>("pets")?; // resized to 32 x 32, from 0 to 1
//! assert_eq!(names, ["cats", "dogs"]);
//! # Ok(())
//! # }
//! ```
//!
//! # Known datasets
//!
//! ```
//! use taut::{Error, prelude::*};
//!
//! # fn main() -> taut::Result<()> {
//! let digits = datasets::digits()?; // a part of the crate, as are iris, wine, breast_cancer and diabetes
//! # if cfg!(feature = "download") { return Ok(()); } // a test downloads nothing
//! match datasets::mnist() {
//!     Ok((train, test)) => println!("{} images to train, {} to test", train.len(), test.len()),
//!     // The message tells how to get it.
//!     Err(error @ (Error::DatasetNotFound { .. } | Error::Download { .. })) => println!("{error}"),
//!     Err(error) => return Err(error),
//! }
//! # assert_eq!(digits.len(), 1797);
//! # Ok(())
//! # }
//! ```
//!
//! Without the feature `download` the files are searched only: in the folder that `TAUT_DATA` names, and in the cache
//! folder. With it, they are fetched once, and kept if length and SHA-256 are right. Behind a firewall, `TAUT_MIRRORS`
//! names a server of your own: [`datasets`](crate::datasets#downloads) has the details.
//!
//! # Images as bytes
//!
//! A pixel is a byte in its file and four bytes as a float: Fashion-MNIST has 47 MB of training images, or 188. A
//! dataset of [`Pixels`](crate::Pixels) keeps the bytes. `fit`, `validation` and `evaluate` take its
//! [`as_floats`](crate::Dataset::as_floats), and make floats of a batch when they read it. The result has the same
//! bits, and small networks train faster, since less comes from memory.
//!
//! ```
//! use taut::{Pixels, prelude::*};
//!
//! # fn main() -> taut::Result<()> {
//! let digits = datasets::digits()?; // sixteen shades: byte / 16
//! let small: Dataset<Pixels<Image<8, 8, 1>, 16>, Class<10>> = digits.clone().into_pixels()?;
//! assert_eq!(size_of_val(&small.x[..]) * 4, size_of_val(&digits.x[..]));
//!
//! let model = Model::<Image<8, 8, 1>, (Flatten, Dense<64, 10>, Softmax)>::new(1);
//! let mut model = model.compile(Adam::new(0.01), SparseCategoricalCrossentropy, Accuracy);
//! let mut of_floats = model.clone();
//! let (train, test) = small.shuffle(1).split(0.2)?; // all methods of a dataset
//! model.fit(&train.as_floats(), Fit { epochs: 5, ..Fit::default() })?;
//! assert!(model.evaluate(&test.as_floats())?.get(Accuracy) > 0.9);
//!
//! of_floats.fit(&train.into_floats(), Fit { epochs: 5, ..Fit::default() })?;
//! assert_eq!(model.net().1, of_floats.net().1); // each weight
//! # Ok(())
//! # }
//! ```
//!
//! [`fashion_mnist_pixels`](crate::datasets::fashion_mnist_pixels), `mnist_pixels`, `cifar10_pixels` and
//! `cifar100_pixels` load bytes without making floats first; `image_folder_pixels`, with the feature `image`, makes
//! bytes of pictures.
//!
//! Keras holds `uint8` arrays and begins the network with a [`Rescaling`](crate::Rescaling). That is `Pixels<X, 1>`,
//! whose numbers are from 0 to 255:
//!
//! ```
//! use taut::{Pixels, Rescaling, datasets::idx, prelude::*};
//!
//! network! { type Net: Image<2, 2, 1> = (Rescaling, Flatten, Dense<4, 2>, Softmax); }
//!
//! # fn main() -> taut::Result<()> {
//! # let files = [tempfile::NamedTempFile::new().unwrap(), tempfile::NamedTempFile::new().unwrap()];
//! # let header = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2];
//! # std::fs::write(&files[0], [&header[..], &[9, 9, 0, 9, 255, 250, 251, 255]].concat()).unwrap();
//! # std::fs::write(&files[1], [0, 0, 8, 1, 0, 0, 0, 2, 0, 1]).unwrap();
//! # let [images, labels] = [files[0].path(), files[1].path()];
//! let x: Vec<Pixels<Image<2, 2, 1>, 1>> = idx::read_pixels(images)?;
//! let data = Dataset::new(x, idx::read_labels(labels)?)?;
//! let mut model = Model::<_, Net>::new(1);
//! model.net_mut().0 = Rescaling::new(1.0 / 127.5, -1.0); // from 0 to 255 to from -1 to 1
//! let mut model = model.compile(Adam::new(0.05), SparseCategoricalCrossentropy, Accuracy);
//! model.fit(&data.as_floats(), Fit { epochs: 50, ..Fit::default() })?;
//! assert_eq!(model.evaluate(&data.as_floats())?.get(Accuracy), 1.0);
//! # Ok(())
//! # }
//! ```
//!
//! All other loaders return `Pixels<X>`, whose numbers are from 0 to 1 already. With `1.0 / 127.5`, all would be near
//! -1, and no error says so. For them a network needs no such layer, or `Rescaling::new(2.0, -1.0)`; or their
//! [`with_max::<1>()`](crate::Dataset::with_max) makes them numbers from 0 to 255.
//!
//! Without a shuffle, samples that are floats are not copied at all: `Fit { shuffle: false, .. }` trains on them where
//! they lie, if no augmentation changes them, and so do `evaluate` and a validation.
//!
//! # Streams
//!
//! What does not fit into memory comes as an iterator, anew for each epoch. An error in it ends the run.
//!
//! ```
//! use taut::prelude::*;
//!
//! # fn main() -> taut::Result<()> {
//! let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.1), MeanSquaredError, ());
//! let rows = |epoch: usize| {
//!     // Open a file, ask a database; here the samples are computed.
//!     (0..320).map(move |i| {
//!         let x = ((i + epoch) % 7) as f32 / 7.0;
//!         Ok((Vector::new([x]), Vector::new([2.0 * x])))
//!     })
//! };
//! let history = model.fit_stream(rows, Fit { epochs: 30, ..Fit::default() })?;
//! assert!(history.get(TrainingLoss)[29] < 0.01);
//! # Ok(())
//! # }
//! ```
//!
//! # Before the training
//!
//! Shuffle, split, standardize, in this order. What is learned from data, the means too, is learned from the training
//! data alone: otherwise the test is no longer of unseen data.
//!
//! ```
//! use taut::prelude::*;
//!
//! # fn main() -> taut::Result<()> {
//! let (mut train, mut test) = datasets::wine()?.shuffle(7).split(0.2)?; // 7: the seed; the same order each time
//! let standardizer = train.standardizer()?;
//! train.standardize(&standardizer);
//! test.standardize(&standardizer);
//! assert!(train.class_counts().iter().all(|n| *n > 30)); // is a class rare? then `class_weight` of fit
//! # let model = Model::<_, (Dense<13, 3>, Softmax)>::new(1);
//! # let mut model = model.compile(Adam::new(0.05), SparseCategoricalCrossentropy, Accuracy);
//! # model.fit(&train, Fit { epochs: 20, ..Fit::default() })?;
//! # assert!(model.evaluate(&test)?.to_string().contains("accuracy"));
//! # Ok(())
//! # }
//! ```
//!
//! - Where samples belong together (pictures of one patient, hours of one day), split by patient or day, not by sample:
//!   make two datasets.
//! - A time series is split by time, without a shuffle: the last part is the test.
//! - A [`Normalization`](crate::Normalization) as first layer keeps means and deviations in the network: then a device
//!   needs nothing else.
//! - `CategoricalCrossentropy` and `KlDivergence` take one-hot labels: [`one_hot`](crate::Dataset::one_hot).
