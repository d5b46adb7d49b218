//! What does not compile, and the sentence that its author reads.
//!
//! `TRYBUILD=overwrite cargo test --test ui` records the texts anew: read the difference as a user would.
//!
//! Each mistake should be one error of at most twenty lines. Those that are more, and why:
//!
//! - A plain tuple that does not fit, without `network!`: the bound of `Model` is one error and `new`, which is not
//!   found then, is another. With the bound on `new` alone, each method that is called later would be an error
//!   instead.
//! - A padding that is none, two arguments that are swapped, two fields of one name: two bounds are not met, or the
//!   struct is not there.
//! - A function that is called with something that does not fit shows its own line: five to seven lines of the bounds
//!   of `compile`, `callbacks`, `validation`, `get` and `quantize`.
//! - A layer, loss or metric that a macro implements shows where: five to eleven lines of the macro's call. An impl
//!   that has `#[diagnostic::do_not_recommend]` shows nothing, but also hides which of its own bounds is not met.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use taut::prelude::*;

/// The compiler that the texts are recorded with: another one words and cuts them differently.
const RECORDED_WITH: &str = "rustc 1.95.";

#[test]
fn mistakes_get_their_text() {
    let rustc = std::env::var_os("RUSTC").unwrap_or("rustc".into());
    let version = Command::new(rustc).arg("--version").output().expect("rustc says its version").stdout;
    let version = String::from_utf8_lossy(&version);
    if version.starts_with(RECORDED_WITH) {
        trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
    } else {
        // Past the test harness, which shows what a test prints only if it fails.
        let said = format!("skipped: the texts of the compiler are those of {RECORDED_WITH}x, and this is {version}");
        writeln!(std::io::stderr(), "\n{}", said.trim_end()).unwrap();
        assert_ne!(std::env::var("TAUT_CI").as_deref(), Ok("1"), "with TAUT_CI=1 no test may be skipped");
    }
}

/// Each mistake, with what its text must say.
#[rustfmt::skip]
const SENTENCES: &[(&str, &str)] = &[
    ("attention_channels", "`taut::MultiHeadAttention<8, 2, 4>` cannot take `taut::Sequence<20, 16>` as its input"),
    ("attention_mask", "`taut::ReturnSequence` is not a mask"),
    ("augment_vector", "`taut::RandomFlip` cannot augment `taut::Vector<1>`"),
    ("batch_norm_channels", "`taut::BatchNorm<32>` cannot take `taut::Vector<64>` as its input"),
    ("bidirectional_output", "both directions of `taut::Image<20, 3, 1>` cannot be put beside each other"),
    ("budget", "the network must fit in 128 KiB of flash"),
    ("class_weight", "expected an array with a size of 3, found one with a size of 2"),
    ("class_weight_labels", "class weights do not fit labels `taut::Image<2, 2, 1>`"),
    ("compile_swapped", "`taut::SparseCategoricalCrossentropy` is not an optimizer"),
    ("conv1d_window", "a window of 5 steps does not fit into `taut::Sequence<4, 8>` with `Valid`"),
    ("conv_channels", "`taut::Conv2d<16, 16, 3>` cannot take `taut::Image<26, 26, 8>` as its input"),
    ("conv_dilated", "a window 3 high and 3 wide does not fit into `taut::Image<28, 28, 1>` with `taut::Dilated<14>`"),
    ("conv_flatten", "`taut::Dense<5408, 10>` cannot take `taut::Image<26, 26, 8>` as its input"),
    ("conv_no_padding", "`taut::Relu` is no padding"),
    ("conv_size", "a window 3 high and 3 wide does not fit into `taut::Image<4100, 10, 1>` with `taut::Same`"),
    ("conv_stride_0", "`taut::Same<0>` is no padding"),
    ("conv_too_high", "a window 5 high and 5 wide does not fit into `taut::Image<4, 28, 1>` with `Valid`"),
    ("conv_too_wide", "a window 4 high and 4 wide does not fit into `taut::Image<13, 3, 8>` with `Valid`"),
    ("conv_vector", "`taut::Conv2d<1, 8, 3>` cannot take `taut::Vector<784>` as its input"),
    ("cropping_all", "`taut::Image<8, 8, 6>` does not have 4 + 4 rows and 4 + 4 columns to crop, and one more"),
    ("confusion_matrix_labels", "`f32` is not a label of one of 3 classes"),
    ("dataset_input", "a model of `taut::Image<28, 28, 1>` with targets `taut::Class<10>` does not take a `taut::Dataset<taut::Image<32, 32, 3>, taut::Class<10>>`"),
    ("dense_12", "`taut::Dense<64, 10>` cannot take `taut::Vector<65>` as its input"),
    ("dense_6", "`taut::Dense<65, 10>` cannot take `taut::Vector<64>` as its input"),
    ("dense_nested", "`taut::Dense<64, 10>` cannot take `taut::Vector<32>` as its input"),
    ("dense_own_line", "`taut::Dense<65, 10>` cannot take `taut::Vector<64>` as its input"),
    ("dropout_100", "`Dropout<100>` takes a percentage from 0 to 99"),
    ("embed_const", "expected `static NET: Net = \"net.taut\";`"),
    ("embed_damaged", "the checkpoint is damaged: the checksum of its parameters does not fit"),
    ("embedding_floats", "`taut::Embedding<1000, 16>` cannot take `taut::Sequence<20, 3>` as its input"),
    ("embed_example", "expected a checkpoint with an example of the network's input and output; `save_with_example` writes one"),
    ("embed_floats", "expected: Quantized (Int8Dense<2, 8>, Int8Clamp, Int8Dense<8, 2>, Int8Softmax)"),
    ("embed_foreign", "this file is not a checkpoint of taut"),
    ("embed_nan", "parameter 41 of the checkpoint is NaN or infinite"),
    ("embed_other", "received: (Dense<2, 8>, Relu, Dense<8, 2>, Softmax)"),
    ("embed_quantized", "received: Quantized (Int8Dense<2, 8>, Int8Clamp, Int8Dense<8, 2>, Int8Softmax)"),
    ("fit_before_compile", "call `.compile(optimizer, loss, metrics)` before `.fit`"),
    ("flatten_network", "the length of `taut::Image<224, 224, 3>` is not in the table of sizes that taut was built with"),
    ("flatten_too_long", "put `Reshape<taut::Image<224, 224, 3>, Vector<N>>` for `Flatten`"),
    ("flatten_zero", "the length of `taut::Image<28, 28, 0>` is not in the table of sizes that taut was built with"),
    ("glu_odd", "`taut::Vector<7>` cannot be cut in two halves"),
    ("fold_own", "`Own` does not say what becomes of it when batch normalization is folded"),
    ("group_norm_groups", "8 channels cannot be shared out evenly to 3 groups"),
    ("groups_channels", "4 groups of 2 channels are not the 6 channels of the input"),
    ("groups_filters", "8 channels cannot be shared out evenly to 3 groups"),
    ("gru_after_last", "`taut::Gru<16, 8>` cannot take `taut::Vector<16>` as its input"),
    ("history_val_loss", "a `Val…` is monitored, but this run has no validation data"),
    ("into_forgotten", "call `Into::into` on this expression to convert `taut::L2` into `Regularizer`"),
    ("kernel_of_relu", "no field `kernel` on type `NoParameters`"),
    ("labels_classes", "a model of `taut::Image<28, 28, 1>` with targets `taut::Class<10>` does not take a `taut::Dataset<taut::Image<28, 28, 1>, taut::Class<12>>`"),
    ("labels_one_hot", "a model of `taut::Image<28, 28, 1>` with targets `Class<10>` does not take a `taut::Dataset<taut::Image<28, 28, 1>, taut::Vector<10>>`"),
    ("loss_after_relu", "the loss `taut::CategoricalCrossentropy` takes `taut::ClassProbabilities`, and the network ends in `taut::NonNegative`"),
    ("loss_binary_after_dense", "the loss `taut::BinaryCrossentropy` takes `taut::Probabilities`, and the network ends in `taut::AnyNumbers`"),
    ("loss_categorical_regression", "the loss `taut::CategoricalCrossentropy` takes `taut::ClassProbabilities`, and the network ends in `taut::AnyNumbers`"),
    ("loss_logits_after_softmax", "the loss `taut::FromLogits<taut::SparseCategoricalCrossentropy>` takes `Logits`, and the network ends in `taut::ClassProbabilities`"),
    ("loss_logits_of_one", "the loss `taut::FromLogits<taut::BinaryCrossentropy>` takes `Logits`, and the network ends in `taut::ConstantOutputs`"),
    ("loss_msle_negative", "the loss `MeanSquaredLogarithmicError` takes `taut::NonNegative`, and the network ends in `taut::AnyNumbers`"),
    ("loss_output", "the loss `taut::SparseCategoricalCrossentropy` cannot score the network's output, which is `taut::Image<28, 28, 1>`"),
    ("loss_poisson_negative", "`NonNegative`: end it with `Softplus`"),
    ("loss_softmax_forgotten", "`ClassProbabilities`: end the network with `Softmax`, or write `FromLogits(loss)`"),
    ("loss_softmax_of_one", "the loss `taut::BinaryCrossentropy` takes `taut::Probabilities`, and the network ends in `taut::ConstantOutputs`"),
    ("lstm_channels", "`taut::Lstm<8, 16>` cannot take `taut::Sequence<20, 16>` as its input"),
    ("masking_late", "`Masking` makes a mask, and is not the first layer"),
    ("metric_labels", "the metric `taut::MeanAbsoluteError` cannot compare outputs `taut::Vector<10>` with labels `Class<10>`"),
    ("metric_regression", "the metric `taut::R2Score` cannot compare outputs `taut::Vector<3>` with labels `Class<3>`"),
    ("metric_then_fit", "the metric `taut::MeanAbsoluteError` cannot compare outputs `taut::Vector<3>` with labels `taut::Class<3>`"),
    ("monitor_not_computed", "`taut::MeanAbsoluteError` is monitored, but the metrics given to `compile` do not compute it"),
    ("monitor_without_validation", "a `Val…` is monitored, but this run has no validation data"),
    ("monitor_bare_metric", "what can: `ValLoss`, `TrainingLoss`, and for a metric `Val(Accuracy)`, `Training(Accuracy)`"),
    ("network_input", "expected what the network takes: `type Net: Vector<4> = (Dense<4, 8>, Relu);`"),
    ("network_parentheses", "expected the layers in parentheses: `(Dense<4, 8>, Relu)`"),
    ("network_thirteen", "a tuple holds at most twelve layers; put tuples into tuples for more"),
    ("no_callback", "`taut::Accuracy` is neither a callback nor a tuple of callbacks for this run"),
    ("one_layer", "no field `0` on type `&mut DenseOptions`"),
    ("parallel_ends", "`taut::Image<8, 8, 3>` and `taut::Vector<192>` cannot be put one behind the other"),
    ("parallel_too_long", "`taut::Vector<16000>` and `taut::Vector<1000>` cannot be put one behind the other"),
    ("params_align", "must not be aligned beyond its fields"),
    ("params_field_forgotten", "missing field `shift` in initializer of `Affine`"),
    ("params_not_f32", "`u8` cannot be a parameter of a layer"),
    ("params_order", "`params!` must list the fields in the struct's order"),
    ("params_plan_activity", "no field `activity_regularizer` on type `&AffineOptions`"),
    ("params_plan_slot", "no field `shift` on type `&AffineOptions`"),
    ("params_repr_c", "consider adding a `#[repr(C)]`"),
    ("params_training_only", "a layer that is for `training only` has no parameters: a checkpoint leaves it out"),
    ("pool_window", "a window 2 high and 2 wide does not fit into `taut::Image<1, 1, 4>` with `Valid<2>`"),
    ("predict_input", "found reference `&taut::Vector<5>`"),
    ("predict_width", "expected an array with a size of 4, found one with a size of 3"),
    ("regularizer_as_constraint", "the trait `Constrain` is not implemented for `taut::L2`"),
    ("quantize_own", "`taut::BatchNorm<2>` of `taut::Image<2, 2, 2>` has no form of signed bytes"),
    ("recurrent_returns", "a recurrent layer cannot return `taut::Relu`"),
    ("reshape_length", "a `Reshape` cannot change how many numbers there are, as `taut::Reshape<taut::Vector<64>, taut::Image<8, 8, 3>>` would"),
    ("reshape_nested", "a `Reshape` cannot change how many numbers there are"),
    ("residual_ends", "`Residual` cannot add `taut::Vector<6>` to `taut::Vector<8>`"),
    ("residual_projection", "`Residual` cannot add `taut::Vector<6>` to `taut::Vector<5>`"),
    ("time_distributed_width", "`taut::Dense<4, 16>` cannot take `taut::Vector<3>` as its input"),
    ("network_sizes", "`taut::Dense<65, 10>` cannot take `taut::Vector<H>` as its input"),
    ("network_used", "`taut::Dense<65, 10>` cannot take `taut::Vector<64>` as its input"),
    ("pool_nested", "a window 2 high and 2 wide does not fit into `taut::Image<1, 1, 4>` with `Valid<2>`"),
    ("size_0", "`taut::Dense<4, 0, taut::NoBias>` has a size of 0"),
    ("size_0_attention", "`taut::MultiHeadAttention<4, 0, 8>` has a size of 0"),
    ("size_0_steps", "`taut::TimeDistributed<(taut::Relu, taut::Dense<4, 0>)>` has a size of 0"),
    ("size_huge", "`taut::Dense<1000000, 1000000>` has a TiB of parameters or more"),
    ("struct_around_nested", "`taut::Dense<16, 16>` cannot take `taut::Vector<32>` as its input"),
    ("struct_after_nested", "`taut::Dense<65, 10>` cannot take `taut::Vector<64>` as its input"),
    ("struct_input", "expected what the network takes: `struct Net: Vector<4> { hidden: Dense<4, 8>, relu: Relu }`"),
    ("struct_nested", "`taut::Dense<65, 64>` cannot take `taut::Vector<64>` as its input"),
    ("struct_no_field", "expected at least one layer: `struct Net: Vector<4> { hidden: Dense<4, 8>, relu: Relu }`"),
    ("struct_own", "`Own` cannot take `taut::Vector<64>` as its input"),
    ("struct_pub_field", "expected fields without `pub`, since all are public"),
    ("struct_quantize", "`taut::Lstm<2, 3>` of `taut::Sequence<4, 2>` has no form of signed bytes"),
    ("struct_sizes", "`taut::Dense<65, 10>` cannot take `taut::Vector<H>` as its input"),
    ("struct_tuple", "`taut::Dense<65, 64>` cannot take `taut::Vector<64>` as its input"),
    ("struct_two_fields", "this error originates in the macro `$crate::fields_must_differ`"),
    ("struct_unknown_field", "help: a field with a similar name exists"),
    ("struct_used", "`taut::Dense<65, 10>` cannot take `taut::Vector<64>` as its input"),
    ("too_many_layers", "a tuple holds at most twelve layers; put tuples into tuples for more"),
    ("top_k_labels", "`taut::Vector<2>` is not a label of one of 3 classes"),
    ("top_k_too_many", "`TopKCategoricalAccuracy<5>` needs at least 5 classes, and there are 3"),
    ("training_not_computed", "`taut::Accuracy` is monitored, but the metrics given to `compile` do not compute it"),
    ("transposed_dilated", "a transposed window 3 high and 3 wide cannot spread `taut::Image<8, 8, 6>` with `taut::Dilated<2>`"),
    ("validation_input", "a model of `taut::Vector<4>` with targets `taut::Class<3>` does not take a `taut::Dataset<taut::Vector<5>, taut::Class<3>>`"),
    ("validation_labels", "a model of `taut::Vector<4>` with targets `taut::Vector<3>` does not take a `taut::Dataset<taut::Vector<4>, taut::Class<3>>`"),
    ("weighted_tuple", "`(taut::Accuracy, taut::MeanIou)` is not one metric"),
];

#[test]
fn texts_keep_the_rules() {
    let sentences: BTreeMap<_, _> = SENTENCES.iter().copied().collect();
    let mut broken = String::new();
    let mut names = vec![];
    let counts = std::fs::read_to_string(COUNTS).unwrap_or_default();
    let counts: BTreeMap<_, _> = counts.lines().filter_map(row).collect();
    let mut table = String::new();
    let mut paths: Vec<_> = std::fs::read_dir("tests/ui").unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let name = path.file_stem().unwrap().to_str().unwrap().to_string();
        let text = std::fs::read_to_string(path.with_extension("stderr")).unwrap_or_default();
        let mut rule = |kept: bool, what: &str| {
            if !kept {
                broken += &format!("{name}: {what}\n");
            }
        };
        match sentences.get(&*name) {
            Some(sentence) => rule(text.contains(sentence), sentence),
            None => rule(false, "has no sentence in this table"),
        }
        let errors = text.lines().filter(|line| line.starts_with("error")).count();
        let now = (errors, text.lines().count());
        match counts.get(&name) {
            Some(known) => rule(now == *known, &format!("has {now:?} errors and lines, and the table says {known:?}")),
            None => rule(false, &format!("has {now:?} errors and lines, and no row in {COUNTS}")),
        }
        // What has become less becomes the most there may be.
        let most = counts.get(&name).map_or(now, |known| (now.0.min(known.0), now.1.min(known.1)));
        writeln!(table, "{name:28} {:2} {:3}", most.0, most.1).unwrap();
        for private in
            ["UInt<", "typenum", "taut::_", "written to", "rustlib", "$RUST", "$CARGO", "/tmp", "/home", "/root"]
        {
            rule(!text.contains(private), &format!("shows {private}"));
        }
        // A module's name between the crate's and the type's: only what is not at the root has one.
        for module in MODULES {
            rule(!text.contains(&format!("taut::{module}::")), &format!("shows the module {module}"));
        }
        names.push(name);
    }
    let gone: Vec<_> = sentences.keys().filter(|known| !names.iter().any(|name| name == *known)).collect();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(COUNTS, table).unwrap();
    }
    assert!(broken.is_empty() && gone.is_empty(), "{broken}no such files: {gone:?}");
}

/// The errors and the lines of each text. They can only become fewer: `BLESS=1 cargo test --test ui texts` writes down
/// those that have.
const COUNTS: &str = "tests/ui/counts.txt";

/// A name, its errors and its lines.
fn row(line: &str) -> Option<(String, (usize, usize))> {
    let mut words = line.split_whitespace();
    Some((words.next()?.into(), (words.next()?.parse().ok()?, words.next()?.parse().ok()?)))
}

/// All but `embed`, whose function `read` is named to the author of a layer.
const MODULES: &[&str] = &[
    "callbacks",
    "constraints",
    "datasets",
    "initializers",
    "kernels",
    "layer",
    "layers",
    "losses",
    "metrics",
    "model",
    "named",
    "optimizers",
    "params",
    "regularizers",
    "sample",
    "shape",
    "text",
    "train",
];

/// Writes the checkpoints that stand beside the cases.
#[test]
#[ignore = "for when the format changes: cargo test --test ui -- --ignored"]
fn write_checkpoints() -> taut::Result<()> {
    type Net = (Dense<2, 8>, Relu, Dense<8, 2>, Softmax);
    let x = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]].map(Vector::new).repeat(8);
    let y = x.iter().filter_map(|x| Class::new((x.0[0] != x.0[1]) as usize)).collect();
    let optimizer = Adam { learning_rate: 0.02, ..Adam::default() };
    let mut model = Model::<Vector<2>, Net>::new(3).compile(optimizer, SparseCategoricalCrossentropy, Accuracy);
    let history = model.fit(&Dataset::new(x, y)?, Fit { epochs: 200, verbose: Verbose::Silent, ..Fit::default() })?;
    assert_eq!(history.get(Training(Accuracy)).last(), Some(&1.0));
    let folder = Path::new("tests/ui");
    model.save(folder.join("xor.taut"))?;

    let whole = std::fs::read(folder.join("xor.taut")).expect("it was just written");
    let last = whole.len() - 4;
    let parameters = whole.len() - size_of::<Net>();
    let write = |name, bytes| std::fs::write(folder.join(name), bytes).expect("the folder can be written to");
    let mut damaged = whole.clone();
    damaged[last] ^= 1;
    write("damaged.taut", damaged);
    let mut nan = whole;
    nan[last..].copy_from_slice(&f32::NAN.to_le_bytes());
    let checksum = taut::io::format::scan(&nan[parameters..]).0;
    nan[8..16].copy_from_slice(&checksum.to_le_bytes());
    write("nan.taut", nan);
    Ok(())
}
