### Vad som gick fel, och vad hon kan göra. Ingen skuld, inga fackord, inget av det som antecknats.

## De nio problem som en app kan göra något åt

problem-not-found = Det här finns inte. Det kan ha tagits bort, eller så får du kanske inte se det.
problem-changed = Någon ändrade ”{ $field }” samtidigt. Titta på båda svaren och välj ett.
problem-forbidden = Det här får du inte göra. Fråga din samordnare.
problem-locked = Footbridge är låst på den här telefonen. Lås upp och försök igen.
problem-unsent = { $count ->
    [one] { $count } uppgift finns bara på den här telefonen. Skicka den först, så att den inte går förlorad.
   *[other] { $count } uppgifter finns bara på den här telefonen. Skicka dem först, så att de inte går förlorade.
}
problem-offline = Det finns ingen kontakt med servern. Allt är sparat på den här telefonen och skickas senare.
problem-refused = Servern tog inte emot det här. { $reason }
problem-storage = Den här telefonen kunde inte spara det. Gör plats på telefonen och försök igen.

## Varför ett fält inte är giltigt

invalid-unknown = Det finns inget fält som heter ”{ $field }” här.
invalid-read-only = ”{ $field }” kan inte sättas på det här sättet.
invalid-required = ”{ $field }” måste fyllas i.
invalid-wrong-form = ”{ $field }” är inte skrivet på rätt sätt.
invalid-not-allowed = ”{ $field }” kan inte vara det.
invalid-too-long = ”{ $field }” är för långt.
invalid-out-of-range = ”{ $field }” är för lågt eller för högt.
invalid-allowed = Du kan använda: { $allowed }.
invalid-nothing-saved = Inget sparades.
invalid-no-such-record = Det som ”{ $field }” pekar på finns inte på den här telefonen.
invalid-not-an-object = Det här är inte ett JSON-objekt.

## Ett personnummer i en anteckning

national-number-warning = Det här liknar ett norskt eller svenskt personnummer. Ta bort det. En anteckning ska inte visa vem hon är.
national-number-ask = Vill du spara det ändå?

## Koderna på vägen till servern: varför den inte tog emot något, och vad man gör

wire-malformed = Servern kunde inte läsa det som den här telefonen skickade.
    .what-to-do = Uppdatera appen. Den försöker igen av sig själv.
wire-too-large = Det här är för stort för servern.
    .what-to-do = Gör anteckningen kortare, eller dela den i två.
wire-unsupported-version = Appen och servern har inte samma version.
    .what-to-do = Uppdatera appen. Allt som du har registrerat finns kvar på den här telefonen.
wire-unknown-device = Servern känner inte till den här telefonen.
    .what-to-do = Be din samordnare om en ny inbjudan. Allt som du har registrerat finns kvar på den här telefonen.
    .what-to-do-coordinator = Be en annan samordnare, eller den som sköter servern, om en ny inbjudan. Allt som du har registrerat finns kvar på den här telefonen.
wire-bad-signature = Servern kunde inte vara säker på att det här kom från den här telefonen.
    .what-to-do = Skicka igen. Om det händer en gång till, fråga din samordnare.
    .what-to-do-coordinator = Skicka igen. Händer det igen, fråga den som sköter servern.
wire-wrong-server = Det här är en annan server än den som du gick med i.
    .what-to-do = Gå inte vidare. Fråga din samordnare om servern har flyttat.
    .what-to-do-coordinator = Gå inte vidare. Fråga den som sköter servern om den har flyttat.
wire-bad-nonce = Det tog för lång tid att få kontakt.
    .what-to-do = Skicka igen.
wire-expired-session = Du har varit ansluten länge.
    .what-to-do = Skicka igen. Telefonen ansluter på nytt av sig själv.
wire-invitation-unknown = Servern känner inte till den här inbjudan.
    .what-to-do = Se efter att du har hela länken. Om du har det, be om en ny.
wire-invitation-used = Den här inbjudan är redan använd.
    .what-to-do = Be din samordnare om en ny inbjudan.
wire-invitation-expired = Den här inbjudan är för gammal.
    .what-to-do = Be din samordnare om en ny inbjudan.
wire-not-found = Det här finns inte på servern, eller så får du inte se det.
    .what-to-do = Fråga din samordnare. Din egen kopia finns kvar på den här telefonen.
    .what-to-do-coordinator = Ingen kan se den längre. Din egen kopia finns kvar på den här telefonen.
wire-not-found-give = Personen har slutat, eller stadsdelen finns inte längre: uppföljningen är kvar där den var.
    .what-to-do = Lämna den till någon annan. Ser du den inte längre, fråga din samordnare.
    .what-to-do-coordinator = Lämna den till någon annan.
wire-forbidden = Du får inte ändra det här.
    .what-to-do = Be din samordnare att ändra det. Din egen kopia finns kvar på den här telefonen.
    .what-to-do-coordinator = Be den som har gjort den att ändra den. Din egen kopia finns kvar på den här telefonen.
wire-missing-deps = Servern saknar något som den här ändringen bygger på.
    .what-to-do = Inget. Telefonen gör om ändringen av sig själv.
wire-forked = Lagret på den här telefonen har kopierats eller satts tillbaka till en tidigare dag.
    .what-to-do = Inget. Telefonen gör om ändringen av sig själv.
wire-stale-generation = Det här har gjorts om på servern under tiden.
    .what-to-do = Inget. Telefonen gör om ändringen av sig själv.
wire-wrong-actor = Ändringen har en annan telefons namn på sig.
    .what-to-do = Uppdatera appen och skicka igen. Om det händer en gång till, fråga din samordnare.
    .what-to-do-coordinator = Uppdatera appen och skicka igen. Händer det igen, fråga den som sköter servern.
wire-unknown-kind = Servern känner inte till det här slaget än.
    .what-to-do = Vänta. Det skickas igen när servern har uppdaterats.
wire-changed = Någon annan ändrade det här under tiden.
    .what-to-do = Öppna det, se vad som står där nu, och gör om det ifall du fortfarande vill.
wire-changed-give = Någon annan lämnade den vidare, eller avslutade den, under tiden.
    .what-to-do = Se vem som har den nu, och lämna den vidare igen om du fortfarande vill.
wire-counter-used = Två kopior av lagret på den här telefonen har skickat till servern.
    .what-to-do = Inget. Telefonen skickar igen av sig själv.
wire-too-many = Det här var för mycket på en gång för servern.
    .what-to-do = Inget. Telefonen skickar mindre och försöker igen av sig själv.
wire-busy = Servern har mycket att göra.
    .what-to-do = Vänta lite. Telefonen försöker igen av sig själv.
wire-internal = Något gick fel på servern.
    .what-to-do = Vänta lite och skicka igen. Om det händer en gång till, fråga din samordnare.
    .what-to-do-coordinator = Vänta lite och skicka igen. Händer det igen, fråga den som sköter servern.
wire-revoked = En samordnare har stängt ute den här telefonen.
    .what-to-do = Prata med din samordnare.
wire-unknown-field = Här finns något som servern inte känner till.
    .what-to-do = Uppdatera appen. Om det händer en gång till, fråga din samordnare.
    .what-to-do-coordinator = Uppdatera appen. Händer det igen, fråga den som sköter servern.
wire-wrong-programme = Det här hör till ett annat program.
    .what-to-do = Fråga din samordnare. Din egen kopia finns kvar på den här telefonen.
    .what-to-do-coordinator = Fråga den som sköter servern. Din egen kopia finns kvar på den här telefonen.
wire-erased = Det här har raderats.
    .what-to-do = Det är borta från alla telefoner. Det du ändrade under tiden togs inte med.
wire-quarantined = Det här har lämnats över till samordnarna.
    .what-to-do = Du behöver inte göra något. De avgör vad som behålls.
wire-quarantine-full = Servern har inte plats för mer av det som den här telefonen lämnar över.
    .what-to-do = Inget är förlorat. Telefonen försöker igen av sig själv. Säg till en samordnare.
wire-not-admitted = Servern har satts tillbaka till en tidigare dag, och du har inte släppts in igen än.
    .what-to-do = Fortsätt att anteckna, inget går förlorat. Be den som sköter servern att släppa in dig.
wire-slow-down = Servern fick för många frågor på kort tid.
    .what-to-do = Vänta lite. Telefonen försöker igen av sig själv.
wire-no-room = Servern har ont om plats och kan inte ta emot mer just nu.
    .what-to-do = Inget är förlorat, allt är sparat på den här telefonen. Telefonen försöker igen av sig själv. Säg till den som sköter servern.
wire-not-joined = Den här telefonen hör inte till något program än.
    .what-to-do = Öppna inbjudan från samordnaren. Allt du registrerar till dess stannar på telefonen.
wire-already-joined = Den här telefonen hör redan till ett annat program.
    .what-to-do = Använd en annan telefon, eller lämna det programmet först.
wire-already-member = Den här telefonen hör redan till det här programmet.
    .what-to-do = Länken är inte använd: öppna den på en annan telefon.
wire-server-key-changed = Servern svarar med en annan nyckel än när du gick med.
    .what-to-do = Inget är förlorat. Be samordnaren om en ny länk.
    .what-to-do-coordinator = Inget är förlorat. Be den som sköter servern om en ny länk.
wire-syncing = Telefonen skickar redan.
    .what-to-do = Vänta lite. Du behöver inte göra något annat.
wire-cancelled = Sändningen avbröts.
    .what-to-do = Skicka igen när du vill. Det som hade kommit fram är kvar där.
wire-unknown = Servern tog inte emot det här. Den här appen känner inte till varför.
    .what-to-do = Uppdatera appen och skicka igen. Allt som du har registrerat finns kvar på den här telefonen.
