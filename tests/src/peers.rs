//! A real mail server, aiosmtpd in Python, started by the tests that need one.
