//! Passwords: argon2id, two at a time.
//!
//! Not here: how often somebody may try ([`super::gate`]), and where the hashes are (the store).

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use thiserror::Error;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// Memory of one hash in KiB. **Source**: docs/design/collector.md#passwords-and-sessions, the OWASP password storage
/// cheat sheet's first choice.
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over that memory.
const PASSES: u32 = 2;
/// Hashes at one time: 38 MiB, whatever comes in.
const AT_ONCE: usize = 2;

/// Characters of a password, at least. **Source**: OWASP ASVS 5.0, 6.2.1 (8 at least, 15 recommended).
pub const CHARACTERS_MIN: usize = 12;
/// Bytes of a password, at most: a form has to end somewhere.
pub const BYTES_MAX: usize = 256;

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PasswordError {
    /// Too short or too long.
    #[error("a password has 12 characters or more, and 256 bytes at most")]
    Length,
    /// The hash cannot be made: no memory, no random bytes.
    #[error("the password cannot be hashed")]
    Hash,
}

/// A password on its way to its hash; overwritten when it is dropped.
pub type Password = Zeroizing<String>;

/// What a name that nobody has is compared with, so that it takes as long as one that somebody has. No password has this
/// hash: it is zeros.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$dHJlbnRlIG5vYm9keSAhIQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Hashes and verifies passwords.
#[derive(Debug)]
pub struct Passwords {
    permits: Semaphore,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { permits: Semaphore::new(AT_ONCE) }
    }
}

impl Passwords {
    /// Whether `password` is the one that `hash` was made of. A name that nobody has has no hash, and no password.
    pub async fn verify(&self, password: Password, hash: Option<String>) -> bool {
        let (known, hash) = (hash.is_some(), hash.unwrap_or_else(|| NOBODY.to_owned()));
        let same = self.run(move || verify(&password, &hash)).await;
        known && same.unwrap_or(false)
    }

    /// The hash of a new password.
    ///
    /// # Errors
    /// [`PasswordError`]
    pub async fn hash(&self, password: Password) -> Result<String, PasswordError> {
        self.run(move || hash(&password)).await.unwrap_or(Err(PasswordError::Hash))
    }

    /// Hashing takes some ten milliseconds of a processor, so it waits for its turn and has a thread of its own.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let _permit = self.permits.acquire().await.ok()?;
        tokio::task::spawn_blocking(work).await.ok()
    }
}

/// The hash of a new password, in the PHC format.
///
/// # Errors
/// [`PasswordError`]
pub fn hash(password: &Password) -> Result<String, PasswordError> {
    if password.chars().count() < CHARACTERS_MIN || password.len() > BYTES_MAX {
        return Err(PasswordError::Length);
    }
    let hash = argon()?.hash_password(password.as_bytes()).map_err(|_| PasswordError::Hash)?;
    Ok(hash.to_string())
}

fn verify(password: &Password, hash: &str) -> bool {
    // The parameters are those of the hash, so that a change of ours leaves earlier ones valid.
    password.len() <= BYTES_MAX && argon().is_ok_and(|argon| argon.verify_password(password.as_bytes(), hash).is_ok())
}

fn argon() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|_| PasswordError::Hash)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Zeroizing::new(text.to_owned())
    }

    #[test]
    fn a_hash_is_argon2id_of_19_mib_and_verifies_its_password_alone() {
        let made = hash(&password("un long secret")).unwrap();
        assert!(made.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{made}");
        assert!(verify(&password("un long secret"), &made));
        assert!(!verify(&password("un long secreT"), &made));
        assert!(!verify(&password("un long secret"), "nonsense"));
        assert_ne!(made, hash(&password("un long secret")).unwrap(), "each has a salt of its own");
    }

    #[test]
    fn short_and_endless_passwords_are_refused() {
        for text in ["", "elevenchars", &"a".repeat(BYTES_MAX + 1)] {
            assert_eq!(hash(&password(text)), Err(PasswordError::Length), "{}", text.len());
        }
        // Characters are counted, not bytes, and a sentence is welcome.
        assert!(hash(&password("héhéhéhéhéhé")).is_ok());
        assert_eq!(hash(&password("héhéhéhéhé")), Err(PasswordError::Length));
    }

    #[test]
    fn a_name_that_nobody_has_costs_as_much_as_any_other() {
        let made = hash(&password("un long secret")).unwrap();
        let parameters = |hash: &str| hash.rsplitn(3, '$').nth(2).map(str::to_owned);
        assert_eq!(parameters(NOBODY), parameters(&made));
        assert_eq!(NOBODY.len(), made.len());
    }

    #[tokio::test]
    async fn a_name_that_nobody_has_never_verifies() {
        let passwords = Passwords::default();
        assert!(!passwords.verify(password(&"0".repeat(CHARACTERS_MIN)), None).await);
        let known = passwords.hash(password("un long secret")).await.unwrap();
        assert!(passwords.verify(password("un long secret"), Some(known)).await);
    }
}
