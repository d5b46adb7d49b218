use crate::model::names::line;
use serde::{Deserialize, Serialize};
use std::io::{IsTerminal, Write};
use std::time::Instant;

/// The output of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Verbose {
    /// A progress bar on a terminal, otherwise nothing.
    #[default]
    Auto,
    /// Nothing.
    Silent,
    /// A progress bar on a terminal, otherwise a line after each epoch.
    Bar,
    /// A line after each epoch.
    Line,
}

/// Prints a line. A closed output, as after `| head`, does not end the training.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Prints the output of a run: Keras's progress bar, lines, or nothing.
pub(crate) struct Progress {
    style: Verbose,
    epochs: usize,
    batches: usize,
    started: Instant,
    #[cfg(feature = "progress")]
    bar: indicatif::ProgressBar,
    #[cfg(feature = "progress")]
    drawn: Instant,
}

impl Progress {
    pub fn new(verbose: Verbose, epochs: usize, batches: usize) -> Self {
        let terminal = cfg!(feature = "progress") && std::io::stdout().is_terminal();
        let style = match verbose {
            Verbose::Auto if terminal => Verbose::Bar,
            Verbose::Auto => Verbose::Silent,
            Verbose::Bar if !terminal => Verbose::Line,
            chosen => chosen,
        };
        Progress {
            style,
            epochs,
            batches,
            started: Instant::now(),
            #[cfg(feature = "progress")]
            bar: indicatif::ProgressBar::hidden(),
            #[cfg(feature = "progress")]
            drawn: Instant::now(),
        }
    }

    pub fn epoch_begin(&mut self, number: usize) {
        self.started = Instant::now();
        if self.style == Verbose::Bar || self.style == Verbose::Line {
            say(&format!("Epoch {number}/{}", self.epochs));
        }
        #[cfg(feature = "progress")]
        if self.style == Verbose::Bar {
            use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
            let style = ProgressStyle::with_template("{pos}/{len} {bar:20} {wide_msg}")
                .expect("a template that indicatif reads");
            self.bar = ProgressBar::with_draw_target(Some(self.batches as u64), ProgressDrawTarget::stdout())
                .with_style(style.progress_chars("━━─"));
            self.drawn = self.started;
        }
    }

    /// Calls `values` only if the bar is redrawn.
    pub fn batch_end(&mut self, number: usize, names: &[String], values: impl FnOnce() -> Vec<f32>) {
        #[cfg(feature = "progress")]
        if self.style == Verbose::Bar && self.drawn.elapsed().as_millis() >= 50 {
            self.drawn = Instant::now();
            self.bar.set_position(number as u64);
            self.bar.set_message(self.message(number, names, &values()));
        }
        #[cfg(not(feature = "progress"))]
        let _ = (number, names, values);
    }

    /// Replaces the bar by a complete line, which the terminal may wrap.
    pub fn epoch_end(&mut self, names: &[String], values: &[f32]) {
        let line = format!("{0}/{0} {1} {2}", self.batches, "━".repeat(20), self.message(self.batches, names, values));
        match self.style {
            #[cfg(feature = "progress")]
            Verbose::Bar => {
                self.bar.finish_and_clear();
                say(&line);
            }
            Verbose::Line => say(&line),
            _ => {}
        }
    }

    /// `2s 1ms/step - loss: 0.5107 - accuracy: 0.8221`
    fn message(&self, batches: usize, names: &[String], values: &[f32]) -> String {
        let seconds = self.started.elapsed().as_secs_f64();
        let step = seconds / batches.max(1) as f64;
        let step = if step >= 1.0 {
            format!("{step:.0}s")
        } else if step >= 1e-3 {
            format!("{:.0}ms", step * 1e3)
        } else {
            format!("{:.0}us", step * 1e6)
        };
        format!("{seconds:.0}s {step}/step - {}", line(names, values))
    }
}
