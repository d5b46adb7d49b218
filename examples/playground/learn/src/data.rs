//! Points of the plane in two classes.

use rand::{Rng, RngExt};
use rand_distr::{Distribution, StandardNormal};
use std::f32::consts::{PI, TAU};
use taut::prelude::*;

/// A point, and 1 for the second class.
pub type Points = Dataset<Vector<2>, Vector<1>>;

/// How the points lie. All lie between -1.2 and 1.2, but for the noise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Two half circles that reach into each other.
    Moons,
    /// A disk and the ring around it.
    Circles,
    /// Four squares, of which those that touch in a corner are of one class.
    Xor,
    /// Two arms that wind around each other.
    Spiral,
}

impl Kind {
    pub const ALL: [Kind; 4] = [Kind::Moons, Kind::Circles, Kind::Xor, Kind::Spiral];

    /// A point of the first or second class without noise.
    fn point(self, second: bool, random: &mut impl Rng) -> [f32; 2] {
        let mut within = |from: f32, to: f32| random.random_range(from..to);
        match self {
            Kind::Moons => {
                let angle = within(0.0, PI);
                let (x, y) = (0.75 * angle.cos(), 0.75 * angle.sin());
                if second { [0.375 - x, 0.2 - y] } else { [x - 0.375, y - 0.2] }
            }
            Kind::Circles => {
                let angle = within(0.0, TAU);
                // The root: as many points on each piece of the disk.
                let radius = if second { 0.5 * within(0.0, 1.0).sqrt() } else { within(0.75, 1.05) };
                [radius * angle.cos(), radius * angle.sin()]
            }
            Kind::Xor => {
                let (x, y) = (within(0.06, 1.0), within(0.06, 1.0));
                let side = if within(-1.0, 1.0) < 0.0 { -1.0 } else { 1.0 };
                [side * x, if second { -side * y } else { side * y }]
            }
            Kind::Spiral => {
                let part = within(0.0, 1.0);
                let (angle, radius) = (1.5 * TAU * part + if second { PI } else { 0.0 }, 0.1 + 0.95 * part);
                [radius * angle.sin(), radius * angle.cos()]
            }
        }
    }

    /// Draws points, every second one of the second class.
    ///
    /// - `noise`: the standard deviation of what is added to each coordinate.
    ///
    /// # Errors
    /// None: the points and the classes are as many.
    pub fn draw(self, points: usize, noise: f32, random: &mut impl Rng) -> taut::Result<Points> {
        let (mut x, mut y) = (vec![], vec![]);
        for i in 0..points {
            let second = i % 2 == 1;
            let moved = self.point(second, random).map(|coordinate| {
                let normal: f32 = StandardNormal.sample(random);
                coordinate + noise * normal
            });
            x.push(Vector::new(moved));
            y.push(Vector::new([f32::from(u8::from(second))]));
        }
        Dataset::new(x, y)
    }
}
