//! `/otp/verify/`, `/register/verify/`, `/password/new/`, `/account/contact/verify/`: type the code.

mod entry;
mod redeem;
mod showing;
mod view;

use axum::response::Response;

pub use self::entry::{CodeEntry, who_may_be_signed_in};
use self::redeem::{Presented, redeem};
pub use self::showing::Showing;
pub use self::view::{CodeError, VerifyPage};
use crate::error::Problem;
use crate::extract::{CheckedForm, Query, SentCookies, UserAgent, has_letters};

pub async fn show(entry: CodeEntry, cookies: SentCookies, query: Query) -> Result<Response, Problem> {
    entry.showing(&cookies, query.next.as_ref()).with_letters(query.letters).page(None, "").await
}

pub async fn submit(
    entry: CodeEntry,
    UserAgent(user_agent): UserAgent,
    form: Result<CheckedForm, Problem>,
) -> Result<Response, Problem> {
    let form = match form {
        Err(Problem::Forged { refusal, form: Some(form) }) if form.cookies.pending.readable().is_some() => {
            tracing::info!(%refusal, "a form was shown again");
            let next = form.next();
            let showing = entry.showing(&form.cookies, next.as_ref()).with_letters(has_letters(&form));
            return showing.page(Some(CodeError::Stale), "").await;
        }
        form => form?,
    };
    let next = form.next();
    let showing = entry.showing(&form.cookies, next.as_ref()).with_letters(has_letters(&form));
    let Some(handle) = form.cookies.pending.readable() else { return Ok(showing.lost()) };
    let typed = form.text("otp_code");
    let presented = Presented { handle, typed, password: form.text("password"), user_agent };
    match redeem(&entry, &form.cookies, presented).await? {
        Ok(redeemed) => Ok(showing.done(redeemed)),
        Err(refused) => showing.refuse(refused, typed).await,
    }
}
