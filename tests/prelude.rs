//! The names that the crate gives to its users: the prelude is short and shadows nothing, the root has every public
//! name of the modules, and the page `overview` names all that there is.
#![cfg(feature = "train")]

use std::collections::BTreeSet;
use std::path::Path;

/// The largest number of names in the prelude.
const MOST: usize = 70;

/// Modules whose every name stands at the root too.
const FACADES: &[&str] = &["callbacks", "int8", "layers", "losses", "metrics", "model", "optimizers"];

fn source(file: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file)).unwrap()
}

/// The names that the `pub use` items of a text bring in, without modules and without `as _`.
fn reexports(text: &str) -> BTreeSet<String> {
    let code: String = text.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n");
    let mut names = BTreeSet::new();
    for item in code.split("pub use ").skip(1) {
        for path in item.split(';').next().unwrap().split([',', '{', '}']) {
            let path = path.trim();
            let name = path.rsplit("::").next().unwrap();
            let module = path.is_empty() || path.ends_with("::");
            if !module && !name.ends_with("as _") && !name.is_empty() {
                names.insert(name.to_string());
            }
        }
    }
    names
}

/// What stands between the braces of a module of `lib.rs`, and the file without it.
fn inner(module: &str) -> (String, String) {
    let text = source("lib.rs");
    let start = text.find(&format!("pub mod {module} {{\n")).unwrap();
    let end = start + text[start..].find("\n}\n").unwrap();
    (text[start..end].to_string(), format!("{}{}", &text[..start], &text[end..]))
}

#[test]
fn the_prelude_is_short() {
    let names = reexports(&inner("prelude").0);
    println!("{} names", names.len());
    assert!(names.contains("Model") && names.contains("network"), "{names:?}");
    assert!((50..=MOST).contains(&names.len()), "expected at most {MOST} names, received {}", names.len());
    assert!(!names.contains("*"), "expected names, received a glob");
}

#[test]
fn the_root_has_every_public_name_of_the_modules() {
    let root = reexports(&inner("prelude").1);
    assert!(!root.contains("*"), "expected names, received a glob");
    let mut missing = vec![];
    for facade in FACADES {
        let names = reexports(&source(&format!("{facade}/mod.rs")));
        assert!(names.len() > 5, "the test sees the names of {facade}: {names:?}");
        missing.extend(names.difference(&root).map(|name| format!("{facade}::{name}")));
    }
    assert!(missing.is_empty(), "expected in the lists of src/lib.rs: {}", missing.join(", "));
}

#[test]
fn the_overview_names_all_that_there_is() {
    let page = source("overview.rs");
    let mut missing = vec![];
    for facade in ["callbacks", "layers", "losses", "metrics", "optimizers"] {
        for name in reexports(&source(&format!("{facade}/mod.rs"))) {
            missing.extend((!page.contains(&format!("crate::{name})"))).then_some(name));
        }
    }
    // Traits, what stands in the parameters of layers, metrics and callbacks, and names of a feature that is off by
    // default, which stand there without a link.
    const OTHERS: &[&str] = &[
        "Activation",
        "Attending",
        "Average",
        "BatchEnd",
        "Bias",
        "Callback",
        "Causal",
        "Channels",
        "ClassLabel",
        "Clip",
        "Contains",
        "Counts",
        "Curve",
        "Ema",
        "EpochEnd",
        "Fits",
        "Fused",
        "HasValidation",
        "Hparam",
        "Index",
        "IsPositive",
        "Logits",
        "Loss",
        "Mask",
        "Mean",
        "MeanLoss",
        "Metric",
        "Mode",
        "Monitor",
        "Named",
        "NotValidated",
        "OfLogits",
        "Optimizer",
        "RecurrentWork",
        "ReturnLast",
        "ReturnSequence",
        "Returns",
        "Run",
        "Summation",
        "SummaryWriter",
        "Takes",
        "TensorBoard",
        "Thresholds",
        "TokenMask",
        "TrainBegin",
        "Training",
        "TrainingLoss",
        "UnitForgetBias",
        "Unmasked",
        "UseBias",
        "Val",
        "ValLoss",
        "Validated",
        "VectorActivation",
        "With",
    ];
    missing.retain(|name| !name.ends_with("Options") && !name.ends_with("State") && !OTHERS.contains(&&**name));
    assert!(missing.is_empty(), "expected in the table of src/overview.rs: {}", missing.join(", "));
}

/// A program's own names beside the prelude's.
mod own {
    use taut::prelude::*;

    #[derive(Clone, Copy, Default)]
    pub struct Step(pub usize);
    pub struct Batch<X>(pub Vec<X>);
    #[derive(Default)]
    pub struct Options {
        pub step: Step,
    }
    pub enum Mode {
        Slow,
    }
    pub struct Run {
        pub options: Options,
        pub mode: Mode,
        pub index: Index,
    }
    pub type Index = usize;
    pub struct Average(pub f32);
    pub struct Start;
    pub struct Context;
    pub struct Row;
    pub struct Map;
    pub type Result<T> = std::result::Result<T, Error>;
    #[derive(Debug)]
    pub struct Error;

    network! { pub type Net: Vector<2> = (Dense<2, 4>, Relu, Dense<4, 2>, Softmax); }

    pub fn run() -> Result<usize> {
        let run = Run { options: Options::default(), mode: Mode::Slow, index: 1 };
        let (Context, Row, Start, Map, Average(mean)) = (Context, Row, Start, Map, Average(0.5));
        let model = Model::<Vector<2>, Net>::new(run.index as u64);
        let batch = Batch(vec![Vector::new([mean, 1.0])]);
        let Mode::Slow = run.mode;
        Ok(batch.0.iter().map(|x| model.predict(x).values().len()).sum::<usize>() + run.options.step.0)
    }
}

#[test]
fn a_program_may_use_common_names_for_its_own() {
    assert_eq!(own::run().unwrap(), 2);
}

#[test]
fn the_tests_see_what_they_look_for() {
    let text = "pub use a::{B, c::{D, E}};\npub use f::G as _; // pub use h::I;\npub use crate::{j, k::L};\nuse m::N;";
    let names: Vec<String> = reexports(text).into_iter().collect();
    assert_eq!(names, ["B", "D", "E", "L", "j"]);
}
