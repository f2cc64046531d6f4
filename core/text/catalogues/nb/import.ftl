### Å hente inn et programs egen logg.

import-understood = Slik ble filen forstått:
import-rows = { $count ->
    [one] { $count } rad
   *[other] { $count } rader
}
import-column = «{ $column }» blir «{ $field }».
import-column-unused = «{ $column }» blir ikke brukt.
import-author = Registrert av: { $name }
import-dry-run = Dette var bare en prøve. Ingenting ble skrevet.
import-confirm = Vil du hente inn dette? (j/n)
import-yes = j
import-cancelled = Ingenting ble hentet inn.

import-imported = { $count ->
    [0] Ikke noe nytt ble hentet inn.
    [one] { $count } samtale ble hentet inn.
   *[other] { $count } samtaler ble hentet inn.
}
import-would-import = { $count ->
    [0] Ikke noe nytt ville bli hentet inn.
    [one] { $count } samtale ville bli hentet inn.
   *[other] { $count } samtaler ville bli hentet inn.
}
import-already-there = { $count ->
    [0] Ingen var der fra før.
    [one] { $count } rad var der fra før.
   *[other] { $count } rader var der fra før.
}
import-rejected = { $count ->
    [0] Ingen rad ble avvist.
    [one] { $count } rad ble avvist.
   *[other] { $count } rader ble avvist.
}
import-rejected-file = Hver rad som ble avvist, står i { $file }, med linje og grunn.
import-new-words = { $count ->
    [one] { $count } ord har ingen kode. Det står i notatet til samtalen:
   *[other] { $count } ord har ingen kode. De står i notatene til samtalene:
}
import-new-word = «{ $word }» i «{ $field }», { $count ->
    [one] { $count } gang
   *[other] { $count } ganger
}

## Hvorfor en rad ble avvist

import-reason-wrong-cells = Raden har { $found ->
    [one] { $found } celle
   *[other] { $found } celler
}. Den skal ha { $expected }.
import-reason-missing-date = Raden har ingen dato.
import-reason-impossible-date = Datoen finnes ikke.
import-reason-relative-date = Datoen sier ikke hvilken dag («i går», «forrige uke»).
import-reason-future-date = Datoen har ikke kommet ennå.
import-reason-impossible-time = Klokkeslettet finnes ikke.
import-reason-ambiguous-time = Klokkeslettet finnes to ganger den dagen: klokka ble stilt tilbake.
import-reason-impossible-number = «{ $column }» er ikke et mulig tall.
import-reason-unknown-district = Programmet har ingen slik bydel.
import-reason-too-long = «{ $column }» er for lang.
import-reason-invalid = «{ $column }» kunne ikke forstås.
import-reason-repeated = Raden sier det samme som en rad før den. Var det to samtaler? Da hentes den inn med --repeated.

## Overskriften i filen med avviste rader

import-rejected-line = Linje
import-rejected-reason = Grunn
import-rejected-code = Kode

## Oppsettet

import-mapping-unreadable = Oppsettet kunne ikke leses: { $detail }
import-no-header = Ingen rad i filen har alle overskriftene som malen leter etter. Skilletegnet ble lest som { $separator }, overskriftene som: { $found }. Malen leter etter: { $wanted }.
import-tab = tabulator
import-column-twice = To kolonner i filen heter «{ $column }».
import-file-empty = Filen { $file } har ingen rader.
