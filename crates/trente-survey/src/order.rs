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

/// What programs print for a value that is missing, in lower case.
const MISSING: [&str; 5] = ["undefined", "null", "nil", "nan", "[object object]"];

/// What only the source of a template holds.
const TEMPLATE: [&str; 10] = ["{{", "}}", "{%", "%%", "${", "#{", "<%", "<?", "*|", "[["];

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
    // Python's word is one as Python writes it: a shop may call an order anything else.
    let missing = order == "None" || MISSING.iter().any(|word| order.eq_ignore_ascii_case(word));
    if missing || TEMPLATE.iter().any(|mark| order.contains(mark)) {
        return Err(OrderError::Placeholder);
    }
    Ok(order)
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
        ] {
            assert_eq!(clean(text), Err(OrderError::Placeholder), "{text:?}");
        }
    }
}
