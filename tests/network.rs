//! Networks with names do all that tuples do, with the same bits.
#![cfg(feature = "train")]
#![deny(missing_docs)]

use taut::prelude::*;

network! {
    /// Reads digits.
    pub struct Digits: Image<8, 8, 1> {
        flatten: Flatten,
        /// Where the work is.
        hidden: Dense<64, 32>,
        relu: Relu,
        drop: Dropout<20>,
        scores: Dense<32, 10>,
        softmax: Softmax,
    }
}
type Tuple = (Flatten, Dense<64, 32>, Relu, Dropout<20>, Dense<32, 10>, Softmax);
network! { type Alias: Image<8, 8, 1> = (Flatten, Dense<64, 32>, Relu, Dropout<20>, Dense<32, 10>, Softmax); }

type X = Image<8, 8, 1>;

fn fit() -> Fit {
    Fit { epochs: 2, batch_size: 32, verbose: Verbose::Silent, ..Fit::default() }
}

/// A function over any network of an input and an output.
fn accuracy<N: Train<X, Y = Vector<10>>>(model: Model<X, N>) -> taut::Result<(f32, Vec<f32>)> {
    let data = datasets::digits()?;
    let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    let history = model.fit(&data, fit())?;
    let bits = data.x.iter().take(5).flat_map(|x| model.predict(x).values().to_vec()).collect();
    Ok((*history.get(Training(Accuracy)).last().unwrap(), bits))
}

#[test]
fn a_struct_trains_to_the_bits_of_its_tuple() -> taut::Result<()> {
    let named = Model::<X, Digits>::new(3).layers(|net| net.hidden.kernel.regularizer = L2(0.01).into());
    assert_eq!(named.net().hidden.kernel.len(), 64 * 32);
    let names: Vec<_> = named.summary().rows.iter().map(|row| row.place.clone()).collect();
    assert_eq!(names, ["net.flatten", "net.hidden", "net.relu", "net.drop", "net.scores", "net.softmax"]);
    let tuple = Model::<X, Tuple>::new(3).layers(|net| net.1.kernel.regularizer = L2(0.01).into());
    let alias = Model::<X, Alias>::new(3).layers(|net| net.1.kernel.regularizer = L2(0.01).into());
    let (named, tuple, alias) = (accuracy(named)?, accuracy(tuple)?, accuracy(alias)?);
    assert!(tuple.0 > 0.4);
    assert_eq!(named, tuple);
    assert_eq!(alias, tuple);
    Ok(())
}
