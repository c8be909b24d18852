//! Set-up code of the first account: proves that the person who makes it can read what the service prints.
//!
//! Until there is an account, the page for the first one is open to all who reach the inner listener. So it asks for a
//! code that the service prints where it was started: a new one at each start, kept in memory alone, and worth nothing
//! once there is an account.

use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Random bytes of a code: 80 bits, behind the limit of failed sign-ins.
const BYTES: usize = 10;
/// Characters between two hyphens.
const GROUP: usize = 4;

/// A code.
pub struct SetupCode {
    text: Zeroizing<String>,
    hash: [u8; 32],
}

impl SetupCode {
    /// A new one.
    ///
    /// # Errors
    /// When the machine gives no random bytes.
    pub fn new() -> Result<Self, getrandom::Error> {
        let mut bytes = Zeroizing::new([0; BYTES]);
        getrandom::fill(&mut *bytes)?;
        let text = Zeroizing::new(BASE32_NOPAD.encode(&*bytes));
        Ok(Self { hash: hash(&text), text })
    }

    /// As it is printed: four groups of four characters.
    pub fn text(&self) -> Zeroizing<String> {
        let characters: Vec<char> = self.text.chars().collect();
        let groups: Vec<String> = characters.chunks(GROUP).map(|group| group.iter().collect()).collect();
        Zeroizing::new(groups.join("-"))
    }

    /// Whether this is it, however it was typed. Hashes are compared, so that the time tells nothing of the code.
    pub fn is(&self, typed: &str) -> bool {
        hash(typed) == self.hash
    }
}

/// The hash of the letters and digits alone.
fn hash(text: &str) -> [u8; 32] {
    let plain: Zeroizing<String> = Zeroizing::new(
        text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect(),
    );
    Sha256::digest(plain.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_right_however_it_is_typed_and_no_other_is() {
        let (code, other) = (SetupCode::new().unwrap(), SetupCode::new().unwrap());
        let text = code.text();
        assert_eq!((text.len(), text.matches('-').count()), (19, 3));
        assert!(code.is(&text) && code.is(&text.to_lowercase()) && code.is(&text.replace('-', " ")));
        assert!(!code.is(&other.text()) && !code.is("") && !code.is(&text[..18]) && !code.is(&format!("{}A", *text)));
    }
}
