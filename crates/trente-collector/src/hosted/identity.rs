//! Which response a hosted page writes: the order's, the widget's, or a new one.

use trente_survey::frame::Proof;
use trente_survey::response_id::{ResponseId, Signature, SurveyId};

use super::form::Fields;
use crate::catalog::Site;
use crate::clock::{epoch, now_ms};
use crate::text;

/// A response and, where the link was signed, its proof.
pub struct Identity {
    /// The response.
    pub response: ResponseId,
    /// What goes into the frame.
    pub proof: Option<Proof>,
    /// The signature as it came, for the next form.
    pub signature: Option<String>,
}

impl Identity {
    /// Of a link: its verified signature, else the widget's id, else the order, else a new random id.
    ///
    /// # Errors
    /// The machine gives no random bytes.
    pub fn ask(site: &Site, survey: SurveyId, query: &Fields) -> Result<Self, getrandom::Error> {
        if let Some(identity) = signed(site, survey, query.get("g")) {
            return Ok(identity);
        }
        let given = query.get("r").and_then(text::array_from_hex).map(ResponseId);
        let order = query.get("o").filter(|order| !order.is_empty());
        let response = match given.or_else(|| order.map(|order| ResponseId::from_order(survey, order))) {
            Some(response) => response,
            None => {
                let mut bytes = [0; 8];
                getrandom::fill(&mut bytes)?;
                ResponseId(bytes)
            }
        };
        Ok(Self { response, proof: None, signature: None })
    }

    /// Of a form that came back, which always names its response; none when it does not.
    pub fn sent(site: &Site, survey: SurveyId, fields: &Fields) -> Option<Self> {
        let response = fields.get("r").and_then(text::array_from_hex).map(ResponseId)?;
        // A signature that has expired since the page was opened leaves the answer without its proof.
        let signed = signed(site, survey, fields.get("g")).filter(|signed| signed.response == response);
        Some(signed.unwrap_or(Self { response, proof: None, signature: None }))
    }
}

fn signed(site: &Site, survey: SurveyId, signature: Option<&str>) -> Option<Identity> {
    let text = signature?;
    let signature = Signature::from_bytes(&text::from_base64url(text)?)?;
    let epoch_low = (signature.epoch % 8) as u8;
    site.key.verify(survey, signature.response, epoch_low, &signature.tag, epoch(now_ms())).ok()?;
    let proof = Some(Proof { epoch_low, tag: signature.tag });
    Some(Identity { response: signature.response, proof, signature: Some(text.to_owned()) })
}
