//! The plot: seconds of an epoch, a bar for each peer, on a logarithmic axis.

use crate::Result;
use crate::line::{Line, What, median};
use plotters::prelude::*;
use std::path::Path;

const BAR: i32 = 16;
const LEFT: i32 = 150;
const WIDTH: i32 = 860;

/// Draws what was measured of training with the fewest threads.
pub fn draw(lines: &[Line], path: &Path) -> Result<()> {
    let training = |line: &&Line| line.what == What::Train && median(&line.cpu_s).is_some();
    let threads = lines.iter().filter(training).map(|line| line.threads).min().ok_or("no training was measured")?;
    let mut lines: Vec<&Line> = lines.iter().filter(training).filter(|line| line.threads == threads).collect();
    let seconds = |line: &Line| median(&line.cpu_s).unwrap_or(f64::NAN);
    let mut groups: Vec<(&str, usize)> = vec![];
    for line in &lines {
        if !groups.contains(&(&line.network, line.batch)) {
            groups.push((&line.network, line.batch));
        }
    }
    lines.sort_by(|a, b| seconds(a).total_cmp(&seconds(b)));
    let ends = lines.iter().map(|line| seconds(line));
    let low = 10_f64.powf((ends.clone().fold(f64::INFINITY, f64::min).log10() - 0.3).floor());
    let high = ends.fold(0.0, f64::max) * 1.6;
    let x = |seconds: f64| LEFT + ((seconds / low).ln() / (high / low).ln() * f64::from(WIDTH - LEFT - 70)) as i32;

    let rows = (lines.len() + 2 * groups.len()) as i32;
    let height = 50 + rows * BAR;
    let root = SVGBackend::new(path, (WIDTH as u32, height as u32)).into_drawing_area();
    root.fill(&WHITE)?;
    let font = ("sans-serif", 12).into_font();
    let bold = ("sans-serif", 13).into_font().style(FontStyle::Bold);
    let title = format!("Seconds of the processor for an epoch on Fashion-MNIST, {threads} thread(s), log scale");
    root.draw(&Text::new(title, (12, 10), bold.clone()))?;
    let mut tick = low;
    while tick < high {
        let grid = PathElement::new([(x(tick), 34), (x(tick), height - 18)], BLACK.mix(0.15));
        root.draw(&grid)?;
        root.draw(&Text::new(format!("{tick}"), (x(tick) - 8, height - 15), font.clone()))?;
        tick *= 10.0;
    }
    let mut y = 34;
    for (network, batch) in groups {
        root.draw(&Text::new(format!("{network}, batches of {batch}"), (12, y), bold.clone()))?;
        y += BAR;
        for line in lines.iter().filter(|line| line.network == network && line.batch == batch) {
            let color = if line.peer == "taut" { RGBColor(200, 80, 20) } else { RGBColor(110, 130, 160) };
            root.draw(&Text::new(line.peer.clone(), (24, y + 2), font.clone()))?;
            root.draw(&Rectangle::new([(LEFT, y + 2), (x(seconds(line)), y + BAR - 2)], color.filled()))?;
            let label = format!("{:.3}", seconds(line));
            root.draw(&Text::new(label, (x(seconds(line)) + 5, y + 2), font.clone()))?;
            y += BAR;
        }
        y += BAR;
    }
    root.present()?;
    Ok(())
}
