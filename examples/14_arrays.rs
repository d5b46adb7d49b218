//! Matrices in, matrices out: nalgebra finds the two directions in which irises differ most, a network learns the
//! species from them, and its predictions are a matrix again. With the feature `npy`, they are also written for NumPy.
//!
//! `cargo run --release --example 14_arrays`

use nalgebra::{DMatrix, SymmetricEigen};
use taut::prelude::*;

network! {
    type Net: Vector<2> = (Dense<2, 8>, Tanh, Dense<8, 3>, Softmax);
}

fn main() -> taut::Result<()> {
    let iris = datasets::iris()?.shuffle(3);

    // Principal components: the eigenvectors of the covariance with the largest eigenvalues.
    let x: DMatrix<f32> = datasets::to_matrix(&iris.x);
    let mean = x.row_mean();
    let centered = DMatrix::from_fn(x.nrows(), x.ncols(), |i, j| x[(i, j)] - mean[j]);
    let eigen = SymmetricEigen::new(centered.tr_mul(&centered) / (x.nrows() - 1) as f32);
    let mut order = [0, 1, 2, 3];
    order.sort_by(|a, b| eigen.eigenvalues[*b].total_cmp(&eigen.eigenvalues[*a]));
    let directions = eigen.eigenvectors.select_columns(&order[..2]);
    let share = (eigen.eigenvalues[order[0]] + eigen.eigenvalues[order[1]]) / eigen.eigenvalues.sum();
    println!("2 of 4 directions have {:.1} % of the variance", 100.0 * share);

    // A row of the product is a sample. Rows that do not fit `Vector<2>` and `Class<3>` would be errors.
    let data: Dataset<Vector<2>, Class<3>> = Dataset::from_arrays(&(centered * directions), &iris.y)?;
    let (train, test) = data.split(0.2)?;
    let model = Model::<_, Net>::new(1);
    let mut model = model.compile(Adam::new(0.02), SparseCategoricalCrossentropy, Accuracy);
    model.fit(&train, Fit { epochs: 100, ..Fit::default() })?;

    let predictions: Vec<Vector<3>> = model.predict_batch(&test.x);
    let matrix = datasets::to_matrix(&predictions);
    println!("the mean answer on {} irises:\n{:.2}", matrix.nrows(), matrix.row_mean());
    #[cfg(feature = "npy")]
    {
        let npz = datasets::Npz::new("predictions.npz");
        npz.write(&[("y_pred", &predictions), ("y_true", &test.y)])?;
        println!("predictions.npz has {}", npz.names()?.join(" and "));
    }
    println!("{}", model.evaluate(&test)?);
    Ok(())
}
