//! Single steps of optimizers at the ends of what an `f32` holds: gradients of 0, and numbers whose squares are none.
#![cfg(feature = "train")]

use taut::AnyNumbers;
use taut::{constraints::*, losses::Loss, optimizers::*, prelude::*, regularizers::*};

/// Squares are no floats from 1.8e19 on: norms are nevertheless.
#[test]
fn large_numbers_have_norms() {
    /// One step with that gradient, from weights of (scale, 0).
    fn step(optimizer: impl Optimizer, scale: f32, g: [f32; 2]) -> [f32; 2] {
        struct Slope([f32; 2]);
        impl Loss<Vector<2>> for Slope {
            type Target = ();
            type Takes = AnyNumbers;
            fn loss(&self, _: &Vector<2>, _: &(), dp: &mut Vector<2>) -> f32 {
                *dp = Vector::new(self.0);
                0.0
            }
        }
        let data = Dataset::new(vec![Vector::new([1.0])], vec![()]).unwrap();
        let mut model = Model::<Vector<1>, Dense<1, 2>>::new(1).layers(|net| net.bias.frozen = true);
        model.net_mut().kernel.copy_from_slice(&[scale, 0.0]);
        let mut model = model.compile(optimizer, Slope(g), ());
        model.fit(&data, Fit { epochs: 1, verbose: Verbose::Silent, ..Fit::default() }).unwrap();
        [model.net().kernel[0], model.net().kernel[1]]
    }
    let clip = |clip, accumulate| {
        let options = OptimizerOptions { clip, accumulate, ..OptimizerOptions::default() };
        Sgd::new(1.0).with(options)
    };
    for large in [1.0, 1e18, 2e19, 1e30, 3e37] {
        let near = |what: &str, found: [f32; 2], expected: [f32; 2]| {
            let off = |i: usize| (found[i] - expected[i]).abs() / expected.iter().fold(0.0, |a: f32, b| a.max(b.abs()));
            assert!(off(0) < 1e-5 && off(1) < 1e-5, "{what}, {large:e}: {found:?} for {expected:?}");
        };
        let g = [3.0 * large, -4.0 * large];
        near("norm", step(clip(Clip::Norm(0.5), 1), 0.0, g), [-0.3, 0.4]);
        near("global norm", step(clip(Clip::GlobalNorm(0.5), 1), 0.0, g), [-0.3, 0.4]);
        // Adam's first step is the sign of the gradient: √2 long.
        let lamb = Lamb { learning_rate: 0.1, ..Lamb::default() };
        near("lamb", step(lamb, large, [1.0, 1.0]), [large - 0.1 * large / 2f32.sqrt(), -0.1 * large / 2f32.sqrt()]);
        let factored = Adafactor { learning_rate: 0.1, ..Adafactor::default() };
        // The mean square is no float from 1.8e19 on: the step has a bound, and not its exact size.
        let [w, _] = step(factored, 2f32.sqrt() * large, [large, 0.0]);
        let moved = 1.0 - w / (2f32.sqrt() * large);
        let exact = 0.1 / 2f32.sqrt();
        let far = if large < 1.8e19 { 1e-5 } else { exact * (2f32.sqrt() - 1.0) };
        assert!((moved - exact).abs() <= far * 1.0001, "{large:e}: {moved} for {exact}");
        let muon = Muon { learning_rate: 0.1, weight_decay: 0.0, rms_rate: None, ..Muon::default() };
        near("muon", step(muon, 0.0, g), step(muon, 0.0, [3.0, -4.0]));
        for constraint in [MaxNorm(1.0).into(), UnitNorm.into(), MinMaxNorm::default().into()] {
            let constraint: Constraint = constraint;
            let mut w = [3.0 * large, 0.0, 4.0 * large, 1.0];
            constraint.get().unwrap().constrain(&mut w, &[2, 2]);
            near("a constraint", [w[0], w[2]], [0.6, 0.8]);
        }
        let w = [3.0 * large, 4.0 * large, 4.0 * large, 3.0 * large];
        let of_one = OrthogonalRegularizer::default().value(&[3.0, 4.0, 4.0, 3.0], &[2, 2]);
        near("orthogonal", [OrthogonalRegularizer::default().value(&w, &[2, 2]), 1.0], [of_one, 1.0]);
    }
    // A row without any gradient beside one with large gradients.
    type Two = Dense<2, 1>;
    let data = Dataset::new(vec![Vector::new([0.0, 1e9])], vec![Vector::new([1e3])]).unwrap();
    let mut model = Model::<Vector<2>, Two>::new(1).compile(Adafactor::default(), MeanAbsoluteError, ());
    model.fit(&data, Fit { epochs: 3, verbose: Verbose::Silent, ..Fit::default() }).unwrap();
    assert!(model.net().kernel.iter().all(|w| w.is_finite()));
}

/// A gradient of exactly 0, at the first step and later: weights stay, and are never infinite or NaN.
#[test]
fn a_gradient_of_0_moves_nothing() {
    struct Flat;
    impl Loss<Vector<2>> for Flat {
        type Target = ();
        type Takes = AnyNumbers;
        fn loss(&self, _: &Vector<2>, _: &(), dp: &mut Vector<2>) -> f32 {
            *dp = Vector::ZERO;
            0.0
        }
    }
    let data = Dataset::new(vec![Vector::new([1.0]); 4], vec![(); 4]).unwrap();
    macro_rules! check { ($($optimizer:expr;)*) => { $(
        let mut model = Model::<Vector<1>, Dense<1, 2>>::new(1);
        model.net_mut().kernel.copy_from_slice(&[0.5, -3.0]);
        let before = model.net().clone();
        let mut model = model.compile($optimizer, Flat, ());
        model.fit(&data, Fit { batch_size: 1, verbose: Verbose::Silent, ..Fit::default() }).unwrap();
        assert_eq!(*model.net(), before, "{:?}", $optimizer);
    )* } }
    check! {
        Sgd { momentum: 0.9, nesterov: true, ..Sgd::default() };
        Adam::default();
        Adam { amsgrad: true, ..Adam::default() };
        AdamW { weight_decay: 0.0, ..AdamW::default() };
        Nadam::default();
        Adamax::default();
        RmsProp::default();
        RmsProp { centered: true, momentum: 0.9, ..RmsProp::default() };
        Adagrad::default();
        Adadelta::default();
        Lion::default();
        Lamb::default();
        Adafactor::default();
        Muon { weight_decay: 0.0, adam_weight_decay: 0.0, ..Muon::default() };
        ScheduleFreeAdamW { beta_1: 0.5, ..ScheduleFreeAdamW::default() };
        Lion::default().with(OptimizerOptions { clip: Clip::Norm(1.0), ..OptimizerOptions::default() });
        Adam::default().with(OptimizerOptions { clip: Clip::GlobalNorm(1.0), ..OptimizerOptions::default() });
    }
    // Keras's begins with weights that its own sums give: zeros, for gradients of 0.
    let mut model = Model::<Vector<1>, Dense<1, 2>>::new(1).compile(Ftrl::default(), Flat, ());
    model.fit(&data, Fit { verbose: Verbose::Silent, ..Fit::default() }).unwrap();
    assert!(model.net().kernel.iter().all(|w| *w == 0.0));
}
