//! What the fuzz targets share: files, and checkpoints whose checksums are right.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use taut::io::format::{MAGIC, VERSION, scan};
use tempfile::TempDir;

/// The folder of this process, in memory where the system has such a place.
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.expect("a folder for the files")
});

/// The path of a file that holds these bytes. The next call with that name overwrites it.
pub fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let path = FOLDER.path().join(name);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).expect("the folder of a file");
    }
    std::fs::write(&path, bytes).expect("a file in the folder");
    path
}

/// The path of an empty folder.
pub fn folder(name: &str) -> PathBuf {
    let path = FOLDER.path().join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).expect("a folder in the folder");
    path
}

/// A checkpoint of that network whose checksums are right, whatever it holds.
pub fn sound(network: &str, parameters: &[u8], more: &[u8]) -> Vec<u8> {
    [
        MAGIC,
        &VERSION.to_le_bytes()[..],
        &scan(parameters).0.to_le_bytes(),
        &(more.len() as u64).to_le_bytes(),
        &scan(more).0.to_le_bytes(),
        &(network.len() as u32).to_le_bytes(),
        network.as_bytes(),
        parameters,
        more,
    ]
    .concat()
}
