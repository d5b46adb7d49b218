//! The folders in which datasets are searched that are not part of the crate.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

/// The folders to search for a dataset whose own folder is called `name`. `debian` adds the folder of its Debian
/// package.
pub(super) fn folders(name: &str, debian: bool) -> Vec<PathBuf> {
    places(name, debian, |name| env::var_os(name), env::home_dir())
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
    #[cfg(all(unix, not(target_os = "macos")))]
    fn where_it_looks() {
        use std::path::Path;
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
