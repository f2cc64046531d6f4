//! How the story is told: headings, sentences, and what the programs themselves said.

/// A new part of the story.
pub fn heading(text: &str) {
    println!("\n{text}\n{}", "─".repeat(text.chars().count()));
}

/// A sentence.
pub fn say(text: &str) {
    println!("{text}");
}

/// What a program printed, set in.
pub fn quote(output: &str) {
    for line in output.lines().filter(|line| !line.trim().is_empty()) {
        println!("    {line}");
    }
}
