//! Precision and recall: ratios of [`Counts`](crate::Counts).

/// Whether the `i`-th output is one of the `k` largest. Of equal outputs, the first ones count as larger.
pub(super) fn is_top_k(p: &[f32], i: usize, k: usize) -> bool {
    let precedes = |(j, other): (usize, &f32)| *other > p[i] || *other == p[i] && j < i;
    p.iter().enumerate().filter(|other| precedes(*other)).count() < k
}

/// Writes a metric that is the true positives divided by themselves and one kind of error.
macro_rules! ratio_metric { ($(#[$doc:meta])* $name:ident, $text:literal, $errors:ident) => {
    $(#[$doc])*
    #[derive(Clone, Copy, Debug, Default)]
    pub struct $name {
        /// Outputs above the threshold are predicted positive; from 0 to 1. By default 0.5, and none with a `top_k`.
        pub threshold: Option<f32>,
        /// Only the `top_k` largest outputs of a sample can be predicted positive; all by default.
        pub top_k: Option<usize>,
        /// The class to count; all classes by default.
        pub class_id: Option<usize>,
    }

    impl crate::metrics::named::Named for $name {
        const NAME: &'static str = $text;
        const MAXIMIZE: bool = true;
    }

    #[diagnostic::do_not_recommend]
    impl<P: crate::shape::sample::Sample, T: crate::metrics::label::IsPositive<P>> crate::metrics::metric::Metric<P, T>
        for $name {
        type State = crate::metrics::counts::Counts;
        fn add(&self, state: &mut Self::State, p: &P, t: &T, weight: f32) {
            let threshold = self.threshold.unwrap_or(if self.top_k.is_some() { f32::NEG_INFINITY } else { 0.5 });
            let weight = crate::metrics::mean::weight_of(p.values(), weight);
            for i in crate::metrics::class_id::outputs::<P>(self.class_id) {
                let positive = p.values()[i] > threshold && self.top_k.is_none_or(|k| crate::metrics::ratio::is_top_k(p.values(), i, k));
                state.add(positive, t.is(i), weight);
            }
        }
        fn report(&self, state: &Self::State, f: &mut dyn FnMut(&'static str, f32)) {
            f($text, crate::metrics::mean::share(state.true_positives, state.true_positives + state.$errors) as f32);
        }
        fn validate(&self) -> crate::io::error::Result<()> {
            if let Some(threshold) = self.threshold {
                crate::io::error::within(concat!(stringify!($name), "'s threshold"), threshold, 0.0..=1.0)?;
            }
            if let Some(k) = self.top_k
                && !(1..=P::LEN).contains(&k)
            {
                let expected = format!("from 1 to {}, as many as there are outputs", P::LEN);
                return Err(crate::io::error::Error::argument(concat!(stringify!($name), "'s top_k"), expected, k));
            }
            crate::metrics::class_id::check_class::<P>(concat!(stringify!($name), "'s class_id"), self.class_id)
        }
    }
} }
pub(crate) use ratio_metric;
