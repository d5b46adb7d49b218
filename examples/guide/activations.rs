//! Activations: curves, what saturates, and what dies.

use crate::chart::{Legend, Panel, epochs, figure, steps, write};
use crate::shows;
use std::error::Error;
use std::path::Path;
use taut::layers::*;
use taut::prelude::*;

/// The curve of an activation, and that of its derivative.
fn curve<A: Activation>(name: &str, activation: A) -> Panel {
    let points = steps(-4.0..4.0, 81).map(|x| x as f32);
    let (value, slope) = (
        points.clone().map(|x| (f64::from(x), f64::from(activation.apply(x)))),
        points.map(|x| (f64::from(x), f64::from(activation.derivative(x, activation.apply(x))))),
    );
    Panel::new(name, -4.0..4.0, -1.5..2.5).line("f", value).line("f'", slope).legend(Legend::LowerRight)
}

pub fn draw(folder: &Path) -> Result<(), Box<dyn Error>> {
    let panels = [
        curve("Relu", Relu),
        curve("LeakyRelu<20>", LeakyRelu::<20>),
        curve("Relu6", Relu6),
        curve("Elu<100>", Elu::<100>),
        curve("Selu", Selu),
        curve("Softplus", Softplus),
        curve("Gelu", Gelu),
        curve("Silu", Silu),
        curve("Mish", Mish),
        curve("Sigmoid", Sigmoid),
        curve("HardSigmoid", HardSigmoid),
        curve("Tanh", Tanh),
        curve("HardTanh", HardTanh),
        curve("Softsign", Softsign),
        curve("HardSilu", HardSilu),
    ];
    figure(folder, "activations", "Fifteen activations with their derivatives, from -4 to 4", 3, (250, 190), &panels)?;
    depth(folder)?;
    dead(folder)
}

/// Eight hidden layers with an activation between them.
type Deep<A> = (
    Flatten,
    (Dense<64, 32>, A, Dense<32, 32>, A, Dense<32, 32>, A, Dense<32, 32>, A),
    (Dense<32, 32>, A, Dense<32, 32>, A, Dense<32, 32>, A, Dense<32, 32>, A),
    Dense<32, 10>,
    Softmax,
);

/// The accuracy of each epoch on digits that the network does not learn.
macro_rules! train_deep {
    ($A:ty, $data:expr) => {{
        let (train, test) = $data;
        let model = Model::<Image<8, 8, 1>, Deep<$A>>::new(1);
        let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
        let fit = Fit { epochs: 40, batch_size: 32, ..Fit::default() };
        model.validation(test).fit(train, fit)?.get(Val(Accuracy))
    }};
}

fn depth(folder: &Path) -> Result<(), Box<dyn Error>> {
    let (train, test) = datasets::digits()?.shuffle(1).split(0.25)?;
    let data = (&train, &test);
    let (sigmoid, tanh, relu) = (train_deep!(Sigmoid, data), train_deep!(Tanh, data), train_deep!(Relu, data));
    shows("a deep network of sigmoids learns late, or not at all", sigmoid[9] < 0.5 && tanh[9] > 0.8 && relu[9] > 0.8)?;
    let panel = Panel::new("eight hidden layers", 1.0..40.0, 0.0..1.0)
        .labels("epoch", "validation accuracy")
        .line("Relu", epochs(&relu))
        .line("Tanh", epochs(&tanh))
        .line("Sigmoid", epochs(&sigmoid))
        .legend(Legend::LowerRight);
    let alt =
        "Validation accuracy over epochs: with ReLU and tanh it rises at once, with the sigmoid it stays near a tenth";
    figure(folder, "depth", alt, 1, (480, 280), &[panel])
}

/// Units whose output is the same for all samples, of those of a hidden layer.
macro_rules! train_wide {
    ($A:ident, $rate:expr, $data:expr) => {{
        type Net = (Flatten, Dense<64, 100>, $A, Dense<100, 10>, Softmax);
        let (train, test) = $data;
        let mut model =
            Model::<Image<8, 8, 1>, Net>::new(1).compile(Adam::new($rate), SparseCategoricalCrossentropy, Accuracy);
        model.fit(train, Fit { epochs: 20, batch_size: 32, ..Fit::default() })?;
        let hidden = &model.net().1;
        let mut dead = 0;
        for unit in 0..100 {
            let alive = train.x.iter().any(|x| {
                let inputs = x.0.as_flattened().as_flattened();
                let sum: f32 = inputs.iter().enumerate().map(|(i, x)| x * hidden.kernel[(unit, i)]).sum();
                sum + hidden.bias[unit] > 0.0
            });
            dead += usize::from(!alive);
        }
        (dead, model.evaluate(test)?.get(Accuracy))
    }};
}

fn dead(folder: &Path) -> Result<(), Box<dyn Error>> {
    type Leaky = LeakyRelu<10>;
    let (train, test) = datasets::digits()?.shuffle(1).split(0.25)?;
    let data = (&train, &test);
    let mut table = String::from(
        "| learning rate | `Relu`: units that no sample switches on | accuracy | `LeakyRelu<10>`: such units | accuracy |\n|---|---|---|---|---|\n",
    );
    let mut found = vec![];
    for rate in [0.001, 0.01, 0.1, 0.3] {
        let (relu, leaky) = (train_wide!(Relu, rate, data), train_wide!(Leaky, rate, data));
        table += &format!("| {rate} | {} of 100 | {:.3} | {} of 100 | {:.3} |\n", relu.0, relu.1, leaky.0, leaky.1);
        found.push(relu.0);
    }
    write(folder, "dead.md", &table)?;
    shows("a rate that is too high kills rectified units", found[0] < 20 && found[3] > 80)
}
