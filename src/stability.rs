//! What this crate promises, and what may change in any release.
//!
//! # Promises
//!
//! | | |
//! |---|---|
//! | public items | versions are [semantic](https://semver.org): what compiles with a version compiles with each later one of the same major number; before 1.0, of the same minor number |
//! | structs of settings | [`Fit`](crate::Fit), [`OptimizerOptions`](crate::OptimizerOptions), the optimizers, losses and metrics with fields and the options of layers may gain fields, whose default changes nothing: write `..Fit::default()` |
//! | enums | those that may grow are `#[non_exhaustive]`, [`Error`](crate::Error) and [`Flaw`](crate::io::format::Flaw) among them |
//! | traits | [`Layer`](crate::Layer), [`Train`](crate::Train), [`Loss`](crate::Loss), [`Metric`](crate::Metric), [`Optimizer`](crate::Optimizer), [`Callback`](crate::Callback) and the other traits for a type of your own gain no required item, under no feature |
//! | checkpoints | versions 1 and 2 of the format are read forever; a new version of the format is a new minor version of the crate |
//! | words in checkpoints | the text of a layer or an optimizer ([`Arch::NAME`](crate::Arch::NAME), [`Optimizer::NAME`](crate::Optimizer::NAME), [`MomentInfo::name`](crate::MomentInfo::name)) stays, even if its type is renamed |
//! | parameters | the fields of a layer, their order and their layout, which are those of Keras |
//! | bits | within one version, on one kind of processor, the same seed, data and settings give the same bits, for any number of threads, also of a resumed run |
//! | input | no panic on bad data, files or settings: an [`Error`](crate::Error) says what was expected and what was received |
//! | inference | without `std`, without an allocator, without a panic; at most [`Budget::RAM`](crate::Budget::RAM) bytes of memory |
//! | features | only add: what compiles without a feature compiles with it |
//! | compiler | Rust 1.92, stable; a later one is a new minor version |
//!
//! # No promises
//!
//! | | |
//! |---|---|
//! | hidden items | all that is `#[doc(hidden)]`, `__private` first of all: the crate's macros need it |
//! | texts | the exact words of errors, of `Debug` and `Display`, of the summary and of the progress bar |
//! | compile errors | the texts that the compiler prints; mistakes stay compile errors |
//! | bits of other versions | a later version, another processor or another set of vector instructions rounds otherwise; so do draws from the random generator of a later version |
//! | `Scratch` and `Cache` of layers | the types and their sizes; the layout of [`Scratch`](crate::Layer::Scratch) in memory |
//! | budgets | [`Budget::FLASH`](crate::Budget::FLASH), [`Budget::RAM`](crate::Budget::RAM) and [`Budget::MACS`](crate::Budget::MACS) may fall in any release, and rise in a minor one |
//! | speed | measured for each release, but no part of the interface |
//! | traits without a public name | a bound of a public item may name a trait that only this crate implements |
//!
//! # Crates in public signatures
//!
//! A new major version of these crates, or a new minor one before their 1.0, is a new minor version of taut before 1.0,
//! and a new major one after it. Name them in `Cargo.toml` in the version of the table to use the same types.
//!
//! | crate | where | why it is not wrapped |
//! |---|---|---|
//! | `nalgebra` 0.35 | the fields of layers (`SMatrix`, `SVector`), [`Vector`](crate::Vector) | matrices of static size with their whole arithmetic: a layer of your own is written with them, and a wrapper would repeat all of nalgebra |
//! | `rand` 0.10 | [`Context::random`](crate::Context::random), [`Initialize::fill`](crate::Initialize::fill): `Xoshiro256PlusPlus` | a layer or an initializer of your own draws from the distributions of the whole ecosystem; the generator is part of the training's state |
//! | `serde` 1 | `Serialize` and `Deserialize` of settings and histories, with the feature `serde` | 1.0 since 2017 |
//!
//! All other dependencies are an affair of the inside, `bincode` too: the state of a training that it writes is read as
//! part of the file's format.
