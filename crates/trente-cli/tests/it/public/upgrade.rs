//! An upgrade: the files of the two releases before are served on.

use std::fs;

use trente_collector::domain::assets::Files;
use trente_testing::Folder;

use crate::support::server::short;
use crate::support::{Answer, Server, get, request};

/// A folder like dist/, of a release of its own.
pub fn dist(version: &str) -> Folder {
    let dist = Folder::new();
    let hashed = dist.path().join(format!("t/{}", hash(version)));
    fs::create_dir_all(&hashed).unwrap();
    for (path, text) in [
        ("trente.js".to_owned(), format!("loader of {version}")),
        ("trente.mjs".to_owned(), format!("module of {version}")),
        (format!("trente-{version}.js"), format!("loader of {version}")),
        (format!("trente-{version}.mjs"), format!("module of {version}")),
        (format!("t/{}/widget.js", hash(version)), format!("glue of {version}")),
        (format!("t/{}/widget.wasm", hash(version)), format!("wasm of {version}")),
        ("sri.json".to_owned(), "{}".to_owned()),
    ] {
        fs::write(dist.path().join(path), text).unwrap();
    }
    dist
}

pub fn hash(version: &str) -> String {
    format!("{:0>16}", version.replace('.', ""))
}

fn serve(folder: Folder, version: &str) -> (Server, Folder) {
    let dist = dist(version);
    (Server::on(folder, short(), Files::Folder(dist.path().to_owned())), dist)
}

/// What a page with the loader of a release asks for, and what it must get.
fn works(server: &Server, version: &str) -> bool {
    let paths = [
        (format!("/t/{}/widget.js", hash(version)), "text/javascript; charset=utf-8", format!("glue of {version}")),
        (format!("/t/{}/widget.wasm", hash(version)), "application/wasm", format!("wasm of {version}")),
        (format!("/trente-{version}.js"), "text/javascript; charset=utf-8", format!("loader of {version}")),
        (format!("/trente-{version}.mjs"), "text/javascript; charset=utf-8", format!("module of {version}")),
    ];
    paths.iter().all(|(path, kind, text)| {
        let answer = get(server.address, path, &[("Origin", "https://any.example")]);
        if answer.status == 404 {
            return false;
        }
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(*kind)), "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{path}");
        assert!(answer.header("cache-control").unwrap().contains("immutable"), "{path}");
        assert_eq!(&answer.text(), text);
        true
    })
}

fn next(server: Server, version: &str) -> (Server, Folder) {
    let folder = server.stop();
    serve(folder, version)
}

#[test]
fn the_two_releases_before_are_served_on_and_older_ones_forgotten() {
    let (server, _first) = serve(Folder::new(), "0.1.0");
    assert!(works(&server, "0.1.0") && !works(&server, "0.2.0"));
    let (server, _second) = next(server, "0.2.0");
    assert!(works(&server, "0.1.0") && works(&server, "0.2.0"));
    let (server, _third) = next(server, "0.3.0");
    assert!(works(&server, "0.1.0") && works(&server, "0.2.0") && works(&server, "0.3.0"));
    // The loader without a version is the new one's.
    assert_eq!(get(server.address, "/trente.js", &[]).text(), "loader of 0.3.0");
    let (server, _fourth) = next(server, "0.4.0");
    assert!(!works(&server, "0.1.0") && works(&server, "0.2.0") && works(&server, "0.3.0") && works(&server, "0.4.0"));
    // To go back keeps the newer one's files too, and a second start changes nothing.
    let (server, _again) = next(server, "0.3.0");
    assert!(works(&server, "0.4.0") && works(&server, "0.3.0") && works(&server, "0.2.0"));
    assert_eq!(server.count("bundle_file"), 12);
}

/// Glue and wasm of the release before are asked for at once, and are the first that this collector is asked for.
#[test]
fn the_first_requests_for_earlier_files_come_together_and_are_all_answered() {
    let (server, _dist) = serve(Folder::new(), "1.0.0");
    let (mut server, mut dist) = next(server, "1.1.0");
    for _ in 0..5 {
        let address = server.address;
        let asked: Vec<_> = ["widget.js", "widget.wasm", "widget.js", "widget.wasm"]
            .map(|name| std::thread::spawn(move || get(address, &format!("/t/{}/{name}", hash("1.0.0")), &[]).status))
            .into_iter()
            .map(|asking| asking.join().unwrap())
            .collect();
        assert_eq!(asked, [200; 4]);
        (server, dist) = next(server, "1.1.0");
    }
    drop(dist);
}

#[test]
fn an_earlier_file_is_sent_as_any_other() {
    let (server, _first) = serve(Folder::new(), "0.1.0");
    let (server, _second) = next(server, "0.2.0");
    let path = format!("/t/{}/widget.js", hash("0.1.0"));
    let brotli = get(server.address, &path, &[("Accept-Encoding", "gzip, br")]);
    assert_eq!(brotli.header("content-encoding"), Some("br"));
    let mut text = String::new();
    std::io::Read::read_to_string(&mut brotli::Decompressor::new(&*brotli.body, 4096), &mut text).unwrap();
    assert_eq!(text, "glue of 0.1.0");
    let plain = get(server.address, &path, &[("Accept-Encoding", "gzip")]);
    assert_eq!((plain.header("content-encoding"), plain.text()), (None, "glue of 0.1.0"));
    assert_ne!(plain.header("etag"), brotli.header("etag"));
    let again: Answer = get(server.address, &path, &[("If-None-Match", plain.header("etag").unwrap())]);
    assert_eq!((again.status, again.body.len()), (304, 0));
    let head = request(server.address, "HEAD", &path, &[], b"");
    assert_eq!((head.status, head.body.len()), (200, 0));
    for path in ["/t/../sri.json", "/sri.json", "/t/0000000000000010/widget.wasm.br", "/trente-0.0.9.js", "/t/"] {
        assert_eq!(get(server.address, path, &[]).status, 404, "{path}");
    }
}
