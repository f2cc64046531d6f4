### What the command line says.

## Saved, joined, left

saved = Saved on this phone.
saved-draft = Saved as a draft. Only you can see it.
done = Done. It is sent at the next sync.
withdrawn = Taken back. It is counted nowhere.
counts-again = It counts again.
deleted = Deleted.
deleted-waiting = It is in no list here any more. It is deleted everywhere at the next sync.
reworded = The earlier words are gone on this phone. They go everywhere else at the next sync.
given-to-person = Given to { $name }. It takes effect at the next sync.
given-to-district = Open to all volunteers in { $district }. It takes effect at the next sync.
settled = The answer is chosen.
joined = Welcome, { $name }. This phone now belongs to { $programme }.
not-joined = This phone does not belong to a programme yet. You can record all the same. To join, use the link of your invitation.
left = This phone no longer belongs to { $programme }.
left-with-unsent = { $count ->
    [one] { $count } record was never sent. It has gone with the programme.
   *[other] { $count } records were never sent. They have gone with the programme.
}
leave-unsent = { $count ->
    [one] { $count } record is only on this phone. Sync first, or leave with --even-unsent and lose it.
   *[other] { $count } records are only on this phone. Sync first, or leave with --even-unsent and lose them.
}

## Status

status-programme = Programme
status-person = You
status-receipts = Your records
status-unsent = { $count ->
    [0] All is sent.
    [one] { $count } record is not sent yet.
   *[other] { $count } records are not sent yet.
}
status-taken-back = { $count ->
    [one] { $count } record was deleted, and is no longer here:
   *[other] { $count } records were deleted, and are no longer here:
}
taken-back-unsent = Something of yours in it was not sent. It went with it.
cli-dismiss = This is shown for 30 days. `footbridge status --dismiss` ends it.
status-set-aside = { $count ->
    [0] Nothing has been set aside.
    [one] { $count } record has been set aside:
   *[other] { $count } records have been set aside:
}
status-unread = { $count ->
    [one] The server has { $count } record that this app cannot read. It is safe there. Update the app; if that does not help, tell your coordinator.
   *[other] The server has { $count } records that this app cannot read. They are safe there. Update the app; if that does not help, tell your coordinator.
}
status-last-sync = Last sync
status-never-synced = Never synced
cli-clock-ahead = The clock of this phone is { $how } fast. Set it right, or what you record gets the wrong time.
cli-clock-behind = The clock of this phone is { $how } slow. Set it right, or what you record gets the wrong time.
cli-is-ahead = This has not happened yet. Save it all the same?
cli-which-time = The clocks were changed then: there is no such time, or it is there twice. Which do you mean? 1: { $first }  2: { $second }
cli-notes-will-go = Notes older than { $days } days will be erased for good ({ $at }). Set note_days to { $kept } again to keep them.
cli-would-erase = { $count ->
    [one] { $count } note is older than { $days } days then and will be erased for good
   *[other] { $count } notes are older than { $days } days then and will be erased for good
} ({ $at }). Until then you can take it back. Type { $count } to go on:
status-conflicts = { $count ->
    [0] Nobody disagrees.
    [one] { $count } answer to choose. See “conflicts”.
   *[other] { $count } answers to choose. See “conflicts”.
}
column-reason = Why
column-what-to-do = What to do
column-field = Field
column-answer = Answer
column-who = Who
column-when = When
column-what = What
column-name = Name
column-count = How many

## Sync

sync-connecting = Connecting …
sync-sending = Sending { $done } of { $total }
sync-receiving = Receiving { $done } of { $total }
sync-receiving-unknown = Receiving { $done }
sync-bytes = { $up } sent, { $down } received
sync-pushed = { $count ->
    [0] Nothing to send.
    [one] { $count } record sent.
   *[other] { $count } records sent.
}
sync-pulled = { $count ->
    [0] Nothing new.
    [one] { $count } record received.
   *[other] { $count } records received.
}
sync-set-aside = { $count ->
    [one] { $count } record was set aside. See “status”.
   *[other] { $count } records were set aside. See “status”.
}
sync-repaired = { $count ->
    [one] { $count } record was not here as it is on the server. It has been fetched again.
   *[other] { $count } records were not here as they are on the server. They have been fetched again.
}
sync-unread = { $count ->
    [one] { $count } record on the server cannot be read here. See “status”.
   *[other] { $count } records on the server cannot be read here. See “status”.
}
sync-retry = { $seconds ->
    [one] Trying again in { $seconds } second.
   *[other] Trying again in { $seconds } seconds.
}
sync-cancelled = Stopped. Next time it goes on from here.
sync-watching = Waiting for news. Stop with Ctrl-C.

## Lists, search, timeline

list-empty = There is nothing here.
list-more = There is more. Go on with --after { $cursor }
search-empty = Nothing was found.
due-empty = Nothing is due.
due-overdue = Late
timeline-removed = taken away

## Conflicts

conflicts-empty = Nobody disagrees.
conflicts-title = Different answers to “{ $field }”
conflicts-answer = { $value }, said by { $who }, { $when }
conflicts-choose = Which one is right? Type its number, or your own answer. Press Enter to decide later.
conflicts-later = Not decided. Both answers are kept.
conflicts-how = Choose with: { $command }

## The key and the store

passphrase-wrong = The passphrase is wrong.
passphrase-needed = The key is locked with a passphrase. Set FOOTBRIDGE_PASSPHRASE.
key-missing = The key file { $file } is not there. Without it the store cannot be opened.
key-wrong = The key does not fit this store.
store-created = A new store was made in { $folder }.
store-damaged = { $count ->
    [one] The store was damaged, and was set aside as { $file }. { $count } record that was not sent is here again. The rest comes with the next sync.
   *[other] The store was damaged, and was set aside as { $file }. { $count } records that were not sent are here again. The rest comes with the next sync.
}
store-damaged-incomplete = Not all of the damaged store could be read. Keep the file, and ask whoever runs the programme.
store-damaged-stranger = It could not be read whose phone this is. Ask for a new invitation.
store-newer = The store was made by a newer version. Update Footbridge.
store-busy = Another Footbridge is using this store. Wait, or stop it.
link-invalid = This is not an invitation link. It looks like https://…/join#v=1…
file-unreadable = { $file } could not be read.
line-problem = Line { $line }: { $problem }

## Command line

cli-file-unwritable = { $file } could not be written.
cli-output-unwritable = The answer could not be written. Is the disk full?
cli-store-needed = Say where this phone keeps everything: --store FOLDER, or FOOTBRIDGE_STORE.
cli-store-damaged = The store is damaged. Try again: what can be read of it is then brought into a new one.
cli-store-failed = The store could not be read or written. Are the folder and its files yours?
cli-unstartable = The computer did not let Footbridge start. Try again.
cli-joined = Welcome. This phone now belongs to the programme.
cli-joined-next = Fetch what is there, and send what you have recorded, with: { $command }
cli-nothing-given = There was nothing to save.
cli-not-saved = It was not saved.
cli-yes-or-no = (y/n)
cli-type-json = Type a JSON object, such as { $example }. End with Ctrl-D.
cli-column-what = What
cli-column-due = To be done by
cli-column-to = Who does it
cli-column-state = Where it is
cli-all-safe = Everything is safe. All that you recorded is on the server.
cli-all-kept = Everything is saved on this phone. Some of it is not on the server yet.
cli-some-set-aside = Nothing is lost, but the server did not take all of it. See below what to do.
cli-status-unsent = To be sent
cli-status-conflicts = Different answers
cli-receipt-device = { $count } on this phone
cli-receipt-server = { $count } on the server
cli-receipt-seen = { $count } seen by a coordinator
cli-see-conflicts = To choose: conflicts
cli-not-a-draft = This is not a draft. It is done already.
cli-no-disagreement = Nobody disagrees on “{ $field }”. There is nothing to choose. To change it: edit
cli-no-key = { $file } is not a key of Footbridge.
cli-repeated = { $count ->
    [one] { $count } row says the same as one before it.
   *[other] { $count } rows say the same as one before them.
}
cli-repeated-line = Line { $line } says the same as line { $like }.
cli-skipped = { $count ->
    [one] { $count } row is empty, a sum or a heading.
   *[other] { $count } rows are empty, sums or headings.
}
cli-and-more = … and { $count } more
cli-status-commands = Asked of the server
status-commands = { $count ->
    [one] { $count } thing waits for the next sync.
   *[other] { $count } things wait for the next sync.
}
cli-revoked = This phone no longer belongs to the programme. It is locked, and hands over what it has not sent. Drafts are not handed over.
cli-emptied = This phone no longer belonged to the programme, and has been emptied. To use it again, ask your coordinator for a new invitation.
cli-invitation = Invitation for { $name }, for one phone, until { $expires }:
cli-invitation-holds = The link is ready. Give it to her, and to nobody else.
cli-link-waits = The link works once this phone has synced.
cli-review-link = Link to the review pages, for your own browser. It can be used once, until { $expires }:
cli-role-set = { $name }: { $role }.
cli-person-revoked = { $name } no longer belongs to the programme. Her phones lock, hand over what they have not sent, and are emptied.
cli-device-name-ask = What do you call this device? (for example “red Samsung”; Enter for nothing)
cli-invite-namesake = Somebody of this name is here already: { $name }.
cli-invite-no-district = No district is named: she will not see what is open to the volunteers of a district.
cli-invite-anyway = Invite her all the same?
cli-holder-left = has left: hand it on
cli-left-follow-ups = { $count ->
    [one] { $count } open follow-up is with { $name }. Hand it on to somebody else.
   *[other] { $count } open follow-ups are with { $name }. Hand them on to somebody else.
}
cli-device-revoked = That phone of { $name } no longer belongs to the programme. It locks, hands over what it has not sent, and is emptied.
cli-reinstated = { $name } belongs to the programme again.
cli-asked-waits = It takes effect at the next sync.

## What was put aside

quarantine-empty = No phone that was shut out has handed anything over.
quarantine-how = To take something over: take. To throw it away: discard.
quarantine-taken = Taken over.
quarantine-discarded = Thrown away.
quarantine-discard-ask = Do you want to throw this away? It cannot be brought back.
discard-ask = Do you want to throw away what the server would not take? It cannot be brought back.
discard-not = Nothing was thrown away.
discard-nothing = Nothing of this has been set aside.
discarded = Thrown away. The record is as the server has it.
