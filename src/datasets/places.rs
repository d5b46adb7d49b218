//! The folders in which datasets are searched that are not part of the crate.

use crate::io::error::{Error, Result};
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// How to get a dataset: without the feature `download`, also that this feature does so.
macro_rules! help {
    ($text:literal) => {
        if cfg!(feature = "download") { $text } else { concat!($text, "\nThe feature `download` of taut does so.") }
    };
}
pub(super) use help;

/// The folders to search for a dataset whose own folder is called `name`. `debian` adds the folder of its Debian
/// package.
///
/// # Errors
/// [`Error::Argument`] if `TAUT_DATA` is set, and to no folder.
pub(super) fn folders(name: &str, debian: bool) -> Result<Vec<PathBuf>> {
    if let Some(data) = env::var_os("TAUT_DATA") {
        check_data(data.as_ref())?;
    }
    Ok(places(name, debian, |name| env::var_os(name), env::home_dir()))
}

/// The folder in which a dataset is kept that was downloaded: below that of `TAUT_DATA`, or below the user's cache
/// folder. There is none if neither is known.
///
/// # Errors
/// [`Error::Argument`] if `TAUT_DATA` is set, and to no folder.
#[cfg(feature = "download")]
pub(super) fn kept_in(name: &str) -> Result<Option<PathBuf>> {
    // Those to search end with it: TAUT_DATA itself, its subfolder, the subfolder of the cache.
    Ok(folders(name, false)?.into_iter().find(|folder| folder.ends_with(name)))
}

fn check_data(folder: &Path) -> Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let what = if folder.exists() { "is no folder" } else { "does not exist" };
    let expected = "the folder of the datasets, or no such variable";
    Err(Error::argument("TAUT_DATA", expected, format!("{}, which {what}", folder.display())))
}

fn places(
    name: &str,
    debian: bool,
    variable: impl Fn(&str) -> Option<OsString>,
    home: Option<PathBuf>,
) -> Vec<PathBuf> {
    let folder = |name| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = home.filter(|home| !home.as_os_str().is_empty());
    let cache = if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        home.map(|home| home.join("Library/Caches"))
    } else {
        // The XDG specification says to ignore relative paths.
        folder("XDG_CACHE_HOME").filter(|cache| cache.is_absolute()).or(home.map(|home| home.join(".cache")))
    };
    let mut folders = Vec::new();
    if let Some(data) = folder("TAUT_DATA") {
        folders.extend([data.clone(), data.join(name)]);
    }
    folders.extend(cache.map(|cache| cache.join("taut").join(name)));
    if cfg!(unix) && debian {
        folders.push(PathBuf::from("/usr/share/datasets").join(name));
    }
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_names_no_folder() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        check_data(folder.path()).unwrap();
        check_data(Path::new("")).unwrap();
        for (path, what) in [(file, "is no folder"), (folder.path().join("none"), "does not exist")] {
            let error = check_data(&path).unwrap_err();
            assert!(matches!(error, Error::Argument { argument: "TAUT_DATA", .. }));
            let expected = "TAUT_DATA: expected the folder of the datasets, or no such variable, received";
            assert_eq!(error.to_string(), format!("{expected} {}, which {what}", path.display()));
        }
    }

    #[test]
    #[cfg(all(unix, not(target_os = "macos")))]
    fn where_it_looks() {
        let look = |data: &'static str, cache: &'static str| {
            let variable = move |name: &str| match name {
                "TAUT_DATA" => Some(data.into()),
                "XDG_CACHE_HOME" => Some(cache.into()),
                _ => None,
            };
            let found = places("fashion-mnist", true, variable, Some("/home/a".into()));
            found.iter().map(|p| p.display().to_string()).collect::<Vec<_>>()
        };
        let debian = "/usr/share/datasets/fashion-mnist";
        assert_eq!(look("d", "/c"), ["d", "d/fashion-mnist", "/c/taut/fashion-mnist", debian]);
        assert_eq!(look("", "relative"), ["/home/a/.cache/taut/fashion-mnist", debian]);
        assert_eq!(places("fashion-mnist", true, |_| None, None), [Path::new(debian)]);
        assert!(places("cifar-10-batches-bin", false, |_| None, None).is_empty());
    }
}
