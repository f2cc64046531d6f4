### Ord for det som blir registrert: valg, lister, slag, felt, tilstander. Korte, som på en knapp.
### Nøklene er laget av navnene i dokumentene, med - for _.

## Type samtale (fast)

code-kind-street = Ute på gata
code-kind-home = Hjemme
code-kind-phone = På telefon
code-kind-service = Hos en offentlig tjeneste
code-kind-cafe = På kafé

## Hvordan kontakten kom i stand

code-arose-by-chance = Vi møttes tilfeldig
code-arose-she-came = Hun kom til meg
code-arose-agreed = Vi hadde avtalt det
code-arose-neighbour = Gjennom en nabo
code-arose-school = Gjennom skolen
code-arose-referred = En tjeneste sendte henne

## Temaer

code-topics-family = Familie
code-topics-children = Barn
code-topics-kindergarten = Barnehage
code-topics-school = Skole
code-topics-education = Utdanning
code-topics-language-course = Språkkurs
code-topics-work = Arbeid
code-topics-health = Helse
code-topics-housing = Bolig
code-topics-economy = Økonomi
code-topics-leisure = Fritid
code-topics-municipal-services = Kommunens tjenester
code-topics-civic-information = Hvordan samfunnet virker

## Hjelp

code-help-conversation = Vi snakket sammen
code-help-information = Ga informasjon
code-help-letter-translated = Oversatte et brev
code-help-form = Hjalp med et skjema
code-help-came-along = Ble med henne
code-help-referred = Viste henne hvor hun kan gå
code-help-phone-call = Ringte for henne

## Hvem man fulgte til, eller viste videre til

code-with-municipality = Kommunen
code-with-district-office = Bydelskontoret
code-with-school = Skolen
code-with-kindergarten = Barnehagen
code-with-social-services = Sosialtjenesten
code-with-employment-service = NAV
code-with-health-centre = Lege eller helsestasjon
code-with-other = Noen andre

## Sted

code-place-bus = Bussen
code-place-library = Biblioteket
code-place-employment-service = NAV
code-place-playground = Lekeplassen
code-place-home = Hjemme
code-place-laundry = Vaskeriet
code-place-shop = Butikken
code-place-health-centre = Lege eller helsestasjon
code-place-school = Skolen
code-place-cafe = Kafé
code-place-phone = Telefon
code-place-near-home = Nær hjemmet
code-place-other = Et annet sted

## Neste steg, og hva en oppfølging handler om

code-next-step-call-health-centre = Ringe lege eller helsestasjon
code-next-step-employment-service = Møte med NAV
code-next-step-language-course = Begynne på språkkurs
code-next-step-studies = Studier
code-next-step-work = Arbeid
code-next-step-kindergarten-place = Søke barnehageplass
code-next-step-school-meeting = Møte på skolen
code-next-step-come-to-cafe = Komme på kafé
code-next-step-get-back-to-her = Ta kontakt med henne igjen
code-next-step-other = Noe annet

## Hvordan en oppfølging endte

code-outcome-done = Gjort
code-outcome-not-needed = Trengs ikke lenger
code-outcome-could-not-reach = Fikk ikke tak i henne
code-outcome-passed-on = Gitt videre til noen andre

## Lister

list-kind = Type samtale
list-arose = Hvordan dere fikk kontakt
list-topics = Hva dere snakket om
list-help = Hva slags hjelp hun fikk
list-with = Sammen med hvem
list-place = Sted
list-next-step = Neste steg
list-outcome = Hvordan det endte

## Slag

kind-programme = Program
    .plural = Programmer
kind-code = Valg i en liste
    .plural = Valg i lister
kind-person = Person
    .plural = Personer
kind-visit = Samtale
    .plural = Samtaler
kind-note = Notat
    .plural = Notater
kind-contact = Kontakt
    .plural = Kontakter
kind-follow-up = Oppfølging
    .plural = Oppfølginger

## Felt som alle har

field-any-id = Id
field-any-record = Slag
field-any-author = Registrert av
field-any-recorded-at = Registrert
field-any-receipt = Har kommet
field-any-seen = Sett av
field-any-deleting = Blir slettet
field-any-disagreements = Ulike svar
field-any-state = Tilstand

## Felt for hvert slag

field-programme-name = Navn
field-programme-country = Land
field-programme-time-zone = Tidssone
field-programme-languages = Språk
field-programme-districts = Bydeler
field-programme-district-names = Hva bydeler heter nå
field-programme-note-days = Dager notater blir tatt vare på

field-code-list = Liste
field-code-code = Kode
field-code-labels = Navn på hvert språk
field-code-order = Plass i listen
field-code-on = I bruk

field-person-name = Navn
field-person-languages = Språk hun snakker
field-person-role = Rolle
field-person-districts = Bydeler
field-person-revoked-at = Hører ikke lenger til siden

field-visit-happened-at = Når
field-visit-kind = Type samtale
field-visit-district = Bydel
field-visit-place = Sted
field-visit-arose = Hvordan dere fikk kontakt
field-visit-languages = Språk dere brukte
field-visit-topics = Hva dere snakket om
field-visit-help = Hva slags hjelp hun fikk
field-visit-with = Sammen med hvem
field-visit-reached = Hvor mange personer
field-visit-reached-estimated = Omtrent så mange personer
field-visit-minutes = Hvor mange minutter
field-visit-minutes-estimated = Omtrent så mange minutter
field-visit-contact = Kontakt
field-visit-next-step = Neste steg
field-visit-state = Tilstand

field-note-on = Notat til
field-note-text = Tekst

field-contact-handle = Hva du kaller henne
field-contact-languages = Språk
field-contact-district = Bydel
field-contact-needs = Hva hun trenger

field-follow-up-about = Oppfølging av
field-follow-up-what = Hva som skal gjøres
field-follow-up-due = Skal gjøres innen
field-follow-up-state = Tilstand
field-follow-up-outcome = Hvordan det endte
field-follow-up-given-to = Gitt til
field-follow-up-open-to = Åpen for alle i
field-follow-up-handle = Om hvem
field-follow-up-district = Bydel
field-follow-up-closed-by = Avsluttet av
field-follow-up-closed-at = Avsluttet

## Tilstander, roller, kvitteringer

state-draft = Kladd
state-done = Ferdig
state-withdrawn = Trukket tilbake
state-open = Åpen
state-closed = Avsluttet

role-volunteer = Frivillig
role-coordinator = Koordinator

receipt-device = Lagret på denne telefonen
receipt-server = På serveren
receipt-seen = Sett av en koordinator

## Verdier

value-yes = Ja
value-no = Nei
value-not-known = Vet ikke
value-none = Ingenting
value-about = omtrent { $count }
value-you = Du
value-somebody = en tidligere frivillig
value-people = { $count ->
    [one] { $count } person
   *[other] { $count } personer
}
value-minutes = { $count ->
    [one] { $count } minutt
   *[other] { $count } minutter
}
value-days = { $count ->
    [one] { $count } dag
   *[other] { $count } dager
}

## Dager

date-today = I dag
date-yesterday = I går
