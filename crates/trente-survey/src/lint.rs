//! What our own strings, and a merchant's, are held to. **Source**: survey.md 3.4, 3.5 and 3.8.

pub mod french;
pub mod sincerity;
pub mod typography;
