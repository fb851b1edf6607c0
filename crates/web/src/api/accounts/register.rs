//! `/api/register/`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use otpd_domain::Visitor;
use otpd_domain::account::{MAX_TEXT, PersonNames, RegistrationId};
use otpd_domain::identifier::EmailAddress;
use otpd_domain::password::{MAX_LENGTH, PasswordError};
use otpd_domain::register::{Register, RegistrationForm, RegistrationProblem, Submitted, register as submit};
use serde::{Deserialize, Serialize};

use super::Admitted;
use crate::api::contact::{filled, refusal};
use crate::api::json::Json;
use crate::api::refused::Refused;
use crate::api::reply::reply;
use crate::api::words::Words;
use crate::error::Problem;
use crate::state::WebState;

/// What a person fills in. Whatever else is sent (`role`, `is_staff`, `id` …) is not read.
#[derive(Deserialize)]
pub struct Registration {
    email: String,
    phone: Option<String>,
    password: String,
    #[serde(default)]
    first_name: Option<String>,
    #[serde(default)]
    last_name: Option<String>,
    /// A proof of work, where the last reply asked for one.
    altcha: Option<String>,
}

#[derive(Serialize)]
struct Registered {
    message: String,
    user_id: RegistrationId,
    /// Names the code sent by e-mail, for whoever wants to bind the activation to this registration.
    verification_id: String,
    /// Names the code sent by SMS, where one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_verification_id: Option<String>,
}

/// Registers; the reply is the same whoever has the contacts.
pub async fn register(
    Admitted(visitor): Admitted,
    State(state): State<WebState>,
    words: Words,
    Json(body): Json<Registration>,
) -> Result<Response, Problem> {
    let visitor = Visitor { proof: body.altcha.clone(), ..visitor };
    let form = read(&state, body)?;
    let by_sms = form.phone.is_some() && state.domain().policy.registration.sms;
    let submitted = submit(state.domain(), Register { form, language: words.of_messages(), visitor }).await?;
    let (id, email, phone) = match submitted {
        Submitted::Done { id, email, phone } => (id, email, phone),
        Submitted::Refused(problem) => return Err(refused(problem).into()),
        Submitted::Limited(limited) => return Err(Refused::from(limited).into()),
    };
    let registered = Registered {
        message: words.say(if by_sms { "registered-both" } else { "registered" }, &[]),
        user_id: id,
        verification_id: email.to_text(),
        phone_verification_id: phone.map(|handle| handle.to_text()),
    };
    Ok(reply(StatusCode::CREATED, &registered))
}

fn read(state: &WebState, body: Registration) -> Result<RegistrationForm, Refused> {
    let phone = filled(body.phone.as_deref());
    let names = PersonNames { first: body.first_name.unwrap_or_default(), last: body.last_name.unwrap_or_default() };
    Ok(RegistrationForm {
        names,
        email: EmailAddress::parse(&body.email).map_err(|error| refusal(error.into()))?,
        phone: phone
            .map(|phone| state.domain().contacts.parse_phone(phone))
            .transpose()
            .map_err(|error| refusal(error.into()))?,
        password: body.password,
    })
}

fn refused(problem: RegistrationProblem) -> Refused {
    match problem {
        RegistrationProblem::NoName => Refused::bad("name-missing"),
        RegistrationProblem::NameTooLong => Refused::bad("name-long").with("most", MAX_TEXT),
        RegistrationProblem::NameControlCharacters => Refused::bad("control").with("field", "first_name"),
        RegistrationProblem::Password(error) => match error {
            PasswordError::TooShort(least) => Refused::bad("password-short").with("least", least),
            PasswordError::TooLong => Refused::bad("password-long").with("most", MAX_LENGTH),
            PasswordError::ControlCharacters => Refused::bad("control").with("field", "password"),
            PasswordError::Common => Refused::bad("password-common"),
        },
    }
}
