//! Ids in paths. What is no id names nothing: 404, as an id of nothing does.

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use otpd_domain::account::AccountId;
use otpd_domain::challenge::ChallengeHandle;
use otpd_domain::session::SessionId;

use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{KnownFormat, Required, SchemaFormat};

use crate::error::Problem;
use crate::state::WebState;

/// What stands in a path between its slashes.
pub trait PathId: Sized {
    /// Reads it.
    fn parse(text: &str) -> Option<Self>;

    /// How it is described.
    fn describe() -> Described;
}

/// How an id is described.
pub struct Described {
    description: &'static str,
    schema: ObjectBuilder,
}

impl PathId for ChallengeHandle {
    fn parse(text: &str) -> Option<Self> {
        Self::parse(text)
    }

    fn describe() -> Described {
        let schema = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[A-Za-z0-9_-]{43}$"));
        Described { description: "The `id` of the reply that began it.", schema }
    }
}

impl PathId for SessionId {
    fn parse(text: &str) -> Option<Self> {
        // One way to write it, so that one session has one address.
        Self::parse(text).filter(|id| id.to_string() == text)
    }

    fn describe() -> Described {
        let format = Some(SchemaFormat::Custom("uuid".to_owned()));
        let schema = ObjectBuilder::new().schema_type(Type::String).format(format);
        Described { description: "The `id` of the session.", schema }
    }
}

impl PathId for AccountId {
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self).filter(|id| id.0 > 0 && id.to_string() == text)
    }

    fn describe() -> Described {
        let format = Some(SchemaFormat::KnownFormat(KnownFormat::Int64));
        let schema = ObjectBuilder::new().schema_type(Type::Integer).format(format).minimum(Some(1));
        Described { description: "The `id` of the account.", schema }
    }
}

/// The one id of a path.
#[derive(Clone, Debug)]
pub struct Id<T>(pub T);

impl<T: PathId> FromRequestParts<WebState> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Problem::NotFound)?;
        T::parse(&text).map(Self).ok_or(Problem::NotFound)
    }
}

impl<T: PathId> IntoParams for Id<T> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let Described { description, schema } = T::describe();
        let parameter = ParameterBuilder::new().name("id").parameter_in(ParameterIn::Path).required(Required::True);
        vec![parameter.description(Some(description)).schema(Some(schema)).build()]
    }
}
