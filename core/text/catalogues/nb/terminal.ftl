### Hva kommandolinjen sier.

## Lagret, blitt med, gått ut

saved = Lagret på denne telefonen.
saved-draft = Lagret som kladd. Bare du kan se den.
done = Ferdig. Det blir sendt ved neste synkronisering.
withdrawn = Trukket tilbake. Den telles ikke med noe sted.
counts-again = Den telles med igjen.
deleted = Slettet.
deleted-waiting = Det står ikke i noen liste her lenger. Det blir slettet overalt ved neste synkronisering.
reworded = Det som stod før, er borte fra denne telefonen. Ved neste synkronisering blir det borte overalt.
given-to-person = Gitt til { $name }. Det gjelder fra neste synkronisering.
given-to-district = Åpen for alle frivillige i { $district }. Det gjelder fra neste synkronisering.
settled = Svaret er valgt.
joined = Velkommen, { $name }. Denne telefonen hører nå til { $programme }.
not-joined = Denne telefonen hører ikke til et program ennå. Du kan registrere likevel. Bruk lenken i invitasjonen din for å bli med.
left = Denne telefonen hører ikke lenger til { $programme }.
left-with-unsent = { $count ->
    [one] { $count } registrering ble aldri sendt. Den er borte sammen med programmet.
   *[other] { $count } registreringer ble aldri sendt. De er borte sammen med programmet.
}
leave-unsent = { $count ->
    [one] { $count } registrering finnes bare på denne telefonen. Synkroniser først, eller gå ut med --even-unsent og mist den.
   *[other] { $count } registreringer finnes bare på denne telefonen. Synkroniser først, eller gå ut med --even-unsent og mist dem.
}

## Tilstand

status-programme = Program
status-person = Du
status-receipts = Det du har registrert
status-unsent = { $count ->
    [0] Alt er sendt.
    [one] { $count } registrering er ikke sendt ennå.
   *[other] { $count } registreringer er ikke sendt ennå.
}
status-taken-back = { $count ->
    [one] { $count } oppføring ble slettet og er ikke her lenger:
   *[other] { $count } oppføringer ble slettet og er ikke her lenger:
}
taken-back-unsent = Noe av det du hadde skrevet der, var ikke sendt. Det gikk med.
cli-dismiss = Dette vises i 30 dager. `footbridge status --dismiss` tar det bort.
status-set-aside = { $count ->
    [0] Ingenting er lagt til side.
    [one] { $count } registrering er lagt til side:
   *[other] { $count } registreringer er lagt til side:
}
status-unread = { $count ->
    [one] Serveren har { $count } registrering som denne appen ikke kan lese. Den er trygg der. Oppdater appen; hjelper ikke det, si fra til koordinatoren.
   *[other] Serveren har { $count } registreringer som denne appen ikke kan lese. De er trygge der. Oppdater appen; hjelper ikke det, si fra til koordinatoren.
}
status-last-sync = Sist synkronisert
status-never-synced = Aldri synkronisert
cli-clock-ahead = Klokka på denne telefonen går { $how } for fort. Still den riktig, ellers får det du registrerer feil tid.
cli-clock-behind = Klokka på denne telefonen går { $how } for sakte. Still den riktig, ellers får det du registrerer feil tid.
cli-is-ahead = Dette har ikke skjedd ennå. Vil du lagre det likevel?
cli-which-time = Klokka ble stilt da: tiden finnes ikke, eller finnes to ganger. Hvilken mener du? 1: { $first }  2: { $second }
cli-notes-will-go = Notater eldre enn { $days } dager blir slettet for godt ({ $at }). Sett note_days til { $kept } igjen for å beholde dem.
cli-would-erase = { $count ->
    [one] { $count } notat er da eldre enn { $days } dager og blir slettet for godt
   *[other] { $count } notater er da eldre enn { $days } dager og blir slettet for godt
} ({ $at }). Frem til da kan du angre. Skriv { $count } for å fortsette:
status-conflicts = { $count ->
    [0] Ingen er uenige.
    [one] { $count } svar å velge. Se «conflicts».
   *[other] { $count } svar å velge. Se «conflicts».
}
column-reason = Hvorfor
column-what-to-do = Hva du gjør
column-field = Felt
column-answer = Svar
column-who = Hvem
column-when = Når
column-what = Hva
column-name = Navn
column-count = Hvor mange

## Synkronisering

sync-connecting = Kobler til …
sync-sending = Sender { $done } av { $total }
sync-receiving = Henter { $done } av { $total }
sync-receiving-unknown = Henter { $done }
sync-bytes = { $up } sendt, { $down } hentet
sync-pushed = { $count ->
    [0] Ingenting å sende.
    [one] { $count } registrering sendt.
   *[other] { $count } registreringer sendt.
}
sync-pulled = { $count ->
    [0] Ikke noe nytt.
    [one] { $count } registrering hentet.
   *[other] { $count } registreringer hentet.
}
sync-set-aside = { $count ->
    [one] { $count } registrering ble lagt til side. Se «status».
   *[other] { $count } registreringer ble lagt til side. Se «status».
}
sync-repaired = { $count ->
    [one] { $count } registrering var ikke her slik den er på serveren. Den er hentet på nytt.
   *[other] { $count } registreringer var ikke her slik de er på serveren. De er hentet på nytt.
}
sync-unread = { $count ->
    [one] { $count } registrering på serveren kan ikke leses her. Se «status».
   *[other] { $count } registreringer på serveren kan ikke leses her. Se «status».
}
sync-retry = { $seconds ->
    [one] Prøver igjen om { $seconds } sekund.
   *[other] Prøver igjen om { $seconds } sekunder.
}
sync-cancelled = Stoppet. Neste gang fortsetter den herfra.
sync-watching = Venter på nytt. Stopp med Ctrl-C.

## Lister, søk, tidslinje

list-empty = Her er det ingenting.
list-more = Det er mer. Fortsett med --after { $cursor }
search-empty = Fant ingenting.
due-empty = Ingenting skal gjøres nå.
due-overdue = For sent ute
timeline-removed = tatt bort

## Ulike svar

conflicts-empty = Ingen er uenige.
conflicts-title = Ulike svar på «{ $field }»
conflicts-answer = { $value }, sagt av { $who }, { $when }
conflicts-choose = Hvilket er riktig? Skriv nummeret, eller ditt eget svar. Trykk Enter for å velge senere.
conflicts-later = Ikke valgt. Begge svarene er tatt vare på.
conflicts-how = Velg med: { $command }

## Nøkkelen og lageret

passphrase-wrong = Passordet er feil.
passphrase-needed = Nøkkelen er låst med et passord. Sett FOOTBRIDGE_PASSPHRASE.
key-missing = Nøkkelfilen { $file } er ikke der. Uten den kan ikke lageret åpnes.
key-wrong = Nøkkelen passer ikke til dette lageret.
store-created = Et nytt lager ble laget i { $folder }.
store-damaged = { $count ->
    [one] Lageret var skadet og er lagt til side som { $file }. { $count } registrering som ikke var sendt, er her igjen. Resten kommer ved neste synkronisering.
   *[other] Lageret var skadet og er lagt til side som { $file }. { $count } registreringer som ikke var sendt, er her igjen. Resten kommer ved neste synkronisering.
}
store-damaged-incomplete = Ikke alt i det skadde lageret kunne leses. Ta vare på filen, og spør den som driver programmet.
store-damaged-stranger = Det kunne ikke leses hvem telefonen tilhører. Be om en ny invitasjon.
store-newer = Lageret er laget av en nyere versjon. Oppdater Footbridge.
store-busy = En annen Footbridge bruker dette lageret. Vent, eller stopp den.
link-invalid = Dette er ikke en invitasjonslenke. Den ser slik ut: https://…/join#v=1…
file-unreadable = { $file } kunne ikke leses.
line-problem = Linje { $line }: { $problem }

## Kommandolinjen

cli-file-unwritable = { $file } kunne ikke skrives.
cli-output-unwritable = Svaret kunne ikke skrives. Er disken full?
cli-store-needed = Si hvor denne telefonen skal ha alt: --store MAPPE, eller FOOTBRIDGE_STORE.
cli-store-damaged = Lageret er skadet. Prøv igjen: Det som kan leses, blir da tatt over i et nytt.
cli-store-failed = Lageret kunne ikke leses eller skrives. Er mappen og filene dine?
cli-unstartable = Datamaskinen lot ikke Footbridge starte. Prøv igjen.
cli-joined = Velkommen. Denne telefonen hører nå til programmet.
cli-joined-next = Hent det som finnes, og send det du har registrert, med: { $command }
cli-nothing-given = Det var ingenting å lagre.
cli-not-saved = Det ble ikke lagret.
cli-yes-or-no = (j/n)
cli-type-json = Skriv et JSON-objekt, for eksempel { $example }. Avslutt med Ctrl-D.
cli-column-what = Hva
cli-column-due = Skal gjøres innen
cli-column-to = Hvem gjør det
cli-column-state = Hvor det er
cli-all-safe = Alt er trygt. Alt du har registrert, er på serveren.
cli-all-kept = Alt er lagret på denne telefonen. Noe av det er ikke på serveren ennå.
cli-some-set-aside = Ingenting er borte, men serveren tok ikke imot alt. Se nedenfor hva du gjør.
cli-status-unsent = Skal sendes
cli-status-conflicts = Ulike svar
cli-receipt-device = { $count } på denne telefonen
cli-receipt-server = { $count } på serveren
cli-receipt-seen = { $count } sett av en koordinator
cli-see-conflicts = For å velge: conflicts
cli-not-a-draft = Dette er ikke en kladd. Det er allerede ferdig.
cli-no-disagreement = Ingen er uenige om «{ $field }». Det er ingenting å velge. For å endre det: edit
cli-no-key = { $file } er ikke en nøkkel til Footbridge.
cli-repeated = { $count ->
    [one] { $count } rad sier det samme som en før den.
   *[other] { $count } rader sier det samme som en før dem.
}
cli-repeated-line = Rad { $line } sier det samme som rad { $like }.
cli-skipped = { $count ->
    [one] { $count } rad er tom, en sum eller en overskrift.
   *[other] { $count } rader er tomme, summer eller overskrifter.
}
cli-and-more = … og { $count } til
cli-status-commands = Bedt serveren om
status-commands = { $count ->
    [one] { $count } ting venter på neste synkronisering.
   *[other] { $count } ting venter på neste synkronisering.
}
cli-revoked = Denne telefonen hører ikke lenger til programmet. Den er låst og leverer det den ikke har sendt. Kladder blir ikke levert.
cli-emptied = Denne telefonen hørte ikke lenger til programmet og er tømt. Be koordinatoren din om en ny invitasjon hvis du skal bruke den igjen.
cli-invitation = Invitasjon til { $name }, for én telefon, til { $expires }:
cli-invitation-holds = Lenken er klar. Gi den til henne og til ingen andre.
cli-link-waits = Lenken virker når denne telefonen har synkronisert.
cli-review-link = Lenke til koordinatorsidene, for din egen nettleser. Den kan brukes én gang, til { $expires }:
cli-role-set = { $name }: { $role }.
cli-person-revoked = { $name } hører ikke lenger til programmet. Telefonene hennes låses, leverer det de ikke har sendt, og tømmes.
cli-device-name-ask = Hva kaller du denne enheten? (for eksempel «rød Samsung»; Enter for ingenting)
cli-invite-namesake = Noen med dette navnet er her allerede: { $name }.
cli-invite-no-district = Ingen bydel er oppgitt: hun ser ikke det som er åpent for frivillige i en bydel.
cli-invite-anyway = Invitere henne likevel?
cli-holder-left = har sluttet: gi den videre
cli-left-follow-ups = { $count ->
    [one] { $count } åpen oppfølging er hos { $name }. Gi den videre til noen.
   *[other] { $count } åpne oppfølginger er hos { $name }. Gi dem videre til noen.
}
cli-device-revoked = Denne telefonen til { $name } hører ikke lenger til programmet. Den låses, leverer det den ikke har sendt, og tømmes.
cli-reinstated = { $name } hører til programmet igjen.
cli-asked-waits = Det gjelder fra neste synkronisering.

## Det som er lagt til side

quarantine-empty = Ingen telefon som er stengt ute, har levert noe.
quarantine-how = For å ta noe over: take. For å kaste det: discard.
quarantine-taken = Tatt over.
quarantine-discarded = Kastet.
quarantine-discard-ask = Vil du kaste dette? Det kan ikke hentes tilbake.
discard-ask = Vil du kaste det serveren ikke tok imot? Det kan ikke hentes tilbake.
discard-not = Ingenting ble kastet.
discard-nothing = Ingenting av dette er lagt til side.
discarded = Kastet. Registreringen er som serveren har den.
