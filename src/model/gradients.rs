//! The gradients of a batch, without a step.

use crate::contract::train::{Context, Train};
use crate::io::error::Result;
use crate::losses::loss::Loss;
use crate::memory::heap::boxed;
use crate::metrics::metric::Metric;
use crate::model::compiled::Compiled;
use crate::model::copy::copied;
use crate::model::score::{Scorer, check, check_environment};
use crate::optimizers::optimizer::Optimizer;
use crate::shape::sample::Input;

impl<X: Input, N: Train<X>, O: Optimizer, L: Loss<N::Y>, M: Metric<N::Y, L::Target>> Compiled<X, N, O, L, M> {
    /// The gradients of a batch's loss by each parameter, as a network whose parameters are the gradients. No parameter
    /// changes.
    ///
    /// The loss is that of a step of `fit`: the mean over the samples and the regularizers' penalties, with dropout and
    /// with batch normalization by the batch. Frozen parameters have gradients too, without a penalty; moving means and
    /// variances, which no gradient trains, have zeros.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) if the batch is empty, labels are not one for each sample, the
    /// network does not know a token, or a setting of the loss or of a layer is out of its range.
    ///
    /// ```
    /// use taut::prelude::*;
    /// let model = Model::<Vector<2>, Dense<2, 1>>::new(1).compile(Sgd::default(), MeanSquaredError, ());
    /// let (x, y) = (Vector::new([3.0, -1.0]), Vector::new([5.0]));
    /// let gradients = model.gradients(&[x], &[y])?;
    /// let error = model.predict(&x).0[0] - 5.0;
    /// assert_eq!(gradients.bias[0], 2.0 * error);
    /// assert_eq!(gradients.kernel[(0, 1)], 2.0 * error * -1.0);
    /// # Ok::<(), taut::Error>(())
    /// ```
    pub fn gradients(&self, x: &[X], y: &[L::Target]) -> Result<Box<N>> {
        check_environment()?;
        check("the batch to compute gradients of", x.len(), y.len())?;
        N::check(x)?;
        let Compiled { model, loss, .. } = self;
        N::validate(&model.options)?;
        loss.validate()?;
        // The backward pass may change the parameters that it is given, as far as its signature tells.
        let (mut net, mut grad) = (copied(&*model.net), boxed::<N>());
        let mut scorer = Scorer::<X, N, L, ()>::new(loss, &(), Context::training(model.random.clone()));
        scorer.score(&net, &model.options, x, y, &[]);
        scorer.gradients(&mut net, &model.options, x, &mut grad);
        Ok(grad)
    }
}
