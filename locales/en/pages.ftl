### What the pages say. A company may lay its own file over this one; keys it leaves out keep these words.

## Before the title of a page that has an error on it
error-title = Error:

## Asking for a code: /otp/request/
request-title = Sign in
request-lead = We will send you a code. There is no password to remember.
request-type = Where should we send it?
request-type-email = E-mail
request-type-phone = Phone
request-contact-any = E-mail address or phone number
request-contact-email = E-mail address
request-contact-phone = Phone number
request-placeholder-email = name@example.com
request-placeholder-phone = +91 98765 43210
request-submit = Send code
request-hint = Use the e-mail address or phone number we have on record for you. Only that gets a code.
request-notice-session-expired = Your session has expired. Please sign in again.
request-notice-pending-expired = This sign-in has expired. Please ask for a new code.
request-notice-code-used = This code has been used already. Please ask for a new one.
request-notice-form-stale = This page had been open too long, so nothing was sent. What you typed is still here: please press the button again.
request-error-type = Choose e-mail or phone.
request-error-email-missing = Type your e-mail address.
request-error-email = This is not an e-mail address. Write it like name@example.com.
request-error-phone-missing = Type your phone number.
request-error-phone-characters = Write the phone number with digits only. Spaces, dots, dashes and brackets are fine.
request-error-phone = This is not a valid phone number. Write it with its country code, like +91 98765 43210.

## Typing the code: /otp/verify/
verify-title = Enter your code
verify-lead =
    { $digits ->
        [one] Type the one-digit code sent to
       *[other] Type the { $digits }-digit code sent to
    }
verify-lead-letters = Type the code sent to
verify-letters = My code has letters
verify-digits = My code has digits only
verify-change = Change contact
verify-code = Code
verify-time-left = Time left:
verify-attempts-left = Attempts left:
verify-submit = Verify
verify-resend = Resend code
verify-resend-wait = Available in
verify-back = Back
verify-hint = No code? Check the contact above, and your spam folder. We only send codes to contacts we have on record.
verify-error-malformed =
    { $digits ->
        [one] A code is one digit. Please type it again.
       *[other] A code has { $digits } digits. Please type it again.
    }
verify-error-malformed-letters = This is not a whole code. Type it as it stands in the message: 13 letters and digits.
verify-error-wrong =
    { $left ->
        [one] That code is wrong. You have one attempt left.
       *[other] That code is wrong. You have { $left } attempts left.
    }
verify-error-expired = This code has expired. Please ask for a new one.
verify-error-too-many = Too many wrong attempts. For your safety this code no longer works: please ask for a new one later.
verify-error-over-budget = Too many wrong codes were typed for this address or number. Ask for a new code: it will be longer and will work.
verify-error-too-soon =
    { $seconds ->
        [one] Please wait one more second before you ask for a new code.
       *[other] Please wait { $seconds } more seconds before you ask for a new code.
    }
verify-error-stale = This page had been open too long, so the code was not checked. Please type it again.
verify-news-on-its-way = Your code is on its way.
verify-news-delayed = This is taking longer than usual. We keep trying; you need not do anything.
verify-news-sent = Your code has been sent. It may take a minute to arrive.
verify-news-failed = The code could not be sent. Please change the contact to choose another way, or ask for a new code.

## When no code is sent for now, on every page that sends one. { $when } is one of the waits
wait-seconds =
    { $number ->
        [one] in one second
       *[other] in { $number } seconds
    }
wait-minutes =
    { $number ->
        [one] in one minute
       *[other] in { $number } minutes
    }
wait-hours =
    { $number ->
        [one] in one hour
       *[other] in { $number } hours
    }
limited-contact = Too many codes were sent to this address or number. You can ask for another one { $when }, or use another address or number of yours.
limited-cooldown = A code was sent a moment ago. You can ask for another one { $when }.
limited-network = Too many codes were asked for from your network. You can ask for another one { $when }.
limited-sms = We cannot send an SMS to this number at the moment. Please use your e-mail address, or try again { $when }.
limited-country = We do not send SMS to this country. Please use your e-mail address.
limited-number-optional = We cannot send an SMS to this number. Please leave it out: you can add it later.
limited-over = You can try again now.

## A proof that no machine floods people with codes: work for the browser, or patience
limited-proof = Many codes were asked for from your network. Before we send this one, your browser has to do a little work.
proof-label = Start
proof-verifying = Your browser is at work …
proof-verified = Done. We go on.
proof-send = Done. Please press the button.
proof-error = This did not work in your browser.
proof-expired = This took too long. Please start again.
proof-patience =
    { $seconds ->
        [one] If nothing happens here: wait one second, then press the button again.
       *[other] If nothing happens here: wait { $seconds } seconds, then press the button again.
    }

## Asking for another code: /otp/resend/
resend-title = Resend the code?
resend-lead = You get a new code, and the one you have now stops working. It goes to
resend-back = Back to typing the code

## Ways from one beginning to another
link-log-in = Sign in with a password
link-password = Use a password
link-code = Use a code instead
link-register = Create an account
link-forgotten = Forgotten password?
link-dashboard = Back to your account

## Passwords, wherever one is typed
password-new = New password
password-show = Show
password-hide = Hide
password-rule =
    { $least ->
        [one] One character at least.
       *[other] At least { $least } characters. Three or four words that do not belong together are easy to remember and hard to guess.
    }
password-error-missing = Choose a password.
password-error-short =
    { $least ->
        [one] This password is too short. It needs one character at least.
       *[other] This password is too short. It needs at least { $least } characters.
    }
password-error-long = This password is too long. It may have 256 characters at most.
password-error-control = This password has characters that cannot be seen. Please type it anew.
password-error-common = This password is too easy to guess. Choose one that nobody else would think of, without your name or address.
contact-error-missing = Type your e-mail address or phone number.

## Signing in with a password: /login/
login-title = Sign in with a password
login-lead = Type your e-mail address or phone number, and your password.
login-password = Password
login-submit = Sign in
login-no-account = No account yet?
login-error-refused = That did not work. Check what you typed, or sign in with a code. A new account must be activated first with the code we sent.
login-error-over-budget = Too many wrong passwords were typed, so no password is taken for now. You can try again { $when }. Signing in with a code works at once.
login-error-password-missing = Type your password.
login-notice-code-used = This code has been used already. Please sign in.
login-notice-form-stale = This page had been open too long, so nothing was sent. Please type the password and press the button again.

## Opening an account: /register/
register-title = Create an account
register-lead = We will send you a code to make sure that the e-mail address is yours.
register-first-name = First name
register-last-name = Last name
register-optional = (optional)
register-submit = Create account
register-have-account = Do you have an account?
register-hint = If you have an account with this e-mail address already, we will write to you how to sign in.
register-notice-pending-expired = This registration was not completed in time. Please fill in the form again.
register-error-name-missing = Type your name.
register-error-name-long = This name is too long. It may have 300 characters at most.
register-error-name-control = This name has characters that cannot be seen. Please type it anew.

## Activating an account with the code: /register/verify/
activate-title = Activate your account
activate-or = or
activate-change = Change
activate-submit = Activate account
activate-back = Back
activate-hint = No code? Check the address above, and your spam folder. If you have an account already, our message says how to sign in.
activate-other-title = Confirm your other contact
activate-other-hint = Only a confirmed contact can be used to sign in. No code? Check your spam folder. You can also add the contact later, from your account.
activate-other-skip = Skip for now

## A forgotten password: /password/forgotten/ and /password/new/
forgotten-title = Choose a new password
forgotten-lead = We will send you a code. With it you choose a new password.
reset-title = Choose a new password
reset-submit = Save and sign in

## Another e-mail address or phone number: /account/contact/
contact-title = Change e-mail or phone
contact-lead = We will send a code to the new one, to make sure that it is yours. You have now:
contact-type = What is new?
contact-sign-in-again = For your safety this needs a fresh sign-in, and yours is some time ago. Sign in again, and you come back here.
contact-sign-in-again-submit = Sign in again
contact-hint = The new one takes the place of the old one of its kind. We will tell the contacts you have now.
new-contact-title = Confirm the new contact
new-contact-submit = Confirm
new-contact-hint = No code? Check the contact above, and your spam folder. A contact that another account has gets no code.

## Signing out: /otp/logout/
logout-title = Sign out?
logout-lead = You are signed in as { $name }.
logout-submit = Sign out
logout-stay = Stay signed in

## The dashboard
dashboard-title = Your account
dashboard-welcome = Hello, { $name }
dashboard-name = Name
dashboard-email = E-mail
dashboard-phone = Phone
dashboard-type = Customer type
dashboard-last-sign-in = Last sign-in
dashboard-sessions = Where you are signed in
dashboard-this-device = This device
dashboard-session-created = Signed in
dashboard-session-seen = Last used
dashboard-end = End
dashboard-end-one = End: { $device }
dashboard-end-others = End all other sessions
dashboard-sign-out = Sign out
dashboard-change-contact = Change e-mail or phone
dashboard-choose-password = Choose a new password
dashboard-done-activated = Your account is active, and you are signed in.
dashboard-done-activated-by-one = Your account is active, and you are signed in. Your other contact is not confirmed yet: you can add it below.
dashboard-done-password-changed = Your new password is set. You have been signed out everywhere else.
dashboard-done-contact-changed = Your new contact is confirmed. You have been signed out everywhere else.
device-both = { $browser } on { $system }
device-system = A browser on { $system }
device-unknown = Unknown device

## The mailbox of a development server: /dev/mailbox
mailbox-title = Mailbox
mailbox-lead = What this development server would have sent, newest first.
mailbox-link = Development mailbox
mailbox-back = Back to typing the code
mailbox-email = E-mail
mailbox-sms = SMS
mailbox-empty = Nothing yet. Ask for a code, and it appears here.

## When a request cannot be answered with what it asked for
problem-link-home = Go to the start page
problem-link-reload = Reload the page
problem-not-text-title = This form cannot be read
problem-not-text-text = The field “{ $field }” is not valid text. Please go back to the page and type it again.
problem-repeated-title = This form cannot be read
problem-repeated-text = The field “{ $field }” was sent more than once. Please go back to the page and send it again.
problem-control-title = This form cannot be read
problem-control-text = The field “{ $field }” contains line breaks or other characters that cannot be seen. Please go back to the page and type it again.
problem-list-title = This form cannot be read
problem-list-text = The field “{ $field }” was sent as a list. It takes one value only.
problem-too-many-fields-title = This form cannot be read
problem-too-many-fields-text = The form has more fields than this page has. The first one too many is “{ $field }”.
problem-missing-title = This form is not complete
problem-missing-text = The field “{ $field }” is missing. Please go back to the page and send it again.
problem-malformed-title = This form cannot be read
problem-malformed-text = The field “{ $field }” does not hold what the page put there. Please reload the page and try again.
problem-broken-title = The form did not arrive whole
problem-broken-text = The connection broke off. Please send it again.
problem-forged-title = Please reload the page
problem-forged-text = For your safety this form was not taken: it had been open too long, came from another site, or your browser blocks cookies. Reload the page and send it again.
problem-not-a-form-title = This is not a form
problem-not-a-form-text = This address takes forms (application/x-www-form-urlencoded, UTF-8) only.
problem-too-large-title = This is too large
problem-too-large-text = A form may have 64 KiB at most. Please shorten what you typed.
problem-not-found-title = Page not found
problem-not-found-text = There is nothing at this address. The link may be old or mistyped.
problem-method-title = This does not work here
problem-method-text = This address cannot be used in this way. Please start from the page.
problem-ambiguous-title = This request cannot be read
problem-ambiguous-text = What your browser, or a program between it and us, sent is no valid HTTP. Please reload the page; if that does not help, try another network or browser.
problem-other-host-title = This is not the address of this site
problem-other-host-text = This server is set up for development and answers under its own address only. Please open it by the address that it printed when it started.
problem-busy-title = Please try again in a moment
problem-busy-text = We cannot do this right now. Nothing is lost: wait a few seconds and try again.
problem-internal-title = Something went wrong
problem-internal-text = This is our fault, and it has been noted. Please try again.
