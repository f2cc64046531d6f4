//! Rows that were not imported, each with its line and its reason, and the file in which they are given back
//! to whoever can put them right.

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
    /// A number in it cannot be: negative, beyond belief, or no number.
    ImpossibleNumber,
    /// The programme has no such district.
    UnknownDistrict,
    /// Its note is longer than a note can be.
    NoteTooLong,
    /// It was understood, but the device refused to record it.
    Refused,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 10] = [
        Self::WrongCellCount,
        Self::MissingDate,
        Self::RelativeDate,
        Self::ImpossibleDate,
        Self::FutureDate,
        Self::ImpossibleTime,
        Self::ImpossibleNumber,
        Self::UnknownDistrict,
        Self::NoteTooLong,
        Self::Refused,
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
            Self::ImpossibleNumber => "impossible_number",
            Self::UnknownDistrict => "unknown_district",
            Self::NoteTooLong => "note_too_long",
            Self::Refused => "refused",
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

/// The rejected rows as a file for a spreadsheet: line, reason and column, then the row as it was under the
/// file's own header. Every cell is made [harmless](export::harmless).
pub fn rejected_csv(header: &[String], rejected: &[RejectedRow]) -> Vec<u8> {
    let mut file = export::BYTE_ORDER_MARK.to_vec();
    let first = ["line", "reason", "column"].map(str::to_owned);
    export::write_line(&mut file, ';', first.iter().chain(header));
    for row in rejected {
        let RejectedRow { line, reason, column, cells } = row;
        let first = [line.to_string(), reason.code().to_owned(), column.clone().unwrap_or_default()];
        export::write_line(&mut file, ';', first.iter().chain(cells));
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
        let file = String::from_utf8(rejected_csv(&header, &rejected)).expect("it is UTF-8");
        assert_eq!(
            file,
            "\u{feff}line;reason;column;Datum;Tid;Anteckning\r\n\
             7;impossible_time;Tid;2019-01-01;25:70;\"'=1+1; \"\"hej\"\"\nrad två\"\r\n\
             9;wrong_cell_count;;'-3\r\n"
        );
    }

    #[test]
    fn no_two_reasons_share_a_code() {
        let codes: std::collections::BTreeSet<_> = Reason::ALL.into_iter().map(Reason::code).collect();
        assert_eq!(codes.len(), Reason::ALL.len());
    }
}
