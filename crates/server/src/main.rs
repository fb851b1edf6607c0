//! The `otpd` binary; what it does is in the library beside it.

use std::process::ExitCode;

/// A tenth of a request's time went into the C library's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    otpd::run()
}
