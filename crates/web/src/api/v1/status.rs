//! Where a code and its message stand, in the words of replies.

use otpd_domain::codes::Standing;
use otpd_domain::message::DeliveryNews;
use serde::Serialize;
use utoipa::ToSchema;

/// Where a code stands: it waits to be typed (`pending`), was typed rightly (`verified`), its time is over (`expired`), or
/// all guesses are spent (`too-many-attempts`). One that was given up is no longer there.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(example = "pending")]
pub enum Status {
    /// It waits to be typed.
    Pending,
    /// It was typed rightly.
    Verified,
    /// Its time is over.
    Expired,
    /// All guesses are spent.
    TooManyAttempts,
}

impl From<Standing> for Status {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Pending => Self::Pending,
            Standing::Verified => Self::Verified,
            // A superseded one is refused before it comes here; shown or not, it is over.
            Standing::Expired | Standing::Superseded => Self::Expired,
            Standing::TooManyAttempts => Self::TooManyAttempts,
        }
    }
}

/// What became of a message: not handed over yet (`on-its-way`), a try failed and more follow (`delayed`), handed over to
/// the mail server or SMS provider (`sent`), or it could not be sent (`failed`).
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(example = "on-its-way")]
pub enum Delivery {
    /// Not handed over yet.
    OnItsWay,
    /// A try failed; more follow.
    Delayed,
    /// Handed over.
    Sent,
    /// It could not be sent.
    Failed,
}

impl From<DeliveryNews> for Delivery {
    fn from(news: DeliveryNews) -> Self {
        match news {
            DeliveryNews::OnItsWay => Self::OnItsWay,
            DeliveryNews::Delayed => Self::Delayed,
            DeliveryNews::Sent => Self::Sent,
            DeliveryNews::Failed => Self::Failed,
        }
    }
}
