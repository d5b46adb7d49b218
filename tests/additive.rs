//! Features only add: what compiles without one compiles with it.
//!
//! A crate that implements a layer without `train` goes on compiling when another crate of the same program turns it
//! on.
#![cfg(feature = "train")]

#[path = "additive/layer/src/layers.rs"]
mod layers;

use layers::{Affine, Keep, Negate};
use std::path::Path;
use std::process::Command;
use taut::prelude::*;

/// `cargo check` of one of the packages in `tests/additive`, beside what has been compiled already.
fn check(arguments: &[&str]) {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(env!("CARGO_MANIFEST_DIR")).args(["check", "--quiet", "--package"]).args(arguments);
    let output = cargo.arg("--target-dir").arg(target).output().unwrap();
    assert!(output.status.success(), "cargo check {arguments:?}\n{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_layer_without_train_compiles_alone_and_beside_a_crate_with_train() {
    check(&["layer"]);
    check(&["app"]);
}

#[test]
fn the_same_source_trains_where_its_own_feature_says_so() {
    type Net = (Affine<2>, Dense<2, 8>, Tanh, Dense<8, 1>);
    let x: Vec<_> = (0..64).map(|i| Vector::new([(i % 8) as f32 / 8.0, (i / 8) as f32 / 8.0])).collect();
    let y = x.iter().map(|x| Vector::new([x.0[0] - x.0[1]])).collect();
    let mut model = Model::<Vector<2>, Net>::new(1).layers(|net| net.0.gain.regularizer = L2(1e-6).into()).compile(
        Adam { learning_rate: 0.01, ..Adam::default() },
        MeanSquaredError,
        (),
    );
    let gain = model.net().0.gain;
    let data = Dataset::new(x, y).unwrap();
    let history = model.fit(&data, Fit { epochs: 60, verbose: Verbose::Silent, ..Fit::default() }).unwrap();
    assert!(history.get(TrainingLoss)[59] < 0.01, "{history}");
    assert_ne!(model.net().0.gain, gain);
    // The two others only infer.
    let mut scratch = taut::memory::boxed();
    assert_eq!((Keep, Negate).predict(&Vector::new([3.0]), &mut scratch).values(), [-3.0]);
}

/// Traits that have an item only with a feature would be implemented by one crate without it and fail with it.
#[test]
fn no_trait_has_items_of_a_feature() {
    let mut found = vec![];
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let mut inside = None;
            for line in text.lines() {
                if let Some((_, rest)) = line.split_once("trait ").filter(|_| !line.trim_start().starts_with("//")) {
                    let name = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap();
                    let indent = line.len() - line.trim_start().len();
                    inside = line.ends_with('{').then(|| (name.to_string(), " ".repeat(indent) + "}"));
                    // The bounds may go on for lines.
                    inside = inside
                        .or((!line.ends_with('}') && !line.ends_with(';'))
                            .then(|| (name.into(), " ".repeat(indent) + "}")));
                }
                let Some((name, end)) = &inside else { continue };
                if line.trim_start().starts_with("#[cfg(feature") && !UNNAMEABLE.contains(&name.as_str()) {
                    found.push(format!("{}: {name}", path.display()));
                }
                if line.starts_with(end.as_str()) {
                    inside = None;
                }
            }
        }
    }
    assert!(found.is_empty(), "items of a trait that only a feature brings:\n{}", found.join("\n"));
}

/// No other crate can name these, and so none implements them.
const UNNAMEABLE: [&str; 2] = ["RecurrentCell", "Transform"];
