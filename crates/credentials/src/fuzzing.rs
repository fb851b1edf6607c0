//! The door of the fuzz targets to the private parsers of this crate; not part of its interface.

pub use crate::passwords::argon2id::{Argon2Hash, Memory};
pub use crate::passwords::django::DjangoHash;
pub use crate::tokens::keys::SigningKey;
