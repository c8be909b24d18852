//! Tests of the lints of each language: they find mistakes, and let pass what only looks alike.

use trente_survey::lint::sincerity;
use trente_survey::lint::typography::{self, Rule};
use trente_survey::locale::Language;
use trente_survey::wording::Wording;

/// What a merchant might write to ask for a tip, stars, a review, a gift, a voucher, a draw or a referral.
const fn insincere(language: Language) -> &'static [&'static str] {
    match language {
        Language::Fr => &[
            "Un pourboire\u{202f}?",
            "5 ÉTOILES",
            "un bon d'achat",
            "Notez-nous 5",
            "S’il vous plaît notez ici",
            "Récompensez l’équipe",
            "Parrainez un proche",
            "Un code promo pour vous",
            "Recommandez-nous",
        ],
        Language::En => &[
            "Leave a Google  review",
            "A TIP for us",
            "Give us five-star service",
            "A voucher for your answer",
            "Enter our prize draw",
            "Discounted next time",
            "Refer a friend",
            "ＧＩＦＴ",
            "★★★★★",
        ],
        Language::De => &[
            "Ein Trinkgeld für das Team",
            "Vergeben Sie fünf Sterne",
            "5-Sterne-Bewertung",
            "Schreiben Sie eine Rezension",
            "Als Belohnung",
            "Ihr Dankesgeschenk",
            "Einkaufsgutschein",
            "10 % Treuerabatt",
            "Teilnahme am Gewinnspiel",
            "Freunde werben",
        ],
        Language::Es => &[
            "¿Desea dejar una propina?",
            "Cinco estrellas",
            "Escriba una reseña",
            "Su recompensa",
            "Un regalo para usted",
            "Un cupón de descuento",
            "Participe en el sorteo",
            "Gane un premio",
            "Invite a un amigo",
        ],
        Language::It => &[
            "Una mancia",
            "Cinque stelle",
            "Lasci una recensione",
            "La sua ricompensa",
            "Un omaggio per lei",
            "Un buono sconto",
            "Partecipi al concorso",
            "In palio un premio",
            "Porti un amico",
        ],
        Language::Pt => &[
            "Uma gorjeta",
            "Cinco estrelas",
            "Uma avaliação no Google",
            "A sua recompensa",
            "Um brinde",
            "Um cupom",
            "Um vale-presente",
            "Participe no sorteio",
            "Ganhe um prêmio",
            "Ganhe um prémio",
            "Indique um amigo",
        ],
        Language::Nl => &[
            "Een fooi",
            "Vijf sterren",
            "Schrijf een recensie",
            "Als beloning",
            "Een cadeaubon",
            "Een kortingscode",
            "Doe mee aan de loterij",
            "Maak kans op de prijsvraag",
            "Vriendenactie",
        ],
        Language::Pl => &[
            "Napiwek dla zespołu",
            "Pięć gwiazdek",
            "Opinię w Google",
            "Nagroda czeka",
            "Nagród nie brakuje",
            "Prezent",
            "Kupony",
            "Rabatu 10%",
            "Losowanie",
            "Poleć znajomym",
        ],
        Language::Sv => &[
            "Lämna dricks",
            "Fem stjärnor",
            "Skriv en recension",
            "Din belöning",
            "En gåva",
            "Ett presentkort",
            "Kundrabatt",
            "Utlottning",
            "Pristävling",
            "Värva en vän",
        ],
        Language::Ar => &[
            "هل ترغب في ترك بقشيش؟",
            "خمس نجوم",
            "قيّمنا",
            "تقييم على جوجل",
            "مكافأة لك",
            "وهديتك في انتظارك",
            "للهدايا",
            "قسيمة شراء",
            "بالخصم",
            "السحب والقرعة",
            "الجوائز",
            "اِدعُ صديقك",
        ],
        Language::Ja => &[
            "チップをお願いします",
            "五つ星",
            "★5つ",
            "レビューを書く",
            "口コミのお願い",
            "謝礼",
            "プレゼントを差し上げます",
            "ｸｰﾎﾟﾝ",
            "10％割引",
            "抽選で当たる",
            "お友達紹介",
        ],
        Language::ZhHans => &[
            "请给小费",
            "五星好评",
            "给我们点评",
            "奖励",
            "送您礼品",
            "优惠券",
            "打折",
            "参加抽奖",
            "推荐有礼",
            "红包",
        ],
    }
}

/// What looks like one of them and is not.
const fn innocent(language: Language) -> &'static [&'static str] {
    match language {
        Language::Fr => &["La remise du produit", "Le restaurant", "Un lot complet", "Constater"],
        Language::En => &["multiple starts", "a stern tone", "preview", "tipping point"],
        Language::De => &["Sternwarte", "Ihre Bewertung der Anleitung", "Empfehlung", "erlosch"],
        Language::Es => &["La prenda le quedó bien", "regla", "premisa"],
        Language::It => &["Lo scontrino", "Il buono stato", "La regola", "stellare"],
        Language::Pt => &["Estava presente", "prender", "descontinuar"],
        Language::Nl => &["een verkorting", "sterk", "Beste"],
        Language::Pl => &["prezentacja", "upomnienie", "bony"],
        Language::Sv => &["presentation", "Priset var rimligt", "Vinna"],
        Language::Ar => &["تخصيص الوقت", "نجم", "مسبق", "مراجعة الطلب"],
        Language::Ja => &["ポテトチップス", "衛星", "評価"],
        Language::ZhHans => &["星期五", "评价", "礼貌", "推荐"],
    }
}

#[test]
fn sincerity_bites_in_each_language() {
    for language in Language::ALL {
        for text in insincere(language) {
            assert!(!sincerity::check(text, language).is_empty(), "{language:?}: {text}");
            assert!(!sincerity::check(&text.to_uppercase(), language).is_empty(), "{language:?}: {text}");
        }
        for text in innocent(language) {
            assert_eq!(sincerity::check(text, language), Vec::<&str>::new(), "{language:?}: {text}");
        }
        // docs/default-survey.md#sincerity holds in every language.
        for text in ["Trustpilot", "Un pourboire", "A star", "Notez-nous 5"] {
            assert!(!sincerity::check(text, language).is_empty(), "{language:?}: {text}");
        }
    }
}

#[test]
fn typography_bites_in_each_language() {
    let bites = |language: Language, text: &str, rule: Rule| {
        assert_eq!(typography::check(text, language), [rule], "{language:?}: {text}");
        assert!(!rule.advice().is_empty() && !rule.advice().ends_with('.'));
    };
    for language in Language::ALL {
        let (stop, mark) = match language {
            Language::Ja | Language::ZhHans => ('。', '？'),
            Language::Ar => ('.', '؟'),
            Language::Es => ('.', '.'),
            _ => ('.', '?'),
        };
        let skip = Wording::of(language).skip;
        bites(language, &format!("{skip}'{skip}"), Rule::AsciiQuote);
        bites(language, &format!("\"{skip}\""), Rule::AsciiQuote);
        bites(language, &format!("a  {}", "b"), Rule::DoubleSpace);
        bites(language, &format!("{skip} {stop}"), Rule::SpaceBeforeMark);
        if language != Language::Fr {
            bites(language, &format!("{skip}\u{a0}{mark}"), Rule::SpaceBeforeMark);
        }
        bites(language, &format!("‹{skip}“"), Rule::Quotes);
    }
    for (language, text) in [
        (Language::De, "“Zeit”"),
        (Language::De, "„Zeit”"),
        (Language::De, "„Zeit"),
        (Language::En, "«time»"),
        (Language::Nl, "„tijd”"),
        (Language::Pl, "„czas“"),
        (Language::Sv, "“tid”"),
        (Language::Es, "„tiempo“"),
        (Language::It, "»tempo«"),
        (Language::Pt, "„tempo“"),
        (Language::Fr, "„temps“"),
        (Language::Ar, "„وقت“"),
        (Language::Ja, "“時間”"),
        (Language::Ja, "「時間『」』"),
        (Language::ZhHans, "「时间」"),
    ] {
        bites(language, text, Rule::Quotes);
    }
    for text in ["Qué pasó?", "¿Qué pasó", "Gracias!", "¡Gracias", "?Qué pasó¿", "¿Qué ¿pasó?"] {
        bites(Language::Es, text, Rule::Opening);
    }
    for text in ["ماذا حدث?", "نعم, شكرًا", "نعم; لا"] {
        bites(Language::Ar, text, Rule::LatinMark);
    }
    for text in ["何ですか?", "はい,どうぞ", "送信.", "文字数:", "(500文字)"] {
        bites(Language::Ja, text, Rule::LatinMark);
    }
    for text in ["满意吗?", "您好,谢谢", "谢谢.", "字数:", "(最多)"] {
        bites(Language::ZhHans, text, Rule::LatinMark);
    }
    bites(Language::Ja, "送信 しました", Rule::InnerSpace);
    bites(Language::ZhHans, "已 发送", Rule::InnerSpace);
    for text in ["Der Service wäre…", "Der Service wäre …"] {
        bites(Language::De, text, Rule::EllipsisSpace);
        bites(Language::Sv, text, Rule::EllipsisSpace);
    }
    assert_eq!(typography::check("Und...", Language::De), [Rule::AsciiEllipsis]);
}

#[test]
fn well_set_text_passes() {
    for (language, text) in [
        (Language::Fr, "«\u{a0}Bien\u{a0}», dit-on\u{202f}?!"),
        (Language::En, "“Well”, it’s 1.5 (at most): fine?!"),
        (Language::De, "„Gut“, sagt man: So wäre es\u{a0}…"),
        (Language::Es, "«Bien», ¿verdad? ¡Sí! ¡¡Sí!!"),
        (Language::It, "“Bene”, «così»: l’ordine"),
        (Language::Pt, "“Bem”, «assim»"),
        (Language::Nl, "“Goed”, foto’s…"),
        (Language::Pl, "„Dobrze”, «tak»…"),
        (Language::Sv, "”Bra”, sa hen, ”ja”\u{a0}…"),
        (Language::Ar, "«جيد»، أليس كذلك؟ 1,5؛ نعم!"),
        (Language::Ja, "「良い」、iPad 2台で1.5倍（最大）。"),
        (Language::ZhHans, "“好”，《书》1.5倍（最多）……"),
    ] {
        assert_eq!(typography::check(text, language), [], "{language:?}: {text}");
    }
}

/// Lesson 1j: sector-neutral. A shop, a place to eat, a delivery, a parcel.
#[test]
fn no_sector_noun() {
    for language in Language::ALL {
        let sectors: &[&str] = match language {
            Language::Fr => &["boutique", "magasin", "restaurant", "livraison", "colis"],
            Language::En => &["shop", "store", "restaurant", "delivery", "parcel"],
            Language::De => &["laden", "geschäft", "restaurant", "lieferung", "paket"],
            Language::Es => &["tienda", "restaurante", "entrega", "envío", "paquete"],
            Language::It => &["negozio", "ristorante", "consegna", "spedizione", "pacco"],
            Language::Pt => &["loja", "restaurante", "entrega", "encomenda", "pacote"],
            Language::Nl => &["winkel", "restaurant", "bezorging", "levering", "pakket"],
            Language::Pl => &["sklep", "restauracja", "dostawa", "przesyłka", "paczka"],
            Language::Sv => &["butik", "affär", "restaurang", "leverans", "paket"],
            Language::Ar => &["متجر", "محل", "مطعم", "توصيل", "طرد"],
            Language::Ja => &["店", "レストラン", "配送", "配達", "荷物"],
            Language::ZhHans => &["店", "餐厅", "饭馆", "快递", "包裹", "配送"],
        };
        let whole = !matches!(language, Language::Ja | Language::ZhHans);
        for (name, text) in Wording::of(language).strings() {
            let lower = text.to_lowercase();
            let found = sectors.iter().find(|sector| {
                if whole {
                    lower.split(|c: char| !c.is_alphanumeric()).any(|word| word == **sector)
                } else {
                    lower.contains(**sector)
                }
            });
            assert_eq!(found, None, "{language:?}, {name}: {text}");
        }
    }
}
