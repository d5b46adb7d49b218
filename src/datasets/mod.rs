//! Data to train and test on: rows of a sample and its label, typed by their widths.
//!
//! What reads files needs the feature `datasets`, which is on by default; [`Dataset`] itself and what changes one are there without it.
//!
//! - [`fashion_mnist()`](fn@fashion_mnist), 70,000 images of clothes, and [`digits`], 1,797 small ones of digits, which are part of the crate,
//! - [`cifar10`] and [`cifar100`], colour images in their binary format,
//! - `image_folder`, with the feature `image`: pictures, in a folder for each class,
//! - [`Csv`], any table of numbers,
//! - [`idx`], the format of MNIST and its relatives,
//! - [`Dataset::new`], whatever a program has computed.
//!
//! Where an error names a row, rows are counted from 1; in a CSV file it is the line that an editor shows.

pub(crate) mod augment;
#[cfg(feature = "datasets")]
pub mod cifar;
#[cfg(feature = "datasets")]
pub(crate) mod csv;
pub(crate) mod dataset;
#[cfg(feature = "datasets")]
pub(crate) mod digits;
#[cfg(feature = "datasets")]
pub mod fashion_mnist;
#[cfg(feature = "datasets")]
pub mod idx;
#[cfg(feature = "image")]
pub(crate) mod image_folder;
#[cfg(feature = "datasets")]
pub(crate) mod input;
#[cfg(feature = "datasets")]
pub(crate) mod places;
pub(crate) mod standardizer;

pub use augment::{Augment, FillMode, RandomFlip, RandomTranslation};
#[cfg(feature = "datasets")]
pub use cifar::{cifar10, cifar10_in, cifar100, cifar100_in};
#[cfg(feature = "datasets")]
pub use csv::{Csv, Label};
pub use dataset::Dataset;
#[cfg(feature = "datasets")]
pub use digits::digits;
#[cfg(feature = "datasets")]
pub use fashion_mnist::{fashion_mnist, fashion_mnist_in};
#[cfg(feature = "image")]
pub use image_folder::{Picture, image_folder};
pub use standardizer::Standardizer;
