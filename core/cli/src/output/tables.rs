//! Tables without a frame: words are what they are for. Invariant: no cell steers the terminal.

use std::io::{self, IsTerminal};

use comfy_table::{
    Attribute, Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width, presets,
};
use footbridge_client::clean;

/// How wide a terminal is that does not say so.
const UNKNOWN_WIDTH: u16 = 80;

/// An id and the space around it.
const ID_WIDTH: u16 = 38;

/// A line under the heading, nothing else.
const STYLE: TableStyle = presets::NOTHING.header_separator(LineStyle::none().fill('─').junction('─'));

/// Rows without a heading, what they are called to the left.
pub fn plain(rows: Vec<Vec<String>>) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE);
    // In a pipe a line of a record stays one line, for whatever reads it.
    table.set_content_arrangement(if io::stdout().is_terminal() {
        ContentArrangement::Dynamic
    } else {
        ContentArrangement::Disabled
    });
    set_width(&mut table);
    table.add_rows(rows.into_iter().map(|row| row.into_iter().map(|cell| clean::shown_lines(&cell).into_owned())));
    if let Some(names) = table.column_mut(0) {
        names.set_cell_alignment(CellAlignment::Left);
        names.set_constraint(ColumnConstraint::ContentWidth);
    }
    table
}

/// A terminal that says it has no columns (a serial line, an editor's) is as wide as most.
fn set_width(table: &mut Table) {
    if table.width() == Some(0) {
        table.set_width(UNKNOWN_WIDTH);
    }
}

/// Rows under a heading.
pub fn with_heading(heading: &[String], rows: Vec<Vec<String>>) -> Table {
    let mut table = plain(rows);
    let is_terminal = io::stdout().is_terminal();
    table.set_header(heading.iter().map(|name| {
        let cell = Cell::new(name);
        if is_terminal { cell.add_attribute(Attribute::Bold) } else { cell }
    }));
    if let Some(first) = table.column_mut(0) {
        first.remove_constraint();
    }
    table
}

/// Makes the first column at least as wide as an id.
pub fn keep_ids_whole(table: &mut Table) {
    if let Some(first) = table.column_mut(0) {
        first.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(ID_WIDTH)));
    }
}
