### Vad kommandoraden säger.

## Sparat, gått med, gått ur

saved = Sparat på den här telefonen.
saved-draft = Sparat som utkast. Bara du kan se det.
done = Klart. Det skickas vid nästa synkning.
withdrawn = Taget tillbaka. Det räknas inte med någonstans.
counts-again = Det räknas igen.
deleted = Raderat.
deleted-waiting = Det finns inte i någon lista här längre. Det raderas överallt vid nästa synkning.
reworded = Det som stod förut är borta från den här telefonen. Vid nästa synkning försvinner det överallt.
given-to-person = Lämnad till { $name }. Det gäller från nästa synkning.
given-to-district = Öppen för alla volontärer i { $district }. Det gäller från nästa synkning.
settled = Svaret är valt.
joined = Välkommen, { $name }. Den här telefonen hör nu till { $programme }.
not-joined = Den här telefonen hör inte till något program än. Du kan registrera ändå. Använd länken i din inbjudan för att gå med.
left = Den här telefonen hör inte längre till { $programme }.
left-with-unsent = { $count ->
    [one] { $count } uppgift skickades aldrig. Den är borta tillsammans med programmet.
   *[other] { $count } uppgifter skickades aldrig. De är borta tillsammans med programmet.
}
leave-unsent = { $count ->
    [one] { $count } uppgift finns bara på den här telefonen. Synka först, eller gå ur med --even-unsent och förlora den.
   *[other] { $count } uppgifter finns bara på den här telefonen. Synka först, eller gå ur med --even-unsent och förlora dem.
}

## Läget

status-programme = Program
status-person = Du
status-receipts = Det du har registrerat
status-unsent = { $count ->
    [0] Allt är skickat.
    [one] { $count } uppgift är inte skickad än.
   *[other] { $count } uppgifter är inte skickade än.
}
status-taken-back = { $count ->
    [one] { $count } uppgift raderades och finns inte här längre:
   *[other] { $count } uppgifter raderades och finns inte här längre:
}
taken-back-unsent = Något som du hade skrivit där var inte skickat. Det försvann med det.
cli-dismiss = Det här visas i 30 dagar. `footbridge status --dismiss` tar bort det.
status-set-aside = { $count ->
    [0] Inget har lagts åt sidan.
    [one] { $count } uppgift har lagts åt sidan:
   *[other] { $count } uppgifter har lagts åt sidan:
}
status-unread = { $count ->
    [one] Servern har { $count } uppgift som den här appen inte kan läsa. Den är trygg där. Uppdatera appen; om det inte hjälper, säg till din koordinator.
   *[other] Servern har { $count } uppgifter som den här appen inte kan läsa. De är trygga där. Uppdatera appen; om det inte hjälper, säg till din koordinator.
}
status-last-sync = Senast synkat
status-never-synced = Aldrig synkat
cli-clock-ahead = Klockan på den här telefonen går { $how } före. Ställ den rätt, annars får det du registrerar fel tid.
cli-clock-behind = Klockan på den här telefonen går { $how } efter. Ställ den rätt, annars får det du registrerar fel tid.
cli-is-ahead = Det här har inte hänt än. Vill du spara det ändå?
cli-which-time = Klockan ställdes om då: tiden finns inte, eller finns två gånger. Vilken menar du? 1: { $first }  2: { $second }
cli-notes-will-go = Anteckningar äldre än { $days } dagar raderas för gott ({ $at }). Sätt note_days till { $kept } igen om de ska vara kvar.
cli-would-erase = { $count ->
    [one] { $count } anteckning är då äldre än { $days } dagar och raderas för gott
   *[other] { $count } anteckningar är då äldre än { $days } dagar och raderas för gott
} ({ $at }). Fram till dess kan du ångra dig. Skriv { $count } för att fortsätta:
status-conflicts = { $count ->
    [0] Ingen är oense.
    [one] { $count } svar att välja. Se ”conflicts”.
   *[other] { $count } svar att välja. Se ”conflicts”.
}
column-reason = Varför
column-what-to-do = Vad du gör
column-field = Fält
column-answer = Svar
column-who = Vem
column-when = När
column-what = Vad
column-name = Namn
column-count = Hur många

## Synkning

sync-connecting = Ansluter …
sync-sending = Skickar { $done } av { $total }
sync-receiving = Hämtar { $done } av { $total }
sync-receiving-unknown = Hämtar { $done }
sync-bytes = { $up } skickat, { $down } hämtat
sync-pushed = { $count ->
    [0] Inget att skicka.
    [one] { $count } uppgift skickad.
   *[other] { $count } uppgifter skickade.
}
sync-pulled = { $count ->
    [0] Inget nytt.
    [one] { $count } uppgift hämtad.
   *[other] { $count } uppgifter hämtade.
}
sync-set-aside = { $count ->
    [one] { $count } uppgift lades åt sidan. Se ”status”.
   *[other] { $count } uppgifter lades åt sidan. Se ”status”.
}
sync-repaired = { $count ->
    [one] { $count } uppgift var inte här som den är på servern. Den har hämtats på nytt.
   *[other] { $count } uppgifter var inte här som de är på servern. De har hämtats på nytt.
}
sync-unread = { $count ->
    [one] { $count } uppgift på servern kan inte läsas här. Se ”status”.
   *[other] { $count } uppgifter på servern kan inte läsas här. Se ”status”.
}
sync-retry = { $seconds ->
    [one] Försöker igen om { $seconds } sekund.
   *[other] Försöker igen om { $seconds } sekunder.
}
sync-cancelled = Stoppat. Nästa gång fortsätter den härifrån.
sync-watching = Väntar på nyheter. Stoppa med Ctrl-C.

## Listor, sökning, tidslinje

list-empty = Här finns inget.
list-more = Det finns mer. Fortsätt med --after { $cursor }
search-empty = Inget hittades.
due-empty = Inget ska göras just nu.
due-overdue = Försenad
timeline-removed = borttaget

## Olika svar

conflicts-empty = Ingen är oense.
conflicts-title = Olika svar på ”{ $field }”
conflicts-answer = { $value }, sagt av { $who }, { $when }
conflicts-choose = Vilket är rätt? Skriv dess nummer, eller ditt eget svar. Tryck Enter för att välja senare.
conflicts-later = Inte valt. Båda svaren finns kvar.
conflicts-how = Välj med: { $command }

## Nyckeln och lagret

passphrase-wrong = Lösenordet är fel.
passphrase-needed = Nyckeln är låst med ett lösenord. Sätt FOOTBRIDGE_PASSPHRASE.
key-missing = Nyckelfilen { $file } finns inte där. Utan den går det inte att öppna lagret.
key-wrong = Nyckeln passar inte till det här lagret.
store-created = Ett nytt lager gjordes i { $folder }.
store-damaged = { $count ->
    [one] Lagret var skadat och har lagts åt sidan som { $file }. { $count } uppgift som inte var skickad finns här igen. Resten kommer vid nästa synkronisering.
   *[other] Lagret var skadat och har lagts åt sidan som { $file }. { $count } uppgifter som inte var skickade finns här igen. Resten kommer vid nästa synkronisering.
}
store-damaged-incomplete = Allt i det skadade lagret kunde inte läsas. Behåll filen och fråga den som driver programmet.
store-damaged-stranger = Det gick inte att läsa vems telefonen är. Be om en ny inbjudan.
store-newer = Lagret är gjort av en nyare version. Uppdatera Footbridge.
store-busy = En annan Footbridge använder det här lagret. Vänta, eller stoppa den.
link-invalid = Det här är inte en inbjudningslänk. Den ser ut så här: https://…/join#v=1…
file-unreadable = { $file } kunde inte läsas.
line-problem = Rad { $line }: { $problem }

## Kommandoraden

cli-file-unwritable = { $file } kunde inte skrivas.
cli-output-unwritable = Svaret kunde inte skrivas. Är disken full?
cli-store-needed = Säg var den här telefonen ska ha allt: --store MAPP, eller FOOTBRIDGE_STORE.
cli-store-damaged = Lagret är skadat. Försök igen: det som går att läsa tas då över i ett nytt.
cli-store-failed = Lagret kunde inte läsas eller skrivas. Är mappen och filerna dina?
cli-unstartable = Datorn lät inte Footbridge starta. Försök igen.
cli-joined = Välkommen. Den här telefonen hör nu till programmet.
cli-joined-next = Hämta det som finns, och skicka det du har registrerat, med: { $command }
cli-nothing-given = Det fanns inget att spara.
cli-not-saved = Det sparades inte.
cli-yes-or-no = (j/n)
cli-type-json = Skriv ett JSON-objekt, till exempel { $example }. Avsluta med Ctrl-D.
cli-column-what = Vad
cli-column-due = Ska göras senast
cli-column-to = Vem gör det
cli-column-state = Var det är
cli-all-safe = Allt är i säkerhet. Allt som du har registrerat finns på servern.
cli-all-kept = Allt är sparat på den här telefonen. En del av det finns inte på servern än.
cli-some-set-aside = Inget är borta, men servern tog inte emot allt. Se nedan vad du gör.
cli-status-unsent = Ska skickas
cli-status-conflicts = Olika svar
cli-receipt-device = { $count } på den här telefonen
cli-receipt-server = { $count } på servern
cli-receipt-seen = { $count } sedda av en koordinator
cli-see-conflicts = För att välja: conflicts
cli-not-a-draft = Det här är inget utkast. Det är redan klart.
cli-no-disagreement = Ingen är oense om ”{ $field }”. Det finns inget att välja. För att ändra det: edit
cli-no-key = { $file } är ingen nyckel till Footbridge.
cli-repeated = { $count ->
    [one] { $count } rad säger samma sak som en före den.
   *[other] { $count } rader säger samma sak som en före dem.
}
cli-repeated-line = Rad { $line } säger samma sak som rad { $like }.
cli-skipped = { $count ->
    [one] { $count } rad är tom, en summa eller en rubrik.
   *[other] { $count } rader är tomma, summor eller rubriker.
}
cli-and-more = … och { $count } till
cli-status-commands = Bett servern om
status-commands = { $count ->
    [one] { $count } sak väntar på nästa synkning.
   *[other] { $count } saker väntar på nästa synkning.
}
cli-revoked = Den här telefonen hör inte längre till programmet. Den är låst och lämnar över det som den inte har skickat. Utkast lämnas inte över.
cli-emptied = Den här telefonen hörde inte längre till programmet och är tömd. Be din samordnare om en ny inbjudan om du ska använda den igen.
cli-invitation = Inbjudan till { $name }, för en telefon, till { $expires }:
cli-invitation-holds = Länken är klar. Ge den till henne och till ingen annan.
cli-link-waits = Länken fungerar när den här telefonen har synkat.
cli-review-link = Länk till samordnarsidorna, för din egen webbläsare. Den kan användas en gång, till { $expires }:
cli-role-set = { $name }: { $role }.
cli-person-revoked = { $name } hör inte längre till programmet. Hennes telefoner låses, lämnar över det som de inte har skickat och töms.
cli-device-name-ask = Vad kallar du den här enheten? (till exempel ”röd Samsung”; Enter för inget)
cli-invite-namesake = Någon med det namnet finns redan: { $name }.
cli-invite-no-district = Ingen stadsdel är angiven: hon ser inte det som är öppet för volontärer i en stadsdel.
cli-invite-anyway = Bjuda in henne ändå?
cli-holder-left = har slutat: lämna den vidare
cli-left-follow-ups = { $count ->
    [one] { $count } öppen uppföljning är hos { $name }. Lämna den vidare till någon.
   *[other] { $count } öppna uppföljningar är hos { $name }. Lämna dem vidare till någon.
}
cli-device-revoked = Den här telefonen, som är { $name }s, hör inte längre till programmet. Den låses, lämnar över det som den inte har skickat och töms.
cli-reinstated = { $name } hör till programmet igen.
cli-asked-waits = Det gäller från nästa synkning.

## Det som har lagts åt sidan

quarantine-empty = Ingen telefon som har stängts ute har lämnat över något.
quarantine-how = För att ta över något: take. För att kasta det: discard.
quarantine-taken = Övertaget.
quarantine-discarded = Kastat.
quarantine-discard-ask = Vill du kasta det här? Det går inte att få tillbaka.
discard-ask = Vill du kasta det som servern inte tog emot? Det går inte att få tillbaka.
discard-not = Inget kastades.
discard-nothing = Inget av det här har lagts åt sidan.
discarded = Kastat. Uppgiften är som servern har den.
