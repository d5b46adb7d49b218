//! Draws the figures of the guide (`taut::guide`) and writes its tables, each from functions and runs of this crate.
//! Where a run does not show what the guide says of it, the program ends with an error.
//!
//! `cargo run --release --example guide` writes to `src/guide/figures`; another folder is an argument.

mod activations;
mod chart;
mod losses;
mod networks;
mod overfitting;
mod plots;
mod training;

use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let here = concat!(env!("CARGO_MANIFEST_DIR"), "/src/guide/figures");
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| here.into()));
    std::fs::create_dir_all(&folder)?;
    networks::draw(&folder)?;
    losses::draw(&folder)?;
    activations::draw(&folder)?;
    overfitting::draw(&folder)?;
    training::draw(&folder)?;
    plots::draw(&folder)?;
    Ok(())
}

/// Fails, unless a run shows what the guide says of it.
fn shows(what: &str, holds: bool) -> Result<(), Box<dyn Error>> {
    if holds { Ok(()) } else { Err(format!("the guide says that {what}; this run does not show it").into()) }
}
