//! Pictures in one folder per class.

use crate::datasets::dataset::{Dataset, count};
use crate::datasets::input::out_of_memory;
use crate::io::error::{Error, Result};
use crate::io::file::kind;
use crate::io::terminal::{Wait, shown};
use crate::memory::heap::{advise_huge_pages, append, boxed};
use crate::memory::plain::Zeroed;
use crate::shape::pixels::Pixels;
use crate::shape::sample::{Class, Image, Sample};
use image::{
    DynamicImage, GenericImageView, GrayImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage,
};
use std::fmt::Display;
use std::fs::{self, File};
use std::io::{BufReader, ErrorKind};
use std::path::{Path, PathBuf};
use std::slice;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// The extensions of picture files, as in Keras.
const EXTENSIONS: [&str; 5] = ["bmp", "gif", "jpeg", "jpg", "png"];

/// The most bytes that the pixels of a picture, and what is decoded to them, may take, from a file of so many bytes.
///
/// A byte of a GIF file stands for 11 KB of pixels at most, and one of the other formats for less. A small file that
/// claims more is a trap.
fn most(file: u64) -> u64 {
    (16 << 20) + (16 << 10) * file.min(131_000)
}

/// The marker behind all segments and scans of a JPEG file.
const END: u8 = 0xd9;

/// An image that pictures can be read into: with 1 channel (grey), 3 channels (red, green, blue) or 4 (and alpha).
///
/// ```
/// use taut::{Image, Sample, datasets::Picture};
/// /// The bytes of so many pictures.
/// fn bytes<X: Picture>(pictures: usize) -> usize {
///     size_of::<f32>() * X::SIZE.iter().product::<usize>() * pictures
/// }
/// assert_eq!(bytes::<Image<32, 32, 3>>(50_000), 614_400_000);
/// ```
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

type Rows<S, const N: usize> = Dataset<S, Class<N>>;

/// The pictures of a folder with one subfolder per class, and the names of the classes.
///
/// - `X`: the image that each picture becomes: `Image<H, W, 1>` in grey, `Image<H, W, 3>` in colours, or
///   `Image<H, W, 4>` with alpha. Pictures are resized bilinearly as in Keras: from the four pixels around each point,
///   without antialiasing. Values are from 0 to 1. Grey is `0.299 · red + 0.587 · green + 0.114 · blue`.
/// - `N`: the number of classes. The classes are the subfolders, sorted by name.
///
/// The function reads all files with the extensions `bmp`, `gif` (the first picture), `jpeg`, `jpg` and `png`, also in
/// deeper folders, sorted by path. It passes over files and folders whose names begin with a dot, such as
/// `.ipynb_checkpoints` and macOS's `._1.jpg`, and over `__MACOSX`. The rows are sorted by class: shuffle them before a
/// split. Links to files are followed, and links to folders are not.
///
/// # Errors
/// [`Error::Io`] if a file or folder cannot be read, or if the samples of all files do not fit into memory;
/// [`Error::Data`] if the number of subfolders is not `N`, if there is no picture, or if a file with such an extension
/// is a pipe, a socket or a device, which is not opened, is not a valid picture, is cut off, is in another format, or
/// takes more than 2 GiB of memory while it is decoded (26,000 by 26,000 pixels in colours, and 15,000 by 15,000 of a
/// progressive JPEG or a GIF file) or more than its file could hold (16 MiB, and 16 KiB for each byte of the file). The
/// error names the folder or the file.
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
    read(folder.as_ref(), resize)
}

/// Like [`image_folder`], with pixels that stay bytes, a quarter of the memory.
///
/// - `X`: the image of floats that a model takes: it trains on [`Pixels`] of it by
///   [`as_floats`](crate::Dataset::as_floats).
///
/// A picture of that size is kept exactly. Of one that is resized, and of colours that become grey, the values are
/// rounded to the nearest byte.
///
/// # Errors
/// The errors of [`image_folder`].
///
/// ```
/// use taut::prelude::*;
/// # fn main() -> taut::Result<()> {
/// # let folder = tempfile::tempdir().unwrap();
/// # for (name, grey) in [("cats", 0), ("dogs", 51)] {
/// #     std::fs::create_dir(folder.path().join(name)).unwrap();
/// #     image::GrayImage::from_pixel(9, 7, [grey].into()).save(folder.path().join(name).join("1.png")).unwrap();
/// # }
/// # let folder = folder.path();
/// let (pets, names) = datasets::image_folder_pixels::<Image<32, 32, 3>, 2>(folder)?;
/// assert_eq!(names, ["cats", "dogs"]);
/// assert_eq!((pets.x[1].bytes()[0], pets.x[1].to_floats().0[31][0]), (51, [0.2; 3]));
/// # Ok(())
/// # }
/// ```
pub fn image_folder_pixels<X: Picture, const N: usize>(
    folder: impl AsRef<Path>,
) -> Result<(Rows<Pixels<X>, N>, [String; N])> {
    let mut floats = None;
    read(folder.as_ref(), |picture, pixels: &mut Pixels<X>| {
        let floats = floats.get_or_insert_with(boxed::<X>);
        resize(picture, &mut **floats);
        for (byte, x) in pixels.bytes_mut().iter_mut().zip(floats.values()) {
            *byte = (x * 255.0 + 0.5) as u8;
        }
    })
}

/// Reads the pictures of a folder, each of which `write` makes a sample of.
fn read<S: Zeroed + Copy, const N: usize>(
    folder: &Path,
    mut write: impl FnMut(&DynamicImage, &mut S),
) -> Result<(Rows<S, N>, [String; N])> {
    let mut classes = entries(folder)?;
    classes.retain(|path| path.is_dir());
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
    let (mut x, mut one) = (Vec::new(), None);
    let mut wait = Wait::new(format!("reading {}", shown(&name(folder), 40)), "files", Some(files.len() as u64));
    for (path, _) in &files {
        let picture = picture(path)?;
        // Not before: where the first file is bad, none needs memory.
        let one = match &mut one {
            Some(one) => one,
            None => {
                x.try_reserve_exact(files.len()).map_err(out_of_memory(folder))?;
                advise_huge_pages(x.spare_capacity_mut());
                one.insert(boxed::<S>())
            }
        };
        write(&picture, &mut **one);
        append(&mut x, slice::from_ref(&**one));
        wait.add(1);
    }
    wait.finish();
    Ok((Dataset { x, y: files.into_iter().map(|(_, class)| class).collect() }, names))
}

fn name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// The entries of a folder that are not hidden, nor macOS's additions to an archive, sorted.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let read = || fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>();
    let mut entries = read().map_err(Error::io("read", folder))?;
    entries.retain(|path| !name(path).starts_with('.') && name(path) != "__MACOSX");
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

fn picture(path: &Path) -> Result<DynamicImage> {
    // A pipe that nobody writes to would be waited for.
    let found = fs::metadata(path).map_err(Error::io("read", path))?;
    if !found.is_file() {
        return Err(Error::data(path, "", "a regular file", kind(&found)));
    }
    let reader = ImageReader::open(path).and_then(ImageReader::with_guessed_format).map_err(Error::io("read", path))?;
    let picture = match reader.format() {
        Some(ImageFormat::Jpeg) => jpeg(path, &fs::read(path).map_err(Error::io("read", path))?)?,
        _ => other(path, found.len(), reader)?,
    };
    if picture.width() == 0 || picture.height() == 0 {
        return Err(Error::data(path, "", "a sound picture", "one without pixels"));
    }
    Ok(picture)
}

/// Decodes a picture that is no JPEG.
fn other(path: &Path, len: u64, mut reader: ImageReader<BufReader<File>>) -> Result<DynamicImage> {
    let wrong = |error| match error {
        ImageError::IoError(error) if error.kind() != ErrorKind::UnexpectedEof => Error::io("read", path)(error),
        ImageError::Unsupported(error) => Error::data(path, "", "a BMP, GIF, JPEG or PNG file", error),
        error => damaged(path, error),
    };
    let mut limits = Limits::no_limits();
    // A picture within a GIF file has a buffer of its own, and is copied from there.
    let buffers = if reader.format() == Some(ImageFormat::Gif) { 2 } else { 1 };
    limits.max_alloc = Some(most(len) / buffers);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(wrong)?;
    let (width, height) = decoder.dimensions();
    check_size(path, len, [width, height], decoder.total_bytes().saturating_mul(buffers))?;
    DynamicImage::from_decoder(decoder).map_err(wrong)
}

/// Decodes a JPEG file, and refuses one that is cut off or damaged, where `image` would make the rest grey.
fn jpeg(path: &Path, bytes: &[u8]) -> Result<DynamicImage> {
    let wrong = |error| match error {
        DecodeErrors::Unsupported(what) => Error::data(path, "", "a JPEG file of a kind in use", format!("{what:?}")),
        error => damaged(path, error),
    };
    let options = DecoderOptions::default().set_strict_mode(false).set_max_width(usize::MAX).set_max_height(usize::MAX);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(wrong)?;
    let (width, height) = decoder.dimensions().unwrap_or_default();
    let colors = match decoder.input_colorspace() {
        Some(ColorSpace::Luma) => ColorSpace::Luma,
        _ => ColorSpace::RGB,
    };
    let components = decoder.info().map_or(0, |info| info.components);
    let pixels = width as u64 * height as u64 * colors.num_components() as u64;
    check_size(path, bytes.len() as u64, [width, height], pixels + kept(bytes, [width, height], components))?;
    if segments(bytes).all(|(marker, _)| marker != END) {
        return Err(Error::data(path, "", "a sound picture", "one that is cut off"));
    }
    // Not before: strict headers would have nothing between their segments, which cameras do not keep to.
    decoder.set_options(options.set_strict_mode(true).jpeg_set_out_colorspace(colors));
    let pixels = decoder.decode().map_err(wrong)?;
    let (width, height) = (width as u32, height as u32);
    let picture = match colors {
        ColorSpace::Luma => GrayImage::from_raw(width, height, pixels).map(DynamicImage::from),
        _ => RgbImage::from_raw(width, height, pixels).map(DynamicImage::from),
    };
    picture.ok_or_else(|| damaged(path, "too few pixels"))
}

/// The segments of a JPEG file, behind the marker of its start: the marker of each, and what it holds.
fn segments(bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut rest = bytes.get(2..).unwrap_or_default();
    std::iter::from_fn(move || {
        // Within a scan, 00 follows an FF that is data, and D0 to D7 are restarts; FF may be repeated before a marker.
        let is_marker = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0 | 1 | 0xd0..=0xd8 | 0xff);
        let at = rest.windows(2).position(is_marker)?;
        let marker = rest[at + 1];
        rest = &rest[at + 2..];
        if marker == END {
            return Some((marker, &[][..]));
        }
        let length = usize::from(u16::from_be_bytes(*rest.first_chunk()?));
        let segment = rest.get(2..length).unwrap_or_default();
        rest = rest.get(length..).unwrap_or_default();
        Some((marker, segment))
    })
}

/// The bytes that the decoder keeps of a JPEG file until its last scan: two for each number of a picture of several
/// scans, such as a progressive one.
fn kept(bytes: &[u8], [width, height]: [usize; 2], components: u8) -> u64 {
    const PROGRESSIVE: u8 = 0xc2;
    const SCAN: u8 = 0xda;
    let several = segments(bytes).take_while(|(marker, _)| *marker != END).find_map(|(marker, segment)| match marker {
        PROGRESSIVE => Some(true),
        SCAN => Some(segment.first().is_none_or(|first| *first < components)),
        _ => None,
    });
    // Pixels are decoded in squares of at most this many.
    let padded = |pixels: usize| pixels.next_multiple_of(32) as u64;
    if several == Some(true) { 2 * u64::from(components) * padded(width) * padded(height) } else { 0 }
}

fn check_size(path: &Path, len: u64, [width, height]: [impl Display; 2], bytes: u64) -> Result<()> {
    if bytes > most(len) {
        let expected = "a picture that takes at most 2 GiB of memory, and 16 MiB and 16 KiB for each byte of its file";
        let received = format!("one of {width} x {height} pixels in {}", count(len as usize, "byte"));
        return Err(Error::data(path, "", expected, received));
    }
    Ok(())
}

fn damaged(path: &Path, why: impl Display) -> Error {
    Error::data(path, "", "a sound picture", format!("a damaged one ({})", why.to_string().trim_end()))
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
fn resize<X: Picture>(picture: &DynamicImage, x: &mut X) {
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
    use image::{Rgba, RgbaImage};

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
        let folder = folder(&["b/2.PNG", "b/1.jpg", "a/x/3.bmp", "a/1.gif", "loose.png"]);
        fs::write(folder.path().join("a/notes.txt"), "no picture").unwrap();
        for hidden in [".git", "a/.ipynb_checkpoints", "__MACOSX"] {
            fs::create_dir(folder.path().join(hidden)).unwrap();
            fs::write(folder.path().join(hidden).join("1.png"), "no picture").unwrap();
        }
        fs::write(folder.path().join("b/._1.jpg"), [0, 5, 22, 7]).unwrap();
        let (data, names) = image_folder::<Image<3, 4, 3>, 2>(folder.path()).unwrap();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(data.y.iter().map(|y| y.index()).collect::<Vec<_>>(), [0, 0, 1, 1]);
        // What keeps all colours is as it was, and JPEG is near.
        let expected = |row: usize, column: usize, c: usize| (31 * (12 * row + 3 * column + c) % 256) as f32 / 255.0;
        for x in [&data.x[1], &data.x[3]] {
            assert_eq!(x.0[2][1], [0, 1, 2].map(|c| expected(2, 1, c)));
        }
        assert_ne!(data.x[2], data.x[3]);
        // Nothing is rounded, although most of the pictures have another height or width than the images.
        let (bytes, names) = image_folder_pixels::<Image<3, 4, 3>, 2>(folder.path()).unwrap();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(bytes.into_floats(), data);
    }

    #[test]
    fn bytes_are_the_nearest_to_the_floats() {
        let folder = folder(&["a/1.png", "b/2.jpg"]);
        fn check<X: Picture + PartialEq>(folder: &Path) {
            let (floats, _) = image_folder::<X, 2>(folder).unwrap();
            let (bytes, _) = image_folder_pixels::<X, 2>(folder).unwrap();
            assert!(bytes.y == floats.y && bytes.x.len() == 2);
            for (bytes, floats) in bytes.x.iter().zip(&floats.x) {
                let near = |(byte, x): (&u8, &f32)| (f32::from(*byte) - 255.0 * x).abs() <= 0.501;
                assert!(bytes.bytes().iter().zip(floats.values()).all(near));
            }
        }
        check::<Image<2, 5, 3>>(folder.path());
        check::<Image<3, 4, 1>>(folder.path());
        check::<Image<9, 7, 4>>(folder.path());
        // Grey stays grey.
        let only = tempfile::tempdir().unwrap();
        fs::create_dir(only.path().join("only")).unwrap();
        for grey in 0..=255 {
            GrayImage::from_pixel(1, 1, [grey].into()).save(only.path().join("only/1.png")).unwrap();
            let (bytes, _) = image_folder_pixels::<Image<1, 1, 1>, 1>(only.path()).unwrap();
            assert_eq!(bytes.x[0].bytes(), [grey]);
        }
        assert!(image_folder_pixels::<Image<3, 4, 3>, 1>(folder.path()).is_err(), "there are two classes");
    }

    #[test]
    fn stretches_as_keras_does() {
        // keras.ops.image.resize(x, (2, 5), interpolation="bilinear", antialias=False) of `colours`, channel 1, divided
        // by 255.
        let mut x = Image::<2, 5, 3>::ZERO;
        resize(&colours().into(), &mut x);
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

    /// What is said of a file with these contents and that name.
    fn said(name: &str, bytes: &[u8]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        picture(&path)
            .map_or_else(|error| error.to_string().split_once(": ").unwrap().1.to_string(), |_| "sound".into())
    }

    #[test]
    fn a_file_that_is_cut_off_anywhere() {
        let noise =
            RgbImage::from_fn(48, 40, |c, r| image::Rgb([c * r, c ^ r, 7 * c + r].map(|x| (x * x % 251) as u8)));
        for (name, format) in [
            ("1.jpg", ImageFormat::Jpeg),
            ("1.png", ImageFormat::Png),
            ("1.bmp", ImageFormat::Bmp),
            ("1.gif", ImageFormat::Gif),
        ] {
            let mut bytes = std::io::Cursor::new(vec![]);
            noise.write_to(&mut bytes, format).unwrap();
            let bytes = bytes.into_inner();
            assert_eq!(said(name, &bytes), "sound");
            // Behind the pixels of a PNG or GIF are 12 bytes or 1 that say that nothing more comes.
            let last = if format == ImageFormat::Jpeg { 1 } else { 13 };
            for len in (0..60).map(|i| (bytes.len() - last) * i / 59) {
                let said = said(name, &bytes[..len]);
                assert!(
                    said.starts_with("expected a sound picture, received "),
                    "{len} of {} of {name}: {said}",
                    bytes.len()
                );
            }
        }
        // Made by Pillow.
        let progressive = include_bytes!("../../tests/fixtures/progressive.jpg");
        assert_eq!(said("1.jpg", progressive), "sound");
        for len in 0..progressive.len() {
            assert!(said("1.jpg", &progressive[..len]).starts_with("expected a sound picture, received "), "{len}");
        }
    }

    #[test]
    fn damaged_scans_of_a_jpeg_file_are_not_made_grey() {
        let mut bytes = std::io::Cursor::new(vec![]);
        RgbImage::from_fn(48, 40, |c, r| image::Rgb([c * r, c ^ r, r].map(|x| x as u8)))
            .write_to(&mut bytes, ImageFormat::Jpeg)
            .unwrap();
        let mut bytes = bytes.into_inner();
        let middle = bytes.len() * 3 / 4;
        // No code of such length is in its table.
        bytes[middle..middle + 8].copy_from_slice(&[0xff, 0, 0xff, 0, 0xff, 0, 0xff, 0]);
        let said = said("1.jpg", &bytes);
        assert!(said.starts_with("expected a sound picture, received a damaged one ("), "{said}");
    }

    #[test]
    fn what_is_not_read_is_not_called_damaged() {
        let webp = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0";
        assert!(said("1.jpg", webp).starts_with("expected a BMP, GIF, JPEG or PNG file, received "));
        // 14,000 by 14,000 pixels are read, 30,000 by 30,000 are not.
        check_size(Path::new(""), 600_000, [14_000, 14_000], 3 * 14_000 * 14_000).unwrap();
        check_size(Path::new(""), 600_000, [30_000, 30_000], 3 * 30_000 * 30_000).unwrap_err();
        let large = |len: usize| {
            format!(
                "expected a picture that takes at most 2 GiB of memory, and 16 MiB and 16 KiB for each byte of its \
                 file, received one of 30000 x 30000 pixels in {len} bytes"
            )
        };
        let mut bmp = std::io::Cursor::new(vec![]);
        colours().write_to(&mut bmp, ImageFormat::Bmp).unwrap();
        let mut bmp = bmp.into_inner();
        bmp[18..26].copy_from_slice(&[30_000u32.to_le_bytes(), 30_000u32.to_le_bytes()].concat());
        assert_eq!(said("1.bmp", &bmp), large(bmp.len()));
        let mut jpeg = std::io::Cursor::new(vec![]);
        colours().write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
        let mut jpeg = jpeg.into_inner();
        let size = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap() + 5;
        jpeg[size..size + 4].copy_from_slice(&[30_000u16.to_be_bytes(), 30_000u16.to_be_bytes()].concat());
        assert_eq!(said("1.jpg", &jpeg), large(jpeg.len()));
        // Of a progressive one, the decoder also keeps two bytes for each number: 19 MB of pixels take 56.
        let mut progressive = include_bytes!("../../tests/fixtures/progressive.jpg").to_vec();
        let sof = progressive.windows(2).position(|pair| pair == [0xff, 0xc2]).unwrap() + 5;
        let small = [2500u16.to_be_bytes(), 2500u16.to_be_bytes()].concat();
        progressive[sof..sof + 4].copy_from_slice(&small);
        assert_eq!(said("1.jpg", &progressive), large(progressive.len()).replace("30000", "2500"));
        jpeg[size..size + 4].copy_from_slice(&small);
        assert_ne!(said("1.jpg", &jpeg), large(jpeg.len()).replace("30000", "2500"), "a baseline one takes its pixels");
        // So it does where a scan has fewer components than the picture.
        let scan =
            |components: u8| [&[0xff, 0xd8, 0xff, 0xc0, 0, 2, 0xff, 0xda, 0, 3, components][..], &[0; 9]].concat();
        assert_eq!([1, 3].map(|first| kept(&scan(first), [64, 33], 3)), [2 * 3 * 64 * 64, 0]);
        // A picture of 8,196 by 65,281 pixels, of which a few are there: 2 GB from 66 bytes.
        let mut gif =
            b"GIF89a\x04\x20\x01\xff\0\0\0,\0\0\0\0\x01\0\x01\0\x80\0\0\0\xff\xff\xff\x02\x02D\x01\0;".to_vec();
        gif.resize(66, 0);
        let trap = said("1.gif", &gif);
        assert!(trap.ends_with("received one of 8196 x 65281 pixels in 66 bytes"), "{trap}");
        // With the buffer of what is within it, 12 MB take 23, which is too much for 66 bytes, and 8 MB take 16.
        for (pixels, refused) in [(1700_u16, true), (1400, false)] {
            gif[6..10].copy_from_slice(&[pixels.to_le_bytes(), pixels.to_le_bytes()].concat());
            assert_eq!(said("1.gif", &gif).contains("16 MiB"), refused, "{pixels}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_regular_file_is_an_error_and_not_waited_for() {
        let folder = folder(&["a/2.png", "b/1.png"]);
        let read = || image_folder::<Image<3, 4, 3>, 2>(folder.path());
        let path = folder.path().join("a/1.png");
        let said = |what: &str| {
            let expected = format!("{}: expected a regular file, received {what}", path.display());
            assert_eq!(read().unwrap_err().to_string(), expected);
            fs::remove_file(&path).unwrap();
        };
        let _socket = std::os::unix::net::UnixListener::bind(&path).unwrap();
        said("a socket");
        std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
        said("a device");
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        said("a pipe");
        std::os::unix::fs::symlink("2.png", &path).unwrap();
        assert_eq!(read().unwrap().0.len(), 3, "a link to a file is followed");
    }

    #[test]
    fn samples_that_do_not_fit_into_memory_are_an_error() {
        // A tebibyte each: more than any processor can address.
        type Tebibyte = Image<{ 1 << 20 }, { 1 << 16 }, 4>;
        let files: Vec<String> = (0..300).map(|i| format!("a/{i:03}.png")).collect();
        let folder = folder(&files.iter().map(String::as_str).collect::<Vec<_>>());
        let read = || image_folder::<Tebibyte, 1>(folder.path()).map(|_| ()).unwrap_err();
        let error = read();
        assert!(
            matches!(&error, Error::Io { path, source, .. }
                if path == folder.path() && source.kind() == ErrorKind::OutOfMemory),
            "{error}"
        );
        let first = folder.path().join(&files[0]);
        fs::write(&first, "").unwrap();
        let said = read().to_string();
        assert!(said.starts_with(&format!("{}: expected a sound picture, received", first.display())), "{said}");
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
