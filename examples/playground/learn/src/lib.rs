//! Trains a small network on points of the plane, for a page that draws it.
//!
//! The page calls [`draw`] and [`build`], then [`train`] as often as it likes, and reads what the other functions
//! return. A call that fails returns 1, and [`message`] tells why.

mod data;
mod network;

use data::{Kind, Points};
use network::{ACTIVATIONS, Epoch, Learner, Penalty, learner};
use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use std::cell::RefCell;
use std::sync::Arc;
use taut::{L1L2, prelude::*};

/// The columns and the rows of [`boundary`].
const GRID: usize = 64;
/// The boundary is drawn from `-LIMIT` to `LIMIT` on both axes.
const LIMIT: f32 = 1.3;
/// A weight is near zero if its absolute value is below this.
const NEAR_ZERO: f32 = 0.05;
/// Dense layers of the deepest network.
const DENSE: usize = 4;

#[derive(Default)]
struct State {
    points: Option<(Points, Points)>,
    learner: Option<Box<dyn Learner>>,
    penalties: [Arc<Penalty>; DENSE],
    epoch: Epoch,
    boundary: Vec<Vector<1>>,
    message: String,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// Calls `f` with the state; returns 1 and keeps the message where it fails.
fn run(f: impl FnOnce(&mut State) -> Result<(), String>) -> u32 {
    STATE.with_borrow_mut(|state| match f(state) {
        Ok(()) => 0,
        Err(message) => {
            state.message = message;
            1
        }
    })
}

fn expected(what: &str, expected: impl ToString, received: impl ToString) -> String {
    format!("{what}: expected {}, received {}", expected.to_string(), received.to_string())
}

/// Draws points to train on and half as many to validate on.
///
/// - `kind`: an index of [`Kind::ALL`]; `noise`: a standard deviation.
#[unsafe(no_mangle)]
pub extern "C" fn draw(kind: usize, points: usize, noise: f32, seed: u32) -> u32 {
    run(|state| {
        let kind = Kind::ALL.get(kind).ok_or_else(|| expected("data", "0 to 3", kind))?;
        if !(2..=10_000).contains(&points) {
            return Err(expected("points", "2 to 10000", points));
        }
        if !(0.0..=10.0).contains(&noise) {
            return Err(expected("noise", "0 to 10", noise));
        }
        let random = &mut Xoshiro256PlusPlus::seed_from_u64(u64::from(seed));
        let mut draw = |points| kind.draw(points, noise, random).map_err(|error| error.to_string());
        state.points = Some((draw(points)?, draw(points / 2)?));
        Ok(())
    })
}

/// Makes a new network.
///
/// - `depth`: hidden layers; `activation`: an index of [`ACTIVATIONS`].
#[unsafe(no_mangle)]
pub extern "C" fn build(depth: usize, activation: usize, seed: u32) -> u32 {
    run(|state| {
        let offered = || format!("1 to 3 hidden layers and an activation below {}", ACTIVATIONS.len());
        let learner = learner(depth, activation, u64::from(seed), &state.penalties);
        state.learner = Some(learner.ok_or_else(|| {
            expected("network", offered(), format!("{depth} hidden layers and the activation {activation}"))
        })?);
        Ok(())
    })
}

/// Sets the penalties of a dense layer's weights, from the next step on. Their ranges are checked by [`train`].
#[unsafe(no_mangle)]
pub extern "C" fn penalize(layer: usize, l1: f32, l2: f32) -> u32 {
    run(|state| {
        let penalty = state.penalties.get(layer).ok_or_else(|| expected("layer", "0 to 3", layer))?;
        penalty.set(L1L2 { l1, l2 });
        Ok(())
    })
}

/// Trains for an epoch, whose numbers are then at [`epoch`].
#[unsafe(no_mangle)]
pub extern "C" fn train(batch_size: usize, learning_rate: f32) -> u32 {
    run(|state| {
        let State { points: Some((train, test)), learner: Some(learner), .. } = state else {
            return Err("expected points and a network, received none".into());
        };
        state.epoch = learner.epoch(train, test, batch_size, learning_rate).map_err(|error| error.to_string())?;
        Ok(())
    })
}

/// Evaluates the network as it is: the numbers are then at [`epoch`].
#[unsafe(no_mangle)]
pub extern "C" fn evaluate() -> u32 {
    run(|state| {
        let State { points: Some((train, test)), learner: Some(learner), .. } = state else {
            return Err("expected points and a network, received none".into());
        };
        state.epoch = learner.evaluate(train, test).map_err(|error| error.to_string())?;
        Ok(())
    })
}

/// Four numbers: the loss and the accuracy, and both of the validation.
#[unsafe(no_mangle)]
pub extern "C" fn epoch() -> *const Epoch {
    STATE.with_borrow(|state| &raw const state.epoch)
}

/// The probability of the second class on a grid of [`grid`] rows, the topmost first.
#[unsafe(no_mangle)]
pub extern "C" fn boundary() -> *const Vector<1> {
    STATE.with_borrow_mut(|state| {
        let place = |i: usize| LIMIT * (2.0 * (i as f32 + 0.5) / GRID as f32 - 1.0);
        let grid = (0..GRID * GRID).map(|i| Vector::new([place(i % GRID), -place(i / GRID)]));
        state.boundary = state.learner.as_ref().map_or(vec![], |learner| learner.predict(&grid.collect::<Vec<_>>()));
        state.boundary.as_ptr()
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn grid() -> usize {
    GRID
}

#[unsafe(no_mangle)]
pub extern "C" fn limit() -> f32 {
    LIMIT
}

/// The coordinates of the points to train on, or to validate on.
#[unsafe(no_mangle)]
pub extern "C" fn points(validation: bool) -> *const Vector<2> {
    points_of(validation, |points| points.x.as_ptr(), std::ptr::null())
}

/// Their classes: 0 or 1, as floats.
#[unsafe(no_mangle)]
pub extern "C" fn classes(validation: bool) -> *const Vector<1> {
    points_of(validation, |points| points.y.as_ptr(), std::ptr::null())
}

/// How many there are.
#[unsafe(no_mangle)]
pub extern "C" fn len(validation: bool) -> usize {
    points_of(validation, Dataset::len, 0)
}

fn points_of<T>(validation: bool, f: impl FnOnce(&Points) -> T, none: T) -> T {
    STATE.with_borrow(|state| match &state.points {
        Some((train, test)) => f(if validation { test } else { train }),
        None => none,
    })
}

/// The weights of a dense layer, without its biases: an output after the other for each input. Null where there is no
/// such layer.
#[unsafe(no_mangle)]
pub extern "C" fn weights(layer: usize) -> *const f32 {
    weights_of(layer, |weights, _| weights.as_ptr(), std::ptr::null())
}

/// How many weights a dense layer has, without its biases.
#[unsafe(no_mangle)]
pub extern "C" fn weights_len(layer: usize) -> usize {
    weights_of(layer, |weights, _| weights.len(), 0)
}

/// The outputs of a dense layer.
#[unsafe(no_mangle)]
pub extern "C" fn outputs(layer: usize) -> usize {
    weights_of(layer, |_, outputs| outputs, 0)
}

/// How many weights of a dense layer are near zero: of an absolute value below [`near_zero_below`].
#[unsafe(no_mangle)]
pub extern "C" fn near_zero(layer: usize) -> usize {
    weights_of(layer, |weights, _| weights.iter().filter(|w| w.abs() < NEAR_ZERO).count(), 0)
}

#[unsafe(no_mangle)]
pub extern "C" fn near_zero_below() -> f32 {
    NEAR_ZERO
}

fn weights_of<T>(layer: usize, f: impl FnOnce(&[f32], usize) -> T, none: T) -> T {
    STATE.with_borrow(|state| match state.learner.as_ref().and_then(|learner| learner.weights(layer)) {
        Some((weights, outputs)) => f(weights, outputs),
        None => none,
    })
}

/// What went wrong last, in UTF-8.
#[unsafe(no_mangle)]
pub extern "C" fn message() -> *const u8 {
    STATE.with_borrow(|state| state.message.as_ptr())
}

#[unsafe(no_mangle)]
pub extern "C" fn message_len() -> usize {
    STATE.with_borrow(|state| state.message.len())
}
