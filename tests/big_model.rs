//! Large models never touch the stack, in debug builds either.

use taut::prelude::*;

type Net = (Dense<4096, 4096>, Relu, Dense<4096, 832>, Softmax);
const _: () = assert!(4 * Budget::<Vector<4096>, Net>::PARAMS > 80_000_000);

#[test]
fn eighty_megabytes_on_a_small_stack() {
    let work = || {
        let mut random = 1_u32;
        let mut next = || {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 8) as f32 / (1 << 24) as f32
        };
        let mut x = taut::memory::zeros::<Vector<4096>>(2);
        x.iter_mut().flat_map(|x| x.values_mut()).for_each(|x| *x = next());
        let data = Dataset::new(x, [5, 700].map(|class| Class::<832>::new(class).unwrap()).to_vec()).unwrap();

        let model = Model::<Vector<4096>, Net>::new(1).layers(|net| net.0.kernel.constraint = MaxNorm(3.0).into());
        let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("big.taut");
        let before = model.evaluate(&data).unwrap().loss();
        model.callbacks(ModelCheckpoint::every_epoch(&path)).fit(&data, Fit { epochs: 1, ..Fit::default() }).unwrap();
        assert!(model.evaluate(&data).unwrap().loss() < before);
        assert_eq!(Model::<Vector<4096>, Net>::load(&path).unwrap().predict(&data.x[0]), model.predict(&data.x[0]));
    };
    std::thread::Builder::new().stack_size(256 * 1024).spawn(work).unwrap().join().unwrap();
}
