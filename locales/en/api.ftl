### What the replies of the API say. Callers that name no language get these words.

## Verification: /api/users/…
api-otp-sent = OTP sent successfully
api-otp-verified = OTP verified successfully
api-otp-malformed = Invalid OTP: a code of this type has { $digits } digits.
api-otp-wrong =
    { $left ->
        [one] Invalid OTP. One attempt is left.
       *[other] Invalid OTP. { $left } attempts are left.
    }
api-otp-too-many = Too many wrong attempts: this OTP no longer works. Send a new one.
api-otp-expired = This OTP has expired. Send a new one.
api-otp-used = This OTP has been used already. Send a new one.
api-otp-gone = No OTP is pending for this contact and verification_type. Send one first.
api-type-unknown = Unknown verification_type. Use one of: { $known }
api-too-soon =
    { $seconds ->
        [one] An OTP was sent a moment ago. Wait one second before you ask for another.
       *[other] An OTP was sent a moment ago. Wait { $seconds } seconds before you ask for another.
    }
api-too-often =
    { $seconds ->
        [one] Too many OTPs were sent to this contact. Try again in one second.
       *[other] Too many OTPs were sent to this contact. Try again in { $seconds } seconds.
    }
api-otp-over-budget = Too many wrong OTPs were typed for this contact, so none as short as this is checked for now. Send a new one: it will be longer, with letters, and will work.
api-network-too-often =
    { $seconds ->
        [one] Too many OTPs were asked for from your network. Try again in one second.
       *[other] Too many OTPs were asked for from your network. Try again in { $seconds } seconds.
    }
api-proof-needed =
    { $seconds ->
        [one] Many OTPs were asked for from your network. Get a task from /api/proof/, solve it with the ALTCHA widget, and send what it makes in the field altcha; or try again in one second.
       *[other] Many OTPs were asked for from your network. Get a task from /api/proof/, solve it with the ALTCHA widget, and send what it makes in the field altcha; or try again in { $seconds } seconds.
    }
api-sms-unavailable =
    { $seconds ->
        [one] No SMS can be sent to this number at the moment. Use an email, or try again in one second.
       *[other] No SMS can be sent to this number at the moment. Use an email, or try again in { $seconds } seconds.
    }
api-country-not-served = No SMS is sent to this country. Use an email.

## The contact of a request
api-contact-missing = Send phone or email.
api-contact-both = Send either phone or email, not both.
api-email-malformed = The email is not an address such as name@example.com.
api-email-long = The email has more than 254 characters.
api-phone-malformed = Write the phone with the digits 0 to 9. Spaces, dots, dashes and brackets may be between them.
api-phone-invalid = The phone is not a valid number. Write it with its country code, such as +919876543210.

## Registration and log-in
api-registered = Registration successful. We sent an OTP to your e-mail address. Verify it to activate your account.
api-registered-both = Registration successful. We sent an OTP to your e-mail address and one to your phone. Verify one of them to activate your account.
api-activated = OTP verified successfully. Account activated.
api-activated-by-phone = OTP verified successfully. Account activated. Verify your e-mail address too before you use it: its own OTP was sent there.
api-activated-no-password = OTP verified successfully. Account activated. Somebody else had registered with this contact too, so please choose a password now: { $link }
api-activation-refused = Invalid or expired OTP. Check it, or ask for a new one.
api-resent = If a registration with this contact waits for activation, a new OTP is on its way. If none arrives, try again in a few minutes.
api-logged-in = Login successful
api-login-refused = The contact or the password is wrong, or the account is not activated.
api-login-over-budget =
    { $seconds ->
        [one] Too many wrong passwords were typed, so none is compared for now. Try again in one second, or sign in with a code: { $link }
       *[other] Too many wrong passwords were typed, so none is compared for now. Try again in { $seconds } seconds, or sign in with a code: { $link }
    }
api-name-missing = Send a first_name or a last_name.
api-name-long = A name has at most { $most } characters.
api-password-short = The password needs at least { $least } characters. Three or four words make a good one.
api-password-long = The password has at most { $most } characters.
api-password-common = This password is too easy to guess. Choose one that nobody else would think of.

## What can be wrong with a request
api-json-syntax = The body is not valid JSON (line { $line }, column { $column }).
api-json-empty = The body is empty. Send a JSON object.
api-json-no-object = The body is not a JSON object.
api-json-unknown = There is no field { $field } here. Leave it out.
api-json-no-text = The field { $field } must be text in quotation marks.
api-json-type = The field { $field } is of the wrong type: expected { $expected }.
api-json-value = The field { $field } cannot be taken: { $expected }.
api-repeated = The field { $field } was sent more than once.
api-control = The field { $field } has line breaks or other control characters in it.
api-missing = The field { $field } is missing.
api-malformed = The field { $field } is malformed.
api-not-text = The field { $field } is not valid text.
api-list = The field { $field } was sent as a list. Send one value.
api-too-many-fields = There are too many fields. The first one too many is { $field }.
api-not-json = Send the body with Content-Type: { $expected } in UTF-8.
api-not-a-form = Send the body with Content-Type: application/x-www-form-urlencoded.
api-too-large = The body is larger than 64 KiB.
api-broken = The body did not arrive whole, or says nothing that can be used.
api-unauthorized = Send a valid API key: Authorization: Bearer otpd_…
api-scope = This API key lacks the scope { $scope }.
api-origin = Pages of this origin may not call this API. Its operator can allow them with api.allowed_origins.
api-report = The signature of this report is missing or wrong.
api-forged = This request does not come from a page of this site.
api-not-found = There is nothing at this address.
api-method = This address cannot be used with this method. The Allow header lists those that work.
api-ambiguous = The request is no valid HTTP: send one Host, and no Transfer-Encoding but chunked.
api-other-host = This server is set up for development and answers under its public_url only.
api-busy = The server cannot do this at the moment, and nothing was lost. Try again after the seconds that Retry-After names.
api-internal = Something went wrong on our side. It has been noted. Try again later.
