### كلمات ما يُسجّل: رموز، وقوائم، وأنواع، وحقول، وحالات.

## نوع المحادثة (ثابت)

code-kind-street = في الشارع
code-kind-home = في البيت
code-kind-phone = بالهاتف
code-kind-service = في دائرة عامة
code-kind-cafe = في مقهى

## كيف نشأ الاتصال

code-arose-by-chance = التقينا صدفة
code-arose-she-came = جاءت إليّ
code-arose-agreed = اتفقنا على اللقاء
code-arose-neighbour = عن طريق جارة
code-arose-school = عن طريق المدرسة
code-arose-referred = أرسلتها دائرة

## المواضيع

code-topics-family = العائلة
code-topics-children = الأطفال
code-topics-kindergarten = الروضة
code-topics-school = المدرسة
code-topics-education = التعليم
code-topics-language-course = دورة لغة
code-topics-work = العمل
code-topics-health = الصحة
code-topics-housing = السكن
code-topics-economy = المال
code-topics-leisure = وقت الفراغ
code-topics-municipal-services = خدمات البلدية
code-topics-civic-information = كيف يعمل المجتمع

## المساعدة

code-help-conversation = تحدثنا
code-help-information = أعطيت معلومات
code-help-letter-translated = ترجمت رسالة
code-help-form = ساعدت في استمارة
code-help-came-along = رافقتها
code-help-referred = دللتها إلى أين تتوجه
code-help-phone-call = أجريت مكالمة

## مع من

code-with-municipality = البلدية
code-with-district-office = مكتب الحي
code-with-school = المدرسة
code-with-kindergarten = الروضة
code-with-social-services = الخدمات الاجتماعية
code-with-employment-service = مكتب العمل
code-with-health-centre = المركز الصحي
code-with-other = غير ذلك

## المكان

code-place-bus = في الحافلة
code-place-library = المكتبة
code-place-employment-service = مكتب العمل
code-place-playground = الملعب
code-place-home = في البيت
code-place-laundry = غرفة الغسيل
code-place-shop = المتجر
code-place-health-centre = المركز الصحي
code-place-school = المدرسة
code-place-cafe = المقهى
code-place-phone = الهاتف
code-place-near-home = قرب البيت
code-place-other = مكان آخر

## الخطوة التالية

code-next-step-call-health-centre = الاتصال بالمركز الصحي
code-next-step-employment-service = لقاء مكتب العمل
code-next-step-language-course = بدء دورة لغة
code-next-step-studies = الدراسة
code-next-step-work = العمل
code-next-step-kindergarten-place = طلب مكان في الروضة
code-next-step-school-meeting = اجتماع في المدرسة
code-next-step-come-to-cafe = المجيء إلى المقهى
code-next-step-get-back-to-her = الرجوع إليها
code-next-step-other = شيء آخر

## كيف انتهت المتابعة

code-outcome-done = أُنجزت
code-outcome-not-needed = لم تعد لازمة
code-outcome-could-not-reach = تعذر الوصول إليها
code-outcome-passed-on = سُلّمت لغيرها

## القوائم

list-kind = نوع المحادثة
list-arose = كيف نشأ الاتصال
list-topics = عمّ تحدثتما
list-help = أي مساعدة نالت
list-with = مع من
list-place = المكان
list-next-step = الخطوة التالية
list-outcome = كيف انتهت

## الأنواع

kind-programme = برنامج
    .plural = برامج
kind-code = خيار في قائمة
    .plural = خيارات في قوائم
kind-person = شخص
    .plural = أشخاص
kind-visit = محادثة
    .plural = محادثات
kind-note = ملاحظة
    .plural = ملاحظات
kind-contact = جهة اتصال
    .plural = جهات اتصال
kind-follow-up = متابعة
    .plural = متابعات

## حقول كل سجل

field-any-id = المعرّف
field-any-record = نوع السجل
field-any-author = سجّلته
field-any-recorded-at = سُجّل
field-any-receipt = أين وصل
field-any-seen = اطّلعت عليه
field-any-deleting = يُحذف الآن
field-any-disagreements = إجابات مختلفة
field-any-state = الحالة

## حقول كل نوع

field-programme-name = الاسم
field-programme-country = البلد
field-programme-time-zone = المنطقة الزمنية
field-programme-languages = اللغات
field-programme-districts = الأحياء
field-programme-district-names = أسماء الأحياء الآن
field-programme-note-days = أيام حفظ الملاحظات

field-code-list = القائمة
field-code-code = الرمز
field-code-labels = الأسماء في كل لغة
field-code-order = الموضع في القائمة
field-code-on = مستعمل

field-person-name = الاسم
field-person-languages = اللغات التي تتكلمها
field-person-role = الدور
field-person-districts = الأحياء
field-person-revoked-at = تركت البرنامج

field-visit-happened-at = متى
field-visit-kind = نوع المحادثة
field-visit-district = الحي
field-visit-place = المكان
field-visit-arose = كيف نشأ الاتصال
field-visit-languages = اللغات المستعملة
field-visit-topics = عمّ تحدثتما
field-visit-help = أي مساعدة نالت
field-visit-with = مع من
field-visit-reached = كم شخصًا
field-visit-reached-estimated = العدد تقريبي
field-visit-minutes = كم دقيقة
field-visit-minutes-estimated = الدقائق تقريبية
field-visit-contact = جهة الاتصال
field-visit-next-step = الخطوة التالية
field-visit-state = الحالة

field-note-on = ملاحظة على
field-note-text = النص

field-contact-handle = ماذا تسمينها
field-contact-languages = اللغات
field-contact-district = الحي
field-contact-needs = ما تحتاج إليه

field-follow-up-about = متابعة لـ
field-follow-up-what = ما العمل
field-follow-up-due = حتى
field-follow-up-state = الحالة
field-follow-up-outcome = كيف انتهت
field-follow-up-given-to = عند
field-follow-up-open-to = مفتوحة للجميع في
field-follow-up-handle = عمّن
field-follow-up-district = الحي
field-follow-up-closed-by = أغلقتها
field-follow-up-closed-at = أُغلقت

## الحالات والأدوار

state-draft = مسودة
state-done = تامة
state-withdrawn = مسحوبة
state-open = مفتوحة
state-closed = مغلقة

role-volunteer = متطوعة
role-coordinator = منسقة

receipt-device = محفوظ على هذا الهاتف
receipt-server = على الخادم
receipt-seen = رأته منسقة

## القيم

value-yes = نعم
value-no = لا
value-not-known = غير معروف
value-none = لا شيء
value-about = نحو { $count }
value-you = أنتِ
value-somebody = متطوعة سابقة
value-people = { $count ->
    [one] شخص واحد
    [two] شخصان
    [few] { $count } أشخاص
   *[other] { $count } شخصًا
}
value-minutes = { $count ->
    [one] دقيقة واحدة
    [two] دقيقتان
    [few] { $count } دقائق
   *[other] { $count } دقيقة
}
value-days = { $count ->
    [one] يوم واحد
    [two] يومان
    [few] { $count } أيام
   *[other] { $count } يومًا
}

## الأيام

date-today = اليوم
date-yesterday = أمس
