### The coordinator's pages, and the page behind an invitation.

## Everywhere

review-title = What came in
review-programme = { $programme }
review-skip = Go to the content
review-menu = Menu
review-visits = Visits
review-disagreements = Different answers
review-follow-ups = Follow-ups
review-language = Language
review-sign-out = Sign out
review-signed-out = You are signed out.
review-signed-in-as = Signed in as { $name }
review-back = Back
review-newer = Newer
review-older = Older
review-page-failed = Something went wrong. Try again in a while.
review-not-found = This page is not here. It may have been removed, or you may not be allowed to see it.

## Sign in

review-sign-in-title = Open your link
review-sign-in-needed = You open these pages with a link of your own. Ask whoever runs the server for a new one.
review-sign-in-confirm = Hello, { $name }. Open the pages of { $programme } on this device?
review-sign-in-button = Open
review-link-used = This link has already been used. Ask for a new one.
review-link-expired = This link is too old. Ask for a new one.
review-session-ended = You have been away for a while. Ask for a new link to go on.
review-coordinators-only = These pages are for coordinators.

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
review-filter-apply = Show
review-filter-clear = Show all
review-empty = Nothing has come in yet. When the volunteers' phones have network, their visits appear here.
review-empty-filtered = There are no visits like that.
review-new = New
review-new-since = { $count ->
    [one] { $count } new visit has come in. Show it.
   *[other] { $count } new visits have come in. Show them.
}
review-recorded-by = Recorded by { $name }
review-recorded-at = Recorded { $when }
review-came-in-at = Came in { $when }
review-unknown-person = Not known
review-has-notes = { $count ->
    [one] { $count } note
   *[other] { $count } notes
}
review-has-disagreements = { $count ->
    [one] { $count } answer to choose
   *[other] { $count } answers to choose
}
review-day-visits = { $day } · { $count ->
    [one] { $count } visit
   *[other] { $count } visits
}

## A visit

review-visit-title = Visit { $when }
review-details = What was recorded
review-notes = Notes
review-no-notes = There are no notes.
review-note-by = { $name }, { $when }
review-note-expires = Kept until { $day }
review-follow-ups-of-visit = Follow-ups
review-no-follow-ups = There are no follow-ups.
review-withdrawn = She has taken this visit back. It is counted nowhere.
review-not-said = Not said

## Timeline

review-timeline = Who said what, and when
review-timeline-first = { $name } recorded the visit
review-timeline-said = { $name } said that { $field } is { $value }
review-timeline-added = { $name } added { $value } to { $field }
review-timeline-removed = { $name } took { $value } away from { $field }
review-timeline-cleared = { $name } took { $field } away
review-timeline-show = Show the timeline

## Different answers

review-differ = Two people answered differently
review-differ-intro = Nobody's answer is lost. Look at them, ask if you need to, and choose the right one.
review-both-answers = Both answers
review-answers-of = Answers to “{ $field }”
review-answer-by = { $name }, { $when }
review-choose = Choose this one
review-choose-labelled = Choose “{ $value }” for “{ $field }”
review-chosen = The answer is chosen. All phones get it.
review-chosen-meanwhile = Another answer came in while you were reading. Look once more.
review-no-disagreements = Nobody disagrees. There is nothing to choose.

## The page behind an invitation (/join)

join-title = You have been invited
join-intro = You have been invited to Footbridge. With Footbridge you record the conversations you have with women in your neighbourhood.
join-step-app = Open Footbridge on your phone.
join-step-link = Choose “Join”, and give it this whole link. You can also let it read the square code that you were sent.
join-step-done = Done. The phone says welcome.
join-terminal = On a computer: footbridge --store FOLDER join "LINK"
join-safe = You can open this page as often as you like. The link is used up only when a phone joins.
join-once = The link is for one phone. Do not pass it on.
join-incomplete = The link is not whole. Copy all of it, also what comes after the # sign.
join-copy = Copy the link
join-copied = The link is copied.
join-help = If it does not work, ask the coordinator who invited you.
