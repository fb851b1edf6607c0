//! Accounts: customers, and staff to look at. One operation a file.

pub mod create;
pub mod list;
mod page;
pub mod read;
pub mod update;

use otpd_domain::account::{Account as Stored, AccountId, ProfileError, Role as StoredRole};
use otpd_domain::administer::ChangeError;
use otpd_domain::ports::AccountError;
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::kinds;
use super::problem::{Failure, Refusal};
use crate::error::Problem;
use crate::moment::Moment;
use crate::state::WebState;

/// The routes.
pub fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(list::list_accounts, create::create_account))
        .routes(routes!(read::get_account, update::update_account))
}

/// A person's account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Account {
    /// Names it.
    #[schema(minimum = 1, example = 42)]
    id: i64,
    /// Full name; messages greet by it.
    #[schema(example = "Asha Rao")]
    name: String,
    /// E-mail address, in lower case.
    #[schema(required = true, example = "asha@example.com")]
    email: Option<String>,
    /// Phone number, international with its `+`.
    #[schema(required = true, example = "+919876543210")]
    phone: Option<String>,
    /// Postal address; may be empty.
    #[schema(example = "4 Lake Road, Pune")]
    address: String,
    /// What kind of customer.
    #[schema(example = "Household")]
    customer_type: String,
    /// What the account may do. The API tells, and never changes it: `otpd account set-role` does.
    role: Role,
    /// Whether it may sign in.
    active: bool,
    /// The language its messages are written in; null follows the person's browser.
    #[schema(required = true, example = "en")]
    language: Option<String>,
    /// When it was created.
    #[schema(format = "date-time", example = "2026-11-21T06:00:00Z")]
    created_at: String,
    /// When the person last signed in.
    #[schema(format = "date-time", required = true)]
    last_sign_in_at: Option<String>,
}

impl From<Stored> for Account {
    fn from(stored: Stored) -> Self {
        let Stored { id, profile, created_at, last_sign_in_at } = stored;
        Self {
            id: id.0,
            name: profile.name,
            email: profile.email.map(|email| email.to_string()),
            phone: profile.phone.map(|phone| phone.to_string()),
            address: profile.address,
            customer_type: profile.customer_type,
            role: profile.role.into(),
            active: profile.active,
            language: profile.language,
            created_at: Moment::from(created_at).iso,
            last_sign_in_at: last_sign_in_at.map(|at| Moment::from(at).iso),
        }
    }
}

/// What an account may do: `customer` signs in and sees its own data, `staff` looks after customers, `superuser` after
/// staff, too.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(example = "customer")]
pub enum Role {
    /// Signs in and sees its own data.
    Customer,
    /// Looks after customers.
    Staff,
    /// Looks after staff, too.
    Superuser,
}

impl From<StoredRole> for Role {
    fn from(role: StoredRole) -> Self {
        match role {
            StoredRole::Customer => Self::Customer,
            StoredRole::Staff => Self::Staff,
            StoredRole::Superuser => Self::Superuser,
        }
    }
}

/// What kind of customer: a name that the server's configuration lists.
#[derive(Clone, Debug)]
pub struct CustomerType;

impl PartialSchema for CustomerType {
    fn schema() -> RefOr<Schema> {
        // The document of a server lists the names that it knows.
        let text = ObjectBuilder::new().schema_type(Type::String).examples(["Household"]);
        text.description(Some("What kind of customer: a name that the server's configuration lists.")).into()
    }
}

impl ToSchema for CustomerType {}

/// The account of that id.
pub(super) async fn find(state: &WebState, id: AccountId) -> Result<Stored, Failure> {
    state.domain().ports.accounts.get(id).await.map_err(|error| not_stored(error.into()))
}

/// Why an account was not created or changed.
fn not_stored(error: ChangeError) -> Failure {
    let said = error.to_string();
    match error {
        ChangeError::Profile(ProfileError::NoIdentifier) => Refusal::saying(kinds::CONTACT_MISSING, said).into(),
        ChangeError::Profile(error) => Refusal::field(kinds::INVALID_REQUEST, field_of(&error), said).into(),
        ChangeError::Account(AccountError::EmailTaken) => Refusal::field(kinds::CONTACT_TAKEN, "email", said).into(),
        ChangeError::Account(AccountError::PhoneTaken) => Refusal::field(kinds::CONTACT_TAKEN, "phone", said).into(),
        ChangeError::Account(AccountError::NotFound) => Refusal::new(kinds::NOT_FOUND).into(),
        ChangeError::Account(AccountError::Changed) => Refusal::saying(kinds::CHANGED_MEANWHILE, said).into(),
        ChangeError::Account(AccountError::Store(error)) => Problem::Fault(error.into()).into(),
        ChangeError::NotACustomer => Refusal::saying(kinds::NOT_A_CUSTOMER, said).into(),
        ChangeError::Fault(fault) => fault.into(),
    }
}

fn field_of(error: &ProfileError) -> &'static str {
    match error {
        ProfileError::NoName => "name",
        ProfileError::TooLong(field) | ProfileError::ControlCharacters(field) => field,
        ProfileError::UnknownType { .. } => "customer_type",
        ProfileError::NoIdentifier => "email",
    }
}
