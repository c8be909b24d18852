//! Tests of the filter: an address is understood or the page says that it is not, and links keep the filter.

use super::*;

/// 2026-11-29.
const TODAY: u32 = 20_786;

#[test]
fn an_address_is_understood_or_it_is_said() {
    let filter = Filter::parse("", TODAY);
    assert_eq!((filter.period.last(), filter.period.days(), filter.is_narrow()), (TODAY - 1, 28, false));
    let whole = "from=2026-11-01&to=2026-11-07&channel=2&lang=fr&verified=true&cause=speed&class=unforgivable&version=00ff00ff&hl=fr";
    let filter = Filter::parse(whole, TODAY);
    assert_eq!(filter.notices, []);
    assert_eq!((filter.period.days(), filter.length), (7, None));
    let Wanted { verified, channel, survey, locale, classes, cause, .. } = filter.wanted.clone();
    assert_eq!((verified, channel, cause), (Some(true), Some(2), Some(6)));
    assert_eq!((survey, classes), (Some(SurveyId([0, 255, 0, 255])), Some(vec![Class::Unforgivable])));
    assert_eq!(locale.map(locale::tag_of), Some("fr"));
    for (query, notice) in [
        ("from=2026-11-07&to=2026-11-01", Notice::Period(0)),
        ("from=2026-11-07&to=2026-11-29", Notice::Period(1)),
        ("from=2126-11-07&to=2126-11-29", Notice::Period(1)),
        ("from=2006-11-07", Notice::Period(2)),
        ("from=yesterday", Notice::Period(3)),
        ("to=2026-11-01", Notice::Period(3)),
        ("days=30", Notice::Other),
        ("channel=256", Notice::Other),
        ("channel=-1", Notice::Other),
        ("lang=xx", Notice::Other),
        ("verified=maybe", Notice::Other),
        ("cause=weather", Notice::Other),
        ("class=5", Notice::Other),
        ("version=zz", Notice::Other),
        ("after=1", Notice::Other),
        ("hl=de", Notice::Other),
        ("nonsense=%FF%00", Notice::Other),
    ] {
        let filter = Filter::parse(query, TODAY);
        assert_eq!(filter.notices, [notice], "{query}");
        assert_eq!((filter.period.days(), filter.is_narrow()), (28, false), "{query}");
    }
    // A form sends what is not filled in.
    assert_eq!(Filter::parse("from=&to=&q=", TODAY).notices, []);
}

#[test]
fn links_carry_the_filter_on() {
    let filter = Filter::parse("days=90&channel=2&after=1-00000000-0000000000000000", TODAY);
    assert_eq!(filter.link("/x", &[]), "/x?days=90&channel=2");
    assert_eq!(filter.link("/x", &[("channel", Some("3")), ("by", Some("lang"))]), "/x?days=90&channel=3&by=lang");
    assert_eq!(filter.wide_link("/x"), "/x?days=90");
    assert_eq!(filter.carried(&["days"]), [("channel", "2".to_owned())]);
    assert_eq!(Filter::parse("", TODAY).link("/x", &[]), "/x");
    let after = filter.after.unwrap();
    assert_eq!(after_text(&after), "1-00000000-0000000000000000");
}
