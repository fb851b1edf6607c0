//! Every kind of problem the API answers with. The documentation page lists them under the anchors that `type` leads to.

use http::StatusCode;

/// A kind of problem: what RFC 9457 calls a problem type.
#[derive(Debug)]
pub struct Kind {
    /// The last part of its `type`, and the anchor on the documentation page.
    pub slug: &'static str,
    /// The status it is answered with.
    pub status: StatusCode,
    /// What it is called.
    pub title: &'static str,
    /// What it means and what to do about it.
    pub meaning: &'static str,
}

impl Kind {
    /// The `type` of its problem details: a path on this server, the same on every server, that leads to its description.
    pub fn uri(&self) -> String {
        format!("/api/docs#{}", self.slug)
    }

    /// The kind of that slug.
    pub fn find(slug: &str) -> Option<&'static Self> {
        ALL.iter().copied().find(|kind| kind.slug == slug)
    }
}

macro_rules! kinds {
    ($($name:ident $status:ident $slug:literal $title:literal $meaning:literal;)*) => {
        $(#[doc = $title]
        pub const $name: &Kind = &Kind {
            slug: $slug,
            status: StatusCode::$status,
            title: $title,
            meaning: $meaning,
        };)*
        /// All kinds, in the order they are documented.
        pub const ALL: &[&Kind] = &[$($name),*];
    };
}

kinds! {
    INVALID_REQUEST BAD_REQUEST "invalid-request" "The request cannot be read"
        "A field, a parameter or the body as a whole is not what this operation takes. `errors` names each field and says \
         why. Correct the request; the same one again gets the same answer.";
    IDEMPOTENCY_KEY_MALFORMED BAD_REQUEST "idempotency-key-malformed" "The Idempotency-Key cannot be read"
        "Send the header once, with 1 to 255 visible ASCII characters. A fresh UUID for each thing you want done is a good \
         choice.";
    UNAUTHORIZED UNAUTHORIZED "unauthorized" "No API key that is in force"
        "Send `Authorization: Bearer otpd_…` with a key made by `otpd api-key create`. The key may be mistyped, expired or \
         revoked.";
    SCOPE_MISSING FORBIDDEN "scope-missing" "The API key may not do this"
        "The key lacks a scope; `WWW-Authenticate` names it. Make a key that has it.";
    NOT_A_CUSTOMER FORBIDDEN "not-a-customer" "Only customers can be changed"
        "The account belongs to staff. No API key can change staff, so that a lost key gives nobody their rights. Use \
         `otpd account` on the server.";
    NOT_FOUND NOT_FOUND "not-found" "There is nothing here"
        "The path or the id is wrong, or what it named has been cleaned up.";
    SUPERSEDED NOT_FOUND "superseded" "No longer there"
        "A newer code took its place, or it was cancelled. Use the id of the newer one, or begin anew.";
    METHOD_NOT_ALLOWED METHOD_NOT_ALLOWED "method-not-allowed" "No such method here"
        "`Allow` lists the methods of this path.";
    CODE_WRONG CONFLICT "code-wrong" "Not the code that was sent"
        "One guess is spent; `attempts_left` says how many are left. Let the person type it again.";
    CODE_MALFORMED CONFLICT "code-malformed" "Not written like a code"
        "It has neither as many digits as codes of this kind, nor is it a long code of 13 letters and digits. No guess is \
         spent.";
    TOO_MANY_ATTEMPTS CONFLICT "too-many-attempts" "All guesses are spent"
        "This code is dead, the right one included. Have another one sent.";
    CODE_EXPIRED CONFLICT "code-expired" "The code's time is over"
        "Have another one sent.";
    CODE_USED CONFLICT "code-used" "The code was used already"
        "A code is good once. If it was you, this is already verified; otherwise begin anew.";
    CONTACT_UNUSABLE CONFLICT "contact-unusable" "Nobody can have this contact"
        "It is written as a phone number or an address may be written, but no country has such a number, or no mail server \
         could have such an address. Ask the person for it again.";
    CONTACT_TAKEN CONFLICT "contact-taken" "Another account has this contact"
        "An address or a number belongs to one account at most. `errors` names the field.";
    CONTACT_MISSING CONFLICT "contact-missing" "The account would be left without a contact"
        "An account needs an e-mail address or a phone number, or nobody could sign in to it.";
    CHANGED_MEANWHILE CONFLICT "changed-meanwhile" "The account keeps being changed"
        "Others changed it while this request tried to. Look at it, and try again if your change still makes sense.";
    BODY_TOO_LARGE PAYLOAD_TOO_LARGE "body-too-large" "The body is larger than 64 KiB"
        "No request of this API needs so much.";
    MEDIA_TYPE UNSUPPORTED_MEDIA_TYPE "media-type" "The body is of another type"
        "Send `Content-Type: application/json`, and `application/merge-patch+json` with PATCH.";
    IDEMPOTENCY_KEY_REUSED CONFLICT "idempotency-key-reused" "The Idempotency-Key belongs to another request"
        "The key was used before, with another body or path. Make a fresh one for each thing you want done.";
    TOO_SOON TOO_MANY_REQUESTS "too-soon" "Too soon after the last code"
        "Wait as long as `Retry-After` says. The last code is still good.";
    RATE_LIMITED TOO_MANY_REQUESTS "rate-limited" "Too many codes for this contact"
        "`limit` says which limit it is: `purpose`, that of the verification's type, `contact`, that of the contact over all \
         doors and purposes, or `cooldown`, the wait after a code. `Retry-After` says when there is room for another one. For \
         `purpose`, `RateLimit` says so, too.";
    SMS_UNAVAILABLE TOO_MANY_REQUESTS "sms-unavailable" "No text messages to this number just now"
        "Too many went to numbers like it, too few of their codes were typed, or the money for the day is spent; `limit` says \
         which: `block`, `country`, `block-closed`, `ceiling`. Send the code to an e-mail address, or wait as long as \
         `Retry-After` says.";
    COUNTRY_NOT_SERVED CONFLICT "country-not-served" "No text messages to this country"
        "The server's configuration leaves the number's country out. Waiting does not help; send the code to an e-mail \
         address.";
    GUESS_BUDGET_SPENT TOO_MANY_REQUESTS "guess-budget-spent" "Too many wrong codes for this contact"
        "So many wrong codes were typed for this contact, by whomever, that this one was not compared. Have another one sent: \
         it will be longer, with letters, and works at once. `Retry-After` says when a short one works again.";
    INTERNAL INTERNAL_SERVER_ERROR "internal" "Our fault"
        "Nothing was done. The server's log says what happened.";
    UNAVAILABLE SERVICE_UNAVAILABLE "unavailable" "Not able to work just now"
        "Nothing was done. Try again after as many seconds as `Retry-After` says.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn slugs_are_their_own() {
        let slugs: BTreeSet<&str> = ALL.iter().map(|kind| kind.slug).collect();
        assert_eq!(slugs.len(), ALL.len());
        for kind in ALL {
            assert!(kind.slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", kind.slug);
            assert!(Kind::find(kind.slug).is_some_and(|found| found.title == kind.title));
        }
    }
}
