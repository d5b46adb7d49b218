use crate::io::error::{Error, Result};
use crate::metrics::auc::{Auc, Curve};
use crate::metrics::label::IsPositive;
use crate::metrics::mean::share;
use crate::plot::pixels::sparkline;
use crate::plot::svg::{INK, save};
use crate::shape::sample::{Class, Vector};
use plotters::prelude::*;
use std::fmt::{self, Debug, Display, Formatter};
use std::path::Path;

/// `[TP, FP, TN, FN]` at each output that occurs as the threshold, the lowest first, and above the highest.
type Counts = Vec<[f64; 4]>;

/// Counts the outputs of number `i` at each threshold.
fn counts<const N: usize, T: IsPositive<Vector<N>>>(p: &[Vector<N>], t: &[T], i: usize) -> Result<Counts> {
    const WHAT: &str = "the outputs and labels of a curve";
    if p.len() != t.len() {
        let received = format!("{} labels for {} outputs", t.len(), p.len());
        return Err(Error::argument(WHAT, "a label for each output", received));
    }
    let mut all = vec![];
    for (sample, (p, t)) in p.iter().zip(t).enumerate() {
        let p = p.as_array()[i];
        if !p.is_finite() {
            return Err(Error::argument(WHAT, "finite numbers", format!("{p} for sample {}", sample + 1)));
        }
        // Both zeros are one threshold.
        all.push((p + 0.0, t.is(i)));
    }
    let positive = all.iter().filter(|(_, on)| *on).count();
    if positive == 0 || positive == all.len() {
        let received = format!("{positive} positive and {} negative ones", all.len() - positive);
        return Err(Error::argument(WHAT, "labels of both kinds", received));
    }
    let (positive, negative) = (positive as f64, (all.len() - positive) as f64);
    all.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let (mut tp, mut fp) = (0.0, 0.0);
    let mut counts = vec![[0.0, 0.0, negative, positive]];
    for equal in all.chunk_by(|(a, _), (b, _)| a == b) {
        let on = equal.iter().filter(|(_, on)| *on).count();
        (tp, fp) = (tp + on as f64, fp + (equal.len() - on) as f64);
        counts.push([tp, fp, negative - fp, positive - tp]);
    }
    counts.reverse();
    Ok(counts)
}

/// The area under a curve.
fn area(curve: Curve, counts: &Counts) -> f64 {
    let auc = Auc { curve, ..Auc::default() };
    counts.windows(2).map(|step| auc.step([step[0], step[1]])).sum()
}

/// The false positive rate and the recall.
fn roc([tp, fp, tn, fn_]: [f64; 4]) -> [f64; 2] {
    [share(fp, fp + tn), share(tp, tp + fn_)]
}

/// The recall and the precision.
fn pr([tp, fp, _, fn_]: [f64; 4]) -> [f64; 2] {
    [share(tp, tp + fn_), share(tp, tp + fp)]
}

/// The points of precision and recall. Above the highest output there is no precision: that of the highest output is
/// continued.
fn pr_points(counts: &[[f64; 4]]) -> Vec<[f64; 2]> {
    let mut points: Vec<[f64; 2]> = counts.iter().rev().map(|counts| pr(*counts)).collect();
    points[0][1] = points[1][1];
    points
}

/// Draws a curve in the unit square, and a gray line: what outputs that know nothing would give.
fn draw(path: &Path, points: &[[f64; 2]], titles: [&str; 3], area: f64, chance: [(f64, f64); 2]) -> Result<()> {
    save(path, [520, 500], |root, _| {
        let mut chart = ChartBuilder::on(root)
            .caption(titles[0], ("sans-serif", 20))
            .margin(12)
            .margin_right(24)
            .x_label_area_size(44)
            .y_label_area_size(56)
            .build_cartesian_2d(0.0..1.0, 0.0..1.0)?;
        chart
            .configure_mesh()
            .x_desc(titles[1])
            .y_desc(titles[2])
            .x_labels(6)
            .y_labels(6)
            .axis_desc_style(("sans-serif", 16))
            .label_style(("sans-serif", 14))
            .x_label_formatter(&|x| format!("{x:.1}"))
            .y_label_formatter(&|y| format!("{y:.1}"))
            .light_line_style(TRANSPARENT)
            .draw()?;
        let gray = RGBColor(140, 140, 140);
        let line = |color: RGBColor, width: u32| {
            move |(x, y)| PathElement::new([(x, y), (x + 20, y)], color.stroke_width(width))
        };
        chart.draw_series(LineSeries::new(chance, gray.stroke_width(1)))?.label("chance").legend(line(gray, 1));
        let points = points.iter().map(|[x, y]| (*x, *y));
        chart
            .draw_series(LineSeries::new(points, BLUE.stroke_width(2)))?
            .label(format!("area {area:.4}"))
            .legend(line(BLUE, 2));
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::LowerRight)
            .label_font(("sans-serif", 15).into_font().color(&INK))
            .background_style(WHITE.mix(0.8))
            .border_style(BLACK.mix(0.3))
            .draw()?;
        Ok(())
    })
}

/// The points of a line that differ by a fraction of a pixel: there may be as many thresholds as samples.
fn thinned(points: impl IntoIterator<Item = [f64; 2]>) -> Vec<[f64; 2]> {
    let mut kept: Vec<[f64; 2]> = vec![];
    let mut last = None;
    for point in points {
        let near = kept.last().is_some_and(|kept| (0..2).all(|i| (kept[i] - point[i]).abs() < 1e-3));
        last = near.then_some(point);
        if !near {
            kept.push(point);
        }
    }
    kept.extend(last);
    kept
}

/// The height of a line at evenly spaced places, as text.
fn text(points: &[[f64; 2]], of: &str, area: f64) -> String {
    let at = |x: f64| {
        let next = points.partition_point(|point| point[0] <= x);
        match (points[..next].last(), points.get(next)) {
            (Some([x0, y0]), Some([x1, y1])) => y0 + (y1 - y0) * (x - x0) / (x1 - x0),
            (Some([_, y]), None) | (None, Some([_, y])) => *y,
            (None, None) => 0.0,
        }
    };
    // From zero to one, whatever the numbers: both ends are there, and are not shown.
    let heights: Vec<f64> = [0.0, 1.0].into_iter().chain((0..=40).map(|i| at(f64::from(i) / 40.0))).collect();
    format!("{of}  0 {} 1  area {area:.4}", sparkline(&heights).chars().skip(2).collect::<String>())
}

macro_rules! curve { ($(#[$doc:meta])* $name:ident, $curve:expr, $points:expr, $(#[$points_doc:meta])*) => {
    $(#[$doc])*
    #[derive(Clone, PartialEq)]
    pub struct $name {
        counts: Counts,
    }

    impl $name {
        /// The curve of a binary output: one number for each sample, and a label that is 0 for negative samples and any
        /// other number for positive ones.
        ///
        /// # Errors
        /// [`Error::Argument`] if labels are not one for each output or are all of one kind, or if an output is NaN or
        /// infinite.
        pub fn new<T: IsPositive<Vector<1>>>(p: &[Vector<1>], t: &[T]) -> Result<Self> {
            Ok($name { counts: counts(p, t, 0)? })
        }

        /// The curve of one class against all others, from the output of that class.
        ///
        /// # Errors
        /// As those of [`new`](Self::new).
        pub fn of_class<const N: usize, T: IsPositive<Vector<N>>>(
            p: &[Vector<N>],
            t: &[T],
            class: Class<N>,
        ) -> Result<Self> {
            Ok($name { counts: counts(p, t, class.index())? })
        }

        /// The area under the curve, from 0 to 1, over all thresholds. [`Auc`](crate::Auc), which has a fixed number of
        /// them, comes near to it, and is equal where no two different outputs lie between two of its thresholds.
        #[must_use]
        pub fn area(&self) -> f64 {
            area($curve, &self.counts)
        }

        $(#[$points_doc])*
        #[must_use]
        pub fn points(&self) -> Vec<[f64; 2]> {
            ($points)(&self.counts)
        }
    }

    impl Debug for $name {
        fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
            f.debug_struct(stringify!($name)).field("area", &self.area()).finish_non_exhaustive()
        }
    }
} }

curve! {
    /// The receiver operating characteristic of an output: the recall `TP / (TP + FN)` over the false positive rate
    /// `FP / (FP + TN)`, for each threshold.
    ///
    /// It prints as text: the recall at 41 false positive rates from 0 to 1, and the area.
    ///
    /// ```
    /// use taut::{plot::RocCurve, prelude::*};
    /// let p = [0.1, 0.4, 0.35, 0.8].map(|p| Vector::new([p])); // model.predict_batch(&test.x)
    /// let t = [0.0, 0.0, 1.0, 1.0].map(|t| Vector::new([t])); // test.y
    /// let roc = RocCurve::new(&p, &t)?;
    /// assert_eq!(roc.area(), 0.75);
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("roc.svg");
    /// roc.plot(&path)?; // "roc.svg", say
    /// println!("{roc}");
    ///
    /// // A class against all others.
    /// let p = [[0.9, 0.1, 0.0], [0.2, 0.7, 0.1], [0.3, 0.3, 0.4]].map(Vector::new);
    /// let t = [0, 1, 2].map(|class| Class::<3>::new(class).unwrap());
    /// assert_eq!(RocCurve::of_class(&p, &t, t[1])?.area(), 1.0);
    /// # Ok::<(), taut::Error>(())
    /// ```
    ///
    /// See T. Fawcett, *An introduction to ROC analysis*, Pattern Recognition Letters 27, 2006.
    RocCurve, Curve::Roc, |counts: &Counts| counts.iter().rev().map(|counts| roc(*counts)).collect(),
    /// The false positive rate and the recall at each threshold, from `[0, 0]` to `[1, 1]`.
}

curve! {
    /// The precision `TP / (TP + FP)` of an output over its recall `TP / (TP + FN)`, for each threshold.
    ///
    /// Between two thresholds the curve and its area follow J. Davis and M. Goadrich, *The Relationship Between
    /// Precision-Recall and ROC Curves*, 2006, as Keras's `AUC(curve="PR")` does. (scikit-learn's average precision has
    /// steps instead.)
    ///
    /// It prints as text: the precision at 41 recalls from 0 to 1, and the area.
    ///
    /// ```
    /// use taut::{plot::PrecisionRecallCurve, prelude::*};
    /// let p = [0.1, 0.4, 0.35, 0.8].map(|p| Vector::new([p])); // model.predict_batch(&test.x)
    /// let t = [0.0, 0.0, 1.0, 1.0].map(|t| Vector::new([t])); // test.y
    /// let curve = PrecisionRecallCurve::new(&p, &t)?;
    /// assert_eq!(curve.points()[1], [0.5, 1.0]);
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("pr.svg");
    /// curve.plot(&path)?; // "precision_recall.svg", say
    /// # Ok::<(), taut::Error>(())
    /// ```
    PrecisionRecallCurve, Curve::Pr, |counts: &Counts| pr_points(counts),
    /// The recall and the precision at each threshold, from recall 0 to 1. At recall 0, where no sample is taken for
    /// positive, the precision is that of the highest output.
}

impl RocCurve {
    /// Draws the curve as SVG, with the area in the legend and the diagonal of outputs that know nothing.
    ///
    /// # Errors
    /// [`Error::Argument`] if the name does not end in `.svg`, [`Error::Io`] and [`Error::Plot`]. After an error, an
    /// existing file is as before.
    pub fn plot(&self, path: impl AsRef<Path>) -> Result<()> {
        let titles = ["ROC", "false positive rate", "recall (true positive rate)"];
        draw(path.as_ref(), &thinned(self.points()), titles, self.area(), [(0.0, 0.0), (1.0, 1.0)])
    }
}

impl PrecisionRecallCurve {
    /// Draws the curve as SVG, with the area in the legend and the line of outputs that know nothing: the fraction of
    /// positive labels.
    ///
    /// # Errors
    /// [`Error::Argument`] if the name does not end in `.svg`, [`Error::Io`] and [`Error::Plot`]. After an error, an
    /// existing file is as before.
    pub fn plot(&self, path: impl AsRef<Path>) -> Result<()> {
        let [_, precision] = pr(self.counts[0]);
        let titles = ["Precision and recall", "recall", "precision"];
        draw(path.as_ref(), &thinned(self.line()), titles, self.area(), [(0.0, precision), (1.0, precision)])
    }

    /// The points of the curve, and points between them: between two thresholds, true and false positives grow evenly,
    /// and the precision does not.
    fn line(&self) -> Vec<[f64; 2]> {
        let mut points = self.points();
        points.truncate(1);
        for step in self.counts.windows(2).rev() {
            let [to, from] = [step[0], step[1]];
            let parts = (to[0] - from[0]).clamp(1.0, 32.0);
            let between = |part: f64| std::array::from_fn(|i| from[i] + (to[i] - from[i]) * part / parts);
            points.extend((1..=parts as usize).map(|part| pr(between(part as f64))));
        }
        points
    }
}

impl Display for RocCurve {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&text(&self.points(), "recall over false positive rate", self.area()))
    }
}

impl Display for PrecisionRecallCurve {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&text(&self.line(), "precision over recall", self.area()))
    }
}
