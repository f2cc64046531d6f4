### صفحات المنسقة، والصفحة التي خلف الدعوة.

## في كل مكان

review-title = ما وصل
review-skip = إلى المحتوى
review-menu = القائمة
review-visits = المحادثات
review-disagreements = إجابات مختلفة
review-follow-ups = المتابعات
review-language = اللغة
review-sign-out = خروج
review-signed-out = لقد خرجتِ.
review-older = الأقدم
review-page-failed = حدث خطأ ما. حاولي مرة أخرى بعد قليل.
review-slow-down = وردت طلبات كثيرة من شبكتك الآن. انتظري قليلًا ثم حاولي مرة أخرى.
review-not-found = هذه الصفحة غير موجودة. ربما أُزيلت، أو لا يُسمح لكِ برؤيتها.
review-pages = صفحات أخرى
review-newest = إلى الأحدث
review-page-title = لا يمكن عرض هذه الصفحة
review-to-the-list = إلى ما وصل
review-continue = متابعة
review-form-old = كانت هذه الصفحة مفتوحة مدة طويلة، أو جاءت من مكان آخر. لم يتغير شيء. ارجعي، وحمّلي الصفحة من جديد، ثم حاولي مرة أخرى.
review-the-server = الخادم

## الدخول

review-sign-in-title = افتحي رابطكِ
review-sign-in-needed = تفتحين هذه الصفحات برابط خاص بكِ.
review-sign-in-device = اطلبي رابطًا جديدًا في Footbridge على جهازكِ، أو ممن يدير الخادم.
review-sign-in-device-command = في الطرفية: هذا يصنع رابطًا لكِ، ويعمل بعد أن يتصل الجهاز بالخادم.
review-sign-in-confirm = مرحبًا { $name }. هل تريدين فتح صفحات { $programme } على هذا الجهاز؟
review-sign-in-button = افتحي
review-link-used = استُعمل هذا الرابط من قبل. اطلبي رابطًا جديدًا.
review-link-expired = هذا الرابط قديم جدًا. اطلبي رابطًا جديدًا.
review-session-ended = غبتِ مدة. اطلبي رابطًا جديدًا للمتابعة.
review-sign-in-once = يعمل الرابط مرة واحدة. بعد ذلك تبقين داخلة هنا اثنتي عشرة ساعة.
review-link-unknown = هذا الرابط ناقص، أو من مكان آخر. انسخيه كله، أو اطلبي رابطًا جديدًا.
review-link-waits = إذا صنعه جهازكِ الآن، فانتظري حتى يتصل بالخادم، ثم افتحيه مرة أخرى.
review-link-again = إذا كنتِ داخلة على هذا الجهاز، فاذهبي مباشرة إلى الصفحات.
review-sign-in-how = لمن يدير الخادم
review-sign-in-how-command = هكذا يُصنع الرابط. يعمل مرة واحدة، وللمنسقات فقط.

## ما وصل

review-count = { $count ->
    [0] لا محادثات
    [one] محادثة واحدة
    [two] محادثتان
    [few] { $count } محادثات
   *[other] { $count } محادثة
}
review-filter = عرض
review-filter-volunteer = المتطوعة
review-filter-district = الحي
review-filter-kind = نوع المحادثة
review-filter-since = من
review-filter-until = إلى
review-filter-all = الكل
review-filter-disagreements = حيث تختلف الإجابات فقط
review-filter-topic = الموضوع
review-filter-language = اللغة
review-filter-state = الحالة
review-filter-more = خيارات أخرى
review-filter-new = لم يفتحها أحد
review-filter-apply = عرض
review-filter-clear = عرض الكل
review-search = بحث
review-search-field = البحث عن كلمات
review-search-how = يشمل البحث المحادثات والملاحظات وجهات الاتصال والمتابعات. تكفي بداية الكلمة.
review-search-nothing = لا شيء فيه هذه الكلمات.
review-empty = لم يصل شيء بعد. عندما تتصل هواتف المتطوعات بالشبكة، تظهر محادثاتهن هنا.
review-empty-filtered = لا توجد محادثات كهذه.
review-empty-invite = هل تغيب إحداهن؟ ادعيها من صفحة «الأشخاص».
review-recorded-by = سجّلتها { $name }
review-unknown-person = غير معروفة
review-has-notes = { $count ->
    [one] ملاحظة واحدة
    [two] ملاحظتان
    [few] { $count } ملاحظات
   *[other] { $count } ملاحظة
}
review-has-disagreements = { $count ->
    [one] إجابة واحدة للاختيار
    [two] إجابتان للاختيار
    [few] { $count } إجابات للاختيار
   *[other] { $count } إجابة للاختيار
}

## محادثة

review-details = ما سُجّل
review-notes = الملاحظات
review-no-notes = لا ملاحظات.
review-note-expires = تُحفظ حتى { $day }
review-follow-ups-of-visit = المتابعات
review-no-follow-ups = لا متابعات.
review-withdrawn = سحبت هذه المحادثة. لا تُحسب في أي مكان.
review-not-said-list = لم يُذكر: { $fields }
review-seen = رأتها
review-seen-by = { $name }، { $when }
review-not-seen = لم تفتحها منسقة بعد.
review-erase = حذف نهائي
review-erase-title = حذف نهائي؟
review-erase-what = يُحذف هذا السجل وكل ما عليه من ملاحظات ومتابعات، من الخادم ومن كل هاتف عند اتصاله التالي. لا يمكن التراجع.
review-erase-button = احذفي نهائيًا
review-erase-keep = أبقيه
review-erased = حُذف. يزول من كل هاتف عند اتصاله التالي.

## التسلسل

review-timeline = من قال ماذا، ومتى
review-timeline-first = سجّلت المحادثة
review-timeline-removed = أُزيل: { $value }
review-timeline-cleared = أُزيل

## إجابات مختلفة

review-differ = الإجابات مختلفة
review-differ-intro = لا تضيع أي إجابة. انظري إليها، واسألي إن احتجتِ، ثم اختاري الصحيحة.
review-differ-short = أجاب بعضهن إجابة أخرى. اختاري الإجابة الصحيحة.
review-author-chooses = لا تختار هنا إلا التي سجّلت هذا.
review-choice-not-allowed = لم يعد ممكنًا اختيار هذه الإجابة. تغيّرت قوائم البرنامج.
review-choose = اختاري هذه
review-choose-labelled = اختاري هذه: «{ $value }» لـ«{ $field }»
review-own-answer = أو اكتبي الصيغة الصحيحة
review-own-answer-button = احفظي هذه
review-chosen = اختيرت الإجابة. تصل إلى كل الهواتف.
review-chosen-meanwhile = وصلت إجابة أخرى وأنتِ تقرئين. انظري مرة أخرى.
review-no-disagreements = لا خلاف. لا شيء للاختيار.

review-people = الأشخاص
review-lists = القوائم
review-more = المزيد
review-to-the-first = إلى الأولى
review-save = حفظ
review-saved = حُفظ. يصل إلى كل الهواتف.
review-changed-meanwhile = غيّر أحد هذا وأنتِ تقرئين. لم يُفعل شيء. انظري مرة أخرى.
review-refused = شيء فيه غير مسموح. لم يُفعل شيء.

## المتابعات

review-follow-ups-open = المفتوحة
review-follow-ups-late = المتأخرة
review-follow-ups-closed = المغلقة
review-follow-ups-none = لا توجد متابعات كهذه.
review-late = متأخرة
review-with = عند من هي
review-with-nobody = لم تُعطَ لأحد
review-open-to = الجميع في { $district }
review-give = إعطاؤها لأخرى
review-give-to = لمن
review-close = إغلاق
review-reopen = فتح من جديد
review-given = أُعطيت. تراها عند اتصالها التالي.
review-closed = أُغلقت المتابعة.
review-reopened = المتابعة مفتوحة من جديد.

## قوائم الرموز

review-lists-intro = ما يمكن اختياره على الهواتف. يصل التغيير إلى كل هاتف عند اتصاله التالي.
review-codes-on = { $count } مستعملة
review-list-intro = افتحي واحدًا لتغيير أسمائه، أو لإيقاف استعماله. يبقى ما سُجّل به.
review-code-off = غير مستعمل
review-code-offered = يمكن اختياره
review-code-add = إضافة خيار
review-code-taken = يوجد خيار بهذا الاسم.
review-code-no-name = سمّيه بحروف من a إلى z في لغة واحدة على الأقل.
review-move-up = انقلي «{ $name }» إلى أعلى
review-move-down = انقلي «{ $name }» إلى أسفل

## الأشخاص والأجهزة

review-devices = الأجهزة
review-no-devices = لم ينضم جهاز بعد.
review-last-here = آخر اتصال { $when }
review-joined-at = انضم { $when }
review-invite = دعوة شخص
review-invite-how = تحصلين على رابط ورمز مربع لهاتفها. يُستعملان مرة واحدة، خلال سبعة أيام، ومن كانت منسقة خلال يوم واحد.
review-invite-button = اصنعي دعوة
review-invited = دعوة لـ{ $name }
review-invited-once = تُعرض هذه الصفحة مرة واحدة. دعي هاتفها يقرأ الرمز الآن، أو أرسلي إليها الرابط.
review-invited-how = تفتح Footbridge، وتختار «انضمام»، وتقرأ الرمز المربع. أو أرسلي إليها هذا الرابط، بطريقة لا تقرؤها إلا هي.
review-invited-until = يُستعمل حتى { $when }.
review-square-code = الدعوة رمزًا مربعًا
review-further-device = جهاز آخر
review-further-device-how = لهاتف جديد، أو ثانٍ. تأتي مسوداتها معه.
review-rights = الدور والأحياء
review-revoke = تترك البرنامج
review-revoke-how = تُقفل أجهزتها عند اتصالها التالي، وتسلّم ما لم ترسله، ثم تُفرغ. يبقى ما سجّلته.
review-revoke-button = اسحبي صلاحياتها
review-revoked = تركت
review-revoked-since = تركت في { $when }.
review-held = تنتظر السماح بالدخول
review-reinstate = دعيها تعود
review-revoked-done = تم. تعرف الأجهزة ذلك عند اتصالها التالي.
review-reinstated-done = هي في البرنامج من جديد.
review-last-coordinator = يجب أن تبقى للبرنامج منسقة واحدة. لم يُفعل شيء.
review-lost = ضاع، أو لم يعد لها
review-lost-how = يُقفل الجهاز عند اتصاله التالي، ويسلّم ما لم يرسله، ثم يُفرغ.
review-wipe = ضاع: أفرغيه حتى لو لم يسلّم شيئًا
review-revoke-device = أقفلي هذا الجهاز
review-device-revoked = مقفل
review-device-wiped = مقفل، ويُفرغ نفسه
review-unsent = { $count ->
    [0] لا شيء غير مرسل
   *[other] غير مرسل: { $count }
}
review-invite-anyway = ادعيها على أي حال
review-invite-namesake = توجد امرأة بهذا الاسم. إن كان الجهاز الجديد لها فافتحي صفحتها.
review-invite-no-district = لم يُختر أي حي: لن ترى ما هو متاح لمتطوعات حيّ ما.
review-erase-person = امحي اسمها نهائيًا
review-erase-person-how = يُمحى اسمها وتاريخه ومسوداتها من الخادم ومن كل هاتف. يبقى ما سجّلته باسم متطوعة سابقة. لا يمكن إعادتها بهذا القيد. لا يمكن التراجع.
review-erase-person-type = اكتبي اسمها للمتابعة
review-erase-person-not-typed = ليس هذا اسمها. لم يُمحَ شيء.
review-former-person = متطوعة سابقة
review-name-needed = اكتبي اسمها.
review-district-closed = { $district } (مغلق)
review-given-to-gone = غادرت البرنامج: أعطيها لأخرى
review-waits-with-her = { $count ->
    [one] لديها متابعة مفتوحة واحدة. أعطيها لأخرى.
   *[other] متابعات مفتوحة لديها: { $count }. أعطيها لأخرى.
}
review-handed-over = { $count ->
    [one] سُلّم واحد
   *[other] سُلّم: { $count }
}

## محفوظ جانبًا

review-aside = محفوظ جانبًا
review-quarantine = سلّمته أجهزة مقفلة
review-quarantine-intro = ما لم ترسله الأجهزة المقفلة قبل إقفالها. خذيه إلى البرنامج، أو تخلّصي منه. المسودات ليست هنا.
review-quarantine-none = لا شيء ينتظر.
review-quarantine-of = من { $name }، سُلّم { $when }
review-quarantine-items = { $count ->
    [one] تغيير واحد
    [two] تغييران
    [few] { $count } تغييرات
   *[other] { $count } تغييرًا
}
review-quarantine-unreadable = لا يمكن عرض ما سيكون: ينقصه شيء ما زال على جهاز.
review-take = خذيه
review-discard = تخلّصي منه
review-discard-how = لا يبقى منه شيء.
review-taken = أُخذ إلى البرنامج باسمها.
review-taken-partly = أُخذ بعضه. ما بقي هنا لا يمكن أخذه بعد.
review-discarded = لم يبقَ منه شيء.
review-set-aside = رُفض لأجهزة
review-set-aside-intro = ما لم يستطع الخادم قبوله، ولماذا، وما العمل. يبقى على الجهاز؛ لا يُعرض هنا محتواه.
review-refused-forbidden = لم يكن مسموحًا لـ{ $name } بتغيير هذا. غيّريه بنفسكِ إن كان صحيحًا؛ نسختها باقية على هاتفها.
review-set-aside-none = لم يُرفض شيء.

## الصفحة التي خلف الدعوة (/join)

join-title = أنتِ مدعوة
join-intro = دُعيتِ إلى Footbridge. به تسجّلين محادثاتكِ مع النساء في حيّكِ.
join-step-app = افتحي Footbridge على هاتفكِ.
join-step-link = اختاري «انضمام»، وأعطيه هذا الرابط كله. أو دعيه يقرأ الرمز المربع الذي أُرسل إليكِ.
join-step-done = تم. يرحب بكِ الهاتف.
join-terminal = على حاسوب، في الطرفية
join-terminal-command = footbridge --store FOLDER join "LINK"
join-safe = افتحي هذه الصفحة كما تشائين. لا يُستهلك الرابط إلا عندما ينضم هاتف.
join-once = الرابط لهاتف واحد. لا تمرريه إلى غيركِ.
join-incomplete = الرابط ناقص. انسخيه كله، وما بعد علامة # أيضًا.
join-copy = انسخي الرابط
join-copied = نُسخ الرابط.
join-help = إذا لم ينجح ذلك، فاسألي المنسقة التي دعتكِ.
review-notes-will-go = { $count ->
    [one] ستُحذف نهائيًا ملاحظة واحدة أقدم من { $days } يومًا
   *[other] ستُحذف نهائيًا الملاحظات الأقدم من { $days } يومًا وعددها { $count }
} في { $day }. يمكن التراجع حتى ذلك اليوم.
review-keep-notes = الاحتفاظ بالملاحظات
review-notes-kept = تُحفظ الملاحظات للمدة نفسها كما كانت.
