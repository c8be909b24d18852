//! Catalog: in-memory cache of the sites and surveys that are served.
//!
//! The store says by one number whether anything has changed, which is looked at once a second, and at once when
//! a request asks for what is missing. No request waits for it but one for something that is not known.

mod loader;
mod time_label;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use arc_swap::ArcSwap;
use tokio::sync::Mutex;
use trente_stats::time_label::Label;
use trente_store::model::site::{SiteRow, SurveyRow};
use trente_store::{Store, StoreError, encoding};
use trente_survey::Error;
use trente_survey::definition::Definition;
use trente_survey::extra::Layout;
use trente_survey::frame::Frame;
use trente_survey::locale::Language;
use trente_survey::response_id::SurveyId;

use super::encoded::EncodedContents;
use super::keys::Keys;
use super::origin::{Origin, RequestOrigin};
use crate::limits::CATALOG_REFRESH_MIN;

/// A merchant's site.
pub struct Site {
    /// Its number in the store.
    pub id: i64,
    /// Its public name.
    pub name: String,
    /// Verify orders.
    pub keys: Keys,
    /// The survey that it shows now.
    pub survey: Option<Arc<Survey>>,
    /// It asks no customer and takes no answer.
    pub closed: bool,
    /// Where the widget may stand.
    origins: HashSet<Origin>,
    /// It may stand anywhere else too.
    any_origin: bool,
    /// Its loaders, each made ready when it is first asked for.
    loaders: loader::Loaders,
}

/// A published survey.
pub struct Survey {
    /// Its name on the wire.
    pub id: SurveyId,
    /// The number of its site.
    pub site: i64,
    /// The document; without the question for a contact where no key could seal one.
    pub definition: Definition,
    /// Whether the survey as it was published asks for a contact.
    pub asks_contact: bool,
    /// How its frames are read.
    pub layout: Layout,
    /// The survey as the widget reads it.
    sheets: Sheets,
    /// The same where thirty seconds may not be said, made ready when it is first needed.
    one_minute: OnceLock<(Definition, Sheets)>,
}

/// A survey as the widget reads it, by language, each made ready when it is first asked for.
struct Sheets(Vec<(Language, OnceLock<Option<EncodedContents>>)>);

/// Everything at one moment.
#[derive(Default)]
pub struct Snapshot {
    version: i64,
    sites: HashMap<i64, Arc<Site>>,
    names: HashMap<String, i64>,
    surveys: HashMap<SurveyId, Arc<Survey>>,
    origins: HashSet<Origin>,
    any_origin: bool,
}

/// The sites and surveys of a store.
pub struct Catalog {
    store: Store,
    /// Whether contacts can be sealed.
    seals: bool,
    now: ArcSwap<Snapshot>,
    refreshed_at: Mutex<Instant>,
    /// Sites whose customers took more than thirty seconds.
    slow: ArcSwap<HashSet<i64>>,
    /// The loader of a site that is not known, made ready when it is first asked for.
    no_site: OnceLock<Option<EncodedContents>>,
}

impl Site {
    /// Whether a page there may read this site's survey and send answers.
    pub fn allows(&self, source: &RequestOrigin) -> bool {
        matches!(source, RequestOrigin::Missing | RequestOrigin::SameOrigin) || self.grant(source).is_some()
    }

    /// The origins that the merchant listed, in their order.
    pub fn origins(&self) -> Vec<&Origin> {
        let mut origins: Vec<_> = self.origins.iter().collect();
        origins.sort_unstable();
        origins
    }

    /// The value of `Access-Control-Allow-Origin` for it, if it is another page's and may read.
    pub fn grant<'a>(&self, source: &'a RequestOrigin) -> Option<&'a str> {
        grant(source, &self.origins, self.any_origin)
    }
}

impl Survey {
    /// `seals`: whether contacts can be sealed.
    fn new(row: &SurveyRow, mut definition: Definition, seals: bool) -> Self {
        let asks_contact = definition.follow_up.contact;
        definition.follow_up.contact &= seals;
        let (sheets, layout) = (Sheets::of(&definition), definition.layout());
        Self { id: row.id, site: row.site, layout, definition, asks_contact, sheets, one_minute: OnceLock::new() }
    }

    /// The survey in the best of the languages asked for, as [`Definition::language`] chooses, with what may be said
    /// of its length.
    pub fn sheet<'a>(&self, tags: impl IntoIterator<Item = &'a str>, label: Label) -> Option<&EncodedContents> {
        let (definition, sheets) = self.variant(label);
        sheets.sheet(self.id, definition, definition.language(tags))
    }

    /// The document with what may be said of its length.
    pub fn definition_for(&self, label: Label) -> &Definition {
        self.variant(label).0
    }

    fn variant(&self, label: Label) -> (&Definition, &Sheets) {
        match label {
            Label::ThirtySeconds => (&self.definition, &self.sheets),
            Label::OneMinute => {
                let made = || {
                    let definition = self.definition.in_one_minute();
                    let sheets = Sheets::of(&definition);
                    (definition, sheets)
                };
                let (definition, sheets) = self.one_minute.get_or_init(made);
                (definition, sheets)
            }
        }
    }
}

impl Sheets {
    fn of(definition: &Definition) -> Self {
        let written = |language: &Language| definition.wording.contains_key(language.tag());
        Self(Language::ALL.into_iter().filter(written).map(|language| (language, OnceLock::new())).collect())
    }

    fn sheet(&self, id: SurveyId, definition: &Definition, wanted: Language) -> Option<&EncodedContents> {
        let (_, sheet) = self.0.iter().find(|(language, _)| *language == wanted)?;
        let made = || EncodedContents::of(&serde_json::to_vec(&definition.sheet(id, wanted)?).ok()?).ok();
        sheet.get_or_init(made).as_ref()
    }
}

impl Snapshot {
    /// Reads the store; surveys of an earlier snapshot, which cannot have changed, are taken over.
    async fn read(store: &Store, seals: bool, earlier: &Self) -> Result<Self, StoreError> {
        // The number first: a change that comes after it is seen at the next look.
        let mut snapshot = Self { version: store.catalog_version().await?, ..Self::default() };
        let mut current = HashMap::new();
        for row in store.surveys().await? {
            let survey = match earlier.surveys.get(&row.id) {
                Some(known) => Arc::clone(known),
                None => match store.definition(row.id).await? {
                    Some(definition) => Arc::new(Survey::new(&row, definition, seals)),
                    None => {
                        let survey = encoding::hex(&row.id.0);
                        tracing::error!(survey, "a survey's definition cannot be read; it is not served");
                        continue;
                    }
                },
            };
            if row.current {
                current.insert(row.site, Arc::clone(&survey));
            }
            snapshot.surveys.insert(row.id, survey);
        }
        for row in store.sites().await? {
            snapshot.add(row, &current);
        }
        Ok(snapshot)
    }

    fn add(&mut self, row: SiteRow, current: &HashMap<i64, Arc<Survey>>) {
        let origins: HashSet<Origin> = row.origins.iter().filter_map(|text| Origin::parse(text).ok()).collect();
        self.origins.extend(origins.iter().cloned());
        self.any_origin |= row.any_origin;
        self.names.insert(row.name.clone(), row.id);
        let site = Site {
            id: row.id,
            name: row.name,
            keys: Keys::new(row.key, row.former_key),
            survey: current.get(&row.id).cloned(),
            closed: row.closed_ms.is_some(),
            origins,
            any_origin: row.any_origin,
            loaders: loader::Loaders::default(),
        };
        self.sites.insert(site.id, Arc::new(site));
    }

    /// Whether there is no site at all: the store was made just now, perhaps because its file was lost.
    pub fn is_empty(&self) -> bool {
        self.sites.is_empty()
    }

    /// The numbers of every site.
    pub fn site_ids(&self) -> impl Iterator<Item = i64> {
        self.sites.keys().copied()
    }

    /// Every site.
    pub fn sites(&self) -> impl Iterator<Item = &Arc<Site>> {
        self.sites.values()
    }

    /// The site of this public name.
    pub fn site(&self, name: &str) -> Option<&Arc<Site>> {
        self.sites.get(self.names.get(name)?)
    }

    /// The survey of this id, and its site.
    pub fn survey(&self, id: SurveyId) -> Option<(&Arc<Survey>, &Arc<Site>)> {
        let survey = self.surveys.get(&id)?;
        Some((survey, self.sites.get(&survey.site)?))
    }

    /// Every survey that a site has published.
    pub fn surveys_of(&self, site: &Site) -> impl Iterator<Item = &Arc<Survey>> {
        self.surveys.values().filter(move |survey| survey.site == site.id)
    }

    /// Whether a frame's purchase is proven; an error when its tag is of no key.
    ///
    /// A tag is bound to one survey (docs/wire-format.md#which-response). When a merchant publishes another while a
    /// page is open, the widget asks that one and sends it with the tag of the one before. The purchase is real, and
    /// the answer must not be lost; but the same order, signed anew, has another id under the new survey, and a proven
    /// order is to count once. So such an answer is kept, unverified.
    ///
    /// # Errors
    /// [`Error::Tag`]
    pub fn proof(&self, site: &Site, frame: &Frame, now_ms: u64) -> Result<bool, Error> {
        if frame.proof.is_none() {
            return Ok(false);
        }
        let signed = |survey: SurveyId| site.keys.verify_frame(survey, frame, now_ms);
        if signed(frame.survey) {
            return Ok(true);
        }
        if self.surveys_of(site).any(|survey| signed(survey.id)) { Ok(false) } else { Err(Error::Tag) }
    }

    /// Whether any site allows it.
    pub fn allows(&self, source: &RequestOrigin) -> bool {
        matches!(source, RequestOrigin::Missing | RequestOrigin::SameOrigin) || self.grant(source).is_some()
    }

    /// As [`Site::grant`], where any site will do.
    pub fn grant<'a>(&self, source: &'a RequestOrigin) -> Option<&'a str> {
        grant(source, &self.origins, self.any_origin)
    }
}

/// A listed origin is named; anything else that may read gets the answer that is right for every page, also for one
/// whose origin is `null`. No request of ours has credentials, which alone would forbid it.
fn grant<'a>(source: &'a RequestOrigin, origins: &HashSet<Origin>, any_origin: bool) -> Option<&'a str> {
    match source {
        RequestOrigin::CrossOrigin(origin) if origins.contains(origin) => Some(origin.as_str()),
        RequestOrigin::CrossOrigin(_) | RequestOrigin::Opaque if any_origin => Some("*"),
        _ => None,
    }
}

impl Catalog {
    /// Reads the store for the first time; `seals` says whether contacts can be sealed, and so be asked for.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn load(store: &Store, seals: bool) -> Result<Self, StoreError> {
        let snapshot = Snapshot::read(store, seals, &Snapshot::default()).await?;
        let (now, refreshed_at) = (ArcSwap::from_pointee(snapshot), Mutex::new(Instant::now()));
        let catalog =
            Self { store: store.clone(), seals, now, refreshed_at, slow: ArcSwap::default(), no_site: OnceLock::new() };
        catalog.refresh_time_labels().await;
        Ok(catalog)
    }

    /// What is known now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.now.load_full()
    }

    /// What is known now if it satisfies `wanted`; else what the store knows, unless it was looked at just now.
    pub async fn get_or_refresh(&self, wanted: impl Fn(&Snapshot) -> bool) -> Arc<Snapshot> {
        let snapshot = self.snapshot();
        if wanted(&snapshot) {
            return snapshot;
        }
        let mut refreshed_at = self.refreshed_at.lock().await;
        let snapshot = self.snapshot();
        if wanted(&snapshot) || refreshed_at.elapsed() < CATALOG_REFRESH_MIN {
            return snapshot;
        }
        // In a box, because every request has room for this future and almost none runs it.
        Box::pin(self.refresh_locked(&mut refreshed_at)).await;
        self.snapshot()
    }

    /// Reads the store if it has changed since it was read; called once a second.
    pub async fn refresh(&self) {
        self.refresh_locked(&mut *self.refreshed_at.lock().await).await;
    }

    async fn refresh_locked(&self, refreshed_at: &mut Instant) {
        *refreshed_at = Instant::now();
        match self.changed().await {
            Ok(Some(snapshot)) => self.now.store(Arc::new(snapshot)),
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "sites cannot be read; those known stay"),
        }
    }

    async fn changed(&self) -> Result<Option<Snapshot>, StoreError> {
        let earlier = self.snapshot();
        if self.store.catalog_version().await? == earlier.version {
            return Ok(None);
        }
        Ok(Some(Snapshot::read(&self.store, self.seals, &earlier).await?))
    }
}
