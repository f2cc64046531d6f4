### Words for what is recorded: codes, lists, kinds, fields, states. Short, as on a button.
### Keys are made from the names in documents, with - for _.

## Kind of visit (fixed)

code-kind-street = In the street
code-kind-home = At home
code-kind-phone = By phone
code-kind-service = At a public service
code-kind-cafe = At a café

## How contact arose

code-arose-by-chance = We met by chance
code-arose-she-came = She came to me
code-arose-agreed = We had agreed to meet
code-arose-neighbour = Through a neighbour
code-arose-school = Through the school
code-arose-referred = A service sent her

## Topics

code-topics-family = Family
code-topics-children = Children
code-topics-kindergarten = Kindergarten
code-topics-school = School
code-topics-education = Education
code-topics-language-course = Language course
code-topics-work = Work
code-topics-health = Health
code-topics-housing = Housing
code-topics-economy = Money
code-topics-leisure = Free time
code-topics-municipal-services = The municipality's services
code-topics-civic-information = How society works

## Help

code-help-conversation = We talked
code-help-information = Gave information
code-help-letter-translated = Translated a letter
code-help-form = Helped with a form
code-help-came-along = Came along
code-help-referred = Showed her where to turn
code-help-phone-call = Made a phone call

## With whom one came along, or to whom one referred

code-with-municipality = The municipality
code-with-district-office = The district office
code-with-school = The school
code-with-kindergarten = The kindergarten
code-with-social-services = Social services
code-with-employment-service = The employment service
code-with-health-centre = The health centre
code-with-other = Somebody else

## Place

code-place-bus = On the bus
code-place-library = Library
code-place-employment-service = Employment service
code-place-playground = Playground
code-place-home = At home
code-place-laundry = Laundry room
code-place-shop = Shop
code-place-health-centre = Health centre
code-place-school = School
code-place-cafe = Café
code-place-phone = Phone
code-place-near-home = Near home
code-place-other = Another place

## Next step, and what a follow-up is about

code-next-step-call-health-centre = Call the health centre
code-next-step-employment-service = Meet the employment service
code-next-step-language-course = Start a language course
code-next-step-studies = Studies
code-next-step-work = Work
code-next-step-kindergarten-place = Apply for a place in kindergarten
code-next-step-school-meeting = Meeting at the school
code-next-step-come-to-cafe = Come to the café
code-next-step-get-back-to-her = Get back to her
code-next-step-other = Something else

## Outcome of a follow-up

code-outcome-done = Done
code-outcome-not-needed = No longer needed
code-outcome-could-not-reach = Could not reach her
code-outcome-passed-on = Passed on to somebody else

## Lists

list-kind = Kind of visit
list-arose = How you came into contact
list-topics = What you talked about
list-help = What help she got
list-with = With whom
list-place = Place
list-next-step = Next step
list-outcome = How it ended

## Kinds of record

kind-programme = Programme
    .plural = Programmes
kind-code = Choice in a list
    .plural = Choices in lists
kind-person = Person
    .plural = People
kind-visit = Visit
    .plural = Visits
kind-note = Note
    .plural = Notes
kind-contact = Contact
    .plural = Contacts
kind-follow-up = Follow-up
    .plural = Follow-ups

## Fields that every record has

field-any-id = Id
field-any-record = Kind of record
field-any-author = Recorded by
field-any-recorded-at = Recorded
field-any-receipt = Has come
field-any-seen = Seen by
field-any-deleting = Being deleted
field-any-disagreements = Different answers
field-any-state = State

## Fields of each kind

field-programme-name = Name
field-programme-country = Country
field-programme-time-zone = Time zone
field-programme-languages = Languages
field-programme-districts = Districts
field-programme-district-names = What districts are called now
field-programme-note-days = Days that notes are kept

field-code-list = List
field-code-code = Code
field-code-labels = Names in each language
field-code-order = Place in the list
field-code-on = In use

field-person-name = Name
field-person-languages = Languages she speaks
field-person-role = Role
field-person-districts = Districts
field-person-revoked-at = No longer belongs since

field-visit-happened-at = When
field-visit-kind = Kind of visit
field-visit-district = District
field-visit-place = Place
field-visit-arose = How you came into contact
field-visit-languages = Languages you used
field-visit-topics = What you talked about
field-visit-help = What help she got
field-visit-with = With whom
field-visit-reached = How many people
field-visit-reached-estimated = About so many people
field-visit-minutes = How many minutes
field-visit-minutes-estimated = About so many minutes
field-visit-contact = Contact
field-visit-next-step = Next step
field-visit-state = State

field-note-on = Note on
field-note-text = Text

field-contact-handle = What you call her
field-contact-languages = Languages
field-contact-district = District
field-contact-needs = What she needs

field-follow-up-about = Follow-up on
field-follow-up-what = What to do
field-follow-up-due = To be done by
field-follow-up-state = State
field-follow-up-outcome = How it ended
field-follow-up-given-to = Given to
field-follow-up-open-to = Open to all in
field-follow-up-handle = About whom
field-follow-up-district = District
field-follow-up-closed-by = Closed by
field-follow-up-closed-at = Closed

## States, roles, receipts

state-draft = Draft
state-done = Done
state-withdrawn = Taken back
state-open = Open
state-closed = Closed

role-volunteer = Volunteer
role-coordinator = Coordinator

receipt-device = Saved on this phone
receipt-server = On the server
receipt-seen = Seen by a coordinator

## Values

value-yes = Yes
value-no = No
value-not-known = Not known
value-none = Nothing
value-about = about { $count }
value-you = You
value-somebody = a former volunteer
value-people = { $count ->
    [one] { $count } person
   *[other] { $count } people
}
value-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
value-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}

## Days

date-today = Today
date-yesterday = Yesterday
