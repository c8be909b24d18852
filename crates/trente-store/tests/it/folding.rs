//! The fold is order-free: any order, repetition and split of the same frames gives equal tables, and the daily
//! counts are a recount of the responses.

use proptest::prelude::*;
use rusqlite::{Connection, params};
use trente_store::clock::DAY_MS;
use trente_store::fold::Layouts;
use trente_store::inbound::Inbound;
use trente_store::sqlite::fold::fold;
use trente_store::sqlite::schema;
use trente_testing::Folder;
use trente_testing::arrivals::arrival;
use trente_testing::frames::{bytes, frame, survey};
use trente_testing::recount::recount_differs;
use trente_testing::stores::add_site;

fn database() -> (Folder, Connection) {
    let folder = Folder::new();
    add_site(&folder.database(), "olive", &["https://shop.example"]);
    let connection = schema::open(&folder.database(), false).unwrap();
    connection.pragma_update(None, "synchronous", "off").unwrap();
    (folder, connection)
}

fn arrive(connection: &Connection, arrival: &Inbound) {
    connection
        .execute(
            "insert into inbox (received_ms, verified, aside, frame) values (?1, ?2, ?3, ?4)",
            params![arrival.received_ms, arrival.verified, arrival.aside, arrival.bytes],
        )
        .unwrap();
}

fn fold_all(connection: &mut Connection, rows: usize) {
    let mut layouts = Layouts::default();
    while fold(connection, &mut layouts, rows).unwrap().rows > 0 {}
}

/// Every row of the folded tables, as text.
pub fn tables(connection: &Connection) -> Vec<String> {
    let mut lines = Vec::new();
    for (table, columns) in [
        ("response", "hex(survey)||hex(rid)||'|'||day||'|'||verified||'|'||rev||'|'||key||'|'||elapsed||'|'||score||'|'||class
            ||'|'||flags||'|'||coalesce(primary_cause,'-')||coalesce(secondary_cause,'-')||'|'||channel||'|'||coalesce(verbatim,'-')||hex(frame)
            ||'|'||aside||'|'||asides"),
        ("aside", "hex(survey)||hex(rid)||'|'||hex(frame)||'|'||day"),
        ("daily", "hex(survey)||'|'||ver||'|'||day||'|'||verified||'|'||channel||'|'||kind||'|'||key||'|'||n"),
        ("daily_part", "hex(survey)||'|'||ver||'|'||day||'|'||verified||'|'||channel||'|'||locale||'|'||hex(counts)"),
        ("inbox", "id"),
        ("stray", "id"),
    ] {
        let mut statement = connection.prepare(&format!("select {columns} from {table} order by 1")).unwrap();
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        lines.extend(rows.map(|line| format!("{table} {}", line.unwrap())));
    }
    lines
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_order_repetition_and_split_gives_equal_tables(
        (once, shuffled) in prop::collection::vec(arrival(), 1..24).prop_flat_map(|arrivals| {
            let twice: Vec<_> = arrivals.iter().chain(&arrivals).cloned().collect();
            (Just(arrivals), Just(twice).prop_shuffle())
        }),
        split in 1usize..7,
    ) {
        let (_left, mut whole) = database();
        for arrival in &once {
            arrive(&whole, arrival);
        }
        fold_all(&mut whole, 1000);

        let (_right, mut pieces) = database();
        for (index, arrival) in shuffled.iter().enumerate() {
            arrive(&pieces, arrival);
            // Folds fall anywhere between arrivals.
            if index % split == 0 {
                fold_all(&mut pieces, split);
            }
        }
        fold_all(&mut pieces, split);

        prop_assert_eq!(tables(&whole), tables(&pieces));
        prop_assert_eq!(recount_differs(&whole), 0);
        prop_assert_eq!(recount_differs(&pieces), 0);
    }
}

#[test]
fn what_cannot_be_folded_is_set_aside_and_never_lost() {
    let (_folder, mut connection) = database();
    let bytes = bytes(&frame(survey("olive"), 1));
    let good = Inbound { received_ms: DAY_MS, verified: false, aside: false, bytes };
    let foreign = Inbound { bytes: trente_testing::frames::bytes(&frame(survey("nobody"), 2)), ..good.clone() };
    let cut = Inbound { bytes: good.bytes[..18].to_vec(), ..good.clone() };
    for arrival in [&foreign, &good, &cut] {
        arrive(&connection, arrival);
    }
    fold_all(&mut connection, 10);
    let count = |table: &str| -> u64 {
        connection.query_row(&format!("select count(*) from {table}"), [], |row| row.get(0)).unwrap()
    };
    assert_eq!((count("inbox"), count("stray"), count("response")), (0, 2, 1));
}

#[test]
fn other_databases_are_left_alone() {
    let folder = Folder::new();
    let path = folder.database();
    Connection::open(&path).unwrap().execute_batch("create table theirs (a)").unwrap();
    let before = std::fs::read(&path).unwrap();
    assert_eq!(schema::open(&path, true).unwrap_err().to_string(), "the database is not one of trente's");
    assert_eq!(std::fs::read(&path).unwrap(), before);

    let newer = Folder::new();
    add_site(&newer.database(), "olive", &[]);
    Connection::open(newer.database()).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let error = schema::open(&newer.database(), true).unwrap_err();
    let error = error.to_string();
    let known = error.strip_prefix("the database has version 99, this trente knows up to ").unwrap();
    assert!(known.parse::<u64>().is_ok_and(|known| (8..99).contains(&known)), "{error}");
}
