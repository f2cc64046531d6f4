# One story, played by Rust, Kotlin and Swift over the same real server. The verbs and the values are explained in
# README.md; a line that is none of them fails. `cargo xtask test story` plays it in all three.

# Three phones.
person Amina volunteer Dalhem
person Leila volunteer Närlunda
person Kari coordinator Dalhem

# In the street, without network.
record Amina scarf contact handle="blue scarf, library" district=Dalhem
record Amina visit visit kind=street district=Dalhem contact=@scarf minutes=10 topics=[work,health]
record Amina words note on=@visit text="Hon vill läsa svenska på kvällen."
record Amina promise follow_up about=@visit what=call_health_centre due=2026-03-09
record Amina later visit kind=phone district=Dalhem state=draft
unsent Amina 5
receipt Amina visit device
lists Amina visit visit later
refused invalid record Amina nowhere visit kind=moon
refused invalid record Amina nowhere visit minutes=20
refused invalid edit Amina visit minutes="many"
refused unsent leave Amina

# Back on wifi.
sync Amina
unsent Amina 0
receipt Amina visit server
sync Kari
shows Kari visit kind=street district=Dalhem contact=@scarf minutes=10 topics=[health,work] author=@Amina
shows Kari words text="Hon vill läsa svenska på kvällen." on=@visit
hides Kari later
sync Leila
hides Leila visit

# The draft is done.
done Amina later
sync Amina
sync Kari
shows Kari later kind=phone state=done
lists Kari visit visit later

# In any script, by the beginning of a word, without marks.
finds Kari "lasa kval" words
finds Kari "bla scarf"
finds Kari "blue" scarf

# Two people remember it differently.
edit Amina visit minutes=15
edit Kari visit minutes=20 topics=[health,housing,work]
sync Kari
sync Amina
answers Amina visit minutes 15 20
sync Kari
answers Kari visit minutes 15 20
settle Kari visit minutes=20
agrees Kari
sync Kari
sync Amina
agrees Amina
shows Amina visit minutes=20 topics=[health,housing,work]
said Amina visit minutes 10 15 20 20

# What came meanwhile is not written over.
sees Amina visit
edit Kari visit next_step=studies
sync Kari
sync Amina
refused changed edit Amina visit next_step=work
shows Amina visit next_step=studies
sees Amina visit
edit Amina visit next_step=nothing
sync Amina
sync Kari
shows Kari visit next_step=nothing

# The promise goes to another volunteer, who keeps it.
refused not_found give Leila promise @Leila
give Amina promise @Leila
sync Amina
sync Leila
due Leila promise
shows Leila promise given_to=@Leila handle="blue scarf, library" what=call_health_centre state=open
hides Leila visit
edit Leila promise state=closed outcome=done
due Leila
sync Leila
sync Kari
shows Kari promise state=closed outcome=done closed_by=@Leila
due Kari

# What was taken back stays readable; nobody takes back another's.
refused forbidden withdraw Kari visit
withdraw Amina later
sync Amina
sync Kari
shows Kari later state=withdrawn

# She changes her mind about it.
refused invalid restore Amina visit
restore Amina later
sync Amina
sync Kari
shows Kari later state=done

# A coordinator opens it, and its author learns that; what she says after that is unseen.
opens Kari later
unsent Kari 0
sync Kari
sync Amina
receipt Amina later seen
seenby Amina later Kari
edit Amina later minutes=5
receipt Amina later device
sync Amina
seenby Amina later

# Words that should not have been written are taken back with their history.
refused forbidden reword Kari words text="Hon vill läsa."
reword Amina words text="Hon vill läsa."
sync Amina
sync Kari
shows Kari words text="Hon vill läsa."
said Kari words text "Hon vill läsa."
finds Kari "svenska"

# Records are taken back: a draft at once, a note when the server has erased it, anything by a coordinator.
record Amina nothing_yet visit kind=home district=Dalhem state=draft
delete Amina nothing_yet
hides Amina nothing_yet
refused forbidden delete Amina later
delete Amina words
lists Amina note
sync Amina
sync Kari
hides Amina words
hides Kari words
record Kari mistaken note on=@later text="Fel kvinna."
sync Kari
delete Kari later
sync Kari
sync Amina
hides Amina later
hides Kari mistaken
takenback Amina 1
takenback Kari 0

# Somebody is invited from a tablet, loses her rights, and what she had not sent is handed over and taken in.
refused forbidden invite Amina Noor volunteer Dalhem
invite Kari Noor volunteer Dalhem
record Noor stairs visit kind=home district=Dalhem minutes=30
refused forbidden revoke Noor @Kari
revoke Kari @Noor
sync Kari
refused refused sync Noor
emptied Noor
hides Noor stairs
quarantined Kari stairs
takes Kari stairs
sync Kari
quarantined Kari
shows Kari stairs kind=home minutes=30 author=@Noor

# She leaves, and her phone is as new.
leave Amina
hides Amina visit
lists Amina visit
refused refused sync Amina
unsent Amina 0
