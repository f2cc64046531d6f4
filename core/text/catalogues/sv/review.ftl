### Samordnarens sidor, och sidan bakom en inbjudan.

## Överallt

review-title = Vad som har kommit in
review-skip = Gå till innehållet
review-menu = Meny
review-visits = Samtal
review-disagreements = Olika svar
review-follow-ups = Uppföljningar
review-language = Språk
review-sign-out = Logga ut
review-signed-out = Du är utloggad.
review-older = Äldre
review-page-failed = Något gick fel. Försök igen om en stund.
review-slow-down = Det kom för många förfrågningar från ditt nätverk just nu. Vänta lite och försök igen.
review-not-found = Den här sidan finns inte. Den kan ha tagits bort, eller så får du kanske inte se den.
review-pages = Fler sidor
review-newest = Till de nyaste
review-page-title = Den här sidan kan inte visas
review-to-the-list = Till det som har kommit in
review-continue = Fortsätt
review-form-old = Sidan har varit öppen för länge, eller kommer från ett annat ställe. Inget har ändrats. Gå tillbaka, ladda om sidan och försök igen.
review-the-server = Servern

## Logga in

review-sign-in-title = Öppna din länk
review-sign-in-needed = Du öppnar de här sidorna med en egen länk.
review-sign-in-confirm = Hej, { $name }. Vill du öppna sidorna för { $programme } på den här enheten?
review-sign-in-button = Öppna
review-link-used = Den här länken är redan använd. Be om en ny.
review-link-expired = Den här länken är för gammal. Be om en ny.
review-session-ended = Du har varit borta en stund. Be om en ny länk för att fortsätta.
review-sign-in-once = Länken fungerar en gång. Sedan är du inloggad här i tolv timmar.
review-link-unknown = Länken är inte hel, eller så är den från ett annat ställe. Kopiera hela, eller be om en ny.
review-link-again = Är du redan inloggad på den här enheten kan du gå direkt till sidorna.
review-sign-in-how = Till den som sköter servern
review-sign-in-how-command = Så här görs en länk. Den fungerar en gång, och bara för samordnare.

## Vad som har kommit in

review-count = { $count ->
    [0] Inga samtal
    [one] { $count } samtal
   *[other] { $count } samtal
}
review-filter = Visa
review-filter-volunteer = Volontär
review-filter-district = Stadsdel
review-filter-kind = Slags samtal
review-filter-since = Från
review-filter-until = Till
review-filter-all = Alla
review-filter-disagreements = Bara där svaren är olika
review-filter-topic = Ämne
review-filter-language = Språk
review-filter-state = Läge
review-filter-more = Fler val
review-filter-new = Ingen har öppnat det
review-filter-apply = Visa
review-filter-clear = Visa alla
review-search = Sök
review-search-field = Leta efter ord
review-search-how = Sökningen går igenom samtal, anteckningar, kontakter och uppföljningar. Början av ett ord räcker.
review-search-nothing = Ingenting har de orden.
review-empty = Inget har kommit in än. När volontärernas telefoner har nät kommer deras samtal hit.
review-empty-filtered = Det finns inga sådana samtal.
review-empty-invite = Saknas någon? Bjud in henne på sidan Personer.
review-recorded-by = Registrerat av { $name }
review-unknown-person = Okänd
review-has-notes = { $count ->
    [one] { $count } anteckning
   *[other] { $count } anteckningar
}
review-has-disagreements = { $count ->
    [one] { $count } svar att välja
   *[other] { $count } svar att välja
}

## Ett samtal

review-details = Vad som registrerades
review-notes = Anteckningar
review-no-notes = Det finns inga anteckningar.
review-note-expires = Sparas till { $day }
review-follow-ups-of-visit = Uppföljningar
review-no-follow-ups = Det finns inga uppföljningar.
review-withdrawn = Hon har tagit tillbaka det här samtalet. Det räknas inte med någonstans.
review-not-said-list = Inte sagt: { $fields }
review-seen = Öppnat av
review-seen-by = { $name }, { $when }
review-not-seen = Ingen samordnare har öppnat det än.
review-erase = Radera för gott
review-erase-title = Radera för gott?
review-erase-what = Den här posten försvinner, med alla anteckningar och uppföljningar på den: från servern, och från varje telefon vid nästa kontakt. Det kan inte ångras.
review-erase-button = Radera för gott
review-erase-keep = Behåll den
review-erased = Det är raderat. Det försvinner från varje telefon vid nästa kontakt.

## Tidslinje

review-timeline = Vem sa vad, och när
review-timeline-first = Registrerade samtalet
review-timeline-removed = borttaget: { $value }
review-timeline-cleared = borttaget

## Olika svar

review-differ = Svaren är olika
review-differ-intro = Inget svar har gått förlorat. Titta på dem, fråga om du behöver, och välj det rätta.
review-differ-short = Några har svarat olika. Välj det rätta svaret.
review-author-chooses = Bara den som registrerade det här kan välja.
review-choice-not-allowed = Det här svaret går inte att välja längre. Programmets listor har ändrats.
review-choose = Välj det här
review-choose-labelled = Välj det här: ”{ $value }” för ”{ $field }”
review-own-answer = Eller skriv det som det ska stå
review-own-answer-button = Behåll det här
review-chosen = Svaret är valt. Alla telefoner får det.
review-chosen-meanwhile = Det kom ett svar till medan du läste. Titta en gång till.
review-no-disagreements = Ingen är oense. Det finns inget att välja.

review-people = Personer
review-lists = Listor
review-more = Fler
review-to-the-first = Till de första
review-save = Spara
review-saved = Det är sparat. Alla telefoner får det.
review-changed-meanwhile = Någon ändrade det här medan du läste. Inget gjordes. Titta en gång till.
review-refused = Något av det är inte tillåtet. Inget gjordes.

## Uppföljningar

review-follow-ups-open = Öppna
review-follow-ups-late = Försenade
review-follow-ups-closed = Avslutade
review-follow-ups-none = Det finns inga sådana uppföljningar.
review-late = Försenad
review-with = Vem som har den
review-with-nobody = Given till ingen
review-open-to = Alla i { $district }
review-give = Lämna vidare
review-give-to = Till vem
review-close = Avsluta
review-reopen = Öppna igen
review-given = Den är lämnad vidare. Hon ser den vid nästa kontakt.
review-closed = Uppföljningen är avslutad.
review-reopened = Uppföljningen är öppen igen.

## Kodlistor

review-lists-intro = Det som kan väljas på telefonerna. En ändring når varje telefon vid nästa kontakt.
review-codes-on = { $count } i bruk
review-list-intro = Öppna en för att ändra namnen, eller ta den ur bruk. Det som har registrerats med den står kvar.
review-code-off = Inte i bruk
review-code-offered = Kan väljas
review-code-add = Lägg till ett val
review-code-taken = Det finns redan ett val med det namnet.
review-code-no-name = Ge det ett namn med bokstäver från a till ö på minst ett språk.
review-move-up = Flytta ”{ $name }” upp
review-move-down = Flytta ”{ $name }” ned

## Personer och enheter

review-devices = Enheter
review-no-devices = Ingen enhet är med än.
review-last-here = Senast här { $when }
review-joined-at = Kom med { $when }
review-invite = Bjud in någon
review-invite-how = Du får en länk och en fyrkantig kod till hennes telefon. De kan användas en gång, inom sju dagar; för en samordnare inom ett dygn.
review-invite-button = Gör en inbjudan
review-invited = Inbjudan till { $name }
review-invited-once = Den här sidan visas en gång. Låt hennes telefon läsa koden nu, eller skicka länken till henne.
review-invited-how = Hon öppnar Footbridge, väljer ”Gå med” och läser den fyrkantiga koden. Eller skicka den här länken till henne, på ett sätt som bara hon läser.
review-invited-until = Den kan användas till { $when }.
review-square-code = Inbjudan som fyrkantig kod
review-further-device = En enhet till
review-further-device-how = Till en ny telefon, eller en andra. Hennes utkast följer med.
review-rights = Roll och stadsdelar
review-revoke = Hon lämnar programmet
review-revoke-how = Hennes enheter låses vid nästa kontakt, lämnar ifrån sig det de inte har skickat och tömmer sig. Det hon har registrerat står kvar.
review-revoke-button = Ta ifrån henne rättigheterna
review-revoked = Slutat
review-revoked-since = Hon slutade { $when }.
review-held = Väntar på att bli insläppt
review-reinstate = Låt henne komma tillbaka
review-revoked-done = Klart. Enheterna får veta det vid nästa kontakt.
review-reinstated-done = Hon är med i programmet igen.
review-last-coordinator = Programmet måste ha minst en samordnare. Inget gjordes.
review-lost = Borttappad, eller inte hennes längre
review-lost-how = Enheten låses vid nästa kontakt, lämnar ifrån sig det den inte har skickat och tömmer sig.
review-wipe = Den är borta: töm den även om inget kan lämnas över
review-revoke-device = Lås den här enheten
review-device-revoked = Låst
review-device-wiped = Låst, tömmer sig
review-unsent = { $count ->
    [0] inget oskickat
   *[other] { $count } oskickade
}
review-invite-anyway = Bjud in ändå
review-invite-namesake = Någon med det namnet finns redan. Gäller det en ny enhet för henne, öppna hennes sida.
review-invite-no-district = Ingen stadsdel är vald: hon ser inte det som är öppet för volontärer i en stadsdel.
review-erase-person = Radera hennes namn för gott
review-erase-person-how = Hennes namn, dess historia och hennes utkast försvinner från servern och från varje telefon. Det som hon har registrerat finns kvar, som från en tidigare volontär. Hon kan inte släppas in igen under den här posten. Det kan inte ångras.
review-erase-person-type = Skriv hennes namn för att fortsätta
review-erase-person-not-typed = Det är inte hennes namn. Ingenting raderades.
review-former-person = en tidigare volontär
review-name-needed = Skriv hennes namn.
review-district-closed = { $district } (stängd)
review-given-to-gone = hon har slutat: lämna den vidare
review-waits-with-her = { $count ->
    [one] { $count } öppen uppföljning är hos henne. Lämna den vidare till någon.
   *[other] { $count } öppna uppföljningar är hos henne. Lämna dem vidare till någon.
}
review-handed-over = { $count ->
    [one] { $count } överlämnad
   *[other] { $count } överlämnade
}

## Undanlagt

review-aside = Undanlagt
review-quarantine = Överlämnat av låsta enheter
review-quarantine-intro = Det som låsta enheter inte hade skickat innan de låstes. Ta in det i programmet, eller kasta det. Utkast finns inte här.
review-quarantine-none = Inget väntar.
review-quarantine-of = Från { $name }, överlämnat { $when }
review-quarantine-unreadable = Det kan inte visas vad det skulle bli: något som det bygger på finns kvar på en enhet.
review-take = Ta in
review-discard = Kasta
review-discard-how = Inget av det sparas.
review-taken = Det är intaget, i hennes namn.
review-taken-partly = Allt kunde inte tas in. Det som finns kvar här säger varför.
review-discarded = Det är kastat.
review-set-aside = Inte mottaget från enheter
review-set-aside-intro = Det servern inte kunde ta emot, varför, och vad som kan göras. Det är tryggt på enheten; orden visas inte här.
review-refused-forbidden = { $name } fick inte ändra det här. Ändra det själv om det är rätt; hennes version finns kvar på hennes telefon.
review-set-aside-none = Inget har avvisats.
review-link-waits = Har din enhet just gjort den, vänta tills den har haft kontakt med servern och öppna den igen.
review-sign-in-device = Be om en ny i Footbridge på din egen enhet, eller fråga den som sköter servern.
review-sign-in-device-command = Så görs en länk till dig. Den fungerar när enheten har haft kontakt med servern.
review-quarantine-items = { $count ->
    [one] { $count } ändring
   *[other] { $count } ändringar
}

## Sidan bakom en inbjudan (/join)

join-title = Du är inbjuden
join-intro = Du är inbjuden till Footbridge. Med Footbridge registrerar du samtalen som du har med kvinnor i ditt område.
join-step-app = Öppna Footbridge på din telefon.
join-step-link = Välj ”Gå med”, och ge den hela den här länken. Du kan också låta den läsa den fyrkantiga koden som du fick.
join-step-done = Klart. Telefonen säger välkommen.
join-terminal = På en dator, i en terminal
join-terminal-command = footbridge --store MAPP join "LÄNK"
join-safe = Du kan öppna den här sidan hur ofta du vill. Länken är förbrukad först när en telefon går med.
join-once = Länken är för en telefon. Ge den inte vidare.
join-incomplete = Länken är inte hel. Kopiera hela, också det som står efter tecknet #.
join-copy = Kopiera länken
join-copied = Länken är kopierad.
join-help = Om det inte fungerar, fråga samordnaren som bjöd in dig.
review-notes-will-go = { $count ->
    [one] { $count } anteckning som är äldre än { $days } dagar
   *[other] { $count } anteckningar som är äldre än { $days } dagar
} raderas för gott den { $day }. Fram till dess kan ni ångra er.
review-keep-notes = Behåll anteckningarna
review-notes-kept = Anteckningarna sparas lika länge som förut.
