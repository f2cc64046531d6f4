internal import FootbridgeFFI

/// A language that Footbridge speaks.
public enum Language: CaseIterable, Sendable {
    /// Norwegian Bokmål.
    case bokmal
    /// Swedish.
    case swedish
    /// English.
    case english
    /// Arabic.
    case arabic

    /// The language that a BCP 47 tag means; English where Footbridge does not speak it.
    public init(tag: String) {
        self =
            switch languageOf(tag: tag) {
            case .bokmal: .bokmal
            case .swedish: .swedish
            case .english: .english
            case .arabic: .arabic
            }
    }

    var ffi: FootbridgeFFI.Language {
        switch self {
        case .bokmal: .bokmal
        case .swedish: .swedish
        case .english: .english
        case .arabic: .arabic
        }
    }
}

/// Sentences and names for a screen, in one language.
public struct Words: Sendable {
    private let language: FootbridgeFFI.Language

    /// In this language.
    public init(_ language: Language) { self.language = language.ffi }

    /// Why the server, or this device, said no.
    public func explain(refusal code: String) -> String { explainRefusal(language: language, code: code) }

    /// What a person can do about a refusal.
    public func whatToDo(about code: String) -> String { FootbridgeFFI.whatToDo(language: language, code: code) }

    /// What is wrong with a field of a kind, and what it could be; of ``Problem/invalid(field:problem:allowed:)``.
    public func explain(_ kind: Kind, field: String, problem: String, allowed: [String]) -> String {
        explainProblem(language: language, kind: kind.rawValue, field: field, problem: problem, allowed: allowed)
    }

    /// What one record of a kind is called.
    public func name(of kind: Kind) -> String { kindLabel(language: language, kind: kind.rawValue) }

    /// What a field of a kind is called.
    public func name(of field: String, in kind: Kind) -> String {
        fieldLabel(language: language, kind: kind.rawValue, field: field)
    }

    /// What the language of a BCP 47 tag is called.
    public func name(ofLanguage tag: String) -> String { languageName(language: language, tag: tag) }
}
