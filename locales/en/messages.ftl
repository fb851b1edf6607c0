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

## The code that activates a registration, by e-mail

email-registration-subject = Activate your account at { $brand }
email-registration-intro = Use this code to activate your account at { $brand }:
email-registration-ignore = Didn’t register? Then ignore this message. Without the code the account stays inactive.

## The code to choose a new password with, by e-mail

email-password-reset-subject = Choose a new password for { $brand }
email-password-reset-intro = Use this code to choose a new password for { $brand }:
email-password-reset-ignore = Didn’t ask for a new password? Then ignore this message. Your password stays as it is.

## The code that proves a new address, by e-mail

email-new-contact-subject = Confirm your new address for { $brand }
email-new-contact-intro = Use this code to confirm that this is your new address for { $brand }:
email-new-contact-ignore = Didn’t ask for this? Then ignore this message. Without the code nothing changes.

## The code that another site or app asked for, by e-mail

email-verification-subject = Your verification code for { $brand }
email-verification-intro = Enter this code where { $brand } asks you for it:
email-verification-ignore = Didn’t ask for a code? Then ignore this message. Without the code nobody can go on.

## Notices by e-mail
## $site: the host to sign in at, such as signin.example.com.

# Somebody registered with this address, or wanted to move an account to it.
email-already-registered-subject = You already have an account at { $brand }
email-already-registered-intro = Somebody, perhaps you, asked to use this address for a new account at { $brand }. It already belongs to your account, so nothing was changed.
email-already-registered-advice = If it was you: sign in at { $site } with this address. Should you have forgotten your password, choose a new one there.
email-already-registered-ignore = It wasn’t you? Then ignore this message. Nobody has gained access to your account.
email-contact-changed-subject = Your contact details at { $brand } were changed
email-contact-changed-intro = The address or phone number of your account at { $brand } was changed. This message goes to the old one, so that you know.
email-contact-changed-advice = If it wasn’t you: contact { $brand } at once, and choose a new password at { $site }.
email-contact-changed-ignore = Was it you? Then there is nothing to do.
email-password-changed-subject = Your password at { $brand } was changed
email-password-changed-intro = The password of your account at { $brand } was changed just now.
email-password-changed-advice = If it wasn’t you: choose a new password at { $site } at once, and tell { $brand }.
email-password-changed-ignore = Was it you? Then there is nothing to do.

## The long code
## Sent when somebody has typed many wrong codes: 13 letters and digits in groups, such as 7KQ4-MZ2X-9HTWB.

# The link on the pages by its own words: `verify-letters` in pages.ftl.
email-long-code = This code is longer than usual because somebody has typed many wrong codes. Choose “{ verify-letters }” on the page, then type it.
# The code is typed on another site or app.
email-long-code-elsewhere = This code is longer than usual because somebody has typed many wrong codes. Type it just as it is.

# As short as can be, so that one SMS carries it with the line that is added below it.
sms-code-long = Your OTP for { $brand }: { $code } ({ sms-long-validity }). { sms-long-why }
sms-registration-long = { $brand } activation code: { $code } ({ sms-long-validity }). { sms-long-why }
sms-password-reset-long = New password for { $brand }: { $code } ({ sms-long-validity }). { sms-long-why }
sms-new-contact-long = New number for { $brand }: { $code } ({ sms-long-validity }). { sms-long-why }
# Typed on another site or app; no line is added.
sms-verification-long = Verification code for { $brand }: { $code } ({ sms-long-validity }). Longer as many wrong codes were typed: type it just as it is. Didn't ask? Ignore this.
sms-long-why = Longer as many wrong codes were typed: choose "{ verify-letters }".
# $minutes: whole minutes; 0 when the code is valid for less than one.
sms-long-validity = { $minutes ->
    [0] <1 min
   *[other] { $minutes } min
}

## The code by SMS

# Short, so that one SMS carries it. The line that lets phones fill the code in is added below it.
# $minutes: whole minutes; 0 when the code is valid for less than one.
sms-code = { $minutes ->
    [0] Your OTP for { $brand } is: { $code }. Valid for less than a minute.
    [one] Your OTP for { $brand } is: { $code }. Valid for { $minutes } minute only.
   *[other] Your OTP for { $brand } is: { $code }. Valid for { $minutes } minutes only.
}

## Other codes by SMS

sms-registration = { $minutes ->
    [0] { $code } activates your account at { $brand }. Valid for less than a minute. Didn't ask? Ignore this.
    [one] { $code } activates your account at { $brand }. Valid for { $minutes } minute only. Didn't ask? Ignore this.
   *[other] { $code } activates your account at { $brand }. Valid for { $minutes } minutes only. Didn't ask? Ignore this.
}
sms-password-reset = { $minutes ->
    [0] { $code } lets you choose a new password for { $brand }. Valid for less than a minute. Didn't ask? Ignore this.
    [one] { $code } lets you choose a new password for { $brand }. Valid for { $minutes } minute only. Didn't ask? Ignore this.
   *[other] { $code } lets you choose a new password for { $brand }. Valid for { $minutes } minutes only. Didn't ask? Ignore this.
}
sms-new-contact = { $minutes ->
    [0] { $code } confirms your new number for { $brand }. Valid for less than a minute. Didn't ask? Ignore this.
    [one] { $code } confirms your new number for { $brand }. Valid for { $minutes } minute only. Didn't ask? Ignore this.
   *[other] { $code } confirms your new number for { $brand }. Valid for { $minutes } minutes only. Didn't ask? Ignore this.
}
sms-verification = { $minutes ->
    [0] { $code } is your verification code for { $brand }. Valid for less than a minute. Didn't ask? Ignore this.
    [one] { $code } is your verification code for { $brand }. Valid for { $minutes } minute only. Didn't ask? Ignore this.
   *[other] { $code } is your verification code for { $brand }. Valid for { $minutes } minutes only. Didn't ask? Ignore this.
}

## Notices by SMS
## $site: the host to sign in at.

sms-already-registered = { $brand }: somebody, perhaps you, asked to use this number for a new account. It already belongs to yours: sign in at { $site }. Wasn't you? Ignore this.
sms-contact-changed = { $brand }: the address or number of your account was changed. Wasn't you? Contact us at once.
sms-password-changed = { $brand }: your password was changed. Wasn't you? Choose a new one at { $site } at once.
