//! Files that are replaced by complete ones, or not at all.

use crate::io::error::{Error, Result};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Where a path leads, and the folder of that. A link stays a link, and what it leads to is replaced.
fn target(path: &Path) -> (PathBuf, PathBuf) {
    let target = std::fs::canonicalize(path).unwrap_or(path.into());
    let folder = match target.parent() {
        Some(folder) if folder != Path::new("") => folder.into(),
        _ => ".".into(),
    };
    (target, folder)
}

/// Writes a whole file, or leaves the one that is there as it is.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    let (target, folder) = target(path);
    let mut builder = tempfile::Builder::new();
    builder.prefix(".taut-").suffix(".partial");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file: what the user's mask leaves of it.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let write = || {
        let mut file = builder.tempfile_in(&folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(&target)?;
        // The new name, too, must outlive a crash.
        #[cfg(unix)]
        std::fs::File::open(&folder)?.sync_all()?;
        Ok(())
    };
    write().map_err(plain).map_err(Error::io("write", path))
}

/// That files can be written to the folder of a path, known before there is something to lose.
pub(crate) fn check_writable(path: &Path) -> Result<()> {
    tempfile::tempfile_in(target(path).1).map(drop).map_err(plain).map_err(Error::io("write", path))
}

/// An error without the name of the temporary file.
fn plain(error: std::io::Error) -> std::io::Error {
    match error.raw_os_error() {
        Some(code) => std::io::Error::from_raw_os_error(code),
        None => error.kind().into(),
    }
}
