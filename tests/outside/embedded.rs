//! A trained network in read-only memory, within its budgets.
use taut::prelude::*;

network! { type Net: Vector<2> = (Dense<2, 8>, Relu, Dense<8, 2>, Softmax); }
taut::embed! { static XOR: Net = "../../checks/tests/ui/xor.taut"; }

const _: () = assert!(Budget::<Vector<2>, Net>::PARAMS == 42 && Budget::<Vector<2>, Net>::FLASH == 168);

pub fn main() {
    let mut scratch = Budget::<Vector<2>, Net>::scratch();
    for (x, class) in [([0.0, 0.0], 0), ([0.0, 1.0], 1), ([1.0, 0.0], 1), ([1.0, 1.0], 0)] {
        assert_eq!(XOR.predict(&Vector::new(x), &mut scratch).argmax(), class);
    }
}
