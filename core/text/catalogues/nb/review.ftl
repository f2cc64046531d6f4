### Sidene til koordinatoren, og siden bak en invitasjon.

## Overalt

review-title = Hva som har kommet inn
review-programme = { $programme }
review-skip = Gå til innholdet
review-menu = Meny
review-visits = Samtaler
review-disagreements = Ulike svar
review-follow-ups = Oppfølginger
review-language = Språk
review-sign-out = Logg ut
review-signed-out = Du er logget ut.
review-signed-in-as = Logget inn som { $name }
review-back = Tilbake
review-newer = Nyere
review-older = Eldre
review-page-failed = Noe gikk galt. Prøv igjen om en stund.
review-not-found = Denne siden finnes ikke. Den kan være fjernet, eller du har kanskje ikke lov til å se den.

## Logge inn

review-sign-in-title = Åpne lenken din
review-sign-in-needed = Du åpner disse sidene med din egen lenke. Be den som driver serveren om en ny.
review-sign-in-confirm = Hei, { $name }. Vil du åpne sidene til { $programme } på denne enheten?
review-sign-in-button = Åpne
review-link-used = Denne lenken er allerede brukt. Be om en ny.
review-link-expired = Denne lenken er for gammel. Be om en ny.
review-session-ended = Du har vært borte en stund. Be om en ny lenke for å fortsette.
review-coordinators-only = Disse sidene er for koordinatorer.

## Hva som har kommet inn

review-count = { $count ->
    [0] Ingen samtaler
    [one] { $count } samtale
   *[other] { $count } samtaler
}
review-filter = Vis
review-filter-volunteer = Frivillig
review-filter-district = Bydel
review-filter-kind = Type samtale
review-filter-since = Fra
review-filter-until = Til
review-filter-all = Alle
review-filter-disagreements = Bare der svarene er ulike
review-filter-apply = Vis
review-filter-clear = Vis alle
review-empty = Ingenting har kommet inn ennå. Når telefonene til de frivillige har nett, kommer samtalene deres hit.
review-empty-filtered = Det finnes ingen slike samtaler.
review-new = Ny
review-new-since = { $count ->
    [one] { $count } ny samtale har kommet inn. Vis den.
   *[other] { $count } nye samtaler har kommet inn. Vis dem.
}
review-recorded-by = Registrert av { $name }
review-recorded-at = Registrert { $when }
review-came-in-at = Kom inn { $when }
review-unknown-person = Ukjent
review-has-notes = { $count ->
    [one] { $count } notat
   *[other] { $count } notater
}
review-has-disagreements = { $count ->
    [one] { $count } svar å velge
   *[other] { $count } svar å velge
}
review-day-visits = { $day } · { $count ->
    [one] { $count } samtale
   *[other] { $count } samtaler
}

## En samtale

review-visit-title = Samtale { $when }
review-details = Hva som ble registrert
review-notes = Notater
review-no-notes = Det er ingen notater.
review-note-by = { $name }, { $when }
review-note-expires = Blir tatt vare på til { $day }
review-follow-ups-of-visit = Oppfølginger
review-no-follow-ups = Det er ingen oppfølginger.
review-withdrawn = Hun har trukket denne samtalen tilbake. Den telles ikke med noe sted.
review-not-said = Ikke sagt

## Tidslinje

review-timeline = Hvem sa hva, og når
review-timeline-first = { $name } registrerte samtalen
review-timeline-said = { $name } sa at { $field } er { $value }
review-timeline-added = { $name } la til { $value } i { $field }
review-timeline-removed = { $name } tok bort { $value } fra { $field }
review-timeline-cleared = { $name } tok bort { $field }
review-timeline-show = Vis tidslinjen

## Ulike svar

review-differ = To personer har svart ulikt
review-differ-intro = Ingen sitt svar er tapt. Se på dem, spør om du trenger det, og velg det riktige.
review-both-answers = Begge svarene
review-answers-of = Svar på «{ $field }»
review-answer-by = { $name }, { $when }
review-choose = Velg dette
review-choose-labelled = Velg «{ $value }» for «{ $field }»
review-chosen = Svaret er valgt. Alle telefonene får det.
review-chosen-meanwhile = Det kom et svar til mens du leste. Se en gang til.
review-no-disagreements = Ingen er uenige. Det er ingenting å velge.

## Siden bak en invitasjon (/join)

join-title = Du er invitert
join-intro = Du er invitert til Footbridge. Med Footbridge registrerer du samtalene du har med kvinner i nabolaget ditt.
join-step-app = Åpne Footbridge på telefonen din.
join-step-link = Velg «Bli med», og gi den hele denne lenken. Du kan også la den lese den firkantede koden du fikk.
join-step-done = Ferdig. Telefonen sier velkommen.
join-terminal = På en datamaskin: footbridge --store MAPPE join "LENKE"
join-safe = Du kan åpne denne siden så ofte du vil. Lenken blir først brukt opp når en telefon blir med.
join-once = Lenken er for én telefon. Ikke gi den videre.
join-incomplete = Lenken er ikke hel. Kopier alt sammen, også det som står etter tegnet #.
join-copy = Kopier lenken
join-copied = Lenken er kopiert.
join-help = Hvis det ikke virker, spør koordinatoren som inviterte deg.
