//! What is in a token, how long it lives, and who can check it.

use super::*;

#[test]
fn a_token_says_what_it_was_issued_for() {
    let tokens = tokens();
    let token = issue(&tokens);
    let claims = tokens.check(&token.token, NOW).expect("it is believed");
    assert_eq!((claims.account, claims.session), (AccountId(42), SESSION));
    assert_eq!((claims.expires_at, token.expires_at), (token.expires_at, Timestamp::from_millis(1_700_000_300_000)));
}

#[test]
fn a_token_holds_these_claims_and_nothing_personal() {
    let token = issue(&tokens()).token;
    assert_eq!(part(&token, 0), header());
    let (mut found, mut expected) = (part(&token, 1), claims());
    assert_eq!(found["jti"].as_str().map(str::len), Some(22), "sixteen random bytes");
    found["jti"].take();
    expected["jti"].take();
    assert_eq!(found, expected);
    assert!(token.len() < 1024, "{}", token.len());
}

#[test]
fn each_token_has_its_own_id() {
    let tokens = tokens();
    assert_ne!(part(&issue(&tokens).token, 1)["jti"], part(&issue(&tokens).token, 1)["jti"]);
}

#[test]
fn what_the_tests_forge_with_differs_from_ours_in_nothing_else() {
    assert!(tokens().check(&signed(1, &header(), &claims()), NOW).is_ok());
}

#[test]
fn it_lives_until_its_expiry_by_the_clock_given() {
    let tokens = tokens();
    let token = issue(&tokens);
    let last = Timestamp::from_millis(token.expires_at.as_millis() - 1);
    assert!(tokens.check(&token.token, last).is_ok());
    for dead in [token.expires_at, token.expires_at.after(Duration::from_hours(24 * 3650))] {
        assert_eq!(tokens.check(&token.token, dead).expect_err("dead").0, "it has expired");
    }
}

#[test]
fn rotation_signs_with_the_newest_and_believes_the_older() {
    let old = issue(&tokens_of(config(), &[1])).token;
    let rotated = tokens_of(config(), &[1, 2]);
    assert!(rotated.check(&old, NOW).is_ok());
    let new = issue(&rotated).token;
    assert_eq!(part(&new, 0)["kid"], json!(kid_of(&[2], 0)));
    assert!(rotated.check(&new, NOW).is_ok());
    let kids: Vec<_> =
        rotated.key_set()["keys"].as_array().expect("keys").iter().map(|key| key["kid"].clone()).collect();
    assert_eq!(kids, [json!(kid_of(&[2], 0)), json!(kid_of(&[1], 0))]);
    let retired = tokens_of(config(), &[2]);
    assert_eq!(retired.check(&old, NOW).expect_err("its key is gone").0, "no key of ours signed it");
}

#[test]
fn the_published_keys_alone_are_enough_to_check_a_token() {
    let tokens = tokens_of(config(), &[3, 9]);
    let token = issue(&tokens).token;
    let set: JwkSet = serde_json::from_value(tokens.key_set()).expect("a key set");
    let key = set.find(part(&token, 0)["kid"].as_str().expect("a kid")).expect("it is published");
    let (message, signature) = token.rsplit_once('.').expect("a signature");
    let key = DecodingKey::from_jwk(key).expect("a key");
    let verified = jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key, Algorithm::EdDSA);
    assert!(verified.expect("it can be checked"));
    for key in tokens.key_set()["keys"].as_array().expect("keys") {
        let names: Vec<_> = key.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(names.len(), 6, "nothing private: {names:?}");
    }
}

#[test]
fn signing_keys_are_derived_for_this_use_alone() {
    let secret = hmac::Key::new(hmac::HMAC_SHA256, &[1; SECRET_BYTES]);
    let keyring = keyring(&[1]);
    let (id, seed) = keyring.signing_seeds().next().expect("one key");
    assert_eq!((id, seed.as_slice()), (KeyId(1), hmac::sign(&secret, b"otpd/v1/signing").as_ref()));
}
