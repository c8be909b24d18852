//! The widget's files: the best form for each client, cached as its address allows.

use std::fs;
use std::io::Read;

use trente_collector::domain::assets::Files;
use trente_testing::Folder;

use crate::support::server::short;
use crate::support::{Server, get, request};

fn server() -> (Server, Folder) {
    let dist = Folder::new();
    let hashed = dist.path().join("t/0123abcd");
    fs::create_dir_all(&hashed).unwrap();
    for (path, text) in [
        ("trente.js", "loader"),
        ("trente.js.br", "loader in brotli"),
        ("trente.js.gz", "loader in gzip"),
        ("trente.mjs", "module"),
        ("trente.d.ts", "types"),
        ("trente-0.1.0.js", "pinned"),
        ("trente-0.1.0.mjs", "pinned module"),
        ("t/0123abcd/widget.wasm", "wasm"),
        ("t/0123abcd/widget.wasm.br", "wasm in brotli"),
        ("t/0123abcd/widget.js", "glue"),
        ("site.js", "read(__SITE__)"),
        ("scripts.css", ":lang(ar) {}"),
        ("scales.css", ".scale {}"),
        ("sri.json", "{}"),
    ] {
        fs::write(dist.path().join(path), text).unwrap();
    }
    (Server::with(short(), Files::Folder(dist.path().to_owned())), dist)
}

#[test]
fn the_best_encoding_that_is_accepted_is_sent() {
    let (server, _dist) = server();
    for (accepted, encoding, text) in [
        ("gzip, deflate, br, zstd", Some("br"), "loader in brotli"),
        ("gzip", Some("gzip"), "loader in gzip"),
        ("br;q=0, gzip;q=0.5", Some("gzip"), "loader in gzip"),
        ("br;q=0.0", None, "loader"),
        ("identity", None, "loader"),
        ("", None, "loader"),
        ("*", None, "loader"),
    ] {
        let answer = get(server.address, "/trente.js", &[("Accept-Encoding", accepted)]);
        assert_eq!((answer.status, answer.header("content-encoding")), (200, encoding), "{accepted}");
        assert_eq!(answer.text(), text);
        assert_eq!(answer.header("vary"), Some("Accept-Encoding"));
    }
    // A form that dist/ does not have falls back.
    let answer = get(server.address, "/t/0123abcd/widget.wasm", &[("Accept-Encoding", "gzip")]);
    assert_eq!((answer.header("content-encoding"), answer.text()), (None, "wasm"));
}

#[test]
fn the_loader_of_a_site_has_its_first_screen_and_changes_with_it() {
    let (server, _dist) = server();
    let loader = |headers: &[(&str, &str)]| get(server.address, "/trente.olive.js", headers);
    let first = loader(&[]);
    assert_eq!(first.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert_eq!(first.header("cache-control"), Some("public, max-age=300, no-transform"));
    assert_eq!(
        (first.header("vary"), first.header("access-control-allow-origin")),
        (Some("Accept-Encoding"), Some("*"))
    );
    let text = first.text();
    let data = text.strip_prefix("read(").and_then(|text| text.strip_suffix(')')).unwrap();
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    assert_eq!((&data["site"], data["text"].as_object().unwrap().len()), (&"olive".into(), 12));
    assert_eq!(data["tree"][0], "form");
    // It is written in Arabic too, and asks for no point of a scale.
    let css = data["theme"]["css"].as_str().unwrap();
    assert!(css.starts_with(":lang(ar) {}") && !css.contains("scale"), "{css}");
    // The origins of the merchant's pages are not told to each of them.
    assert!(!text.contains("http"), "{text}");

    let etag = first.header("etag").unwrap();
    assert_eq!(loader(&[("If-None-Match", etag)]).status, 304);
    let brotli = loader(&[("Accept-Encoding", "br")]);
    assert_eq!(brotli.header("content-encoding"), Some("br"));
    assert_ne!(brotli.header("etag"), Some(etag));

    let unknown = get(server.address, "/trente.nosuch.js", &[]);
    assert_eq!((unknown.status, unknown.text()), (200, "loader"));
    for path in ["/site.js", "/scripts.css", "/scales.css", "/trente.Olive.js", "/trente..js"] {
        assert_eq!(get(server.address, path, &[]).status, 404, "{path}");
    }
    assert_eq!(request(server.address, "POST", "/trente.olive.js", &[], b"").status, 405);
}

#[test]
fn each_file_has_its_type_and_its_caching() {
    let (server, _dist) = server();
    for (path, kind, cache) in [
        ("/trente.js", "text/javascript; charset=utf-8", "public, max-age=300, no-transform"),
        ("/trente.mjs", "text/javascript; charset=utf-8", "public, max-age=300, no-transform"),
        ("/trente.d.ts", "text/plain; charset=utf-8", "public, max-age=300, no-transform"),
        ("/trente-0.1.0.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable, no-transform"),
        ("/trente-0.1.0.mjs", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable, no-transform"),
        (
            "/t/0123abcd/widget.js",
            "text/javascript; charset=utf-8",
            "public, max-age=31536000, immutable, no-transform",
        ),
        ("/t/0123abcd/widget.wasm", "application/wasm", "public, max-age=31536000, immutable, no-transform"),
    ] {
        let answer = get(server.address, path, &[("Origin", "https://any.example")]);
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(kind)), "{path}");
        assert_eq!(answer.header("cache-control"), Some(cache));
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        assert_eq!(answer.header("cross-origin-resource-policy"), Some("cross-origin"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
}

#[test]
fn an_unchanged_loader_is_304() {
    let (server, _dist) = server();
    let plain = get(server.address, "/trente.js", &[]);
    let brotli = get(server.address, "/trente.js", &[("Accept-Encoding", "br")]);
    let (plain, brotli) = (plain.header("etag").unwrap(), brotli.header("etag").unwrap());
    assert_ne!(plain, brotli, "each form has a tag of its own");
    for sent in [plain.to_owned(), format!("W/{plain}"), format!("\"x\", {plain}"), "*".to_owned()] {
        let answer = get(server.address, "/trente.js", &[("If-None-Match", &sent)]);
        assert_eq!((answer.status, answer.body.len()), (304, 0), "{sent}");
        assert_eq!(answer.header("cache-control"), Some("public, max-age=300, no-transform"));
        assert_eq!(answer.header("vary"), Some("Accept-Encoding"));
    }
    assert_eq!(get(server.address, "/trente.js", &[("If-None-Match", brotli)]).status, 200);
}

#[test]
fn nothing_else_is_served() {
    let (server, _dist) = server();
    for path in [
        "/sri.json",
        "/trente.js.br",
        "/t/0123abcd/widget.wasm.br",
        "/t/ffff/widget.js",
        "/t/../trente.js",
        "/t/%2e%2e/trente.js",
        "/trente",
        "/t/",
        "/.git/config.js",
    ] {
        assert_eq!(get(server.address, path, &[]).status, 404, "{path}");
    }
    let answer = request(server.address, "POST", "/trente.js", &[], b"");
    assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")));
    let answer = request(server.address, "HEAD", "/trente.js", &[], b"");
    assert_eq!((answer.status, answer.body.len(), answer.header("content-length")), (200, 0, Some("6")));
}

/// A customer downloads a survey once; it is sent as small as the files are.
#[test]
fn a_survey_is_sent_compressed() {
    let server = Server::start();
    let path = "/v1/surveys/olive?lang=fr";
    let plain = get(server.address, path, &[]);
    let brotli = get(server.address, path, &[("Accept-Encoding", "gzip, br")]);
    let gzip = get(server.address, path, &[("Accept-Encoding", "gzip")]);
    assert_eq!((plain.header("content-encoding"), brotli.header("content-encoding")), (None, Some("br")));
    assert_eq!(gzip.header("content-encoding"), Some("gzip"));
    let mut unpacked = Vec::new();
    brotli::Decompressor::new(&*brotli.body, 4096).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, plain.body);
    unpacked.clear();
    flate2::read::GzDecoder::new(&*gzip.body).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, plain.body);
    assert_ne!(plain.header("etag"), brotli.header("etag"));
    let again =
        get(server.address, path, &[("Accept-Encoding", "br"), ("If-None-Match", brotli.header("etag").unwrap())]);
    assert_eq!((again.status, again.body.len()), (304, 0));
}
