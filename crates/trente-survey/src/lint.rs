//! What our own strings, and a merchant's, are held to. **Source**: survey.md 3.4 and 3.5.

pub mod french;
pub mod sincerity;
