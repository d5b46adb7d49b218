//! The tables.

use crate::line::{Line, What};

/// A table: a row for each peer, a column for each network (or product), batch and number of threads.
struct Table<'a> {
    title: String,
    lines: Vec<&'a Line>,
}

impl Table<'_> {
    /// Prints of each measurement what `value` finds, and how many times that of taut it is.
    fn print(&self, value: impl Fn(&Line) -> Option<f64>, decimals: usize, ratio: bool) {
        let mut columns: Vec<(&str, usize)> = vec![];
        let mut peers: Vec<&str> = vec![];
        for line in &self.lines {
            if !columns.contains(&(&line.network, line.batch)) {
                columns.push((&line.network, line.batch));
            }
            if !peers.contains(&line.peer.as_str()) {
                peers.push(&line.peer);
            }
        }
        if columns.is_empty() {
            return;
        }
        println!("\n{}", self.title);
        let find = |peer: &str, (network, batch)| {
            self.lines.iter().find(|l| l.peer == peer && l.network == network && l.batch == batch)
        };
        let mut rows = vec![vec![String::new()]];
        rows[0].extend(columns.iter().map(|(network, batch)| {
            // A product's kind is in the title.
            format!("{} b{batch}", network.rsplit(' ').next().unwrap_or(network))
        }));
        for peer in peers {
            let mut row = vec![peer.to_string()];
            for column in &columns {
                let of = |peer| find(peer, *column).and_then(|line| value(line));
                row.push(match (of(peer), of("taut")) {
                    (Some(value), Some(taut)) if ratio => format!("{value:.decimals$} {:5.2}×", value / taut),
                    (Some(value), _) => format!("{value:.decimals$}"),
                    (None, _) if find(peer, *column).is_some_and(|line| line.error.is_some()) => "failed".into(),
                    (None, _) => "-".into(),
                });
            }
            rows.push(row);
        }
        let width = |c: usize| rows.iter().map(|row| row[c].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..=columns.len()).map(width).collect();
        for row in rows {
            print!("{:<1$}", row[0], widths[0]);
            row[1..].iter().zip(&widths[1..]).for_each(|(cell, width)| print!("  {cell:>width$}"));
            println!();
        }
    }
}

/// All the tables that the measurements fill.
pub fn print(lines: &[Line], threads: &[usize], peak: f64) {
    let of =
        |what: What, threads: usize| lines.iter().filter(move |l| l.what == what && l.threads == threads).collect();
    for threads in threads.iter().copied() {
        let table =
            |title: &str, what| Table { title: format!("{title}; {threads} thread(s)"), lines: of(what, threads) };
        let training = |title: &str| table(&format!("Training, {title}"), What::Train);
        training("seconds of the processor for an epoch, and times taut's").print(|line| line.cpu_s_epoch, 3, true);
        if threads > 1 {
            training("seconds on the clock for an epoch, and times taut's").print(|line| line.wall_s_epoch, 3, true);
        }
        training("GFLOP/s of the products that are needed").print(|line| line.gflops, 1, false);
        training(&format!("that as a share of {peak:.0} GFLOP/s a core")).print(|line| line.peak_share, 2, false);
        training("accuracy on the test data").print(|line| line.accuracy, 3, false);
        let steps = |title: &str| table(&format!("Training step, {title}"), What::Step);
        steps("milliseconds, and times taut's").print(|line| line.ms_step, 2, true);
        steps("GFLOP/s of the products that are needed").print(|line| line.gflops, 1, false);
        steps("mean loss of the first epoch").print(|line| line.first_loss, 3, false);
        steps("mean loss of the last epoch").print(|line| line.last_loss, 3, false);
        let inferences = |title: &str| table(&format!("Inference of a sample, {title}"), What::Infer);
        inferences("microseconds, and times taut's").print(|line| line.us, 1, true);
        inferences("GFLOP/s of the products that are needed").print(|line| line.gflops, 1, false);
        table("Prediction, microseconds a call, and times taut's", What::Predict).print(|line| line.us, 2, true);
    }
    let products = of(What::Products, 1);
    for kind in ["forward", "kernel gradient", "input gradient"] {
        let lines = products.iter().copied().filter(|line| line.network.starts_with(kind)).collect();
        let title = format!("Product, {kind}: GFLOP/s and times taut's; one thread");
        Table { title, lines }.print(|line| line.gflops, 1, true);
    }
    let mut with_learning_rate = vec![];
    for line in lines.iter().filter(|line| line.error.is_some()) {
        let error = line.error.as_deref().unwrap_or_default();
        if !with_learning_rate.contains(&(&line.peer, error)) {
            eprintln!("{}: {} b{}: {error}", line.peer, line.network, line.batch);
            with_learning_rate.push((&line.peer, error));
        }
    }
}
