//! Data for training and testing: rows of a sample and a label, typed by their widths.
//!
//! - [`fashion_mnist()`](fn@fashion_mnist), 70,000 images of clothes, and [`digits`], 1,797 small images of digits,
//!   which are part of the crate,
//! - [`cifar10`] and [`cifar100`], colour images in their binary format,
//! - `image_folder`, with the feature `image`: pictures, in one folder per class,
//! - [`Csv`], tables of numbers,
//! - [`idx`], the file format of MNIST and similar datasets,
//! - [`Dataset::new`], samples and labels that a program has computed.
//!
//! Errors count rows from 1. In a CSV file, the row's number is the line number that an editor shows.

pub(crate) mod augment;
pub mod cifar;
pub(crate) mod csv;
pub(crate) mod csv_rows;
pub(crate) mod dataset;
pub(crate) mod digits;
pub mod fashion_mnist;
pub mod idx;
pub(crate) mod idx_stream;
#[cfg(feature = "image")]
pub(crate) mod image_folder;
pub(crate) mod input;
pub(crate) mod label;
pub(crate) mod places;
pub(crate) mod standardizer;

pub use augment::{Augment, FillMode, RandomFlip, RandomTranslation};
pub use cifar::{cifar10, cifar10_in, cifar100, cifar100_in};
pub use csv::Csv;
pub use dataset::Dataset;
pub use digits::digits;
pub use fashion_mnist::{fashion_mnist, fashion_mnist_in};
#[cfg(feature = "image")]
pub use image_folder::{Picture, image_folder};
pub use label::Label;
pub use standardizer::Standardizer;
