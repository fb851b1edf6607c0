//! What tests of every room share: a fixed clock, seeded entropy, the store contract suite, a test application.
