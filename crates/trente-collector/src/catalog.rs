//! The sites and surveys that are served, in memory, read anew when somebody asks for one that is missing.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use arc_swap::ArcSwap;
use tokio::sync::Mutex;
use trente_survey::definition::Definition;
use trente_survey::locale::Language;
use trente_survey::response_id::{Key, SurveyId};

use crate::http::encoding::Forms;
use crate::limits::RELOAD_EVERY;
use crate::origin::Origin;
use crate::store::StoreError;
use crate::store::readers::Readers;
use crate::store::sites::{self, SiteRow, SurveyRow};
use crate::text;

/// A merchant's site.
pub struct Site {
    /// Its number in the store.
    pub id: i64,
    /// Its public name.
    pub name: String,
    /// Signs and verifies orders.
    pub key: Key,
    /// Where the widget may stand.
    pub origins: HashSet<Origin>,
    /// The survey that it shows now.
    pub survey: Option<Arc<Survey>>,
}

/// A published survey.
pub struct Survey {
    /// Its name on the wire.
    pub id: SurveyId,
    /// The number of its site.
    pub site: i64,
    /// The document.
    pub definition: Definition,
    /// The survey as the widget reads it, ready to be sent. Made when it is first asked for: most sites speak two
    /// or three languages, and compressing all of them would hold up every reload.
    sheets: [OnceLock<Option<Forms>>; Language::ALL.len()],
}

/// Everything at one moment.
#[derive(Default)]
pub struct Snapshot {
    sites: HashMap<i64, Arc<Site>>,
    names: HashMap<String, i64>,
    surveys: HashMap<SurveyId, Arc<Survey>>,
    origins: HashSet<Origin>,
}

/// The sites and surveys of a store.
pub struct Catalog {
    readers: Readers,
    now: ArcSwap<Snapshot>,
    reloaded: Mutex<Instant>,
}

impl Survey {
    fn new(row: &SurveyRow) -> Option<Self> {
        let definition = Definition::from_published(&row.definition).ok()?;
        Some(Self { id: row.id, site: row.site, definition, sheets: Default::default() })
    }

    /// The survey in the language asked for, or in its default one.
    pub fn sheet(&self, lang: Option<&str>) -> Option<&Forms> {
        let wanted = self.definition.language(lang);
        let (language, sheet) =
            Language::ALL.into_iter().zip(&self.sheets).find(|(language, _)| *language == wanted)?;
        sheet.get_or_init(|| self.make_sheet(language)).as_ref()
    }

    fn make_sheet(&self, language: Language) -> Option<Forms> {
        let json = serde_json::to_vec(&self.definition.sheet(self.id, language)?).ok()?;
        Forms::of(&json).ok()
    }
}

impl Snapshot {
    fn new(sites: Vec<SiteRow>, surveys: &[SurveyRow]) -> Self {
        let mut snapshot = Self::default();
        let mut current = HashMap::new();
        for row in surveys {
            let Some(survey) = Survey::new(row).map(Arc::new) else {
                tracing::error!(
                    survey = text::hex(&row.id.0),
                    "a survey's definition cannot be read; it is not served"
                );
                continue;
            };
            if row.current {
                current.insert(row.site, Arc::clone(&survey));
            }
            snapshot.surveys.insert(row.id, survey);
        }
        for row in sites {
            let origins: HashSet<Origin> = row.origins.iter().filter_map(|text| Origin::parse(text).ok()).collect();
            snapshot.origins.extend(origins.iter().cloned());
            snapshot.names.insert(row.name.clone(), row.id);
            let survey = current.get(&row.id).cloned();
            let site = Site { id: row.id, name: row.name, key: Key(row.key), origins, survey };
            snapshot.sites.insert(row.id, Arc::new(site));
        }
        snapshot
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

    /// Whether any site allows this origin.
    pub fn knows(&self, origin: &Origin) -> bool {
        self.origins.contains(origin)
    }
}

impl Catalog {
    /// Reads the store for the first time.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn load(readers: &Readers) -> Result<Self, StoreError> {
        let snapshot = read(readers).await?;
        let (now, reloaded) = (ArcSwap::from_pointee(snapshot), Mutex::new(Instant::now()));
        Ok(Self { readers: readers.clone(), now, reloaded })
    }

    /// What is known now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.now.load_full()
    }

    /// What is known now if it satisfies `wanted`; else what the store knows, read at most once a second.
    pub async fn with(&self, wanted: impl Fn(&Snapshot) -> bool) -> Arc<Snapshot> {
        let snapshot = self.snapshot();
        if wanted(&snapshot) {
            return snapshot;
        }
        let mut reloaded = self.reloaded.lock().await;
        let snapshot = self.snapshot();
        if wanted(&snapshot) || reloaded.elapsed() < RELOAD_EVERY {
            return snapshot;
        }
        *reloaded = Instant::now();
        match read(&self.readers).await {
            Ok(snapshot) => self.now.store(Arc::new(snapshot)),
            Err(error) => tracing::error!(%error, "sites cannot be read; those known stay"),
        }
        self.snapshot()
    }
}

async fn read(readers: &Readers) -> Result<Snapshot, StoreError> {
    readers.read(|connection| Ok(Snapshot::new(sites::list(connection)?, &sites::surveys(connection)?))).await
}
