//! The same summary, written as one would at first: every response a JSON object of numbers, every state a string key,
//! every number a float in a hash map.

use std::collections::HashMap;

use trente_survey::frame::Frame;

/// Numbers by name.
pub type Map = HashMap<String, f64>;

const CAUSES: [&str; 8] = ["promise", "means", "availability", "sincerity", "competence", "policy", "speed", "detail"];
const POINTS: [[f64; 8]; 11] = [
    [0.0; 8],
    [4.0, 0.0, 0.0, 2.0, 0.0, 1.0, 0.0, 0.0],
    [1.0, 4.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0],
    [0.0, 1.0, 4.0, 2.0, 0.0, 0.0, 0.0, 0.0],
    [0.0, 0.0, 0.0, 4.0, 0.0, 2.0, 0.0, 0.0],
    [0.0, 1.0, 0.0, 0.0, 4.0, 0.0, 0.0, 2.0],
    [1.0, 2.0, 0.0, 0.0, 0.0, 4.0, 0.0, 0.0],
    [0.0, 2.0, 0.0, 0.0, 0.0, 1.0, 4.0, 0.0],
    [0.0, 0.0, 0.0, 1.0, 2.0, 0.0, 0.0, 4.0],
    [2.0, 0.0, 0.0, 4.0, 1.0, 0.0, 0.0, 0.0],
    [0.0; 8],
];
const Z: f64 = 1.959_963_984_540_054;

/// A response as one would send it; a missing answer is left out.
pub fn json(frame: &Frame) -> String {
    let answers = &frame.answers;
    let mut fields = vec![format!("\"family\":{}", frame.response.family().family())];
    let ratings = [
        ("satisfaction", answers.satisfaction),
        ("ease", answers.ease),
        ("lens", answers.lens),
        ("recommend", answers.recommend),
        ("moment", Some(answers.moment)),
        ("forgive", Some(answers.forgive)),
        ("elapsed", Some(frame.elapsed)),
    ];
    fields.extend(ratings.iter().filter_map(|(name, value)| Some(format!("\"{name}\":{}", (*value)?))));
    format!("{{{}}}", fields.join(","))
}

pub fn parse(text: &str) -> Map {
    serde_json::from_str(text).unwrap()
}

/// Score, class, and primary cause by its number.
pub fn score(response: &Map) -> Map {
    let get = |name: &str| response.get(name).copied();
    let parts = [
        ("satisfaction", 3.0, 1.0, 4.0),
        ("ease", 2.0, 1.0, 6.0),
        ("lens", 2.0, 1.0, 4.0),
        ("recommend", 3.0, 0.0, 10.0),
    ];
    let (mut sum, mut weights) = (0.0, 0.0);
    for (name, weight, min, range) in parts {
        if let Some(value) = get(name) {
            sum += weight * (value - min) / range;
            weights += weight;
        }
    }
    let (satisfaction, recommend, forgive) = (get("satisfaction"), get("recommend"), get("forgive").unwrap_or(0.0));
    let incident = recommend.is_some_and(|value| value <= 6.0) || satisfaction.is_some_and(|value| value <= 2.0);
    let mut verdict = Map::new();
    if weights >= 5.0 {
        // What is left of 0.5 after the division of floats must not decide.
        let base = (100.0 * sum / weights + 0.5 + 1e-9).floor();
        let cap = [59.0, 69.0, 49.0, 19.0][forgive as usize];
        verdict.insert("score".to_owned(), if incident && base > cap { cap } else { base });
    }
    let promoter = recommend.is_some_and(|value| value >= 9.0) && satisfaction.is_none_or(|value| value >= 4.0);
    let delighted = promoter
        && satisfaction == Some(5.0)
        && get("ease").is_none_or(|value| value >= 6.0)
        && get("lens").is_none_or(|value| value >= 4.0);
    let class = match () {
        () if incident && forgive == 3.0 => 4.0,
        () if incident => 3.0,
        () if weights < 5.0 => 0.0,
        () if delighted => 1.0,
        () => 2.0,
    };
    verdict.insert("class".to_owned(), class);
    let low = get("lens").is_some_and(|value| value <= 2.0);
    if incident || low {
        let mut points = if incident { POINTS[get("moment").unwrap_or(0.0) as usize] } else { [0.0; 8] };
        let family = get("family").unwrap_or(0.0) as usize;
        match get("lens") {
            Some(value) if value <= 2.0 => points[family] += 3.0,
            Some(3.0) => points[family] += 1.0,
            _ => {}
        }
        if get("ease").is_some_and(|value| value <= 3.0) {
            points[5] += 2.0;
            points[1] += 1.0;
        }
        let most = points.iter().fold(0.0, |most: f64, value| most.max(*value));
        if let (true, Some(first)) = (most > 0.0, points.iter().position(|value| *value == most)) {
            verdict.insert("primary".to_owned(), first as f64);
        }
    }
    verdict
}

/// How often each response came, by its JSON with sorted names.
pub fn fold(responses: &[Map]) -> Map {
    let mut counts = Map::new();
    for response in responses {
        let sorted: std::collections::BTreeMap<_, _> = response.iter().collect();
        *counts.entry(serde_json::to_string(&sorted).unwrap()).or_default() += 1.0;
    }
    counts
}

pub fn merge(sum: &mut Map, other: &Map) {
    for (key, count) in other {
        *sum.entry(key.clone()).or_default() += count;
    }
}

/// The numbers of the report, by dotted names.
pub fn summary(counts: &Map) -> Map {
    let mut found = Map::new();
    for (key, count) in counts {
        let response = parse(key);
        let verdict = score(&response);
        let mut add = |name: &str, by: f64| *found.entry(name.to_owned()).or_default() += by * count;
        add("n", 1.0);
        match response.get("recommend") {
            Some(value) if *value >= 9.0 => add("nps.promoters", 1.0),
            Some(value) if *value >= 7.0 => add("nps.passives", 1.0),
            Some(_) => add("nps.detractors", 1.0),
            None => {}
        }
        for (name, item) in [("csat", "satisfaction"), ("ces", "ease")] {
            if let Some(value) = response.get(item) {
                add(&format!("{name}.n"), 1.0);
                add(&format!("{name}.sum"), *value);
                add(&format!("{name}.squares"), value * value);
                add(&format!("{name}.top"), f64::from(*value >= if item == "ease" { 5.0 } else { 4.0 }));
            }
        }
        if let Some(value) = verdict.get("score") {
            add("score.n", 1.0);
            add("score.sum", *value);
            add(&format!("score.{value}"), 1.0);
        }
        let class = verdict["class"] as usize;
        add(&format!("class.{}", ["none", "delight", "ok", "forgivable", "unforgivable"][class]), 1.0);
        if let (Some(primary), 3..) = (verdict.get("primary"), class) {
            let weight = [1.0, 1.0, 2.0, 3.0][response["forgive"] as usize];
            add(&format!("impact.{}", CAUSES[*primary as usize]), weight);
            add(&format!("incidents.{}", CAUSES[*primary as usize]), 1.0);
        }
    }
    let get = |found: &Map, name: &str| found.get(name).copied().unwrap_or(0.0);
    let (p, n, d) = (get(&found, "nps.promoters"), get(&found, "nps.passives"), get(&found, "nps.detractors"));
    found.insert("nps.points".to_owned(), 100.0 * (p - d) / (p + n + d));
    let all = p + n + d + 3.0;
    let mean = (p - d) / all;
    let half = Z * (((p + d + 1.5) / all - mean * mean) / all).sqrt();
    found.insert("nps.low".to_owned(), (100.0 * (mean - half)).max(-100.0));
    found.insert("nps.high".to_owned(), (100.0 * (mean + half)).min(100.0));
    for (name, share) in [("csat", "csat.share"), ("ces", "ces.easy_share")] {
        let (n, sum, top) = (
            get(&found, &format!("{name}.n")),
            get(&found, &format!("{name}.sum")),
            get(&found, &format!("{name}.top")),
        );
        let (mean, p) = (sum / n, top / n);
        found.insert(format!("{name}.mean"), mean);
        found.insert(share.to_owned(), p);
        if name == "csat" {
            let scale = 1.0 + Z * Z / n;
            let (centre, half) =
                ((p + Z * Z / (2.0 * n)) / scale, Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt() / scale);
            found.insert("csat.low".to_owned(), centre - half);
            found.insert("csat.high".to_owned(), centre + half);
        } else {
            let deviation = ((get(&found, "ces.squares") - n * mean * mean) / (n - 1.0)).sqrt();
            let half = (1.96 + 2.4 / (n - 1.0)) * deviation / n.sqrt();
            found.insert("ces.low".to_owned(), mean - half);
            found.insert("ces.high".to_owned(), mean + half);
        }
    }
    let mean = get(&found, "score.sum") / get(&found, "score.n");
    found.insert("score.mean".to_owned(), mean);
    found
}
