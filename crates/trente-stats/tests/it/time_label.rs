//! Lesson 2a: “thirty seconds” is said only while it is true.

use trente_stats::time_label::{Label, label, label_of};

#[test]
fn the_promise_is_dropped_when_it_is_not_kept() {
    let of = |kept: usize, late: usize| label([vec![59u8; kept], vec![60u8; late]].concat());
    assert_eq!((of(0, 0), of(0, 29), of(29, 0)), (Label::ThirtySeconds, Label::ThirtySeconds, Label::ThirtySeconds));
    assert_eq!((of(0, 30), of(30, 0)), (Label::OneMinute, Label::ThirtySeconds));
    // Wilson's lower end for 113 and 114 of 200: 0.4957 and 0.5007.
    assert_eq!((of(113, 87), of(114, 86)), (Label::OneMinute, Label::ThirtySeconds));
}

#[test]
fn only_the_newest_two_hundred_count_and_an_unknown_time_is_late() {
    let newest = vec![0u8; 200];
    assert_eq!(label([newest.clone(), vec![62; 10_000]].concat()), Label::ThirtySeconds);
    assert_eq!(label([vec![62; 200], newest].concat()), Label::OneMinute);
    assert_eq!(label(vec![63u8; 200]), Label::OneMinute);
}

#[test]
fn without_an_order_all_of_them_count() {
    let mut elapsed = [0; 64];
    (elapsed[59], elapsed[60]) = (114, 86);
    assert_eq!(label_of(&elapsed), Label::ThirtySeconds);
    elapsed[63] = 2;
    assert_eq!(label_of(&elapsed), Label::OneMinute);
}
