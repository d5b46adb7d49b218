use taut::prelude::*;

network! {
    struct Block: Vector<16> {
        inner: Dense<16, 16>,
        norm: BatchNorm<16>,
    }
}

network! {
    struct Net: Vector<4> {
        hidden: Dense<4, 32>,
        block: Block,
        scores: Dense<32, 10>,
    }
}

fn main() -> taut::Result<()> {
    let data = Dataset::new(vec![Vector::new([0.0; 4])], vec![Class::<10>::new(1).unwrap()])?;
    let mut model = Model::<Vector<4>, Net>::new(1).compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    model.fit(&data, Fit::default())?;
    Ok(())
}
