### What went wrong, and what the person can do. No blame, no jargon, no content of a record.

## The nine problems that an app can act on

problem-not-found = This is not here. It may have been removed, or you may not be allowed to see it.
problem-changed = Somebody changed “{ $field }” at the same time. See both answers and choose one.
problem-forbidden = You may not do this. Ask your coordinator.
problem-locked = Footbridge is locked on this phone. Unlock it and try again.
problem-unsent = { $count ->
    [one] { $count } record is only on this phone. Send it first, so that it is not lost.
   *[other] { $count } records are only on this phone. Send them first, so that they are not lost.
}
problem-offline = There is no contact with the server. All is saved on this phone and is sent later.
problem-refused = The server did not take this. { $reason }
problem-storage = This phone could not save it. Make room on the phone and try again.

## Why a field is not valid

invalid-unknown = There is no field called “{ $field }” here.
invalid-read-only = “{ $field }” cannot be set in this way.
invalid-required = “{ $field }” is needed.
invalid-wrong-form = “{ $field }” is not written in the right way.
invalid-not-allowed = “{ $field }” cannot be that.
invalid-too-long = “{ $field }” is too long.
invalid-out-of-range = “{ $field }” is too low or too high.
invalid-allowed = You can use: { $allowed }.
invalid-nothing-saved = Nothing was saved.
invalid-no-such-record = What “{ $field }” points to is not on this phone.
invalid-not-an-object = This is not a JSON object.

## A national identity number in a note

national-number-warning = This looks like a Norwegian or Swedish identity number. Take it out. A note must not show who she is.
national-number-ask = Save it all the same?

## Codes of the wire: why the server did not take something, and what to do

wire-malformed = The server could not read what this phone sent.
    .what-to-do = Update the app. It tries again by itself.
wire-too-large = This is too large for the server.
    .what-to-do = Make the note shorter, or split it into two notes.
wire-unsupported-version = The app and the server do not speak the same version.
    .what-to-do = Update the app. All that you recorded is still on this phone.
wire-unknown-device = The server does not know this phone.
    .what-to-do = Ask your coordinator for a new invitation. All that you recorded is still on this phone.
    .what-to-do-coordinator = Ask another coordinator, or whoever runs the server, for a new invitation. All that you recorded is still on this phone.
wire-bad-signature = The server could not be sure that this came from this phone.
    .what-to-do = Send again. If it happens again, ask your coordinator.
    .what-to-do-coordinator = Send again. If it happens again, ask whoever runs the server.
wire-wrong-server = This is another server than the one you joined.
    .what-to-do = Do not go on. Ask your coordinator if the server has moved.
    .what-to-do-coordinator = Do not go on. Ask whoever runs the server if it has moved.
wire-bad-nonce = The connection took too long.
    .what-to-do = Send again.
wire-expired-session = You have been connected for a long time.
    .what-to-do = Send again. The phone connects anew by itself.
wire-invitation-unknown = The server does not know this invitation.
    .what-to-do = See that you have the whole link. If you have, ask for a new one.
wire-invitation-used = This invitation has already been used.
    .what-to-do = Ask your coordinator for a new invitation.
wire-invitation-expired = This invitation is too old.
    .what-to-do = Ask your coordinator for a new invitation.
wire-not-found = This record is not on the server, or you may not see it.
    .what-to-do = Ask your coordinator. Your own copy is still on this phone.
    .what-to-do-coordinator = Nobody can see it any more. Your own copy is still on this phone.
wire-not-found-give = The person has left, or the district is no more: the follow-up stays where it was.
    .what-to-do = Give it to somebody else. If you cannot see it any more, ask your coordinator.
    .what-to-do-coordinator = Give it to somebody else.
wire-forbidden = You may not change this record.
    .what-to-do = Ask your coordinator to change it. Your own copy is still on this phone.
    .what-to-do-coordinator = Ask its author to change it. Your own copy is still on this phone.
wire-missing-deps = The server lacks something that this change builds on.
    .what-to-do = Nothing. The phone makes the change again by itself.
wire-forked = This phone's storage has been copied or put back to an earlier day.
    .what-to-do = Nothing. The phone makes the change again by itself.
wire-stale-generation = The record was made anew on the server in the meantime.
    .what-to-do = Nothing. The phone makes the change again by itself.
wire-wrong-actor = The change has another phone's name on it.
    .what-to-do = Update the app and send again. If it happens again, ask your coordinator.
    .what-to-do-coordinator = Update the app and send again. If it happens again, ask whoever runs the server.
wire-unknown-kind = The server does not know this kind of record yet.
    .what-to-do = Wait. It is sent again when the server has been updated.
wire-changed = Somebody else changed this in the meantime.
    .what-to-do = Open it, see what is there now, and do it again if you still want to.
wire-changed-give = Somebody else handed it on, or closed it, in the meantime.
    .what-to-do = Look at who has it now, and hand it on again if you still want to.
wire-counter-used = Two copies of this phone's storage have sent to the server.
    .what-to-do = Nothing. The phone sends again by itself.
wire-too-many = This was too much at once for the server.
    .what-to-do = Nothing. The phone sends less and tries again by itself.
wire-busy = The server is busy.
    .what-to-do = Wait a little. The phone tries again by itself.
wire-internal = Something went wrong on the server.
    .what-to-do = Wait a little and send again. If it happens again, ask your coordinator.
    .what-to-do-coordinator = Wait a little and send again. If it happens again, ask whoever runs the server.
wire-revoked = A coordinator has shut this phone out.
    .what-to-do = Talk to your coordinator.
wire-unknown-field = The record has something in it that the server does not know.
    .what-to-do = Update the app. If it happens again, ask your coordinator.
    .what-to-do-coordinator = Update the app. If it happens again, ask whoever runs the server.
wire-wrong-programme = This belongs to another programme.
    .what-to-do = Ask your coordinator. Your own copy is still on this phone.
    .what-to-do-coordinator = Ask whoever runs the server. Your own copy is still on this phone.
wire-erased = This record has been erased.
    .what-to-do = It is gone from every phone. What you changed in it meanwhile was not taken.
wire-quarantined = This was handed over to the coordinators.
    .what-to-do = There is nothing to do. They decide what is kept.
wire-quarantine-full = There is no room on the server for more of what this phone hands over.
    .what-to-do = Nothing is lost. The phone tries again by itself; tell a coordinator.
wire-not-admitted = The server was put back to an earlier day, and you have not been let in again yet.
    .what-to-do = Go on recording, nothing is lost. Ask whoever runs the server to let you in.
wire-slow-down = Too much was asked of the server in a short time.
    .what-to-do = Wait a little. The phone tries again by itself.
wire-no-room = The server has no room and cannot take more at the moment.
    .what-to-do = Nothing is lost; all is saved on this phone. The phone tries again by itself. Tell the person who runs the server.
wire-not-joined = This phone does not belong to a programme yet.
    .what-to-do = Open the invitation from your coordinator. All that you record until then stays on this phone.
wire-already-joined = This phone belongs to another programme already.
    .what-to-do = Use another phone, or leave that programme first.
wire-already-member = This phone belongs to this programme already.
    .what-to-do = The link has not been used: open it on another phone.
wire-server-key-changed = The server answers with another key than when you joined.
    .what-to-do = Nothing is lost. Ask your coordinator for a new link.
    .what-to-do-coordinator = Nothing is lost. Ask whoever runs the server for a new link.
wire-syncing = This phone is sending already.
    .what-to-do = Wait a moment. There is nothing else to do.
wire-cancelled = Sending was stopped.
    .what-to-do = Send again when you like. What had arrived stays there.
wire-unknown = The server did not take this, for a reason that this app does not know.
    .what-to-do = Update the app and send again. All that you recorded is still on this phone.
