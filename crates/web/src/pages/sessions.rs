//! `/dashboard/sessions/…`: ending one's sessions elsewhere.

use axum::extract::State;
use axum::response::Response;
use otpd_domain::session::SessionId;
use otpd_domain::sign_in::{end_other_sessions, end_session};

use super::see_other;
use crate::cookies::Kind;
use crate::error::Problem;
use crate::extract::{CheckedForm, FieldFault, FieldProblem, PageVisitor, SignedInBrowser};
use crate::state::WebState;

/// Ends one session. One that is ended already, or somebody else's, changes nothing and is not told apart.
pub async fn end(
    State(state): State<WebState>,
    SignedInBrowser { who, .. }: SignedInBrowser,
    PageVisitor(visitor): PageVisitor,
    form: CheckedForm,
) -> Result<Response, Problem> {
    let text = form.require("session_id")?;
    let malformed = || FieldProblem { field: "session_id".to_owned(), fault: FieldFault::Malformed };
    let session = SessionId::parse(text).ok_or_else(malformed)?;
    end_session(state.domain(), who.account.id, session, &visitor.trail()).await?;
    if session != who.session.id {
        return Ok(see_other("/dashboard/"));
    }
    let mut response = see_other("/otp/request/");
    state.cookie_rules().clear(response.headers_mut(), Kind::Session);
    Ok(response)
}

/// Ends all sessions but this one.
pub async fn end_others(
    State(state): State<WebState>,
    SignedInBrowser { who, .. }: SignedInBrowser,
    PageVisitor(visitor): PageVisitor,
    _: CheckedForm,
) -> Result<Response, Problem> {
    end_other_sessions(state.domain(), who.account.id, who.session.id, &visitor.trail()).await?;
    Ok(see_other("/dashboard/"))
}
