//! Small tables that everybody knows, which are part of the crate.

use crate::datasets::csv::Csv;
use crate::datasets::dataset::Dataset;
use crate::datasets::input::Input;
use crate::datasets::label::Label;
use crate::io::error::Result;
use crate::shape::sample::{Class, Sample, Vector};
use std::path::Path;

/// 150 iris flowers of three species, by the sizes of their sepals and petals; no file is needed.
///
/// - `x`: the length and the width of the sepal, then of the petal, in cm.
/// - `y`: the species, 50 flowers each: 0 *setosa*, 1 *versicolor*, 2 *virginica*. The rows are in this order: shuffle
///   them before a split.
///
/// # Errors
/// None in practice: the data are part of the crate, and a test reads them.
///
/// ```
/// use taut::{layers::Normalization, prelude::*};
/// # fn main() -> taut::Result<()> {
/// let (train, test) = datasets::iris()?.shuffle(1).split(0.2)?;
/// network! { type Net: Vector<4> = (Normalization<4>, Dense<4, 16>, Relu, Dense<16, 3>, Softmax); }
/// let mut model = Model::<_, Net>::new(1);
/// model.net_mut().0.adapt(&train.x)?;
/// let mut model = model.compile(Adam::new(0.01), SparseCategoricalCrossentropy, Accuracy);
/// model.fit(&train, Fit { epochs: 30, batch_size: 16, verbose: Verbose::Silent, ..Fit::default() })?;
/// assert!(model.evaluate(&test)?.get(Accuracy) > 0.85);
/// # Ok(())
/// # }
/// ```
///
/// See <https://scikit-learn.org/stable/modules/generated/sklearn.datasets.load_iris.html>; `data/README.md` says more
/// of the origin.
pub fn iris() -> Result<Dataset<Vector<4>, Class<3>>> {
    table("data/iris.csv", include_bytes!("../../data/iris.csv"))
}

/// 178 wines from three cultivars, by a chemical analysis; no file is needed.
///
/// - `x`: alcohol, malic acid, ash, alcalinity of ash, magnesium, total phenols, flavanoids, nonflavanoid phenols,
///   proanthocyanins, colour intensity, hue, OD280/OD315 of diluted wines, and proline. Their sizes differ by a factor
///   of a thousand: begin with a [`Normalization`](crate::Normalization).
/// - `y`: the cultivar; 59, 71 and 48 wines. The rows are in this order: shuffle them before a split.
///
/// # Errors
/// None in practice: the data are part of the crate, and a test reads them.
///
/// ```
/// assert_eq!(taut::datasets::wine()?.class_counts(), [59, 71, 48]);
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://scikit-learn.org/stable/modules/generated/sklearn.datasets.load_wine.html>; `data/README.md` says more
/// of the origin.
pub fn wine() -> Result<Dataset<Vector<13>, Class<3>>> {
    table("data/wine_data.csv", include_bytes!("../../data/wine_data.csv"))
}

/// 569 tumours of the breast, by the nuclei of their cells in an image; no file is needed.
///
/// - `x`: the means of ten measures (radius, texture, perimeter, area, smoothness, compactness, concavity, concave
///   points, symmetry, fractal dimension), then their standard errors, then their largest values. Their sizes differ by
///   a factor of a million: begin with a [`Normalization`](crate::Normalization).
/// - `y`: 0 malignant (212), 1 benign (357).
///
/// # Errors
/// None in practice: the data are part of the crate, and a test reads them.
///
/// ```
/// assert_eq!(taut::datasets::breast_cancer()?.class_counts(), [212, 357]);
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://scikit-learn.org/stable/modules/generated/sklearn.datasets.load_breast_cancer.html>; `data/README.md`
/// says more of the origin.
pub fn breast_cancer() -> Result<Dataset<Vector<30>, Class<2>>> {
    table("data/breast_cancer.csv", include_bytes!("../../data/breast_cancer.csv"))
}

/// 442 patients with diabetes, and how far their disease has gone a year later: a regression; no file is needed.
///
/// - `x`: age in years, sex (1 or 2), body mass index, mean blood pressure, and six measures of the blood serum.
///   scikit-learn scales them unless it is told not to; here they are as they were measured. Begin with a
///   [`Normalization`](crate::Normalization).
/// - `y`: a measure of the progression, from 25 to 346.
///
/// # Errors
/// None in practice: the data are part of the crate, and a test reads them.
///
/// ```
/// use taut::prelude::*;
/// let patients = datasets::diabetes()?;
/// assert_eq!((patients.x[0].values()[0], patients.y[0].values()), (59.0, &[151.0][..]));
/// # Ok::<(), taut::Error>(())
/// ```
///
/// See <https://scikit-learn.org/stable/modules/generated/sklearn.datasets.load_diabetes.html>; `data/README.md` says
/// more of the origin.
pub fn diabetes() -> Result<Dataset<Vector<10>, Vector<1>>> {
    table("data/diabetes.csv", include_bytes!("../../data/diabetes.csv"))
}

/// A table below a line that says what it is.
fn table<X: Sample, T: Label>(path: &'static str, bytes: &[u8]) -> Result<Dataset<X, T>> {
    let path = Path::new(path);
    let rows = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |line| line + 1);
    Csv::new(path).header(false).parse(Input::in_memory(path, &bytes[rows..])?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::plain::Floats;
    use crate::memory::view::flat;

    fn sum<X: Sample>(x: &[X]) -> f64 {
        flat(x).iter().map(|x| f64::from(*x)).sum()
    }

    /// The sums are those of scikit-learn 1.9.1, in `f64`; numbers here are `f32`.
    #[test]
    fn are_what_scikit_learn_loads() {
        let near = |found: f64, expected: f64| assert!((found / expected - 1.0).abs() < 1e-7, "{found} for {expected}");
        let iris = iris().unwrap();
        assert_eq!(iris.class_counts(), [50, 50, 50]);
        near(sum(&iris.x), 2078.7);
        assert_eq!((iris.x[149].values(), iris.y[149].index()), (&[5.9, 3.0, 5.1, 1.8][..], 2));
        let wine = wine().unwrap();
        assert_eq!(wine.class_counts(), [59, 71, 48]);
        near(sum(&wine.x), 159_975.295_999);
        assert_eq!((wine.x[177].values()[12], wine.y[177].index()), (560.0, 2));
        let tumours = breast_cancer().unwrap();
        assert_eq!(tumours.class_counts(), [212, 357]);
        near(sum(&tumours.x), 1_056_474.459_635_6);
        assert_eq!((tumours.x[568].values()[0], tumours.y[568].index()), (7.76, 1));
        let patients = diabetes().unwrap();
        assert_eq!((patients.len(), sum(&patients.y)), (442, 67_243.0));
        near(sum(&patients.x), 276_404.233_6);
        assert_eq!((patients.x[441].values()[8], patients.y[441].values()[0]), (4.5951, 57.0));
    }
}
