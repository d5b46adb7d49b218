use crate::contract::train::Row;
use comfy_table::{CellAlignment, ContentLineStyle, LineStyle, Table, TableStyle};
use std::fmt::{self, Display};

/// The layers of a model; it prints as a table.
///
/// ```
/// use taut::prelude::*;
/// let model = Model::<Vector<4>, (Dense<4, 16>, Relu, Dense<16, 3>)>::new(1).layers(|net| net.0.bias.frozen = true);
/// let summary = model.summary();
/// assert_eq!((summary.params(), summary.trainable(), summary.rows.len()), (131, 115, 3));
/// assert!(summary.to_string().contains("Dense<16, 3>"));
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Summary {
    /// The layers, in order.
    pub rows: Vec<Row>,
}

/// `50890` as `50,890`.
fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|g| std::str::from_utf8(g).unwrap_or("")).collect();
    groups.join(",")
}

/// The size of so many parameters in bytes, as Keras writes it.
fn size(params: usize) -> String {
    let bytes = (params * size_of::<f32>()) as f64;
    let power = ((bytes.max(1.0).log2() / 10.0) as usize).min(4);
    let unit = ["B", "KB", "MB", "GB", "TB"][power];
    format!("{:.2} {unit}", bytes / 1024f64.powi(power as i32))
}

/// A table with Keras's borders.
pub(crate) fn table<const N: usize>(header: [&str; N]) -> Table {
    let style = TableStyle::new()
        .top_border(LineStyle::new('┏', '━', '┳', '┓'))
        .header_lines(ContentLineStyle::new('┃', '┃', '┃'))
        .header_separator(LineStyle::new('┡', '━', '╇', '┩'))
        .content_lines(ContentLineStyle::new('│', '│', '│'))
        .row_separator(LineStyle::new('├', '─', '┼', '┤'))
        .bottom_border(LineStyle::new('└', '─', '┴', '┘'));
    let mut table = Table::new();
    table.load_style(style).set_header(header);
    table
}

impl Summary {
    /// The number of parameters.
    #[must_use]
    pub fn params(&self) -> usize {
        self.rows.iter().map(|row| row.params).sum()
    }

    /// The number of parameters that are trained.
    #[must_use]
    pub fn trainable(&self) -> usize {
        self.rows.iter().map(|row| row.trainable).sum()
    }
}

impl Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = table(["", "Layer (type)", "Output Shape", "Param #"]);
        for row in &self.rows {
            let shape: Vec<String> = row.shape.iter().map(usize::to_string).collect();
            let shape = format!("(None, {})", shape.join(", "));
            table.add_row([row.place.clone(), row.layer.into(), shape, grouped(row.params)]);
        }
        if let Some(column) = table.column_mut(3) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        writeln!(f, "{table}")?;
        let (all, trainable) = (self.params(), self.trainable());
        for (what, n) in [("Total", all), ("Trainable", trainable), ("Non-trainable", all - trainable)] {
            writeln!(f, " {what} params: {} ({})", grouped(n), size(n))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_keras_writes_them() {
        assert_eq!(
            [0, 7, 999, 1000, 50_890, 1_234_567].map(grouped),
            ["0", "7", "999", "1,000", "50,890", "1,234,567"]
        );
        assert_eq!([0, 50_890, 20_000_000].map(size), ["0.00 B", "198.79 KB", "76.29 MB"]);
    }
}
