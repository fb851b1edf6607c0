//! `/api/login/`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use otpd_domain::Fault;
use otpd_domain::password_sign_in::{LogIn, LoggedIn, log_in as compare};
use serde::{Deserialize, Serialize};

use super::Admitted;
use super::user::User;
use crate::api::contact;
use crate::api::json::Json;
use crate::api::refused::Refused;
use crate::api::reply::reply;
use crate::api::words::Words;
use crate::error::Problem;
use crate::extract::UserAgent;
use crate::state::WebState;

/// Who wants in.
#[derive(Deserialize)]
pub struct Login {
    email: Option<String>,
    phone: Option<String>,
    password: String,
}

#[derive(Serialize)]
struct LoggedInReply {
    message: String,
    user: User,
    token: String,
}

/// Compares the password, opens a session, and gives out an access token for it. Unknown, inactive and wrong are one.
pub async fn log_in(
    _: Admitted,
    State(state): State<WebState>,
    UserAgent(user_agent): UserAgent,
    words: Words,
    Json(body): Json<Login>,
) -> Result<Response, Problem> {
    let sent = contact::Sent { phone: body.phone.as_deref(), email: body.email.as_deref() };
    let (channel, typed) = sent.one()?;
    let identifier = state.domain().contacts.parse(channel, typed).ok();
    let input = LogIn { identifier, password: body.password, user_agent, replaces: None };
    let LoggedIn::Done { account, token } = compare(state.domain(), input).await? else {
        return Err(Refused::unauthorized("login-refused").into());
    };
    let domain = state.domain();
    let access = domain.ports.tokens.issue(&account, token.id, domain.clock.now()).map_err(Fault::from)?;
    let message = words.say("logged-in", &[]);
    Ok(reply(StatusCode::OK, &LoggedInReply { message, user: User::from(account.as_ref()), token: access.token }))
}
