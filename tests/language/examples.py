"""The facts of Ada's stay as the language shows them: the examples that every foreign client starts from."""

ADMITTED = """
{"stay_id": "BEG-2026-0412", "told_at": "2026-11-23T16:21:07+01:00", "told_by": "ward-app", "site": "belgrade",
 "admitted_at": "2026-11-23T16:20:00+01:00",
 "profile": {
   "patient_ref": "P-7781", "wristband": "K7M4QX", "visit": "treatment",
   "arrives_on": "2026-11-23", "leaves_on": "2026-11-30",
   "arrival":   {"mode": "flight", "flight": "LH1406", "on": "2026-11-23", "place": "BEG", "at": "2026-11-23T13:40:00+01:00",
                 "assistance": "WCHC", "transfer": true},
   "departure": {"mode": "flight", "flight": "LH1407", "on": "2026-11-30", "place": "BEG", "at": "2026-11-30T14:30:00+01:00",
                 "assistance": "WCHC", "transfer": true},
   "mobility": "wheelchair-seated", "own_chair": {"powered": true, "kg": 140, "battery": "lithium"},
   "room_needs": ["roll-in-shower", "ceiling-hoist"],
   "languages": ["en"], "interpreter": true,
   "diet": {"style": "halal", "food": "7", "drinks": "0", "allergies_asked": true, "dislikes": ["mushrooms"],
            "allergies": {"peanuts": {"severity": "anaphylaxis", "status": "active"}}},
   "care": {"level": "T4", "dysreflexia_risk": true, "systolic_baseline": 95, "turns_every_minutes": 120,
            "anticoagulant": null},
   "companions": {"C-1": {"role": "family", "bed": true, "from": "2026-11-23", "until": "2026-11-30",
                          "diet": {"style": "regular"}}},
   "party": {"ref": "BEG-PARTY-3", "share_room": true}}}
"""
SCHEDULED = """
{"stay_id": "BEG-2026-0412", "procedure_id": "PR-1", "kind": "intrathecal-administration",
 "starts_at": "2026-11-25T09:00:00+01:00", "minutes": 50, "interpreter": true, "sedation": true,
 "fasting": {"solids_from": "2026-11-25T03:00:00+01:00", "clear_fluids_from": "2026-11-25T07:00:00+01:00"}}
"""
DONE = """
{"stay_id": "BEG-2026-0412", "procedure_id": "PR-1", "done_at": "2026-11-25T09:55:00+01:00",
 "diet_after": {"style": "light", "until": "2026-11-25T21:00:00+01:00"},
 "rest_until": "2026-11-25T13:55:00+01:00", "observe_every_minutes": 60, "observe_until": "2026-11-25T15:55:00+01:00",
 "mobility_after": "stretcher"}
"""
DISCHARGED = """
{"stay_id": "BEG-2026-0412", "discharged_at": "2026-11-30T10:20:00+01:00",
 "onward": {"mode": "flight", "flight": "LH1407", "on": "2026-11-30", "place": "BEG", "at": "2026-11-30T14:30:00+01:00",
            "assistance": "WCHC", "transfer": true},
 "home_care_weeks": 5, "check_up_after_months": 3}
"""
ARRIVAL_EXPECTED = """
{"stay_id": "BEG-2026-0412", "expected_at": "2026-11-23T19:40:00+01:00", "status": "delayed",
 "cause": "LH1406 estimated 17:40"}
"""
ROOM_ASSIGNED = """
{"stay_id": "BEG-2026-0412",
 "placements": [{"room": "204", "from": "2026-11-23T14:00:00+01:00", "to": "2026-11-30T11:00:00+01:00"}], "why": "…"}
"""
PATIENT_LEFT = """
{"stay_id": "BEG-2026-0412", "person": "patient", "left_at": "2026-11-30T11:05:00+01:00", "back_at": null}
"""
FLIGHT_STATUS = """
{"flight": "LH1406", "on": "2026-11-23", "estimated": "2026-11-23T17:40:00+01:00", "actual": null, "status": "delayed"}
"""
RESOURCE_STATUS = """
{"resource": "belgrade/vehicle/van-2", "out": {"O-1": {"from": "2026-11-23T08:00:00+01:00",
                                                       "to": "2026-11-23T18:00:00+01:00", "reason": "brakes"}}}
"""
