//! Response id of a hosted page: the order's, the widget's, or a new one.

use trente_store::clock::now_ms;
use trente_store::encoding;
use trente_survey::frame::Proof;
use trente_survey::order;
use trente_survey::response_id::{ResponseId, Signature, SurveyId};

use crate::domain::catalog::Site;
use crate::web::form::Fields;

/// A response and, where the link was signed, its proof.
pub struct Identity {
    /// The response.
    pub response: ResponseId,
    /// What goes into the frame.
    pub proof: Option<Proof>,
    /// What the link said, for links and forms that follow it.
    pub link: Link,
}

/// What a link says of the response; what did not count is left out.
#[derive(Clone, Debug, Default)]
pub struct Link {
    /// The merchant's order reference.
    pub order: Option<String>,
    /// A signature that verifies.
    pub signature: Option<String>,
    /// The response itself, as the widget's link card names it.
    pub response: Option<String>,
    /// The merchant walks through their own survey: nothing is counted, and nothing that was is looked at.
    pub preview: bool,
}

/// The name of the parameter and of the field that make a preview.
pub const PREVIEW: &str = "preview";

impl Identity {
    /// Of a link: its verified signature, else the widget's id, else the order, else a new random id.
    ///
    /// # Errors
    /// The machine gives no random bytes.
    pub fn ask(site: &Site, survey: SurveyId, query: &Fields) -> Result<Self, getrandom::Error> {
        if query.says(PREVIEW) {
            return Ok(Self { link: Link { preview: true, ..Link::default() }, ..Self::new()? });
        }
        let order = query.get("o").and_then(|order| order::clean(order).ok()).map(str::to_owned);
        if let Some(mut identity) = signed(site, survey, query.get("g")) {
            identity.link.order = order;
            return Ok(identity);
        }
        if let Some(response) = query.get("r").and_then(encoding::array_from_hex).map(ResponseId) {
            let link = Link { response: Some(encoding::hex(&response.0)), ..Link::default() };
            return Ok(Self { response, proof: None, link });
        }
        let Some(order) = order else { return Self::new() };
        let response = ResponseId::from_order(survey, &order);
        Ok(Self { response, proof: None, link: Link { order: Some(order), ..Link::default() } })
    }

    /// Of no particular customer.
    fn new() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes)?;
        Ok(Self { response: ResponseId(bytes), proof: None, link: Link::default() })
    }

    /// Of a form that came back, which always names its response; none when it does not.
    pub fn sent(site: &Site, survey: SurveyId, fields: &Fields) -> Option<Self> {
        let response = fields.get("r").and_then(encoding::array_from_hex).map(ResponseId)?;
        if fields.says(PREVIEW) {
            return Some(Self { response, proof: None, link: Link { preview: true, ..Link::default() } });
        }
        // A signature that has expired since the page was opened leaves the answer without its proof.
        let signed = signed(site, survey, fields.get("g")).filter(|signed| signed.response == response);
        Some(signed.unwrap_or(Self { response, proof: None, link: Link::default() }))
    }
}

impl Link {
    /// The query of a link to the same page in another language.
    pub fn query(&self, lang: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("o", &self.order), ("g", &self.signature), ("r", &self.response)] {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        if self.preview {
            query.append_pair(PREVIEW, "1");
        }
        query.append_pair("l", lang).finish()
    }
}

/// Whether a link's signature proves an order of this survey.
pub fn proves(site: &Site, survey: SurveyId, query: &Fields) -> bool {
    signed(site, survey, query.get("g")).is_some()
}

fn signed(site: &Site, survey: SurveyId, signature: Option<&str>) -> Option<Identity> {
    // A mail program may have broken a long line inside it.
    let text: String = signature?.chars().filter(|character| !character.is_whitespace()).collect();
    let signature = Signature::from_bytes(&encoding::from_base64url(text.trim_end_matches('='))?)?;
    let epoch_low = (signature.epoch % 8) as u8;
    let proof = Proof { epoch_low, tag: signature.tag };
    if !site.keys.verify(survey, signature.response, &proof, now_ms()) {
        return None;
    }
    let link = Link { signature: Some(encoding::base64url(&signature.to_bytes())), ..Link::default() };
    Some(Identity { response: signature.response, proof: Some(proof), link })
}
