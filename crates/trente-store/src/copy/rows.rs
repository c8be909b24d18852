//! Database-neutral rows of a copy, and the difference of two sets of them.

use std::cmp::Ordering;

use super::by_key;
use super::tables::Table;

/// A value. Its order is the order in which both stores hand out rows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// No value.
    Null,
    /// A whole number.
    Number(i64),
    /// True or false.
    Flag(bool),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Words.
    Text(String),
}

/// A row: a value for each column of its table.
pub type Row = Vec<Value>;

impl Value {
    /// Hands its kind, its length and its bytes to a hash, so that no two rows feed the same.
    pub fn feed(&self, mut to: impl FnMut(&[u8])) {
        match self {
            Self::Null => to(&[0]),
            Self::Number(number) => {
                to(&[1]);
                to(&number.to_be_bytes());
            }
            Self::Flag(flag) => to(&[2, u8::from(*flag)]),
            Self::Bytes(bytes) => {
                to(&[3]);
                to(&(bytes.len() as u64).to_be_bytes());
                to(bytes);
            }
            Self::Text(text) => {
                to(&[4]);
                to(&(text.len() as u64).to_be_bytes());
                to(text.as_bytes());
            }
        }
    }

    /// The value for a person.
    pub fn shown(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Number(number) => number.to_string(),
            Self::Flag(flag) => flag.to_string(),
            Self::Bytes(bytes) => crate::encoding::hex(bytes),
            Self::Text(text) => text.clone(),
        }
    }
}

/// What has to be done to one set of rows so that it becomes another.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Rows that go.
    pub gone: Vec<Row>,
    /// Rows whose other columns change, as they were and as they become.
    pub changed: Vec<(Row, Row)>,
    /// Rows that come.
    pub new: Vec<Row>,
}

impl Difference {
    /// Between two sets of rows in the order of their key.
    pub fn between(table: &Table, ours: Vec<Row>, theirs: Vec<Row>) -> Self {
        let mut difference = Self::default();
        let (mut ours, mut theirs) = (ours.into_iter().peekable(), theirs.into_iter().peekable());
        loop {
            let order = match (ours.peek(), theirs.peek()) {
                (Some(our), Some(their)) => by_key(table, our, their),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => return difference,
            };
            match order {
                Ordering::Less => difference.gone.extend(ours.next()),
                Ordering::Greater => difference.new.extend(theirs.next()),
                Ordering::Equal => {
                    if let (Some(our), Some(their)) = (ours.next(), theirs.next())
                        && our != their
                    {
                        difference.changed.push((our, their));
                    }
                }
            }
        }
    }

    /// The changed rows, first those that stop being what only one row may be, as the survey that a site asks now.
    pub fn changed(&self) -> impl Iterator<Item = (&Row, &Row)> {
        let stops = |(old, new): &&(Row, Row)| {
            old.iter().zip(new).any(|pair| pair == (&Value::Flag(true), &Value::Flag(false)))
        };
        let (first, then): (Vec<_>, Vec<_>) = self.changed.iter().partition(stops);
        first.into_iter().chain(then).map(|(old, new)| (old, new))
    }

    /// Whether nothing has to be done.
    pub fn is_empty(&self) -> bool {
        self.rows() == 0
    }

    /// How many rows it touches.
    pub fn rows(&self) -> u64 {
        (self.gone.len() + self.changed.len() + self.new.len()) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::copy::tables::TABLES;

    #[test]
    fn a_difference_is_what_goes_what_changes_and_what_comes() {
        let origins = TABLES.iter().find(|table| table.name == "survey").unwrap();
        let row = |id: u8, current: bool| vec![Value::Bytes(vec![id]), Value::Number(1), Value::Flag(current)];
        let ours = vec![row(1, true), row(2, false), row(4, false), row(9, false)];
        let theirs = vec![row(2, true), row(3, false), row(4, false)];
        let difference = Difference::between(origins, ours, theirs);
        assert_eq!(difference.gone, [row(1, true), row(9, false)]);
        assert_eq!(difference.changed, [(row(2, false), row(2, true))]);
        assert_eq!(difference.new, [row(3, false)]);
        assert_eq!((difference.rows(), difference.is_empty()), (4, false));
    }

    #[test]
    fn no_two_values_feed_a_hash_alike() {
        let fed = |values: &[Value]| {
            let mut bytes = Vec::new();
            values.iter().for_each(|value| value.feed(|more| bytes.extend_from_slice(more)));
            bytes
        };
        let text = |text: &str| Value::Text(text.to_owned());
        assert_ne!(fed(&[text("ab"), text("c")]), fed(&[text("a"), text("bc")]));
        assert_ne!(fed(&[Value::Null, text("")]), fed(&[text(""), Value::Null]));
        assert_ne!(fed(&[text("a")]), fed(&[Value::Bytes(vec![b'a'])]));
        assert_ne!(fed(&[Value::Flag(true)]), fed(&[Value::Number(1)]));
    }
}
