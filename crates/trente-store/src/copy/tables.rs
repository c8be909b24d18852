//! List of the tables to copy, and their columns: the same in both stores.

use std::collections::BTreeMap;

/// A table.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns, those of its key first.
    pub columns: &'static [Column],
    /// How many columns are its key, by which it is read in order.
    pub keys: usize,
    /// Columns that PostgreSQL has besides these, and how it makes them of these.
    pub derived: &'static [(&'static str, &'static str)],
}

impl Table {
    /// The names of its columns.
    pub fn column_names(&self) -> Vec<&'static str> {
        self.columns.iter().map(|column| column.name).collect()
    }
}

/// A column.
#[derive(Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What its values are.
    pub kind: Kind,
}

/// What the values of a column are; any may be null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers.
    Number,
    /// True or false: 1 or 0 in SQLite.
    Flag,
    /// Bytes.
    Bytes,
    /// Words.
    Text,
}

const fn number(name: &'static str) -> Column {
    Column { name, kind: Kind::Number }
}

const fn flag(name: &'static str) -> Column {
    Column { name, kind: Kind::Flag }
}

const fn bytes(name: &'static str) -> Column {
    Column { name, kind: Kind::Bytes }
}

const fn text(name: &'static str) -> Column {
    Column { name, kind: Kind::Text }
}

/// A frame's own survey and response, which PostgreSQL has in columns.
const PLACE: &[(&str, &str)] = &[
    ("survey", "case when octet_length(frame) >= 5 then substring(frame from 2 for 4) else '' end"),
    ("rid", "case when octet_length(frame) >= 13 then substring(frame from 6 for 8) else '' end"),
];

/// Every table, a parent before its children.
pub static TABLES: &[Table] = &[
    Table {
        name: "site",
        columns: &[
            number("id"),
            text("name"),
            bytes("key"),
            number("created_ms"),
            flag("any_origin"),
            bytes("former_key"),
            number("retention_days"),
            text("time_zone"),
            flag("demonstration"),
            number("desk_days"),
            number("contact_days"),
            number("closed_ms"),
        ],
        keys: 1,
        derived: &[],
    },
    Table {
        name: "annotation",
        columns: &[number("site"), number("day"), number("id"), text("text")],
        keys: 3,
        derived: &[],
    },
    Table { name: "orders_asked", columns: &[number("site"), number("day"), number("n")], keys: 2, derived: &[] },
    Table { name: "site_seen", columns: &[number("site"), number("seen_ms")], keys: 1, derived: &[] },
    Table { name: "site_origin", columns: &[number("site"), text("origin")], keys: 2, derived: &[] },
    Table {
        name: "survey",
        columns: &[bytes("id"), number("site"), text("definition"), flag("current"), number("created_ms")],
        keys: 1,
        derived: &[],
    },
    Table {
        name: "inbox",
        columns: &[number("id"), number("received_ms"), flag("verified"), bytes("frame"), flag("aside")],
        keys: 1,
        derived: PLACE,
    },
    Table {
        name: "stray",
        columns: &[number("id"), number("received_ms"), flag("verified"), bytes("frame")],
        keys: 1,
        derived: PLACE,
    },
    Table {
        name: "response",
        columns: &[
            bytes("survey"),
            bytes("rid"),
            number("day"),
            flag("verified"),
            number("rev"),
            number("key"),
            number("elapsed"),
            number("locale"),
            number("score"),
            number("class"),
            number("flags"),
            number("primary_cause"),
            number("secondary_cause"),
            number("channel"),
            text("verbatim"),
            bytes("frame"),
            flag("aside"),
            number("asides"),
        ],
        keys: 2,
        derived: &[],
    },
    Table {
        name: "aside",
        columns: &[bytes("survey"), bytes("rid"), bytes("frame"), number("day")],
        keys: 3,
        derived: &[],
    },
    Table {
        name: "contact",
        columns: &[
            bytes("survey"),
            bytes("rid"),
            number("received_ms"),
            number("rev"),
            flag("verified"),
            bytes("key"),
            bytes("sealed"),
        ],
        keys: 2,
        derived: &[],
    },
    Table {
        name: "recovery",
        columns: &[
            bytes("survey"),
            bytes("rid"),
            number("site"),
            number("received_ms"),
            flag("lost"),
            number("seen_ms"),
            number("answered_ms"),
            text("note"),
        ],
        keys: 2,
        derived: &[],
    },
    Table {
        name: "daily",
        columns: &[
            bytes("survey"),
            number("ver"),
            number("day"),
            flag("verified"),
            number("channel"),
            number("kind"),
            number("key"),
            number("n"),
        ],
        keys: 7,
        derived: &[],
    },
    Table {
        name: "daily_part",
        columns: &[
            bytes("survey"),
            number("ver"),
            number("day"),
            flag("verified"),
            number("channel"),
            number("locale"),
            bytes("counts"),
        ],
        keys: 6,
        derived: &[],
    },
    Table { name: "part_due", columns: &[bytes("survey"), bytes("rid")], keys: 1, derived: &[] },
    Table {
        name: "account",
        columns: &[text("name"), text("hash"), number("created_ms"), number("role"), flag("every_site")],
        keys: 1,
        derived: &[],
    },
    Table { name: "account_site", columns: &[text("account"), number("site")], keys: 2, derived: &[] },
    Table {
        name: "mail_choice",
        columns: &[
            text("account"),
            text("address"),
            text("language"),
            number("alerts"),
            flag("digest"),
            number("since_ms"),
            bytes("secret"),
        ],
        keys: 1,
        derived: &[],
    },
    Table {
        name: "notice",
        columns: &[
            text("id"),
            text("account"),
            number("site"),
            number("kind"),
            number("day"),
            bytes("survey"),
            bytes("rid"),
            number("created_ms"),
            number("due_ms"),
            number("tries"),
            number("outcome"),
        ],
        keys: 1,
        derived: &[],
    },
    Table {
        name: "session",
        columns: &[
            bytes("hash"),
            text("account"),
            number("created_ms"),
            number("seen_ms"),
            bytes("device"),
            number("stage"),
            flag("lasting"),
        ],
        keys: 1,
        derived: &[],
    },
    Table {
        name: "second_factor",
        columns: &[text("account"), flag("confirmed"), bytes("secret"), number("step")],
        keys: 2,
        derived: &[],
    },
    Table { name: "recovery_code", columns: &[text("account"), bytes("hash")], keys: 2, derived: &[] },
    Table { name: "device", columns: &[bytes("hash"), text("account"), number("created_ms")], keys: 1, derived: &[] },
    Table {
        name: "token",
        columns: &[
            bytes("hash"),
            text("name"),
            number("scopes"),
            number("site"),
            number("created_ms"),
            number("expires_ms"),
            number("used_ms"),
        ],
        keys: 1,
        derived: &[],
    },
    Table {
        name: "audit",
        columns: &[number("id"), number("at_ms"), text("actor"), text("act"), text("subject")],
        keys: 1,
        derived: &[],
    },
    Table { name: "erasure", columns: &[bytes("survey"), bytes("rid"), number("at_ms")], keys: 2, derived: &[] },
    Table { name: "tombstone", columns: &[bytes("survey"), bytes("rid"), number("until_ms")], keys: 2, derived: &[] },
    Table {
        name: "webhook",
        columns: &[
            number("id"),
            number("site"),
            text("url"),
            bytes("secret"),
            number("created_ms"),
            number("failing_ms"),
            number("gone_ms"),
            number("events"),
        ],
        keys: 1,
        derived: &[],
    },
    Table {
        name: "attempt",
        columns: &[
            number("webhook"),
            number("number"),
            number("at_ms"),
            number("tries"),
            number("outcome"),
            text("said"),
        ],
        keys: 2,
        derived: &[],
    },
    Table {
        name: "delivery",
        columns: &[bytes("survey"), bytes("rid"), number("webhook"), number("due_ms"), number("tries")],
        keys: 3,
        derived: &[],
    },
    Table {
        name: "bulletin",
        columns: &[
            number("webhook"),
            text("id"),
            text("message"),
            number("kind"),
            number("day"),
            bytes("survey"),
            bytes("rid"),
            number("created_ms"),
            number("due_ms"),
            number("tries"),
        ],
        keys: 2,
        derived: &[],
    },
    Table {
        name: "bundle_file",
        columns: &[bytes("bundle"), text("path"), number("seen_ms"), bytes("content")],
        keys: 2,
        derived: &[],
    },
];

/// Tables that belong to one database and are not copied: its version, and what it tells its services and a copy.
const OWN: [&str; 3] = ["trente", "catalog", "copying"];

/// The sites, by which a target is known as one of the same source.
pub fn site() -> &'static Table {
    static SITE: Table =
        Table { name: "site", columns: &[number("id"), text("name"), number("created_ms")], keys: 1, derived: &[] };
    &SITE
}

/// The first table or column of a database, given as columns by table, that is not listed here.
pub fn unlisted(found: &BTreeMap<String, Vec<String>>) -> Option<String> {
    for (name, columns) in found.iter().filter(|(name, _)| !OWN.contains(&name.as_str())) {
        let Some(table) = TABLES.iter().find(|table| table.name == *name) else {
            return Some(format!("table `{name}`"));
        };
        let listed = |wanted: &String| {
            table.columns.iter().any(|column| column.name == wanted)
                || table.derived.iter().any(|(column, _)| column == wanted)
        };
        if let Some(column) = columns.iter().find(|column| !listed(column)) {
            return Some(format!("column `{column}` of table `{name}`"));
        }
    }
    None
}
