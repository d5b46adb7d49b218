//! Paths with placeholders for the numbers of a run.

use crate::io::error::{Error, Result};
use crate::io::file::{check_folder, check_name, check_writable, make_folder, make_folders};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// A path with placeholders such as `{epoch:02}`; `{{` and `}}` stand for braces. It need not be UTF-8 elsewhere.
#[derive(Clone, Debug)]
pub(crate) struct PathTemplate(pub PathBuf);

impl PathTemplate {
    /// Fills the placeholders. `names` are the known ones; `value` returns `None` for others.
    pub fn fill(&self, names: &[&str], value: impl Fn(&str) -> Option<f64>) -> Result<PathBuf> {
        let bad = |what: &str| Error::argument("the path of a ModelCheckpoint", what, self.0.display());
        let (mut filled, mut rest) = (vec![], self.0.as_os_str().as_encoded_bytes());
        while let Some(at) = rest.iter().position(|byte| b"{}".contains(byte)) {
            let (before, braces) = rest.split_at(at);
            filled.extend(before);
            if braces[0] == b'}' || braces.get(1) == Some(&b'{') {
                filled.push(braces[0]);
                rest = &braces[if braces.get(1) == Some(&braces[0]) { 2 } else { 1 }..];
                continue;
            }
            let end = braces.iter().position(|byte| *byte == b'}').ok_or_else(|| bad("a } for each {"))?;
            let placeholder = String::from_utf8_lossy(&braces[1..end]);
            let (name, format) = placeholder.split_once(':').unwrap_or((&placeholder, ""));
            let value = value(name).ok_or_else(|| bad(&format!("for {{{name}}} one of {}", names.join(", "))))?;
            write_number(&mut filled, value, format).ok_or_else(|| bad("formats such as {epoch:02} or {loss:.4}"))?;
            rest = &braces[end + 1..];
        }
        filled.extend(rest);
        // All that was added is ASCII.
        #[cfg(unix)]
        let filled = <std::ffi::OsString as std::os::unix::ffi::OsStringExt>::from_vec(filled);
        #[cfg(not(unix))]
        let filled = std::ffi::OsString::from(String::from_utf8(filled).map_err(|_| bad("UTF-8"))?);
        Ok(filled.into())
    }

    /// Checks, before the training, that files can be written there, and creates the folder. Of folders whose names
    /// have placeholders, it is the one around them. `example` is the path with its placeholders filled: none of its
    /// names may be longer than that folder's file system takes. Returns the path if it has no placeholder.
    pub fn check(&self, example: &Path) -> Result<Option<PathBuf>> {
        let without = |path: &Path| PathTemplate(path.into()).fill(&[], |_| None).ok();
        if let Some(path) = without(&self.0) {
            make_folder(&path)?;
            check_writable(&path)?;
            return Ok(Some(path));
        }
        check_name(&self.0).map_err(Error::io("write", &self.0))?;
        let folder = self.0.ancestors().skip(1).find_map(without).unwrap_or_default();
        let folder = if folder == Path::new("") { Path::new(".") } else { &folder };
        make_folders(folder)?;
        check_folder(folder).map_err(Error::io("write to", folder))?;
        let too_long = |name: &Path| match folder.join(name).symlink_metadata() {
            Err(error) if error.kind() == ErrorKind::InvalidFilename => Some(error),
            _ => None,
        };
        match example.iter().find_map(|name| too_long(name.as_ref())) {
            Some(error) => Err(Error::io("write", example)(error)),
            None => Ok(None),
        }
    }
}

/// Writes a number in a format such as `02` or `.4`; `None` if it is no such format.
fn write_number(to: &mut Vec<u8>, value: f64, format: &str) -> Option<()> {
    let number = |digits: &str| digits.parse::<u8>().ok().map(usize::from);
    // Accepts Python's letters for the type, so that paths of Keras programs work.
    let written = match format.trim_end_matches(['d', 'f']) {
        "" => write!(to, "{value}"),
        format => match format.split_once('.') {
            Some(("", digits)) => write!(to, "{value:.*}", number(digits)?),
            Some(_) => return None,
            None if format.starts_with('0') => write!(to, "{value:0width$}", width = number(format)?),
            None => write!(to, "{value:width$}", width = number(format)?),
        },
    };
    written.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(path: &str) -> Result<String, String> {
        let value = |name: &str| match name {
            "epoch" => Some(7.0),
            "val_loss" => Some(0.123_456),
            _ => None,
        };
        let filled = PathTemplate(path.into()).fill(&["epoch", "val_loss"], value);
        filled.map(|path| path.to_string_lossy().into_owned()).map_err(|error| error.to_string())
    }

    #[test]
    fn placeholders() {
        assert_eq!(filled("best.taut").unwrap(), "best.taut");
        assert_eq!(filled("a/{epoch:02}-{val_loss:.4}.taut").unwrap(), "a/07-0.1235.taut");
        assert_eq!(filled("{epoch:02d}-{val_loss:.2f}").unwrap(), "07-0.12");
        assert_eq!(filled("{epoch}").unwrap(), "7");
        let unknown = filled("{accuracy}.taut").unwrap_err();
        assert!(
            unknown.ends_with("expected for {accuracy} one of epoch, val_loss, received {accuracy}.taut"),
            "{unknown}"
        );
        assert!(filled("{epoch").unwrap_err().contains("a } for each {"));
        assert!(filled("{epoch:x}").is_err() && filled("{epoch:70000}").is_err());
    }

    #[test]
    fn braces_are_doubled() {
        assert_eq!(filled("{{epoch}}-{epoch}").unwrap(), "{epoch}-7");
        assert_eq!(filled("{{{epoch}}}").unwrap(), "{7}");
        assert_eq!(filled("a}b{{").unwrap(), "a}b{");
        assert!(filled("{{{epoch").unwrap_err().contains("a } for each {"));
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_utf_8_stays() {
        use std::ffi::OsString;
        use std::os::unix::ffi::OsStringExt;
        let path = |bytes: &[u8]| PathBuf::from(OsString::from_vec(bytes.to_vec()));
        let template = PathTemplate(path(b"mod\xffel-{epoch}\xfe.taut"));
        assert_eq!(template.fill(&[], |_| Some(3.0)).unwrap(), path(b"mod\xffel-3\xfe.taut"));
        assert!(PathTemplate(path(b"{ep\xffoch}")).fill(&[], |_| None).is_err());
    }
}
