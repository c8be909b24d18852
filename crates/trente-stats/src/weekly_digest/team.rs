//! Recipients of the weekly digest: a team (docs/lessons.md 0g).

/// The addresses of a team, each once; at least one, unless it is a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team(Vec<String>);

/// Why a list is no team.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TeamError {
    /// The list is empty.
    #[error("the weekly goes to a team: name at least one address")]
    Empty,
    /// It is no address: one `@` with something on both sides, and no white space.
    #[error("`{0}` is not an address")]
    Address(String),
}

impl Team {
    /// The team of these addresses, in their order; one that is given twice is there once.
    ///
    /// # Errors
    /// [`TeamError`]
    pub fn new(addresses: impl IntoIterator<Item = String>) -> Result<Self, TeamError> {
        let mut team = Vec::new();
        for address in addresses {
            if !is_address(&address) {
                return Err(TeamError::Address(address));
            }
            if !team.contains(&address) {
                team.push(address);
            }
        }
        if team.is_empty() { Err(TeamError::Empty) } else { Ok(Self(team)) }
    }

    /// No person: the weekly goes to a program.
    pub const fn program() -> Self {
        Self(Vec::new())
    }

    /// The addresses.
    pub fn addresses(&self) -> &[String] {
        &self.0
    }
}

/// Whether mail could go there: one `@` with something on both sides, no white space and no control character.
pub fn is_address(text: &str) -> bool {
    let parts = text.split_once('@');
    let whole = |part: &str| !part.is_empty() && !part.contains('@');
    parts.is_some_and(|(name, host)| whole(name) && whole(host))
        && !text.chars().any(|character| character.is_whitespace() || character.is_control() || character == ',')
}
