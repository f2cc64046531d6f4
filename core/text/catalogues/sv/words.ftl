### Ord för det som antecknas: val, listor, slag, fält, lägen. Korta, som på en knapp.
### Nycklarna är gjorda av namnen i dokumenten, med - för _.

## Slags samtal (fast)

code-kind-street = Ute på gatan
code-kind-home = Hemma
code-kind-phone = På telefon
code-kind-service = Hos en myndighet
code-kind-cafe = På kafé

## Hur kontakten kom till

code-arose-by-chance = Vi träffades av en slump
code-arose-she-came = Hon kom till mig
code-arose-agreed = Vi hade bestämt det
code-arose-neighbour = Genom en granne
code-arose-school = Genom skolan
code-arose-referred = Någon skickade henne till mig

## Ämnen

code-topics-family = Familj
code-topics-children = Barn
code-topics-kindergarten = Förskola
code-topics-school = Skola
code-topics-education = Utbildning
code-topics-language-course = Språkkurs
code-topics-work = Arbete
code-topics-health = Hälsa
code-topics-housing = Bostad
code-topics-economy = Ekonomi
code-topics-leisure = Fritid
code-topics-municipal-services = Kommunens tjänster
code-topics-civic-information = Hur samhället fungerar

## Hjälp

code-help-conversation = Vi pratade
code-help-information = Gav information
code-help-letter-translated = Översatte ett brev
code-help-form = Hjälpte till med en blankett
code-help-came-along = Följde med henne
code-help-referred = Visade henne vart hon kan gå
code-help-phone-call = Ringde åt henne

## Vem man följde med till, eller visade vidare till

code-with-municipality = Kommunen
code-with-district-office = Stadsdelskontoret
code-with-school = Skolan
code-with-kindergarten = Förskolan
code-with-social-services = Socialtjänsten
code-with-employment-service = Arbetsförmedlingen
code-with-health-centre = Vårdcentralen
code-with-other = Någon annan

## Plats

code-place-bus = Bussen
code-place-library = Biblioteket
code-place-employment-service = Arbetsförmedlingen
code-place-playground = Lekplatsen
code-place-home = Hemma
code-place-laundry = Tvättstugan
code-place-shop = Affären
code-place-health-centre = Vårdcentralen
code-place-school = Skolan
code-place-cafe = Kafé
code-place-phone = Telefon
code-place-near-home = Nära hemmet
code-place-other = En annan plats

## Nästa steg, och vad en uppföljning handlar om

code-next-step-call-health-centre = Ringa vårdcentralen
code-next-step-employment-service = Möte med Arbetsförmedlingen
code-next-step-language-course = Börja på språkkurs
code-next-step-studies = Studier
code-next-step-work = Arbete
code-next-step-kindergarten-place = Söka plats i förskolan
code-next-step-school-meeting = Möte på skolan
code-next-step-come-to-cafe = Komma till kaféet
code-next-step-get-back-to-her = Höra av mig till henne
code-next-step-other = Något annat

## Hur en uppföljning slutade

code-outcome-done = Klart
code-outcome-not-needed = Behövs inte längre
code-outcome-could-not-reach = Fick inte tag i henne
code-outcome-passed-on = Lämnat vidare till någon annan

## Listor

list-kind = Slags samtal
list-arose = Hur ni fick kontakt
list-topics = Vad ni pratade om
list-help = Vilken hjälp hon fick
list-with = Tillsammans med vem
list-place = Plats
list-next-step = Nästa steg
list-outcome = Hur det slutade

## Slag

kind-programme = Program
    .plural = Program
kind-code = Val i en lista
    .plural = Val i listor
kind-person = Person
    .plural = Personer
kind-visit = Samtal
    .plural = Samtal
kind-note = Anteckning
    .plural = Anteckningar
kind-contact = Kontakt
    .plural = Kontakter
kind-follow-up = Uppföljning
    .plural = Uppföljningar

## Fält som alla har

field-any-id = Id
field-any-record = Slag
field-any-author = Registrerat av
field-any-recorded-at = Registrerat
field-any-receipt = Har kommit
field-any-seen = Sett av
field-any-deleting = Raderas
field-any-disagreements = Olika svar
field-any-state = Läge

## Fält för varje slag

field-programme-name = Namn
field-programme-country = Land
field-programme-time-zone = Tidszon
field-programme-languages = Språk
field-programme-districts = Stadsdelar
field-programme-district-names = Vad stadsdelar heter nu
field-programme-note-days = Dagar som anteckningar sparas

field-code-list = Lista
field-code-code = Kod
field-code-labels = Namn på varje språk
field-code-order = Plats i listan
field-code-on = Används

field-person-name = Namn
field-person-languages = Språk hon talar
field-person-role = Roll
field-person-districts = Stadsdelar
field-person-revoked-at = Hör inte längre till sedan

field-visit-happened-at = När
field-visit-kind = Slags samtal
field-visit-district = Stadsdel
field-visit-place = Plats
field-visit-arose = Hur ni fick kontakt
field-visit-languages = Språk ni använde
field-visit-topics = Vad ni pratade om
field-visit-help = Vilken hjälp hon fick
field-visit-with = Tillsammans med vem
field-visit-reached = Hur många personer
field-visit-reached-estimated = Ungefär så många personer
field-visit-minutes = Hur många minuter
field-visit-minutes-estimated = Ungefär så många minuter
field-visit-contact = Kontakt
field-visit-next-step = Nästa steg
field-visit-state = Läge

field-note-on = Anteckning till
field-note-text = Text

field-contact-handle = Vad du kallar henne
field-contact-languages = Språk
field-contact-district = Stadsdel
field-contact-needs = Vad hon behöver

field-follow-up-about = Uppföljning av
field-follow-up-what = Vad som ska göras
field-follow-up-due = Ska göras senast
field-follow-up-state = Läge
field-follow-up-outcome = Hur det slutade
field-follow-up-given-to = Lämnad till
field-follow-up-open-to = Öppen för alla i
field-follow-up-handle = Om vem
field-follow-up-district = Stadsdel
field-follow-up-closed-by = Avslutad av
field-follow-up-closed-at = Avslutad

## Lägen, roller, kvitton

state-draft = Utkast
state-done = Klart
state-withdrawn = Taget tillbaka
state-open = Öppen
state-closed = Avslutad

role-volunteer = Volontär
role-coordinator = Samordnare

receipt-device = Sparat på den här telefonen
receipt-server = På servern
receipt-seen = Sett av en samordnare

## Värden

value-yes = Ja
value-no = Nej
value-not-known = Vet inte
value-none = Inget
value-about = ungefär { $count }
value-you = Du
value-somebody = en tidigare volontär
value-people = { $count ->
    [one] { $count } person
   *[other] { $count } personer
}
value-minutes = { $count ->
    [one] { $count } minut
   *[other] { $count } minuter
}
value-days = { $count ->
    [one] { $count } dag
   *[other] { $count } dagar
}

## Dagar

date-today = I dag
date-yesterday = I går
