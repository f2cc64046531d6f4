#![expect(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::{FOLD_VERSION, fold, query};

/// Whether a search for `asked` finds a note that says `written`, as the index does it: each term begins
/// one of the words.
fn finds(asked: &str, written: &str) -> bool {
    let folded = fold(written);
    let terms = query(asked);
    !terms.is_empty() && terms.iter().all(|term| folded.split(' ').any(|word| word.starts_with(term.as_str())))
}

#[test]
fn soke_finds_søke_and_the_other_way_round() {
    assert!(finds("soke", "Hun vil søke barnehageplass"));
    assert!(finds("søke", "hun vil soke"));
    assert!(finds("SØK", "Søke"));
}

#[test]
fn swedish_and_norwegian_spellings_meet() {
    assert_eq!(fold("sökning"), fold("søkning"));
    assert_eq!(fold("lära"), "lara");
    assert_eq!(fold("lære"), "lare");
    assert_eq!(fold("Hälsa på Åsa"), "halsa pa asa");
}

#[test]
fn letters_that_a_keyboard_lacks_are_found_as_they_are_written_out_and_the_other_way_round() {
    for (one, other) in
        [("Müller", "Mueller"), ("Søndre", "Soendre"), ("Ödegård", "Oedegaard"), ("Åse", "Aase"), ("hjälp", "hjaelp")]
    {
        assert!(finds(one, other) && finds(other, one), "{one} {other}");
        assert_eq!(fold(one), fold(other));
    }
    assert!(finds("hjælp", "hjälp") && finds("hjälp", "hjælp"));
    // Typed so far.
    assert!(finds("Oedeg", "Ødegård") && finds("Oed", "Ödegård") && finds("Soe", "Søndre"));
    assert!(finds("poet", "en poet") && finds("Israel", "Israël"));
}

#[test]
fn letters_of_one_sound_meet_in_tigrinya_and_amharic() {
    for (one, other) in [
        ("ጸሎት", "ፀሎት"),
        ("ሰላም", "ሠላም"),
        ("ሀገር", "ሐገር"),
        ("ሀገር", "ኀገር"),
        ("ሓካሚ", "ሃካሚ"),
        ("አለም", "ዓለም"),
        ("ኣነ", "አነ"),
        ("ዕለት", "እለት"),
        ("ፅሑፍ", "ጽሁፍ"),
    ] {
        assert!(finds(one, other) && finds(other, one), "{one} {other}");
    }
    assert!(!finds("ለም", "ሰላም"));
}

#[test]
fn sorani_is_found_with_and_without_its_marks() {
    assert!(finds("کوڕ", "کور") && finds("کور", "کوڕ"));
    assert!(finds("گوڵ", "گول") && finds("گول", "گوڵ"));
}

/// As an index finds by [`crate::Asked`]: in one of its forms.
fn finds_number(asked: &str, written: &str) -> bool {
    let folded = fold(written);
    let has = |term: &str| folded.split(' ').any(|word| word.starts_with(term));
    let asked = crate::Asked::of(asked).exactly().unwrap();
    asked.split("AND").count() > 0 && asked.split(" OR ").any(|form| form.split('"').skip(1).step_by(2).all(has))
}

#[test]
fn a_telephone_number_is_found_in_any_grouping_with_and_without_its_country_code() {
    let written = [
        "070-111 22 33",
        "+46 70 111 22 33",
        "0046701112233",
        "0701112233",
        "+46 (0)70-1112233",
        "(070) 111.22.33",
        "46701112233",
        "٠٧٠١١١٢٢٣٣",
        "0 7 0 1 1 1 2 2 3 3",
    ];
    for one in written {
        for other in written {
            assert!(finds_number(one, &format!("ring {other} sen")), "{one} in {other}");
            assert!(finds_number(one, &format!("070-222 33 44, {other}, 14.30")), "{one} in {other}");
        }
    }
    assert!(finds_number("+47 912 34 567", "91234567") && finds_number("912 34 567", "+4791234567"));
    assert!(finds_number("0701112", "070-111 22 33"), "while it is typed");
    assert!(finds_number("111 22", "070-111 22 33"), "as it is written");
    assert!(!finds_number("070-111 22 33", "070-111 22 34"));
}

#[test]
fn letters_that_no_decomposition_takes_apart_are_folded() {
    assert_eq!(fold("Łódź Þórður đakovica straße œuvre ışık"), "lodz thordur dakovica strasse ouvre isik");
    assert_eq!(fold("ŊŧħƁ Ə"), "nthb e");
}

#[test]
fn a_capital_i_with_a_dot_is_an_i() {
    assert_eq!(fold("İstanbul"), "istanbul");
    assert!(finds("istanbul", "İSTANBUL"));
    assert!(finds("ISTANBUL", "İstanbul"));
}

#[test]
fn ligatures_and_wide_letters_are_taken_apart() {
    assert_eq!(fold("oﬃce ﬂat Ⅳ Ｆｏｒｍ ℌ ẞ"), "office flat iv form h ss");
    assert_eq!(fold("ﻻ"), "لا");
}

#[test]
fn unvowelled_finds_vowelled_and_the_other_way_round() {
    assert!(finds("مدرسة", "سَأَلَتْ عَنِ المَدْرَسَةِ"));
    assert!(finds("مَدْرَسَة", "سألت عن المدرسة"));
    assert!(finds("سوال", "سُؤال"));
}

#[test]
fn forms_of_alef_ya_and_ta_marbuta_meet() {
    assert_eq!(fold("أإآٱا"), "ااااا");
    assert!(finds("اسماء", "أسماء"));
    assert!(finds("مستشفي", "مستشفى"));
    assert!(finds("مدرسه", "مدرسة"));
    assert!(finds("مســـاء", "مساء"));
}

#[test]
fn a_word_is_found_with_and_without_its_article() {
    for written in ["كتاب", "الكتاب", "والكتاب", "بالكتاب", "فالكتاب", "كالكتاب", "للكتاب", "وبالكتاب"]
    {
        for asked in ["كتاب", "الكتاب", "بالكتاب", "للكتاب", "كتا"] {
            assert!(finds(asked, written), "{asked} in {written}");
        }
    }
    assert!(finds("لغة", "دروس للغة السويدية"));
    assert!(finds("لغات", "تعلم للغات"));
    assert!(finds("ألعاب", "بالألعاب"));
}

#[test]
fn an_article_is_left_on_a_word_that_would_be_too_short_without_it() {
    assert_eq!(query("الله"), ["الله"]);
    assert_eq!(query("الام"), ["الام"]);
}

#[test]
fn a_word_that_only_looks_as_if_it_had_an_article_is_found_by_its_beginning() {
    assert!(finds("والد", "والدتها مريضة"));
    assert!(finds("والدة", "والدة ليلى"));
    assert!(finds("والدتها", "والدتها مريضة"));
    assert!(finds("بالغ", "تعليم البالغين"));
}

#[test]
fn tigrinya_is_found_by_the_beginning_of_a_word() {
    let note = "ብዛዕባ ትምህርቲ ቋንቋ፡ ሓካሚ።ሰላም";
    assert!(finds("ትምህ", note));
    assert!(finds("ሓካ", note));
    assert!(finds("ሰላም", note));
    assert!(!finds("ህርቲ", note));
    assert_eq!(fold("ቋንቋ፡ሓካሚ።"), "ቋንቋ ሀካሚ");
}

#[test]
fn persian_is_found_with_and_without_the_non_joiner() {
    let (with, without, apart) = ("می\u{200c}خواهم", "میخواهم", "می خواهم");
    assert_eq!(query(with), ["ميخواهم"]);
    assert_eq!(fold(with), "ميخواهم مي خواهم");
    for asked in [with, without, apart, "خواهم"] {
        assert!(finds(asked, &format!("من {with} کار کنم")), "{asked}");
    }
    assert!(finds(with, without));
    assert!(finds("كتاب", "کتاب‌ها"));
    assert!(finds("کتابها", "کتاب‌ها"));
}

#[test]
fn keyboards_of_persian_arabic_and_urdu_meet() {
    assert!(finds("يك", "یک"));
    assert!(finds("بچہ", "بچه"));
    assert_eq!(fold("۱۲۳، ٤٥ x ७८ ๙"), "123 45 x 78 9 n12345");
    assert!(finds("2026", "۲۰۲۶"));
}

#[test]
fn somali_is_found_with_and_without_its_apostrophe() {
    for asked in ["su'aal", "su’aal", "suaal"] {
        assert!(finds(asked, "Waxay qabtay su'aal"), "{asked}");
    }
    assert!(finds("ecole", "l'école"));
    assert_eq!(fold("'hon sa'"), "hon sa");
}

#[test]
fn hebrew_points_and_greek_accents_are_off() {
    assert!(finds("שלום", "שָׁלוֹם"));
    assert!(finds("σχολειο", "Σχολείο"));
    assert_eq!(fold("ΛΌΓΟΣ"), fold("λόγος"));
}

#[test]
fn a_script_without_spaces_is_found_from_within() {
    assert!(finds("โรงเรียน", "ฉันไปโรงเรียนทุกวัน"));
    assert!(finds("学校", "我去学校学习"));
    assert!(finds("学校学", "我去学校学习"));
    assert!(finds("我", "我去学校"));
    assert!(!finds("校去", "我去学校"));
    assert_eq!(fold("学校abc"), "学校 abc");
}

#[test]
fn only_letters_and_digits_are_words() {
    assert_eq!(fold("NAV-kontor, kl. 14.30 (Grønland)! 🙂"), "nav kontor kl 14 30 gronland n1430");
    assert_eq!(fold("soft\u{ad}hyphen word\u{2060}joiner zero\u{200b}width"), "softhyphen wordjoiner zero width");
    assert_eq!(fold(" \n\t…—\u{200f}"), "");
    assert!(query("— … !").is_empty());
}

#[test]
fn a_query_asks_for_each_word_once_and_for_not_too_many() {
    assert_eq!(query("barn, Barn och BARN!"), ["barn", "och"]);
    let many: Vec<String> = (0..100).map(|word| format!("ord{word}")).collect();
    assert_eq!(query(&many.join(" ")).len(), 32);
}

#[test]
fn nothing_of_the_query_language_of_the_index_comes_through() {
    for asked in ["\"a\" OR b*", "NEAR(a b)", "a:b ^c -d +e", "'; drop table notes"] {
        assert!(query(asked).iter().all(|term| term.chars().all(char::is_alphanumeric)), "{asked}");
    }
}

/// Letters in which words are hard: Arabic with its articles and joints, Latin, Thai, Han, Ethiopic.
fn hard() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        proptest::sample::select("اللوبفكسمعدةىآأ‌'aøÅß学校เรียทቋን 1٢ـَ".chars().collect::<Vec<_>>()),
        0..24,
    )
    .prop_map(|letters| letters.into_iter().collect())
}

proptest! {
    #[test]
    fn folding_never_panics_and_gives_words_with_single_spaces(text in any::<String>()) {
        let folded = fold(&text);
        prop_assert!(folded.is_empty() || folded.split(' ').all(|word| !word.is_empty()));
        prop_assert!(folded.chars().all(|character| character == ' ' || character.is_alphanumeric()), "{folded:?}");
        let _ = query(&text);
    }

    #[test]
    fn folding_what_is_folded_changes_nothing(text in any::<String>()) {
        let folded = fold(&text);
        prop_assert_eq!(fold(&folded), folded.clone());
    }

    #[test]
    fn folding_what_is_folded_changes_nothing_in_hard_words(text in hard()) {
        let folded = fold(&text);
        prop_assert_eq!(fold(&folded), folded.clone());
    }

    #[test]
    fn a_text_is_found_by_all_of_itself(text in hard()) {
        prop_assert!(query(&text).is_empty() || finds(&text, &text));
    }

    #[test]
    fn a_word_is_found_by_each_of_its_beginnings(word in "[اللوبفكسمعدةa-zøÅ]{1,12}", length in 1_usize..12) {
        let beginning: String = word.chars().take(length).collect();
        prop_assert!(finds(&beginning, &word), "{} in {}", beginning, word);
    }

    #[test]
    fn whole_characters_of_any_block_are_folded_alike_twice(character in any::<char>()) {
        let folded = fold(&character.to_string());
        prop_assert_eq!(fold(&folded), folded.clone());
    }
}

#[test]
fn every_character_there_is_folds_to_what_stays_folded() {
    let mut sum = 0_u64;
    for character in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
        let folded = fold(character.encode_utf8(&mut [0; 4]));
        assert_eq!(fold(&folded), folded, "U+{:04X}", u32::from(character));
        sum = folded.bytes().fold(sum, |sum, byte| sum.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte));
        if let Some(term) = query(&character.to_string()).first() {
            let first = folded.split(' ').next().unwrap();
            assert!(first.starts_with(term.as_str()), "U+{:04X}", u32::from(character));
        }
    }
    assert_eq!((FOLD_VERSION, sum), (2, 11_032_030_430_952_934_253), "raise the version with the folding");
}
