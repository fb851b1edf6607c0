//! `PATCH /api/v1/accounts/{id}`

use axum::extract::{FromRequest, Request, State};
use axum::response::Response;
use otpd_domain::account::{AccountId, NewAccount as Profile};
use otpd_domain::administer;
use otpd_domain::api_key::Scope;
use otpd_domain::identifier::{Channel, EmailAddress, Identifier, PhoneNumber};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::{Account, CustomerType, find, not_stored};
use crate::api::caller::Caller;
use crate::api::json::read_json;
use crate::api::v1::contact::identifier;
use crate::api::v1::given::given;
use crate::api::v1::kinds;
use crate::api::v1::path::Id;
use crate::api::v1::problem::{Failure, Refusal};
use crate::api::v1::reply;
use crate::api::v1::text::{EmailText, LanguageText, LineText, NameText, PhoneText};
use crate::error::Problem;
use crate::state::WebState;

/// What is to change. Fields that are left out stay as they are; null takes a value away.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountPatch {
    /// Full name.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = NameText, required = false)]
    name: Option<NameText>,
    /// E-mail address, which you know to be the person's.
    #[serde(default, deserialize_with = "changed")]
    #[schema(value_type = Option<EmailText>, required = false)]
    email: Change<EmailText>,
    /// Phone number, which you know to be the person's.
    #[serde(default, deserialize_with = "changed")]
    #[schema(value_type = Option<PhoneText>, required = false)]
    phone: Change<PhoneText>,
    /// Postal address.
    #[serde(default, deserialize_with = "changed")]
    #[schema(value_type = Option<LineText>, required = false)]
    address: Change<LineText>,
    /// What kind of customer.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = CustomerType, required = false)]
    customer_type: Option<String>,
    /// Whether it may sign in. False ends all its sessions.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = bool, required = false)]
    active: Option<bool>,
    /// The language its messages are written in; null follows the person's browser.
    #[serde(default, deserialize_with = "changed")]
    #[schema(value_type = Option<LanguageText>, required = false)]
    language: Change<LanguageText>,
}

/// A field of a merge patch.
#[derive(Clone, Debug, Default)]
enum Change<T> {
    #[default]
    Keep,
    TakeAway,
    Set(T),
}

impl<T> Change<T> {
    /// What stands in the field afterwards.
    fn over<U>(&self, before: Option<U>, value: impl Fn(&T) -> U) -> Option<U> {
        match self {
            Self::Keep => before,
            Self::TakeAway => None,
            Self::Set(new) => Some(value(new)),
        }
    }

    /// The same change with the value read.
    fn map<U, E>(&self, read: impl Fn(&T) -> Result<U, E>) -> Result<Change<U>, E> {
        Ok(match self {
            Self::Keep => Change::Keep,
            Self::TakeAway => Change::TakeAway,
            Self::Set(new) => Change::Set(read(new)?),
        })
    }
}

fn changed<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Change<T>, D::Error> {
    Ok(Option::deserialize(deserializer)?.map_or(Change::TakeAway, Change::Set))
}

/// A JSON merge patch (RFC 7396).
pub struct MergePatch(AccountPatch);

impl FromRequest<WebState> for MergePatch {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &WebState) -> Result<Self, Problem> {
        read_json(request, "application/merge-patch+json").await.map(Self)
    }
}

/// Change an account
///
/// A JSON merge patch. Only customers can be changed, and no patch makes anybody staff. A contact that the account loses is
/// told. `{"active": false}` takes an account out of use and ends its sessions.
#[utoipa::path(
    patch,
    path = "/api/v1/accounts/{id}",
    operation_id = "updateAccount",
    tag = "Accounts",
    security(("api_key" = ["accounts-write"])),
    params(Id<AccountId>),
    request_body(
        content = AccountPatch, content_type = "application/merge-patch+json",
        examples(
            ("a new address" = (value = json!({"address": "9 Station Road, Pune"}))),
            ("out of use" = (value = json!({"active": false})))
        )
    ),
    responses((status = 200, description = "The account as it is now.", body = Account)),
    extensions(("x-problems" = json!(["contact-unusable", "contact-taken", "contact-missing", "not-a-customer", "changed-meanwhile"])))
)]
pub async fn update_account(
    State(state): State<WebState>,
    caller: Caller,
    Id(id): Id<AccountId>,
    MergePatch(patch): MergePatch,
) -> Result<Response, Failure> {
    caller.require(Scope::AccountsWrite)?;
    let (email, phone) = (email(&state, &patch.email)?, phone(&state, &patch.phone)?);
    let change = |profile: &mut Profile| apply(&patch, &email, &phone, profile);
    let by = caller.visitor.trail();
    let changed = administer::change_customer(state.domain(), id, state.customer_types(), &by, change).await;
    changed.map_err(not_stored)?;
    Ok(reply::ok(&Account::from(find(&state, id).await?)))
}

fn email(state: &WebState, change: &Change<EmailText>) -> Result<Change<EmailAddress>, Failure> {
    change.map(|text| match identifier(state, Channel::Email, text.as_str(), "email")? {
        Identifier::Email(email) => Ok(email),
        Identifier::Phone(_) => Err(Refusal::new(kinds::CONTACT_UNUSABLE).into()),
    })
}

fn phone(state: &WebState, change: &Change<PhoneText>) -> Result<Change<PhoneNumber>, Failure> {
    change.map(|text| match identifier(state, Channel::Sms, text.as_str(), "phone")? {
        Identifier::Phone(phone) => Ok(phone),
        Identifier::Email(_) => Err(Refusal::new(kinds::CONTACT_UNUSABLE).into()),
    })
}

fn apply(patch: &AccountPatch, email: &Change<EmailAddress>, phone: &Change<PhoneNumber>, profile: &mut Profile) {
    let line = |text: &LineText| text.as_str().to_owned();
    let language = |text: &LanguageText| text.as_str().to_owned();
    if let Some(name) = &patch.name {
        // The name in its two parts was that of the old one.
        profile.names = profile.names.take().filter(|names| names.full() == name.as_str());
        name.as_str().clone_into(&mut profile.name);
    }
    profile.email = email.over(profile.email.take(), Clone::clone);
    profile.phone = phone.over(profile.phone.take(), Clone::clone);
    profile.address = patch.address.over(Some(std::mem::take(&mut profile.address)), line).unwrap_or_default();
    profile.language = patch.language.over(profile.language.take(), language);
    if let Some(kind) = &patch.customer_type {
        kind.clone_into(&mut profile.customer_type);
    }
    profile.active = patch.active.unwrap_or(profile.active);
}
