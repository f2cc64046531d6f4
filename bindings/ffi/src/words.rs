//! Sentences and names out of the catalogues, for screens that show an error, a field or a language.

/// A language that Footbridge speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Language {
    /// Norwegian Bokmål.
    Bokmal,
    /// Swedish.
    Swedish,
    /// English.
    English,
    /// Arabic.
    Arabic,
}

impl From<Language> for footbridge_text::Language {
    fn from(language: Language) -> Self {
        match language {
            Language::Bokmal => Self::Bokmal,
            Language::Swedish => Self::Swedish,
            Language::English => Self::English,
            Language::Arabic => Self::Arabic,
        }
    }
}

impl From<footbridge_text::Language> for Language {
    fn from(language: footbridge_text::Language) -> Self {
        match language {
            footbridge_text::Language::Bokmal => Self::Bokmal,
            footbridge_text::Language::Swedish => Self::Swedish,
            footbridge_text::Language::English => Self::English,
            footbridge_text::Language::Arabic => Self::Arabic,
        }
    }
}

/// The language that a BCP 47 tag means; English where we do not speak it.
#[uniffi::export]
pub fn language_of(tag: String) -> Language {
    footbridge_text::Language::from_tag(&tag).into()
}

/// Why the server, or this device, said no.
#[uniffi::export]
pub fn explain_refusal(language: Language, code: String) -> String {
    footbridge_text::reason(language.into(), &code)
}

/// What a person can do about a refusal.
#[uniffi::export]
pub fn what_to_do(language: Language, code: String) -> String {
    footbridge_text::what_to_do(language.into(), &code)
}

/// What is wrong with a field, and what it could be.
#[uniffi::export]
pub fn explain_problem(
    language: Language,
    kind: String,
    field: String,
    problem: String,
    allowed: Vec<String>,
) -> String {
    footbridge_text::invalid(language.into(), &kind, &field, &problem, &allowed)
}

/// What one record of a kind is called.
#[uniffi::export]
pub fn kind_label(language: Language, kind: String) -> String {
    footbridge_text::kind_label(language.into(), &kind)
}

/// What a field of a kind is called.
#[uniffi::export]
pub fn field_label(language: Language, kind: String, field: String) -> String {
    footbridge_text::field_label(language.into(), &kind, &field)
}

/// What the language of a BCP 47 tag is called in `language`.
#[uniffi::export]
pub fn language_name(language: Language, tag: String) -> String {
    footbridge_text::language_name(language.into(), &tag)
}
