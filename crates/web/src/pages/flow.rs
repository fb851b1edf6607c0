//! The ways on which a code is typed at a page: what it is good for, and which pages lead there.

use otpd_domain::challenge::Purpose;

/// What a person types a code for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// To sign in.
    SignIn,
    /// To activate a registration.
    Registration,
    /// To choose a new password.
    PasswordReset,
    /// To give the account another address or number.
    NewContact,
}

impl Flow {
    const ALL: [Self; 4] = [Self::SignIn, Self::Registration, Self::PasswordReset, Self::NewContact];

    /// What the codes of this way are good for.
    pub fn purpose(self) -> Purpose {
        match self {
            Self::SignIn => Purpose::SignIn,
            Self::Registration => Purpose::Registration,
            Self::PasswordReset => Purpose::PasswordReset,
            Self::NewContact => Purpose::NewContact,
        }
    }

    /// The page on which the way begins: the contact is typed there.
    pub fn ask(self) -> &'static str {
        match self {
            Self::SignIn => "/otp/request/",
            Self::Registration => "/register/",
            Self::PasswordReset => "/password/forgotten/",
            Self::NewContact => "/account/contact/",
        }
    }

    /// The page on which the code is typed.
    pub fn verify(self) -> &'static str {
        match self {
            Self::SignIn => "/otp/verify/",
            Self::Registration => "/register/verify/",
            Self::PasswordReset => "/password/new/",
            Self::NewContact => "/account/contact/verify/",
        }
    }

    /// The page on which another code is asked for.
    pub fn resend(self) -> &'static str {
        match self {
            Self::SignIn => "/otp/resend/",
            Self::Registration => "/register/resend/",
            Self::PasswordReset => "/password/resend/",
            Self::NewContact => "/account/contact/resend/",
        }
    }

    /// The way of a purpose; codes that other back ends ask for are typed at no page of ours.
    pub fn of(purpose: &Purpose) -> Option<Self> {
        Self::ALL.into_iter().find(|flow| flow.purpose() == *purpose)
    }

    /// The way that one of its pages belongs to.
    pub fn of_path(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flow| [flow.ask(), flow.verify(), flow.resend()].contains(&path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_belongs_to_one_way() {
        let mut pages: Vec<_> = Flow::ALL.iter().flat_map(|flow| [flow.ask(), flow.verify(), flow.resend()]).collect();
        for flow in Flow::ALL {
            assert_eq!(Flow::of(&flow.purpose()), Some(flow));
            assert_eq!(Flow::of_path(flow.resend()), Some(flow));
        }
        pages.sort_unstable();
        pages.dedup();
        assert_eq!(pages.len(), 12);
        assert_eq!(Flow::of_path("/login/"), None);
    }
}
