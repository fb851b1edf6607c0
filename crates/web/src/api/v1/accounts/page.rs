//! Which page of the list is asked for: the query, read as strictly as a body.

use axum::extract::FromRequestParts;
use http::request::Parts;
use otpd_domain::account::{AccountId, Role as StoredRole};
use otpd_domain::ports::AccountQuery;
use utoipa::IntoParams;

use super::Role;
use crate::api::v1::kinds;
use crate::api::v1::problem::{Failure, Refusal};
use crate::api::v1::text::SearchText;
use crate::extract::Fields;
use crate::state::WebState;

/// Accounts on a page when the caller does not say.
const USUAL: u32 = 20;
/// Most accounts on a page.
const MOST: u32 = 100;
/// The names of the query.
const KNOWN: [&str; 5] = ["limit", "cursor", "role", "active", "q"];

/// What the document says of the query.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "it describes; the query is read below")]
pub struct PageParams {
    /// Accounts on a page.
    #[param(minimum = 1, maximum = 100, default = 20, required = false)]
    limit: u32,
    /// The `next_cursor` of the page before. Keep the other parameters as they were.
    #[param(pattern = "^[0-9a-f]{16}$", required = false)]
    cursor: String,
    /// Only accounts of that role.
    #[param(inline, required = false)]
    role: Role,
    /// Only accounts that may (`true`) or may not (`false`) sign in.
    #[param(required = false)]
    active: bool,
    /// Only accounts whose name, e-mail address or phone number contains this text, whatever its case.
    #[param(inline, required = false)]
    q: SearchText,
}

/// A page of the list.
pub struct Page {
    /// What is asked for; one account more than is shown, to see whether there are more.
    pub query: AccountQuery,
    /// Accounts on the page.
    pub limit: usize,
    fields: Fields,
}

impl FromRequestParts<WebState> for Page {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &WebState) -> Result<Self, Failure> {
        let fields =
            Fields::parse(parts.uri.query().unwrap_or_default().as_bytes()).map_err(crate::error::Problem::from)?;
        if let Some(unknown) = fields.names().find(|name| !KNOWN.contains(name)) {
            let unknown: String = unknown.chars().take(40).collect();
            return Err(refused(&unknown, &format!("there is no such parameter; there are {}", KNOWN.join(", "))));
        }
        let limit = read(&fields, "limit", "a number from 1 to 100", limit)?.unwrap_or(USUAL);
        let query = AccountQuery {
            after: read(&fields, "cursor", "the next_cursor of a page", cursor)?,
            limit: limit + 1,
            role: read(&fields, "role", "customer, staff or superuser", StoredRole::from_word)?,
            active: read(&fields, "active", "true or false", |text| text.parse().ok())?,
            containing: read(&fields, "q", "1 to 100 characters", search)?,
        };
        Ok(Self { query, limit: limit as usize, fields })
    }
}

impl Page {
    /// The path of the page that begins after that account, with the same parameters.
    pub fn next(&self, cursor: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for name in KNOWN.iter().filter(|name| **name != "cursor") {
            if let Some(value) = self.fields.get(name) {
                query.append_pair(name, value);
            }
        }
        query.append_pair("cursor", cursor);
        format!("/api/v1/accounts?{}", query.finish())
    }
}

/// The cursor of the page that begins after that account. Callers keep it as it is; every such text is one, so that a wrong
/// one shows a page rather than breaking a list.
pub fn cursor_after(AccountId(id): AccountId) -> String {
    format!("{id:016x}")
}

fn read<T>(
    fields: &Fields,
    name: &'static str,
    expected: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, Failure> {
    let Some(text) = fields.get(name) else { return Ok(None) };
    parse(text).map(Some).ok_or_else(|| refused(name, &format!("expected {expected}")))
}

fn refused(name: &str, detail: &str) -> Failure {
    Refusal::field(kinds::INVALID_REQUEST, name, detail).into()
}

fn limit(text: &str) -> Option<u32> {
    // "+5" and "05" are numbers to Rust, and none to JSON Schema.
    text.parse().ok().filter(|limit| (1..=MOST).contains(limit) && limit.to_string() == text)
}

fn cursor(text: &str) -> Option<AccountId> {
    let plain = text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let id = plain.then(|| u64::from_str_radix(text, 16).ok()).flatten()?;
    Some(AccountId(id.cast_signed()))
}

fn search(text: &str) -> Option<String> {
    SearchText::parse(text.to_owned()).ok().map(|text| text.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_read_back() {
        for id in [0, 1, 250, i64::MAX, -1] {
            assert_eq!(cursor(&cursor_after(AccountId(id))), Some(AccountId(id)));
        }
        for wrong in ["", "1", "00000000000000001", "000000000000000g", "000000000000000A", "+00000000000000f"] {
            assert_eq!(cursor(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn limits_are_plain_numbers() {
        assert_eq!((limit("1"), limit("100")), (Some(1), Some(100)));
        for wrong in ["", "0", "101", "-1", "+5", "05", "1.0", "x", "4294967297"] {
            assert_eq!(limit(wrong), None, "{wrong}");
        }
    }
}
