"""The try page's view of a turn: what the live path does with a question, told step by step.

Nothing is worked out here: `think`, `remember` and `say` are called as a turn calls them, and watched.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter

from assistant import handover
from assistant.decide import Calibration, fit_features, scope_features
from assistant.errors import UpstreamError
from assistant.privacy import find_contact, mask
from assistant.records import Decision, MaskedText, State, Ticket, Understanding
from assistant.remember import remember
from assistant.reply import Words, say
from assistant.text import has_words, readable
from assistant.think import Looked, think
from assistant.turn import Assistant
from assistant.understand import nearest, vote

_NO_NUMBER = "OC-000000"
"""Stands where a live turn would have made a ticket."""


@dataclass(frozen=True, slots=True)
class GateView:
    """One gate as it judged: its probability, the thresholds it is held against, and what each feature added to it."""

    name: str
    probability: float
    thresholds: tuple[tuple[str, float], ...]
    features: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """Everything about one question. `rasa` is None where Rasa is off or did not answer; `looked` where nothing was
    searched for."""

    masked: MaskedText
    kinds: tuple[str, ...]
    builtin: Understanding
    rasa: Understanding | None
    used: Understanding
    looked: Looked | None
    gates: tuple[GateView, ...]
    ranking: Mapping[str, float]
    decision: Decision
    state: State
    words: Words
    makes_ticket: bool
    took_ms: float


class Explainer:
    """Explains what the assistant would do with the first question of a conversation."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def explain(self, raw: str) -> Explained:
        """Do what a turn does with a text, and store nothing.

        Raises:
            BadInputError: there is no text, or too much of it.
        """
        parts = self._assistant.pinned()
        text = readable(raw)
        masked = mask(text)
        searches: list[Looked] = []
        began = perf_counter()
        state, decision, used = think(
            parts, State(), masked.text, find_contact(text) is not None, watch=searches.append
        )
        decision = handover.once(decision, None)
        state = remember(state, decision, parts.base)
        words = say(decision, state, parts.base, *_ticket(parts, decision, state, used))
        took_ms = (perf_counter() - began) * 1000
        looked = searches[-1] if searches else None
        calibration = parts.calibrations[looked.query.understanding.by if looked else used.by]
        vector = parts.encoder.encode([masked.text])[0]
        return Explained(
            masked=masked.text,
            kinds=masked.found,
            builtin=vote(nearest(parts.index, vector)),
            rasa=_led(parts, masked.text),
            used=used,
            looked=looked,
            gates=_gates(looked, calibration) if looked else (),
            ranking=calibration.ranking,
            decision=decision,
            state=state,
            words=words,
            makes_ticket=handover.makes_ticket(decision),
            took_ms=took_ms,
        )


def _led(parts: Assistant, text: MaskedText) -> Understanding | None:
    leading = parts.understander.leading
    if leading is None or not has_words(text):
        return None
    try:
        return leading.parse(text)
    except UpstreamError:
        return None


def _ticket(
    parts: Assistant, decision: Decision, state: State, understood: Understanding
) -> tuple[Ticket | None, datetime | None]:
    """Return the ticket that a turn would make, without a number, and when consultants are back if that is said."""
    now = datetime.now(UTC)
    reopens_at = parts.to_announce(state, decision, now)
    draft = handover.draft("", decision, state, understood, (), now, parts.ticket_hours)
    if draft is None:
        return None, reopens_at
    timed = parts.timed(draft, now)
    return Ticket(_NO_NUMBER, "", "open", timed.reason, timed.field, timed.sector, now, timed.due_at), reopens_at


def _gates(looked: Looked, calibration: Calibration) -> tuple[GateView, ...]:
    understood, hits, judged = looked.query.understanding, looked.hits, looked.judged
    scope = scope_features(understood, hits)
    fit = fit_features(understood, hits, judged.in_scope)
    return (
        GateView(
            "scope", judged.in_scope, (("scope_min", calibration.scope_min),), _added(scope, calibration.scope.weights)
        ),
        GateView(
            "fit",
            judged.right,
            (("answer_min", calibration.answer_min), ("ask_min", calibration.ask_min)),
            _added(fit, calibration.fit.weights),
        ),
    )


def _added(features: Mapping[str, float], weights: Mapping[str, float]) -> tuple[tuple[str, float, float], ...]:
    """Return each feature with its value and what it added to the gate's sum, the largest part first."""
    added = [(name, features.get(name, 0.0), weight * features.get(name, 0.0)) for name, weight in weights.items()]
    return tuple(sorted(added, key=lambda one: -abs(one[2])))
