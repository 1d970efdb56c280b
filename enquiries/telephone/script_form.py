"""Editing the script: what we say in each part, and which questions are asked there, in which order."""

from django import forms

from enquiries.casework.forms import NoteField
from enquiries.models import CallScript
from enquiries.telephone.script import CONSENTS, KNOWN, MOST_OWN, OWN, questions_of
from hub.design.forms import DesignForm, Look


class ScriptForm(DesignForm):
    """One question is on, at a place, with a hint; each part may get one more question of its own."""

    mark_optional = False
    after = forms.IntegerField(widget=forms.HiddenInput)
    why = forms.CharField(
        label="What changed, and why",
        max_length=254,
        help_text="Your team reads this in the list of versions.",
        error_messages={"required": "Enter what changed"},
    )

    def __init__(self, data=None, *, script: CallScript):
        self.script = script
        self.offered = [_offered(script.parts, number) for number in range(len(script.parts))]
        self.looks: dict[str, Look] = {"why": Look(width="full")}
        super().__init__(data, initial={"after": script.version})
        for number, part in enumerate(script.parts):
            self.fields[f"title_{number}"] = forms.CharField(
                label="Title", max_length=100, initial=part["title"],
                error_messages={"required": "Enter a title for each part"},
            )  # fmt: skip
            self.fields[f"say_{number}"] = NoteField(
                label="What we say", initial=part["say"], required=False, widget=forms.Textarea(attrs={"rows": 6})
            )
            for place, question in enumerate(self.offered[number], start=1):
                self._add_question(question, place)
            self.fields[f"own_{number}"] = forms.CharField(
                label="One more question", max_length=200, required=False,
                help_text="What they answer is kept with the call.",
            )  # fmt: skip
        self.order_fields([name for name in self.fields if name != "why"] + ["why"])

    def _add_question(self, question: dict, place: int) -> None:
        name = question["name"]
        self.fields[f"on_{name}"] = forms.BooleanField(label=question["ask"], required=False, initial=question["on"])
        self.fields[f"place_{name}"] = forms.IntegerField(
            label=f"Place of “{question['ask']}”", min_value=1, max_value=99, initial=place,
            error_messages={"required": f"Enter the place of “{question['ask']}”, like 1"},
        )  # fmt: skip
        if name not in CONSENTS:  # what is read aloud is kept with the answer: nobody changes it in passing
            self.fields[f"hint_{name}"] = forms.CharField(
                label=f"Hint for “{question['ask']}”", max_length=400, required=False, initial=question["hint"]
            )
        self.looks[f"on_{name}"] = Look(small=True)
        self.looks[f"place_{name}"] = Look(width="2", hidden_label=True)
        self.looks[f"hint_{name}"] = Look(hidden_label=True, prefix="Hint")

    @property
    def sections(self) -> list[dict]:
        return [
            {
                "title": part["title"],
                "heading": self[f"title_{number}"],
                "say": self[f"say_{number}"],
                "own": self[f"own_{number}"],
                "questions": [
                    {
                        kind: self[f"{kind}_{question['name']}"]
                        for kind in ("on", "place", "hint")
                        if f"{kind}_{question['name']}" in self.fields
                    }
                    for question in self.offered[number]
                ],
            }
            for number, part in enumerate(self.script.parts)
        ]

    def clean(self):
        own = [question for question in questions_of(self.script.parts) if OWN.fullmatch(question["name"])]
        added = [name for name in self.cleaned_data if name.startswith("own_") and self.cleaned_data[name]]
        if len(own) + len(added) > MOST_OWN:
            self.add_error(None, f"A script has room for {MOST_OWN} questions of your own. Take one away first.")

    def parts(self) -> list[dict]:
        """The script as it is to be."""
        data, taken = self.cleaned_data, {question["name"] for question in questions_of(self.script.parts)}
        parts = []
        for number in range(len(self.script.parts)):
            chosen = [question for question in self.offered[number] if data[f"on_{question['name']}"]]
            chosen.sort(key=lambda question: data[f"place_{question['name']}"])
            questions = [
                {"name": q["name"], "ask": q["ask"], "hint": data.get(f"hint_{q['name']}", q["hint"])} for q in chosen
            ]
            if ask := data[f"own_{number}"]:
                name = next(f"own_{n}" for n in range(1, 1000) if f"own_{n}" not in taken)
                taken.add(name)
                questions.append({"name": name, "ask": ask, "hint": ""})
            say = data[f"say_{number}"].replace("\r\n", "\n")
            parts.append({"title": data[f"title_{number}"], "say": say, "questions": questions})
        return parts


def _offered(parts: list[dict], number: int) -> list[dict]:
    """The questions that a part asks, then those of the product that belong to it and nobody asks now."""
    asked = {question["name"] for question in questions_of(parts)}
    off: list[dict] = [question for name, (part, question) in KNOWN.items() if part == number and name not in asked]
    return [{**question, "on": True} for question in parts[number]["questions"]] + [
        {**question, "on": False} for question in off
    ]
