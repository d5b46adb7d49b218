//! The four files of MNIST, which other datasets have as well.

use crate::datasets::dataset::{Dataset, count};
#[cfg(feature = "download")]
use crate::datasets::download::Source;
use crate::datasets::idx::{read_labels, read_pixels, read_samples};
use crate::datasets::places::folders;
use crate::io::error::{Error, Result};
use crate::shape::pixels::Pixels;
use crate::shape::sample::{Class, Image};
use std::path::{Path, PathBuf};

pub(super) type Images = Dataset<Image<28, 28, 1>, Class<10>>;

/// The same, whose pixels stay bytes.
pub(super) type PixelImages = Dataset<Pixels<Image<28, 28, 1>>, Class<10>>;

/// Reads the images of a file.
pub(super) type Read<S> = fn(&Path) -> Result<Vec<S>>;

/// Images of floats from 0 to 1.
pub(super) const FLOATS: Read<Image<28, 28, 1>> = |path| read_samples(path, |pixel| (pixel / 255.0) as f32);

/// Images of bytes.
pub(super) const BYTES: Read<Pixels<Image<28, 28, 1>>> = |path| read_pixels(path);

/// A dataset in MNIST's form.
pub(super) struct Format {
    pub name: &'static str,
    /// The name of its folder.
    pub folder: &'static str,
    /// Whether there is a Debian package of it.
    pub debian: bool,
    pub help: &'static str,
    #[cfg(feature = "download")]
    pub source: Source,
}

impl Format {
    /// Loads from the folders that are searched, or downloads with the feature `download`.
    pub fn find<S>(&self, read: Read<S>) -> Result<(Rows<S>, Rows<S>)> {
        let found = self.load(folders(self.folder, self.debian)?, read);
        #[cfg(feature = "download")]
        let found = self.source.unless_found(found, self.folder, |folder| self.load(vec![folder], read));
        found
    }

    /// Loads from the first folder that has all four files.
    pub fn load<S>(&self, folders: Vec<PathBuf>, read: Read<S>) -> Result<(Rows<S>, Rows<S>)> {
        let names =
            ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];
        for folder in &folders {
            let file = |name: &str| {
                let candidates = [folder.join(name), folder.join(format!("{name}.gz"))];
                candidates.into_iter().find(|path| path.is_file())
            };
            if let [Some(x), Some(y), Some(test_x), Some(test_y)] = names.map(file) {
                return Ok((rows(&x, &y, read)?, rows(&test_x, &test_y, read)?));
            }
        }
        Err(Error::DatasetNotFound { name: self.name, looked_in: folders, help: self.help })
    }
}

type Rows<S> = Dataset<S, Class<10>>;

fn rows<S>(images: &Path, labels: &Path, read: Read<S>) -> Result<Rows<S>> {
    let y = read_labels(labels)?;
    let x = read(images)?;
    if x.len() != y.len() {
        let expected = format!("{}, one for each label in {}", count(y.len(), "image"), labels.display());
        return Err(Error::data(images, "", expected, x.len()));
    }
    Ok(Dataset { x, y })
}
