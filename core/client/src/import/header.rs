//! Which row of a file names its columns, and what stands between them. Called first of all. Invariant: a file is read
//! with the separator by which a row has every column that the mapping reads, whatever the mapping says of it; what
//! stands above that row is told as skipped.

use super::mapping::Mapping;
use super::{ImportError, Layout, Skipped, SkippedRow, table};

/// So many rows with something in them may stand above the header, titles as offices write them.
const TITLES: usize = 10;

/// What spreadsheets write.
const SEPARATORS: [u8; 4] = *b";,\t|";

/// A file whose header was found.
pub(super) struct Begun<'m> {
    pub(super) layout: Layout<'m>,
    pub(super) separator: char,
    /// What stands above the header.
    pub(super) skipped: Vec<SkippedRow>,
    /// What stands below it.
    pub(super) rows: Vec<table::Record>,
}

/// Looks only for the header of a file.
///
/// # Errors
/// [`ImportError`], with what was found and what was looked for.
pub fn look(bytes: &[u8], mapping: &Mapping) -> Result<(), ImportError> {
    find(&table::decode(bytes).0, mapping).map(drop)
}

/// Finds the header.
pub(super) fn find<'m>(text: &str, mapping: &'m Mapping) -> Result<Begun<'m>, ImportError> {
    if text.bytes().all(|byte| byte.is_ascii_whitespace() || SEPARATORS.contains(&byte)) {
        return Err(ImportError::Empty);
    }
    let said = said_separator(text);
    let tried: Vec<u8> = match said {
        Some(separator) => vec![separator],
        None => {
            let others = SEPARATORS.into_iter().filter(|separator| *separator != mapping.separator);
            std::iter::once(mapping.separator).chain(others).collect()
        }
    };
    let mut nearest: Option<ImportError> = None;
    for separator in tried {
        match with(text, mapping, separator, said.is_some()) {
            Ok(begun) => return Ok(begun),
            Err(error) => {
                if nearest.as_ref().is_none_or(|nearest| far(&error) < far(nearest)) {
                    nearest = Some(error);
                }
            }
        }
    }
    Err(nearest.unwrap_or(ImportError::Empty))
}

/// How far a file is from being understood: columns that are missing, and then few that are there.
fn far(error: &ImportError) -> (usize, usize) {
    match error {
        ImportError::RepeatedColumn { .. } => (0, 0),
        ImportError::MissingColumns { missing, found, .. } => (missing.len(), usize::MAX - found.len()),
        ImportError::Empty => (usize::MAX, 0),
    }
}

fn with<'m>(text: &str, mapping: &'m Mapping, separator: u8, is_said: bool) -> Result<Begun<'m>, ImportError> {
    let mut rows = table::records(text, separator);
    let is_blank = |row: &table::Record| row.cells.iter().all(|cell| cell.trim().is_empty());
    let mut skipped = Vec::new();
    let mut nearest = ImportError::Empty;
    let mut header = None;
    for (place, row) in rows.iter().enumerate().filter(|(_, row)| !is_blank(row)).take(TITLES + 1) {
        if is_said && skipped.is_empty() {
            skipped.push(SkippedRow { line: row.line, what: Skipped::Separator });
            continue;
        }
        match Layout::of(row.cells.clone(), mapping) {
            Ok(layout) => {
                header = Some((place, layout));
                break;
            }
            Err(error @ ImportError::RepeatedColumn { .. }) => return Err(error),
            Err(error) => {
                let error = with_separator(error, separator);
                if far(&error) < far(&nearest) {
                    nearest = error;
                }
                skipped.push(SkippedRow { line: row.line, what: Skipped::Title });
            }
        }
    }
    let (place, layout) = header.ok_or(nearest)?;
    let rows = rows.split_off(place + 1);
    Ok(Begun { layout, separator: char::from(separator), skipped, rows })
}

fn with_separator(error: ImportError, read_with: u8) -> ImportError {
    match error {
        ImportError::MissingColumns { missing, wanted, found, separator: _ } => {
            ImportError::MissingColumns { missing, wanted, found, separator: char::from(read_with) }
        }
        other => other,
    }
}

/// What the first line says of the separator to a spreadsheet: `sep=;`, perhaps in quotation marks.
fn said_separator(text: &str) -> Option<u8> {
    let line = text.lines().next()?.trim().trim_matches('"');
    let said = line.get(..4).filter(|name| name.eq_ignore_ascii_case("sep=")).and_then(|_| line.get(4..))?;
    let mut bytes = said.bytes();
    match (bytes.next(), bytes.next()) {
        (Some(separator), None) if SEPARATORS.contains(&separator) => Some(separator),
        // A tab at the end of the line was trimmed.
        (None, None) => Some(b'\t'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping() -> Mapping {
        Mapping::parse("separator = \";\"\n[columns]\ndate = \"Datum\"\nplace = \"Plats\"\n[dates]\norder = \"dmy\"\n")
            .expect("a mapping")
    }

    fn found(text: &str) -> (char, Vec<(usize, Skipped)>, usize) {
        let mapping = mapping();
        let Ok(begun) = find(text, &mapping) else { panic!("no header in {text}") };
        (begun.separator, begun.skipped.iter().map(|row| (row.line, row.what)).collect(), begun.rows.len())
    }

    #[test]
    fn a_header_is_found_with_any_separator_and_below_titles() {
        assert_eq!(found("Datum;Plats\n1;2\n"), (';', vec![], 1));
        assert_eq!(found("Datum,Plats\n1,2\n3,4"), (',', vec![], 2));
        assert_eq!(found("Datum\tPlats\n"), ('\t', vec![], 0));
        assert_eq!(found("sep=|\nDatum|Plats\n1|2"), ('|', vec![(1, Skipped::Separator)], 1));
        assert_eq!(found("\"sep=;\"\r\nPlats;Datum\r\n"), (';', vec![(1, Skipped::Separator)], 0));
        let titled = "Stadsdelsmammor, logg 2019\n\nvåren\nDatum;Plats\n1;2";
        assert_eq!(found(titled), (';', vec![(1, Skipped::Title), (3, Skipped::Title)], 1));
    }

    #[test]
    fn without_a_header_it_is_told_what_was_found_and_looked_for() {
        let error = find("Dato,Sted\n1,2", &mapping()).err();
        let ImportError::MissingColumns { missing, wanted, found, separator } = error.expect("no header") else {
            panic!("another error")
        };
        assert_eq!((missing, separator), (vec!["date", "place"], ','));
        assert_eq!(
            (wanted, found),
            (vec!["datum".to_owned(), "plats".to_owned()], vec!["Dato".to_owned(), "Sted".to_owned()])
        );
        assert_eq!(find(" \n\n", &mapping()).err(), Some(ImportError::Empty));
    }
}
