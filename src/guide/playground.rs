//! A page in which networks can be watched: `examples/playground`.
//!
//! One network reads the digit that you draw, and shows what each of its layers puts out. Another one learns to tell
//! two kinds of points apart while you move the sliders. Both are this crate, compiled to WebAssembly; no data leave
//! the page. It works on a phone, and with the keyboard alone.
//!
//! ```text
//! examples/playground/build.sh                                       # needs Rust alone
//! python3 -m http.server --directory examples/playground/dist 8000   # or any server of static files
//! ```
//!
//! Then open `http://127.0.0.1:8000`.
//!
//! # Five experiments
//!
//! The numbers are of three runs each, with other points and other first weights. Where nothing else is said, the
//! settings are those that the page comes with: moons, a noise of 0.1, two hidden layers, `Tanh`, a learning rate of
//! 0.01, batches of 16. A penalty is that of every layer.
//!
//! **1. What convolutions see.** Draw a 7, then a bar through it. Of the eight channels of the first `Conv2d` some
//! answer to edges: the third one to the right side of a stroke, the sixth one to the left side, the fifth one to
//! horizontal strokes. Behind the first `Relu` 66 % of the numbers are above zero, behind the second one 29 %: what
//! comes later is rarer and says more. Now draw a 4 that is open at its top, with a long left stroke: at 8×8 pixels it
//! is a 9 to the network, and the scores before the `Softmax` say by how much.
//!
//! **2. The learning rate.** Train with 0.0001, 0.001, 0.01, 0.1 and 0.32, each with new weights. The validation
//! accuracy reached 0.95 not within 200 epochs, after 87 to 113, after 10 to 13, after 3 or 4, and after 5 to 9. The
//! largest rate did not stay there: after 200 epochs it had 0.91 to 0.98, and its history is jagged.
//!
//! **3. Depth and activation.** Take the spiral with a noise of 0.02 and `Relu`. One hidden layer had 0.74 to 0.91
//! after 400 epochs, two 0.99, three 0.98 to 1: a layer bends what the one before it has bent. Then take moons, three
//! layers and `Sigmoid`: of three runs two had not reached 0.95 after 200 epochs, which `Tanh` reached after 6 to 11.
//! The slope of a sigmoid is at most ¼, and each layer multiplies the gradient by it once more; see
//! [`activations`](crate::guide::activations).
//!
//! **4. Overfitting, and L2.** Set the noise to 0.3, three layers of `Relu`, and train 400 epochs. The boundary gets
//! corners and reaches into places without points, and the validation loss rises: in the first run from 0.32 to 0.59.
//! With an L2 of 0.001 it ended at 0.38, penalty included, with one smooth boundary; with 0.01 at 0.47, since the
//! network can now bend too little. See [`overfitting`](crate::guide::overfitting).
//!
//! **5. L1 empties a layer.** Set an L1 of 0.001: of 88 weights 52 to 57 were near zero after 200 epochs,
//! 3 at most without it, and the accuracy was still 0.99. With 0.0032 it was 75 to 80, and in two of three runs what
//! remained is a straight line, of an accuracy of 0.84 and 0.87. Train 200 epochs without L1 first, and raise it then
//! in two steps of 200 epochs: now the curve stays in all three runs, with 71 to 78 weights near zero and an accuracy
//! of 0.99.
//!
//! # How it is made
//!
//! The part that reads digits is a crate without `std` and without an allocator, whose weights
//! [`embed!`](crate::embed!) puts into the module; it imports nothing, and so cannot panic. The part that trains has
//! the feature `train`. Networks are types, so a choice in the page picks one of twelve types behind a trait of the
//! page's own. A slider of a penalty is a [`Regularize`](crate::Regularize) that reads its factor anew in each step.
//! `examples/playground/README.md` tells the sizes and times.
