//! `POST /api/v1/sign-ins/{id}/check`

use axum::extract::State;
use axum::response::Response;
use otpd_domain::api_key::Scope;
use otpd_domain::challenge::ChallengeHandle;
use otpd_domain::ports::AccessToken;
use otpd_domain::session::SessionToken;
use otpd_domain::sign_in::{Verified, VerifyCode, signed_in, verify_code};
use otpd_domain::{Fault, session};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::find;
use crate::api::caller::Caller;
use crate::api::json::Json;
use crate::api::v1::accounts::Account;
use crate::api::v1::given::given;
use crate::api::v1::kinds;
use crate::api::v1::path::Id;
use crate::api::v1::problem::{Failure, Refusal};
use crate::api::v1::reply;
use crate::api::v1::text::{CodeText, LineText};
use crate::moment::Moment;
use crate::state::WebState;

/// What the person typed.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TypedSignInCode {
    /// The code.
    code: CodeText,
    /// How the person's browser or app calls itself; shown to them in their list of sessions.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = LineText, required = false)]
    user_agent: Option<LineText>,
}

/// Somebody is signed in.
#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    /// The session that was opened.
    session: OpenedSession,
    /// A short-lived token for other services, who check it with the keys at `/.well-known/jwks.json`.
    access_token: IssuedToken,
    /// Who is signed in.
    account: Account,
}

/// A session with its token.
#[derive(Serialize, ToSchema)]
pub struct OpenedSession {
    /// Names the session; gives no power.
    #[schema(format = "uuid", example = "019aa4d2-0e2c-7b5c-9b43-7f6f7f0d5a11")]
    id: String,
    /// The secret that the session is used with. Shown now and never again.
    #[schema(example = "Zm9yIHRoZSBkb2N1bWVudGF0aW9uIG9ubHksIG5vdCBhIHJlYWwgb25l")]
    token: String,
    /// When it ends whatever happens; unused it ends earlier.
    #[schema(format = "date-time", example = "2026-12-05T06:00:00Z")]
    expires_at: String,
}

/// A signed access token.
#[derive(Serialize, ToSchema)]
pub struct IssuedToken {
    /// A JWT, signed with `EdDSA`.
    #[schema(example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl")]
    token: String,
    /// How it is sent: `Authorization: Bearer …`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// From when on it is dead.
    #[schema(format = "date-time", example = "2026-11-21T06:15:00Z")]
    expires_at: String,
}

/// Check a code and sign in
///
/// Opens a session. Introspect its token to learn whether it is still good; end it with the sessions operations. A wrong
/// code spends a guess; `type` tells why a code was not taken.
#[utoipa::path(
    post,
    path = "/api/v1/sign-ins/{id}/check",
    operation_id = "checkSignIn",
    tag = "Sign-ins",
    security(("api_key" = ["sign-ins"])),
    params(Id<ChallengeHandle>),
    request_body(content = TypedSignInCode, example = json!({"code": "123456", "user_agent": "Mozilla/5.0"})),
    responses((status = 200, description = "It is the code: the person is signed in.", body = SignedIn)),
    extensions(("x-problems" = json!([
        "superseded", "code-wrong", "code-malformed", "too-many-attempts", "guess-budget-spent", "code-expired",
        "code-used"
    ])))
)]
pub async fn check_sign_in(
    State(state): State<WebState>,
    caller: Caller,
    Id(handle): Id<ChallengeHandle>,
    Json(body): Json<TypedSignInCode>,
) -> Result<Response, Failure> {
    caller.require(Scope::SignIns)?;
    find(&state, &handle).await?;
    let user_agent = body.user_agent.map_or_else(String::new, |text| text.as_str().to_owned());
    let (typed, visitor) = (body.code.as_str().to_owned(), caller.visitor);
    let input = VerifyCode { handle, typed, user_agent, replaces: None, visitor };
    match verify_code(state.domain(), input).await? {
        Verified::SignedIn { token, .. } => Ok(reply::ok(&opened(&state, &token).await?)),
        Verified::Refused(refusal) => Err(refusal.into()),
    }
}

async fn opened(state: &WebState, token: &SessionToken) -> Result<SignedIn, Failure> {
    let domain = state.domain();
    // Disabled in the blink of an eye since: nobody is signed in.
    let who = signed_in(domain, token).await?.ok_or(Refusal::new(kinds::SUPERSEDED))?;
    let session::Session { id, expires_at, .. } = who.session;
    let issued = domain.ports.tokens.issue(&who.account, id, domain.clock.now());
    let AccessToken { token: access_token, expires_at: access_ends } = issued.map_err(Fault::from)?;
    Ok(SignedIn {
        session: OpenedSession { id: id.to_string(), token: token.to_text(), expires_at: Moment::from(expires_at).iso },
        access_token: IssuedToken {
            token: access_token,
            token_type: "Bearer",
            expires_at: Moment::from(access_ends).iso,
        },
        account: who.account.into(),
    })
}
