//! Templates and languages: embedded ones, a company's own over them, and the choice between languages.
