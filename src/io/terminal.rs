//! What is printed where somebody waits: the clock, and the progress of what takes longer than a second.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Prints a line. A closed output, as after `| head`, does not end the program.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// The time, where there is a clock: asking for it panics on `wasm32-unknown-unknown`, which has none.
pub(crate) fn now() -> Option<Instant> {
    (!cfg!(all(target_family = "wasm", target_os = "unknown"))).then(Instant::now)
}

/// The time that has passed since then; zero where there is no clock.
pub(crate) fn elapsed(since: Option<Instant>) -> Duration {
    since.map_or(Duration::ZERO, |since| since.elapsed())
}

/// Whether progress can be shown: in a terminal, by a build that has the bar.
pub(crate) fn is_terminal() -> bool {
    cfg!(feature = "progress") && std::io::stdout().is_terminal()
}

/// A bar of 20 characters.
pub(crate) fn bar(done: u64, of: u64) -> String {
    let full = (20.0 * done.min(of) as f64 / of.max(1) as f64).ceil() as usize;
    "━".repeat(full) + &"─".repeat(20 - full)
}

/// A text as it is shown: at most so many characters, and none that a terminal obeys or that an SVG file may not hold.
pub(crate) fn shown(text: &str, most: usize) -> String {
    let seen = |c: char| {
        let obeyed = c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        if obeyed || matches!(c, '\u{FFFE}' | '\u{FFFF}') { '\u{FFFD}' } else { c }
    };
    let mut short: String = text.chars().take(most).map(seen).collect();
    if text.chars().nth(most).is_some() {
        short.pop();
        short.push('…');
    }
    short
}

thread_local! {
    /// Whether nothing is shown.
    static SILENT: Cell<bool> = const { Cell::new(false) };
}

/// Calls `f`, in which nothing shows its progress but [`fit`](crate::Fitting::fit), which has
/// [`Fit::verbose`](crate::Fit::verbose).
///
/// Elsewhere, whatever takes longer than a second shows its progress in a terminal, and leaves a line: reading and
/// downloading data, evaluations and predictions of many samples, [`quantize`](crate::quantize()). Where the standard
/// output is no terminal, nothing is printed.
///
/// ```
/// use taut::prelude::*;
/// let digits = taut::without_progress(|| datasets::digits())?;
/// # assert_eq!(digits.len(), 1797);
/// # Ok::<(), taut::Error>(())
/// ```
pub fn without_progress<Y>(f: impl FnOnce() -> Y) -> Y {
    /// Restores what was before, also when `f` panics.
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            SILENT.set(self.0);
        }
    }
    let _restore = Restore(SILENT.replace(true));
    f()
}

/// The unit of bytes, of which a million are one.
pub(crate) const MB: &str = "MB";

/// What takes less than this shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// The time between two states of a bar.
const REDRAW: Duration = Duration::from_millis(100);

/// The progress of something that may take long, in a terminal. After a second it shows a bar, and a line in its place
/// when it ends; before, and elsewhere, it prints nothing.
pub(crate) struct Wait {
    /// What is done: `reading train.csv`.
    what: Cow<'static, str>,
    /// What is counted: `samples`, `files` or [`MB`].
    unit: &'static str,
    done: u64,
    total: Option<u64>,
    started: Option<Instant>,
    /// The time after which it is shown next.
    due: Duration,
    /// Whether it is known to show nothing. Only after a second the terminal is asked for.
    off: bool,
    /// Whether a bar was shown, which a line follows.
    shown: bool,
    #[cfg(feature = "progress")]
    bar: Option<indicatif::ProgressBar>,
}

impl Wait {
    pub fn new(what: impl Into<Cow<'static, str>>, unit: &'static str, total: Option<u64>) -> Self {
        Wait {
            what: what.into(),
            unit,
            done: 0,
            total,
            started: now(),
            due: PATIENCE,
            off: SILENT.get() || !cfg!(feature = "progress"),
            shown: false,
            #[cfg(feature = "progress")]
            bar: None,
        }
    }

    /// One that shows nothing.
    pub fn hidden() -> Self {
        without_progress(|| Wait::new("", "", None))
    }

    /// Counts what was done. It looks at the clock: call it once for many small things.
    pub fn add(&mut self, n: usize) {
        self.done = self.done.saturating_add(n as u64);
        if self.off {
            return;
        }
        let elapsed = elapsed(self.started);
        if elapsed < self.due {
            return;
        }
        self.due = elapsed + REDRAW;
        self.off = !is_terminal();
        if !self.off {
            self.draw();
        }
    }

    fn draw(&mut self) {
        let line = self.line();
        self.shown = true;
        #[cfg(feature = "progress")]
        {
            let bar = self.bar.get_or_insert_with(|| {
                use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
                let style = ProgressStyle::with_template("{wide_msg}").expect("a template that indicatif reads");
                ProgressBar::with_draw_target(None, ProgressDrawTarget::stdout()).with_style(style)
            });
            bar.set_message(line);
            bar.tick();
        }
        #[cfg(not(feature = "progress"))]
        drop(line);
    }

    /// Removes the bar, if there is one.
    fn clear(&mut self) {
        #[cfg(feature = "progress")]
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    /// Ends it: the bar, if there is one, becomes a line.
    pub fn finish(&mut self) {
        self.clear();
        if self.shown && !self.off {
            say(&self.line());
        }
        self.off = true;
    }

    /// `reading train.csv: 40.0/120.0 MB ━━━━━━━────────────── 3s`
    fn line(&self) -> String {
        let unit = self.unit;
        let number = |n: u64| if unit == MB { format!("{:.1}", n as f64 / 1e6) } else { n.to_string() };
        let (done, seconds) = (number(self.done), elapsed(self.started).as_secs());
        match self.total {
            Some(total) => {
                format!("{}: {done}/{} {unit} {} {seconds}s", self.what, number(total), bar(self.done, total))
            }
            None => format!("{}: {done} {unit} {seconds}s", self.what),
        }
    }
}

/// What ends with an error or a panic leaves no bar behind.
impl Drop for Wait {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(millis: u64, unit: &'static str, done: usize, total: Option<u64>) -> Wait {
        let started = Instant::now().checked_sub(Duration::from_millis(millis));
        let mut wait = Wait::new("reading a.csv", unit, total);
        wait.started = started;
        wait.add(done);
        wait
    }

    #[test]
    fn only_what_takes_a_second_asks_for_the_terminal() {
        let off = |ms| after(ms, "files", 1, None).off;
        assert_eq!(off(500), !cfg!(feature = "progress"), "not yet asked for");
        assert_eq!([1000, 5000].map(off), [!is_terminal(); 2]);
        if cfg!(feature = "progress") {
            assert_eq!(after(500, "files", 1, None).due, PATIENCE);
            assert!(after(1500, "files", 1, None).due >= Duration::from_millis(1600), "not for each file");
        }
        assert!(without_progress(|| off(500)) && Wait::hidden().off);
        assert_eq!(off(500), !cfg!(feature = "progress"), "it ends with the call");
        assert!(std::panic::catch_unwind(|| without_progress(|| panic!("in the call"))).is_err());
        assert_eq!(off(500), !cfg!(feature = "progress"), "also by a panic");
    }

    #[test]
    fn a_line_says_what_how_much_and_how_long() {
        let line = |ms, unit, done, total| after(ms, unit, done, total).line();
        let half = "━".repeat(10) + &"─".repeat(10);
        assert_eq!(line(0, "samples", 50, Some(100)), format!("reading a.csv: 50/100 samples {half} 0s"));
        assert_eq!(line(3500, MB, 61_000_000, Some(122_000_000)), format!("reading a.csv: 61.0/122.0 MB {half} 3s"));
        assert_eq!(line(0, "files", 7, None), "reading a.csv: 7 files 0s");
        assert!(line(0, "files", 9, Some(7)).contains(&"━".repeat(20)), "a file that grows");
        assert!(line(0, "files", 0, Some(0)).contains(&"─".repeat(20)));
    }
}
