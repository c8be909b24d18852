//! Files of the results: the filter of their page, and the dialect of the reader's spreadsheet.

use trente_survey::Answers;
use trente_survey::frame::Frame;
use trente_testing::frames::frame;

use super::{answer, at, send};
use crate::inner::admin::exports::dechunked;
use crate::support::{Server, get};

/// The file next to the voices holds what their tab and their search show, that of the overview every answer.
#[test]
fn a_file_has_the_tab_and_the_search_of_its_page() {
    let server = Server::start();
    let happy = |index: u64, said: Option<&str>| Frame {
        age_minutes: Some(1_440),
        verbatim: said.map(str::to_owned),
        ..frame(server.survey(), index)
    };
    let lost = |index: u64, said: &str| {
        let one = happy(index, Some(said));
        Frame {
            answers: Answers { satisfaction: Some(1), recommend: Some(0), moment: 7, forgive: 3, ..one.answers },
            ..one
        }
    };
    send(
        &server,
        [
            happy(1, Some("Livraison RAPIDE")),
            happy(2, Some("rapide, bien")),
            happy(3, None),
            happy(4, Some("Échange facile")),
            lost(5, "rapide, mais cassé"),
            lost(6, "cassé"),
        ]
        .into_iter(),
    );
    let lines = |query: &str| at(&server, &format!("/sites/olive/answers?format=ndjson{query}")).lines().count();
    let csv = |query: &str| at(&server, &format!("/sites/olive/answers?format=csv{query}")).lines().count() - 1;
    let happy = lines("&tab=thanks") + lines("&tab=ideas");
    assert_eq!((lines(""), lines("&tab=all"), happy, lines("&tab=ideas")), (6, 6, 4, 4));
    assert_eq!((lines("&tab=recover"), lines("&tab=complaints")), (2, 2));
    for (query, n) in [
        ("&tab=all&q=rapide".to_owned(), 3),
        ("&tab=ideas&q=rapide".to_owned(), 2),
        ("&tab=recover&q=rapide".to_owned(), 1),
        ("&tab=all&q=%C3%89CHANGE".to_owned(), 1),
        ("&tab=all&q=e%CC%81change".to_owned(), 1),
        ("&tab=all&q=absent".to_owned(), 0),
        ("&q=cass%C3%A9".to_owned(), 2),
    ] {
        assert_eq!((lines(&query), csv(&query)), (n, n), "{query}");
        let shown = at(&server, &format!("/sites/olive/voices?{}", query.trim_start_matches('&')));
        if query.contains("tab=") {
            assert_eq!(shown.matches("<blockquote").count(), n, "{query}");
        }
    }
    // The links carry them, also the tab that is shown without being named; those of the overview carry neither.
    let voices = at(&server, "/sites/olive/voices?q=rapide");
    assert!(voices.contains("/sites/olive/answers?q=rapide&#38;tab=thanks&#38;format=csv"), "{voices}");
    let overview = at(&server, "/sites/olive?tab=recover&q=rapide");
    assert!(overview.contains("/sites/olive/answers?format=csv"), "{overview}");
}

/// Excel in French splits a file at semicolons, and reads UTF-8 only with a byte-order mark.
#[test]
fn a_file_for_a_spreadsheet_is_written_for_its_language() {
    let server = Server::start();
    answer(&server, 7, 0, 9);
    answer(&server, 5, 7, 1);
    server.folded();
    let cookie = server.cookie();
    let first = |path: &str, language: &str| {
        let answer = get(server.results, path, &[("Cookie", &cookie), ("Accept-Language", language)]);
        assert_eq!(answer.status, 200, "{path}");
        let body =
            if answer.header("transfer-encoding").is_some() { dechunked(&answer).0 } else { answer.body.clone() };
        String::from_utf8(body).unwrap().lines().next().unwrap().to_owned()
    };
    let (answers, figures) = ("/sites/olive/answers?format=csv", "/sites/olive/figures?format=csv");
    for (path, language, between) in [
        ("", "en", ','),
        ("", "fr-FR,fr;q=0.9", ';'),
        ("&hl=fr", "en", ';'),
        ("&hl=en", "fr", ','),
        ("&separator=semicolon", "en", ';'),
        ("&separator=comma", "fr", ','),
        ("&separator=tab", "fr", '\t'),
    ] {
        let begin = format!("\u{feff}survey{between}response{between}received{between}");
        let line = first(&format!("{answers}{path}"), language);
        assert!(line.starts_with(&begin), "{path} {language}: {line}");
        assert_eq!(first(&format!("{figures}{path}"), language), format!("\u{feff}figure{between}value"));
    }
    for path in [answers, figures] {
        let answer = get(server.results, &format!("{path}&separator=bar"), &[("Cookie", &cookie)]);
        assert_eq!(answer.status, 404, "{path}");
    }
    // Between semicolons a decimal has a comma: the spreadsheet would take a point for a text or a date.
    let value = |separator: &str| {
        let table = at(&server, &format!("{figures}&separator={separator}"));
        let row = table.lines().find(|row| row.starts_with("nps.points")).unwrap().to_owned();
        row.split_at("nps.points".len() + 1).1.to_owned()
    };
    assert_eq!(value("semicolon"), value("tab").replace('.', ","));
    assert!(value("tab").contains('.'), "{}", value("tab"));
}
