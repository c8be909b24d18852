//! OpenAPI schemas of texts that a Rust type alone does not describe.
//!
//! A pattern describes the usual form of a text, so that a generated client or a fuzzer knows what to send. The service
//! reads some more forms than these: docs/administration.md.

use utoipa::openapi::schema::{AdditionalProperties, Object, ObjectBuilder, OneOfBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};

/// `https://shop.example`, with a port or without one.
const ORIGIN: &str = "^https?://[a-z0-9]{1,40}(\\.[a-z]{2,12}){1,3}(:[1-9][0-9]{1,3})?$";
/// Letters, digits and signs, as shop systems number their orders.
const ORDER: &str = "^[A-Z0-9]{1,40}(-[0-9]{1,20})?$";
/// The id of a response.
const RESPONSE: &str = "^[0-9a-f]{16}$";

fn text(description: &str, pattern: &str) -> Object {
    ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::String))
        .description(Some(description))
        .pattern(Some(pattern))
        .build()
}

/// An exact origin.
pub fn origin() -> Object {
    text("An exact origin, without a path", ORIGIN)
}

/// An order reference.
pub fn order() -> Object {
    text("The merchant's order reference. It is neither stored nor logged", ORDER)
}

/// One response, or what one order has answered: exactly one of both.
pub fn subject(description: &str) -> RefOr<Schema> {
    let only = |name: &str, value: Object| {
        ObjectBuilder::new()
            .property(name, value)
            .required(name)
            .additional_properties(Some(AdditionalProperties::FreeForm(false)))
            .build()
    };
    OneOfBuilder::new()
        .description(Some(description))
        .item(only("response", text("16 hexadecimal digits, as exports name it", RESPONSE)))
        .item(only("order", order()))
        .into()
}
