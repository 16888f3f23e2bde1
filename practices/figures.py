"""The figures by name: one list for the model, the parsers, the labels and the data dictionary."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["stock", "flow", "status", "date", "words"]


@dataclass(frozen=True)
class Measure:
    """A column of MonthlyFigures: the publisher's field name, what it means and how it may be added up."""

    column: str
    field: str
    label: str
    kind: Kind


POMI_MEASURES = (
    Measure("list_size", "patient_list_size", "Patients registered at the practice", "stock"),
    Measure("appointments_status", "Sys_Appts_Enbld", "Online appointments: function status", "status"),
    Measure("prescriptions_status", "Sys_Presc_Enbld", "Repeat prescriptions: function status", "status"),
    Measure("dcr_status", "Sys_DetCodeRec_Enbld", "Detailed coded record: function status", "status"),
    Measure("appointments_enabled", "Pat_Appts_Enbld", "Patients registered for online booking", "stock"),
    Measure("prescriptions_enabled", "Pat_Presc_Enbld", "Patients registered for repeat prescriptions", "stock"),
    Measure("dcr_enabled", "Pat_DetCodeRec_Enbld", "Patients with access to the detailed coded record", "stock"),
    Measure("appointments_used", "Pat_Appts_Use", "Online bookings and cancellations", "flow"),
    Measure("prescriptions_used", "Pat_Presc_Use", "Repeat prescriptions ordered online", "flow"),
    Measure("dcr_used", "Pat_DetCodeRec_Use", "Record views", "flow"),
    Measure("online_patients", "Total_Pat_Enbld", "Patients registered for at least one online service", "stock"),
    Measure("new_online_patients", "New_Pat_Enbld", "New online patients in the month", "flow"),
    Measure("online_transactions", "Total_Use", "All online transactions", "flow"),
)
POMI_FIELDS = tuple(measure.field.lower() for measure in POMI_MEASURES)
POMI_COLUMNS = tuple(measure.column for measure in POMI_MEASURES)
STATUSES = {
    0: "no function",
    1: "available but not enabled",
    2: "enabled by the practice",
    9: "not known",
}
