//! Sentences that depend on a count. Fluent's own rules for plurals forget the last two digits in Arabic (103 would be
//! said as 100); so each selection by a count is written anew, as a selection by what CLDR's rules say through ICU4X.
//! Called once a language, when its catalogue is read.
//!
//! `{ $count -> [0] … [one] … *[other] … }` becomes `{ CATEGORY($count, 0) -> [is-0] … [one] … *[other] … }`.

use fluent_bundle::FluentValue;
use fluent_syntax::ast::{
    CallArguments, Entry, Expression, Identifier, InlineExpression, Pattern, PatternElement, Resource, Variant,
    VariantKey,
};
use fluent_syntax::{parser, serializer};

use crate::language::Language;
use crate::numbers;

/// The function by which a catalogue asks for the form of a count.
pub(super) const CATEGORY: &str = "CATEGORY";

const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// A catalogue with every selection by a count written anew.
pub(super) fn by_category(source: &str) -> String {
    let mut resource: Resource<String> = match parser::parse(source.to_owned()) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    for entry in &mut resource.body {
        let (value, attributes) = match entry {
            Entry::Message(message) => (message.value.as_mut(), &mut message.attributes),
            Entry::Term(term) => (Some(&mut term.value), &mut term.attributes),
            _ => continue,
        };
        value.into_iter().for_each(in_pattern);
        attributes.iter_mut().for_each(|attribute| in_pattern(&mut attribute.value));
    }
    serializer::serialize(&resource)
}

fn in_pattern(pattern: &mut Pattern<String>) {
    for element in &mut pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            in_expression(expression);
        }
    }
}

fn in_expression(expression: &mut Expression<String>) {
    match expression {
        Expression::Select { selector, variants } => {
            variants.iter_mut().for_each(|variant| in_pattern(&mut variant.value));
            if matches!(selector, InlineExpression::VariableReference { .. }) && variants.iter().all(is_of_a_count) {
                select(selector, variants);
            }
        }
        Expression::Inline(InlineExpression::Placeable { expression }) => in_expression(expression),
        Expression::Inline(_) => {}
    }
}

fn is_of_a_count(variant: &Variant<String>) -> bool {
    match &variant.key {
        VariantKey::Identifier { name } => CATEGORIES.contains(&name.as_str()),
        VariantKey::NumberLiteral { .. } => true,
    }
}

fn select(selector: &mut InlineExpression<String>, variants: &mut [Variant<String>]) {
    let mut positional = vec![selector.clone()];
    for variant in variants {
        if let VariantKey::NumberLiteral { value } = &variant.key {
            positional.push(InlineExpression::NumberLiteral { value: value.clone() });
            variant.key = VariantKey::Identifier { name: format!("is-{value}") };
        }
    }
    let arguments = CallArguments { positional, named: Vec::new() };
    *selector = InlineExpression::FunctionReference { id: Identifier { name: CATEGORY.to_owned() }, arguments };
}

/// What [`CATEGORY`] answers: the number itself where a sentence has a form of its own for it, else its category.
pub(super) fn category(language: Language, arguments: &[FluentValue<'_>]) -> FluentValue<'static> {
    let mut numbers = arguments.iter().map(|argument| match argument {
        FluentValue::Number(number) => number.as_string().parse::<i64>().ok(),
        _ => None,
    });
    let Some(count) = numbers.next().flatten() else { return "other".into() };
    if numbers.flatten().any(|own| own == count) {
        return format!("is-{count}").into();
    }
    numbers::category(language, count).into()
}
