use crate::io::error::{Error, Result};
use crate::io::terminal::shown;
use crate::metrics::label::ClassLabel;
use crate::plot::pictures::Pictures;
use crate::plot::svg::INK;
use crate::shape::sample::{Image, Vector};
use plotters::prelude::RGBColor;
use std::fmt::{self, Debug, Display, Formatter};
use std::path::Path;

/// The color of what is wrong.
const WRONG: RGBColor = RGBColor(200, 0, 0);

/// Images with the class that a model predicts and the class that they are, of `N` classes; the wrong ones in red.
///
/// It prints as text: a line for each image.
///
/// ```
/// use taut::{plot::Predictions, prelude::*};
/// let (_, test) = datasets::digits()?.shuffle(1).split(0.2)?;
/// let model = Model::<Image<8, 8, 1>, (Flatten, Dense<64, 10>, Softmax)>::new(1); // and trained
/// let predictions = Predictions::new(&test.x, &model.predict_batch(&test.x), &test.y)?;
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = |name| folder.path().join(name);
/// assert_eq!((predictions.len(), predictions.is_empty()), (360, false));
/// let names = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
/// let predictions = predictions.names(names);
/// predictions.clone().take(30).plot(path("predictions.svg"))?; // "predictions.svg", say
/// predictions.wrong().take(30).plot(path("mistakes.svg"))?;
/// # Ok::<(), taut::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Predictions<const N: usize> {
    pictures: Pictures,
    /// The predicted and the actual class of each image, where it has one.
    classes: Vec<[Option<usize>; 2]>,
    names: Vec<String>,
}

impl<const N: usize> Predictions<N> {
    /// Images, the outputs of a model for them, and their labels: `Class<N>`, or one-hot vectors. A single output, such
    /// as a sigmoid's, does not compile: make two probabilities of it.
    ///
    /// # Errors
    /// [`Error::Argument`] if the outputs or the labels are not one for each image.
    pub fn new<const H: usize, const W: usize, const C: usize, T: ClassLabel<N>>(
        images: &[Image<H, W, C>],
        outputs: &[Vector<N>],
        labels: &[T],
    ) -> Result<Self> {
        const { assert!(N != 1, "a single output is no class of several: make two of it, `1 - p` and `p`") };
        if [outputs.len(), labels.len()] != [images.len(); 2] {
            let received = format!("{} outputs and {} labels for {}", outputs.len(), labels.len(), images.len());
            return Err(Error::argument("the predictions to draw", "an output and a label for each image", received));
        }
        // As in `ConfusionMatrix`, NaN is the largest output.
        let classes = outputs.iter().zip(labels).map(|(p, t)| [(N > 0).then(|| p.argmax()), t.class()]).collect();
        // One picture for each image: of many channels, their first is enough to know it by.
        let mut pictures = Pictures::of(images);
        if ![1, 3].contains(&C) {
            pictures.first_of(C);
        }
        Ok(Predictions { pictures, classes, names: vec![] })
    }

    /// Names the classes, in the order of their indices. Without names, they have their numbers.
    ///
    /// ```
    /// use taut::{plot::Predictions, prelude::*};
    /// let (image, label) = (Image([[[0.5]]]), Class::<2>::new(1).unwrap());
    /// let predictions = Predictions::new(&[image], &[Vector::new([0.9, 0.1])], &[label])?.names(["cat", "dog"]);
    /// assert_eq!(predictions.to_string(), "predicted cat, actual dog  wrong\n");
    /// assert_eq!(predictions.len(), 1);
    /// assert!(predictions.take(0).is_empty());
    /// # Ok::<(), taut::Error>(())
    /// ```
    #[must_use]
    pub fn names(mut self, names: [impl Into<String>; N]) -> Self {
        self.names = names.map(Into::into).into();
        self
    }

    /// The wrong predictions alone.
    #[must_use]
    pub fn wrong(mut self) -> Self {
        let mut wrong = self.classes.iter().map(|[predicted, actual]| predicted != actual);
        self.pictures.pictures.retain(|_| wrong.next() == Some(true));
        self.classes.retain(|[predicted, actual]| predicted != actual);
        self
    }

    /// The first `n` predictions, or all, if there are fewer.
    #[must_use]
    pub fn take(mut self, n: usize) -> Self {
        self.pictures.pictures.truncate(n);
        self.classes.truncate(n);
        self
    }

    /// The number of predictions.
    ///
    /// ```
    /// use taut::{plot::Predictions, prelude::*};
    /// let (image, p) = (Image([[[0.5]; 2]; 2]), Vector::new([0.3, 0.7]));
    /// let predictions = Predictions::new(&[image; 2], &[p; 2], &[0, 1].map(|class| Class::<2>::new(class).unwrap()))?;
    /// assert_eq!((predictions.len(), predictions.wrong().len()), (2, 1));
    /// # Ok::<(), taut::Error>(())
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.classes.len()
    }

    /// Whether there are none.
    ///
    /// ```
    /// use taut::{plot::Predictions, prelude::*};
    /// let (image, p) = (Image([[[0.5]; 2]; 2]), Vector::new([0.3, 0.7]));
    /// let predictions = Predictions::new(&[image], &[p], &[Class::<2>::new(1).unwrap()])?;
    /// assert!(!predictions.is_empty() && predictions.wrong().is_empty());
    /// # Ok::<(), taut::Error>(())
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.classes.is_empty()
    }

    fn name(&self, class: Option<usize>) -> String {
        let Some(class) = class else { return "none".to_string() };
        self.names.get(class).map_or_else(|| class.to_string(), |name| shown(name, 20))
    }

    /// Draws the images as SVG, each with its predicted and its actual class below. The wrong ones have red texts.
    ///
    /// # Errors
    /// As those of [`Pictures::plot`].
    pub fn plot(&self, path: impl AsRef<Path>) -> Result<()> {
        let caption = |[predicted, actual]: &[Option<usize>; 2]| {
            let texts = vec![format!("predicted {}", self.name(*predicted)), format!("actual {}", self.name(*actual))];
            (texts, if predicted == actual { INK } else { WRONG })
        };
        let captions = self.classes.iter().map(caption).collect();
        Pictures { captions, ..self.pictures.clone() }.plot(path)
    }
}

impl<const N: usize> Debug for Predictions<N> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let wrong = self.classes.iter().filter(|[predicted, actual]| predicted != actual).count();
        write!(f, "Predictions({}, {wrong} wrong)", self.len())
    }
}

impl<const N: usize> Display for Predictions<N> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for [predicted, actual] in &self.classes {
            let wrong = if predicted == actual { "" } else { "  wrong" };
            writeln!(f, "predicted {}, actual {}{wrong}", self.name(*predicted), self.name(*actual))?;
        }
        Ok(())
    }
}
