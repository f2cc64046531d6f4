//! Writes the inputs of the corpora that are made, not found: documents and changes of two hands, packed documents,
//! what they say as JSON, and streams. `cargo run -p footbridge-fuzz --example corpora`.

use std::path::Path;

use footbridge_fuzz::samples;
use footbridge_model::document;
use footbridge_protocol::StreamWriter;
use footbridge_store::packing;

fn main() -> std::io::Result<()> {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let write = |target: &str, name: String, bytes: &[u8]| std::fs::write(corpora.join(target).join(name), bytes);
    for sample in samples::all() {
        let name = sample.name;
        write("document", format!("made-{name}"), &sample.stored)?;
        write("packed", format!("made-{name}"), &packing::pack(&sample.stored))?;
        let projection = document::project(&sample.stored).expect("a projection").to_json();
        write("projection", format!("made-{name}"), projection.as_bytes())?;
        let places = [0, 1, 2, sample.changes.len() - 1];
        for (place, change) in sample.changes.iter().enumerate().filter(|(place, _)| places.contains(place)) {
            write("change", format!("made-{name}-{place}"), change)?;
        }
        let whole = sample.changes.concat();
        write("document", format!("made-{name}-of-changes"), &whole)?;
        let (beginning, end) = sample.changes.split_at(2);
        for (part, changes) in [("begin", beginning), ("end", end)] {
            let stream = StreamWriter::whole(changes).expect("a stream");
            write("stream", format!("made-{name}-{part}"), &stream)?;
        }
        let inflated = beginning.iter().flat_map(|change| {
            let length = u32::try_from(change.len()).expect("short");
            [length.to_be_bytes().as_slice(), change].concat()
        });
        write("stream", format!("made-{name}-inflated"), &inflated.collect::<Vec<_>>())?;
    }
    Ok(())
}
