//! Registering, and proving the contact that activates the account: one use case a file.
//!
//! A registration is nothing but a request until somebody proves one of its contacts; it holds no contact and no power.
//! Whoever proves a contact first has it: see [`crate::ports::Effect::Activate`].

mod activate;
mod form;
mod resend;
mod submit;

pub use activate::{Activate, Activated, Proof, activate};
pub use form::{NewRegistration, RegistrationForm, RegistrationProblem};
pub use resend::resend_activation;
pub use submit::{Register, Submitted, register};
