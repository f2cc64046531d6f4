//! What was measured, and its three forms: a table for people, JSON for programs, rows for the README.

use serde_json::{Map, Value, json};

/// What is wanted of a figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    /// Ours is at most so many times the baseline.
    Times(f64),
    /// Ours is at most so much.
    AtMost(f64),
    /// Ours is at least so much.
    AtLeast(f64),
    /// Told for its own sake.
    None,
}

/// One figure of a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The line's name; a further figure of it says what it is after that.
    pub name: String,
    /// Ours.
    pub ours: f64,
    /// The plain baseline of the same run, where there is one.
    pub baseline: Option<f64>,
    /// What is wanted.
    pub goal: Goal,
    /// Of ours and the baseline.
    pub unit: &'static str,
}

impl Figure {
    /// A figure with its baseline.
    pub fn beside(name: &str, (ours, baseline): (f64, f64), times: f64, unit: &'static str) -> Self {
        Self { name: name.to_owned(), ours, baseline: Some(baseline), goal: Goal::Times(times), unit }
    }

    /// A figure that stands by itself.
    pub fn alone(name: &str, ours: f64, goal: Goal, unit: &'static str) -> Self {
        Self { name: name.to_owned(), ours, baseline: None, goal, unit }
    }

    /// How many times the baseline it is.
    pub fn ratio(&self) -> Option<f64> {
        self.baseline.filter(|baseline| *baseline > 0.0).map(|baseline| self.ours / baseline)
    }

    /// Whether it is as wanted.
    pub fn is_reached(&self) -> bool {
        match self.goal {
            Goal::Times(times) => self.ratio().is_some_and(|ratio| ratio <= times),
            Goal::AtMost(most) => self.ours <= most,
            Goal::AtLeast(least) => self.ours >= least,
            Goal::None => true,
        }
    }

    fn goal(&self) -> String {
        match self.goal {
            Goal::Times(times) => format!("≤ {times}×"),
            Goal::AtMost(most) => format!("≤ {most}"),
            Goal::AtLeast(least) => format!("≥ {least}"),
            Goal::None => "–".to_owned(),
        }
    }

    fn cells(&self) -> [String; 6] {
        let ratio = self.ratio().map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.2}×"));
        let baseline = self.baseline.map_or_else(|| "–".to_owned(), readable);
        [self.name.clone(), readable(self.ours), baseline, ratio, self.goal(), self.unit.to_owned()]
    }
}

/// All that was measured, in order.
#[derive(Debug, Default)]
pub struct Figures(Vec<Figure>);

impl Figures {
    /// Adds those of one line.
    pub fn add(&mut self, figures: Vec<Figure>) {
        self.0.extend(figures);
    }

    /// `{"name": {"ours", "baseline", "ratio", "goal", "unit"}}`; the goal is the ratio's where there is a baseline.
    pub fn to_json(&self) -> String {
        let figures = self.0.iter().map(|figure| {
            let goal = match figure.goal {
                Goal::Times(value) | Goal::AtMost(value) | Goal::AtLeast(value) => json!(value),
                Goal::None => Value::Null,
            };
            let of = json!({
                "ours": figure.ours, "baseline": figure.baseline, "ratio": figure.ratio(), "goal": goal,
                "unit": figure.unit,
            });
            (figure.name.clone(), of)
        });
        format!("{}\n", Value::Object(figures.collect::<Map<_, _>>()))
    }

    /// A table for people.
    pub fn to_table(&self) -> String {
        let head = ["", "ours", "baseline", "ratio", "goal", "unit"].map(str::to_owned);
        let rows: Vec<_> = std::iter::once(head).chain(self.0.iter().map(Figure::cells)).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths = [0, 1, 2, 3, 4, 5].map(width);
        let mut table = String::new();
        for (row, figure) in rows.iter().zip(std::iter::once(None).chain(self.0.iter().map(Some))) {
            let padded = |(column, cell): (usize, &String)| match column {
                0 | 5 => format!("{cell:<width$}", width = widths[column]),
                _ => format!("{cell:>width$}", width = widths[column]),
            };
            let mut line = row.iter().enumerate().map(padded).collect::<Vec<_>>().join("  ");
            if figure.is_some_and(|figure| !figure.is_reached()) {
                line.push_str("  not reached");
            }
            table.push_str(line.trim_end());
            table.push('\n');
        }
        table
    }

    /// Rows for the README.
    pub fn to_markdown(&self) -> String {
        let mut rows = "| line | ours | baseline | ratio | goal | unit |\n|---|---:|---:|---:|---:|---|\n".to_owned();
        for figure in &self.0 {
            rows.push_str(&format!("| {} |\n", figure.cells().join(" | ")));
        }
        rows
    }
}

/// Three digits that say something.
fn readable(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 || size == 0.0 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures() -> Figures {
        let mut figures = Figures::default();
        figures.add(vec![
            Figure::beside("save_visit", (3.0, 2.0), 2.0, "ms"),
            Figure::beside("warm_100", (9.0, 2.0), 3.0, "ms"),
            Figure::alone("ingest", 12_000.0, Goal::AtLeast(10_000.0), "records/s"),
        ]);
        figures
    }

    #[test]
    fn a_figure_over_its_goal_is_marked_in_the_table() {
        let table = figures().to_table();
        let marked: Vec<_> = table.lines().filter(|line| line.ends_with("not reached")).collect();
        assert_eq!(marked.len(), 1);
        assert!(marked[0].starts_with("warm_100"), "{table}");
        assert!(table.contains("4.50×") && table.contains("12000"), "{table}");
    }

    #[test]
    fn the_json_has_each_figure_with_its_five_parts() {
        let json: Value = serde_json::from_str(&figures().to_json()).expect("JSON");
        assert_eq!(json["save_visit"], json!({"ours": 3.0, "baseline": 2.0, "ratio": 1.5, "goal": 2.0, "unit": "ms"}));
        assert_eq!(json["ingest"]["ratio"], Value::Null);
    }

    #[test]
    fn the_readme_gets_one_row_a_figure() {
        let rows = figures().to_markdown();
        assert_eq!(rows.lines().count(), 5);
        assert!(rows.contains("| save_visit | 3.00 | 2.00 | 1.50× | ≤ 2× | ms |"), "{rows}");
    }
}
