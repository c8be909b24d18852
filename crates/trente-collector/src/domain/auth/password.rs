//! Password hashing with argon2id, and the rules for a new password.
//!
//! Not here: the rate limit of failed sign-ins ([`super::login_limiter`]), and where the hashes are (the store).

mod common;
mod workers;

use argon2::password_hash::phc::{Output, ParamsString, Salt};
use argon2::{Algorithm, Argon2, Params, PasswordHash, Version};
use thiserror::Error;
use zeroize::Zeroizing;

use self::workers::{Memory, Work, Workers};

pub use self::workers::Lane;

/// Memory of one hash in KiB. **Source**: the OWASP password storage cheat sheet's first choice.
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over that memory.
const PASSES: u32 = 2;

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
    /// It is common, or made of a known name.
    #[error(
        "this password is too easy to guess: it is common, or made of the name of the account, of a site or of Trente, \
         of repetitions or of neighbouring keys; take a sentence of your own"
    )]
    Easy,
    /// The hash cannot be made: no memory, no random bytes.
    #[error("the password cannot be hashed")]
    Hash,
    /// It is another password.
    #[error("the password is wrong")]
    Wrong,
    /// Too many wait for their turn already.
    #[error("too many passwords are being checked; try again in a moment")]
    Busy,
}

/// A password on its way to its hash; overwritten when it is dropped.
pub type Password = Zeroizing<String>;

/// What the password of a name without an account is compared with, so that it takes as long as one that an account has. No password has this
/// hash: it is zeros.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$dHJlbnRlIG5vYm9keSAhIQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Hashes and verifies passwords.
pub struct Passwords {
    workers: Workers,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { workers: Workers::start() }
    }
}

impl Passwords {
    /// Whether a password would be looked at now; asked before anything else is done for a request.
    pub fn has_room(&self, lane: Lane) -> bool {
        self.workers.has_room(lane)
    }

    /// Whether `password` is the one that `hash` was made of. A name without an account has no hash, and no password.
    ///
    /// # Errors
    /// [`PasswordError::Busy`] when too many wait already.
    pub async fn verify(&self, lane: Lane, password: Password, hash: Option<String>) -> Result<bool, PasswordError> {
        let (known, hash) = (hash.is_some(), hash.unwrap_or_else(|| NOBODY.to_owned()));
        match self.workers.run(lane, password, Work::Verify(hash)).await {
            Err(PasswordError::Busy) => Err(PasswordError::Busy),
            same => Ok(known && same.is_ok()),
        }
    }

    /// The hash of a new password.
    ///
    /// # Errors
    /// [`PasswordError`]
    pub async fn hash(&self, password: Password) -> Result<String, PasswordError> {
        check(&password)?;
        self.workers.run(Lane::Known, password, Work::Hash).await
    }
}

/// Whether a new password may be taken: long enough, and not one of those that are guessed first. `names` are those of
/// the account and of the sites. Passwords from before this rule go on being right.
///
/// # Errors
/// [`PasswordError::Length`], [`PasswordError::Easy`].
pub fn accept(password: &Password, names: &[String]) -> Result<(), PasswordError> {
    check(password)?;
    if common::is_easy(password, names) { Err(PasswordError::Easy) } else { Ok(()) }
}

/// Whether a new password is long enough and ends somewhere.
fn check(password: &Password) -> Result<(), PasswordError> {
    if password.chars().count() < CHARACTERS_MIN || password.len() > BYTES_MAX {
        return Err(PasswordError::Length);
    }
    Ok(())
}

/// The hash of a new password, in the PHC format, in memory of its own: for a command that ends soon.
///
/// # Errors
/// [`PasswordError`]
pub fn hash(password: &Password) -> Result<String, PasswordError> {
    check(password)?;
    hash_in(&mut Memory::default(), password)
}

fn hash_in(memory: &mut Memory, password: &Password) -> Result<String, PasswordError> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|_| PasswordError::Hash)?;
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|_| PasswordError::Hash)?;
    let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
    let blocks = memory.blocks(params.block_count())?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    argon
        .hash_password_into_with_memory(password.as_bytes(), &salt, &mut output, blocks)
        .map_err(|_| PasswordError::Hash)?;
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).map_err(|_| PasswordError::Hash)?,
        salt: Some(Salt::new(&salt).map_err(|_| PasswordError::Hash)?),
        hash: Some(Output::new(&output).map_err(|_| PasswordError::Hash)?),
    };
    Ok(hash.to_string())
}

/// The parameters are those of the hash, so that a change of ours leaves earlier ones valid.
fn verify_in(memory: &mut Memory, password: &Password, hash: &str) -> Result<(), PasswordError> {
    if password.len() > BYTES_MAX {
        return Err(PasswordError::Wrong);
    }
    let known = PasswordHash::new(hash).map_err(|_| PasswordError::Hash)?;
    let (Some(salt), Some(wanted)) = (known.salt, known.hash) else { return Err(PasswordError::Hash) };
    let algorithm = Algorithm::try_from(known.algorithm.as_str()).map_err(|_| PasswordError::Hash)?;
    let version = Version::try_from(known.version.unwrap_or(Version::V0x13.into())).map_err(|_| PasswordError::Hash)?;
    let params = Params::try_from(&known).map_err(|_| PasswordError::Hash)?;
    let mut buffer = [0; Output::MAX_LENGTH];
    let output = buffer.get_mut(..wanted.len()).ok_or(PasswordError::Hash)?;
    let blocks = memory.blocks(params.block_count())?;
    Argon2::new(algorithm, version, params)
        .hash_password_into_with_memory(password.as_bytes(), &salt, output, blocks)
        .map_err(|_| PasswordError::Hash)?;
    // Outputs are compared in constant time.
    let found = Output::new(output).map_err(|_| PasswordError::Hash)?;
    if found == wanted { Ok(()) } else { Err(PasswordError::Wrong) }
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
        let verify = |text: &str, hash: &str| verify_in(&mut Memory::default(), &password(text), hash);
        assert_eq!(verify("un long secret", &made), Ok(()));
        assert_eq!(verify("un long secreT", &made), Err(PasswordError::Wrong));
        assert_eq!(verify("un long secret", "nonsense"), Err(PasswordError::Hash));
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
        let verify = |text: &str, hash| passwords.verify(Lane::Stranger, password(text), hash);
        assert_eq!(verify(&"0".repeat(CHARACTERS_MIN), None).await, Ok(false));
        let known = passwords.hash(password("un long secret")).await.unwrap();
        assert_eq!(verify("un long secret", Some(known.clone())).await, Ok(true));
        assert_eq!(verify("another long one", Some(known)).await, Ok(false));
    }

    /// A hash that an earlier version made, with argon2's own allocation.
    #[test]
    fn hashes_of_earlier_versions_verify() {
        use argon2::PasswordHasher;
        let params = Params::new(8 * 1024, 3, 1, None).unwrap();
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let made = argon.hash_password(b"un long secret").unwrap().to_string();
        let mut memory = Memory::default();
        assert_eq!(verify_in(&mut memory, &password("un long secret"), &made), Ok(()));
        assert_eq!(verify_in(&mut memory, &password("un long secreT"), &made), Err(PasswordError::Wrong));
    }
}
