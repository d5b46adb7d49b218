//! Atomic writes: a file is replaced as a whole or not at all.

use crate::io::error::{Error, Result};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The file that a path leads to, and its folder. A symbolic link stays, and its target is replaced.
fn target(path: &Path) -> (PathBuf, PathBuf) {
    let target = std::fs::canonicalize(path).unwrap_or(path.into());
    let folder = match target.parent() {
        Some(folder) if folder != Path::new("") => folder.into(),
        _ => ".".into(),
    };
    (target, folder)
}

/// Writes a whole file. On failure, an existing file does not change.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    let (target, folder) = target(path);
    let mut builder = tempfile::Builder::new();
    builder.prefix(".taut-").suffix(".partial");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The permissions of any new file, which the user's umask reduces.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let write = || {
        let mut file = builder.tempfile_in(&folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(&target)?;
        // The renaming must outlive a crash as well.
        #[cfg(unix)]
        std::fs::File::open(&folder)?.sync_all()?;
        Ok(())
    };
    write().map_err(plain).map_err(Error::io("write", path))
}

/// Checks that files can be written to the folder of a path, before a long run starts.
pub(crate) fn check_writable(path: &Path) -> Result<()> {
    tempfile::tempfile_in(target(path).1).map(drop).map_err(plain).map_err(Error::io("write", path))
}

/// The error without the name of the temporary file.
fn plain(error: std::io::Error) -> std::io::Error {
    match error.raw_os_error() {
        Some(code) => std::io::Error::from_raw_os_error(code),
        None => error.kind().into(),
    }
}
