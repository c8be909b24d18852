//! Tests of order signing: the API, and the examples that the documentation gives to shops.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use trente_store::clock::{epoch, now_ms};
use trente_store::encoding;
use trente_store::model::scope::Scope;
use trente_survey::response_id::Key;
use trente_testing::frames::{bytes, frame, signed};
use trente_testing::stores::ORIGIN;

use crate::support::{Server, post};

const ORDERS: [&str; 5] = ["MO-1", "#1001", " Ünïcode 注文 ", "\n      MO-1\u{200b}\n    ", "a\"b\\c'&%20+"];

/// What `trente sign` makes of an order, now.
fn signature(server: &Server, order: &str) -> String {
    let signature = server.key().sign(server.survey(), order, epoch(now_ms()));
    encoding::base64url(&signature.to_bytes())
}

#[test]
fn many_orders_are_signed_in_one_call_as_the_key_signs_them() {
    let server = Server::start();
    let token = server.token("shop", &[Scope::Sign], Some("olive"));
    let answer = server.api(&token, "POST", "/sites/olive/signatures", Some(json!({ "orders": ORDERS })));
    assert_eq!(answer.status, 200, "{answer:?}");
    let body = answer.json();
    assert_eq!(body["survey"], encoding::hex(&server.survey().0));
    let found = body["signatures"].as_array().unwrap();
    assert_eq!(found.len(), ORDERS.len());
    for (found, order) in found.iter().zip(["MO-1", "#1001", "Ünïcode 注文", "MO-1", "a\"b\\c'&%20+"]) {
        assert_eq!(found, &json!({ "order": order, "signature": signature(&server, order) }));
    }
    // The proof is one: a frame with it is stored as verified.
    let one = signed(frame(server.survey(), 0), &Key(server.key().0), "MO-1", epoch(now_ms()));
    assert_eq!(post(server.address, ORIGIN, &bytes(&one)).status, 204);
    assert_eq!(server.responses()[0]["verified"], true);
    assert_eq!(
        server.responses()[0]["response"],
        encoding::hex(&encoding::from_base64url(&signature(&server, "MO-1")).unwrap()[..8])
    );

    let audit = server.audit();
    assert!(
        audit.iter().any(|line| line.act == "orders signed" && line.subject == "olive 5" && line.actor == "token shop")
    );
    assert!(!format!("{audit:?}").contains("MO-1"));
}

#[test]
fn what_is_no_order_signs_none_of_them() {
    let server = Server::start();
    let token = server.token("shop", &[Scope::Sign], Some("olive"));
    let sign = |body: Value| server.api(&token, "POST", "/sites/olive/signatures", Some(body));
    for (body, words) in [
        (json!({ "orders": [] }), "1 to 1000"),
        (json!({ "orders": vec!["a"; 1001] }), "1 to 1000"),
        (json!({ "orders": ["MO-1", "undefined"] }), "`orders[1]`"),
        (json!({ "orders": [" "] }), "`orders[0]`"),
        (json!({ "orders": ["{{ order.name }}"] }), "placeholder"),
        (json!({ "order": "MO-1" }), "unknown field"),
        (json!({}), "missing field"),
    ] {
        let answer = sign(body);
        assert_eq!((answer.status, answer.code().as_str()), (422, "E_INPUT"), "{answer:?}");
        assert!(answer.json()["detail"].as_str().unwrap().contains(words), "{words}: {answer:?}");
    }
    assert!(server.audit().iter().all(|line| line.act != "orders signed"));
    let fig = server.api(&token, "POST", "/sites/fig/signatures", Some(json!({ "orders": ["MO-1"] })));
    assert_eq!(fig.status, 403, "a token of one site signs for that one alone");
    for scope in [Scope::Read, Scope::Export, Scope::Erase, Scope::Admin] {
        let other = server.token(&format!("{scope:?}"), &[scope], None);
        let answer = server.api(&other, "POST", "/sites/olive/signatures", Some(json!({ "orders": ["MO-1"] })));
        assert_eq!(answer.status, 403, "{scope:?}");
    }
}

/// The programs of docs/examples, as a shop would run them.
#[test]
fn the_examples_sign_as_the_collector_does() {
    let server = Server::start();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples");
    let (key, survey) = (encoding::hex(&server.key().0), encoding::hex(&server.survey().0));
    for (program, file) in [("php", "sign.php"), ("python3", "sign.py"), ("node", "sign.mjs")] {
        for order in ORDERS {
            let before = signature(&server, trente_survey::order::clean(order).unwrap());
            let output = Command::new(program)
                .arg(folder.join(file))
                .args([&survey, order])
                .env("TRENTE_KEY", &key)
                .output()
                .unwrap_or_else(|error| panic!("{program}: {error}; `cargo xtask doctor` installs it"));
            assert!(output.status.success(), "{file}: {}", String::from_utf8_lossy(&output.stderr));
            let printed = String::from_utf8(output.stdout).unwrap();
            // A month may end in between.
            let after = signature(&server, trente_survey::order::clean(order).unwrap());
            assert!([before, after].contains(&printed.trim().to_owned()), "{file} {order:?}: {printed}");
        }
    }
}
