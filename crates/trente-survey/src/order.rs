//! Normalisation of the merchant's order reference: without white space and the placeholders that templates print.
//!
//! The widget, `trente sign`, `trente erase`, the hosted page and the API clean an order in the same way, because the
//! response id is a hash of the order: one blank more would be another response.

use thiserror::Error;

/// Why a text is no order reference.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OrderError {
    /// There is nothing but white space.
    #[error("the order reference is empty")]
    Empty,
    /// It is what a template prints when it was not filled in.
    #[error("this is no order reference: a template has printed its placeholder, or the text of a missing value")]
    Placeholder,
}

/// What programs print for a value that is missing, in lower case, where it is all that there is.
const MISSING: [&str; 5] = ["nil", "nan", "#nil", "#nan", "(not set)"];

/// The same in any case, also at the end of a text that was put together.
const MISSING_LAST: [&str; 2] = ["undefined", "null"];

/// The same in this case alone: a shop may call an order anything else.
const MISSING_LAST_SO: [&str; 2] = ["None", "NaN"];

/// What stands before the last part of a text that was put together.
const BEFORE_LAST: [char; 7] = ['-', '_', '#', '/', ':', '.', ' '];

/// What only the source of a template holds, in lower case.
const TEMPLATE: [&str; 14] = ["{{", "}}", "%7b%7b", "{%", "{$", "{!", "{#", "%%", "${", "#{", "<%", "<?", "*|", "[["];

/// What the name of a variable begins with, in some template or other.
const VARIABLE: [char; 8] = ['$', '@', '%', '_', '{', '[', '<', ':'];

/// Characters that are not seen and that Unicode does not count as white space: zero-width space, byte-order mark, word
/// joiner.
const INVISIBLE: [char; 3] = ['\u{200B}', '\u{FEFF}', '\u{2060}'];

/// The order reference that a text means: without the white space and the invisible characters around it.
///
/// # Errors
/// [`OrderError`] for a text that names no order.
pub fn clean(text: &str) -> Result<&str, OrderError> {
    let order = trim(text);
    if order.is_empty() {
        return Err(OrderError::Empty);
    }
    if is_placeholder(order) { Err(OrderError::Placeholder) } else { Ok(order) }
}

/// Whether only a template can have meant it. As in loader/options.js.
fn is_placeholder(order: &str) -> bool {
    let lower = order.to_ascii_lowercase();
    let is_last = |text: &str, word: &str| {
        text.strip_suffix(word).is_some_and(|before| before.is_empty() || before.ends_with(BEFORE_LAST))
    };
    // What JavaScript makes of an object in a text.
    let of_object = lower.strip_prefix("[object ").and_then(|rest| rest.strip_suffix(']'));
    let is_object =
        |kind: &str| !kind.is_empty() && kind.chars().all(|part| part == '_' || part.is_ascii_alphanumeric());
    let is_variable = lower
        .strip_prefix(VARIABLE)
        .is_some_and(|rest| rest.contains("order") && !rest.contains(|part: char| part.is_ascii_digit()));
    MISSING.contains(&lower.as_str())
        || MISSING_LAST.iter().any(|word| is_last(&lower, word))
        || MISSING_LAST_SO.iter().any(|word| is_last(order, word))
        || of_object.is_some_and(is_object)
        || TEMPLATE.iter().any(|mark| lower.contains(mark))
        || is_variable
}

/// A text without the white space and the invisible characters around it.
pub fn trim(text: &str) -> &str {
    text.trim_matches(|character: char| character.is_whitespace() || INVISIBLE.contains(&character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_around_an_order_does_not_count() {
        for text in [
            "MO-1",
            " MO-1",
            "MO-1\n",
            "\n      MO-1\n    ",
            "\r\n\tMO-1\r\n",
            "\u{a0}MO-1\u{202f}",
            "\u{feff}MO-1",
            "\u{200b}\u{2060} MO-1 \u{200b}",
            "\u{3000}MO-1\u{85}",
        ] {
            assert_eq!(clean(text), Ok("MO-1"), "{text:?}");
        }
        // What stands inside is part of it.
        for text in [
            "MO 1",
            "#1001",
            "MO\u{200b}1",
            "100%",
            "{MO-1}",
            "a$b",
            "nullable",
            "null-1",
            "%MO%",
            "<MO>",
            "none",
            "NONE",
            "None-1",
            "[1]",
            "*1*",
            "undefined 7",
            "MO-none",
            "MO-nan",
            "nonnull",
            "{order-7}",
            "order",
            "my-order",
            "[object ]",
        ] {
            assert_eq!(clean(text), Ok(text));
        }
    }

    #[test]
    fn what_a_template_prints_for_a_missing_value_is_no_order() {
        for text in ["", " ", "\u{feff}\n", "\u{200b}"] {
            assert_eq!(clean(text), Err(OrderError::Empty), "{text:?}");
        }
        for text in [
            "undefined",
            " UNDEFINED ",
            "null",
            "Null\n",
            "NaN",
            "nan",
            "[object Object]",
            "[OBJECT OBJECT]",
            "{{ order.name }}",
            "{{order",
            "order}}",
            "{% if order %}",
            "%%ORDER_ID%%",
            "${order.id}",
            "MO-${id}",
            "<%= order.id %>",
            "<?= $order ?>",
            "#{order.id}",
            "*|ORDER|*",
            "[[order]]",
            "None",
            "nil",
            "NIL",
            "[object Promise]",
            "[object HTMLElement]",
            "{$order.reference}",
            "{!Order.Id}",
            "{# order #}",
            "%7B%7Border.id%7D%7D",
            "#undefined",
            "#NaN",
            "(not set)",
            "MO-undefined",
            "shop/null",
            "undefined undefined",
            "MO-None",
            "MO-NaN",
            "$order_id",
            "@Model.Order.Id",
            "__ORDER_ID__",
            "%ORDER_ID%",
            "{order_id}",
            "[order_number]",
            "<your order>",
            ":order",
        ] {
            assert_eq!(clean(text), Err(OrderError::Placeholder), "{text:?}");
        }
    }
}
