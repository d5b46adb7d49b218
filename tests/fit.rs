//! Training as a whole.

use taut::prelude::*;

type Net = (Dense<2, 8>, Relu, Dense<8, 2>, Softmax);

fn xor() -> Dataset<Vector<2>, Class<2>> {
    let x: Vec<_> = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]].map(Vector::new).repeat(8);
    let y = x.iter().map(|x| Class::new((x.0[0] != x.0[1]) as usize).unwrap()).collect();
    Dataset::new(x, y).unwrap()
}

#[test]
fn learns_xor_through_the_whole_interface() {
    let data = xor();
    let model = Model::<Vector<2>, Net>::new(3).layers(|net| {
        net.0.kernel.regularizer = L2(1e-5).into();
        net.0.activity_regularizer = L1(1e-5).into();
        net.2.kernel.constraint = MaxNorm(4.0).into();
    });
    println!("{}", model.summary());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("xor.taut");
    let mut model =
        model.compile(Adam { learning_rate: 0.02, ..Adam::default() }, SparseCategoricalCrossentropy, Accuracy);
    let history = model
        .validation(&data)
        .callbacks((EarlyStopping::new(ValLoss).patience(10), ModelCheckpoint::best(&path, ValLoss)))
        .fit(&data, Fit { epochs: 200, batch_size: 5, verbose: Verbose::Line, ..Fit::default() })
        .unwrap();
    assert!(history.get(Val(Accuracy)).last() == Some(&1.0), "{history}");
    let best = Model::<Vector<2>, Net>::load(&path).unwrap();
    assert_eq!(best.predict(&Vector::new([0.0, 1.0])).argmax(), 1);
}
