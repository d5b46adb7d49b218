use taut::prelude::*;

/// A layer that was not written by `params!`.
struct Own;

type Net = (Dense<4, 3>, BatchNorm<3>, Own);

fn main() {
    let _: Folded<Net>;
}
