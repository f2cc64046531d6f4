### Hva som gikk galt, og hva hun kan gjøre. Ingen skyld, ingen fagord, ikke noe av det som er registrert.

## De ni problemene som en app kan gjøre noe med

problem-not-found = Dette finnes ikke her. Det kan være fjernet, eller du har kanskje ikke lov til å se det.
problem-changed = Noen endret «{ $field }» samtidig. Se på begge svarene og velg ett.
problem-forbidden = Dette har du ikke lov til. Spør koordinatoren din.
problem-locked = Footbridge er låst på denne telefonen. Lås opp og prøv igjen.
problem-unsent = { $count ->
    [one] { $count } registrering finnes bare på denne telefonen. Send den først, så den ikke går tapt.
   *[other] { $count } registreringer finnes bare på denne telefonen. Send dem først, så de ikke går tapt.
}
problem-offline = Det er ikke kontakt med serveren. Alt er lagret på denne telefonen og blir sendt senere.
problem-refused = Serveren tok ikke imot dette. { $reason }
problem-storage = Denne telefonen kunne ikke lagre det. Rydd plass på telefonen og prøv igjen.

## Hvorfor et felt ikke er gyldig

invalid-unknown = Det finnes ikke noe felt som heter «{ $field }» her.
invalid-read-only = «{ $field }» kan ikke settes på denne måten.
invalid-required = «{ $field }» må fylles ut.
invalid-wrong-form = «{ $field }» er ikke skrevet på riktig måte.
invalid-not-allowed = «{ $field }» kan ikke være det.
invalid-too-long = «{ $field }» er for langt.
invalid-out-of-range = «{ $field }» er for lavt eller for høyt.
invalid-allowed = Du kan bruke: { $allowed }.
invalid-nothing-saved = Ingenting ble lagret.
invalid-no-such-record = Det som «{ $field }» viser til, finnes ikke på denne telefonen.
invalid-not-an-object = Dette er ikke et JSON-objekt.

## Et fødselsnummer i et notat

national-number-warning = Dette ligner et norsk eller svensk personnummer. Ta det bort. Et notat skal ikke vise hvem hun er.
national-number-ask = Vil du lagre det likevel?

## Kodene på veien til serveren: hvorfor den ikke tok imot noe, og hva man gjør

wire-malformed = Serveren kunne ikke lese det denne telefonen sendte.
    .what-to-do = Oppdater appen. Den prøver igjen av seg selv.
wire-too-large = Dette er for stort for serveren.
    .what-to-do = Gjør notatet kortere, eller del det i to notater.
wire-unsupported-version = Appen og serveren har ikke samme versjon.
    .what-to-do = Oppdater appen. Alt du har registrert, er fortsatt på denne telefonen.
wire-unknown-device = Serveren kjenner ikke denne telefonen.
    .what-to-do = Be koordinatoren din om en ny invitasjon. Alt du har registrert, er fortsatt på denne telefonen.
    .what-to-do-coordinator = Be en annen koordinator, eller den som driver serveren, om en ny invitasjon. Alt du har registrert, er fortsatt på denne telefonen.
wire-bad-signature = Serveren kunne ikke være sikker på at dette kom fra denne telefonen.
    .what-to-do = Send på nytt. Hvis det skjer igjen, spør koordinatoren din.
    .what-to-do-coordinator = Send på nytt. Skjer det igjen, spør den som driver serveren.
wire-wrong-server = Dette er en annen server enn den du ble med på.
    .what-to-do = Ikke gå videre. Spør koordinatoren din om serveren har flyttet.
    .what-to-do-coordinator = Ikke gå videre. Spør den som driver serveren, om den er flyttet.
wire-bad-nonce = Forbindelsen tok for lang tid.
    .what-to-do = Send på nytt.
wire-expired-session = Du har vært tilkoblet lenge.
    .what-to-do = Send på nytt. Telefonen kobler seg til igjen av seg selv.
wire-invitation-unknown = Serveren kjenner ikke denne invitasjonen.
    .what-to-do = Se etter at du har hele lenken. Har du det, be om en ny.
wire-invitation-used = Denne invitasjonen er allerede brukt.
    .what-to-do = Be koordinatoren din om en ny invitasjon.
wire-invitation-expired = Denne invitasjonen er for gammel.
    .what-to-do = Be koordinatoren din om en ny invitasjon.
wire-not-found = Dette finnes ikke på serveren, eller du har ikke lov til å se det.
    .what-to-do = Spør koordinatoren din. Din egen kopi er fortsatt på denne telefonen.
    .what-to-do-coordinator = Ingen kan se den lenger. Din egen kopi er fortsatt på denne telefonen.
wire-not-found-give = Personen har sluttet, eller bydelen finnes ikke lenger: oppfølgingen er der den var.
    .what-to-do = Gi den til noen andre. Ser du den ikke lenger, spør koordinatoren.
    .what-to-do-coordinator = Gi den til noen andre.
wire-forbidden = Du har ikke lov til å endre dette.
    .what-to-do = Be koordinatoren din om å endre det. Din egen kopi er fortsatt på denne telefonen.
    .what-to-do-coordinator = Be den som har laget den, om å endre den. Din egen kopi er fortsatt på denne telefonen.
wire-missing-deps = Serveren mangler noe som denne endringen bygger på.
    .what-to-do = Ingenting. Telefonen gjør endringen på nytt av seg selv.
wire-forked = Lageret på denne telefonen er kopiert eller satt tilbake til en tidligere dag.
    .what-to-do = Ingenting. Telefonen gjør endringen på nytt av seg selv.
wire-stale-generation = Dette er laget på nytt på serveren i mellomtiden.
    .what-to-do = Ingenting. Telefonen gjør endringen på nytt av seg selv.
wire-wrong-actor = Endringen har navnet til en annen telefon.
    .what-to-do = Oppdater appen og send på nytt. Hvis det skjer igjen, spør koordinatoren din.
    .what-to-do-coordinator = Oppdater appen og send på nytt. Skjer det igjen, spør den som driver serveren.
wire-unknown-kind = Serveren kjenner ikke dette slaget ennå.
    .what-to-do = Vent. Det blir sendt igjen når serveren er oppdatert.
wire-changed = Noen andre endret dette i mellomtiden.
    .what-to-do = Åpne det, se hva som står der nå, og gjør det igjen hvis du fortsatt vil.
wire-changed-give = Noen andre ga den videre, eller avsluttet den, i mellomtiden.
    .what-to-do = Se hvem som har den nå, og gi den videre på nytt hvis du fortsatt vil.
wire-counter-used = To kopier av lageret på denne telefonen har sendt til serveren.
    .what-to-do = Ingenting. Telefonen sender på nytt av seg selv.
wire-too-many = Dette var for mye på en gang for serveren.
    .what-to-do = Ingenting. Telefonen sender mindre og prøver igjen av seg selv.
wire-busy = Serveren har mye å gjøre.
    .what-to-do = Vent litt. Telefonen prøver igjen av seg selv.
wire-internal = Noe gikk galt på serveren.
    .what-to-do = Vent litt og send på nytt. Hvis det skjer igjen, spør koordinatoren din.
    .what-to-do-coordinator = Vent litt og send på nytt. Skjer det igjen, spør den som driver serveren.
wire-revoked = En koordinator har stengt denne telefonen ute.
    .what-to-do = Snakk med koordinatoren din.
wire-unknown-field = Her er det noe som serveren ikke kjenner.
    .what-to-do = Oppdater appen. Hvis det skjer igjen, spør koordinatoren din.
    .what-to-do-coordinator = Oppdater appen. Skjer det igjen, spør den som driver serveren.
wire-wrong-programme = Dette hører til et annet program.
    .what-to-do = Spør koordinatoren din. Din egen kopi er fortsatt på denne telefonen.
    .what-to-do-coordinator = Spør den som driver serveren. Din egen kopi er fortsatt på denne telefonen.
wire-erased = Dette er slettet.
    .what-to-do = Det er borte fra alle telefoner. Det du endret i mellomtiden, ble ikke tatt med.
wire-quarantined = Dette er levert til koordinatorene.
    .what-to-do = Du trenger ikke gjøre noe. De avgjør hva som beholdes.
wire-quarantine-full = Serveren har ikke plass til mer av det denne telefonen leverer.
    .what-to-do = Ingenting er tapt. Telefonen prøver igjen av seg selv. Si fra til en koordinator.
wire-not-admitted = Serveren er satt tilbake til en tidligere dag, og du er ikke sluppet inn igjen ennå.
    .what-to-do = Fortsett å registrere, ingenting går tapt. Be den som driver serveren, om å slippe deg inn.
wire-slow-down = Serveren ble spurt om for mye på kort tid.
    .what-to-do = Vent litt. Telefonen prøver igjen av seg selv.
wire-no-room = Serveren har ikke mer plass og kan ikke ta imot mer akkurat nå.
    .what-to-do = Ingenting er tapt, alt er lagret på denne telefonen. Telefonen prøver igjen av seg selv. Si fra til den som driver serveren.
wire-not-joined = Denne telefonen hører ikke til noe program ennå.
    .what-to-do = Åpne invitasjonen fra koordinatoren. Alt du registrerer til da, blir på telefonen.
wire-already-joined = Denne telefonen hører allerede til et annet program.
    .what-to-do = Bruk en annen telefon, eller forlat det programmet først.
wire-already-member = Denne telefonen hører allerede til dette programmet.
    .what-to-do = Lenken er ikke brukt: åpne den på en annen telefon.
wire-server-key-changed = Serveren svarer med en annen nøkkel enn da du ble med.
    .what-to-do = Ingenting er tapt. Be koordinatoren om en ny lenke.
    .what-to-do-coordinator = Ingenting er tapt. Be den som driver serveren om en ny lenke.
wire-syncing = Telefonen sender allerede.
    .what-to-do = Vent litt. Du trenger ikke gjøre noe annet.
wire-cancelled = Sendingen ble stoppet.
    .what-to-do = Send igjen når du vil. Det som var kommet fram, blir der.
wire-unknown = Serveren tok ikke imot dette. Denne appen kjenner ikke grunnen.
    .what-to-do = Oppdater appen og send på nytt. Alt du har registrert, er fortsatt på denne telefonen.
