//! A word about builds without optimization, in which training is some fifty times slower.

use crate::model::progress::Verbose;
use std::io::{IsTerminal, Write};
use std::sync::Once;

/// The lines that make a debug build fast. (With `[profile.dev.package.taut]` and `opt-level = 3` the digits' network
/// takes 13 times as long as in a release build, and not 3.4 times: the loops of generic layers are compiled in the
/// program. And it builds a third longer.)
const NOTE: &str = "\
taut: this is a debug build, in which training takes some fifty times as long as in one with `--release`.
To debug a program whose training takes three to four times as long, add to its Cargo.toml:

[profile.dev]
opt-level = 1
";

/// Whether the note is wanted: where somebody reads the output of the run.
fn is_wanted(verbose: Verbose, terminal: bool) -> bool {
    match verbose {
        Verbose::Silent => false,
        Verbose::Auto => terminal,
        Verbose::Bar | Verbose::Line => true,
    }
}

/// Says once in a program, on standard error, that it is a slow build, if it is one.
pub(crate) fn note_slow_build(verbose: Verbose) {
    static SAID: Once = Once::new();
    let mut error = std::io::stderr();
    if cfg!(all(debug_assertions, unoptimized)) && is_wanted(verbose, error.is_terminal()) {
        SAID.call_once(|| {
            let _ = error.write_all(NOTE.as_bytes());
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_note_is_for_those_who_read_the_output() {
        let wanted = |verbose| [false, true].map(|terminal| is_wanted(verbose, terminal));
        assert_eq!(wanted(Verbose::Silent), [false, false]);
        assert_eq!(wanted(Verbose::Auto), [false, true]);
        assert_eq!(wanted(Verbose::Line), [true, true]);
    }

    #[test]
    fn the_readme_says_the_same() {
        let lines = NOTE.split_once("\n\n").expect("two parts").1;
        assert!(include_str!("../../README.md").contains(lines));
    }
}
