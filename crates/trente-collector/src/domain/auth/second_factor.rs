//! Second factor: codes of an authenticator app (TOTP), and recovery codes for a lost phone.
//!
//! **Source**: RFC 6238 with SHA-1, six digits and steps of 30 seconds, which every app knows. A code of the step
//! before or after is taken too, and none is taken twice: the store remembers the step of the last one.

use std::fmt::Write;

use data_encoding::BASE32_NOPAD;
use qrcodegen::{QrCode, QrCodeEcc};
use totp_rs::{Builder, Secret};
use trente_store::model::second_factor::{Proof, Shared};
use trente_store::model::secret::SecretHash;
use zeroize::Zeroizing;

/// Recovery codes of an account.
pub const RECOVERY_CODES: usize = 10;
/// Bytes of one: 120 bits, so that a hash without salt or cost is enough. **Source**: OWASP ASVS 5.0, 6.5.2 (112 bits).
const RECOVERY_BYTES: usize = 15;

/// A new secret.
///
/// # Errors
/// The machine gives no random bytes.
pub fn new_shared() -> Result<Shared, getrandom::Error> {
    let mut bytes = [0; 20];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// New recovery codes as their holder has them: six groups of four letters and digits.
///
/// # Errors
/// The machine gives no random bytes.
pub fn new_recovery_codes() -> Result<Vec<String>, getrandom::Error> {
    let one = |_| {
        let mut bytes = [0; RECOVERY_BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(grouped(&BASE32_NOPAD.encode(&bytes).to_ascii_lowercase()))
    };
    (0..RECOVERY_CODES).map(one).collect()
}

/// What is kept of a recovery code, however it is written.
pub fn recovery_hash(code: &str) -> SecretHash {
    SecretHash::of(&plain(code))
}

/// Reads what the person typed: the step of a code that the app shows about now, or else a recovery code. Whether
/// either was used before is for the store to say.
pub fn read(shared: &Shared, typed: &str, now_ms: u64) -> Option<Proof> {
    let code = plain(typed);
    if code.len() == 6 {
        return step(shared, &code, now_ms).map(Proof::Step);
    }
    let length = RECOVERY_BYTES * 8 / 5;
    (code.len() == length).then(|| Proof::Recovery(SecretHash::of(&code)))
}

/// The time step of a code that the app shows about now.
pub fn step(shared: &Shared, code: &str, now_ms: u64) -> Option<u64> {
    let totp = Builder::new().with_secret(Secret::new_stack(*shared)).build().ok()?;
    totp.check(&plain(code), now_ms / 1000)
}

/// Without what people put between the groups, in lower case.
fn plain(typed: &str) -> Zeroizing<String> {
    Zeroizing::new(
        typed.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect(),
    )
}

fn grouped(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// The secret for typing into an app.
pub fn text(shared: &Shared) -> String {
    BASE32_NOPAD.encode(shared).as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}

/// The secret as a link that apps know. **Source**: the key URI format of Google Authenticator.
pub fn uri(shared: &Shared, account: &str) -> String {
    // Names of accounts are letters, digits and `-._@`, of which only the last is to be escaped.
    let account = account.replace('@', "%40");
    format!("otpauth://totp/Trente:{account}?secret={}&issuer=Trente", BASE32_NOPAD.encode(shared))
}

/// A QR code: its side in modules with the quiet zone, and its dark modules as an SVG path.
pub fn picture(text: &str) -> Option<(i32, String)> {
    const QUIET: i32 = 4;
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|&x| code.get_module(x, y)) {
            // Writing into a string does not fail.
            let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    Some((code.size() + 2 * QUIET, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RFC: Shared = *b"12345678901234567890";

    /// The test vectors of RFC 6238, appendix B, of which six digits are left.
    #[test]
    fn codes_are_those_of_rfc_6238() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let now_ms = seconds * 1000;
            assert_eq!(step(&RFC, code, now_ms), Some(seconds / 30), "{seconds}");
            // One step early or late is taken, two are not.
            for (off, taken) in [(-60i64, false), (-30, true), (30, true), (60, false), (90, false)] {
                let then = u64::try_from(seconds as i64 + off).map(|seconds| seconds * 1000);
                let Ok(then) = then else { continue };
                let found = step(&RFC, code, then);
                assert_eq!(found.is_some(), taken, "{seconds} {off}");
                assert!(found.is_none_or(|step| step == seconds / 30));
            }
        }
        assert_eq!(read(&RFC, " 287 082 ", 59_000), Some(Proof::Step(1)));
        for typed in ["", "28708", "2870822", "abcdef", "+87082", "２８７０８２"] {
            assert_eq!(read(&RFC, typed, 59_000), None, "{typed}");
        }
    }

    #[test]
    fn recovery_codes_are_read_however_they_are_written() {
        let codes = new_recovery_codes().unwrap();
        assert_eq!(codes.len(), 10);
        let code = &codes[0];
        assert_eq!((code.len(), code.matches('-').count()), (29, 5));
        let hash = recovery_hash(code);
        for typed in [code.to_uppercase(), code.replace('-', ""), code.replace('-', " ")] {
            assert_eq!(read(&RFC, &typed, 0), Some(Proof::Recovery(hash)));
        }
        assert_ne!(recovery_hash(&codes[1]), hash);
    }

    #[test]
    fn an_app_reads_what_we_show() {
        assert_eq!(text(&RFC), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let uri = uri(&RFC, "ada@shop");
        assert_eq!(uri, "otpauth://totp/Trente:ada%40shop?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Trente");
        let (side, path) = picture(&uri).unwrap();
        assert!(side > 30 && path.starts_with("M4 4h1v1h-1z"), "{side}");
    }
}
