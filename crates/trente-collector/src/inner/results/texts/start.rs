//! Texts of the first run: the first account, the first site, its snippet.

mod en;
mod fr;

use trente_survey::locale::Language;

use super::{EachText, Texts};

texts! {
    /// What the pages of the first run say, in one language.
    Start:
    /// Before the title; `{step}`, of three.
    step,
    /// Title of the first page.
    account_title,
    /// What it makes.
    account_note,
    /// Label.
    code,
    /// Where it stands.
    code_note,
    /// Label.
    name,
    /// What a name is.
    name_note,
    /// Label.
    password,
    /// What a password is.
    password_note,
    /// Button.
    make_account,
    /// The code is another one.
    wrong_code,
    /// The name is none.
    wrong_name,
    /// The password is too short or too long.
    password_length,
    /// The password is one of those that are guessed first.
    password_easy,
    /// Too many passwords are being looked at.
    busy,
    /// Too many wrong codes; `{n}` minutes.
    too_often[2],
    /// Title of the second page, and link to it.
    site_title,
    /// What a site is.
    site_note,
    /// Label.
    site_name,
    /// What the name of a site is.
    site_name_note,
    /// Label.
    origin,
    /// What it is for.
    origin_note,
    /// Label of the choice.
    when,
    /// Right after an order; some days after the delivery.
    moments[2],
    /// Button.
    make_site,
    /// The name is none.
    wrong_site_name,
    /// The address is none.
    wrong_origin,
    /// A site has this name.
    site_taken,
    /// Title of the third page; `{site}`.
    install_title,
    /// Where the snippet goes.
    install_note,
    /// Label.
    base,
    /// Button.
    base_show,
    /// The address is none.
    wrong_base,
    /// Before the policy line.
    policy_note,
    /// Before the hosted page.
    hosted_note,
    /// Heading of the light.
    light,
    /// No page has asked.
    unseen,
    /// `{when}`.
    seen,
    /// Answers are there.
    answered,
    /// Link: reads the page again.
    look_again,
    /// Link.
    overview,
}

impl Texts {
    /// Texts of the first run.
    pub fn start(&self) -> &'static Start {
        if self.language == Language::Fr { &fr::START } else { &en::START }
    }
}

#[cfg(test)]
pub(super) const BOTH: [&Start; 2] = [&en::START, &fr::START];
