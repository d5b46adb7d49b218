//! Fashion-MNIST: 70,000 grey images of clothes, 28×28 pixels, in 10 classes.
//!
//! By H. Xiao, K. Rasul and R. Vollgraf of Zalando Research, MIT licence; see
//! <https://github.com/zalandoresearch/fashion-mnist>.
//!
//! ```
//! use taut::datasets::{fashion_mnist, fashion_mnist::CLASS_NAMES};
//! # if cfg!(feature = "download") { return; } // a test downloads nothing
//! match fashion_mnist() {
//!     Ok((train, _)) => assert_eq!(CLASS_NAMES[train.y[0].index()], "Ankle boot"),
//!     Err(error) => println!("{error}"), // says where it was searched, and how to get it
//! }
//! ```

#[cfg(feature = "download")]
use crate::datasets::download::{Remote, Source};
use crate::datasets::mnist_files::{BYTES, FLOATS, Format, Images, PixelImages};
use crate::datasets::places::help;
use crate::io::error::Result;
use std::path::Path;

/// The names of the classes.
///
/// ```
/// assert_eq!(taut::datasets::fashion_mnist::CLASS_NAMES[9], "Ankle boot");
/// ```
pub const CLASS_NAMES: [&str; 10] =
    ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

const HELP: &str = help!(
    "\
To get it, on Debian or Ubuntu: sudo apt install dataset-fashion-mnist
Elsewhere: download train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz and
t10k-labels-idx1-ubyte.gz from https://github.com/zalandoresearch/fashion-mnist into a folder, and set TAUT_DATA to it."
);

const FASHION_MNIST: Format = Format {
    name: "Fashion-MNIST",
    folder: "fashion-mnist",
    debian: true,
    help: HELP,
    // Lengths and checksums: `url_checksums/fashion_mnist.txt` of TensorFlow Datasets.
    #[cfg(feature = "download")]
    source: Source {
        name: "Fashion-MNIST",
        addresses: &[
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
        ],
        files: &[
            Remote {
                name: "train-images-idx3-ubyte.gz",
                bytes: 26_421_880,
                sha256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                members: &[],
            },
            Remote {
                name: "train-labels-idx1-ubyte.gz",
                bytes: 29_515,
                sha256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
                members: &[],
            },
            Remote {
                name: "t10k-images-idx3-ubyte.gz",
                bytes: 4_422_102,
                sha256: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
                members: &[],
            },
            Remote {
                name: "t10k-labels-idx1-ubyte.gz",
                bytes: 5_148,
                sha256: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
                members: &[],
            },
        ],
        help: HELP,
    },
};

/// The 60,000 training images and the 10,000 test images; pixels are from 0 to 1, and [`CLASS_NAMES`] has the classes.
///
/// The function searches the four files, gzipped or not, in the folder that the environment variable `TAUT_DATA` names,
/// in its subfolder `fashion-mnist`, in `taut/fashion-mnist` in the user's cache folder, and in the folder of Debian's
/// package `dataset-fashion-mnist`. The samples take 219 MB. With the feature `download`, it
/// [downloads](crate::datasets#downloads) files that it does not find, 31 MB.
///
/// # Errors
/// [`Error::DatasetNotFound`](crate::Error::DatasetNotFound) if the files are in none of these folders, or
/// [`Error::Download`](crate::Error::Download) if they could not be downloaded either; the message says how to get
/// them. [`Error::Io`](crate::Error::Io) and [`Error::Data`](crate::Error::Data) as for
/// [`read_images`](super::idx::read_images). [`Error::Argument`](crate::Error::Argument) if `TAUT_DATA` names no
/// folder.
///
/// ```
/// use taut::{Error, datasets};
///
/// # if cfg!(feature = "download") { return; } // a test downloads nothing
/// match datasets::fashion_mnist() {
///     Ok((train, test)) => assert_eq!((train.len(), test.len()), (60_000, 10_000)),
///     Err(error @ (Error::DatasetNotFound { .. } | Error::Download { .. })) => println!("{error}"),
///     Err(error) => panic!("{error}"),
/// }
/// ```
pub fn fashion_mnist() -> Result<(Images, Images)> {
    FASHION_MNIST.find(FLOATS)
}

/// Like [`fashion_mnist()`](fn@fashion_mnist), but searches only this folder, and downloads nothing.
///
/// # Errors
/// The errors of [`fashion_mnist()`](fn@fashion_mnist).
///
/// ```
/// use taut::{Error, datasets};
///
/// let error = datasets::fashion_mnist_in("no-such-folder").unwrap_err();
/// assert!(matches!(error, Error::DatasetNotFound { .. }));
/// ```
pub fn fashion_mnist_in(folder: impl AsRef<Path>) -> Result<(Images, Images)> {
    FASHION_MNIST.load(vec![folder.as_ref().into()], FLOATS)
}

/// Like [`fashion_mnist()`](fn@fashion_mnist), with pixels that stay bytes: 55 MB in place of 219.
///
/// A model trains on their [`as_floats`](crate::Dataset::as_floats), to the same bits as on floats: see
/// [`Pixels`](crate::Pixels).
///
/// # Errors
/// The errors of [`fashion_mnist()`](fn@fashion_mnist).
///
/// ```
/// use taut::{Error, datasets};
///
/// # if cfg!(feature = "download") { return; } // a test downloads nothing
/// match datasets::fashion_mnist_pixels() {
///     Ok((train, _)) => assert_eq!(size_of_val(&train.x[..]), 60_000 * 784),
///     Err(error @ (Error::DatasetNotFound { .. } | Error::Download { .. })) => println!("{error}"),
///     Err(error) => panic!("{error}"),
/// }
/// ```
pub fn fashion_mnist_pixels() -> Result<(PixelImages, PixelImages)> {
    FASHION_MNIST.find(BYTES)
}

/// Like [`fashion_mnist_pixels`], but searches only this folder, and downloads nothing.
///
/// # Errors
/// The errors of [`fashion_mnist()`](fn@fashion_mnist).
///
/// ```
/// use taut::{Error, datasets};
///
/// let error = datasets::fashion_mnist_pixels_in("no-such-folder").unwrap_err();
/// assert!(matches!(error, Error::DatasetNotFound { .. }));
/// ```
pub fn fashion_mnist_pixels_in(folder: impl AsRef<Path>) -> Result<(PixelImages, PixelImages)> {
    FASHION_MNIST.load(vec![folder.as_ref().into()], BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datasets::places::folders;
    use crate::io::error::Error;
    use crate::memory::view::flat;
    use std::io::{self, Write};
    use std::{env, fs};

    #[test]
    fn the_real_files() {
        // A test downloads nothing.
        let (train, test) = match FASHION_MNIST.load(folders(FASHION_MNIST.folder, true).unwrap(), FLOATS) {
            Err(Error::DatasetNotFound { .. }) => {
                // Past the test harness, which shows what a test prints only if it fails.
                writeln!(io::stderr(), "\nskipped: the real files of Fashion-MNIST are not on this computer").unwrap();
                assert_ne!(env::var("TAUT_CI").as_deref(), Ok("1"), "with TAUT_CI=1 no test may be skipped");
                return;
            }
            loaded => loaded.unwrap(),
        };
        assert_eq!((train.class_counts(), test.class_counts()), ([6_000; 10], [1_000; 10]));
        assert_eq!(train.y[..5].iter().map(|y| y.index()).collect::<Vec<_>>(), [9, 0, 0, 3, 0]);
        let pixels = flat(&train.x);
        assert!(pixels.iter().all(|pixel| (0.0..=1.0).contains(pixel)));
        // The mean that is quoted everywhere for normalizing it.
        let mean = pixels.iter().map(|pixel| f64::from(*pixel)).sum::<f64>() / pixels.len() as f64;
        assert_eq!((mean * 1e4).round(), 2860.0);
        assert!(pixels.contains(&(1.0 / 255.0)) && pixels.contains(&1.0));
        // Bytes are a quarter of that, and stand for the same floats.
        let (bytes, _) = FASHION_MNIST.load(folders(FASHION_MNIST.folder, true).unwrap(), BYTES).unwrap();
        assert_eq!((size_of_val(&bytes.x[..]), size_of_val(&train.x[..])), (47_040_000, 188_160_000));
        assert_eq!(bytes.x.capacity(), 60_000);
        assert!(bytes.into_floats() == train);
    }

    fn write(folder: &Path, images: u8, labels: u8) {
        for part in ["train", "t10k"] {
            let pixels = vec![255; usize::from(images) * 784];
            let x = [&[0, 0, 8, 3, 0, 0, 0, images, 0, 0, 0, 28, 0, 0, 0, 28], &pixels[..]].concat();
            fs::write(folder.join(format!("{part}-images-idx3-ubyte")), x).unwrap();
            let y = [&[0, 0, 8, 1, 0, 0, 0, labels], &vec![9; labels.into()][..]].concat();
            fs::write(folder.join(format!("{part}-labels-idx1-ubyte")), y).unwrap();
        }
    }

    #[test]
    fn a_folder_of_ones_own() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), 2, 2);
        let (train, test) = fashion_mnist_in(folder.path()).unwrap();
        assert_eq!((train.x[1].0[27][27], train.y[1].index(), test.len()), ([1.0], 9, 2));
        let (bytes, test_bytes) = fashion_mnist_pixels_in(folder.path()).unwrap();
        assert_eq!(bytes.x[1].bytes(), [255; 784]);
        assert!((bytes.into_floats(), test_bytes.into_floats()) == (train, test));
        // Three files are not enough.
        fs::remove_file(folder.path().join("t10k-labels-idx1-ubyte")).unwrap();
        assert!(matches!(fashion_mnist_in(folder.path()), Err(Error::DatasetNotFound { .. })));
    }

    #[test]
    fn unequal_counts() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), 3, 2);
        let error = fashion_mnist_in(folder.path()).unwrap_err();
        let name = |name: &str| folder.path().join(name).display().to_string();
        let (images, labels) = (name("train-images-idx3-ubyte"), name("train-labels-idx1-ubyte"));
        assert!(matches!(error, Error::Data { .. }));
        assert_eq!(
            error.to_string(),
            format!("{images}: expected 2 images, one for each label in {labels}, received 3")
        );
    }

    #[test]
    fn not_found() {
        let folder = tempfile::tempdir().unwrap();
        let error = fashion_mnist_in(folder.path()).unwrap_err();
        let (message, path) = (error.to_string(), folder.path().display());
        assert!(message.starts_with(&format!("Fashion-MNIST not found; looked in {path}.\nTo get it, ")), "{message}");
        assert!(message.contains("sudo apt install dataset-fashion-mnist") && message.contains("set TAUT_DATA"));
        assert!(message.contains("https://github.com/zalandoresearch/fashion-mnist"));
    }
}
