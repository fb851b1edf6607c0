### ما تقوله الصفحات. يمكن لأي شركة أن تضع ملفها فوق هذا الملف، وما لم تذكره يبقى كما هو هنا.

## قبل عنوان الصفحة التي فيها خطأ
error-title = خطأ:

## طلب الرمز: /otp/request/
request-title = تسجيل الدخول
request-lead = سنرسل إليك رمزًا. لا حاجة إلى كلمة مرور.
request-type = إلى أين نرسله؟
request-type-email = البريد الإلكتروني
request-type-phone = الهاتف
request-contact-any = البريد الإلكتروني أو رقم الهاتف
request-contact-email = البريد الإلكتروني
request-contact-phone = رقم الهاتف
request-placeholder-email = name@example.com
request-placeholder-phone = +91 98765 43210
request-submit = إرسال الرمز
request-hint = استخدم البريد الإلكتروني أو رقم الهاتف المسجَّل لدينا، فالرمز لا يصل إلى غيره.
request-notice-session-expired = انتهت جلستك. يُرجى تسجيل الدخول من جديد.
request-notice-pending-expired = انتهت محاولة الدخول هذه. يُرجى طلب رمز جديد.
request-notice-code-used = سبق استخدام هذا الرمز. يُرجى طلب رمز جديد.
request-notice-form-stale = ظلّت هذه الصفحة مفتوحة مدة طويلة، فلم يُرسَل شيء. ما كتبته ما زال هنا: اضغط الزر مرة أخرى.
request-error-type = اختر البريد الإلكتروني أو الهاتف.
request-error-email-missing = اكتب بريدك الإلكتروني.
request-error-email = هذا ليس عنوان بريد إلكتروني. اكتبه على هذا النحو: name@example.com
request-error-phone-missing = اكتب رقم هاتفك.
request-error-phone-characters = اكتب رقم الهاتف بالأرقام (0-9) فقط. يمكنك استخدام المسافات والنقاط والشرطات والأقواس.
request-error-phone = رقم الهاتف هذا غير صالح. اكتبه مع رمز البلد، مثل ‎+91 98765 43210‎

## كتابة الرمز: /otp/verify/
verify-title = أدخل الرمز
verify-lead =
    { $digits ->
        [zero] اكتب الرمز المرسل إلى
        [one] اكتب الرمز المكوَّن من رقم واحد المرسل إلى
        [two] اكتب الرمز المكوَّن من رقمين المرسل إلى
        [few] اكتب الرمز المكوَّن من { $digits } أرقام المرسل إلى
        [many] اكتب الرمز المكوَّن من { $digits } رقمًا المرسل إلى
       *[other] اكتب الرمز المكوَّن من { $digits } رقم المرسل إلى
    }
verify-lead-letters = اكتب الرمز المُرسَل إلى
verify-letters = في الرمز حروف
verify-digits = الرمز أرقام فقط
verify-change = تغيير جهة الاتصال
verify-code = الرمز
verify-time-left = الوقت المتبقي:
verify-attempts-left = المحاولات المتبقية:
verify-submit = تحقّق
verify-resend = إعادة إرسال الرمز
verify-resend-wait = متاح بعد
verify-back = رجوع
verify-hint = لم يصلك الرمز؟ تحقّق من جهة الاتصال أعلاه ومن مجلد الرسائل غير المرغوب فيها. لا نرسل الرموز إلا إلى جهات الاتصال المسجّلة لدينا.
verify-error-malformed =
    { $digits ->
        [zero] الرمز غير مكتمل. يُرجى كتابته من جديد.
        [one] الرمز رقم واحد. يُرجى كتابته من جديد.
        [two] الرمز رقمان. يُرجى كتابته من جديد.
        [few] الرمز { $digits } أرقام. يُرجى كتابته من جديد.
        [many] الرمز { $digits } رقمًا. يُرجى كتابته من جديد.
       *[other] الرمز { $digits } رقم. يُرجى كتابته من جديد.
    }
verify-error-malformed-letters = الرمز غير مكتمل. اكتبه كما هو في الرسالة: 13 حرفًا ورقمًا.
verify-error-wrong =
    { $left ->
        [zero] الرمز غير صحيح. لم تبقَ لديك أي محاولة.
        [one] الرمز غير صحيح. بقيت لديك محاولة واحدة.
        [two] الرمز غير صحيح. بقيت لديك محاولتان.
        [few] الرمز غير صحيح. بقيت لديك { $left } محاولات.
        [many] الرمز غير صحيح. بقيت لديك { $left } محاولة.
       *[other] الرمز غير صحيح. بقيت لديك { $left } محاولة.
    }
verify-error-expired = انتهت صلاحية هذا الرمز. يُرجى طلب رمز جديد.
verify-error-too-many = محاولات خاطئة كثيرة. حفاظًا على أمانك لم يعد هذا الرمز صالحًا: يُرجى طلب رمز جديد لاحقًا.
verify-error-over-budget = كُتبت رموز خاطئة كثيرة لهذا العنوان أو الرقم. اطلب رمزًا جديدًا: سيكون أطول وسيعمل.
verify-error-too-soon =
    { $seconds ->
        [zero] يمكنك طلب رمز جديد الآن.
        [one] انتظر ثانية واحدة قبل طلب رمز جديد.
        [two] انتظر ثانيتين قبل طلب رمز جديد.
        [few] انتظر { $seconds } ثوانٍ قبل طلب رمز جديد.
        [many] انتظر { $seconds } ثانية قبل طلب رمز جديد.
       *[other] انتظر { $seconds } ثانية قبل طلب رمز جديد.
    }
verify-error-stale = ظلّت هذه الصفحة مفتوحة مدة طويلة، فلم يُفحَص الرمز. يُرجى كتابته من جديد.
verify-news-on-its-way = الرمز في طريقه إليك.
verify-news-delayed = يستغرق الأمر وقتًا أطول من المعتاد. نواصل المحاولة ولا يلزمك فعل شيء.
verify-news-sent = أُرسل الرمز. قد يستغرق وصوله دقيقة.
verify-news-failed = تعذّر إرسال الرمز. غيّر جهة الاتصال لاختيار طريقة أخرى، أو اطلب رمزًا جديدًا.

## عندما لا يُرسَل رمز الآن، في كل صفحة ترسل رمزًا. { $when } إحدى مدد الانتظار
wait-seconds =
    { $number ->
        [zero] الآن
        [one] بعد ثانية واحدة
        [two] بعد ثانيتين
        [few] بعد { $number } ثوانٍ
        [many] بعد { $number } ثانية
       *[other] بعد { $number } ثانية
    }
wait-minutes =
    { $number ->
        [zero] الآن
        [one] بعد دقيقة واحدة
        [two] بعد دقيقتين
        [few] بعد { $number } دقائق
        [many] بعد { $number } دقيقة
       *[other] بعد { $number } دقيقة
    }
wait-hours =
    { $number ->
        [zero] الآن
        [one] بعد ساعة واحدة
        [two] بعد ساعتين
        [few] بعد { $number } ساعات
        [many] بعد { $number } ساعة
       *[other] بعد { $number } ساعة
    }
limited-contact = أُرسلت رموز كثيرة إلى هذا العنوان أو الرقم. يمكنك طلب رمز آخر { $when }، أو استخدام عنوان أو رقم آخر لك.
limited-cooldown = أُرسل رمز قبل لحظات. يمكنك طلب رمز آخر { $when }.
limited-network = طُلبت رموز كثيرة من شبكتك. يمكنك طلب رمز آخر { $when }.
limited-sms = لا يمكننا إرسال رسالة نصية إلى هذا الرقم الآن. استخدم بريدك الإلكتروني، أو حاول من جديد { $when }.
limited-country = لا نرسل رسائل نصية إلى هذا البلد. استخدم بريدك الإلكتروني.
limited-number-optional = لا يمكننا إرسال رسالة نصية إلى هذا الرقم. اترك الحقل فارغًا، ويمكنك إضافة الرقم لاحقًا.
limited-over = يمكنك المحاولة من جديد الآن.

## إثبات أن الرموز لا تطلبها آلة: عمل للمتصفح، أو انتظار
limited-proof = طُلبت رموز كثيرة من شبكتك. قبل إرسال هذا الرمز على متصفحك أن ينجز عملًا قصيرًا.
proof-label = ابدأ
proof-verifying = متصفحك يعمل …
proof-verified = تم. نتابع الآن.
proof-send = تم. يُرجى ضغط الزر.
proof-error = لم ينجح ذلك في متصفحك.
proof-expired = استغرق ذلك وقتًا طويلًا. يُرجى البدء من جديد.
proof-patience =
    { $seconds ->
        [zero] إذا لم يحدث شيء هنا فاضغط الزر مرة أخرى.
        [one] إذا لم يحدث شيء هنا فانتظر ثانية واحدة ثم اضغط الزر مرة أخرى.
        [two] إذا لم يحدث شيء هنا فانتظر ثانيتين ثم اضغط الزر مرة أخرى.
        [few] إذا لم يحدث شيء هنا فانتظر { $seconds } ثوانٍ ثم اضغط الزر مرة أخرى.
        [many] إذا لم يحدث شيء هنا فانتظر { $seconds } ثانية ثم اضغط الزر مرة أخرى.
       *[other] إذا لم يحدث شيء هنا فانتظر { $seconds } ثانية ثم اضغط الزر مرة أخرى.
    }

## طلب رمز آخر: /otp/resend/
resend-title = إعادة إرسال الرمز؟
resend-lead = ستحصل على رمز جديد، وسيتوقف الرمز الذي لديك الآن عن العمل. يُرسَل الجديد إلى
resend-back = العودة إلى كتابة الرمز

## الانتقال بين طرق البدء
link-log-in = الدخول بكلمة مرور
link-password = الدخول بكلمة مرور
link-code = الدخول برمز
link-register = إنشاء حساب
link-forgotten = نسيت كلمة المرور؟
link-dashboard = العودة إلى حسابك

## كلمات المرور حيثما كُتبت
password-new = كلمة المرور الجديدة
password-show = إظهار
password-hide = إخفاء
password-rule =
    { $least ->
        [zero] اختر كلمة مرور.
        [one] محرف واحد على الأقل.
        [two] محرفان على الأقل.
        [few] { $least } محارف على الأقل. ثلاث كلمات أو أربع لا رابط بينها يسهل تذكّرها ويصعب تخمينها.
        [many] { $least } محرفًا على الأقل. ثلاث كلمات أو أربع لا رابط بينها يسهل تذكّرها ويصعب تخمينها.
       *[other] { $least } محرف على الأقل. ثلاث كلمات أو أربع لا رابط بينها يسهل تذكّرها ويصعب تخمينها.
    }
password-error-missing = اختر كلمة مرور.
password-error-short =
    { $least ->
        [zero] كلمة المرور هذه قصيرة جدًا.
        [one] كلمة المرور هذه قصيرة جدًا. يلزم محرف واحد على الأقل.
        [two] كلمة المرور هذه قصيرة جدًا. يلزم محرفان على الأقل.
        [few] كلمة المرور هذه قصيرة جدًا. يلزم { $least } محارف على الأقل.
        [many] كلمة المرور هذه قصيرة جدًا. يلزم { $least } محرفًا على الأقل.
       *[other] كلمة المرور هذه قصيرة جدًا. يلزم { $least } محرف على الأقل.
    }
password-error-long = كلمة المرور هذه طويلة جدًا. الحد الأقصى 256 محرفًا.
password-error-control = تحتوي كلمة المرور هذه على محارف غير مرئية. يُرجى كتابتها من جديد.
password-error-common = كلمة المرور هذه سهلة التخمين. اختر كلمة لا تخطر على بال غيرك، ولا تتضمن اسمك أو عنوانك.
contact-error-missing = اكتب بريدك الإلكتروني أو رقم هاتفك.

## الدخول بكلمة مرور: /login/
login-title = الدخول بكلمة مرور
login-lead = اكتب بريدك الإلكتروني أو رقم هاتفك، ثم كلمة المرور.
login-password = كلمة المرور
login-submit = تسجيل الدخول
login-no-account = ليس لديك حساب بعد؟
login-error-refused = لم ينجح ذلك. تحقّق مما كتبته، أو سجّل الدخول برمز. الحساب الجديد يلزم تنشيطه أولًا بالرمز الذي أرسلناه.
login-error-over-budget = كُتبت كلمات مرور خاطئة كثيرة، لذا لا تُقبَل أي كلمة مرور الآن. يمكنك المحاولة من جديد { $when }. أما الدخول برمز فيعمل فورًا.
login-error-password-missing = اكتب كلمة المرور.
login-notice-code-used = سبق استخدام هذا الرمز. يُرجى تسجيل الدخول.
login-notice-form-stale = ظلّت هذه الصفحة مفتوحة مدة طويلة، فلم يُرسَل شيء. اكتب كلمة المرور واضغط الزر مرة أخرى.

## إنشاء حساب: /register/
register-title = إنشاء حساب
register-lead = سنرسل إليك رمزًا للتأكد من أن عنوان البريد الإلكتروني لك.
register-first-name = الاسم الأول
register-last-name = اسم العائلة
register-optional = (اختياري)
register-submit = إنشاء الحساب
register-have-account = هل لديك حساب؟
register-hint = إذا كان لديك حساب بهذا البريد الإلكتروني فسنكتب إليك كيف تسجّل الدخول.
register-notice-pending-expired = لم يكتمل هذا التسجيل في الوقت المحدد. يُرجى ملء النموذج من جديد.
register-error-name-missing = اكتب اسمك.
register-error-name-long = هذا الاسم طويل جدًا. الحد الأقصى 300 محرف.
register-error-name-control = يحتوي هذا الاسم على محارف غير مرئية. يُرجى كتابته من جديد.

## تنشيط الحساب بالرمز: /register/verify/
activate-title = نشِّط حسابك
activate-or = أو
activate-change = تغيير
activate-submit = تنشيط الحساب
activate-back = رجوع
activate-hint = لم يصلك الرمز؟ تحقّق من العنوان أعلاه ومن مجلد الرسائل غير المرغوب فيها. إذا كان لديك حساب من قبل فرسالتنا تقول كيف تسجّل الدخول.
activate-other-title = أكِّد جهة الاتصال الأخرى
activate-other-hint = لا يمكن تسجيل الدخول إلا بجهة اتصال مؤكَّدة. لم يصلك الرمز؟ تحقّق من مجلد الرسائل غير المرغوب فيها. يمكنك أيضًا إضافة جهة الاتصال لاحقًا من حسابك.
activate-other-skip = التخطي الآن

## كلمة مرور منسية: /password/forgotten/ و /password/new/
forgotten-title = اختر كلمة مرور جديدة
forgotten-lead = سنرسل إليك رمزًا تختار به كلمة مرور جديدة.
reset-title = اختر كلمة مرور جديدة
reset-submit = حفظ وتسجيل الدخول

## بريد إلكتروني أو هاتف آخر: /account/contact/
contact-title = تغيير البريد أو الهاتف
contact-lead = سنرسل رمزًا إلى الجديد للتأكد من أنه لك. لديك الآن:
contact-type = ما الجديد؟
contact-sign-in-again = حفاظًا على أمانك يلزم لهذا تسجيل دخول حديث، وقد مضى وقت على تسجيل دخولك. سجّل الدخول من جديد وستعود إلى هنا.
contact-sign-in-again-submit = تسجيل الدخول من جديد
contact-hint = يحلّ الجديد محلّ القديم من نوعه. وسنُعلِم جهات الاتصال التي لديك الآن.
new-contact-title = تأكيد جهة الاتصال الجديدة
new-contact-submit = تأكيد
new-contact-hint = لم يصلك الرمز؟ تحقّق من جهة الاتصال أعلاه ومن مجلد الرسائل غير المرغوب فيها. لا يصل الرمز إلى جهة اتصال لحساب آخر.

## تسجيل الخروج: /otp/logout/
logout-title = تسجيل الخروج؟
logout-lead = أنت مسجَّل الدخول باسم { $name }.
logout-submit = تسجيل الخروج
logout-stay = البقاء مسجَّل الدخول

## لوحة التحكم
dashboard-title = حسابك
dashboard-welcome = مرحبًا { $name }
dashboard-name = الاسم
dashboard-email = البريد الإلكتروني
dashboard-phone = الهاتف
dashboard-type = نوع العميل
dashboard-last-sign-in = آخر تسجيل دخول
dashboard-sessions = الأجهزة المسجَّل عليها دخولك
dashboard-this-device = هذا الجهاز
dashboard-session-created = تسجيل الدخول:
dashboard-session-seen = آخر استخدام:
dashboard-end = إنهاء
dashboard-end-one = إنهاء: { $device }
dashboard-end-others = إنهاء جميع الجلسات الأخرى
dashboard-sign-out = تسجيل الخروج
dashboard-change-contact = تغيير البريد أو الهاتف
dashboard-choose-password = اختيار كلمة مرور جديدة
dashboard-done-activated = حسابك نشِط، وأنت مسجَّل الدخول.
dashboard-done-activated-by-one = حسابك نشِط، وأنت مسجَّل الدخول. جهة الاتصال الأخرى لم تُؤكَّد بعد، ويمكنك إضافتها أدناه.
dashboard-done-password-changed = حُفظت كلمة المرور الجديدة، وسُجِّل خروجك من كل الأجهزة الأخرى.
dashboard-done-contact-changed = تم تأكيد جهة الاتصال الجديدة، وسُجِّل خروجك من كل الأجهزة الأخرى.
device-both = { $browser } على { $system }
device-system = متصفح على { $system }
device-unknown = جهاز غير معروف

## صندوق بريد خادم التطوير: /dev/mailbox
mailbox-title = صندوق البريد
mailbox-lead = ما كان خادم التطوير هذا سيرسله، الأحدث أولًا.
mailbox-link = صندوق بريد التطوير
mailbox-back = العودة إلى كتابة الرمز
mailbox-email = بريد إلكتروني
mailbox-sms = رسالة نصية
mailbox-empty = لا شيء بعد. اطلب رمزًا وسيظهر هنا.

## عندما يتعذّر الرد على الطلب
problem-link-home = إلى الصفحة الرئيسية
problem-link-reload = إعادة تحميل الصفحة
problem-not-text-title = تعذّرت قراءة النموذج
problem-not-text-text = الحقل «{ $field }» ليس نصًا صالحًا. عُد إلى الصفحة واكتبه من جديد.
problem-repeated-title = تعذّرت قراءة النموذج
problem-repeated-text = أُرسل الحقل «{ $field }» أكثر من مرة. عُد إلى الصفحة وأرسل النموذج من جديد.
problem-control-title = تعذّرت قراءة النموذج
problem-control-text = يحتوي الحقل «{ $field }» على فواصل أسطر أو محارف غير مرئية. عُد إلى الصفحة واكتبه من جديد.
problem-list-title = تعذّرت قراءة النموذج
problem-list-text = أُرسل الحقل «{ $field }» على شكل قائمة، وهو لا يقبل إلا قيمة واحدة.
problem-too-many-fields-title = تعذّرت قراءة النموذج
problem-too-many-fields-text = في النموذج حقول أكثر مما في الصفحة. أول حقل زائد هو «{ $field }».
problem-missing-title = النموذج غير مكتمل
problem-missing-text = الحقل «{ $field }» مفقود. عُد إلى الصفحة وأرسل النموذج من جديد.
problem-malformed-title = تعذّرت قراءة النموذج
problem-malformed-text = لا يحتوي الحقل «{ $field }» على ما وضعته الصفحة فيه. أعد تحميل الصفحة وحاول من جديد.
problem-broken-title = لم يصل النموذج كاملًا
problem-broken-text = انقطع الاتصال. يُرجى إرسال النموذج من جديد.
problem-forged-title = يُرجى إعادة تحميل الصفحة
problem-forged-text = حفاظًا على أمانك لم يُقبَل هذا النموذج: فقد ظلّ مفتوحًا مدة طويلة، أو جاء من موقع آخر، أو أن متصفحك يمنع ملفات تعريف الارتباط. أعد تحميل الصفحة وأرسله من جديد.
problem-not-a-form-title = هذا ليس نموذجًا
problem-not-a-form-text = لا يقبل هذا العنوان إلا النماذج (application/x-www-form-urlencoded, UTF-8).
problem-too-large-title = الحجم كبير جدًا
problem-too-large-text = لا يزيد حجم النموذج على 64 كيبيبايت. يُرجى اختصار ما كتبته.
problem-not-found-title = الصفحة غير موجودة
problem-not-found-text = لا شيء في هذا العنوان. قد يكون الرابط قديمًا أو مكتوبًا خطأً.
problem-method-title = لا يمكن ذلك هنا
problem-method-text = لا يمكن استخدام هذا العنوان بهذه الطريقة. يُرجى البدء من الصفحة.
problem-ambiguous-title = لا يمكن قراءة هذا الطلب
problem-ambiguous-text = ما أرسله متصفحك، أو برنامج بينه وبيننا، ليس HTTP صالحًا. يُرجى إعادة تحميل الصفحة، وإن لم يُفد ذلك فجرّب شبكة أخرى أو متصفحًا آخر.
problem-other-host-title = ليس هذا عنوان هذا الموقع
problem-other-host-text = هذا الخادم معدّ للتطوير ولا يجيب إلا على عنوانه. يُرجى فتحه بالعنوان الذي عرضه عند تشغيله.
problem-busy-title = حاول بعد لحظات
problem-busy-text = لا يمكننا تنفيذ ذلك الآن. لم يُفقَد شيء: انتظر بضع ثوانٍ وحاول من جديد.
problem-internal-title = حدث خطأ ما
problem-internal-text = الخطأ من جانبنا وقد سُجِّل. يُرجى المحاولة من جديد.
