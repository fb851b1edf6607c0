//! The pages of otpd.
