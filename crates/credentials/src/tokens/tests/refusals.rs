//! Everything that must not pass for a token, one test each.

use super::*;

#[test]
fn algorithm_none_is_refused() {
    for name in ["none", "None", "NONE", ""] {
        let message = encoded(&with(header(), "alg", json!(name)), &claims());
        assert_eq!(refused(&format!("{message}.")), "it is no signed JSON Web Token");
        let signature = issue(&tokens()).token.rsplit('.').next().map(str::to_owned).expect("a signature");
        assert_eq!(refused(&format!("{message}.{signature}")), "it is no signed JSON Web Token");
    }
}

#[test]
fn the_public_key_is_no_secret_for_hs256() {
    let tokens = tokens();
    let x = tokens.key_set()["keys"][0]["x"].as_str().map(str::to_owned).expect("a public key");
    let raw = URL_SAFE_NO_PAD.decode(&x).expect("base64url");
    let spki = [&[0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0][..], &raw].concat();
    for secret in [raw.as_slice(), x.as_bytes(), spki.as_slice()] {
        let header = Header {
            typ: Some(TYPE.to_owned()),
            kid: Some(tokens.keys[0].id.clone()),
            ..Header::new(Algorithm::HS256)
        };
        let token = jsonwebtoken::encode(&header, &claims(), &EncodingKey::from_secret(secret)).expect("a token");
        assert_eq!(refused(&token), "it is signed with another algorithm than EdDSA");
    }
}

#[test]
fn rs256_and_the_others_are_refused() {
    for name in ["RS256", "PS512", "ES256", "HS512"] {
        let token = signed(1, &with(header(), "alg", json!(name)), &claims());
        assert_eq!(refused(&token), "it is signed with another algorithm than EdDSA");
    }
    assert_eq!(
        refused(&signed(1, &with(header(), "alg", json!("Ed448")), &claims())),
        "it is no signed JSON Web Token"
    );
}

#[test]
fn a_foreign_kid_is_refused() {
    for kid in [kid_of(&[2], 0), "../../dev/null".to_owned(), String::new()] {
        assert_eq!(refused(&signed(2, &with(header(), "kid", json!(kid)), &claims())), "no key of ours signed it");
    }
}

#[test]
fn a_foreign_key_under_our_kid_is_refused() {
    assert_eq!(refused(&signed(2, &header(), &claims())), "its signature is false");
}

#[test]
fn a_key_in_the_header_is_not_used() {
    let tokens = tokens_of(config(), &[2]);
    let jwk = tokens.key_set()["keys"][0].take();
    assert_eq!(refused(&signed(2, &with(header(), "jwk", jwk), &claims())), "its signature is false");
}

#[test]
fn a_missing_kid_is_refused() {
    assert_eq!(refused(&signed(1, &without(header(), "kid"), &claims())), "no key of ours signed it");
}

#[test]
fn an_expired_one_is_refused() {
    let exp = json!(NOW.as_millis() / 1000);
    assert_eq!(refused(&signed(1, &header(), &with(claims(), "exp", exp))), "it has expired");
}

#[test]
fn another_audience_is_refused() {
    let token = signed(1, &header(), &with(claims(), "aud", json!("https://api.example.com/")));
    assert_eq!(refused(&token), "it is meant for another audience");
    let both = json!(["https://other.example.com", "https://api.example.com"]);
    assert_eq!(refused(&signed(1, &header(), &with(claims(), "aud", both))), "its claims are missing or malformed");
}

#[test]
fn another_issuer_is_refused() {
    let token = signed(1, &header(), &with(claims(), "iss", json!("https://login.example.org")));
    assert_eq!(refused(&token), "another issuer made it");
}

#[test]
fn another_type_is_refused() {
    for typ in [json!("JWT"), json!("at+JWT"), json!("application/at+jwt"), json!("dpop+jwt"), Value::Null] {
        let reason = refused(&signed(1, &with(header(), "typ", typ), &claims()));
        assert_eq!(reason, "it is no access token: its header's type is not at+jwt");
    }
}

#[test]
fn demands_in_the_header_are_refused() {
    let token = signed(1, &with(header(), "crit", json!(["exp"])), &claims());
    assert_eq!(refused(&token), "its header demands what is not understood here");
}

#[test]
fn every_claim_is_needed_in_its_own_type() {
    for name in ["iss", "aud", "sub", "sid", "iat", "exp", "jti"] {
        for claims in [without(claims(), name), with(claims(), name, Value::Null), with(claims(), name, json!([1]))] {
            assert_eq!(refused(&signed(1, &header(), &claims)), "its claims are missing or malformed", "{claims}");
        }
    }
    for sub in ["", "forty-two", "42 ", "4.2", "+42", "042", "99999999999999999999"] {
        let token = signed(1, &header(), &with(claims(), "sub", json!(sub)));
        assert_eq!(refused(&token), "its subject or session is none of ours");
    }
    for sid in ["seven".to_owned(), format!("{{{SESSION}}}"), SESSION.to_string().replace('-', "")] {
        let token = signed(1, &header(), &with(claims(), "sid", json!(sid)));
        assert_eq!(refused(&token), "its subject or session is none of ours");
    }
}

#[test]
fn garbage_is_refused() {
    for garbage in
        ["", ".", "..", "...", "a.b.c", "Bearer x", "\u{0}", "é.é.é", "{}", "e30.e30.", "e30.e30.e30.e30.e30"]
    {
        assert_eq!(refused(garbage), "it is no signed JSON Web Token", "{garbage:?}");
    }
}

#[test]
fn an_oversized_one_is_refused_unread() {
    let padded = with(claims(), "padding", json!("x".repeat(MAX_TOKEN)));
    assert_eq!(refused(&signed(1, &header(), &padded)), "it is longer than any token of ours");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_token_is_refused(at in any::<prop::sample::Index>(), to in "[A-Za-z0-9_.-]") {
        let tokens = tokens();
        let token = issue(&tokens).token;
        let at = at.index(token.len());
        let changed = format!("{}{to}{}", &token[..at], &token[at + 1..]);
        prop_assert_eq!(tokens.check(&changed, NOW).is_ok(), changed == token);
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}") {
        prop_assert!(tokens().check(&text, NOW).is_err());
    }
}
