### Sidene til koordinatoren, og siden bak en invitasjon.

## Overalt

review-title = Hva som har kommet inn
review-skip = Gå til innholdet
review-menu = Meny
review-visits = Samtaler
review-disagreements = Ulike svar
review-follow-ups = Oppfølginger
review-language = Språk
review-sign-out = Logg ut
review-signed-out = Du er logget ut.
review-older = Eldre
review-page-failed = Noe gikk galt. Prøv igjen om en stund.
review-slow-down = Det kom for mange forespørsler fra nettverket ditt akkurat nå. Vent litt og prøv igjen.
review-not-found = Denne siden finnes ikke. Den kan være fjernet, eller du har kanskje ikke lov til å se den.
review-pages = Flere sider
review-newest = Til de nyeste
review-page-title = Denne siden kan ikke vises
review-to-the-list = Til det som har kommet inn
review-continue = Fortsett
review-form-old = Siden har vært åpen for lenge, eller kommer fra et annet sted. Ingenting er endret. Gå tilbake, last siden på nytt, og prøv igjen.
review-the-server = Serveren

## Logge inn

review-sign-in-title = Åpne lenken din
review-sign-in-needed = Du åpner disse sidene med din egen lenke.
review-sign-in-confirm = Hei, { $name }. Vil du åpne sidene til { $programme } på denne enheten?
review-sign-in-button = Åpne
review-link-used = Denne lenken er allerede brukt. Be om en ny.
review-link-expired = Denne lenken er for gammel. Be om en ny.
review-session-ended = Du har vært borte en stund. Be om en ny lenke for å fortsette.
review-sign-in-once = Lenken virker én gang. Etterpå er du logget inn her i tolv timer.
review-link-unknown = Denne lenken er ikke hel, eller den er fra et annet sted. Kopier alt sammen, eller be om en ny.
review-link-again = Er du allerede logget inn på denne enheten, kan du gå rett til sidene.
review-sign-in-how = Til den som driver serveren
review-sign-in-how-command = Slik lages en lenke. Den virker én gang, og bare for koordinatorer.

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
review-filter-topic = Tema
review-filter-language = Språk
review-filter-state = Tilstand
review-filter-more = Flere valg
review-filter-new = Ingen har åpnet den
review-filter-apply = Vis
review-filter-clear = Vis alle
review-search = Søk
review-search-field = Let etter ord
review-search-how = Søket går gjennom samtaler, notater, kontakter og oppfølginger. Begynnelsen av et ord er nok.
review-search-nothing = Ingenting har disse ordene.
review-empty = Ingenting har kommet inn ennå. Når telefonene til de frivillige har nett, kommer samtalene deres hit.
review-empty-filtered = Det finnes ingen slike samtaler.
review-empty-invite = Mangler noen? Inviter henne på siden Personer.
review-recorded-by = Registrert av { $name }
review-unknown-person = Ukjent
review-has-notes = { $count ->
    [one] { $count } notat
   *[other] { $count } notater
}
review-has-disagreements = { $count ->
    [one] { $count } svar å velge
   *[other] { $count } svar å velge
}

## En samtale

review-details = Hva som ble registrert
review-notes = Notater
review-no-notes = Det er ingen notater.
review-note-expires = Blir tatt vare på til { $day }
review-follow-ups-of-visit = Oppfølginger
review-no-follow-ups = Det er ingen oppfølginger.
review-withdrawn = Hun har trukket denne samtalen tilbake. Den telles ikke med noe sted.
review-not-said-list = Ikke sagt: { $fields }
review-seen = Åpnet av
review-seen-by = { $name }, { $when }
review-not-seen = Ingen koordinator har åpnet den ennå.
review-erase = Slett for godt
review-erase-title = Slette for godt?
review-erase-what = Denne oppføringen blir borte, med alle notater og oppfølginger på den: fra serveren, og fra hver telefon ved neste kontakt. Det kan ikke angres.
review-erase-button = Slett for godt
review-erase-keep = Behold den
review-erased = Det er slettet. Det blir borte fra hver telefon ved neste kontakt.

## Tidslinje

review-timeline = Hvem sa hva, og når
review-timeline-first = Registrerte samtalen
review-timeline-removed = tatt bort: { $value }
review-timeline-cleared = tatt bort

## Ulike svar

review-differ = Svarene er ulike
review-differ-intro = Ingen svar har gått tapt. Se på dem, spør om du trenger det, og velg det riktige.
review-differ-short = Noen har svart ulikt. Velg det riktige svaret.
review-author-chooses = Bare den som registrerte dette, kan velge her.
review-choice-not-allowed = Dette svaret kan ikke velges lenger. Programmets lister er endret.
review-choose = Velg dette
review-choose-labelled = Velg dette: «{ $value }» for «{ $field }»
review-own-answer = Eller skriv det slik det skal stå
review-own-answer-button = Behold dette
review-chosen = Svaret er valgt. Alle telefonene får det.
review-chosen-meanwhile = Det kom et svar til mens du leste. Se en gang til.
review-no-disagreements = Ingen er uenige. Det er ingenting å velge.

review-people = Personer
review-lists = Lister
review-more = Flere
review-to-the-first = Til de første
review-save = Lagre
review-saved = Det er lagret. Alle telefoner får det.
review-changed-meanwhile = Noen endret dette mens du leste. Ingenting ble gjort. Se en gang til.
review-refused = Noe av det er ikke tillatt. Ingenting ble gjort.

## Oppfølginger

review-follow-ups-open = Åpne
review-follow-ups-late = For sent
review-follow-ups-closed = Avsluttede
review-follow-ups-none = Det finnes ingen slike oppfølginger.
review-late = For sent
review-with = Hvem som har den
review-with-nobody = Gitt til ingen
review-open-to = Alle i { $district }
review-give = Gi videre
review-give-to = Til hvem
review-close = Avslutt
review-reopen = Åpne igjen
review-given = Den er gitt videre. Hun ser den ved neste kontakt.
review-closed = Oppfølgingen er avsluttet.
review-reopened = Oppfølgingen er åpen igjen.

## Kodelister

review-lists-intro = Det som kan velges på telefonene. En endring når hver telefon ved neste kontakt.
review-codes-on = { $count } i bruk
review-list-intro = Åpne en for å endre navnene, eller ta den ut av bruk. Det som er registrert med den, blir stående.
review-code-off = Ikke i bruk
review-code-offered = Kan velges
review-code-add = Legg til et valg
review-code-taken = Det finnes allerede et valg med det navnet.
review-code-no-name = Gi det et navn med bokstaver fra a til å på minst ett språk.
review-move-up = Flytt «{ $name }» opp
review-move-down = Flytt «{ $name }» ned

## Personer og enheter

review-devices = Enheter
review-no-devices = Ingen enhet er med ennå.
review-last-here = Sist her { $when }
review-joined-at = Ble med { $when }
review-invite = Inviter noen
review-invite-how = Du får en lenke og en firkantet kode til telefonen hennes. De kan brukes én gang, innen sju dager; til en koordinator innen ett døgn.
review-invite-button = Lag en invitasjon
review-invited = Invitasjon til { $name }
review-invited-once = Denne siden vises én gang. La telefonen hennes lese koden nå, eller send henne lenken.
review-invited-how = Hun åpner Footbridge, velger «Bli med» og leser den firkantede koden. Eller send henne denne lenken, på en måte som bare hun leser.
review-invited-until = Den kan brukes til { $when }.
review-square-code = Invitasjonen som firkantet kode
review-further-device = En enhet til
review-further-device-how = Til en ny telefon, eller en nummer to. Kladdene hennes følger med.
review-rights = Rolle og bydeler
review-revoke = Hun slutter i programmet
review-revoke-how = Enhetene hennes låses ved neste kontakt, leverer fra seg det de ikke har sendt, og tømmer seg. Det hun har registrert, blir stående.
review-revoke-button = Ta fra henne rettighetene
review-revoked = Sluttet
review-revoked-since = Hun sluttet { $when }.
review-held = Venter på å bli sluppet inn
review-reinstate = La henne komme tilbake
review-revoked-done = Gjort. Enhetene får vite det ved neste kontakt.
review-reinstated-done = Hun er med i programmet igjen.
review-last-coordinator = Programmet må ha minst én koordinator. Ingenting ble gjort.
review-lost = Mistet, eller ikke hennes lenger
review-lost-how = Enheten låses ved neste kontakt, leverer fra seg det den ikke har sendt, og tømmer seg.
review-wipe = Den er mistet: tøm den selv om ingenting kan leveres
review-revoke-device = Lås denne enheten
review-device-revoked = Låst
review-device-wiped = Låst, tømmer seg
review-unsent = { $count ->
    [0] ingenting usendt
   *[other] { $count } usendt
}
review-invite-anyway = Inviter likevel
review-invite-namesake = Noen med dette navnet er her allerede. Er det en ny enhet for henne, så åpne siden hennes.
review-invite-no-district = Ingen bydel er valgt: hun ser ikke det som er åpent for frivillige i en bydel.
review-erase-person = Slett navnet hennes for godt
review-erase-person-how = Navnet hennes, dets historie og utkastene hennes går fra serveren og fra hver telefon. Det hun har registrert, blir, som fra en tidligere frivillig. Hun kan ikke slippes inn igjen under denne oppføringen. Det kan ikke angres.
review-erase-person-type = Skriv navnet hennes for å fortsette
review-erase-person-not-typed = Det er ikke navnet hennes. Ingenting ble slettet.
review-former-person = en tidligere frivillig
review-name-needed = Skriv navnet hennes.
review-district-closed = { $district } (nedlagt)
review-given-to-gone = hun har sluttet: gi den videre
review-waits-with-her = { $count ->
    [one] { $count } åpen oppfølging er hos henne. Gi den videre til noen.
   *[other] { $count } åpne oppfølginger er hos henne. Gi dem videre til noen.
}
review-handed-over = { $count } levert

## Lagt til side

review-aside = Lagt til side
review-quarantine = Levert av låste enheter
review-quarantine-intro = Det låste enheter ikke hadde sendt før de ble låst. Ta det inn i programmet, eller kast det. Kladder er ikke her.
review-quarantine-none = Ingenting venter.
review-quarantine-of = Fra { $name }, levert { $when }
review-quarantine-unreadable = Det kan ikke vises hva det ville blitt: noe det bygger på, er fortsatt på en enhet.
review-take = Ta inn
review-discard = Kast
review-discard-how = Ingenting av det blir tatt vare på.
review-taken = Det er tatt inn, i hennes navn.
review-taken-partly = Ikke alt kunne tas inn. Det som fortsatt er her, sier hvorfor.
review-discarded = Det er kastet.
review-set-aside = Ikke tatt imot fra enheter
review-set-aside-intro = Det serveren ikke kunne ta imot, hvorfor, og hva som kan gjøres. Det er trygt på enheten; ordene vises ikke her.
review-refused-forbidden = { $name } hadde ikke lov til å endre dette. Endre det selv hvis det er riktig; hennes versjon er fortsatt på telefonen hennes.
review-set-aside-none = Ingenting er avvist.
review-link-waits = Har enheten din nettopp laget den, så vent til den har hatt kontakt med serveren, og åpne den igjen.
review-sign-in-device = Be om en ny i Footbridge på din egen enhet, eller spør den som driver serveren.
review-sign-in-device-command = Slik lages en lenke til deg. Den virker når enheten har hatt kontakt med serveren.
review-quarantine-items = { $count ->
    [one] { $count } endring
   *[other] { $count } endringer
}

## Siden bak en invitasjon (/join)

join-title = Du er invitert
join-intro = Du er invitert til Footbridge. Med Footbridge registrerer du samtalene du har med kvinner i nabolaget ditt.
join-step-app = Åpne Footbridge på telefonen din.
join-step-link = Velg «Bli med», og gi den hele denne lenken. Du kan også la den lese den firkantede koden du fikk.
join-step-done = Ferdig. Telefonen sier velkommen.
join-terminal = På en datamaskin, i en terminal
join-terminal-command = footbridge --store MAPPE join "LENKE"
join-safe = Du kan åpne denne siden så ofte du vil. Lenken blir først brukt opp når en telefon blir med.
join-once = Lenken er for én telefon. Ikke gi den videre.
join-incomplete = Lenken er ikke hel. Kopier alt sammen, også det som står etter tegnet #.
join-copy = Kopier lenken
join-copied = Lenken er kopiert.
join-help = Hvis det ikke virker, spør koordinatoren som inviterte deg.
review-notes-will-go = { $count ->
    [one] { $count } notat som er eldre enn { $days } dager
   *[other] { $count } notater som er eldre enn { $days } dager
} blir slettet for godt { $day }. Frem til da kan dere angre.
review-keep-notes = Behold notatene
review-notes-kept = Notatene blir tatt vare på like lenge som før.
