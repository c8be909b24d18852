//! Lints of texts, ours and a merchant's. **Source**: docs/default-survey.md#typography, #sincerity and #languages.

pub mod french;
pub mod sincerity;
pub mod typography;
