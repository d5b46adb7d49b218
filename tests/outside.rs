//! Programs of users: each compiles outside the crate, without `unsafe`, and runs.
#![cfg(feature = "plot")]

#[path = "outside/embedded.rs"]
mod embedded;
#[path = "outside/own.rs"]
mod own;
#[path = "outside/readme.rs"]
mod readme;

#[test]
fn an_embedded_network() {
    embedded::main();
}

#[test]
fn a_layer_a_loss_a_metric_and_callbacks_of_ones_own() {
    own::main().unwrap();
}

#[test]
fn the_program_of_the_readme_on_made_up_images() {
    readme::main().unwrap();
}
