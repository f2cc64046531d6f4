### Importing a programme's own log.

import-understood = This is how the file was understood:
import-rows = { $count ->
    [one] { $count } row
   *[other] { $count } rows
}
import-column = “{ $column }” becomes “{ $field }”.
import-column-unused = “{ $column }” is not used.
import-author = Recorded by: { $name }
import-dry-run = This was only a try. Nothing was written.
import-confirm = Import this? (y/n)
import-yes = y
import-cancelled = Nothing was imported.

import-imported = { $count ->
    [0] Nothing new was imported.
    [one] { $count } visit was imported.
   *[other] { $count } visits were imported.
}
import-would-import = { $count ->
    [0] Nothing new would be imported.
    [one] { $count } visit would be imported.
   *[other] { $count } visits would be imported.
}
import-already-there = { $count ->
    [0] None was already there.
    [one] { $count } row was already there.
   *[other] { $count } rows were already there.
}
import-rejected = { $count ->
    [0] No row was rejected.
    [one] { $count } row was rejected.
   *[other] { $count } rows were rejected.
}
import-rejected-file = Each rejected row is in { $file }, with its line and why.
import-new-words = { $count ->
    [one] { $count } word has no code. It was kept in the visit's note:
   *[other] { $count } words have no code. They were kept in the visits' notes:
}
import-new-word = “{ $word }” in “{ $field }”, { $count ->
    [one] { $count } time
   *[other] { $count } times
}

## Why a row was rejected

import-reason-wrong-cells = The row has { $found ->
    [one] { $found } cell
   *[other] { $found } cells
}. It should have { $expected }.
import-reason-missing-date = The row has no date.
import-reason-impossible-date = There is no such date.
import-reason-relative-date = The date does not say which day (“yesterday”, “last week”).
import-reason-future-date = The date has not come yet.
import-reason-impossible-time = There is no such time of day.
import-reason-ambiguous-time = The clocks showed that time twice on that day: they were put back.
import-reason-impossible-number = “{ $column }” is not a possible number.
import-reason-unknown-district = The programme has no such district.
import-reason-too-long = “{ $column }” is too long.
import-reason-invalid = “{ $column }” could not be understood.
import-reason-repeated = The row says the same as a row before it. If these were two conversations, --repeated takes it too.

## The heading of the file of rejected rows

import-rejected-line = Line
import-rejected-reason = Why
import-rejected-code = Code

## The mapping

import-mapping-unreadable = The mapping could not be read: { $detail }
import-no-header = No row of the file has all headers that the mapping looks for. The separator was read as { $separator }, the headers as: { $found }. The mapping looks for: { $wanted }.
import-tab = tab
import-column-twice = Two columns of the file are named “{ $column }”.
import-file-empty = The file { $file } has no rows.
