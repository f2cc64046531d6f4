### The coordinator's pages, and the page behind an invitation.

## Everywhere

review-title = What came in
review-skip = Go to the content
review-menu = Menu
review-visits = Visits
review-disagreements = Different answers
review-follow-ups = Follow-ups
review-language = Language
review-sign-out = Sign out
review-signed-out = You are signed out.
review-older = Older
review-page-failed = Something went wrong. Try again in a while.
review-slow-down = There were too many requests from your network just now. Wait a moment and try again.
review-not-found = This page is not here. It may have been removed, or you may not be allowed to see it.
review-pages = More pages
review-newest = To the newest
review-page-title = This page cannot be shown
review-to-the-list = To what came in
review-continue = Continue
review-form-old = This page was open for too long, or comes from elsewhere. Nothing has changed. Go back, load the page again, and try once more.
review-the-server = The server

## Sign in

review-sign-in-title = Open your link
review-sign-in-needed = You open these pages with a link of your own.
review-sign-in-confirm = Hello, { $name }. Open the pages of { $programme } on this device?
review-sign-in-button = Open
review-link-used = This link has already been used. Ask for a new one.
review-link-expired = This link is too old. Ask for a new one.
review-session-ended = You have been away for a while. Ask for a new link to go on.
review-sign-in-once = The link works once. After that you are signed in here for twelve hours.
review-link-unknown = This link is not whole, or it is from elsewhere. Copy all of it, or ask for a new one.
review-link-again = If you are signed in on this device already, go straight to the pages.
review-sign-in-how = For whoever runs the server
review-sign-in-how-command = This makes a link. It works once, and for coordinators only.

## What came in

review-count = { $count ->
    [0] No visits
    [one] { $count } visit
   *[other] { $count } visits
}
review-filter = Show
review-filter-volunteer = Volunteer
review-filter-district = District
review-filter-kind = Kind of visit
review-filter-since = From
review-filter-until = To
review-filter-all = All
review-filter-disagreements = Only where answers differ
review-filter-topic = Topic
review-filter-language = Language
review-filter-state = State
review-filter-more = More choices
review-filter-new = Nobody has opened it
review-filter-apply = Show
review-filter-clear = Show all
review-search = Search
review-search-field = Look for words
review-search-how = Search looks through visits, notes, contacts and follow-ups. The beginning of a word is enough.
review-search-nothing = Nothing has these words.
review-empty = Nothing has come in yet. When the volunteers' phones have network, their visits appear here.
review-empty-filtered = There are no visits like that.
review-empty-invite = Is somebody missing? Invite her on the page People.
review-recorded-by = Recorded by { $name }
review-unknown-person = Not known
review-has-notes = { $count ->
    [one] { $count } note
   *[other] { $count } notes
}
review-has-disagreements = { $count ->
    [one] { $count } answer to choose
   *[other] { $count } answers to choose
}

## A visit

review-details = What was recorded
review-notes = Notes
review-no-notes = There are no notes.
review-note-expires = Kept until { $day }
review-follow-ups-of-visit = Follow-ups
review-no-follow-ups = There are no follow-ups.
review-withdrawn = She has taken this visit back. It is counted nowhere.
review-not-said-list = Not said: { $fields }
review-seen = Opened by
review-seen-by = { $name }, { $when }
review-not-seen = No coordinator has opened it yet.
review-erase = Delete for good
review-erase-title = Delete for good?
review-erase-what = This record goes, with every note and follow-up on it: from the server, and from every phone at its next contact. It cannot be undone.
review-erase-button = Delete for good
review-erase-keep = Keep it
review-erased = It is deleted. It goes from every phone at its next contact.

## Timeline

review-timeline = Who said what, and when
review-timeline-first = Recorded the visit
review-timeline-removed = taken away: { $value }
review-timeline-cleared = taken away

## Different answers

review-differ = The answers differ
review-differ-intro = No answer is lost. Look at them, ask if you need to, and choose the right one.
review-differ-short = Some answered differently. Choose the right answer.
review-author-chooses = Only the one who recorded this can choose here.
review-choice-not-allowed = This answer cannot be chosen any more. The programme's lists have changed.
review-choose = Choose this one
review-choose-labelled = Choose this one: “{ $value }” for “{ $field }”
review-own-answer = Or write it as it should be
review-own-answer-button = Keep this
review-chosen = The answer is chosen. All phones get it.
review-chosen-meanwhile = Another answer came in while you were reading. Look once more.
review-no-disagreements = Nobody disagrees. There is nothing to choose.

review-people = People
review-lists = Lists
review-more = More
review-to-the-first = To the first
review-save = Save
review-saved = It is saved. All phones get it.
review-changed-meanwhile = Somebody changed this while you were reading. Nothing was done. Look once more.
review-refused = Something in it is not allowed. Nothing was done.

## Follow-ups

review-follow-ups-open = Open
review-follow-ups-late = Late
review-follow-ups-closed = Closed
review-follow-ups-none = There are no follow-ups like that.
review-late = Late
review-with = Who has it
review-with-nobody = Given to nobody
review-open-to = Everyone in { $district }
review-give = Hand on
review-give-to = To whom
review-close = Close
review-reopen = Open again
review-given = It is handed on. She sees it at her next contact.
review-closed = The follow-up is closed.
review-reopened = The follow-up is open again.

## Code lists

review-lists-intro = What can be chosen on the phones. A change reaches each phone at its next contact.
review-codes-on = { $count } in use
review-list-intro = Open one to change its names, or to take it out of use. What was recorded with it stays.
review-code-off = Not in use
review-code-offered = Can be chosen
review-code-add = Add a choice
review-code-taken = There is a choice of that name already.
review-code-no-name = Give it a name with letters from a to z in at least one language.
review-move-up = Move “{ $name }” up
review-move-down = Move “{ $name }” down

## People and devices

review-devices = Devices
review-no-devices = No device has joined yet.
review-last-here = Last here { $when }
review-joined-at = Joined { $when }
review-invite = Invite somebody
review-invite-how = You get a link and a square code for her phone. Both can be used once, within seven days; those for a coordinator within one.
review-invite-button = Make an invitation
review-invited = Invitation for { $name }
review-invited-once = This page is shown once. Let her phone read the code now, or send her the link.
review-invited-how = She opens Footbridge, chooses “Join”, and reads the square code. Or send her this link, by a way that only she reads.
review-invited-until = It can be used until { $when }.
review-square-code = The invitation as a square code
review-further-device = A further device
review-further-device-how = For a new phone, or a second one. Her drafts come along.
review-rights = Role and districts
review-revoke = She leaves the programme
review-revoke-how = Her devices lock at their next contact, hand over what they have not sent, and empty themselves. What she recorded stays.
review-revoke-button = Take her rights away
review-revoked = Left
review-revoked-since = She left on { $when }.
review-held = Waits to be let in
review-reinstate = Let her come back
review-revoked-done = Done. The devices learn it at their next contact.
review-reinstated-done = She belongs to the programme again.
review-last-coordinator = The programme must keep one coordinator. Nothing was done.
review-lost = Lost, or not hers any more
review-lost-how = The device locks at its next contact, hands over what it has not sent, and empties itself.
review-wipe = It is lost: empty it even if nothing can be handed over
review-revoke-device = Lock this device
review-device-revoked = Locked
review-device-wiped = Locked, empties itself
review-unsent = { $count ->
    [0] nothing unsent
   *[other] { $count } unsent
}
review-invite-anyway = Invite all the same
review-invite-namesake = Somebody of this name is here already. For a further device of hers, open her page.
review-invite-no-district = No district is chosen: she will not see what is open to the volunteers of a district.
review-erase-person = Erase her name for good
review-erase-person-how = Her name, its history and her drafts go from the server and from every phone. What she recorded stays, as that of a former volunteer. She cannot be let back in under this entry. It cannot be undone.
review-erase-person-type = Type her name to go on
review-erase-person-not-typed = That is not her name. Nothing was erased.
review-former-person = a former volunteer
review-name-needed = Write her name.
review-district-closed = { $district } (closed)
review-given-to-gone = she has left: hand it on
review-waits-with-her = { $count ->
    [one] { $count } open follow-up is with her. Hand it on to somebody else.
   *[other] { $count } open follow-ups are with her. Hand them on to somebody else.
}
review-handed-over = { $count } handed over

## Set aside

review-aside = Set aside
review-quarantine = Handed over by locked devices
review-quarantine-intro = What locked devices had not sent before they were locked. Take it over into the programme, or throw it away. Drafts are not here.
review-quarantine-none = Nothing waits.
review-quarantine-of = From { $name }, handed over { $when }
review-quarantine-unreadable = What it would be cannot be shown: something that it builds on is still on a device.
review-take = Take over
review-discard = Throw away
review-discard-how = Nothing of it is kept.
review-taken = It is taken over, in her name.
review-taken-partly = Not all of it could be taken over. What is still here says why.
review-discarded = It is thrown away.
review-set-aside = Refused to devices
review-set-aside-intro = What the server could not take, why, and what to do. It is safe on the device; its words are not shown here.
review-refused-forbidden = { $name } was not allowed to change this. Change it yourself if it is right; her version is still on her phone.
review-set-aside-none = Nothing was refused.
review-link-waits = If your device has just made it, wait until it has reached the server, and open it again.
review-sign-in-device = Ask for a new one in Footbridge on your own device, or ask whoever runs the server.
review-sign-in-device-command = This makes a link of your own. It holds once the device has reached the server.
review-quarantine-items = { $count ->
    [one] { $count } change
   *[other] { $count } changes
}

## The page behind an invitation (/join)

join-title = You have been invited
join-intro = You have been invited to Footbridge. With Footbridge you record the conversations you have with women in your neighbourhood.
join-step-app = Open Footbridge on your phone.
join-step-link = Choose “Join”, and give it this whole link. You can also let it read the square code that you were sent.
join-step-done = Done. The phone says welcome.
join-terminal = On a computer, in a terminal
join-terminal-command = footbridge --store FOLDER join "LINK"
join-safe = You can open this page as often as you like. The link is used up only when a phone joins.
join-once = The link is for one phone. Do not pass it on.
join-incomplete = The link is not whole. Copy all of it, also what comes after the # sign.
join-copy = Copy the link
join-copied = The link is copied.
join-help = If it does not work, ask the coordinator who invited you.
review-notes-will-go = { $count ->
    [one] { $count } note that is older than { $days } days
   *[other] { $count } notes that are older than { $days } days
} will be erased for good on { $day }. Until then you can take it back.
review-keep-notes = Keep the notes
review-notes-kept = The notes are kept as long as before.
