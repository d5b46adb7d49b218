//! The four files of MNIST, which other datasets have as well.

use crate::datasets::dataset::{Dataset, count};
#[cfg(feature = "download")]
use crate::datasets::download::Source;
use crate::datasets::idx::{read_labels, read_samples};
use crate::datasets::places::folders;
use crate::io::error::{Error, Result};
use crate::shape::sample::{Class, Image};
use std::path::{Path, PathBuf};

pub(super) type Images = Dataset<Image<28, 28, 1>, Class<10>>;

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
    pub fn find(&self) -> Result<(Images, Images)> {
        let found = self.load(folders(self.folder, self.debian)?);
        #[cfg(feature = "download")]
        let found = self.source.unless_found(found, self.folder, |folder| self.load(vec![folder]));
        found
    }

    /// Loads from the first folder that has all four files.
    pub fn load(&self, folders: Vec<PathBuf>) -> Result<(Images, Images)> {
        let names =
            ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];
        for folder in &folders {
            let file = |name: &str| {
                let candidates = [folder.join(name), folder.join(format!("{name}.gz"))];
                candidates.into_iter().find(|path| path.is_file())
            };
            if let [Some(x), Some(y), Some(test_x), Some(test_y)] = names.map(file) {
                return Ok((rows(&x, &y)?, rows(&test_x, &test_y)?));
            }
        }
        Err(Error::DatasetNotFound { name: self.name, looked_in: folders, help: self.help })
    }
}

fn rows(images: &Path, labels: &Path) -> Result<Images> {
    let y = read_labels(labels)?;
    let x = read_samples(images, |pixel| (pixel / 255.0) as f32)?;
    if x.len() != y.len() {
        let expected = format!("{}, one for each label in {}", count(y.len(), "image"), labels.display());
        return Err(Error::data(images, "", expected, x.len()));
    }
    Ok(Dataset { x, y })
}
