//! Plots: what is in the SVG files, read back, and what is printed.
#![cfg(feature = "plot")]

use std::path::{Path, PathBuf};
use taut::metrics::{Auc, Curve, Metric};
use taut::plot::{Heatmap, Histograms, Pictures, PrecisionRecallCurve, Predictions, RocCurve};
use taut::{ConfusionMatrix, Error, History, layers::*, prelude::*};

/// A tag of a file, with the text that follows it.
struct Tag<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
    text: String,
}

impl Tag<'_> {
    fn get(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(key, _)| *key == name);
        found.unwrap_or_else(|| panic!("no {name} in {} {:?}", self.name, self.attributes)).1
    }

    fn number(&self, name: &str) -> f64 {
        self.get(name).parse().unwrap()
    }

    fn points(&self) -> Vec<[f64; 2]> {
        let point = |point: &str| {
            let (x, y) = point.split_once(',').unwrap();
            [x, y].map(|number| number.parse().unwrap())
        };
        self.get("points").split_whitespace().map(point).collect()
    }
}

/// The tags of a file. Panics where it is not well formed: tags that do not close, attributes without quotes, and
/// characters that XML does not allow.
fn tags(svg: &str) -> Vec<Tag<'_>> {
    assert!(svg.chars().all(|c| c == '\n' || (!c.is_control() && !"\u{FFFE}\u{FFFF}".contains(c))), "{svg:?}");
    let (mut tags, mut open) = (vec![], vec![]);
    let (before, mut rest) = svg.split_once('<').unwrap();
    assert_eq!(before, "");
    loop {
        let (tag, after) = rest.split_once('>').unwrap();
        let (text, next) = after.split_once('<').map_or((after, None), |(text, next)| (text, Some(next)));
        assert!(!text.contains('>'), "{text}");
        for (_, entity) in text.match_indices('&').map(|(at, _)| (at, &text[at..])) {
            let known = ["&lt;", "&gt;", "&amp;", "&quot;", "&apos;"];
            assert!(known.iter().any(|known| entity.starts_with(known)), "{entity}");
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else {
            let closed = tag.ends_with('/');
            let tag = tag.trim_end_matches('/');
            let (name, mut attributes_text) = tag.split_once(' ').unwrap_or((tag, ""));
            let mut attributes = vec![];
            while !attributes_text.trim().is_empty() {
                let (key, value) = attributes_text.split_once("=\"").unwrap();
                let (value, next) = value.split_once('"').unwrap();
                assert!(!value.contains(['<', '>']), "{value}");
                attributes.push((key.trim(), value));
                attributes_text = next;
            }
            if !closed {
                open.push(name);
            }
            let text = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
                .iter()
                .fold(text.trim().to_string(), |text, (entity, c)| text.replace(entity, c));
            tags.push(Tag { name, attributes, text });
        }
        let Some(next) = next else { break };
        rest = next;
    }
    assert!(open.is_empty(), "{open:?}");
    assert_eq!((tags[0].name, tags[0].get("xmlns")), ("svg", "http://www.w3.org/2000/svg"));
    tags
}

/// The texts of a file, each with its place and its color.
fn texts(svg: &str) -> Vec<(String, [f64; 2], String)> {
    tags(svg)
        .into_iter()
        .filter(|tag| tag.name == "text")
        .map(|tag| (tag.text.clone(), [tag.number("x"), tag.number("y")], tag.get("fill").to_string()))
        .collect()
}

fn has(svg: &str, text: &str) -> bool {
    texts(svg).iter().any(|(found, ..)| found == text)
}

/// A picture that was read back from a file.
struct Picture {
    at: [f64; 2],
    pixel: [f64; 2],
    colors: Vec<Vec<String>>,
}

/// The pictures of a file. Panics unless each pixel has one color.
fn pictures(svg: &str) -> Vec<Picture> {
    let mut all: Vec<Picture> = vec![];
    for tag in tags(svg) {
        if tag.name == "g" {
            let (rows, columns) = tag.get("data-size").split_once(" by ").unwrap();
            let numbers: Vec<f64> =
                tag.get("transform").split(['(', ')', ' ']).filter_map(|part| part.parse().ok()).collect();
            let colors = vec![vec![String::new(); columns.parse().unwrap()]; rows.parse().unwrap()];
            all.push(Picture { at: [numbers[0], numbers[1]], pixel: [numbers[2], numbers[3]], colors });
        } else if tag.name == "path" {
            let colors = &mut all.last_mut().unwrap().colors;
            for run in tag.get("d").split('M').skip(1) {
                let (column, rest) = run.split_once(' ').unwrap();
                let (row, length) = rest.split_once(".5h").unwrap();
                let [column, row, length]: [usize; 3] = [column, row, length].map(|number| number.parse().unwrap());
                for cell in &mut colors[row][column..column + length] {
                    assert_eq!(*cell, "", "one color for row {row}, column {column}");
                    *cell = tag.get("stroke").to_string();
                }
            }
        }
    }
    assert!(all.iter().flat_map(|one| &one.colors).flatten().all(|color| color.len() == 7), "no gap");
    all
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// What `plot` writes. It is the same when it is drawn again.
fn drawn(plot: impl Fn(&Path) -> taut::Result<()>) -> String {
    let folder = folder();
    let path: PathBuf = folder.path().join("plot.svg");
    plot(&path).unwrap();
    let svg = std::fs::read_to_string(&path).unwrap();
    plot(&path).unwrap();
    assert!(svg == std::fs::read_to_string(&path).unwrap(), "the same bytes");
    tags(&svg);
    svg
}

/// The error of `plot`, which leaves an existing file as it is.
fn refused(plot: impl Fn(&Path) -> taut::Result<()>) -> String {
    let folder = folder();
    let path = folder.path().join("plot.svg");
    std::fs::write(&path, "before").unwrap();
    let error = plot(&path).unwrap_err();
    assert!(matches!(error, Error::Argument { .. }), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), b"before");
    error.to_string()
}

/// Names of files that no plot takes.
fn checks_its_path(plot: impl Fn(&Path) -> taut::Result<()>) {
    let folder = folder();
    for name in ["plot", "plot.png", "plot.svg.txt", ""] {
        let error = plot(&folder.path().join(name)).unwrap_err().to_string();
        assert!(error.contains("expected a name that ends in .svg"), "{name}: {error}");
    }
    assert!(matches!(plot(&folder.path().join("no/such.svg")), Err(Error::Io { .. })));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

fn class<const N: usize>(index: usize) -> Class<N> {
    Class::new(index).unwrap()
}

/// A history whose names are `loss`, `accuracy`, `val_loss` and `val_accuracy`.
fn history() -> History<impl Sized> {
    let x = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]].map(Vector::new).to_vec();
    let data = Dataset::new(x, [0, 1, 1, 0].map(class::<2>).to_vec()).unwrap();
    let model = Model::<Vector<2>, (Dense<2, 2>, Softmax)>::new(1);
    let mut model = model.compile(Sgd::default(), SparseCategoricalCrossentropy, Accuracy);
    let fit = Fit { initial_epoch: 4, epochs: 5, verbose: Verbose::Silent, ..Fit::default() };
    model.validation(&data).fit(&data, fit).unwrap()
}

#[test]
fn a_history_marks_its_best_epoch_in_each_panel() {
    let mut history = history();
    let mut marked = |rows: &[[f32; 4]]| -> Vec<f64> {
        history.rows = rows.iter().map(|row| row.to_vec()).collect();
        let svg = drawn(|path| history.plot(path));
        let lines: Vec<_> = tags(&svg)
            .iter()
            .filter(|tag| tag.name == "polyline" && tag.get("stroke") == "#008040")
            .map(|tag| tag.points())
            .collect();
        let legends: Vec<_> = texts(&svg).into_iter().filter(|(text, ..)| text.starts_with("best")).collect();
        // In each panel a line from its top to its bottom, and a short one in the legend.
        assert_eq!((lines.len(), legends.len()), (2 * legends.len(), lines.len() / 2));
        let tall: Vec<_> = lines.iter().filter(|line| (line[0][1] - line[1][1]).abs() > 200.0).collect();
        assert_eq!(tall.len(), legends.len());
        let Some((legend, ..)) = legends.first() else { return vec![] };
        assert!(tall.iter().all(|line| line[0][0] == line[1][0] && line[0][0] == tall[0][0][0]), "upright");
        assert_eq!(history.sparklines().lines().last(), Some(&legend[..]));
        vec![legend.trim_start_matches("best: epoch ").parse().unwrap(), tall[0][0][0]]
    };
    // The axis is from 72 to 708 and has the epochs 5 to 7: the validation counts, and of equal ones the first.
    let rows = [[3.0, 0.1, 2.0, 0.1], [2.0, 0.2, 1.0, 0.2], [1.0, 0.3, 1.0, 0.3]];
    let best = marked(&rows);
    assert!(best[0] == 6.0 && (best[1] - 390.0).abs() < 2.0, "{best:?}");
    let last = marked(&[rows[0], [1.0, 0.0, f32::NAN, f32::NAN], [1.0, 0.0, 1.9, 0.0]]);
    assert!(last[0] == 7.0 && (last[1] - 708.0).abs() < 2.0, "{last:?}");
    assert!(marked(&[[1.0, 0.0, f32::NAN, 0.0]; 2]).is_empty(), "no number, no best");
    assert!(marked(&[]).is_empty());
    // Rows are public, and may be short.
    history.rows = vec![vec![1.0], vec![]];
    drawn(|path| history.plot(path));
    checks_its_path(|path| history.plot(path));
    history.rows = vec![vec![1.0, 0.0, 4.0, 0.5], vec![0.5, 0.5, f32::INFINITY, 0.5], vec![0.0, 1.0, 2.0, 0.5]];
    let expected = "loss          1.0000 █▅▁ 0.0000\naccuracy      0.0000 ▁▅█ 1.0000\n\
                    val_loss      4.0000 █ ▁ 2.0000\nval_accuracy  0.5000 ▁▁▁ 0.5000\nbest: epoch 7\n";
    assert_eq!(history.sparklines(), expected);
}

#[test]
fn a_training_without_validation_has_a_best_epoch() {
    let data = Dataset::new(vec![Vector::new([1.0])], vec![Vector::new([2.0])]).unwrap();
    let mut model = Model::<Vector<1>, Dense<1, 1>>::new(1).compile(Sgd::default(), MeanSquaredError, ());
    let mut history = model.fit(&data, Fit { epochs: 3, verbose: Verbose::Silent, ..Fit::default() }).unwrap();
    history.rows = vec![vec![3.0], vec![1.0], vec![2.0]];
    assert!(has(&drawn(|path| history.plot(path)), "best: epoch 2"));
}

#[test]
fn a_confusion_matrix_has_a_cell_for_each_pair_of_classes() {
    let hostile = ["</text><script>alert(\"1\")</script>", "a & 'b'\u{0}\x1b[2J\u{202E}", ""];
    let mut matrix = ConfusionMatrix::<3>::new().names(hostile);
    let counts = [[7, 0, 1], [2, 3, 0], [0, 0, 12]];
    for (actual, row) in counts.iter().enumerate() {
        for (predicted, count) in row.iter().enumerate() {
            matrix.add(&vec![class::<3>(predicted).one_hot(); *count], &vec![class::<3>(actual); *count]);
        }
    }
    let svg = drawn(|path| matrix.plot(path));
    let [picture] = &pictures(&svg)[..] else { panic!("one grid of cells") };
    let texts = texts(&svg);
    for (row, of_row) in counts.iter().enumerate() {
        for (column, count) in of_row.iter().enumerate() {
            let middle = |axis: usize, i: usize| picture.at[axis] + (i as f64 + 0.5) * picture.pixel[axis];
            let found = texts
                .iter()
                .filter(|(_, [x, y], _)| (x - middle(0, column)).abs() <= 1.0 && (y - middle(1, row)).abs() <= 1.0);
            let found: Vec<&str> = found.map(|(text, ..)| &text[..]).collect();
            assert_eq!(found, [count.to_string()], "row {row}, column {column}");
        }
    }
    let color = |row: usize, column: usize| &picture.colors[row][column][..];
    assert_eq!([color(2, 2), color(0, 1), color(2, 0)], ["#08306B", "#F7FBFF", "#F7FBFF"], "12 and 0");
    assert!(color(0, 0) != color(1, 1) && color(1, 1) != color(0, 1));
    // White on dark cells.
    let color_of = |count: &str| &texts.iter().find(|(text, ..)| text == count).unwrap().2[..];
    assert_eq!([color_of("12"), color_of("2")], ["#FFFFFF", "#282828"]);
    let [hostile, ..] = hostile;
    let short: String = hostile.chars().take(23).chain(['…']).collect();
    for name in [&short[..], "a & 'b'\u{FFFD}\u{FFFD}[2J\u{FFFD}", "actual", "predicted"] {
        assert!(has(&svg, name), "{name} in {texts:?}");
    }
    assert!(!svg.contains("<script"));
    checks_its_path(|path| matrix.plot(path));
}

#[test]
fn a_confusion_matrix_of_any_size() {
    let svg = drawn(|path| ConfusionMatrix::<1>::new().plot(path));
    assert_eq!(pictures(&svg)[0].colors, [["#F7FBFF"]]);
    assert_eq!(texts(&svg).iter().filter(|(text, ..)| text == "0").count(), 3, "the count and both names");
    let mut many = ConfusionMatrix::<100>::new();
    many.add(&[class::<100>(40).one_hot()], &[class::<100>(60)]);
    let svg = drawn(|path| many.plot(path));
    let colors = &pictures(&svg)[0].colors;
    assert_eq!((colors.len(), colors[0].len(), &colors[60][40][..]), (100, 100, "#08306B"));
    assert!(!has(&svg, "1") && has(&svg, "60"), "colors alone, and every so-manieth name");
    assert!(refused(|path| ConfusionMatrix::<0>::new().plot(path)).contains("at least one class"));
}

#[test]
fn pictures_have_the_pixels_of_their_images() {
    let gray = |value: f32| format!("#{0:02X}{0:02X}{0:02X}", (value * 255.0).round() as u8);
    let image = |first: f32| Image([[[first], [0.0]], [[1.0], [0.5]], [[0.25], [0.75]]]);
    let svg = drawn(|path| Pictures::of(&[0.125, 1.0, 0.0, f32::NAN, f32::INFINITY].map(image)).plot(path));
    let read = pictures(&svg);
    assert_eq!(read.len(), 5);
    for (picture, first) in read.iter().zip([&gray(0.125)[..], "#FFFFFF", "#000000", "#00AA50", "#00AA50"]) {
        let [a, b, c, d, e] = [0.0, 1.0, 0.5, 0.25, 0.75].map(gray);
        assert_eq!(picture.colors, [[first.to_string(), a], [b, c], [d, e]]);
        assert_eq!(picture.pixel, [40.0; 2], "squares of a whole number of pixels");
    }
    // In a grid, without touching: four in the first row, and one below.
    let [x, y] = [0, 1].map(|axis| read.iter().map(|one| one.at[axis]).collect::<Vec<_>>());
    assert_eq!((x[0], y[0], y[3], x[4]), (x[4], y[3], y[0], x[0]));
    assert!(x.windows(2).take(3).all(|pair| pair[1] - pair[0] > 80.0) && y[4] - y[0] > 120.0, "{x:?} {y:?}");

    // Other numbers go from the smallest to the largest.
    let svg = drawn(|path| Pictures::of(&[Image([[[-2.0], [2.0], [0.0]]])]).plot(path));
    assert_eq!(pictures(&svg)[0].colors, [["#000000", "#FFFFFF", "#808080"]]);
    // Three channels are colors, and other numbers of them pictures side by side.
    let svg = drawn(|path| Pictures::of(&[Image([[[1.0, 0.5, 0.0], [0.0, f32::NAN, 0.0]]])]).plot(path));
    assert_eq!(pictures(&svg)[0].colors, [["#FF8000", "#00AA50"]]);
    let two = [Image([[[0.0, 1.0]]]), Image([[[1.0, 0.0]]])];
    let read = pictures(&drawn(|path| Pictures::of(&two).plot(path)));
    assert_eq!(
        read.iter().map(|one| &one.colors[0][0][..]).collect::<Vec<_>>(),
        ["#000000", "#FFFFFF", "#FFFFFF", "#000000"]
    );
    let x: Vec<f64> = read.iter().map(|one| one.at[0]).collect();
    assert!(read.iter().all(|one| one.at[1] == read[0].at[1]) && x[2] - x[1] > x[1] - x[0], "each image apart: {x:?}");
    let filters = [Image::<1, 1, 7>::ZERO; 14];
    let read = pictures(&drawn(|path| Pictures::around_zero(&filters).plot(path)));
    assert_eq!((read[13].at[1], read[14].at[0]), (read[0].at[1], read[0].at[0]), "two images in each row");

    assert!(refused(|path| Pictures::of::<2, 2, 1>(&[]).plot(path)).contains("at least one"));
    assert!(refused(|path| Pictures::of(&[Image::<0, 2, 1>([])]).plot(path)).contains("at least one"));
    let tall = [const { Image::<200_000, 1, 1>::ZERO }];
    assert!(refused(|path| Pictures::of(&tall).plot(path)).contains("at most 100000 pixels"));
    checks_its_path(|path| Pictures::of(&two).plot(path));
    assert_eq!(Pictures::of(&two[..1]).to_string(), "   ██\n");
    let svg = drawn(|path| Pictures::of(&two[..1]).captions(["<a>", "b"]).plot(path));
    assert!(has(&svg, "<a>") && has(&svg, "b"));
}

#[test]
fn weights_and_filters_are_blue_below_zero_and_red_above() {
    // The kernel's columns are inputs, its rows outputs.
    let mut dense = Dense::<4, 3> { kernel: nalgebra::SMatrix::zeros(), bias: nalgebra::SVector::zeros() };
    dense.kernel[(0, 3)] = -2.0;
    dense.kernel[(2, 1)] = 1.0;
    dense.kernel[(1, 0)] = f32::NAN;
    let weights = dense.weights_of_outputs::<Image<2, 2, 1>>();
    let svg = drawn(|path| Pictures::around_zero(&weights).plot(path));
    let mut read = pictures(&svg);
    // The last one is the bar of the colors.
    let bar = read.pop().unwrap();
    assert_eq!([&bar.colors[0][0][..], bar.colors[0].last().unwrap()], ["#053061", "#67001F"]);
    assert!(has(&svg, "-2.00") && has(&svg, "0") && has(&svg, "2.00"));
    let white = "#F7F7F7";
    assert_eq!(read[0].colors, [[white, white], [white, "#053061"]]);
    assert_eq!(read[1].colors, [["#00AA50", white], [white, white]]);
    assert_eq!((&read[2].colors[0][0][..], &read[2].colors[1][1][..]), (white, white));
    let [red, blue] = [1..3, 5..7].map(|digits| u8::from_str_radix(&read[2].colors[0][1][digits], 16).unwrap());
    assert!(red > blue + 50, "{:?}", read[2].colors);

    let kernel = [[nalgebra::SMatrix::zeros(); 2]; 2];
    let mut conv = Conv2d::<2, 3, 2> { kernel, bias: nalgebra::SVector::zeros(), padding: Default::default() };
    conv.kernel[1][0][(2, 1)] = 4.0;
    let read = pictures(&drawn(|path| Pictures::around_zero(&conv.filters()).plot(path)));
    assert_eq!(read.len(), 3 * 2 + 1, "each channel of each filter, and the bar");
    let red = read.iter().position(|one| one.colors.iter().flatten().any(|color| color == "#67001F"));
    assert_eq!((red, &read[5].colors[1][0][..]), (Some(5), "#67001F"));

    // Outputs of a convolution: without negative numbers from white to blue.
    let output = Image([[[0.0, 1.0, 2.0], [4.0, 0.0, 0.0]]]);
    let svg = drawn(|path| Pictures::channels(&output).plot(path));
    let read = pictures(&svg);
    assert_eq!((read.len(), &read[0].colors[0][1][..], &read[1].colors[0][1][..]), (4, "#08306B", "#F7FBFF"));
    assert!(has(&svg, "4.00"));
}

#[test]
fn heatmaps_have_their_numbers() {
    let svg = drawn(|path| Heatmap::from(&Sequence([[1.0, -2.0], [0.0, f32::NAN], [0.5, 0.0]])).plot(path));
    let read = pictures(&svg);
    assert_eq!((read[0].colors.len(), read[0].colors[0].len(), read.len()), (3, 2, 2));
    assert_eq!([&read[0].colors[0][1][..], &read[0].colors[1][1]], ["#053061", "#00AA50"]);
    for text in ["1.00", "NaN", "0.500", "step", "channel"] {
        assert!(has(&svg, text), "{text}");
    }
    let large = Heatmap::new([3, 300], |row, column| (row * 300 + column) as f32);
    let svg = drawn(|path| large.plot(path));
    assert_eq!(pictures(&svg)[0].colors[2][299], "#08306B");
    assert!(has(&svg, "column") && !has(&svg, "898"), "no numbers in small cells");
    let names: Vec<_> = texts(&svg).into_iter().filter(|(text, ..)| text.parse::<u32>().is_ok()).collect();
    assert!(names.len() < 40, "names that do not overlap: {names:?}");
    let kernel = nalgebra::SMatrix::<f32, 2, 3>::new(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
    let one_row = Heatmap::from(&Vector::new([1.0, 2.0, 3.0]));
    let svg = drawn(|path| Heatmap::from(&kernel).plot(path));
    assert!(["1.00", "6.00"].iter().all(|text| has(&svg, text)));
    assert_eq!(pictures(&drawn(|path| one_row.plot(path)))[0].colors.len(), 1);
    assert!(refused(|path| Heatmap::new([0, 3], |_, _| 0.0).plot(path)).contains("0 rows and 3 columns"));
    checks_its_path(|path| one_row.plot(path));
    assert_eq!(one_row.to_string(), "▓▓▒▒░░\n", "the largest is the darkest");
}

#[test]
fn histograms_count_each_tensor() {
    type Net = (Dense<2, 2>, Relu, (BatchNorm<2>, Dense<2, 1>));
    let mut model = Model::<Vector<2>, Net>::new(1);
    model.net_mut().0.kernel = nalgebra::SMatrix::from([[1.0, 1.0], [1.0, -1.0]]);
    model.net_mut().0.bias[0] = f32::NAN;
    let histograms = Histograms::weights(&model);
    let svg = drawn(|path| histograms.plot(path));
    let names = ["net.0.kernel", "net.0.bias", "net.2.0.gamma", "net.2.0.beta", "net.2.1.kernel", "net.2.1.bias"];
    let titles: Vec<String> = texts(&svg).into_iter().map(|(text, ..)| text).collect();
    let at = |name: &str| titles.iter().position(|title| title.starts_with(name));
    for pair in names.windows(2) {
        assert!(at(pair[0]).is_some() && at(pair[0]) < at(pair[1]), "{pair:?} in {titles:?}");
    }
    assert!(titles.iter().any(|title| title == "net.0.kernel Dense<2, 2>" || title == "net.0.kernel  Dense<2, 2>"));
    assert!(has(&svg, "mean 0.500, std 0.866") && has(&svg, "mean 0, std 0, 1 NaN or infinite"), "{titles:?}");
    // The bars of the first panel: three numbers of 1 and one of -1.
    let bars: Vec<[f64; 3]> = tags(&svg)
        .iter()
        .filter(|tag| tag.name == "rect" && tag.get("fill") == "#2171B5")
        .map(|tag| [tag.number("x"), tag.number("y"), tag.number("height")])
        .filter(|[x, y, _]| *x < 340.0 && *y < 254.0)
        .collect();
    let [first, last] = bars[..] else { panic!("{bars:?}") };
    assert!(first[0] < last[0] && (last[2] / first[2] - 3.0).abs() < 0.1, "{bars:?}");
    let text = histograms.to_string();
    assert_eq!(text.lines().count(), 8, "moving means and variances too");
    assert!(text.starts_with("net.0.kernel ") && text.contains("mean 0.500, std 0.866"), "{text}");

    checks_its_path(|path| histograms.plot(path));
    let none = Model::<Vector<2>, Relu>::new(1);
    assert!(refused(|path| Histograms::weights(&none).plot(path)).contains("one with parameters"));
}

#[test]
fn histograms_of_any_numbers() {
    let mut model = Model::<Vector<4>, Dense<4, 1, NoBias>>::new(1);
    for values in [[f32::MAX, f32::MIN, 0.0, 1.0], [f32::NAN; 4], [f32::INFINITY, 1.0, 1.0, 1.0], [1e-45; 4], [3.0; 4]]
    {
        model.net_mut().kernel = values.into();
        drawn(|path| Histograms::weights(&model).plot(path));
        assert_eq!(Histograms::weights(&model).to_string().lines().count(), 1);
    }
}

#[test]
fn gradients_are_those_of_finite_differences() {
    type Net = (Dense<3, 4>, Tanh, Dense<4, 2>);
    let x = [[0.5, -1.0, 2.0], [1.0, 0.25, -0.5], [-1.5, 0.75, 0.0]].map(Vector::new);
    let y = [[1.0, 0.0], [0.5, -1.0], [0.0, 2.0]].map(Vector::new);
    let data = Dataset::new(x.to_vec(), y.to_vec()).unwrap();
    let model = Model::<Vector<3>, Net>::new(3).layers(|net| {
        net.0.kernel.regularizer = L2(0.1).into();
        net.1.activity_regularizer = L2(0.05).into();
        net.2.kernel.frozen = true;
    });
    let mut model = model.compile(Sgd::default(), MeanSquaredError, ());
    let before = model.net().clone();
    let gradients = model.gradients(&x, &y).unwrap();
    assert!(*model.net() == before, "no parameter changes");
    let mut checked = 0;
    let mut check = |at: &dyn Fn(&mut Net) -> &mut f32| {
        let mut loss = |step: f32| {
            *model.net_mut() = before.clone();
            *at(model.net_mut()) += step;
            f64::from(model.evaluate(&data).unwrap().loss())
        };
        let expected = (loss(1e-2) - loss(-1e-2)) / 2e-2;
        let received = f64::from(*at(&mut gradients.as_ref().clone()));
        assert!((expected - received).abs() < 2e-3 * expected.abs().max(1.0), "{expected} {received}");
        checked += 1;
    };
    for i in 0..12 {
        check(&|net| &mut net.0.kernel[i]);
    }
    for i in 0..8 {
        check(&|net| &mut net.2.kernel[i]);
    }
    check(&|net| &mut net.0.bias[1]);
    check(&|net| &mut net.2.bias[0]);
    assert_eq!(checked, 22);

    assert!(model.gradients(&[], &[]).unwrap_err().to_string().contains("at least one sample"));
    assert!(model.gradients(&x, &y[..1]).unwrap_err().to_string().contains("1 labels for 3 samples"));
    let svg = drawn(|path| Histograms::gradients(&model, &gradients).plot(path));
    assert!(has(&svg, "Histograms of the gradients"));

    // Moving means have no gradient, and no histogram.
    let model = Model::<Vector<3>, (BatchNorm<3>, Dense<3, 2>)>::new(1).compile(Sgd::default(), MeanSquaredError, ());
    let gradients = model.gradients(&x, &y).unwrap();
    assert_eq!(gradients.0.moving_mean.as_slice(), [0.0; 3]);
    assert!(gradients.0.beta.iter().all(|gradient| *gradient != 0.0));
    let text = Histograms::gradients(&model, &gradients).to_string();
    assert_eq!(text.lines().count(), 4, "{text}");
    let bad = Model::<Vector<3>, Dense<3, 2>>::new(1).layers(|net| net.kernel.regularizer = L2(f32::NAN).into());
    assert!(bad.compile(Sgd::default(), MeanSquaredError, ()).gradients(&x, &y).is_err());
}

/// Numbers from 0 to 1 that look random, and labels that go with them, more or less.
fn drawn_at_random(n: usize) -> (Vec<Vector<1>>, Vec<Vector<1>>) {
    let mut state = 7_u64;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 24) as f32
    };
    (0..n)
        .map(|_| {
            let p = uniform();
            (Vector::new([p]), Vector::new([f32::from(u8::from(uniform() < 0.2 + 0.6 * p))]))
        })
        .unzip()
}

#[test]
fn the_area_under_a_curve_is_that_of_the_metric() {
    let (p, t) = drawn_at_random(2_000);
    let auc = |curve, thresholds, p: &[Vector<1>]| f64::from(Auc { curve, thresholds, ..Auc::default() }.value(p, &t));
    // All outputs are thresholds of the metric, which does not tell 0 from the next one.
    let grid: Vec<Vector<1>> = p.iter().map(|p| Vector::new([(p.0[0] * 64.0).round().max(1.0) / 64.0])).collect();
    let (roc, pr) = (RocCurve::new(&grid, &t).unwrap(), PrecisionRecallCurve::new(&grid, &t).unwrap());
    assert!((roc.area() - auc(Curve::Roc, 65, &grid)).abs() < 1e-6, "{roc:?}");
    assert!((pr.area() - auc(Curve::Pr, 65, &grid)).abs() < 1e-6, "{pr:?}");
    assert!((0.6..0.9).contains(&roc.area()) && (0.6..0.9).contains(&pr.area()), "{roc:?} {pr:?}");
    // Other outputs lie between them.
    let (roc, pr) = (RocCurve::new(&p, &t).unwrap(), PrecisionRecallCurve::new(&p, &t).unwrap());
    assert!((roc.area() - auc(Curve::Roc, 200, &p)).abs() < 1e-3);
    assert!((roc.area() - auc(Curve::Roc, 100_000, &p)).abs() < 1e-5);
    assert!((pr.area() - auc(Curve::Pr, 100_000, &p)).abs() < 1e-4);
    // The area of pairs: how often a positive output is above a negative one.
    let of = |on: f32| p.iter().zip(&t).filter(move |(_, t)| t.0[0] == on).map(|(p, _)| p.0[0]);
    let above: usize = of(1.0).map(|a| of(0.0).filter(|b| a > *b).count()).sum();
    let pairs = (of(1.0).count() * of(0.0).count()) as f64;
    assert!((roc.area() - above as f64 / pairs).abs() < 1e-9);

    let svg = drawn(|path| roc.plot(path));
    assert!(has(&svg, &format!("area {:.4}", roc.area())));
    let curve = |svg: &str| -> Vec<[f64; 2]> {
        let lines = tags(svg).into_iter().filter(|tag| tag.name == "polyline" && tag.get("stroke") == "#0000FF");
        lines.map(|line| line.points()).max_by_key(Vec::len).unwrap()
    };
    // From the lower left corner to the upper right one, never down and never to the left.
    let points = curve(&svg);
    assert!(points.len() > 100 && points.len() < 2_000, "{}", points.len());
    assert!(points.windows(2).all(|pair| pair[1][0] >= pair[0][0] && pair[1][1] <= pair[0][1]));
    let ([left, bottom], [right, top]) = (points[0], points[points.len() - 1]);
    let size = (right - left) * (bottom - top);
    let below: f64 =
        points.windows(2).map(|pair| (pair[1][0] - pair[0][0]) * (bottom - (pair[0][1] + pair[1][1]) / 2.0)).sum();
    assert!((below / size - roc.area()).abs() < 5e-3, "{}", below / size);
    let svg = drawn(|path| pr.plot(path));
    assert!(has(&svg, &format!("area {:.4}", pr.area())));
    let points = curve(&svg);
    let below: f64 =
        points.windows(2).map(|pair| (pair[1][0] - pair[0][0]) * (bottom - (pair[0][1] + pair[1][1]) / 2.0)).sum();
    assert!((below / size - pr.area()).abs() < 1e-2, "{}", below / size);
    checks_its_path(|path| roc.plot(path));
    checks_its_path(|path| pr.plot(path));
}

#[test]
fn the_points_of_a_curve() {
    let p = [0.9, 0.8, 0.8, 0.1].map(|p| Vector::new([p]));
    let t = [1.0, 1.0, 0.0, 0.0].map(|t| Vector::new([t]));
    let (roc, pr) = (RocCurve::new(&p, &t).unwrap(), PrecisionRecallCurve::new(&p, &t).unwrap());
    assert_eq!(roc.points(), [[0.0, 0.0], [0.0, 0.5], [0.5, 1.0], [1.0, 1.0]]);
    assert_eq!(pr.points(), [[0.0, 1.0], [0.5, 1.0], [1.0, 2.0 / 3.0], [1.0, 0.5]]);
    assert!(
        roc.to_string().starts_with("recall over false positive rate  0 ▅") && roc.to_string().ends_with("area 0.8750")
    );
    assert!(pr.to_string().starts_with("precision over recall  0 █"));
    // Outputs and labels that say nothing of each other are on the diagonal.
    let equal = RocCurve::new(&[Vector::new([0.5]); 4], &t).unwrap();
    assert_eq!((equal.area(), equal.points()), (0.5, vec![[0.0, 0.0], [1.0, 1.0]]));
    drawn(|path| equal.plot(path));
    drawn(|path| PrecisionRecallCurve::new(&[Vector::new([0.5]); 4], &t).unwrap().plot(path));
    // Both zeros are one output.
    let zeros = RocCurve::new(&[0.0, -0.0].map(|p| Vector::new([p])), &t[1..3]).unwrap();
    assert_eq!(zeros.area(), 0.5);

    // A class of three against the others.
    let p = [[0.7, 0.2, 0.1], [0.1, 0.3, 0.6], [0.3, 0.5, 0.2], [0.2, 0.4, 0.4]].map(Vector::new);
    let t = [0, 1, 1, 2].map(class::<3>);
    let [zero, one] = [0, 1].map(|i| RocCurve::of_class(&p, &t, class(i)).unwrap());
    assert_eq!((zero.area(), one.area()), (1.0, 0.75));
    let one_hot = t.map(Class::one_hot);
    assert!(RocCurve::of_class(&p, &one_hot, t[1]).unwrap() == one);
    let binary = [0.2, 0.3, 0.5, 0.4].map(|p| Vector::new([p]));
    let labels = [0.0, 1.0, 1.0, 0.0].map(|t| Vector::new([t]));
    assert!(RocCurve::new(&binary, &labels).unwrap() == one);
    assert_eq!(PrecisionRecallCurve::of_class(&p, &t, t[0]).unwrap().area(), 1.0);
}

#[test]
fn a_curve_as_text_goes_from_point_to_point() {
    let column = |numbers: &[f32]| numbers.iter().map(|number| Vector::new([*number])).collect::<Vec<_>>();
    // All outputs are equal: the diagonal, in 41 heights.
    let roc = RocCurve::new(&column(&[0.5; 4]), &column(&[1.0, 0.0, 1.0, 0.0])).unwrap().to_string();
    let heights: Vec<char> = roc.chars().filter(|c| ('▁'..='█').contains(c)).collect();
    assert!(heights.len() == 41 && heights.is_sorted() && heights[20] == '▅', "{roc}");
    // Six equal outputs, one of them positive: the precision falls from 1 at half of the recall to 2/7 at the end.
    let p = column(&[0.9, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.1]);
    let pr = PrecisionRecallCurve::new(&p, &column(&[1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])).unwrap().to_string();
    let heights: Vec<char> = pr.chars().filter(|c| ('▁'..='█').contains(c)).collect();
    assert!(heights[20] == '█' && heights[30] == '▆' && heights[40] < '▄', "{pr}");
}

#[test]
fn histories_of_large_numbers_and_without_names() {
    let mut history = history();
    history.rows = vec![vec![5.2e10, 0.1, 3.9e10, 0.2], vec![2.5e10, 0.3, f32::NAN, f32::INFINITY]];
    let svg = drawn(|path| history.plot(path));
    assert!(texts(&svg).iter().any(|(text, ..)| text.ends_with("e10")), "the marks have their exponents");
    assert!(history.sparklines().contains("5.2000e10"), "{}", history.sparklines());
    history.names.clear();
    let error = refused(|path| history.plot(path));
    assert_eq!(error, "the history to draw: expected a name for the loss and for each of 1 metrics, received 0");
}

#[test]
fn curves_that_there_are_not() {
    let error = |p: &[f32], t: &[f32]| {
        let (p, t): (Vec<_>, Vec<_>) =
            (p.iter().map(|p| Vector::new([*p])).collect(), t.iter().map(|t| Vector::new([*t])).collect());
        let errors = [RocCurve::new(&p, &t).map(drop), PrecisionRecallCurve::new(&p, &t).map(drop)];
        let [roc, pr] = errors.map(|error| error.unwrap_err().to_string());
        assert_eq!(roc, pr);
        roc
    };
    assert!(error(&[], &[]).contains("expected labels of both kinds, received 0 positive and 0 negative ones"));
    assert!(error(&[0.1, 0.2], &[1.0, 1.0]).contains("2 positive and 0 negative"));
    assert!(error(&[0.1, 0.2], &[0.0, 0.0]).contains("0 positive and 2 negative"));
    assert!(error(&[0.1], &[1.0, 0.0]).contains("2 labels for 1 outputs"));
    assert!(error(&[0.1, f32::NAN], &[1.0, 0.0]).contains("expected finite numbers, received NaN for sample 2"));
    assert!(error(&[f32::INFINITY, 0.0], &[1.0, 0.0]).contains("received inf for sample 1"));
}

#[test]
fn predictions_have_captions_and_the_wrong_ones_are_red() {
    let images = [0.0, 0.5, 1.0].map(|value| Image([[[value]]]));
    let outputs = [[0.9, 0.1], [0.8, 0.2], [f32::NAN, 0.0]].map(Vector::new);
    let labels = [0, 1, 0].map(class::<2>);
    let predictions = Predictions::new(&images, &outputs, &labels).unwrap().names(["<cat>", "dog"]);
    let svg = drawn(|path| predictions.plot(path));
    assert_eq!(pictures(&svg).len(), 3);
    let captions: Vec<(String, String)> = texts(&svg).into_iter().map(|(text, _, color)| (text, color)).collect();
    let [ink, red] = ["#282828", "#C80000"];
    let expected = [
        ("predicted <cat>", ink),
        ("actual <cat>", ink),
        ("predicted <cat>", red),
        ("actual dog", red),
        ("predicted <cat>", ink),
        ("actual <cat>", ink),
    ];
    assert_eq!(captions, expected.map(|(text, color)| (text.to_string(), color.to_string())));
    let lines = "predicted <cat>, actual <cat>\npredicted <cat>, actual dog  wrong\npredicted <cat>, actual <cat>\n";
    assert_eq!(predictions.to_string(), lines);
    assert_eq!(format!("{predictions:?}"), "Predictions(3, 1 wrong)");
    let wrong = predictions.clone().wrong();
    assert_eq!(wrong.len(), 1);
    let svg = drawn(|path| wrong.plot(path));
    assert_eq!(pictures(&svg)[0].colors, [["#808080"]], "the image of the wrong one");
    assert_eq!(predictions.clone().take(2).len(), 2);
    checks_its_path(|path| predictions.plot(path));
    assert!(refused(|path| predictions.clone().take(0).plot(path)).contains("at least one"));
    let error = Predictions::new(&images, &outputs[..2], &labels).unwrap_err().to_string();
    assert!(
        error.contains("expected an output and a label for each image, received 2 outputs and 3 labels"),
        "{error}"
    );
    // Labels that are no class.
    let odd = Predictions::new(&images[..1], &outputs[..1], &[Vector::new([7.0])]).unwrap();
    assert_eq!(odd.to_string(), "predicted 0, actual none  wrong\n");
    // Of images with many channels the first one is drawn.
    let many = Predictions::new(&[Image([[[0.0, 1.0]]]); 2], &outputs[..2], &labels[..2]).unwrap();
    let read = pictures(&drawn(|path| many.plot(path)));
    assert_eq!(read.iter().map(|one| &one.colors[0][0][..]).collect::<Vec<_>>(), ["#000000"; 2]);
}
