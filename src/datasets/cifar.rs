//! CIFAR-10 and CIFAR-100: 60,000 colour images each, 32×32 pixels, in 10 and in 100 classes.
//!
//! The functions read the binary versions. The data are by A. Krizhevsky, V. Nair and G. Hinton; see
//! <https://www.cs.toronto.edu/~kriz/cifar.html> and A. Krizhevsky, *Learning Multiple Layers of Features from Tiny
//! Images*, 2009.
//!
//! ```
//! use taut::datasets::{cifar::CLASS_NAMES, cifar10_in};
//! match cifar10_in("data/cifar-10-batches-bin") {
//!     Ok((train, _)) => println!("the first picture shows: {}", CLASS_NAMES[train.y[0].index()]),
//!     Err(error) => assert!(error.to_string().starts_with("CIFAR-10 not found")),
//! }
//! ```

use crate::datasets::dataset::{Dataset, count};
#[cfg(feature = "download")]
use crate::datasets::download::{Remote, Source};
use crate::datasets::input::{Input, Size, out_of_memory};
use crate::datasets::places::{folders, help};
use crate::io::error::{Error, Result};
use crate::memory::heap::{advise_huge_pages, append, boxed};
use crate::memory::plain::{Floats, Zeroed};
use crate::shape::pixels::Pixels;
use crate::shape::sample::{Class, Image};
use std::path::{Path, PathBuf};
use std::slice;

/// The names of CIFAR-10's classes.
///
/// ```
/// assert_eq!(taut::datasets::cifar::CLASS_NAMES[9], "truck");
/// ```
pub const CLASS_NAMES: [&str; 10] =
    ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

const SIDE: usize = 32;
const PIXELS: usize = SIDE * SIDE;

type Images<const N: usize> = Dataset<Image<SIDE, SIDE, 3>, Class<N>>;
type PixelImages<const N: usize> = Dataset<Pixels<Image<SIDE, SIDE, 3>>, Class<N>>;

/// Writes an image, of which the file stores the channels one after another.
type Write<S> = fn(&[u8], &mut S);

const FLOATS: Write<Image<SIDE, SIDE, 3>> =
    |planes, image| interleave(planes, image.values_mut(), |byte| f32::from(byte) / 255.0);
const BYTES: Write<Pixels<Image<SIDE, SIDE, 3>>> = |planes, image| interleave(planes, image.bytes_mut(), |byte| byte);

fn interleave<T>(planes: &[u8], to: &mut [T], convert: impl Fn(u8) -> T) {
    for (channel, plane) in planes.chunks_exact(PIXELS).enumerate() {
        for (to, from) in to.as_chunks_mut::<3>().0.iter_mut().zip(plane) {
            to[channel] = convert(*from);
        }
    }
}

/// The files of one of the two datasets.
struct Format {
    name: &'static str,
    folder: &'static str,
    train: &'static [&'static str],
    test: &'static str,
    /// The number of bytes before the pixels; the last of them is the label.
    labels: usize,
    help: &'static str,
    #[cfg(feature = "download")]
    source: Source,
}

const HELP10: &str = help!(
    "\
To get it: download the binary version, cifar-10-binary.tar.gz, from https://www.cs.toronto.edu/~kriz/cifar.html, unpack it, and set
TAUT_DATA to the folder in which data_batch_1.bin to data_batch_5.bin and test_batch.bin are, or to the one above it."
);

const CIFAR10: Format = Format {
    name: "CIFAR-10",
    folder: "cifar-10-batches-bin",
    train: &["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"],
    test: "test_batch.bin",
    labels: 1,
    help: HELP10,
    // Length and checksum: `url_checksums/cifar10.txt` of TensorFlow Datasets.
    #[cfg(feature = "download")]
    source: Source {
        name: "CIFAR-10",
        addresses: &["https://www.cs.toronto.edu/~kriz"],
        files: &[Remote {
            name: "cifar-10-binary.tar.gz",
            bytes: 170_052_171,
            sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
            members: &[
                ("data_batch_1.bin", 30_730_000),
                ("data_batch_2.bin", 30_730_000),
                ("data_batch_3.bin", 30_730_000),
                ("data_batch_4.bin", 30_730_000),
                ("data_batch_5.bin", 30_730_000),
                ("test_batch.bin", 30_730_000),
            ],
        }],
        help: HELP10,
    },
};

const HELP100: &str = help!(
    "\
To get it: download the binary version, cifar-100-binary.tar.gz, from https://www.cs.toronto.edu/~kriz/cifar.html, unpack it, and set
TAUT_DATA to the folder in which train.bin and test.bin are, or to the one above it."
);

const CIFAR100: Format = Format {
    name: "CIFAR-100",
    folder: "cifar-100-binary",
    train: &["train.bin"],
    test: "test.bin",
    labels: 2,
    help: HELP100,
    // Length and checksum: `url_checksums/cifar100.txt` of TensorFlow Datasets.
    #[cfg(feature = "download")]
    source: Source {
        name: "CIFAR-100",
        addresses: &["https://www.cs.toronto.edu/~kriz"],
        files: &[Remote {
            name: "cifar-100-binary.tar.gz",
            bytes: 168_513_733,
            sha256: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
            members: &[("train.bin", 153_700_000), ("test.bin", 30_740_000)],
        }],
        help: HELP100,
    },
};

/// The 50,000 training images and the 10,000 test images of CIFAR-10; pixels are from 0 to 1, and [`CLASS_NAMES`] has
/// the classes.
///
/// The function searches the six files of the binary version, gzipped or not, in the folder that the environment
/// variable `TAUT_DATA` names, in its subfolder `cifar-10-batches-bin`, and in `taut/cifar-10-batches-bin` in the
/// user's cache folder. The samples take 737 MB. With the feature `download`, it
/// [downloads](crate::datasets#downloads) the files if it does not find them, 170 MB.
///
/// # Errors
/// [`Error::DatasetNotFound`] if the files are in none of these folders, or [`Error::Download`] if they could not be
/// downloaded either; the message says how to get them.
/// [`Error::Io`] if a file cannot be read or its images do not fit into memory, and [`Error::Data`] if a file is empty,
/// ends within an image, or has a label out of range. [`Error::Argument`] if `TAUT_DATA` names no folder.
///
/// ```
/// use taut::{Error, datasets};
///
/// # if cfg!(feature = "download") { return; } // a test downloads nothing
/// match datasets::cifar10() {
///     Ok((train, test)) => assert_eq!((train.len(), test.len()), (50_000, 10_000)),
///     Err(error @ (Error::DatasetNotFound { .. } | Error::Download { .. })) => println!("{error}"),
///     Err(error) => panic!("{error}"),
/// }
/// ```
///
/// See <https://keras.io/api/datasets/cifar10/>.
pub fn cifar10() -> Result<(Images<10>, Images<10>)> {
    CIFAR10.find(FLOATS)
}

/// Like [`cifar10`], but searches only this folder, and downloads nothing.
///
/// # Errors
/// The errors of [`cifar10`].
///
/// ```
/// use taut::{Error, datasets};
///
/// let error = datasets::cifar10_in("no-such-folder").unwrap_err();
/// assert!(matches!(error, Error::DatasetNotFound { name: "CIFAR-10", .. }));
/// ```
pub fn cifar10_in(folder: impl AsRef<Path>) -> Result<(Images<10>, Images<10>)> {
    CIFAR10.load(vec![folder.as_ref().into()], FLOATS)
}

/// The 50,000 training images and the 10,000 test images of CIFAR-100, with their fine labels; pixels are from 0 to 1.
///
/// The function searches `train.bin` and `test.bin` in the folders of [`cifar10`], with the subfolder
/// `cifar-100-binary`; with the feature `download`, it downloads them, 169 MB.
///
/// # Errors
/// The errors of [`cifar10`].
///
/// ```
/// use taut::{Error, datasets};
///
/// # if cfg!(feature = "download") { return; } // a test downloads nothing
/// match datasets::cifar100() {
///     Ok((train, test)) => assert_eq!((train.len(), test.len()), (50_000, 10_000)),
///     Err(error @ (Error::DatasetNotFound { .. } | Error::Download { .. })) => println!("{error}"),
///     Err(error) => panic!("{error}"),
/// }
/// ```
///
/// See <https://keras.io/api/datasets/cifar100/>.
pub fn cifar100() -> Result<(Images<100>, Images<100>)> {
    CIFAR100.find(FLOATS)
}

/// Like [`cifar100`], but searches only this folder, and downloads nothing.
///
/// # Errors
/// The errors of [`cifar10`].
///
/// ```
/// use taut::{Error, datasets};
///
/// let error = datasets::cifar100_in("no-such-folder").unwrap_err();
/// assert!(matches!(error, Error::DatasetNotFound { name: "CIFAR-100", .. }));
/// ```
pub fn cifar100_in(folder: impl AsRef<Path>) -> Result<(Images<100>, Images<100>)> {
    CIFAR100.load(vec![folder.as_ref().into()], FLOATS)
}

/// Like [`cifar10`], with pixels that stay bytes: 184 MB in place of 737.
///
/// A model trains on their [`as_floats`](crate::Dataset::as_floats), to the same bits as on floats: see [`Pixels`].
///
/// # Errors
/// The errors of [`cifar10`].
///
/// ```
/// use taut::{Error, datasets};
///
/// # if cfg!(feature = "download") { return; } // a test downloads nothing
/// match datasets::cifar10_pixels() {
///     Ok((train, _)) => assert_eq!(size_of_val(&train.x[..]), 50_000 * 3072),
///     Err(error @ (Error::DatasetNotFound { .. } | Error::Download { .. })) => println!("{error}"),
///     Err(error) => panic!("{error}"),
/// }
/// ```
pub fn cifar10_pixels() -> Result<(PixelImages<10>, PixelImages<10>)> {
    CIFAR10.find(BYTES)
}

/// Like [`cifar10_pixels`], but searches only this folder, and downloads nothing.
///
/// # Errors
/// The errors of [`cifar10`].
///
/// ```
/// use taut::{Error, datasets};
///
/// let error = datasets::cifar10_pixels_in("no-such-folder").unwrap_err();
/// assert!(matches!(error, Error::DatasetNotFound { name: "CIFAR-10", .. }));
/// ```
pub fn cifar10_pixels_in(folder: impl AsRef<Path>) -> Result<(PixelImages<10>, PixelImages<10>)> {
    CIFAR10.load(vec![folder.as_ref().into()], BYTES)
}

/// Like [`cifar100`], with pixels that stay bytes: 184 MB in place of 737.
///
/// A model trains on their [`as_floats`](crate::Dataset::as_floats), to the same bits as on floats: see [`Pixels`].
///
/// # Errors
/// The errors of [`cifar10`].
///
/// ```
/// use taut::{Error, datasets};
///
/// # if cfg!(feature = "download") { return; } // a test downloads nothing
/// match datasets::cifar100_pixels() {
///     Ok((train, _)) => assert_eq!(size_of_val(&train.x[..]), 50_000 * 3072),
///     Err(error @ (Error::DatasetNotFound { .. } | Error::Download { .. })) => println!("{error}"),
///     Err(error) => panic!("{error}"),
/// }
/// ```
pub fn cifar100_pixels() -> Result<(PixelImages<100>, PixelImages<100>)> {
    CIFAR100.find(BYTES)
}

/// Like [`cifar100_pixels`], but searches only this folder, and downloads nothing.
///
/// # Errors
/// The errors of [`cifar10`].
///
/// ```
/// use taut::{Error, datasets};
///
/// let error = datasets::cifar100_pixels_in("no-such-folder").unwrap_err();
/// assert!(matches!(error, Error::DatasetNotFound { name: "CIFAR-100", .. }));
/// ```
pub fn cifar100_pixels_in(folder: impl AsRef<Path>) -> Result<(PixelImages<100>, PixelImages<100>)> {
    CIFAR100.load(vec![folder.as_ref().into()], BYTES)
}

type Rows<S, const N: usize> = Dataset<S, Class<N>>;

impl Format {
    /// Loads from the folders that are searched, or downloads with the feature `download`.
    fn find<S: Zeroed + Copy, const N: usize>(&self, write: Write<S>) -> Result<(Rows<S, N>, Rows<S, N>)> {
        let found = self.load(folders(self.folder, false)?, write);
        #[cfg(feature = "download")]
        let found = self.source.unless_found(found, self.folder, |folder| self.load(vec![folder], write));
        found
    }

    /// Loads from the first folder that has all files.
    fn load<S: Zeroed + Copy, const N: usize>(
        &self,
        folders: Vec<PathBuf>,
        write: Write<S>,
    ) -> Result<(Rows<S, N>, Rows<S, N>)> {
        for folder in &folders {
            let file = |name: &&str| {
                let candidates = [folder.join(name), folder.join(format!("{name}.gz"))];
                candidates.into_iter().find(|path| path.is_file())
            };
            let train: Option<Vec<PathBuf>> = self.train.iter().map(file).collect();
            if let (Some(train), Some(test)) = (train, file(&self.test)) {
                return Ok((self.rows(&train, write)?, self.rows(&[test], write)?));
            }
        }
        Err(Error::DatasetNotFound { name: self.name, looked_in: folders, help: self.help })
    }

    fn rows<S: Zeroed + Copy, const N: usize>(&self, paths: &[PathBuf], write: Write<S>) -> Result<Rows<S, N>> {
        let record = self.labels + 3 * PIXELS;
        let mut data = Dataset { x: vec![], y: vec![] };
        let (mut image, mut block) = (boxed::<S>(), vec![0; 64 * record]);
        for path in paths {
            let mut input = Input::open(path)?;
            if let Size::Exact(len) = input.size {
                data.x.try_reserve_exact(len as usize / record).map_err(out_of_memory(path))?;
                advise_huge_pages(data.x.spare_capacity_mut());
            }
            let mut number = 0;
            loop {
                let read = input.fill(&mut block)?;
                for bytes in block[..read].chunks(record) {
                    number += 1;
                    let wrong =
                        |expected, received| Err(Error::data(path, format!(", image {number}"), expected, received));
                    if bytes.len() < record {
                        return wrong(count(record, "byte"), bytes.len());
                    }
                    let (labels, pixels) = bytes.split_at(self.labels);
                    let label = usize::from(labels[self.labels - 1]);
                    let Some(class) = Class::new(label) else {
                        return wrong(format!("a label from 0 to {}", N - 1), label);
                    };
                    write(pixels, &mut image);
                    data.x.try_reserve(1).map_err(out_of_memory(path))?;
                    data.y.try_reserve(1).map_err(out_of_memory(path))?;
                    append(&mut data.x, slice::from_ref(&*image));
                    data.y.push(class);
                }
                if read < block.len() {
                    break;
                }
            }
            if number == 0 {
                return Err(Error::data(path, ", image 1", count(record, "byte"), 0));
            }
        }
        Ok(data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// An image of that label whose byte `i` is `i % 251`.
    fn image(labels: &[u8]) -> Vec<u8> {
        labels.iter().copied().chain((0..3 * PIXELS).map(|i| (i % 251) as u8)).collect()
    }

    #[test]
    #[cfg(feature = "download")]
    fn what_is_downloaded_is_what_is_read() {
        for (format, images) in [(&CIFAR10, 10_000), (&CIFAR100, 50_000)] {
            let [archive] = format.source.files else { panic!("one archive") };
            let (test, train) = archive.members.split_last().unwrap();
            let record = (format.labels + 3 * PIXELS) as u64;
            assert!(train.iter().map(|(name, _)| name).eq(format.train) && test.0 == format.test);
            assert!(train.iter().all(|(_, bytes)| *bytes == images * record) && test.1 == 10_000 * record);
            assert!(archive.sha256.len() == 64 && archive.name.starts_with(&format.folder[..8]));
        }
    }

    fn write(folder: &Path) {
        for (number, name) in CIFAR10.train.iter().enumerate() {
            fs::write(folder.join(name), [image(&[number as u8]), image(&[9])].concat()).unwrap();
        }
        fs::write(folder.join(CIFAR10.test), image(&[7])).unwrap();
    }

    #[test]
    fn channels_come_last_and_files_in_their_order() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path());
        let (train, test) = cifar10_in(folder.path()).unwrap();
        let classes: Vec<_> = train.y.iter().map(|y| y.index()).collect();
        assert_eq!((classes, test.y[0].index()), (vec![0, 9, 1, 9, 2, 9, 3, 9, 4, 9], 7));
        for (row, column) in [(0, 0), (0, 31), (17, 5), (31, 31)] {
            let byte = |channel: usize| ((channel * 1024 + row * 32 + column) % 251) as f32 / 255.0;
            assert_eq!(train.x[9].0[row][column], [byte(0), byte(1), byte(2)]);
        }
        let (bytes, test_bytes) = cifar10_pixels_in(folder.path()).unwrap();
        assert_eq!(bytes.x[9].bytes()[..3], [0, 1024 % 251_u16, 2048 % 251].map(|byte| byte as u8));
        assert!((bytes.into_floats(), test_bytes.into_floats()) == (train, test));
        fs::remove_file(folder.path().join("data_batch_3.bin")).unwrap();
        let error = cifar10_in(folder.path()).unwrap_err();
        assert!(matches!(error, Error::DatasetNotFound { name: "CIFAR-10", .. }));
        assert!(error.to_string().contains("cifar-10-binary.tar.gz"), "{error}");
    }

    #[test]
    fn what_is_wrong_with_a_file() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path());
        let path = folder.path().join("data_batch_2.bin");
        let refused = |bytes: &[u8]| {
            fs::write(&path, bytes).unwrap();
            let error = cifar10_in(folder.path()).unwrap_err();
            assert!(matches!(error, Error::Data { .. }));
            assert_eq!(cifar10_pixels_in(folder.path()).unwrap_err().to_string(), error.to_string());
            error.to_string().strip_prefix(&path.display().to_string()).unwrap().to_string()
        };
        let two = [image(&[1]), image(&[2])].concat();
        assert_eq!(refused(&two[..5000]), ", image 2: expected 3073 bytes, received 1927");
        assert_eq!(refused(&two[..3074]), ", image 2: expected 3073 bytes, received 1");
        assert_eq!(refused(&[]), ", image 1: expected 3073 bytes, received 0");
        let wrong = [image(&[1]), image(&[10])].concat();
        assert_eq!(refused(&wrong), ", image 2: expected a label from 0 to 9, received 10");
    }

    #[test]
    fn the_fine_labels_of_cifar_100() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("train.bin"), [image(&[19, 99]), image(&[1, 4])].concat()).unwrap();
        fs::write(folder.path().join("test.bin"), image(&[1, 100])).unwrap();
        let error = cifar100_in(folder.path()).unwrap_err().to_string();
        assert!(error.ends_with("test.bin, image 1: expected a label from 0 to 99, received 100"), "{error}");
        fs::write(folder.path().join("test.bin"), image(&[1, 0])).unwrap();
        let (train, test) = cifar100_in(folder.path()).unwrap();
        assert_eq!((train.y[0].index(), train.y[1].index(), test.y[0].index()), (99, 4, 0));
        assert_eq!(train.x[1].0[31][31][2], (3071 % 251) as f32 / 255.0);
    }

    /// The test calls itself in a process of a gibibyte.
    #[cfg(target_os = "linux")]
    #[test]
    fn images_that_do_not_fit_into_memory_are_an_error() {
        use std::{env, process::Command};
        const FOLDER: &str = "TAUT_TEST_FOLDER";
        const NAME: &str = "datasets::cifar::tests::images_that_do_not_fit_into_memory_are_an_error";
        if let Some(folder) = env::var_os(FOLDER) {
            let error = cifar10_in(folder).unwrap_err();
            let out = matches!(&error, Error::Io { source, .. } if source.kind() == std::io::ErrorKind::OutOfMemory);
            assert!(out, "{error}");
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        write(folder.path());
        // Zeros, which take no place on the disk: 100,000 images of class 0, 1.2 GB as samples.
        let large = folder.path().join(CIFAR10.train[0]);
        fs::File::create(&large).unwrap().set_len(100_000 * 3073).unwrap();
        let mut test = Command::new("sh");
        test.args(["-c", r#"ulimit -v 1048576; exec "$0" --exact "$1" --nocapture"#]);
        let ended = test.arg(env::current_exe().unwrap()).arg(NAME).env(FOLDER, folder.path()).output().unwrap();
        let said = String::from_utf8_lossy(&ended.stdout);
        assert!(ended.status.success() && said.contains("1 passed"), "{ended:?}");
    }
}
