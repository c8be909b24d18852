//! `trente stats drivers`.

use serde_json::{Value, json};
use trente_testing::Folder;

use super::{near, one, refused};

const SWISS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../trente-stats/tests/data/swiss.csv");

fn column<'a>(found: &'a Value, name: &str) -> &'a Value {
    found["drivers"].as_array().unwrap().iter().find(|driver| driver["column"] == name).unwrap()
}

fn with_file<T>(text: impl AsRef<[u8]>, run: impl Fn(&str) -> T) -> T {
    let folder = Folder::new();
    let path = folder.path().join("a.csv");
    std::fs::write(&path, text).unwrap();
    run(path.to_str().unwrap())
}

/// Grömping, JSS 17(1), 2006, on R's `swiss`.
#[test]
fn lmg_of_the_published_example() {
    let found = one(&["drivers", SWISS, "--target", "Fertility"], "");
    near(&found["r2"], 0.706_735, 5e-8);
    assert_eq!(
        (&found["rows"], &found["n"], &found["drivers"][0]["column"]),
        (&json!(47), &json!(47), &json!("Education"))
    );
    for (name, lmg, johnson) in [
        ("Agriculture", 0.057_091_22, 0.048_416_90),
        ("Examination", 0.171_173_03, 0.154_708_25),
        ("Education", 0.260_134_68, 0.271_964_10),
        ("Catholic", 0.105_570_15, 0.114_680_03),
        ("Infant.Mortality", 0.112_765_92, 0.116_965_72),
    ] {
        near(&column(&found, name)["lmg"], lmg, 5e-9);
        near(&column(&found, name)["johnson"], johnson, 6e-9);
        near(&column(&found, name)["lmg_share"], lmg / 0.706_735, 1e-7);
    }
    near(&column(&found, "Education")["r"], -0.663_789, 5e-7);
}

#[test]
fn one_lens_an_answer_has_correlations_and_no_weights() {
    let mut text = "speed,means,recommend\n".to_owned();
    for index in 0..40 {
        let (lens, recommend) = (1 + index % 5, 2 * (index % 5));
        text += &if index < 30 { format!("{lens},,{recommend}\n") } else { format!(",{lens},{}\n", 10 - recommend) };
    }
    let found = with_file(&text, |path| one(&["drivers", path, "--target", "recommend"], ""));
    assert_eq!((&found["rows"], &found["n"], &found["r2"]), (&json!(40), &json!(0), &Value::Null));
    let (speed, means) = (column(&found, "speed"), column(&found, "means"));
    near(&speed["r"], 1.0, 1e-12);
    near(&means["r"], -1.0, 1e-12);
    assert_eq!((&speed["n"], &speed["enough"], &speed["lmg"]), (&json!(30), &json!(true), &Value::Null));
    assert_eq!((&means["n"], &means["enough"]), (&json!(10), &json!(false)));
}

/// A spreadsheet of a country that writes 3,5 separates by semicolons.
#[test]
fn a_file_of_any_spreadsheet_says_the_same() {
    let swiss = std::fs::read_to_string(SWISS).unwrap();
    let expected = one(&["drivers", SWISS, "--target", "Fertility"], "");
    let french = swiss.replace(',', ";").replace('.', ",").replace("Infant,Mortality", "Infant.Mortality");
    for text in [
        french.clone(),
        format!("\u{feff}{}", french.replace('\n', "\r\n")),
        format!("sep=;\r\n{french}"),
        swiss.replace(',', "\t"),
        format!("\u{feff}{swiss}"),
    ] {
        let found = with_file(&text, |path| one(&["drivers", path, "--target", "Fertility"], ""));
        assert_eq!(found, expected, "{}", text.lines().next().unwrap());
    }
    let error = with_file("sep=;\na;y\n1,5;x\n", |path| refused(&["drivers", path, "--target", "y"], ""));
    assert!(error.contains("line 3: column `y`: `x` is not a number"), "{error}");
}

#[test]
fn a_bad_file_is_told_with_its_line() {
    for (text, error) in [
        ("", "the file is empty"),
        ("a,y\n", "`y`"),
        ("y\n1\n", "no column but `y`"),
        ("a,b\n1,2\n", "there is no column `y`; there are `a`, `b`"),
        ("a,a,y\n", "line 1: column `a` has no name of its own"),
        ("a,,y\n", "line 1: column `` has no name"),
        ("a,y\n1,2\n3\n", "line 3: 1 cells, where the header has 2"),
        ("a,y\n1,2\n3,x\n", "line 3: column `y`: `x` is not a number"),
        ("a,y\n1,2\n\n\"3\n4\",5\n", "line 4: column `a`"),
        ("a,y\r\n1,2\r\n\r\n\r\n3\r\n", "line 5: 1 cells"),
        ("a,y\n1,inf\n", "`inf` is not a number"),
        ("a,y\n1,NaN\n", "`NaN` is not a number"),
        ("a,y\n7,1\n7,2\n7,3\n", "column `a` does not vary"),
        ("a,y\n1,3\n2,3\n3,3\n", "column `y` does not vary"),
        ("a,b,y\n1,2,1\n2,4,3\n3,6,2\n5,10,7\n", "say the same"),
    ] {
        let found = with_file(text, |path| {
            let output = crate::cli::run(&["stats", "drivers", path, "--target", "y"], "");
            (
                output.status.code(),
                String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap(),
            )
        });
        // A header alone is no mistake: there is nothing to say yet.
        let code = if text == "a,y\n" { 0 } else { 2 };
        assert!(found.0 == Some(code) && found.1.replace("\"y\"", "`y`").contains(error), "{text:?}: {found:?}");
    }
    let error = with_file(b"a,y\n1,2\n\xff,3\n", |path| refused(&["drivers", path, "--target", "y"], ""));
    assert!(error.contains("line 3: it is not UTF-8"), "{error}");
    assert!(refused(&["drivers", "/no/such/file", "--target", "y"], "").contains("No such file"));
    let wide: Vec<_> = (0..300).map(|index| format!("c{index}")).collect();
    let error = with_file(wide.join(","), |path| refused(&["drivers", path, "--target", "c0"], ""));
    assert!(error.contains("300 columns are too many"), "{error}");
}
