use crate::domain::throttle::*;

const ONE: Load = Load { unsigned: 1, signed: 0 };
const PROVEN: Load = Load { unsigned: 0, signed: 1 };

fn rates() -> Rates {
    // One a thousand seconds would be best, but a rate is whole frames a second: the tests are quicker than that.
    Rates {
        prefix: Rate::of(1, 100),
        prefix_signed: Rate::of(1, 300),
        site: Rate::of(1, 500),
        site_signed: Rate::of(1, 900),
        global: Rate::of(1, 2_000),
        spike: SpikeRule::OFF,
    }
}

/// A network of a wide network of its own.
fn elsewhere(index: u32) -> Client {
    Client::Network((u64::from(index) + 100) << 32)
}

/// How many of `asks` are taken.
fn taken(asks: u32, mut ask: impl FnMut(u32) -> Result<(), Excess>) -> u32 {
    (0..asks).map(|index| u32::from(ask(index).is_ok())).sum()
}

#[test]
fn each_bucket_holds_what_it_says() {
    let throttle = Throttle::new(&rates());
    let near = |found: u32, wanted: u32| assert!((wanted..wanted + 20).contains(&found), "{found} of {wanted}");
    near(taken(400, |_| throttle.admit(Client::Network(7), 1, ONE)), 100);
    assert_eq!(
        throttle.admit(Client::Network(7), 1, Load { unsigned: 64, signed: 0 }).unwrap_err().scope,
        Scope::Prefix
    );
    // Those who prove an order have room that a flood without proof cannot take.
    near(taken(400, |_| throttle.admit(Client::Network(7), 1, PROVEN)), 300);
    // Other networks have theirs until the site has had enough, and other sites theirs.
    near(taken(900, |index| throttle.admit(elsewhere(index), 1, ONE)), 400);
    assert_eq!(throttle.admit(Client::Local, 1, Load { unsigned: 64, signed: 0 }).unwrap_err().scope, Scope::Site);
    near(taken(900, |_| throttle.admit(Client::Local, 2, ONE)), 500);
    near(taken(900, |_| throttle.admit(Client::Local, 3, ONE)), 500);
    let rest = taken(900, |_| throttle.admit(Client::Local, 4, ONE));
    assert!(rest < 300, "{rest}");
    assert_eq!(throttle.admit(Client::Local, 5, Load { unsigned: 64, signed: 0 }).unwrap_err().scope, Scope::Global);
}

#[test]
fn a_refusal_says_when_to_come_back_and_takes_nothing() {
    let throttle = Throttle::new(&Rates { prefix: Rate::of(1, 64), ..rates() });
    let whole = Load { unsigned: 64, signed: 0 };
    assert!(throttle.admit(Client::Network(1), 1, whole).is_ok());
    let excess = throttle.admit(Client::Network(1), 1, whole).unwrap_err();
    assert!((55..=60).contains(&excess.retry_after_s), "{excess:?}");
    let one = throttle.admit(Client::Network(1), 1, ONE).map_err(|excess| excess.retry_after_s);
    assert!(matches!(one, Ok(()) | Err(1 | 2)), "{one:?}");
    assert!(throttle.admit(Client::Network(2), 1, whole).is_ok(), "the site was not asked for what was refused");
}

/// A machine that has a /32 has 65,536 networks in it.
#[test]
fn many_networks_of_one_wide_network_share_a_bucket() {
    let throttle = Throttle::new(&Rates { spike: SpikeRule::OFF, ..Rates::default() });
    let whole = Load { unsigned: 64, signed: 0 };
    let bot = |index: u32| Client::Network(7 << 32 | u64::from(index % 40));
    let frames = 64 * taken(360, |index| throttle.admit(bot(index), 1, whole));
    assert!((2_400 - 64..2_800).contains(&frames), "{frames} of 23,040");
    let fresh = Client::Network(7 << 32 | 99);
    assert_eq!(throttle.admit(fresh, 1, whole).unwrap_err().scope, Scope::Wide, "one that has sent nothing itself");
    assert_eq!(taken(300, |index| throttle.admit(elsewhere(index), 1, ONE)), 300, "others are not hindered");
    assert_eq!(taken(300, |_| throttle.admit(bot(0), 1, PROVEN)), 300, "nor are signed ones of the same network");
}

/// A bot of many wide networks empties what all may use of a site's rate, and finds the rest closed to it.
#[test]
fn a_reserve_is_left_to_networks_that_sent_little() {
    let throttle = Throttle::new(&Rates { site: Rate::of(1, 5_000), ..rates_of_many() });
    let whole = Load { unsigned: 64, signed: 0 };
    let bots = 64 * taken(400, |index| throttle.admit(elsewhere(index % 10), 1, whole));
    assert!((4_000 - 64..4_100).contains(&bots), "{bots} of four fifths of 5,000");
    assert_eq!(taken(100, |index| throttle.admit(elsewhere(1_000 + index), 1, ONE)), 100);
    // One answer of four frames from each of eight customers of one provider, and then that one has sent much.
    let customers = taken(100, |_| throttle.admit(elsewhere(5_000), 1, ONE));
    assert!((32..40).contains(&customers), "{customers}");
}

fn rates_of_many() -> Rates {
    Rates { prefix: Rate::of(10_000, 100_000), global: Rate::of(10_000, 100_000), ..rates() }
}

#[test]
fn an_unusual_day_is_closed_to_networks_that_sent_much_and_to_nobody_else() {
    let throttle =
        Throttle::new(&Rates { spike: SpikeRule::of(10, 500), site: Rate::of(1, 90_000), ..rates_of_many() });
    let whole = Load { unsigned: 64, signed: 0 };
    let bots = 64 * taken(100, |index| throttle.admit(elsewhere(index % 10), 1, whole));
    assert!((500 - 64..=500).contains(&bots), "{bots}");
    let excess = throttle.admit(elsewhere(0), 1, whole).unwrap_err();
    assert_eq!((excess.scope, excess.retry_after_s), (Scope::Spike, RETRY_AFTER_MAX_S));
    assert!(throttle.spikes.refused_today(1, trente_store::clock::day(now_ms())) >= 64 * 93);
    assert_eq!(taken(100, |index| throttle.admit(elsewhere(1_000 + index), 1, ONE)), 100, "honest customers");
    assert_eq!(taken(100, |_| throttle.admit(elsewhere(0), 1, PROVEN)), 100, "signed orders of the same network");
    assert_eq!(taken(100, |_| throttle.admit(Client::Local, 1, ONE)), 100, "a program on this machine");
    assert_eq!(taken(1, |_| throttle.admit(elsewhere(0), 2, whole)), 1, "another site");
}

#[test]
fn signed_frames_have_a_part_of_the_common_rate_for_themselves() {
    let throttle = Throttle::new(&Rates { global: Rate::of(1, 400), site: Rate::of(1, 90_000), ..rates() });
    let flood = taken(900, |index| throttle.admit(elsewhere(index), i64::from(index), ONE));
    assert!((400..420).contains(&flood), "{flood}");
    let signed = taken(900, |index| throttle.admit(elsewhere(index), i64::from(index), PROVEN));
    assert!((100..120).contains(&signed), "{signed}");
}

/// A whole body passes wherever a rate has room for one.
#[test]
fn the_smallest_rates_take_a_whole_body() {
    let rate = Rate::of(1, 64);
    let rates = Rates { prefix: rate, prefix_signed: rate, site: rate, site_signed: rate, global: rate, ..rates() };
    for load in [Load { unsigned: 64, signed: 0 }, Load { unsigned: 0, signed: 64 }] {
        assert_eq!(Throttle::new(&rates).admit(elsewhere(1), 1, load), Ok(()));
    }
}

#[test]
fn off_is_no_bound() {
    let off = Rates {
        prefix: Rate::OFF,
        prefix_signed: Rate::OFF,
        site: Rate::OFF,
        site_signed: Rate::OFF,
        global: Rate::OFF,
        spike: SpikeRule::OFF,
    };
    let throttle = Throttle::new(&off);
    assert_eq!(taken(5_000, |_| throttle.admit(Client::Network(1), 1, ONE)), 5_000);
}

#[test]
fn a_full_table_shares_one_bucket_among_newcomers_and_forgets_those_at_rest() {
    let quota = Quota::per_second(NonZeroU32::MIN).allow_burst(NonZeroU32::new(64).unwrap());
    let limiter = RateLimiter::<_, _, _, NoOpMiddleware>::new(quota, Bounded::new(10), DefaultClock::default());
    let all = NonZeroU32::new(64).unwrap();
    for key in 0..10 {
        assert!(limiter.check_key_n(&key, all).unwrap().is_ok());
    }
    let newcomers = (100..200).filter(|key| limiter.check_key(key).is_ok()).count();
    assert!((64..70).contains(&newcomers), "{newcomers}");
    assert_eq!(limiter.len(), 10);
    assert!(limiter.check_key_n(&3, all).unwrap().is_err(), "a client that was there keeps its state");
    limiter.retain_recent();
    assert_eq!(limiter.len(), 10, "nobody has rested");
}

#[test]
fn rates_are_read_as_they_are_written() {
    for text in ["20:600", "1:64", "off"] {
        assert_eq!(text.parse::<Rate>().map(|rate| rate.to_string()).as_deref(), Ok(text));
    }
    for text in ["", "20", "0:600", "20:0", "20:63", "-1:64", "x:64", "20:64:1", "Off"] {
        assert!(text.parse::<Rate>().is_err(), "{text}");
    }
}
