package org.footbridge

import org.footbridge.ffi.Language as FfiLanguage

/** A language that Footbridge speaks. */
public enum class Language(
    internal val ffi: FfiLanguage,
) {
    /** Norwegian Bokmål. */
    BOKMAL(FfiLanguage.BOKMAL),

    /** Swedish. */
    SWEDISH(FfiLanguage.SWEDISH),

    /** English. */
    ENGLISH(FfiLanguage.ENGLISH),

    /** Arabic. */
    ARABIC(FfiLanguage.ARABIC),

    ;

    /** Where one is found by its tag. */
    public companion object {
        /** The language that a BCP 47 [tag] means; English where Footbridge does not speak it. */
        public fun of(tag: String): Language =
            org.footbridge.ffi
                .languageOf(tag)
                .let { found -> entries.first { it.ffi == found } }
    }
}

/** Sentences and names for a screen, in one [language]. */
public class Words(
    private val language: Language,
) {
    /** Why the server, or this device, said no. */
    public fun explainRefusal(code: String): String = org.footbridge.ffi.explainRefusal(language.ffi, code)

    /** What a person can do about a refusal. */
    public fun whatToDo(code: String): String = org.footbridge.ffi.whatToDo(language.ffi, code)

    /** What is wrong with a field of [kind], and what it could be. */
    public fun explain(
        kind: Kind,
        problem: Problem.Invalid,
    ): String = org.footbridge.ffi.explainProblem(language.ffi, kind.code, problem.field, problem.problem, problem.allowed)

    /** What one record of a [kind] is called. */
    public fun kind(kind: Kind): String = org.footbridge.ffi.kindLabel(language.ffi, kind.code)

    /** What a [field] of a [kind] is called. */
    public fun field(
        kind: Kind,
        field: String,
    ): String = org.footbridge.ffi.fieldLabel(language.ffi, kind.code, field)

    /** What the language of a BCP 47 [tag] is called. */
    public fun language(tag: String): String = org.footbridge.ffi.languageName(language.ffi, tag)
}
