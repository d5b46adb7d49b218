//! What is printed: each cell when it is measured, and at the end the tables and the summary.

use crate::line::{Line, What, median};
use crate::machine::Machine;
use serde::Serialize;
use std::fmt::Write;

/// All that was measured so far.
pub struct Report {
    pub lines: Vec<Line>,
    pub machine: Machine,
    /// What more threads gave multiply-adds, beside each job.
    pub scaling: Vec<Scaling>,
}

/// The seconds on the clock of the same multiply-adds, several times a round: by one thread, and by each of several.
pub struct Scaling {
    pub what: What,
    pub network: String,
    pub batch: usize,
    pub threads: usize,
    pub one: Vec<f64>,
    pub several: Vec<f64>,
}

/// What a cell is called.
fn name(line: &Line) -> String {
    let threads = if line.threads == 1 { "1 thread".into() } else { format!("{} threads", line.threads) };
    format!("{} {} b{}, {threads}", line.what, line.network, line.batch)
}

/// With three digits that count.
fn digits(value: f64) -> String {
    let decimals = (2 - value.abs().log10().floor() as i32).clamp(0, 4) as usize;
    format!("{value:.decimals$}")
}

/// Whether it is taut, in whatever form.
pub fn is_taut(peer: &str) -> bool {
    peer == "taut" || peer == "taut-folded"
}

/// A line with what follows from it.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    line: &'a Line,
    median_s: Option<f64>,
    best_s: Option<f64>,
    gflops: Option<f64>,
    /// Of what the cores do at most: multiply-adds, and reading.
    multiply_add_share: Option<f64>,
    reading_share: Option<f64>,
}

impl Report {
    pub fn new() -> Self {
        Report { lines: vec![], machine: Machine::new(), scaling: vec![] }
    }

    pub fn add(&mut self, line: Line) {
        match self.lines.iter_mut().find(|other| other.is_like(&line)) {
            Some(other) => other.take(line),
            None => self.lines.push(line),
        }
    }

    /// A line of each cell, in the order in which they were measured.
    fn cells(&self) -> Vec<&Line> {
        let mut cells: Vec<&Line> = vec![];
        for line in &self.lines {
            if !cells.iter().any(|cell| cell.is_beside(line)) {
                cells.push(line);
            }
        }
        cells
    }

    fn beside(&self, cell: &Line) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.is_beside(cell))
    }

    fn taut(&self, cell: &Line) -> Option<&Line> {
        self.beside(cell).find(|line| line.peer == "taut")
    }

    /// The share of what the cores can do at most, of multiply-adds and of reading, and where what is read lies.
    fn shares(&self, line: &Line) -> Option<(f64, f64, &'static str)> {
        let (seconds, needs) = (line.median()?, line.needs());
        let peak = self.machine.peak(line.threads)? * 1e9;
        let reading = needs.bytes.map(|(bytes, size)| {
            let (speed, place) = self.machine.reading(line.threads, size)?;
            Some((bytes / (speed * 1e9), place))
        });
        let [Some(parameters), Some(samples)] = reading else { return None };
        let place = if parameters.0 > samples.0 { parameters.1 } else { samples.1 };
        Some((needs.flops / seconds / peak, (parameters.0 + samples.0) / seconds, place))
    }

    /// The shares as text: that of reading only where it is the larger one.
    fn bound(&self, line: &Line) -> String {
        match self.shares(line) {
            Some((flops, bytes, place)) if bytes > flops => {
                format!("{:.0} % of the multiply-adds, {:.0} % of reading ({place})", 100.0 * flops, 100.0 * bytes)
            }
            Some((flops, ..)) => format!("{:.0} % of the multiply-adds", 100.0 * flops),
            None => String::new(),
        }
    }

    /// A cell: each peer, the fastest first.
    pub fn cell(&self, cell: &Line) -> String {
        let (of, unit, scale) = cell.what.unit();
        let clock = if cell.threads == 1 { "of the processor" } else { "on the clock" };
        let mut text = format!(
            "\n{}: {unit} {clock} for {of}, the median and the best of the turns, and times taut's\n",
            name(cell)
        );
        let taut = self.taut(cell);
        let mut lines: Vec<&Line> = self.beside(cell).collect();
        lines.sort_by(|a, b| a.median().unwrap_or(f64::MAX).total_cmp(&b.median().unwrap_or(f64::MAX)));
        for line in lines {
            let (Some(median), Some(best)) = (line.median(), line.best()) else {
                _ = writeln!(text, "  {:16} failed: {}", line.peer, line.error.as_deref().unwrap_or("no number"));
                continue;
            };
            let times = |mine: f64, of: fn(&Line) -> Option<f64>| match taut.and_then(of) {
                Some(taut) => format!("{:.2}×", mine / taut),
                None => "-".into(),
            };
            _ = write!(text, "  {:16} {:>8} {:>8}", line.peer, digits(median * scale), digits(best * scale));
            _ = write!(
                text,
                "  {:>7} {:>7}  {}",
                times(median, Line::median),
                times(best, Line::best),
                self.bound(line)
            );
            if let Some(accuracy) = line.accuracy {
                _ = write!(text, "; accuracy {accuracy:.3}");
            }
            text.push('\n');
        }
        text
    }

    /// A JSON line each.
    pub fn json(&self, lines: &[Line]) -> serde_json::Result<String> {
        let mut text = String::new();
        for line in lines {
            let shares = self.shares(line);
            let told = Told {
                line,
                median_s: line.median(),
                best_s: line.best(),
                gflops: line.median().map(|seconds| line.needs().flops / seconds / 1e9),
                multiply_add_share: shares.map(|(share, ..)| share),
                reading_share: shares.map(|(_, share, _)| share),
            };
            text += &serde_json::to_string(&told)?;
            text.push('\n');
        }
        Ok(text)
    }

    /// A JSON line for each number of threads: what the machine does at most.
    pub fn machine_json(&self) -> String {
        let line = |(threads, peak, reading): (usize, f64, [(&str, f64); _])| {
            let reading: serde_json::Map<_, _> =
                reading.iter().map(|(place, speed)| (place.to_string(), (*speed).into())).collect();
            let machine = serde_json::json!({ "peer": "machine", "threads": threads, "fma_gflops": peak, "reading_gb_s": reading });
            format!("{machine}\n")
        };
        self.machine.all().map(line).collect()
    }

    /// All the tables that the measurements fill, and the summary.
    pub fn whole(&self) -> String {
        let mut text = String::new();
        for (threads, peak, reading) in self.machine.all() {
            _ = write!(text, "{threads} thread(s): {peak:.1} GFLOP/s of multiply-adds at most; reading GB/s:");
            reading.iter().for_each(|(place, speed)| _ = write!(text, " {speed:.0} ({place})"));
            text.push('\n');
        }
        let mut threads: Vec<usize> = self.lines.iter().map(|line| line.threads).collect();
        threads.sort();
        threads.dedup();
        for threads in threads {
            for what in What::ALL {
                let of = |line: &&Line| line.what == what && line.threads == threads;
                let lines: Vec<&Line> = self.lines.iter().filter(of).collect();
                if what == What::Products {
                    for kind in ["forward", "kernel gradient", "input gradient"] {
                        let lines = lines.iter().copied().filter(|line| line.network.starts_with(kind)).collect();
                        table(&mut text, &format!("Product, {kind}"), what, lines);
                    }
                } else {
                    table(&mut text, what.name(), what, lines);
                }
            }
        }
        self.summary(&mut text);
        text
    }

    /// In which cells taut is first, in which it is not, and by how much.
    fn summary(&self, text: &mut String) {
        let (mut behind, mut ahead) = (vec![], vec![]);
        for cell in self.cells() {
            let Some((taut, median)) = self.taut(cell).and_then(|taut| taut.median().map(|median| (taut, median)))
            else {
                continue;
            };
            let rivals =
                self.beside(cell).filter(|line| !is_taut(&line.peer)).filter_map(|line| Some((line.median()?, line)));
            let Some((rival_median, rival)) = rivals.min_by(|a, b| a.0.total_cmp(&b.0)) else { continue };
            let ratio = median / rival_median;
            let bests = taut.best().zip(rival.best()).map_or(f64::NAN, |(taut, rival)| taut / rival);
            let folded = self.beside(cell).find(|line| line.peer == "taut-folded").and_then(Line::median);
            let folded = folded.map_or(String::new(), |folded| format!("; folded {:.2}", folded / rival_median));
            let row =
                format!("{:40} {ratio:.2} ({bests:.2}) of {}{folded}; {}", name(cell), rival.peer, self.bound(taut));
            if ratio > 1.0 { behind.push((ratio, row)) } else { ahead.push((ratio, row)) }
        }
        let all = behind.len() + ahead.len();
        if all == 0 {
            return;
        }
        behind.sort_by(|a, b| b.0.total_cmp(&a.0));
        ahead.sort_by(|a, b| b.0.total_cmp(&a.0));
        _ = writeln!(text, "\ntaut's time as a share of the best peer's, by the medians (by the best turns):");
        _ = writeln!(
            text,
            "taut is not first in {} of {all} cells{}",
            behind.len(),
            if behind.is_empty() { "" } else { ":" }
        );
        behind.iter().for_each(|(_, row)| _ = writeln!(text, "  {row}"));
        _ = writeln!(text, "taut is first in {}{}", ahead.len(), if ahead.is_empty() { "" } else { ":" });
        ahead.iter().for_each(|(_, row)| _ = writeln!(text, "  {row}"));

        let speed_ups: Vec<String> = self.scaling.iter().filter_map(|scaling| self.speed_up(scaling)).collect();
        if !speed_ups.is_empty() {
            text.push_str("\ntaut with more threads, on the clock, beside the multiply-adds of so many; by the medians (by the best):\n");
            speed_ups.iter().for_each(|row| _ = writeln!(text, "  {row}"));
        }
    }

    /// What more threads give taut, beside what they give multiply-adds.
    fn speed_up(&self, scaling: &Scaling) -> Option<String> {
        let of = |threads: usize| {
            let Scaling { what, network, batch, .. } = scaling;
            let is = |line: &&Line| line.what == *what && line.network == *network && line.batch == *batch;
            let line = self.lines.iter().filter(is).find(|line| line.threads == threads && line.peer == "taut")?;
            Some((line, &line.wall_s))
        };
        let ((_, one), (line, several)) = (of(1)?, of(scaling.threads)?);
        let best = |seconds: &[f64]| seconds.iter().copied().reduce(f64::min);
        let threads = scaling.threads as f64;
        let (taut, machine) =
            (median(one)? / median(several)?, threads * median(&scaling.one)? / median(&scaling.several)?);
        let best = (best(one)? / best(several)?, threads * best(&scaling.one)? / best(&scaling.several)?);
        let text = |taut: f64, machine: f64| {
            let share = 100.0 * taut / machine;
            format!("{taut:.2} times as fast, {share:.0} % of the multiply-adds' {machine:.2}")
        };
        Some(format!("{:40} {} ({})", name(line), text(taut, machine), text(best.0, best.1)))
    }
}

/// A row for each peer, a column for each network (or product) and batch: the median, and how many times taut's it is.
fn table(text: &mut String, title: &str, what: What, lines: Vec<&Line>) {
    let Some(threads) = lines.first().map(|line| line.threads) else { return };
    let mut columns: Vec<(&str, usize)> = vec![];
    let mut peers: Vec<&str> = vec![];
    for line in &lines {
        if !columns.contains(&(&line.network, line.batch)) {
            columns.push((&line.network, line.batch));
        }
        if !peers.contains(&line.peer.as_str()) {
            peers.push(&line.peer);
        }
    }
    let (_, unit, scale) = what.unit();
    let clock = if threads == 1 { "of the processor" } else { "on the clock" };
    _ = writeln!(text, "\n{title}, {threads} thread(s): the median in {unit} {clock}, and times taut's");
    let find = |peer: &str, (network, batch)| {
        lines.iter().find(|line| line.peer == peer && line.network == network && line.batch == batch)
    };
    let mut rows = vec![vec![String::new()]];
    rows[0].extend(columns.iter().map(|(network, batch)| {
        // A product's kind is in the title.
        format!("{} b{batch}", network.rsplit(' ').next().unwrap_or(network))
    }));
    for peer in peers {
        let mut row = vec![peer.to_string()];
        for column in &columns {
            let of = |peer| find(peer, *column).and_then(|line| line.median());
            row.push(match (of(peer), of("taut")) {
                (Some(value), Some(taut)) => format!("{} {:5.2}×", digits(value * scale), value / taut),
                (Some(value), None) => digits(value * scale),
                (None, _) if find(peer, *column).is_some() => "failed".into(),
                (None, _) => "-".into(),
            });
        }
        rows.push(row);
    }
    let width = |c: usize| rows.iter().map(|row| row[c].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..=columns.len()).map(width).collect();
    for row in rows {
        _ = write!(text, "{:<1$}", row[0], widths[0]);
        row[1..].iter().zip(&widths[1..]).for_each(|(cell, width)| _ = write!(text, "  {cell:>width$}"));
        text.push('\n');
    }
}
