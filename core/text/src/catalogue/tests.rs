#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement};

use super::*;

/// Every key of a language, those of attributes as `message.attribute`, with the variables it uses.
fn variables(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut keys = BTreeMap::new();
    for source in files(language) {
        let resource = FluentResource::try_new((*source).to_owned())
            .unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", language.code()));
        for entry in resource.entries() {
            let Entry::Message(message) = entry else { continue };
            let patterns = message.value.iter().map(|value| (message.id.name.to_owned(), value)).chain(
                message
                    .attributes
                    .iter()
                    .map(|attribute| (format!("{}.{}", message.id.name, attribute.id.name), &attribute.value)),
            );
            for (key, pattern) in patterns {
                let mut used = BTreeSet::new();
                used_by_pattern(pattern, &mut used);
                assert_eq!(keys.insert(key.clone(), used), None, "{key} is twice in {}", language.code());
            }
        }
    }
    keys
}

fn used_by_pattern(pattern: &Pattern<&str>, used: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            used_by_expression(expression, used);
        }
    }
}

fn used_by_expression(expression: &Expression<&str>, used: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => used_by_inline(inline, used),
        Expression::Select { selector, variants } => {
            used_by_inline(selector, used);
            for variant in variants {
                used_by_pattern(&variant.value, used);
            }
        }
    }
}

fn used_by_inline(inline: &InlineExpression<&str>, used: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            used.insert(id.name.to_owned());
        }
        InlineExpression::FunctionReference { arguments: CallArguments { positional, .. }, .. } => {
            positional.iter().for_each(|argument| used_by_inline(argument, used));
        }
        InlineExpression::Placeable { expression } => used_by_expression(expression, used),
        InlineExpression::StringLiteral { .. }
        | InlineExpression::NumberLiteral { .. }
        | InlineExpression::MessageReference { .. }
        | InlineExpression::TermReference { .. } => {}
    }
}

#[test]
fn every_language_has_every_key_with_the_same_variables() {
    let english = variables(Language::English);
    for language in Language::ALL {
        let theirs = variables(language);
        for (key, used) in &english {
            assert_eq!(theirs.get(key), Some(used), "{key} in {}", language.code());
        }
        for key in theirs.keys() {
            assert!(english.contains_key(key), "{key} is in {} and not in English", language.code());
        }
    }
}

#[test]
fn every_sentence_can_be_said_with_none_one_and_many() {
    for language in Language::ALL {
        for (key, used) in variables(language) {
            for number in [0_i64, 1, 2, 3, 11, 103, 12_345] {
                let arguments: Vec<_> = used.iter().map(|name| (name.as_str(), Arg::Number(number))).collect();
                let said = text(language, &key, &arguments);
                assert!(!said.trim().is_empty() && !said.contains(['{', '}']), "{key}: {said}");
                assert!(!said.contains('\u{2068}'), "{key}");
            }
        }
    }
}

#[test]
fn arabic_has_every_word_that_the_pages_say() {
    let (english, arabic) = (variables(Language::English), variables(Language::Arabic));
    let of_pages = [include_str!("../../catalogues/en/words.ftl"), include_str!("../../catalogues/en/review.ftl")];
    let is_of_pages = |key: &str| {
        let line = format!("\n{} =", key.split('.').next().unwrap_or_default());
        of_pages.iter().any(|source| source.contains(&line))
    };
    for (key, used) in english.iter().filter(|(key, _)| is_of_pages(key)) {
        assert_eq!(arabic.get(key), Some(used), "{key}");
    }
    for key in arabic.keys() {
        assert!(english.contains_key(key), "{key} is in Arabic and not in English");
    }
}

#[test]
fn keys_are_those_of_the_files() {
    assert_eq!(keys(), variables(Language::English).into_keys().collect());
}

#[test]
fn one_and_many_are_told_apart_in_each_language() {
    let said = |language, count: i64| text(language, "review-count", &[("count", count.into())]);
    assert_eq!(said(Language::English, 0), "No visits");
    assert_eq!(said(Language::English, 1), "1 visit");
    assert_eq!(said(Language::English, 2), "2 visits");
    assert_eq!(said(Language::Bokmal, 1), "1 samtale");
    assert_eq!(said(Language::Bokmal, 5), "5 samtaler");
    assert_eq!(said(Language::Swedish, 0), "Inga samtal");
    assert_eq!(said(Language::Swedish, 5), "5 samtal");
}

#[test]
fn arabic_counts_right_above_a_hundred_too() {
    let said = |count: i64| text(Language::Arabic, "review-count", &[("count", count.into())]);
    let without_number =
        |count: i64| said(count).replace(&crate::number(Language::Arabic, count), "").trim().to_owned();
    assert_eq!(without_number(103), without_number(3));
    assert_eq!(without_number(603), without_number(10));
    assert_eq!(without_number(3_306), without_number(6));
    assert_eq!(without_number(111), without_number(11));
    assert_ne!(without_number(103), without_number(100));
    assert!(said(3_306).contains("3,306"), "{}", said(3_306));
}

#[test]
fn a_number_with_a_sentence_of_its_own_is_said_by_it() {
    let said = |count: i64| text(Language::Swedish, "review-count", &[("count", count.into())]);
    assert_eq!((said(0).as_str(), said(100).as_str()), ("Inga samtal", "100 samtal"));
}

#[test]
fn thousands_stand_apart_as_each_language_writes_them() {
    let said = |language, count: i64| text(language, "review-count", &[("count", count.into())]);
    assert_eq!(said(Language::Bokmal, 1_234_567), "1\u{a0}234\u{a0}567 samtaler");
    assert_eq!(said(Language::Swedish, 100_000), "100\u{a0}000 samtal");
    assert_eq!(said(Language::English, 10_000), "10,000 visits");
    assert_eq!(said(Language::English, 999), "999 visits");
    assert_eq!(said(Language::English, -1_000), "-1,000 visits");
}

#[test]
fn words_are_put_in_as_they_are() {
    let said = text(Language::English, "joined", &[("name", "Amina { $x } <b>".into()), ("programme", "سلام".into())]);
    assert_eq!(said, "Welcome, Amina { $x } <b>. This phone now belongs to سلام.");
}

#[test]
fn a_number_as_words_is_not_grouped() {
    assert_eq!(
        text(Language::Bokmal, "line-problem", &[("line", "12345".into()), ("problem", "x".into())]),
        "Linje 12345: x"
    );
}

#[test]
fn a_key_that_nobody_has_is_said_as_it_is() {
    for key in ["no-such-key", "", ".", "kind-visit.no-such-attribute", "💬"] {
        assert_eq!(text(Language::Bokmal, key, &[]), key);
        assert_eq!(try_text(Language::Bokmal, key, &[]), None);
    }
}

#[test]
fn catalogues_can_be_asked_from_many_threads_at_once() {
    let threads: Vec<_> = (0..8_i64)
        .map(|number| std::thread::spawn(move || text(Language::Swedish, "value-days", &[("count", number.into())])))
        .collect();
    let said: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert_eq!(said[1], "1 dag");
    assert_eq!(said[7], "7 dagar");
}
