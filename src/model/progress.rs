use crate::io::terminal::{bar, elapsed, is_terminal, now, say};
use crate::model::names::line;
use std::time::Instant;

/// The output of a run.
///
/// ```
/// use taut::prelude::*;
/// # let data = Dataset::new(vec![Vector::new([1.0]); 8], vec![Vector::new([3.0]); 8])?;
/// # let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::new(0.1), MeanSquaredError, ());
/// let history = model.fit(&data, Fit { epochs: 2, verbose: Verbose::Line, ..Fit::default() })?; // prints two lines
/// assert_eq!(history.get(TrainingLoss).len(), 2);
/// # Ok::<(), taut::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
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

/// Prints the output of a run: Keras's progress bar, lines, or nothing.
pub(crate) struct Progress {
    style: Verbose,
    epochs: usize,
    /// The number of batches in an epoch, if it is known.
    batches: Option<usize>,
    /// How many batches of this epoch are done.
    done: usize,
    started: Option<Instant>,
    #[cfg(feature = "progress")]
    bar: indicatif::ProgressBar,
    #[cfg(feature = "progress")]
    drawn: Option<Instant>,
}

impl Progress {
    pub fn new(verbose: Verbose, epochs: usize, batches: Option<usize>) -> Self {
        let terminal = is_terminal();
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
            done: 0,
            started: now(),
            #[cfg(feature = "progress")]
            bar: indicatif::ProgressBar::hidden(),
            #[cfg(feature = "progress")]
            drawn: now(),
        }
    }

    /// Tells that a resumed run has no epoch left to train.
    pub fn all_done(&self) {
        if self.style == Verbose::Bar || self.style == Verbose::Line {
            say(&format!("All {} epochs of the resumed run are done", self.epochs));
        }
    }

    pub fn epoch_begin(&mut self, number: usize) {
        (self.started, self.done) = (now(), 0);
        if self.style == Verbose::Bar || self.style == Verbose::Line {
            say(&format!("Epoch {number}/{}", self.epochs));
        }
        #[cfg(feature = "progress")]
        if self.style == Verbose::Bar {
            use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
            let template = match self.batches {
                Some(_) => "{pos}/{len} {bar:20} {wide_msg}",
                None => "{pos}/Unknown {wide_msg}",
            };
            let style = ProgressStyle::with_template(template).expect("a template that indicatif reads");
            let batches = self.batches.map(|batches| batches as u64);
            self.bar = ProgressBar::with_draw_target(batches, ProgressDrawTarget::stdout())
                .with_style(style.progress_chars("━━─"));
            self.drawn = self.started;
        }
    }

    /// Calls `values` only if the bar is redrawn.
    pub fn batch_end(&mut self, number: usize, names: &[String], values: impl FnOnce() -> Vec<f32>) {
        self.done = number;
        #[cfg(feature = "progress")]
        if self.style == Verbose::Bar && elapsed(self.drawn).as_millis() >= 50 {
            self.drawn = now();
            self.bar.set_position(number as u64);
            self.bar.set_message(self.message(names, &values()));
        }
        #[cfg(not(feature = "progress"))]
        let _ = (names, values);
    }

    /// Replaces the bar by a complete line, which the terminal may wrap.
    pub fn epoch_end(&mut self, names: &[String], values: &[f32]) {
        let line = self.line(names, values);
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

    /// `4/4 ━━━━━━━━━━━━━━━━━━━━ 2s 1ms/step - loss: …`: the batches that the epoch had, of those that it was to have.
    fn line(&self, names: &[String], values: &[f32]) -> String {
        let batches = self.batches.unwrap_or(self.done);
        let bar = bar(self.done as u64, batches as u64);
        format!("{}/{batches} {bar} {}", self.done, self.message(names, values))
    }

    /// `2s 1ms/step - loss: 0.5107 - accuracy: 0.8221`
    fn message(&self, names: &[String], values: &[f32]) -> String {
        let seconds = elapsed(self.started).as_secs_f64();
        let step = seconds / self.done.max(1) as f64;
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_message_has_the_time_of_a_step() {
        let message = |millis, done, value| {
            let started = Instant::now().checked_sub(Duration::from_millis(millis));
            Progress { done, started, ..Progress::new(Verbose::Line, 1, None) }.message(&["loss".into()], &[value])
        };
        assert_eq!(message(4_010, 2, 0.0), "4s 2s/step - loss: 0.0000");
        assert_eq!(message(3_010, 10, 0.01), "3s 301ms/step - loss: 0.0100");
        assert_eq!(message(2_010, 1_000, -0.000_5), "2s 2ms/step - loss: -5.0000e-4");
        assert_eq!(message(1_010, 1_000, -1.5), "1s 1ms/step - loss: -1.5000");
        assert!(message(1_510, 1_000_000, 0.001).ends_with("us/step - loss: 0.0010"));
    }

    #[test]
    fn a_line_counts_the_batches_that_were_made() {
        let line = |batches, done| {
            let progress = Progress { done, ..Progress::new(Verbose::Line, 1, batches) };
            let line = progress.line(&["loss".into()], &[0.5]);
            assert!(line.ends_with("s/step - loss: 0.5000"), "{line}");
            assert_eq!(line.chars().filter(|c| "━─".contains(*c)).count(), 20, "{line}");
            line.split_once(' ').unwrap().1.chars().filter(|c| *c == '━').count().to_string()
                + " "
                + line.split(' ').next().unwrap()
        };
        assert_eq!(line(Some(4), 4), "20 4/4");
        assert_eq!(line(Some(1000), 4), "1 4/1000");
        assert_eq!(line(Some(4), 1), "5 1/4");
        assert_eq!(line(Some(1), 1), "20 1/1");
        assert_eq!(line(None, 4), "20 4/4");
        assert_eq!(line(None, 0), "0 0/0");
        assert_eq!(line(Some(usize::MAX), 3), "1 3/18446744073709551615");
    }
}
