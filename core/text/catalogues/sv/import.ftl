### Att hämta in ett programs egen logg.

import-understood = Så här förstods filen:
import-rows = { $count ->
    [one] { $count } rad
   *[other] { $count } rader
}
import-column = ”{ $column }” blir ”{ $field }”.
import-column-unused = ”{ $column }” används inte.
import-author = Registrerat av: { $name }
import-dry-run = Det här var bara ett prov. Inget skrevs.
import-confirm = Vill du hämta in det här? (j/n)
import-yes = j
import-cancelled = Inget hämtades in.

import-imported = { $count ->
    [0] Inget nytt hämtades in.
    [one] { $count } samtal hämtades in.
   *[other] { $count } samtal hämtades in.
}
import-would-import = { $count ->
    [0] Inget nytt skulle hämtas in.
    [one] { $count } samtal skulle hämtas in.
   *[other] { $count } samtal skulle hämtas in.
}
import-already-there = { $count ->
    [0] Inget fanns där redan.
    [one] { $count } rad fanns där redan.
   *[other] { $count } rader fanns där redan.
}
import-rejected = { $count ->
    [0] Ingen rad avvisades.
    [one] { $count } rad avvisades.
   *[other] { $count } rader avvisades.
}
import-rejected-file = Varje rad som avvisades står i { $file }, med rad och orsak.
import-new-words = { $count ->
    [one] { $count } ord har ingen kod. Det står i samtalets anteckning:
   *[other] { $count } ord har ingen kod. De står i samtalens anteckningar:
}
import-new-word = ”{ $word }” i ”{ $field }”, { $count ->
    [one] { $count } gång
   *[other] { $count } gånger
}

## Varför en rad avvisades

import-reason-wrong-cells = Raden har { $found ->
    [one] { $found } cell
   *[other] { $found } celler
}. Den ska ha { $expected }.
import-reason-missing-date = Raden har inget datum.
import-reason-impossible-date = Datumet finns inte.
import-reason-relative-date = Datumet säger inte vilken dag (”i går”, ”förra veckan”).
import-reason-future-date = Datumet har inte kommit än.
import-reason-impossible-time = Klockslaget finns inte.
import-reason-ambiguous-time = Klockslaget finns två gånger den dagen: klockan ställdes tillbaka.
import-reason-impossible-number = ”{ $column }” är inte ett möjligt tal.
import-reason-unknown-district = Programmet har ingen sådan stadsdel.
import-reason-too-long = ”{ $column }” är för lång.
import-reason-invalid = ”{ $column }” kunde inte förstås.
import-reason-repeated = Raden säger samma sak som en rad före den. Var det två samtal? Då hämtas den in med --repeated.

## Rubriken i filen med avvisade rader

import-rejected-line = Rad
import-rejected-reason = Orsak
import-rejected-code = Kod

## Mallen

import-mapping-unreadable = Mallen kunde inte läsas: { $detail }
import-no-header = Ingen rad i filen har alla rubriker som mallen söker. Avgränsaren lästes som { $separator }, rubrikerna som: { $found }. Mallen söker: { $wanted }.
import-tab = tabb
import-column-twice = Två kolumner i filen heter ”{ $column }”.
import-file-empty = Filen { $file } har inga rader.
