//! The backward pass and the optimizer's step.

use crate::contract::rule::{Rule, StepInfo};
use crate::contract::step::Step;
use crate::contract::step::{Rules, each, visit};
use crate::contract::tensor::Params;
use crate::contract::train::{Train, regularize};
use crate::io::error::{Result, within};
use crate::losses::loss::Loss;
use crate::metrics::metric::Metric;
use crate::model::score::Scorer;
use crate::optimizers::optimizer::{Optimizer, OptimizerState};
use crate::optimizers::options::OptimizerOptions;
use crate::shape::sample::Input;

impl<X: Input, N: Train<X>, L: Loss<N::Y>, M: Metric<N::Y, L::Target>> Scorer<'_, X, N, L, M> {
    /// The backward pass of the batch that was scored, and the optimizer's step. Fails, and does nothing, if the
    /// schedule's learning rate is out of its range.
    pub(crate) fn step<O: Optimizer>(
        &mut self,
        net: &mut N,
        options: &N::Options,
        x: &[X],
        grad: &mut N,
        optimizer: &mut O,
        moments: &mut OptimizerState<N>,
    ) -> Result<()> {
        let Scorer { context, cache, dy, applied, .. } = self;
        let step = moments.steps + 1;
        if let Some(schedule) = optimizer.options().and_then(|options| options.learning_rate.get()) {
            let learning_rate = schedule.at(step - 1);
            within("the schedule's learning rate", learning_rate, 0.0..)
                .map_err(|error| error.of(format_args!("step {step}")))?;
            optimizer.set_learning_rate(learning_rate);
        }
        moments.steps = step;
        let mut info = StepInfo { step, learning_rate: optimizer.learning_rate(), scale: 1.0, weight_decay: true };
        // The first layer's gradient of its input is the larger part of the work, and nobody reads it.
        context.needs_input_grad = false;
        regularize::<X, N>(options, x, dy, cache);
        if optimizer.is_elementwise() {
            let rules = rules(&*optimizer, info);
            let mut step = Step::new(Rules::new(&rules), &mut moments.values, applied);
            net.backward(options, x, dy, cache, grad, &mut step, context);
            step.apply_rest(options, net, grad, false);
            return Ok(());
        }
        net.backward(options, x, dy, cache, grad, &mut Step::none(), context);
        let clipped = optimizer.options().and_then(|of| Some((of, of.global_norm(info.step)?)));
        if let Some((of, max)) = clipped {
            let sum = optimizer.moments() - (of.accumulate > 1) as usize;
            let norm = regularized_norm((options, net, grad), &mut moments.values, (of, sum));
            info.scale = match norm {
                norm if norm <= max => 1.0,
                // As in Keras: it is not hidden that something has gone wrong.
                f32::INFINITY => f32::NAN,
                norm => max / norm,
            };
        }
        let rules = rules(&*optimizer, info);
        Step::new(Rules::new(&rules), &mut moments.values, applied).apply_rest(options, net, grad, clipped.is_some());
        Ok(())
    }
}

impl<X: Input, N: Train<X>, L: Loss<N::Y>, M: Metric<N::Y, L::Target>> Scorer<'_, X, N, L, M> {
    /// The backward pass of the batch that was scored, with the gradients of the regularizers, and no step.
    pub(crate) fn gradients(&mut self, net: &mut N, options: &N::Options, x: &[X], grad: &mut N) {
        let Scorer { context, cache, dy, .. } = self;
        context.needs_input_grad = false;
        regularize::<X, N>(options, x, dy, cache);
        net.backward(options, x, dy, cache, grad, &mut Step::none(), context);
        N::visit(options, [net, grad], &mut |tensor, tensor_options, [w, g]| {
            if tensor.role.is_state() {
                g.fill(0.0);
            } else if let Some(regularizer) = tensor_options.regularizer.get().filter(|_| tensor_options.trains(tensor))
            {
                regularizer.add_gradient(w, tensor.shape, 1.0, g);
            }
        });
    }
}

/// What is done in a step, with weight decay and without it.
fn rules<O: Optimizer>(optimizer: &O, info: StepInfo) -> [impl Rule; 2] {
    [true, false].map(|weight_decay| optimizer.rule(StepInfo { weight_decay, ..info }))
}

/// Adds the gradients of the regularizers, and returns the norm of all gradients that are trained by, together with
/// what was added up before, which is the moment of number `sum`.
pub(crate) fn regularized_norm<N: Params>(
    (options, net, grad): (&N::Options, &mut N, &mut N),
    moments: &mut [Box<N>],
    (optimizer, sum): (&OptimizerOptions, usize),
) -> f32 {
    let mut squares = 0.0;
    visit(options, net, grad, each(moments), &mut |tensor, tensor_options, w, g, moments| {
        if tensor_options.trains(tensor) {
            if let Some(regularizer) = tensor_options.regularizer.get() {
                regularizer.add_gradient(w, tensor.shape, 1.0, g);
            }
            squares += optimizer.sum_of_squares(g, moments.get(sum).map_or(&[], |sum| sum));
        }
    });
    squares.sqrt() as f32
}
