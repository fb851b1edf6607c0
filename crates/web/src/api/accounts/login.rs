//! `/api/login/`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use otpd_domain::password_sign_in::{LogIn, LoggedIn, log_in as compare};
use otpd_domain::{Fault, Visitor};
use serde::{Deserialize, Serialize};

use super::Admitted;
use super::user::User;
use crate::api::contact;
use crate::api::json::Json;
use crate::api::refused::Refused;
use crate::api::reply::reply;
use crate::api::words::Words;
use crate::error::Problem;
use crate::extract::{KnownBrowsers, UserAgent};
use crate::pages::flow::Flow;
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
///
/// An app that keeps cookies is known from then on, as browsers are: strangers who type wrong passwords do not keep it out.
pub async fn log_in(
    Admitted(visitor): Admitted,
    State(state): State<WebState>,
    UserAgent(user_agent): UserAgent,
    known: KnownBrowsers,
    words: Words,
    Json(body): Json<Login>,
) -> Result<Response, Problem> {
    let sent = contact::Sent { phone: body.phone.as_deref(), email: body.email.as_deref() };
    let (channel, typed) = sent.one()?;
    let identifier = state.domain().contacts.parse(channel, typed).ok();
    let visitor = Visitor { known: known.0, ..visitor };
    let input = LogIn { identifier, password: body.password, user_agent, replaces: None, visitor };
    let (account, token, known) = match compare(state.domain(), input).await? {
        LoggedIn::Done { account, token, known } => (account, token, known),
        LoggedIn::Refused => return Err(Refused::unauthorized("login-refused").into()),
        LoggedIn::OverBudget { wait } => {
            let link = state.public_url().link(Flow::SignIn.ask());
            return Err(Refused::wait("login-over-budget", wait).with("link", link).into());
        }
    };
    let domain = state.domain();
    let access = domain.ports.tokens.issue(&account, token.id, domain.clock.now()).map_err(Fault::from)?;
    let message = words.say("logged-in", &[]);
    let user = User::from(account.as_ref());
    let mut response = reply(StatusCode::OK, &LoggedInReply { message, user, token: access.token });
    state.cookie_rules().set_known(response.headers_mut(), state.keys(), &known);
    Ok(response)
}
