### What goes out by e-mail and SMS, and the name of the language.
### Every message may use { $brand }, the company's name.

# How the language calls itself, for the choice of languages.
language-name = English

## The code by e-mail

email-code-subject = Your sign-in code for { $brand }
email-code-greeting = Hello { $name },
# No name is known.
email-code-greeting-unnamed = Hello,
email-code-intro = Use this code to sign in to { $brand }:
# $minutes: whole minutes; 0 when the code is valid for less than one.
email-code-validity = { $minutes ->
    [0] The code is valid for less than a minute and works only once.
    [one] The code is valid for { $minutes } minute and works only once.
   *[other] The code is valid for { $minutes } minutes and works only once.
}
email-code-secret = Keep it to yourself: nobody from { $brand } will ever ask you for it.
email-code-ignore = Didn’t ask for a code? Then ignore this message. Without the code nobody can sign in.
email-code-footer = This message was sent by a machine; replies are not read.

## The code by SMS

# Short, so that one SMS carries it. The line that lets phones fill the code in is added below it.
# $minutes: whole minutes; 0 when the code is valid for less than one.
sms-code = { $minutes ->
    [0] Your OTP for { $brand } is: { $code }. Valid for less than a minute.
    [one] Your OTP for { $brand } is: { $code }. Valid for { $minutes } minute only.
   *[other] Your OTP for { $brand } is: { $code }. Valid for { $minutes } minutes only.
}
