//! Signatures made by Twilio's own library: the server takes each, and none that was changed.

use otpd_tests::http::Request;
use otpd_tests::provider::Provider;
use otpd_tests::{Otpd, peers};
use serde_json::{Value, json};

use crate::{TOKEN, created, settings};

/// What is signed: the query of the URL, and the fields.
#[derive(Clone, Debug)]
struct Vector {
    query: String,
    fields: Vec<(String, String)>,
}

/// Characters that a careless implementation loses on the way between form, URL and signature.
const ODD: &str = " +&=%?#/\\\"'<>;:,.@!~*()[]{}|^`$éßजलمرحباЖ日本語😀\u{200d}\u{301}";

fn vectors() -> Vec<Vector> {
    let plain = [("MessageSid", "SM0123456789abcdef0123456789abcdef"), ("MessageStatus", "queued")];
    let with = |query: &str, more: &[(&str, &str)]| Vector {
        query: query.to_owned(),
        fields: plain.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    };
    let mut all = vec![
        with("", &[]),
        with("?foo=1&bar=2", &[]),
        with("?a=b+c&d=%20%2F&e=%E0%A4%9C", &[]),
        with("?empty=&novalue&x=1&x=2", &[]),
        with("", &[("Empty", ""), ("Zero", "0"), ("", "no name")]),
        with("", &[("Twice", "2"), ("Twice", "1")]),
        with("", &[("Same", "1"), ("Same", "1")]),
        with("", &[("Twice", ""), ("Twice", "x"), ("Twice", "")]),
        with("", &[("b", "1"), ("B", "2"), ("a", "3"), ("A", "4"), ("é", "5"), ("😀", "6"), ("\u{fffd}", "7")]),
        with("", &[("Body", ODD)]),
        with("", &[(ODD, "a name")]),
        with("?to=%2B91", &[("To", "+919876543210"), ("From", "Straße & Söhne")]),
    ];
    // And whatever chance brings, the same on every run.
    let mut random = fastrand::Rng::with_seed(7);
    let odd: Vec<char> = ODD.chars().chain('0'..='9').chain('A'..='z').collect();
    let mut text = |longest: usize| -> String {
        let length = random.usize(0..=longest);
        (0..length).map(|_| odd[random.usize(..odd.len())]).collect()
    };
    for n in 0..60 {
        let more: Vec<(String, String)> = (0..n % 7).map(|_| (format!("X{}", text(6)), text(40))).collect();
        let mut vector = with(&format!("?n={n}"), &[]);
        vector.fields.extend(more);
        all.push(vector);
    }
    all
}

async fn sign(otpd: &Otpd, token: &str, vectors: &[Vector]) -> Vec<String> {
    let one = |vector: &Vector| json!({ "url": format!("{}{}", otpd.url(), target(vector)), "fields": vector.fields });
    let question = json!({ "token": token, "requests": vectors.iter().map(one).collect::<Vec<Value>>() });
    let signed = peers::ask("twilio_sign.py", &question).await;
    signed.as_array().expect("a list").iter().map(|text| text.as_str().expect("a text").to_owned()).collect()
}

fn target(vector: &Vector) -> String {
    format!("/api/twilio/status{}", vector.query)
}

async fn status(otpd: &Otpd, vector: &Vector, signature: Option<&str>) -> u16 {
    let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(&vector.fields).finish();
    let request = Request::new("POST", &target(vector)).form(body);
    let request = match signature {
        Some(signature) => request.header("x-twilio-signature", signature),
        None => request,
    };
    otpd.send(&request).await.status
}

/// The vector with one thing changed each time.
fn changed(vector: &Vector) -> Vec<Vector> {
    let mut all = Vec::new();
    let mut one = |change: &dyn Fn(&mut Vector)| {
        let mut other = vector.clone();
        change(&mut other);
        all.push(other);
    };
    one(&|other| "delivered".clone_into(&mut other.fields[1].1));
    one(&|other| other.fields[0].1.push('0'));
    one(&|other| other.fields.push(("Added".to_owned(), "1".to_owned())));
    one(&|other| other.fields.push(("Added".to_owned(), String::new())));
    one(&|other| other.query = if other.query.is_empty() { "?x".to_owned() } else { format!("{}x", other.query) });
    one(&|other| {
        let (_, value) = other.fields.pop().expect("a field");
        other.fields.push(("Renamed".to_owned(), value));
    });
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn what_twilios_library_signs_is_taken_and_nothing_else() {
    let twilio = Provider::start(|asked, _| created(asked)).await;
    let otpd = Otpd::start(settings(&twilio)).await;
    let vectors = vectors();
    let (right, foreign) = (sign(&otpd, TOKEN, &vectors).await, sign(&otpd, "another token", &vectors).await);
    let mut refused = 0;
    for ((vector, signature), foreign) in vectors.iter().zip(&right).zip(&foreign) {
        let taken = status(&otpd, vector, Some(signature)).await;
        assert!([200, 204].contains(&taken), "{taken}: {vector:?}");
        for signature in [None, Some(""), Some("AAAA"), Some(foreign.as_str())] {
            assert_eq!(status(&otpd, vector, signature).await, 403, "{vector:?} signed {signature:?}");
        }
        for other in changed(vector) {
            assert_eq!(status(&otpd, &other, Some(signature)).await, 403, "{other:?} signed as {vector:?}");
            refused += 1;
        }
    }
    println!("{} signatures taken, {refused} changed requests refused", vectors.len());
}
