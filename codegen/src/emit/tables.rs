//! Tables in Markdown: those of the spec at the enum that is their key, and the cells that all tables share.

use super::prose::prose;
use super::words::value;
use crate::model::{Api, Enum};
use std::fmt::Write;

/// A row of a table. A bar in a cell would end the cell.
pub(super) fn row<T: AsRef<str>>(cells: impl IntoIterator<Item = T>) -> String {
    cells.into_iter().fold("|".to_owned(), |mut row, cell| {
        let _ = write!(row, " {} |", cell.as_ref().replace('|', "\\|"));
        row
    })
}

/// A table with these heads.
pub(super) fn table<T: AsRef<str>>(heads: &[&str], rows: impl IntoIterator<Item = Vec<T>>) -> String {
    let rule = format!("|{}", "---|".repeat(heads.len()));
    let mut lines = vec![row(heads), rule];
    lines.extend(rows.into_iter().map(row));
    lines.join("\n")
}

/// The tables whose rows are the values of an enum.
pub(super) fn of_enum(api: &Api, of: &Enum) -> String {
    let mut out = String::new();
    for table in api.tables.iter().filter(|table| table.key == of.name) {
        let (mut en, mut zh) = (String::new(), String::new());
        for column in &table.columns {
            let _ = writeln!(en, "- `{}`: {}", column.name, prose(&column.doc.en));
            let _ = writeln!(zh, "- `{}`：{}", column.name, prose(&column.doc.zh));
        }
        let names = table.columns.iter().map(|column| column.name.as_str());
        let heads: Vec<&str> = std::iter::once(of.name.as_str()).chain(names).collect();
        let rows = table.rows.iter().map(|row| {
            let known = of
                .value(&row.value)
                .map_or_else(|| format!("`{}`", row.value), |known| format!("[`{}`](Self::{})", row.value, known.name));
            let cells = row.cells.iter().map(|cell| cell.as_str().map_or_else(|| value(cell), prose));
            std::iter::once(known).chain(cells).collect()
        });
        let _ = write!(
            out,
            "# Table\n\n`{}`: {}\n\n{en}\n`{}`：{}\n\n{zh}\n{}\n",
            table.name,
            prose(&table.doc.en),
            table.name,
            prose(&table.doc.zh),
            self::table(&heads, rows)
        );
    }
    out
}
