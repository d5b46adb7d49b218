//! The files of known datasets, from where they are published to a folder of the user's.

use crate::datasets::places::kept_in;
use crate::io::error::{Error, Result};
use crate::io::file::{make_folders, replace_by};
use crate::io::terminal::{MB, Wait};
use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};
use std::env;
use std::fmt::Display;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where a dataset is published, and what its files are.
pub(super) struct Source {
    /// The name of the dataset.
    pub name: &'static str,
    /// The addresses of folders that hold all files, tried one after another.
    pub addresses: &'static [&'static str],
    pub files: &'static [Remote],
    /// How to get the files otherwise.
    pub help: &'static str,
}

/// A file that is published.
pub(super) struct Remote {
    pub name: &'static str,
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal digits.
    pub sha256: &'static str,
    /// The files to keep of an archive, which is a gzipped tar archive, with their lengths; or none, and the file
    /// itself is kept.
    pub members: &'static [(&'static str, u64)],
}

/// How long to wait.
#[derive(Clone, Copy)]
struct Patience {
    /// For a connection, for the head of a response, and for the next bytes.
    idle: Duration,
    /// For all of a file: this, and a second for each 20 kB.
    total: Duration,
}

const PATIENCE: Patience = Patience { idle: Duration::from_secs(30), total: Duration::from_secs(60) };

/// The addresses in the environment variable `TAUT_MIRRORS`, which blanks separate.
///
/// # Errors
/// [`Error::Argument`] if one is no address.
fn mirrors() -> Result<Vec<String>> {
    match env::var("TAUT_MIRRORS") {
        Ok(text) => addresses(&text),
        Err(env::VarError::NotPresent) => Ok(vec![]),
        Err(env::VarError::NotUnicode(text)) => {
            Err(Error::argument("TAUT_MIRRORS", "addresses in UTF-8", format!("{text:?}")))
        }
    }
}

fn addresses(text: &str) -> Result<Vec<String>> {
    let address = |text: &str| {
        if text.starts_with("http://") || text.starts_with("https://") {
            return Ok(text.trim_end_matches('/').to_string());
        }
        let expected = "addresses that begin with http:// or https://, with blanks between them";
        Err(Error::argument("TAUT_MIRRORS", expected, format!("{text:?}")))
    };
    text.split_whitespace().map(address).collect()
}

impl Source {
    /// What was found in the folders searched; or if nothing was, what is loaded from the folder of the downloaded
    /// files.
    pub fn unless_found<D>(
        &self,
        found: Result<D>,
        folder: &str,
        load: impl FnOnce(PathBuf) -> Result<D>,
    ) -> Result<D> {
        if !matches!(found, Err(Error::DatasetNotFound { .. })) {
            return found;
        }
        let Some(folder) = kept_in(folder)? else {
            let reason = "expected a cache folder of the user's, or one in TAUT_DATA, received none".to_string();
            return Err(self.error(Path::new("a folder"), vec![reason]));
        };
        self.fetch(&folder, &mirrors()?)?;
        load(folder)
    }

    /// Downloads the files that a folder does not have, first from mirrors: from `MIRROR/FOLDER/FILE`, where the folder
    /// has the name of the dataset's own.
    ///
    /// # Errors
    /// [`Error::Download`] if no address has a file; [`Error::Io`] if it cannot be written.
    fn fetch(&self, folder: &Path, mirrors: &[String]) -> Result<()> {
        self.fetch_patiently(folder, mirrors, PATIENCE)
    }

    fn fetch_patiently(&self, folder: &Path, mirrors: &[String], patience: Patience) -> Result<()> {
        make_folders(folder)?;
        let own = folder.file_name().unwrap_or_default().to_string_lossy();
        let mirrors = mirrors.iter().map(|mirror| format!("{mirror}/{own}"));
        let places: Vec<String> = mirrors.chain(self.addresses.iter().map(|address| address.to_string())).collect();
        for file in self.files {
            if file.is_in(folder) {
                continue;
            }
            let mut reasons = vec![];
            let done = places.iter().any(|place| {
                let address = format!("{place}/{}", file.name);
                let result = file.fetch(&address, folder, patience);
                result.map_err(|stop| reasons.push((address, stop))).is_ok()
            });
            if done {
                continue;
            }
            let local = reasons.iter().position(|(_, stop)| matches!(stop, Stop::Local(_)));
            if let Some(at) = local
                && let (_, Stop::Local(error)) = reasons.swap_remove(at)
            {
                return Err(error);
            }
            let reasons = reasons.iter().map(|(address, stop)| format!("{address}: {stop}")).collect();
            return Err(self.error(folder, reasons));
        }
        Ok(())
    }

    fn error(&self, folder: &Path, reasons: Vec<String>) -> Error {
        Error::Download { name: self.name, folder: folder.into(), reasons, help: self.help }
    }
}

/// Why a file was not downloaded.
enum Stop {
    /// What was expected of the server, and what was received.
    Remote(String, String),
    /// The file cannot be written here.
    Local(Error),
}

impl Display for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Stop::Remote(expected, received) => write!(f, "expected {expected}, received {received}"),
            Stop::Local(error) => error.fmt(f),
        }
    }
}

fn remote<T>(expected: impl Into<String>, received: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Remote(expected.into(), received.into()))
}

impl Remote {
    /// Whether a folder has what is kept of the file.
    fn is_in(&self, folder: &Path) -> bool {
        match self.members {
            [] => [self.name, self.name.trim_end_matches(".gz")].iter().any(|name| folder.join(name).is_file()),
            members => members.iter().all(|(name, _)| folder.join(name).is_file()),
        }
    }

    fn fetch(&self, address: &str, folder: &Path, patience: Patience) -> Result<(), Stop> {
        let path = folder.join(self.name);
        let local = |error| Stop::Local(Error::io("write", &path)(error));
        if self.members.is_empty() {
            let written = replace_by(&path, |file| self.copy(address, file, &path, patience));
            return written.map_err(Stop::Local)?;
        }
        let mut archive = tempfile::tempfile_in(folder).map_err(local)?;
        self.copy(address, &mut archive, &path, patience)?;
        archive.rewind().map_err(local)?;
        self.unpack(archive, folder)
    }

    /// Copies the file from its address, and checks it.
    fn copy(&self, address: &str, to: &mut File, path: &Path, patience: Patience) -> Result<(), Stop> {
        let whole = format!("{} bytes", self.bytes);
        let response = agent(patience, self.bytes).get(address).call().or_else(|error| match error {
            ureq::Error::StatusCode(code) => remote("the status 200", code.to_string()),
            error => remote("a response", error.to_string()),
        })?;
        let claimed = response.headers().get("content-length").and_then(|len| len.to_str().ok()?.parse().ok());
        if let Some(claimed) = claimed.filter(|claimed: &u64| *claimed != self.bytes) {
            return remote(whole, claimed.to_string());
        }
        // A byte more than expected is enough to know that the length is another.
        let mut body = response.into_body().into_reader().take(self.bytes + 1);
        let (mut sum, mut read, mut block) = (Sha256::new(), 0, vec![0; 1 << 16]);
        let mut wait = Wait::new(format!("downloading {}", self.name), MB, Some(self.bytes));
        loop {
            let n = match body.read(&mut block) {
                Ok(0) => break,
                Ok(n) => n,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return remote(whole, format!("{read}, and then: {error}")),
            };
            sum.update(&block[..n]);
            to.write_all(&block[..n]).map_err(|error| Stop::Local(Error::io("write", path)(error)))?;
            read += n as u64;
            wait.add(n);
        }
        if read != self.bytes {
            return remote(whole, if read < self.bytes { read.to_string() } else { "more".to_string() });
        }
        let sum: String = sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        if sum != self.sha256 {
            return remote(format!("the SHA-256 {}", self.sha256), sum);
        }
        wait.finish();
        Ok(())
    }

    /// Unpacks the files to keep of an archive, whose checksum is right.
    fn unpack(&self, archive: File, folder: &Path) -> Result<(), Stop> {
        let unread = |error: io::Error| Stop::Remote("a gzipped tar archive".into(), error.to_string());
        let mut archive = tar::Archive::new(GzDecoder::new(io::BufReader::new(archive)));
        for entry in archive.entries().map_err(unread)? {
            let mut entry = entry.map_err(unread)?;
            let path = entry.path().map_err(unread)?.into_owned();
            let Some((name, bytes)) = self.members.iter().find(|(name, _)| path.ends_with(name)) else { continue };
            if entry.size() != *bytes {
                return remote(format!("{bytes} bytes of {name}"), entry.size().to_string());
            }
            let path = folder.join(name);
            let copied = replace_by(&path, |file| io::copy(&mut entry, file).map(drop)).map_err(Stop::Local)?;
            copied.map_err(|error| Stop::Local(Error::io("write", &path)(error)))?;
        }
        match self.members.iter().find(|(name, _)| !folder.join(name).is_file()) {
            Some((name, _)) => remote(format!("an archive with {name}"), "one without"),
            None => Ok(()),
        }
    }
}

fn agent(patience: Patience, bytes: u64) -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .user_agent(concat!("taut/", env!("CARGO_PKG_VERSION")))
        .timeout_connect(Some(patience.idle))
        .timeout_recv_response(Some(patience.idle))
        .timeout_per_read(Some(patience.idle))
        .timeout_global(Some(patience.total + Duration::from_secs(bytes / 20_000)));
    // A proxy of the environment knows nothing of a test's own server.
    #[cfg(test)]
    let config = config.proxy(None);
    config.build().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::{BufRead, BufReader};
    use std::net::{TcpListener, TcpStream};
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, Mutex};
    use std::thread::JoinHandle;
    use tempfile::TempDir;

    const SHORT: Patience = Patience { idle: Duration::from_millis(300), total: Duration::from_secs(10) };

    #[derive(Clone)]
    enum Answer {
        Whole(Vec<u8>),
        /// Without the length.
        Chunked(Vec<u8>),
        /// Half of the bytes that were promised.
        Cut(Vec<u8>),
        Endless,
        Silent,
        Status(u16),
        Redirect(String),
    }

    /// A server of this computer, which answers by path. It ends when it is dropped.
    struct Server {
        address: String,
        asked: Arc<Mutex<Vec<String>>>,
        end: Arc<AtomicBool>,
        thread: Option<JoinHandle<()>>,
    }

    impl Server {
        fn new(answers: impl IntoIterator<Item = (&'static str, Answer)>) -> Self {
            let answers: Vec<_> = answers.into_iter().collect();
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = format!("http://{}", listener.local_addr().unwrap());
            let (asked, end) = (Arc::new(Mutex::new(vec![])), Arc::new(AtomicBool::new(false)));
            let (paths, ended) = (asked.clone(), end.clone());
            let thread = std::thread::spawn(move || {
                while let Ok((stream, _)) = listener.accept() {
                    if ended.load(Ordering::Relaxed) {
                        break;
                    }
                    // A client that has enough closes the connection.
                    let _ = answer(stream, &answers, &paths);
                }
            });
            Server { address, asked, end, thread: Some(thread) }
        }

        fn asked(&self) -> Vec<String> {
            self.asked.lock().unwrap().clone()
        }
    }

    impl Drop for Server {
        fn drop(&mut self) {
            self.end.store(true, Ordering::Relaxed);
            let _ = TcpStream::connect(self.address.trim_start_matches("http://"));
            self.thread.take().map(JoinHandle::join);
        }
    }

    fn answer(mut stream: TcpStream, answers: &[(&str, Answer)], asked: &Mutex<Vec<String>>) -> io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.set_write_timeout(Some(Duration::from_secs(5)))?;
        let mut lines = BufReader::new(stream.try_clone()?).lines();
        let first = lines.next().transpose()?.unwrap_or_default();
        for line in lines {
            if line?.is_empty() {
                break;
            }
        }
        let path = first.split(' ').nth(1).unwrap_or_default().to_string();
        let found = answers.iter().find(|(known, _)| *known == path).map(|(_, answer)| answer.clone());
        asked.lock().unwrap().push(path);
        let mut head = |status: &str, rest: &str| {
            write!(stream, "HTTP/1.1 {status}\r\nConnection: close\r\n{rest}\r\n")?;
            stream.try_clone()
        };
        match found.unwrap_or(Answer::Status(404)) {
            Answer::Whole(body) => head("200 OK", &format!("Content-Length: {}\r\n", body.len()))?.write_all(&body),
            Answer::Cut(body) => {
                let mut stream = head("200 OK", &format!("Content-Length: {}\r\n", body.len()))?;
                stream.write_all(&body[..body.len() / 2])
            }
            Answer::Chunked(body) => {
                let mut stream = head("200 OK", "Transfer-Encoding: chunked\r\n")?;
                for chunk in body.chunks(7) {
                    write!(stream, "{:x}\r\n", chunk.len())?;
                    stream.write_all(&[chunk, b"\r\n"].concat())?;
                }
                stream.write_all(b"0\r\n\r\n")
            }
            Answer::Endless => {
                let mut stream = head("200 OK", "")?;
                // 64 MB at most, if nobody ends the connection.
                (0..1024).try_for_each(|_| stream.write_all(&[7; 1 << 16]))
            }
            Answer::Silent => stream.read(&mut [0]).map(drop),
            Answer::Status(code) => head(&format!("{code} No"), "Content-Length: 0\r\n").map(drop),
            Answer::Redirect(to) => head("302 Found", &format!("Location: {to}\r\nContent-Length: 0\r\n")).map(drop),
        }
    }

    fn leak<T: ?Sized>(value: Box<T>) -> &'static T {
        Box::leak(value)
    }

    fn sha256(bytes: &[u8]) -> &'static str {
        let text: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        leak(text.into_boxed_str())
    }

    fn remote(name: &'static str, bytes: &[u8]) -> Remote {
        Remote { name, bytes: bytes.len() as u64, sha256: sha256(bytes), members: &[] }
    }

    fn source(files: Vec<Remote>, addresses: &[String]) -> Source {
        let addresses = addresses.iter().map(|address| leak(address.clone().into_boxed_str())).collect::<Vec<_>>();
        let (files, addresses) = (leak(files.into_boxed_slice()), leak(addresses.into_boxed_slice()));
        Source { name: "Test", addresses, files, help: "To get it: ask." }
    }

    /// The names and contents of a folder's files.
    fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
        let file =
            |path: PathBuf| (path.file_name().unwrap().to_str().unwrap().to_string(), std::fs::read(path).unwrap());
        let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| file(entry.unwrap().path())).collect();
        files.sort();
        files
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut gzip = GzEncoder::new(vec![], Compression::fast());
        gzip.write_all(bytes).unwrap();
        gzip.finish().unwrap()
    }

    const A: &[u8] = b"the first file";
    const B: &[u8] = b"the second one, which is longer";

    fn folder() -> (TempDir, PathBuf) {
        let whole = tempfile::tempdir().unwrap();
        let folder = whole.path().join("cache/test");
        (whole, folder)
    }

    fn reasons(error: Error) -> Vec<String> {
        match error {
            Error::Download { name: "Test", reasons, .. } => reasons,
            error => panic!("{error}"),
        }
    }

    #[test]
    fn files_are_downloaded_once() {
        let server = Server::new([("/d/a", Answer::Whole(A.into())), ("/d/b.gz", Answer::Chunked(B.into()))]);
        let (_whole, folder) = folder();
        let source = source(vec![remote("a", A), remote("b.gz", B)], &[format!("{}/d", server.address)]);
        let load = |folder: PathBuf| Ok(files(&folder));
        let expected = [("a".to_string(), A.to_vec()), ("b.gz".to_string(), B.to_vec())];
        source.fetch(&folder, &[]).unwrap();
        assert_eq!(files(&folder), expected);
        assert_eq!(server.asked(), ["/d/a", "/d/b.gz"]);
        drop(server);
        // Without a server, nothing is asked for: not what is there, unpacked or not, and not if other folders have
        // all.
        source.fetch(&folder, &[]).unwrap();
        std::fs::rename(folder.join("b.gz"), folder.join("b")).unwrap();
        source.fetch(&folder, &[]).unwrap();
        assert_eq!(source.unless_found(Ok(vec![]), "test", load).unwrap(), []);
        let other = source.unless_found(Err(Error::argument("TAUT_DATA", "a folder", "none")), "test", load);
        assert!(matches!(other, Err(Error::Argument { .. })));
        std::fs::remove_file(folder.join("a")).unwrap();
        let error = source.fetch(&folder, &[]).unwrap_err();
        let text = error.to_string();
        assert!(
            text.starts_with(&format!("Test cannot be downloaded to {}: http://127.0.0.1:", folder.display())),
            "{text}"
        );
        assert!(text.contains("/d/a: expected a response, received ") && text.ends_with("\nTo get it: ask."), "{text}");
    }

    #[test]
    fn what_is_wrong_leaves_the_folder_as_it_was() {
        let long = [A, B].concat();
        let wrong: Vec<u8> = A.iter().rev().copied().collect();
        let cases = [
            (Answer::Whole(wrong.clone()), format!("expected the SHA-256 {}, received {}", sha256(A), sha256(&wrong))),
            (Answer::Status(404), "expected the status 200, received 404".to_string()),
            (Answer::Status(500), "expected the status 200, received 500".to_string()),
            (Answer::Whole(long.clone()), "expected 14 bytes, received 45".to_string()),
            (Answer::Chunked(long), "expected 14 bytes, received more".to_string()),
            (Answer::Endless, "expected 14 bytes, received more".to_string()),
            (Answer::Whole(A[..5].to_vec()), "expected 14 bytes, received 5".to_string()),
            (Answer::Chunked(A[..5].to_vec()), "expected 14 bytes, received 5".to_string()),
            (Answer::Cut(A.to_vec()), "expected 14 bytes, received 7, and then: ".to_string()),
            (Answer::Silent, "expected a response, received timeout".to_string()),
            (Answer::Redirect("/d/a".to_string()), "expected a response, received ".to_string()),
        ];
        for (answer, expected) in cases {
            let server = Server::new([("/d/a", answer)]);
            let (_whole, folder) = folder();
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("b"), "old").unwrap();
            let address = format!("{}/d", server.address);
            let source = source(vec![remote("a", A), remote("b", B)], std::slice::from_ref(&address));
            let found = reasons(source.fetch_patiently(&folder, &[], SHORT).unwrap_err());
            assert!(found.len() == 1 && found[0].starts_with(&format!("{address}/a: {expected}")), "{found:?}");
            assert_eq!(files(&folder), [("b".to_string(), b"old".to_vec())]);
            // Nor is a file lost that has the name.
            std::fs::write(folder.join("a"), "old").unwrap();
            let file = remote("a", A);
            assert!(matches!(file.fetch(&format!("{address}/a"), &folder, SHORT), Err(Stop::Remote(..))));
            assert_eq!(files(&folder)[0], ("a".to_string(), b"old".to_vec()));
            assert_eq!(files(&folder).len(), 2);
        }
    }

    #[test]
    fn redirects_and_mirrors() {
        let away = Server::new([("/elsewhere", Answer::Whole(A.into()))]);
        let elsewhere = format!("{}/elsewhere", away.address);
        let wrong = Server::new([("/m/test/a", Answer::Whole(B.into()))]);
        let none = Server::new([]);
        let own = Server::new([("/d/a", Answer::Redirect(elsewhere)), ("/d/b", Answer::Whole(B.into()))]);
        let (_whole, folder) = folder();
        let source = source(vec![remote("a", A), remote("b", B)], &[format!("{}/d", own.address)]);
        let mirrors = addresses(&format!(" {}/m/\n{} ", wrong.address, none.address)).unwrap();
        source.fetch(&folder, &mirrors).unwrap();
        assert_eq!(files(&folder), [("a".to_string(), A.to_vec()), ("b".to_string(), B.to_vec())]);
        assert_eq!(wrong.asked(), ["/m/test/a", "/m/test/b"]);
        assert_eq!(none.asked(), ["/test/a", "/test/b"]);
        assert_eq!((own.asked(), away.asked()), (vec!["/d/a".into(), "/d/b".into()], vec!["/elsewhere".to_string()]));
        // A mirror that has the files is the only one that is asked.
        std::fs::remove_file(folder.join("a")).unwrap();
        let mirror = Server::new([("/test/a", Answer::Whole(A.into()))]);
        source.fetch(&folder, &addresses(&mirror.address).unwrap()).unwrap();
        assert_eq!((mirror.asked().len(), own.asked().len()), (1, 2));
        // The reasons of all are told.
        std::fs::remove_file(folder.join("b")).unwrap();
        drop(own);
        assert_eq!(reasons(source.fetch(&folder, &mirrors).unwrap_err()).len(), 3);
    }

    #[test]
    fn addresses_of_mirrors() {
        assert!(addresses("").unwrap().is_empty());
        assert_eq!(addresses("http://a/ https://b/c").unwrap(), ["http://a", "https://b/c"]);
        let error = addresses("https://a ftp://b").unwrap_err();
        let expected = "addresses that begin with http:// or https://, with blanks between them";
        assert_eq!(error.to_string(), format!("TAUT_MIRRORS: expected {expected}, received \"ftp://b\""));
    }

    fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut tar = tar::Builder::new(vec![]);
        for (name, bytes) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_cksum();
            tar.append_data(&mut header, name, *bytes).unwrap();
        }
        gzip(&tar.into_inner().unwrap())
    }

    #[test]
    fn archives_are_unpacked() {
        const MEMBERS: &[(&str, u64)] = &[("a.bin", A.len() as u64), ("b.bin", B.len() as u64)];
        let fetch = |archive: &[u8]| {
            let server = Server::new([("/d/x.tar.gz", Answer::Whole(archive.into()))]);
            let (whole, folder) = folder();
            let file = Remote { members: MEMBERS, ..remote("x.tar.gz", archive) };
            let source = source(vec![file], &[format!("{}/d", server.address)]);
            let result = source.fetch(&folder, &[]);
            if result.is_ok() {
                drop(server);
                source.fetch(&folder, &[]).unwrap();
            }
            let found = files(&folder);
            drop(whole);
            (result.map_err(reasons), found)
        };
        let (result, found) = fetch(&tar(&[("x/readme", b"?"), ("x/b.bin", B), ("x/a.bin", A)]));
        result.unwrap();
        assert_eq!(found, [("a.bin".to_string(), A.to_vec()), ("b.bin".to_string(), B.to_vec())]);
        let message = |archive: &[u8]| {
            let (result, found) = fetch(archive);
            assert!(found.iter().all(|(name, bytes)| name == "b.bin" && bytes == B), "{found:?}");
            let reason = result.unwrap_err().remove(0);
            reason.split_once("/d/x.tar.gz: ").unwrap().1.to_string()
        };
        assert_eq!(message(&tar(&[("x/b.bin", B)])), "expected an archive with a.bin, received one without");
        let short = tar(&[("x/b.bin", B), ("x/a.bin", &A[1..])]);
        assert_eq!(message(&short), "expected 14 bytes of a.bin, received 13");
        assert!(message(A).starts_with("expected a gzipped tar archive, received "));
        assert!(message(&gzip(&[7; 2000])).starts_with("expected a gzipped tar archive, received "));
    }

    #[test]
    fn a_folder_that_cannot_be_made() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let source = source(vec![remote("a", A)], &[]);
        assert!(matches!(source.fetch(&file.path().join("test"), &[]), Err(Error::Io { .. })));
    }
}
