//! Rows that were not imported, each with its line and its reason, and the file in which they are given back
//! to whoever can put them right.

use footbridge_text::{Arg, Language, text};

use crate::export;

/// Why a row was not imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// It has more or fewer cells than the header.
    WrongCellCount,
    /// It says no day.
    MissingDate,
    /// It says a day that depends on when it was written.
    RelativeDate,
    /// Its day is none that the calendar has, or cannot be read.
    ImpossibleDate,
    /// Its day or time has not come yet.
    FutureDate,
    /// Its time is none that a clock shows, or that there was on that day.
    ImpossibleTime,
    /// The clocks showed its time twice on that day: they were put back.
    AmbiguousTime,
    /// A number in it cannot be: negative, beyond belief, or no number.
    ImpossibleNumber,
    /// The programme has no such district.
    UnknownDistrict,
    /// Its note is longer than a note can be.
    NoteTooLong,
    /// It was understood, but the device refused to record it.
    Refused,
    /// It says the same as a row before it.
    Repeated,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 12] = [
        Self::WrongCellCount,
        Self::MissingDate,
        Self::RelativeDate,
        Self::ImpossibleDate,
        Self::FutureDate,
        Self::ImpossibleTime,
        Self::AmbiguousTime,
        Self::ImpossibleNumber,
        Self::UnknownDistrict,
        Self::NoteTooLong,
        Self::Refused,
        Self::Repeated,
    ];

    /// Its name in files and for scripts; stable.
    pub const fn code(self) -> &'static str {
        match self {
            Self::WrongCellCount => "wrong_cell_count",
            Self::MissingDate => "missing_date",
            Self::RelativeDate => "relative_date",
            Self::ImpossibleDate => "impossible_date",
            Self::FutureDate => "future_date",
            Self::ImpossibleTime => "impossible_time",
            Self::AmbiguousTime => "ambiguous_time",
            Self::ImpossibleNumber => "impossible_number",
            Self::UnknownDistrict => "unknown_district",
            Self::NoteTooLong => "note_too_long",
            Self::Refused => "refused",
            Self::Repeated => "repeated",
        }
    }
}

/// A row that was not imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedRow {
    /// The line of the file on which it begins.
    pub line: usize,
    /// Why.
    pub reason: Reason,
    /// The header of the column that it is about, where it is about one.
    pub column: Option<String>,
    /// Its cells as they were.
    pub cells: Vec<String>,
}

impl RejectedRow {
    /// Why, for a person; `expected` is how many cells the header has.
    pub fn told(&self, language: Language, expected: usize) -> String {
        let key = match self.reason {
            Reason::WrongCellCount => "import-reason-wrong-cells",
            Reason::MissingDate => "import-reason-missing-date",
            Reason::RelativeDate => "import-reason-relative-date",
            Reason::ImpossibleDate => "import-reason-impossible-date",
            Reason::FutureDate => "import-reason-future-date",
            Reason::ImpossibleTime => "import-reason-impossible-time",
            Reason::AmbiguousTime => "import-reason-ambiguous-time",
            Reason::ImpossibleNumber => "import-reason-impossible-number",
            Reason::UnknownDistrict => "import-reason-unknown-district",
            Reason::NoteTooLong => "import-reason-too-long",
            Reason::Refused => "import-reason-invalid",
            Reason::Repeated => "import-reason-repeated",
        };
        let column = self.column.as_deref().unwrap_or_default();
        let named = [("column", Arg::Text(column)), ("found", self.cells.len().into()), ("expected", expected.into())];
        text(language, key, &named)
    }
}

/// These rows as a file for a spreadsheet: line and reason in a person's language, then the row as it was under the
/// file's own header, and last the reason's name for a script. Every cell is made [harmless](export::harmless).
pub fn rejected_csv(header: &[String], rejected: &[RejectedRow], language: Language) -> Vec<u8> {
    let say = |key| text(language, key, &[]);
    let mut file = export::BYTE_ORDER_MARK.to_vec();
    let (first, last) = (["import-rejected-line", "import-rejected-reason"].map(say), say("import-rejected-code"));
    export::write_line(&mut file, ';', first.iter().chain(header).chain([&last]));
    for row in rejected {
        let first = [row.line.to_string(), row.told(language, header.len())];
        let missing = vec![String::new(); header.len().saturating_sub(row.cells.len())];
        let code = row.reason.code().to_owned();
        export::write_line(&mut file, ';', first.iter().chain(&row.cells).chain(&missing).chain([&code]));
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rejected_row_is_given_back_with_its_line_its_reason_and_its_cells() {
        let header = ["Datum", "Tid", "Anteckning"].map(str::to_owned);
        let rejected = [
            RejectedRow {
                line: 7,
                reason: Reason::ImpossibleTime,
                column: Some("Tid".to_owned()),
                cells: ["2019-01-01", "25:70", "=1+1; \"hej\"\nrad två"].map(str::to_owned).to_vec(),
            },
            RejectedRow { line: 9, reason: Reason::WrongCellCount, column: None, cells: vec!["-3".to_owned()] },
        ];
        let file = String::from_utf8(rejected_csv(&header, &rejected, Language::Swedish)).expect("it is UTF-8");
        let read = crate::import::table::records(file.trim_start_matches('\u{feff}'), b';');
        let cells: Vec<_> =
            read.iter().map(|record| record.cells.iter().map(String::as_str).collect::<Vec<_>>()).collect();
        assert_eq!(cells[0], ["Rad", "Orsak", "Datum", "Tid", "Anteckning", "Kod"]);
        assert_eq!(cells[1][..4], ["7", "Klockslaget finns inte.", "2019-01-01", "25:70"]);
        assert_eq!(cells[1][5], "impossible_time");
        let wrong = "Raden har 1 cell. Den ska ha 3.";
        assert_eq!((cells[2][1], cells[2][3], cells[2][5], cells[2].len()), (wrong, "", "wrong_cell_count", 6));
    }

    #[test]
    fn no_two_reasons_share_a_code() {
        let codes: std::collections::BTreeSet<_> = Reason::ALL.into_iter().map(Reason::code).collect();
        assert_eq!(codes.len(), Reason::ALL.len());
    }
}
