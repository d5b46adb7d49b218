//! The names of the numbers that a run or an evaluation computes.

use crate::metrics::metric::Metric;

/// The name of the loss.
pub(crate) const LOSS: &str = "loss";

/// The metrics' names. As in Keras, a name that `known` holds already gets a number: `precision_1`.
pub(crate) fn metric_names<P, T, M: Metric<P, T>>(metrics: &M, mut known: Vec<&'static str>) -> Vec<String> {
    let mut names = vec![];
    metrics.report(&M::State::default(), &mut |name, _| {
        names.push(match known.iter().filter(|known| **known == name).count() {
            0 => name.to_string(),
            number => format!("{name}_{number}"),
        });
        known.push(name);
    });
    names
}

/// `loss`, and the metrics' names.
pub(crate) fn names<P, T, M: Metric<P, T>>(metrics: &M) -> Vec<String> {
    let mut names = vec![LOSS.to_string()];
    names.extend(metric_names(metrics, vec![LOSS]));
    names
}

/// The same numbers, of the validation.
pub(crate) fn validation_names(names: &[String]) -> Vec<String> {
    names.iter().map(|name| format!("val_{name}")).collect()
}

/// `loss: 0.5107 - accuracy: 0.8221`
pub(crate) fn line(names: &[String], values: &[f32]) -> String {
    let number = |value: f32| {
        // As in Keras: four digits, and an exponent where they would all be zeros.
        if value != 0.0 && value.abs() < 1e-3 { format!("{value:.4e}") } else { format!("{value:.4}") }
    };
    let all: Vec<String> =
        names.iter().zip(values).map(|(name, value)| format!("{name}: {}", number(*value))).collect();
    all.join(" - ")
}
