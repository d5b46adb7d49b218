//! The first page of the README, on data made by hand.
use taut::prelude::*;

type Picture = Image<28, 28, 1>;
network! {
    /// Tells clothes apart.
    pub struct Clothes: Picture {
        flatten: Flatten,
        hidden: Dense<784, 64>,
        relu: Relu,
        drop: Dropout<50>,
        scores: Dense<64, 10>,
        softmax: Softmax,
    }
}

fn digits(n: usize) -> taut::Result<Dataset<Picture, Class<10>>> {
    let classes = || (0..n).filter_map(|i| Class::new(i % 10));
    let image = |class: Class<10>| {
        let mut image = Image([[[0.0]; 28]; 28]);
        image.0[2 * class.index()] = [[1.0]; 28];
        image
    };
    Dataset::new(classes().map(image).collect(), classes().collect())
}

pub fn main() -> taut::Result<()> {
    let (train, test) = (digits(60)?, digits(20)?);
    let folder = std::env::temp_dir().join(format!("taut-readme-{}", std::process::id()));
    let model = Model::<Picture, Clothes>::new(3).layers(|net| {
        net.hidden.kernel.regularizer = L2(0.01).into();
        net.hidden.kernel.constraint = MaxNorm(2.0).into();
    });
    println!("{}", model.summary());

    let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    let history = model
        .validation(&test)
        .callbacks((EarlyStopping::new(ValLoss).patience(10), ModelCheckpoint::best(folder.join("best.taut"), ValLoss)))
        .fit(&train, Fit { epochs: 2, batch_size: 30, ..Fit::default() })?;

    assert_eq!(history.get(Val(Accuracy)).len(), 2);
    println!("{}", model.evaluate(&test)?);
    println!("{:?}", model.predict(&test.x[0]));
    std::fs::remove_dir_all(&folder).expect("the checkpoint's folder is there");
    Ok(())
}
