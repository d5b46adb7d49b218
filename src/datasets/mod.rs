//! Data for training and testing: rows of a sample and a label, typed by their widths.
//!
//! - [`mnist()`](fn@mnist), 70,000 images of handwritten digits,
//! - [`fashion_mnist()`](fn@fashion_mnist), 70,000 images of clothes, and [`digits`], 1,797 small images of digits,
//!   which are part of the crate,
//! - [`iris`], [`wine`], [`breast_cancer`] and [`diabetes`], small tables that are part of the crate,
//! - [`cifar10`] and [`cifar100`], colour images in their binary format,
//! - [`mnist_pixels`], [`fashion_mnist_pixels`], [`cifar10_pixels`] and [`cifar100_pixels`], the same images, whose
//!   pixels stay bytes ([`Pixels`](crate::Pixels)),
//! - `image_folder` and `image_folder_pixels`, with the feature `image`: pictures, in one folder per class,
//! - [`Csv`], tables of numbers, with [`Missing`] values or without,
//! - [`idx`], the file format of MNIST and similar datasets,
//! - `Npy` and `Npz`, with the feature `npy`: the files of NumPy, in which Keras ships its data,
//! - `Arrow` and `Parquet`, with the feature of that name: tables whose columns have types,
//! - [`Dataset::from_arrays`], nalgebra's matrices and, with the feature `ndarray`, the arrays of that crate;
//!   [`to_matrix`] and `to_ndarray` are the way back,
//! - [`Dataset::new`], samples and labels that a program has computed.
//!
//! Reading files needs the feature `datasets`, which is on by default. [`Dataset`] itself needs only `train`.
//!
//! Errors count the rows, lines and images of a file from 1, as editors do: the number of a CSV row is that of its
//! line. They count the samples of a [`Dataset`] from 0, as its indices do: sample 3 is `x[3]`.
//!
//! Every file but a picture may be gzipped, which its first two bytes show, in one member or several. Zeros behind a
//! member are skipped, as `gzip` and Python do; anything else there is an error.
//!
//! ```
//! use taut::prelude::*;
//! let data = Dataset::new(vec![Vector::new([1.0, 2.0]); 10], vec![Class::<3>::new(1).unwrap(); 10])?;
//! let (train, test) = data.shuffle(1).split(0.2)?;
//! assert_eq!((train.len(), test.len(), train.class_counts()), (8, 2, [0, 8, 0]));
//! # Ok::<(), taut::Error>(())
//! ```
//!
//! # Downloads
//!
//! With the feature `download`, [`mnist()`](fn@mnist), [`fashion_mnist()`](fn@fashion_mnist), [`cifar10`] and
//! [`cifar100`] download what they find in none of the folders that they search. The files are kept in a folder of the
//! dataset's name: in `TAUT_DATA`, where this environment variable names a folder, or in `taut` in the user's cache
//! folder. The next call finds them there and needs no network.
//!
//! A file is kept if its length and its SHA-256 are those that this crate has; any other leaves the folder as it was.
//! The environment variable `TAUT_MIRRORS` names addresses, with blanks between them, that are tried before those of
//! the publishers: `https://example.org/data` is to have `mnist/train-images-idx3-ubyte.gz`. A server that is silent
//! for 30 seconds, or slower than 20 kB a second, is given up. Proxies are taken from `HTTPS_PROXY` and similar
//! variables. On a terminal a bar shows the progress, with the feature `progress`.

pub(crate) mod array;
#[cfg(feature = "arrow")]
pub(crate) mod arrow_columns;
pub(crate) mod augment;
#[cfg(feature = "datasets")]
pub mod cifar;
#[cfg(feature = "datasets")]
pub(crate) mod csv;
#[cfg(feature = "datasets")]
pub(crate) mod csv_missing;
#[cfg(feature = "datasets")]
pub(crate) mod csv_rows;
pub(crate) mod dataset;
#[cfg(feature = "datasets")]
pub(crate) mod digits;
#[cfg(feature = "download")]
pub(crate) mod download;
#[cfg(feature = "datasets")]
pub mod fashion_mnist;
#[cfg(feature = "datasets")]
pub mod idx;
#[cfg(feature = "datasets")]
pub(crate) mod idx_stream;
#[cfg(feature = "image")]
pub(crate) mod image_folder;
#[cfg(feature = "datasets")]
pub(crate) mod input;
#[cfg(feature = "datasets")]
pub(crate) mod label;
#[cfg(feature = "datasets")]
pub(crate) mod mnist;
#[cfg(feature = "datasets")]
pub(crate) mod mnist_files;
#[cfg(feature = "ndarray")]
pub(crate) mod nd_array;
#[cfg(feature = "npy")]
pub(crate) mod npy;
#[cfg(feature = "npy")]
pub(crate) mod npy_header;
#[cfg(feature = "parquet")]
pub(crate) mod parquet;
#[cfg(feature = "datasets")]
pub(crate) mod places;
pub(crate) mod rows;
pub(crate) mod standardizer;
#[cfg(feature = "datasets")]
pub(crate) mod tables;
pub(crate) mod training_data;

pub use array::{ArrayRow, NumericArray, to_matrix};
#[cfg(feature = "arrow")]
pub use arrow_columns::{Arrow, to_record_batch};
pub use augment::{Augment, FillMode, RandomFlip, RandomTranslation};
#[cfg(feature = "datasets")]
pub use cifar::{
    cifar10, cifar10_in, cifar10_pixels, cifar10_pixels_in, cifar100, cifar100_in, cifar100_pixels, cifar100_pixels_in,
};
#[cfg(feature = "datasets")]
pub use csv::Csv;
#[cfg(feature = "datasets")]
pub use csv_missing::Missing;
pub use dataset::Dataset;
#[cfg(feature = "datasets")]
pub use digits::digits;
#[cfg(feature = "datasets")]
pub use fashion_mnist::{fashion_mnist, fashion_mnist_in, fashion_mnist_pixels, fashion_mnist_pixels_in};
#[cfg(feature = "image")]
pub use image_folder::{Picture, image_folder, image_folder_pixels};
#[cfg(feature = "datasets")]
pub use label::Label;
#[cfg(feature = "datasets")]
pub use mnist::{mnist, mnist_in, mnist_pixels, mnist_pixels_in};
#[cfg(feature = "ndarray")]
pub use nd_array::to_ndarray;
#[cfg(feature = "npy")]
pub use npy::{Npy, Npz};
#[cfg(feature = "parquet")]
pub use parquet::Parquet;
pub use standardizer::Standardizer;
#[cfg(feature = "datasets")]
pub use tables::{breast_cancer, diabetes, iris, wine};
pub use training_data::{AsFloats, TrainingData};
