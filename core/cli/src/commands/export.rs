//! Records on their way out: `export`.

use std::io::{self, BufWriter, Write};

use footbridge_client::ExportFormat;

use super::Terminal;
use crate::arguments::Format;
use crate::exit::Failure;

/// Remembers what went wrong with the writer beneath, which the core tells only as a kind of error.
struct Remembering<W> {
    inner: W,
    result: io::Result<()>,
}

impl<W: Write> Remembering<W> {
    fn remember<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        result.inspect_err(|error| self.result = Err(error.kind().into()))
    }
}

impl<W: Write> Write for Remembering<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let result = self.inner.write(bytes);
        self.remember(result)
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.inner.flush();
        self.remember(result)
    }
}

impl Terminal<'_> {
    pub(super) fn export(&self, kind: &str, format: Format, labels: bool) -> Result<(), Failure> {
        let format = match format {
            Format::Jsonl => ExportFormat::Jsonl,
            Format::Csv => ExportFormat::Csv,
        };
        let mut out = Remembering { inner: BufWriter::new(self.output.stdout()), result: Ok(()) };
        let exported = if labels {
            self.phone.export_labelled(kind, format, self.output.language, &mut out)
        } else {
            self.phone.export(kind, format, &mut out)
        };
        let flushed = out.flush();
        let written = std::mem::replace(&mut out.result, Ok(())).and(flushed);
        if written.is_err() {
            return self.output.written(written);
        }
        Ok(exported?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Gone;

    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_went_away_is_remembered_whatever_the_core_says() {
        let mut out = Remembering { inner: Gone, result: Ok(()) };
        assert!(out.write_all(b"x").is_err());
        assert!(out.flush().is_ok());
        assert_eq!(out.result.map_err(|error| error.kind()), Err(io::ErrorKind::BrokenPipe));
    }
}
