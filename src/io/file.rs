//! Atomic writes: a file is replaced as a whole or not at all.

use crate::io::error::{Error, Result};
use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// The names of temporary files begin and end so.
const PREFIX: &str = ".taut-";
const SUFFIX: &str = ".partial";

/// The file that a path leads to.
struct Target {
    path: PathBuf,
    folder: PathBuf,
    /// What is known of the file, if it exists.
    #[cfg(unix)]
    found: Option<Metadata>,
}

impl Target {
    /// Follows links, and refuses what cannot be replaced: read-only files, and whatever is no regular file.
    fn of(path: &Path) -> io::Result<Self> {
        let found = match std::fs::metadata(path) {
            Ok(found) => Some(found),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let target = match &found {
            Some(found) if !found.is_file() => {
                let received = format!("expected a regular file, received {}", kind(found));
                return Err(io::Error::new(ErrorKind::InvalidInput, received));
            }
            Some(found) if found.permissions().readonly() => {
                let received = "expected a file that may be written, received a read-only one";
                return Err(io::Error::new(ErrorKind::PermissionDenied, received));
            }
            // The operating system knows who may write to the file; a renaming would not ask it.
            Some(_) => {
                OpenOptions::new().write(true).open(path)?;
                std::fs::canonicalize(path)?
            }
            None => {
                check_name(path)?;
                end_of_links(path)
            }
        };
        let folder = match target.parent() {
            Some(folder) if folder != Path::new("") => folder.into(),
            _ => ".".into(),
        };
        Ok(Target {
            path: target,
            folder,
            #[cfg(unix)]
            found,
        })
    }
}

/// The place of the file that a path leads to: the same for all paths that lead there, if the folder exists.
pub(crate) fn place(path: &Path) -> PathBuf {
    let whole = |path: &Path| std::fs::canonicalize(path);
    whole(path).unwrap_or_else(|_| {
        let end = end_of_links(path);
        let folder = end.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        whole(folder).ok().zip(end.file_name()).map_or(end.clone(), |(folder, name)| folder.join(name))
    })
}

/// Refuses names that only folders can have: empty ones, and those that end with a slash.
pub(crate) fn check_name(path: &Path) -> io::Result<()> {
    let last = path.as_os_str().as_encoded_bytes().last();
    if last.is_some_and(|last| !std::path::is_separator(char::from(*last))) {
        return Ok(());
    }
    Err(io::Error::new(ErrorKind::InvalidInput, "expected the name of a file, received that of a folder"))
}

/// The end of a chain of links to a file that does not exist.
fn end_of_links(path: &Path) -> PathBuf {
    let mut end = path.to_path_buf();
    // As many as Linux follows.
    for _ in 0..40 {
        let Ok(next) = std::fs::read_link(&end) else { break };
        end = end.parent().unwrap_or(Path::new("")).join(next);
    }
    end
}

/// What something is that is no regular file.
pub(crate) fn kind(found: &Metadata) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        let kind = found.file_type();
        if kind.is_fifo() {
            return "a pipe";
        } else if kind.is_socket() {
            return "a socket";
        } else if kind.is_char_device() || kind.is_block_device() {
            return "a device";
        }
    }
    if found.is_dir() { "a folder" } else { "something else" }
}

/// Writes a whole file. After an error, an existing file is as before.
///
/// The bytes go to a temporary file in the same folder, which is then renamed. The new file has the mode of the old
/// one, and its owner and group as far as this process may set them. The old file's other hard links keep the old
/// bytes; access lists and extended attributes are not copied. A symbolic link stays: the file it leads to is replaced,
/// or created if it does not exist.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    replace_by(path, |file| file.write_all(bytes).map_err(plain))?.map_err(Error::io("write", path))
}

/// Writes a whole file as [`write_atomically`] does, by a function, whose error is the inner one.
pub(crate) fn replace_by<E>(path: &Path, fill: impl FnOnce(&mut File) -> Result<(), E>) -> Result<Result<(), E>> {
    let write = || {
        let target = Target::of(path)?;
        let mut file = temporary(&target).map_err(plain)?;
        if let Err(error) = fill(file.as_file_mut()) {
            return Ok(Err(error));
        }
        #[cfg(unix)]
        target.found.as_ref().map_or(Ok(()), |found| keep_mode_and_owner(file.as_file(), found))?;
        file.as_file().sync_all()?;
        file.persist(&target.path).map_err(|error| plain(error.error))?;
        // The renaming must outlive a crash as well.
        #[cfg(unix)]
        File::open(&target.folder).map_or(Ok(()), |folder| folder.sync_all())?;
        Ok(Ok(()))
    };
    write().map_err(Error::io("write", path))
}

/// Creates the folder of a file.
pub(crate) fn make_folder(path: &Path) -> Result<()> {
    path.parent().map_or(Ok(()), make_folders)
}

/// Creates a folder, and those around it.
pub(crate) fn make_folders(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(Error::io("make the folder", folder))
}

/// Checks that a file can be written, before a long run starts.
pub(crate) fn check_writable(path: &Path) -> Result<()> {
    let check = || check_folder(&Target::of(path)?.folder);
    check().map_err(Error::io("write", path))
}

/// Checks that files can be written to a folder.
pub(crate) fn check_folder(folder: &Path) -> io::Result<()> {
    tempfile::tempfile_in(folder).map(drop).map_err(plain)
}

/// The temporary file of a save.
fn temporary(target: &Target) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        // The permissions of the old file or of any new one, which the user's umask reduces.
        let mode = target.found.as_ref().map_or(0o666, |found| found.mode() & 0o777);
        builder.permissions(std::fs::Permissions::from_mode(mode));
        delete_remains(&target.folder);
        for _ in 0..8 {
            let file = builder.tempfile_in(&target.folder)?;
            // The lock tells other processes that this one lives. One of them may have seen the file before its lock.
            let seen = matches!(file.as_file().try_lock(), Err(std::fs::TryLockError::WouldBlock));
            if !seen && file.as_file().metadata()?.nlink() > 0 {
                return Ok(file);
            }
        }
    }
    builder.tempfile_in(&target.folder)
}

/// Deletes the temporary files that killed processes have left in a folder: those that nobody has locked. A process
/// looks once into each folder.
#[cfg(unix)]
fn delete_remains(folder: &Path) {
    use std::collections::BTreeSet;
    use std::sync::{Mutex, PoisonError};
    static SEEN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    let whole = std::fs::canonicalize(folder).unwrap_or(folder.into());
    if !SEEN.lock().unwrap_or_else(PoisonError::into_inner).insert(whole) {
        return;
    }
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.as_encoded_bytes();
        let is_remain = name.starts_with(PREFIX.as_bytes())
            && name.ends_with(SUFFIX.as_bytes())
            && entry.file_type().is_ok_and(|kind| kind.is_file());
        // A file system without locks refuses, and its files stay.
        if is_remain
            && let Ok(file) = OpenOptions::new().write(true).open(&path)
            && file.try_lock().is_ok()
        {
            let _ = std::fs::remove_file(&path);
        }
    }
}

/// Gives a file the mode of another, and its owner and group as far as this process may.
#[cfg(unix)]
fn keep_mode_and_owner(file: &File, found: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    let now = file.metadata()?;
    let mut mode = found.mode() & 0o777;
    let (owner, group) = (found.uid(), found.gid());
    let same = (now.uid(), now.gid()) == (owner, group);
    if !same && fchown(file, Some(owner), Some(group)).is_err() && fchown(file, None, Some(group)).is_err() {
        // Another group gets no more than all others.
        mode = mode & 0o707 | (mode & 0o007) << 3;
    }
    if now.mode() & 0o777 == mode { Ok(()) } else { file.set_permissions(std::fs::Permissions::from_mode(mode)) }
}

/// The error without the name of the temporary file.
fn plain(error: io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => error.kind().into(),
    }
}
