//! A copy between stores by the real program, which is killed.

use std::process::{Command, Stdio};
use std::time::Duration;

use trente_testing::backend::{Backend, Server, Sqlite};
use trente_testing::filled::{full, whole};
use trente_testing::stores::{WAIT, folded, happy, run};

use crate::cli::TRENTE;

/// In both directions.
#[test]
fn a_copy_that_is_killed_goes_on_where_it_was() {
    let (backend, file) = (Server::start(), Sqlite::start());
    run(async {
        let store = full(&file.address()).await;
        for page in 0..12u64 {
            store.append((0..1_000).map(|number| happy(1 << 40 | page << 20 | number)).collect(), WAIT).await.unwrap();
        }
        folded(&store).await;
        store.close().await;
    });
    let database = backend.another();
    let url = backend.server.url(database.to_string().rsplit_once('/').unwrap().1);
    let back = file.another();
    for (from, to) in [(file.address().to_string(), url.clone()), (url, back.to_string())] {
        let start = || {
            let mut command = Command::new(TRENTE);
            command.args(["copy", "--from", &from, "--to", &to]).stdout(Stdio::null()).stderr(Stdio::null());
            command.spawn().unwrap()
        };
        let mut killed = 0;
        for after in [120, 250, 400, 600] {
            let mut child = start();
            std::thread::sleep(Duration::from_millis(after));
            if child.try_wait().unwrap().is_none() {
                killed += 1;
                child.kill().unwrap();
            }
            child.wait().unwrap();
        }
        assert!(killed > 0, "every copy was quicker than its kill");
        assert!(start().wait().unwrap().success());
    }
    let all = whole(&file, &file.address());
    assert_eq!(whole(&backend, &database), all);
    assert_eq!(whole(&file, &back), all);
}
