//! MNIST: 70,000 grey images of handwritten digits, 28×28 pixels.

#[cfg(feature = "download")]
use crate::datasets::download::{Remote, Source};
use crate::datasets::mnist_files::{BYTES, FLOATS, Format, Images, PixelImages};
use crate::datasets::places::help;
use crate::io::error::Result;
use std::path::Path;

const HELP: &str = help!(
    "\
To get it: download train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz and
t10k-labels-idx1-ubyte.gz from https://storage.googleapis.com/cvdf-datasets/mnist/ into a folder, and set TAUT_DATA to it."
);

const MNIST: Format = Format {
    name: "MNIST",
    folder: "mnist",
    debian: false,
    help: HELP,
    // Lengths and checksums: `url_checksums/mnist.txt` of TensorFlow Datasets.
    #[cfg(feature = "download")]
    source: Source {
        name: "MNIST",
        addresses: &[
            "https://storage.googleapis.com/cvdf-datasets/mnist",
            "https://ossci-datasets.s3.amazonaws.com/mnist",
        ],
        files: &[
            Remote {
                name: "train-images-idx3-ubyte.gz",
                bytes: 9_912_422,
                sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
                members: &[],
            },
            Remote {
                name: "train-labels-idx1-ubyte.gz",
                bytes: 28_881,
                sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
                members: &[],
            },
            Remote {
                name: "t10k-images-idx3-ubyte.gz",
                bytes: 1_648_877,
                sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
                members: &[],
            },
            Remote {
                name: "t10k-labels-idx1-ubyte.gz",
                bytes: 4_542,
                sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
                members: &[],
            },
        ],
        help: HELP,
    },
};

/// The 60,000 training images and the 10,000 test images of MNIST; pixels are from 0 to 1, and a class is its digit.
///
/// The function searches the four files, gzipped or not, in the folder that the environment variable `TAUT_DATA` names,
/// in its subfolder `mnist`, and in `taut/mnist` in the user's cache folder. The samples take 219 MB. With the feature
/// `download`, it [downloads](crate::datasets#downloads) files that it does not find, 12 MB.
///
/// # Errors
/// The errors of [`fashion_mnist()`](fn@super::fashion_mnist).
///
/// ```
/// use taut::{Error, datasets};
///
/// # if cfg!(feature = "download") { return; } // a test downloads nothing
/// match datasets::mnist() {
///     Ok((train, test)) => assert_eq!((train.len(), test.len()), (60_000, 10_000)),
///     Err(error @ (Error::DatasetNotFound { .. } | Error::Download { .. })) => println!("{error}"),
///     Err(error) => panic!("{error}"),
/// }
/// ```
///
/// By Y. LeCun, C. Cortes and C. Burges; see <https://keras.io/api/datasets/mnist/>.
pub fn mnist() -> Result<(Images, Images)> {
    MNIST.find(FLOATS)
}

/// Like [`mnist()`](fn@mnist), but searches only this folder, and downloads nothing.
///
/// # Errors
/// The errors of [`mnist()`](fn@mnist).
///
/// ```
/// use taut::{Error, datasets};
///
/// let error = datasets::mnist_in("no-such-folder").unwrap_err();
/// assert!(matches!(error, Error::DatasetNotFound { .. }));
/// ```
pub fn mnist_in(folder: impl AsRef<Path>) -> Result<(Images, Images)> {
    MNIST.load(vec![folder.as_ref().into()], FLOATS)
}

/// Like [`mnist()`](fn@mnist), with pixels that stay bytes: 55 MB in place of 219.
///
/// A model trains on their [`as_floats`](crate::Dataset::as_floats), to the same bits as on floats: see
/// [`Pixels`](crate::Pixels).
///
/// # Errors
/// The errors of [`mnist()`](fn@mnist).
///
/// ```
/// use taut::{Error, datasets};
///
/// # if cfg!(feature = "download") { return; } // a test downloads nothing
/// match datasets::mnist_pixels() {
///     Ok((train, _)) => assert_eq!(size_of_val(&train.x[..]), 60_000 * 784),
///     Err(error @ (Error::DatasetNotFound { .. } | Error::Download { .. })) => println!("{error}"),
///     Err(error) => panic!("{error}"),
/// }
/// ```
pub fn mnist_pixels() -> Result<(PixelImages, PixelImages)> {
    MNIST.find(BYTES)
}

/// Like [`mnist_pixels`], but searches only this folder, and downloads nothing.
///
/// # Errors
/// The errors of [`mnist()`](fn@mnist).
///
/// ```
/// use taut::{Error, datasets};
///
/// let error = datasets::mnist_pixels_in("no-such-folder").unwrap_err();
/// assert!(matches!(error, Error::DatasetNotFound { .. }));
/// ```
pub fn mnist_pixels_in(folder: impl AsRef<Path>) -> Result<(PixelImages, PixelImages)> {
    MNIST.load(vec![folder.as_ref().into()], BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::error::Error;

    #[test]
    fn not_found() {
        let folder = tempfile::tempdir().unwrap();
        let error = mnist_in(folder.path()).unwrap_err();
        assert!(matches!(error, Error::DatasetNotFound { .. }));
        let (message, path) = (error.to_string(), folder.path().display());
        assert!(message.starts_with(&format!("MNIST not found; looked in {path}.\nTo get it: download ")), "{message}");
    }
}
