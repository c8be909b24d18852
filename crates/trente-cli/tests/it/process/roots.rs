//! Root certificates of the machine, without which TLS trusts no server.

use std::path::Path;

use trente_testing::Folder;

use super::{Process, spawn};

/// As in an image without `ca-certificates`, where every webhook over https and every mail over TLS would fail.
#[test]
fn a_machine_without_root_certificates_is_told() {
    let folder = Folder::new();
    let (empty, some) = (folder.path().join("empty.pem"), folder.path().join("some.pem"));
    let nothing = folder.path().join("nothing");
    std::fs::create_dir(&nothing).unwrap();
    std::fs::write(&empty, "").unwrap();
    // Its form alone is read.
    std::fs::write(&some, "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n").unwrap();
    let log = |roots: &Path| {
        let mut process =
            Process::of(spawn(&folder.database(), &[], &[("SSL_CERT_FILE", roots), ("SSL_CERT_DIR", &nothing)]));
        process.signal("TERM");
        assert_eq!(process.wait(), Some(0));
        process.stderr()
    };
    let told = log(&empty);
    assert!(told.contains("no root certificate is found") && told.contains("ca-certificates"), "{told}");
    let told = log(&some);
    assert!(!told.contains("root certificate"), "{told}");
}
