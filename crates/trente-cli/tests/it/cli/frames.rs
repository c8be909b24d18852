//! `trente frame decode` and `trente frame encode`.

use serde_json::json;

use super::{lines, run};

#[test]
fn frames_of_the_public_known_answers() {
    let first = "107e57ab1ea1b2c3d4e5f607189a6800900856";
    let signed = "117e57ab1e09dac65af4ffe31abea0007c0c5f8dc46007745032c91632";
    let input = format!("{first}\n{{\"frame\":\"{}\"}}\nEH5Xqx6hssPU5fYHGJpoAJAIVg\n", signed.to_uppercase());
    let output = run(&["frame", "decode"], &input);
    assert!(output.status.success());
    let found = lines(&output);
    assert_eq!(found[0], found[2], "hexadecimal and base64url are the same frame");
    assert_eq!(
        found[0],
        json!({
            "survey": "7e57ab1e", "response": "a1b2c3d4e5f60718", "satisfaction": 4, "ease": 6, "lens": 5,
            "recommend": 9, "family": "policy", "moment": 0, "forgive": 0, "elapsed_bucket": 36, "verbatim": null,
            "rev": 0, "locale": "fr", "preview": false, "epoch": 0, "tag": null, "age_minutes": null,
            "channel": null, "score_sent": 86, "score": 86, "class": "ok", "branch": "P", "flags": 0,
            "primary": null, "secondary": null,
        })
    );
    assert_eq!((&found[1]["tag"], &found[1]["epoch"]), (&json!("8dc46007745032c91632"), &json!(4)));
    assert_eq!((&found[1]["score"], &found[1]["class"]), (&json!(95), &json!("delight")));

    let encoded = run(&["frame", "encode"], std::str::from_utf8(&output.stdout).unwrap());
    let frames = lines(&encoded);
    assert_eq!(frames[0], json!({ "frame": first, "text": "EH5Xqx6hssPU5fYHGJpoAJAIVg", "bytes": 19 }));
    assert_eq!((&frames[1]["frame"], &frames[1]["bytes"]), (&json!(signed), &json!(29)));
    // What encode prints, decode reads.
    let again = run(&["frame", "decode"], std::str::from_utf8(&encoded.stdout).unwrap());
    assert_eq!(lines(&again), found);
}

#[test]
fn decode_after_encode_is_the_identity_on_every_field() {
    let fields = json!({
        "survey": "01020304", "response": "e0ffeeddccbbaa99", "satisfaction": 1, "ease": null, "lens": 2, "recommend": 0,
        "moment": 9, "forgive": 3, "elapsed_bucket": 62, "verbatim": "Était-ce\nlong\u{202f}?", "rev": 3, "locale": "zh-Hans",
        "preview": true, "epoch": 7, "tag": "00112233445566778899", "age_minutes": 65535, "channel": 255, "score_sent": 255,
    });
    let encoded = run(&["frame", "encode"], &fields.to_string());
    let decoded = lines(&run(&["frame", "decode"], std::str::from_utf8(&encoded.stdout).unwrap())).remove(0);
    for (name, value) in fields.as_object().unwrap() {
        assert_eq!(&decoded[name], value, "{name}");
    }
    assert_eq!((&decoded["score_sent"], &decoded["score"]), (&json!(255), &json!(6)));
}

#[test]
fn bad_frames_have_their_codes() {
    let good = "107e57ab1ea1b2c3d4e5f607189a6800900856";
    for (line, code) in [
        ("207e57ab1ea1b2c3d4e5f607189a6800900856".to_owned(), "E_VERSION"),
        (good[..36].to_owned(), "E_LEN"),
        (format!("{good}00"), "E_LEN"),
        (r#"{"frame":""}"#.to_owned(), "E_LEN"),
        ("107e57ab1ea1b2c3d4e5f607189a6801900856".to_owned(), "E_RESERVED"),
        ("107e57ab1ea1b2c3d4e5f607189a6800900865".to_owned(), "E_RANGE"),
        ("not a frame!".to_owned(), "E_FIELD"),
        (r#"{"framed":"00"}"#.to_owned(), "E_FIELD"),
    ] {
        let output = run(&["frame", "decode"], &line);
        assert_eq!((lines(&output)[0]["error"].as_str(), output.status.code()), (Some(code), Some(2)), "{line}");
    }
    for (line, code) in [
        (r#"{"response":"0000000000000000"}"#, "E_FIELD"),
        (r#"{"survey":"0000","response":"0000000000000000"}"#, "E_FIELD"),
        (r#"{"survey":"00000000","response":"0000000000000000","epoch":1}"#, "E_RESERVED"),
        (r#"{"survey":"00000000","response":"0000000000000000","rev":4}"#, "E_RANGE"),
        (r#"{"survey":"00000000","response":"0000000000000000","score_sent":101}"#, "E_RANGE"),
        (r#"{"survey":"00000000","response":"0000000000000000","locale":"xx"}"#, "E_FIELD"),
        (r#"{"survey":"00000000","response":"0000000000000000","colour":1}"#, "E_FIELD"),
    ] {
        let output = run(&["frame", "encode"], line);
        assert_eq!((lines(&output)[0]["error"].as_str(), output.status.code()), (Some(code), Some(2)), "{line}");
    }
}
