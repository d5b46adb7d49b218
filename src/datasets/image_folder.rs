//! Pictures in one folder per class.

use crate::datasets::dataset::{Dataset, count};
use crate::io::error::{Error, Result};
use crate::memory::heap::zeros;
use crate::shape::sample::{Class, Image, Sample};
use image::{ImageError, ImageReader, RgbaImage};
use std::fs;
use std::path::{Path, PathBuf};

/// The extensions of picture files, as in Keras.
const EXTENSIONS: [&str; 5] = ["bmp", "gif", "jpeg", "jpg", "png"];

/// An image that pictures can be read into: with 1 channel (grey), 3 channels (red, green, blue) or 4 (and alpha).
#[diagnostic::on_unimplemented(
    message = "a picture cannot be read into `{Self}`",
    label = "expected 1 channel (grey), 3 (red, green, blue) or 4 (and alpha)"
)]
pub trait Picture: Sample {
    /// Rows, columns and channels.
    const SIZE: [usize; 3];
    /// The channels of a pixel of red, green, blue and alpha.
    #[doc(hidden)]
    fn pixel(rgba: [u8; 4]) -> [f32; 4];
}

macro_rules! pictures { ($($c:literal, $pixel:expr;)*) => { $(
    impl<const H: usize, const W: usize> Picture for Image<H, W, $c> {
        const SIZE: [usize; 3] = [H, W, $c];
        fn pixel(rgba: [u8; 4]) -> [f32; 4] {
            $pixel(rgba.map(|value| f32::from(value) / 255.0))
        }
    }
)* } }
pictures! {
    1, |[r, g, b, _]: [f32; 4]| [0.299 * r + 0.587 * g + 0.114 * b, 0.0, 0.0, 0.0];
    3, |rgba| rgba;
    4, |rgba| rgba;
}

/// The pictures of a folder with one subfolder per class, and the names of the classes.
///
/// - `X`: the image that each picture becomes: `Image<H, W, 1>` in grey, `Image<H, W, 3>` in colours, or
///   `Image<H, W, 4>` with alpha. Pictures are resized bilinearly as in Keras: from the four pixels around each point,
///   without antialiasing. Values are from 0 to 1. Grey is `0.299 · red + 0.587 · green + 0.114 · blue`.
/// - `N`: the number of classes. The classes are the subfolders, sorted by name, without those whose name begins with a
///   dot.
///
/// The function reads all files with the extensions `bmp`, `gif` (the first picture), `jpeg`, `jpg` and `png`, also in
/// deeper folders, sorted by path. The rows are sorted by class: shuffle them before a split.
///
/// # Errors
/// [`Error::Io`] if a file or folder cannot be read; [`Error::Data`] if the number of subfolders is not `N`, if there
/// is no picture, or if a file is not a valid picture. The error names the folder or the file.
///
/// ```
/// use taut::prelude::*;
/// # fn main() -> taut::Result<()> {
/// # let folder = tempfile::tempdir().unwrap();
/// # for (name, grey) in [("cats", 0), ("dogs", 255)] {
/// #     std::fs::create_dir(folder.path().join(name)).unwrap();
/// #     image::GrayImage::from_pixel(9, 7, [grey].into()).save(folder.path().join(name).join("1.png")).unwrap();
/// # }
/// # let folder = folder.path();
/// let (pets, names) = datasets::image_folder::<Image<32, 32, 3>, 2>(folder)?;
/// assert_eq!(names, ["cats", "dogs"]);
/// assert_eq!((pets.x[1].0[31][0], pets.y[1].index()), ([1.0; 3], 1));
/// let (train, validation) = pets.shuffle(1).split(0.2)?;
/// # Ok(())
/// # }
/// ```
///
/// An image with two channels does not compile:
///
/// ```compile_fail,E0277
/// let read = taut::datasets::image_folder::<taut::Image<32, 32, 2>, 2>("pets");
/// ```
///
/// See <https://keras.io/api/data_loading/image/>.
pub fn image_folder<X: Picture, const N: usize>(
    folder: impl AsRef<Path>,
) -> Result<(Dataset<X, Class<N>>, [String; N])> {
    let folder = folder.as_ref();
    let name = |path: &Path| path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let mut classes = entries(folder)?;
    classes.retain(|path| path.is_dir() && !name(path).starts_with('.'));
    let names: Vec<String> = classes.iter().map(|path| name(path)).collect();
    let names: [String; N] = names.try_into().map_err(|names: Vec<String>| {
        let received = if names.is_empty() { "none".into() } else { format!("{}: {}", names.len(), names.join(", ")) };
        Error::data(folder, "", format!("{}, one for each class", count(N, "sub-folder")), received)
    })?;
    let mut files = vec![];
    for (class, path) in classes.iter().enumerate() {
        let mut found = vec![];
        pictures_below(path, &mut found)?;
        files.extend(found.into_iter().filter_map(|path| Some((path, Class::new(class)?))));
    }
    if files.is_empty() {
        let expected = format!("files that end in {} in its sub-folders", EXTENSIONS.join(", "));
        return Err(Error::data(folder, "", expected, "none"));
    }
    let mut x = zeros::<X>(files.len());
    for (x, (path, _)) in x.iter_mut().zip(&files) {
        resize(&picture(path)?, x);
    }
    Ok((Dataset { x, y: files.into_iter().map(|(_, class)| class).collect() }, names))
}

/// The entries of a folder, sorted.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let read = || fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>();
    let mut entries = read().map_err(Error::io("read", folder))?;
    entries.sort();
    Ok(entries)
}

fn pictures_below(folder: &Path, to: &mut Vec<PathBuf>) -> Result<()> {
    for path in entries(folder)? {
        if path.is_dir() {
            // A symbolic link to a folder may form a cycle.
            if !path.is_symlink() {
                pictures_below(&path, to)?;
            }
        } else if path
            .extension()
            .is_some_and(|ending| EXTENSIONS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
        {
            to.push(path);
        }
    }
    Ok(())
}

fn picture(path: &Path) -> Result<RgbaImage> {
    let reader = ImageReader::open(path).and_then(ImageReader::with_guessed_format).map_err(Error::io("read", path))?;
    let picture = reader.decode().map_err(|error| match error {
        ImageError::IoError(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => {
            Error::io("read", path)(error)
        }
        error => Error::data(path, "", "a sound picture", format!("a damaged one ({error})")),
    })?;
    if picture.width() == 0 || picture.height() == 0 {
        return Err(Error::data(path, "", "a sound picture", "one without pixels"));
    }
    Ok(picture.into_rgba8())
}

/// For each of `to` points spread evenly over `from` pixels: the pixels before and after it, and its distance from the
/// first.
fn between(from: u32, to: usize) -> impl Fn(usize) -> (u32, u32, f32) {
    let scale = f64::from(from) / to as f64;
    move |i| {
        let at = ((i as f64 + 0.5) * scale - 0.5).clamp(0.0, f64::from(from - 1));
        (at as u32, (at as u32 + 1).min(from - 1), at.fract() as f32)
    }
}

/// Resizes bilinearly; the image's edge is half a pixel outside of the first and the last pixel.
fn resize<X: Picture>(picture: &RgbaImage, x: &mut X) {
    let [height, width, channels] = X::SIZE;
    let (rows, columns) = (between(picture.height(), height), between(picture.width(), width));
    let values = x.values_mut();
    for (row, values) in values.chunks_exact_mut((width * channels).max(1)).enumerate() {
        let (above, below, down) = rows(row);
        for (column, pixel) in values.chunks_exact_mut(channels).enumerate() {
            let (left, right, across) = columns(column);
            let [a, b, c, d] = [(left, above), (right, above), (left, below), (right, below)]
                .map(|(column, row)| X::pixel(picture.get_pixel(column, row).0));
            for (i, value) in pixel.iter_mut().enumerate() {
                let (above, below) = (a[i] + across * (b[i] - a[i]), c[i] + across * (d[i] - c[i]));
                *value = above + down * (below - above);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{GrayImage, Rgb, RgbImage, Rgba};

    /// 3×4 pixels whose numbers are `31·i mod 256`, as they lie in memory.
    fn colours() -> RgbImage {
        RgbImage::from_raw(4, 3, (0..36).map(|i| (31 * i % 256) as u8).collect()).unwrap()
    }

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            colours().save(path).unwrap();
        }
        folder
    }

    #[test]
    fn sub_folders_are_classes_in_the_order_of_their_names() {
        let folder = folder(&["b/2.PNG", "b/1.jpg", "a/x/3.bmp", "a/1.gif", ".hidden/1.png", "loose.png"]);
        fs::write(folder.path().join("a/notes.txt"), "no picture").unwrap();
        let (data, names) = image_folder::<Image<3, 4, 3>, 2>(folder.path()).unwrap();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(data.y.iter().map(|y| y.index()).collect::<Vec<_>>(), [0, 0, 1, 1]);
        // What keeps all colours is as it was, and JPEG is near.
        let expected = |row: usize, column: usize, c: usize| (31 * (12 * row + 3 * column + c) % 256) as f32 / 255.0;
        for x in [&data.x[1], &data.x[3]] {
            assert_eq!(x.0[2][1], [0, 1, 2].map(|c| expected(2, 1, c)));
        }
        assert_ne!(data.x[2], data.x[3]);
    }

    #[test]
    fn stretches_as_keras_does() {
        // keras.ops.image.resize(x, (2, 5), interpolation="bilinear", antialias=False) of `colours`, channel 1, divided
        // by 255.
        let mut x = Image::<2, 5, 3>::ZERO;
        resize(
            &RgbaImage::from_fn(4, 3, |c, r| {
                let Rgb([r, g, b]) = *colours().get_pixel(c, r);
                Rgba([r, g, b, 9])
            }),
            &mut x,
        );
        let keras = [
            [0.23529412, 0.49058825, 0.65686274, 0.59725493, 0.3254902],
            [0.16470589, 0.42000002, 0.586_274_5, 0.526_666_7, 0.254_902],
        ];
        for (row, expected) in x.0.iter().zip(keras) {
            for (pixel, expected) in row.iter().zip(expected) {
                assert!((pixel[1] - expected).abs() < 1e-6, "{pixel:?} {expected}");
            }
        }
    }

    #[test]
    fn grey_and_alpha() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("only")).unwrap();
        let path = folder.path().join("only/1.png");
        RgbaImage::from_pixel(2, 2, Rgba([255, 0, 51, 102])).save(&path).unwrap();
        let grey = image_folder::<Image<2, 2, 1>, 1>(folder.path()).unwrap().0.x[0].0[1][1][0];
        assert!((grey - (0.299 + 0.114 * 0.2)).abs() < 1e-6, "{grey}");
        assert_eq!(image_folder::<Image<2, 2, 4>, 1>(folder.path()).unwrap().0.x[0].0[0][1], [1.0, 0.0, 0.2, 0.4]);
        GrayImage::from_pixel(3, 1, [51].into()).save(&path).unwrap();
        assert_eq!(image_folder::<Image<2, 2, 3>, 1>(folder.path()).unwrap().0.x[0].0[0][1], [0.2; 3]);
    }

    #[test]
    fn errors_name_the_file() {
        let folder = folder(&["a/1.png", "b/1.png"]);
        let said = |folder: &Path| image_folder::<Image<3, 4, 3>, 2>(folder).unwrap_err().to_string();
        let path = folder.path().join("b/1.png");
        let whole = fs::read(&path).unwrap();
        for bytes in [&whole[..whole.len() / 2], b"no picture", b""] {
            fs::write(&path, bytes).unwrap();
            let said = said(folder.path());
            assert!(said.starts_with(&format!("{}: expected a sound picture, received", path.display())), "{said}");
        }
        fs::remove_file(path).unwrap();
        assert_eq!(image_folder::<Image<3, 4, 3>, 2>(folder.path()).unwrap().0.len(), 1, "a class may be empty");
        fs::remove_file(folder.path().join("a/1.png")).unwrap();
        assert!(said(folder.path()).ends_with("bmp, gif, jpeg, jpg, png in its sub-folders, received none"));
        fs::remove_dir(folder.path().join("a")).unwrap();
        let name = folder.path().display();
        assert_eq!(said(folder.path()), format!("{name}: expected 2 sub-folders, one for each class, received 1: b"));
        assert!(said(&folder.path().join("none")).starts_with(&format!("cannot read {name}/none: ")));
    }
}
