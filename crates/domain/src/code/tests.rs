use proptest::prelude::*;

use super::*;

/// Bytes from a small generator of its own: the rules' own tests must not depend on the testkit.
struct Xorshift(std::sync::Mutex<u64>);

impl Entropy for Xorshift {
    fn fill(&self, dest: &mut [u8]) -> Result<(), EntropyError> {
        let mut state = self.0.lock().map_err(|_| EntropyError)?;
        for byte in dest {
            *state ^= *state << 13;
            *state ^= *state >> 7;
            *state ^= *state << 17;
            *byte = state.to_be_bytes()[3];
        }
        Ok(())
    }
}

fn six() -> CodeLength {
    CodeLength::new(6).expect("6 is a length")
}

/// χ² with 9 degrees of freedom stays under 33.7 in all but one of ten thousand honest runs.
#[test]
fn every_position_is_uniform_over_a_million_codes() {
    let entropy = Xorshift(std::sync::Mutex::new(0x9E37_79B9_7F4A_7C15));
    let mut counts = [[0_u32; 10]; 6];
    for _ in 0..1_000_000 {
        let code = Code::generate(&entropy, six()).expect("entropy");
        for (position, digit) in code.digits().bytes().enumerate() {
            counts[position][usize::from(digit - b'0')] += 1;
        }
    }
    for position in counts {
        let chi_squared: f64 = position.iter().map(|n| (f64::from(*n) - 1e5).powi(2) / 1e5).sum();
        assert!(chi_squared < 33.7, "χ² {chi_squared} for {position:?}");
    }
}

#[test]
fn a_pasted_code_may_be_grouped() {
    for typed in ["123456", "123 456", "123-456", " 1 2 3 4 5 6 "] {
        assert_eq!(Code::parse(typed, six()).expect(typed).digits(), "123456");
    }
}

#[test]
fn what_cannot_be_a_code_is_refused() {
    for typed in ["", "12345", "1234567", "12345a", "１２３４５６", "12345\n", "123456\0", "١٢٣٤٥٦", "+12345"]
    {
        assert_eq!(Code::parse(typed, six()), Err(MalformedCode), "{typed:?}");
    }
}

/// χ² with 31 degrees of freedom stays under 71 in all but one of ten thousand honest runs.
#[test]
fn long_codes_are_uniform_and_have_no_letters_that_are_misread() {
    let entropy = Xorshift(std::sync::Mutex::new(0x9E37_79B9_7F4A_7C15));
    let mut counts = [[0_u32; 32]; LONG];
    for _ in 0..100_000 {
        let code = Code::generate_long(&entropy).expect("entropy");
        for (position, byte) in code.digits().bytes().enumerate() {
            let value = ALPHABET.iter().position(|known| *known == byte).expect("of the alphabet");
            counts[position][value] += 1;
        }
    }
    for position in counts {
        let chi_squared: f64 = position.iter().map(|n| (f64::from(*n) - 3_125.0).powi(2) / 3_125.0).sum();
        assert!(chi_squared < 71.0, "χ² {chi_squared} for {position:?}");
    }
}

#[test]
fn a_long_code_is_read_as_people_type_it() {
    let entropy = Xorshift(std::sync::Mutex::new(7));
    let code = Code::generate_long(&entropy).expect("entropy");
    let shown = code.readable();
    assert_eq!(shown.len(), LONG + 2);
    for typed in [shown.clone(), shown.to_lowercase(), shown.replace('-', " "), code.digits().to_owned()] {
        assert_eq!(Code::parse(&typed, six()).as_ref(), Ok(&code), "{typed}");
    }
    let misread = Code::parse("ooIL-llOO-12345", six()).expect("a long code");
    assert_eq!(misread.digits(), "0011110012345");
    for wrong in ["0011110012345U", "001111001234", "00111100123456", "001111001234é", "0011110012U45"] {
        assert_eq!(Code::parse(wrong, six()), Err(MalformedCode), "{wrong}");
    }
    assert_eq!(Code::parse("12345l", six()), Err(MalformedCode), "of six digits no letter is taken for one");
    assert_eq!(Code::parse("123456", six()).expect("a code").readable(), "123456");
}

#[test]
fn debug_output_never_shows_digits() {
    let code = Code::parse("987654", six()).expect("a code");
    assert_eq!(format!("{code:?}"), "Code(6 digits)");
}

proptest! {
    #[test]
    fn a_generated_code_parses_back(seed in 1_u64.., digits in MIN_LENGTH..=MAX_LENGTH) {
        let length = CodeLength::new(digits).expect("in range");
        let code = Code::generate(&Xorshift(std::sync::Mutex::new(seed)), length).expect("entropy");
        prop_assert_eq!(Code::parse(code.digits(), length).expect("parses"), code);
    }

    #[test]
    fn parsing_never_panics(typed in "\\PC*") {
        let _ = Code::parse(&typed, six());
    }
}
