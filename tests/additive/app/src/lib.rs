//! Uses, with taut's feature `train`, layers of a crate that does not know of it.

use layer::{Affine, Block, Keep, Negate};
use taut::prelude::*;

type Head = (Dense<4, 2>, Softmax);
type Net = (Affine<4>, Negate, Head);

/// What inference, the options and folding give for layers that cannot be trained.
pub fn outputs(net: &Net, x: &Vector<4>) -> f32 {
    let mut scratch = taut::memory::boxed();
    let folded = taut::fold::fold(net);
    let y = folded.predict(x, &mut scratch);
    y.values()[0] + taut::Params::penalty(net, &Default::default())
}

/// A layer whose author folds by hand, and has not heard of `FoldValues`.
pub type Deployed = Folded<(Keep, Block, Head)>;
