//! Coming from Keras: the same program, there and here.
//!
//! ```python
//! import keras
//! from keras import layers
//!
//! (x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
//! x_train, x_test = x_train[..., None] / 255, x_test[..., None] / 255
//!
//! model = keras.Sequential([
//!     keras.Input((28, 28, 1)),
//!     layers.Conv2D(16, 3, padding="same", activation="relu"),
//!     layers.MaxPooling2D(2),
//!     layers.Flatten(),
//!     layers.Dropout(0.3),
//!     layers.Dense(10, activation="softmax"),
//! ])
//! model.summary()
//! model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
//! history = model.fit(x_train, y_train, batch_size=64, epochs=10, validation_split=0.1, callbacks=[
//!     keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True),
//!     keras.callbacks.ModelCheckpoint("best.keras", save_best_only=True),
//! ])
//! print(model.evaluate(x_test, y_test))
//! print(model.predict(x_test[:1]).argmax())
//! ```
//!
//! ```no_run
//! use taut::prelude::*;
//!
//! network! {
//!     pub struct Net: Image<28, 28, 1> {
//!         conv: Conv2d<1, 16, 3, Same>,
//!         relu: Relu,
//!         pool: MaxPool2d<2>,
//!         flatten: Flatten,
//!         drop: Dropout<30>,
//!         scores: Dense<3136, 10>, // 14 · 14 · 16; write another number, and the compiler says which one fits
//!         softmax: Softmax,
//!     }
//! }
//!
//! fn main() -> taut::Result<()> {
//!     let (train, test) = datasets::fashion_mnist()?; // pixels from 0 to 1; the feature `download` fetches it
//!     let model = Model::<_, Net>::new(1); // 1: the seed of all that is drawn
//!     println!("{}", model.summary());
//!     let mut model = model.compile(Adam::new(1e-3), SparseCategoricalCrossentropy, Accuracy);
//!     let history = model
//!         .validation_split(0.1)
//!         .callbacks((
//!             EarlyStopping::new(ValLoss).patience(3).restore_best_weights(),
//!             ModelCheckpoint::best("best.taut", ValLoss),
//!         ))
//!         .fit(&train, Fit { epochs: 10, batch_size: 64, ..Fit::default() })?;
//!     println!("{}", model.evaluate(&test)?);
//!     println!("{}", model.predict(&test.x[0]).argmax());
//!     println!("{:?}", history.get(Val(Accuracy)));
//!     Ok(())
//! }
//! ```
//!
//! # What is the same
//!
//! Names, defaults, update rules and the order of things: initializers, the epsilon and the bias correction of each
//! optimizer, momentum of batch normalization, the reduction of losses, the running means of metrics, when a callback
//! is called, the table of `summary`, the progress bar. The tests compare with numbers of real Keras.
//!
//! # What is different, and why
//!
//! - **Input sizes are written.** Keras infers them when it builds; here they are part of the type, and the compiler
//!   checks them. A wrong one is an error before anything runs, with the size that fits.
//! - **An activation is a layer.** `Dense(8, activation="relu")` is `Dense<4, 8>, Relu`.
//! - **Options of a layer** (regularizer, constraint, initializer, `trainable`) are set by the layer's name or number
//!   in [`Model::layers`](crate::Model::layers), since they do not change the network's shape.
//! - **A metric is a type**, so a callback that watches one that is not computed does not compile:
//!   `EarlyStopping::new(Val(Accuracy))`.
//! - **`validation_split` takes the last samples** in both; shuffle before (`data.shuffle(seed)`).
//! - **A seed is asked for.** Two runs with the same seed end with the same bits.
//! - **A saved file holds the parameters**, and the names of the layers to check them: the network itself is code.
//!
//! # Save, load, predict
//!
//! | Keras | here |
//! |---|---|
//! | `model.save("m.keras")` | [`model.save("m.taut")`](crate::Model::save) |
//! | `keras.models.load_model("m.keras")` | [`Model::<X, Net>::load("m.taut")`](crate::Model::load), then `compile` to evaluate or train further |
//! | `model.load_weights(path)` | [`load_weights`](crate::Model::load_weights) |
//! | `model.predict(x)` | [`predict_batch`](crate::Model::predict_batch) of a slice, [`predict`](crate::Model::predict) of one sample |
//! | `history.history["accuracy"]`, `["val_accuracy"]` | `history.get(Training(Accuracy))`, `history.get(Val(Accuracy))` |
//!
//! [`keras`](crate::keras) has the table of all names, and all that is not here.
