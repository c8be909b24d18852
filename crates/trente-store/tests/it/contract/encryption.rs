//! TLS to PostgreSQL: with the right authority and the right name, or not at all.

use std::fs;
use std::process::Command;

use trente_store::{Address, Store};
use trente_testing::stores::{QUEUE, WAIT, folded, happy, olive, run};
use trente_testing::{Folder, Postgres};

/// A self-signed certificate for an address, and its key, in a folder.
fn certificate(folder: &Folder, name: &str, address: &str) -> (String, String) {
    let [key, certificate] =
        ["key", "crt"].map(|kind| folder.path().join(format!("{name}.{kind}")).display().to_string());
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
        .args(["-subj", "/CN=trente test", "-addext", &format!("subjectAltName = {address}")])
        .args(["-addext", "basicConstraints = critical,CA:FALSE", "-keyout", &key, "-out", &certificate])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    (key, certificate)
}

#[test]
fn the_way_is_encrypted_and_the_server_is_who_it_says() {
    let folder = Folder::new();
    let (key, own) = certificate(&folder, "own", "IP:127.0.0.1");
    let (_, other) = certificate(&folder, "other", "IP:127.0.0.1");
    let (wrong_key, wrong) = certificate(&folder, "wrong", "DNS:elsewhere.example");
    let mut server = Postgres::start();
    let database = server.database();
    let encrypt = |server: &mut Postgres, key: &str, certificate: &str| {
        server.end("INT");
        // The server alone may read its key.
        for (from, to) in [(key, "server.key"), (certificate, "server.crt")] {
            server.put(to, &fs::read(from).unwrap());
        }
        server.put("pg_hba.conf", b"local all all trust\nhostssl all all 127.0.0.1/32 trust\n");
        server.configure("ssl = on\n");
        server.run();
    };
    encrypt(&mut server, &key, &own);
    let open = |server: &Postgres, options: &str| {
        let address = Address::parse(format!("{}?{options}", server.url(&database)).into()).unwrap();
        run(async { Store::open(&address, true).await.map(drop).map_err(|error| error.to_string()) })
    };
    assert_eq!(open(&server, &format!("sslmode=require&sslrootcert={own}")), Ok(()));
    let stranger = open(&server, &format!("sslmode=verify-full&sslrootcert={other}")).unwrap_err();
    assert!(stranger.contains("invalid peer certificate"), "{stranger}");
    let plain = open(&server, "sslmode=disable").unwrap_err();
    assert!(plain.contains("no encryption"), "{plain}");

    let address =
        Address::parse(format!("{}?sslmode=require&sslrootcert={own}", server.url(&database)).into()).unwrap();
    run(async {
        let store = olive(&address).await;
        store.append(vec![happy(1)], WAIT).await.unwrap();
        folded(&store).await;
        let Store::Postgres(inner) = &store else { return assert_eq!("another kind of store", "") };
        let sql = "select ssl, version from pg_stat_ssl where pid = pg_backend_pid()";
        let rows = inner.query(sql, &[]).await.unwrap();
        assert_eq!((rows[0].get(0), rows[0].get::<_, &str>(1)), (true, "TLSv1.3"));
        store.close().await;
        let again = Store::serve(&address, QUEUE).await.unwrap();
        again.close().await;
    });

    encrypt(&mut server, &wrong_key, &wrong);
    let elsewhere = open(&server, &format!("sslmode=require&sslrootcert={wrong}")).unwrap_err();
    assert!(elsewhere.contains("invalid peer certificate"), "{elsewhere}");
}
