#!/usr/bin/env python3
"""A client in another language, written from PROTOCOL.md alone, played against the real server and a real phone.

Each function below that begins with `scene_` is one test; they play one after the other in one town. Prints
"N passed, N failed", and each failure; exits 1 where there is one. The packages are those of
core/protocol/vectors/requirements.txt; FOOTBRIDGE_BIN_DIR names the folder of the binaries.

    VENV/bin/python tests/python_client/play.py
"""

import hashlib
import json
import os
import pathlib
import sys
import tempfile
import traceback

import automerge
import protocol
from device import ACCEPTED, CHANGE, DUPLICATE, Device
from processes import Phone, town
from protocol import Refused, decode, encode, hyphenated

NOT_FOUND, FORBIDDEN, MISSING, FORKED, STALE, CHANGED, COUNTER_USED = 13, 14, 15, 16, 17, 20, 21
MALFORMED, UNKNOWN_KIND, UNKNOWN_FIELD, ERASED = 2, 19, 26, 28
GIVE, CLOSE, REOPEN, ATTRIBUTE, ERASE, ROLE, REVOKE, REINSTATE, INVITE, SEEN = range(10)
VISIT = {"happened_at": "2026-03-02T10:00:00+01:00", "kind": "street", "district": "Dalhem", "state": "done"}


def expect(is_so, what):
    if not is_so:
        raise AssertionError(what)


def expect_same(is_, should):
    expect(is_ == should, f"{is_!r:.2000} is not {should!r:.2000}")


def refusal(call):
    try:
        call()
    except Refused as refused:
        return refused.name
    raise AssertionError("it was not refused")


class Scenes:
    """What the scenes share: Amina and Kari with clients in Python, Amina's and Kari's phones."""

    def __init__(self, server, folder):
        self.server, self.folder = server, folder
        self.amina = Device(server.invitation("volunteer", "Amina", "Dalhem"))
        self.kari = Device(server.invitation("coordinator", "Kari"))

    def scene_a_change_of_the_vectors_is_read_and_written_again(self):
        folder = pathlib.Path(__file__).parents[2] / "core/protocol/vectors"
        data = bytes.fromhex("".join((folder / "change.hex").read_text().split()))
        twin = json.loads((folder / "change.json").read_text(encoding="utf-8"))
        [(_, contents, hash_)] = automerge.read_chunks(data)
        expect_same(hash_.hex(), twin["hash"])
        expect_same(automerge.write_change(automerge.read_change(contents, hash_, 1000)), data)
        expect_same(automerge.Document(data).projection(), twin["projection"])

    def scene_a_device_joins_and_may_join_again(self):
        for device, role in ((self.amina, "volunteer"), (self.kari, "coordinator")):
            joined = device.join()
            expect_same(joined[2], role)
            expect_same(device.join(), joined)
        other = Device(self.server.invitation("volunteer", "Leila"))
        other.token = self.amina.token
        expect_same(refusal(other.join), "invitation_used")

    def scene_a_session_is_opened_and_tells_the_scopes(self):
        scopes = self.amina.open_session()[6]
        person = hyphenated(self.amina.person)
        expect_same(set(scopes), {"programme", f"person/{person}", f"drafts/{person}", "district/Dalhem"})
        expect("coordinators" in self.kari.open_session()[6], "a coordinator has her scope")

    def scene_a_visit_and_a_note_are_taken_once(self):
        item, self.visit, document = self.amina.create("visit", VISIT | {"topics": ["housing", "health"], "reached": 2})
        note, self.note, _ = self.amina.create("note", {"on": hyphenated(self.visit), "text": "Hon söker kurs."})
        expect_same(self.amina.push(item, note), [ACCEPTED, ACCEPTED])
        expect_same(self.amina.push(item, note), [DUPLICATE, DUPLICATE])
        self.document = document

    def scene_the_same_bytes_have_the_same_answers_and_a_counter_is_used_once(self):
        sealed = self.amina.seal([self.amina.create("visit", VISIT)[0]])
        expect_same(self.amina.push_sealed([sealed]), self.amina.push_sealed([sealed]))
        self.amina.counter -= 1
        [answer] = self.amina.push_sealed([self.amina.seal([])])
        expect_same(answer[1], COUNTER_USED)

    def scene_an_edit_stands_on_what_was_written(self):
        edit = self.amina.edit(self.visit, {"topics": ["health", "work"], "reached": None}, self.document)
        expect_same(self.amina.push(edit), [ACCEPTED])

    def scene_what_is_pulled_is_what_was_pushed(self):
        self.amina.sync()
        record = self.amina.records[self.visit]
        fields = record.projection["fields"]
        expect_same(fields, VISIT | {"topics": ["health", "work"]})
        expect_same(record.facts["author"], hyphenated(self.amina.person))
        expect_same(automerge.Document(record.data).heads, self.document.heads)
        expect_same(self.amina.actors[self.amina.actor], self.amina.person)
        kinds = {record.kind for record in self.amina.records.values()}
        expect_same(kinds, {"programme", "code", "person", "visit", "note"})

    def scene_a_pull_goes_on_where_it_ended(self):
        frames = self.amina.pull()
        expect_same(sum(len(frame[2]) for frame in frames), 0)
        item, visit, _ = self.amina.create("visit", VISIT)
        self.amina.push(item)
        came = [item[0] for frame in self.amina.pull() for item in frame[2]]
        expect_same(came, [visit])

    def scene_a_small_first_frame_is_followed_by_others(self):
        other = Device(self.server.invitation("volunteer", "Leila"))
        other.join()
        other.open_session()
        frames = other.pull(["programme"], first_frame_bytes=8192)
        expect(len(frames) > 1 and not frames[0][3] and frames[0][4] > 0, "the first frame is not the last")
        expect_same([frame[4] for frame in frames], sorted((frame[4] for frame in frames), reverse=True))

    def scene_digests_are_those_of_what_was_served(self):
        self.amina.sync()
        for scope in self.amina.session[6]:
            if not scope.startswith("drafts/"):
                expect_same(self.amina.ask_digests(scope), self.amina.digests(scope))

    def scene_single_records_are_asked_for(self):
        answer = self.amina.documents(self.visit, protocol.new_id())
        [item] = answer[0]
        expect_same((item[0], item[3]), (self.visit, self.amina.records[self.visit].data))
        expect_same(answer[2], [])

    def scene_codes_have_ids_that_follow_from_their_names(self):
        codes = [(id_, record) for id_, record in self.amina.records.items() if record.kind == "code"]
        for id_, record in codes:
            fields = record.projection["fields"]
            named = [b"code", fields["list"].encode(), fields["code"].encode()]
            expect_same(id_, protocol.derived_id(self.amina.programme, *named))
        expect(len(codes) > 50, "the starter lists are there")

    def scene_a_phone_shows_what_python_recorded(self):
        self.phone = Phone(self.folder, self.server.invitation("coordinator", "Siri"))
        self.phone.sync()
        shown = self.phone.ask("show", hyphenated(self.visit))
        expect_same((shown["topics"], shown["district"]), (["health", "work"], "Dalhem"))
        self.phone.ask("edit", hyphenated(self.visit), given={"minutes": 20, "topics": ["family"]})
        self.phone.sync()
        self.amina.sync()
        fields = self.amina.records[self.visit].projection["fields"]
        expect_same((fields["minutes"], fields["topics"]), (20, ["family"]))

    def scene_two_answers_are_a_disagreement_until_one_is_chosen(self):
        self.kari.sync()
        mine = self.amina.edit(self.visit, {"minutes": 15, "place": "library"})
        hers = self.kari.edit(self.visit, {"minutes": 30, "place": "library"})
        expect_same(self.amina.push(mine) + self.kari.push(hers), [ACCEPTED, ACCEPTED])
        self.amina.sync()
        record = self.amina.records[self.visit]
        expect_same(record.projection["disagreements"], ["minutes"])
        expect_same(set(automerge.Document(record.data).answers("minutes")), {15, 30})
        expect_same(self.amina.push(self.amina.edit(self.visit, {"minutes": 25})), [ACCEPTED])
        self.amina.sync()
        projection = self.amina.records[self.visit].projection
        expect_same((projection["fields"]["minutes"], "disagreements" in projection), (25, False))

    def scene_a_draft_goes_from_hand_to_hand_and_is_done(self):
        body = {"kind": "visit", "schema": 1, "recorded_at": protocol.milliseconds(), "fields": {"kind": "home"}}
        id_ = protocol.new_id()
        first = self.amina.draft(id_, "visit", json.dumps(body))
        expect_same(self.amina.push(first), [ACCEPTED])
        expect_same(self.amina.push(first), [DUPLICATE])
        body["fields"]["district"] = "Dalhem"
        second = self.amina.draft(id_, "visit", json.dumps(body), base=first[3])
        lost = self.amina.draft(id_, "visit", json.dumps(body), base=os.urandom(8))
        expect_same(self.amina.push(second, lost), [ACCEPTED, CHANGED])
        self.amina.sync()
        expect_same(json.loads(self.amina.drafts[id_]["body"]), body)
        expect(id_ not in self.kari.records, "a draft is its author's alone")
        done = self.amina.create("visit", VISIT | {"kind": "home"}, drafts=[first[3], second[3]], id_=id_)[0]
        expect_same(self.amina.push(done), [ACCEPTED])
        self.amina.sync()
        expect(id_ in self.amina.records and id_ not in self.amina.drafts, "the draft is a visit")

    def scene_commands_give_close_and_open(self):
        item, id_, _ = self.amina.create("follow_up", {"about": hyphenated(self.visit), "what": "studies"})
        give = self.amina.command(id_, GIVE, k2="Dalhem")
        expect_same(self.amina.push(item, give, give), [ACCEPTED, ACCEPTED, DUPLICATE])
        close = self.kari.command(id_, CLOSE, k3="done")
        again = self.kari.command(id_, CLOSE, k3="done")
        strange = self.kari.command(id_, REOPEN, k3="done")
        expect_same(self.kari.push(close, again, strange), [ACCEPTED, CHANGED, UNKNOWN_FIELD])
        self.kari.sync()
        facts = self.kari.records[id_].facts
        expect_same((facts["state"], facts["outcome"], facts["district"]), ("closed", "done", "Dalhem"))
        expect_same(facts["closed_by"], hyphenated(self.kari.person))

    def scene_a_coordinator_has_seen_it(self):
        self.kari.sync()
        heads = sorted(automerge.Document(self.kari.records[self.visit].data).heads)
        expect_same(self.kari.push(self.kari.command(self.visit, SEEN, k11=heads)), [ACCEPTED])
        self.amina.sync()
        seen = self.amina.records[self.visit].facts["seen"]
        expect(hyphenated(self.kari.person) in [by["by"] for by in seen], "Kari has seen it")

    def scene_an_invitation_is_made_by_a_device(self):
        secret, person = os.urandom(32), protocol.new_id()
        invite = self.kari.command(
            person,
            INVITE,
            k4="volunteer",
            k5=["Dalhem"],
            k8=hashlib.sha256(secret).digest(),
            k9="Hodan",
            k10=protocol.milliseconds() + 3_600_000,
        )
        expect_same(self.kari.push(invite), [ACCEPTED])
        hodan = Device(self.server.invitation("volunteer", "Nobody"))
        hodan.token = secret
        expect_same(hodan.join()[1], person)

    def scene_a_renewal_takes_earlier_wording_back(self):
        item, id_, _ = self.amina.create("contact", {"handle": "Fatima Hassan", "needs": ["health"]})
        self.amina.push(item)
        self.amina.sync()
        late = self.amina.edit(id_, {"handle": "Fatima H."})
        renewal = self.amina.renewal(id_, {"handle": "blue scarf", "needs": ["health"]})
        expect_same(self.amina.push(renewal, renewal, late), [ACCEPTED, DUPLICATE, STALE])
        self.amina.sync()
        record = self.amina.records[id_]
        expect_same((record.generation, record.projection["fields"]["handle"]), (1, "blue scarf"))
        expect(b"Fatima" not in record.data, "the wording of before is gone")

    def scene_erased_is_erased(self):
        expect_same(self.kari.push(self.kari.command(self.note, ERASE)), [ACCEPTED])
        self.amina.sync()
        expect(self.note in self.amina.erased, "the note is erased")
        again = self.amina.create("note", {"on": hyphenated(self.visit), "text": "?"}, id_=self.note)[0]
        expect_same(self.amina.push(again), [ERASED])

    def scene_what_is_no_right_or_no_form_is_refused_and_costs_only_itself(self):
        leila = Device(self.server.invitation("volunteer", "Leila", "Fredriksdal"))
        leila.join()
        leila.open_session()
        hers = {0: CHANGE, 1: self.visit, 2: "visit", 3: 0, 4: leila.create("visit", VISIT)[0][4]}
        expect_same(leila.push(hers), [NOT_FOUND])
        unknown_kind = leila.create("shoe", {"size": 38})[0]
        good = leila.create("visit", VISIT)[0]
        codes = leila.push({0: 9}, {0: CHANGE}, unknown_kind, good)
        expect_same(codes, [UNKNOWN_KIND, MALFORMED, UNKNOWN_KIND, ACCEPTED])
        expect_same(leila.push(leila.command(leila.person, ROLE, k4="coordinator", k5=[])), [FORBIDDEN])

    def scene_a_field_of_a_later_version_is_kept(self):
        item, id_, _ = self.amina.create("visit", VISIT | {"shoe_size": 38})
        expect_same(self.amina.push(item), [ACCEPTED])
        self.amina.sync()
        expect_same(self.amina.records[id_].projection["fields"]["shoe_size"], 38)

    def scene_a_record_of_many_changes_comes_as_a_save_and_is_edited_on(self):
        item, id_, document = self.amina.create("visit", VISIT | {"topics": ["health"], "minutes": 0})
        edits = [{"minutes": number, "topics": ["work", "family"][: number % 3]} for number in range(1, 60)]
        items = [item] + [self.amina.edit(id_, edit, document) for edit in edits]
        expect_same(set(self.amina.push(*items)), {ACCEPTED})
        self.amina.sync()
        record = self.amina.records[id_]
        expect_same(record.data[8], automerge.SAVE)
        expect_same(record.projection["fields"], VISIT | {"minutes": 59, "topics": ["family", "work"]})
        expect_same(automerge.Document(record.data).heads, document.heads)
        expect_same(self.amina.push(self.amina.edit(id_, {"minutes": 60, "topics": []})), [ACCEPTED])
        self.amina.sync()
        expect_same(self.amina.records[id_].projection["fields"], VISIT | {"minutes": 60})

    def scene_labels_of_a_code_are_a_map(self):
        named = [b"code", b"topics", b"sewing"]
        id_ = protocol.derived_id(self.kari.programme, *named)
        code = {"list": "topics", "code": "sewing", "labels": {"sv": "Sömnad"}, "order": 1000, "on": True}
        item, _, document = self.kari.create("code", code, id_=id_)
        other = self.kari.create("code", code)[0]
        expect_same(self.kari.push(item, other), [ACCEPTED, MALFORMED])
        self.kari.sync()
        siri = Device(self.server.invitation("coordinator", "Siri again"))
        siri.join()
        siri.sync()
        hers, mine = siri.edit(id_, {"labels": {"sv": "Att sy"}}), self.kari.edit(id_, {"labels": {"sv": "Syslöjd"}})
        expect_same(siri.push(hers) + self.kari.push(mine), [ACCEPTED, ACCEPTED])
        self.kari.sync()
        projection = self.kari.records[id_].projection
        expect_same(projection["disagreements"], ["labels/sv"])
        expect(projection["fields"]["labels"]["sv"] in ("Att sy", "Syslöjd"), "one of the two stands")

    def scene_a_value_of_another_shape_is_refused(self):
        id_ = hyphenated(self.visit)
        odd = [{"minutes": 1441}, {"minutes": "5"}, {"place": 5}, {"happened_at": "9999-12-31"}, {"topics": "work"}]
        items = [self.amina.create("visit", VISIT | fields)[0] for fields in odd]
        items.append(self.amina.create("note", {"on": id_, "text": "x" * 10_001})[0])
        expect_same(self.amina.push(*items), [UNKNOWN_FIELD] * 6)

    def scene_a_draft_of_another_form_is_refused(self):
        body = {"kind": "visit", "schema": 1, "recorded_at": 0, "fields": {"minutes": 5}}
        odd = [{"minutes": 5}, body | {"kind": "note"}, body | {"fields": {"minutes": 1.5}}]
        odd = [json.dumps(body) for body in odd] + ['{"kind":"visit","schema":1,"recorded_at":0,"fields":{"a":1e999}}']
        items = [self.amina.draft(protocol.new_id(), "visit", body) for body in odd]
        expect_same(self.amina.push(*items), [MALFORMED] * 4)

    def scene_drafts_have_no_digests(self):
        drafts = f"drafts/{hyphenated(self.amina.person)}"
        expect_same(self.amina.ask_digests(drafts), {})
        expect(all(8 not in frame for frame in self.amina.pull([drafts])), "a frame of drafts has no digest")

    def scene_no_message_has_a_floating_point_number(self):
        hello = encode({0: bytes(16), 1: [1], 9: 1.5})
        expect_same(refusal(lambda: self.amina.connection.post("/v1/hello", hello, protocol.CBOR)), "malformed")

    def scene_an_actor_writes_each_number_once(self):
        item, id_, document = self.amina.create("visit", VISIT)
        expect_same(self.amina.push(item), [ACCEPTED])
        fork = automerge.Document(item[4]).write(self.amina.actor, 0, [("place", "bus")])
        good = document.write(self.amina.actor, 0, [("place", "home")])
        ahead = document.write(self.amina.actor, 0, [("minutes", 5)])
        items = [{0: CHANGE, 1: id_, 2: "visit", 3: 0, 4: change} for change in (ahead, good, fork)]
        expect_same(self.amina.push(*items), [MISSING, ACCEPTED, FORKED])

    def scene_news_come_as_events(self):
        self.kari.sync()
        events = self.kari.connection.request("GET", "/v1/events", token=self.kari.session[0])
        expect_same(events.headers.get_content_type(), "text/event-stream")
        self.amina.push(self.amina.create("visit", VISIT)[0])
        lines = iter(lambda: events.readline().decode("utf-8").strip(), None)
        expect(next(line for line in lines if line.startswith("event:")).split(":")[1].strip() == "news", "news")

    def scene_requests_without_a_right_are_told_so(self):
        self.amina.open_session()
        expect_same(refusal(lambda: self.amina.pull(["coordinators"])), "not_found")
        self.amina.session[0] = bytes(32)
        expect_same(refusal(self.amina.pull), "expired_session")
        strange = encode({0: bytes(16), 1: [99]})
        hello = lambda: self.amina.connection.post("/v1/hello", strange, protocol.CBOR)
        expect_same(refusal(hello), "unsupported_version")

    def scene_a_revoked_device_is_told_by_its_server(self):
        self.amina.open_session()
        expect_same(self.kari.push(self.kari.command(self.amina.person, REVOKE, k7=False)), [ACCEPTED])
        try:
            self.amina.open_session()
        except Refused as refused:
            notice = protocol.open_signed("revocation", refused.notice, self.amina.identity)
            expect_same((refused.name, notice[0], notice[3]), ("revoked", self.amina.id, False))
            return
        raise AssertionError("a session was opened")


def scenes():
    return [name for name in vars(Scenes) if name.startswith("scene_")]


def main():
    passed, failed = 0, 0
    with town() as (server, folder):
        stage = Scenes(server, folder)
        for name in scenes():
            try:
                getattr(stage, name)()
                passed += 1
            except Exception:  # every kind of failure is one scene that failed
                failed += 1
                print(f"{name}:\n{traceback.format_exc()}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or passed != len(scenes()) else 0


if __name__ == "__main__":
    sys.exit(main())
