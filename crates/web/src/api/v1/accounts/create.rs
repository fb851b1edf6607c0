//! `POST /api/v1/accounts`

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use otpd_domain::account::{NewAccount as Profile, Role};
use otpd_domain::administer;
use otpd_domain::api_key::Scope;
use otpd_domain::identifier::{Channel, Identifier};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Account, CustomerType, find, not_stored};
use crate::api::caller::Caller;
use crate::api::json::Json;
use crate::api::v1::contact::identifier;
use crate::api::v1::given::given;
use crate::api::v1::kinds;
use crate::api::v1::problem::{Failure, Refusal};
use crate::api::v1::reply;
use crate::api::v1::text::{EmailText, LanguageText, LineText, NameText, PhoneText};
use crate::state::WebState;

/// An account to create: a customer. It needs an e-mail address or a phone number, which you know to be the person's.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// Full name; messages greet by it.
    name: NameText,
    /// E-mail address.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = EmailText, required = false)]
    email: Option<EmailText>,
    /// Phone number.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = PhoneText, required = false)]
    phone: Option<PhoneText>,
    /// Postal address.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = LineText, required = false)]
    address: Option<LineText>,
    /// What kind of customer; the first kind that the server knows when it is left out.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = CustomerType, required = false)]
    customer_type: Option<String>,
    /// Whether it may sign in; true when it is left out.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = bool, required = false, default = true)]
    active: Option<bool>,
    /// The language its messages are written in; that of the person's browser when it is left out.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = LanguageText, required = false)]
    language: Option<LanguageText>,
}

/// Create an account
///
/// It is a customer's: accounts of staff are made by `otpd account create`, on the server. The person signs in with a code
/// to one of the contacts.
#[utoipa::path(
    post,
    path = "/api/v1/accounts",
    operation_id = "createAccount",
    tag = "Accounts",
    security(("api_key" = ["accounts-write"])),
    request_body(content = NewAccount, example = json!({
        "name": "Ravi Kumar", "email": "ravi@example.com", "phone": "+919876500000", "address": "7 Hill Road, Pune",
        "language": "en"
    })),
    responses((status = 201, description = "The account.", body = Account)),
    extensions(("x-problems" = json!(["contact-unusable", "contact-taken"])), ("x-creates" = json!(true)))
)]
pub async fn create_account(
    State(state): State<WebState>,
    caller: Caller,
    Json(body): Json<NewAccount>,
) -> Result<Response, Failure> {
    caller.require(Scope::AccountsWrite)?;
    if body.email.is_none() && body.phone.is_none() {
        let detail = "give an e-mail address, a phone number, or both";
        return Err(Refusal::field(kinds::INVALID_REQUEST, "email", detail).into());
    }
    let profile = profile(&state, body)?;
    let by = caller.visitor.trail();
    let created = administer::create_customer(state.domain(), profile, state.customer_types(), &by).await;
    let id = created.map_err(not_stored)?;
    let account = Account::from(find(&state, id).await?);
    Ok(reply::created(&format!("/api/v1/accounts/{id}"), HeaderMap::new(), &account))
}

fn profile(state: &WebState, body: NewAccount) -> Result<Profile, Failure> {
    let mut profile = Profile {
        name: body.name.as_str().to_owned(),
        names: None,
        email: None,
        phone: None,
        address: body.address.map_or_else(String::new, |address| address.as_str().to_owned()),
        customer_type: body.customer_type.or_else(|| state.customer_types().first().cloned()).unwrap_or_default(),
        role: Role::Customer,
        active: body.active.unwrap_or(true),
        language: body.language.map(|language| language.as_str().to_owned()),
    };
    if let Some(email) = body.email {
        set_contact(&mut profile, identifier(state, Channel::Email, email.as_str(), "email")?);
    }
    if let Some(phone) = body.phone {
        set_contact(&mut profile, identifier(state, Channel::Sms, phone.as_str(), "phone")?);
    }
    Ok(profile)
}

/// Puts a contact where it belongs.
fn set_contact(profile: &mut Profile, contact: Identifier) {
    match contact {
        Identifier::Email(email) => profile.email = Some(email),
        Identifier::Phone(phone) => profile.phone = Some(phone),
    }
}
