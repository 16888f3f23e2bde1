from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cached_property
from string import Formatter
from typing import Any

import numpy as np
import pandas as pd

from accounts.models import User
from core.months import add_months
from practices import measures
from practices.importing import cells, identifiers
from practices.importing.desks import Landed, Staged, Taken, desk
from practices.importing.figures import landing, preview, rows, staging
from practices.importing.figures.completeness import reason_for_fewer, repeated_months, sizes, without_history
from practices.importing.figures.gather import Gathered, LongGatherer
from practices.importing.figures.grouping import Spread
from practices.importing.figures.oddities import (
    HISTORY_LENGTH,
    comings_and_goings,
    history_months,
    month_before,
    oddities,
    parts_above_whole,
)
from practices.importing.figures.versions import NUMBER_COLUMNS, compared, live_table
from practices.importing.figures.wide import WideGatherer
from practices.importing.formats.base import FigureFormat, Recognition, RefusedFile, Table
from practices.importing.issues import REFUSAL, WARNING, Fault, IssueLog, clean
from practices.models import Import, ImportFile, MeasureBreak, Organisation
from practices.scope import ccgs_of_regions, regions_in_scope

ALL_REGIONS = "all"
SAY_WHY = "Say why before it comes in."


class RawTable:
    """A table that remembers the last chunk as it stood, so that a refused row can be given back to be mended."""

    def __init__(self, table: Table) -> None:
        self.table, self.name = table, table.name
        self.chunk = pd.DataFrame()

    def head(self) -> Any:
        return self.table.head()

    def frames(self, found: Recognition) -> Iterator[pd.DataFrame]:
        for chunk in self.table.frames(found):
            self.chunk = chunk
            yield chunk.copy(deep=False)


@desk("figures")
class FiguresDesk:
    def __init__(self, brought_by: Import, issues: IssueLog) -> None:
        self.brought_by, self.issues = brought_by, issues
        self.regions = set(brought_by.regions or regions_in_scope())
        self.gatherer: LongGatherer | WideGatherer | None = None
        self.formats: list[FigureFormat] = []
        self.spread = Spread()

    def take(self, number: int, table: Table, found: Recognition) -> Taken:
        format_ = found.format
        if not isinstance(format_, FigureFormat):
            raise TypeError(f"{format_.key} is no format of figures")
        gatherer = self._gatherer_for(format_, table.name)
        taken = Taken()
        raw = RawTable(table)
        for chunk in format_.read(raw, found):
            taken.rows += len(chunk)
            chunk, faults = self._in_scope(chunk, format_, taken)
            if not len(chunk):
                continue
            worded = self._words_looked_at(number, chunk)
            if worded:
                chunk, raw.chunk = identifiers.scrubbed(chunk), identifiers.scrubbed(raw.chunk)
            faults = [*worded, *faults, *rows.identity_faults(chunk)]
            taken.months.update(filter(None, map(cells.month_of_end, cells.words_of(chunk["month"]))))
            if isinstance(gatherer, LongGatherer):
                gatherer.take(number, chunk, faults, raw.chunk)
            else:
                gatherer.take(number, chunk, faults, raw.chunk, format_)
        return taken

    def _words_looked_at(self, file: int, chunk: pd.DataFrame) -> list[Fault]:
        """Faults of names and notes that hold a patient's number; what only might is a warning."""
        found = identifiers.findings(chunk)
        for column, what, at in found.look:
            for index in np.flatnonzero(at).tolist():
                row = chunk.iloc[index]
                self.issues.warn(
                    "identifier_perhaps",
                    identifiers.PERHAPS.format(what=what),
                    file=file,
                    row=int(chunk.index[index]),
                    column=measures.label(column),
                    practice_code=str(row["practice_code"])[:12],
                    month=cells.month_of_end(str(row["month"])),
                )
        return found.stop

    def _gatherer_for(self, format_: FigureFormat, name: str) -> LongGatherer | WideGatherer:
        if self.formats and (self.formats[0].source, self.formats[0].shape) != (format_.source, format_.shape):
            raise RefusedFile(
                f"{name} is {format_.words}, unlike the files before it. Import the two one after the other."
            )
        if format_ not in self.formats:
            self.formats.append(format_)
        if self.gatherer is None:
            self.gatherer = (LongGatherer if format_.shape == "long" else WideGatherer)(format_, self.issues)
        return self.gatherer

    def _in_scope(self, chunk: pd.DataFrame, format_: FigureFormat, taken: Taken) -> tuple[pd.DataFrame, list[Fault]]:
        """Rows of the regions in scope; others are counted. What is no region is a fault, so that nothing gets lost."""
        if "region_code" not in chunk or not format_.regional:
            return self._of_ccgs_in_scope(chunk, format_, taken), []
        words, codes = cells.words_of(chunk["region_code"]), cells.codes_of(chunk["region_code"])
        is_region = cells.matching(words, cells.REGION_CODE)
        in_scope = np.array([ALL_REGIONS in self.regions or word in self.regions for word in words], dtype=bool)
        keep = (in_scope | ~is_region)[codes]
        taken.skipped += int((~keep).sum())
        chunk, wrong = chunk[keep], (~is_region)[codes][keep]
        fault = Fault("region_code", "region_code", "“{}” is not the code of a region.", "Y and two digits", wrong)
        return chunk, [fault] if wrong.any() else []

    def _of_ccgs_in_scope(self, chunk: pd.DataFrame, format_: FigureFormat, taken: Taken) -> pd.DataFrame:
        """A layout that names CCGs but no regions keeps the rows of the CCGs that lie in the regions in scope.

        One that names neither keeps the practices that the register knows, and what is no practice's code at all.
        """
        if not format_.regional or ALL_REGIONS in self.regions:
            return chunk
        column, known = ("ccg_code", self.ccgs) if "ccg_code" in chunk else ("practice_code", self.practices)
        words, codes = cells.words_of(chunk[column]), cells.codes_of(chunk[column])
        foreign = [word for word in words if word and word not in known]
        if column == "practice_code":
            foreign = [word for word in foreign if cells.PRACTICE_CODE.fullmatch(word)]
        keep = ~np.isin(words, foreign)[codes]
        taken.skipped += int((~keep).sum())
        kept: pd.DataFrame = chunk[keep]
        return kept

    @cached_property
    def ccgs(self) -> frozenset[str]:
        return ccgs_of_regions(self.regions)

    @cached_property
    def practices(self) -> frozenset[str]:
        return frozenset(Organisation.objects.practices().values_list("code", flat=True))

    def stage(self, files: dict[int, ImportFile]) -> Staged:
        if self.gatherer is None:
            raise RefusedFile("There are no figures in the file.")
        gathered = self.gatherer.finish()
        source = self.formats[0].source
        covers = gathered.covers
        figures = self._known_practices(gathered.figures)
        figures = staging.with_organisations(figures)
        figures = staging.carried(figures, source, covers)
        staging.insert(figures, self.brought_by, source, files)
        staged = self._previewed(figures, source, gathered)
        staged.preview |= {"formats": [each.key for each in self.formats], "covers": covers}
        return staged

    def _known_practices(self, figures: pd.DataFrame) -> pd.DataFrame:
        """Tells of practices that the register does not know; a return for one is held back."""
        known = self.practices
        unknown = ~figures["practice_code"].isin(known).to_numpy(dtype=bool)
        refuse = any(each.unknown == "refuse" for each in self.formats)
        if not known and not refuse:
            # The first file of all: every practice would be unknown.
            return figures
        seen: set[str] = set()
        for row in figures[unknown].to_dict("records"):
            code = str(row["practice_code"])
            details = {"file": row["file"], "row": row["row"], "practice_code": code, "month": row["month"]}
            if refuse:
                self.issues.refuse(
                    "unknown_practice",
                    f"The register does not know {code}.",
                    column="practice_code",
                    value=code,
                    allowed="a practice that ODS has published; import epraccur.csv first",
                    **details,
                )
            elif code not in seen:
                seen.add(code)
                message = f"The register does not know {code} {clean(str(row['practice_name']))} yet."
                self.issues.warn("unknown_practice", message, column="practice_code", **details)
        return figures[~unknown].reset_index(drop=True) if refuse else figures

    def _previewed(self, figures: pd.DataFrame, source: str, gathered: Gathered) -> Staged:
        months = sorted(set(figures["month"]))
        columns = measures.columns_of(source)
        live = live_table(source, months, columns)
        kinds, beside = compared(figures, live, columns)
        staged = Staged(
            new=int((kinds == "new").sum()),
            changed=int((kinds == "changed").sum()),
            unchanged=int((kinds == "unchanged").sum()),
            months=months,
        )
        staged.preview = {"practices": int(figures["practice_code"].nunique()), "held": gathered.held, "source": source}
        staged.preview |= preview.moving(figures, kinds)
        if months and source == measures.POMI.key:
            self._tell_oddities(figures, live, kinds, beside, staged, gathered)
        elif months and measures.source(source).published:
            for oddity in parts_above_whole(figures, source):
                self._tell_oddity(oddity, figures)
            before = live_table(source, {add_months(month, -1) for month in months} | set(months), columns)
            self._tell_completeness(figures, before, kinds, columns, staged)
        staged.preview["grid"] = preview.grid(figures, kinds, self.issues.kept) if months else []
        return staged

    def _tell_oddities(
        self,
        figures: pd.DataFrame,
        live: pd.DataFrame,
        kinds: "np.ndarray",
        beside: pd.DataFrame,
        staged: Staged,
        gathered: Gathered,
    ) -> None:
        earlier = [month for month in history_months(staged.months) if month not in set(staged.months)]
        columns = measures.columns_of(measures.POMI.key)
        past = live_table(measures.POMI.key, earlier, columns)
        past = pd.concat([past, live]) if len(past) and len(live) else (past if len(past) else live)
        broken = MeasureBreak.objects.known()
        for oddity in oddities(figures, past, broken):
            self._tell_oddity(oddity, figures)
        codes = dict(
            zip(
                pd.concat([past["practice_id"], figures["practice_id"]]),
                pd.concat([past["practice_code"], figures["practice_code"]]),
                strict=True,
            )
        )
        held = {(each.practice_code, each.month) for each in self.issues.kept if each.severity == REFUSAL}
        for what, month, practices in comings_and_goings(figures, past):
            words = (
                "was there in the month before and is missing now"
                if what == "lost"
                else "was not there in the month before"
            )
            for practice in practices:
                if (codes[practice], month) in held:
                    continue
                self.issues.warn(
                    f"practice_{what}", f"{codes[practice]} {words}.", practice_code=codes[practice], month=month
                )
        staged.preview["movers"] = preview.movers(figures, kinds, beside, month_before(figures, past, broken))
        young = without_history(figures, past, HISTORY_LENGTH)
        staged.preview["notes"] = [young] if young else []
        covered = [column for column in gathered.covers if column in NUMBER_COLUMNS]
        numbers = self._tell_completeness(figures, past, kinds, covered, staged)
        staged.preview["grouped"] = self.spread.groups(numbers)
        self._ask_why(staged, self._reason_for_silence(gathered, live), self.spread.reason_for(numbers))

    def _tell_completeness(
        self, figures: pd.DataFrame, past: pd.DataFrame, kinds: "np.ndarray", columns: Sequence[str], staged: Staged
    ) -> dict[date, int]:
        """Whether this is the whole month, and the month that it says it is; how many practices each month has."""
        for month, sentence in repeated_months(figures[kinds != "unchanged"], past, columns):
            self.issues.warn("same_as_month_before", sentence, month=month)
        ccgs = None if ALL_REGIONS in self.regions else self.ccgs
        self._ask_why(staged, reason_for_fewer(figures, past, ccgs))
        return sizes(figures, past)

    def _ask_why(self, staged: Staged, *reasons: str) -> None:
        """Everything that needs a reason is asked for at once, and one reason answers it."""
        said = [staged.reason_needed.removesuffix(SAY_WHY), *reasons]
        asked = " ".join(each.strip() for each in said if each)
        staged.reason_needed = f"{asked} {SAY_WHY}" if asked else ""

    def _reason_for_silence(self, gathered: Gathered, live: pd.DataFrame) -> str:
        emptied = [column for column in gathered.incomplete if len(live) and live[column].notna().any()]
        if not emptied:
            return ""
        names = ", ".join(measures.label(column) for column in emptied)
        return f"The file says nothing of “{names}”, which the portal has for these months."

    def _tell_oddity(self, oddity: Any, figures: pd.DataFrame) -> None:
        self.spread.see(oddity)
        places = np.flatnonzero(oddity.rows)
        room = self.issues.room(WARNING, oddity.code)
        named = {name for _, name, _, _ in Formatter().parse(oddity.message) if name}
        named |= {oddity.column, "practice_code", "month"} & set(oddity.values.columns)
        shown = oddity.values[sorted(named)].iloc[places[:room]].to_dict("records")
        files, numbers = figures["file"].to_numpy(), figures["row"].to_numpy()
        for place, values in zip(places[:room], shown, strict=True):
            self.issues.warn(
                oddity.code,
                oddity.message.format(**values),
                file=int(files[place]),
                row=int(numbers[place]),
                column=oddity.column,
                value=str(values.get(oddity.column, ""))[:120].removesuffix(".0"),
                practice_code=str(values["practice_code"]),
                month=values["month"],
            )
        self.issues.count_only(WARNING, oddity.code, len(places) - min(room, len(places)))

    @classmethod
    def refresh(cls, brought_by: Import) -> Staged:
        return landing.refreshed(brought_by)

    @classmethod
    def land(cls, brought_by: Import, *, by: User | None, at: datetime) -> Landed:
        return landing.land(brought_by, by=by, at=at)

    @classmethod
    def undo(cls, brought_by: Import, *, by: User | None, at: datetime) -> Landed:
        return landing.undo(brought_by, by=by, at=at)

    @classmethod
    def clear(cls, brought_by: Import) -> None:
        landing.clear(brought_by)
