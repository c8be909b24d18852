//! Tests of the OpenAPI document against the API itself: references that lead somewhere, and no answer that it leaves
//! out.

use serde_json::{Value, json};
use trente_store::model::scope::Scope;

use crate::support::client::{connect, finish};
use crate::support::{Answer, Server, get, request};

/// Everything that is referred to, with where it stands in the document.
fn references(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if name == "$ref" {
                    into.extend(value.as_str().map(str::to_owned));
                }
                references(value, into);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, into)),
        _ => {}
    }
}

#[test]
fn every_reference_of_the_description_leads_somewhere() {
    let server = Server::start();
    let description = get(server.results, "/api/v1/openapi.json", &[]).json();
    let mut found = Vec::new();
    references(&description, &mut found);
    assert!(found.len() > 30, "{}", found.len());
    for reference in found {
        let place = reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference} leads out of the document"));
        assert!(description.pointer(place).is_some(), "{reference} leads nowhere");
    }
}

/// An operation as the description has it.
struct Operation {
    method: String,
    path: String,
    described: Value,
}

impl Operation {
    fn has(&self, what: &str) -> bool {
        match what {
            "body" => self.described.get("requestBody").is_some(),
            place => {
                let parameters = self.described["parameters"].as_array();
                parameters.is_some_and(|all| all.iter().any(|one| one["in"] == place))
            }
        }
    }

    /// The answer's status and media type are among those described.
    fn describes(&self, answer: &Answer) {
        let (method, path) = (&self.method, &self.path);
        let said = &self.described["responses"][answer.status.to_string()];
        assert!(said.is_object(), "{method} {path} does not describe {}", answer.status);
        let essence = answer.header("content-type").map(|kind| kind.split(';').next().unwrap().to_owned());
        let kinds = said.get("content").and_then(Value::as_object);
        match (kinds, essence) {
            (Some(kinds), Some(essence)) => {
                assert!(kinds.contains_key(&essence), "{method} {path} {}: {essence}", answer.status);
            }
            (kinds, essence) => assert!(kinds.is_none() && essence.is_none(), "{method} {path}: {essence:?}"),
        }
    }
}

fn operations(server: &Server) -> Vec<Operation> {
    let description = get(server.results, "/api/v1/openapi.json", &[]).json();
    let mut all = Vec::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for (method, described) in methods.as_object().unwrap() {
            all.push(Operation { method: method.to_uppercase(), path: path.clone(), described: described.clone() });
        }
    }
    assert!(all.len() > 15);
    all
}

#[test]
fn every_answer_of_every_operation_is_described() {
    let server = Server::start();
    let every = [Scope::Read, Scope::Export, Scope::Erase, Scope::Admin, Scope::Sign];
    let (master, none) = (server.token("all", &every, None), server.token("none", &[], None));
    let json_type = ("Content-Type", "application/json");
    for operation in operations(&server) {
        let path = operation.path.replace("{site}", "olive").replace("{survey}", "00000000").replace("{id}", "7");
        let send = |path: &str, headers: &[(&str, &str)], body: &[u8]| {
            let answer = request(server.results, &operation.method, path, headers, body);
            operation.describes(&answer);
            answer.status
        };
        let bearer = format!("Bearer {master}");
        let master = ("Authorization", bearer.as_str());
        let powerless = format!("Bearer {none}");
        assert_eq!(send(&path, &[("Authorization", "Bearer t30_x")], b""), 401, "{path}");
        if operation.path != "/api/v1/surveys/check" {
            assert_eq!(send(&path, &[("Authorization", &powerless), json_type], b"{}"), 403, "{path}");
        }
        if operation.method != "GET" {
            let foreign = [("Sec-Fetch-Site", "cross-site"), ("Cookie", "__Host-trente=x")];
            assert_eq!(send(&path, &foreign, b"{}"), 403, "{path}");
            assert_eq!(send(&path, &[], b"{}"), 401, "{path}");
        }
        if operation.has("path") {
            let missing = path.replace("olive", "nobody").replace("00000000", "ffffffff");
            let status = send(&missing, &[master, json_type], b"{}");
            assert!(matches!(status, 404 | 422), "{missing}: {status}");
            assert_eq!(send(&path.replace("olive", "%ff"), &[master, json_type], b"{}"), 404, "{path}");
        }
        if operation.has("query") {
            assert_eq!(send(&format!("{path}?nonsense=1"), &[master], b""), 422, "{path}");
        }
        if operation.has("body") {
            assert_eq!(send(&path, &[master, ("Content-Type", "text/plain")], b"{}"), 415, "{path}");
            assert_eq!(send(&path, &[master, json_type], b"{"), 422, "{path}");
            assert_eq!(send(&path, &[master, json_type], b"[]"), 422, "{path}");
            assert_eq!(send(&path, &[master, json_type], &vec![b' '; 300_000]), 413, "{path}");
        }
        let raw = |head: &str| {
            let mut stream = connect(server.results);
            let request = format!("{} {path} HTTP/1.1\r\n{head}\r\n", operation.method);
            std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
            let answer = finish(&mut stream).unwrap();
            operation.describes(&answer);
            answer.status
        };
        assert_eq!(raw("Host: evil.example\r\nConnection: close\r\n"), 421, "{path}");
        assert_eq!(raw("Host: localhost\r\nHost: localhost\r\n"), 400, "{path}");
        assert_eq!(raw("Host: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n"), 400, "{path}");
        if operation.has("body") {
            let slow = format!("Host: localhost\r\nAuthorization: {bearer}\r\nContent-Length: 20\r\n");
            assert_eq!(raw(&slow), 408, "{path}");
        }
        // What is right, or a conflict.
        send(&path, &[master, json_type], b"{}");
    }
    let added = server.api(&master, "POST", "/sites", Some(json!({ "name": "olive", "any_origin": true })));
    assert_eq!(added.status, 409);
}

/// Of a path that is known: a problem too, with the methods that there are.
#[test]
fn another_method_is_405_and_says_which_there_are() {
    let server = Server::start();
    let token = server.token("reader", &[Scope::Read], None);
    for (method, path, allowed) in [
        ("DELETE", "/sites", "GET,HEAD,POST"),
        ("PATCH", "/sites/olive/retention", "PUT"),
        ("POST", "/sites/olive/summary", "GET,HEAD"),
    ] {
        let answer = server.api(&token, method, path, None);
        assert_eq!((answer.status, answer.code().as_str()), (405, "E_METHOD"), "{method} {path}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        assert_eq!(answer.header("allow"), Some(allowed), "{method} {path}");
    }
}
