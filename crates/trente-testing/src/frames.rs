//! Example frames for tests.

use trente_store::key::ResponseKey;
use trente_survey::Answers;
use trente_survey::definition::Definition;
use trente_survey::extra::Layout;
use trente_survey::frame::{Frame, Proof};
use trente_survey::response_id::{Key, ResponseId, SurveyId};

/// The default survey of a site.
pub fn survey(site: &str) -> SurveyId {
    Definition::id(&Definition::default_for(site).canonical().unwrap())
}

/// The key of a response to the default survey of a site, by the number that [`frame`] is given.
pub fn response_key(site: &str, number: u64) -> ResponseKey {
    ResponseKey { survey: survey(site).0, rid: number.to_be_bytes() }
}

/// A happy response.
pub fn frame(survey: SurveyId, response: u64) -> Frame {
    let answers =
        Answers { satisfaction: Some(4), ease: Some(6), lens: Some(5), recommend: Some(9), moment: 0, forgive: 0 };
    scored(Frame {
        survey,
        response: ResponseId(response.to_be_bytes()),
        answers,
        extra: [0; 3],
        extra_text: Default::default(),
        elapsed: 36,
        rev: 0,
        locale: 1,
        preview: false,
        score: 255,
        proof: None,
        verbatim: None,
        age_minutes: None,
        channel: None,
    })
}

/// The frame with the score that an honest client sends.
pub fn scored(mut frame: Frame) -> Frame {
    frame.score = frame.verdict(&Layout::CORE).unwrap().score_byte();
    frame
}

pub fn signed(mut frame: Frame, key: &Key, order: &str, epoch: u16) -> Frame {
    let signature = key.sign(frame.survey, order, epoch);
    frame.response = signature.response;
    frame.proof = Some(Proof { epoch_low: (epoch % 8) as u8, tag: signature.tag });
    scored(frame)
}

pub fn bytes(frame: &Frame) -> Vec<u8> {
    frame.encode(&Layout::CORE).unwrap()
}
