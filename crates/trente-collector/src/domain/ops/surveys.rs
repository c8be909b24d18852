//! Use case of publishing a survey.

use trente_store::Store;
use trente_store::model::audit::Actor;
use trente_store::model::site::Published;
use trente_survey::definition::Definition;
use trente_survey::response_id::SurveyId;

use super::error::OpsError;
use crate::domain::contact::keys::ContactKeys;

/// Publishes a survey, which the site asks from now on. One that asks for contacts needs a key that can seal them.
///
/// # Errors
/// [`OpsError::NoContactKey`], [`OpsError::Store`]
pub async fn publish(
    store: &Store,
    actor: Actor,
    site: &str,
    definition: &Definition,
    keys: Option<&ContactKeys>,
) -> Result<(SurveyId, Published), OpsError> {
    if definition.follow_up.contact && keys.is_none() {
        return Err(OpsError::NoContactKey);
    }
    Ok(store.publish(actor, site, definition).await?)
}
